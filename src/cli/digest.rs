//! `digest`: composes and sends what is not yet told, shows it, or sends a test.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::app::{App, Examples, open_store};
use crate::cli::{Ended, Shell, listed, loaded, now};
use crate::deliver::{Composed, Which};
use crate::mail::Via;
use crate::recipient::Recipient;
use crate::store::{Reader, StateDirectory};

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("shown").args(["preview", "since"])))]
pub(crate) struct Arguments {
    /// Only for the recipient of this name
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// Show it; nothing is sent and nothing counts as told
    #[arg(long, conflicts_with = "test")]
    preview: bool,
    /// Show again what there was from this day on, as 2026-11-20, as far as it is still kept; nothing is
    /// sent and nothing counts as told
    #[arg(long, value_name = "DATE", conflicts_with_all = ["preview", "test"])]
    since: Option<Date>,
    /// With --since: the last day; today when it is left out
    #[arg(long, value_name = "DATE", requires = "since")]
    until: Option<Date>,
    /// With --preview or --since: also write the HTML part to this file
    #[arg(long, value_name = "FILE", requires = "shown")]
    html: Option<PathBuf>,
    /// Send a recognisable test message instead
    #[arg(long)]
    test: bool,
}

/// Does what was asked for every recipient that takes overviews, or for one.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Run);
    let takers: Vec<Recipient> = app.desk.takers(arguments.to.as_deref()).cloned().collect();
    if takers.is_empty() {
        let known = listed(app.desk.takers(None).map(|recipient| &recipient.name));
        shell.complain(
            "unknown_recipient",
            minijinja::context! { found => &arguments.to, known },
        );
        return Ok(Ended::Wrong);
    }
    let shown = match arguments.since {
        Some(since) => Some(Shown::Again(period(&app, since, arguments.until)?)),
        None => arguments.preview.then_some(Shown::Next),
    };
    if let Some(shown) = shown {
        show(shell, &app, &takers, shown, arguments.html).await
    } else if arguments.test {
        test(shell, &app, &takers).await
    } else {
        send(shell, &app, &takers).await
    }
}

/// Which overview is shown.
#[derive(Clone, Copy)]
enum Shown {
    /// The next one.
    Next,
    /// That of a period that has passed.
    Again((Timestamp, Timestamp)),
}

/// From the start of one local day to the end of another.
fn period(app: &App, since: Date, until: Option<Date>) -> anyhow::Result<(Timestamp, Timestamp)> {
    let zone = &app.settings.digest.zone;
    let until = match until {
        Some(day) => day,
        None => now().to_zoned(zone.clone()).date(),
    };
    let start = |day: Date| Ok::<_, jiff::Error>(day.to_zoned(zone.clone())?.timestamp());
    let end = start(until.saturating_add(1.day()))?;
    let period = (start(since)?, end.min(now()));
    anyhow::ensure!(period.0 < period.1, "the period ends before it begins");
    Ok(period)
}

async fn show(
    shell: &Shell,
    app: &App,
    takers: &[Recipient],
    shown: Shown,
    html: Option<PathBuf>,
) -> anyhow::Result<Ended> {
    let directory = StateDirectory::existing(&shell.origin.state)?;
    let reader = Reader::open(&directory, &app.store_config())?;
    let mut out = io::stdout().lock();
    for recipient in takers {
        let rendered = match shown {
            Shown::Next => app.desk.preview(&reader, recipient, now()).await?,
            Shown::Again(period) => app.desk.repeat(&reader, recipient, period).await?,
        };
        writeln!(out, "{}\n\n{}", rendered.subject, rendered.text)?;
        if let Some(path) = &html {
            fs::write(path, &rendered.html)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(Ended::Well)
}

async fn test(shell: &Shell, app: &App, takers: &[Recipient]) -> anyhow::Result<Ended> {
    let mut ended = Ended::Well;
    for recipient in takers {
        let name = &recipient.name;
        match app.desk.send_test(recipient, now()).await? {
            Ok(()) => {
                shell.say(
                    "test_sent",
                    minijinja::context! { name, outbox => outbox(app) },
                )?;
            }
            Err(error) => {
                shell.complain(
                    "test_failed",
                    minijinja::context! { name, detail => error.to_string() },
                );
                ended = Ended::WithFailures;
            }
        }
    }
    Ok(ended)
}

async fn send(shell: &Shell, app: &App, takers: &[Recipient]) -> anyhow::Result<Ended> {
    let store = open_store(&shell.origin, app, now()).await?;
    for recipient in takers {
        if app.desk.only_waits(&store, recipient, now()).await? {
            continue;
        }
        if app.desk.compose(&store, recipient, now()).await? == Composed::NothingToTell {
            shell.say(
                "nothing_to_tell",
                minijinja::context! { name => &recipient.name },
            )?;
        }
    }
    let sent = app
        .desk
        .send_waiting(&store, Which::To(takers), now())
        .await?;
    shell.say(
        "digest_done",
        minijinja::context! { sent => sent.sent, outbox => outbox(app) },
    )?;
    for (address, error) in &sent.failed {
        let name = app
            .desk
            .recipients
            .iter()
            .find(|recipient| recipient.address == *address)
            .map(|recipient| &recipient.name);
        shell.complain(
            "mail_failed",
            minijinja::context! { name, detail => error.to_string() },
        );
    }
    Ok(if sent.failed.is_empty() {
        Ended::Well
    } else {
        Ended::WithFailures
    })
}

/// The directory into which mail goes, when it goes into one.
fn outbox(app: &App) -> Option<String> {
    match &app.desk.mailer.config().via {
        Via::Directory(directory) => Some(directory.display().to_string()),
        Via::Smtp(_) => None,
    }
}
