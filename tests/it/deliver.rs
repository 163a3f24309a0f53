//! What is due to whom: composed once, sent, repeated byte for byte until it arrives.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use luisterpost::deliver::Which;
use luisterpost::recipient::Recipient;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::web::Answer;
use crate::world::{DAY, HOUR, Mail, Post, World, at, entry, feed, morning, slot};

/// A town where the first visit finds one burglary, and each later one another.
async fn town() -> World {
    let world = World::new().await;
    world.feed("krant", "");
    let days: Vec<String> = (1..=6)
        .map(|day| entry(&day.to_string(), &format!("Een inbraak, merel {day}")))
        .collect();
    let shown = (1..=days.len()).map(|count| feed(&days[..count]));
    world.web.on("/krant", shown);
    world
}

fn recipient(post: &Post, name: &str) -> Recipient {
    post.app.desk.takers(Some(name)).next().unwrap().clone()
}

fn hits_told(mail: &Mail) -> usize {
    mail.text.matches("merel").count()
}

#[tokio::test]
async fn each_recipient_gets_one_overview_at_each_slot() {
    let world = town().await;
    world.recipients(&[("Team Veiligheid", ""), ("Wijkteam", "")]);
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(post.mail(slot() - SignedDuration::from_secs(1)).await, 0);
    assert_eq!(post.mail(slot()).await, 2);
    for minutes in [0, 1, 60, 600] {
        let later = slot() + SignedDuration::from_mins(minutes);
        assert_eq!(post.mail(later).await, 0);
    }
    drop(post);
    let post = world.open(slot() + HOUR).await;
    post.poll("krant", slot() + HOUR).await;
    assert_eq!(post.mail(slot() + HOUR).await, 0);
    assert_eq!(post.mail(slot() + DAY).await, 2);
    let mails = world.outbox();
    let to: HashSet<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!((mails.len(), to.len()), (4, 2));
    for mail in &mails {
        assert_eq!(hits_told(mail), 1, "{}", mail.text);
        assert_eq!(mail.html.matches("merel").count(), 1);
    }
    assert!(
        mails
            .iter()
            .any(|mail| mail.subject.contains("di 24 nov: 1 treffer, 1 thema"))
    );
}

#[tokio::test]
async fn three_missed_days_are_told_in_one_mail() {
    let world = town().await;
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(post.mail(slot()).await, 1);
    for hours in [2, 26, 50] {
        post.poll("krant", slot() + HOUR * hours).await;
    }
    drop(post);
    let back = slot() + DAY * 3 + HOUR * 5;
    let post = world.open(back).await;
    assert_eq!(post.mail(back).await, 1);
    assert_eq!(post.mail(back).await, 0);
    let told: Vec<usize> = world.outbox().iter().map(hits_told).collect();
    assert_eq!(told.iter().sum::<usize>(), 4);
    assert!(told.contains(&3), "{told:?}");
}

#[tokio::test]
async fn a_weekly_overview_goes_out_on_monday_over_the_whole_week() {
    let world = town().await;
    world.recipients(&[("Wijkteam", "digest = \"weekly\"")]);
    let post = world.open(morning()).await;
    for day in 0..5 {
        post.poll("krant", morning() + DAY * day).await;
    }
    for day in 0..6 {
        assert_eq!(post.mail(slot() + DAY * day).await, 0);
    }
    assert_eq!(post.mail(slot() + DAY * 6).await, 1);
    assert_eq!(hits_told(&world.outbox()[0]), 5);
}

#[tokio::test]
async fn who_wants_no_empty_overview_gets_none_and_the_others_are_told_that_there_was_nothing() {
    let world = World::new().await;
    world.recipients(&[
        ("Wijkteam", "empty = false"),
        ("Team Veiligheid", "empty = true"),
    ]);
    world.feed("krant", "");
    world.web.on(
        "/krant",
        [feed(&[]), feed(&[entry("1", "inbraak, merel 1")])],
    );
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(post.mail(slot()).await, 1);
    // What is found just after waits for the next time.
    post.poll("krant", slot() + HOUR).await;
    assert_eq!(post.mail(slot() + HOUR).await, 0);
    assert_eq!(post.mail(slot() + DAY).await, 2);
}

#[tokio::test]
async fn a_new_recipient_starts_now_and_so_does_one_who_comes_back() {
    let world = town().await;
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    post.mail(slot()).await;
    drop(post);
    world.recipients(&[("Team Veiligheid", ""), ("Wijkteam", "")]);
    let post = world.open(slot() + HOUR).await;
    assert_eq!(post.mail(slot() + HOUR).await, 0);
    post.poll("krant", slot() + HOUR * 2).await;
    assert_eq!(post.mail(slot() + DAY).await, 2);
    let mails = world.outbox();
    let of = |name: &str| -> Vec<usize> {
        let mine = mails.iter().filter(|mail| mail.to.starts_with(name));
        mine.map(hits_told).collect()
    };
    assert_eq!(of("wijkteam"), [1]);
    drop(post);

    world.recipients(&[("Team Veiligheid", "")]);
    drop(world.open(slot() + DAY + HOUR).await);
    world.recipients(&[("Team Veiligheid", ""), ("Wijkteam", "")]);
    let back = slot() + DAY * 2 + HOUR;
    let post = world.open(back).await;
    post.mail(back).await;
    let to_wijkteam = || {
        world
            .outbox()
            .iter()
            .filter(|mail| mail.to.starts_with("wijkteam"))
            .count()
    };
    assert_eq!(to_wijkteam(), 1, "nothing out of its time");
    post.mail(slot() + DAY * 3).await;
    assert_eq!(to_wijkteam(), 2);
}

#[tokio::test]
async fn hits_of_a_theme_that_was_switched_off_are_still_told() {
    let world = town().await;
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    drop(post);
    world.theme("woninginbraak", "inbraak", "enabled = false");
    let post = world.open(morning() + HOUR).await;
    post.poll("krant", morning() + HOUR).await;
    assert_eq!(post.mail(slot()).await, 1);
    assert_eq!(hits_told(&world.outbox()[0]), 1);
}

#[tokio::test]
async fn an_edited_message_is_not_mailed_twice() {
    let world = World::new().await;
    world.feed("krant", "");
    world.web.on(
        "/krant",
        [
            feed(&[entry("1", "inbraak, merel 1")]),
            feed(&[entry("1", "inbraak, merel 1, bewerkt")]),
        ],
    );
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    post.mail(slot()).await;
    post.poll("krant", slot() + HOUR).await;
    post.mail(slot() + DAY).await;
    let told: usize = world.outbox().iter().map(hits_told).sum();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn the_overview_says_which_sources_were_not_heard() {
    let world = town().await;
    world.feed("stuk", "");
    world.web.on("/stuk", [Answer::status(500)]);
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    post.poll("stuk", morning()).await;
    post.mail(slot()).await;
    let mail = &world.outbox()[0];
    assert!(mail.text.contains("Bron stuk"), "{}", mail.text);
    assert!(mail.html.contains("Bron stuk"));
}

#[tokio::test]
async fn a_refusing_relay_gets_the_same_bytes_again_after_growing_waits() {
    let relay = Relay::start().await;
    let world = town().await;
    let post = relay.post(&world).await;
    post.poll("krant", morning()).await;
    relay.refuse("team-veiligheid@lindemeer.example", 451);
    let mut now = slot();
    let mut waits: Vec<SignedDuration> = Vec::new();
    post.mail(now).await;
    for _ in 0..9 {
        let queue = post.store.reader().totals().await.unwrap().queue;
        assert_eq!(queue.len(), 1, "it waits, and no second one is composed");
        waits.push(queue[0].next_attempt.duration_since(now));
        assert_eq!(
            post.mail(queue[0].next_attempt - SignedDuration::from_secs(1))
                .await,
            0
        );
        let seen = relay.attempts();
        now = queue[0].next_attempt;
        post.mail(now).await;
        assert_eq!(relay.attempts(), seen + 1);
    }
    assert!(waits.is_sorted(), "{waits:?}");
    assert_eq!(
        (waits[0], waits[8]),
        (SignedDuration::from_mins(2), HOUR * 4)
    );

    // The relay takes it and the process ends before that is marked: the same bytes again.
    relay.refuse("", 0);
    let waiting = post
        .store
        .reader()
        .waiting_digests(now)
        .await
        .unwrap()
        .remove(0);
    post.app
        .desk
        .mailer
        .send(&waiting.to, &waiting.message)
        .await
        .unwrap();
    drop(post);
    let post = relay.post(&world).await;
    assert_eq!(post.mail(now + HOUR * 4).await, 1);
    let [first, second] = &relay.received()[..] else {
        panic!("one mail, twice")
    };
    assert_eq!(first, second);
    assert_eq!(hits_told(&Mail::parse(first)), 1);
    assert_eq!(post.mail(now + HOUR * 9).await, 0);
}

#[tokio::test]
async fn the_operator_hears_once_of_mail_that_is_refused_for_a_day() {
    let relay = Relay::start().await;
    let world = town().await;
    let post = relay.post(&world).await;
    post.poll("krant", morning()).await;
    relay.refuse("team-veiligheid@lindemeer.example", 451);
    assert_eq!(post.mail(slot()).await, 0);
    let desk = &post.app.desk;
    let mut told = Vec::new();
    for hours in [1, 23, 25, 26] {
        let now = slot() + HOUR * hours;
        post.mail(now).await;
        told.push(desk.tell_operator(&post.store, now).await.unwrap());
    }
    assert_eq!(told, [0, 0, 1, 0]);
    let received: Vec<Mail> = relay
        .received()
        .iter()
        .map(|mail| Mail::parse(mail))
        .collect();
    let word = received
        .iter()
        .find(|mail| mail.subject.contains("komt niet aan"));
    let text = &word.expect("the operator was told").text;
    assert!(
        text.contains("Team Veiligheid") && !text.contains("merel"),
        "{text}"
    );
}

#[tokio::test]
async fn one_recipient_who_is_refused_holds_up_no_other() {
    let relay = Relay::start().await;
    let world = town().await;
    world.recipients(&[("Aan Nobody", ""), ("Wijkteam", "")]);
    let post = relay.post(&world).await;
    post.poll("krant", morning()).await;
    relay.refuse("aan-nobody@lindemeer.example", 550);
    let desk = &post.app.desk;
    desk.compose_due(&post.store, slot()).await.unwrap();
    let sent = desk
        .send_waiting(&post.store, Which::Due, slot())
        .await
        .unwrap();
    assert_eq!((sent.sent, sent.failed.len()), (1, 1));
    let received = Mail::parse(&relay.received()[0]);
    assert_eq!(received.to, "wijkteam@lindemeer.example");
    let queue = post.store.reader().totals().await.unwrap().queue;
    assert_eq!(queue.len(), 1);
}

#[tokio::test]
async fn who_asks_for_one_recipient_sends_nothing_to_another() {
    let relay = Relay::start().await;
    let world = town().await;
    world.recipients(&[("Een", ""), ("Twee", "")]);
    let post = relay.post(&world).await;
    post.poll("krant", morning()).await;
    let (one, two) = (recipient(&post, "Een"), recipient(&post, "Twee"));
    let desk = &post.app.desk;
    for to in [&one, &two] {
        desk.compose(&post.store, to, morning()).await.unwrap();
    }
    let which = Which::To(std::slice::from_ref(&one));
    let sent = desk
        .send_waiting(&post.store, which, morning())
        .await
        .unwrap();
    assert_eq!(sent.sent, 1);
    assert_eq!(
        Mail::parse(&relay.received()[0]).to,
        "een@lindemeer.example"
    );
}

#[tokio::test]
async fn retention_wins_from_a_mail_that_cannot_be_delivered_and_the_next_says_how_many_were_lost()
{
    let relay = Relay::start().await;
    let world = town().await;
    world.theme("woninginbraak", "inbraak", "retention_days = 7");
    let post = relay.post(&world).await;
    post.poll("krant", morning()).await;
    relay.refuse("team-veiligheid@lindemeer.example", 451);
    post.mail(slot()).await;
    let later = morning() + DAY * 7;
    let forgotten = post.store.forget(later).await.unwrap();
    assert_eq!(
        (forgotten.hits, forgotten.lost, forgotten.withdrawn),
        (1, 1, 1)
    );
    assert!(world.files_with("merel 1").is_empty());
    relay.refuse("", 0);
    let next = slot() + DAY * 7;
    assert_eq!(post.mail(next).await, 1);
    let mail = Mail::parse(&relay.received()[0]);
    assert_eq!(hits_told(&mail), 0);
    let admits = |text: &str| text.contains("1 treffer") && text.contains("gewist");
    assert!(admits(&mail.text), "{}", mail.text);
    // It is said once.
    assert_eq!(post.mail(next + DAY).await, 1);
    assert!(!admits(&Mail::parse(&relay.received()[1]).text));
}

#[tokio::test]
async fn a_test_mail_is_recognisable_and_tells_nothing() {
    let world = town().await;
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    let to = recipient(&post, "Team Veiligheid");
    post.app
        .desk
        .send_test(&to, morning())
        .await
        .unwrap()
        .unwrap();
    let mail = world.outbox().remove(0);
    assert!(
        mail.subject.to_lowercase().contains("test"),
        "{}",
        mail.subject
    );
    assert_eq!(hits_told(&mail), 0);
    assert_eq!(
        post.mail(slot()).await,
        1,
        "the overview comes all the same"
    );
}

#[tokio::test]
async fn a_clock_that_is_set_back_neither_repeats_nor_stops_the_overviews() {
    let world = town().await;
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(post.mail(slot() + SignedDuration::from_secs(3)).await, 1);
    // A little: the slot comes twice.
    assert_eq!(post.mail(slot() - SignedDuration::from_secs(3)).await, 0);
    assert_eq!(post.mail(slot()).await, 0);
    // For an hour the clock stood in 2031.
    let wrong = at("2031-03-04T08:00:00Z");
    assert_eq!(post.mail(wrong).await, 1);
    let mut sent = 0;
    let mut now: Timestamp = slot() + HOUR;
    while now < slot() + DAY * 2 + HOUR {
        sent += post.mail(now).await;
        now += HOUR;
    }
    // The one from 2031 counts for nothing: one more at once, then one at each slot.
    assert_eq!(sent, 3);
}

/// A relay on this machine that says what a test wants.
struct Relay {
    port: u16,
    desk: Arc<Mutex<RelayDesk>>,
}

#[derive(Default)]
struct RelayDesk {
    refused: (String, u16),
    attempts: usize,
    received: Vec<Vec<u8>>,
}

impl Relay {
    async fn start() -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let desk = Arc::new(Mutex::new(RelayDesk::default()));
        let served = Arc::clone(&desk);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that hangs up has said all it wanted.
                let _ = serve(stream, &served).await;
            }
        });
        Relay { port, desk }
    }

    /// Starts as a process that mails through this relay.
    async fn post(&self, world: &World) -> Post {
        let path = world.path("config/luisterpost.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replace("via = \"directory\"", "via = \"smtp\"");
        let text = text.replace("            directory = \"outbox\"\n", "");
        let smtp = match text.contains("[mail.smtp]") {
            true => String::new(),
            false => format!(
                "[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n",
                self.port
            ),
        };
        std::fs::write(path, text + &smtp).unwrap();
        world.open(morning()).await
    }

    /// Refuses a recipient with this answer; nobody when empty.
    fn refuse(&self, address: &str, code: u16) {
        self.desk.lock().unwrap().refused = (address.to_owned(), code);
    }

    fn attempts(&self) -> usize {
        self.desk.lock().unwrap().attempts
    }

    fn received(&self) -> Vec<Vec<u8>> {
        self.desk.lock().unwrap().received.clone()
    }
}

async fn serve(stream: TcpStream, desk: &Mutex<RelayDesk>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 relay\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let command = line.to_uppercase();
        let answer = if command.starts_with("RCPT") {
            let mut desk = desk.lock().unwrap();
            desk.attempts += 1;
            match !desk.refused.0.is_empty() && line.contains(&desk.refused.0) {
                true => format!("{} not now\r\n", desk.refused.1),
                false => "250 ok\r\n".to_owned(),
            }
        } else if command.starts_with("DATA") {
            stream.write_all(b"354 go on\r\n").await?;
            let mut message = Vec::new();
            while !message.ends_with(b"\r\n.\r\n") {
                stream.read_until(b'\n', &mut message).await?;
            }
            message.truncate(message.len() - 3);
            desk.lock().unwrap().received.push(message);
            "250 taken\r\n".to_owned()
        } else if command.starts_with("QUIT") {
            "221 bye\r\n".to_owned()
        } else {
            "250 ok\r\n".to_owned()
        };
        stream.write_all(answer.as_bytes()).await?;
        line.clear();
    }
    Ok(())
}

#[tokio::test]
async fn who_wants_some_places_hears_of_those_at_its_own_time_and_loses_nothing() {
    let world = town().await;
    world.recipients(&[
        ("Team Veiligheid", ""),
        (
            "Wijkteam",
            "places = [\"molenbuurt\"]\nat = \"09:00\"\nempty = false",
        ),
    ]);
    let messages = [
        entry("1", "Een inbraak in de Brinkstraat, merel een"),
        entry("2", "Een inbraak, merel twee"),
    ];
    world.web.on("/krant", [feed(&messages)]);
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    // Half past seven, and nine o'clock.
    assert_eq!(post.mail(slot()).await, 1);
    let nine = slot() + SignedDuration::from_mins(90);
    assert_eq!(post.mail(nine).await, 1);
    let mails = world.outbox();
    let of = |name: &str| {
        let mail = mails.iter().find(|mail| mail.to.contains(name)).unwrap();
        mail.text.clone()
    };
    assert_eq!(of("team-veiligheid").matches("merel").count(), 2);
    let ours = of("wijkteam");
    assert!(
        ours.contains("merel een") && !ours.contains("merel twee"),
        "{ours}"
    );
    // What it did not want is not called lost when its retention ends, and asks for no mail.
    post.store.forget(nine + DAY * 40).await.unwrap();
    let pending = post
        .store
        .reader()
        .pending(&recipient(&post, "Wijkteam").address, nine)
        .await;
    assert_eq!(pending.unwrap().lost, 0);
}

#[tokio::test]
async fn a_day_with_nothing_of_its_places_is_told_to_nobody() {
    let world = town().await;
    world.recipients(&[("Wijkteam", "places = [\"Molenbuurt\"]\nempty = false")]);
    world
        .web
        .on("/krant", [feed(&[entry("1", "Een inbraak, merel een")])]);
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(post.mail(slot()).await, 0);
    let to = recipient(&post, "Wijkteam").address;
    let pending = post.store.reader().pending(&to, slot()).await.unwrap();
    assert_eq!(pending.hits, []);
    post.store.forget(slot() + DAY * 40).await.unwrap();
    assert_eq!(
        post.store.reader().pending(&to, slot()).await.unwrap().lost,
        0
    );
}

#[tokio::test]
async fn a_weekly_overview_tells_besides_where_residents_were_active() {
    let world = town().await;
    world.recipients(&[("Elke dag", ""), ("Elke week", "digest = \"weekly\"")]);
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    let reader = post.store.reader();
    let shown = async |name: &str| {
        let to = recipient(&post, name);
        post.app
            .desk
            .preview(reader, &to, slot())
            .await
            .unwrap()
            .text
    };
    let week = shown("Elke week").await;
    let active = week.split("ACTIEF WAREN").nth(1).unwrap();
    assert!(
        active.contains("Bron krant: 1 treffer in 1 bericht."),
        "{week}"
    );
    assert!(week.contains("Niemand heeft nog geantwoord"), "{week}");
    assert!(!shown("Elke dag").await.contains("ACTIEF WAREN"));
}

#[tokio::test]
async fn an_old_period_can_be_told_again_and_that_changes_nothing() {
    let world = town().await;
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(post.mail(slot()).await, 1);
    let to = recipient(&post, "Team Veiligheid");
    let reader = post.store.reader();
    let day = (morning() - HOUR, morning() + HOUR);
    let again = post.app.desk.repeat(reader, &to, day).await.unwrap();
    assert_eq!(again.text.matches("merel").count(), 1, "{}", again.text);
    let before = (morning() - DAY, morning() - HOUR);
    let nothing = post.app.desk.repeat(reader, &to, before).await.unwrap();
    assert!(!nothing.text.contains("merel"));
    assert_eq!(post.mail(slot() + HOUR).await, 0);
    drop(post);
    let since = ["digest", "--since", "2026-11-24", "--until", "2026-11-24"];
    let shown = crate::cli::luisterpost(&world, &since).await;
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.status.success() && text.contains("merel"), "{text}");
    let wrong = crate::cli::luisterpost(&world, &["digest", "--html", "x.html"]).await;
    assert!(!wrong.status.success());
}
