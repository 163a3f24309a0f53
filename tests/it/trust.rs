//! What lets a privacy officer verify that the lawful way is the only way that works.

use std::sync::Arc;

use jiff::ToSpan;
use luisterpost::app::{App, Examples, LoadError};
use luisterpost::mistake::{Fault, Mistake};
use luisterpost::render::Texts;

use crate::world::{World, at, counts, entry, feed, morning, slot};

fn mistakes(world: &World) -> Vec<Mistake> {
    let texts = Arc::new(Texts::new());
    match App::load(&world.origin(), &texts, None, Examples::Skip, morning()) {
        Err(LoadError::Mistakes(mistakes)) => mistakes,
        Err(error) => panic!("{error}"),
        Ok(_) => Vec::new(),
    }
}

#[tokio::test]
async fn a_theme_without_its_basis_is_refused_with_the_key_that_is_missing() {
    let world = World::new().await;
    let written = std::fs::read_to_string(world.path("keywords/brand.toml")).unwrap();
    for key in [
        "purpose",
        "legal_task",
        "controller",
        "retention_days",
        "review_by",
        "enabled",
    ] {
        let without = written.lines().filter(|line| !line.starts_with(key));
        let without: Vec<&str> = without.collect();
        world.write("keywords/brand.toml", without.join("\n"));
        let found = mistakes(&world);
        let missing = found.iter().find(|mistake| mistake.key == key);
        let missing = missing.unwrap_or_else(|| panic!("{key}: {found:?}"));
        assert!(matches!(missing.fault, Fault::MissingKey { .. }), "{key}");
    }
}

#[tokio::test]
async fn public_order_ends_with_its_decision_and_the_overview_says_so() {
    let world = World::new().await;
    let decision = "occasion = \"Onrust na de sluiting van het buurthuis\"\n\
                    decided_by = \"burgemeester\"\nfrom = 2026-11-20\nuntil = 2026-12-17";
    world.theme("ordeverstoring", "rellen", decision);
    world.feed("krant", "");
    world.web.on(
        "/krant",
        [
            feed(&[entry("1", "er zijn rellen in de Molenbuurt")]),
            feed(&[entry("2", "er zijn weer rellen in de Molenbuurt")]),
        ],
    );
    let post = world.open(morning()).await;
    counts(&post.poll("krant", morning()).await);
    assert_eq!(post.hits().await.len(), 1);
    counts(&post.poll("krant", at("2026-12-18T05:00:00Z")).await);
    assert_eq!(post.hits().await.len(), 1, "the decision has ended");
    post.mail(at("2026-12-18T06:30:00Z")).await;
    let told = &world.outbox()[0];
    let sentence = "Het besluit daarvoor liep tot en met";
    assert!(told.text.contains(sentence), "{}", told.text);
}

#[tokio::test]
async fn a_theme_past_its_review_finds_nothing_and_the_overview_says_so() {
    let world = World::new().await;
    world.feed("krant", "");
    let message = entry("1", "inbraak en brand in de Molenbuurt");
    world.web.on("/krant", [feed(&[message])]);
    world.theme("brand", "brand", "review_by = 2026-11-23");
    let post = world.open(morning()).await;
    counts(&post.poll("krant", morning()).await);
    let hits = post.hits().await;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].hit.theme.as_str(), "woninginbraak");
    post.mail(slot()).await;
    let told = &world.outbox()[0];
    for part in [&told.text, &told.html] {
        assert!(part.contains("Thema brand"), "{part}");
        assert!(part.contains("opnieuw worden bekeken"), "{part}");
    }
}

#[tokio::test]
async fn what_is_not_decided_stands_in_the_small_print_until_it_is() {
    let world = World::new().await;
    let settings = std::fs::read_to_string(world.path("config/luisterpost.toml")).unwrap();
    let undecided = settings
        .replace("dpia =", "# dpia =")
        .replace("advice =", "# advice =");
    world.write("config/luisterpost.toml", undecided);
    let post = world.open(morning()).await;
    post.mail(slot()).await;
    drop(post);
    world.write("config/luisterpost.toml", &settings);
    let post = world.open(morning()).await;
    post.mail(slot() + 24.hours()).await;
    let mails = world.outbox();
    for part in [&mails[0].text, &mails[0].html] {
        assert_eq!(part.matches("Open punt over privacy").count(), 2, "{part}");
    }
    assert!(!mails[1].text.contains("Open punt"), "{}", mails[1].text);

    let premature = settings.replace("2026-10-14", "2026-12-24");
    world.write("config/luisterpost.toml", premature);
    let found = mistakes(&world);
    assert_eq!(found[0].key, "privacy.advice");
    assert!(matches!(found[0].fault, Fault::FutureDate { .. }));
}

#[tokio::test]
async fn a_team_of_one_controller_gets_no_theme_of_the_other() {
    let world = World::new().await;
    world.theme("brand", "brand", "controller = \"college\"");
    world.recipients(&[
        ("Team Veiligheid", "roles = [\"burgemeester\"]"),
        ("Wijkbeheer", "roles = [\"college\"]"),
    ]);
    world.feed("krant", "");
    let messages = [
        entry("1", "inbraak in de Molenbuurt"),
        entry("2", "brand in de Brinkstraat"),
    ];
    world.web.on("/krant", [feed(&messages)]);
    let post = world.open(morning()).await;
    counts(&post.poll("krant", morning()).await);
    post.mail(slot()).await;
    for mail in world.outbox() {
        let (own, other) = match mail.to.starts_with("team") {
            true => ("THEMA WONINGINBRAAK", "THEMA BRAND"),
            false => ("THEMA BRAND", "THEMA WONINGINBRAAK"),
        };
        assert!(
            mail.text.contains(own) && !mail.text.contains(other),
            "{}",
            mail.text
        );
    }
    world.recipients(&[(
        "Wijkbeheer",
        "roles = [\"college\"]\nthemes = [\"woninginbraak\"]",
    )]);
    let found = mistakes(&world);
    assert_eq!(found[0].key, "themes", "{found:?}");
}

#[test]
fn every_file_and_test_that_the_table_names_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(root.join("docs/trust.md")).unwrap();
    let mut code = String::new();
    let mut directories = vec![root.join("src"), root.join("tests")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                code += &std::fs::read_to_string(path).unwrap();
            }
        }
    }
    let mut rows = Vec::new();
    for line in table.lines() {
        let row = line
            .strip_prefix("| R")
            .and_then(|rest| rest.split(' ').next());
        let Some(row) = row.and_then(|number| number.parse::<u32>().ok()) else {
            continue;
        };
        rows.push(row);
        for name in line.split('`').skip(1).step_by(2) {
            if name.contains('/') || name == "Cargo.lock" {
                assert!(root.join(name).exists(), "R{row}: {name}");
            } else if name.matches('_').count() > 2 {
                assert!(code.contains(&format!("fn {name}(")), "R{row}: {name}");
            }
        }
    }
    assert_eq!(rows, (1..=52).collect::<Vec<u32>>());
}
