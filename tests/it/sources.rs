//! `sources`: lists of feeds from and for other readers.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use luisterpost::connector::opml;
use luisterpost::source::Scope;
use serde_json::Value;

use crate::cli::{ended, err, luisterpost, out};
use crate::world::{World, now};

#[tokio::test]
async fn feeds_of_a_list_become_sources_that_are_accepted() {
    let world = World::today().await;
    world.add_source("krant", "feed", "https://krant.example/feed", "");
    let before = fs::read_to_string(world.path("config/sources.toml")).unwrap();
    world.write("config/sources.toml", before.trim_end());
    world.write(
        "lijst.opml",
        "<opml version='1.1'><body><outline text='Buurt \"Oost\"'>
<outline text='Krant &amp; co' xmlUrl='https://wijk.example/?a=1&amp;b=2'/>
<outline text='Krant &amp; co' xmlUrl='http://wijk.example/feed'/>
<outline text='Nog eens' xmlUrl='https://wijk.example/feed/'/>
<outline text='Al bekend' xmlUrl='https://krant.example/feed'/>
<outline text='Half' xmlUrl='/feed'/></outline></body></opml>",
    );
    let output = luisterpost(&world, &["sources", "import", "lijst.opml"]).await;
    ended(&output, 1);
    let told = err(&output);
    for part in [
        "regel 4: “Nog eens” is overgeslagen, want https://wijk.example/feed/ staat al op regel 3.",
        "regel 5: “Al bekend” is overgeslagen, want https://krant.example/feed is al de bron krant.",
        "regel 6: “Half” is overgeslagen, want het adres van de feed is niet volledig",
        "2 bronnen gemaakt van lijst.opml, 1 dubbele overgeslagen, 1 was al een bron, 1 niet bruikbaar.",
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert!(out(&output).contains("# Categorie: Buurt \"Oost\"\n[[source]]"));

    world.append("config/sources.toml", &out(&output));
    let app = world.load(now());
    let source = |id: &str| &app.sources[&luisterpost::source::SourceId::parse(id).unwrap()];
    assert_eq!(source("krant-co").name, "Krant & co");
    assert_eq!(
        source("krant-co").url.as_str(),
        "https://wijk.example/?a=1&b=2"
    );
    assert_eq!(source("krant-co").scope, Scope::Wide);
    assert_eq!(source("krant-co").reviewed, None);
    assert_eq!(
        source("krant-co-2").url.as_str(),
        "http://wijk.example/feed"
    );
    assert_eq!(app.sources.len(), 3);
}

#[tokio::test]
async fn what_is_exported_has_the_same_addresses_when_it_is_imported() {
    let world = World::today().await;
    world.add_source("a", "feed", "https://krant.example/?a=1&b=%22", "");
    world.add_source("b", "feed", "http://wijk.example:8080/feed", "");
    world.thread("draad", "");
    let output = luisterpost(&world, &["sources", "export"]).await;
    ended(&output, 0);
    assert!(
        err(&output).contains("1 bron staat niet in de lijst") && err(&output).contains("draad")
    );

    world.write("terug.opml", out(&output));
    world.write("config/sources.toml", "");
    let output = luisterpost(&world, &["sources", "import", "terug.opml"]).await;
    ended(&output, 0);
    world.append("config/sources.toml", &out(&output));
    let app = world.load(now());
    let found: Vec<_> = app
        .sources
        .values()
        .map(|s| (s.name.as_str(), s.url.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("Bron a", "https://krant.example/?a=1&b=%22"),
            ("Bron b", "http://wijk.example:8080/feed"),
        ]
    );
}

#[tokio::test]
async fn what_is_no_list_is_refused_with_advice() {
    let world = World::today().await;
    world.write("feed.xml", "<rss version='2.0'><channel/></rss>");
    for (file, part) in [("feed.xml", "geen OPML"), ("niets.opml", "niet te lezen")] {
        let output = luisterpost(&world, &["sources", "import", file]).await;
        ended(&output, 2);
        assert!(out(&output).is_empty());
        assert!(err(&output).contains(part), "{}", err(&output));
    }
}

/// Reads the lists of a public collection, where it is present.
#[test]
fn the_lists_of_a_collection_are_read_whole() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/opml");
    if !corpus.is_dir() {
        println!("{} is not here: nothing to compare with", corpus.display());
        return;
    }
    let rows = |name: &str| -> Vec<Value> {
        let text = fs::read_to_string(corpus.join(name)).unwrap();
        let lines = text.split('\n').filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let (mut right, mut wrong, mut addresses) = (0, Vec::new(), BTreeSet::new());
    for row in rows("counts.jsonl") {
        let file = row["file"].as_str().unwrap();
        let list = opml::read(&fs::read(corpus.join(file)).unwrap()).unwrap();
        let found = (list.feeds.len() + list.refused.len()) as u64;
        let urls = list.feeds.iter().map(|feed| feed.url.to_string());
        addresses.extend(urls);
        for refused in &list.refused {
            println!("{file}, line {}: {}", refused.line, refused.reason.as_str());
        }
        match row["feeds"] == found {
            true => right += 1,
            false => wrong.push(format!("{file}: {found} found, {} counted", row["feeds"])),
        }
    }
    let listed = rows("feeds.jsonl");
    let missing = listed.iter().filter_map(|row| {
        let url = row["xmlUrl"].as_str().unwrap();
        let parsed = url::Url::parse(url).map(String::from).unwrap_or_default();
        (!addresses.contains(&parsed)).then_some(url)
    });
    let missing: Vec<&str> = missing.collect();
    println!(
        "{right} lists with the right count; {} of {} addresses found, not: {missing:#?}",
        listed.len() - missing.len(),
        listed.len()
    );
    // Three lists hold one or two feeds more than were counted, and two addresses were listed
    // without their `&`.
    println!("{wrong:#?}");
    assert!(right >= 21, "{wrong:#?}");
    assert!(missing.len() <= 2, "{missing:#?}");
}
