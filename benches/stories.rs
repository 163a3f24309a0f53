//! How the time for finding stories grows with the number of messages.
//!
//! `cargo bench --bench stories`. Beside each figure the time for reading the same messages only:
//! the lower bound. The ratio to the row before it shows the curve: ten times as many messages take
//! ten times as long when nothing is compared with everything.

use std::hint::black_box;
use std::time::Instant;

use jiff::ToSpan;
use jiff::civil::date;
use luisterpost::place::Map;
use luisterpost::source::{SourceId, Voice};
use luisterpost::story::{Telling, Theme, group};
use luisterpost::text::fold::Folded;
use luisterpost::text::words::Words;

/// Words of messages about one theme: few that all use, many that few use.
const SHARED: [&str; 24] = [
    "brand",
    "rook",
    "vlammen",
    "brandweer",
    "sirene",
    "straat",
    "woning",
    "schuur",
    "container",
    "auto",
    "vannacht",
    "politie",
    "buren",
    "raam",
    "deur",
    "geblust",
    "gewond",
    "ontruimd",
    "explosie",
    "knal",
    "vuurwerk",
    "afval",
    "dak",
    "keuken",
];

fn main() {
    println!("messages   stories      seconds   reading only   to the row before");
    let mut before = None;
    for count in [1_000, 10_000, 100_000] {
        let messages = messages(count);
        let tellings: Vec<Telling> = messages.iter().map(Message::telling).collect();
        let reading = Instant::now();
        for telling in &tellings {
            let folded = Folded::new(telling.text);
            black_box(Words::new(telling.text, &folded).units().len());
        }
        let reading = reading.elapsed().as_secs_f64();
        let started = Instant::now();
        let theme = Theme { seen_by_many: true };
        let map = Map {
            spots: (0..2_000).map(street).collect(),
            ..Map::default()
        };
        let stories = group(&tellings, theme, &map).len();
        let seconds = started.elapsed().as_secs_f64();
        let curve = before.map_or(String::new(), |before: f64| {
            format!("{:.1}", seconds / before)
        });
        println!("{count:8} {stories:9} {seconds:12.3} {reading:14.3} {curve:>19}");
        before = Some(seconds);
    }
}

struct Message {
    source: SourceId,
    voice: Voice,
    minute: i64,
    places: Vec<String>,
    text: String,
}

impl Message {
    fn telling(&self) -> Telling<'_> {
        Telling {
            source: &self.source,
            voice: self.voice,
            at: date(2026, 11, 1).at(0, 0, 0, 0) + self.minute.minutes(),
            places: &self.places,
            text: &self.text,
            marks: &[],
        }
    }
}

fn street(number: usize) -> String {
    format!("{number}e Dwarsweg")
}

/// A week of messages: half tell events of their own, a quarter events that others tell too, a
/// quarter are copies.
fn messages(count: usize) -> Vec<Message> {
    let mut random = Random(1);
    let mut messages: Vec<Message> = Vec::new();
    for number in 0..count {
        let source = SourceId::parse(&format!("bron-{}", random.below(500))).expect("an id");
        let voice = [Voice::Residents, Voice::Residents, Voice::Press][random.below(3)];
        let minute = random.below(7 * 24 * 60) as i64;
        let copied = random.below(4) == 0 && number > 0;
        let (places, text) = match copied {
            true => {
                let other = &messages[random.below(number)];
                (other.places.clone(), format!("Gedeeld: {}", other.text))
            }
            false => {
                let event = random.below(count);
                let street = street(event % 2_000);
                let mut words: Vec<String> = (0..18)
                    .map(|_| SHARED[random.below(SHARED.len())].to_owned())
                    .collect();
                words.extend((0..8).map(|n| format!("bijzonderheid{}", event * 8 + n)));
                (vec![street], words.join(" "))
            }
        };
        messages.push(Message {
            source,
            voice,
            minute,
            places,
            text,
        });
    }
    messages
}

/// A generator of chance that gives the same messages on every machine (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}
