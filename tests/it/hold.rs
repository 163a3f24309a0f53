//! What is kept beyond its retention for a request by law.

use luisterpost::forget::{ForgetError, forget, forget_link};
use luisterpost::hold::Scope;
use luisterpost::store::NewHold;

use crate::cli::{ended, err, lines, luisterpost, out};
use crate::world::{DAY, HOUR, Post, World, entry, feed, morning, slot};

/// Two themes and two sources, with one message for each pair, in order theme by theme.
async fn heard() -> (World, Post) {
    let world = World::new().await;
    for source in ["krant", "forum"] {
        world.feed(source, "");
        let told = |id: &str, what: &str| entry(&format!("{source}-{id}"), what);
        let both = [
            told("1", "Een inbraak bij de kanarie"),
            told("2", "Een brand bij de merel"),
        ];
        let changed = [
            told("1", "Niets aan de hand"),
            told("2", "Een brand bij de merel"),
        ];
        world
            .web
            .on(&format!("/{source}"), [feed(&both), feed(&changed)]);
    }
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    post.poll("forum", morning()).await;
    (world, post)
}

async fn hold(post: &Post, scope: &str, days: i32) -> i64 {
    let scope = Scope::parse(scope).unwrap();
    let links = match &scope {
        Scope::Link(link) => post.store.reader().spellings(link).await.unwrap(),
        _ => Vec::new(),
    };
    let new = NewHold {
        scope,
        links,
        reason: "Woo-verzoek 2026-12".to_owned(),
        until: morning() + DAY * days,
    };
    post.store.add_hold(new, morning()).await.unwrap().number
}

/// What is left, as `theme link`.
async fn left(post: &Post) -> Vec<String> {
    let mut left: Vec<_> = post.hits().await;
    left.sort_by_key(|hit| hit.id);
    let of = |link: Option<String>| link.unwrap().replace("https://wijkkrant.example/", "");
    left.into_iter().map(|stored| of(stored.hit.link)).collect()
}

#[tokio::test]
async fn a_hold_keeps_its_scope_only_and_ends_by_itself() {
    for (scope, kept) in [
        ("theme:brand", &["krant-2", "forum-2"][..]),
        ("source:forum", &["forum-1", "forum-2"]),
        ("link:http://wijkkrant.example/krant-1/", &["krant-1"]),
    ] {
        let (_world, post) = heard().await;
        let number = hold(&post, scope, 40).await;
        let mailer = &post.app.desk.mailer;
        forget(&post.store, mailer, morning() + DAY * 30)
            .await
            .unwrap();
        assert_eq!(left(&post).await, kept, "{scope}");
        let holds = post
            .store
            .reader()
            .holds(morning() + DAY * 30)
            .await
            .unwrap();
        assert_eq!(
            (holds[0].number, holds[0].hits, holds[0].overdue),
            (number, kept.len() as u64, kept.len() as u64)
        );
        forget(&post.store, mailer, morning() + DAY * 40 - HOUR)
            .await
            .unwrap();
        assert_eq!(left(&post).await, kept, "{scope}");
        forget(&post.store, mailer, morning() + DAY * 40)
            .await
            .unwrap();
        assert_eq!(left(&post).await, Vec::<String>::new(), "{scope}");
        let holds = post.store.reader().holds(morning() + DAY * 40).await;
        assert_eq!(holds.unwrap(), []);
    }
}

#[tokio::test]
async fn what_is_held_stays_when_its_source_changes_it_and_when_somebody_erases_it() {
    let (_world, post) = heard().await;
    let number = hold(&post, "link:https://wijkkrant.example/krant-1", 40).await;
    post.poll("krant", morning() + HOUR).await;
    post.poll("forum", morning() + HOUR).await;
    assert_eq!(left(&post).await, ["krant-1", "krant-2", "forum-2"]);
    let mailer = &post.app.desk.mailer;
    let link = "https://wijkkrant.example/krant-1";
    match forget_link(&post.store, mailer, link, slot()).await {
        Err(ForgetError::Held(by)) => assert_eq!(by, number),
        other => panic!("{other:?}"),
    }
    assert!(post.store.end_hold(number, slot()).await.unwrap());
    assert!(!post.store.end_hold(number, slot()).await.unwrap());
    let forgotten = forget_link(&post.store, mailer, link, slot())
        .await
        .unwrap();
    assert_eq!(forgotten.hits, 1);
}

#[tokio::test]
async fn an_overview_tells_what_is_held_and_not_why() {
    let (world, post) = heard().await;
    hold(&post, "theme:brand", 40).await;
    assert_eq!(post.mail(slot()).await, 1);
    let mail = &world.outbox()[0];
    for body in [&mail.text, &mail.html] {
        let words: Vec<&str> = body.split_whitespace().collect();
        let body = words.join(" ");
        assert!(
            body.contains("alles over het thema Thema brand, tot en met zondag 3 januari 2027")
                || body.contains("alles over het thema Thema brand, tot en met 3 januari 2027"),
            "{body}"
        );
        assert!(!body.contains("Woo-verzoek"), "{body}");
    }
}

#[tokio::test]
async fn a_hold_without_an_end_is_refused_and_one_in_force_is_seen() {
    let world = World::today().await;
    world.feed("krant", "");
    let add = [
        "hold",
        "add",
        "--scope",
        "theme:brand",
        "--reason",
        "Woo 2026-12",
    ];
    let wrong: [&[&str]; 3] = [&[], &["--until", "2020-01-01"], &["--until", "2999-01-01"]];
    for until in wrong {
        let refused = luisterpost(&world, &[&add, until].concat()).await;
        ended(&refused, 2);
        assert!(!err(&refused).is_empty());
    }
    let today = crate::world::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let until = today.saturating_add(jiff::Span::new().days(30)).to_string();
    for scope in ["theme:geen", "source:geen", "person:jan"] {
        let call = [
            "hold", "add", "--reason", "x", "--until", &until, "--scope", scope,
        ];
        ended(&luisterpost(&world, &call).await, 2);
    }
    let link = [
        "--scope",
        "link:https://wijkkrant.example/9",
        "--until",
        &until,
    ];
    let call = [&["hold", "add", "--reason", "x"][..], &link].concat();
    ended(&luisterpost(&world, &call).await, 1);
    let added = luisterpost(&world, &[&add[..], &["--until", &until]].concat()).await;
    ended(&added, 0);
    let listed = lines(&luisterpost(&world, &["hold", "list", "--json"]).await);
    assert_eq!(listed[0]["id"], "brand");
    let number = listed[0]["number"].to_string();
    let status = out(&luisterpost(&world, &["status"]).await);
    assert!(status.contains("Reden: Woo 2026-12"), "{status}");
    // The reason is a person's text: it stands in the database and nowhere else.
    let log = std::fs::read_to_string(world.path("state/audit.jsonl")).unwrap();
    assert!(log.contains("\"event\":\"held\"") && !log.contains("Woo 2026"));
    ended(&luisterpost(&world, &["hold", "end", &number]).await, 0);
    ended(&luisterpost(&world, &["hold", "end", &number]).await, 1);
    let none = luisterpost(&world, &["hold", "list", "--json"]).await;
    assert_eq!(lines(&none).len(), 0);
}
