//! Discourse: the newest posts of a forum, topics and replies alike.
//!
//! Source: discourse/discourse `posts_controller.rb` (`latest`): `before` is exclusive, fifty posts a
//! page. Some versions page over fifty *ids* instead, of which a visitor may see none, so an empty page
//! is no end as long as there are ids left.

use std::sync::LazyLock;

use scraper::Selector;
use serde::Deserialize;
use url::Url;

use crate::connector::api::descent::{Descent, Stretch};
use crate::connector::api::{Page, base, loose, parse, remembered};
use crate::connector::{ConnectorError, Document, dates, links};
use crate::item::Item;
use crate::text::html::{html_to_line, html_to_text};

/// Ids that an old version looks through for one page.
const STEP: u64 = 50;

/// What is remembered: posts are in order of their id.
pub(crate) type Progress = Descent<u64>;

/// What to ask.
pub(crate) fn ask(source: &Url, progress: &Progress) -> Url {
    let mut url = base(source, "posts.json");
    if let Some(before) = progress.next() {
        url.query_pairs_mut().append_pair("before", before);
    }
    url
}

/// What the answer means.
pub(crate) fn answer(
    source: &Url,
    mut progress: Progress,
    document: &Document<'_>,
) -> Result<Page, ConnectorError> {
    let posts = posts(document)?;
    let ids = || posts.iter().filter_map(|post| post.id);
    let asked: Option<u64> = progress.next().and_then(|before| before.parse().ok());
    let bottom = match (ids().min(), asked) {
        // An old version shows the post itself once more: what lies above it says nothing new.
        (Some(lowest), Some(before)) if lowest == before => Some(before.saturating_sub(STEP)),
        (None, Some(before)) => Some(before.saturating_sub(STEP)),
        (lowest, _) => lowest,
    };
    let stretch = Stretch {
        top: ids().max(),
        bottom,
        next: bottom.filter(|id| *id > 1).map(|id| id.to_string()),
    };
    let more = progress.take(stretch, |id| *id)?;
    Ok(Page {
        items: told(source, posts),
        cursor: remembered(&progress),
        more,
        complete: None,
    })
}

/// The messages of a list of posts.
pub(crate) fn items(document: &Document<'_>) -> Result<Vec<Item>, ConnectorError> {
    Ok(told(document.url, posts(document)?))
}

fn posts(document: &Document<'_>) -> Result<Vec<Post>, ConnectorError> {
    let latest: Latest = parse(document)?;
    Ok(latest.latest_posts)
}

fn told(source: &Url, posts: Vec<Post>) -> Vec<Item> {
    posts
        .into_iter()
        .filter_map(|post| post.item(source))
        .collect()
}

#[derive(Deserialize)]
struct Latest {
    #[serde(deserialize_with = "loose::list")]
    latest_posts: Vec<Post>,
}

#[derive(Deserialize)]
struct Post {
    #[serde(default, deserialize_with = "loose::number")]
    id: Option<u64>,
    #[serde(default, deserialize_with = "loose::text")]
    created_at: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    updated_at: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    cooked: Option<String>,
    #[serde(default, deserialize_with = "loose::number")]
    post_number: Option<u64>,
    #[serde(default, deserialize_with = "loose::number")]
    post_type: Option<u64>,
    #[serde(default, deserialize_with = "loose::number")]
    topic_id: Option<u64>,
    #[serde(default, deserialize_with = "loose::text")]
    topic_slug: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    topic_title: Option<String>,
    #[serde(default, deserialize_with = "loose::truth")]
    hidden: Option<bool>,
    #[serde(default, deserialize_with = "loose::truth")]
    user_deleted: Option<bool>,
}

impl Post {
    /// A message, when a person wrote it for everybody: not a note of a moderator, not a hidden post.
    fn item(self, source: &Url) -> Option<Item> {
        /// What somebody else said.
        static QUOTES: LazyLock<[Selector; 2]> = LazyLock::new(|| {
            ["aside.quote", "blockquote"].map(|selector| {
                Selector::parse(selector).expect("a constant selector, tried by the tests")
            })
        });
        let regular = self.post_type.is_none_or(|kind| kind == 1);
        let gone = self.hidden == Some(true) || self.user_deleted == Some(true);
        if !regular || gone {
            return None;
        }
        let id = self.id?;
        let slug = self.topic_slug.as_deref().filter(|slug| !slug.is_empty());
        let link = self
            .topic_id
            .zip(self.post_number)
            .map(|(topic, number)| format!("t/{}/{topic}/{number}", slug.unwrap_or("-")));
        // A reply is about what it says itself; the topic's title would make a hit of each of them.
        let is_topic = self.post_number == Some(1);
        let title = self.topic_title.filter(|_| is_topic).unwrap_or_default();
        Some(Item {
            id: format!("{}-post-{id}", source.host_str().unwrap_or_default()),
            link: link.and_then(|path| links::clean(base(source, &path).as_str(), source)),
            title: html_to_line(&title),
            text: html_to_text(self.cooked.as_deref().unwrap_or_default(), &*QUOTES),
            published: self.created_at.as_deref().and_then(dates::parse),
            updated: self.updated_at.as_deref().and_then(dates::parse),
        })
    }
}
