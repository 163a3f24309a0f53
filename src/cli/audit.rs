//! `audit`: what the program did, and whether that log is whole.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::app::{Examples, open_store};
use crate::audit::Event;
use crate::audit::verdict::{Verdict, verify};
use crate::cli::{Ended, Shell, json_line, loaded, now};
use crate::store::{AuditLog, Reader, StateDirectory, StoreError};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look whether every line is there, unchanged and in its place
    Verify,
    /// Show what was done, the oldest first
    Show {
        /// Only the newest so many
        #[arg(long, value_name = "N")]
        last: Option<usize>,
        /// Write data: the entries, one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Put a damaged log aside and begin a new one
    Renew {
        /// Why, and who decided; it stands in the new log
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Looks, shows or renews. Looking and showing work while the daemon runs.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    if let Command::Renew { reason } = arguments.command {
        let now = now();
        let store = open_store(&shell.origin, &app, now).await?;
        let aside = store.reader().audit_log().put_aside(now)?;
        let before = store.forget_anchor().await?.hash;
        store.audit(Event::Renewed { reason, before }, now).await;
        let path = aside.display().to_string();
        shell.say("audit_shown.renewed", minijinja::context! { path })?;
        return Ok(Ended::Well);
    }
    let directory = StateDirectory::existing(&shell.origin.state)?;
    let verdict = match Reader::open(&directory, &app.store_config()) {
        Ok(reader) => reader.audit_verdict().await?,
        // The log can be read without the database that knows its end; that is said.
        Err(StoreError::Empty { .. } | StoreError::Corrupt { .. } | StoreError::Foreign { .. }) => {
            shell.complain("audit_shown.no_anchor", ());
            verify(&AuditLog::of(directory.path()).read()?, None)
        }
        Err(error) => return Err(error.into()),
    };
    match arguments.command {
        Command::Show { last, json } => show(shell, &verdict, last, json),
        _ => tell(shell, &verdict),
    }
}

fn tell(shell: &Shell, verdict: &Verdict) -> anyhow::Result<Ended> {
    for line in &verdict.torn {
        shell.say("audit_shown.torn", minijinja::context! { line })?;
    }
    for flaw in &verdict.flaws {
        shell.say("audit_shown.flaw", serde_json::json!({ "flaw": flaw }))?;
    }
    let (lines, head) = (verdict.lines.len(), verdict.head());
    let flaws = verdict.flaws.len();
    shell.say(
        "audit_shown.verdict",
        serde_json::json!({ "lines": lines, "flaws": flaws, "head": head }),
    )?;
    Ok(match flaws {
        0 => Ended::Well,
        _ => Ended::WithFailures,
    })
}

fn show(
    shell: &Shell,
    verdict: &Verdict,
    last: Option<usize>,
    json: bool,
) -> anyhow::Result<Ended> {
    let skipped = last.map_or(0, |last| verdict.lines.len().saturating_sub(last));
    let mut out = io::stdout().lock();
    for (_, line) in verdict.lines.iter().skip(skipped) {
        if json {
            json_line(&mut out, &line.entry)?;
            continue;
        }
        let event = line.entry.get("event").and_then(Value::as_str);
        // A line of a later version is shown as it stands.
        let said = |event| shell.texts.sentence(&format!("audit.{event}"), &line.entry);
        let sentence = event.and_then(|event| said(event).ok());
        let sentence = sentence.unwrap_or_else(|| line.entry.to_string());
        let at = line.entry.get("at").and_then(Value::as_str);
        writeln!(out, "{:>6}  {}  {sentence}", line.n, at.unwrap_or("?"))?;
    }
    drop(out);
    if !verdict.flaws.is_empty() && !json {
        shell.complain("audit_shown.damaged", ());
    }
    Ok(Ended::Well)
}
