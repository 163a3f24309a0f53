//! `keywords`: what the keyword lines are worth.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::{Args, Subcommand};
use jiff::Zoned;
use serde::Serialize;

use crate::app::Examples;
use crate::cli::{Ended, Shell, json_line, loaded};
use crate::quality;
use crate::store::{Reader, StateDirectory, WHOLE_THEME};
use crate::theme::ThemeId;
use crate::worth::LineWorth;

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

/// Shows it; works while the daemon runs.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let What::Report { theme, json } = arguments.what;
    let app = loaded!(shell, Examples::Skip);
    let directory = StateDirectory::existing(&shell.origin.state)?;
    let reader = Reader::open(&directory, &app.store_config())?;
    let wanted = |id: &ThemeId| theme.as_deref().is_none_or(|theme| theme == id.as_str());
    let mut out = io::stdout().lock();
    if json {
        let zone = &app.settings.digest.zone;
        let counts = reader.keyword_counts().await?;
        let lines = counts.iter().filter(|count| count.keyword != WHOLE_THEME);
        for count in lines.filter(|count| wanted(&count.theme)) {
            let line = Line {
                theme: count.theme.as_str(),
                worth: LineWorth::new(count.keyword.clone(), count.hits, count.right, count.wrong),
                last_hit: count.last_hit.to_zoned(zone.clone()),
            };
            json_line(&mut out, &line)?;
        }
        return Ok(Ended::Well);
    }
    let themes = app.settings.themes.iter().filter(|theme| wanted(&theme.id));
    let themes = quality::of_themes(&reader, themes).await?;
    let page = BTreeMap::from([("themes", themes)]);
    writeln!(out, "{}", shell.texts.page("keywords.txt", &page)?)?;
    Ok(Ended::Well)
}

/// What a keyword line found, and what was answered of it, as data.
#[derive(Serialize)]
struct Line<'a> {
    theme: &'a str,
    #[serde(flatten)]
    worth: LineWorth,
    last_hit: Zoned,
}
