//! `register`: the papers of the organisation, from what is in force.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::app::{App, Examples};
use crate::audit::Event;
use crate::cli::{Ended, Shell, loaded, now};
use crate::papers::month::{self, Month, Row};
use crate::papers::{Gathered, compose};
use crate::store::{Reader, StateDirectory, StoreError};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Directory that gets the papers; what is there under the same name is written anew
    #[arg(long, value_name = "DIR", default_value = "papieren")]
    out: PathBuf,
    /// Also the counts of this month
    #[arg(long, value_name = "YYYY-MM", value_parser = parse_month)]
    month: Option<Date>,
}

fn parse_month(text: &str) -> Result<Date, String> {
    let expected = || "a month, such as 2026-10".to_owned();
    match text.len() {
        7 => format!("{text}-01").parse().map_err(|_| expected()),
        _ => Err(expected()),
    }
}

/// Writes them; works while the daemon runs, and before anything was stored.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let now = now();
    let today = now.to_zoned(app.settings.digest.zone.clone()).date();
    let reader = match StateDirectory::existing(&shell.origin.state)
        .and_then(|directory| Reader::open(&directory, &app.store_config()))
    {
        Ok(reader) => Some(reader),
        Err(StoreError::Empty { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let stored = match &reader {
        Some(reader) => Some(reader.totals().await?.hits),
        None => None,
    };
    let mut papers = shell
        .texts
        .papers(&compose(gathered(&app, stored, today)))?;
    match (&reader, arguments.month) {
        (_, None) => {}
        (None, Some(_)) => shell.complain("register.nothing_stored", ()),
        (Some(reader), Some(from)) => {
            let name = format!("transparantie-{}", from.strftime("%Y-%m"));
            let month = of_month(&app, reader, from).await?;
            papers.push(shell.texts.month(&month, name)?);
        }
    }
    fs::create_dir_all(&arguments.out)
        .with_context(|| format!("cannot make {}", arguments.out.display()))?;
    for paper in &papers {
        for (ending, text) in [("md", &paper.markdown), ("html", &paper.html)] {
            write(
                &arguments.out.join(format!("{}.{ending}", paper.name)),
                text,
            )?;
        }
    }
    if let Some(reader) = &reader {
        reader.audit(&Event::exported("register"), now);
    }
    let names: Vec<String> = papers.into_iter().map(|paper| paper.name).collect();
    let directory = arguments.out.display().to_string();
    let open = app.settings.accountability.open_points().len();
    shell.say(
        "register.written",
        minijinja::context! { names, directory, open },
    )?;
    Ok(Ended::Well)
}

fn gathered(app: &App, stored: Option<u64>, today: Date) -> Gathered<'_> {
    let settings = &app.settings;
    Gathered {
        municipality: &settings.municipality,
        contact: &settings.contact,
        explanation: settings.explanation.as_str(),
        accountability: &settings.accountability,
        domains: &settings.allowed_domains,
        themes: &settings.themes,
        common: &settings.common,
        sources: &settings.sources,
        recipients: &settings.recipients,
        stored,
        today,
    }
}

async fn of_month(app: &App, reader: &Reader, from: Date) -> anyhow::Result<Month> {
    let until = from.saturating_add(1.month());
    let activity = reader.activity(from, until).await?;
    let mut by_theme: BTreeMap<String, Row> = BTreeMap::new();
    let mut sources = Vec::new();
    for source in &app.settings.sources {
        let activity = activity.get(&source.id).cloned().unwrap_or_default();
        for (theme, hits) in &activity.hits {
            let title = app.settings.themes.iter().find(|known| known.id == *theme);
            let title = title.map_or_else(|| theme.to_string(), |theme| theme.title.clone());
            let row = by_theme.entry(title).or_default();
            row.hits += hits;
            row.withheld += activity.withheld.get(theme).copied().unwrap_or_default();
        }
        sources.push(Row {
            title: source.name.clone(),
            visits: activity.visits,
            messages: activity.messages,
            hits: activity.hits.values().sum(),
            withheld: activity.withheld.values().sum(),
        });
    }
    let themes = by_theme.into_iter();
    let themes = themes.map(|(title, row)| Row { title, ..row }).collect();
    let days = (from, until.saturating_sub(1.day()));
    let verdict = reader.audit_verdict().await?;
    let municipality = &app.settings.municipality;
    Ok(month::compose(
        municipality,
        days,
        sources,
        themes,
        &verdict,
    ))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))
}
