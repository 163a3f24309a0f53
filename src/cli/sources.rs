//! `sources`: what is listened to, exchanged with other feed readers as OPML.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use minijinja::context;

use crate::app::{App, Examples};
use crate::cli::drafts::{Ground, block, commented};
use crate::cli::{Ended, Shell, listed, loaded, now};
use crate::connector::opml::{self, MAX_LENGTH, MAX_OUTLINES, Opml};
use crate::source::draft::{Draft, FreeIds, address_key};
use crate::source::{Scope, SourceKind};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write a [[source]] for each feed in an OPML file that is no source yet
    #[command(
        after_help = "Example:\n  luisterpost sources import feeds.opml >> config/sources.toml"
    )]
    Import {
        /// The list of feeds that another reader wrote
        #[arg(value_name = "FILE.opml")]
        file: PathBuf,
    },
    /// Write the sources that are feeds as OPML, for another reader
    #[command(after_help = "Example:\n  luisterpost sources export > luisterpost.opml")]
    Export,
}

/// Writes blocks or a list to standard output; what is left out is named on standard error.
pub(crate) fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    match &arguments.action {
        Action::Import { file } => import(shell, &app, file),
        Action::Export => export(shell, &app),
    }
}

fn import(shell: &Shell, app: &App, path: &Path) -> anyhow::Result<Ended> {
    let file = path.display().to_string();
    let bytes = match read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let reason = error.to_string();
            shell.complain("opml.unreadable", context! { file, reason });
            return Ok(Ended::Wrong);
        }
    };
    if bytes.len() > MAX_LENGTH {
        let limit = MAX_LENGTH / (1024 * 1024);
        shell.complain("opml.too_large", context! { file, limit });
        return Ok(Ended::Wrong);
    }
    let Some(list) = opml::read(&bytes) else {
        shell.complain("opml.not_opml", context! { file });
        return Ok(Ended::Wrong);
    };
    write_blocks(shell, app, &file, &list)
}

/// The bytes of a file, and one more than may be when there are more.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_LENGTH as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write_blocks(shell: &Shell, app: &App, file: &str, list: &Opml) -> anyhow::Result<Ended> {
    let today = app.listener.ears.day(now());
    let mut ids = FreeIds::new(app.sources.keys());
    let known = app.settings.sources.iter();
    let known: HashMap<_, _> = known.map(|s| (address_key(&s.url), &s.id)).collect();
    // Where nothing tells whether a feed is about us, only what names a place of ours is kept.
    let scope = match app.settings.gazetteer.places.is_empty() {
        true => Scope::Local,
        false => Scope::Wide,
    };
    let mut lines = HashMap::new();
    let (mut n, mut doubled, mut left) = (0, 0, 0);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for feed in &list.feeds {
        let (line, title, url) = (feed.line, &feed.title, feed.url.as_str());
        let key = address_key(&feed.url);
        if let Some(id) = known.get(&key) {
            left += 1;
            let id = id.as_str();
            shell.complain("opml.known", context! { file, line, title, url, id });
        } else if let Some(first) = lines.get(&key) {
            doubled += 1;
            shell.complain("opml.doubled", context! { file, line, title, url, first });
        } else {
            n += 1;
            lines.insert(key, line);
            let draft = Draft::new(&mut ids, title, &feed.url, scope);
            // In front: the file that this is appended to may lack its last line end.
            writeln!(out)?;
            if !feed.categories.is_empty() {
                let names = &feed.categories;
                let category = shell.texts.say("opml.category", context! { names });
                write!(out, "{}", commented(&category))?;
            }
            let block = block(&shell.texts, &draft, Ground::Nothing, today)?;
            writeln!(out, "{block}")?;
        }
    }
    out.flush()?;
    for refused in &list.refused {
        let (line, title, reason) = (refused.line, &refused.title, refused.reason.as_str());
        shell.complain("opml.refused", context! { file, line, title, reason });
    }
    if list.is_cut {
        shell.complain("opml.cut", context! { file, most => MAX_OUTLINES });
    }
    let refused = list.refused.len();
    shell.complain(
        "opml.done",
        context! { file, n, doubled, known => left, refused },
    );
    Ok(match refused == 0 && !list.is_cut {
        true => Ended::Well,
        false => Ended::WithFailures,
    })
}

fn export(shell: &Shell, app: &App) -> anyhow::Result<Ended> {
    let is_feed = |source: &&std::sync::Arc<crate::source::Source>| {
        matches!(source.kind, SourceKind::Feed { .. })
    };
    let sources = &app.settings.sources;
    let feeds = sources.iter().filter(is_feed);
    let municipality = &app.settings.municipality;
    let title = shell.texts.say("opml.title", context! { municipality });
    let created = now().to_zoned(app.settings.digest.zone.clone());
    let list = opml::write(&title, &created, feeds.map(|s| (s.name.as_str(), &s.url)));
    io::stdout().write_all(list.as_bytes())?;
    let pages = sources.iter().filter(|source| !is_feed(source));
    let n = pages.clone().count();
    if n > 0 {
        let names = listed(pages.map(|source| &source.id));
        shell.complain("opml.pages", context! { n, names });
    }
    Ok(Ended::Well)
}
