//! Cuts who wrote something out of a feed before anything else sees it.
//!
//! An author is never an item's field. Cutting it out here also keeps it away from feed-rs, which
//! takes names and mail addresses apart and panics on some of them.

use std::borrow::Cow;

use crate::connector::dialect::is_item;
use crate::connector::markup::{Token, tokens};

/// Elements that name a person, without their prefix.
const PERSONS: &[&str] = &[
    "author",
    "creator",
    "contributor",
    "managingEditor",
    "webMaster",
    "owner",
    "credit",
    "person",
    "publisher",
];

/// The document without its elements that name a person.
///
/// One that is not closed ends where its item ends or the next begins.
pub fn without_authors(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut kept_to = 0;
    let mut person = None;
    let mut cutter = tokens(text);
    loop {
        let start = text.len() - cutter.rest().len();
        let Some(token) = cutter.next() else { break };
        let end = text.len() - cutter.rest().len();
        match (token, person) {
            (Token::Open { name, empty, .. }, None) if is_person(name) => {
                kept.push_str(&text[kept_to..start]);
                kept_to = end;
                if !empty {
                    person = Some(name);
                }
            }
            (Token::Close { name }, Some(open)) if name == open => {
                kept_to = end;
                person = None;
            }
            (Token::Open { name, .. } | Token::Close { name }, Some(_)) if is_item(name) => {
                kept_to = start;
                person = None;
            }
            _ => {}
        }
    }
    if kept_to == 0 {
        return Cow::Borrowed(text);
    }
    if person.is_none() {
        kept.push_str(&text[kept_to..]);
    }
    Cow::Owned(kept)
}

fn is_person(name: &str) -> bool {
    PERSONS.contains(&name.rsplit(':').next().unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, kept: &str) {
        assert_eq!(without_authors(text), kept, "{text:?}");
    }

    #[test]
    fn persons_are_cut_out_and_nothing_else() {
        check(
            "<item><title>a</title></item>",
            "<item><title>a</title></item>",
        );
        check(
            "<item><dc:creator><![CDATA[@jan]]></dc:creator>b</item>",
            "<item>b</item>",
        );
        check("<author><name>Jan</name><uri/></author><author/>c", "c");
        check(
            "<title>De author <b></title>",
            "<title>De author <b></title>",
        );
    }

    #[test]
    fn a_person_that_is_not_closed_ends_with_its_item() {
        check(
            "<item><author>Jan</item><item>b</item>",
            "<item></item><item>b</item>",
        );
        check("<item><author>Jan", "<item>");
    }
}
