//! What tells an item from the others of its source, the same at every visit.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use sha2::{Digest, Sha256};
use url::Url;

use crate::item::Item;

/// Longest id that is kept as given, in bytes; a longer one is kept as its hash.
const MAX_ID: usize = 512;

/// Items with their ids.
#[derive(Debug, Default)]
pub struct Identified {
    /// The items, in the order of the document, each id once.
    pub items: Vec<Item>,
    /// How many were left out because an earlier one has the same id.
    pub doubled: usize,
}

/// Gives each item its id: the one it came with, else its link, else a hash of title, text and date.
///
/// A link that several items without id share does not tell them apart (every post of a thread may
/// link to the thread), nor does the `address` of the document itself, which the first post shares
/// with none yet. Those items get the hash. Of items with the same id the first stays.
pub fn identify(items: Vec<Item>, address: &Url) -> Identified {
    let mut address = address.clone();
    address.set_fragment(None);
    let mut shared: HashMap<String, usize> = HashMap::new();
    for item in items.iter().filter(|item| item.id.is_empty()) {
        if let Some(link) = &item.link {
            *shared.entry(link.clone()).or_default() += 1;
        }
    }
    let mut seen = HashSet::new();
    let mut identified = Identified::default();
    for mut item in items {
        if item.id.is_empty() {
            item.id = match &item.link {
                Some(link) if shared.get(link) == Some(&1) && link != address.as_str() => {
                    link.clone()
                }
                _ => hash(&item),
            };
        }
        if item.id.len() > MAX_ID {
            item.id = hex(&Sha256::digest(item.id.as_bytes()));
        }
        if seen.insert(item.id.clone()) {
            identified.items.push(item);
        } else {
            identified.doubled += 1;
        }
    }
    identified
}

fn hash(item: &Item) -> String {
    let date = item.published.or(item.updated).map(|at| at.to_string());
    let mut hasher = Sha256::new();
    for part in [
        item.title.as_str(),
        item.text.as_str(),
        date.as_deref().unwrap_or_default(),
    ] {
        hasher.update(part.as_bytes());
        // A byte that no text holds, so that title and text cannot trade letters.
        hasher.update([0xff]);
    }
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, link: Option<&str>, text: &str) -> Item {
        Item {
            id: id.to_owned(),
            link: link.map(str::to_owned),
            title: String::new(),
            text: text.to_owned(),
            published: None,
            updated: None,
        }
    }

    fn thread() -> Url {
        Url::parse("https://forum.example/draad").unwrap()
    }

    #[test]
    fn the_first_post_of_a_thread_keeps_its_id_when_a_second_comes() {
        let link = Some("https://forum.example/draad");
        let alone = ids(vec![item("", link, "een")]);
        let both = ids(vec![item("", link, "een"), item("", link, "twee")]);
        assert_eq!(alone[0], both[0]);
    }

    fn ids(items: Vec<Item>) -> Vec<String> {
        identify(items, &thread())
            .items
            .into_iter()
            .map(|item| item.id)
            .collect()
    }

    #[test]
    fn id_else_link_else_hash() {
        let found = ids(vec![
            item("wk-1", Some("https://a.example/1"), "x"),
            item("", Some("https://a.example/2"), "x"),
            item("", None, "x"),
        ]);
        assert_eq!(found[..2], ["wk-1", "https://a.example/2"]);
        assert_eq!(found[2].len(), 64);
        assert_eq!(
            found[2],
            ids(vec![item("", None, "x")])[0],
            "the same at every visit"
        );
        assert_ne!(found[2], ids(vec![item("", None, "y")])[0]);
    }

    #[test]
    fn posts_that_share_the_link_of_their_thread_stay_apart() {
        let thread = Some("https://a.example/thread");
        assert_eq!(
            ids(vec![item("", thread, "x"), item("", thread, "y")]).len(),
            2
        );
    }

    #[test]
    fn the_first_of_two_with_one_id_stays_and_the_other_is_counted() {
        let found = identify(vec![item("1", None, "x"), item("1", None, "y")], &thread());
        assert_eq!(
            (
                found.items[0].text.as_str(),
                found.items.len(),
                found.doubled
            ),
            ("x", 1, 1)
        );
    }

    #[test]
    fn a_long_id_is_kept_as_its_hash() {
        assert_eq!(ids(vec![item(&"é".repeat(1000), None, "x")])[0].len(), 64);
    }
}
