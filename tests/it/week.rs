//! A simulated week: how soon a rhythm hears what appears, and how many of its visits are in vain.
//!
//! A virtual clock runs over the pure functions of `schedule`; nothing is fetched. Every source
//! starts unknown on Monday at midnight with a feed of its last twenty messages, as a municipality
//! starts. The table:
//! `cargo test --test it week -- --nocapture`.

use jiff::Timestamp;
use luisterpost::outcome::rhythm::{Rhythm, Sight};
use luisterpost::outcome::{Counts, Hints, PollOutcome};
use luisterpost::schedule::{Bounds, Ended, next_visit, rhythm};
use luisterpost::source::{Every, ExcerptPolicy, Scope, Source, SourceId, SourceKind, Voice};
use luisterpost::theme::ThemeChoice;

/// Messages that a feed shows.
const SHOWN: usize = 20;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Monday 23 November 2026, midnight in the Netherlands.
fn monday() -> i64 {
    "2026-11-22T23:00:00Z"
        .parse::<Timestamp>()
        .unwrap()
        .as_second()
}

/// A small generator of chance (`SplitMix64`, Steele and others 2014): the same week on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }

    /// Seconds until the next of events that come `per_day` times a day.
    fn wait(&mut self, per_day: f64) -> i64 {
        (-(1.0 - self.next()).ln() / per_day * DAY as f64) as i64 + 1
    }
}

/// The kinds of sources, and how many there are of each.
const KINDS: [(&str, usize); 6] = [
    ("nieuws, elk uur", 150),
    ("blog, elke dag", 250),
    ("blad, elke week", 200),
    ("forum, in vlagen", 150),
    ("overdag, 's nachts stil", 150),
    ("dood", 100),
];

/// When the messages of one source appear, from eight weeks before Monday to nine days after.
fn appearances(kind: usize, chance: &mut Chance) -> Vec<i64> {
    let (from, until) = (monday() - 56 * DAY, monday() + 9 * DAY);
    let mut at = Vec::new();
    let mut events = |per_day: f64, weight: &dyn Fn(f64) -> f64, chance: &mut Chance| {
        let mut time = from;
        loop {
            time += chance.wait(per_day);
            if time >= until {
                return;
            }
            let hour = (time - monday()).rem_euclid(DAY) as f64 / HOUR as f64;
            if chance.next() < weight(hour) {
                at.push(time);
            }
        }
    };
    let office = |hour: f64| {
        if (7.0..22.0).contains(&hour) {
            1.0
        } else {
            0.25
        }
    };
    let day = |hour: f64| {
        if (8.0..23.0).contains(&hour) {
            1.0
        } else {
            0.0
        }
    };
    match kind {
        0 => {
            let per_day = chance.between(20.0, 40.0);
            events(per_day, &office, chance);
        }
        1 => {
            // Nearly every day, at nearly the same hour.
            let hour = chance.between(6.0, 22.0);
            for day in -56..9 {
                if chance.next() < 0.85 {
                    let noise = chance.between(-1.5, 1.5);
                    at.push(monday() + day * DAY + ((hour + noise) * HOUR as f64) as i64);
                }
            }
        }
        2 => {
            let moment = chance.between(0.0, 7.0 * DAY as f64) as i64;
            for week in -8..2 {
                at.push(
                    monday() + week * 7 * DAY + moment + chance.between(-0.3, 0.3) as i64 * DAY,
                );
            }
        }
        3 => {
            // A few threads a week, each with a burst of answers that grow rarer.
            let mut time = from;
            loop {
                time += chance.wait(0.9);
                if time >= until {
                    break;
                }
                let mut answer = time;
                for number in 0..chance.between(4.0, 50.0) as i64 {
                    at.push(answer);
                    answer += chance.wait(24.0 * 6.0 / (1.0 + number as f64 / 6.0));
                }
            }
        }
        4 => {
            let per_day = chance.between(5.0, 20.0);
            events(per_day, &day, chance);
        }
        _ => at.push(monday() - 40 * DAY),
    }
    at.retain(|time| (from..until).contains(time));
    at.sort_unstable();
    at
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Fixed(i64),
    Auto,
}

/// What a way of visiting came to for one kind of source.
#[derive(Default)]
struct Week {
    visits: usize,
    useless: usize,
    missed: usize,
    /// From appearing to reading, in seconds.
    delays: Vec<i64>,
}

impl Week {
    fn add(&mut self, other: &Week) {
        self.visits += other.visits;
        self.useless += other.useless;
        self.missed += other.missed;
        self.delays.extend(&other.delays);
    }

    fn delay(&self, part: f64) -> f64 {
        let mut delays = self.delays.clone();
        delays.sort_unstable();
        let place = (delays.len() as f64 * part) as usize;
        delays
            .get(place)
            .map_or(f64::NAN, |delay| *delay as f64 / MINUTE as f64)
    }

    fn useless(&self) -> f64 {
        100.0 * self.useless as f64 / self.visits as f64
    }
}

/// Lives through one source's week.
fn live(source: &Source, appearances: &[i64], way: Way, phase: f64) -> Week {
    let (start, end) = (monday(), monday() + 7 * DAY);
    let mut week = Week::default();
    let mut known = Rhythm::default();
    let mut before: Option<i64> = None;
    let first = match way {
        Way::Fixed(interval) => (phase * interval as f64) as i64,
        // All are visited within minutes of the first start.
        Way::Auto => (phase * 250.0) as i64,
    };
    let mut now = start + first;
    // The last messages of the week are read after it.
    while before.is_none_or(|before| before < end) {
        let there = appearances.partition_point(|at| *at <= now);
        let shown = &appearances[there.saturating_sub(SHOWN)..there];
        let seen = before.map_or(0, |before| appearances.partition_point(|at| *at <= before));
        let new = &appearances[seen..there];
        let told = &new[new.len().saturating_sub(SHOWN)..];
        let in_week = |at: &&i64| (start..end).contains(*at);
        week.missed += new.iter().filter(in_week).count() - told.iter().filter(in_week).count();
        week.delays
            .extend(told.iter().filter(in_week).map(|at| now - at));
        if now < end && before.is_some() {
            week.visits += 1;
            week.useless += usize::from(new.is_empty());
        }
        let instant = |second: i64| Timestamp::from_second(second).unwrap();
        let sight = match new.is_empty() && before.is_some() {
            true => Sight::default(),
            false => Sight {
                shown: shown.len() as u32,
                known: shown.len().saturating_sub(new.len()) as u32,
                arrivals: told.iter().map(|at| instant(*at)).collect(),
                gap: before.is_some() && new.len() > SHOWN,
            },
        };
        let last = before.map(instant);
        before = Some(now);
        now = match way {
            Way::Fixed(interval) => now + interval,
            Way::Auto => {
                let now = instant(now);
                known = rhythm::learn(known, &sight, last, now);
                let elapsed = last.map(|last| now.duration_since(last));
                let ended = Ended {
                    source,
                    outcome: &PollOutcome::Read(Counts::default()),
                    usual: rhythm::interval(&known, &sight, elapsed, now, Bounds::default()),
                    burden: 0,
                    hints: Hints::default(),
                };
                next_visit(now, &ended).as_second()
            }
        };
    }
    week
}

fn source(number: usize) -> Source {
    Source {
        id: SourceId::parse(&format!("bron-{number}")).unwrap(),
        name: String::new(),
        kind: SourceKind::Feed { drop: vec![] },
        url: "https://wijkkrant.example/feed".parse().unwrap(),
        voice: Voice::Residents,
        scope: Scope::Local,
        every: Every::Auto,
        excerpt: ExcerptPolicy::Fragment,
        reviewed: None,
        themes: ThemeChoice::All,
        line: 1,
    }
}

/// The week of all thousand sources, by kind and together.
fn simulate(way: Way) -> Vec<Week> {
    let mut weeks: Vec<Week> = KINDS.iter().map(|_| Week::default()).collect();
    let mut all = Week::default();
    let mut number = 0;
    for (kind, (_, many)) in KINDS.iter().enumerate() {
        for _ in 0..*many {
            let mut chance = Chance(number as u64);
            let appearances = appearances(kind, &mut chance);
            let week = live(&source(number), &appearances, way, chance.next());
            weeks[kind].add(&week);
            all.add(&week);
            number += 1;
        }
    }
    weeks.push(all);
    weeks
}

#[test]
fn the_rhythm_hears_sooner_than_every_hour_with_far_fewer_visits_in_vain() {
    let ways = [Way::Fixed(15 * MINUTE), Way::Fixed(HOUR), Way::Auto].map(simulate);
    let names = KINDS.iter().copied().chain([("samen", 1000)]);
    println!(
        "| bron | aantal | bezoeken per bron, 15 m / 60 m / auto | vertraging mediaan (min) | 95 % (min) | tevergeefs (%) | gemist |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (kind, (name, many)) in names.enumerate() {
        let of = |show: &dyn Fn(&Week) -> f64| {
            let told: Vec<String> = ways
                .iter()
                .map(|way| format!("{:.0}", show(&way[kind])))
                .collect();
            told.join(" / ").replace("NaN", "–")
        };
        println!(
            "| {name} | {many} | {} | {} | {} | {} | {} |",
            of(&|week| week.visits as f64 / many as f64),
            of(&|week| week.delay(0.5)),
            of(&|week| week.delay(0.95)),
            of(&Week::useless),
            of(&|week| week.missed as f64),
        );
    }
    let [_, hourly, auto] = ways.map(|mut weeks| weeks.pop().unwrap());
    assert!(auto.delay(0.5) < hourly.delay(0.5));
    assert!(auto.delay(0.95) < hourly.delay(0.95));
    assert!(auto.useless() < hourly.useless() - 10.0);
    assert!(auto.visits < hourly.visits);
    assert_eq!(auto.missed, 0);
}
