//! HTML to plain text.
//!
//! The HTML of a stranger is parsed by html5ever, whose work grows with the square of the nesting.
//! The tree is therefore grown in small steps and looked at after each; what grows too deep or too
//! large is not parsed further but read as text with its tags struck out.

use html5ever::tendril::TendrilSink;
use scraper::node::Element;
use scraper::{ElementRef, Html, HtmlTreeSink, Node, Selector};

use ego_tree::NodeRef;
use ego_tree::iter::Edge;

/// Most levels of nesting that are parsed: a browser stops at 512 too, and html5ever needs
/// milliseconds for it, against minutes for what an attacker can nest in 5 MiB.
pub const MAX_DEPTH: usize = 512;

/// Most nodes in a tree: ten times the largest forum page seen, some 80 MiB at most.
pub const MAX_NODES: usize = 500_000;

/// Most attributes of one tag: html5ever compares each with all before it. Real tags have under 50.
pub const MAX_ATTRIBUTES: usize = 512;

/// Longest text taken from one message, in bytes. A message is read by people and cut to 240
/// characters; what stands after some forty pages is no message any more.
pub const MAX_TEXT: usize = 128 * 1024;

/// Bytes given to the parser between two looks at the tree.
const STEP: usize = 4 * 1024;

/// Makes plain text of HTML: a line per block, `alt` texts of images, no scripts or styles,
/// entities decoded, white space tidied; subtrees that match a selector of `drop` are left out.
///
/// HTML beyond [`MAX_DEPTH`], [`MAX_NODES`] or [`MAX_ATTRIBUTES`] is read with its tags struck
/// out; selectors then have nothing to match. The text ends at [`MAX_TEXT`] bytes.
pub fn html_to_text(html: &str, drop: &[Selector]) -> String {
    if !html.contains(['<', '&']) {
        return tidy(html);
    }
    match parse(html) {
        Some(tree) => tree_to_text(&tree, drop),
        None => tidy(&decode_entities(&strike_tags(html))),
    }
}

/// Makes plain text of one element of a parsed page, by the rules of [`html_to_text`].
pub fn element_to_text(element: ElementRef<'_>, drop: &[Selector]) -> String {
    subtree_to_text(*element, drop)
}

/// Makes one line of a title that may hold tags and entities, also entities encoded twice
/// (`&amp;eacute;`), as titles in RSS often are.
pub fn html_to_line(html: &str) -> String {
    let mut text = html_to_text(html, &[]);
    if text.contains('&') {
        text = decode_entities(&text);
    }
    text_to_line(&text)
}

/// Makes one line of plain text.
pub fn text_to_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(MAX_TEXT));
    for word in tidy(text).split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Tidies plain text: single spaces, no empty lines, no control characters, at most [`MAX_TEXT`].
pub fn tidy(text: &str) -> String {
    let mut writer = Writer::default();
    writer.lines(text);
    writer.text
}

/// Decodes the entities of a text without touching anything that looks like a tag.
pub fn decode_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let tree = Html::parse_fragment(&text.replace('<', "&lt;"));
    tree.root_element().text().collect()
}

/// Parses a document; `None` when it is deeper or larger than is reasonable.
pub fn parse(html: &str) -> Option<Html> {
    if has_crowded_tag(html) {
        return None;
    }
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut parser = html5ever::parse_document(sink, html5ever::ParseOpts::default());
    let mut seen = 0;
    let mut rest = html;
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.floor_char_boundary(STEP));
        parser.process(step.into());
        rest = after;

        let grown = parser.tokenizer.sink.sink.0.borrow();
        let nodes = grown.tree.nodes();
        let total = nodes.len();
        let too_deep = |node: NodeRef<'_, Node>| node.ancestors().nth(MAX_DEPTH).is_some();
        if total > MAX_NODES || nodes.rev().take(total - seen).any(too_deep) {
            return None;
        }
        seen = total;
    }
    Some(parser.finish())
}

/// Whether a tag has more attributes than [`MAX_ATTRIBUTES`]. Attributes are told apart by white
/// space, slashes and closing quotes; a value without quotes that holds slashes counts as several.
fn has_crowded_tag(html: &str) -> bool {
    let mut in_tag = false;
    let mut quote = None;
    let mut attributes = 0;
    let mut previous = b' ';
    for &byte in html.as_bytes() {
        if !in_tag {
            in_tag = previous == b'<' && byte.is_ascii_alphabetic();
            attributes = 0;
        } else if let Some(open) = quote {
            if byte == open {
                quote = None;
                attributes += 1;
            }
        } else if byte == b'>' {
            in_tag = false;
        } else if matches!(byte, b'"' | b'\'') && previous == b'=' {
            quote = Some(byte);
        } else if (byte.is_ascii_whitespace() || byte == b'/') && previous.is_ascii_alphanumeric() {
            attributes += 1;
        }
        if attributes > MAX_ATTRIBUTES {
            return true;
        }
        previous = byte;
    }
    false
}

/// Replaces each tag by a space, in one pass.
fn strike_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len().min(MAX_TEXT));
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        if text.len() > MAX_TEXT {
            return text;
        }
        rest = &rest[open..];
        let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        match rest.find('>') {
            Some(close) if is_tag => {
                text.push(' ');
                rest = &rest[close + 1..];
            }
            None if is_tag => return text,
            _ => {
                text.push('<');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

fn tree_to_text(tree: &Html, drop: &[Selector]) -> String {
    subtree_to_text(tree.tree.root(), drop)
}

fn subtree_to_text(root: NodeRef<'_, Node>, drop: &[Selector]) -> String {
    let mut writer = Writer::default();
    let mut left_out = None;
    let mut preformatted = 0_usize;
    for edge in root.traverse() {
        match edge {
            Edge::Open(node) if left_out.is_none() => match node.value() {
                Node::Text(text) if preformatted > 0 => writer.lines(text),
                Node::Text(text) => writer.words(text),
                Node::Element(element) => {
                    if is_unseen(element) || (node != root && is_dropped(node, drop)) {
                        left_out = Some(node.id());
                        writer.gap(layout(element));
                        continue;
                    }
                    preformatted += usize::from(element.name() == "pre");
                    writer.gap(layout(element));
                    match element.name() {
                        "li" => writer.words("- "),
                        "img" => {
                            writer.words(" ");
                            writer.words(element.attr("alt").unwrap_or_default());
                            writer.words(" ");
                        }
                        _ => {}
                    }
                }
                _ => {}
            },
            Edge::Close(node) if left_out == Some(node.id()) => left_out = None,
            Edge::Close(node) if left_out.is_none() => {
                if let Node::Element(element) = node.value() {
                    preformatted -= usize::from(element.name() == "pre");
                    writer.gap(layout(element));
                }
            }
            _ => {}
        }
        if writer.is_full() {
            break;
        }
    }
    writer.text
}

/// What a reader of the page does not see as text.
fn is_unseen(element: &Element) -> bool {
    matches!(
        element.name(),
        "script" | "style" | "template" | "noscript" | "iframe" | "head" | "title" | "object"
    )
}

fn is_dropped(node: NodeRef<'_, Node>, drop: &[Selector]) -> bool {
    ElementRef::wrap(node).is_some_and(|element| drop.iter().any(|s| s.matches(&element)))
}

/// What an element puts between the text before and after it.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    Nothing,
    Space,
    Line,
}

/// Block elements of the HTML standard's style sheet break the line, cells of a table are a space apart.
fn layout(element: &Element) -> Gap {
    match element.name() {
        "address" | "article" | "aside" | "blockquote" | "body" | "br" | "caption" | "center"
        | "dd" | "details" | "dialog" | "dir" | "div" | "dl" | "dt" | "fieldset" | "figcaption"
        | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header"
        | "hgroup" | "hr" | "html" | "legend" | "li" | "main" | "menu" | "nav" | "ol"
        | "optgroup" | "option" | "p" | "pre" | "search" | "section" | "summary" | "table"
        | "tbody" | "tfoot" | "thead" | "tr" | "ul" => Gap::Line,
        "td" | "th" | "button" | "input" | "select" | "textarea" | "video" | "audio" => Gap::Space,
        _ => Gap::Nothing,
    }
}

/// Text in the making: gaps are written only between words, so that none stands at an end.
#[derive(Default)]
struct Writer {
    text: String,
    gap: Gap,
}

impl Writer {
    fn gap(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn is_full(&self) -> bool {
        self.text.len() >= MAX_TEXT
    }

    fn words(&mut self, text: &str) {
        for c in text.chars().map(windows_letter) {
            if c.is_whitespace() {
                self.gap(Gap::Space);
            } else if !is_control(c) {
                self.push(c);
            }
        }
    }

    fn lines(&mut self, text: &str) {
        for c in text.chars().map(windows_letter) {
            if matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}') {
                self.gap(Gap::Line);
            } else if c.is_whitespace() {
                self.gap(Gap::Space);
            } else if !is_control(c) {
                self.push(c);
            }
        }
    }

    fn push(&mut self, c: char) {
        // Room for the gap and the character, so that the limit is never passed.
        if self.text.len() + 1 + c.len_utf8() > MAX_TEXT {
            return;
        }
        match std::mem::take(&mut self.gap) {
            _ if self.text.is_empty() => {}
            Gap::Nothing => {}
            Gap::Space => self.text.push(' '),
            Gap::Line => self.text.push('\n'),
        }
        self.text.push(c);
    }
}

/// Control characters 80 to 9F are letters of Windows that were taken for Latin-1: `don\u{92}t`.
fn windows_letter(c: char) -> char {
    match u8::try_from(c) {
        Ok(byte @ 0x80..=0x9f) => {
            let bytes = [byte];
            let (letter, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
            letter.chars().next().unwrap_or(c)
        }
        _ => c,
    }
}

/// Characters that no text means: controls, the byte-order mark, and what is no character at all.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, text: &str) {
        assert_eq!(html_to_text(html, &[]), text, "{html:?}");
    }

    #[test]
    fn blocks_become_lines_and_markup_goes() {
        check("", "");
        check("  gewone\n tekst ", "gewone\ntekst");
        check("<p>Eén</p><p>twee</p>", "Eén\ntwee");
        check("een<br>twee<br/>drie", "een\ntwee\ndrie");
        check("<ul><li>slot<li>raam</ul>daarna", "- slot\n- raam\ndaarna");
        check(
            "<b>woning</b>inbraak in de <i>straat</i>",
            "woninginbraak in de straat",
        );
        check(
            "foto <img src=x alt='kapot raam'>hier",
            "foto kapot raam hier",
        );
        check("<table><tr><td>ma<td>di<tr><td>wo</table>", "ma di\nwo");
        check("<pre>a\n  b</pre>", "a\nb");
        check(
            "a<script>x()</script><style>p{}</style><!-- weg --><noscript>n</noscript>b",
            "ab",
        );
        check("<template><p>t</p></template>rest", "rest");
        check("1 < 2 en 3 > 2", "1 < 2 en 3 > 2");
    }

    #[test]
    fn entities_and_control_characters() {
        check("caf&eacute; &amp; bar&nbsp;&euro;5", "café & bar €5");
        check("a\u{8}b\u{feff}c\u{0}", "abc");
        check("zo\u{92}n \u{80}5", "zo’n €5");
        check("&#8;&#x1F6B2;", "🚲");
        assert_eq!(decode_entities("<b>&eacute;</b>"), "<b>é</b>");
    }

    #[test]
    fn a_title_is_one_line_with_entities_decoded_twice() {
        let check = |title: &str, line: &str| assert_eq!(html_to_line(title), line);
        check(
            "Inbraak\n  in de <b>Molenbuurt</b>",
            "Inbraak in de Molenbuurt",
        );
        check("Caf&amp;eacute; dicht", "Café dicht");
        check("Q&A met de wethouder", "Q&A met de wethouder");
        check("AT&amp;amp;T", "AT&T");
    }

    #[test]
    fn quoted_posts_are_left_out() {
        let drop = [Selector::parse("blockquote").unwrap()];
        let html = "<blockquote>Er is <p>ingebroken</p></blockquote><p>Dat is niet waar</p>";
        assert_eq!(html_to_text(html, &drop), "Dat is niet waar");
    }

    #[test]
    fn nesting_bombs_are_read_as_text() {
        let within = "<div>".repeat(400) + "diep";
        assert_eq!(html_to_text(&within, &[]), "diep");
        for bomb in [
            "<div>",
            "<ul><li>",
            "<b><p>",
            "<div><!--</div>-->",
            "<div></span>",
        ] {
            let html = format!("begin {}eind", bomb.repeat(5 * 1024 * 1024 / bomb.len()));
            assert!(parse(&html).is_none(), "{bomb}");
            assert!(html_to_text(&html, &[]).starts_with("begin"), "{bomb}");
        }
    }

    #[test]
    fn a_tag_with_a_hundred_thousand_attributes_is_not_parsed() {
        let attributes: String = (0..100_000).map(|n| format!(" a{n}=1")).collect();
        assert!(parse(&format!("<p{attributes}>tekst")).is_none());
        let quoted: String = (0..100_000).map(|n| format!("a{n}=\">\"")).collect();
        assert!(parse(&format!("<p {quoted}>tekst")).is_none());
        assert!(parse("<p class=\"a b c\" data-text='x > y'>tekst").is_some());
    }

    #[test]
    fn text_is_capped() {
        let long = "woord ".repeat(MAX_TEXT);
        assert!(html_to_text(&long, &[]).len() <= MAX_TEXT);
        assert!(html_to_text(&format!("<p>{long}"), &[]).len() <= MAX_TEXT);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics_and_no_gap_stands_at_an_end(html in "(<[a-z/!]{1,9}>?|&[a-z#0-9]{1,5};?|[ \n\\PC]){0,60}") {
            let text = html_to_text(&html, &[]);
            proptest::prop_assert_eq!(text.trim(), &text);
            proptest::prop_assert!(!html_to_line(&html).contains('\n'));
        }
    }
}
