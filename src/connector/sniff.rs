//! What a document is, by its content; what its server calls it is often wrong.

use crate::connector::markup::{Token, tokens};

/// Bytes in which the root of a feed must start: a licence comment or the warnings of a script
/// that goes before it are shorter.
const BEFORE_ROOT: usize = 16 * 1024;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// RSS or Atom.
    XmlFeed,
    /// JSON Feed.
    JsonFeed,
    /// Something else.
    Other(Instead),
}

/// What stands where a feed should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Instead {
    /// Nothing at all.
    Empty,
    /// A page in HTML: a login, a challenge, a notice that the site has moved.
    HtmlPage,
    /// JSON that is no JSON Feed.
    Json,
    /// XML that is no feed.
    Xml,
    /// Plain text.
    Text,
    /// An image.
    Image,
    /// Something else that is no text: PDF, an archive.
    Binary,
}

impl Instead {
    /// In words, for the operator.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "an empty document",
            Self::HtmlPage => "an HTML page",
            Self::Json => "JSON that is no JSON Feed",
            Self::Xml => "XML that is no feed",
            Self::Text => "plain text",
            Self::Image => "an image",
            Self::Binary => "a binary file",
        }
    }
}

/// Tells what a document is from its bytes and its decoded text.
pub fn sniff(bytes: &[u8], text: &str) -> Form {
    if let Some(instead) = by_signature(bytes) {
        return Form::Other(instead);
    }
    let text = text.trim_start();
    match text.chars().next() {
        None => return Form::Other(Instead::Empty),
        Some('{' | '[') => {
            return if is_json_feed(text) {
                Form::JsonFeed
            } else {
                Form::Other(Instead::Json)
            };
        }
        Some(_) => {}
    }
    let start = &text[..text.floor_char_boundary(BEFORE_ROOT)];
    let mut instead = None;
    for token in tokens(start) {
        let found = match token {
            Token::Open { name, .. } if is_feed_root(name) => return Form::XmlFeed,
            Token::Open { name, .. } if is_html(name) => Instead::HtmlPage,
            Token::Aside(aside) if is_html_doctype(aside) => Instead::HtmlPage,
            Token::Open { .. } => Instead::Xml,
            _ => continue,
        };
        // A warning of a script may use tags and be followed by the feed after all; a page is a page.
        if matches!(
            token,
            Token::Open {
                name: "html" | "HTML" | "head" | "body",
                ..
            } | Token::Aside(_)
        ) {
            return Form::Other(found);
        }
        instead.get_or_insert(found);
    }
    Form::Other(instead.unwrap_or(if text.contains('\0') {
        Instead::Binary
    } else {
        Instead::Text
    }))
}

/// Whether an element is the root of a feed.
pub fn is_feed_root(name: &str) -> bool {
    matches!(name, "rss" | "RSS" | "feed" | "rdf:RDF" | "RDF" | "entry")
        || name.ends_with(":feed")
        || name.ends_with(":RDF")
}

fn is_html(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "html", "head", "body", "title", "meta", "link", "script", "style", "div", "p", "br", "b",
        "h1", "h2", "center", "a", "form", "table", "span", "font", "pre", "noscript", "img", "i",
        "strong",
    ];
    NAMES.iter().any(|html| name.eq_ignore_ascii_case(html))
}

fn is_html_doctype(aside: &str) -> bool {
    let mut words = aside.split_whitespace();
    words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("<!doctype"))
        && words
            .next()
            .is_some_and(|word| word.trim_end_matches('>').eq_ignore_ascii_case("html"))
}

/// Whether JSON says that it is a JSON Feed. The text is searched, not parsed, so that one that
/// broke off is known too; writers that sort their keys put the version at the end.
fn is_json_feed(text: &str) -> bool {
    let says = |words: &str| text.contains(words);
    says("jsonfeed.org/version/")
        || says("jsonfeed.org\\/version\\/")
        // Some leave the address out.
        || (says("\"items\"") && (says("\"content_text\"") || says("\"content_html\"")))
}

fn by_signature(bytes: &[u8]) -> Option<Instead> {
    const IMAGES: &[&[u8]] = &[b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"\0\0\x01\0"];
    const OTHERS: &[&[u8]] = &[
        b"%PDF",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"\x7fELF",
        b"SQLite format",
    ];
    let is = |signatures: &[&[u8]]| signatures.iter().any(|s| bytes.starts_with(s));
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    if is(IMAGES) || is_webp {
        Some(Instead::Image)
    } else {
        is(OTHERS).then_some(Instead::Binary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, form: Form) {
        assert_eq!(sniff(text.as_bytes(), text), form, "{text:?}");
    }

    #[test]
    fn feeds_are_known_by_their_root() {
        check(
            "<?xml version='1.0'?><!-- x --><rss version='2.0'>",
            Form::XmlFeed,
        );
        check(
            "  <feed xmlns='http://www.w3.org/2005/Atom'/>",
            Form::XmlFeed,
        );
        check("<rdf:RDF>", Form::XmlFeed);
        check(
            "<a:feed xmlns:a='http://www.w3.org/2005/Atom'>",
            Form::XmlFeed,
        );
        check(
            "<br/><b>Warning</b>: x on line 3<br/><?xml version='1.0'?><rss>",
            Form::XmlFeed,
        );
        check("Notice: x <rss version='2.0'>", Form::XmlFeed);
        check(
            "<!DOCTYPE rss [<!ENTITY nbsp '&#160;'>]><rss>",
            Form::XmlFeed,
        );
        check(
            r#"{"version":"https:\/\/jsonfeed.org\/version\/1","items":[]}"#,
            Form::JsonFeed,
        );
    }

    #[test]
    fn everything_else_is_told_apart() {
        check("", Form::Other(Instead::Empty));
        check(" \n", Form::Other(Instead::Empty));
        check(
            "<!doctype html><title>Inloggen</title>",
            Form::Other(Instead::HtmlPage),
        );
        check(
            "<html><body><code><rss></code>",
            Form::Other(Instead::HtmlPage),
        );
        check("<div>Even geduld</div>", Form::Other(Instead::HtmlPage));
        check("{\"error\":\"not_logged_in\"}", Form::Other(Instead::Json));
        check("<opml version='2.0'></opml>", Form::Other(Instead::Xml));
        check("404 page not found", Form::Other(Instead::Text));
        assert_eq!(sniff(b"\x89PNG\r\n", "?PNG"), Form::Other(Instead::Image));
        assert_eq!(sniff(b"%PDF-1.7", "%PDF-1.7"), Form::Other(Instead::Binary));
    }
}
