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

/// What a suite expects and we rightly do not give, each with the reason.
const NOT_WANTED: &[(&str, &str)] = &[
    (
        "files/atom10_2.xml",
        "items of other words that share an id are told apart",
    ),
    (
        "wellformed/cdf/",
        "the Channel Definition Format ended before 2000",
    ),
    (
        "unknown-namespace",
        "its only words stand in an element made up for the test",
    ),
    ("entity_in_doctype", ENTITY),
    ("http_entry_id_base_content_location", RELATIVE_ID),
    ("parser/atom/entry_id_xml_base", RELATIVE_ID),
    ("files/relative.rss", RELATIVE_ID),
    ("http_item_link_base_content_location", LOCATION),
    (
        "parser/rss/rss_channel_item_links",
        "of three links the first is the message's",
    ),
];
const ENTITY: &str = "entities that a document defines are never expanded";
const RELATIVE_ID: &str = "an id is no address: it is compared as it stands (RFC 4287, 4.2.6.1)";
const LOCATION: &str = "Content-Location is no base any more (RFC 7231, appendix B)";

/// Fields on which a case is judged; the text is told apart, since we show text and they HTML.
const JUDGED: &[&str] = &["read", "count", "entry", "title", "link", "id", "date"];

/// How much of what was expected was found: per group and field, and per suite and case.
#[derive(Default)]
struct Score {
    fields: BTreeMap<(String, &'static str), (usize, usize)>,
    /// Whether all judged fields of a case are right; only cases that expect more than a reading.
    cases: BTreeMap<String, bool>,
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
        if JUDGED.contains(&field) && !(field == "read" && right) {
            *self.cases.entry(id.to_owned()).or_insert(true) &= right;
        }
        if !right {
            println!("- {id}: {field}: found {found:?}, expected {expected:?}");
        }
    }

    /// Prints the tables and asserts that 97 of each 100 cases are right in all that is judged.
    fn assert(&self, suite: &str) {
        for ((group, field), (good, all)) in &self.fields {
            println!("{suite:<18} {group:<24} {field:<6} {good:>4} of {all:<4}");
        }
        let is_wanted = |id: &str| !NOT_WANTED.iter().any(|(name, _)| id.contains(name));
        let wanted = self.cases.iter().filter(|(id, _)| is_wanted(id));
        let (right, all) = wanted.fold((0, 0), |(right, all), (_, good)| {
            (right + usize::from(*good), all + 1)
        });
        let share = 100.0 * right as f64 / all as f64;
        let left = self.cases.len() - all;
        let strictly = 100.0 * right as f64 / self.cases.len() as f64;
        println!(
            "{suite:<18} cases right {right:>4} of {all:<4} {share:5.1} %; {strictly:.1} % with the {left} not wanted"
        );
        assert!(share >= 97.0, "{suite}: {share} % of the cases are right");
    }
}

fn read(bytes: &[u8], content_type: Option<&str>, url: &str) -> Result<Reading, String> {
    let url = Url::parse(url).expect("the suite's addresses are addresses");
    let document = Document {
        bytes,
        content_type,
        url: &url,
        cut: false,
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
        assert!(reading.items.iter().all(is_harmless), "{id}: a script");
        score.note(group, id, "count", &found.to_string(), &count.to_string());
    }
    for (position, entry) in entries.iter().enumerate() {
        let index = entry["index"].as_u64().unwrap_or(position as u64) as usize;
        match reading.items.get(index) {
            Some(item) => compare_entry(score, group, id, item, entry, url),
            // An item that is the same as an earlier one is told once.
            None if index < reading.items.len() + reading.doubled => {}
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
    let link = entry["link"].as_str().or(entry["links"][0].as_str());
    if let Some(link) = link.filter(|link| !link.is_empty()) {
        let found = item.link.clone().unwrap_or_default();
        score.note(
            group,
            id,
            "link",
            &found,
            &links::clean(link, &base).unwrap_or_default(),
        );
    }
    // A parser that makes up ids makes up its own.
    let is_made_up = |id: &str| {
        let letters = id.bytes().filter(|byte| *byte != b'-');
        group == "feed-rs"
            && letters.clone().count() >= 31
            && letters.clone().all(|b| b.is_ascii_hexdigit())
    };
    if let Some(given) = entry["id"]
        .as_str()
        .filter(|given| !given.is_empty() && !is_made_up(given))
    {
        score.note(group, id, "id", &item.id, given.trim());
    }
    let any_date = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    for (field, found) in [
        ("published_utc", item.published),
        ("created_utc", item.published),
        ("published", item.published),
        ("updated_utc", item.updated),
    ] {
        let expected = entry[field].as_str();
        if let Some(expected) = expected.filter(|date| dates::parse(date).is_some()) {
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

/// Links lead to pages, and no text is markup that runs.
fn is_harmless(item: &Item) -> bool {
    item.link
        .as_ref()
        .is_none_or(|link| link.starts_with("http"))
}

fn normal(date: &str) -> String {
    dates::parse(date)
        .map(|at| at.to_string())
        .unwrap_or_default()
}

/// Reads the rows of a suite: `(group, id)` of a row that counts, or `None`.
fn suite(name: &str, file: &str, choose: impl Fn(&Value) -> Option<(String, String)>) {
    let Some(folder) = corpus(name) else { return };
    let mut score = Score::default();
    for row in rows(&folder.join(file)) {
        let Some((group, id)) = choose(&row) else {
            continue;
        };
        let path = folder.join(row["file"].as_str().expect("a file"));
        let bytes = fs::read(path).expect("the file");
        compare(&mut score, &group, &id, &bytes, &row);
    }
    score.assert(name);
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

#[test]
fn feedparser() {
    suite("feedparser", "expectations.jsonl", |row| {
        let well_formed = row["expected"]["well_formed"] != false;
        (row["holds_in_feedparser_6_0"] == true && well_formed)
            .then(|| (text(row, "group"), text(row, "id")))
    });
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
    suite("gofeed", "expectations.jsonl", |row| {
        Some((text(row, "kind"), text(row, "id")))
    });
}

#[test]
fn reader() {
    suite("reader", "expectations.jsonl", |row| {
        Some(("reader".to_owned(), text(row, "file")))
    });
}

#[test]
fn feed_rs() {
    suite("feed-rs", "expectations.jsonl", |row| {
        Some(("feed-rs".to_owned(), text(row, "id")))
    });
}

#[test]
fn newsboat() {
    suite("newsboat", "oracle.jsonl", |row| {
        (row["well_formed"] == true).then(|| ("newsboat".to_owned(), text(row, "file")))
    });
}

#[test]
fn w3c_feed_validator() {
    for well_formed in [true, false] {
        suite("w3c-feedvalidator", "expectations.jsonl", |row| {
            let judged = row["entry_count"].is_u64() && row["well_formed"] == well_formed;
            let group = if well_formed {
                "well-formed"
            } else {
                "ill-formed"
            };
            judged.then(|| (group.to_owned(), text(row, "id")))
        });
    }
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
    // Korean, Greek and Hungarian dates and two-digit years of ISO 8601 are not for Dutch readers.
    for (group, least) in [("rfc822", 16), ("w3c", 25), ("w3dtf", 9), ("asctime", 1)] {
        let (good, _) = score.fields[&(group.to_owned(), "date")];
        assert!(good >= least, "{group}: {good} right");
    }
}
