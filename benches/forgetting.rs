//! How long it takes to forget 100,000 messages, and how long a visit waits meanwhile.
//!
//! `cargo bench --bench forgetting`. A second task records a visit that found nothing, over and
//! over, as the daemon does while it forgets: its longest wait is the longest time for which
//! polling is held. Beside it the same without anything to forget: what the disk asks for one
//! record. Bounds: below 5 s for all, and no visit held for more than 0.2 s.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use luisterpost::item::{Excerpt, KeptEvidence, KeptHit};
use luisterpost::keyword::KeywordLine;
use luisterpost::outcome::{Counts, PollOutcome, PollState};
use luisterpost::seen::ItemKeyer;
use luisterpost::source::{SourceId, Voice};
use luisterpost::store::{Config, Configured, FoundItem, StateDirectory, Store, VisitRecord};
use luisterpost::theme::ThemeId;
use url::Url;

const GO: usize = 100_000;
const STAY: usize = 20_000;
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let root = tempfile::tempdir().expect("a directory");
    let directory = StateDirectory::open(root.path()).expect("ours");
    let store = Store::open(&directory, &Config::default()).expect("a store");
    let store = store.store;
    let at = Timestamp::UNIX_EPOCH + DAY * 20_000;
    let source = Configured {
        id: id(),
        url: Url::parse("https://forum.example/feed").expect("an address"),
        block: String::new(),
    };
    let known = store.sync_sources(vec![source], at).await;
    known.expect("a source");
    let keyer = store.visit_memory(&id()).await.expect("known").keyer;
    for first in (0..GO + STAY).step_by(1000) {
        record(&store, &keyer, at, first..first + 1000).await;
    }
    let later = at + DAY * 28;
    let alone = waits(
        &store,
        &keyer,
        later,
        tokio::time::sleep(Duration::from_secs(2)),
    )
    .await;
    let started = Instant::now();
    let mut took = Duration::ZERO;
    let mut gone = 0;
    let forgetting = async {
        gone = store.forget(later).await.expect("forgotten").hits;
        took = started.elapsed();
    };
    let beside = waits(&store, &keyer, later, forgetting).await;
    println!("forgotten   seconds   longest wait of a visit   the same with nothing to forget");
    println!(
        "{gone:>9} {:>9.2} {:>21.0} ms {:>30.0} ms",
        took.as_secs_f64(),
        beside.as_secs_f64() * 1000.0,
        alone.as_secs_f64() * 1000.0
    );
}

/// The longest time that one record of a visit took while something else ran.
async fn waits(
    store: &Store,
    keyer: &ItemKeyer,
    at: Timestamp,
    other: impl Future<Output = ()>,
) -> Duration {
    let done = AtomicBool::new(false);
    let visits = async {
        let mut longest = Duration::ZERO;
        while !done.load(Ordering::Relaxed) {
            let started = Instant::now();
            record(store, keyer, at, 0..0).await;
            longest = longest.max(started.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        longest
    };
    let other = async {
        other.await;
        done.store(true, Ordering::Relaxed);
    };
    tokio::join!(visits, other).0
}

async fn record(store: &Store, keyer: &ItemKeyer, at: Timestamp, numbers: std::ops::Range<usize>) {
    let items = numbers.map(|number| FoundItem {
        key: keyer.item_key(&number.to_string()),
        hits: vec![hit(number, at)],
        too_old: false,
        global: false,
    });
    let visit = VisitRecord {
        source: id(),
        at,
        day: date(2026, 11, 24),
        duration: Duration::from_millis(120),
        outcome: PollOutcome::Read(Counts::default()),
        partial: Counts::default(),
        gap: false,
        robots: Vec::new(),
        state: PollState::default(),
        seen: None,
        items: items.collect(),
    };
    store.record_visit(visit).await.expect("recorded");
}

fn id() -> SourceId {
    SourceId::parse("forum").expect("an id")
}

/// A message of the usual length; every sixth stays.
fn hit(number: usize, at: Timestamp) -> KeptHit {
    let days = if number % 6 == 5 { 60 } else { 28 };
    KeptHit {
        source: id(),
        voice: Voice::Residents,
        theme: ThemeId::parse("inbraak").expect("an id"),
        theme_version: "0badcafe".to_owned(),
        fetched_at: at,
        published_at: Some(at),
        expires_at: at + DAY * days,
        link: Some(format!("https://forum.example/wonen/t/{number}#p{number}")),
        excerpt: Excerpt::Shown {
            text: format!("Bericht {number}: vannacht is er ingebroken in de Brinkstraat. ")
                .repeat(3),
            marks: Vec::new(),
        },
        places: vec!["Molenbuurt".to_owned()],
        evidence: vec![KeptEvidence {
            keyword: KeywordLine {
                file: "keywords/inbraak.toml".to_owned(),
                line: 12,
                list: "strong".to_owned(),
                text: "ingebroken".to_owned(),
            },
            words: Vec::new(),
        }],
        vetoes_tested: 3,
        urgent: false,
    }
}
