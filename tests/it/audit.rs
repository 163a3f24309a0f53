//! The audit log: what was done stands in it, its lines hang together, and nothing fails with it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use jiff::Timestamp;
use luisterpost::audit::Event;
use luisterpost::audit::verdict::{Flaw, Verdict};
use luisterpost::forget;
use luisterpost::store::AUDIT_FILE;

use crate::cli::{ended, err, luisterpost, out};
use crate::web::Answer;
use crate::world::{DAY, Post, World, entry, feed, morning, slot};

const KANARIE: &str = "kanariepietje";

/// A day of a municipality: a hit, an overview, a source that refuses, and the end of retention.
async fn day(world: &World) -> Post {
    world.feed("krant", "");
    world.feed("dicht", "");
    let text = format!("inbraak bij {KANARIE} in de Molenbuurt, mail {KANARIE}@post.example");
    world.web.on("/krant", [feed(&[entry("1", &text)])]);
    world.web.on("/dicht", [Answer::status(401)]);
    let post = world.open(morning()).await;
    for id in ["krant", "dicht", "dicht"] {
        post.poll(id, morning()).await;
    }
    post.mail(slot()).await;
    let (store, mailer) = (&post.store, &post.app.desk.mailer);
    forget::forget(store, mailer, morning() + 29 * DAY)
        .await
        .unwrap();
    post
}

async fn verdict(post: &Post) -> Verdict {
    post.store.reader().audit_verdict().await.unwrap()
}

fn events(verdict: &Verdict) -> Vec<String> {
    let event = |(_, line): &(usize, luisterpost::audit::Line)| {
        line.entry["event"].as_str().unwrap().to_owned()
    };
    verdict.lines.iter().map(event).collect()
}

#[tokio::test]
async fn what_was_done_in_a_day_stands_in_the_log_and_no_word_of_a_message() {
    let world = World::new().await;
    let post = day(&world).await;
    let verdict = verdict(&post).await;
    assert_eq!(verdict.flaws, []);
    let expected = ["configured", "refused_by_source", "sent", "deleted"];
    assert_eq!(events(&verdict), expected);
    let path = world.path("state").join(AUDIT_FILE);
    let log = fs::read_to_string(&path).unwrap();
    for word in [
        KANARIE,
        "lindemeer.example",
        "wijkkrant.example",
        "Molenbuurt",
    ] {
        assert!(!log.contains(word), "{word}: {log}");
    }
    let mode = fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_changed_keyword_list_and_a_refused_one_stand_in_the_log() {
    let world = World::today().await;
    drop(world.open(crate::world::now()).await);
    world.theme("brand", "vlammen", "retention_days = 14");
    drop(world.open(crate::world::now()).await);
    // The same once more: nothing to write down.
    drop(world.open(crate::world::now()).await);
    world.theme("brand", "\"Pieter de Wit\"", "");
    ended(&luisterpost(&world, &["run"]).await, 2);
    let log = fs::read_to_string(world.path("state").join(AUDIT_FILE)).unwrap();
    for part in [
        r#""added":["strong: vlammen"],"removed":["strong: brand"]"#,
        r#""rules":["retention_days: 28 -> 14"]"#,
        r#""mistakes":["brand.toml:3 person_name"]"#,
    ] {
        assert!(log.contains(part), "{part}: {log}");
    }
    assert!(!log.contains("Pieter"), "{log}");
    assert_eq!(log.lines().count(), 4, "{log}");
}

#[tokio::test]
async fn a_log_that_was_changed_or_cut_off_is_told_and_listening_goes_on() {
    let world = World::new().await;
    let post = day(&world).await;
    let path = world.path("state").join(AUDIT_FILE);
    let whole = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();

    fs::write(&path, lines[..2].concat()).unwrap();
    let cut = Flaw::CutOff { from: 3, to: 4 };
    assert_eq!(verdict(&post).await.flaws, [cut]);
    // What is written now does not hide it.
    post.poll("krant", morning() + DAY).await;
    post.store.audit(Event::exported("report"), morning()).await;
    post.store.audit(Event::exported("report"), morning()).await;
    let replaced = Flaw::Replaced { line: 4, n: 4 };
    assert_eq!(verdict(&post).await.flaws, [replaced]);
    assert_eq!(
        post.store
            .reader()
            .audit_log()
            .read()
            .unwrap()
            .iter()
            .filter(|b| **b == b'\n')
            .count(),
        4
    );

    fs::remove_file(&path).unwrap();
    assert_eq!(
        verdict(&post).await.flaws,
        [Flaw::CutOff { from: 1, to: 4 }]
    );
    fs::write(&path, &whole).unwrap();
    assert_eq!(verdict(&post).await.flaws, []);
}

#[tokio::test]
async fn a_line_that_a_crash_broke_off_is_closed_and_told() {
    let world = World::new().await;
    let post = day(&world).await;
    let path = world.path("state").join(AUDIT_FILE);
    let mut log = fs::read(&path).unwrap();
    log.extend_from_slice(b"{\"hash\":\"0123");
    fs::write(&path, &log).unwrap();
    let torn = verdict(&post).await;
    assert_eq!((torn.flaws, torn.torn), (vec![], vec![5]));
    post.store.audit(Event::exported("report"), morning()).await;
    let after = verdict(&post).await;
    assert_eq!((&after.flaws, &after.torn), (&vec![], &vec![5]));
    assert_eq!(events(&after)[4..], ["torn", "exported"]);
}

#[tokio::test]
async fn verify_show_and_renew_are_for_a_person() {
    let world = World::today().await;
    drop(world.open(crate::world::now()).await);
    let sound = luisterpost(&world, &["audit", "verify"]).await;
    ended(&sound, 0);
    assert!(
        out(&sound).contains("Het auditlog klopt: 1 regel"),
        "{}",
        out(&sound)
    );
    ended(&luisterpost(&world, &["report", "--json"]).await, 0);
    let shown = luisterpost(&world, &["audit", "show"]).await;
    assert!(out(&shown).contains("Rapport gemaakt."), "{}", out(&shown));

    let path = world.path("state").join(AUDIT_FILE);
    let log = fs::read_to_string(&path).unwrap();
    fs::write(&path, log.replace("report", "raport")).unwrap();
    let changed = luisterpost(&world, &["audit", "verify"]).await;
    ended(&changed, 1);
    assert!(
        out(&changed).contains("Regel 2 (nummer 2) is veranderd."),
        "{}",
        out(&changed)
    );
    let status = luisterpost(&world, &["status"]).await;
    ended(&status, 0);
    assert!(
        out(&status).contains("auditlog is beschadigd"),
        "{}",
        out(&status)
    );

    let renewed = [
        "audit",
        "renew",
        "--reason",
        "schijf hersteld, besluit CISO",
    ];
    ended(&luisterpost(&world, &renewed).await, 0);
    let sound = luisterpost(&world, &["audit", "verify"]).await;
    ended(&sound, 0);
    let kept = fs::read_dir(world.path("state")).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("audit-")
    });
    assert_eq!(kept.count(), 1, "{}", err(&sound));
}

#[tokio::test]
async fn two_processes_write_one_chain() {
    let world = World::new().await;
    let post = world.open(morning()).await;
    let log = post.store.reader().audit_log();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let log = log.clone();
            std::thread::spawn(move || {
                for _ in 0..10 {
                    log.append(&Event::exported("report"), Timestamp::UNIX_EPOCH)
                        .unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let verdict = verdict(&post).await;
    assert_eq!((verdict.flaws, verdict.lines.len()), (vec![], 41));
}
