//! `poll`: visits sources once.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::app::{App, Examples, open_store};
use crate::cli::{Ended, Progress, SharedStore, Shell, json_line, listed, loaded, now};
use crate::outcome::PollOutcome;
use crate::poll::round::{Round, Visited};
use crate::source::{Source, SourceId};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Visit all sources, due or not
    #[arg(long, conflicts_with = "sources")]
    all: bool,
    /// Write what came of each visit as data, one JSON object a line
    #[arg(long)]
    json: bool,
    /// Ids of the sources to visit; without any, those that are due
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
}

/// Visits what was asked; a source that fails does not stop the others.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Run);
    let known = |id: &String| SourceId::parse(id).is_some_and(|id| app.sources.contains_key(&id));
    if let Some(unknown) = arguments.sources.iter().find(|id| !known(id)) {
        shell.complain(
            "unknown_source",
            minijinja::context! { found => unknown, known => listed(app.sources.keys()) },
        );
        return Ok(Ended::Wrong);
    }
    let store = open_store(&shell.origin, &app, now()).await?;
    let wanted = wanted(&app, &store, &arguments).await?;
    let visits = visit(shell, &app, &store, &wanted).await?;

    let mut out = io::stdout().lock();
    let mut failed = 0;
    for visited in &visits {
        let line = Line::of(visited);
        failed += usize::from(line.failure.is_some());
        if arguments.json {
            json_line(&mut out, &line)?;
        } else if line.failure.is_some() {
            shell.complain("poll_failed", &line);
        }
    }
    if !arguments.json && io::stdout().is_terminal() {
        let hits: usize = visits.iter().map(|visited| Line::of(visited).hits).sum();
        writeln!(
            out,
            "{}",
            shell.texts.say(
                "cli.poll_done",
                minijinja::context! { visits => visits.len(), failed, hits }
            )
        )?;
    }
    Ok(if failed == 0 {
        Ended::Well
    } else {
        Ended::WithFailures
    })
}

async fn wanted(
    app: &App,
    store: &SharedStore,
    arguments: &Arguments,
) -> anyhow::Result<Vec<Arc<Source>>> {
    let ids: Vec<SourceId> = if arguments.all {
        app.sources.keys().cloned().collect()
    } else if arguments.sources.is_empty() {
        store.reader().due(now()).await?
    } else {
        arguments
            .sources
            .iter()
            .filter_map(|id| SourceId::parse(id))
            .collect()
    };
    Ok(ids
        .iter()
        .filter_map(|id| app.sources.get(id).cloned())
        .collect())
}

/// Visits sources side by side and shows how far it is; the visits in the order of the sources' ids.
///
/// # Errors
///
/// When the store fails: then nothing more can be recorded.
pub(crate) async fn visit(
    shell: &Shell,
    app: &App,
    store: &SharedStore,
    sources: &[Arc<Source>],
) -> anyhow::Result<Vec<Visited>> {
    let mut progress = Progress::new(&shell.texts, sources.len());
    let mut round = Round::default();
    for source in sources {
        round.add(source);
    }
    let mut visits = Vec::with_capacity(sources.len());
    loop {
        round.start(&app.listener, store, now());
        let Some(visited) = round.finished().await else {
            break;
        };
        let Visited { source, result } = visited;
        let polled = match result {
            Ok(polled) => polled,
            Err(error) => {
                progress.end();
                return Err(error.into());
            }
        };
        progress.step(&source.name, polled.recorded.added.len());
        visits.push(Visited {
            source,
            result: Ok(polled),
        });
    }
    progress.end();
    visits.sort_by(|one, other| one.source.id.cmp(&other.source.id));
    Ok(visits)
}

/// What came of one visit, as data.
#[derive(Serialize)]
struct Line<'v> {
    source: &'v str,
    name: &'v str,
    outcome: &'static str,
    items: u64,
    new: u64,
    hits: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'v str>,
    next_due: Option<String>,
}

impl<'v> Line<'v> {
    fn of(visited: &'v Visited) -> Self {
        let polled = visited.result.as_ref().ok();
        let outcome = polled.map(|polled| &polled.outcome);
        let (word, counts, failure) = match outcome {
            Some(PollOutcome::Read(counts)) => ("read", Some(counts), None),
            Some(PollOutcome::Failed(failure)) => ("failed", None, Some(failure)),
            Some(PollOutcome::Unmodified) | None => ("unmodified", None, None),
        };
        Line {
            source: visited.source.id.as_str(),
            name: &visited.source.name,
            outcome: word,
            items: counts.map_or(0, |counts| counts.items),
            new: counts.map_or(0, |counts| counts.new),
            hits: polled.map_or(0, |polled| polled.recorded.added.len()),
            failure: failure.map(|failure| failure.class.as_str()),
            detail: failure.map(|failure| failure.detail.as_str()),
            next_due: polled.map(|polled| polled.next_due.to_string()),
        }
    }
}
