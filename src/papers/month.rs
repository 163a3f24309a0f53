//! What was done in a month, in counts. No text, and no count of one place or person.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::audit::Head;
use crate::audit::verdict::Verdict;

/// What one source or theme came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// Its name or title.
    pub title: String,
    /// Visits; 0 for a theme.
    pub visits: u64,
    /// Messages that were looked at; 0 for a theme.
    pub messages: u64,
    /// Hits.
    pub hits: u64,
    /// Hits of which no text is kept.
    pub withheld: u64,
}

/// Erased hits, by what they were erased for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Erased {
    retention: u64,
    request: u64,
    source: u64,
}

/// Requests, by what was asked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Requests {
    access: u64,
    erase: u64,
    object: u64,
}

/// The counts of a month.
#[derive(Clone, Debug, Serialize)]
pub struct Month {
    municipality: String,
    from: Date,
    last: Date,
    visits: u64,
    messages: u64,
    hits: u64,
    withheld: u64,
    themes: Vec<Row>,
    sources: Vec<Row>,
    erased: Erased,
    refused: usize,
    requests: Requests,
    sent: u64,
    changed: u64,
    flaws: usize,
    head: Head,
}

/// Counts a month, from the first day to the last. What was erased, refused, asked and sent is
/// counted from the audit log, by its days in UTC.
pub fn compose(
    municipality: &str,
    (from, last): (Date, Date),
    sources: Vec<Row>,
    themes: Vec<Row>,
    verdict: &Verdict,
) -> Month {
    let mut month = Month {
        municipality: municipality.to_owned(),
        from,
        last,
        visits: sources.iter().map(|row| row.visits).sum(),
        messages: sources.iter().map(|row| row.messages).sum(),
        hits: sources.iter().map(|row| row.hits).sum(),
        withheld: themes.iter().map(|row| row.withheld).sum(),
        themes,
        sources,
        erased: Erased::default(),
        refused: 0,
        requests: Requests::default(),
        sent: 0,
        changed: 0,
        flaws: verdict.flaws.len(),
        head: verdict.head(),
    };
    let mut refused: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, line) in &verdict.lines {
        let text = |key: &str| line.entry.get(key).and_then(|value| value.as_str());
        let number = |key: &str| line.entry.get(key).and_then(serde_json::Value::as_u64);
        let day = text("at").and_then(|at| at.get(..10)?.parse::<Date>().ok());
        if !day.is_some_and(|day| (from..=last).contains(&day)) {
            continue;
        }
        let hits = number("hits").unwrap_or_default();
        match (text("event").unwrap_or_default(), text("why"), text("kind")) {
            ("deleted", Some("retention"), _) => month.erased.retention += hits,
            ("deleted", Some("request"), _) => month.erased.request += hits,
            ("deleted", Some("source" | "recheck"), _) => month.erased.source += hits,
            ("refused_by_source", ..) => {
                *refused
                    .entry(text("source").unwrap_or_default())
                    .or_default() += 1;
            }
            ("request", _, Some("access")) => month.requests.access += 1,
            ("request", _, Some("erase")) => month.requests.erase += 1,
            ("request", _, Some("object")) => month.requests.object += 1,
            ("sent", ..) => month.sent += 1,
            ("theme", ..) => month.changed += 1,
            _ => {}
        }
    }
    month.refused = refused.len();
    month
}
