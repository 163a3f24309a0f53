//! What cannot wait for the overview is mailed at once, and no more than that.

use jiff::{SignedDuration, Timestamp};
use luisterpost::deliver::Which;

use crate::world::{HOUR, Mail, Post, World, dated, feed, morning, slot};

/// A town that takes alerts, with sources `forum` (residents) and `krant` (press). The feeds grow by
/// one message at each visit.
async fn town(alerts: &str, forum: &[&str], krant: &[&str]) -> World {
    let world = World::new().await;
    world.theme("brand", "brand\nrook", "urgent = \"\"\"\nexplosie\n\"\"\"");
    world.append(
        "config/luisterpost.toml",
        &format!("\n[alerts]\n{alerts}\n"),
    );
    world.recipients(&[("Team Veiligheid", "alerts = true")]);
    for (id, texts, more) in [("forum", forum, ""), ("krant", krant, "voice = \"press\"")] {
        world.feed(id, more);
        let entries: Vec<String> = texts.iter().map(|text| entry(id, text)).collect();
        let shown = (1..=entries.len().max(1)).map(|n| feed(&entries[..n.min(entries.len())]));
        world.web.on(&format!("/{id}"), shown);
    }
    world
}

/// A message of the morning, or of as many minutes later as stand before it: `90 explosie`.
fn entry(source: &str, text: &str) -> String {
    let (minutes, text) = text.split_once(' ').unwrap();
    let at = morning() + SignedDuration::from_mins(minutes.parse().unwrap());
    let id = format!("{source}-{minutes}-{}", text.len());
    dated(&id, text, &at.to_string())
}

async fn alert(post: &Post, now: Timestamp) -> usize {
    let desk = &post.app.desk;
    desk.alert_due(&post.store, now).await.unwrap();
    let sent = desk.send_waiting(&post.store, Which::Due, now).await;
    sent.unwrap().sent
}

fn alerts(world: &World) -> Vec<Mail> {
    let mails = world.outbox().into_iter();
    mails
        .filter(|mail| mail.subject.starts_with("Melding"))
        .collect()
}

const EXPLOSION: &str = "0 Enorme explosie bij de flat, alle ramen eruit, merel";

#[tokio::test]
async fn an_urgent_message_of_a_resident_is_mailed_at_once_and_once_and_stands_in_the_overview() {
    let world = town("", &[EXPLOSION], &[]).await;
    let post = world.open(morning()).await;
    post.poll("forum", morning()).await;
    assert_eq!(alert(&post, morning()).await, 1);
    for minutes in [1, 61, 600] {
        let later = morning() + SignedDuration::from_mins(minutes);
        assert_eq!(alert(&post, later).await, 0);
    }
    let told = alerts(&world);
    assert_eq!(told.len(), 1);
    assert!(
        told[0].text.contains("alle ramen eruit"),
        "{}",
        told[0].text
    );

    assert_eq!(post.mail(slot()).await, 1);
    let overview = world
        .outbox()
        .into_iter()
        .find(|mail| !mail.subject.starts_with("Melding"));
    let overview = overview.unwrap().text;
    assert!(
        overview.contains("Al gemeld") && overview.contains("alle ramen eruit"),
        "{overview}"
    );
}

#[tokio::test]
async fn press_and_what_repeats_it_set_off_no_alert() {
    let release = "0 Explosie in een flat in Lindemeer: de brandweer is ter plaatse en onderzoekt de oorzaak.";
    let shared = "30 Gedeeld: Explosie in een flat in Lindemeer: de brandweer is ter plaatse en onderzoekt de oorzaak.";
    let world = town("", &[shared], &[release]).await;
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(alert(&post, morning()).await, 0);
    let later = morning() + HOUR;
    post.poll("forum", later).await;
    assert_eq!(alert(&post, later).await, 0);
    assert_eq!(post.hits().await.len(), 2);
}

#[tokio::test]
async fn many_stories_of_residents_set_off_an_alert_and_the_next_waits_for_as_many() {
    let texts: Vec<String> = [
        "schuur",
        "container",
        "scooter",
        "prullenbak",
        "bankje",
        "hek",
        "boom",
    ]
    .iter()
    .enumerate()
    .map(|(number, what)| format!("{} brand: een {what}, merel {number}", number * 10))
    .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let world = town(
        "stories = 3\nwithin = \"2h\"\ncool_down = \"0s\"",
        &texts,
        &[],
    )
    .await;
    let post = world.open(morning()).await;
    let mut told = Vec::new();
    for visit in 0..7 {
        let now = morning() + SignedDuration::from_mins(visit * 10 + 1);
        post.poll("forum", now).await;
        told.push(alert(&post, now).await);
    }
    assert_eq!(told, [0, 0, 1, 0, 0, 1, 0]);
    let first = &alerts(&world)[0].text;
    assert!(
        first.contains("3 verhalen van inwoners in 2 uur"),
        "{first}"
    );
}

#[tokio::test]
async fn a_theme_cools_down_and_a_night_is_quiet_and_a_day_has_so_many() {
    let texts = [
        EXPLOSION,
        "10 Weer een explosie, nu bij het station, de etalage ligt eruit, merel",
        "20 Derde explosie vannacht, een auto bij de kerk staat in lichterlaaie, merel",
    ];
    // The morning is six o'clock.
    let cases = [
        ("cool_down = \"1h\"", vec![1, 0, 0, 1]),
        ("cool_down = \"0s\"", vec![1, 1, 1, 0]),
        ("cool_down = \"0s\"\nmost_a_day = 2", vec![1, 1, 0, 0]),
        (
            "cool_down = \"0s\"\nquiet = \"22:00-07:00\"",
            vec![0, 0, 0, 1],
        ),
    ];
    for (rules, expected) in cases {
        let world = town(rules, &texts, &[]).await;
        let post = world.open(morning()).await;
        let mut told = Vec::new();
        for visit in 0..3 {
            let now = morning() + SignedDuration::from_mins(visit * 10 + 1);
            post.poll("forum", now).await;
            told.push(alert(&post, now).await);
        }
        told.push(alert(&post, morning() + SignedDuration::from_mins(75)).await);
        assert_eq!(told, expected, "{rules}");
        let last = alerts(&world)
            .iter()
            .filter(|mail| mail.text.contains("laatste melding"))
            .count();
        assert_eq!(last, usize::from(rules.contains("most_a_day")), "{rules}");
    }
}

#[tokio::test]
async fn who_takes_no_alerts_gets_none_and_who_takes_only_those_gets_no_overview() {
    let world = town("", &[EXPLOSION], &[]).await;
    world.recipients(&[
        ("Wijkteam", "alerts = false"),
        ("Piket", "digest = \"none\"\nalerts = true"),
    ]);
    let post = world.open(morning()).await;
    post.poll("forum", morning()).await;
    assert_eq!(alert(&post, morning()).await, 1);
    assert_eq!(post.mail(slot()).await, 1);
    let to: Vec<bool> = world
        .outbox()
        .iter()
        .map(|mail| mail.subject.starts_with("Melding"))
        .collect();
    assert_eq!(to.iter().filter(|is_alert| **is_alert).count(), 1);
    assert_eq!(to.len(), 2);
}
