//! The commands.
//!
//! Each command is a short function: load, call one flow, show what came of it. What a person reads
//! stands in the templates of [`crate::render`]; with `--json` a command whose output is data
//! writes one JSON object a line to standard output, and nothing else there.

use std::fmt;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use jiff::Timestamp;
use serde::Serialize;
use tracing::level_filters::LevelFilter;

use crate::app::{App, Examples, LoadError, Origin};
use crate::render::Texts;
use crate::settings::{Paths, tell};
use crate::span::Span;
use crate::telemetry;

mod audit;
mod check;
mod demo;
mod digest;
mod discover;
mod drafts; // A source that was found, as lines for `sources.toml`.
mod explain;
mod feedback;
mod forget;
mod keywords;
mod forms;
mod hold;
mod init;
mod matching;
mod poll;
mod progress; // The line that shows how far a round is.
mod read;
mod register;
mod report;
mod rights;
mod run;
mod sources;
mod status;
mod trust; // What a privacy officer looks for in `status`.
mod trying;
mod visits; // One source and its last visits, for `status`.
mod templates;
mod trouble; // Errors in the words of who can mend them.

pub(crate) use progress::Progress;

/// All that can be said on the command line.
#[derive(Debug, Parser)]
#[command(name = "luisterpost", version, about, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    places: Places,
}

/// Where files and data lie.
#[derive(Clone, Debug, Args)]
struct Places {
    /// Directory of the configuration [default: ./config, then /etc/luisterpost/config]
    #[arg(long, global = true, value_name = "DIR")]
    config: Option<PathBuf>,
    /// Directory of the keyword lists [default: `keywords` beside the configuration]
    #[arg(long, global = true, value_name = "DIR")]
    keywords: Option<PathBuf>,
    /// Directory of the data [default: `$STATE_DIRECTORY`, then ./state]
    #[arg(long, global = true, value_name = "DIR")]
    state: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the whole main job offline, with the fictional town of Lindemeer
    #[command(after_help = "Example:\n  luisterpost demo")]
    Demo(demo::Arguments),
    /// Write a starting configuration and keyword lists
    #[command(after_help = "Example:\n  luisterpost init .")]
    Init(init::Arguments),
    /// Validate all files and run the examples of the keyword lists
    #[command(after_help = "Example:\n  luisterpost check --config /etc/luisterpost/config")]
    Check(check::Arguments),
    /// Listen and mail until told to stop (SIGTERM); SIGHUP reads the files again
    #[command(
        after_help = "Example:\n  luisterpost run --config /etc/luisterpost/config --state /var/lib/luisterpost"
    )]
    Run,
    /// Visit sources once: what is due, all, or the named ones
    #[command(
        after_help = "Examples:\n  luisterpost poll\n  luisterpost poll --all\n  luisterpost poll wijkkrant-oost"
    )]
    Poll(poll::Arguments),
    /// Compose and send what is not yet told, also before its time
    #[command(
        after_help = "Examples:\n  luisterpost digest\n  luisterpost digest --preview --to 'Team Veiligheid'\n  luisterpost digest --test"
    )]
    Digest(digest::Arguments),
    /// Show which sources are heard, what waits for delivery and what is stored
    #[command(
        after_help = "Examples:\n  luisterpost status\n  luisterpost status wijkkrant-oost --json"
    )]
    Status(status::Arguments),
    /// Find the feeds of a web page and describe each, ready to be taken as a source
    #[command(
        after_help = "Examples:\n  luisterpost discover https://www.buurtkrant.example/\n  luisterpost discover buurtkrant.example forum.example >> config/sources.toml"
    )]
    Discover(discover::Arguments),
    /// Take feeds over from another feed reader, or hand them to one
    #[command(
        after_help = "Examples:\n  luisterpost sources import feeds.opml >> config/sources.toml\n  luisterpost sources export > luisterpost.opml"
    )]
    Sources(sources::Arguments),
    /// Show which themes texts on standard input belong to, and why; one text a line
    #[command(
        after_help = "Examples:\n  echo 'Vannacht is er ingebroken' | luisterpost match\n  luisterpost match --json < texts.jsonl"
    )]
    Match(matching::Arguments),
    /// Show the messages in a saved document, one JSON object a line
    #[command(
        after_help = "Examples:\n  luisterpost read --kind feed --url https://wijkkrant.example/feed feed.xml\n  luisterpost read --source forum-lindemeer pagina.html"
    )]
    Read(read::Arguments),
    /// Show what a changed keyword list would find and lose, before it goes live
    #[command(
        after_help = "Examples:\n  luisterpost try nieuw/woninginbraak.toml\n  luisterpost try --stored --json nieuw/woninginbraak.toml"
    )]
    Try(trying::Arguments),
    /// Show every form of words that an expression finds
    #[command(
        after_help = "Examples:\n  luisterpost forms 'verb:in|breken'\n  luisterpost forms 'inbraak+{poging golf}'"
    )]
    Forms(forms::Arguments),
    /// Erase what is past its retention, or one message
    #[command(
        after_help = "Examples:\n  luisterpost forget\n  luisterpost forget --link https://forum.example/t/12#p3"
    )]
    Forget(forget::Arguments),
    /// Keep something beyond its retention for a request by law, until a day
    #[command(
        after_help = "Examples:\n  luisterpost hold add --scope theme:woninginbraak --reason 'Woo-verzoek 2026-12' --until 2027-01-31\n  luisterpost hold list\n  luisterpost hold end 3"
    )]
    Hold(hold::Arguments),
    /// Take in what readers answered to overviews (raak or niet raak)
    Feedback(feedback::Arguments),
    /// What the keyword lines are worth
    Keywords(keywords::Arguments),
    /// Where residents are online, and what occupies them
    Report(report::Arguments),
    /// Show the layouts and sentences of mails, to begin your own with
    Templates(templates::Arguments),
    /// Show why a message is a hit
    #[command(after_help = "Example:\n  luisterpost explain 12")]
    Explain(explain::Arguments),
    /// What the program did, and whether that log is whole
    #[command(
        after_help = "Examples:\n  luisterpost audit verify\n  luisterpost audit show --last 20"
    )]
    Audit(audit::Arguments),
    /// Write the papers of the organisation: registers, input for the DPIA, explanation
    #[command(
        after_help = "Examples:\n  luisterpost register --out papieren\n  luisterpost register --month 2026-10"
    )]
    Register(register::Arguments),
    /// Carry out a resident's request: access, erasure or objection, by the link of a message
    #[command(
        after_help = "Examples:\n  luisterpost rights access --link https://forum.example/t/12#p3 --request AVG-2026-014\n  luisterpost rights list"
    )]
    Rights(rights::Arguments),
}

/// What a command left running (a visit that was broken off, in the middle of a document) gets as
/// long to let go of the store. Nothing is lost without: it only makes the next start quicker.
const LEFTOVERS: Duration = Duration::from_secs(1);

/// How a command ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// All went well.
    Well,
    /// It did its work, and something failed; that was shown.
    WithFailures,
    /// What was asked or configured is wrong; that was shown.
    Wrong,
}

/// Runs a command: 0 when all went well, 1 when something failed, 2 on wrong use or configuration.
pub fn run(arguments: Arguments) -> ExitCode {
    let usual = match arguments.command {
        Command::Run => LevelFilter::INFO,
        // What is worth a warning is shown by the command itself.
        _ => LevelFilter::ERROR,
    };
    telemetry::start(usual);
    let ended = tokio::runtime::Runtime::new()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| {
            let ended = runtime.block_on(dispatch(arguments));
            runtime.shutdown_timeout(LEFTOVERS);
            ended
        });
    match ended {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::WithFailures) => ExitCode::FAILURE,
        Ok(Ended::Wrong) => ExitCode::from(2),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(trouble::told(&Texts::new(), &error));
            ExitCode::FAILURE
        }
    }
}

/// Writes a line to standard error. Where nobody reads that, nobody misses it.
pub(crate) fn complain(line: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

async fn dispatch(arguments: Arguments) -> anyhow::Result<Ended> {
    let shell = Shell {
        origin: arguments.places.origin(),
        texts: Arc::new(Texts::new()),
    };
    match arguments.command {
        Command::Demo(arguments) => demo::run(&shell, arguments).await,
        Command::Init(arguments) => init::run(&shell, &arguments),
        Command::Check(arguments) => check::run(&shell, &arguments),
        Command::Run => run::run(&shell).await,
        Command::Poll(arguments) => poll::run(&shell, arguments).await,
        Command::Digest(arguments) => digest::run(&shell, arguments).await,
        Command::Status(arguments) => status::run(&shell, &arguments).await,
        Command::Discover(arguments) => discover::run(&shell, &arguments).await,
        Command::Sources(arguments) => sources::run(&shell, &arguments),
        Command::Match(arguments) => matching::run(&shell, &arguments),
        Command::Read(arguments) => read::run(&shell, &arguments),
        Command::Try(arguments) => trying::run(&shell, &arguments).await,
        Command::Forms(arguments) => forms::run(&shell, &arguments),
        Command::Forget(arguments) => forget::run(&shell, arguments).await,
        Command::Hold(arguments) => hold::run(&shell, arguments).await,
        Command::Feedback(arguments) => feedback::run(&shell, arguments).await,
        Command::Keywords(arguments) => keywords::run(&shell, arguments).await,
        Command::Report(arguments) => report::run(&shell, arguments).await,
        Command::Templates(arguments) => templates::run(&shell, &arguments),
        Command::Explain(arguments) => explain::run(&shell, &arguments).await,
        Command::Audit(arguments) => audit::run(&shell, arguments).await,
        Command::Register(arguments) => register::run(&shell, arguments).await,
        Command::Rights(arguments) => rights::run(&shell, arguments).await,
    }
}

impl Places {
    fn origin(self) -> Origin {
        let state = self
            .state
            .unwrap_or_else(|| match std::env::var_os("STATE_DIRECTORY") {
                // systemd gives all state directories of a unit, separated by colons; ours has one.
                Some(directory) => PathBuf::from(directory),
                None => PathBuf::from("state"),
            });
        Origin {
            paths: Paths::find(self.config, self.keywords),
            state,
            // A variable that is no UTF-8 is none of ours.
            environment: std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .collect(),
        }
    }
}

/// What every command has at hand.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) origin: Origin,
    pub(crate) texts: Arc<Texts>,
}

impl Shell {
    /// Reads the files; what is wrong in them is shown.
    pub(crate) fn load(&self, examples: Examples) -> anyhow::Result<Result<App, Ended>> {
        match App::load(&self.origin, &self.texts, None, examples, now()) {
            Ok(app) => Ok(Ok(app)),
            Err(LoadError::Mistakes(mistakes)) => {
                complain(tell::report(&self.texts, &mistakes).trim_end());
                Ok(Err(Ended::Wrong))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes one sentence, of section `cli` when the name has none, to standard output.
    pub(crate) fn say(&self, name: &str, values: impl Serialize) -> io::Result<()> {
        writeln!(io::stdout(), "{}", self.texts.say(&section(name), values))
    }

    /// Writes one sentence, of section `cli` when the name has none, to standard error.
    pub(crate) fn complain(&self, name: &str, values: impl Serialize) {
        complain(self.texts.say(&section(name), values));
    }
}

fn section(name: &str) -> String {
    if name.contains('.') {
        name.to_owned()
    } else {
        format!("cli.{name}")
    }
}

/// Reads the files, or ends the command.
macro_rules! loaded {
    ($shell:expr, $examples:expr) => {
        match $shell.load($examples)? {
            Ok(app) => app,
            Err(ended) => return Ok(ended),
        }
    };
}
pub(crate) use loaded;

/// The present.
#[expect(
    clippy::disallowed_methods,
    reason = "the command line is one of the two places that read the clock"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The program as it was called, for commands that a person may copy.
pub(crate) fn program() -> String {
    std::env::args()
        .next()
        .unwrap_or_else(|| "luisterpost".to_owned())
}

/// Writes one JSON object on a line of its own.
pub(crate) fn json_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Whether the reader of our output went away, as `head` does: no reason to complain.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    })
}

/// A list of names for a message: `a, b, c`.
pub(crate) fn listed<T: fmt::Display>(names: impl Iterator<Item = T>) -> String {
    names
        .map(|name| name.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

/// A text with its marks: bold on a terminal that shows colours, between stars elsewhere.
pub(crate) fn marked(text: &str, marks: &[Span]) -> String {
    let bold = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let (before, after) = if bold {
        ("\x1b[1;33m", "\x1b[0m")
    } else {
        ("*", "*")
    };
    let mut shown = String::new();
    let mut done = 0;
    for mark in marks {
        shown.push_str(&text[done..mark.start]);
        shown.push_str(before);
        shown.push_str(&text[mark.start..mark.end]);
        shown.push_str(after);
        done = mark.end;
    }
    shown.push_str(&text[done..]);
    shown
}

/// A shared store, as the flows want it.
pub(crate) type SharedStore = Arc<crate::store::Store>;
