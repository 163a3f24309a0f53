//! Papers as Markdown, and as a page that says the same.

use minijinja::{Environment, Value};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
use serde::Serialize;

use crate::papers::Papers;
use crate::papers::month::Month;
use crate::render::{RenderError, Texts, grouped};

/// The layouts, by the name of the file without its ending.
pub(super) const LAYOUTS: [(&str, &str); 7] = [
    (
        "verwerkingsregister.md",
        include_str!("papers/verwerkingsregister.md"),
    ),
    ("dpia.md", include_str!("papers/dpia.md")),
    (
        "algoritmeregister.md",
        include_str!("papers/algoritmeregister.md"),
    ),
    ("uitleg.md", include_str!("papers/uitleg.md")),
    ("trefwoorden.md", include_str!("papers/trefwoorden.md")),
    ("transparantie.md", include_str!("papers/transparantie.md")),
    ("page.html", include_str!("papers/page.html")),
];

/// The papers that are made from what is in force.
const REGISTER: [&str; 5] = [
    "verwerkingsregister",
    "dpia",
    "algoritmeregister",
    "uitleg",
    "trefwoorden",
];

/// A paper in its two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The name of its files, without the ending.
    pub name: String,
    /// For who goes on writing.
    pub markdown: String,
    /// For who reads or publishes: one page that needs nothing else.
    pub html: String,
}

impl Texts {
    /// The papers that are made from what is in force.
    ///
    /// # Errors
    ///
    /// A template that is broken.
    pub fn papers(&self, papers: &Papers) -> Result<Vec<Paper>, RenderError> {
        let paper = |name: &&str| self.paper(name, (*name).to_owned(), papers);
        REGISTER.iter().map(paper).collect()
    }

    /// The counts of a month.
    ///
    /// # Errors
    ///
    /// A template that is broken.
    pub fn month(&self, month: &Month, name: String) -> Result<Paper, RenderError> {
        self.paper("transparantie", name, month)
    }

    /// A keyword as it stands in the published list.
    pub fn readable(&self, keyword: &str) -> String {
        escaped(&self.say("paper.keyword", minijinja::context! { keyword }))
    }

    fn paper(
        &self,
        layout: &str,
        name: String,
        values: &impl Serialize,
    ) -> Result<Paper, RenderError> {
        let written = self.page(&format!("{layout}.md"), values)?;
        let markdown = tidy(&written);
        let title = markdown.lines().next().unwrap_or_default();
        let title = title.trim_start_matches("# ").replace('\\', "");
        let body = Value::from_safe_string(to_html(&markdown));
        let html = self.page("page.html", &minijinja::context! { title, body })?;
        Ok(Paper {
            name,
            markdown,
            html: html.trim_end().to_owned() + "\n",
        })
    }
}

/// Adds the filters of the papers: `md` (a text as itself, whatever signs it has) and `count`.
pub(super) fn add_to(environment: &mut Environment<'static>) {
    environment.add_filter("md", |text: &str| escaped(text));
    environment.add_filter("count", |n: i64| grouped(n));
}

/// A text in which no sign means anything to Markdown, on one line.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&' | '~' | '#' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Without the empty lines and spaces that templates leave behind.
fn tidy(written: &str) -> String {
    let mut tidy = String::new();
    let mut empty = true;
    for line in written.lines().map(str::trim_end) {
        if !(line.is_empty() && empty) {
            tidy.push_str(line);
            tidy.push('\n');
        }
        empty = line.is_empty();
    }
    tidy.trim_end().to_owned() + "\n"
}

/// Markdown as HTML: tables can be scrolled on a small screen and say what they are about, and
/// their heads are heads of columns.
fn to_html(markdown: &str) -> String {
    let mut heading = String::new();
    let mut in_heading = false;
    let mut tables = 0;
    let mut events = Vec::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                heading.clear();
                tables = 0;
                in_heading = true;
                events.push(event);
            }
            Event::End(TagEnd::Heading(_)) => {
                in_heading = false;
                events.push(event);
            }
            Event::Start(Tag::Table(_)) => {
                // Two tables under one heading are told apart by a number.
                tables += 1;
                let number = match tables {
                    1 => String::new(),
                    n => format!(" ({n})"),
                };
                let mut label = String::new();
                html::push_html(
                    &mut label,
                    [Event::Text(heading.clone().into())].into_iter(),
                );
                let label = label.replace('"', "&quot;");
                let open = format!(
                    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{label}{number}\">\n"
                );
                events.push(Event::Html(open.into()));
                events.push(event);
            }
            Event::End(TagEnd::Table) => {
                events.push(event);
                events.push(Event::Html("</div>\n".into()));
            }
            Event::Text(text) => {
                if in_heading {
                    heading.push_str(&text);
                }
                events.push(Event::Text(text));
            }
            // Nothing of ours is HTML, so what looks like it is a text.
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            event => events.push(event),
        }
    }
    let mut page = String::new();
    html::push_html(&mut page, events.into_iter());
    page.replace("<th>", "<th scope=\"col\">")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_of_a_text_means_anything_in_a_paper() {
        for text in [
            "een | streep en <b>vet</b> & meer",
            "*ster* _streep_ `code` [link](https://x.example) ~~weg~~",
            "\\ # kop",
            "verb:in|breken NEAR/6 (a OR b)",
        ] {
            let html = to_html(&format!("Voor {}\n", escaped(text)));
            let shown = html
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
            assert_eq!(shown, format!("<p>Voor {text}</p>\n"));
        }
    }

    #[test]
    fn a_table_can_be_scrolled_and_has_heads() {
        let html = to_html("## Wie \"nu\"?\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n");
        for part in [
            "aria-label=\"Wie &quot;nu&quot;?\"",
            "<th scope=\"col\">A</th>",
            "</table>\n</div>",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
