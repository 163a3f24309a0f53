//! How many stories a day had, and when that is told as more than usual.

use crate::world::{DAY, HOUR, Mail, World, dated, feed, morning, slot};

/// Weeks of one burglary each, and then a day with eight.
async fn weeks_and_a_wave() -> (World, i32) {
    let world = World::new().await;
    world.feed("krant", "");
    let quiet = 6 * 7;
    let mut entries = Vec::new();
    let mut shown = Vec::new();
    for day in 0..=quiet {
        let published = (morning() + DAY * day - HOUR).to_string();
        let count = match day {
            day if day == quiet => 8,
            day if day % 7 == 3 => 1,
            _ => 0,
        };
        for number in 0..count {
            let id = format!("{day}-{number}");
            let text = format!("Een inbraak, merel {id}");
            entries.insert(0, dated(&id, &text, &published));
        }
        entries.truncate(10);
        shown.push(feed(&entries));
    }
    world.web.on("/krant", shown);
    (world, quiet)
}

#[tokio::test]
async fn a_wave_is_told_with_what_is_usual_and_a_quiet_day_is_not() {
    let (world, quiet) = weeks_and_a_wave().await;
    let post = world.open(morning()).await;
    for day in 0..=quiet {
        post.poll("krant", morning() + DAY * day).await;
        post.mail(slot() + DAY * day).await;
    }
    let calm: Vec<Mail> = world.outbox();
    assert!(calm.len() > 20, "those not yet past their retention");
    assert!(
        calm.iter()
            .all(|mail| !mail.text.contains("MEER DAN GEWOONLIJK"))
    );

    assert_eq!(post.mail(slot() + DAY * (quiet + 1)).await, 1);
    let loud: Vec<Mail> = world.outbox();
    let told = loud
        .iter()
        .find(|mail| mail.text.contains("MEER DAN GEWOONLIJK"));
    let text = &told.expect("the wave is told").text;
    assert!(
        text.contains("verhalen van inwoners in de 7 dagen tot en met"),
        "{text}"
    );
    assert!(
        text.contains("Gewoonlijk is dat 1 per week, gerekend over 5 weken."),
        "{text}"
    );
}

#[tokio::test]
async fn what_was_counted_stays_when_the_messages_are_gone() {
    let (world, _) = weeks_and_a_wave().await;
    let post = world.open(morning()).await;
    for day in 0..=6 {
        post.poll("krant", morning() + DAY * day).await;
        post.mail(slot() + DAY * day).await;
    }
    let first = morning().to_zoned(jiff::tz::TimeZone::UTC).date();
    let before = post.store.reader().story_days(first).await.unwrap();
    assert_eq!(
        before
            .iter()
            .map(|day| day.residents + day.others)
            .sum::<u32>(),
        1
    );
    let later = morning() + DAY * 100;
    post.store.forget(later).await.unwrap();
    post.mail(later).await;
    assert_eq!(post.store.reader().story_days(first).await.unwrap(), before);
}
