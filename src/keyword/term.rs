//! Reading one term: a word with its signs, a phrase, a regular expression.

use regex::RegexBuilder;

use crate::dutch::compound::Compounds;
use crate::dutch::refusal::Refusal;
use crate::dutch::typo;
use crate::dutch::verb::{Infinitive, VerbFault};
use crate::keyword::Trouble;
use crate::keyword::expression::{Part, Pattern, Term};
use crate::mistake::Fault;

/// Fewest letters beside a `*`: with three (*bra**) a list catches half the dictionary.
const MIN_WILDCARD_LETTERS: usize = 4;

/// Largest compiled size of a regular expression, in bytes: about a thousand alternatives, and a
/// hundred of them still fit in the memory of a small machine.
const MAX_REGEX_BYTES: usize = 256 * 1024;

/// Deepest nesting of a regular expression: nobody reads deeper, and parsing takes stack.
const MAX_REGEX_NESTING: u32 = 20;

/// Reads a term that is neither quoted nor a regular expression.
pub(super) fn word(written: &str, column: u32) -> Result<Term, Trouble> {
    let trouble = |fault| Err(Trouble::new(column, fault));
    let found = || written.to_owned();
    if written.starts_with('@') {
        return match written {
            "@place" => Ok(Term::Place),
            _ => trouble(Fault::UnknownAt { found: found() }),
        };
    }
    if let Some(verb) = written.strip_prefix("verb:") {
        return self::verb(verb).or_else(trouble);
    }
    if written.contains(['{', '}', '+']) {
        return compound(written, column);
    }
    if let Some(exact) = written.strip_prefix('=') {
        return match exact.contains(['*', '~', '=']) {
            true => trouble(Fault::SignsClash { found: found() }),
            false => with_letters(exact, column).map(Term::Exact),
        };
    }
    if let Some(typo) = written.strip_prefix('~') {
        if typo.contains(['*', '~', '=']) {
            return trouble(Fault::SignsClash { found: found() });
        }
        return self::typo(typo).or_else(trouble);
    }
    let part = part(written, column)?;
    Ok(match part.open_left || part.open_right {
        true => Term::Part(part),
        false => Term::Word(part.text),
    })
}

/// Reads what stands between quotes.
pub(super) fn phrase(inside: &str, column: u32) -> Result<Term, Trouble> {
    // A sign between two words ("raam - open") is no word: it asks for nothing.
    let parts: Vec<Part> = inside
        .split_whitespace()
        .filter(|written| letters(written) > 0 || written.contains('*'))
        .map(|written| part(written, column))
        .collect::<Result<_, _>>()?;
    match parts.is_empty() {
        true => Err(Trouble::new(column, Fault::EmptyPhrase)),
        false => Ok(Term::Phrase(parts)),
    }
}

/// Reads what stands between slashes.
pub(super) fn regex(pattern: &str, column: u32) -> Result<Term, Trouble> {
    let trouble = |fault| Err(Trouble::new(column, fault));
    if let Some(letter) = pattern.chars().find(|c| !c.is_ascii() && c.is_alphabetic()) {
        let found = letter.to_string();
        return trouble(Fault::RegexNotFolded { found });
    }
    let regex = RegexBuilder::new(&of_folded_text(pattern))
        .size_limit(MAX_REGEX_BYTES)
        .dfa_size_limit(MAX_REGEX_BYTES)
        .nest_limit(MAX_REGEX_NESTING)
        .build();
    match regex {
        Ok(regex) if regex.is_match("") => trouble(Fault::RegexFindsNothing),
        Ok(regex) => Ok(Term::Regex(Pattern {
            written: pattern.to_owned(),
            regex,
        })),
        Err(regex::Error::CompiledTooBig(limit)) => trouble(Fault::RegexTooLarge { limit }),
        Err(error) => {
            // The last line of the parser's picture says what is wrong, the others where.
            let text = error.to_string();
            let reason = text.lines().last().unwrap_or_default();
            let reason = reason.trim_start_matches("error: ").to_owned();
            trouble(Fault::InvalidRegex { reason })
        }
    }
}

/// The pattern as it is tried on folded text: its letters small, and its classes those of ASCII.
/// Folded text has hardly another letter, and the classes of all scripts make an automaton a hundred
/// times as large.
fn of_folded_text(pattern: &str) -> String {
    let mut folded = String::with_capacity(pattern.len() + 16);
    let mut in_class = false;
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                let Some(escaped) = characters.next() else {
                    folded.push(c);
                    break;
                };
                let class = match escaped {
                    'w' => Some("word"),
                    'd' => Some("digit"),
                    's' => Some("space"),
                    _ => None,
                };
                match (class, in_class) {
                    (Some(class), true) => folded.extend(["[:", class, ":]"]),
                    (Some(class), false) => folded.extend(["[[:", class, ":]]"]),
                    (None, false) if matches!(escaped, 'b' | 'B') => {
                        folded.extend(["(?-u:\\", if escaped == 'b' { "b" } else { "B" }, ")"]);
                    }
                    (None, _) => folded.extend([c, escaped]),
                }
            }
            _ => {
                match c {
                    '[' => in_class = true,
                    ']' => in_class = false,
                    _ => {}
                }
                folded.push(c.to_ascii_lowercase());
            }
        }
    }
    folded
}

/// Reads a word of which the sides may be open.
fn part(written: &str, column: u32) -> Result<Part, Trouble> {
    let open_left = written.starts_with('*');
    let open_right = written.len() > 1 && written.ends_with('*');
    let text = written.strip_prefix('*').unwrap_or(written);
    let text = text.strip_suffix('*').unwrap_or(text);
    let trouble = |fault| Err(Trouble::new(column, fault));
    let found = || written.to_owned();
    if text.contains('*') {
        return trouble(Fault::WildcardInside { found: found() });
    }
    if (open_left || open_right) && letters(text) < MIN_WILDCARD_LETTERS {
        return trouble(Fault::WildcardTooShort {
            found: found(),
            minimum: MIN_WILDCARD_LETTERS,
        });
    }
    // An open word is one word: `*a.brand` would ask for a part of two.
    if (open_left || open_right)
        && !text
            .chars()
            .all(|c| c.is_alphanumeric() || "-'’".contains(c))
    {
        return trouble(Fault::WildcardInside { found: found() });
    }
    Ok(Part {
        text: with_letters(text, column)?,
        open_left,
        open_right,
    })
}

/// Reads `in|breken` or `stelen`; a particle of several words is written with `_` between them.
fn verb(written: &str) -> Result<Term, Fault> {
    let found = format!("verb:{written}");
    match Infinitive::read(&written.to_lowercase().replace('_', " ")) {
        Ok(verb) => Ok(Term::Verb(verb)),
        Err(VerbFault::NotAnInfinitive { found }) => Err(Fault::NotAnInfinitive { found }),
        Err(VerbFault::BarMissing { suggestion }) => Err(Fault::BarMissing { found, suggestion }),
        Err(
            VerbFault::EmptyPart
            | VerbFault::SeveralBars
            | VerbFault::NotALetter { .. }
            | VerbFault::TooLong { .. },
        ) => Err(Fault::VerbUnclear { found }),
    }
}

/// Reads what stands after `~`.
fn typo(written: &str) -> Result<Term, Fault> {
    let typos = typo::typos(written, &|_| false)
        .map_err(|refusal| fault(refusal, &format!("~{written}")))?;
    let word = written.to_owned();
    Ok(Term::Typo { word, typos })
}

/// The fault for a refusal to expand what is written.
fn fault(refusal: Refusal, written: &str) -> Fault {
    let found = written.to_owned();
    match refusal {
        Refusal::TooShortForTypo { least, .. } => Fault::TypoTooShort {
            found,
            minimum: least,
        },
        Refusal::NotAWord { .. } => Fault::NotOneWord { found },
        Refusal::TooManyForms { most } => Fault::TooManyForms {
            found: most + 1,
            limit: most,
        },
    }
}

/// Reads `a+{b c}` or `{a b}+c`.
fn compound(written: &str, column: u32) -> Result<Term, Trouble> {
    let unclear = || {
        let found = written.to_owned();
        Trouble::new(column, Fault::CompoundUnclear { found })
    };
    let (first, second) = written.split_once('+').ok_or_else(unclear)?;
    let first_list = first.strip_prefix('{').and_then(|f| f.strip_suffix('}'));
    let second_list = second.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
    let (firsts, seconds) = match (first_list, second_list) {
        (None, Some(list)) => (first, list),
        (Some(list), None) => (list, second),
        _ => return Err(unclear()),
    };
    let halves = |list| -> Result<Vec<&str>, Trouble> {
        let words: Vec<&str> = str::split_whitespace(list).collect();
        let is_word = |w: &&str| w.chars().all(|c| c.is_alphanumeric() || c == '-');
        match words.iter().all(is_word) {
            _ if words.is_empty() => {
                let found = written.to_owned();
                Err(Trouble::new(column, Fault::EmptyAlternative { found }))
            }
            true => Ok(words),
            false => Err(unclear()),
        }
    };
    let (firsts, seconds) = (halves(firsts)?, halves(seconds)?);
    Compounds::read(&firsts, &seconds, &typo::known::is_word)
        .map(Term::Compound)
        .map_err(|refusal| Trouble::new(column, fault(refusal, written)))
}

fn with_letters(text: &str, column: u32) -> Result<String, Trouble> {
    match letters(text) {
        0 => {
            let found = text.to_owned();
            Err(Trouble::new(column, Fault::NoLetters { found }))
        }
        _ => Ok(text.to_owned()),
    }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}
