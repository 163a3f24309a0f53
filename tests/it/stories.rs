//! How well messages that tell one event are brought together: pairs of messages that a person
//! labelled.
//!
//! `cargo test --test it stories -- --nocapture` prints the table and the pairs that come out wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::civil::DateTime;
use luisterpost::matching::Matcher;
use luisterpost::place::Map;
use luisterpost::source::{Scope, SourceId, Voice};
use luisterpost::span::Span;
use luisterpost::story::{self, Telling};
use serde::Deserialize;

use crate::scoring::{lindemeer, shipped};

/// Two messages of one theme, as a person labelled them.
#[derive(Deserialize)]
struct Pair {
    id: String,
    kind: String,
    /// Whether they tell the same event.
    same: bool,
    theme: String,
    a: Message,
    b: Message,
}

#[derive(Deserialize)]
struct Message {
    at: DateTime,
    voice: String,
    places: Vec<String>,
    text: String,
}

#[derive(Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
    kept_apart: usize,
}

impl Score {
    fn count(&mut self, same: bool, found: bool) {
        match (same, found) {
            (true, true) => self.right += 1,
            (false, true) => self.wrong += 1,
            (true, false) => self.missed += 1,
            (false, false) => self.kept_apart += 1,
        }
    }

    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed).max(1) as f64
    }
}

#[test]
fn pairs_of_messages_are_brought_together_or_kept_apart() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut below = Vec::new();
    for (file, precision, recall) in [
        ("known.jsonl", 0.98, 0.80),
        ("fresh.jsonl", 0.98, 0.45),
        ("unseen.jsonl", 0.98, 0.5),
        ("unseen-2.jsonl", 0.95, 0.55),
    ] {
        let text = fs::read_to_string(root.join("tests/fixtures/stories").join(file)).unwrap();
        let map = lindemeer().map();
        let shipped = shipped();
        let matcher = Matcher::compile(&shipped.themes, &shipped.common, &lindemeer());
        let mut kinds: BTreeMap<String, Score> = BTreeMap::new();
        let mut all = Score::default();
        println!("\n{file}");
        for line in text.lines() {
            let pair: Pair = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
            let found = are_one(&pair, &matcher, &map);
            if found != pair.same {
                println!(
                    "{} {} same={}\n    {}\n    {}",
                    pair.id, pair.theme, pair.same, pair.a.text, pair.b.text
                );
            }
            kinds.entry(pair.kind).or_default().count(pair.same, found);
            all.count(pair.same, found);
        }
        println!("{:26} right wrong missed apart", "kind");
        for (kind, score) in &kinds {
            let Score {
                right,
                wrong,
                missed,
                kept_apart,
            } = score;
            println!("{kind:26} {right:5} {wrong:5} {missed:6} {kept_apart:5}");
        }
        println!(
            "precision {:.3}, recall {:.3}",
            all.precision(),
            all.recall()
        );
        if all.precision() < precision || all.recall() < recall {
            below.push(file);
        }
    }
    assert!(below.is_empty(), "{below:?}");
}

fn are_one(pair: &Pair, matcher: &Matcher, map: &Map) -> bool {
    // The words by which the theme is recognised, as the product would mark them.
    let marks = [&pair.a, &pair.b].map(|message| -> Vec<Span> {
        let hits = matcher.find(&message.text, &[], Scope::Local).hits;
        let of_theme = hits.iter().filter(|hit| hit.theme.as_str() == pair.theme);
        let found = of_theme.flat_map(|hit| &hit.evidence);
        found.flat_map(|found| found.words.clone()).collect()
    });
    let sources = ["een", "twee"].map(|id| SourceId::parse(id).unwrap());
    let tellings: Vec<Telling> = [&pair.a, &pair.b]
        .into_iter()
        .zip(sources.iter().zip(&marks))
        .map(|(message, (source, marks))| Telling {
            source,
            voice: Voice::from_word(&message.voice).unwrap(),
            at: message.at,
            places: &message.places,
            text: &message.text,
            marks,
        })
        .collect();
    let theme = story::Theme {
        seen_by_many: ["brand-explosie", "vuurwerkoverlast", "ordeverstoring"]
            .contains(&pair.theme.as_str()),
    };
    story::group(&tellings, theme, map).len() == 1
}
