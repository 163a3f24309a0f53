//! A municipality of its own for each test: its files, a web server, a state directory, a mailbox.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use luisterpost::app::{App, Examples, Origin, open_store};
use luisterpost::deliver::Which;
use luisterpost::item::{Excerpt, StoredHit};
use luisterpost::mistake::Mistake;
use luisterpost::outcome::{FailureClass, PollOutcome, PollState};
use luisterpost::poll::Polled;
use luisterpost::render::Texts;
use luisterpost::settings::Paths;
use luisterpost::source::{Source, SourceId};
use luisterpost::store::Store;
use mail_parser::MessageParser;
use tempfile::TempDir;

use crate::web::{Answer, Web};

pub(crate) const HOUR: SignedDuration = SignedDuration::from_hours(1);
pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Tuesday 24 November 2026, six in the morning in the Netherlands.
pub(crate) fn morning() -> Timestamp {
    at("2026-11-24T05:00:00Z")
}

/// The time of the overview on that Tuesday: half past seven.
pub(crate) fn slot() -> Timestamp {
    at("2026-11-24T06:30:00Z")
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The present.
#[expect(
    clippy::disallowed_methods,
    reason = "the program itself reads the clock, so its tests must"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The fixed surroundings of a test; what it remembers lies on disk.
pub(crate) struct World {
    root: TempDir,
    today: Date,
    /// What the sources are served by.
    pub(crate) web: Web,
}

impl World {
    /// Lindemeer with two themes, one recipient of all of them, and no source yet.
    pub(crate) async fn new() -> World {
        World::on(date(2026, 11, 24)).await
    }

    /// The same, looked at today: for the program itself, which reads the clock.
    pub(crate) async fn today() -> World {
        World::on(now().to_zoned(TimeZone::UTC).date()).await
    }

    async fn on(today: Date) -> World {
        let world = World {
            root: tempfile::tempdir().unwrap(),
            today,
            web: Web::start().await,
        };
        world.settings("");
        world.write("config/sources.toml", "");
        world.recipients(&[("Team Veiligheid", "")]);
        world.write("config/places.csv", PLACES);
        world.write("keywords/common.toml", "");
        world.theme("woninginbraak", "inbraak", "");
        world.theme("brand", "brand", "");
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes `luisterpost.toml`; `fetch` is added to its section of requests.
    pub(crate) fn settings(&self, fetch: &str) {
        let gap = match fetch.contains("min_gap") {
            true => "",
            false => "min_gap = \"0s\"",
        };
        let privacy = PRIVACY;
        let text = format!(
            r#"
            [organisation]
            municipality = "Lindemeer"
            contact = "luisterpost@lindemeer.example"
            explanation = "https://www.lindemeer.example/luisterpost"
            operator = "beheer@lindemeer.example"
            {privacy}
            [fetch]
            allow_private = ["127.0.0.0/8"]
            {gap}
            {fetch}
            [mail]
            via = "directory"
            directory = "outbox"
            from = "Luisterpost <luisterpost@lindemeer.example>"
            allowed_domains = ["lindemeer.example"]
            "#
        );
        self.write("config/luisterpost.toml", text);
    }

    /// Writes a theme with one strong keyword; `more` are further lines, which win.
    pub(crate) fn theme(&self, id: &str, strong: &str, more: &str) {
        let mut text = format!("title = \"Thema {id}\"\nstrong = '''\n{strong}\n'''\n{more}\n");
        for (key, value) in [
            ("purpose", "\"Zien wat inwoners melden.\""),
            ("legal_task", "\"Gemeentewet art. 172\""),
            ("controller", "\"burgemeester\""),
            ("retention_days", "28"),
            ("review_by", &(self.today + 100.days()).to_string()),
            ("enabled", "true"),
        ] {
            if !more.contains(key) {
                text.push_str(&format!("{key} = {value}\n"));
            }
        }
        self.write(&format!("keywords/{id}.toml"), text);
    }

    /// Writes the recipients: name, and further lines. The address is made of the first word.
    pub(crate) fn recipients(&self, list: &[(&str, &str)]) {
        let one = |(name, more): &(&str, &str)| {
            let mailbox = name.to_lowercase().replace(' ', "-");
            let mut text = format!(
                "[[recipient]]\nname = \"{name}\"\naddress = \"{mailbox}@lindemeer.example\"\n{more}\n"
            );
            for (key, value) in [("themes", "[\"*\"]"), ("digest", "\"daily\"")] {
                if !more.contains(key) {
                    text.push_str(&format!("{key} = {value}\n"));
                }
            }
            text
        };
        let text: String = list.iter().map(one).collect();
        self.write("config/recipients.toml", text);
    }

    /// Adds lines to a file.
    pub(crate) fn append(&self, name: &str, text: &str) {
        let before = fs::read_to_string(self.path(name)).unwrap();
        self.write(name, before + text);
    }

    /// Adds a feed at `/<id>` of the web server; `more` are further lines of its table.
    pub(crate) fn feed(&self, id: &str, more: &str) {
        self.add_source(id, "feed", self.web.url(&format!("/{id}")).as_str(), more);
    }

    /// Adds a thread page at `/<id>`, with replies as [`page`] writes them.
    pub(crate) fn thread(&self, id: &str, more: &str) {
        let select = "select = { item = \".post\", link = \"a.link\", text = \".body\", \
                      date = \"time\", next = \"a.next\" }";
        let url = self.web.url(&format!("/{id}"));
        self.add_source(id, "page", url.as_str(), &format!("{select}\n{more}"));
    }

    pub(crate) fn add_source(&self, id: &str, kind: &str, url: &str, more: &str) {
        let mut text = format!(
            "[[source]]\nid = \"{id}\"\nname = \"Bron {id}\"\nkind = \"{kind}\"\nurl = \"{url}\"\n\
             reviewed = {}\n{more}\n",
            self.today - 7.days()
        );
        for (key, value) in [("voice", "residents"), ("scope", "local")] {
            if !more.contains(key) {
                text.push_str(&format!("{key} = \"{value}\"\n"));
            }
        }
        self.append("config/sources.toml", &text);
    }

    pub(crate) fn origin(&self) -> Origin {
        Origin {
            paths: Paths {
                config: self.path("config"),
                keywords: self.path("keywords"),
            },
            state: self.path("state"),
            environment: Vec::new(),
        }
    }

    pub(crate) fn load(&self, now: Timestamp) -> App {
        match App::load(
            &self.origin(),
            &Arc::new(Texts::new()),
            None,
            Examples::Run,
            now,
        ) {
            Ok(app) => app,
            Err(luisterpost::app::LoadError::Mistakes(mistakes)) => {
                panic!("{:#?}", mistakes.iter().map(told).collect::<Vec<_>>())
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Starts as a process would: reads the files and opens the store.
    pub(crate) async fn open(&self, now: Timestamp) -> Post {
        let app = self.load(now);
        let store = open_store(&self.origin(), &app, now).await.unwrap();
        Post { app, store }
    }

    /// The mails in the outbox, by file name.
    pub(crate) fn outbox(&self) -> Vec<Mail> {
        let Ok(entries) = fs::read_dir(self.path("state/outbox")) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| Mail::read(path)).collect()
    }

    /// Which files below the state directory hold these bytes.
    pub(crate) fn files_with(&self, words: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut directories = vec![self.path("state")];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    directories.push(path);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    if bytes
                        .windows(words.len())
                        .any(|part| part == words.as_bytes())
                    {
                        found.push(path);
                    }
                }
            }
        }
        found
    }
}

fn told(mistake: &Mistake) -> String {
    luisterpost::settings::tell::mistake(&luisterpost::render::Texts::new(), mistake)
}

/// What a municipality has decided, so that no overview has an open point.
pub(crate) const PRIVACY: &str =
    "[privacy]\ndpia = \"Z-2026-0417\"\nadvice = 2026-10-14\nofficer = \"fg@lindemeer.example\"";

const PLACES: &str = "kind,name,aliases,parent,needs_cue\n\
                      neighbourhood,Molenbuurt,,Lindemeer,nee\nstreet,Brinkstraat,,Molenbuurt,nee\n";

/// What runs: the parts and the store; dropping it is the end of the process.
pub(crate) struct Post {
    pub(crate) app: App,
    pub(crate) store: Arc<Store>,
}

impl Post {
    pub(crate) fn source(&self, id: &str) -> Arc<Source> {
        Arc::clone(&self.app.sources[&source_id(id)])
    }

    pub(crate) async fn poll(&self, id: &str, now: Timestamp) -> Polled {
        let source = self.source(id);
        let polled = self.app.listener.poll(&self.store, &source, now).await;
        polled.unwrap()
    }

    pub(crate) async fn state(&self, id: &str) -> PollState {
        let mut states = self.store.reader().poll_states().await.unwrap();
        states.remove(&source_id(id)).unwrap()
    }

    /// All hits, the oldest first.
    pub(crate) async fn hits(&self) -> Vec<StoredHit> {
        let mut hits = self.store.reader().recent_hits(1000).await.unwrap();
        hits.reverse();
        hits
    }

    /// The excerpts of all hits, the oldest first; empty for a withheld one.
    pub(crate) async fn excerpts(&self) -> Vec<String> {
        let text = |stored: StoredHit| match stored.hit.excerpt {
            Excerpt::Shown { text, .. } => text,
            Excerpt::Withheld { .. } => String::new(),
        };
        self.hits().await.into_iter().map(text).collect()
    }

    /// What the daemon does about mail at this moment; how many were handed over.
    pub(crate) async fn mail(&self, now: Timestamp) -> usize {
        let desk = &self.app.desk;
        desk.compose_due(&self.store, now).await.unwrap();
        let sent = desk.send_waiting(&self.store, Which::Due, now).await;
        sent.unwrap().sent
    }
}

fn source_id(id: &str) -> SourceId {
    SourceId::parse(id).unwrap()
}

/// The class of a failed visit.
#[track_caller]
pub(crate) fn failure(polled: &Polled) -> FailureClass {
    match &polled.outcome {
        PollOutcome::Failed(failure) => failure.class,
        other => panic!("{other:?}"),
    }
}

/// New, changed and old messages of a visit that was read.
#[track_caller]
pub(crate) fn counts(polled: &Polled) -> (u64, u64, u64) {
    match &polled.outcome {
        PollOutcome::Read(counts) => (counts.new, counts.changed, counts.old),
        other => panic!("{other:?}"),
    }
}

/// A message in a feed, published an hour before [`morning`].
pub(crate) fn entry(id: &str, text: &str) -> String {
    dated(id, text, "Tue, 24 Nov 2026 04:00:00 GMT")
}

pub(crate) fn dated(id: &str, text: &str, date: &str) -> String {
    format!(
        "<item><guid isPermaLink=\"false\">{id}</guid><link>https://wijkkrant.example/{id}</link>\
         <description>{text}</description><pubDate>{date}</pubDate></item>"
    )
}

/// The same without a date.
pub(crate) fn undated(id: &str, text: &str) -> String {
    let dated = entry(id, text);
    let (start, _) = dated.split_once("<pubDate>").unwrap();
    format!("{start}</item>")
}

/// A feed of such messages.
pub(crate) fn feed(entries: &[String]) -> Answer {
    let entries = entries.concat();
    let xml = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Wijkkrant</title>\
         <link>https://wijkkrant.example/</link>{entries}</channel></rss>"
    );
    Answer::ok(xml).header("content-type", "application/rss+xml")
}

/// A thread page with replies (number and text) and perhaps a link to the next page.
pub(crate) fn page(replies: &[(&str, &str)], next: Option<&str>) -> Answer {
    let reply = |(id, text): &(&str, &str)| {
        format!(
            "<div class=post><a class=link href='#bericht{id}'>{id}</a>\
             <time datetime='2026-11-24T04:00:00Z'></time><div class=body>{text}</div></div>"
        )
    };
    let replies: String = replies.iter().map(reply).collect();
    let next = next.map_or_else(String::new, |to| {
        format!("<a class=next href='{to}'>verder</a>")
    });
    let html = format!("<!doctype html><title>Draad over de buurman</title>{replies}{next}");
    Answer::ok(html).header("content-type", "text/html; charset=utf-8")
}

/// A mail as a mail program reads it.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Mail {
    fn read(path: &Path) -> Mail {
        let bytes = fs::read(path).unwrap();
        Mail::parse(&bytes)
    }

    pub(crate) fn parse(bytes: &[u8]) -> Mail {
        let message = MessageParser::default().parse(bytes).unwrap();
        let to = message.to().unwrap().first().unwrap().address().unwrap();
        Mail {
            to: to.to_owned(),
            subject: message.subject().unwrap().to_owned(),
            text: message.body_text(0).unwrap().into_owned(),
            html: message.body_html(0).unwrap().into_owned(),
        }
    }
}
