//! Whether a log is whole.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::audit::{Head, Line, hash};

/// What is wrong with a log; each has a sentence `audit_flaw.…`. Lines are counted from 1 as they
/// stand in the file; `n` are the numbers that they bear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Flaw {
    /// A line that is none of ours.
    Unreadable {
        /// Which.
        line: usize,
    },
    /// A line whose entry does not fit its hash.
    Changed {
        /// Which.
        line: usize,
        /// Its number.
        n: u64,
    },
    /// A line that fits its hash and is not the one that the next line, or the database, knew.
    Replaced {
        /// Which.
        line: usize,
        /// Its number.
        n: u64,
    },
    /// Lines that are not there.
    Missing {
        /// The first number.
        from: u64,
        /// The last.
        to: u64,
    },
    /// The end of the log is not there: the database knew it.
    CutOff {
        /// The first number.
        from: u64,
        /// The last that was known.
        to: u64,
    },
    /// A line that stands after one with a higher number.
    OutOfOrder {
        /// Which.
        line: usize,
        /// Its number.
        n: u64,
    },
    /// A number that is borne by an earlier line too.
    Doubled {
        /// Which.
        line: usize,
        /// Its number.
        n: u64,
    },
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The lines that can be read, with where they stand, counted from 1.
    pub lines: Vec<(usize, Line)>,
    /// Lines that were not written to their end because the program stopped: no flaw.
    pub torn: Vec<usize>,
    /// What is wrong.
    pub flaws: Vec<Flaw>,
}

impl Verdict {
    /// The line with the highest number.
    pub fn head(&self) -> Head {
        let last = self.lines.iter().max_by_key(|(_, line)| line.n);
        last.map(|(_, line)| line.head()).unwrap_or_default()
    }
}

/// Looks whether every line is there, unchanged and in its place. `anchor` is the last head that
/// the database knows: a log that was cut off hangs together as well as a whole one.
pub fn verify(log: &[u8], anchor: Option<&Head>) -> Verdict {
    let mut verdict = Verdict::default();
    // A piece without a line end, or that the next line tells of, was not written to its end.
    let mut pieces: Vec<&[u8]> = log.split(|byte| *byte == b'\n').collect();
    let rest = pieces.pop().unwrap_or_default();
    let mut unread: Option<(usize, &[u8])> = None;
    for (at, piece) in (1..).zip(&pieces) {
        let Some(line) = Line::parse(piece) else {
            if let Some((at, _)) = unread.replace((at, piece)) {
                verdict.flaws.push(Flaw::Unreadable { line: at });
            }
            continue;
        };
        if let Some((before, piece)) = unread.take() {
            let told = line.entry.get("sha256").and_then(|told| told.as_str());
            match line.sound && told == Some(&hash(piece)) {
                true => verdict.torn.push(before),
                false => verdict.flaws.push(Flaw::Unreadable { line: before }),
            }
        }
        verdict.lines.push((at, line));
    }
    if let Some((line, _)) = unread {
        verdict.flaws.push(Flaw::Unreadable { line });
    }
    if !rest.is_empty() {
        verdict.torn.push(pieces.len() + 1);
    }
    let found = chain(&verdict.lines, anchor);
    verdict.flaws.extend(found);
    verdict
}

/// What is wrong with the numbers and hashes of the lines.
fn chain(lines: &[(usize, Line)], anchor: Option<&Head>) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut by_number: BTreeMap<u64, (usize, &Line)> = BTreeMap::new();
    let mut highest = 0;
    for (at, line) in lines {
        let (at, n) = (*at, line.n);
        if !line.sound {
            flaws.push(Flaw::Changed { line: at, n });
        }
        if by_number.contains_key(&n) {
            flaws.push(Flaw::Doubled { line: at, n });
            continue;
        }
        if n < highest {
            flaws.push(Flaw::OutOfOrder { line: at, n });
        }
        highest = highest.max(n);
        by_number.insert(n, (at, line));
    }
    let mut expected = 1;
    let mut before = Some(Head::default());
    for (n, (at, line)) in &by_number {
        if *n > expected {
            let (from, to) = (expected, n - 1);
            flaws.push(Flaw::Missing { from, to });
            before = None;
        }
        if let Some(before) = &before
            && line.sound
            && line.previous != before.hash
        {
            // The line before was put in its place with a hash that fits; or this one was, when
            // nothing stands before it.
            let (at, line) = *by_number.get(&before.n).unwrap_or(&(*at, *line));
            if line.sound {
                let (line, n) = (at, line.n);
                flaws.push(Flaw::Replaced { line, n });
            }
        }
        before = Some(line.head());
        expected = n + 1;
    }
    if let Some(anchor) = anchor.filter(|anchor| anchor.n > 0) {
        match by_number.get(&anchor.n) {
            Some((line, found)) if found.hash != anchor.hash && found.sound => {
                let (line, n) = (*line, anchor.n);
                flaws.push(Flaw::Replaced { line, n });
            }
            Some(_) => {}
            None if anchor.n > highest => flaws.push(Flaw::CutOff {
                from: highest + 1,
                to: anchor.n,
            }),
            // It is among the missing.
            None => {}
        }
    }
    flaws
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Event, line};
    use jiff::Timestamp;

    /// Six lines, and the head.
    fn log() -> (Vec<String>, Head) {
        let mut head = Head::default();
        let mut lines = Vec::new();
        for n in 0..6 {
            let event = Event::Exported {
                what: format!("report {n}"),
                request: None,
            };
            let (written, next) = line(&head, &event, Timestamp::UNIX_EPOCH);
            lines.push(written);
            head = next;
        }
        (lines, head)
    }

    #[track_caller]
    fn check(lines: &[String], anchor: &Head, expected: &[Flaw]) {
        let verdict = verify(lines.concat().as_bytes(), Some(anchor));
        assert_eq!(verdict.flaws, expected);
    }

    #[test]
    fn a_log_that_was_left_alone_is_whole() {
        let (lines, head) = log();
        check(&lines, &head, &[]);
        assert_eq!(verify(lines.concat().as_bytes(), None).head(), head);
        check(&[], &Head::default(), &[]);
        // A line that another process wrote after the database knew the head.
        check(
            &lines,
            &verify(lines[..4].concat().as_bytes(), None).head(),
            &[],
        );
    }

    #[test]
    fn every_changed_missing_moved_and_cut_off_line_is_named() {
        let (lines, head) = log();
        for at in 0..lines.len() {
            let (line, n) = (at + 1, at as u64 + 1);
            let mut changed = lines.clone();
            changed[at] = changed[at].replace("report", "raport");
            check(&changed, &head, &[Flaw::Changed { line, n }]);

            let mut rehashed = lines.clone();
            let start = rehashed[at].find("\"entry\":").unwrap() + 8;
            let entry = rehashed[at][start..rehashed[at].len() - 2].replace("report", "raport");
            rehashed[at] = format!(
                "{{\"hash\":\"{}\",\"entry\":{entry}}}\n",
                hash(entry.as_bytes())
            );
            check(&rehashed, &head, &[Flaw::Replaced { line, n }]);

            let mut without = lines.clone();
            without.remove(at);
            let gone = match n {
                6 => Flaw::CutOff { from: n, to: n },
                _ => Flaw::Missing { from: n, to: n },
            };
            check(&without, &head, &[gone]);

            let mut twice = lines.clone();
            twice.insert(at, lines[at].clone());
            let line = line + 1;
            check(&twice, &head, &[Flaw::Doubled { line, n }]);
        }
        for at in 0..lines.len() - 1 {
            let mut moved = lines.clone();
            moved.swap(at, at + 1);
            let (line, n) = (at + 2, at as u64 + 1);
            check(&moved, &head, &[Flaw::OutOfOrder { line, n }]);
        }
        check(&[], &head, &[Flaw::CutOff { from: 1, to: 6 }]);
        check(&lines[..2], &head, &[Flaw::CutOff { from: 3, to: 6 }]);
    }

    #[test]
    fn a_log_that_was_written_anew_is_not_the_one_that_the_database_knows() {
        let (_, head) = log();
        let mut other = Head::default();
        let mut lines = Vec::new();
        for _ in 0..6 {
            let event = Event::Started {
                version: "0.1.0".to_owned(),
            };
            let (written, next) = line(&other, &event, Timestamp::UNIX_EPOCH);
            lines.push(written);
            other = next;
        }
        check(&lines, &head, &[Flaw::Replaced { line: 6, n: 6 }]);
    }

    #[test]
    fn a_line_that_is_none_is_named_and_a_torn_one_is_not_held_against_the_log() {
        let (mut lines, head) = log();
        lines.insert(2, "dit is geen regel\n".to_owned());
        check(&lines, &head, &[Flaw::Unreadable { line: 3 }]);
        lines.remove(2);
        let torn = &lines[5][..40];
        let verdict = verify([&lines[..5].concat(), torn].concat().as_bytes(), None);
        assert_eq!((verdict.flaws, verdict.torn), (vec![], vec![6]));
    }

    #[test]
    fn any_bytes_have_a_verdict() {
        proptest::proptest!(|(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300))| {
            verify(&bytes, None);
        });
    }
}
