//! The own test message: that it proves something, and leaves nothing behind.

use std::sync::Arc;

use luisterpost::app::{App, Examples, open_store};
use luisterpost::outcome::canary::Step;
use luisterpost::render::Texts;

use crate::cli::luisterpost;
use crate::world::{DAY, World, dated, feed, morning, now, slot};

const EXAMPLES: &str = "examples = [{ text = \"Een inbraak in de kleermakerij\", hit = true }, { text = \"Weer een inbraak bij de hoedenmaker\", hit = true }, { text = \"Een rustige avond\", hit = false }]";

#[tokio::test]
async fn a_message_of_each_theme_comes_through_and_nothing_of_it_stays() {
    let world = World::new().await;
    world.theme("woninginbraak", "inbraak", EXAMPLES);
    let post = world.open(morning()).await;
    let state = world.path("state");
    // On two days, so with both examples.
    for at in [morning(), morning() + DAY] {
        let canary = post.app.canary(&state, at).await;
        // The theme `brand` of this town has no example.
        assert_eq!((canary.tested, canary.is_well()), (1, true), "{canary:?}");
    }
    assert_eq!(post.hits().await.len(), 0);
    assert!(!state.join("canary").exists());
    for words in ["kleermakerij", "hoedenmaker"] {
        let kept = world.files_with(words);
        assert!(
            kept.iter().all(|path| path.ends_with("woninginbraak.toml")),
            "{kept:?}"
        );
    }
}

#[tokio::test]
async fn a_message_that_is_not_recognised_is_named_in_the_overview() {
    let world = World::new().await;
    let wrong = "examples = [{ text = \"Een rustige avond\", hit = true }]";
    world.theme("woninginbraak", "inbraak", wrong);
    let texts = Arc::new(Texts::new());
    let app = App::load(&world.origin(), &texts, None, Examples::Skip, morning()).unwrap();
    let canary = app.canary(&world.path("state"), morning()).await;
    assert_eq!(canary.missed, ["Thema woninginbraak"]);
    let store = open_store(&world.origin(), &app, morning()).await.unwrap();
    store.keep_canary(canary).await.unwrap();
    let recipient = app.desk.recipients[0].clone();
    let mail = app
        .desk
        .preview(store.reader(), &recipient, slot())
        .await
        .unwrap();
    for part in [&mail.text, &mail.html] {
        assert!(
            part.replace('\n', " ")
                .contains("niet gelukt voor Thema woninginbraak"),
            "{part}"
        );
    }
}

#[tokio::test]
async fn a_state_directory_without_room_for_it_is_told_as_a_broken_chain() {
    let world = World::new().await;
    world.theme("woninginbraak", "inbraak", EXAMPLES);
    let post = world.open(morning()).await;
    world.write("state/canary", "a file in its way");
    let canary = post.app.canary(&world.path("state"), morning()).await;
    assert_eq!(canary.broke, Some(Step::Prepare));
}

#[tokio::test]
async fn the_overview_says_once_that_a_source_failed_and_once_that_it_is_heard_again() {
    let world = World::new().await;
    world.feed("krant", "");
    let read = feed(&[dated("1", "De markt is open", "2026-11-24T05:00:00Z")]);
    world
        .web
        .on("/krant", [crate::web::Answer::status(500), read]);
    let post = world.open(morning() - DAY).await;
    let recipient = post.app.desk.recipients[0].clone();
    let mails = async |at| {
        post.app
            .desk
            .compose(&post.store, &recipient, at)
            .await
            .unwrap();
        post.mail(at).await;
        world.outbox().pop().unwrap().text.replace('\n', " ")
    };
    post.poll("krant", morning() - DAY).await;
    let first = mails(slot() - DAY).await;
    assert!(first.contains("Dit is nieuw."), "{first}");
    let second = mails(slot()).await;
    assert!(
        !second.contains("Dit is nieuw.") && second.contains("Bron krant"),
        "{second}"
    );
    post.poll("krant", slot() + DAY / 2).await;
    let third = mails(slot() + DAY).await;
    assert!(
        third.contains("Bron krant is weer gehoord sinds"),
        "{third}"
    );
    let fourth = mails(slot() + DAY * 2).await;
    assert!(!fourth.contains("weer gehoord"), "{fourth}");
}

#[tokio::test]
async fn status_shows_the_latest_test() {
    let world = World::today().await;
    world.theme("woninginbraak", "inbraak", EXAMPLES);
    let post = world.open(now()).await;
    let canary = post.app.canary(&world.path("state"), now()).await;
    post.store.keep_canary(canary).await.unwrap();
    drop(post);
    let output = luisterpost(&world, &["status"]).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("1 eigen bericht gehoord"), "{text}");
}
