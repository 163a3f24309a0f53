//! A look over an XML feed before a parser gets it.

use std::collections::HashSet;

use crate::connector::dialect::{is_item, is_text_field, pairs};
use crate::connector::markup::{Token, tokens};

/// What a look over a document tells before it is parsed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Survey {
    /// How many items start in it.
    pub items: usize,
    /// Whether its nesting and its tags are such that a parser can be trusted with it.
    pub reasonable: bool,
    /// Whether tags stand in an element that holds text only; a parser drops what follows them.
    pub naked_markup: bool,
    /// Whether an element has a prefix that is declared nowhere.
    pub undeclared: bool,
}

/// Looks a document over, in one pass.
pub fn survey(text: &str) -> Survey {
    let mut survey = Survey {
        items: 0,
        reasonable: true,
        naked_markup: false,
        undeclared: false,
    };
    let mut declared = HashSet::from(["xml"]);
    let mut used = HashSet::new();
    let mut depth = 0_usize;
    let mut in_text = false;
    for token in tokens(text) {
        match token {
            Token::Open {
                name,
                attributes,
                empty,
            } => {
                survey.items += usize::from(is_item(name));
                if let Some((prefix, _)) = name.split_once(':') {
                    used.insert(prefix);
                }
                if attributes.contains("xmlns:") {
                    let prefixes =
                        pairs(attributes).filter_map(|(key, _)| key.strip_prefix("xmlns:"));
                    declared.extend(prefixes);
                }
                depth += usize::from(!empty);
                survey.reasonable &= depth <= MAX_DEPTH && !is_crowded(attributes);
                survey.naked_markup |= in_text;
                let markup_expected = ["xhtml", "/xml", "+xml", "\"xml\"", "'xml'"];
                in_text = !empty
                    && is_text_field(name)
                    && !markup_expected.iter().any(|kind| attributes.contains(kind));
            }
            Token::Close { .. } => {
                depth = depth.saturating_sub(1);
                in_text = false;
            }
            _ => {}
        }
    }
    survey.undeclared = !used.is_subset(&declared);
    survey
}

/// Most levels of elements in a feed. Feeds have six and XHTML in them some twenty; what is deeper
/// loses its tags, not its text.
pub const MAX_DEPTH: usize = 128;

/// Most attributes of one element: the parser compares each with all before it. Feeds declare
/// some twenty namespaces.
pub const MAX_ATTRIBUTES: usize = 128;

/// Longest attributes of one element together, in bytes: room for [`MAX_ATTRIBUTES`] namespaces.
/// The root's are repeated for each item that is read alone.
pub const MAX_ATTRIBUTES_LENGTH: usize = 16 * 1024;

/// Whether a tag has longer attributes than [`MAX_ATTRIBUTES_LENGTH`] or more than [`MAX_ATTRIBUTES`], by a count that is never too low.
pub fn is_crowded(attributes: &str) -> bool {
    let between = |c: char| c == '=' || c.is_whitespace();
    attributes.len() > MAX_ATTRIBUTES_LENGTH
        || attributes.matches(between).count() > 2 * MAX_ATTRIBUTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malice_and_naked_markup_are_seen() {
        let check = |text: &str, items, reasonable, naked| {
            let found = survey(text);
            assert_eq!(
                (found.items, found.reasonable, found.naked_markup),
                (items, reasonable, naked)
            );
        };
        check(
            "<rss><item><title>a</title></item><item/></rss>",
            2,
            true,
            false,
        );
        check(
            "<item><description>a<b>c</b></description></item>",
            1,
            true,
            true,
        );
        check(
            "<entry><content type='xhtml' xml:base='b'><div/></content></entry>",
            1,
            true,
            false,
        );
        check(
            "<entry><content type='html' xml:base='b'><p/></content></entry>",
            1,
            true,
            true,
        );
        check(&"<a>".repeat(500_000), 0, false, false);
        let crowded: String = (0..50_000).map(|n| format!(" a{n}=''")).collect();
        check(&format!("<rss{crowded}>"), 0, false, false);
        let long = "a".repeat(MAX_ATTRIBUTES_LENGTH);
        check(&format!("<rss a='{long}'>"), 0, false, false);
    }
}
