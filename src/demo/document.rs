//! Messages as RSS, Atom, JSON Feed and forum page: right ones, and two that are wrong on purpose.

use jiff::Zoned;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use serde::Serialize;

/// What a request for a page of the town is answered with.
#[derive(Clone, Debug)]
pub struct Document {
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
    /// The bytes, in the encoding that the document declares.
    pub body: Vec<u8>,
}

/// Who publishes: the title of a feed and its address.
#[derive(Clone, Copy, Debug)]
pub struct Publisher<'a> {
    /// Name for readers.
    pub name: &'a str,
    /// Address of its home page.
    pub home: &'a str,
}

/// One message, ready to be written in any format.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    id: String,
    link: String,
    title: String,
    html: String,
    rfc2822: String,
    rfc3339: String,
    dutch_date: String,
}

impl Entry {
    /// Gathers one message; `published` carries the local time zone.
    pub fn new(id: &str, link: String, title: &str, html: String, published: &Zoned) -> Self {
        Entry {
            id: id.to_owned(),
            link,
            title: title.to_owned(),
            html,
            rfc2822: published.strftime("%a, %d %b %Y %H:%M:%S %z").to_string(),
            rfc3339: published.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            dutch_date: dutch_date(published),
        }
    }
}

/// A date as Dutch content systems write it in feeds: the right shape, in the wrong language.
fn dutch_date(published: &Zoned) -> String {
    const DAYS: [&str; 7] = ["ma", "di", "wo", "do", "vr", "za", "zo"];
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
    ];
    let day = usize::from(published.weekday().to_monday_zero_offset().unsigned_abs());
    let month = usize::from(published.month().unsigned_abs()) - 1;
    format!(
        "{}, {} {} {}",
        DAYS[day],
        published.day(),
        MONTHS[month],
        published.strftime("%Y %H:%M:%S %z")
    )
}

/// RSS 2.0 in UTF-8, with the text as escaped HTML.
pub fn rss(publisher: Publisher<'_>, entries: &[Entry]) -> Document {
    Document {
        content_type: "application/rss+xml; charset=utf-8",
        body: write("rss.xml", publisher, entries, "utf-8").into_bytes(),
    }
}

/// RSS 2.0 in UTF-8, with the text as CDATA and Dutch dates.
pub fn rss_cdata(publisher: Publisher<'_>, entries: &[Entry]) -> Document {
    Document {
        content_type: "application/rss+xml; charset=utf-8",
        body: write("rss-cdata.xml", publisher, entries, "utf-8").into_bytes(),
    }
}

/// RSS 2.0 in latin-1, and declared so.
pub fn rss_latin1(publisher: Publisher<'_>, entries: &[Entry]) -> Document {
    let text = write("rss.xml", publisher, entries, "iso-8859-1");
    // What latin-1 does not have becomes a numeric reference, which XML understands.
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    Document {
        content_type: "application/rss+xml; charset=iso-8859-1",
        body: bytes.into_owned(),
    }
}

/// RSS 2.0 that is no XML: it breaks off before its end, and the `&` of titles is not escaped.
pub fn rss_broken(publisher: Publisher<'_>, entries: &[Entry]) -> Document {
    let whole = write("rss.xml", publisher, entries, "utf-8");
    let (start, _end) = whole
        .split_once("</channel>")
        .expect("the template closes its channel");
    Document {
        content_type: "application/rss+xml; charset=utf-8",
        body: start.replace(" &amp; ", " & ").into_bytes(),
    }
}

/// Atom.
pub fn atom(publisher: Publisher<'_>, entries: &[Entry]) -> Document {
    Document {
        content_type: "application/atom+xml; charset=utf-8",
        body: write("atom.xml", publisher, entries, "utf-8").into_bytes(),
    }
}

/// JSON Feed 1.1.
pub fn json_feed(publisher: Publisher<'_>, entries: &[Entry]) -> Document {
    let items: Vec<_> = entries
        .iter()
        .map(|entry| {
            serde_json::json!({
                "id": entry.id,
                "url": entry.link,
                "title": entry.title,
                "content_html": entry.html,
                "date_published": entry.rfc3339,
            })
        })
        .collect();
    let feed = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": publisher.name,
        "home_page_url": publisher.home,
        "language": "nl",
        "items": items,
    });
    Document {
        content_type: "application/feed+json; charset=utf-8",
        body: feed.to_string().into_bytes(),
    }
}

/// One page of a forum thread; `offset` posts stand on the pages before it.
pub fn forum_page(
    publisher: Publisher<'_>,
    entries: &[Entry],
    offset: usize,
    next: Option<&str>,
) -> Document {
    let text = render(
        "forum.html",
        context! {
            name => publisher.name,
            items => Value::from(Serde(entries)),
            offset => offset,
            next => next,
        },
    );
    Document {
        content_type: "text/html; charset=utf-8",
        body: text.into_bytes(),
    }
}

/// A page that says *come back later*, with a status that says all is well.
pub fn maintenance() -> Document {
    Document {
        content_type: "text/html; charset=utf-8",
        body: include_bytes!("documents/maintenance.html").to_vec(),
    }
}

fn write(template: &str, publisher: Publisher<'_>, entries: &[Entry], encoding: &str) -> String {
    let updated = entries.iter().map(|entry| entry.rfc3339.as_str()).max();
    render(
        template,
        context! {
            name => publisher.name,
            home => publisher.home,
            items => Value::from(Serde(entries)),
            encoding => encoding,
            updated => updated,
        },
    )
}

fn render(template: &str, values: Value) -> String {
    const TEMPLATES: [(&str, &str); 4] = [
        ("rss.xml", include_str!("documents/rss.xml")),
        ("rss-cdata.xml", include_str!("documents/rss-cdata.xml")),
        ("atom.xml", include_str!("documents/atom.xml")),
        ("forum.html", include_str!("documents/forum.html")),
    ];
    let mut templates = Environment::new();
    for (name, text) in TEMPLATES {
        templates
            .add_template(name, text)
            .expect("the templates are part of the program and tested");
    }
    templates
        .get_template(template)
        .and_then(|template| template.render(values))
        .expect("the templates are part of the program and tested")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLISHER: Publisher<'static> = Publisher {
        name: "Brood & Spelen",
        home: "https://brood.example/",
    };

    fn entries() -> Vec<Entry> {
        let published: Zoned = "2026-11-03T08:05:00+01:00[Europe/Amsterdam]"
            .parse()
            .unwrap();
        vec![Entry::new(
            "een",
            "https://brood.example/een?a=1&b=2".to_owned(),
            "Koffie & <taart>",
            "<p>Eén &amp; ander kost € 3 ]]&gt;</p>".to_owned(),
            &published,
        )]
    }

    fn check(document: &Document) {
        let feed = feed_rs::parser::parse(document.body.as_slice()).unwrap();
        let entry = &feed.entries[0];
        assert_eq!(feed.title.unwrap().content, "Brood & Spelen");
        assert_eq!(entry.links[0].href, "https://brood.example/een?a=1&b=2");
        assert_eq!(entry.title.as_ref().unwrap().content, "Koffie & <taart>");
        let body = entry
            .content
            .as_ref()
            .and_then(|content| content.body.clone())
            .or(entry.summary.as_ref().map(|text| text.content.clone()));
        assert_eq!(
            body.unwrap().trim(),
            "<p>Eén &amp; ander kost € 3 ]]&gt;</p>"
        );
    }

    #[test]
    fn every_right_format_carries_signs_links_and_html_unharmed() {
        check(&rss(PUBLISHER, &entries()));
        check(&rss_cdata(PUBLISHER, &entries()));
        check(&rss_latin1(PUBLISHER, &entries()));
        check(&atom(PUBLISHER, &entries()));
        check(&json_feed(PUBLISHER, &entries()));
    }

    #[test]
    fn the_latin_1_document_is_not_utf_8() {
        let document = rss_latin1(PUBLISHER, &entries());
        assert!(std::str::from_utf8(&document.body).is_err());
    }

    #[test]
    fn the_broken_document_has_a_bare_ampersand_and_no_end() {
        let body = String::from_utf8(rss_broken(PUBLISHER, &entries()).body).unwrap();
        assert!(
            body.contains("<title>Koffie & &lt;taart&gt;</title>"),
            "{body}"
        );
        assert!(body.trim_end().ends_with("</item>"), "{body}");
        assert!(feed_rs::parser::parse(body.as_bytes()).is_err());
    }

    #[test]
    fn dates_are_written_in_local_time() {
        let entry = &entries()[0];
        assert_eq!(entry.rfc2822, "Tue, 03 Nov 2026 08:05:00 +0100");
        assert_eq!(entry.rfc3339, "2026-11-03T08:05:00+01:00");
        assert_eq!(entry.dutch_date, "di, 3 nov 2026 08:05:00 +0100");
    }
}
