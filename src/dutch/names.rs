//! Names of people that are common in the Netherlands: plain lists.

/// First names in small letters, each with whether it is nothing but a name. The others are also an
/// ordinary word or a brand (*Roos*, *Dirk*).
pub fn first_names() -> impl Iterator<Item = (&'static str, bool)> {
    words(include_str!("first-names.txt")).map(|word| match word.strip_suffix('?') {
        Some(name) => (name, false),
        None => (word, true),
    })
}

/// Family names in small letters; many are ordinary words as well.
pub fn family_names() -> impl Iterator<Item = &'static str> {
    words(include_str!("surnames.txt"))
}

/// What looks like a person with a family name and is a shop, an institution or a saying, by words.
pub fn not_persons() -> impl Iterator<Item = Vec<&'static str>> {
    lines(include_str!("not-persons.txt")).map(|line| line.split_whitespace().collect())
}

fn words(file: &'static str) -> impl Iterator<Item = &'static str> {
    lines(file).flat_map(str::split_whitespace)
}

/// The lines that say something: not what follows a `#`.
fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    let said = |line: &'static str| line.split('#').next().unwrap_or_default().trim();
    file.lines().map(said).filter(|line| !line.is_empty())
}
