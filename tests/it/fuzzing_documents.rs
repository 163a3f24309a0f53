//! Fuzzing of the readers of feeds and pages: documents, damaged at random.
//!
//! Real documents of the test suites of other readers are damaged too, where they are present. See
//! `fuzzing` for how long and with which damage.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use luisterpost::connector::{self, Document, Reading};
use luisterpost::source::{Select, SourceKind};
use url::Url;

use crate::fuzzing::{Random, fuzz};

const PAGES: [&str; 2] = [
    include_str!("../fixtures/pages/thread.html"),
    include_str!("../fixtures/pages/login.html"),
];
const FEEDS: [&str; 3] = [
    include_str!("../fixtures/feeds/wijkkrant.rss"),
    include_str!("../fixtures/feeds/dorpsforum.atom"),
    include_str!("../fixtures/feeds/dorpsraad.json"),
];

/// What documents are damaged with.
const PIECES: [&[u8]; 40] = [
    b"<",
    b">",
    b"&",
    b"\"",
    b"'",
    b"/",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<?",
    b"?>",
    b"<item>",
    b"</item>",
    b"<entry>",
    b"</entry>",
    b"<title>",
    b"</titel>",
    b"<link/>",
    b"<p>",
    b"</rss>",
    b"<channel>",
    b"<content src='a'>",
    b"<content type='xhtml'>",
    b" mode=\"base64\"",
    b"&eacute;",
    b"&#0;",
    b"&#x1F525;",
    b"&a;",
    b"<!DOCTYPE a [<!ENTITY a '&b;&b;'>]>",
    b" xmlns:a='b'",
    b"<a:b>",
    b"\0",
    b"\xff\xfe",
    b"\xc3",
    b"\xe9",
    b"{",
    b"}",
    b"[",
    b"\\u",
];

/// The documents to begin with: ours, and those of the suites below 64 KiB.
fn documents(own: &[&str], ending: &[&str]) -> Vec<Vec<u8>> {
    let mut documents: Vec<Vec<u8>> = own.iter().map(|text| text.as_bytes().to_vec()).collect();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let suites = [
        "feedparser",
        "gofeed",
        "newsboat",
        "reader",
        "w3c-feedvalidator",
        "feed-rs",
    ];
    let mut folders: Vec<PathBuf> = suites
        .map(|suite| corpus.join(suite).join("files"))
        .to_vec();
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => paths.push(path),
            }
        }
    }
    // The same order on every machine, so that a seed means the same damage.
    paths.sort();
    for path in paths {
        let name = path.display().to_string();
        if ending.iter().any(|ending| name.ends_with(ending))
            && let Ok(bytes) = fs::read(&path)
            && bytes.len() < 64 * 1024
        {
            documents.push(bytes);
        }
    }
    documents
}

fn damage(random: &mut Random, documents: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = documents[random.below(documents.len())].clone();
    for _ in 0..random.below(8) {
        let (one, two) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        let (start, end) = (one.min(two), one.max(two));
        match random.below(6) {
            0 => drop(bytes.drain(start..end.min(start + 60))),
            1 => {
                let piece = bytes[start..end.min(start + 400)].to_vec();
                bytes.splice(start..start, piece);
            }
            2 => {
                let other = &documents[random.below(documents.len())];
                let from = random.below(other.len() + 1);
                let piece = other[from..other.len().min(from + 200)].to_vec();
                bytes.splice(start..start, piece);
            }
            3 if random.below(4) == 0 => bytes.truncate(end),
            4 if random.below(8) == 0 => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                bytes = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())].iter().copied();
                bytes.splice(start..start, piece);
            }
        }
    }
    bytes
}

/// Reads a document twice: it says the same each time, and nothing that it may not say.
fn check(kind: &SourceKind, bytes: &[u8], cut: bool) -> Option<Reading> {
    let url = Url::parse("https://wijkkrant.example/feed").unwrap();
    let document = Document {
        bytes,
        content_type: None,
        url: &url,
        cut,
    };
    let reading = connector::read(kind, &document);
    assert_eq!(reading, connector::read(kind, &document));
    let reading = reading.ok()?;
    assert!(reading.cut || !cut);
    let mut ids: Vec<&str> = reading.items.iter().map(|item| item.id.as_str()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]) && !ids.contains(&""));
    for item in &reading.items {
        assert!(!item.title.contains(['\n', '\0']) && !item.text.contains('\0'));
        assert!(
            item.link
                .as_ref()
                .is_none_or(|link| link.starts_with("http"))
        );
    }
    Some(reading)
}

fn feed() -> SourceKind {
    SourceKind::Feed {
        drop: vec!["blockquote".to_owned()],
    }
}

fn page() -> SourceKind {
    SourceKind::Page(Select {
        item: "div".to_owned(),
        link: None,
        title: Some("h3".to_owned()),
        text: "div, p".to_owned(),
        date: Some("time".to_owned()),
        next: Some("a[rel=next]".to_owned()),
        drop: vec!["blockquote".to_owned()],
    })
}

#[test]
fn no_damaged_feed_breaks_anything() {
    let documents = documents(&FEEDS, &[".xml", ".json", ".rss", ".atom"]);
    fuzz(|random| {
        let bytes = damage(random, &documents);
        check(&feed(), &bytes, random.below(4) == 0);
    });
}

#[test]
fn no_damaged_page_breaks_anything() {
    let documents = documents(&PAGES, &[".html", "sanitize.xml", "_crazy.xml", "atom"]);
    fuzz(|random| {
        let bytes = damage(random, &documents);
        check(&page(), &bytes, random.below(4) == 0);
    });
}

/// Malice of 5 MiB when fuzzing takes its time, of 256 KiB otherwise: what it costs is printed.
#[test]
fn hostile_documents_are_read_to_their_end() {
    let long = std::env::var("LUISTERPOST_FUZZ_SECONDS").is_ok();
    let size = if long { 5 << 20 } else { 256 << 10 };
    let bomb: String = (0..20)
        .map(|n| format!("<!ENTITY e{} '{}'>", n + 1, format!("&e{n};").repeat(10)))
        .collect();
    let bomb = format!("<!DOCTYPE rss [<!ENTITY e0 'lol'>{bomb}]>");
    let feed_head = "<rss version='2.0'><channel><item><title>a</title></item>";
    let feeds = [
        "<a>",
        "<a b='",
        "<item>",
        "<item><title>",
        "</a>",
        "<![CDATA[",
        "<!--",
        "&",
        "<a b:c='d'>",
        "<author>",
        "<item><description><p>",
        "<item><title></x>",
        "<item><guid>1</guid></item>",
        "<item><description>&lt;div></description></item>",
        "<x:y>",
        " xmlns:a='b'",
        "<item><content:encoded><![CDATA[<div><ul><li>",
        "<item><title>&e20;</title></item>",
    ];
    for piece in feeds {
        let text = format!("{bomb}{feed_head}{}", piece.repeat(size / piece.len()));
        let started = Instant::now();
        let reading = check(&feed(), text.as_bytes(), false);
        assert!(
            reading.is_some_and(|reading| !reading.items.is_empty()),
            "{piece}"
        );
        println!(
            "feed of {piece:?}: {:?} for two readings",
            started.elapsed()
        );
    }
    let pages = [
        "<div>",
        "<div><p>een</p></div>",
        "<ul><li>",
        "<a href=x>",
        "<b><p>",
        "<table><tr><td>",
        "&amp;",
        "<div a='",
        "<!--",
        "<div class=x y=z>",
        "<svg><math>",
        "<select><option>",
        "</p>",
    ];
    for piece in pages {
        let text = piece.repeat(size / piece.len());
        let started = Instant::now();
        check(&page(), text.as_bytes(), false);
        println!(
            "page of {piece:?}: {:?} for two readings",
            started.elapsed()
        );
    }
}
