//! `match`: which themes texts belong to, and why.

use std::io::{self, BufRead, Write};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::cli::{Ended, Shell, json_line, loaded};
use crate::item::Span;
use crate::matching::{Finding, Scratch, Vetoed};
use crate::source;

/// A text longer than this is no message: a line without an end is refused, not read for ever.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// As messages of a source where everything concerns us, or only what names a place of ours
    #[arg(long, value_enum, default_value = "local")]
    scope: Scope,
    /// Read and write data: lines of {"id", "text"} in, one JSON object for each out
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Scope {
    Local,
    Wide,
}

/// A text to be judged.
#[derive(Deserialize)]
struct Given {
    id: serde_json::Value,
    text: String,
}

/// Judges one text a line, until the input ends.
pub(crate) fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell);
    let scope = match arguments.scope {
        Scope::Local => source::Scope::Local,
        Scope::Wide => source::Scope::Wide,
    };
    let mut judge = Judge {
        app: &app,
        scope,
        scratch: Scratch::default(),
    };
    let mut input = io::stdin().lock();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = io::Read::take(&mut input, LONGEST_LINE).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        if text.is_empty() {
            continue;
        }
        if arguments.json {
            let given: Given = serde_json::from_str(text).with_context(|| {
                format!("line {number} of the input is no {{\"id\", \"text\"}}")
            })?;
            let finding = judge.find(&given.text);
            json_line(&mut out, &judged(&given, &finding))?;
            out.flush()?;
        } else {
            let finding = judge.find(text);
            writeln!(
                out,
                "{}",
                shell
                    .texts
                    .page("match.txt", &judge.shown(text, &finding))?
            )?;
            out.flush()?;
        }
    }
    Ok(Ended::Well)
}

struct Judge<'a> {
    app: &'a App,
    scope: source::Scope,
    scratch: Scratch,
}

impl Judge<'_> {
    /// What a visit would find in this text, for the themes that are listened for.
    fn find(&mut self, text: &str) -> Finding {
        let ears = &self.app.listener.ears;
        let names = ears.matcher.place_spans(&mut self.scratch, text);
        // As at a visit: what cannot be masked is matched all the same.
        let masked: Vec<Span> = ears
            .masker
            .find(text, &names)
            .into_iter()
            .flatten()
            .map(|masked| masked.span)
            .collect();
        let mut finding = ears
            .matcher
            .find_with(&mut self.scratch, text, &masked, self.scope);
        let enabled =
            |id: &crate::theme::ThemeId| ears.themes.get(id).is_some_and(|theme| theme.enabled);
        finding.hits.retain(|hit| enabled(&hit.theme));
        finding.vetoed.retain(|vetoed| enabled(&vetoed.theme));
        finding
    }

    /// The same for a person.
    fn shown(&self, text: &str, finding: &Finding) -> Shown {
        let title = |id| {
            self.app
                .listener
                .ears
                .themes
                .get(id)
                .map_or_else(String::new, |theme| theme.title.clone())
        };
        let found = finding.hits.iter().flat_map(|hit| {
            hit.evidence.iter().map(|evidence| ShownEvidence {
                theme: title(&hit.theme),
                words: words(text, &evidence.words),
                keyword: evidence.keyword.text.clone(),
                file: evidence.keyword.file.clone(),
                line: evidence.keyword.line,
            })
        });
        let vetoed = finding.vetoed.iter().map(|vetoed| ShownVeto {
            theme: title(&vetoed.theme),
            words: words(text, &vetoed.words),
            reason: vetoed.reason.word(),
            veto: taken_by(vetoed).to_owned(),
            file: vetoed.reason.line().map(|line| line.file.clone()),
            line: vetoed.reason.line().map(|line| line.line),
        });
        Shown {
            text: text.to_owned(),
            found: found.collect(),
            vetoed: vetoed.collect(),
            places: finding
                .places
                .iter()
                .map(|place| place.name.to_string())
                .collect(),
        }
    }
}

/// What is shown of one text.
#[derive(Serialize)]
struct Shown {
    text: String,
    found: Vec<ShownEvidence>,
    vetoed: Vec<ShownVeto>,
    places: Vec<String>,
}

#[derive(Serialize)]
struct ShownEvidence {
    theme: String,
    words: String,
    keyword: String,
    file: String,
    line: u32,
}

#[derive(Serialize)]
struct ShownVeto {
    theme: String,
    words: String,
    reason: &'static str,
    /// The line, or the place elsewhere.
    veto: String,
    file: Option<String>,
    line: Option<u32>,
}

/// The answer to one text, as data; spans are bytes of the text as given.
#[derive(Serialize)]
struct Judged<'j> {
    id: &'j serde_json::Value,
    themes: Vec<&'j str>,
    places: Vec<&'j str>,
    evidence: Vec<JudgedEvidence<'j>>,
    vetoed: Vec<JudgedVeto<'j>>,
}

#[derive(Serialize)]
struct JudgedEvidence<'j> {
    theme: &'j str,
    keyword: &'j str,
    words: String,
    span: Span,
    file: &'j str,
    line: u32,
}

#[derive(Serialize)]
struct JudgedVeto<'j> {
    theme: &'j str,
    keyword: &'j str,
    words: String,
    reason: &'static str,
    /// The line, or the place elsewhere; empty when the message names no place.
    veto: &'j str,
    /// Where the place elsewhere is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'j str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

fn judged<'j>(given: &'j Given, finding: &'j Finding) -> Judged<'j> {
    let evidence = finding.hits.iter().flat_map(|hit| {
        hit.evidence.iter().map(|evidence| JudgedEvidence {
            theme: hit.theme.as_str(),
            keyword: &evidence.keyword.text,
            words: words(&given.text, &evidence.words),
            span: evidence.span(),
            file: &evidence.keyword.file,
            line: evidence.keyword.line,
        })
    });
    let vetoed = finding.vetoed.iter().map(|vetoed| JudgedVeto {
        theme: vetoed.theme.as_str(),
        keyword: &vetoed.keyword.text,
        words: words(&given.text, &vetoed.words),
        reason: vetoed.reason.word(),
        veto: taken_by(vetoed),
        span: vetoed.reason.elsewhere().map(|found| found.span),
        file: vetoed.reason.line().map(|line| &*line.file),
        line: vetoed.reason.line().map(|line| line.line),
    });
    Judged {
        id: &given.id,
        themes: finding.hits.iter().map(|hit| hit.theme.as_str()).collect(),
        places: finding.places.iter().map(|place| &*place.name).collect(),
        evidence: evidence.collect(),
        vetoed: vetoed.collect(),
    }
}

/// The line that took words away as it is written, or the place elsewhere.
fn taken_by(vetoed: &Vetoed) -> &str {
    let line = vetoed.reason.line().map(|line| line.text.as_str());
    let elsewhere = || vetoed.reason.elsewhere().map(|found| found.name);
    line.or_else(elsewhere).unwrap_or_default()
}

/// Words as they stand in the text; `…` where others stand between them.
fn words(text: &str, spans: &[Span]) -> String {
    let mut shown = String::new();
    let mut last: Option<Span> = None;
    for span in spans {
        if let Some(last) = last {
            let between = text[last.end..span.start.max(last.end)].trim();
            shown.push_str(if between.is_empty() { " " } else { " … " });
        }
        shown.push_str(&text[span.start..span.end]);
        last = Some(*span);
    }
    shown
}
