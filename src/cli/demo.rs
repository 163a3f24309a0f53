//! `demo`: the whole main job offline, with the fictional town of Lindemeer.
//!
//! The town is served on a loopback port, and everything after that is the ordinary code with the
//! demo's own settings files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use minijinja::value::{Serde, Value};
use serde::Serialize;
use tokio::net::TcpListener;

use crate::app::{App, Examples, LoadError, Origin, open_store};
use crate::cli::poll::visit;
use crate::cli::{Ended, SharedStore, Shell, marked, now, program};
use crate::deliver::Which;
use crate::demo::files;
use crate::demo::town::Town;
use crate::item::{Excerpt, StoredHit};
use crate::outcome::PollOutcome;
use crate::poll::round::Visited;
use crate::settings::{Paths, tell};
use crate::source::Source;
use crate::span::Span;

/// Shows that a directory was made by `demo`, so that the next demo may remove it.
const MARKER: &str = ".luisterpost-demo";

/// Most hits shown of one theme; the overview has them all.
const SHOWN: usize = 6;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Directory for the demo's files; made anew each time
    #[arg(long, value_name = "DIR", default_value = "demo")]
    directory: PathBuf,
}

/// Serves the town, visits it twice, and mails the overview into a directory.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let directory = fresh(&arguments.directory)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .context("cannot listen on this machine")?;
    let port = listener.local_addr()?.port();
    let zone = jiff::tz::TimeZone::get("Europe/Amsterdam").context("the time zone of the demo")?;
    let today = now().to_zoned(zone.clone()).date();
    for (path, text) in files::demo(port, today) {
        write(&directory.join(path), &text)?;
    }
    let town = Arc::new(Town::new(now(), zone));
    let server = axum::serve(listener, town.router());
    tokio::spawn(async move { server.await });

    let origin = Origin {
        paths: Paths {
            config: directory.join("config"),
            keywords: directory.join("keywords"),
        },
        state: directory.join("state"),
        environment: Vec::new(),
    };
    let app = match App::load(&origin, &shell.texts, None, Examples::Run, now()) {
        Ok(app) => app,
        Err(LoadError::Mistakes(mistakes)) => bail!(
            "the demo's own files are wrong:\n{}",
            tell::report(&shell.texts, &mistakes)
        ),
        Err(error) => return Err(error.into()),
    };
    let store = open_store(&origin, &app, now()).await?;
    shell.say(
        "demo.start",
        minijinja::context! { url => format!("http://127.0.0.1:{port}/") },
    )?;
    let sources: Vec<Arc<Source>> = app.sources.values().cloned().collect();
    let mut read = 0;
    for number in 1..=2 {
        if number == 2 {
            town.start_second_round();
        }
        let visits = visit(shell, &app, &store, &sources).await?;
        shell.say("demo.round", minijinja::context! { number })?;
        for visited in &visits {
            read += show_visit(shell, visited)?;
        }
    }
    let hits = store.reader().recent_hits(u32::MAX).await?;
    show_hits(shell, &app, &hits)?;
    let items: std::collections::HashSet<_> = hits
        .iter()
        .map(|stored| {
            (
                &stored.hit.source,
                &stored.hit.link,
                stored.hit.published_at,
            )
        })
        .collect();
    shell.say(
        "demo.silent",
        minijinja::context! { n => read - items.len() as u64 },
    )?;
    let canary = app.canary(&origin.state, now()).await;
    store.keep_canary(canary).await?;
    let recipients = overviews(&app, &store, &directory).await?;
    shell.say(
        "demo.end",
        minijinja::context! {
            recipients => Value::from(Serde(&recipients)),
            program => program(),
            database => directory.join("state/luisterpost.db").display().to_string(),
            config => origin.paths.config.display().to_string(),
            keywords => origin.paths.keywords.display().to_string(),
            state => origin.state.display().to_string(),
        },
    )?;
    Ok(Ended::Well)
}

/// An empty directory; what an earlier demo left is removed, anything else is not touched.
fn fresh(directory: &Path) -> anyhow::Result<PathBuf> {
    if directory.join(MARKER).exists() {
        fs::remove_dir_all(directory).with_context(|| {
            format!("cannot remove the earlier demo in {}", directory.display())
        })?;
    } else if fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!(
            "{} holds files that no demo made; choose another with --directory",
            directory.display()
        );
    }
    write(
        &directory.join(MARKER),
        "Made by `luisterpost demo`, which removes this directory when it runs again.\n",
    )?;
    Ok(directory.to_owned())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let directory = path.parent().expect("a file lies in a directory");
    fs::create_dir_all(directory)
        .and_then(|()| fs::write(path, text))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// One line for each visit; gives how many messages were new in it.
fn show_visit(shell: &Shell, visited: &Visited) -> anyhow::Result<u64> {
    let name = &visited.source.name;
    let Ok(polled) = &visited.result else {
        return Ok(0);
    };
    match &polled.outcome {
        PollOutcome::Unmodified => {
            shell.say("demo.visit_unmodified", minijinja::context! { name })?
        }
        PollOutcome::Failed(failure) => {
            shell.say(
                "demo.visit_failed",
                minijinja::context! { name, failure => failure.class.as_str() },
            )?;
        }
        PollOutcome::Read(counts) => {
            let hits = polled.recorded.added.len();
            shell.say("demo.visit_read", minijinja::context! { name, items => counts.items, new => counts.new, changed => counts.changed, repaired => !counts.repaired.is_empty(), hits })?;
            return Ok(counts.new);
        }
    }
    Ok(0)
}

/// The hits by theme, with the words that were found.
fn show_hits(shell: &Shell, app: &App, hits: &[StoredHit]) -> anyhow::Result<()> {
    let mut themes: BTreeMap<&str, Vec<&StoredHit>> = BTreeMap::new();
    for stored in hits {
        themes
            .entry(stored.hit.theme.as_str())
            .or_default()
            .push(stored);
    }
    for (theme, hits) in themes {
        let known = app
            .settings
            .themes
            .iter()
            .find(|known| known.id.as_str() == theme);
        let title = known.map_or(theme, |theme| &theme.title);
        writeln!(io::stdout())?;
        let evidence = hits.iter().flat_map(|stored| &stored.hit.evidence).next();
        let file = evidence.map(|evidence| &evidence.keyword.file);
        shell.say(
            "demo.theme",
            minijinja::context! { title, file, n => hits.len() },
        )?;
        for stored in hits.iter().take(SHOWN) {
            show_hit(shell, app, stored)?;
        }
        if hits.len() > SHOWN {
            shell.say("demo.more", minijinja::context! { n => hits.len() - SHOWN })?;
        }
    }
    writeln!(io::stdout())?;
    Ok(())
}

fn show_hit(shell: &Shell, app: &App, stored: &StoredHit) -> anyhow::Result<()> {
    let hit = &stored.hit;
    let text = match &hit.excerpt {
        Excerpt::Shown { text, marks } => marked(text, &Span::groups(text, marks)),
        Excerpt::Withheld { .. } => shell.texts.say("demo.withheld", ()),
    };
    shell.say(
        "demo.hit",
        minijinja::context! { number => stored.id.to_string(), text },
    )?;
    let when = hit
        .published_at
        .unwrap_or(hit.fetched_at)
        .to_zoned(app.settings.digest.zone.clone())
        .to_string();
    let lines: BTreeSet<u32> = (hit.evidence.iter())
        .map(|evidence| evidence.keyword.line)
        .collect();
    let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
    shell.say(
        "demo.about",
        minijinja::context! {
            source => app.desk.sources.get(&hit.source), when,
            places => hit.places.join(", "), lines,
        },
    )?;
    Ok(())
}

/// Where the overview for one recipient lies.
#[derive(Debug, Serialize)]
struct Overview {
    name: String,
    page: String,
    mail: Option<String>,
}

/// Mails the overviews into the outbox, and writes each as a page too.
async fn overviews(
    app: &App,
    store: &SharedStore,
    directory: &Path,
) -> anyhow::Result<Vec<Overview>> {
    let outbox = directory.join("state/outbox");
    let mut overviews = Vec::new();
    let mut earlier = BTreeSet::new();
    for (number, recipient) in (1..).zip(app.desk.takers(None)) {
        let rendered = app.desk.preview(store.reader(), recipient, now()).await?;
        let page = directory.join(format!("overzicht-{number}.html"));
        write(&page, &rendered.html)?;
        app.desk.compose(store, recipient, now()).await?;
        let to = Which::To(std::slice::from_ref(recipient));
        let sent = app.desk.send_waiting(store, to, now()).await?;
        if let Some((_, error)) = sent.failed.into_iter().next() {
            return Err(error).context("the overview could not be written");
        }
        let mails = listing(&outbox)?;
        overviews.push(Overview {
            name: recipient.name.clone(),
            page: page.display().to_string(),
            mail: mails.difference(&earlier).next().cloned(),
        });
        earlier = mails;
    }
    Ok(overviews)
}

/// The files in a directory.
fn listing(directory: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in
        fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))?
    {
        names.insert(entry?.path().display().to_string());
    }
    Ok(names)
}
