//! `explain`: why a message is a hit.

use std::collections::BTreeSet;
use std::io::{self, Write};

use clap::Args;
use jiff::Zoned;
use serde::Serialize;

use crate::app::{App, Examples};
use crate::cli::{Ended, Shell, json_line, loaded};
use crate::item::{Excerpt, HitId, KeptHit, StoredHit, without_repeats};
use crate::keyword::Keyword;
use crate::span::Span;
use crate::store::{Reader, StateDirectory};
use crate::theme::ThemeId;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The number of the hit, as the overview and `demo` show it
    hit: String,
    /// Write it as data
    #[arg(long)]
    json: bool,
}

/// Tells it in one sentence, then the details.
pub(crate) async fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let Ok(id) = arguments.hit.parse::<HitId>() else {
        shell.complain(
            "no_hit_number",
            minijinja::context! { found => &arguments.hit },
        );
        return Ok(Ended::Wrong);
    };
    let directory = StateDirectory::existing(&shell.origin.state)?;
    let reader = Reader::open(&directory, &app.store_config())?;
    let Some(stored) = reader.hit(id).await? else {
        shell.complain("unknown_hit", minijinja::context! { hit => &arguments.hit });
        return Ok(Ended::WithFailures);
    };
    let explained = Explained::of(&app, &stored);
    let mut out = io::stdout().lock();
    if arguments.json {
        json_line(&mut out, &explained)?;
    } else {
        let page = shell.texts.page("explain.txt", &explained)?;
        writeln!(out, "{}", page.trim_end())?;
    }
    Ok(Ended::Well)
}

/// One hit with its reasons.
#[derive(Debug, Serialize)]
pub(crate) struct Explained {
    hit: String,
    theme: String,
    theme_title: String,
    theme_version: String,
    /// Whether the lists are still those that found it.
    same_version: bool,
    source: String,
    source_name: String,
    published: Option<Zoned>,
    fetched: Zoned,
    expires: Zoned,
    link: Option<String>,
    places: Vec<String>,
    excerpt: Excerpt,
    /// The words that say it, each once.
    found: Vec<String>,
    evidence: Vec<Reason>,
    vetoes_tested: usize,
    /// Which these were; empty when the lists have changed since.
    vetoes: Vec<Tested>,
}

/// The lines of one list that could have taken the hit away, and did not.
#[derive(Debug, Serialize)]
struct Tested {
    list: String,
    file: String,
    first_line: u32,
    last_line: u32,
    keywords: Vec<String>,
}

/// One keyword line, with its words in the excerpt.
#[derive(Debug, Serialize)]
struct Reason {
    keyword: String,
    list: String,
    file: String,
    line: u32,
    words: Vec<String>,
}

impl Explained {
    pub(crate) fn of(app: &App, stored: &StoredHit) -> Self {
        let hit = &stored.hit;
        let theme = app.listener.ears.themes.get(&hit.theme);
        let local = |when: jiff::Timestamp| when.to_zoned(app.settings.digest.zone.clone());
        let text = match &hit.excerpt {
            Excerpt::Shown { text, .. } => text.as_str(),
            Excerpt::Withheld { .. } => "",
        };
        let words = |spans: &[Span]| {
            Span::groups(text, spans)
                .iter()
                .filter_map(|span| text.get(span.start..span.end))
                .map(str::to_owned)
                .collect()
        };
        let evidence: Vec<Reason> = hit
            .evidence
            .iter()
            .map(|evidence| Reason {
                keyword: evidence.keyword.text.clone(),
                list: evidence.keyword.list.clone(),
                file: evidence.keyword.file.clone(),
                line: evidence.keyword.line,
                words: words(&evidence.words),
            })
            .collect();
        let words = evidence.iter().map(|reason| reason.words.clone());
        let words = words.filter(|words| !words.is_empty()).collect();
        let found = without_repeats(words, |words: &Vec<String>| words);
        Explained {
            hit: stored.id.to_string(),
            theme: hit.theme.to_string(),
            theme_title: theme.map_or_else(|| hit.theme.to_string(), |theme| theme.title.clone()),
            theme_version: hit.theme_version.clone(),
            same_version: theme.is_some_and(|theme| theme.version == hit.theme_version),
            source: hit.source.to_string(),
            source_name: app
                .desk
                .sources
                .get(&hit.source)
                .cloned()
                .unwrap_or_else(|| hit.source.to_string()),
            published: hit.published_at.map(local),
            fetched: local(hit.fetched_at),
            expires: local(hit.expires_at),
            link: hit.link.clone(),
            places: hit.places.clone(),
            excerpt: hit.excerpt.clone(),
            found: found.iter().map(|words| words.join(" … ")).collect(),
            evidence,
            vetoes_tested: hit.vetoes_tested,
            vetoes: vetoes(app, hit).unwrap_or_default(),
        }
    }
}

/// The vetoes that were tested for a hit: those of every list that gave evidence, and those for all.
/// `None` when the lists are no longer those that found it, by version and by number.
fn vetoes(app: &App, hit: &KeptHit) -> Option<Vec<Tested>> {
    let themes = &app.listener.ears.themes;
    if themes.get(&hit.theme)?.version != hit.theme_version {
        return None;
    }
    // A hit that came by a route was tested by the lists of the theme it came from.
    let lists: BTreeSet<ThemeId> = hit
        .evidence
        .iter()
        .filter_map(|evidence| ThemeId::of_file(&evidence.keyword.file))
        .collect();
    let common = &app.settings.common.post_vetoes;
    let mut tested = Vec::new();
    for id in lists {
        let theme = themes.get(&id)?;
        tested.extend([&*theme.vetoes, &theme.post_vetoes]);
    }
    tested.push(common);
    let count: usize = tested.iter().map(|list| list.len()).sum();
    (count == hit.vetoes_tested).then(|| tested.into_iter().filter_map(of_list).collect())
}

fn of_list(list: &[Keyword]) -> Option<Tested> {
    let (first, last) = (&list.first()?.line, &list.last()?.line);
    Some(Tested {
        list: first.list.clone(),
        file: first.file.clone(),
        first_line: first.line,
        last_line: last.line,
        keywords: list
            .iter()
            .map(|keyword| keyword.line.text.clone())
            .collect(),
    })
}
