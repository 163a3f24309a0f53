//! What is past its retention goes, for real.

use jiff::SignedDuration;
use luisterpost::forget::{forget, forget_link};

use crate::world::{DAY, HOUR, World, entry, feed, morning, slot};

async fn town() -> World {
    let world = World::new().await;
    world.theme("woninginbraak", "inbraak", "retention_days = 7");
    world.feed("krant", "");
    world.web.on(
        "/krant",
        [
            feed(&[
                entry("1", "Een inbraak bij de kanarie"),
                entry("2", "Een brand bij de merel"),
            ]),
            feed(&[entry("1", "Een inbraak bij de grote kanarie")]),
        ],
    );
    world
}

#[tokio::test]
async fn each_theme_has_its_own_term_and_nothing_of_it_is_left_in_the_bytes() {
    let world = town().await;
    world.web.on(
        "/krant",
        [feed(&[
            entry("1", "Een inbraak bij de kanarie"),
            entry("2", "Een brand bij de merel"),
        ])],
    );
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    let mailer = &post.app.desk.mailer;
    let term = morning() + DAY * 7;
    let early = forget(&post.store, mailer, term - SignedDuration::from_secs(1))
        .await
        .unwrap();
    assert_eq!(early.hits, 0);
    assert!(!world.files_with("kanarie").is_empty());
    let forgotten = forget(&post.store, mailer, term).await.unwrap();
    assert_eq!((forgotten.hits, forgotten.items), (1, 1));
    assert!(world.files_with("kanarie").is_empty());
    assert!(!world.files_with("merel").is_empty());
    // The source still shows it: it stays seen.
    let again = post.poll("krant", term).await;
    assert!(again.recorded.added.is_empty());
}

#[tokio::test]
async fn the_outbox_is_a_copy_and_goes_with_the_first_hit_in_it() {
    let world = town().await;
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(post.mail(slot()).await, 1);
    let mailer = &post.app.desk.mailer;
    forget(&post.store, mailer, morning() + DAY * 7 - HOUR)
        .await
        .unwrap();
    assert_eq!(world.outbox().len(), 1);
    forget(&post.store, mailer, morning() + DAY * 7)
        .await
        .unwrap();
    assert!(world.outbox().is_empty());
    assert!(world.files_with("kanarie").is_empty());
}

#[tokio::test]
async fn one_message_is_erased_by_its_address_and_stays_away_when_it_is_edited() {
    let world = town().await;
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(post.mail(slot()).await, 1);
    assert_eq!(world.outbox().len(), 1);
    let mailer = &post.app.desk.mailer;
    let elsewhere = "https://wijkkrant.example/12";
    let forgotten = forget_link(&post.store, mailer, elsewhere, slot())
        .await
        .unwrap();
    assert_eq!((forgotten.hits, world.outbox().len()), (0, 1));
    let link = "https://wijkkrant.example/1";
    let forgotten = forget_link(&post.store, mailer, link, slot())
        .await
        .unwrap();
    assert_eq!((forgotten.hits, world.outbox().len()), (1, 0));
    assert!(world.files_with("kanarie").is_empty());
    let edited = post.poll("krant", morning() + HOUR).await;
    assert!(edited.recorded.added.is_empty());
    assert!(world.files_with("kanarie").is_empty());
    assert_eq!(post.hits().await.len(), 1);
}

#[tokio::test]
async fn a_link_may_be_spelled_in_any_way() {
    for spelling in [
        "http://wijkkrant.example/1",
        "https://wijkkrant.example/1/",
        "https://WIJKKRANT.example/1",
        "https://wijkkrant.example:443/1",
        "https://wijkkrant.example/1?utm_source=mail",
        "https://wijkkrant.example/1?fbclid=x#reacties",
        "wijkkrant.example/1",
    ] {
        let world = town().await;
        let post = world.open(morning()).await;
        post.poll("krant", morning()).await;
        assert_eq!(post.mail(slot()).await, 1);
        let forgotten = forget_link(&post.store, &post.app.desk.mailer, spelling, slot())
            .await
            .unwrap();
        assert_eq!((forgotten.hits, world.outbox().len()), (1, 0), "{spelling}");
        assert!(world.files_with("kanarie").is_empty(), "{spelling}");
    }
}
