//! `try`: a changed keyword list, before it goes live.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use minijinja::context;
use serde::Serialize;

use crate::app::{App, Examples, failing_examples};
use crate::cli::{Ended, Progress, Shell, json_line, loaded, marked, now};
use crate::item::{Excerpt, StoredHit};
use crate::keyword::KeywordLine;
use crate::lint;
use crate::matching::Matcher;
use crate::poll::listening::Ears;
use crate::settings::{load_theme, tell};
use crate::source::SourceId;
use crate::store::{Reader, StateDirectory, StoreError};
use crate::theme::Theme;
use crate::trial::{Change, Direction, Trial, Tried};

/// Stored hits that are looked at, the newest first: a month of a large town, and a second's work.
const MOST_STORED: u32 = 20_000;

/// Messages that are shown for each direction: more is a list that finds everything, and the first
/// hundred say so. `--json` gives all.
const MOST_SHOWN: usize = 100;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The changed keyword list; the theme is that of the file's name
    #[arg(value_name = "THEME.toml")]
    file: PathBuf,
    /// Compare the stored excerpts only: visit no source
    #[arg(long)]
    stored: bool,
    /// Write each difference as data, one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Shows which messages the list would find and lose. Nothing is recorded.
pub(crate) async fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let theme = match load_theme(&arguments.file, &app.settings) {
        Ok(theme) => theme,
        Err(mistakes) => {
            eprint!("{}", tell::report(&shell.texts, &mistakes));
            return Ok(Ended::Wrong);
        }
    };
    let refused = lint::refused(std::slice::from_ref(&theme));
    if !refused.is_empty() {
        eprint!("{}", tell::report(&shell.texts, &refused));
        return Ok(Ended::Wrong);
    }
    if let Some(current) = app.listener.ears.themes.get(&theme.id)
        && is_same_file(&arguments.file, Path::new(&*current.file))
    {
        shell.complain("try.same_file", context! { file => &*theme.file });
        return Ok(Ended::Wrong);
    }
    let after = changed(&app, &theme);
    // A failing example keeps a list from going live, not from being tried.
    let failing = failing_examples(&after.matcher, std::slice::from_ref(&theme));
    eprint!("{}", tell::report(&shell.texts, &failing));

    let now = now();
    let trial = Arc::new(Trial {
        theme: theme.id.clone(),
        today: app.listener.ears.day(now),
        before: Arc::clone(&app.listener.ears),
        after: Arc::new(after),
    });
    let stored = stored(shell, &app).await?;
    let mut tried = match arguments.stored {
        true => Tried::default(),
        false => {
            let takes = |source: &&Arc<_>| -> bool {
                let source: &crate::source::Source = source;
                source.themes.takes(&theme.id)
            };
            let sources: Vec<_> = app.sources.values().filter(takes).cloned().collect();
            let mut progress = Progress::new(&shell.texts, sources.len());
            let visits = trial.visit(&app.listener, sources, now, |source| {
                progress.step(&source.name, 0);
            });
            let tried = visits.await;
            progress.end();
            tried
        }
    };
    trial.compare_stored(&stored, &mut tried);
    tried.changes.sort_by_key(|change| change.direction);
    for (source, failure) in &tried.failed {
        let (class, detail) = (failure.class.as_str(), &failure.detail);
        shell.complain(
            "poll_failed",
            context! { source => source.as_str(), failure => class, detail },
        );
    }
    show(shell, &app, arguments.json, &theme, &tried)?;
    Ok(match failing.is_empty() && tried.failed.is_empty() {
        true => Ended::Well,
        false => Ended::WithFailures,
    })
}

/// The lists with the changed one in the place of the theme of its name, or beside them.
fn changed(app: &App, theme: &Theme) -> Ears {
    let ears = &app.listener.ears;
    let mut themes: BTreeMap<_, _> = ears.themes.clone();
    themes.insert(theme.id.clone(), theme.clone());
    let lists: Vec<Theme> = themes.values().cloned().collect();
    Ears {
        masker: crate::mask::Masker::new(),
        tokens: ears.tokens.clone(),
        withholder: Arc::clone(&ears.withholder),
        matcher: Matcher::compile(&lists, &app.settings.common, &app.settings.gazetteer),
        themes,
        first_visit: ears.first_visit,
        zone: ears.zone.clone(),
    }
}

/// What is stored, the newest first; nothing when nothing was stored yet.
async fn stored(shell: &Shell, app: &App) -> anyhow::Result<Vec<StoredHit>> {
    let reader = StateDirectory::existing(&shell.origin.state)
        .and_then(|directory| Reader::open(&directory, &app.store_config()));
    match reader {
        Ok(reader) => Ok(reader.recent_hits(MOST_STORED).await?),
        Err(StoreError::Empty { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    real(one).is_some_and(|path| real(other) == Some(path))
}

fn show(shell: &Shell, app: &App, json: bool, theme: &Theme, tried: &Tried) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if json {
        for change in &tried.changes {
            json_line(&mut out, &Line::of(change))?;
        }
        out.flush()?;
        return Ok(());
    }
    let of = |direction| {
        let changes = tried.changes.iter();
        changes.filter(move |change| change.direction == direction)
    };
    let (added, removed) = (of(Direction::Added), of(Direction::Removed));
    let total = context! {
        title => &theme.title,
        added => added.clone().count(),
        removed => removed.clone().count(),
        carried => tried.carried,
        stored => tried.stored,
        withheld => tried.withheld,
    };
    writeln!(out, "{}", shell.texts.say("try.total", total))?;
    for (sign, changes) in [("+", added), ("−", removed)] {
        let more = changes.clone().count().saturating_sub(MOST_SHOWN);
        for change in changes.take(MOST_SHOWN) {
            let line = said(shell, app, theme, sign, change);
            writeln!(out, "{line}")?;
        }
        if more > 0 {
            writeln!(
                out,
                "{}",
                shell.texts.say("try.more", context! { sign, n => more })
            )?;
        }
    }
    out.flush()?;
    Ok(())
}

/// One difference as a line.
fn said(shell: &Shell, app: &App, theme: &Theme, sign: &str, change: &Change) -> String {
    let text = match &change.excerpt {
        Excerpt::Shown { text, marks } => marked(text, marks),
        Excerpt::Withheld { reason } => {
            let reason = shell
                .texts
                .say(&format!("withheld.{}", reason.as_str()), ());
            shell.texts.say("try.withheld", context! { reason })
        }
    };
    let other = (change.theme != theme.id).then(|| {
        let theme = app.listener.ears.themes.get(&change.theme);
        theme.map_or_else(|| change.theme.to_string(), |theme| theme.title.clone())
    });
    let reason = |line: &KeywordLine| {
        shell.texts.say(
            "try.reason",
            context! { keyword => &line.text, line => line.line, file => file_name(&line.file), own => file_name(&line.file) == file_name(&theme.file) },
        )
    };
    let reasons: Vec<String> = change
        .evidence
        .iter()
        .map(|evidence| reason(&evidence.keyword))
        .collect();
    shell.texts.say(
        "try.change",
        context! {
            sign, text, other,
            source => source_name(app, &change.source),
            stored => change.stored,
            reasons => reasons.join("; "),
            taken_by => change.taken_by.as_ref().map(reason),
        },
    )
}

fn source_name<'a>(app: &'a App, id: &'a SourceId) -> &'a str {
    app.desk.sources.get(id).map_or(id.as_str(), String::as_str)
}

fn file_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// One difference, as data; spans are bytes of the excerpt.
#[derive(Serialize)]
struct Line<'c> {
    change: &'static str,
    theme: &'c str,
    source: &'c str,
    stored: bool,
    link: Option<&'c str>,
    excerpt: &'c Excerpt,
    evidence: Vec<LineOf<'c>>,
    taken_by: Option<LineOf<'c>>,
}

/// A keyword line, as data.
#[derive(Serialize)]
struct LineOf<'c> {
    keyword: &'c str,
    list: &'c str,
    file: &'c str,
    line: u32,
}

impl<'c> Line<'c> {
    fn of(change: &'c Change) -> Self {
        let line = |line: &'c KeywordLine| LineOf {
            keyword: &line.text,
            list: &line.list,
            file: &line.file,
            line: line.line,
        };
        let evidence = change
            .evidence
            .iter()
            .map(|evidence| line(&evidence.keyword));
        Line {
            change: match change.direction {
                Direction::Added => "added",
                Direction::Removed => "removed",
            },
            theme: change.theme.as_str(),
            source: change.source.as_str(),
            stored: change.stored,
            link: change.link.as_deref(),
            excerpt: &change.excerpt,
            evidence: evidence.collect(),
            taken_by: change.taken_by.as_ref().map(line),
        }
    }
}
