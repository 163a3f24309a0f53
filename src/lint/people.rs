//! Accounts and people: what names one of them.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::dutch::names;
use crate::lint::texts::{Word, Writing};

/// Addresses of which the rest is an account.
const PROFILES: [&str; 7] = [
    "facebook.com/",
    "instagram.com/",
    "tiktok.com/",
    "twitter.com/",
    "x.com/",
    "t.me/",
    "snapchat.com/",
];

/// What stands between a first name and a family name, whatever follows.
const PARTICLES: [&str; 13] = [
    "van", "de", "den", "der", "von", "vd", "v.d", "'t", "ter", "ten", "el", "dos", "ait",
];

/// The same, but also an ordinary word: only before a capital.
const DOUBTFUL_PARTICLES: [&str; 10] =
    ["al", "la", "le", "da", "di", "du", "ben", "bin", "te", "op"];

/// Ends of the names of streets and buildings that are called after a person.
const STREETS: [&str; 20] = [
    "straat",
    "laan",
    "plein",
    "weg",
    "kade",
    "park",
    "hof",
    "dreef",
    "singel",
    "plantsoen",
    "pad",
    "brug",
    "tunnel",
    "school",
    "college",
    "hal",
    "huis",
    "arena",
    "stadion",
    "ziekenhuis",
];

/// The account that a text names: `@name`, `u/name`, a mail address, the address of a profile.
pub(super) fn handle(writing: &Writing) -> Option<String> {
    // Every such name has one of these signs, and hardly a keyword has.
    if !writing.raw.contains(['@', '/']) {
        return None;
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let names = |piece: &&str| {
        let at = piece
            .split_once('@')
            .is_some_and(|(_, after)| after.starts_with(is_name));
        let small = piece.to_lowercase();
        let start = small.trim_start_matches(|c: char| !c.is_alphanumeric());
        let user = ["u/", "user/"].iter().any(|before| {
            let name = start.strip_prefix(before);
            name.is_some_and(|name| name.starts_with(is_name))
        });
        let profile = PROFILES.iter().any(|address| {
            let after = small.split_once(address).map(|(_, after)| after);
            after.is_some_and(|after| after.starts_with(is_name))
        });
        at || user || profile
    };
    let mut pieces = writing.raw.split_whitespace();
    pieces.find(names).map(str::to_owned)
}

/// What tells a person from other words.
pub(super) struct People {
    /// Each first name, with whether it is nothing else.
    first_names: FxHashMap<&'static str, Certainty>,
    family_names: FxHashSet<&'static str>,
    /// What looks like a person and is none, by words.
    nobody: Vec<Vec<&'static str>>,
}

/// Whether a first name is also an ordinary word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Certainty {
    Sure,
    /// It is: only a capital makes it a name.
    Doubtful,
}

impl People {
    pub(super) fn new() -> Self {
        let certainty = |(name, sure)| match sure {
            true => (name, Certainty::Sure),
            false => (name, Certainty::Doubtful),
        };
        People {
            first_names: names::first_names().map(certainty).collect(),
            family_names: names::family_names().collect(),
            nobody: names::not_persons().collect(),
        }
    }

    /// The person that these words name: a first name, and a family name after it.
    pub(super) fn named_in(&self, words: &[Word]) -> Option<String> {
        let pieces = || words.iter().flat_map(|word| word.folded.split('-'));
        if pieces().count() < 2 || !pieces().any(|piece| self.first_names.contains_key(piece)) {
            return None;
        }
        // "jan-willem de boer", "jan-de-boer"
        let split: Vec<Word> = words
            .iter()
            .flat_map(|word| {
                let pieces = word.written.split('-').zip(word.folded.split('-'));
                pieces.map(|(written, folded)| Word {
                    written: written.to_owned(),
                    folded: folded.to_owned(),
                })
            })
            .collect();
        (0..split.len()).find_map(|at| self.named_at(&split[at..]))
    }

    fn named_at(&self, words: &[Word]) -> Option<String> {
        let (first, rest) = words.split_first()?;
        let certainty = *self.first_names.get(first.folded.as_str())?;
        let sure = certainty == Certainty::Sure;
        if !sure && !first.is_capitalised() {
            return None;
        }
        let particles = rest
            .iter()
            .take_while(|word| is_particle(word, &PARTICLES))
            .count();
        let doubtful = rest[particles..]
            .iter()
            .take_while(|word| is_particle(word, &DOUBTFUL_PARTICLES))
            .count();
        let family = rest.get(particles + doubtful)?;
        let is_family = if family.is_capitalised() {
            true
        } else if doubtful > 0 {
            false
        } else if particles > 0 {
            sure
        } else {
            sure && self.family_names.contains(family.folded.as_str())
        };
        if !is_family || is_street(family) || self.is_nobody(words) {
            return None;
        }
        let named = words.iter().take(2 + particles + doubtful);
        let named: Vec<&str> = named.map(|word| &*word.written).collect();
        Some(named.join(" "))
    }

    fn is_nobody(&self, words: &[Word]) -> bool {
        self.nobody.iter().any(|nobody| {
            nobody.len() <= words.len()
                && nobody
                    .iter()
                    .zip(words)
                    .all(|(one, two)| *one == two.folded)
        })
    }
}

fn is_particle(word: &Word, particles: &[&str]) -> bool {
    particles.contains(&word.folded.as_str())
}

fn is_street(word: &Word) -> bool {
    let before = |end: &&str| word.folded.strip_suffix(*end);
    STREETS
        .iter()
        .filter_map(before)
        .any(|name| !name.is_empty())
}
