//! The papers of the organisation: what it must register and what it must explain, from what is in
//! force. What is not in force stands in none of them.

use std::sync::Arc;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use crate::accountability::{Accountability, OpenPoint};
use crate::keyword::{Expression, Keyword, Term, WordList};
use crate::recipient::{Address, Recipient};
use crate::source::{Source, SourceKind};
use crate::theme::{Common, Occasion, Standstill, Theme};

pub mod month; // What was done in a month, in counts.

/// Most words of a theme that the explanation names: the whole list is a paper of its own.
const MOST_EXAMPLES: usize = 12;

/// What the papers are made from.
#[derive(Clone, Copy, Debug)]
pub struct Gathered<'a> {
    /// Name of the municipality.
    pub municipality: &'a str,
    /// Who answers questions about the listening.
    pub contact: &'a Address,
    /// The public page that explains the listening.
    pub explanation: &'a str,
    /// What the organisation decided.
    pub accountability: &'a Accountability,
    /// The domains that may receive mail.
    pub domains: &'a [String],
    /// All themes, enabled or not.
    pub themes: &'a [Theme],
    /// What holds for all themes.
    pub common: &'a Common,
    /// All sources.
    pub sources: &'a [Arc<Source>],
    /// Who receives what.
    pub recipients: &'a [Recipient],
    /// How many hits are stored; `None` when nothing was ever stored.
    pub stored: Option<u64>,
    /// The local day.
    pub today: Date,
}

/// What stands in the papers.
#[derive(Clone, Debug, Serialize)]
pub struct Papers {
    municipality: String,
    contact: String,
    explanation: String,
    officer: Option<String>,
    dpia: Option<String>,
    advice: Option<Date>,
    open_points: Vec<OpenPoint>,
    domains: Vec<String>,
    version: &'static str,
    today: Date,
    controllers: BTreeSet<String>,
    legal_tasks: BTreeSet<String>,
    themes: Vec<ThemePaper>,
    standing_still: Vec<StandingStill>,
    sources: Vec<SourcePaper>,
    recipients: Vec<RecipientPaper>,
    /// Word lists and other lists that hold for all themes.
    words: Vec<List>,
    common: Vec<List>,
    /// Lines of all themes.
    keywords: usize,
    /// The shortest and the longest retention, in days.
    shortest: u8,
    longest: u8,
    stored: Option<u64>,
}

#[derive(Clone, Debug, Serialize)]
struct ThemePaper {
    title: String,
    purpose: String,
    legal_task: String,
    controller: String,
    retention_days: u8,
    review_by: Date,
    occasion: Option<OccasionPaper>,
    keywords: usize,
    /// Some words that it looks for, for who reads no lists.
    examples: Vec<String>,
    lists: Vec<List>,
    words: Vec<List>,
}

#[derive(Clone, Debug, Serialize)]
struct OccasionPaper {
    occasion: String,
    decided_by: String,
    from: Date,
    until: Date,
}

/// Lines under a name: those of a list, or of a word list.
#[derive(Clone, Debug, Serialize)]
struct List {
    name: String,
    lines: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct StandingStill {
    title: String,
    #[serde(flatten)]
    why: Standstill,
}

#[derive(Clone, Debug, Serialize)]
struct SourcePaper {
    name: String,
    kind: &'static str,
    /// `None` for a folder.
    url: Option<String>,
    voice: &'static str,
    excerpt: &'static str,
    reviewed: Option<Date>,
}

#[derive(Clone, Debug, Serialize)]
struct RecipientPaper {
    name: String,
    themes: Vec<String>,
    digest: &'static str,
    alerts: bool,
}

/// Puts together what stands in the papers.
pub fn compose(gathered: Gathered<'_>) -> Papers {
    let Gathered {
        accountability,
        today,
        ..
    } = gathered;
    let active: Vec<&Theme> = (gathered.themes.iter())
        .filter(|theme| theme.listens_on(today))
        .collect();
    let enabled = gathered.themes.iter().filter(|theme| theme.enabled);
    let themes: Vec<ThemePaper> = active
        .iter()
        .map(|theme| theme_paper(theme, gathered.common))
        .collect();
    let retentions = || active.iter().map(|theme| theme.retention_days);
    Papers {
        municipality: gathered.municipality.to_owned(),
        contact: gathered.contact.reveal().to_owned(),
        explanation: gathered.explanation.to_owned(),
        officer: (accountability.officer.as_ref()).map(|officer| officer.reveal().to_owned()),
        dpia: accountability.dpia.clone(),
        advice: accountability.advice,
        open_points: accountability.open_points(),
        domains: gathered.domains.to_vec(),
        version: env!("CARGO_PKG_VERSION"),
        today,
        controllers: active
            .iter()
            .map(|theme| theme.controller.clone())
            .collect(),
        legal_tasks: active
            .iter()
            .map(|theme| theme.legal_task.clone())
            .collect(),
        standing_still: enabled
            .filter_map(|theme| {
                Some(StandingStill {
                    title: theme.title.clone(),
                    why: theme.standstill(today)?,
                })
            })
            .collect(),
        sources: gathered
            .sources
            .iter()
            .map(|source| source_paper(source))
            .collect(),
        recipients: (gathered.recipients.iter())
            .map(|recipient| RecipientPaper {
                name: recipient.name.clone(),
                themes: (active.iter())
                    .filter(|theme| recipient.themes.takes(&theme.id))
                    .map(|theme| theme.title.clone())
                    .collect(),
                digest: recipient.digest.as_str(),
                alerts: recipient.alerts,
            })
            .collect(),
        words: gathered.common.words.iter().map(of_words).collect(),
        common: lists(&[
            ("post_vetoes", &gathered.common.post_vetoes),
            ("incident_cues", &gathered.common.incident_cues),
            ("negations", &gathered.common.negations),
            ("not_negated", &gathered.common.not_negated),
        ]),
        keywords: themes.iter().map(|theme| theme.keywords).sum(),
        shortest: retentions().min().unwrap_or_default(),
        longest: retentions().max().unwrap_or_default(),
        stored: gathered.stored,
        themes,
    }
}

fn theme_paper(theme: &Theme, common: &Common) -> ThemePaper {
    let lists = lists(&[
        ("urgent", &theme.urgent),
        ("strong", &theme.strong),
        ("cues", &theme.cues),
        ("vetoes", &theme.vetoes),
        ("post_vetoes", &theme.post_vetoes),
    ]);
    let own = |words: &&WordList| common.words.get(&words.name).is_none();
    let occasion = |decision: &Occasion| OccasionPaper {
        occasion: decision.occasion.clone(),
        decided_by: decision.decided_by.clone(),
        from: decision.from,
        until: decision.until,
    };
    ThemePaper {
        title: theme.title.clone(),
        purpose: theme.purpose.clone(),
        legal_task: theme.legal_task.clone(),
        controller: theme.controller.clone(),
        retention_days: theme.retention_days,
        review_by: theme.review_by,
        occasion: theme.occasion.as_ref().map(occasion),
        keywords: lists.iter().map(|list| list.lines.len()).sum(),
        examples: examples(theme),
        words: theme.words.iter().filter(own).map(of_words).collect(),
        lists,
    }
}

/// The first words that are enough by themselves.
fn examples(theme: &Theme) -> Vec<String> {
    let mut words = Vec::new();
    for keyword in theme.strong.iter().chain(&*theme.urgent) {
        add_words(&keyword.expression, &mut words);
    }
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words.truncate(MOST_EXAMPLES);
    words
}

/// Adds the plain words of which any is enough; what takes two words close together says too
/// little by its parts.
fn add_words(expression: &Expression, words: &mut Vec<String>) {
    match expression {
        Expression::Term(Term::Word(word) | Term::Exact(word)) => words.push(word.clone()),
        Expression::Term(Term::Part(part)) => words.push(part.text.clone()),
        Expression::Or(any) => any.iter().for_each(|one| add_words(one, words)),
        Expression::Named(list) => list
            .lines
            .iter()
            .for_each(|line| add_words(&line.expression, words)),
        _ => {}
    }
}

/// The lists that hold a line.
fn lists(named: &[(&str, &[Keyword])]) -> Vec<List> {
    let list = |(name, keywords): &(&str, &[Keyword])| List {
        name: (*name).to_owned(),
        lines: keywords
            .iter()
            .map(|keyword| keyword.line.text.clone())
            .collect(),
    };
    named
        .iter()
        .filter(|(_, list)| !list.is_empty())
        .map(list)
        .collect()
}

fn of_words(words: &WordList) -> List {
    List {
        name: words.name.to_string(),
        lines: words
            .lines
            .iter()
            .map(|line| line.line.text.clone())
            .collect(),
    }
}

fn source_paper(source: &Source) -> SourcePaper {
    let folder = matches!(source.kind, SourceKind::Drop(_));
    SourcePaper {
        name: source.name.clone(),
        kind: source.kind.as_str(),
        // The address of a folder is one of the server, and of nobody's concern.
        url: (!folder).then(|| source.url.to_string()),
        voice: source.voice.as_str(),
        excerpt: source.excerpt.as_str(),
        reviewed: source.reviewed,
    }
}
