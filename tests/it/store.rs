//! The store, from outside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use luisterpost::item::{Excerpt, HitId, KeptEvidence, KeptHit, Withheld};
use luisterpost::keyword::KeywordLine;
use luisterpost::outcome::{
    Counts, Failure, FailureClass, PageState, PollOutcome, PollState, Trail, Trouble, Validators,
};
use luisterpost::place::choice::PlaceChoice;
use luisterpost::recipient::{Address, DigestRhythm, Recipient};
use luisterpost::seen::{Reach, SeenWindow, Verdict};
use luisterpost::source::{SourceId, Voice};
use luisterpost::span::Span;
use luisterpost::store::{
    APPLICATION_ID, Composition, Config, Configured, DigestId, FoundItem, LastDigest, NewDigest,
    Opened, Reader, Recorded, Refusal, StateDirectory, Store, StoreError, VERSION, VisitRecord,
};
use luisterpost::theme::{ThemeChoice, ThemeId};
use rusqlite::Connection;
use url::Url;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Half past seven in the morning, a Tuesday.
fn start() -> Timestamp {
    "2026-11-24T06:30:00Z".parse().unwrap()
}

/// A state directory of its own.
struct World {
    root: tempfile::TempDir,
    config: Config,
}

impl World {
    fn new() -> Self {
        World {
            root: tempfile::tempdir().unwrap(),
            config: Config {
                busy_timeout: Duration::from_millis(20),
                ..Config::default()
            },
        }
    }

    fn path(&self) -> PathBuf {
        self.root.path().join("state")
    }

    fn database(&self) -> PathBuf {
        self.path().join("luisterpost.db")
    }

    fn directory(&self) -> StateDirectory {
        StateDirectory::open(&self.path()).unwrap()
    }

    fn try_open(&self) -> Result<Opened, StoreError> {
        Store::open(&self.directory(), &self.config)
    }

    fn open(&self) -> Store {
        self.try_open().unwrap().store
    }

    /// With the source `wijkkrant`, and a recipient who takes all of two themes.
    async fn listening(&self) -> Store {
        let store = self.open();
        store
            .sync_sources(
                sources(&[("wijkkrant", "https://wijkkrant.example/feed")]),
                start(),
            )
            .await
            .unwrap();
        sync(&store, &[recipient("team", ThemeChoice::All)]).await;
        store
    }

    /// Which files of the state directory hold these words, as UTF-8 or UTF-16.
    fn files_with(&self, words: &str) -> Vec<String> {
        let little: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = words.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path()).unwrap() {
            let entry = entry.unwrap();
            let bytes = fs::read(entry.path()).unwrap();
            let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
            if holds(words.as_bytes()) || holds(&little) || holds(&big) {
                names.push(entry.file_name().into_string().unwrap());
            }
        }
        names.sort();
        names
    }
}

fn sources(list: &[(&str, &str)]) -> Vec<Configured> {
    list.iter()
        .map(|(id, url)| Configured {
            id: SourceId::parse(id).unwrap(),
            url: Url::parse(url).unwrap(),
            block: (*url).to_owned(),
        })
        .collect()
}

fn source() -> SourceId {
    SourceId::parse("wijkkrant").unwrap()
}

fn theme(id: &str) -> ThemeId {
    ThemeId::parse(id).unwrap()
}

fn address(name: &str) -> Address {
    Address::parse(&format!("{name}@lindemeer.example")).unwrap()
}

fn recipient(name: &str, themes: ThemeChoice) -> Recipient {
    Recipient {
        name: name.to_owned(),
        address: address(name),
        themes,
        places: PlaceChoice::All,
        at: None,
        days: None,
        roles: None,
        digest: DigestRhythm::Daily,
        alerts: false,
        empty: true,
        line: 1,
    }
}

async fn sync(store: &Store, recipients: &[Recipient]) {
    let themes = [theme("inbraak"), theme("overlast")];
    store
        .sync_recipients(recipients, &themes, start())
        .await
        .unwrap();
}

/// A hit of which the excerpt and the link hold this word; kept for 28 days.
fn hit(theme_id: &str, word: &str, at: Timestamp) -> KeptHit {
    KeptHit {
        source: source(),
        voice: Voice::Residents,
        theme: theme(theme_id),
        theme_version: "0badcafe".to_owned(),
        fetched_at: at,
        published_at: Some(at - HOUR),
        expires_at: at + DAY * 28,
        link: Some(format!("https://wijkkrant.example/{word}")),
        excerpt: Excerpt::Shown {
            text: format!("Er is ingebroken, {word}!"),
            marks: vec![Span { start: 6, end: 16 }],
        },
        places: vec!["Molenbuurt".to_owned()],
        evidence: vec![KeptEvidence {
            keyword: KeywordLine {
                file: "keywords/inbraak.toml".to_owned(),
                line: 12,
                list: "strong".to_owned(),
                text: "ingebroken".to_owned(),
            },
            words: vec![Span { start: 6, end: 16 }],
        }],
        vetoes_tested: 3,
        urgent: true,
    }
}

fn withheld(theme_id: &str, at: Timestamp) -> KeptHit {
    let mut hit = hit(theme_id, "", at);
    hit.link = None;
    hit.excerpt = Excerpt::Withheld {
        reason: Withheld::SourceSetting,
    };
    hit.evidence[0].words.clear();
    hit
}

/// A reading that gave these items.
async fn reading(store: &Store, at: Timestamp, items: Vec<(&str, Vec<KeptHit>)>) -> VisitRecord {
    let memory = store.visit_memory(&source()).await.unwrap();
    let keys = items.iter().map(|(id, _)| memory.keyer.item_key(id));
    let mut visit = memory.window.visit(keys);
    let mut found = Vec::new();
    for (id, hits) in items {
        let key = memory.keyer.item_key(id);
        let text = memory.keyer.text_hash(&format!("{hits:?}"));
        visit.judge(key, text);
        found.push(FoundItem {
            key,
            hits,
            too_old: false,
            global: false,
        });
    }
    VisitRecord {
        source: source(),
        at,
        day: date(2026, 11, 24),
        duration: Duration::from_millis(120),
        outcome: PollOutcome::Read(Counts {
            items: found.len() as u64,
            new: found.len() as u64,
            ..Counts::default()
        }),
        partial: Counts::default(),
        gap: false,
        robots: Vec::new(),
        state: PollState {
            next_due: Some(at + HOUR),
            last_visit: Some(at),
            last_heard: Some(at),
            ever_read: true,
            ..PollState::default()
        },
        seen: Some(visit.finish(Reach::Whole, at)),
        items: found,
    }
}

async fn read(store: &Store, at: Timestamp, items: Vec<(&str, Vec<KeptHit>)>) -> Recorded {
    let visit = reading(store, at, items).await;
    store.record_visit(visit).await.unwrap()
}

async fn pending(store: &Store, name: &str, now: Timestamp) -> Vec<HitId> {
    let pending = store.reader().pending(&address(name), now).await.unwrap();
    pending.hits.iter().map(|stored| stored.id).collect()
}

fn digest(name: &str, period: &str, hits: Vec<HitId>, at: Timestamp) -> NewDigest {
    NewDigest {
        to: address(name),
        period: period.to_owned(),
        message_id: format!("<{period}.{name}@lindemeer.example>"),
        message: format!("Subject: {period}\r\n\r\nkanarievogel\r\n").into_bytes(),
        hits,
        passed: Vec::new(),
        lost: 0,
        at,
    }
}

async fn compose(store: &Store, digest: NewDigest) -> DigestId {
    match store.compose_digest(digest).await.unwrap() {
        Composition::Stored(id) => id,
        other => panic!("{other:?}"),
    }
}

// The state directory

#[tokio::test]
async fn everything_in_the_state_directory_is_for_its_owner_only() {
    let world = World::new();
    let store = world.listening().await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&world.path()), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(world.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(&entry.path()), 0o600, "{:?}", entry.file_name());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(
        names,
        [
            "luisterpost.db",
            "luisterpost.db-shm",
            "luisterpost.db-wal",
            "luisterpost.lock",
            "seen.key"
        ]
    );
    drop(store);
}

#[test]
fn a_directory_that_others_may_enter_is_closed() {
    let world = World::new();
    fs::create_dir(world.path()).unwrap();
    fs::set_permissions(world.path(), fs::Permissions::from_mode(0o755)).unwrap();
    world.directory();
    let mode = fs::metadata(world.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn files_that_others_may_read_are_refused() {
    for name in ["luisterpost.db", "luisterpost.db-wal", "seen.key"] {
        let world = World::new();
        drop(world.open());
        let path = world.path().join(name);
        fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        match world.try_open() {
            Err(StoreError::Directory {
                path: refused,
                refusal,
            }) => {
                assert_eq!(refused, path);
                assert_eq!(refusal, Refusal::Readable { mode: 0o644 });
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_directory_of_another_user_is_refused() {
    let world = World::new();
    fs::create_dir(world.path()).unwrap();
    // Root can give a directory away; everybody else already has root's.
    let path = match rustix::process::geteuid().is_root() {
        true => {
            chown(world.path(), Some(1), None).unwrap();
            world.path()
        }
        false => PathBuf::from("/usr"),
    };
    match StateDirectory::open(&path) {
        Err(StoreError::Directory {
            refusal: Refusal::OtherOwner { owner, own },
            ..
        }) => {
            assert_ne!(owner, own);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_in_the_place_of_the_directory_is_refused() {
    let world = World::new();
    fs::write(world.path(), "").unwrap();
    assert!(StateDirectory::open(&world.path()).is_err());
}

#[tokio::test]
async fn a_second_instance_is_refused_with_the_process_id_of_the_first() {
    let world = World::new();
    let first = world.listening().await;
    match world.try_open() {
        Err(error @ StoreError::InUse { pid }) => {
            assert_eq!(pid, Some(std::process::id()));
            let message = format!(
                "the state directory is in use by process {}",
                std::process::id()
            );
            assert_eq!(error.to_string(), message);
        }
        other => panic!("{other:?}"),
    }
    // Looking is allowed all the same.
    let reader = Reader::open(&world.directory(), &world.config).unwrap();
    assert_eq!(reader.totals().await.unwrap().hits, 0);
    drop(first);
    world.open();
}

#[test]
fn looking_before_anything_was_stored_says_so() {
    let world = World::new();
    let missing = StateDirectory::existing(&world.path());
    assert!(
        matches!(missing, Err(StoreError::Empty { .. })),
        "{missing:?}"
    );
    let reader = Reader::open(&world.directory(), &world.config);
    assert!(
        matches!(reader, Err(StoreError::Empty { .. })),
        "{reader:?}"
    );
}

#[tokio::test]
async fn closing_folds_the_log_into_the_database_and_gives_the_lock_back() {
    let world = World::new();
    let store = world.listening().await;
    assert!(world.path().join("luisterpost.db-wal").exists());
    drop(store);
    assert!(!world.path().join("luisterpost.db-wal").exists());
    world.open();
}

// Whose database

#[test]
fn a_new_database_bears_our_mark_and_an_old_one_is_opened_again() {
    let world = World::new();
    drop(world.open());
    let connection = Connection::open(world.database()).unwrap();
    let number = |pragma: &str| {
        connection
            .pragma_query_value(None, pragma, |row| row.get::<_, i32>(0))
            .unwrap()
    };
    assert_eq!(number("application_id"), APPLICATION_ID);
    assert_eq!(number("user_version"), VERSION);
    drop(connection);
    drop(world.open());
}

#[test]
fn an_empty_file_becomes_a_database() {
    let world = World::new();
    world.directory();
    fs::write(world.database(), "").unwrap();
    fs::set_permissions(world.database(), fs::Permissions::from_mode(0o600)).unwrap();
    world.open();
}

#[test]
fn a_newer_database_is_refused_and_not_touched() {
    let world = World::new();
    drop(world.open());
    let connection = Connection::open(world.database()).unwrap();
    connection
        .pragma_update(None, "user_version", VERSION + 1)
        .unwrap();
    drop(connection);
    let before = fs::read(world.database()).unwrap();
    let opened = world.try_open();
    assert!(
        matches!(opened, Err(StoreError::Newer { .. })),
        "{opened:?}"
    );
    let reader = Reader::open(&world.directory(), &world.config);
    assert!(
        matches!(reader, Err(StoreError::Newer { .. })),
        "{reader:?}"
    );
    assert_eq!(fs::read(world.database()).unwrap(), before);
}

#[test]
fn a_file_of_another_program_is_refused_and_not_touched() {
    let check = |fill: fn(&Path)| {
        let world = World::new();
        world.directory();
        fill(&world.database());
        fs::set_permissions(world.database(), fs::Permissions::from_mode(0o600)).unwrap();
        let before = fs::read(world.database()).unwrap();
        let opened = world.try_open();
        assert!(
            matches!(opened, Err(StoreError::Foreign { .. })),
            "{opened:?}"
        );
        assert_eq!(fs::read(world.database()).unwrap(), before);
    };
    check(|path| fs::write(path, "Beste buren, ".repeat(1000)).unwrap());
    check(|path| {
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch("CREATE TABLE bookmarks (url TEXT)")
            .unwrap();
    });
    check(|path| {
        let connection = Connection::open(path).unwrap();
        connection.pragma_update(None, "application_id", 7).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
    });
}

#[tokio::test]
async fn a_damaged_database_is_told_apart() {
    let check = |damage: fn(&mut Vec<u8>)| {
        let world = World::new();
        drop(world.open());
        let mut bytes = fs::read(world.database()).unwrap();
        damage(&mut bytes);
        fs::write(world.database(), bytes).unwrap();
        let opened = world.try_open();
        assert!(
            matches!(opened, Err(StoreError::Corrupt { .. })),
            "{opened:?}"
        );
    };
    check(|bytes| bytes[4096..3 * 4096].fill(0xAA));
    check(|bytes| bytes.truncate(5000));
    check(|bytes| bytes[100..4096].fill(0x55));
}

// Crashes and full disks

#[tokio::test]
async fn what_was_recorded_survives_a_crash() {
    let world = World::new();
    let store = world.listening().await;
    let recorded = read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;

    // What is on the disk at this moment is what a crash leaves.
    let after = World::new();
    after.directory();
    for name in ["luisterpost.db", "luisterpost.db-wal", "seen.key"] {
        fs::copy(world.path().join(name), after.path().join(name)).unwrap();
    }
    let reader = Reader::open(&after.directory(), &after.config).unwrap();
    assert_eq!(reader.recent_hits(10).await.unwrap(), recorded.added);
    drop(reader);
    let opened = after.try_open().unwrap();
    assert!(!opened.secret_lost);
    let hits = opened.store.reader().recent_hits(10).await.unwrap();
    assert_eq!(hits, recorded.added);
    let memory = opened.store.visit_memory(&source()).await.unwrap();
    assert_eq!(memory.window.len(), 1);
    assert_eq!(memory.state.next_due, Some(start() + HOUR));
}

#[tokio::test]
async fn a_visit_is_stored_whole_or_not_at_all() {
    let world = World::new();
    let store = world.listening().await;
    let mut talkative = withheld("overlast", start());
    talkative.link = Some("https://wijkkrant.example/kanarievogel".to_owned());
    let items = vec![
        ("1", vec![hit("inbraak", "eik", start())]),
        ("2", vec![talkative]),
    ];
    let visit = reading(&store, start(), items).await;
    let refused = store.record_visit(visit).await;
    assert!(
        matches!(refused, Err(StoreError::Refused(_))),
        "{refused:?}"
    );

    let memory = store.visit_memory(&source()).await.unwrap();
    assert_eq!(memory.state, PollState::default());
    assert!(memory.window.is_empty());
    assert_eq!(store.reader().totals().await.unwrap().items, 0);
    assert_eq!(store.reader().visits(&source(), 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_goes_on_when_there_is_room() {
    let mut world = World::new();
    world.config.max_bytes = 300 * 1024;
    let store = world.listening().await;
    let long = "eik".repeat(1000);
    let mut stored = 0;
    let full = loop {
        let at = start() + HOUR * stored;
        let items = vec![("1", vec![hit("inbraak", &long, at)])];
        let mut visit = reading(&store, at, items).await;
        visit.items[0].key = store
            .visit_memory(&source())
            .await
            .unwrap()
            .keyer
            .item_key(&stored.to_string());
        match store.record_visit(visit).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 1000, "the limit holds");
    };
    assert!(matches!(full, StoreError::Full(_)), "{full:?}");
    assert!(stored > 5, "{stored}");
    assert_eq!(store.reader().totals().await.unwrap().hits, stored as u64);

    let later = start() + DAY * 60;
    let forgotten = store.forget(later).await.unwrap();
    assert_eq!(forgotten.hits, stored as u64);
    read(
        &store,
        later,
        vec![("1", vec![hit("inbraak", &long, later)])],
    )
    .await;
    assert_eq!(store.reader().totals().await.unwrap().hits, 1);
}

// Hits

#[tokio::test]
async fn a_hit_comes_back_as_it_was_stored() {
    let world = World::new();
    let store = world.listening().await;
    let hits = vec![
        hit("inbraak", "eik", start()),
        hit("overlast", "eik", start()),
    ];
    let mut bare = withheld("inbraak", start());
    bare.published_at = None;
    bare.places.clear();
    let recorded = read(
        &store,
        start(),
        vec![("1", hits.clone()), ("2", vec![bare.clone()])],
    )
    .await;
    let back: Vec<KeptHit> = recorded
        .added
        .iter()
        .map(|stored| stored.hit.clone())
        .collect();
    assert_eq!(back, [hits[0].clone(), hits[1].clone(), bare]);
    for stored in &recorded.added {
        let found = store.reader().hit(stored.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(stored));
    }
    assert_eq!(store.reader().totals().await.unwrap().items, 2);
    let unknown = "4711".parse().unwrap();
    assert_eq!(store.reader().hit(unknown).await.unwrap(), None);
}

#[tokio::test]
async fn a_withheld_hit_holds_no_words() {
    let world = World::new();
    let store = world.listening().await;
    let mut linked = withheld("inbraak", start());
    linked.link = Some("https://wijkkrant.example/1".to_owned());
    let mut pointing = withheld("inbraak", start());
    pointing.evidence[0].words.push(Span { start: 0, end: 3 });
    for talkative in [linked, pointing] {
        let visit = reading(&store, start(), vec![("1", vec![talkative])]).await;
        let refused = store.record_visit(visit).await;
        assert!(
            matches!(refused, Err(StoreError::Refused(_))),
            "{refused:?}"
        );
    }
    // An item of which one hit is withheld has no link for the others either.
    let mut shown = hit("inbraak", "eik", start());
    shown.link = Some("https://wijkkrant.example/kanarievogel".to_owned());
    read(
        &store,
        start(),
        vec![("1", vec![shown, withheld("overlast", start())])],
    )
    .await;
    assert_eq!(world.files_with("kanarievogel"), Vec::<String>::new());
}

#[tokio::test]
async fn a_changed_message_keeps_its_hit_and_is_not_told_twice() {
    let world = World::new();
    let store = world.listening().await;
    let first = read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    let told = first.added[0].id;
    compose(&store, digest("team", "2026-11-24", vec![told], start())).await;

    let later = start() + DAY;
    let now = vec![
        hit("inbraak", "beuk", later),
        hit("overlast", "beuk", later),
    ];
    let second = read(&store, later, vec![("1", now)]).await;
    assert_eq!(
        (second.added.len(), second.updated, second.removed),
        (1, 1, 0)
    );
    let kept = store.reader().hit(told).await.unwrap().unwrap().hit;
    assert_eq!(kept.fetched_at, start());
    assert_eq!(kept.expires_at, start() + DAY * 28);
    assert_eq!(kept.excerpt, hit("inbraak", "beuk", later).excerpt);
    assert_eq!(kept.link, hit("inbraak", "beuk", later).link);
    assert_eq!(pending(&store, "team", later).await, [second.added[0].id]);

    let third = read(
        &store,
        later,
        vec![("1", vec![hit("overlast", "beuk", later)])],
    )
    .await;
    assert_eq!((third.added.len(), third.updated, third.removed), (0, 1, 1));
    assert_eq!(store.reader().hit(told).await.unwrap(), None);

    let fourth = read(&store, later, vec![("1", vec![])]).await;
    assert_eq!(fourth.removed, 1);
    assert_eq!(store.reader().totals().await.unwrap().items, 0);
}

#[tokio::test]
async fn an_item_that_is_shown_again_after_the_window_forgot_it_is_no_new_hit() {
    let world = World::new();
    let store = world.listening().await;
    let items = || vec![("1", vec![hit("inbraak", "eik", start())])];
    read(&store, start(), items()).await;
    let again = read(&store, start() + DAY * 20, items()).await;
    assert_eq!((again.added.len(), again.updated), (0, 1));
}

// Recipients and digests

#[tokio::test]
async fn a_recipient_is_told_what_is_stored_after_it_was_first_loaded() {
    let world = World::new();
    let store = world.listening().await;
    let before = read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    let only = |id: &str| ThemeChoice::Only(vec![theme(id)]);
    sync(
        &store,
        &[
            recipient("team", ThemeChoice::All),
            recipient("wijk", only("inbraak")),
        ],
    )
    .await;
    assert_eq!(pending(&store, "wijk", start()).await, []);

    // Found three days "earlier", by a clock that was set back: stored later all the same.
    let early = start() - DAY * 3;
    let hits = vec![
        hit("inbraak", "beuk", early),
        hit("overlast", "beuk", early),
    ];
    let after = read(&store, early, vec![("2", hits)]).await;
    assert_eq!(pending(&store, "wijk", early).await, [after.added[0].id]);
    let all = [before.added[0].id, after.added[0].id, after.added[1].id];
    assert_eq!(pending(&store, "team", early).await, all);

    // A theme taken later starts later; one no longer taken stops.
    sync(
        &store,
        &[
            recipient("team", ThemeChoice::All),
            recipient("wijk", only("overlast")),
        ],
    )
    .await;
    assert_eq!(pending(&store, "wijk", early).await, []);
    assert_eq!(pending(&store, "nobody", early).await, []);
}

#[tokio::test]
async fn what_was_found_before_a_theme_was_switched_off_is_still_told() {
    let world = World::new();
    let store = world.listening().await;
    let found = read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    store
        .sync_recipients(
            &[recipient("team", ThemeChoice::All)],
            &[theme("overlast")],
            start(),
        )
        .await
        .unwrap();
    assert_eq!(pending(&store, "team", start()).await, [found.added[0].id]);
}

#[tokio::test]
async fn every_hit_stands_in_exactly_one_digest_per_recipient() {
    let world = World::new();
    let store = world.listening().await;
    sync(
        &store,
        &[
            recipient("team", ThemeChoice::All),
            recipient("wijk", ThemeChoice::All),
        ],
    )
    .await;
    read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    let hits = pending(&store, "team", start()).await;
    let first = compose(&store, digest("team", "2026-11-24", hits.clone(), start())).await;
    assert_eq!(pending(&store, "team", start()).await, []);
    assert_eq!(pending(&store, "wijk", start()).await, hits);

    let again = store
        .compose_digest(digest("team", "2026-11-24", vec![], start()))
        .await
        .unwrap();
    assert_eq!(again, Composition::AlreadyThere);
    let twice = store
        .compose_digest(digest("team", "2026-11-25", hits.clone(), start()))
        .await;
    assert_eq!(twice.unwrap(), Composition::Outdated);
    let stranger = store
        .compose_digest(digest("nobody", "2026-11-24", vec![], start()))
        .await;
    assert!(
        matches!(stranger, Err(StoreError::Refused(_))),
        "{stranger:?}"
    );

    // The same bytes at each attempt, and none once it was sent.
    let reader = store.reader();
    let queued = reader.digests_to_send(start()).await.unwrap();
    assert_eq!(queued.len(), 1);
    assert_eq!(
        queued[0].message,
        digest("team", "2026-11-24", vec![], start()).message
    );
    store
        .mark_failed(first, start(), start() + HOUR)
        .await
        .unwrap();
    assert_eq!(reader.digests_to_send(start()).await.unwrap(), []);
    let retry = reader.digests_to_send(start() + HOUR).await.unwrap();
    assert_eq!(
        (retry[0].attempts, &retry[0].message),
        (1, &queued[0].message)
    );
    assert_eq!(reader.totals().await.unwrap().queue.len(), 1);
    store.mark_sent(first, start() + HOUR).await.unwrap();
    assert_eq!(reader.digests_to_send(start() + DAY).await.unwrap(), []);
    assert_eq!(reader.totals().await.unwrap().queue, []);
    assert_eq!(
        reader.last_digest(&address("team")).await.unwrap(),
        Some(LastDigest {
            period: "2026-11-24".to_owned(),
            composed_at: start(),
            sent_at: Some(start() + HOUR),
        })
    );
    assert_eq!(reader.last_digest(&address("wijk")).await.unwrap(), None);
}

#[tokio::test]
async fn a_mail_is_tried_again_after_the_clock_was_set_back() {
    let world = World::new();
    let store = world.listening().await;
    let ahead = start() + DAY * 3;
    let id = compose(&store, digest("team", "2026-11-24", vec![], start())).await;
    store.mark_failed(id, ahead, ahead + HOUR).await.unwrap();
    let waiting = async |now| store.reader().digests_to_send(now).await.unwrap().len();
    assert_eq!(waiting(ahead).await, 0);
    assert_eq!(waiting(start()).await, 1);
}

#[tokio::test]
async fn a_hit_that_went_while_its_digest_was_composed_asks_for_another() {
    let world = World::new();
    let store = world.listening().await;
    read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    let hits = pending(&store, "team", start()).await;
    read(&store, start(), vec![("1", vec![])]).await;
    let outdated = store
        .compose_digest(digest("team", "2026-11-24", hits, start()))
        .await;
    assert_eq!(outdated.unwrap(), Composition::Outdated);
    assert_eq!(store.reader().totals().await.unwrap().queue, []);
}

#[tokio::test]
async fn who_is_no_longer_configured_is_mailed_nothing_more() {
    let world = World::new();
    let store = world.listening().await;
    read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    let hits = pending(&store, "team", start()).await;
    compose(&store, digest("team", "2026-11-24", hits, start())).await;
    sync(&store, &[]).await;
    assert_eq!(
        store.reader().digests_to_send(start() + DAY).await.unwrap(),
        []
    );
    sync(&store, &[recipient("team", ThemeChoice::All)]).await;
    assert_eq!(pending(&store, "team", start()).await, []);
}

// Retention

#[tokio::test]
async fn what_is_past_its_retention_is_gone_from_the_raw_bytes() {
    let world = World::new();
    let store = world.listening().await;
    for n in 0..40 {
        let id = n.to_string();
        let word = format!("kanarievogel{n}");
        read(
            &store,
            start(),
            vec![(&id, vec![hit("inbraak", &word, start())])],
        )
        .await;
    }
    assert_ne!(world.files_with("kanarievogel"), Vec::<String>::new());
    let early = store.forget(start() + DAY * 28 - HOUR).await.unwrap();
    assert_eq!(early.hits, 0);
    let forgotten = store.forget(start() + DAY * 28).await.unwrap();
    assert_eq!(
        (forgotten.hits, forgotten.items, forgotten.lost),
        (40, 40, 40)
    );
    assert_eq!(world.files_with("kanarievogel"), Vec::<String>::new());
}

#[tokio::test]
async fn a_reader_in_the_way_is_told_and_erasing_succeeds_when_it_is_gone() {
    let world = World::new();
    let store = world.listening().await;
    read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "kanarievogel", start())])],
    )
    .await;
    let mut other = Connection::open(world.database()).unwrap();
    let reading = other.transaction().unwrap();
    let count = |connection: &Connection| -> u32 {
        connection
            .query_row("SELECT count(*) FROM hits", (), |row| row.get(0))
            .unwrap()
    };
    assert_eq!(count(&reading), 1);
    let later = start() + DAY * 28;
    match store.forget(later).await {
        Err(StoreError::NotErased(forgotten)) => assert_eq!(forgotten.hits, 1),
        other => panic!("{other:?}"),
    }
    assert_ne!(world.files_with("kanarievogel"), Vec::<String>::new());
    reading.commit().unwrap();
    assert_eq!(store.forget(later).await.unwrap().hits, 0);
    assert_eq!(world.files_with("kanarievogel"), Vec::<String>::new());
}

/// Rows of all lengths that come, change and go in a pattern that splits and joins pages. Each
/// version of a message bears a number of its own; afterwards only the numbers of what is stored
/// may stand in the bytes.
#[tokio::test]
async fn no_copy_stays_behind_in_pages_that_were_split_and_joined() {
    let world = World::new();
    let store = world.listening().await;
    let mut seed = 7_u32;
    let mut random = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let mut version = 100_000;
    for round in 0..60 {
        let at = start() + HOUR * round;
        let items: Vec<(String, Vec<KeptHit>)> = (0..12)
            .map(|_| {
                version += 1;
                let word = format!("kanarievogel{version}{}", "x".repeat(random(900) as usize));
                let mut hit = hit("inbraak", &word, at);
                hit.expires_at = at + HOUR * (1 + i32::try_from(random(60)).unwrap());
                (random(200).to_string(), vec![hit])
            })
            .collect();
        let items = items
            .iter()
            .map(|(id, hits)| (id.as_str(), hits.clone()))
            .collect();
        read(&store, at, items).await;
        if round % 7 == 0 {
            store.forget(at).await.unwrap();
        }
    }
    store.forget(start() + HOUR * 60).await.unwrap();

    let stored = store.reader().recent_hits(1000).await.unwrap();
    assert!(stored.len() > 50, "{}", stored.len());
    let links: String = stored
        .into_iter()
        .filter_map(|stored| stored.hit.link)
        .collect();
    let expected = numbers(links.as_bytes());
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(world.path()).unwrap() {
        found.extend(numbers(&fs::read(entry.unwrap().path()).unwrap()));
    }
    assert_eq!(found, expected);
    store.forget(start() + DAY * 30).await.unwrap();
    assert_eq!(store.reader().totals().await.unwrap().hits, 0);
    assert_eq!(world.files_with("kanarievogel"), Vec::<String>::new());
}

/// The six digits that follow each `kanarievogel`.
fn numbers(bytes: &[u8]) -> BTreeSet<String> {
    bytes
        .windows(18)
        .filter_map(|part| part.strip_prefix(b"kanarievogel"))
        .map(|number| String::from_utf8_lossy(number).into_owned())
        .collect()
}

#[tokio::test]
async fn retention_wins_over_a_mail_that_could_not_be_delivered() {
    let world = World::new();
    let store = world.listening().await;
    let mut long = hit("overlast", "beuk", start());
    long.expires_at = start() + DAY * 60;
    read(
        &store,
        start(),
        vec![
            ("1", vec![hit("inbraak", "eik", start())]),
            ("2", vec![long]),
        ],
    )
    .await;
    let hits = pending(&store, "team", start()).await;
    compose(&store, digest("team", "2026-11-24", hits.clone(), start())).await;
    assert_ne!(world.files_with("kanarievogel"), Vec::<String>::new());

    let later = start() + DAY * 28;
    assert_eq!(store.reader().digests_to_send(later).await.unwrap(), []);
    let forgotten = store.forget(later).await.unwrap();
    assert_eq!(
        (forgotten.hits, forgotten.lost, forgotten.withdrawn),
        (1, 1, 1)
    );
    assert_eq!(world.files_with("kanarievogel"), Vec::<String>::new());

    // The hit that may stay is told in the next digest, with how many were lost.
    let pending = store
        .reader()
        .pending(&address("team"), later)
        .await
        .unwrap();
    assert_eq!(
        (pending.hits.len(), pending.hits[0].id, pending.lost),
        (1, hits[1], 1)
    );
    let mut next = digest("team", "2026-12-22", vec![hits[1]], later);
    next.lost = pending.lost;
    compose(&store, next).await;
    let pending = store
        .reader()
        .pending(&address("team"), later)
        .await
        .unwrap();
    assert_eq!((pending.hits.len(), pending.lost), (0, 0));
}

#[tokio::test]
async fn a_hit_that_was_mailed_is_not_lost_when_it_goes() {
    let world = World::new();
    let store = world.listening().await;
    read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    let hits = pending(&store, "team", start()).await;
    let id = compose(&store, digest("team", "2026-11-24", hits, start())).await;
    store.mark_sent(id, start()).await.unwrap();
    let forgotten = store.forget(start() + DAY * 28).await.unwrap();
    assert_eq!(
        (forgotten.hits, forgotten.lost, forgotten.digests),
        (1, 0, 0)
    );
    let forgotten = store.forget(start() + DAY * 101).await.unwrap();
    assert_eq!(forgotten.digests, 1);
}

#[tokio::test]
async fn a_clock_that_jumps_does_not_change_when_a_hit_goes() {
    let world = World::new();
    let store = world.listening().await;
    read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    let expiry = start() + DAY * 28;
    for jump in [DAY * -3, SignedDuration::ZERO] {
        assert_eq!(store.forget(expiry - HOUR + jump).await.unwrap().hits, 0);
    }
    assert_eq!(pending(&store, "team", expiry).await, []);
    assert_eq!(store.forget(expiry + DAY * 3).await.unwrap().hits, 1);
}

#[tokio::test]
async fn one_message_can_be_erased_for_all_themes() {
    let world = World::new();
    let store = world.listening().await;
    let both = vec![
        hit("inbraak", "kanarievogel", start()),
        hit("overlast", "kanarievogel", start()),
    ];
    read(
        &store,
        start(),
        vec![("1", both), ("2", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    let hits = pending(&store, "team", start()).await;
    compose(&store, digest("team", "2026-11-24", hits.clone(), start())).await;
    let forgotten = store
        .forget_links(
            vec!["https://wijkkrant.example/kanarievogel".to_owned()],
            start(),
        )
        .await
        .unwrap();
    assert_eq!(
        (forgotten.hits, forgotten.items, forgotten.withdrawn),
        (2, 1, 1)
    );
    assert_eq!(world.files_with("kanarievogel"), Vec::<String>::new());
    // The other hit of the withdrawn digest is told in the next one.
    assert_eq!(pending(&store, "team", start()).await, [hits[2]]);
    let nothing = store
        .forget_links(
            vec!["https://wijkkrant.example/kanarievogel".to_owned()],
            start(),
        )
        .await
        .unwrap();
    assert_eq!(nothing.hits, 0);
    // It stays away when it changes.
    let changed = vec![hit("inbraak", "kanarievogel", start() + DAY)];
    let again = read(&store, start() + DAY, vec![("1", changed)]).await;
    assert_eq!(again, Recorded::default());
    assert_eq!(world.files_with("kanarievogel"), Vec::<String>::new());
}

#[tokio::test]
async fn old_visits_and_counters_go_but_the_last_thirty_visits_stay() {
    let world = World::new();
    let store = world.listening().await;
    for n in 0..40 {
        read(&store, start() + HOUR * n, vec![]).await;
    }
    assert_eq!(store.forget(start() + DAY * 10).await.unwrap().visits, 0);
    assert_eq!(store.forget(start() + DAY * 20).await.unwrap().visits, 10);
    assert_eq!(store.forget(start() + DAY * 700).await.unwrap().counters, 0);
    assert_eq!(store.forget(start() + DAY * 740).await.unwrap().counters, 1);
    let visits = store.reader().visits(&source(), 100).await.unwrap();
    assert_eq!(visits.len(), 30);
    assert_eq!(visits[0].at, start() + HOUR * 39);
}

// Sources

#[tokio::test]
async fn all_that_is_remembered_of_a_source_comes_back() {
    let world = World::new();
    let store = world.listening().await;
    let page = PageState {
        validators: Validators {
            etag: Some(b"W/\"\xff1\"".to_vec()),
            last_modified: Some(b"Tue, 24 Nov 2026 06:30:00 GMT".to_vec()),
        },
        next: Some("https://wijkkrant.example/feed?page=2".to_owned()),
        cursor: Some("{\"newest\":\"7\"}".to_owned()),
        ..PageState::default()
    };
    let mut visit = reading(&store, start(), vec![("1", vec![])]).await;
    let pages = BTreeMap::from([("https://wijkkrant.example/feed".to_owned(), page)]);
    visit.state.trail = Trail(pages);
    visit.state.failing_since = Some(start() - DAY);
    visit.state.failures = 4;
    let state = visit.state.clone();
    store.record_visit(visit).await.unwrap();
    drop(store);
    let store = world.open();
    let memory = store.visit_memory(&source()).await.unwrap();
    assert_eq!(memory.state, state);
    let states = store.reader().poll_states().await.unwrap();
    assert_eq!(states, BTreeMap::from([(source(), state)]));
    let mut visit = memory.window.visit([]);
    let (key, text) = (memory.keyer.item_key("1"), memory.keyer.text_hash("[]"));
    assert_eq!(visit.judge(key, text), Verdict::Known);
}

#[tokio::test]
async fn sources_are_due_by_their_time_and_after_the_clock_was_set_back() {
    let world = World::new();
    let store = world.listening().await;
    let reader = store.reader();
    assert_eq!(reader.due(start()).await.unwrap(), [source()]);
    assert_eq!(reader.next_due().await.unwrap(), None);
    read(&store, start(), vec![]).await;
    assert_eq!(reader.due(start()).await.unwrap(), []);
    assert_eq!(reader.due(start() - HOUR).await.unwrap(), []);
    assert_eq!(reader.next_due().await.unwrap(), Some(start() + HOUR));
    for jump in [DAY * -3, HOUR, DAY * 3] {
        assert_eq!(
            reader.due(start() + jump).await.unwrap(),
            [source()],
            "{jump}"
        );
    }
}

#[tokio::test]
async fn a_source_under_another_id_keeps_all_that_was_remembered() {
    let world = World::new();
    let store = world.listening().await;
    read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    let renamed = sources(&[("krant-oost", "https://wijkkrant.example/feed")]);
    let moved = store.sync_sources(renamed, start()).await.unwrap();
    let new = SourceId::parse("krant-oost").unwrap();
    assert_eq!(moved.len(), 1);
    assert_eq!((&moved[0].from, &moved[0].to), (&source(), &new));
    let memory = store.visit_memory(&new).await.unwrap();
    assert!(memory.state.ever_read);
    let key = memory.keyer.item_key("1");
    let verdict = memory
        .window
        .visit([])
        .judge(key, memory.keyer.text_hash("other"));
    assert_eq!(verdict, Verdict::Changed);
    assert_eq!(
        store.reader().recent_hits(1).await.unwrap()[0].hit.source,
        new
    );
    assert!(store.visit_memory(&source()).await.is_err());
    // Also what it gave before, for the report.
    let (from, until) = ("2000-01-01", "2100-01-01");
    let activity = store
        .reader()
        .activity(from.parse().unwrap(), until.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(activity.keys().collect::<Vec<_>>(), [&new]);
    assert_eq!(activity[&new].hits.values().sum::<u64>(), 1);
}

#[tokio::test]
async fn a_source_that_was_stopped_goes_on_when_its_block_was_changed() {
    let world = World::new();
    let store = world.listening().await;
    let mut visit = reading(&store, start(), vec![]).await;
    visit.state.stopped_since = Some(start());
    visit.state.next_due = Some(start() + DAY * 900);
    store.record_visit(visit).await.unwrap();
    let mut same = sources(&[("wijkkrant", "https://wijkkrant.example/feed")]);
    store.sync_sources(same.clone(), start()).await.unwrap();
    assert_eq!(store.reader().due(start()).await.unwrap(), []);
    same[0].block.push_str(", with a token");
    store.sync_sources(same, start()).await.unwrap();
    assert_eq!(store.reader().due(start()).await.unwrap(), [source()]);
}

#[tokio::test]
async fn ids_that_are_swapped_or_taken_over_follow_the_address() {
    let world = World::new();
    let store = world.open();
    let list = |pairs: &[(&str, &str)]| {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(id, host)| (*id, format!("https://{host}.example/")))
            .collect();
        let pairs: Vec<_> = pairs.iter().map(|(id, url)| (*id, url.as_str())).collect();
        sources(&pairs)
    };
    let key = async |id: &str| {
        let id = SourceId::parse(id).unwrap();
        store.visit_memory(&id).await.unwrap().keyer.item_key("1")
    };
    store
        .sync_sources(list(&[("a", "een"), ("b", "twee")]), start())
        .await
        .unwrap();
    let (one, two) = (key("a").await, key("b").await);
    let moved = store
        .sync_sources(list(&[("a", "twee"), ("b", "een")]), start())
        .await
        .unwrap();
    assert_eq!(moved.len(), 2);
    assert_eq!((key("b").await, key("a").await), (one, two));
    // `b` takes over the address of `a`, whose own is gone.
    let moved = store
        .sync_sources(list(&[("b", "twee")]), start())
        .await
        .unwrap();
    assert_eq!(moved.len(), 1);
    assert_eq!(key("b").await, two);
    // The other address comes back under a third id.
    store
        .sync_sources(list(&[("b", "twee"), ("c", "een")]), start())
        .await
        .unwrap();
    assert_eq!((key("b").await, key("c").await), (two, one));
}

#[tokio::test]
async fn a_source_with_another_address_keeps_its_window_but_counts_as_never_read() {
    let world = World::new();
    let store = world.listening().await;
    read(&store, start(), vec![("1", vec![])]).await;
    let elsewhere = sources(&[("wijkkrant", "https://wijkkrant.example/atom.xml")]);
    assert_eq!(store.sync_sources(elsewhere, start()).await.unwrap(), []);
    let memory = store.visit_memory(&source()).await.unwrap();
    assert_eq!((memory.window.len(), memory.state.ever_read), (1, false));
    assert_eq!(store.reader().due(start()).await.unwrap(), [source()]);
}

#[tokio::test]
async fn a_removed_source_is_not_due_and_is_forgotten_after_two_weeks() {
    let world = World::new();
    let store = world.listening().await;
    let back = || sources(&[("wijkkrant", "https://wijkkrant.example/feed")]);
    let window = async || store.visit_memory(&source()).await.unwrap().window.len();
    read(&store, start(), vec![("1", vec![])]).await;
    store.sync_sources(vec![], start()).await.unwrap();
    assert_eq!(store.reader().due(start() + DAY).await.unwrap(), []);
    store.forget(start() + DAY * 14).await.unwrap();
    assert_eq!(window().await, 1);
    store.forget(start() + DAY * 15).await.unwrap();
    assert_eq!(window().await, 0);
    store
        .sync_sources(back(), start() + DAY * 15)
        .await
        .unwrap();
    assert!(!store.visit_memory(&source()).await.unwrap().state.ever_read);
}

#[tokio::test]
async fn a_lost_secret_is_noticed_and_neither_floods_nor_tells_twice() {
    let world = World::new();
    let store = world.listening().await;
    read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())])],
    )
    .await;
    let told = pending(&store, "team", start()).await;
    compose(&store, digest("team", "2026-11-24", told.clone(), start())).await;
    drop(store);
    assert!(!world.try_open().unwrap().secret_lost);
    for damage in [fs::remove_file as fn(PathBuf) -> _, |path| {
        fs::write(path, "half a key")
    }] {
        damage(world.path().join("seen.key")).unwrap();
        let opened = world.try_open().unwrap();
        assert!(opened.secret_lost);
        let memory = opened.store.visit_memory(&source()).await.unwrap();
        assert_eq!((memory.window.len(), memory.state.ever_read), (0, false));
        // Read again, the message is recognised by its address.
        let again = read(
            &opened.store,
            start(),
            vec![("1", vec![hit("inbraak", "eik", start())])],
        )
        .await;
        assert_eq!((again.added.len(), again.updated), (0, 1));
        assert_eq!(pending(&opened.store, "team", start()).await, []);
        drop(opened);
        assert!(!world.try_open().unwrap().secret_lost);
    }
}

#[tokio::test]
async fn messages_that_share_an_address_are_not_taken_for_each_other() {
    let world = World::new();
    let store = world.listening().await;
    let items = || {
        let hits = || vec![hit("inbraak", "draad", start())];
        vec![("1", hits()), ("2", hits())]
    };
    read(&store, start(), items()).await;
    drop(store);
    fs::remove_file(world.path().join("seen.key")).unwrap();
    let again = read(&world.open(), start(), items()).await;
    assert_eq!((again.added.len(), again.updated), (2, 0));
}

#[tokio::test]
async fn visits_to_many_sources_at_one_time_are_all_recorded() {
    let world = World::new();
    let store = std::sync::Arc::new(world.listening().await);
    let names: Vec<String> = (0..30).map(|n| format!("bron-{n}")).collect();
    let urls: Vec<String> = names
        .iter()
        .map(|name| format!("https://{name}.example/"))
        .collect();
    let pairs: Vec<(&str, &str)> = names
        .iter()
        .zip(&urls)
        .map(|(name, url)| (name.as_str(), url.as_str()))
        .collect();
    store.sync_sources(sources(&pairs), start()).await.unwrap();
    let mut visits = tokio::task::JoinSet::new();
    for Configured { id, .. } in sources(&pairs) {
        let store = store.clone();
        visits.spawn(async move {
            let memory = store.visit_memory(&id).await.unwrap();
            let mut hit = hit("inbraak", id.as_str(), start());
            hit.source = id.clone();
            let record = VisitRecord {
                source: id,
                at: start(),
                day: date(2026, 11, 24),
                duration: Duration::ZERO,
                outcome: PollOutcome::Read(Counts::default()),
                partial: Counts::default(),
                gap: false,
                robots: Vec::new(),
                state: PollState::default(),
                seen: None,
                items: vec![FoundItem {
                    key: memory.keyer.item_key("1"),
                    hits: vec![hit],
                    too_old: false,
                    global: false,
                }],
            };
            store.record_visit(record).await.unwrap().added.len()
        });
    }
    // What fails among its neighbours, which share a commit with it, takes nothing from them.
    let unknown = VisitRecord {
        source: SourceId::parse("onbekend").unwrap(),
        ..reading(&store, start(), vec![]).await
    };
    let failed = store.record_visit(unknown).await;
    assert!(matches!(failed, Err(StoreError::Refused(_))));
    assert_eq!(visits.join_all().await, [1; 30]);
    assert_eq!(store.reader().totals().await.unwrap().hits, 30);
}

#[tokio::test]
async fn a_damaged_window_is_empty_and_reported() {
    let world = World::new();
    let store = world.listening().await;
    read(&store, start(), vec![("1", vec![])]).await;
    drop(store);
    let connection = Connection::open(world.database()).unwrap();
    connection
        .execute("UPDATE seen SET window = x'FF00'", ())
        .unwrap();
    drop(connection);
    let memory = world.open().visit_memory(&source()).await.unwrap();
    assert!(memory.window_lost.is_some());
    assert!(memory.window.is_empty());
    assert!(!memory.state.ever_read);
}

#[tokio::test]
async fn the_store_knows_how_each_source_was_heard() {
    let world = World::new();
    let store = world.listening().await;
    let reader = store.reader();
    read(&store, start() - DAY, vec![("0", vec![])]).await;
    read(
        &store,
        start(),
        vec![("1", vec![hit("inbraak", "eik", start())]), ("2", vec![])],
    )
    .await;
    let mut failed = reading(&store, start() + HOUR, vec![]).await;
    failed.outcome = PollOutcome::Failed(Failure {
        class: FailureClass::NotAFeed,
        detail: "an HTML page".to_owned(),
        retry_at: None,
    });
    failed.state.last_heard = Some(start());
    failed.state.failing_since = Some(start() + HOUR);
    failed.state.failure = Some(Trouble {
        class: FailureClass::NotAFeed,
        detail: "an HTML page".to_owned(),
    });
    failed.seen = None;
    store.record_visit(failed).await.unwrap();

    let heard = reader.heard(start(), start() + DAY).await.unwrap();
    assert_eq!(heard.len(), 1);
    let heard = &heard[0];
    assert_eq!((heard.visits, heard.failed), (2, 1));
    assert_eq!(
        (heard.counts.items, heard.counts.new, heard.counts.hits),
        (2, 2, 1)
    );
    assert_eq!(heard.failure, Some(FailureClass::NotAFeed));
    assert_eq!(heard.last_heard, Some(start()));
    assert_eq!(heard.failing_since, Some(start() + HOUR));
    let words: Vec<_> = reader.visits(&source(), 2).await.unwrap();
    assert_eq!(
        (&*words[0].outcome, &*words[1].outcome),
        ("not_a_feed", "read")
    );
    let totals = reader.totals().await.unwrap();
    assert_eq!((totals.hits, totals.items), (1, 1));
    assert_eq!(totals.next_expiry, Some(start() + DAY * 28));
    assert!(totals.bytes > 0);

    let connection = Connection::open(world.database()).unwrap();
    let numbers = |select: &str, columns: usize| -> Vec<u64> {
        connection
            .query_row(select, (), |row| (0..columns).map(|n| row.get(n)).collect())
            .unwrap()
    };
    let days = "SELECT visits, unmodified, failed, items, new FROM days WHERE day = '2026-11-24'";
    assert_eq!(numbers(days, 5), [3, 0, 1, 3, 3]);
    let themes = "SELECT hits FROM theme_days WHERE day = '2026-11-24' AND theme = 'inbraak'";
    assert_eq!(numbers(themes, 1), [1]);
}

#[tokio::test]
async fn a_message_without_a_hit_leaves_no_words() {
    let world = World::new();
    let store = world.listening().await;
    let memory = store.visit_memory(&source()).await.unwrap();
    let mut visit = memory.window.visit([]);
    let key = memory.keyer.item_key("kanarievogel");
    visit.judge(key, memory.keyer.text_hash("kanarievogel"));
    let mut record = reading(&store, start(), vec![]).await;
    record.seen = Some(visit.finish(Reach::Whole, start()));
    store.record_visit(record).await.unwrap();
    assert_eq!(store.visit_memory(&source()).await.unwrap().window.len(), 1);
    assert_eq!(world.files_with("kanarievogel"), Vec::<String>::new());
}

#[tokio::test]
async fn the_largest_window_is_stored_and_read() {
    let world = World::new();
    let store = world.listening().await;
    let memory = store.visit_memory(&source()).await.unwrap();
    let mut visit = memory.window.visit([]);
    for n in 0..SeenWindow::MAX_SHOWN {
        let id = n.to_string();
        visit.judge(memory.keyer.item_key(&id), memory.keyer.text_hash(&id));
    }
    let mut record = reading(&store, start(), vec![]).await;
    record.seen = Some(visit.finish(Reach::Whole, start()));
    store.record_visit(record).await.unwrap();
    let window = store.visit_memory(&source()).await.unwrap().window;
    assert_eq!(window.len(), SeenWindow::MAX_SHOWN);
}
