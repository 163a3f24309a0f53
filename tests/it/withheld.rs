//! What is kept and told of a message that must not be shown: nothing of what it says.

use luisterpost::item::{Excerpt, Withheld};

use crate::world::{HOUR, World, entry, feed, morning, slot};

/// In every message stand *kanarie* in the words and *merel* in the address.
async fn town(messages: &[&str]) -> World {
    let world = World::new().await;
    world.feed("krant", "");
    let entries: Vec<String> = (messages.iter().enumerate())
        .map(|(at, text)| entry(&format!("merel-{at}"), text))
        .collect();
    world.web.on("/krant", [feed(&entries)]);
    world
}

#[tokio::test]
async fn a_withheld_message_is_counted_with_its_reason_and_leaves_no_words_and_no_link() {
    let world = town(&[
        "Inbraak bij een kanarie, mijn man heeft PTSS",
        "Inbraak bij een kanarie door een verwarde man",
        "Mevrouw Kanarie de Vries is de inbreker van de inbraak",
    ])
    .await;
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    let hits = post.hits().await;
    let reasons: Vec<_> = hits.iter().map(|hit| hit.hit.excerpt.clone()).collect();
    let withheld = |reason| Excerpt::Withheld { reason };
    let special = withheld(Withheld::SpecialCategory);
    assert_eq!(
        reasons.iter().filter(|reason| **reason == special).count(),
        2
    );
    assert!(reasons.contains(&withheld(Withheld::Accusation)));
    assert!(hits.iter().all(|hit| hit.hit.link.is_none()));
    assert_eq!(hits[0].hit.evidence[0].keyword.text, "inbraak");

    assert_eq!(post.mail(slot()).await, 1);
    let mail = &world.outbox()[0];
    let told = "2 berichten niet getoond: bijzondere gegevens";
    assert!(mail.text.contains(told), "{}", mail.text);
    assert!(mail.html.contains(told), "{}", mail.html);
    assert!(
        mail.text
            .contains("1 bericht niet getoond: een beschuldiging")
    );
    for canary in ["kanarie", "Kanarie", "merel", "PTSS", "verwarde"] {
        assert!(!mail.text.contains(canary) && !mail.html.contains(canary));
        assert!(world.files_with(canary).is_empty(), "{canary}");
    }
}

#[tokio::test]
async fn a_message_with_words_of_suicide_is_kept_and_counted_nowhere() {
    let world = town(&["Inbraak, en nu wil mijn zoon niet meer leven, arme kanarie"]).await;
    let post = world.open(morning()).await;
    let polled = post.poll("krant", morning()).await;
    assert!(polled.recorded.added.is_empty());
    assert!(post.hits().await.is_empty());
    assert_eq!(post.mail(slot()).await, 1);
    let mail = &world.outbox()[0];
    assert!(mail.subject.contains("geen treffers"), "{}", mail.subject);
    assert!(!mail.text.contains("niet getoond"), "{}", mail.text);
    assert!(world.files_with("kanarie").is_empty());
}

#[tokio::test]
async fn a_message_that_is_edited_into_one_loses_what_was_kept_of_it() {
    let world = World::new().await;
    world.feed("krant", "");
    let shown = |text: &str| feed(&[entry("merel", text)]);
    world.web.on(
        "/krant",
        [
            shown("Inbraak bij de kanarie"),
            shown("Inbraak bij de kanarie, mijn man heeft PTSS"),
            shown("Inbraak bij de kanarie, hij wil niet meer leven"),
        ],
    );
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert!(!world.files_with("kanarie").is_empty());
    post.poll("krant", morning() + HOUR).await;
    let hits = post.hits().await;
    assert_eq!((hits.len(), hits[0].hit.link.as_deref()), (1, None));
    post.poll("krant", morning() + HOUR * 2).await;
    assert!(post.hits().await.is_empty());
}
