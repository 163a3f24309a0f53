//! `rights`: a resident asks what is kept, or that it goes, or that it stays away.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::Zoned;
use jiff::civil::Date;
use serde::Serialize;

use crate::app::{App, Examples, open_store};
use crate::audit::Event;
use crate::cli::explain::Explained;
use crate::cli::{Ended, Shell, json_line, loaded, now};
use crate::connector::canonical::canonical;
use crate::rights::{Carried, Request, Right, carry_out};
use crate::store::{Reader, RegisteredRequest, StateDirectory};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write what is kept of messages to a file
    Access(About),
    /// Erase messages
    Erase(About),
    /// Erase messages and keep them out from now on
    Object(About),
    /// Note that a request was answered
    Answered {
        /// The number of the request
        #[arg(long, value_name = "NR")]
        request: String,
    },
    /// Show the register of requests
    List {
        /// Write data: one JSON object a line
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
struct About {
    /// Address of a message; may be given several times
    #[arg(long = "link", value_name = "URL", required = true)]
    links: Vec<String>,
    /// The number that the municipality gave the request: letters, digits, and . _ - in it
    #[arg(long, value_name = "NR")]
    request: String,
    /// The day on which it came in [default: today]
    #[arg(long, value_name = "DATE")]
    received: Option<Date>,
    /// Where the answer is written [default: verzoek-NR-RIGHT.txt]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Carries a request out, notes that it was answered, or shows the register.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    match arguments.command {
        Command::Access(about) => carry(shell, Right::Access, about).await,
        Command::Erase(about) => carry(shell, Right::Erase, about).await,
        Command::Object(about) => carry(shell, Right::Object, about).await,
        Command::Answered { request } => answered(shell, request).await,
        Command::List { json } => list(shell, json).await,
    }
}

async fn carry(shell: &Shell, right: Right, about: About) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let now = now();
    let today = now.to_zoned(app.settings.digest.zone.clone()).date();
    let About {
        links,
        request: number,
        received,
        file,
    } = about;
    if !is_number(&number) {
        shell.complain("rights.no_number", minijinja::context! { found => number });
        return Ok(Ended::Wrong);
    }
    if let Some(link) = links.iter().find(|link| canonical(link).is_none()) {
        shell.complain("rights.no_link", minijinja::context! { found => link });
        return Ok(Ended::Wrong);
    }
    let received = received.unwrap_or(today);
    if received > today {
        let received = received.to_string();
        shell.complain("rights.future", minijinja::context! { received });
        return Ok(Ended::Wrong);
    }
    let request = Request {
        number,
        right,
        links,
        received,
    };
    let name = || format!("verzoek-{}-{}.txt", request.number, right.as_str());
    let path = file.unwrap_or_else(|| PathBuf::from(name()));
    // Before anything is erased: what cannot be answered is not begun.
    let mut file = match create(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let path = path.display().to_string();
            shell.complain("rights.file_there", minijinja::context! { path });
            return Ok(Ended::Wrong);
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot write {}", path.display()));
        }
    };
    let carried = match open_store(&shell.origin, &app, now).await {
        Ok(store) => {
            let carried = carry_out(&store, &app.desk.mailer, &request, now).await;
            if right == Right::Access && carried.is_ok() {
                let (what, request) = ("access".to_owned(), Some(request.number.clone()));
                store.audit(Event::Exported { what, request }, now).await;
            }
            carried.map_err(anyhow::Error::from)
        }
        Err(error) => Err(error),
    };
    let carried = match carried {
        Ok(carried) => carried,
        Err(error) => {
            // An empty file would look like an answer.
            drop(file);
            let _ = std::fs::remove_file(&path);
            return Err(error);
        }
    };
    let answer = Answer::of(&app, &request, &carried, today);
    let page = shell.texts.page("rights.txt", &answer)?;
    writeln!(file, "{}", page.trim_end())?;
    file.sync_all()?;
    let found = carried.kept.len();
    let path = path.display().to_string();
    shell.say(
        "rights.done",
        minijinja::context! {
            right => right.as_str(), number => &request.number, found,
            withdrawn => carried.withdrawn, held => carried.held, path, due => request.due().to_string(),
        },
    )?;
    Ok(match carried.held {
        Some(_) => Ended::WithFailures,
        None => Ended::Well,
    })
}

/// A new file that only we may read: it holds what is kept of a message.
fn create(path: &Path) -> io::Result<std::fs::File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Whether it is fit for a file name, and no name of a person with a space in it.
fn is_number(number: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (1..=40).contains(&number.len())
        && number.chars().all(legal)
        && number.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// The answer to a resident.
#[derive(Serialize)]
struct Answer<'a> {
    municipality: &'a str,
    number: &'a str,
    right: &'static str,
    received: Date,
    due: Date,
    today: Date,
    links: &'a [String],
    withdrawn: u64,
    held: Option<i64>,
    officer: Option<&'a str>,
    contact: &'a str,
    explanation: &'a str,
    messages: Vec<Kept>,
}

/// What is or was kept of one message for one theme.
#[derive(Serialize)]
struct Kept {
    hit: Explained,
    purpose: String,
    legal_task: String,
    controller: String,
    retention_days: u8,
    recipients: Vec<String>,
    fetched: Zoned,
}

impl<'a> Answer<'a> {
    fn of(app: &'a App, request: &'a Request, carried: &Carried, today: Date) -> Self {
        let settings = &app.settings;
        let kept = carried.kept.iter().filter_map(|stored| {
            let theme = settings.themes.iter().find(|t| t.id == stored.hit.theme)?;
            let takers = settings.recipients.iter();
            let takers = takers.filter(|recipient| recipient.themes.takes(&theme.id));
            Some(Kept {
                hit: Explained::of(app, stored),
                purpose: theme.purpose.clone(),
                legal_task: theme.legal_task.clone(),
                controller: theme.controller.clone(),
                retention_days: theme.retention_days,
                recipients: takers.map(|recipient| recipient.name.clone()).collect(),
                fetched: stored.hit.fetched_at.to_zoned(settings.digest.zone.clone()),
            })
        });
        Answer {
            municipality: &settings.municipality,
            number: &request.number,
            right: request.right.as_str(),
            received: request.received,
            due: request.due(),
            today,
            links: &request.links,
            withdrawn: carried.withdrawn,
            held: carried.held,
            officer: settings.accountability.officer.as_ref().map(|a| a.reveal()),
            contact: settings.contact.reveal(),
            explanation: settings.explanation.as_str(),
            messages: kept.collect(),
        }
    }
}

async fn answered(shell: &Shell, number: String) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let now = now();
    let store = open_store(&shell.origin, &app, now).await?;
    if store.answer_request(&number, now).await? == 0 {
        shell.complain("rights.unknown", minijinja::context! { number });
        return Ok(Ended::WithFailures);
    }
    let event = Event::Request {
        request: number.clone(),
        kind: "answered".to_owned(),
        hits: 0,
    };
    store.audit(event, now).await;
    shell.say("rights.answered", minijinja::context! { number })?;
    Ok(Ended::Well)
}

/// A line of the register.
#[derive(Serialize)]
pub(crate) struct Line {
    request: String,
    kind: String,
    received: Date,
    due: Date,
    hits: u64,
    answered: Option<Zoned>,
    /// Whether its term has passed without an answer.
    overdue: bool,
}

impl Line {
    pub(crate) fn of(app: &App, request: RegisteredRequest, today: Date) -> Self {
        let zone = &app.settings.digest.zone;
        Line {
            overdue: request.answered_at.is_none() && request.due < today,
            answered: request.answered_at.map(|at| at.to_zoned(zone.clone())),
            request: request.number,
            kind: request.kind,
            received: request.received,
            due: request.due,
            hits: request.hits,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.answered.is_none()
    }
}

async fn list(shell: &Shell, json: bool) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let directory = StateDirectory::existing(&shell.origin.state)?;
    let reader = Reader::open(&directory, &app.store_config())?;
    let today = now().to_zoned(app.settings.digest.zone.clone()).date();
    let requests = reader.requests().await?;
    let mut out = io::stdout().lock();
    if requests.is_empty() && !json {
        writeln!(out, "{}", shell.texts.say("rights.none", ()))?;
    }
    for request in requests {
        let line = Line::of(&app, request, today);
        match json {
            true => json_line(&mut out, &line)?,
            false => writeln!(out, "{}", shell.texts.say("rights.line", &line))?,
        }
    }
    Ok(Ended::Well)
}
