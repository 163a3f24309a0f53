//! Messages as they arrive: parsed with a mail library, and compared with what was gathered.

use std::collections::BTreeSet;

use jiff::Timestamp;
use luisterpost::digest::{FULL, Gathered, LINES, compose as compose_digest};
use luisterpost::item::{Excerpt, HitId};
use luisterpost::mail::message::{MessageId, Purpose, compose};
use luisterpost::mail::{Config, Via};
use luisterpost::recipient::Address;
use luisterpost::render::{Rendered, TestMail, Texts};
use luisterpost::span::Span;
use luisterpost::theme::ThemeId;
use mail_parser::{HeaderValue, Message, MessageParser};
use regex::Regex;
use scraper::{ElementRef, Html, Selector};

use super::{rendered, town};

fn config() -> Config {
    Config {
        via: Via::Directory("outbox".into()),
        from_name: "Luisterpost Lindemeer".to_owned(),
        from: Address::parse("luisterpost@lindemeer.example").unwrap(),
        answers_to: Address::parse("luisterpost@lindemeer.example").unwrap(),
    }
}

fn id(purpose: Purpose, end: Timestamp) -> MessageId {
    let to = town::recipient().address;
    MessageId::new(
        &config().from,
        &to,
        purpose,
        (town::at("2026-11-23T07:30"), end),
    )
}

fn composed(rendered: &Rendered) -> Vec<u8> {
    let date = town::at("2026-11-24T07:30");
    compose(
        &config(),
        &town::recipient(),
        rendered,
        &id(Purpose::Digest, date),
        date,
    )
}

fn header(message: &Message<'_>, name: &'static str) -> String {
    message
        .header_raw(name)
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn days() -> [(&'static str, Gathered); 5] {
    [
        ("quiet", town::quiet()),
        ("normal", town::normal()),
        ("busy", town::busy()),
        ("deaf", town::deaf()),
        ("hostile", hostile()),
    ]
}

/// A day on which strangers and settings hold everything that could break a mail.
fn hostile() -> Gathered {
    let nasty = "<script>alert(1)</script>\r\nBcc: vreemd@elders.example\r\n\u{202E}draaiom\u{2066} \"'>&amp;";
    let mut day = town::normal();
    day.municipality = "Lindemeer\r\nBcc: vreemd@elders.example".to_owned();
    day.recipient = nasty.to_owned();
    day.themes[1].title = nasty.to_owned();
    for source in &mut day.sources {
        source.name = format!("{nasty} {}", source.source);
    }
    let long = "é".repeat(10_000);
    let links = [
        "https://forum.example/\"onmouseover=\"alert(1)",
        "https://forum.example/'><script>",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://forum.example/a\r\nBcc: x",
    ];
    for (stored, link) in day.hits.iter_mut().zip(links) {
        let hit = &mut stored.hit;
        hit.link = Some(link.to_owned());
        hit.places = vec![nasty.to_owned(), long.clone(), "   ".to_owned()];
        hit.evidence[0].keyword.text = nasty.to_owned();
        hit.evidence[0].words = vec![
            Span {
                start: 1,
                end: 99_999,
            },
            Span { start: 3, end: 2 },
        ];
        hit.excerpt = Excerpt::Shown {
            text: format!("{nasty}{long}"),
            // Halves of characters, past the end, backwards, on top of each other.
            marks: [(0, 8), (4, 9), (99_999, 100_000), (30, 20), (101, 200)]
                .map(|(start, end)| Span { start, end })
                .to_vec(),
        };
    }
    day.hits[1].hit.link = Some(format!("https://forum.example/{}", "a".repeat(10_000)));
    day.hits[2].hit.excerpt = Excerpt::Shown {
        text: "😡😡👩‍🚒".to_owned(),
        marks: Vec::new(),
    };
    day
}

#[test]
fn every_mail_is_parsed_back_to_what_was_rendered() {
    for (day, gathered) in days() {
        let mail = rendered(gathered);
        let bytes = composed(&mail);
        let message = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(message.subject(), Some(mail.subject.as_str()), "{day}");
        let newlines = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        assert_eq!(
            newlines(&message.body_text(0).unwrap()),
            newlines(&mail.text),
            "{day}"
        );
        assert_eq!(
            newlines(&message.body_html(0).unwrap()),
            newlines(&mail.html),
            "{day}"
        );
        assert_eq!(message.text_body_count(), 1, "{day}");
        assert_eq!(message.attachment_count(), 0, "{day}");
        assert!(
            header(&message, "Content-Type").starts_with("multipart/alternative"),
            "{day}"
        );
    }
}

#[test]
fn headers_say_what_the_mail_is_and_how_long_it_may_live() {
    let bytes = composed(&rendered(town::normal()));
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(header(&message, "Date"), "Tue, 24 Nov 2026 06:30:00 +0000");
    assert_eq!(header(&message, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&message, "X-Auto-Response-Suppress"), "All");
    assert_eq!(
        header(&message, "List-Id"),
        "<luisterpost.lindemeer.example>"
    );
    assert_eq!(
        header(&message, "Expires"),
        "Tue, 22 Dec 2026 05:40:00 +0000"
    );
    assert_eq!(
        header(&message, "To"),
        "\"Team Veiligheid\" <veiligheid@lindemeer.example>"
    );
    let quiet = composed(&rendered(town::quiet()));
    let quiet = MessageParser::default().parse(&quiet).unwrap();
    assert_eq!(header(&quiet, "Expires"), "");
}

#[test]
fn the_same_overview_gives_the_same_bytes() {
    assert_eq!(
        composed(&rendered(town::busy())),
        composed(&rendered(town::busy()))
    );
}

#[test]
fn hits_in_another_order_give_the_same_mail() {
    let mut turned = town::busy();
    turned.hits.reverse();
    assert_eq!(rendered(turned), rendered(town::busy()));
}

#[test]
fn a_message_id_is_fixed_and_hides_the_address() {
    let end = town::at("2026-11-24T07:30");
    let first = id(Purpose::Digest, end);
    assert_eq!(first, id(Purpose::Digest, end));
    assert_ne!(first, id(Purpose::Test, end));
    assert_ne!(first, id(Purpose::Digest, town::at("2026-11-25T07:30")));
    assert!(first.as_str().ends_with("@lindemeer.example>"));
    assert!(!first.as_str().contains("veiligheid"));
}

#[test]
fn nothing_that_strangers_write_becomes_a_header() {
    let mut mail = rendered(hostile());
    mail.subject
        .push_str("\r\nBcc: vreemd@elders.example\r\n\r\nbody");
    let mut to = town::recipient();
    to.name = "Team\r\nBcc: vreemd@elders.example".to_owned();
    let date = town::at("2026-11-24T07:30");
    let bytes = compose(&config(), &to, &mail, &id(Purpose::Digest, date), date);
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert!(message.bcc().is_none());
    let names: BTreeSet<_> = message
        .headers()
        .iter()
        .map(|h| h.name().to_owned())
        .collect();
    assert_eq!(
        names.len(),
        message.headers().len(),
        "no header stands twice"
    );
    assert!(matches!(
        message.header("Bcc"),
        None | Some(HeaderValue::Empty)
    ));
}

#[test]
fn no_line_on_the_wire_is_too_long_and_all_is_ascii() {
    for (day, gathered) in days() {
        let bytes = composed(&rendered(gathered));
        assert!(bytes.is_ascii(), "{day}");
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            text.split("\r\n")
                .all(|line| line.len() <= 998 && !line.contains('\n')),
            "{day}"
        );
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let mail = rendered(hostile());
    let page = Html::parse_document(&mail.html);
    assert_eq!(page.select(&selector("script")).count(), 0);
    for link in page.select(&selector("a")) {
        let href = link.value().attr("href").unwrap();
        assert!(
            href.starts_with("https://forum.example/")
                || href.contains(".example/bericht/")
                || href.starts_with("mailto:luisterpost@lindemeer.example?"),
            "{href}"
        );
        assert_eq!(
            link.value().attrs().count(),
            if href.starts_with("mailto:") { 1 } else { 3 },
            "href, and class and style: {href}"
        );
        assert!(!href.contains(['"', '\'', '<', '>', '\n', ' ']), "{href}");
    }
    for part in [&mail.subject, &mail.text, &mail.html] {
        assert!(!part.contains(['\u{202E}', '\u{2066}', '\r']), "{part}");
        assert!(!part.contains("javascript:") && !part.contains("data:"));
    }
    assert_eq!(mail.subject.lines().count(), 1);
    assert!(mail.text.contains("😡😡👩‍🚒"));
    assert!(mail.html.len() < 40_000, "{} bytes", mail.html.len());
}

#[test]
fn both_parts_tell_the_same_facts() {
    let links_in_text = Regex::new(r"(?:https?://|mailto:)\S+").unwrap();
    for (day, gathered) in days() {
        let places: BTreeSet<String> = gathered
            .hits
            .iter()
            .flat_map(|stored| stored.hit.places.clone())
            .collect();
        let mail = rendered(gathered);
        let page = Html::parse_document(&mail.html);
        let body = page.select(&selector("body")).next().unwrap();
        let html: String = squeeze(&body.text().collect::<Vec<_>>().join(" "));
        let text = squeeze(&mail.text);

        let links: Vec<_> = (page.select(&selector("a")))
            .map(|a| a.value().attr("href").unwrap().to_owned())
            .collect();
        assert_eq!(
            found(r"(?:https?://|mailto:)\S+", &text),
            links,
            "links of {day}"
        );

        let without_links = links_in_text.replace_all(&text, "").into_owned();
        let numbers = |text: &str| BTreeSet::from_iter(found(r"\d[\d.:]*", text));
        assert_eq!(numbers(&without_links), numbers(&html), "numbers of {day}");

        for place in places.iter().filter(|place| place.len() < 40) {
            let told = |part: &str| part.matches(place.as_str()).count();
            assert_eq!(told(&without_links), told(&html), "{place} on {day}");
        }
        for word in [
            "Dringend",
            "(inwoners)",
            "(pers)",
            "(overheid)",
            "Laatst gehoord",
        ] {
            let told = |part: &str| part.matches(word).count();
            assert_eq!(told(&without_links), told(&html), "{word} on {day}");
        }
        let known = plain(&html);
        for line in mail
            .text
            .lines()
            .filter(|line| !line.contains("://") && !line.contains("mailto:"))
        {
            for sentence in sentences(line) {
                assert!(
                    known.contains(&plain(&sentence)),
                    "{day}: the HTML part does not say {sentence:?}"
                );
            }
        }
        let known = plain(&without_links);
        for item in page.select(&selector("p, li, h1, h2, h3, th, table:not([role]) td")) {
            for sentence in sentences(&item.text().collect::<String>()) {
                assert!(
                    known.contains(&plain(&sentence)),
                    "{day}: the text part does not say {sentence:?}"
                );
            }
        }
    }
}

/// What is said, cut where the layout of the parts may differ.
fn sentences(text: &str) -> Vec<String> {
    squeeze(text)
        .split([';', '·', ':', '.', ','])
        .map(|sentence| sentence.trim_matches([' ', '-', '=']).to_owned())
        .filter(|sentence| sentence.len() > 3)
        .collect()
}

/// Without what the layout of a part adds: capitals of headings and marks around found words.
fn plain(text: &str) -> String {
    squeeze(&text.to_lowercase().replace('*', ""))
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn found(pattern: &str, text: &str) -> Vec<String> {
    let matches = Regex::new(pattern).unwrap();
    let matches = matches.find_iter(text);
    matches
        .map(|m| m.as_str().trim_end_matches(['.', ':']).to_owned())
        .collect()
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

#[test]
fn the_html_part_is_accessible() {
    for (day, gathered) in days() {
        let mail = rendered(gathered);
        let page = Html::parse_document(&mail.html);
        let count = |css: &str| page.select(&selector(css)).count();
        assert_eq!(count("html[lang=nl]"), 1, "{day}");
        assert_eq!(count("h1"), 1, "{day}");
        assert_eq!(
            count("img, script, link, iframe, form, [src], [background]"),
            0,
            "{day}"
        );
        assert_eq!(count("th:not([scope])"), 0, "{day}");
        for table in page.select(&selector("table:not([role=presentation])")) {
            assert_eq!(table.select(&selector("caption")).count(), 1, "{day}");
        }
        let mut level = 0;
        for heading in page.select(&selector("h1, h2, h3, h4")) {
            let next = heading.value().name()[1..].parse::<usize>().unwrap();
            assert!(next <= level + 1, "{day}: h{next} after h{level}");
            level = next;
        }
        let texts: Vec<String> = (page.select(&selector("a")))
            .map(|a| squeeze(&a.text().collect::<String>()))
            .collect();
        assert_eq!(
            texts.len(),
            BTreeSet::from_iter(&texts).len(),
            "{day}: links share a text"
        );
        assert!(
            !mail.html.contains("url("),
            "{day}: nothing comes from elsewhere"
        );
        for element in page.select(&selector("body *")) {
            if element.children().any(|child| child.value().is_text()) {
                let (ink, paper) = (colour(element, "color"), colour(element, "background"));
                let ratio = contrast(ink, paper);
                assert!(
                    ratio >= 4.5,
                    "{day}: {} has {ratio:.1}",
                    element.value().name()
                );
            }
        }
    }
}

/// The colour of an element by inline styles, inherited.
fn colour(element: ElementRef<'_>, property: &str) -> [f64; 3] {
    let mut at = Some(element);
    while let Some(here) = at {
        let style = here.value().attr("style").unwrap_or_default();
        let value = style.split(';').filter_map(|rule| rule.split_once(':'));
        if let Some((_, hex)) = value.clone().find(|(name, _)| *name == property) {
            let hex = hex.trim_start_matches('#');
            let size = hex.len() / 3;
            return [0, 1, 2].map(|n| {
                let digits = &hex[n * size..(n + 1) * size];
                let digits = if size == 1 {
                    digits.repeat(2)
                } else {
                    digits.to_owned()
                };
                f64::from(u8::from_str_radix(&digits, 16).unwrap()) / 255.0
            });
        }
        at = here.parent().and_then(ElementRef::wrap);
    }
    panic!("the body has a {property}");
}

/// WCAG 2.2, relative luminance and contrast ratio.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let [r, g, b] = colour.map(|c| {
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn the_fullest_overview_stays_below_the_size_at_which_mail_is_cut() {
    let mut day = town::busy();
    for number in 0..5_000 {
        let mut stored = day.hits[8 + number % 180].clone();
        stored.id = HitId(1_000_000 + number as i64);
        // Each in a street and a theme of its own, and in the first of them more than are listed.
        let street = format!("{}e Kade", number.saturating_sub(1_000));
        stored.hit.places[0] = street.clone();
        day.places.spots.insert(street);
        stored.hit.theme = ThemeId::parse(&format!("thema-{}", number % 18)).unwrap();
        stored.hit.link = Some(format!(
            "https://forum.example/onderwerp/wonen/bericht/{number}"
        ));
        day.hits.push(stored);
    }
    let row = day.activity.days.values().next().unwrap().clone();
    for number in 0..18 {
        let theme = ThemeId::parse(&format!("thema-{number}")).unwrap();
        day.activity.days.insert(theme, row.clone());
    }
    let digest = compose_digest(day);
    let told: usize = digest
        .sections
        .iter()
        .map(|s| s.full.len() + s.lines.len())
        .sum();
    assert_eq!(told, FULL + LINES);
    let counted: usize = digest.sections.iter().map(|s| s.more).sum();
    let withheld = digest.totals.withheld;
    assert_eq!(told + counted, digest.totals.stories);
    let shown: usize = digest.sections.iter().map(|section| section.shown).sum();
    assert_eq!(shown + withheld, digest.totals.hits);
    let html = Texts::new().digest(&digest).unwrap().html;
    println!("the fullest overview has {} bytes of HTML", html.len());
    assert!(html.len() < 95_000, "{} bytes", html.len());
}

#[test]
fn a_test_mail_is_recognised_as_one() {
    let gathered = town::quiet();
    let test = TestMail {
        municipality: gathered.municipality,
        recipient: gathered.recipient,
        now: gathered.to.to_zoned(gathered.zone.clone()),
        next: gathered.next.map(|next| next.to_zoned(gathered.zone)),
    };
    let mail = Texts::new().test_mail(&test).unwrap();
    insta::assert_snapshot!(
        "test-mail",
        format!("{}\n\n{}\n{}", mail.subject, mail.text, mail.html)
    );
    assert!(mail.subject.starts_with("TEST "));
    assert_eq!(mail.expires, None);
}
