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
    let sentence = texts.say(&format!("note.{}", note.remark.code()), &note.remark);
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
