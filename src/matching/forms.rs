//! What a term finds: every form of it, folded, written out.
//!
//! This is the one place where a term becomes words to look up. Nothing is derived while a text is
//! read.

use crate::keyword::expression::MAX_FREE_HYPHENS;
use crate::keyword::{Part, Pattern, Term};
use crate::text::words::written_words;

/// One thing to look up in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A folded word, without hyphens.
    Word(String),
    /// Folded letters at the end (`open_left`), at the beginning (`open_right`) or anywhere in a
    /// word.
    Open {
        /// The letters.
        letters: String,
        /// Whether letters may stand before them.
        left: bool,
        /// Whether letters may follow them.
        right: bool,
    },
    /// Words next to each other.
    Sequence(Vec<Form>),
    /// Any place.
    Place,
    /// A regular expression on the folded text.
    Regex(Pattern),
}

/// All forms of a term. A term without a letter that survives folding has none.
pub fn forms_of(term: &Term) -> Vec<Form> {
    match term {
        Term::Word(word) => sequences(&[closed(word)]),
        // Only joined: that finds it with and without its hyphens.
        Term::Exact(word) => match written_words(word).as_slice() {
            [units] => vec![Form::Word(units.concat())],
            _ => sequences(&[closed(word)]),
        },
        Term::Part(part) => sequences(&[pieces(part)]),
        Term::Phrase(parts) => sequences(&parts.iter().map(pieces).collect::<Vec<_>>()),
        Term::Place => vec![Form::Place],
        Term::Regex(pattern) => vec![Form::Regex(pattern.clone())],
        // The parser refuses these as long as they have no forms.
        Term::Verb { .. } | Term::Compound { .. } | Term::Typo(_) => Vec::new(),
    }
}

/// The written words of a part of a phrase, each as the units it has when read split.
fn pieces(part: &Part) -> Vec<Vec<Form>> {
    if !part.open_left && !part.open_right {
        return closed(&part.text);
    }
    let letters = written_words(&part.text).concat().concat();
    match letters.is_empty() {
        true => Vec::new(),
        false => vec![vec![Form::Open {
            letters,
            left: part.open_left,
            right: part.open_right,
        }]],
    }
}

fn closed(text: &str) -> Vec<Vec<Form>> {
    let form = |units: Vec<String>| units.into_iter().map(Form::Word).collect();
    written_words(text).into_iter().map(form).collect()
}

/// Every way to read the words as a sequence: each hyphenated word joined or split.
fn sequences(parts: &[Vec<Vec<Form>>]) -> Vec<Form> {
    let words: Vec<&[Form]> = parts.iter().flatten().map(Vec::as_slice).collect();
    let hyphenated = words.iter().filter(|units| units.len() > 1).count();
    let ways: Vec<u32> = match hyphenated {
        0..=MAX_FREE_HYPHENS => (0..1 << hyphenated).collect(),
        _ => vec![0, u32::MAX],
    };
    let mut forms = Vec::new();
    for way in ways {
        let mut sequence = Vec::new();
        let mut hyphen = 0;
        for units in &words {
            let joined = units.len() > 1 && {
                hyphen += 1;
                way.checked_shr(hyphen - 1).unwrap_or(way) & 1 == 0
            };
            match joined {
                true => sequence.push(Form::Word(units.iter().map(letters).collect())),
                false => sequence.extend_from_slice(units),
            }
        }
        match sequence.len() {
            0 => {}
            1 => forms.append(&mut sequence),
            _ => forms.push(Form::Sequence(sequence)),
        }
    }
    forms
}

fn letters(form: &Form) -> &str {
    match form {
        Form::Word(letters) | Form::Open { letters, .. } => letters,
        Form::Sequence(_) | Form::Place | Form::Regex(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyword::{Expression, Keyword};

    /// Forms separated by `|`, words of a sequence by spaces.
    fn check(written: &str, expected: &str) {
        let keyword = Keyword::parse("f", "strong", written, 1).unwrap();
        let Expression::Term(term) = keyword.expression else {
            panic!("{written} is no term");
        };
        fn show(form: &Form) -> String {
            match form {
                Form::Word(word) => word.clone(),
                Form::Open {
                    letters,
                    left,
                    right,
                } => {
                    let star = |open: &bool| if *open { "*" } else { "" };
                    format!("{}{letters}{}", star(left), star(right))
                }
                Form::Sequence(forms) => forms.iter().map(show).collect::<Vec<_>>().join(" "),
                Form::Place => "@place".to_owned(),
                Form::Regex(pattern) => pattern.regex().as_str().to_owned(),
            }
        }
        let shown: Vec<String> = forms_of(&term).iter().map(show).collect();
        assert_eq!(shown.join("|"), expected, "{written}");
    }

    #[test]
    fn every_term_has_its_forms() {
        check("Één", "een");
        check("auto’s", "auto's");
        check("auto-inbraak", "autoinbraak|auto inbraak");
        check("=auto-inbraak", "autoinbraak");
        check("t.e.a.b.", "t e a b");
        check("*Brand", "*brand");
        check("brand*", "brand*");
        check("*auto-brand*", "*autobrand*");
        check("\"Raam  open\"", "raam open");
        check("\"morrel* aan\"", "morrel* aan");
        check(
            "\"auto-inbraak gezien\"",
            "autoinbraak gezien|auto inbraak gezien",
        );
        check("\u{3164}", "");
    }

    #[test]
    fn a_phrase_of_nothing_but_hyphens_stays_small() {
        let written = format!("\"{}\"", "a-b ".repeat(40));
        let (keywords, _) = Keyword::parse_list("f", "strong", &written, 1);
        let Expression::Term(term) = &keywords[0].expression else {
            panic!("a phrase is a term");
        };
        assert_eq!(forms_of(term).len(), 2);
    }
}
