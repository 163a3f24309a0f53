//! `match`: which themes texts belong to, and why.

use std::io::{self, BufRead, Read, Write};

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::app::{App, Examples};
use crate::cli::{Ended, Shell, json_line, loaded, now};
use crate::matching::{Finding, Scratch, Vetoed};
use crate::source;
use crate::span::Span;
use crate::theme::ThemeId;
use crate::withhold::Showing;

/// A text longer than this is no message: a line without an end is not kept in memory.
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
    let app = loaded!(shell, Examples::Skip);
    let scope = match arguments.scope {
        Scope::Local => source::Scope::Local,
        Scope::Wide => source::Scope::Wide,
    };
    let mut judge = Judge {
        app: &app,
        today: app.listener.ears.day(now()),
        scope,
        scratch: Scratch::default(),
    };
    let mut input = io::stdin().lock();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut ended = Ended::Well;
    // One bad line costs only its own answer; the exit code tells that there was one.
    let mut skip = |line: usize, fault: &str| {
        shell.complain("match_line", minijinja::context! { line, fault });
        ended = Ended::WithFailures;
    };
    let mut line = Vec::new();
    for number in 1.. {
        match next_line(&mut input, &mut line)? {
            Next::End => break,
            Next::TooLong => {
                skip(number, "too_long");
                continue;
            }
            Next::Line if line.is_empty() => continue,
            Next::Line => {}
        }
        if arguments.json {
            let Ok(given) = serde_json::from_slice::<Given>(&line) else {
                skip(number, "json");
                continue;
            };
            let (finding, _) = judge.find(&given.text);
            json_line(&mut out, &judged(&given, &finding))?;
        } else {
            let text = String::from_utf8_lossy(&line);
            let (finding, silent) = judge.find(&text);
            let mut shown = judge.shown(&text, &finding, &silent);
            shown.withheld = judge.withheld(&text, &finding);
            writeln!(out, "{}", shell.texts.page("match.txt", &shown)?)?;
        }
        // Whoever writes a line may wait for its answer before writing the next.
        out.flush()?;
    }
    Ok(ended)
}

/// What came of reading a line.
enum Next {
    Line,
    TooLong,
    End,
}

/// Reads a line without its end; of one that is too long, the rest is passed over.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Next> {
    line.clear();
    if input.take(LONGEST_LINE).read_until(b'\n', line)? == 0 {
        return Ok(Next::End);
    }
    if line.len() as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
        input.skip_until(b'\n')?;
        return Ok(Next::TooLong);
    }
    while let Some(b'\n' | b'\r') = line.last() {
        line.pop();
    }
    Ok(Next::Line)
}

struct Judge<'a> {
    app: &'a App,
    today: Date,
    scope: source::Scope,
    scratch: Scratch,
}

impl Judge<'_> {
    /// What a visit would find in this text for the themes that are listened for, and the other
    /// themes that it belongs to.
    fn find(&mut self, text: &str) -> (Finding, Vec<ThemeId>) {
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
        let listens = |id: &ThemeId| {
            let theme = ears.themes.get(id);
            theme.is_some_and(|theme| theme.listens_on(self.today))
        };
        let themes = finding.hits.iter().map(|hit| hit.theme.clone());
        let silent = themes.filter(|theme| !listens(theme)).collect();
        finding.hits.retain(|hit| listens(&hit.theme));
        finding.vetoed.retain(|vetoed| listens(&vetoed.theme));
        (finding, silent)
    }

    /// Why the overview would not show this text, in a word; `nothing` when not even the hit is kept.
    fn withheld(&mut self, text: &str, finding: &Finding) -> Option<&'static str> {
        if finding.hits.is_empty() {
            return None;
        }
        let ears = &self.app.listener.ears;
        let names = ears.matcher.place_spans(&mut self.scratch, text);
        let masked = ears.masker.find(text, &names).ok();
        let masked = masked.as_deref();
        match (ears.withholder).judge(&mut self.scratch, text, masked, &names) {
            Showing::Text => None,
            Showing::Nothing => Some("nothing"),
            Showing::Withheld(reason) => Some(reason.as_str()),
        }
    }

    /// The same for a person.
    fn shown(&self, text: &str, finding: &Finding, silent: &[ThemeId]) -> Shown {
        let title = |id: &ThemeId| {
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
            withheld: None,
            found: found.collect(),
            vetoed: vetoed.collect(),
            silent: silent.iter().map(title).collect(),
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
    /// Why the overview would not show it.
    withheld: Option<&'static str>,
    /// Titles of the themes that it belongs to and that are not listened for.
    silent: Vec<String>,
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
    let elsewhere = || vetoed.reason.elsewhere().map(|found| &*found.name);
    let clearer = || vetoed.reason.clearer().map(ThemeId::as_str);
    line.or_else(elsewhere).or_else(clearer).unwrap_or_default()
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
