//! `WordPress`: articles, and then the reactions under them.
//!
//! Both are read upwards from the time that was reached, so that nothing is skipped; articles by when
//! they were changed, so that an edited one is read again. Source: developer.wordpress.org REST API,
//! `wp/v2/posts` (`modified_after` since 5.7) and `wp/v2/comments`. The names of writers are not even
//! asked for.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::connector::api::{Page, base, loose, parse, remembered, repeating, utc};
use crate::connector::{ConnectorError, Document, dates, links};
use crate::item::Item;
use crate::text::html::{html_to_line, html_to_text};

/// Messages in one page, of at most a hundred: a page of long articles stays under a megabyte.
const LIMIT: usize = 20;

/// What is remembered.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Progress {
    posts: Ascent,
    comments: Ascent,
    /// Whether the articles are read and the reactions come next.
    now_comments: bool,
}

/// How far a list was read upwards. The times are local to the website, as it compares them.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Ascent {
    /// From this time on.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime>,
    /// The page to ask for, when more stand at one time than fit in a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
}

/// What to ask.
pub(crate) fn ask(source: &Url, progress: &Progress) -> Url {
    let (path, list, after, order, fields) = match progress.now_comments {
        false => (
            "wp-json/wp/v2/posts",
            &progress.posts,
            "modified_after",
            "modified",
            "id,date,date_gmt,modified,modified_gmt,link,title,content",
        ),
        true => (
            "wp-json/wp/v2/comments",
            &progress.comments,
            "after",
            "date",
            "id,date,date_gmt,link,content",
        ),
    };
    let mut url = base(source, path);
    let mut query = url.query_pairs_mut();
    query.append_pair("per_page", &LIMIT.to_string());
    query.append_pair("orderby", order);
    match list.from {
        Some(from) => {
            query.append_pair("order", "asc");
            query.append_pair(after, &from.strftime("%Y-%m-%dT%H:%M:%S").to_string());
        }
        None => {
            query.append_pair("order", "desc");
        }
    }
    if let Some(page) = list.page {
        query.append_pair("page", &page.to_string());
    }
    query.append_pair("_fields", fields);
    drop(query);
    url
}

/// What the answer means.
pub(crate) fn answer(
    mut progress: Progress,
    document: &Document<'_>,
) -> Result<Page, ConnectorError> {
    let List(messages) = parse(document)?;
    let list = match progress.now_comments {
        false => &mut progress.posts,
        true => &mut progress.comments,
    };
    let up = list.take(&messages)?;
    let more = up || !progress.now_comments;
    if !up {
        progress.now_comments = !progress.now_comments;
    }
    let items = told(messages, document.url);
    Ok(Page {
        items,
        cursor: remembered(&progress),
        more,
        complete: None,
    })
}

/// The messages of a list of articles or reactions.
pub(crate) fn items(document: &Document<'_>) -> Result<Vec<Item>, ConnectorError> {
    let List(messages) = parse(document)?;
    Ok(told(messages, document.url))
}

/// A website that keeps its reactions to itself still has articles.
pub(crate) fn without_comments(progress: Progress) -> Option<Page> {
    progress.now_comments.then(|| Page {
        items: Vec::new(),
        cursor: remembered(&Progress {
            now_comments: false,
            ..progress
        }),
        more: false,
        complete: None,
    })
}

impl Ascent {
    /// Takes a page and says whether more stand above it. The first visit takes the newest page.
    fn take(&mut self, messages: &[Message]) -> Result<bool, ConnectorError> {
        /// When clocks go back an hour comes twice; what is read twice is known.
        const OVERLAP: SignedDuration = SignedDuration::from_hours(1);
        /// Others may stand at the very second that a page ends with.
        const SECOND: SignedDuration = SignedDuration::from_secs(1);
        let times = || messages.iter().filter_map(Message::changed);
        let back = |time: DateTime, by| time.checked_sub(by).unwrap_or(time);
        let Some(highest) = times().max() else {
            self.page = None;
            return Ok(false);
        };
        let Some(from) = self.from else {
            self.from = Some(back(highest, SECOND));
            return Ok(false);
        };
        // A website that does not know the parameter begins at its oldest article, again and again.
        if times()
            .min()
            .is_some_and(|lowest| lowest < back(from, OVERLAP))
        {
            return Err(repeating());
        }
        let full = messages.len() >= LIMIT;
        match (full, back(highest, SECOND)) {
            (false, _) => {
                self.from = Some(from.max(back(highest, OVERLAP)));
                self.page = None;
            }
            (true, reached) if reached > from => {
                self.from = Some(reached);
                self.page = None;
            }
            (true, _) => self.page = Some(self.page.unwrap_or(1).saturating_add(1)),
        }
        Ok(full)
    }
}

fn told(messages: Vec<Message>, base: &Url) -> Vec<Item> {
    messages
        .into_iter()
        .filter_map(|message| message.item(base))
        .collect()
}

#[derive(Deserialize)]
struct List(#[serde(deserialize_with = "loose::list")] Vec<Message>);

/// An article or a reaction.
#[derive(Deserialize)]
struct Message {
    #[serde(default, deserialize_with = "loose::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    date: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    date_gmt: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    modified: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    modified_gmt: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    link: Option<String>,
    #[serde(default)]
    title: Option<Rendered>,
    #[serde(default)]
    content: Option<Rendered>,
}

#[derive(Deserialize)]
struct Rendered {
    #[serde(default, deserialize_with = "loose::text")]
    rendered: Option<String>,
    #[serde(default, deserialize_with = "loose::truth")]
    protected: Option<bool>,
}

impl Message {
    /// When it was last changed, in the website's own time.
    fn changed(&self) -> Option<DateTime> {
        let raw = self.modified.as_ref().or(self.date.as_ref())?;
        raw.parse().ok()
    }

    /// A message, unless it stands behind a password.
    fn item(self, base: &Url) -> Option<Item> {
        let is_closed = |part: &Rendered| part.protected == Some(true);
        if self.content.as_ref().is_some_and(is_closed) {
            return None;
        }
        let rendered = |part: Option<Rendered>| part.and_then(|part| part.rendered);
        let when = |gmt: Option<String>, local: Option<String>| -> Option<Timestamp> {
            let gmt = gmt.as_deref().and_then(utc);
            gmt.or_else(|| local.as_deref().and_then(dates::parse))
        };
        let kind = if self.title.is_some() {
            "post"
        } else {
            "comment"
        };
        Some(Item {
            id: format!("{kind}-{}", self.id?),
            link: self
                .link
                .as_deref()
                .and_then(|link| links::clean(link, base)),
            title: html_to_line(&rendered(self.title).unwrap_or_default()),
            text: html_to_text(&rendered(self.content).unwrap_or_default(), &[]),
            published: when(self.date_gmt, self.date),
            updated: when(self.modified_gmt, self.modified),
        })
    }
}
