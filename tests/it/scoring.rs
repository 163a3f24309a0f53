//! How good the shipped lists are: posts whose themes and places a person wrote down, and ordinary
//! Dutch in which next to nothing may fire.
//!
//! `cargo test --test it scoring -- --nocapture --test-threads=1` prints the tables. A post counts as
//! it would in the product, from a local source. *Strict*: exactly the themes written down. *Lenient*:
//! a theme that is a known neighbour of one written down is no mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use luisterpost::form::document::Document;
use luisterpost::mask::Masker;
use luisterpost::matching::{Matcher, Scratch};
use luisterpost::mistake::Findings;
use luisterpost::place::{Gazetteer, Place, PlaceKind};
use luisterpost::source::Scope;
use luisterpost::theme::{Common, Theme, ThemeId};
use serde::Deserialize;

/// Themes that readers of the posts may well take for each other.
const NEIGHBOURS: [&[&str]; 8] = [
    &["vernieling", "vuurwerkoverlast", "brand-explosie"],
    &[
        "jeugdoverlast",
        "vernieling",
        "woonoverlast",
        "vuurwerkoverlast",
    ],
    &["drugsoverlast", "onveilige-plek", "jeugdoverlast"],
    &["beroving-overval", "geweld", "diefstal-overig"],
    &["straatintimidatie", "onveilige-plek"],
    &["ordeverstoring", "geweld", "vuurwerkoverlast"],
    &["woninginbraak", "diefstal-overig"],
    &["oplichting", "diefstal-overig"],
];

/// A post as its writer labelled it.
#[derive(Deserialize)]
struct Post {
    id: String,
    text: String,
    themes: BTreeSet<String>,
    places: BTreeSet<String>,
    /// `hard: …` when words of a theme stand in a post that belongs to none.
    note: String,
}

/// What must be reached.
struct Bar {
    precision: f64,
    f1: f64,
    hard: f64,
    places: f64,
}

#[test]
fn posts_are_recognised() {
    let shipped = shipped();
    let gazetteer = lindemeer();
    let matcher = Matcher::compile(&shipped.themes, &shipped.common, &gazetteer);
    for (file, title, bar) in FIXTURES {
        let posts = posts(&root().join("tests/fixtures/posts").join(file));
        let score = Score::of(&matcher, &posts);
        println!("\n{title}: {} posts\n{score}", posts.len());
        score.check(file, bar);
    }
}

/// Our own posts. The lists were written with the first; nobody who wrote a list had seen the second.
const FIXTURES: [(&str, &str, &Bar); 2] = [
    (
        "known.jsonl",
        "posts that the lists were written with",
        &Bar {
            precision: 0.95,
            f1: 0.95,
            hard: 0.95,
            places: 0.95,
        },
    ),
    (
        "fresh.jsonl",
        "posts that were kept away from who wrote the lists",
        &Bar {
            precision: 0.80,
            f1: 0.77,
            hard: 0.88,
            places: 0.95,
        },
    ),
];

#[test]
fn the_labelled_posts_of_others_are_recognised() {
    let Some(corpus) = corpus("posts-nl-dev.jsonl") else {
        return;
    };
    let shipped = shipped();
    let gazetteer = gazetteer_of_others(&corpus.with_file_name("gazetteer-deventer.json"));
    let matcher = Matcher::compile(&shipped.themes, &shipped.common, &gazetteer);
    let posts = posts(&corpus);
    let score = Score::of(&matcher, &posts);
    println!("\nlabelled posts of others: {} posts\n{score}", posts.len());
    let bar = Bar {
        precision: 0.90,
        f1: 0.85,
        hard: 0.92,
        places: 0.95,
    };
    score.check("posts of others", &bar);
}

#[test]
fn next_to_nothing_fires_on_ordinary_dutch() {
    /// At most this part of the sentences. News and encyclopaedia do tell of thefts and fires.
    const MOST: f64 = 0.02;
    let Some(corpus) = corpus("dutch-sentences") else {
        return;
    };
    #[derive(Deserialize)]
    struct Sentence {
        text: String,
    }
    let shipped = shipped();
    let matcher = Matcher::compile(&shipped.themes, &shipped.common, &lindemeer());
    let (mut all, mut fired) = (0, Vec::new());
    for file in ["nl_alpino-ud-dev.jsonl", "nl_lassysmall-ud-dev.jsonl"] {
        for line in fs::read_to_string(corpus.join(file)).unwrap().lines() {
            let Sentence { text } = serde_json::from_str(line).unwrap();
            all += 1;
            for hit in matcher.find(&text, &[], Scope::Local).hits {
                fired.push(format!("{:<20} {text}", hit.theme));
            }
        }
    }
    println!("\n{} of {all} ordinary sentences fire:", fired.len());
    fired.iter().for_each(|line| println!("  {line}"));
    assert!(all > 1000, "{all} sentences");
    assert!(
        (fired.len() as f64) < MOST * f64::from(all),
        "{}",
        fired.len()
    );
}

/// Counts of one theme, or of all.
#[derive(Clone, Copy, Default)]
struct Counts {
    right: u32,
    wrong: u32,
    /// Of the wrong: neighbours of a theme written down.
    near: u32,
    missed: u32,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.near += other.near;
        self.missed += other.missed;
    }

    fn precision(self) -> f64 {
        part(self.right, self.right + self.wrong)
    }

    fn recall(self) -> f64 {
        part(self.right, self.right + self.missed)
    }

    fn f1(self) -> f64 {
        part(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }

    fn lenient(self) -> Counts {
        Counts {
            wrong: self.wrong - self.near,
            ..self
        }
    }
}

/// A share; of nothing, all is well.
fn part(some: u32, all: u32) -> f64 {
    match all {
        0 => 1.0,
        _ => f64::from(some) / f64::from(all),
    }
}

#[derive(Default)]
struct Score {
    themes: BTreeMap<String, Counts>,
    places: Counts,
    /// Posts of no theme with words of one: how many came out clean, of how many.
    hard: (u32, u32),
    mistakes: Vec<String>,
}

impl Score {
    fn of(matcher: &Matcher, posts: &[Post]) -> Score {
        let masker = Masker::new();
        let mut scratch = Scratch::default();
        let mut score = Score::default();
        for post in posts {
            let names = matcher.place_spans(&mut scratch, &post.text);
            let masked = masker.find(&post.text, &names).unwrap();
            let masked: Vec<_> = masked.iter().map(|masked| masked.span).collect();
            let finding = matcher.find(&post.text, &masked, Scope::Local);
            let themes = finding
                .hits
                .iter()
                .map(|hit| hit.theme.to_string())
                .collect();
            let places = finding
                .places
                .iter()
                .map(|place| place.name.to_string())
                .collect();
            score.add(post, &themes, &places);
        }
        score
    }

    fn add(&mut self, post: &Post, themes: &BTreeSet<String>, places: &BTreeSet<String>) {
        for theme in themes | &post.themes {
            let counts = self.themes.entry(theme.clone()).or_default();
            match (themes.contains(&theme), post.themes.contains(&theme)) {
                (true, true) => counts.right += 1,
                (true, false) => {
                    counts.wrong += 1;
                    counts.near += u32::from(post.themes.iter().any(|of| are_near(of, &theme)));
                    self.mistakes
                        .push(format!("+ {theme}: {} {}", post.id, post.text));
                }
                _ => {
                    counts.missed += 1;
                    self.mistakes
                        .push(format!("- {theme}: {} {}", post.id, post.text));
                }
            }
        }
        self.places.right += small((places & &post.places).len());
        self.places.wrong += small((places - &post.places).len());
        self.places.missed += small((&post.places - places).len());
        if post.themes.is_empty() && post.note.starts_with("hard:") {
            self.hard.1 += 1;
            self.hard.0 += u32::from(themes.is_empty());
        }
    }

    fn all(&self) -> Counts {
        let mut all = Counts::default();
        self.themes.values().for_each(|counts| all.add(*counts));
        all
    }

    fn check(&self, of: &str, bar: &Bar) {
        let all = self.all();
        let reached = [
            ("precision", all.precision(), bar.precision),
            ("F1", all.f1(), bar.f1),
            (
                "hard negatives clean",
                part(self.hard.0, self.hard.1),
                bar.hard,
            ),
            ("F1 of places", self.places.f1(), bar.places),
        ];
        for (name, reached, bar) in reached {
            assert!(
                reached >= bar,
                "{of}: {name} is {reached:.3}, must be {bar}"
            );
        }
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for mistake in &self.mistakes {
            writeln!(f, "  {mistake}")?;
        }
        writeln!(
            f,
            "{:<22} right wrong missed  precision recall    F1",
            "theme"
        )?;
        let line = |name: &str, c: Counts| {
            format!(
                "{name:<22} {:>5} {:>5} {:>6}     {:>6.3} {:>6.3} {:>5.3}",
                c.right,
                c.wrong,
                c.missed,
                c.precision(),
                c.recall(),
                c.f1(),
            )
        };
        for (theme, counts) in &self.themes {
            writeln!(f, "{}", line(theme, *counts))?;
        }
        writeln!(f, "{}", line("all, strict", self.all()))?;
        writeln!(f, "{}", line("all, lenient", self.all().lenient()))?;
        writeln!(f, "{}", line("places", self.places))?;
        let (clean, hard) = self.hard;
        write!(
            f,
            "hard negatives clean: {clean} of {hard} ({:.3})",
            part(clean, hard)
        )
    }
}

fn are_near(one: &str, other: &str) -> bool {
    NEIGHBOURS
        .iter()
        .any(|group| group.contains(&one) && group.contains(&other))
}

pub(crate) struct Shipped {
    pub(crate) themes: Vec<Theme>,
    pub(crate) common: Common,
}

/// The lists of the repository, also those that are off.
pub(crate) fn shipped() -> Shipped {
    let directory = root().join("keywords");
    let findings = Findings::default();
    let document = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        Document::parse(&path.display().to_string(), &text, &findings).unwrap()
    };
    let mut files: Vec<PathBuf> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap() != "common.toml")
        .collect();
    files.sort();
    let ids: Vec<ThemeId> = files
        .iter()
        .map(|path| ThemeId::of_file(&path.display().to_string()).unwrap())
        .collect();
    let common = Common::read(&document(&directory.join("common.toml")), &findings);
    let themes = files
        .iter()
        .map(|path| Theme::read(&document(path), &common, &ids, &findings).unwrap())
        .collect();
    assert_eq!(findings.into_sorted().0, []);
    Shipped { themes, common }
}

pub(crate) fn lindemeer() -> Gazetteer {
    let path = root().join("config/places.csv");
    let findings = Findings::default();
    let document = Document::plain("places.csv", &fs::read_to_string(path).unwrap());
    Gazetteer::read(&document, Some("Lindemeer"), &findings)
}

/// The list of places that goes with the posts of others.
fn gazetteer_of_others(path: &Path) -> Gazetteer {
    #[derive(Deserialize)]
    struct List {
        places: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        name: String,
        r#type: String,
        aliases: Vec<String>,
        /// What else the name means, when it means something else.
        ambiguous: Option<String>,
    }
    let list: List = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let place = |entry: Entry| Place {
        kind: match entry.r#type.as_str() {
            "gemeente" => PlaceKind::Municipality,
            "kern" => PlaceKind::Town,
            "wijk" => PlaceKind::District,
            "straat" => PlaceKind::Street,
            "plek" => PlaceKind::Spot,
            _ => PlaceKind::Neighbourhood,
        },
        name: entry.name,
        aliases: entry.aliases,
        parent: None,
        needs_cue: entry.ambiguous.is_some(),
        line: 0,
    };
    Gazetteer {
        places: list.places.into_iter().map(place).collect(),
    }
}

fn posts(path: &Path) -> Vec<Post> {
    let text = fs::read_to_string(path).unwrap();
    let posts = text.lines().map(|line| serde_json::from_str(line).unwrap());
    posts.collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file or folder of data written by others, or `None` with a note.
fn corpus(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/corpus").join(name);
    if !path.exists() {
        println!("{} is not here: nothing to compare with", path.display());
        return None;
    }
    Some(path)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap()
}
