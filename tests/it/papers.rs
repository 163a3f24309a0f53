//! The papers: what is in force stands in them, once, and nothing else does.

use std::fs;
use std::path::Path;

use jiff::civil::{Date, date};
use luisterpost::app::App;
use luisterpost::papers::{Gathered, compose};
use luisterpost::render::Texts;
use luisterpost::render::papers::Paper;
use luisterpost::settings::{Paths, Settings, load};

use crate::cli::{ended, err, luisterpost, out};
use crate::world::{PRIVACY, World, at, entry, feed, morning, now};

fn papers(settings: &Settings, today: Date) -> Vec<Paper> {
    let gathered = Gathered {
        municipality: &settings.municipality,
        contact: &settings.contact,
        explanation: settings.explanation.as_str(),
        accountability: &settings.accountability,
        domains: &settings.allowed_domains,
        themes: &settings.themes,
        common: &settings.common,
        sources: &settings.sources,
        recipients: &settings.recipients,
        stored: None,
        today,
    };
    Texts::new().papers(&compose(gathered)).unwrap()
}

fn of(app: &App) -> Vec<Paper> {
    papers(&app.settings, date(2026, 11, 24))
}

/// How many lines of a paper are the row or the heading of this name.
fn places(paper: &Paper, name: &str) -> usize {
    let starts = [
        format!("| {name} |"),
        format!("### {name}"),
        format!("## {name}"),
    ];
    let is_place = |line: &&str| {
        line.starts_with(&starts[0]) || starts[1..].iter().any(|heading| line == heading)
    };
    paper.markdown.lines().filter(is_place).count()
}

#[tokio::test]
async fn each_active_theme_and_source_stands_once_in_each_paper_and_no_other_does() {
    let world = World::new().await;
    world.theme("uit", "lawaai", "enabled = false");
    world.theme("verlopen", "herrie", "review_by = 2026-11-23");
    world.feed("krant", "");
    world.feed("forum", "");
    let all = of(&world.load(morning()));
    for paper in &all {
        for theme in ["Thema woninginbraak", "Thema brand"] {
            assert_eq!(places(paper, theme), 1, "{theme} in {}", paper.name);
        }
        for theme in ["Thema uit", "Thema verlopen"] {
            assert_eq!(places(paper, theme), 0, "{theme} in {}", paper.name);
        }
        for source in ["Bron krant", "Bron forum"] {
            let expected = usize::from(paper.name != "trefwoorden");
            assert_eq!(
                places(paper, source),
                expected,
                "{source} in {}",
                paper.name
            );
        }
    }
    assert!(
        all[0]
            .markdown
            .contains("Naar Thema verlopen wordt nu niet geluisterd")
    );
}

#[tokio::test]
async fn a_change_in_the_configuration_changes_the_papers() {
    let world = World::new().await;
    world.feed("krant", "");
    let before = of(&world.load(morning()));
    let changed = |expected: &[&str]| {
        let after = of(&world.load(morning()));
        let pairs = before.iter().zip(&after);
        let changed: Vec<&str> = pairs
            .filter(|(before, after)| before != after)
            .map(|(_, after)| after.name.as_str())
            .collect();
        assert_eq!(changed, expected);
    };
    changed(&[]);
    world.theme("brand", "brand\n(vlammen, \"rode | gloed\") NEAR/5 dak", "");
    changed(&["dpia", "algoritmeregister", "trefwoorden"]);
    world.theme("brand", "brand", "retention_days = 14");
    changed(&["verwerkingsregister", "dpia", "algoritmeregister", "uitleg"]);
    world.theme("brand", "brand", "");
    world.feed("forum", "");
    changed(&["verwerkingsregister", "dpia", "algoritmeregister", "uitleg"]);
}

#[tokio::test]
async fn what_is_still_open_stands_in_the_papers_that_are_signed() {
    let world = World::new().await;
    let settings = fs::read_to_string(world.path("config/luisterpost.toml")).unwrap();
    world.write("config/luisterpost.toml", settings.replace(PRIVACY, ""));
    for paper in of(&world.load(morning())) {
        let signed = ["verwerkingsregister", "dpia"].contains(&paper.name.as_str());
        let open = paper.markdown.contains("Open punt over privacy");
        assert_eq!(open, signed, "{}", paper.name);
    }
}

/// Lindemeer, as the repository ships it, on the day of its papers.
fn lindemeer() -> Settings {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = Paths::find(Some(root.join("config")), None);
    load(
        &paths,
        std::iter::empty(),
        at("2026-11-27T12:00:00Z"),
        |_| Ok(()),
    )
    .unwrap()
}

#[test]
fn the_papers_in_the_documentation_are_those_that_the_command_makes() {
    let settings = lindemeer();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/voorbeeld-papieren");
    for paper in papers(&settings, date(2026, 11, 27)) {
        // The whole list is as long as the keyword files, which stand in the repository themselves.
        if paper.name == "trefwoorden" {
            continue;
        }
        for (ending, text) in [("md", &paper.markdown), ("html", &paper.html)] {
            let path = directory.join(format!("{}.{ending}", paper.name));
            if std::env::var_os("UPDATE_PAPERS").is_some() {
                fs::write(&path, text).unwrap();
            }
            let written = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                written == *text,
                "{} is of another configuration: run `UPDATE_PAPERS=1 cargo test papers` and read it",
                path.display()
            );
        }
    }
}

#[test]
fn every_keyword_of_an_active_theme_stands_in_the_published_list() {
    let settings = lindemeer();
    let papers = papers(&settings, date(2026, 11, 27));
    let list = papers
        .iter()
        .find(|paper| paper.name == "trefwoorden")
        .unwrap();
    let texts = Texts::new();
    let mut lines = 0;
    for theme in settings.themes.iter().filter(|theme| theme.enabled) {
        let own = [
            &theme.strong,
            &theme.urgent,
            &theme.cues,
            &theme.vetoes,
            &theme.post_vetoes,
        ];
        let of_words = theme.words.iter().flat_map(|words| words.lines.iter());
        for keyword in own.into_iter().flat_map(|list| list.iter()).chain(of_words) {
            let shown = texts.readable(&keyword.line.text);
            assert!(list.markdown.contains(&shown), "{shown}");
            lines += 1;
        }
    }
    assert!(lines > 1_000, "{lines}");
}

#[test]
fn the_pages_can_be_read_by_everybody_and_need_nothing_from_elsewhere() {
    for paper in papers(&lindemeer(), date(2026, 11, 27)) {
        let (name, html) = (&paper.name, &paper.html);
        assert!(
            html.starts_with("<!DOCTYPE html>\n<html lang=\"nl\">"),
            "{name}"
        );
        assert_eq!(html.matches("<h1>").count(), 1, "{name}");
        let mut level = 1;
        for heading in html.split("<h").skip(1) {
            let Some(next) = heading.chars().next().and_then(|c| c.to_digit(10)) else {
                continue;
            };
            assert!(next <= level + 1, "{name}: h{next} below h{level}");
            level = next;
        }
        assert_eq!(
            html.matches("<th>").count(),
            0,
            "{name}: a head without scope"
        );
        let labels: Vec<&str> = html.split("aria-label=\"").skip(1).collect();
        let labels: Vec<&str> = labels
            .iter()
            .map(|l| l.split('"').next().unwrap())
            .collect();
        let unique: std::collections::BTreeSet<&&str> = labels.iter().collect();
        assert_eq!(labels.len(), unique.len(), "{name}: {labels:?}");
        for loaded in ["<script", "<img", "<link", "src=", "@import", "url("] {
            assert!(!html.contains(loaded), "{name}: {loaded}");
        }
        assert!(html.contains("prefers-color-scheme: dark"), "{name}");
    }
}

#[tokio::test]
async fn the_counts_of_a_month_hold_no_text_and_come_out() {
    let world = World::today().await;
    world.feed("krant", "");
    let text = "inbraak in de Molenbuurt, kanariepietje";
    world.web.on(
        "/krant",
        [feed(&[entry("1", text), entry("2", "De markt")])],
    );
    ended(&luisterpost(&world, &["poll", "--all"]).await, 0);
    ended(&luisterpost(&world, &["digest"]).await, 0);
    let month = now().strftime("%Y-%m").to_string();
    let made = luisterpost(&world, &["register", "--month", &month]).await;
    ended(&made, 0);
    assert!(
        out(&made).contains("transparantie"),
        "{}{}",
        out(&made),
        err(&made)
    );
    let path = world.path(&format!("papieren/transparantie-{month}.md"));
    let report = fs::read_to_string(path).unwrap();
    for row in [
        "| Bezoeken aan bronnen | 1 |",
        "| Berichten bekeken | 2 |",
        "| Treffers | 1 |",
        "| Mails verstuurd | 1 |",
        "| Bron krant | 1 | 2 | 1 |",
        "| Thema woninginbraak | 1 | 0 |",
        "Het auditlog klopt.",
    ] {
        assert!(report.contains(row), "{row}: {report}");
    }
    assert!(!report.contains("kanariepietje") && !report.contains("Molenbuurt"));
}
