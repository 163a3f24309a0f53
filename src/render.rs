//! Digest, messages and tables as text and HTML; all Dutch is in its templates.
//!
//! The sentences stand in `render/texts.nl.toml`; `digest.html` and `digest.txt` say the same
//! ones and differ in layout only, so that both parts of a mail tell the same facts.

use std::sync::Arc;

use jiff::{Timestamp, Zoned};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, State, UndefinedBehavior, Value};
use serde::Serialize;

use crate::digest::Digest;

mod calendar; // Dutch dates and times.
mod wording; // Keywords and lists as a person reads them.

use calendar::Calendar;
use wording::Wording;

/// The Dutch sentences, `render/texts.nl.toml`: a table of sections, each key one sentence.
const TEXTS: &str = include_str!("render/texts.nl.toml");

/// The layouts, by name; what ends in `.html` is escaped.
const LAYOUTS: [(&str, &str); 4] = [
    ("digest.html", include_str!("render/digest.html")),
    ("digest.txt", include_str!("render/digest.txt")),
    ("test_mail.html", include_str!("render/test_mail.html")),
    ("test_mail.txt", include_str!("render/test_mail.txt")),
];

/// Most work one rendering may do, in units of minijinja: fifty times what the fullest overview
/// takes (measured by a test), so that only an endless loop reaches it.
pub const FUEL: u64 = 50_000_000;

/// All that is said to a person, by name.
#[derive(Debug)]
pub struct Texts {
    environment: Environment<'static>,
}

/// A mail, ready to be composed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line.
    pub subject: String,
    /// The part for readers of plain text.
    pub text: String,
    /// The part with layout: the same facts.
    pub html: String,
    /// When the mail must be gone, because something in it is past its retention.
    pub expires: Option<Timestamp>,
}

/// A layout that cannot be rendered: minijinja's account, with template and line.
#[derive(Debug, thiserror::Error)]
#[error("cannot render the template {template}")]
pub struct RenderError {
    /// The template.
    pub template: String,
    /// What is wrong.
    #[source]
    pub source: Error,
}

impl Texts {
    /// The texts shipped with the program.
    pub fn new() -> Self {
        let sections: toml::Table = TEXTS
            .parse()
            .expect("the shipped texts are TOML; a test reads them");
        let sentence = |section: &str, key: &str| {
            let sentence = sections.get(section).and_then(|section| section.get(key));
            sentence
                .and_then(toml::Value::as_str)
                .expect("the shipped texts name days, months and operators; a test reads them")
                .to_owned()
        };
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()
                .expect("the usual delimiters with tidy line ends are a syntax"),
        );
        environment.add_function("say", say);
        environment.add_filter("plural", plural);
        Calendar::new(sentence).add_to(&mut environment);
        Arc::new(Wording::new(sentence)).add_to(&mut environment);
        for (section, sentences) in &sections {
            let sentences = sentences
                .as_table()
                .expect("the shipped texts are tables of sentences");
            for (key, sentence) in sentences {
                let sentence = sentence.as_str().expect("a sentence is text").to_owned();
                environment
                    .add_template_owned(format!("{section}.{key}"), sentence)
                    .expect("the shipped sentences are templates; a test reads them");
            }
        }
        for (name, layout) in LAYOUTS {
            environment
                .add_template(name, layout)
                .expect("the shipped layouts are templates; a test renders them");
        }
        Texts { environment }
    }

    /// One sentence: `say("fault.not_utf8", &())`.
    ///
    /// # Panics
    ///
    /// When there is no such sentence or the values do not fit it. Both are mistakes of the
    /// program, found by the tests that say every sentence.
    pub fn say(&self, name: &str, values: impl Serialize) -> String {
        match self.render(name, &values) {
            Ok(sentence) => sentence,
            Err(RenderError { source, .. }) => panic!("text `{name}`: {source:#}"),
        }
    }

    /// An overview as a mail.
    pub fn digest(&self, digest: &Digest) -> Result<Rendered, RenderError> {
        Ok(Rendered {
            subject: self.render("digest.subject", digest)?,
            text: self.render("digest.txt", digest)?,
            html: self.render("digest.html", digest)?,
            expires: digest.destroy_before.as_ref().map(Zoned::timestamp),
        })
    }

    /// A mail by which a person sees that mail arrives.
    pub fn test_mail(&self, values: &TestMail) -> Result<Rendered, RenderError> {
        Ok(Rendered {
            subject: self.render("test_mail.subject", values)?,
            text: self.render("test_mail.txt", values)?,
            html: self.render("test_mail.html", values)?,
            expires: None,
        })
    }

    fn render(&self, name: &str, values: &impl Serialize) -> Result<String, RenderError> {
        self.environment
            .get_template(name)
            .and_then(|template| template.render(minijinja::value::Serde(values)))
            .map_err(|source| RenderError {
                template: name.to_owned(),
                source,
            })
    }
}

impl Default for Texts {
    fn default() -> Self {
        Texts::new()
    }
}

/// What a test mail tells.
#[derive(Clone, Debug, Serialize)]
pub struct TestMail {
    /// Name of the municipality.
    pub municipality: String,
    /// Name of the recipient for readers.
    pub recipient: String,
    /// When it is sent, local.
    pub now: Zoned,
    /// When the next overview comes, local.
    pub next: Option<Zoned>,
}

/// `{{ say("digest.period", from=from, to=to) }}`: a sentence inside a layout, which escapes it.
fn say(state: &State<'_, '_>, name: &str, values: Kwargs) -> Result<String, Error> {
    state.env().get_template(name)?.render(Value::from(values))
}

/// `{{ n|plural("bericht", "berichten") }}`: the number and the word that fits it.
fn plural(n: i64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { more })
}

/// A number as Dutch readers write it: `12.345`.
fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push('.');
        }
        written.push(digit);
    }
    if n < 0 {
        format!("-{written}")
    } else {
        written
    }
}
