//! One own message for each theme, through the whole chain: proof that listening works.
//!
//! "Nothing found" is only worth something when a message that must be found is found. So the
//! daemon shows messages on a port of this machine and visits them with the same code, keyword
//! lists and masks as any source, into a store of their own that is thrown away afterwards. What
//! lies outside this machine (name service, connections, the mail relay) is no part of it: that is
//! seen at the sources and at the mail itself.

use std::collections::BTreeSet;
use std::future::IntoFuture;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use jiff::Timestamp;
use jiff::civil::Date;
use mail_parser::MessageParser;
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use crate::deliver::{Composed, Desk};
use crate::fetch::{self, Fetcher};
use crate::mail::{self, Mailer, Via};
use crate::outcome::canary::{Canary, Step};
use crate::outcome::{Failure, PollOutcome};
use crate::place::choice::PlaceChoice;
use crate::poll::Listener;
use crate::recipient::{DigestRhythm, Recipient};
use crate::source::{Every, ExcerptPolicy, Scope, Source, SourceId, SourceKind, Voice};
use crate::store::{self, Configured, StateDirectory, Store};
use crate::theme::{Theme, ThemeChoice};

/// For the whole test. It takes a fraction of a second, unless something is stuck.
const LIMIT: Duration = Duration::from_secs(60);

/// What it has in the state directory while it runs.
const DIRECTORY: &str = "canary";

/// The chain that is tested.
#[derive(Clone, Copy, Debug)]
pub struct Chain<'a> {
    /// Listens.
    pub listener: &'a Listener,
    /// Composes and hands over.
    pub desk: &'a Desk,
    /// Settings of requests.
    pub fetch: &'a fetch::Config,
    /// Settings of the store.
    pub store: &'a store::Config,
}

/// Why the chain broke.
#[derive(Debug, thiserror::Error)]
#[error("{step:?}: {detail}")]
struct Broke {
    step: Step,
    detail: String,
}

impl Step {
    fn broke(self, detail: impl ToString) -> Broke {
        Broke {
            step: self,
            detail: detail.to_string(),
        }
    }
}

impl Chain<'_> {
    /// Tests it with one example of each theme that is listened for, each day another.
    ///
    /// `state` is the state directory; what the test keeps there is removed before it ends. It never
    /// fails: that it could not be done is an outcome.
    pub async fn test(self, state: &Path, now: Timestamp) -> Canary {
        let today = now.to_zoned(self.desk.times.zone.clone()).date();
        let messages: Vec<(&Theme, &str)> = (self.desk.themes.iter())
            .filter(|theme| theme.listens_on(today))
            .filter_map(|theme| Some((theme, example(theme, today)?)))
            .collect();
        let directory = state.join(DIRECTORY);
        let tested = async {
            // A crash may have left it.
            remove(&directory).await?;
            tokio::time::timeout(LIMIT, self.send(&messages, &directory, now))
                .await
                .unwrap_or_else(|_| Err(Step::Visit.broke("it took too long")))
        };
        let heard = tested.await;
        let (heard, broke) = match (heard, remove(&directory).await) {
            (Ok(heard), Ok(())) => (heard, None),
            (Err(broke), _) | (_, Err(broke)) => (BTreeSet::new(), Some(broke)),
        };
        if let Some(broke) = &broke {
            tracing::error!(%broke, "the own test message did not come through");
        }
        let is_missed = |theme: &Theme| broke.is_none() && !heard.contains(theme.id.as_str());
        let missed = messages.iter().filter(|(theme, _)| is_missed(theme));
        Canary {
            at: now,
            tested: messages.len(),
            missed: missed.map(|(theme, _)| theme.title.clone()).collect(),
            broke: broke.map(|broke| broke.step),
        }
    }

    /// The ids of the themes whose message came through.
    async fn send(
        self,
        messages: &[(&Theme, &str)],
        directory: &Path,
        now: Timestamp,
    ) -> Result<BTreeSet<String>, Broke> {
        let (url, server) = serve(messages, now)
            .await
            .map_err(|error| Step::Prepare.broke(error))?;
        let served = tokio::spawn(server);
        let heard = self.visit(url, directory, now).await;
        served.abort();
        let (store, recipient) = heard?;
        let hits = store.reader().recent_hits(u32::MAX).await;
        let hits = hits.map_err(|error| Step::Visit.broke(error))?;
        // A message is its theme's when its address says so; one whose text is withheld has none.
        let found = hits.iter().filter_map(|stored| {
            let theme = stored.hit.theme.as_str();
            let meant = stored.hit.link.as_deref().map(last_part);
            meant
                .is_none_or(|meant| meant == theme)
                .then(|| theme.to_owned())
        });
        let found: BTreeSet<String> = found.collect();
        if !found.is_empty() {
            self.tell(&store, &recipient, directory, now).await?;
        }
        Ok(found)
    }

    async fn visit(
        self,
        url: Url,
        directory: &Path,
        now: Timestamp,
    ) -> Result<(Store, Recipient), Broke> {
        let prepare = |error: store::StoreError| Step::Prepare.broke(error);
        let recipient = Recipient {
            name: DIRECTORY.to_owned(),
            address: self.desk.operator.clone(),
            themes: ThemeChoice::All,
            places: PlaceChoice::All,
            at: None,
            days: None,
            roles: None,
            digest: DigestRhythm::Daily,
            alerts: false,
            empty: true,
            line: 0,
        };
        let kept = StateDirectory::open(directory).map_err(prepare)?;
        let store = Store::open(&kept, self.store).map_err(prepare)?.store;
        let source = source(url.clone());
        let configured = Configured {
            id: source.id.clone(),
            url,
            block: source.fingerprint(),
        };
        store
            .sync_sources(vec![configured], now)
            .await
            .map_err(prepare)?;
        let themes: Vec<_> = self.desk.themes.iter().map(|t| t.id.clone()).collect();
        store
            .sync_recipients(std::slice::from_ref(&recipient), &themes, now)
            .await
            .map_err(prepare)?;
        let fetcher = Fetcher::new(fetch::Config {
            // Only this machine: what is tested must not depend on another.
            allow_private: vec![IpAddr::from(Ipv4Addr::LOCALHOST).into()],
            min_gap: Duration::ZERO,
            proxy: None,
            ..self.fetch.clone()
        })
        .map_err(|error| Step::Prepare.broke(error))?;
        let listener = Listener {
            fetcher: Arc::new(fetcher),
            ..self.listener.clone()
        };
        let polled = listener.poll(&store, &Arc::new(source), now).await;
        match polled.map_err(|error| Step::Visit.broke(error))?.outcome {
            PollOutcome::Read(_) => Ok((store, recipient)),
            PollOutcome::Failed(Failure { class, detail, .. }) => {
                Err(Step::Visit.broke(format!("{}: {detail}", class.as_str())))
            }
            PollOutcome::Unmodified => Err(Step::Visit.broke("it was read before")),
        }
    }

    /// Makes an overview of what was kept, and looks whether it tells of it.
    async fn tell(
        self,
        store: &Store,
        recipient: &Recipient,
        directory: &Path,
        now: Timestamp,
    ) -> Result<(), Broke> {
        let outbox = directory.join("outbox");
        let desk = Desk {
            recipients: vec![recipient.clone()],
            sources: [(source_id(), DIRECTORY.to_owned())].into(),
            mailer: Mailer::new(mail::Config {
                via: Via::Directory(outbox.clone()),
                ..self.desk.mailer.config().clone()
            }),
            ..self.desk.clone()
        };
        let failed = |error: &dyn ToString| Step::Tell.broke(error.to_string());
        let composed = desk.compose(store, recipient, now).await;
        if composed.map_err(|error| failed(&error))? != Composed::Waiting {
            return Err(Step::Tell.broke("there was nothing to tell"));
        }
        let waiting = store.reader().digests_to_send(now).await;
        for digest in waiting.map_err(|error| failed(&error))? {
            let sent = desk.send(store, &digest, now).await;
            sent.map_err(|error| failed(&error))?
                .map_err(|error| failed(&error))?;
        }
        let told = tokio::task::spawn_blocking(move || tells_of_a_message(&outbox)).await;
        match told.map_err(|error| failed(&error))? {
            Ok(true) => Ok(()),
            Ok(false) => Err(Step::Tell.broke("no message stands in the overview")),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// One of its positive examples, each day the next: in the end all of them were sent.
fn example(theme: &Theme, day: Date) -> Option<&str> {
    let examples: Vec<&str> = (theme.examples.iter())
        .filter(|example| example.hit)
        .map(|example| example.text.as_str())
        .collect();
    let today = usize::try_from(day.day_of_year()).unwrap_or_default();
    examples.get(today % examples.len().max(1)).copied()
}

/// Where each message is, as a path.
const PATH: &str = "/proefbericht/";

/// A server on this machine that shows the messages as one feed, and its address.
async fn serve(
    messages: &[(&Theme, &str)],
    now: Timestamp,
) -> std::io::Result<(Url, impl Future<Output = std::io::Result<()>> + use<>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let root = format!("http://{}", listener.local_addr()?);
    let items = messages.iter().map(|(theme, text)| {
        let address = format!("{root}{PATH}{}", theme.id);
        json!({ "id": address, "url": address, "content_text": text, "date_published": now.to_string() })
    });
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": DIRECTORY,
        "items": items.collect::<Vec<_>>(),
    });
    let feed = feed.to_string();
    let url = Url::parse(&format!("{root}{PATH}")).expect("an address and a path");
    let show = get(move || async move { ([(CONTENT_TYPE, "application/feed+json")], feed) });
    let server = axum::serve(listener, Router::new().route(PATH, show));
    Ok((url, server.into_future()))
}

fn source_id() -> SourceId {
    SourceId::parse(DIRECTORY).expect("the name of the directory is an id")
}

fn source(url: Url) -> Source {
    Source {
        id: source_id(),
        name: DIRECTORY.to_owned(),
        kind: SourceKind::Feed { drop: Vec::new() },
        url,
        voice: Voice::Residents,
        scope: Scope::Local,
        every: Every::Auto,
        excerpt: ExcerptPolicy::Fragment,
        reviewed: None,
        themes: ThemeChoice::All,
        line: 0,
    }
}

fn last_part(link: &str) -> &str {
    link.rsplit('/').next().unwrap_or(link)
}

fn tells_of_a_message(outbox: &PathBuf) -> std::io::Result<bool> {
    for entry in std::fs::read_dir(outbox)? {
        let bytes = std::fs::read(entry?.path())?;
        let mail = MessageParser::default().parse(&bytes);
        let text = mail.as_ref().and_then(|mail| mail.body_text(0));
        if text.is_some_and(|text| text.contains(PATH)) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn remove(directory: &Path) -> Result<(), Broke> {
    match tokio::fs::remove_dir_all(directory).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Step::Prepare.broke(error))
        }
        _ => Ok(()),
    }
}
