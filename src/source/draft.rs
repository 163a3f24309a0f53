//! A source that was found, as it may be taken into `sources.toml`.
//!
//! Who speaks there, and whether a person looked at its terms, no program can tell: that stays open.

use std::collections::HashSet;

use url::Url;

use crate::source::{Scope, SourceId};
use crate::text::fold::folded;
use crate::text::html;

/// Longest name, in characters: what fits on a line of the overview beside a date and a place.
const MAX_NAME: usize = 80;

/// Longest id that is made of a name, in characters: it is typed in commands.
const MAX_ID: usize = 40;

/// A source that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// An id that no other source has.
    pub id: SourceId,
    /// Its name for readers of the overview: one line.
    pub name: String,
    /// Where it is fetched.
    pub url: Url,
    /// Whether everything there seems to concern us.
    pub scope: Scope,
}

impl Draft {
    /// A draft of a feed; without a title it is called after its host.
    pub fn new(ids: &mut FreeIds, title: &str, url: &Url, scope: Scope) -> Draft {
        let title = html::text_to_line(title);
        let name = match title.is_empty() {
            true => host(url),
            false => cut(&title),
        };
        Draft {
            id: ids.take(&name, url),
            name,
            url: url.clone(),
            scope,
        }
    }
}

/// Hands out ids that no source has yet.
#[derive(Clone, Debug, Default)]
pub struct FreeIds {
    taken: HashSet<String>,
}

impl FreeIds {
    /// Knows the ids that are taken.
    pub fn new<'s>(taken: impl Iterator<Item = &'s SourceId>) -> FreeIds {
        let taken = taken.map(|id| id.as_str().to_owned()).collect();
        FreeIds { taken }
    }

    /// An id made of a name, else of the host, with a number behind it when it is taken.
    fn take(&mut self, name: &str, url: &Url) -> SourceId {
        let slug = [slug(name), slug(&host(url)), "bron".to_owned()]
            .into_iter()
            .find(|slug| !slug.is_empty())
            .unwrap_or_default();
        let id = (1_u64..)
            .map(|number| match number {
                1 => slug.clone(),
                _ => format!("{slug}-{number}"),
            })
            .find(|id| !self.taken.contains(id))
            .expect("numbers do not run out");
        self.taken.insert(id.clone());
        SourceId::parse(&id).expect("letters, digits and hyphens, shorter than an id may be")
    }
}

/// What is the same for two ways to write one address: `http` and `https`, a slash at the end, and
/// a fragment make no other feed.
pub fn address_key(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}"));
    let query = url.query().map(|query| format!("?{query}"));
    [
        url.host_str().unwrap_or_default(),
        &port.unwrap_or_default(),
        url.path().trim_end_matches('/'),
        &query.unwrap_or_default(),
    ]
    .concat()
}

/// The host without `www.`.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// A name cut after a whole word when it is long.
fn cut(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        None => name.to_owned(),
        Some((end, _)) => {
            let kept = &name[..end];
            let kept = kept.rfind(' ').map_or(kept, |space| &kept[..space]);
            format!("{kept} …")
        }
    }
}

/// The words of a name in ASCII, with hyphens between them.
fn slug(name: &str) -> String {
    let folded = folded(name);
    let mut slug = String::new();
    for word in folded.split(|c: char| !c.is_ascii_alphanumeric()) {
        let room = MAX_ID.saturating_sub(slug.len() + 1);
        if word.is_empty() {
            continue;
        }
        if !slug.is_empty() && word.len() > room {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word[..word.len().min(MAX_ID)]);
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn an_id_is_made_of_the_name_and_is_new() {
        let taken = SourceId::parse("buurtkrant").unwrap();
        let mut ids = FreeIds::new([&taken].into_iter());
        let mut check = |title: &str, expected: &str| {
            let draft = Draft::new(
                &mut ids,
                title,
                &url("https://www.krant.example/feed"),
                Scope::Wide,
            );
            assert_eq!(draft.id.as_str(), expected, "{title:?}");
        };
        check("Buurtkrant", "buurtkrant-2");
        check("Buurtkrant", "buurtkrant-3");
        check("Café De Linde & Zn.", "cafe-de-linde-zn");
        check("", "krant-example");
        check("Газета", "krant-example-2");
        check("112", "112");
        check(&"buurt ".repeat(30), "buurt-buurt-buurt-buurt-buurt-buurt");
        check(&"b".repeat(99), &"b".repeat(40));
    }

    #[test]
    fn a_name_is_one_line_of_a_reasonable_length() {
        let name = |title: &str| {
            let mut ids = FreeIds::default();
            Draft::new(
                &mut ids,
                title,
                &url("https://www.krant.example/"),
                Scope::Local,
            )
            .name
        };
        assert_eq!(name(" De\n Krant\u{7} "), "De Krant");
        assert_eq!(name(" "), "krant.example");
        assert_eq!(name(&"ééé ".repeat(30)).chars().count(), 81);
    }

    #[test]
    fn one_feed_has_one_key() {
        let key = |text: &str| address_key(&url(text));
        let same = key("https://krant.example/feed/");
        assert_eq!(key("http://krant.example/feed#top"), same);
        assert_eq!(key("https://krant.example:443/feed"), same);
        for other in [
            "https://krant.example/feed?a=1",
            "https://krant.example:8443/feed",
            "https://krant.example/Feed",
            "https://www.krant.example/feed",
        ] {
            assert_ne!(key(other), same, "{other}");
        }
    }
}
