//! `feedback`: takes in what readers answered to overviews.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use minijinja::context;

use crate::app::{Examples, open_store};
use crate::cli::{Ended, Shell, loaded, now};
use crate::feedback;
use crate::store::{StateDirectory, StoreError};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Mails: an .eml file, a Maildir or a folder of .eml files; `-` is one mail on standard input
    #[arg(value_name = "MAIL", default_value = "-")]
    mails: Vec<PathBuf>,
}

/// Takes the answers in, or leaves them to the daemon when it runs.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let mut subjects = Vec::new();
    for mails in &arguments.mails {
        match mails == Path::new("-") {
            true => subjects.extend(feedback::subject(io::stdin().lock())?),
            false => subjects.extend(feedback::subjects_at(mails)?),
        }
    }
    // Made and checked by the store's own rules before anything is written in it.
    StateDirectory::open(&shell.origin.state)?;
    feedback::lay_down(&shell.origin.state, &subjects)?;
    let now = now();
    let store = match open_store(&shell.origin, &app, now).await {
        Ok(store) => store,
        Err(error) => {
            let in_use = error.downcast_ref::<StoreError>();
            if !matches!(in_use, Some(StoreError::InUse { .. })) {
                return Err(error);
            }
            shell.say("feedback_laid_down", context! { mails => subjects.len() })?;
            return Ok(Ended::Well);
        }
    };
    let taken = feedback::take_in(&store, &shell.origin.state, now).await?;
    shell.say(
        "feedback_done",
        context! { mails => subjects.len(), kept => taken.kept, gone => taken.gone },
    )?;
    Ok(match taken.kept + taken.gone {
        0 => Ended::WithFailures,
        _ => Ended::Well,
    })
}
