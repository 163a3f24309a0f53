//! Where nobody may listen: gone, closed, forbidden, or the timeline of a person.
//!
//! A configuration that names such a place fails with the reason instead of silently collecting
//! nothing. Which places, and what is said about each, stands in one table that a person can read:
//! `render/texts/refused.nl.toml`.

use std::sync::LazyLock;

use serde::Deserialize;
use toml::value::Datetime;
use url::Url;

use crate::mistake::{Fault, Refusal};

/// A place that is refused.
#[derive(Debug, Deserialize)]
pub struct Refused {
    /// What is told of it.
    #[serde(flatten)]
    pub told: Refusal,
    sites: Vec<Site>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
    /// When this was last judged.
    pub judged: Datetime,
}

impl Refused {
    /// What is told of a source that names it.
    pub fn fault(&self) -> Fault {
        Fault::RefusedSource(self.told.clone())
    }
}

/// The refused place that an address leads to, for a source of this kind.
pub fn refused_site(url: &Url, kind: Option<&str>) -> Option<&'static Refused> {
    let is_excepted = |place: &&Refused| {
        !kind.is_some_and(|kind| place.except.iter().any(|allowed| allowed == kind))
    };
    let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    let mut path = url.path().to_ascii_lowercase();
    // Servers read `/%40name` as `/@name`.
    if path.contains('%') {
        path = path.replace("%40", "@");
    }
    let is_there = |place: &&Refused| place.sites.iter().any(|site| site.holds(&host, &path));
    all().iter().filter(is_excepted).find(is_there)
}

/// The refused place that a person means with this word for a kind.
pub fn refused_kind(word: &str) -> Option<&'static Refused> {
    let word = word.to_lowercase();
    all().iter().find(|place| place.kinds.contains(&word))
}

/// Every refused place, in the order of the table.
pub fn all() -> &'static [Refused] {
    static TABLE: LazyLock<Vec<Refused>> = LazyLock::new(|| {
        #[derive(Deserialize)]
        struct Table {
            platform: Vec<Refused>,
        }
        let text = include_str!("../render/texts/refused.nl.toml");
        let table: Table =
            toml::from_str(text).expect("the shipped table is right; a test reads it");
        table.platform
    });
    &TABLE
}

/// One pattern of the table.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Site {
    host: String,
    /// With its first slash; all paths when there is none.
    path: Option<String>,
}

impl From<String> for Site {
    fn from(text: String) -> Site {
        match text.split_once('/') {
            Some((host, path)) => Site {
                host: host.to_owned(),
                path: Some(format!("/{path}")),
            },
            None => Site {
                host: text,
                path: None,
            },
        }
    }
}

impl Site {
    fn holds(&self, host: &str, path: &str) -> bool {
        let below = |host: &str| {
            host.strip_suffix(&self.host)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let host_fits = match self.host.contains('*') {
            true => fits(&self.host, host),
            false => below(host),
        };
        host_fits
            && self
                .path
                .as_deref()
                .is_none_or(|pattern| fits(pattern, path))
    }
}

/// Whether a pattern with `*` for any characters describes the whole of a text.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut left) = text.strip_prefix(start) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(address: &str, kind: &str) -> Option<&'static str> {
        refused_site(&Url::parse(address).unwrap(), Some(kind))
            .map(|place| place.told.name.as_str())
    }

    #[test]
    fn a_refused_address_is_known_in_all_its_forms() {
        for (address, expected) in [
            ("https://www.hyves.nl/lindemeer", "Hyves"),
            ("https://HYVES.nl./", "Hyves"),
            (
                "https://m.facebook.com/groups/lindemeer",
                "een groep op Facebook",
            ),
            ("https://www.facebook.com/lindemeer", "Facebook"),
            ("https://chat.whatsapp.com/AbCd", "WhatsApp"),
            ("https://t.me/s/buurtlindemeer", "Telegram"),
            ("https://nl.nextdoor.com/", "Nextdoor"),
            ("https://www.tiktok.com/@iemand", "TikTok"),
            ("https://www.marktplaats.nl/q/fiets/", "Marktplaats"),
            (
                "https://news.google.com/rss/search?q=lindemeer",
                "Google Nieuws",
            ),
            ("https://www.buitenbeter.nl/", "buitenbeter.nl"),
            (
                "https://stopdecriminaliteit.nl/feed",
                "stopdecriminaliteit.nl",
            ),
            (
                "https://forum.slachtofferhulp.nl/latest.rss",
                "een forum voor slachtoffers",
            ),
            (
                "https://lotgenotenforum.example/feed",
                "een forum voor slachtoffers",
            ),
            (
                "https://zorg.example/forum/lotgenoten/rss",
                "een forum voor slachtoffers",
            ),
            ("https://nitter.example/iemand/rss", "X (Twitter)"),
            ("https://x.com/iemand", "X (Twitter)"),
            (
                "https://old.reddit.com/user/iemand/.rss",
                "een persoon op Reddit",
            ),
            (
                "https://www.reddit.com/r/lindemeer/.rss",
                "Reddit zonder sleutel",
            ),
            (
                "https://bsky.app/profile/iemand.example/rss",
                "een persoon op Bluesky",
            ),
            (
                "https://mastodon.example/@iemand.rss",
                "een account op Mastodon of een ander netwerk",
            ),
            (
                "https://mastodon.example/%40iemand.rss",
                "een account op Mastodon of een ander netwerk",
            ),
            (
                "https://mastodon.example/users/iemand.rss",
                "een account op Mastodon of een ander netwerk",
            ),
            (
                "https://lemmy.example/feeds/u/iemand.xml",
                "een persoon op een forum of blog",
            ),
        ] {
            assert_eq!(name(address, "feed"), Some(expected), "{address}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_not_refused() {
        for address in [
            "https://nethyves.nl.example/feed",
            "https://www.notfacebook.com.example/",
            "https://start.me/feed",
            "https://mastodon.example/tags/lindemeer.rss",
            "https://krant.example/mail@krant/feed",
            "https://www.slachtofferhulp.nl/nieuws/feed",
            "https://frontpage.fok.nl/feed",
        ] {
            assert_eq!(name(address, "feed"), None, "{address}");
        }
        let own = "https://mastodon.example/@wijkraad";
        assert_eq!(name(own, "mastodon-account"), None);
        assert!(refused_kind("WhatsApp").is_some());
        assert!(refused_kind("feed").is_none());
    }

    #[test]
    fn the_manual_shows_the_whole_table() {
        let manual = include_str!("../../docs/bronnen.md");
        for Refused { told, judged, .. } in all() {
            let Refusal { name, why, instead } = told;
            let row = format!("| {name} | niet | {why} {instead} | {judged} |");
            let is_there = manual.lines().any(|line| line == row);
            assert!(is_there, "docs/bronnen.md lacks the row {row}");
        }
    }
}
