//! `demo`: the whole main job offline, with the fictional town of Lindemeer.
//!
//! The town is served on a loopback port, and everything after that is the ordinary code with the
//! demo's own settings files.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use tokio::net::TcpListener;

use crate::app::{App, LoadError, Origin, open_store};
use crate::cli::poll::visit;
use crate::cli::{Ended, SharedStore, Shell, marked, now};
use crate::deliver::Which;
use crate::demo::files;
use crate::demo::town::Town;
use crate::item::Excerpt;
use crate::outcome::PollOutcome;
use crate::poll::round::Visited;
use crate::settings::{Paths, tell};
use crate::source::Source;
use crate::store::StoredHit;

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
    let app = match App::load(&origin, None, now()) {
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
    let pages = overviews(&app, &store, &directory).await?;
    let mails = listing(&directory.join("state/outbox"))?;
    let program = std::env::args()
        .next()
        .unwrap_or_else(|| "luisterpost".to_owned());
    shell.say(
        "demo.end",
        minijinja::context! {
            mails, pages, program,
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
            shell.say("demo.visit_read", minijinja::context! { name, items => counts.items, new => counts.new, changed => counts.changed, repaired => counts.repaired, hits })?;
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
        shell.say("demo.theme", minijinja::context! { title, n => hits.len() })?;
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
        Excerpt::Shown { text, marks } => marked(text, marks),
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
    let keywords: Vec<&str> = hit
        .evidence
        .iter()
        .map(|evidence| evidence.keyword.text.as_str())
        .collect();
    shell.say(
        "demo.about",
        minijinja::context! {
            source => app.desk.sources.get(&hit.source), when,
            places => hit.places.join(", "), keywords => keywords.join(" + "),
        },
    )?;
    Ok(())
}

/// Mails the overviews into the outbox, and writes each as a page too.
async fn overviews(
    app: &App,
    store: &SharedStore,
    directory: &Path,
) -> anyhow::Result<Vec<String>> {
    let mut pages = Vec::new();
    for (number, recipient) in (1..).zip(app.desk.takers(None)) {
        let rendered = app.desk.preview(store.reader(), recipient, now()).await?;
        let path = directory.join(format!("overzicht-{number}.html"));
        write(&path, &rendered.html)?;
        pages.push(path.display().to_string());
        app.desk.compose(store, recipient, now()).await?;
    }
    let sent = app.desk.send_waiting(store, Which::All, now()).await?;
    match sent.failed.into_iter().next() {
        Some((_, error)) => Err(error).context("the overview could not be written"),
        None => Ok(pages),
    }
}

/// The files in a directory, by name.
fn listing(directory: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in
        fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))?
    {
        names.push(entry?.path().display().to_string());
    }
    names.sort();
    Ok(names)
}
