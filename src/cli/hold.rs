//! `hold`: keeps something beyond its retention for a request by law, until a day.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, Zoned};
use minijinja::context;
use serde::Serialize;

use crate::app::{App, Examples, open_store};
use crate::audit::Event;
use crate::cli::{Ended, Shell, json_line, listed, loaded, now};
use crate::hold::{About, Hold, MOST_DAYS, Scope};
use crate::store::{NewHold, Reader, StateDirectory, Store};

/// Longest reason, in bytes: it names a request, and stands on one line of `status`.
const MOST_REASON: usize = 200;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Keep something until a day
    Add {
        /// What: `theme:ID`, `source:ID` or `link:URL`
        #[arg(long, value_name = "SCOPE")]
        scope: String,
        /// Why, for who reads `hold list` and `status`; name no person
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The last day, as 2027-01-31; needed
        #[arg(long, value_name = "DATE")]
        until: Option<Date>,
    },
    /// Show what is kept, and until when; works while the daemon runs
    List {
        /// Write data: one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// End one before its day
    End {
        /// Its number in `hold list`
        #[arg(value_name = "NUMBER")]
        number: i64,
    },
}

/// Adds, shows or ends.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let now = now();
    match arguments.command {
        Command::Add {
            scope,
            reason,
            until,
        } => {
            let Some(last_day) = last_day(shell, &app, until, now) else {
                return Ok(Ended::Wrong);
            };
            if reason.trim().is_empty() || reason.len() > MOST_REASON || reason.contains('\n') {
                shell.complain("hold.reason", context! { most => MOST_REASON });
                return Ok(Ended::Wrong);
            }
            let Some(scope) = scope_of(shell, &app, &scope) else {
                return Ok(Ended::Wrong);
            };
            let store = open_store(&shell.origin, &app, now).await?;
            add(shell, &app, &store, scope, reason, last_day, now).await
        }
        Command::List { json } => {
            let directory = StateDirectory::existing(&shell.origin.state)?;
            let reader = Reader::open(&directory, &app.store_config())?;
            let holds = told(&app, reader.holds(now).await?);
            let mut out = io::stdout().lock();
            match json {
                true => holds
                    .iter()
                    .try_for_each(|hold| json_line(&mut out, hold))?,
                false if holds.is_empty() => writeln!(out, "{}", shell.texts.say("hold.none", ()))?,
                false => {
                    for hold in &holds {
                        writeln!(
                            out,
                            "{}",
                            shell
                                .texts
                                .say("hold.line", BTreeMap::from([("hold", hold)]))
                        )?;
                    }
                }
            }
            Ok(Ended::Well)
        }
        Command::End { number } => {
            let store = open_store(&shell.origin, &app, now).await?;
            if !store.end_hold(number, now).await? {
                shell.complain("hold.unknown", context! { number });
                return Ok(Ended::WithFailures);
            }
            let request = number.to_string();
            store.audit(Event::Released { request }, now).await;
            shell.say("hold.ended", context! { number })?;
            Ok(Ended::Well)
        }
    }
}

/// The last day, when it is one on which a hold may end.
fn last_day(shell: &Shell, app: &App, until: Option<Date>, now: Timestamp) -> Option<Date> {
    let today = now.to_zoned(app.settings.digest.zone.clone()).date();
    let latest = today.saturating_add(MOST_DAYS.days());
    match until {
        None => shell.complain("hold.no_end", ()),
        Some(day) if day < today => {
            shell.complain("hold.past", context! { day => day.to_string() })
        }
        Some(day) if day > latest => {
            shell.complain("hold.too_long", context! { latest => latest.to_string() })
        }
        Some(day) => return Some(day),
    }
    None
}

/// What the hold is about, when that is configured.
fn scope_of(shell: &Shell, app: &App, text: &str) -> Option<Scope> {
    let scope = Scope::parse(text);
    let settings = &app.settings;
    match &scope {
        Some(Scope::Theme(id)) if !settings.themes.iter().any(|theme| theme.id == *id) => {
            let known = listed(settings.themes.iter().map(|theme| &theme.id));
            shell.complain(
                "hold.unknown_theme",
                context! { found => id.as_str(), known },
            );
            None
        }
        Some(Scope::Source(id)) if !app.sources.contains_key(id) => {
            let known = listed(app.sources.keys());
            shell.complain("unknown_source", context! { found => id.as_str(), known });
            None
        }
        Some(_) => scope,
        None => {
            shell.complain("hold.scope", context! { found => text });
            None
        }
    }
}

async fn add(
    shell: &Shell,
    app: &App,
    store: &Store,
    scope: Scope,
    reason: String,
    last_day: Date,
    now: Timestamp,
) -> anyhow::Result<Ended> {
    let links = match &scope {
        Scope::Link(link) => {
            let links = store.reader().spellings(link).await?;
            if links.is_empty() {
                shell.complain("forget_link_unknown", context! { link });
                return Ok(Ended::WithFailures);
            }
            links
        }
        Scope::Theme(_) | Scope::Source(_) => Vec::new(),
    };
    // A message has no name that may stand in the audit log.
    let about = match &scope {
        Scope::Theme(theme) => format!("theme {theme}"),
        Scope::Source(source) => format!("source {source}"),
        Scope::Link(_) => "message".to_owned(),
    };
    let next_day = last_day.tomorrow()?;
    let new = NewHold {
        scope,
        links,
        reason,
        until: next_day
            .to_zoned(app.settings.digest.zone.clone())?
            .timestamp(),
    };
    let hold = store.add_hold(new, now).await?;
    let event = Event::Held {
        request: hold.number.to_string(),
        scope: about,
        until: last_day,
        hits: hold.hits,
    };
    store.audit(event, now).await;
    let hold = told(app, vec![hold]);
    shell.say("hold.added", BTreeMap::from([("hold", hold.first())]))?;
    Ok(Ended::Well)
}

/// A hold, as `hold list` and `status` show it.
#[derive(Serialize)]
pub(crate) struct Line {
    number: i64,
    /// `theme`, `source` or `message`.
    about: &'static str,
    id: Option<String>,
    /// The name of the theme or source for readers.
    name: Option<String>,
    reason: String,
    /// Its last day.
    until: Zoned,
    hits: u64,
    /// How many would have gone already.
    overdue: u64,
}

/// The lines for these holds.
pub(crate) fn told(app: &App, holds: Vec<Hold>) -> Vec<Line> {
    holds
        .into_iter()
        .map(|hold| {
            let told = app.desk.hold(&hold);
            Line {
                number: hold.number,
                about: told.about,
                id: match hold.about {
                    About::Theme(theme) => Some(theme.to_string()),
                    About::Source(source) => Some(source.to_string()),
                    About::Message => None,
                },
                name: told.name,
                reason: hold.reason,
                until: told.until,
                hits: hold.hits,
                overdue: hold.overdue,
            }
        })
        .collect()
}
