//! What an item says in elements that the parser does not know.
//!
//! Titles, texts and dates also stand in Dublin Core, iTunes, Media RSS, XHTML and vocabularies of
//! one site, and under prefixes that were never declared. Here only the name without its prefix
//! counts, so these are taken only where the parser found nothing.

use jiff::Timestamp;

use crate::connector::dates;
use crate::connector::dialect::{is_item, pairs};
use crate::connector::markup::{Token, tokens};
use crate::text::html;

/// What one item says besides what the parser understood; HTML, empty where there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spare {
    /// A title.
    pub title: String,
    /// A text.
    pub text: String,
    /// A date of publication.
    pub date: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Title,
    Text,
    Date,
    /// Holds the title and dates of something else.
    Other,
}

/// The spare words of each item, in the order of the document.
pub fn spares(text: &str) -> Vec<Spare> {
    let mut spares: Vec<Spare> = Vec::new();
    let mut in_item = false;
    let mut open: Option<(&str, Kind, String)> = None;
    for token in tokens(text) {
        match (token, &mut open) {
            (Token::Open { name, empty, .. }, _) if is_item(name) => {
                spares.push(Spare::default());
                (in_item, open) = (!empty, None);
            }
            (Token::Close { name }, _) if is_item(name) => (in_item, open) = (false, None),
            (Token::Close { name }, Some((field, ..))) if name == *field => {
                if let (Some((_, kind, words)), Some(spare)) = (open.take(), spares.last_mut()) {
                    keep(spare, kind, words);
                }
            }
            (
                Token::Open {
                    name,
                    attributes,
                    empty: false,
                },
                None,
            ) if in_item => {
                open = kind(name, attributes).map(|kind| (name, kind, String::new()));
            }
            (_, Some((_, Kind::Other, _))) => {}
            (_, Some((_, _, words))) if words.len() > html::MAX_TEXT => {}
            (Token::Text(text), Some((.., words))) => words.push_str(&html::decode_entities(text)),
            (Token::Literal { text, .. }, Some((.., words))) => words.push_str(text),
            // Tags in a field are HTML.
            (Token::Open { name, .. }, Some((.., words))) => {
                ["<", local(name), ">"]
                    .iter()
                    .for_each(|part| words.push_str(part));
            }
            (Token::Close { name }, Some((.., words))) => {
                ["</", local(name), ">"]
                    .iter()
                    .for_each(|part| words.push_str(part));
            }
            _ => {}
        }
    }
    spares
}

/// The first that says something stays.
fn keep(spare: &mut Spare, kind: Kind, words: String) {
    match kind {
        Kind::Title if spare.title.is_empty() => spare.title = words,
        Kind::Text if spare.text.is_empty() => spare.text = words,
        Kind::Date => spare.date = spare.date.or_else(|| dates::parse(&words)),
        _ => {}
    }
}

fn kind(name: &str, attributes: &str) -> Option<Kind> {
    Some(match local(name).to_ascii_lowercase().as_str() {
        "title" => Kind::Title,
        // The content of Media RSS is a film or a picture, with words about it inside.
        "content" if name.starts_with("media:") => return None,
        "content" if pairs(attributes).any(|(key, _)| matches!(key, "src" | "url")) => {
            return None;
        }
        "description" | "summary" | "content" | "encoded" | "body" | "fullitem" => Kind::Text,
        "date" | "issued" | "created" | "published" | "pubdate" | "updated" | "modified" => {
            Kind::Date
        }
        "source" | "image" | "comment" => Kind::Other,
        _ => return None,
    })
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_vocabularies_are_found_by_their_names() {
        let found = spares(
            "<rss><channel><title>x</title><item><dc:title>A &amp; b</dc:title>\
             <source><title>y</title></source><wrong:date>2026-11-22T14:18:00Z</wrong:date></item>\
             <item/><item><xhtml:body><xhtml:p>een<br/>twee</xhtml:p></xhtml:body>\
             <media:content url='z'><media:title><![CDATA[C]]></media:title></media:content></item>",
        );
        let [first, none, last] = &found[..] else {
            panic!("three items")
        };
        assert_eq!((first.title.as_str(), first.text.as_str()), ("A & b", ""));
        assert_eq!(first.date, dates::parse("2026-11-22T14:18:00Z"));
        assert_eq!(none, &Spare::default());
        assert_eq!(last.title, "C");
        assert_eq!(last.text, "<p>een<br>twee</p>");
    }
}
