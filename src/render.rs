//! Digest, messages and tables as text and HTML; all Dutch is in its templates.
//!
//! The sentences stand in `render/texts/`; `digest.html` and `digest.txt` say the same
//! ones and differ in layout only, so that both parts of a mail tell the same facts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::{Timestamp, Zoned};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde};
use minijinja::{Environment, Error, State, UndefinedBehavior, Value, context};
use serde::Serialize;

use crate::alert::Alert;
use crate::digest::Digest;

mod calendar; // Dutch dates and times.
pub mod own; // Layouts and sentences of the municipality's own.
pub mod papers; // Papers as Markdown, and as a page that says the same.
pub mod undelivered; // What the operator is told of mail that cannot be delivered.
mod wording; // Keywords and lists as a person reads them.

use calendar::Calendar;
use own::{Broken, OwnTemplate};
use undelivered::Undelivered;
use wording::Wording;

/// The sentences of mails.
const OVERVIEW: &str = include_str!("render/texts/overview.nl.toml");

/// The Dutch sentences, by subject: tables of sections, each key one sentence.
const TEXTS: [&str; 9] = [
    include_str!("render/texts/rights.nl.toml"),
    include_str!("render/texts/papers.nl.toml"),
    include_str!("render/texts/audit.nl.toml"),
    include_str!("render/texts/report.nl.toml"),
    include_str!("render/texts/mistakes.nl.toml"),
    OVERVIEW,
    include_str!("render/texts/mask.nl.toml"),
    include_str!("render/texts/commands.nl.toml"),
    include_str!("render/texts/sources.nl.toml"),
];

/// The layouts, by name; what ends in `.html` is escaped.
const LAYOUTS: [(&str, &str); 21] = [
    ("rights.txt", include_str!("render/rights.txt")),
    ("operator.html", include_str!("render/operator.html")),
    ("operator.txt", include_str!("render/operator.txt")),
    ("report.html", include_str!("render/report.html")),
    ("report.txt", include_str!("render/report.txt")),
    ("keywords.txt", include_str!("render/keywords.txt")),
    ("alert.html", include_str!("render/alert.html")),
    ("alert.txt", include_str!("render/alert.txt")),
    ("story.html", include_str!("render/story.html")),
    ("story.txt", include_str!("render/story.txt")),
    ("style.html", include_str!("render/style.html")),
    ("digest.html", include_str!("render/digest.html")),
    ("digest.txt", include_str!("render/digest.txt")),
    ("test_mail.html", include_str!("render/test_mail.html")),
    ("test_mail.txt", include_str!("render/test_mail.txt")),
    ("status.txt", include_str!("render/status.txt")),
    ("visits.txt", include_str!("render/visits.txt")),
    ("explain.txt", include_str!("render/explain.txt")),
    ("card.txt", include_str!("render/card.txt")),
    ("draft.txt", include_str!("render/draft.txt")),
    ("match.txt", include_str!("render/match.txt")),
];

/// Most work one rendering may do, in units of minijinja: twenty times what an overview of 5,000 hits and
/// 1,000 failing sources takes (a test shows it), so that only an endless loop reaches it.
pub const FUEL: u64 = 50_000_000;

/// All that is said to a person, by name.
#[derive(Debug)]
pub struct Texts {
    shipped: Environment<'static>,
    /// With the municipality's own in their place, when it has any.
    own: Option<Environment<'static>>,
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
        Texts {
            shipped: environment(HashMap::new()),
            own: None,
        }
    }

    /// The same with the municipality's own in the place of some, and those that are no template.
    pub fn with_own<'t>(own: &'t [OwnTemplate]) -> (Self, Vec<Broken<'t>>) {
        let mut texts = Texts::new();
        if own.is_empty() {
            return (texts, Vec::new());
        }
        let (overlaid, broken) = own::overlay(environment, own);
        texts.own = Some(overlaid);
        (texts, broken)
    }

    /// A layout or the sentences of overviews as they are shipped; `None` when there is no such thing.
    pub fn shipped(name: &str) -> Option<&'static str> {
        if name == own::SENTENCES {
            return Some(OVERVIEW);
        }
        let replaceable = LAYOUTS.iter().filter(|(name, _)| own::NAMES.contains(name));
        let mut named = replaceable.filter(|(known, _)| *known == name);
        named.next().map(|(_, layout)| *layout)
    }

    /// Names of all sentences, as section and key with a dot between.
    pub fn names() -> BTreeSet<String> {
        let sections = sections().into_iter();
        let keys = |(section, sentences): (String, toml::Value)| -> Vec<String> {
            let sentences = sentences.as_table().into_iter().flatten();
            sentences
                .map(|(key, _)| format!("{section}.{key}"))
                .collect()
        };
        sections.flat_map(keys).collect()
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

    /// One sentence of what may not fit it: what is read back from a file.
    ///
    /// # Errors
    ///
    /// When there is no such sentence, or the values are not those it asks for.
    pub fn sentence(&self, name: &str, values: &impl Serialize) -> Result<String, RenderError> {
        self.render(name, values)
    }

    /// What a command shows of something: `page("explain.txt", …)`.
    pub fn page(&self, name: &str, values: &impl Serialize) -> Result<String, RenderError> {
        self.render(name, values)
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

    /// An alert as a mail.
    pub fn alert(&self, alert: &Alert) -> Result<Rendered, RenderError> {
        Ok(Rendered {
            subject: self.render("alert.subject", alert)?,
            text: self.render("alert.txt", alert)?,
            html: self.render("alert.html", alert)?,
            expires: alert.destroy_before.as_ref().map(Zoned::timestamp),
        })
    }

    /// A mail to the operator about mail that cannot be delivered.
    pub fn undelivered(&self, values: &Undelivered) -> Result<Rendered, RenderError> {
        Ok(Rendered {
            subject: self.render("operator.subject", values)?,
            text: self.render("operator.txt", values)?,
            html: self.render("operator.html", values)?,
            expires: None,
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

    /// Renders the municipality's own, or else the shipped one, which then says that it takes the
    /// place of a broken one.
    fn render(&self, name: &str, values: &impl Serialize) -> Result<String, RenderError> {
        let values = Value::from(Serde(values));
        let broken = match &self.own {
            None => false,
            Some(own) => match render(own, name, &values) {
                Ok(text) => return Ok(text),
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(
                        error,
                        "a template of your own is broken; the shipped one takes its place"
                    );
                    true
                }
            },
        };
        match broken {
            false => render(&self.shipped, name, &values),
            true => render(
                &self.shipped,
                name,
                &context! { own_is_broken => true, ..values },
            ),
        }
    }
}

/// The shipped sentences, by section.
fn sections() -> Vec<(String, toml::Value)> {
    let tables = TEXTS.iter().map(|text| text.parse::<toml::Table>());
    tables
        .flat_map(|table| table.expect("the shipped texts are TOML; a test reads them"))
        .collect()
}

/// All templates; `own` ones take the place of shipped ones of the same name.
fn environment(own: HashMap<String, String>) -> Environment<'static> {
    let sections = sections();
    let sentence = |section: &str, key: &str| {
        let named = sections.iter().find(|(name, _)| name == section);
        named
            .and_then(|(_, sentences)| sentences.get(key))
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
    environment.add_filter("pad", pad);
    papers::add_to(&mut environment);
    Calendar::new(sentence).add_to(&mut environment);
    Arc::new(Wording::new(sentence)).add_to(&mut environment);
    let mut sources: HashMap<String, String> = HashMap::new();
    for (section, sentences) in &sections {
        let sentences = sentences
            .as_table()
            .expect("the shipped texts are tables of sentences");
        for (key, sentence) in sentences {
            let sentence = sentence.as_str().expect("a sentence is text").to_owned();
            sources.insert(format!("{section}.{key}"), sentence);
        }
    }
    for (name, layout) in LAYOUTS.into_iter().chain(papers::LAYOUTS) {
        sources.insert(name.to_owned(), layout.to_owned());
    }
    sources.extend(own);
    // A command says a few of the hundreds of sentences; each is compiled when it is first said.
    environment.set_loader(move |name| Ok(sources.get(name).cloned()));
    environment
}

fn render(
    environment: &Environment<'_>,
    name: &str,
    values: &Value,
) -> Result<String, RenderError> {
    environment
        .get_template(name)
        .and_then(|template| template.render(values))
        .map_err(|source| RenderError {
            template: name.to_owned(),
            source,
        })
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

/// `{{ name|pad(20) }}`: the text, filled up with spaces to this many characters.
fn pad(text: &str, width: usize) -> String {
    format!("{text:width$}")
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

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use minijinja::context;

    use super::*;
    use crate::digest::hearing::SourceState;
    use crate::digest::{Gathered, compose};
    use crate::item::{Excerpt, HitId, KeptEvidence, KeptHit, StoredHit, Withheld};
    use crate::keyword::KeywordLine;
    use crate::outcome::{FailureClass, Repair};
    use crate::source::{SourceId, Voice};
    use crate::span::Span;
    use crate::theme::ThemeId;

    #[test]
    fn every_failure_reason_and_voice_has_a_sentence() {
        let texts = Texts::new();
        let mut said = Vec::new();
        for class in FailureClass::ALL {
            let name = format!("failure.{}", class.as_str());
            let sentence = texts.shipped.get_template(&name).unwrap();
            let sentence = sentence
                .render(context! { lasting => "al 2 dagen" })
                .unwrap();
            assert!(sentence.contains("al 2 dagen"), "{sentence}");
            said.push(sentence);
        }
        for class in FailureClass::ALL {
            let advice = format!("advice.{}", class.as_str());
            let advice = texts.shipped.get_template(&advice).unwrap();
            advice.render(context! { source => "wijkkrant" }).unwrap();
        }
        for repair in Repair::ALL {
            said.push(texts.say(&format!("repair.{}", repair.as_str()), ()));
        }
        for reason in Withheld::ALL {
            said.push(texts.say(&format!("withheld.{}", reason.as_str()), ()));
        }
        for voice in Voice::WORDS {
            said.push(texts.say(&format!("voice.{voice}"), ()));
        }
        let all = said.len();
        said.sort();
        said.dedup();
        assert_eq!(said.len(), all, "each says something of its own");
    }

    #[test]
    fn every_sentence_and_layout_is_a_template() {
        let texts = Texts::new();
        let tables = TEXTS
            .iter()
            .map(|text| text.parse::<toml::Table>().unwrap());
        let sentence = |(section, sentences): (String, toml::Value)| {
            let keys: Vec<String> = sentences.as_table().unwrap().keys().cloned().collect();
            keys.into_iter().map(move |key| format!("{section}.{key}"))
        };
        let sentences = tables.flatten().flat_map(sentence);
        let layouts = LAYOUTS.iter().map(|(name, _)| (*name).to_owned());
        for name in sentences.chain(layouts) {
            let template = texts.shipped.get_template(&name);
            assert!(template.is_ok(), "{name}: {:?}", template.err());
        }
    }

    #[test]
    fn no_sentence_shouts() {
        let tables = TEXTS
            .iter()
            .map(|text| text.parse::<toml::Table>().unwrap());
        for (section, sentences) in tables.flatten() {
            for (key, sentence) in sentences.as_table().unwrap() {
                assert!(!sentence.as_str().unwrap().contains('!'), "{section}.{key}");
            }
        }
    }

    #[test]
    fn a_number_takes_the_word_that_fits_it() {
        for (n, expected) in [
            (0, "0 treffers"),
            (1, "1 treffer"),
            (2, "2 treffers"),
            (999, "999 treffers"),
            (12_345, "12.345 treffers"),
            (1_000_000, "1.000.000 treffers"),
        ] {
            assert_eq!(plural(n, "treffer", "treffers"), expected);
        }
    }

    #[test]
    fn durations_are_said_in_words() {
        let texts = Texts::new();
        for (hours, expected) in [
            (0, "sinds kort"),
            (1, "al 1 uur"),
            (47, "al 47 uur"),
            (48, "al 2 dagen"),
            (170, "al 7 dagen"),
        ] {
            assert_eq!(
                texts.say("digest.lasting", serde_json::json!({ "hours": hours })),
                expected
            );
        }
    }

    #[test]
    fn the_subject_tells_the_news() {
        let texts = Texts::new();
        let subject = |hits: usize, themes: usize| {
            texts.say(
                "digest.subject",
                serde_json::json!({
                    "municipality": "Lindemeer",
                    "to": "2026-11-24T07:30:00+01:00[Europe/Amsterdam]",
                    "totals": { "hits": hits, "themes": themes },
                }),
            )
        };
        assert_eq!(
            subject(7, 2),
            "Luisterpost Lindemeer, di 24 nov: 7 treffers, 2 thema's"
        );
        assert_eq!(
            subject(1, 1),
            "Luisterpost Lindemeer, di 24 nov: 1 treffer, 1 thema"
        );
        assert_eq!(
            subject(0, 0),
            "Luisterpost Lindemeer, di 24 nov: geen treffers"
        );
    }

    #[test]
    fn an_endless_loop_ends_at_the_fuel() {
        let mut texts = Texts::new();
        texts.shipped.set_fuel(Some(FUEL / 50));
        let endless =
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
        let result = texts.shipped.render_str(endless, ());
        assert_eq!(result.unwrap_err().kind(), minijinja::ErrorKind::OutOfFuel);
    }

    /// More themes, sources and hits than any municipality has.
    fn fullest() -> Digest {
        let id = |n: usize| format!("nummer-{n}");
        let instant = Timestamp::from_second(1_800_000_000).unwrap();
        let keyword = KeywordLine {
            file: "keywords/x.toml".to_owned(),
            line: 1,
            list: "strong".to_owned(),
            text: "woord NEAR/5 (een OR ander)".to_owned(),
        };
        let hit = |n: usize| KeptHit {
            source: SourceId::parse(&id(n % 1000)).unwrap(),
            voice: Voice::Press,
            theme: ThemeId::parse(&id(n % 40)).unwrap(),
            theme_version: String::new(),
            fetched_at: instant,
            published_at: None,
            expires_at: instant,
            link: Some(format!("https://krant.example/{n}")),
            excerpt: Excerpt::Shown {
                text: "a b ".repeat(60),
                marks: (0..60)
                    .map(|n| Span {
                        start: n * 4,
                        end: n * 4 + 1,
                    })
                    .collect(),
            },
            places: vec!["Brink".to_owned(); 9],
            evidence: vec![
                KeptEvidence {
                    keyword: keyword.clone(),
                    words: vec![Span { start: 0, end: 1 }; 9]
                };
                9
            ],
            vetoes_tested: 0,
            urgent: true,
        };
        compose(Gathered {
            municipality: "Lindemeer".to_owned(),
            recipient: "Team".to_owned(),
            from: instant,
            to: instant,
            zone: TimeZone::UTC,
            hits: (0..5_000)
                .map(|number| StoredHit {
                    id: HitId(number as i64),
                    hit: hit(number),
                })
                .collect(),
            themes: Vec::new(),
            places: crate::place::Map::default(),
            activity: crate::digest::rising::Activity::default(),
            alerted: std::collections::BTreeSet::new(),
            answers: None,
            open_points: Vec::new(),
            holds: Vec::new(),
            sources: (0..1_000)
                .map(|n| SourceState {
                    source: SourceId::parse(&id(n)).unwrap(),
                    name: id(n),
                    last_heard: None,
                    failing: Some((instant, FailureClass::Timeout)),
                    stopped: true,
                    fell_quiet: Some(instant),
                    recovered: None,
                })
                .collect(),
            canary: None,
            week: None,
            read: 1,
            lost: 1,
            next: None,
            notes: Vec::new(),
        })
    }

    #[test]
    fn the_fullest_overview_needs_a_small_part_of_the_fuel() {
        let digest = fullest();
        let mut texts = Texts::new();
        texts.shipped.set_fuel(Some(FUEL / 20));
        assert!(texts.digest(&digest).is_ok());
    }

    #[test]
    fn sentences_in_html_are_escaped() {
        let mut texts = Texts::new();
        texts
            .shipped
            .add_template(
                "try.html",
                r#"{{ say("digest.title", municipality="<b>") }}"#,
            )
            .unwrap();
        let page = texts.render("try.html", &()).unwrap();
        assert_eq!(page, "Luisterpost &lt;b&gt;");
    }
}
