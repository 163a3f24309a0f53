//! A folder in which files arrive: each is read once, put away, and erased after a week.

use std::fs;

use jiff::SignedDuration;
use luisterpost::outcome::{FailureClass, PollOutcome};

use crate::world::{World, counts, failure, morning};

/// Lindemeer with a folder for reports of its own.
async fn world() -> World {
    let world = World::new().await;
    let folder = world.path("drop");
    fs::create_dir(&folder).unwrap();
    let text = format!(
        "[[source]]\nid = \"meldingen\"\nname = \"Meldingen\"\nkind = \"drop\"\nfolder = {:?}\n\
         voice = \"residents\"\nscope = \"local\"\nreviewed = 2026-11-01\n\
         columns = {{ id = \"Nummer\", text = \"Omschrijving\", date = \"Datum\" }}\n",
        folder.display().to_string()
    );
    world.append("config/sources.toml", &text);
    world
}

fn names(world: &World, folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(world.path(folder)) else {
        return Vec::new();
    };
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = entries.map(name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn each_file_is_read_once_and_put_away_and_erased_after_a_week() {
    let world = world().await;
    let post = world.open(morning()).await;
    let empty = post.poll("meldingen", morning()).await;
    assert_eq!(empty.outcome, PollOutcome::Unmodified);

    world.write(
        "drop/a.csv",
        "nummer;omschrijving;datum\n1;Er was een inbraak;23-11-2026\n2;Feest;23-11-2026\n",
    );
    world.write(
        "drop/b.jsonl",
        "{\"nummer\":3,\"omschrijving\":\"Er was brand\"}\n",
    );
    world.write(
        "drop/c.eml",
        "Subject: Melding\r\nMessage-ID: <4@lindemeer.example>\r\n\r\nAlweer brand\r\n",
    );
    world.write("drop/.d.csv.tmp", "half");
    world.write("drop/foto.jpg", "");
    assert_eq!(counts(&post.poll("meldingen", morning()).await), (4, 0, 0));
    assert_eq!(post.hits().await.len(), 3);
    assert_eq!(names(&world, "drop"), [".d.csv.tmp", "foto.jpg", "gelezen"]);
    assert_eq!(names(&world, "drop/gelezen"), ["a.csv", "b.jsonl", "c.eml"]);

    // An export that repeats itself, under the same name: known by its numbers.
    world.write("drop/a.csv", "nummer;omschrijving;datum\n1;Er was een inbraak;23-11-2026\n5;Nog een inbraak;24-11-2026\n");
    assert_eq!(counts(&post.poll("meldingen", morning()).await), (1, 0, 0));
    assert_eq!(
        names(&world, "drop/gelezen"),
        ["2-a.csv", "a.csv", "b.jsonl", "c.eml"]
    );

    post.poll("meldingen", morning() + SignedDuration::from_hours(8 * 24))
        .await;
    assert_eq!(names(&world, "drop/gelezen"), [""; 0]);
    assert_eq!(post.hits().await.len(), 4);
}

#[tokio::test]
async fn a_wrong_line_is_told_with_its_number_and_takes_nothing_away() {
    let world = world().await;
    let post = world.open(morning()).await;
    world.write(
        "drop/a.csv",
        "nummer,omschrijving\n1,Er was een inbraak\n2\n",
    );
    world.write("drop/b.csv", "kolom\nEr was een inbraak\n");
    let polled = post.poll("meldingen", morning()).await;
    assert_eq!(failure(&polled), FailureClass::Broken);
    let PollOutcome::Failed(failure) = &polled.outcome else {
        unreachable!()
    };
    assert_eq!(
        failure.detail,
        "a.csv line 3: more or fewer cells than names; b.csv line 1: there is no column with the text"
    );
    assert_eq!(post.hits().await.len(), 1);
    assert_eq!(names(&world, "drop"), ["gelezen"]);
    let next = post.poll("meldingen", morning()).await;
    assert_eq!(next.outcome, PollOutcome::Unmodified);

    fs::remove_dir_all(world.path("drop")).unwrap();
    let polled = post.poll("meldingen", morning()).await;
    assert_eq!(self::failure(&polled), FailureClass::Broken);
}
