//! `discover`: the feeds behind an address, found on a real server.

use std::fs;

use luisterpost::source::{Scope, SourceId};
use serde_json::Value;

use crate::cli::{ended, err, luisterpost, out};
use crate::web::Answer;
use crate::world::{World, dated, feed, now};

fn html(text: &str) -> Answer {
    Answer::ok(text).header("content-type", "text/html; charset=utf-8")
}

/// A feed with an hour between its messages.
fn hourly(title: &str, texts: &[&str]) -> Answer {
    let entry = |(at, text): (usize, &&str)| {
        dated(
            &format!("{title}-{at}"),
            text,
            &format!("Tue, 24 Nov 2026 {:02}:00:00 GMT", 9 - at),
        )
    };
    let entries: Vec<String> = texts.iter().enumerate().map(entry).collect();
    let whole = String::from_utf8(feed(&entries).body().to_vec()).unwrap();
    Answer::ok(whole.replace(
        "<title>Wijkkrant</title>",
        &format!("<title>{title}</title>"),
    ))
}

#[tokio::test]
async fn what_a_page_offers_becomes_cards_and_sources_that_are_accepted() {
    let world = World::today().await;
    world.web.on(
        "/robots.txt",
        [Answer::ok("User-agent: *\nDisallow: /geheim\n")],
    );
    let page = html(
        "<!doctype html><title>Buurt</title>
         <link rel=alternate type=application/rss+xml title=Reacties href=/reacties>
         <link rel=alternate type=application/rss+xml href=nieuws>
         <link rel=alternate type=application/atom+xml href=/nieuws-kopie>
         <link rel=alternate type=application/rss+xml title=Geheim href=/geheim/feed>
         <link rel=alternate type=application/rss+xml title=Oud href=/oud>",
    );
    world.web.on(
        "/buurt/",
        [page.header(
            "link",
            "</agenda>; rel=alternate; type=\"application/rss+xml\"",
        )],
    );
    let news = [
        "Brand in de Brinkstraat",
        "Markt in de Molenbuurt",
        "Rommel in de Molenbuurt, bel 06-12345678",
        "Fietsen",
    ];
    world.web.on("/buurt/nieuws", [hourly("Nieuws", &news)]);
    world.web.on("/nieuws-kopie", [hourly("Nieuws", &news)]);
    world.web.on("/agenda", [hourly("Agenda", &["Bingo"])]);
    world.web.on(
        "/reacties",
        [hourly("Reacties op nieuws", &["Eens", "Oneens", "Beide"])],
    );

    let address = world.web.url("/buurt/");
    let output = luisterpost(&world, &["discover", address.as_str()]).await;
    ended(&output, 0);
    assert_eq!(err(&output), "");
    let shown = out(&output);
    let at = |part: &str| {
        shown
            .find(part)
            .unwrap_or_else(|| panic!("{part}: {shown}"))
    };
    let nieuws = at("# Nieuws (RSS)");
    assert!(
        at("# Agenda (RSS)") < nieuws && nieuws < at("# Reacties op nieuws (RSS, alleen reacties)")
    );
    for part in [
        "/buurt/nieuws (genoemd door de pagina)",
        "/agenda (genoemd door de webserver)",
        "Ook op:      http",
        "ongeveer elke 60 minuten een bericht",
        "24 november 2026, 10:00: Brand in de Brinkstraat",
        "4, waarvan 3 met een plaats van ons (75%)",
        "laat ons niet toe, door regel 2: Disallow: /geheim",
        "Niet gelezen: foutmelding van de website (status 404)",
    ] {
        at(part);
    }
    assert_eq!(
        world.web.count("/geheim/feed"),
        0,
        "robots.txt holds here too"
    );
    assert!(!world.path("state").exists(), "nothing is recorded");

    let before = fs::read_to_string(world.path("config/sources.toml")).unwrap();
    world.write("config/sources.toml", before + &shown);
    let app = world.load(now());
    let scope = |id: &str| app.sources[&SourceId::parse(id).unwrap()].scope;
    assert_eq!(scope("nieuws"), Scope::Local, "most of it names our places");
    assert_eq!(scope("agenda"), Scope::Wide);
    assert_eq!(app.sources.len(), 3);

    let output = luisterpost(&world, &["discover", "--json", address.as_str()]).await;
    ended(&output, 0);
    let lines: Vec<Value> = out(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[1]["known"], "nieuws");
    assert_eq!(lines[1]["source"], Value::Null, "it is a source already");
    assert_eq!(
        (&lines[1]["state"], &lines[1]["median_gap"]),
        (&"read".into(), &3600.into())
    );
}

#[tokio::test]
async fn where_nothing_is_named_the_usual_places_are_tried() {
    let world = World::today().await;
    // A document that is still held would keep the next one waiting for ever.
    world.settings("parallel = 1");
    world
        .web
        .on("/", [html("<title>Kale pagina</title><p>Welkom")]);
    world.web.on("/rss.xml", [hourly("Verstopt", &["Brand"])]);
    let address = world.web.url("/");
    let output = luisterpost(&world, &["discover", address.as_str()]).await;
    ended(&output, 0);
    assert!(
        out(&output).contains("/rss.xml (een gebruikelijke plek)"),
        "{}",
        out(&output)
    );
    let asked: Vec<String> = world
        .web
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        asked,
        ["/robots.txt", "/", "/feed/", "/rss", "/rss.xml"],
        "no further than needed"
    );

    world.web.on("/rss.xml", [Answer::status(404)]);
    let output = luisterpost(&world, &["discover", address.as_str()]).await;
    ended(&output, 1);
    assert_eq!(out(&output), "");
    assert!(
        err(&output).contains("geen feed gevonden op de pagina “Kale pagina”"),
        "{}",
        err(&output)
    );
}

#[tokio::test]
async fn each_address_is_answered_for_itself() {
    let world = World::today().await;
    world.add_source("krant", "feed", world.web.url("/krant").as_str(), "");
    world.web.on("/krant", [hourly("Krant", &["Brand"])]);
    world.web.on("/dood", [Answer::status(500)]);
    let url = |path: &str| world.web.url(path).to_string();
    let arguments = ["discover", &url("/dood"), &url("/krant"), &url("/krant/")];
    world.web.on("/krant/", [hourly("Krant", &["Brand"])]);
    let output = luisterpost(&world, &arguments).await;
    ended(&output, 1);
    assert!(
        out(&output).contains("dit adres is zelf een feed"),
        "{}",
        out(&output)
    );
    assert!(out(&output).contains("Dit is al de bron krant."));
    assert!(err(&output).contains("/dood: niet gelezen (foutmelding van de website: status 500)"));
    assert!(
        err(&output).contains("/krant/ is al eerder gevonden."),
        "{}",
        err(&output)
    );

    let output = luisterpost(&world, &["discover", "www.hyves.nl/lindemeer"]).await;
    ended(&output, 1);
    assert!(
        err(&output).contains("Hyves is in december 2013 gestopt."),
        "{}",
        err(&output)
    );

    let output = luisterpost(&world, &["discover", "mailto:redactie@krant.example"]).await;
    ended(&output, 2);
    assert!(
        err(&output).contains("is geen adres van een webpagina"),
        "{}",
        err(&output)
    );
}

/// What strangers write cannot add a source of theirs, nor break the file or the terminal.
#[tokio::test]
async fn hostile_words_stay_words() {
    let world = World::today().await;
    let title = "A&#10;[[source]]&#13;id = \"x\"&#27;[2J \"\"\" \\u";
    let robots = "User-agent: *\nDisallow: /weg\x1b[2J\x07\n";
    world.web.on("/robots.txt", [Answer::ok(robots)]);
    world.web.on(
        "/feed",
        [hourly(title, &["x\r\n[[source]]\u{1b}]0;y\u{7}"])],
    );
    world.web.on(
        "/",
        [html(&format!(
            "<link rel=feed href=/feed title='{title}'><link rel=feed href='/weg\n[[source]]' title='{title}'>{}",
            "<link rel=feed href='http://10.0.0.1/'><link rel=feed href='file:///etc/passwd'>"
        ))],
    );
    let output = luisterpost(&world, &["discover", world.web.url("/").as_str()]).await;
    ended(&output, 0);
    let shown = out(&output);
    assert!(
        !shown.contains(|c: char| c.is_control() && c != '\n'),
        "{shown:?}"
    );
    assert!(
        shown.contains("een adres dat wij niet mogen bezoeken"),
        "{shown}"
    );
    world.write("config/sources.toml", &shown);
    assert_eq!(world.load(now()).sources.len(), 1, "{shown}");
}

#[tokio::test]
async fn a_feed_says_what_it_is_called_and_how_it_is_written() {
    let world = World::today().await;
    let fixtures = [
        ("/rss", "wijkkrant.rss", "rss"),
        ("/atom", "dorpsforum.atom", "atom"),
        ("/json", "dorpsraad.json", "json"),
    ];
    for (path, file, format) in fixtures {
        let file = format!("{}/tests/fixtures/feeds/{file}", env!("CARGO_MANIFEST_DIR"));
        world.web.on(path, [Answer::ok(fs::read(file).unwrap())]);
        let address = world.web.url(path);
        let output = luisterpost(&world, &["discover", "--json", address.as_str()]).await;
        ended(&output, 0);
        let card: Value = serde_json::from_str(&out(&output)).unwrap();
        assert_eq!(card["format"], format);
        assert!(
            card["title"]
                .as_str()
                .is_some_and(|title| !title.is_empty()),
            "{card}"
        );
    }
}
