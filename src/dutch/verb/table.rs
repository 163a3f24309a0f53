//! The tables as they are written in the text files: lines of words, `#` comments, `[sections]`.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// A strong or irregular verb.
pub(super) struct Irregular {
    /// Present forms besides those in -en; empty when they are regular.
    pub(super) present: Vec<&'static str>,
    /// Past singular and plural, with their alternatives.
    pub(super) past: Vec<&'static str>,
    /// Participles; empty for *zullen*.
    pub(super) participles: Vec<&'static str>,
}

/// Strong and irregular verbs, and loan verbs, by infinitive.
pub(super) static IRREGULAR: LazyLock<FxHashMap<&'static str, Irregular>> = LazyLock::new(|| {
    let strong = lines(include_str!("../strong-verbs.txt")).map(|line| {
        let mut fields = line.split_ascii_whitespace();
        let infinitive = fields.next().unwrap_or_default();
        let mut forms = || alternatives(fields.next().unwrap_or_default());
        let past = [forms(), forms()].concat();
        let participles = forms();
        let present = forms();
        let verb = Irregular {
            present,
            past,
            participles,
        };
        (infinitive, verb)
    });
    strong.collect()
});

static IRREGULAR_PAST: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    IRREGULAR
        .values()
        .flat_map(|verb| verb.past.clone())
        .collect()
});

/// Whether a word is a past form of an irregular verb without prefix.
pub(super) fn is_irregular_past(word: &str) -> bool {
    IRREGULAR_PAST.contains(word)
}

/// A verb with a stem of its own: `ik`, `hij`, past singular and participle.
pub(super) struct Loan {
    pub(super) present: [&'static str; 2],
    pub(super) past: &'static str,
    pub(super) participle: &'static str,
}

/// Loan verbs by infinitive.
pub(super) static LOANS: LazyLock<FxHashMap<&'static str, Loan>> = LazyLock::new(|| {
    let loans = lines(include_str!("../loan-verbs.txt")).map(|line| {
        let mut fields = line.split_ascii_whitespace();
        let mut next = || fields.next().unwrap_or_default();
        let infinitive = next();
        let loan = Loan {
            present: [next(), next()],
            past: next(),
            participle: next(),
        };
        (infinitive, loan)
    });
    loans.collect()
});

static STRESS: LazyLock<Sections> =
    LazyLock::new(|| sections(include_str!("../unstressed-endings.txt")));

static FALSE_PREFIXES: LazyLock<Sections> =
    LazyLock::new(|| sections(include_str!("../false-prefixes.txt")));

/// The words of `split-words.txt`, whose comments say what each list is for.
pub(super) struct SplitWords {
    pub(super) preposition: FxHashSet<&'static str>,
    pub(super) follows: FxHashSet<&'static str>,
    pub(super) opens: FxHashSet<&'static str>,
    pub(super) joins: FxHashSet<&'static str>,
    pub(super) takes_particle: FxHashSet<&'static str>,
    pub(super) conjunction: FxHashSet<&'static str>,
    pub(super) after_comma: FxHashSet<&'static str>,
    pub(super) joins_clauses: FxHashSet<&'static str>,
    pub(super) goes_on: FxHashSet<&'static str>,
    pub(super) before_noun: FxHashSet<&'static str>,
}

/// Read once; looking a word up allocates nothing.
pub(super) static SPLIT: LazyLock<SplitWords> = LazyLock::new(|| {
    let mut sections = sections(include_str!("../split-words.txt"));
    let mut section = |name| sections.remove(name).unwrap_or_default();
    SplitWords {
        preposition: section("preposition"),
        follows: section("follows"),
        opens: section("opens"),
        joins: section("joins"),
        takes_particle: section("takes_particle"),
        conjunction: section("conjunction"),
        after_comma: section("after_comma"),
        joins_clauses: section("joins_clauses"),
        goes_on: section("goes_on"),
        before_noun: section("before_noun"),
    }
});

/// Whether a word stands in a section of `unstressed-endings.txt`.
pub(super) fn has_stress(section: &str, word: &str) -> bool {
    contains(&STRESS, section, word)
}

/// Whether a word stands in a section of `false-prefixes.txt`.
pub(super) fn has_false_prefix(section: &str, word: &str) -> bool {
    contains(&FALSE_PREFIXES, section, word)
}

type Sections = FxHashMap<&'static str, FxHashSet<&'static str>>;

fn contains(sections: &Sections, section: &str, word: &str) -> bool {
    sections
        .get(section)
        .is_some_and(|words| words.contains(word))
}

fn sections(text: &'static str) -> Sections {
    let mut sections = Sections::default();
    let mut current = "";
    for line in lines(text) {
        match line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            Some(name) => current = name,
            None => sections
                .entry(current)
                .or_default()
                .extend(line.split_ascii_whitespace()),
        }
    }
    sections
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .map(|line| {
            line.split_once('#')
                .map_or(line, |(before, _)| before)
                .trim()
        })
        .filter(|line| !line.is_empty())
}

fn alternatives(field: &'static str) -> Vec<&'static str> {
    field
        .split(',')
        .filter(|form| !form.is_empty() && *form != "-")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_and_every_row_is_filled() {
        for words in [
            &SPLIT.preposition,
            &SPLIT.follows,
            &SPLIT.opens,
            &SPLIT.joins,
            &SPLIT.takes_particle,
            &SPLIT.conjunction,
            &SPLIT.after_comma,
            &SPLIT.joins_clauses,
            &SPLIT.goes_on,
            &SPLIT.before_noun,
            &STRESS["er"],
            &STRESS["eel"],
            &FALSE_PREFIXES["prefix"],
            &FALSE_PREFIXES["either"],
            &FALSE_PREFIXES["er"],
            &FALSE_PREFIXES["particle"],
        ] {
            assert!(!words.is_empty());
        }
        assert!(IRREGULAR.len() >= 200, "{}", IRREGULAR.len());
        for (infinitive, verb) in IRREGULAR.iter() {
            assert!(infinitive.ends_with('n'), "{infinitive}");
            assert!(verb.past.len() >= 2, "{infinitive}");
            let no_participle = *infinitive == "zullen";
            assert_eq!(verb.participles.is_empty(), no_participle, "{infinitive}");
        }
        for (infinitive, loan) in LOANS.iter() {
            assert!(infinitive.ends_with('n'), "{infinitive}");
            assert!(loan.participle.starts_with("ge"), "{infinitive}");
        }
    }
}
