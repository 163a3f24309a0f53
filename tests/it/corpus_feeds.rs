//! Reading the test suites of other feed readers, where they are present.
//!
//! What these suites expect is not always what we want (they show HTML, we show text), so their
//! words are brought to our form before they are compared. The thresholds are what is reached.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use luisterpost::connector::{self, Document, Reading, dates, links};
use luisterpost::item::Item;
use luisterpost::source::SourceKind;
use luisterpost::text::html;
use serde_json::Value;
use url::Url;

/// Where the suites stand, or `None` with a note.
fn corpus(suite: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(suite);
    if !path.is_dir() {
        println!("{} is not here: nothing to compare with", path.display());
        return None;
    }
    Some(path)
}

fn rows(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("the rows can be read");
    text.split('\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_str(line).expect("a row is JSON"))
        .collect()
}

/// How much of what was expected was found, per group and field.
#[derive(Default)]
struct Score {
    fields: BTreeMap<(String, &'static str), (usize, usize)>,
}

impl Score {
    fn note(&mut self, group: &str, id: &str, field: &'static str, found: &str, expected: &str) {
        self.tell(group, id, field, found == expected, found, expected);
    }

    fn tell(
        &mut self,
        group: &str,
        id: &str,
        field: &'static str,
        right: bool,
        found: &str,
        expected: &str,
    ) {
        let (good, all) = self.fields.entry((group.to_owned(), field)).or_default();
        *all += 1;
        *good += usize::from(right);
        if !right {
            println!("{id}: {field}: found {found:?}, expected {expected:?}");
        }
    }

    /// Prints the table and asserts that no field of a group falls below its threshold.
    fn assert(&self, thresholds: &[(&str, &str, usize)]) {
        println!("{:<24} {:<8} {:>9}", "group", "field", "right");
        for ((group, field), (good, all)) in &self.fields {
            println!("{group:<24} {field:<8} {good:>4}/{all:<4}");
        }
        for (group, field, least) in thresholds {
            let found = self
                .fields
                .iter()
                .find(|((g, f), _)| g == group && f == field);
            let good = found.map_or(0, |(_, (good, _))| *good);
            assert!(
                good >= *least,
                "{group} {field}: {good} right, {least} before"
            );
        }
    }
}

fn read(bytes: &[u8], content_type: Option<&str>, url: &str) -> Result<Reading, String> {
    let url = Url::parse(url).expect("the suite's addresses are addresses");
    let document = Document {
        bytes,
        content_type,
        url: &url,
    };
    connector::read(&SourceKind::Feed { drop: Vec::new() }, &document)
        .map_err(|error| error.to_string())
}

/// Compares one document with what a suite expects of it.
fn compare(score: &mut Score, group: &str, id: &str, bytes: &[u8], row: &Value) {
    let url = row["document_url"]
        .as_str()
        .unwrap_or("http://example.com/feed.xml");
    let content_type = row["http_headers"].as_object().and_then(|headers| {
        let header = headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))?;
        header.1.as_str()
    });
    let expected = if row["expected"].is_object() {
        &row["expected"]
    } else {
        row
    };
    let entries = expected["entries"].as_array().cloned().unwrap_or_default();
    let reading = match read(bytes, content_type, url) {
        Ok(reading) => reading,
        Err(error) => {
            let refused_rightly = expected["entry_count"] == 0 && entries.is_empty();
            score.tell(group, id, "read", refused_rightly, &error, "a reading");
            return;
        }
    };
    score.tell(group, id, "read", true, "", "");
    if let Some(count) = expected["entry_count"].as_u64() {
        let found = reading.items.len() + reading.doubled + reading.over;
        score.note(group, id, "count", &found.to_string(), &count.to_string());
    }
    for (position, entry) in entries.iter().enumerate() {
        let index = entry["index"].as_u64().unwrap_or(position as u64) as usize;
        match reading.items.get(index) {
            Some(item) => compare_entry(score, group, id, item, entry, url),
            None => score.tell(group, id, "entry", false, "none", &index.to_string()),
        }
    }
}

fn compare_entry(score: &mut Score, group: &str, id: &str, item: &Item, entry: &Value, url: &str) {
    let base = Url::parse(url).expect("an address");
    if let Some(title) = entry["title"].as_str() {
        let plain = html::text_to_line(title);
        let right = item.title == html::html_to_line(title) || item.title == plain;
        score.tell(group, id, "title", right, &item.title, &plain);
    }
    if let Some(link) = entry["link"].as_str().filter(|link| !link.is_empty()) {
        let found = item.link.clone().unwrap_or_default();
        score.note(
            group,
            id,
            "link",
            &found,
            &links::clean(link, &base).unwrap_or_default(),
        );
    }
    if let Some(given) = entry["id"].as_str().filter(|given| !given.is_empty()) {
        score.note(group, id, "id", &item.id, given.trim());
    }
    let any_date = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    for (field, found) in [
        ("published_utc", item.published),
        ("updated_utc", item.updated),
    ] {
        if let Some(expected) = entry[field].as_str() {
            // RSS has one date; some suites show it twice.
            let found = found.or(item.published).or(item.updated);
            score.note(group, id, "date", &any_date(found), &normal(expected));
        }
    }
    if let Some(expected) = entry["date_utc"].as_str() {
        let expected = normal(expected);
        let right = [item.published, item.updated]
            .iter()
            .any(|at| any_date(*at) == expected);
        score.tell(
            group,
            id,
            "date",
            right,
            &any_date(item.published.or(item.updated)),
            &expected,
        );
    }
    let mut texts: Vec<&str> = Vec::new();
    for field in ["summary", "content"] {
        match &entry[field] {
            Value::String(text) => texts.push(text),
            Value::Array(contents) => {
                texts.extend(contents.iter().filter_map(|c| c["value"].as_str()))
            }
            _ => {}
        }
    }
    // We keep the longer of the two.
    if let Some(longest) = texts.iter().max_by_key(|text| text.len()) {
        let found = html::text_to_line(&item.text);
        let expected = html::text_to_line(&html::html_to_text(longest, &[]));
        let plain = html::text_to_line(longest);
        let right = found.contains(&expected) || found == plain;
        score.tell(group, id, "text", right, &found, &expected);
    }
}

fn normal(date: &str) -> String {
    dates::parse(date)
        .map(|at| at.to_string())
        .unwrap_or_default()
}

#[test]
fn feedparser() {
    let Some(suite) = corpus("feedparser") else {
        return;
    };
    const GROUPS: &[&str] = &[
        "wellformed/rss",
        "wellformed/atom10",
        "wellformed/atom",
        "wellformed/base",
        "wellformed/rdf",
        "encoding",
        "entities",
        "illformed",
    ];
    let mut score = Score::default();
    for row in rows(&suite.join("expectations.jsonl")) {
        let group = row["group"].as_str().expect("a group");
        if row["holds_in_feedparser_6_0"] == true && GROUPS.contains(&group) {
            let bytes =
                fs::read(suite.join(row["file"].as_str().expect("a file"))).expect("the file");
            compare(
                &mut score,
                group,
                row["id"].as_str().expect("an id"),
                &bytes,
                &row,
            );
        }
    }
    score.assert(&[
        ("encoding", "read", 30),
        ("encoding", "text", 3),
        ("entities", "link", 1),
        ("entities", "read", 124),
        ("entities", "title", 1),
        ("illformed", "link", 1),
        ("illformed", "read", 4),
        ("wellformed/atom", "date", 2),
        ("wellformed/atom", "id", 1),
        ("wellformed/atom", "read", 67),
        ("wellformed/atom", "text", 2),
        ("wellformed/atom", "title", 3),
        ("wellformed/atom10", "id", 6),
        ("wellformed/atom10", "link", 3),
        ("wellformed/atom10", "read", 131),
        ("wellformed/atom10", "text", 4),
        ("wellformed/atom10", "title", 6),
        ("wellformed/base", "read", 61),
        ("wellformed/base", "text", 11),
        ("wellformed/base", "title", 3),
        ("wellformed/rdf", "link", 1),
        ("wellformed/rdf", "read", 5),
        ("wellformed/rdf", "title", 1),
        ("wellformed/rss", "date", 2),
        ("wellformed/rss", "link", 3),
        ("wellformed/rss", "read", 91),
        ("wellformed/rss", "text", 6),
    ]);
}

#[test]
fn every_document_of_every_suite_is_read_without_panic() {
    for suite in [
        "feedparser",
        "gofeed",
        "newsboat",
        "reader",
        "w3c-feedvalidator",
        "feed-rs",
    ] {
        let Some(suite) = corpus(suite) else { return };
        let mut folders = vec![suite.join("files")];
        let (mut all, mut good) = (0, 0);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    let bytes = fs::read(entry.path()).expect("a file");
                    all += 1;
                    good += usize::from(read(&bytes, None, "http://example.com/feed.xml").is_ok());
                }
            }
        }
        println!("{}: {good} of {all} documents are feeds", suite.display());
        assert!(good > 0);
    }
}

#[test]
fn gofeed() {
    let Some(suite) = corpus("gofeed") else {
        return;
    };
    let mut score = Score::default();
    for row in rows(&suite.join("expectations.jsonl")) {
        let kind = row["kind"].as_str().expect("a kind");
        if kind != "json" {
            let bytes =
                fs::read(suite.join(row["file"].as_str().expect("a file"))).expect("the file");
            compare(
                &mut score,
                kind,
                row["id"].as_str().expect("an id"),
                &bytes,
                &row,
            );
        }
    }
    score.assert(&[
        ("parser/atom", "count", 126),
        ("parser/atom", "date", 1),
        ("parser/atom", "link", 2),
        ("parser/atom", "read", 126),
        ("parser/atom", "text", 14),
        ("parser/atom", "title", 10),
        ("parser/rss", "count", 79),
        ("parser/rss", "id", 1),
        ("parser/rss", "link", 3),
        ("parser/rss", "read", 79),
        ("parser/rss", "text", 9),
        ("parser/rss", "title", 4),
        ("translator/atom", "count", 25),
        ("translator/atom", "date", 1),
        ("translator/atom", "id", 1),
        ("translator/atom", "link", 2),
        ("translator/atom", "read", 25),
        ("translator/atom", "text", 2),
        ("translator/atom", "title", 1),
        ("translator/rss", "count", 27),
        ("translator/rss", "date", 3),
        ("translator/rss", "id", 1),
        ("translator/rss", "link", 1),
        ("translator/rss", "read", 27),
        ("translator/rss", "text", 2),
        ("translator/rss", "title", 3),
    ]);
}

#[test]
fn reader_and_newsboat() {
    let mut score = Score::default();
    for (suite, file) in [
        ("reader", "expectations.jsonl"),
        ("newsboat", "oracle.jsonl"),
    ] {
        let Some(path) = corpus(suite) else { return };
        for row in rows(&path.join(file)) {
            let name = row["file"].as_str().expect("a file");
            compare(
                &mut score,
                suite,
                name,
                &fs::read(path.join(name)).expect("the file"),
                &row,
            );
        }
    }
    score.assert(&[
        ("newsboat", "count", 8),
        ("newsboat", "date", 2),
        ("newsboat", "id", 6),
        ("newsboat", "link", 17),
        ("newsboat", "read", 8),
        ("newsboat", "title", 18),
        ("reader", "count", 3),
        ("reader", "id", 13),
        ("reader", "link", 6),
        ("reader", "read", 3),
        ("reader", "text", 2),
        ("reader", "title", 3),
    ]);
}

#[test]
fn w3c_feed_validator() {
    let Some(suite) = corpus("w3c-feedvalidator") else {
        return;
    };
    let mut score = Score::default();
    for row in rows(&suite.join("expectations.jsonl")) {
        if row["entry_count"].is_u64() {
            let bytes =
                fs::read(suite.join(row["file"].as_str().expect("a file"))).expect("the file");
            compare(
                &mut score,
                "w3c",
                row["id"].as_str().expect("an id"),
                &bytes,
                &row,
            );
        }
    }
    score.assert(&[("w3c", "count", 767), ("w3c", "read", 767)]);
}

#[test]
fn date_tables() {
    let Some(suite) = corpus("feedparser") else {
        return;
    };
    let mut score = Score::default();
    for row in rows(&suite.join("dates.jsonl")) {
        let (format, date) = (
            row["format"].as_str().expect("a format"),
            row["date"].as_str().expect("a date"),
        );
        let found = dates::parse(date)
            .map(|at| at.to_string())
            .unwrap_or_default();
        let expected = row["expected_utc"].as_str().unwrap_or_default();
        // The suite reads what has no zone as UTC, we read it as Dutch.
        let dutch = dates::parse(expected.trim_end_matches('Z')).map(|at| at.to_string());
        let right = found == expected || dutch == Some(found.clone());
        score.tell(format, date, "date", right, &found, expected);
    }
    let Some(suite) = corpus("w3c-feedvalidator") else {
        return;
    };
    for row in rows(&suite.join("dates.jsonl")) {
        if row["valid"] != false {
            let date = row["date"].as_str().expect("a date");
            score.tell(
                "w3c",
                date,
                "date",
                dates::parse(date).is_some(),
                "nothing",
                "a date",
            );
        }
    }
    score.assert(&[
        ("asctime", "date", 1),
        ("iso8601", "date", 2),
        ("rfc822", "date", 16),
        ("w3c", "date", 25),
        ("w3dtf", "date", 9),
    ]);
}
