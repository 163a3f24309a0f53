//! `check`: all files, and the examples of the keyword lists.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;

use crate::app::{App, Examples, LoadError};
use crate::cli::{Ended, Shell, complain, json_line, now};
use crate::lint;
use crate::mistake::Mistake;
use crate::settings::{Settings, tell};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Write mistakes as data, one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Reads and checks everything; touches neither the network nor the data.
pub(crate) fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    let app = match App::load(&shell.origin, &shell.texts, None, Examples::Run, now()) {
        Ok(app) => app,
        Err(LoadError::Mistakes(mistakes)) if arguments.json => {
            let mut out = io::stdout().lock();
            for mistake in &mistakes {
                json_line(
                    &mut out,
                    &Line {
                        mistake,
                        message: tell::mistake(&shell.texts, mistake),
                    },
                )?;
            }
            return Ok(Ended::Wrong);
        }
        Err(LoadError::Mistakes(mistakes)) => {
            complain(tell::report(&shell.texts, &mistakes).trim_end());
            return Ok(Ended::Wrong);
        }
        Err(error) => return Err(error.into()),
    };
    if !arguments.json {
        let mut out = io::stdout().lock();
        let doubts = lint::doubts(lint::Lists {
            themes: &app.settings.themes,
            common: &app.settings.common,
            gazetteer: &app.settings.gazetteer,
            matcher: &app.listener.ears.matcher,
            masker: &app.listener.ears.masker,
        });
        for note in app.settings.notes.iter().chain(&doubts) {
            writeln!(out, "{}", tell::note(&shell.texts, note))?;
        }
        writeln!(
            out,
            "{}",
            shell
                .texts
                .say("cli.check_done", Figures::of(&app.settings))
        )?;
    }
    Ok(Ended::Well)
}

/// A mistake as data.
#[derive(Serialize)]
struct Line<'m> {
    #[serde(flatten)]
    mistake: &'m Mistake,
    message: String,
}

/// What was checked.
#[derive(Serialize)]
struct Figures {
    themes: usize,
    enabled: usize,
    keywords: usize,
    examples: usize,
    sources: usize,
    recipients: usize,
    places: usize,
}

impl Figures {
    fn of(settings: &Settings) -> Self {
        let themes = &settings.themes;
        let lists = |theme: &crate::theme::Theme| {
            [
                &theme.strong,
                &theme.urgent,
                &theme.cues,
                &theme.vetoes,
                &theme.post_vetoes,
            ]
            .map(|list| list.len())
            .iter()
            .sum::<usize>()
        };
        Figures {
            themes: themes.len(),
            enabled: themes.iter().filter(|theme| theme.enabled).count(),
            keywords: themes.iter().map(lists).sum(),
            examples: themes.iter().map(|theme| theme.examples.len()).sum(),
            sources: settings.sources.len(),
            recipients: settings.recipients.len(),
            places: settings.gazetteer.places.len(),
        }
    }
}
