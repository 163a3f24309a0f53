//! Mistakes and notes as the lines that a person reads.

use serde_json::json;

use crate::mistake::{Fault, Location, Mistake, Note};
use crate::render::Texts;
use crate::settings::files::Lines;

/// One mistake as one line: `config/sources.toml:12:8: source[2].kind: onbekend woord …`.
///
/// Fit for a log: it holds no mail address.
pub fn mistake(texts: &Texts, mistake: &Mistake) -> String {
    join(
        texts,
        &mistake.at,
        &mistake.key,
        &fault(texts, &mistake.fault),
    )
}

/// One note as one line.
pub fn note(texts: &Texts, note: &Note) -> String {
    let sentence = texts.say(&format!("remark.{}", note.remark.code()), &note.remark);
    join(texts, &note.at, &note.key, &sentence)
}

/// All mistakes for a person at a terminal: each with the line it stands in and a sign below the
/// place, where that helps. Not for a log, because a line may hold a name.
pub fn report(texts: &Texts, mistakes: &[Mistake]) -> String {
    let mut lines = Lines::default();
    let mut report = String::new();
    for each in mistakes {
        report.push_str(&mistake(texts, each));
        report.push('\n');
        if let Location::File { line, column, .. } = each.at
            && column > 0
            && let Some(written) = lines.at(&each.at)
        {
            report.push_str(&pointed(written, line, column));
        }
    }
    report
}

/// The sentence of a fault, without its place.
pub fn fault(texts: &Texts, fault: &Fault) -> String {
    let name = format!("fault.{}", fault.code());
    match fault {
        Fault::WrongType { found, expected } => {
            let found = texts.say(&format!("type.{found}"), ());
            let expected = texts.say(&format!("type.{expected}"), ());
            texts.say(&name, json!({ "found": found, "expected": expected }))
        }
        Fault::InvalidValue { found, expected } => {
            let expected = texts.say(&format!("expected.{expected}"), ());
            texts.say(&name, json!({ "found": found, "expected": expected }))
        }
        Fault::NotToml { sort, reason } => {
            let error = texts.say(&format!("toml.{sort}"), json!({ "reason": reason }));
            texts.say(&name, json!({ "error": error }))
        }
        other => texts.say(&name, other),
    }
}

fn join(texts: &Texts, at: &Location, key: &str, sentence: &str) -> String {
    match at {
        Location::File { file, line, column } => texts.say(
            "location.file",
            json!({ "file": file, "line": line, "column": column, "key": key, "sentence": sentence }),
        ),
        Location::Environment { variable } => texts.say(
            "location.environment",
            json!({ "variable": variable, "key": key, "sentence": sentence }),
        ),
    }
}

/// The line with a caret below the column; a long line is cut around it.
fn pointed(written: &str, line: u32, column: u32) -> String {
    /// What fits on a terminal beside the line number.
    const WIDTH: usize = 72;
    let column = usize::try_from(column).unwrap_or(1).saturating_sub(1);
    // The column stays in sight, with a third of the width before it.
    let skipped = column.saturating_sub(WIDTH / 3);
    let shown: String = written
        .chars()
        .skip(if column < WIDTH { 0 } else { skipped })
        .take(WIDTH)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let before = if column < WIDTH {
        column
    } else {
        column - skipped
    };
    format!("{line:>6} | {shown}\n       | {}^\n", " ".repeat(before))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{fault, note, pointed};
    use crate::mistake::{Fault, Location, Note, Remark};
    use crate::render::Texts;

    /// One of each kind.
    fn all_faults() -> Vec<Fault> {
        let text = || "x".to_owned();
        let words = || vec!["feed".to_owned(), "page".to_owned()];
        let all = vec![
            Fault::Unreadable { reason: text() },
            Fault::MissingFile,
            Fault::MissingDirectory,
            Fault::NotAFile,
            Fault::TooLarge { limit: 8 },
            Fault::NotUtf8,
            Fault::NotToml {
                sort: "other".to_owned(),
                reason: text(),
            },
            Fault::TooMany { limit: 1000 },
            Fault::UnknownKey {
                found: text(),
                nearest: None,
                expected: words(),
            },
            Fault::UnknownKey {
                found: text(),
                nearest: Some(text()),
                expected: Vec::new(),
            },
            Fault::MissingKey { example: text() },
            Fault::MissingBecause {
                because: text(),
                example: text(),
            },
            Fault::NotWith { because: text() },
            Fault::WrongType {
                found: "text".to_owned(),
                expected: "number".to_owned(),
            },
            Fault::UnknownWord {
                found: text(),
                nearest: Some(text()),
                expected: words(),
            },
            Fault::UnknownTheme {
                found: text(),
                nearest: None,
                expected: Vec::new(),
            },
            Fault::UnknownParent {
                found: text(),
                nearest: Some(text()),
            },
            Fault::ParentCycle { names: words() },
            Fault::InvalidValue {
                found: text(),
                expected: "time".to_owned(),
            },
            Fault::OutOfRange {
                found: text(),
                lowest: text(),
                highest: text(),
            },
            Fault::Doubled {
                found: text(),
                first_line: 3,
            },
            Fault::FutureDate { found: text() },
            Fault::PeriodReversed,
            Fault::PeriodTooLong {
                days: 29,
                limit: 28,
            },
            Fault::UserinfoInUrl,
            Fault::NotHttp { found: text() },
            Fault::PrivateAddress { found: text() },
            Fault::RefusedSource(crate::mistake::Refusal {
                name: text(),
                why: text(),
                instead: text(),
            }),
            Fault::BadSelector {
                found: text(),
                reason: text(),
            },
            Fault::WideWithoutPlaces,
            Fault::ReceivesNothing,
            Fault::ForeignDomain {
                found: text(),
                expected: words(),
            },
            Fault::UnprotectedRelay { found: text() },
            Fault::NoKeywords,
            Fault::OneCueOnly,
            Fault::RouteToItself,
            Fault::RowLength {
                found: 1,
                expected: 5,
            },
            Fault::BadCsv { reason: text() },
            Fault::EmptyCell,
            Fault::EmptyExpression,
            Fault::MissingOperator {
                left: text(),
                right: text(),
            },
            Fault::MissingOperand { operator: text() },
            Fault::EmptyAlternative { found: text() },
            Fault::UnclosedBracket { found: text() },
            Fault::UnopenedBracket,
            Fault::UnclosedQuote,
            Fault::EmptyPhrase,
            Fault::UnclosedRegex,
            Fault::InvalidRegex { reason: text() },
            Fault::RegexTooLarge { limit: 10_000 },
            Fault::RegexFindsNothing,
            Fault::RegexNotFolded { found: text() },
            Fault::WildcardTooShort {
                found: text(),
                minimum: 4,
            },
            Fault::WildcardInside { found: text() },
            Fault::SignsClash { found: text() },
            Fault::NoLetters { found: text() },
            Fault::HiddenCharacter { found: text() },
            Fault::NearWithoutNumber { found: text() },
            Fault::NearTooFar {
                found: text(),
                limit: 50,
            },
            Fault::NearChained,
            Fault::AndInsideNear,
            Fault::CommaMixed,
            Fault::NotFirst,
            Fault::PlaceAlone,
            Fault::UnknownAt { found: text() },
            Fault::VerbUnclear { found: text() },
            Fault::CompoundUnclear { found: text() },
            Fault::TypoTooShort {
                found: text(),
                minimum: 7,
            },
            Fault::NotAnInfinitive { found: text() },
            Fault::BarMissing {
                found: text(),
                suggestion: text(),
            },
            Fault::NotOneWord { found: text() },
            Fault::ExpressionTooLong { limit: 2000 },
            Fault::NestedTooDeep { limit: 20 },
            Fault::TooManyForms { found: 3, limit: 2 },
            Fault::TooManyLines { limit: 2 },
            Fault::AccountName { found: text() },
            Fault::PersonName { found: text() },
            Fault::GroupOfPeople { found: text() },
            Fault::FailingExample {
                text: text(),
                expected: true,
            },
        ];
        all
    }

    fn sentences(section: &str) -> BTreeSet<String> {
        let texts: toml::Table = include_str!("../render/texts/mistakes.nl.toml")
            .parse()
            .unwrap();
        texts[section].as_table().unwrap().keys().cloned().collect()
    }

    /// The variants of `Fault` as its source names them, so that none can be left out of
    /// [`all_faults`].
    fn variants() -> BTreeSet<String> {
        let source = include_str!("../mistake.rs");
        let body = source.split("pub enum Fault {").nth(1).unwrap();
        let body = body.split("\n}\n").next().unwrap();
        let variant = |line: &str| {
            let name = line.strip_prefix("    ")?;
            let starts = name.starts_with(|c: char| c.is_ascii_uppercase());
            starts.then(|| name.split([' ', '{', ',', '(']).next().unwrap().to_owned())
        };
        body.lines().filter_map(variant).collect()
    }

    #[test]
    fn every_fault_is_among_all_faults() {
        let all: BTreeSet<String> = all_faults()
            .iter()
            .map(|fault| {
                format!("{fault:?}")
                    .split([' ', '{', '('])
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert_eq!(all, variants());
    }

    #[test]
    fn every_fault_has_its_sentence_and_every_sentence_its_fault() {
        let texts = Texts::new();
        let told: BTreeSet<String> = all_faults()
            .iter()
            .map(|each| {
                assert!(fault(&texts, each).len() > 20, "{each:?}");
                each.code()
            })
            .collect();
        assert_eq!(told, sentences("fault"));
    }

    #[test]
    fn every_note_has_its_sentence_and_every_sentence_its_note() {
        let texts = Texts::new();
        let x = || "x".to_owned();
        let all = [
            Remark::DoubledUrl { first_line: 1 },
            Remark::DoubledPlace {
                name: "Brink".to_owned(),
                first_line: 1,
            },
            Remark::ListensForNothing,
            Remark::ReceivesNoTheme,
            Remark::ThemeWithoutRecipient,
            Remark::NotReviewed,
            Remark::NoSources,
            Remark::NoDpia,
            Remark::NoAdvice,
            Remark::NoOfficer,
            Remark::SeveralControllers,
            Remark::NoRecipients,
            Remark::NoThemes,
            Remark::DoubledEntry { entry: x() },
            Remark::CoveredLine { by: x(), line: 1 },
            Remark::CueInStrong { by: x(), line: 1 },
            Remark::AlwaysVetoed {
                by: x(),
                list: "vetoes".to_owned(),
                file: x(),
                line: 1,
            },
            Remark::AlwaysMasked,
            Remark::BrokenTemplate { reason: x() },
            Remark::Contradiction,
            Remark::AlsoPlace { name: x(), line: 1 },
            Remark::CommonWord { word: x() },
            Remark::ExampleOfAnother { file: x() },
        ];
        let told: BTreeSet<String> = all
            .into_iter()
            .map(|remark| {
                match remark {
                    Remark::DoubledUrl { .. } | Remark::DoubledPlace { .. } => {}
                    Remark::ListensForNothing => {}
                    Remark::ReceivesNoTheme | Remark::ThemeWithoutRecipient => {}
                    Remark::NotReviewed | Remark::NoSources => {}
                    Remark::NoDpia | Remark::NoAdvice | Remark::NoOfficer => {}
                    Remark::SeveralControllers => {}
                    Remark::NoRecipients | Remark::NoThemes => {}
                    Remark::BrokenTemplate { .. } => {}
                    Remark::DoubledEntry { .. }
                    | Remark::CoveredLine { .. }
                    | Remark::CueInStrong { .. } => {}
                    Remark::AlwaysVetoed { .. } | Remark::AlwaysMasked => {}
                    Remark::Contradiction | Remark::AlsoPlace { .. } => {}
                    Remark::CommonWord { .. } | Remark::ExampleOfAnother { .. } => {}
                }
                let at = Location::File {
                    file: "config/sources.toml".into(),
                    line: 3,
                    column: 0,
                };
                let line = note(
                    &texts,
                    &Note {
                        at,
                        key: String::new(),
                        remark: remark.clone(),
                    },
                );
                assert!(line.starts_with("config/sources.toml:3: "), "{line}");
                remark.code()
            })
            .collect();
        assert_eq!(told, sentences("remark"));
    }

    #[test]
    fn every_sort_of_syntax_error_has_its_sentence() {
        let texts = Texts::new();
        for sort in crate::form::document::SYNTAX
            .iter()
            .map(|(_, sort)| *sort)
            .chain(["other"])
        {
            let (sort, reason) = (sort.to_owned(), "x".to_owned());
            assert!(fault(&texts, &Fault::NotToml { sort, reason }).len() > 20);
        }
    }

    #[test]
    fn a_caret_stands_below_its_column_in_a_long_line_too() {
        let check = |written: &str, column: u32, expected: char| {
            let picture = pointed(written, 7, column);
            let [line, below] = picture.lines().collect::<Vec<_>>()[..] else {
                panic!("two lines");
            };
            let at = below.chars().position(|c| c == '^').unwrap();
            assert_eq!(line.chars().nth(at), Some(expected), "{picture}");
            assert!(line.chars().count() <= 81 && below.chars().count() <= 81);
        };
        check("kind = \"fed\"", 8, '"');
        check("één\t= x", 7, 'x');
        check(&format!("{}x{}", " ".repeat(71), " ".repeat(500)), 72, 'x');
        check(&format!("{}x{}", " ".repeat(72), " ".repeat(500)), 73, 'x');
        check(&format!("{}x", " ".repeat(100_000)), 100_001, 'x');
    }
}
