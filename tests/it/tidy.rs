//! The order of the house: `src/lib.rs` is the map, and the files keep to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file, in lines, its tests not counted: what a person takes in at one sitting.
const MAX_LINES: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All Rust files below `src`, by path from there, without their tests and comments.
fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut directories = vec![root()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                let text = fs::read_to_string(&path).unwrap();
                files.insert(name, text);
            }
        }
    }
    files
}

/// The part before the tests at the end.
fn without_tests(text: &str) -> &str {
    let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
    &text[..end]
}

/// Whether the whole file is tests: its parent declares it so.
fn is_test_module(name: &str, files: &BTreeMap<String, String>) -> bool {
    let path = Path::new(name);
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let parent = path.parent().unwrap().display().to_string() + ".rs";
    files
        .get(&parent)
        .is_some_and(|parent| parent.contains(&format!("#[cfg(test)]\nmod {stem};")))
}

/// The modules of `lib.rs` in reading order, with the heading that they stand under.
fn map() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("lib.rs")).unwrap();
    let mut heading = String::new();
    let mut modules = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("// ") {
            heading = title.to_owned();
        } else if let Some(module) = line.strip_prefix("pub mod ") {
            let (name, remark) = module.split_once(';').unwrap();
            let remark = remark.trim().strip_prefix("// ").unwrap_or_default();
            assert!(
                remark.len() > 10 && remark.ends_with('.'),
                "{name} has no remark"
            );
            modules.push((name.to_owned(), heading.clone()));
        } else {
            assert!(
                line.is_empty() || line.starts_with("//!"),
                "the map holds only modules: {line}"
            );
        }
    }
    modules
}

/// The modules named by `crate::…` in a file, groups (`crate::{a, b::c}`) included.
fn used(text: &str) -> Vec<String> {
    let mut used = Vec::new();
    for line in without_tests(text).split('\n') {
        assert!(!line.contains("use super::*"), "{line}");
    }
    let code: String = without_tests(text)
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let name = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                let mut depth = 1;
                let mut start = 0;
                for (place, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    if (c == ',' && depth == 1) || depth == 0 {
                        used.push(name(&group[start..place]));
                        start = place + 1;
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            None => used.push(name(rest)),
        }
    }
    used.retain(|module| !module.is_empty());
    used
}

#[test]
fn a_module_uses_only_modules_above_it_and_edges_never_use_each_other() {
    let map = map();
    let place = |module: &str| map.iter().position(|(name, _)| name == module);
    let mut seen = 0;
    for (name, text) in files() {
        let module = name.split(['/', '.']).next().unwrap();
        let Some(own) = place(module) else {
            assert!(
                name == "lib.rs" || name == "main.rs",
                "{name} is not on the map"
            );
            continue;
        };
        for other in used(&text) {
            let Some(theirs) = place(&other) else {
                panic!("{name} uses {other}, which is not on the map");
            };
            seen += 1;
            assert!(theirs <= own, "{name} uses {other}, which stands below it");
            let edges = map[own].1 == "Edges" && map[theirs].1 == "Edges";
            assert!(
                own == theirs || !edges,
                "the edge {name} uses the edge {other}"
            );
        }
    }
    assert!(
        seen > 200,
        "only {seen} uses were found: the test no longer sees them"
    );
}

#[test]
fn a_use_is_found_however_it_is_written() {
    let check = |text: &str, expected: &[&str]| assert_eq!(used(text), expected, "{text}");
    check("use crate::item::Item;", &["item"]);
    check(
        "use crate::{item::{Item, Span}, source};",
        &["item", "source"],
    );
    check("fn f() -> crate::seen::Reach {}", &["seen"]);
    check("/// See [`crate::store`].\nuse crate::fetch;", &["fetch"]);
    check(
        "use std::fmt;\n#[cfg(test)]\nmod tests {\n use crate::cli; }",
        &[],
    );
}

#[test]
fn no_file_is_longer_than_a_sitting() {
    let files = files();
    for (name, text) in &files {
        if is_test_module(name, &files) {
            continue;
        }
        let lines = without_tests(text).lines().count();
        assert!(lines <= MAX_LINES, "{name} has {lines} lines");
    }
}

#[test]
fn there_is_no_mod_rs_and_main_is_short() {
    let files = files();
    assert!(files.keys().all(|name| !name.ends_with("mod.rs")));
    assert!(files["main.rs"].lines().count() < 40);
}

#[test]
fn every_file_begins_with_what_it_does() {
    for (name, text) in files() {
        assert!(
            text.starts_with("//! "),
            "{name} begins without a description"
        );
    }
}

#[test]
fn words_and_stages_do_no_input_or_output_and_know_no_clock() {
    let map = map();
    let files = files();
    for (name, text) in &files {
        let module = name.split(['/', '.']).next().unwrap();
        let pure = map
            .iter()
            .any(|(known, part)| known == module && (part == "Words" || part == "Stages"));
        if pure && !is_test_module(name, &files) {
            let code = without_tests(text);
            for outside in [
                "std::fs",
                "TcpStream",
                "UdpSocket",
                "tokio",
                "async fn",
                "Timestamp::now",
                "std::env::",
            ] {
                assert!(!code.contains(outside), "{name} uses {outside}");
            }
        }
    }
}

/// Every text file of the project that people read or write, outside the table of real places.
fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let parts = [
        "src", "tests", "benches", "config", "keywords", "docs", "deploy",
    ];
    let mut paths: Vec<PathBuf> = parts.iter().map(|part| root.join(part)).collect();
    paths.extend(["README.md", "CHANGELOG.md"].map(|file| root.join(file)));
    let mut texts = Vec::new();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(
                fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if !path.ends_with("src/locate/elsewhere.csv")
            && let Ok(text) = fs::read_to_string(&path)
        {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            // The time zone is called so all over the world.
            texts.push((name, text.replace("Europe/Amsterdam", "")));
        }
    }
    texts
}

/// The names and adjectives of real Dutch towns in a text. A name that is an ordinary word as well says
/// nothing.
fn towns<'t>(text: &'t str, known: &[&'t str]) -> Vec<&'t str> {
    let words: BTreeSet<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '-' && c != '\'')
        .collect();
    let is_there = |name: &&str| match name.contains(' ') {
        true => text.contains(*name),
        false => words.contains(name),
    };
    known.iter().copied().filter(is_there).collect()
}

#[test]
fn real_towns_stand_in_their_table_only() {
    let table = fs::read_to_string(root().join("locate/elsewhere.csv")).unwrap();
    let mut known = Vec::new();
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        if fields[3] == "nee" && fields[2] == "nl" {
            known.push(fields[0]);
            known.extend(
                fields[1]
                    .split('|')
                    .filter(|adjective| !adjective.is_empty()),
            );
        }
    }
    assert!(known.len() > 1_000, "only {} names", known.len());
    let some = format!("bij het station van {}, vandaag", known[0]);
    assert_eq!(towns(&some, &known), [known[0]]);
    let texts = texts();
    assert!(texts.len() > 200, "only {} texts", texts.len());
    for (name, text) in &texts {
        assert_eq!(towns(text, &known), Vec::<&str>::new(), "{name}");
    }
}
