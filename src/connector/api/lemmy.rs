//! Lemmy: the posts of a community, and then its comments.
//!
//! Source: LemmyNet/lemmy-js-client 0.19.9 `GetPosts`, `GetComments` (API version 3). There is no id to
//! read on from, so both lists are read down to the time that was reached. What another instance wrote
//! arrives late and stands lower, so the reading goes some hours further down.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::connector::api::descent::{Descent, Stretch};
use crate::connector::api::{Page, loose, parse, remembered, utc};
use crate::connector::{ConnectorError, Document, links};
use crate::item::Item;
use crate::source::api::below;
use crate::text::html::{text_to_line, tidy};

/// How much further down than what was read.
const LATE: SignedDuration = SignedDuration::from_hours(6);

/// Messages in one page, the most that an instance gives.
const LIMIT: usize = 50;

/// What is remembered.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Progress {
    posts: Descent<Timestamp>,
    comments: Descent<Timestamp>,
    /// Whether the posts are read and the comments come next.
    now_comments: bool,
}

/// What to ask.
pub(crate) fn ask(source: &Url, progress: &Progress) -> Url {
    let (path, list) = match progress.now_comments {
        false => ("/api/v3/post/list", &progress.posts),
        true => ("/api/v3/comment/list", &progress.comments),
    };
    let mut url = source.clone();
    url.set_fragment(None);
    url.set_query(None);
    url.set_path(path);
    let community = below(source, &["c"]).unwrap_or_default();
    let mut query = url.query_pairs_mut();
    query.append_pair("type_", "All");
    query.append_pair("sort", "New");
    query.append_pair("limit", &LIMIT.to_string());
    query.append_pair("community_name", community);
    if let Some(next) = list.next() {
        query.append_pair(
            if progress.now_comments {
                "page"
            } else {
                "page_cursor"
            },
            next,
        );
    }
    drop(query);
    url
}

/// What the answer means.
pub(crate) fn answer(
    mut progress: Progress,
    document: &Document<'_>,
) -> Result<Page, ConnectorError> {
    let margin = |time: &Timestamp| time.saturating_sub(LATE).unwrap_or(*time);
    let list: List = parse(document)?;
    let now_comments = progress.now_comments;
    let entries = list.entries(now_comments)?;
    // What is pinned stands above the newest, however old it is.
    let times = || {
        entries
            .iter()
            .filter(|entry| !entry.is_pinned())
            .filter_map(|entry| entry.time())
    };
    let next = match now_comments {
        false => list.next_page.clone(),
        true => {
            let page: u64 = progress
                .comments
                .next()
                .and_then(|page| page.parse().ok())
                .unwrap_or(1);
            (entries.len() >= LIMIT).then(|| (page + 1).to_string())
        }
    };
    let stretch = Stretch {
        top: times().max(),
        bottom: times().min(),
        next,
    };
    let more = match now_comments {
        false => {
            progress.now_comments = !progress.posts.take(stretch, margin)?;
            true
        }
        true => {
            let more = progress.comments.take(stretch, margin)?;
            progress.now_comments = more;
            more
        }
    };
    Ok(Page {
        items: entries
            .iter()
            .filter_map(|entry| entry.item(document.url))
            .collect(),
        cursor: remembered(&progress),
        more,
        complete: None,
    })
}

/// The messages of a list of posts or comments.
pub(crate) fn items(document: &Document<'_>) -> Result<Vec<Item>, ConnectorError> {
    let list: List = parse(document)?;
    let entries = list.entries(list.posts.is_none())?;
    Ok(entries
        .iter()
        .filter_map(|entry| entry.item(document.url))
        .collect())
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    posts: Option<Vec<Option<Entry>>>,
    #[serde(default)]
    comments: Option<Vec<Option<Entry>>>,
    #[serde(default, deserialize_with = "loose::text")]
    next_page: Option<String>,
}

impl List {
    fn entries(&self, comments: bool) -> Result<Vec<&Entry>, ConnectorError> {
        let list = if comments {
            &self.comments
        } else {
            &self.posts
        };
        let list = list.as_ref().ok_or_else(|| ConnectorError::Broken {
            reason: "neither posts nor comments of version 3 of the API".to_owned(),
        })?;
        Ok(list.iter().flatten().collect())
    }
}

/// A post or a comment, each under its own name.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    comment: Option<Message>,
    #[serde(default)]
    post: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default, deserialize_with = "loose::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    body: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    content: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    published: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    updated: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    ap_id: Option<String>,
    #[serde(default, deserialize_with = "loose::truth")]
    removed: Option<bool>,
    #[serde(default, deserialize_with = "loose::truth")]
    deleted: Option<bool>,
    #[serde(default, deserialize_with = "loose::truth")]
    featured_community: Option<bool>,
    #[serde(default, deserialize_with = "loose::truth")]
    featured_local: Option<bool>,
}

impl Entry {
    /// The message itself; the post of a comment stands beside it.
    fn message(&self) -> Option<&Message> {
        self.comment.as_ref().or(self.post.as_ref())
    }

    fn time(&self) -> Option<Timestamp> {
        self.message()?.published.as_deref().and_then(utc)
    }

    fn is_pinned(&self) -> bool {
        let pinned = |message: &Message| {
            message.featured_community == Some(true) || message.featured_local == Some(true)
        };
        self.message().is_some_and(pinned)
    }

    fn item(&self, base: &Url) -> Option<Item> {
        let message = self.message()?;
        if message.removed == Some(true) || message.deleted == Some(true) {
            return None;
        }
        // The address of a message on the instance where it was written: the same on all instances.
        let id = message.ap_id.clone()?;
        let title = match self.comment {
            Some(_) => "",
            None => message.name.as_deref().unwrap_or_default(),
        };
        let text = message.content.as_ref().or(message.body.as_ref());
        Some(Item {
            link: links::clean(&id, base),
            title: text_to_line(title),
            text: tidy(text.map_or("", String::as_str)),
            published: message.published.as_deref().and_then(utc),
            updated: message.updated.as_deref().and_then(utc),
            id,
        })
    }
}
