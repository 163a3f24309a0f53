//! `keywords`: what the keyword lines are worth.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use clap::{Args, Subcommand};
use jiff::Zoned;
use serde::Serialize;

use crate::app::Examples;
use crate::cli::{Ended, Shell, json_line, loaded};
use crate::store::{KeywordCount, Reader, StateDirectory, WHOLE_THEME};
use crate::theme::{Theme, ThemeId};
use crate::worth::{Share, suggested_vetoes};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What each keyword line found, and what readers answered of it
    Report {
        /// Only this theme
        #[arg(value_name = "THEME")]
        theme: Option<String>,
        /// Write data: one JSON object for each line that found something
        #[arg(long)]
        json: bool,
    },
}

/// Most lines of a theme that are shown of each sort.
const MOST: usize = 10;

/// Shows it; works while the daemon runs.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let What::Report { theme, json } = arguments.what;
    let app = loaded!(shell, Examples::Skip);
    let directory = StateDirectory::existing(&shell.origin.state)?;
    let reader = Reader::open(&directory, &app.store_config())?;
    let counts = reader.keyword_counts().await?;
    let wanted = |id: &ThemeId| theme.as_deref().is_none_or(|theme| theme == id.as_str());
    let zone = &app.settings.digest.zone;
    let line = |count: &KeywordCount| Line {
        theme: count.theme.to_string(),
        keyword: count.keyword.clone(),
        hits: count.hits,
        right: count.right,
        wrong: count.wrong,
        share: Share::of(count.right, count.wrong),
        last_hit: count.last_hit.to_zoned(zone.clone()),
    };
    let mut out = io::stdout().lock();
    if json {
        let lines = counts.iter().filter(|count| count.keyword != WHOLE_THEME);
        for count in lines.filter(|count| wanted(&count.theme)) {
            json_line(&mut out, &line(count))?;
        }
        return Ok(Ended::Well);
    }
    let mut vetoes = suggested_vetoes(&reader.answered_hits().await?);
    let themes = app.settings.themes.iter().filter(|theme| wanted(&theme.id));
    let themes: Vec<Of> = themes
        .map(|theme| {
            let lines = counts.iter().filter(|count| count.theme == theme.id);
            let vetoes = vetoes.remove(theme.id.as_str()).unwrap_or_default();
            Of::new(theme, lines.map(line).collect(), vetoes)
        })
        .collect();
    let page = BTreeMap::from([("themes", themes)]);
    writeln!(out, "{}", shell.texts.page("keywords.txt", &page)?)?;
    Ok(Ended::Well)
}

/// What a keyword line found, and what was answered of it.
#[derive(Clone, Serialize)]
struct Line {
    theme: String,
    keyword: String,
    hits: u64,
    right: u64,
    wrong: u64,
    share: Option<Share>,
    last_hit: Zoned,
}

/// The lines of one theme.
#[derive(Serialize)]
struct Of {
    title: String,
    hits: u64,
    share: Option<Share>,
    answers: u64,
    /// Those that found most.
    busiest: Vec<Line>,
    /// Those that mostly miss.
    missing: Vec<Line>,
    /// How many lines never found anything, of how many.
    never: usize,
    lines: usize,
    vetoes: Vec<String>,
}

impl Of {
    fn new(theme: &Theme, mut lines: Vec<Line>, vetoes: Vec<String>) -> Self {
        let written: BTreeSet<&str> = [&theme.strong, &theme.urgent, &theme.cues]
            .iter()
            .flat_map(|list| list.iter())
            .map(|keyword| &*keyword.line.text)
            .collect();
        let whole = lines.iter().position(|line| line.keyword == WHOLE_THEME);
        let whole = whole.map(|at| lines.remove(at));
        let (hits, right, wrong) =
            whole.map_or((0, 0, 0), |whole| (whole.hits, whole.right, whole.wrong));
        let share = Share::of(right, wrong);
        let found: BTreeSet<&str> = lines.iter().map(|line| line.keyword.as_str()).collect();
        let never = written.iter().filter(|line| !found.contains(*line)).count();
        let misses = |line: &&Line| line.share.is_some_and(|share| share.mostly_misses());
        let mut missing: Vec<Line> = lines.iter().filter(misses).cloned().collect();
        missing.sort_by_key(|line| std::cmp::Reverse(line.wrong));
        missing.truncate(MOST);
        let lines_in_all = written.len();
        lines.sort_by_key(|line| std::cmp::Reverse(line.hits));
        lines.truncate(MOST);
        Of {
            title: theme.title.clone(),
            hits,
            share,
            answers: right + wrong,
            missing,
            never,
            lines: lines_in_all,
            busiest: lines,
            vetoes,
        }
    }
}
