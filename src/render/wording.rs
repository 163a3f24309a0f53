//! Keywords and lists as a person reads them.

use std::sync::Arc;

use minijinja::Environment;

/// The small words.
#[derive(Debug)]
pub(crate) struct Wording {
    and: String,
    or: String,
    not: String,
    near: String,
    before: String,
    place: String,
}

impl Wording {
    /// Reads the words with `sentence(section, key)`.
    pub(crate) fn new(sentence: impl Fn(&str, &str) -> String) -> Self {
        let word = |key: &str| sentence("wording", key);
        Wording {
            and: word("and"),
            or: word("or"),
            not: word("not"),
            near: word("near"),
            before: word("before"),
            place: word("place"),
        }
    }

    /// Adds the filters `readable` (a keyword), `shortened` (the same, on one line) and `listed`
    /// (*A, B en C*).
    pub(crate) fn add_to(self: Arc<Self>, environment: &mut Environment<'static>) {
        let words = Arc::clone(&self);
        environment.add_filter("readable", move |keyword: &str| words.readable(keyword));
        environment.add_filter("shortened", shortened);
        environment.add_filter("listed", move |names: Vec<String>| self.listed(&names));
    }

    fn listed(&self, names: &[String]) -> String {
        // A name may have a comma of its own: "Forum, Wonen".
        let comma = names.iter().any(|name| name.contains(','));
        let comma = if comma { "; " } else { ", " };
        match names {
            [] => String::new(),
            [name] => name.clone(),
            [first @ .., last] => format!("{} {} {last}", first.join(comma), self.and),
        }
    }

    /// A keyword without the signs of its language: `verb:in|breken NEAR/6 "het gesprek"` becomes
    /// *inbreken dicht bij het gesprek*. Not exact, and need not be: the file and line stand beside it.
    fn readable(&self, keyword: &str) -> String {
        let mut readable = String::new();
        for part in parts(keyword) {
            match part {
                Part::Sign(sign) => readable.push(sign),
                Part::Pattern(pattern) => readable.push_str(pattern),
                Part::Phrase(phrase) => readable.push_str(&phrase.replace('*', "…")),
                Part::Word(word) => readable.push_str(&self.word(word)),
            }
        }
        readable
    }

    fn word(&self, word: &str) -> String {
        let operator = word.split_once('/').map_or(word, |(operator, _)| operator);
        match operator {
            "AND" | "EN" => return self.and.clone(),
            "OR" | "OF" => return self.or.clone(),
            "NOT" | "NIET" => return self.not.clone(),
            "NEAR" | "NABIJ" if operator != word => return self.near.clone(),
            "BEFORE" | "VOOR" if operator != word => return self.before.clone(),
            "@place" => return self.place.clone(),
            _ => {}
        }
        let word = word.strip_prefix("verb:").unwrap_or(word);
        let word = word.trim_start_matches(['=', '~', '$']).replace('|', "");
        word.replace('*', "…")
    }
}

/// Most characters of a keyword that is shown within a sentence: a line with twenty alternatives
/// would hide the rest, and its file and line stand beside it.
const SHORT: usize = 60;

/// A keyword cut after a whole word when it is long.
fn shortened(keyword: &str) -> String {
    match keyword.char_indices().nth(SHORT) {
        None => keyword.to_owned(),
        Some((end, _)) => {
            let kept = &keyword[..end];
            let kept = kept.rfind(' ').map_or(kept, |space| &kept[..space]);
            format!("{kept} …")
        }
    }
}

/// A piece of a written keyword.
enum Part<'a> {
    /// A space, a bracket, a plus.
    Sign(char),
    /// A word or operator.
    Word(&'a str),
    /// What stands between quotes.
    Phrase(&'a str),
    /// A regular expression with its slashes.
    Pattern(&'a str),
}

/// Cuts a keyword at its signs; total, also for what is no keyword.
fn parts(keyword: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = keyword;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let closed = after.find(first);
        match (first, closed) {
            ('"', Some(end)) => {
                parts.push(Part::Phrase(&after[..end]));
                rest = &after[end + 1..];
            }
            ('/', Some(_)) => {
                // A regular expression may hold an escaped slash; it ends at the last one.
                let end = rest.rfind('/').unwrap_or_default() + 1;
                parts.push(Part::Pattern(&rest[..end]));
                rest = &rest[end..];
            }
            (' ' | '(' | ')' | '{' | '}' | '+' | '"', _) => {
                parts.push(Part::Sign(first));
                rest = after;
            }
            _ => {
                let ends = |c: char| " (){}+\"".contains(c);
                let end = after
                    .find(ends)
                    .map_or(rest.len(), |at| at + first.len_utf8());
                parts.push(Part::Word(&rest[..end]));
                rest = &rest[end..];
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use crate::render::Texts;

    fn check(filter: &str, value: minijinja::Value, expected: &str) {
        let texts = Texts::new();
        let template = format!("{{{{ value|{filter} }}}}");
        let shown = texts
            .shipped
            .render_str(&template, minijinja::context! { value });
        assert_eq!(shown.unwrap(), expected);
    }

    #[test]
    fn keywords_are_shown_without_the_signs_of_their_language() {
        for (written, expected) in [
            ("inbraak", "inbraak"),
            ("=zonnebrand", "zonnebrand"),
            ("*inbraak*", "…inbraak…"),
            ("verb:in|breken", "inbreken"),
            ("\"net uitgeruimd\"", "net uitgeruimd"),
            (
                "raam NEAR/8 (geforceerd OR ingeslagen)",
                "raam dicht bij (geforceerd of ingeslagen)",
            ),
            ("fiets VOOR/3 gestolen", "fiets kort voor gestolen"),
            ("brand EN NIET kaars", "brand en niet kaars"),
            ("verdacht* AND @place", "verdacht… en een plaats"),
            ("/\\bA(28|32)\\b/", "/\\bA(28|32)\\b/"),
            ("~inbraak", "inbraak"),
            ("inbraak+{poging golf}", "inbraak+{poging golf}"),
            ("\"open", "\"open"),
            ("", ""),
            ("/", "/"),
            ("é\"é\"é", "ééé"),
        ] {
            check("readable", written.into(), expected);
        }
    }

    #[test]
    fn long_keywords_are_cut_after_a_whole_word() {
        check("shortened", "inbraak".into(), "inbraak");
        check("shortened", "".into(), "");
        let words = "deur OR raam OR ".repeat(9);
        check(
            "shortened",
            words.into(),
            "deur OR raam OR deur OR raam OR deur OR raam OR deur OR …",
        );
        let word = "é".repeat(99);
        check("shortened", word.into(), &format!("{} …", "é".repeat(60)));
    }

    #[test]
    fn lists_have_commas_and_one_en() {
        check("listed", Vec::<String>::new().into(), "");
        check("listed", vec!["Brink"].into(), "Brink");
        check(
            "listed",
            vec!["Brink", "Molenbuurt"].into(),
            "Brink en Molenbuurt",
        );
        check("listed", vec!["A", "B", "C"].into(), "A, B en C");
        check("listed", vec!["A, B", "C", "D"].into(), "A, B; C en D");
    }
}
