//! Mends XML feeds that a strict parser refuses, at the cost of no more than the broken item.
//!
//! The markup is written anew from its tokens: every element is closed, in order, once; bare `&`
//! and `<` become references; old dialects become RSS 2.0 or Atom. Only documents that could not
//! be read come here.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::connector::MAX_ITEMS;
use crate::connector::markup::{Token, tokens};
use crate::connector::sniff::is_feed_root;

/// Most levels of elements in a feed. Feeds have six and XHTML in them some twenty; what is deeper
/// loses its tags, not its text.
pub const MAX_DEPTH: usize = 128;

/// Most attributes of one element: the parser compares each with all before it. Feeds declare
/// some twenty namespaces.
pub const MAX_ATTRIBUTES: usize = 128;

/// What a look over a document tells before it is parsed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Survey {
    /// How many items start in it.
    pub items: usize,
    /// Whether its nesting and its tags are such that a parser can be trusted with it.
    pub reasonable: bool,
    /// Whether tags stand in an element that holds text only; a parser drops what follows them.
    pub naked_markup: bool,
}

/// Looks a document over, in one pass.
pub fn survey(text: &str) -> Survey {
    let mut survey = Survey {
        items: 0,
        reasonable: true,
        naked_markup: false,
    };
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
    survey
}

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
    /// Whether the innermost element holds text only, so that tags in it are text.
    textual: bool,
    /// Names of tags written as text in the field that is open.
    escaped: Vec<&'a str>,
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
            textual: false,
            escaped: Vec::new(),
            opened_at: 0,
            left_out: None,
            is_enough: false,
        };
        let attributes = if is_crowded(attributes) {
            ""
        } else {
            attributes
        };
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
            mender.item = Some((0, 0));
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
            Token::Text(text) => escape(text, &mut self.mended.text),
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
        let attributes = if is_crowded(attributes) {
            ""
        } else {
            attributes
        };
        if is_item(name) {
            if let Some((_, level)) = self.item {
                self.close_down_to(level);
            }
            if self.family == Family::Rss && !self.open.contains_key("channel") {
                self.push("channel", "");
            }
            self.item = Some((self.mended.text.len(), self.stack.len()));
        } else if name == "channel" && self.family == Family::Rss && self.open.contains_key(name) {
            return;
        } else if self.is_in_field() {
            if is_field(name) {
                self.pop();
            } else {
                self.escaped.push(name);
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
        let attributes = self.attributes_of_today(name, attributes);
        self.push(name, &attributes);
        if empty {
            self.pop();
        }
    }

    fn close(&mut self, name: &'a str) {
        let name = of_today(name);
        if self.is_in_field() && self.stack.last() != Some(&name) && self.escaped.contains(&name) {
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
            while self.pop() != Some(name) {}
        } else if self.is_in_field() {
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
            self.mended.text.truncate(start);
            self.stack.truncate(level);
        }
        self.close_down_to(0);
        self.surround();
        self.mended
    }

    /// Keeps the tags around an item, for reading it alone.
    fn surround(&mut self) {
        let root_end = self.mended.text.find('>').map_or(0, |at| at + 1);
        let root = &self.mended.text[..root_end];
        let name = root
            .trim_start_matches('<')
            .split([' ', '>'])
            .next()
            .unwrap_or_default();
        if is_item(name) {
            // The item is the document.
            return;
        }
        let (inner, inner_end) = match self.family {
            Family::Rss => ("<channel>", "</channel>"),
            Family::Atom => ("", ""),
        };
        self.mended.before = [root, inner].concat();
        self.mended.after = [inner_end, "</", name, ">"].concat();
    }

    /// Text types of Atom 0.3, and types that do not exist, as one of the three that do.
    fn attributes_of_today<'b>(&self, name: &str, attributes: &'b str) -> Cow<'b, str> {
        let is_text = matches!(
            name,
            "title" | "summary" | "subtitle" | "rights" | "content" | "tagline"
        );
        if self.family != Family::Atom || !is_text {
            return attributes.into();
        }
        let kind = pairs(attributes)
            .find(|(key, _)| *key == "type")
            .map(|(_, value)| value);
        let is_linked = name == "content" && pairs(attributes).any(|(key, _)| key == "src");
        let kind = match kind {
            _ if is_linked => return attributes.into(),
            Some(kind) if kind.contains("xhtml") => "xhtml",
            Some(kind) if kind.contains("html") => "html",
            Some(kind) if name == "content" && kind.contains('/') && !kind.starts_with("text/") => {
                return attributes.into();
            }
            _ => "text",
        };
        let base = pairs(attributes).find(|(key, _)| *key == "xml:base");
        let base = base
            .map(|(_, base)| format!(" xml:base=\"{base}\""))
            .unwrap_or_default();
        format!(" type=\"{kind}\"{base}").into()
    }
}

/// The name that RSS 2.0 or Atom has for an element of an older dialect: RSS 1.0 stood in RDF, and
/// Atom 0.3 had other names for the dates.
fn of_today(name: &str) -> &str {
    match name {
        "RSS" | "RDF" | "rdf:RDF" => "rss",
        "modified" => "updated",
        "issued" | "created" => "published",
        _ => name.strip_prefix("rss:").unwrap_or(name),
    }
}

/// Whether an element belongs to a vocabulary that is not read. What is broken may be broken there.
fn is_foreign(name: &str) -> bool {
    const READ: &[&str] = &["content:encoded", "dc:date"];
    match name.split_once(':') {
        Some((prefix, _)) => !matches!(prefix, "atom" | "a" | "xhtml") && !READ.contains(&name),
        None => false,
    }
}

/// Whether an element is an item of a feed.
pub fn is_item(name: &str) -> bool {
    matches!(
        name,
        "item" | "entry" | "rss:item" | "atom:entry" | "a:entry"
    )
}

/// Elements of an RSS item that stand directly in it: one of them ends the one before it.
fn is_field(name: &str) -> bool {
    is_text_field(name)
        || matches!(
            name,
            "author"
                | "category"
                | "comments"
                | "enclosure"
                | "source"
                | "dc:subject"
                | "updated"
                | "published"
                | "id"
                | "media:content"
                | "media:thumbnail"
                | "wfw:commentRss"
        )
}

/// Elements of an RSS item that hold text only: tags in them are HTML that was not escaped.
fn is_text_field(name: &str) -> bool {
    matches!(
        name,
        "title"
            | "link"
            | "description"
            | "guid"
            | "pubDate"
            | "content:encoded"
            | "dc:date"
            | "summary"
            | "content"
            | "itunes:summary"
    )
}

fn is_crowded(attributes: &str) -> bool {
    attributes.len() > MAX_ATTRIBUTES && attributes.matches(['=', ' ']).count() > 2 * MAX_ATTRIBUTES
}

/// Names and raw values of attributes; those without quotes are left out.
fn pairs(attributes: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = attributes;
    std::iter::from_fn(move || {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after[1..].split_once(quote)?;
        rest = after;
        Some((key.split_whitespace().last().unwrap_or_default(), value))
    })
}

/// Writes text so that every `<` and bare `&` is a reference and every reference is one to a
/// character that XML allows. Named references stay: HTML knows them.
fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('<') {
            out.push_str("&lt;");
            rest = after;
            continue;
        }
        // The longest name of HTML has 31 letters.
        let window = &rest[1..rest.floor_char_boundary(34)];
        let name = window.find(';').map(|end| &window[..end]);
        match name.map(|name| (name, reference(name))) {
            Some((name, Reference::Kept)) => {
                out.push_str(&rest[..name.len() + 2]);
                rest = &rest[name.len() + 2..];
            }
            Some((name, Reference::Character(c))) => {
                escape_all(&[c.encode_utf8(&mut [0; 4])], out);
                rest = &rest[name.len() + 2..];
            }
            Some((name, Reference::Impossible)) => rest = &rest[name.len() + 2..],
            _ => {
                out.push_str("&amp;");
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

enum Reference {
    /// By name.
    Kept,
    /// By number.
    Character(char),
    /// To a character that XML does not allow.
    Impossible,
    /// No reference at all.
    None,
}

fn reference(name: &str) -> Reference {
    let Some(digits) = name.strip_prefix('#') else {
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return if named {
            Reference::Kept
        } else {
            Reference::None
        };
    };
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    match code.map(char::from_u32) {
        Ok(Some(c))
            if !c.is_control() || ('\u{80}'..'\u{a0}').contains(&c) || c.is_whitespace() =>
        {
            Reference::Character(c)
        }
        Ok(_) => Reference::Impossible,
        Err(_) => Reference::None,
    }
}

/// Writes markup as text.
fn escape_all(parts: &[&str], out: &mut String) {
    for part in parts {
        for c in part.chars() {
            match c {
                '<' => out.push_str("&lt;"),
                '&' => out.push_str("&amp;"),
                c => out.push(c),
            }
        }
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
    fn depth_is_bounded() {
        let bomb = format!("<rss><channel><item>{}", "<a>".repeat(500_000));
        assert!(!survey(&bomb).reasonable);
        assert!(mend(&bomb).unwrap().text.len() < 10_000);
        let crowded: String = (0..50_000).map(|n| format!(" a{n}=''")).collect();
        assert!(!survey(&format!("<rss{crowded}>")).reasonable);
    }
}
