//! `status`: how the sources fare, what waits for delivery, what is stored.

use std::io::{self, Write};

use clap::Args;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::Serialize;

use crate::app::{App, Examples};
use crate::cli::trust::Trust;
use crate::cli::{Ended, Shell, json_line, listed, loaded, now, visits};
use crate::digest::hearing::CanaryTold;
use crate::outcome::health::Health;
use crate::outcome::{PollState, Trail};
use crate::store::{Heard, Reader, StateDirectory, Totals};

/// What `status` counts visits and messages over.
const PERIOD: SignedDuration = SignedDuration::from_hours(24);

/// A source that sent the same so many times in a row, although it was asked only for what is new, is
/// said to repeat itself.
const REPEATING: u32 = 5;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Write data: a line for each source, then one for the rest
    #[arg(long)]
    json: bool,
    /// The id of one source, to see its last thirty visits
    #[arg(value_name = "SOURCE")]
    source: Option<String>,
}

/// Shows it; works while the daemon runs.
pub(crate) async fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let directory = StateDirectory::existing(&shell.origin.state)?;
    let reader = Reader::open(&directory, &app.store_config())?;
    let now = now();
    let local = |when: Timestamp| when.to_zoned(app.settings.digest.zone.clone());
    let mut states = reader.poll_states().await?;
    let sources: Vec<SourceLine> = (reader.heard(now - PERIOD, now).await?)
        .into_iter()
        .map(|heard| {
            let state = states.remove(&heard.source).unwrap_or_default();
            SourceLine::of(&app, heard, state, now, &local)
        })
        .collect();
    if let Some(id) = &arguments.source {
        let Some(source) = sources.iter().find(|source| source.source == *id) else {
            let known = listed(sources.iter().map(|source| &source.source));
            shell.complain("unknown_source", minijinja::context! { found => id, known });
            return Ok(Ended::Wrong);
        };
        visits::show(shell, &reader, source, &local, arguments.json).await?;
        return Ok(Ended::Well);
    }
    let trust = Trust::of(&app, &reader, now).await?;
    let status = Status {
        sources,
        rest: Rest {
            canary: (reader.canary().await?)
                .map(|canary| CanaryTold::of(&canary, &app.settings.digest.zone)),
            ..Rest::of(&app, reader.totals().await?, trust, now, &local)
        },
    };
    let mut out = io::stdout().lock();
    if arguments.json {
        for source in &status.sources {
            json_line(&mut out, source)?;
        }
        json_line(&mut out, &status.rest)?;
    } else {
        writeln!(out, "{}", shell.texts.page("status.txt", &status)?)?;
    }
    Ok(Ended::Well)
}

#[derive(Serialize)]
struct Status {
    sources: Vec<SourceLine>,
    rest: Rest,
}

/// How one source is heard.
#[derive(Serialize)]
pub(crate) struct SourceLine {
    pub(crate) source: String,
    name: String,
    /// `healthy`, `quiet`, `failing`, `stopped`, or `new` when it was never visited.
    health: &'static str,
    /// Since when it is quiet, failing or stopped.
    since: Option<Zoned>,
    failure: Option<&'static str>,
    /// What happened at the last visit, when it failed.
    detail: Option<String>,
    /// Where the source says that it moved for good.
    moved_to: Option<String>,
    /// When something was last missed, probably.
    gap_at: Option<Zoned>,
    /// What else a person may want to know, as text keys.
    notes: Vec<&'static str>,
    failing_since: Option<Zoned>,
    hours_failing: Option<i64>,
    last_heard: Option<Zoned>,
    next_due: Option<Zoned>,
    visits_24h: u64,
    failed_24h: u64,
    new_items_24h: u64,
}

impl SourceLine {
    fn of(
        app: &App,
        heard: Heard,
        state: PollState,
        now: Timestamp,
        local: &impl Fn(Timestamp) -> Zoned,
    ) -> Self {
        let health = Health::of(&state, now);
        let stopped = matches!(health, Health::Stopped { .. });
        SourceLine {
            name: app
                .desk
                .sources
                .get(&heard.source)
                .cloned()
                .unwrap_or_default(),
            source: heard.source.to_string(),
            notes: notes(&state.trail),
            health: health.as_str(),
            since: health.since().map(local),
            detail: state.failure.map(|trouble| trouble.detail),
            moved_to: state.moved_to,
            gap_at: state.gap_at.map(local),
            failure: heard
                .failing_since
                .and(heard.failure)
                .map(|class| class.as_str()),
            failing_since: heard.failing_since.map(local),
            hours_failing: heard
                .failing_since
                .map(|since| now.duration_since(since).as_hours()),
            last_heard: heard.last_heard.map(local),
            next_due: heard.next_due.filter(|_| !stopped).map(local),
            visits_24h: heard.visits,
            failed_24h: heard.failed,
            new_items_24h: heard.counts.new,
        }
    }
}

/// How a source deals with conditional requests, when it does so wrongly.
fn notes(trail: &Trail) -> Vec<&'static str> {
    let pages = || trail.0.values();
    let notes = [
        ("distrusted", pages().any(|page| page.distrusted)),
        ("repeating", pages().any(|page| page.repeated >= REPEATING)),
    ];
    notes
        .into_iter()
        .filter(|(_, holds)| *holds)
        .map(|(note, _)| note)
        .collect()
}

/// What is stored, what waits, and what is not in order.
#[derive(Serialize)]
struct Rest {
    hits: u64,
    next_expiry: Option<Zoned>,
    database_bytes: u64,
    next_digest: Option<Zoned>,
    queue: Vec<Waiting>,
    /// What the latest own test came to.
    canary: Option<CanaryTold>,
    trust: Trust,
}

/// A message that waits for the relay.
#[derive(Serialize)]
struct Waiting {
    recipient: String,
    composed: Zoned,
    attempts: u32,
    next_attempt: Zoned,
}

impl Rest {
    fn of(
        app: &App,
        totals: Totals,
        trust: Trust,
        now: Timestamp,
        local: &impl Fn(Timestamp) -> Zoned,
    ) -> Self {
        let name = |address: &crate::recipient::Address| {
            let known = app
                .settings
                .recipients
                .iter()
                .find(|recipient| recipient.address == *address);
            known.map_or_else(|| address.to_string(), |recipient| recipient.name.clone())
        };
        let next = app
            .settings
            .recipients
            .iter()
            .filter_map(|recipient| app.settings.digest.next(recipient.digest, now));
        Rest {
            hits: totals.hits,
            next_expiry: totals.next_expiry.map(local),
            database_bytes: totals.bytes,
            next_digest: next.min().map(local),
            queue: totals
                .queue
                .into_iter()
                .map(|waiting| Waiting {
                    recipient: name(&waiting.to),
                    composed: local(waiting.composed_at),
                    attempts: waiting.attempts,
                    next_attempt: local(waiting.next_attempt),
                })
                .collect(),
            canary: None,
            trust,
        }
    }
}
