//! `report`: where residents are online, and what occupies them.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use jiff::ToSpan;
use minijinja::context;

use crate::app::{App, Examples};
use crate::audit::Event;
use crate::cli::{Ended, Shell, json_line, loaded, now};
use crate::outcome::health::Health;
use crate::report::cells::Count;
use crate::report::{Gathered, Report, SourceFacts, Stories, compose};
use crate::store::{Reader, StateDirectory};
use crate::theme::ThemeChoice;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many days back, today included
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=730))]
    days: u16,
    /// Write a page that can be opened and printed
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the sources as a table for a spreadsheet
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Write data: one JSON object
    #[arg(long)]
    json: bool,
}

/// Shows it; works while the daemon runs.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let directory = StateDirectory::existing(&shell.origin.state)?;
    let reader = Reader::open(&directory, &app.store_config())?;
    let report = gather(&app, &reader, arguments.days).await?;
    reader.audit(&Event::exported("report"), now());
    let mut out = io::stdout().lock();
    if arguments.json {
        json_line(&mut out, &report)?;
    } else if arguments.csv {
        write_csv(&mut out, &report)?;
    } else if arguments.html.is_none() {
        writeln!(out, "{}", shell.texts.page("report.txt", &report)?)?;
    }
    if let Some(path) = &arguments.html {
        fs::write(path, shell.texts.page("report.html", &report)?)?;
        shell.say(
            "report_written",
            context! { path => path.display().to_string() },
        )?;
    }
    Ok(Ended::Well)
}

async fn gather(app: &App, reader: &Reader, days: u16) -> anyhow::Result<Report> {
    let now = now();
    let settings = &app.settings;
    let today = now.to_zoned(settings.digest.zone.clone()).date();
    let days = i64::from(days);
    let from = today.saturating_sub((days - 1).days());
    let tomorrow = today.saturating_add(1.day());
    let mut before = reader
        .activity(from.saturating_sub(days.days()), from)
        .await?;
    let mut activity = reader.activity(from, tomorrow).await?;
    let mut states = reader.poll_states().await?;
    let sources = settings.sources.iter().map(|source| {
        let activity = activity.remove(&source.id).unwrap_or_default();
        let state = states.remove(&source.id).unwrap_or_default();
        SourceFacts {
            name: source.name.clone(),
            voice: source.voice,
            health: Health::of(&state, now).as_str(),
            messages: activity.messages,
            messages_before: before.remove(&source.id).map(|before| before.messages),
            hits: activity.hits,
            visits: activity.visits,
            recent: (activity.recent, activity.useful),
        }
    });
    let mut stories = Stories::new();
    for day in reader.story_days(from).await? {
        if day.day < today {
            *stories.entry((day.theme, day.place)).or_default() += day.residents;
        }
    }
    stories.retain(|_, count| *count > 0);
    let enabled = settings.themes.iter().filter(|theme| theme.enabled);
    let counter = app.desk.counter();
    let rising = counter
        .activity(reader, ThemeChoice::All, now)
        .await?
        .rising;
    Ok(compose(Gathered {
        municipality: settings.municipality.clone(),
        from,
        last: today,
        counted: today.saturating_sub(1.day()),
        sources: sources.collect(),
        themes: enabled
            .map(|theme| (theme.id.clone(), theme.title.clone()))
            .collect(),
        stories,
        rising,
        gazetteer: &settings.gazetteer,
    }))
}

/// The sources, and then the themes by area, as lines of a spreadsheet.
fn write_csv(out: &mut impl Write, report: &Report) -> anyhow::Result<()> {
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(out);
    csv.write_record([
        "source",
        "voice",
        "health",
        "messages",
        "growth",
        "hits",
        "hits_of_100",
        "visits",
        "useful",
    ])?;
    for source in &report.sources {
        csv.write_record([
            &harmless(&source.name),
            source.voice,
            source.health,
            &source.messages.to_string(),
            &source
                .growth
                .map(|growth| format!("{growth:.2}"))
                .unwrap_or_default(),
            &source.hits.to_string(),
            &format!("{:.2}", source.hits_of_100),
            &source.visits.to_string(),
            &source
                .useful
                .map(|useful| useful.to_string())
                .unwrap_or_default(),
        ])?;
    }
    csv.write_record([""])?;
    let areas = report.areas.iter().map(|area| harmless(area));
    csv.write_record(
        ["theme".to_owned(), "stories".to_owned()]
            .into_iter()
            .chain(areas),
    )?;
    for theme in &report.themes {
        let cells = theme.cells.iter().map(Count::to_string);
        let head = [harmless(&theme.title), theme.stories.to_string()];
        csv.write_record(head.into_iter().chain(cells))?;
    }
    csv.flush()?;
    Ok(())
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_name_is_never_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("Buurtforum"), "Buurtforum");
    }
}
