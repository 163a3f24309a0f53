//! A resident's request: exactly the message that was named, and nobody is looked up.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use luisterpost::rights::{Request, Right, carry_out};

use crate::cli::{ended, err, luisterpost, out};
use crate::world::{DAY, Post, World, counts, entry, feed, morning, now};

/// Two messages that are alike but for their links.
async fn town(world: &World) -> Post {
    world.feed("krant", "");
    let messages = [
        entry("12", "inbraak bij kanariepietje in de Molenbuurt"),
        entry("13", "inbraak bij parkietje in de Molenbuurt"),
    ];
    world.web.on("/krant", [feed(&messages), feed(&messages)]);
    let post = world.open(morning()).await;
    counts(&post.poll("krant", morning()).await);
    post
}

fn request(right: Right, link: &str) -> Request {
    Request {
        number: "AVG-2026-014".to_owned(),
        right,
        links: vec![link.to_owned()],
        received: "2026-11-24".parse().unwrap(),
    }
}

async fn carried(post: &Post, right: Right, link: &str) -> (usize, u64) {
    let (store, mailer) = (&post.store, &post.app.desk.mailer);
    let carried = carry_out(store, mailer, &request(right, link), morning() + DAY).await;
    let carried = carried.unwrap();
    (carried.kept.len(), carried.erased)
}

#[tokio::test]
async fn access_finds_exactly_the_message_in_each_spelling_and_changes_nothing() {
    let world = World::new().await;
    let post = town(&world).await;
    for spelling in [
        "https://wijkkrant.example/12",
        "http://wijkkrant.example/12/",
        "WIJKKRANT.example/12?utm_source=mail",
    ] {
        assert_eq!(
            carried(&post, Right::Access, spelling).await,
            (1, 0),
            "{spelling}"
        );
    }
    for other in ["https://wijkkrant.example/1", "https://wijkkrant.example/"] {
        assert_eq!(
            carried(&post, Right::Access, other).await,
            (0, 0),
            "{other}"
        );
    }
    assert_eq!(post.hits().await.len(), 2);
}

#[tokio::test]
async fn erasing_leaves_no_byte_and_the_other_message() {
    let world = World::new().await;
    let post = town(&world).await;
    let link = "https://wijkkrant.example/12";
    assert_eq!(carried(&post, Right::Erase, link).await, (1, 1));
    assert_eq!(post.hits().await.len(), 1);
    drop(post);
    assert!(world.files_with("kanariepietje").is_empty());
    assert!(world.files_with("wijkkrant.example/12").is_empty());
    assert!(!world.files_with("parkietje").is_empty());
}

#[tokio::test]
async fn what_was_objected_to_is_not_looked_at_in_any_source_or_spelling() {
    let world = World::new().await;
    let post = town(&world).await;
    assert_eq!(
        carried(&post, Right::Object, "wijkkrant.example/12/").await,
        (1, 1)
    );
    // The same message in another source, with another id and changed words.
    world.feed("ander", "");
    let again = entry("12", "nog een inbraak").replace("\">12<", "\">nieuw<");
    world.web.on(
        "/ander",
        [feed(&[again, entry("99", "inbraak elders in de straat")])],
    );
    drop(post);
    let post = world.open(morning() + DAY).await;
    let polled = post.poll("ander", morning() + DAY).await;
    assert_eq!(counts(&polled).0, 1, "only the other message is looked at");
    let links: Vec<_> = post
        .hits()
        .await
        .into_iter()
        .filter_map(|h| h.hit.link)
        .collect();
    assert_eq!(
        links,
        [
            "https://wijkkrant.example/13",
            "https://wijkkrant.example/99"
        ]
    );
    drop(post);
    assert!(world.files_with("wijkkrant.example/12").is_empty());

    // Without the key nothing is recognised by its hash, and that is said.
    fs::write(world.path("state/seen.key"), [7; 32]).unwrap();
    let post = world.open(morning() + DAY).await;
    let lost = post.store.reader().lost_objections().await.unwrap();
    assert_eq!(lost, ["AVG-2026-014"]);
    carried(&post, Right::Object, "wijkkrant.example/12").await;
    assert_eq!(
        post.store.reader().lost_objections().await.unwrap(),
        [""; 0]
    );
}

#[tokio::test]
async fn a_request_is_registered_with_its_term_and_answered_in_a_file() {
    let world = World::today().await;
    drop(world.open(now()).await);
    let link = "https://wijkkrant.example/nooit-geweest";
    let erase = [
        "rights",
        "erase",
        "--link",
        link,
        "--request",
        "AVG-7",
        "--received",
        "2020-01-31",
    ];
    let done = luisterpost(&world, &erase).await;
    ended(&done, 0);
    assert!(
        out(&done).contains("er was dus niets te wissen"),
        "{}",
        out(&done)
    );
    let path = world.path("verzoek-AVG-7-erase.txt");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let answer = fs::read_to_string(&path).unwrap();
    assert!(
        answer.contains(link) && answer.contains("niets bewaard"),
        "{answer}"
    );
    // A month after 31 January is the last of February.
    let status = luisterpost(&world, &["status"]).await;
    assert!(
        out(&status).contains("AVG-7 (wissen) is te laat"),
        "{}",
        out(&status)
    );
    assert!(
        out(&status).contains("29 februari 2020"),
        "{}",
        out(&status)
    );
    let log = luisterpost(&world, &["audit", "show"]).await;
    assert!(
        out(&log).contains("Verzoek AVG-7: gewist, 0 treffers."),
        "{}",
        out(&log)
    );
    assert!(!out(&log).contains("wijkkrant.example"), "{}", out(&log));

    // An answer that is there is not overwritten, and nothing is done then.
    ended(&luisterpost(&world, &erase).await, 2);
    for (flag, value) in [
        ("--request", "Jan Jansen"),
        ("--link", "geen adres"),
        ("--received", "2999-01-01"),
    ] {
        let mut wrong: Vec<&str> = erase.to_vec();
        let at = wrong.iter().position(|part| *part == flag).unwrap();
        wrong[at + 1] = value;
        let ending = luisterpost(&world, &wrong).await;
        ended(&ending, 2);
        assert!(
            err(&ending).contains(value) || flag == "--received",
            "{}",
            err(&ending)
        );
    }
    ended(
        &luisterpost(&world, &["rights", "answered", "--request", "AVG-7"]).await,
        0,
    );
    ended(
        &luisterpost(&world, &["rights", "answered", "--request", "AVG-7"]).await,
        1,
    );
    let status = luisterpost(&world, &["status"]).await;
    assert!(!out(&status).contains("AVG-7"), "{}", out(&status));
    let list = luisterpost(&world, &["rights", "list"]).await;
    assert!(out(&list).contains("AVG-7  wissen"), "{}", out(&list));
}

#[tokio::test]
async fn access_tells_a_resident_what_is_kept_and_why() {
    let world = World::today().await;
    world.feed("krant", "");
    let message = crate::world::undated("12", "inbraak gezien, mail jan@post.example");
    world.web.on("/krant", [feed(&[message])]);
    ended(&luisterpost(&world, &["poll", "--all"]).await, 0);
    let access = [
        "rights",
        "access",
        "--link",
        "wijkkrant.example/12",
        "--request",
        "AVG-8",
    ];
    ended(&luisterpost(&world, &access).await, 0);
    let answer = fs::read_to_string(world.path("verzoek-AVG-8-access.txt")).unwrap();
    for part in [
        "Thema woninginbraak",
        "Gemeentewet art. 172",
        "Bron krant",
        "Team Veiligheid",
        "inbraak gezien",
        "(na 28 dagen)",
        "fg@lindemeer.example",
    ] {
        assert!(answer.contains(part), "{part}: {answer}");
    }
    assert!(!answer.contains("jan@post.example"), "{answer}");
}
