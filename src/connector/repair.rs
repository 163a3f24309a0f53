//! Mends XML feeds that a strict parser refuses, at the cost of no more than the broken item.
//!
//! The markup is written anew from its tokens: every element is closed, in order, once; bare `&`
//! and `<` become references; old dialects become RSS 2.0 or Atom. Only documents that could not
//! be read come here.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::connector::MAX_ITEMS;
use crate::connector::dialect::{
    atom_attributes, is_field, is_foreign, is_item, is_text_field, of_today, pairs,
};
use crate::connector::markup::{Token, tokens};
use crate::connector::references::{escape, escape_all};
use crate::connector::sniff::is_feed_root;
use crate::connector::survey::{MAX_DEPTH, is_crowded};

/// A mended document.
#[derive(Debug, Default)]
pub struct Mended {
    /// The whole document, well-formed.
    pub text: String,
    /// Where its items stand in `text`.
    pub items: Vec<Range<usize>>,
    /// Start tags of the elements around the items.
    pub before: String,
    /// Their end tags.
    pub after: String,
    /// Whether something stood before the root.
    pub preamble: bool,
    /// Whether the document broke off; the item in which it did is left out.
    pub truncated: bool,
    /// Whether text had to become references.
    pub references: bool,
    /// Whether tags had to be closed, left out or made text.
    pub markup: bool,
}

impl Mended {
    /// A document with only this one of the items.
    pub fn with_only(&self, item: &Range<usize>) -> String {
        [self.before.as_str(), &self.text[item.clone()], &self.after].concat()
    }
}

/// Mends a document up to its item number [`MAX_ITEMS`]; `None` when there is no feed in it.
pub fn mend(text: &str) -> Option<Mended> {
    let mut cutter = tokens(text);
    let mut preamble = false;
    loop {
        match cutter.next()? {
            Token::Open {
                name,
                attributes,
                empty,
            } if is_feed_root(name) => {
                let mut mender = Mender::new(name, attributes);
                mender.mended.preamble = preamble;
                if !empty {
                    cutter.by_ref().all(|token| mender.take(token));
                }
                return Some(mender.finish());
            }
            Token::Text(text) => preamble |= !text.trim().is_empty(),
            Token::Aside(_) => {}
            _ => preamble = true,
        }
    }
}

/// The family of a feed, by its root.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Rss,
    Atom,
}

struct Mender<'a> {
    mended: Mended,
    family: Family,
    /// Open elements, outermost first.
    stack: Vec<&'a str>,
    /// How often each name is on the stack.
    open: HashMap<&'a str, usize>,
    /// Where the item that is open starts in the text and on the stack.
    item: Option<(usize, usize)>,
    /// Which repairs there were when it was opened.
    before_item: (bool, bool),
    /// Whether the innermost element holds text only, so that tags in it are text.
    textual: bool,
    /// Names of tags written as text in the field that is open.
    escaped: HashSet<&'a str>,
    /// Length of the text when the innermost element was opened.
    opened_at: usize,
    /// The element of another vocabulary that is being left out.
    left_out: Option<&'a str>,
    /// Whether there are as many items as are read.
    is_enough: bool,
}

impl<'a> Mender<'a> {
    fn new(name: &'a str, attributes: &str) -> Self {
        let family = match of_today(name) {
            "rss" => Family::Rss,
            _ => Family::Atom,
        };
        let mut mender = Mender {
            mended: Mended::default(),
            family,
            stack: Vec::new(),
            open: HashMap::new(),
            item: None,
            before_item: (false, false),
            textual: false,
            escaped: HashSet::new(),
            opened_at: 0,
            left_out: None,
            is_enough: false,
        };
        let attributes = sound(attributes);
        let mut kept = String::new();
        for (key, value) in pairs(attributes) {
            // The default namespace is the family's own, and so is the version.
            if key != "xmlns" && !(key == "version" && family == Family::Rss) {
                kept.push_str(&format!(" {key}=\"{}\"", value.replace('"', "&quot;")));
            }
        }
        let name = of_today(name);
        kept.push_str(match family {
            Family::Rss => " version=\"2.0\"",
            Family::Atom => " xmlns=\"http://www.w3.org/2005/Atom\"",
        });
        mender.push(name, &kept);
        if is_item(name) {
            // The item is the document.
            mender.item = Some((0, 0));
        } else {
            let (channel, end) = match family {
                Family::Rss => ("<channel>", "</channel>"),
                Family::Atom => ("", ""),
            };
            mender.mended.before = [mender.mended.text.as_str(), channel].concat();
            mender.mended.after = [end, "</", name, ">"].concat();
        }
        mender
    }

    /// Takes the next token; `false` when the root was closed.
    fn take(&mut self, token: Token<'a>) -> bool {
        if let Some(open) = self.left_out {
            match token {
                Token::Close { name } if name == open => {
                    self.left_out = None;
                    return true;
                }
                // It was never closed.
                Token::Open { name, .. } | Token::Close { name } if is_item(name) => {
                    self.left_out = None
                }
                _ => return true,
            }
        }
        match token {
            Token::Text(text) => {
                let before = self.mended.text.len();
                escape(text, &mut self.mended.text);
                self.mended.references |= self.mended.text.len() != before + text.len();
            }
            Token::Literal { text, .. } => {
                let literal = ["<![CDATA[", text, "]]>"];
                literal
                    .iter()
                    .for_each(|part| self.mended.text.push_str(part));
            }
            Token::Aside(_) => {}
            Token::Open {
                name,
                attributes,
                empty,
            } => self.open(name, attributes, empty),
            Token::Close { name } => self.close(name),
        }
        self.is_enough = self.mended.items.len() >= MAX_ITEMS;
        !self.stack.is_empty() && !self.is_enough
    }

    fn open(&mut self, name: &'a str, attributes: &'a str, empty: bool) {
        let name = of_today(name);
        let attributes = sound(attributes);
        if is_item(name) {
            if let Some((_, level)) = self.item {
                self.mended.markup = true;
                self.close_down_to(level);
            }
            if self.family == Family::Rss && !self.open.contains_key("channel") {
                self.push("channel", "");
            }
            self.item = Some((self.mended.text.len(), self.stack.len()));
            self.before_item = (self.mended.references, self.mended.markup);
        } else if name == "channel" && self.family == Family::Rss && self.open.contains_key(name) {
            return;
        } else if self.is_in_field() {
            self.mended.markup = true;
            if is_field(name) {
                self.pop();
            } else {
                self.escaped.insert(name);
                let end = if empty { "/>" } else { ">" };
                escape_all(&["<", name, attributes, end], &mut self.mended.text);
                return;
            }
        } else if self.stack.len() >= MAX_DEPTH {
            return;
        } else if is_foreign(name) {
            self.left_out = Some(name).filter(|_| !empty);
            return;
        }
        if self.family == Family::Atom && name == "content" && is_linked(attributes) {
            // feed-rs refuses an item whose content is both linked and given.
            self.left_out = Some(name).filter(|_| !empty);
            return;
        }
        let attributes = match self.family {
            Family::Rss => attributes.into(),
            Family::Atom => atom_attributes(name, attributes),
        };
        self.push(name, &attributes);
        if empty {
            self.pop();
        }
    }

    fn close(&mut self, name: &'a str) {
        let name = of_today(name);
        if self.is_in_field() && self.stack.last() != Some(&name) && self.escaped.contains(name) {
            escape_all(&["</", name, ">"], &mut self.mended.text);
        } else if name == "channel" && self.family == Family::Rss {
            // Items may follow; the root closes it.
            if let Some((_, level)) = self.item {
                self.close_down_to(level);
            }
        } else if self.open.contains_key(name) {
            if name == "rss" && !self.open.contains_key("channel") {
                // A feed without a channel is a feed without items.
                self.push("channel", "");
            }
            // The root closes the channel too.
            self.mended.markup |= name != "rss" && self.stack.last() != Some(&name);
            while self.pop() != Some(name) {}
        } else if self.is_in_field() {
            self.mended.markup = true;
            // `<title>…</titel>`: what else would be closed here?
            self.pop();
        }
    }

    /// Whether the innermost element is a text field of an item, in which tags are text.
    fn is_in_field(&self) -> bool {
        let Some((_, level)) = self.item else {
            return false;
        };
        self.textual && self.stack.len() == level + 2
    }

    fn push(&mut self, name: &'a str, attributes: &str) {
        self.escaped.clear();
        self.textual = is_text_field(name) && !attributes.contains("\"xhtml\"");
        for part in ["<", name, attributes, ">"] {
            self.mended.text.push_str(part);
        }
        self.opened_at = self.mended.text.len();
        self.stack.push(name);
        *self.open.entry(name).or_default() += 1;
    }

    fn pop(&mut self) -> Option<&'a str> {
        let name = self.stack.pop()?;
        if self.textual && self.mended.text.len() == self.opened_at {
            // feed-rs refuses an empty text in Atom.
            self.mended.text.push(' ');
        }
        self.escaped.clear();
        self.textual = false;
        if let Some(count) = self.open.get_mut(name) {
            *count -= 1;
            if *count == 0 {
                self.open.remove(name);
            }
        }
        for part in ["</", name, ">"] {
            self.mended.text.push_str(part);
        }
        if let Some((start, level)) = self.item
            && self.stack.len() == level
        {
            self.mended.items.push(start..self.mended.text.len());
            self.item = None;
        }
        Some(name)
    }

    fn close_down_to(&mut self, level: usize) {
        while self.stack.len() > level {
            self.pop();
        }
    }

    fn finish(mut self) -> Mended {
        self.mended.truncated = !self.stack.is_empty() && !self.is_enough;
        if let Some((start, level)) = self.item.take()
            && level > 0
        {
            // What is wrong in an item that broke off is that it broke off.
            (self.mended.references, self.mended.markup) = self.before_item;
            self.mended.text.truncate(start);
            self.stack.truncate(level);
        }
        self.close_down_to(0);
        self.mended
    }
}

fn is_linked(attributes: &str) -> bool {
    pairs(attributes).any(|(key, _)| key == "src")
}

/// Attributes that a parser can be given: not too many or too long, and every quote closed.
fn sound(attributes: &str) -> &str {
    let mut quote = None;
    for c in attributes.chars().filter(|c| matches!(c, '"' | '\'')) {
        match quote {
            None => quote = Some(c),
            Some(open) if open == c => quote = None,
            Some(_) => {}
        }
    }
    if quote.is_some() || is_crowded(attributes) {
        ""
    } else {
        attributes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(broken: &str, mended: &str) {
        assert_eq!(mend(broken).unwrap().text, mended, "{broken:?}");
    }

    const RSS: &str = "<rss version=\"2.0\"><channel>";

    #[test]
    fn characters_become_references() {
        check(
            "<rss><channel><item><title>A & B &eacute; &amp; &#38; &#8; &; 1 < 2</title></item></channel></rss>",
            &format!(
                "{RSS}<item><title>A &amp; B &eacute; &amp; &amp;  &amp;; 1 &lt; 2</title></item></channel></rss>"
            ),
        );
    }

    #[test]
    fn a_wrong_end_tag_costs_at_most_its_item() {
        check(
            "<rss><channel><item><title>a</titel><link>b</link></item><item/></channel></rss>",
            &format!(
                "{RSS}<item><title>a</title><link>b</link></item><item></item></channel></rss>"
            ),
        );
        check(
            "<rss><channel><item><title>a<link>b</link><item><title>c</title></item></channel></rss>",
            &format!(
                "{RSS}<item><title>a</title><link>b</link></item><item><title>c</title></item></channel></rss>"
            ),
        );
        check(
            "<rss><channel><item><description>a<p>b<br></description></item></rss>",
            &format!(
                "{RSS}<item><description>a&lt;p>b&lt;br></description></item></channel></rss>"
            ),
        );
    }

    #[test]
    fn a_document_that_breaks_off_keeps_the_items_before() {
        let whole = "<rss><channel><item><title>a</title></item><item><title>b</title></item></channel></rss>";
        for cut in whole.find("</item>").unwrap() + 7..whole.len() - 7 {
            let mended = mend(&whole[..cut]).unwrap();
            assert!(mended.truncated);
            assert!(
                mended.text.contains("<title>a</title></item>"),
                "{}",
                mended.text
            );
            assert!(mended.text.ends_with("</channel></rss>"), "{}", mended.text);
        }
    }

    #[test]
    fn old_dialects_become_those_of_today() {
        check(
            "PHP notice <rss version='0.94' xmlns='http://backend.userland.com/rss2' xmlns:a=\"b\"><item/></rss>",
            "<rss xmlns:a=\"b\" version=\"2.0\"><channel><item></item></channel></rss>",
        );
        check(
            "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='escaped' type='text/html'>a</title><issued>b</issued></entry></feed>",
            "<feed version=\"0.3\" xmlns=\"http://www.w3.org/2005/Atom\"><entry><title type=\"html\">a</title><published>b</published></entry></feed>",
        );
    }

    #[test]
    fn each_item_can_be_read_alone() {
        let mended = mend("<rss xmlns:a='b>c'><item><title>x</title></item><item/></rss>").unwrap();
        let alone: Vec<String> = mended
            .items
            .iter()
            .map(|item| mended.with_only(item))
            .collect();
        let root = "<rss xmlns:a=\"b>c\" version=\"2.0\"><channel>";
        let expected = [
            format!("{root}<item><title>x</title></item></channel></rss>"),
            format!("{root}<item></item></channel></rss>"),
        ];
        assert_eq!(alone, expected);
    }

    #[test]
    fn depth_is_bounded() {
        let bomb = format!("<rss><channel><item>{}", "<a>".repeat(500_000));
        assert!(mend(&bomb).unwrap().text.len() < 10_000);
    }
}
