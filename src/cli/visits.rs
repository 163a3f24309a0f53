//! `status SOURCE`: how one source fares, and its last visits.

use std::io::{self, Write};

use jiff::{Timestamp, Zoned};
use serde::Serialize;

use crate::cli::status::SourceLine;
use crate::cli::{Shell, json_line};
use crate::source::SourceId;
use crate::store::{Reader, VisitLine};

/// How many visits are shown: the store keeps as many of each source, however long ago they were.
const SHOWN: u32 = 30;

/// Shows them, the newest first.
pub(crate) async fn show(
    shell: &Shell,
    reader: &Reader,
    source: &SourceLine,
    local: &impl Fn(Timestamp) -> Zoned,
    as_data: bool,
) -> anyhow::Result<()> {
    let id = SourceId::parse(&source.source).expect("it was parsed before");
    let visits = reader.visits(&id, SHOWN).await?;
    let visits: Vec<Line> = visits
        .into_iter()
        .map(|visit| Line::of(visit, local))
        .collect();
    let mut out = io::stdout().lock();
    if as_data {
        json_line(&mut out, source)?;
        for visit in &visits {
            json_line(&mut out, visit)?;
        }
    } else {
        let values = Shown { source, visits };
        writeln!(out, "{}", shell.texts.page("visits.txt", &values)?)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Shown<'a> {
    source: &'a SourceLine,
    visits: Vec<Line>,
}

/// One visit.
#[derive(Serialize)]
struct Line {
    at: Zoned,
    outcome: String,
    items: u64,
    new: u64,
    changed: u64,
    hits: u64,
    repaired: Vec<&'static str>,
    cut: bool,
    noindex: bool,
    gap: bool,
    detail: Option<String>,
    duration_ms: u64,
}

impl Line {
    fn of(visit: VisitLine, local: &impl Fn(Timestamp) -> Zoned) -> Line {
        let counts = visit.counts;
        Line {
            at: local(visit.at),
            outcome: visit.outcome,
            items: counts.items,
            new: counts.new,
            changed: counts.changed,
            hits: counts.hits,
            repaired: counts
                .repaired
                .iter()
                .map(|repair| repair.as_str())
                .collect(),
            cut: counts.cut,
            noindex: counts.noindex,
            gap: visit.gap,
            detail: visit.detail,
            duration_ms: u64::try_from(visit.duration.as_millis()).unwrap_or(u64::MAX),
        }
    }
}
