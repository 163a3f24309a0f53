//! The report of where residents are, from what the program itself counted.

use std::fs;

use crate::cli::luisterpost;
use crate::world::{DAY, World, dated, feed, now};

#[tokio::test]
async fn the_report_names_what_was_planted() {
    let world = World::today().await;
    world.write(
        "config/places.csv",
        "kind,name,aliases,parent,needs_cue\ntown,Noordermade,,,nee\nneighbourhood,Molenbuurt,,Noordermade,nee\nneighbourhood,Stilwijk,,Noordermade,nee\nstreet,Hooiweg,,Molenbuurt,nee\n",
    );
    let start = now() - DAY * 3;
    let at = start.to_string();
    let stories: Vec<String> = (0..6)
        .map(|n| {
            dated(
                &format!("f{n}"),
                &format!("Een inbraak op de Hooiweg, merel {n}, kast {n}{n}{n}"),
                &at,
            )
        })
        .collect();
    let echoes = vec![dated("k1", "Een inbraak, zegt de politie", &at)];
    world.feed("forum", "");
    world.feed("krant", "voice = \"press\"");
    world.web.on("/forum", [feed(&stories)]);
    world.web.on("/krant", [feed(&echoes)]);
    let post = world.open(start).await;
    for id in ["forum", "krant"] {
        post.poll(id, start).await;
    }
    post.app
        .desk
        .counter()
        .tally(&post.store, now())
        .await
        .unwrap();
    drop(post);

    let shown = luisterpost(&world, &["report"]).await;
    let text = String::from_utf8(shown.stdout).unwrap();
    let talk = text.split("WAAR IN GESPREK GAAN").nth(1).unwrap();
    let talk = talk.split("\n\n").next().unwrap();
    assert!(
        talk.contains("Bron forum") && !talk.contains("Bron krant"),
        "{text}"
    );
    // The street tells of the area it lies in.
    assert!(text.contains("Molenbuurt 6"), "{text}");
    // Where all is told, so is the sum.
    assert!(
        text.contains("woninginbraak: 6 verhalen; Molenbuurt 6"),
        "{text}"
    );
    let silent = text.split("Geen verhaal").nth(1).unwrap();
    assert!(
        silent.contains("Stilwijk") && !silent.contains("Molenbuurt"),
        "{text}"
    );

    let page = world.path("rapport.html");
    let html = luisterpost(&world, &["report", "--html", page.to_str().unwrap()]).await;
    assert!(html.status.success());
    let page = fs::read_to_string(page).unwrap();
    assert!(
        page.contains("Molenbuurt 6") && !page.contains("http"),
        "nothing from elsewhere"
    );
    let csv = luisterpost(&world, &["report", "--csv"]).await;
    let csv = String::from_utf8(csv.stdout).unwrap();
    assert!(
        csv.contains("Bron forum,residents,healthy,6,,6,100.00,1,100"),
        "{csv}"
    );
}

#[tokio::test]
async fn without_data_the_report_says_so() {
    let world = World::today().await;
    world.feed("forum", "");
    drop(world.open(now()).await);
    let shown = luisterpost(&world, &["report", "--days", "1"]).await;
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(
        text.contains("0 berichten gelezen") && text.contains("geen verhalen van inwoners geteld"),
        "{text}"
    );
    let wrong = luisterpost(&world, &["report", "--days", "0"]).await;
    assert!(!wrong.status.success());
}
