//! Which items of a source were seen before.
//!
//! A source shows the same items visit after visit. Each source therefore has a *window*: a keyed
//! hash for every item that it shows, or showed until two weeks ago. The hashes say *seen before*
//! and *changed since*, and nothing else: without the secret they cannot be linked to an item.
//! A source that gives its items another id at each visit is known by their words.
//!
//! A window per source is one small row. One index over all items ever seen costs about ten times
//! as much once it no longer fits in memory, and would remember more than is needed.

use std::collections::{HashMap, HashSet};
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

/// The items of one source that were seen before, in the order shown, newest visit first.
#[derive(Clone, Debug, Default)]
pub struct SeenWindow {
    entries: Vec<Entry>,
    places: HashMap<ItemKey, usize>,
}

/// What a window remembers of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    key: ItemKey,
    text: TextHash,
    /// Since which day the source no longer shows it; `None` while it does.
    gone_since: Option<Day>,
}

/// Days since 1 January 1970 in UTC.
type Day = i32;

/// How an item relates to what was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Never seen.
    New,
    /// Seen with another text.
    Changed,
    /// Seen like this, or met earlier in this same visit.
    Known,
    /// Seen with the same text under an id that the source no longer shows: it changes its ids. A
    /// date that changes with them does not make the item new.
    Renamed,
    /// One too many: the source shows more than [`SeenWindow::MAX_SHOWN`] items. It cannot be
    /// remembered, so it must not be told either: it would be new at every visit.
    Surplus,
}

/// How much of what a source shows was read in a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All its pages.
    Whole,
    /// Some pages said *unmodified* or were not reached. What was shown before may stand there
    /// still, so nothing counts as gone.
    Partial,
    /// Only what is new since the last visit was asked for, under ids that never change: what does
    /// not stand there has not gone, and is only remembered as long as if it had.
    Onward,
}

impl SeenWindow {
    /// How long a key stays after the source stopped showing the item. Feeds reorder, forum pages
    /// move replies, and mirrors lag behind by days; two weeks outlive all of these.
    pub const STAY_DAYS: i32 = 14;

    /// As many keys stay whatever their age, so that a quiet source that shows nothing for a month
    /// and then everything again is not new. Most feeds hold 10 to 50 items.
    pub const LEAST_KEPT: usize = 64;

    /// As many items of one visit are judged. A municipal source shows fewer than a hundred; a
    /// window of this size is 280 KB, which one transaction still writes in milliseconds.
    pub const MAX_SHOWN: usize = 10_000;

    /// As many keys stay, those still shown first: a source that shows ten thousand other items at
    /// each visit fills its own row and no more.
    pub const MAX_KEPT: usize = 2 * Self::MAX_SHOWN;

    /// How many items are remembered.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Begins to judge the items of one visit, in the order in which the source shows them; `keys`
    /// are those of all of them. What was shown last time and is not among them has gone, or has
    /// got another id.
    pub fn visit(&self, keys: impl IntoIterator<Item = ItemKey>) -> Visit<'_> {
        let keys: HashSet<ItemKey> = keys.into_iter().collect();
        let mut vanished: HashMap<TextHash, Vec<ItemKey>> = HashMap::new();
        for entry in &self.entries {
            if entry.gone_since.is_none() && !keys.contains(&entry.key) {
                vanished.entry(entry.text).or_default().push(entry.key);
            }
        }
        Visit {
            before: self,
            shown: Vec::new(),
            met: HashSet::new(),
            vanished,
        }
    }

    /// Begins to judge the items of a visit that asked for what is new only: no item there is one
    /// of the last visit under another id, so two messages with the same words are two.
    pub fn onward(&self) -> Visit<'_> {
        Visit {
            before: self,
            shown: Vec::new(),
            met: HashSet::new(),
            vanished: HashMap::new(),
        }
    }

    fn from_entries(entries: Vec<Entry>) -> Self {
        let places = entries
            .iter()
            .enumerate()
            .map(|(place, entry)| (entry.key, place))
            .collect();
        SeenWindow { entries, places }
    }

    fn get(&self, key: ItemKey) -> Option<&Entry> {
        self.places.get(&key).map(|place| &self.entries[*place])
    }
}

/// One visit: what the source showed so far, against what it showed before.
#[derive(Debug)]
pub struct Visit<'a> {
    before: &'a SeenWindow,
    shown: Vec<Entry>,
    met: HashSet<ItemKey>,
    /// What was shown at the last visit and is not in this one, by its text.
    vanished: HashMap<TextHash, Vec<ItemKey>>,
}

impl Visit<'_> {
    /// Says how an item relates to what was seen before, and remembers that it was shown.
    pub fn judge(&mut self, key: ItemKey, text: TextHash) -> Verdict {
        if self.met.contains(&key) {
            return Verdict::Known;
        }
        if self.shown.len() == SeenWindow::MAX_SHOWN {
            return Verdict::Surplus;
        }
        self.met.insert(key);
        self.shown.push(Entry {
            key,
            text,
            gone_since: None,
        });
        match self.before.get(key) {
            None => match self.vanished.get_mut(&text).and_then(Vec::pop) {
                // Its old key makes room, or a window would fill with one key a visit.
                Some(old) => {
                    self.met.insert(old);
                    Verdict::Renamed
                }
                None => Verdict::New,
            },
            Some(entry) if entry.text != text => Verdict::Changed,
            Some(_) => Verdict::Known,
        }
    }

    /// The window to keep after this visit.
    ///
    /// A day in the future (the clock was set back) counts as today, so that it is neither
    /// forgotten nor kept for ever.
    pub fn finish(self, reach: Reach, now: Timestamp) -> SeenWindow {
        let today = day(now);
        let mut entries = self.shown;
        let unmet = |entry: &&Entry| !self.met.contains(&entry.key);
        for entry in self.before.entries.iter().filter(unmet) {
            let gone_since = match (entry.gone_since, reach) {
                (None, Reach::Partial) => None,
                (None, Reach::Whole | Reach::Onward) => Some(today),
                (Some(since), _) => Some(since.min(today)),
            };
            entries.push(Entry {
                gone_since,
                ..*entry
            });
        }
        // Stable: what is still shown first, then what went last; the order of showing otherwise.
        entries.sort_by_key(|entry| entry.gone_since.map_or(i64::MIN, |since| -i64::from(since)));
        let stays = |entry: &Entry| match entry.gone_since {
            None => true,
            Some(since) => today.saturating_sub(since) <= SeenWindow::STAY_DAYS,
        };
        let keep = entries
            .partition_point(stays)
            .clamp(SeenWindow::LEAST_KEPT, SeenWindow::MAX_KEPT);
        entries.truncate(keep);
        SeenWindow::from_entries(entries)
    }
}

fn day(now: Timestamp) -> Day {
    const DAY: i64 = 24 * 60 * 60;
    i32::try_from(now.as_second().div_euclid(DAY)).expect("the years -9999 to 9999 fit in days")
}

/// The first byte of a window's bytes.
const FORMAT: u8 = 1;

/// Bytes of one entry: key, text hash, day (little-endian; [`SHOWN`] while it is shown).
const ENTRY_LEN: usize = ItemKey::LEN + TextHash::LEN + size_of::<Day>();

/// Stands for *still shown* in the place of a day.
const SHOWN: Day = Day::MAX;

impl SeenWindow {
    /// The window as bytes for the store: a format number, then the entries.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1 + self.entries.len() * ENTRY_LEN);
        bytes.push(FORMAT);
        for entry in &self.entries {
            bytes.extend_from_slice(&entry.key.0);
            bytes.extend_from_slice(&entry.text.0);
            bytes.extend_from_slice(&entry.gone_since.unwrap_or(SHOWN).to_le_bytes());
        }
        bytes
    }

    /// The window from such bytes; no bytes at all are an empty window.
    ///
    /// # Errors
    ///
    /// When these bytes were not written by [`SeenWindow::encode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, CorruptWindow> {
        let Some((format, rest)) = bytes.split_first() else {
            return Ok(SeenWindow::default());
        };
        if *format != FORMAT {
            return Err(CorruptWindow::Format(*format));
        }
        let (entries, tail) = rest.as_chunks::<ENTRY_LEN>();
        if !tail.is_empty() || entries.len() > Self::MAX_KEPT {
            return Err(CorruptWindow::Length(bytes.len()));
        }
        let window = Self::from_entries(entries.iter().map(decode_entry).collect());
        if window.places.len() < window.entries.len() {
            return Err(CorruptWindow::Doubled);
        }
        Ok(window)
    }
}

fn decode_entry(bytes: &[u8; ENTRY_LEN]) -> Entry {
    let [key, text, day] = [
        &bytes[..ItemKey::LEN],
        &bytes[ItemKey::LEN..ItemKey::LEN + TextHash::LEN],
        &bytes[ItemKey::LEN + TextHash::LEN..],
    ];
    let day = Day::from_le_bytes(day.try_into().expect("an entry ends with a day"));
    Entry {
        key: ItemKey(key.try_into().expect("an entry begins with a key")),
        text: TextHash(text.try_into().expect("a text hash follows the key")),
        gone_since: (day != SHOWN).then_some(day),
    }
}

/// Why bytes are no window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorruptWindow {
    /// Another format number.
    #[error("format {0} is not known")]
    Format(u8),
    /// Half an entry, or more entries than any window holds.
    #[error("{0} bytes cannot be a seen window")]
    Length(usize),
    /// One item twice.
    #[error("an item stands in it twice")]
    Doubled,
}

/// Tells an item from all others of its source, without saying which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemKey(pub(crate) [u8; ItemKey::LEN]);

impl ItemKey {
    /// Bytes of a key: 128 bits of HMAC-SHA-256, so that no two items ever meet by chance.
    pub const LEN: usize = 16;
}

/// Tells whether the text of an item is the same as before, without saying what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextHash([u8; TextHash::LEN]);

impl TextHash {
    /// Bytes of a hash: 64 bits are plenty for comparing one item with itself.
    pub const LEN: usize = 8;
}

/// Makes the keys of one source's items.
#[derive(Clone)]
pub struct ItemKeyer {
    mac: Hmac<Sha256>,
}

impl ItemKeyer {
    /// For the source with this number in the store. The number, unlike the id, stays the same
    /// when a person gives the source another id.
    pub fn new(secret: &Secret, source: i64) -> Self {
        let mut mac = secret.mac();
        mac.update(&source.to_le_bytes());
        ItemKeyer { mac }
    }

    /// The key of the item with this [`crate::item::Item::id`].
    pub fn item_key(&self, id: &str) -> ItemKey {
        ItemKey(self.hash(b"item", id))
    }

    /// The hash of an item's text ([`crate::item::Item::message`]).
    pub fn text_hash(&self, message: &str) -> TextHash {
        TextHash(self.hash(b"text", message))
    }

    fn hash<const N: usize>(&self, purpose: &[u8; 4], text: &str) -> [u8; N] {
        let mac = self.mac.clone().chain_update(purpose).chain_update(text);
        let bytes = mac.finalize().into_bytes();
        *bytes.first_chunk().expect("a hash has 32 bytes")
    }
}

impl fmt::Debug for ItemKeyer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ItemKeyer(…)")
    }
}

/// The secret behind the keyed hashes: 32 random bytes. It cannot be printed.
#[derive(Clone)]
pub struct Secret([u8; Secret::LEN]);

impl Secret {
    /// Bytes of the secret: the output size of SHA-256, as RFC 2104 advises.
    pub const LEN: usize = 32;

    /// Wraps random bytes.
    pub fn new(bytes: [u8; Secret::LEN]) -> Self {
        Secret(bytes)
    }

    /// Tells this secret from another without giving it away.
    pub fn fingerprint(&self) -> [u8; 16] {
        let bytes = self.mac().chain_update(b"fingerprint").finalize();
        *bytes
            .into_bytes()
            .first_chunk()
            .expect("a hash has 32 bytes")
    }

    pub(crate) fn mac(&self) -> Hmac<Sha256> {
        Hmac::new_from_slice(&self.0).expect("HMAC takes a key of any length")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * (20_000 + day))
    }

    fn keyer() -> ItemKeyer {
        ItemKeyer::new(&Secret::new([7; 32]), 1)
    }

    fn key(n: usize) -> ItemKey {
        keyer().item_key(&n.to_string())
    }

    fn text(words: &str) -> TextHash {
        keyer().text_hash(words)
    }

    /// Visits a source that shows these items with the same text as ever.
    fn visit(
        window: &SeenWindow,
        shown: impl IntoIterator<Item = usize>,
        reach: Reach,
        day: i64,
    ) -> (Vec<Verdict>, SeenWindow) {
        let shown: Vec<usize> = shown.into_iter().collect();
        let mut visit = window.visit(shown.iter().map(|n| key(*n)));
        let verdicts = shown
            .into_iter()
            .map(|n| visit.judge(key(n), text(&n.to_string())))
            .collect();
        (verdicts, visit.finish(reach, at(day)))
    }

    #[test]
    fn an_item_is_new_once_and_changed_when_its_text_changes() {
        let mut first = SeenWindow::default();
        for (words, expected) in [
            ("inbraak", Verdict::New),
            ("inbraak", Verdict::Known),
            ("poging tot inbraak", Verdict::Changed),
            ("poging tot inbraak", Verdict::Known),
        ] {
            let mut visit = first.visit([key(1)]);
            assert_eq!(visit.judge(key(1), text(words)), expected, "{words}");
            first = visit.finish(Reach::Whole, at(0));
        }
    }

    #[test]
    fn an_item_that_stands_twice_in_one_document_is_new_once() {
        let (verdicts, window) = visit(&SeenWindow::default(), [1, 1], Reach::Whole, 0);
        assert_eq!(verdicts, [Verdict::New, Verdict::Known]);
        assert_eq!(window.len(), 1);
    }

    #[test]
    fn an_item_whose_id_changes_at_every_visit_is_known_by_its_words() {
        let shown = |window: &SeenWindow, items: &[(usize, &str)]| {
            let mut visit = window.visit(items.iter().map(|(id, _)| key(*id)));
            let judge = |(id, words): &(usize, &str)| visit.judge(key(*id), text(words));
            let verdicts: Vec<Verdict> = items.iter().map(judge).collect();
            (verdicts, visit.finish(Reach::Whole, at(0)))
        };
        let (_, mut window) = shown(&SeenWindow::default(), &[(1, "inbraak"), (2, "brand")]);
        for id in 3..90 {
            let (verdicts, next) = shown(&window, &[(id, "inbraak"), (2, "brand")]);
            assert_eq!(verdicts, [Verdict::Renamed, Verdict::Known]);
            window = next;
        }
        assert_eq!(window.len(), 2, "the old ids do not fill the window");
        // The same words again, beside those that were there: somebody else says it too.
        let (verdicts, window) = shown(&window, &[(90, "brand"), (2, "brand")]);
        assert_eq!(verdicts, [Verdict::New, Verdict::Known]);
        // Two that say the same cannot both be the one that has gone.
        let (verdicts, _) = shown(&window, &[(90, "brand"), (91, "brand"), (92, "brand")]);
        assert_eq!(verdicts, [Verdict::Known, Verdict::Renamed, Verdict::New]);
    }

    #[test]
    fn a_key_stays_for_fourteen_days_after_the_source_stopped_showing_it() {
        let (_, full) = visit(&SeenWindow::default(), 0..100, Reach::Whole, 0);
        let (_, gone) = visit(&full, 200..300, Reach::Whole, 30);
        let (_, late) = visit(&gone, 200..300, Reach::Whole, 44);
        assert_eq!(late.len(), 200);
        let (_, later) = visit(&late, 200..300, Reach::Whole, 45);
        assert_eq!(later.len(), 100);
    }

    #[test]
    fn the_newest_sixty_four_stay_whatever_their_age() {
        let (_, full) = visit(&SeenWindow::default(), 0..100, Reach::Whole, 0);
        let (_, empty) = visit(&full, [], Reach::Whole, 1);
        let (_, window) = visit(&empty, [], Reach::Whole, 400);
        assert_eq!(window.len(), SeenWindow::LEAST_KEPT);
        let (verdicts, _) = visit(&window, 0..100, Reach::Whole, 401);
        assert!(verdicts[..64].iter().all(|v| *v == Verdict::Known));
        assert!(verdicts[64..].iter().all(|v| *v == Verdict::New));
    }

    #[test]
    fn a_page_that_stays_unmodified_for_months_is_not_new_when_it_changes() {
        let (_, both) = visit(&SeenWindow::default(), 0..200, Reach::Whole, 0);
        let (_, mut window) = visit(&both, 100..200, Reach::Partial, 1);
        for day in 2..100 {
            (_, window) = visit(&window, 100..200, Reach::Partial, day);
        }
        let (verdicts, _) = visit(&window, 0..200, Reach::Whole, 100);
        assert!(verdicts.iter().all(|verdict| *verdict == Verdict::Known));
    }

    #[test]
    fn a_clock_that_jumps_three_days_either_way_forgets_nothing() {
        for jump in [-3, 3] {
            let (_, full) = visit(&SeenWindow::default(), 0..200, Reach::Whole, 10);
            let (_, gone) = visit(&full, [], Reach::Whole, 10 + jump);
            let (_, back) = visit(&gone, [], Reach::Whole, 10);
            let (verdicts, _) = visit(&back, 0..200, Reach::Whole, 11);
            assert!(verdicts.iter().all(|v| *v == Verdict::Known), "{jump}");
        }
    }

    #[test]
    fn a_day_in_the_far_future_does_not_keep_a_key_for_ever() {
        let (_, full) = visit(&SeenWindow::default(), 0..200, Reach::Whole, 0);
        let (_, gone) = visit(&full, [], Reach::Whole, 30_000);
        assert_eq!(gone.len(), 200);
        let (_, back) = visit(&gone, [], Reach::Whole, 1);
        let (_, later) = visit(&back, [], Reach::Whole, 16);
        assert_eq!(later.len(), SeenWindow::LEAST_KEPT);
    }

    #[test]
    fn a_source_that_shows_twenty_thousand_items_is_judged_up_to_the_bound() {
        let (first, window) = visit(&SeenWindow::default(), 0..20_000, Reach::Whole, 0);
        let count = |verdicts: &[Verdict], verdict| {
            verdicts.iter().filter(|found| **found == verdict).count()
        };
        assert_eq!(count(&first, Verdict::New), SeenWindow::MAX_SHOWN);
        assert_eq!(count(&first, Verdict::Surplus), 10_000);
        let (second, window) = visit(&window, 0..20_000, Reach::Whole, 0);
        assert_eq!(count(&second, Verdict::New), 0);
        let (_, window) = visit(&window, 20_000..40_000, Reach::Whole, 1);
        let (_, window) = visit(&window, 40_000..60_000, Reach::Whole, 2);
        assert_eq!(window.len(), SeenWindow::MAX_KEPT);
        assert!(SeenWindow::decode(&window.encode()).is_ok());
    }

    #[test]
    fn bytes_that_are_no_window_are_told_apart_and_never_panic() {
        let (_, window) = visit(&SeenWindow::default(), 0..3, Reach::Whole, 0);
        let bytes = window.encode();
        let mut doubled = bytes.clone();
        doubled.extend_from_slice(&bytes[1..=ENTRY_LEN]);
        let check = |bytes: &[u8], expected| {
            assert_eq!(
                SeenWindow::decode(bytes).map(|w| w.len()),
                expected,
                "{bytes:?}"
            );
        };
        check(&[], Ok(0));
        check(&[FORMAT], Ok(0));
        check(&bytes, Ok(3));
        check(&bytes[..40], Err(CorruptWindow::Length(40)));
        check(b"{}", Err(CorruptWindow::Format(b'{')));
        check(&doubled, Err(CorruptWindow::Doubled));
    }

    #[test]
    fn keys_differ_by_secret_by_source_and_by_purpose() {
        let secret = Secret::new([7; 32]);
        let other = Secret::new([8; 32]);
        let own = ItemKeyer::new(&secret, 1);
        assert_eq!(own.item_key("a"), ItemKeyer::new(&secret, 1).item_key("a"));
        assert_ne!(own.item_key("a"), ItemKeyer::new(&secret, 2).item_key("a"));
        assert_ne!(own.item_key("a"), ItemKeyer::new(&other, 1).item_key("a"));
        assert_ne!(own.item_key("a").0[..8], own.text_hash("a").0);
        assert_ne!(secret.fingerprint(), other.fingerprint());
        assert_eq!(format!("{secret:?} {own:?}"), "Secret(…) ItemKeyer(…)");
    }

    proptest! {
        /// Against a plain map: per item the text last shown, and the day it was last shown.
        #[test]
        fn the_window_agrees_with_a_plain_map(
            visits in prop::collection::vec(
                (prop::collection::btree_map(0usize..90, 0u8..2, 0..90), 0i64..9),
                1..25,
            )
        ) {
            let mut window = SeenWindow::default();
            let mut model: HashMap<usize, (u8, Option<i64>)> = HashMap::new();
            let mut today = 0;
            for (shown, later) in visits {
                today += later;
                let mut visit = window.visit(shown.keys().map(|item| key(*item)));
                for (item, words) in &shown {
                    let found = visit.judge(key(*item), text(&format!("{item} {words}")));
                    let expected = match model.get(item) {
                        None => Verdict::New,
                        Some((before, _)) if before != words => Verdict::Changed,
                        Some(_) => Verdict::Known,
                    };
                    prop_assert_eq!(found, expected);
                }
                window = visit.finish(Reach::Whole, at(today));
                window = SeenWindow::decode(&window.encode()).expect("what was written reads");

                for (item, (_, gone)) in &mut model {
                    if !shown.contains_key(item) {
                        gone.get_or_insert(today);
                    }
                }
                model.extend(shown.into_iter().map(|(item, words)| (item, (words, None))));
                // What must stay does; what may go beyond the newest 64 is taken from the window.
                let due = |gone: Option<i64>| gone.is_some_and(|gone| today - gone > 14);
                let stays = |item: &usize| window.get(key(*item)).is_some();
                let kept = model.iter().all(|(item, (_, gone))| due(*gone) || stays(item));
                prop_assert!(kept, "a key went too early");
                prop_assert!(window.len() >= model.len().min(SeenWindow::LEAST_KEPT));
                let outdated = model.values().filter(|(_, gone)| due(*gone)).count();
                if window.len() > SeenWindow::LEAST_KEPT {
                    prop_assert_eq!(window.len(), model.len() - outdated);
                }
                model.retain(|item, _| window.get(key(*item)).is_some());
                prop_assert_eq!(window.len(), model.len());
            }
        }
    }
}
