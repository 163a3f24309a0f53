//! How well places are found in labelled posts, when the corpus is there.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::locate::written::Written;
use crate::locate::{Locator, Places};
use crate::place::{Gazetteer, Place, PlaceKind};
use crate::text::fold::Folded;
use crate::text::words::Words;

#[derive(Deserialize)]
struct Post {
    id: String,
    text: String,
    themes: Vec<String>,
    places: Vec<String>,
    note: String,
}

#[derive(Deserialize)]
struct List {
    places: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    aliases: Vec<String>,
    ambiguous: Option<String>,
}

fn corpus() -> Option<(Locator, Vec<Post>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let list = std::fs::read_dir(&folder).ok()?.find_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        name.starts_with("gazetteer-").then_some(name)
    });
    let list = std::fs::read_to_string(folder.join(list?)).ok()?;
    let posts = std::fs::read_to_string(folder.join("posts-nl-dev.jsonl")).ok()?;
    let list: List = serde_json::from_str(&list).unwrap();
    let place = |listed: Listed| Place {
        kind: match listed.kind.as_str() {
            "gemeente" => PlaceKind::Municipality,
            "kern" => PlaceKind::Town,
            "wijk" => PlaceKind::District,
            "buurtschap" => PlaceKind::Neighbourhood,
            "straat" => PlaceKind::Street,
            _ => PlaceKind::Spot,
        },
        name: listed.name,
        aliases: listed.aliases,
        parent: None,
        needs_cue: listed.ambiguous.is_some(),
        line: 0,
    };
    let places = list.places.into_iter().map(place).collect();
    let posts = posts
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    Some((Locator::compile(&Gazetteer { places }), posts.collect()))
}

#[test]
fn the_places_of_labelled_posts_are_found() {
    let Some((locator, posts)) = corpus() else {
        println!("note: no corpus of posts here, nothing measured");
        return;
    };
    let (mut right, mut extra, mut missed) = (0, 0, 0);
    let (mut dropped_wrongly, mut dropped, mut kept) = (Vec::new(), 0, Vec::new());
    for post in &posts {
        let folded = Folded::new(&post.text);
        let words = Words::new(&post.text, &folded);
        let mut places = Places::default();
        let text = Written {
            original: &post.text,
            folded: &folded,
            words: &words,
        };
        locator.locate(&text, &mut places);
        let found: BTreeSet<String> = places
            .located()
            .iter()
            .map(|place| locator.describe(place.place).0.to_string())
            .collect();
        let labelled: BTreeSet<String> = post.places.iter().cloned().collect();
        right += found.intersection(&labelled).count();
        extra += found.difference(&labelled).count();
        missed += labelled.difference(&found).count();
        if found != labelled {
            println!("{}: {labelled:?}, found {found:?}: {}", post.id, post.text);
        }
        let elsewhere = locator.happened_elsewhere(&text, &places);
        let lies_elsewhere = post.note.contains("elders");
        if let Some(elsewhere) = &elsewhere {
            println!("{} lies in {}: {}", post.id, elsewhere.name, post.text);
        }
        match elsewhere {
            Some(_) if !post.themes.is_empty() => dropped_wrongly.push(&post.id),
            Some(_) if lies_elsewhere => dropped += 1,
            None if lies_elsewhere => kept.push(&post.id),
            _ => {}
        }
    }
    let of = |right: usize, all: usize| right as f64 / all as f64;
    let precision = of(right, right + extra);
    let recall = of(right, right + missed);
    let f1 = of(2 * right, 2 * right + extra + missed);
    println!("places: precision {precision:.3}, recall {recall:.3}, F1 {f1:.3} (bound 0.95)");
    println!("elsewhere: {dropped} dropped, not dropped {kept:?}, wrongly {dropped_wrongly:?}");
    assert!(f1 >= 0.95, "{f1}");
    assert!(dropped_wrongly.is_empty());
}
