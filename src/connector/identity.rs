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
    /// How many were left out because an earlier one is the same: id, link and words.
    pub doubled: usize,
    /// Whether items that are not the same bear one id.
    pub shared: bool,
}

/// Gives each item its id: the one it came with, else its link, else a hash of title, text and date.
///
/// A link that several items without id share does not tell them apart (every post of a thread may
/// link to the thread), nor does the `address` of the document itself, which the first post shares
/// with none yet. Those items get the hash.
///
/// An id that items with other words share does not tell them apart either: each of them counts as
/// one without id, and no message is lost. Of items that are the same the first stays.
pub fn identify(mut items: Vec<Item>, address: &Url) -> Identified {
    let mut identified = Identified::default();
    drop_shared_ids(&mut items, &mut identified);
    let mut address = address.clone();
    address.set_fragment(None);
    let mut shared: HashMap<String, usize> = HashMap::new();
    for item in items.iter().filter(|item| item.id.is_empty()) {
        if let Some(link) = &item.link {
            *shared.entry(link.clone()).or_default() += 1;
        }
    }
    let mut seen = HashSet::new();
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

/// Takes ids away that items of other words share, and items that are the same as an earlier one.
fn drop_shared_ids(items: &mut Vec<Item>, identified: &mut Identified) {
    let mut first: HashMap<String, [u8; 32]> = HashMap::new();
    let mut shared: HashSet<String> = HashSet::new();
    let mut met: HashSet<[u8; 32]> = HashSet::new();
    let before = items.len();
    items.retain(|item| {
        if item.id.is_empty() {
            return true;
        }
        let link = item.link.as_deref().unwrap_or_default();
        let whole = digest([&item.id, link, &item.title, &item.text]);
        if *first.entry(item.id.clone()).or_insert(whole) != whole {
            shared.insert(item.id.clone());
        }
        met.insert(whole)
    });
    identified.doubled = before - items.len();
    identified.shared = !shared.is_empty();
    for item in items.iter_mut().filter(|item| shared.contains(&item.id)) {
        item.id.clear();
    }
}

fn hash(item: &Item) -> String {
    let date = item.published.or(item.updated).map(|at| at.to_string());
    hex(&digest([
        &item.title,
        &item.text,
        date.as_deref().unwrap_or_default(),
    ]))
}

fn digest<const N: usize>(parts: [&str; N]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        // A byte that no text holds, so that title and text cannot trade letters.
        hasher.update([0xff]);
    }
    hasher.finalize().into()
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
    fn of_two_that_are_the_same_one_stays_and_an_id_of_two_that_are_not_is_none() {
        let post = |text: &str| item("1", None, text);
        let same = identify(vec![post("x"), post("x")], &thread());
        assert_eq!((same.items.len(), same.doubled, same.shared), (1, 1, false));
        assert_eq!(same.items[0].id, "1");
        let other = identify(vec![post("x"), post("y"), post("x")], &thread());
        assert_eq!(
            (other.items.len(), other.doubled, other.shared),
            (2, 1, true)
        );
        assert_eq!(other.items[0].id, ids(vec![item("", None, "x")])[0]);
    }

    #[test]
    fn a_long_id_is_kept_as_its_hash() {
        assert_eq!(ids(vec![item(&"é".repeat(1000), None, "x")])[0].len(), 64);
    }
}
