//! `discover`: the feeds of a page, as cards and as sources to take over.

use std::collections::{HashMap, HashSet};
use std::io::{self, IsTerminal, Write};

use clap::Args;
use futures_util::StreamExt;
use jiff::Zoned;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;
use url::Url;

use crate::app::{App, Examples};
use crate::cli::drafts::{Ground, block, commented};
use crate::cli::{Ended, Shell, json_line, loaded, now};
use crate::discover::{Card, State};
use crate::source::draft::{Draft, FreeIds, address_key};
use crate::source::refused::{Refused, refused_site};
use crate::source::{Scope, SourceId};

/// Addresses that are looked at side by side; each host is still asked one thing at a time.
const SIDE_BY_SIDE: usize = 16;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A page of which the feeds are looked for, or a feed itself; without a scheme it is https
    #[arg(value_name = "URL", required = true)]
    addresses: Vec<String>,
    /// Write each feed as data, one JSON object a line
    #[arg(long)]
    json: bool,
}

/// A feed with what stands around it.
#[derive(Serialize)]
struct Line<'c> {
    address: &'c str,
    #[serde(flatten)]
    card: &'c Card,
    /// The source that it is already.
    known: Option<&'c str>,
    /// A `[[source]]` to take over.
    source: Option<String>,
}

#[derive(Serialize)]
struct Shown<'c> {
    card: &'c Card,
    newest: Option<Zoned>,
    known: Option<&'c str>,
}

/// Visits each address once, politely. Nothing is recorded.
pub(crate) async fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let mut addresses = Vec::new();
    for address in &arguments.addresses {
        let Some(url) = parse(address) else {
            shell.complain("discover.bad_address", context! { address });
            return Ok(Ended::Wrong);
        };
        addresses.push((address.as_str(), url));
    }
    if io::stderr().is_terminal() {
        shell.complain("discover.looking", context! { n => addresses.len() });
    }
    let mut ended = Ended::Well;
    addresses.retain(|(address, url)| {
        let place = refused_site(url, None);
        if let Some(Refused { told, .. }) = place {
            let told = Value::from(Serde(told));
            shell.complain("discover.refused", context! { address => *address, told });
            ended = Ended::WithFailures;
        }
        place.is_none()
    });
    let now = now();
    let listener = &app.listener;
    let looks = addresses
        .into_iter()
        .map(|(address, url)| async move { (address, listener.discover(&url, now).await) });
    let mut looks = futures_util::stream::iter(looks).buffered(SIDE_BY_SIDE);
    let mut printer = Printer::new(shell, &app, arguments.json);
    while let Some((address, found)) = looks.next().await {
        let found = match found {
            Ok(found) => found,
            Err(failure) => {
                let (class, detail) = (failure.class.as_str(), failure.detail);
                shell.complain("discover.unreadable", context! { address, class, detail });
                ended = Ended::WithFailures;
                continue;
            }
        };
        for card in &found.cards {
            printer.print(address, card)?;
        }
        if !found.unread.is_empty() {
            let urls: Vec<String> = found.unread.iter().map(Url::to_string).collect();
            shell.complain(
                "discover.unread",
                context! { address, n => urls.len(), urls },
            );
        }
        let is_read = |card: &Card| matches!(card.state, State::Read(_));
        if !found.cards.iter().any(is_read) {
            shell.complain(
                "discover.none",
                context! { address, title => found.page_title },
            );
            ended = Ended::WithFailures;
        }
    }
    Ok(ended)
}

/// An address as a person writes it.
fn parse(address: &str) -> Option<Url> {
    let whole = match address.contains("://") {
        true => address.to_owned(),
        false => format!("https://{address}"),
    };
    let url = Url::parse(&whole).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    (is_web && url.username().is_empty() && url.password().is_none()).then_some(url)
}

struct Printer<'a> {
    shell: &'a Shell,
    app: &'a App,
    json: bool,
    known: HashMap<String, &'a SourceId>,
    shown: HashSet<String>,
    ids: FreeIds,
}

impl<'a> Printer<'a> {
    fn new(shell: &'a Shell, app: &'a App, json: bool) -> Self {
        let sources = app.settings.sources.iter();
        Printer {
            shell,
            app,
            json,
            known: sources.map(|s| (address_key(&s.url), &s.id)).collect(),
            shown: HashSet::new(),
            ids: FreeIds::new(app.sources.keys()),
        }
    }

    /// Shows a feed once, as comment lines and a `[[source]]`, so that all of it may be appended
    /// to `sources.toml`.
    fn print(&mut self, address: &str, card: &Card) -> anyhow::Result<()> {
        let texts = &self.shell.texts;
        let key = address_key(&card.url);
        if !self.shown.insert(key.clone()) {
            let url = card.url.as_str();
            self.shell.complain("discover.same", context! { url });
            return Ok(());
        }
        let also = card
            .also
            .iter()
            .find_map(|url| self.known.get(&address_key(url)));
        let known = self.known.get(&key).or(also).map(|id| id.as_str());
        let source = match &card.state {
            State::Read(carried) if known.is_none() => {
                let scope = match self.app.settings.gazetteer.places.is_empty() {
                    true => Scope::Local,
                    false => carried.scope(),
                };
                let title = card.title.as_deref().unwrap_or_default();
                let draft = Draft::new(&mut self.ids, title, &card.url, scope);
                let today = self.app.listener.ears.day(now());
                Some(block(texts, &draft, Ground::Messages, today)?)
            }
            _ => None,
        };
        let mut out = io::stdout().lock();
        if self.json {
            let line = Line {
                address,
                card,
                known,
                source,
            };
            json_line(&mut out, &line)?;
            return Ok(());
        }
        let newest = match &card.state {
            State::Read(carried) => carried.newest,
            _ => None,
        };
        let zone = &self.app.settings.digest.zone;
        let shown = Shown {
            card,
            newest: newest.map(|when| when.to_zoned(zone.clone())),
            known,
        };
        let page = texts.page("card.txt", &shown)?;
        write!(out, "\n{}", commented(&page))?;
        if let Some(source) = source {
            writeln!(out, "{source}")?;
        }
        Ok(())
    }
}
