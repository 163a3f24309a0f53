//! Mastodon and what speaks its API: a hashtag, or the account of an organisation.
//!
//! `min_id` gives the page right above an id, so page after page nothing is skipped; `since_id` would
//! give the newest page and leave a gap. After the new messages the newest page is asked for once
//! more: what was edited stands there with its new words, what was taken away is missing there, and
//! what arrived late from another instance, under an id that was passed already, stands there too.
//! Sources: mastodon/documentation `methods/timelines.md`, `entities/Status.md`, `entities/Instance.md`.

use std::cmp::Ordering;
use std::sync::LazyLock;

use jiff::Timestamp;
use scraper::Selector;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::connector::api::{Page, loose, parse, remembered, repeating};
use crate::connector::{ConnectorError, Document, dates, links};
use crate::item::Item;
use crate::source::api::{Api, ApiKind, account, below};
use crate::text::html::{html_to_text, text_to_line};

/// Most messages that an instance gives at once.
const LIMIT: usize = 40;

/// With fewer the end is reached. Half of [`LIMIT`], because some instances give no more than twenty.
const FULL: usize = 20;

/// What is remembered.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Progress {
    /// What the instance shows of a hashtag, once it said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    shows: Option<Shows>,
    /// The number of the account on this instance, once it was looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// The newest message that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<String>,
    /// Whether the next request looks back at the newest page.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    back: bool,
}

/// What an instance shows of a hashtag to readers without an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shows {
    All,
    /// Only what was written on the instance itself.
    Local,
}

/// What to ask first has to be known first: whether a hashtag may be read, or which account it is.
enum Step {
    Probe,
    Lookup,
    Read,
}

impl Progress {
    fn step(&self, kind: ApiKind) -> Step {
        match kind {
            ApiKind::MastodonAccount if self.account.is_none() => Step::Lookup,
            ApiKind::MastodonTag if self.shows.is_none() => Step::Probe,
            _ => Step::Read,
        }
    }
}

/// What to ask.
pub(crate) fn ask(kind: ApiKind, source: &Url, progress: &Progress) -> Url {
    let mut url = source.clone();
    url.set_fragment(None);
    url.set_query(None);
    let name = match kind {
        ApiKind::MastodonAccount => account(source),
        _ => below(source, &["tags", "tag"]),
    };
    let name = name.unwrap_or_default();
    match progress.step(kind) {
        Step::Probe => url.set_path("/api/v2/instance"),
        Step::Lookup => {
            url.set_path("/api/v1/accounts/lookup");
            url.query_pairs_mut().append_pair("acct", name);
        }
        Step::Read => {
            match &progress.account {
                Some(number) => {
                    url.set_path(&format!("/api/v1/accounts/{}/statuses", segment(number)));
                    url.query_pairs_mut().append_pair("exclude_reblogs", "true");
                }
                None => url.set_path(&format!("/api/v1/timelines/tag/{}", name.to_lowercase())),
            }
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &LIMIT.to_string());
            if progress.shows == Some(Shows::Local) {
                query.append_pair("local", "true");
            }
            if let Some(newest) = progress.newest.as_deref().filter(|_| !progress.back) {
                query.append_pair("min_id", newest);
            }
        }
    }
    url
}

/// An id of a stranger as one segment of a path.
fn segment(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// What the answer means.
pub(crate) fn answer(
    api: &Api,
    progress: Progress,
    document: &Document<'_>,
) -> Result<Page, ConnectorError> {
    let kind = api.kind;
    let progress = match progress.step(kind) {
        Step::Probe => Progress {
            shows: Some(shown(parse(document)?, api.token_file.is_some())?),
            ..progress
        },
        Step::Lookup => {
            let account: Account = parse(document)?;
            account.is_open()?;
            let number = account.id.ok_or_else(|| ConnectorError::Broken {
                reason: "the account has no id".to_owned(),
            })?;
            Progress {
                account: Some(number),
                ..progress
            }
        }
        Step::Read => return read(kind, progress, document),
    };
    Ok(Page {
        items: Vec::new(),
        cursor: remembered(&progress),
        more: true,
        complete: None,
    })
}

/// An instance that does not say what it shows is simply asked.
pub(crate) fn without_probe(progress: Progress) -> Option<Page> {
    let is_probe = progress.shows.is_none();
    let probed = Progress {
        shows: Some(Shows::All),
        ..progress
    };
    is_probe.then(|| Page {
        items: Vec::new(),
        cursor: remembered(&probed),
        more: true,
        complete: None,
    })
}

fn read(
    kind: ApiKind,
    progress: Progress,
    document: &Document<'_>,
) -> Result<Page, ConnectorError> {
    let List(statuses) = parse(document)?;
    let highest = statuses
        .iter()
        .filter_map(|status| status.id.as_deref())
        .max_by(|one, other| in_order(one, other));
    let is_new = |id: &str| {
        let newest = progress.newest.as_deref();
        newest.is_none_or(|newest| in_order(newest, id).is_lt())
    };
    let mut next = Progress {
        newest: progress.newest.clone(),
        back: false,
        shows: progress.shows,
        account: progress.account.clone(),
    };
    let mut more = false;
    let is_newest = progress.back || progress.newest.is_none();
    let complete = holeless(&statuses).filter(|_| is_newest);
    if !progress.back {
        match highest {
            Some(id) if is_new(id) => {
                let first = progress.newest.is_none();
                next.newest = Some(id.to_owned());
                // The first page is the newest one; what lies before it is history.
                let full = statuses.len() >= FULL;
                next.back = !first && !full;
                more = !first;
            }
            Some(_) => return Err(repeating()),
            None => {
                next.back = progress.newest.is_some();
                more = next.back;
            }
        }
    }
    Ok(Page {
        items: told(kind, statuses)?,
        cursor: remembered(&next),
        more,
        complete,
    })
}

/// The messages of a list of statuses.
pub(crate) fn items(kind: ApiKind, document: &Document<'_>) -> Result<Vec<Item>, ConnectorError> {
    let List(statuses) = parse(document)?;
    told(kind, statuses)
}

/// Ids are opaque, and longer ones are younger.
fn in_order(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// The times between which a page has no holes. Mastodon makes an id of the time of writing; on a page
/// where the two do not agree, nobody knows what is missing.
fn holeless(statuses: &[Status]) -> Option<(Timestamp, Timestamp)> {
    let times: Option<Vec<Timestamp>> = statuses
        .iter()
        .map(|status| status.created_at.as_deref().and_then(dates::parse))
        .collect();
    let times = times.filter(|times| times.is_sorted_by(|newer, older| newer >= older))?;
    Some((*times.last()?, *times.first()?))
}

fn told(kind: ApiKind, statuses: Vec<Status>) -> Result<Vec<Item>, ConnectorError> {
    let mut items = Vec::new();
    for status in statuses {
        let open = match &status.account {
            Some(account) if kind == ApiKind::MastodonAccount => {
                account.is_open().map(|()| true)?
            }
            Some(account) => account.is_open().is_ok(),
            // Whoever wrote it cannot have agreed.
            None => false,
        };
        let is_public = status.visibility.as_deref() == Some("public");
        if open && is_public && status.reblog.is_none() {
            items.extend(status.item());
        }
    }
    Ok(items)
}

fn shown(instance: Instance, with_token: bool) -> Result<Shows, ConnectorError> {
    let access = instance.configuration.timelines_access.hashtag_feeds;
    // Absent before 4.5: then everybody may read.
    let is_open = |said: &Option<String>| match said.as_deref() {
        None | Some("public") => true,
        Some("authenticated") => with_token,
        Some(_) => false,
    };
    match (is_open(&access.remote), is_open(&access.local)) {
        (true, _) => Ok(Shows::All),
        (false, true) => Ok(Shows::Local),
        (false, false) => Err(ConnectorError::Closed {
            said: "hashtag_feeds of the instance: not public".to_owned(),
        }),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Instance {
    configuration: Configuration,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration {
    timelines_access: TimelinesAccess,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TimelinesAccess {
    hashtag_feeds: Access,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Access {
    #[serde(deserialize_with = "loose::text")]
    local: Option<String>,
    #[serde(deserialize_with = "loose::text")]
    remote: Option<String>,
}

#[derive(Deserialize)]
struct List(#[serde(deserialize_with = "loose::list")] Vec<Status>);

#[derive(Deserialize)]
struct Status {
    #[serde(default, deserialize_with = "loose::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    uri: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    created_at: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    edited_at: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    content: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    spoiler_text: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    visibility: Option<String>,
    #[serde(default)]
    reblog: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    account: Option<Account>,
}

/// What its writer allows; nothing of it is kept.
#[derive(Deserialize)]
struct Account {
    #[serde(default, deserialize_with = "loose::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "loose::truth")]
    noindex: Option<bool>,
    #[serde(default, deserialize_with = "loose::truth")]
    indexable: Option<bool>,
    #[serde(default, deserialize_with = "loose::text")]
    note: Option<String>,
}

impl Account {
    /// Whether its messages may be read by a program.
    fn is_open(&self) -> Result<(), ConnectorError> {
        let note = self.note.as_deref().unwrap_or_default();
        let said = if self.noindex == Some(true) {
            "noindex of the account"
        } else if self.indexable == Some(false) {
            "indexable = false of the account"
        } else if html_to_text(note, &[]).to_lowercase().contains("#nobot") {
            "#nobot of the account"
        } else {
            return Ok(());
        };
        Err(ConnectorError::Reserved {
            said: said.to_owned(),
        })
    }
}

impl Status {
    /// A message, when it has an identity.
    fn item(self) -> Option<Item> {
        /// Parts of an address that the instance itself hides from readers.
        static HIDDEN: LazyLock<[Selector; 1]> = LazyLock::new(|| {
            [Selector::parse(".invisible").expect("a constant selector, tried by the tests")]
        });
        let id = self.uri.or(self.url.clone())?;
        let base = Url::parse(&id).ok();
        let link = self.url.as_deref().unwrap_or(&id);
        let text = self.content.as_deref().unwrap_or_default();
        Some(Item {
            link: base.and_then(|base| links::clean(link, &base)),
            title: text_to_line(self.spoiler_text.as_deref().unwrap_or_default()),
            text: html_to_text(text, &*HIDDEN),
            published: self.created_at.as_deref().and_then(dates::parse),
            updated: self.edited_at.as_deref().and_then(dates::parse),
            id,
        })
    }
}
