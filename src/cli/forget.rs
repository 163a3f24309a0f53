//! `forget`: erases what is past its retention, or one message.

use clap::Args;

use crate::app::{Examples, open_store};
use crate::cli::{Ended, Shell, loaded, now};
use crate::forget::{self, ForgetError};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Erase the message at this address, whatever its retention
    #[arg(long, value_name = "URL")]
    link: Option<String>,
}

/// Erases, and says what went.
pub(crate) async fn run(shell: &Shell, arguments: Arguments) -> anyhow::Result<Ended> {
    let app = loaded!(shell, Examples::Skip);
    let now = now();
    let store = open_store(&shell.origin, &app, now).await?;
    let Some(link) = arguments.link else {
        let forgotten = forget::forget(&store, &app.desk.mailer, now).await?;
        shell.say(
            "forget_done",
            minijinja::context! { hits => forgotten.hits, lost => forgotten.lost },
        )?;
        return Ok(Ended::Well);
    };
    let forgotten = forget::forget_link(&store, &app.desk.mailer, &link, now).await;
    if let Err(ForgetError::Held(number)) = forgotten {
        shell.complain("forget_link_held", minijinja::context! { link, number });
        return Ok(Ended::WithFailures);
    }
    let forgotten = forgotten?;
    if forgotten.hits == 0 {
        shell.complain("forget_link_unknown", minijinja::context! { link });
        return Ok(Ended::WithFailures);
    }
    shell.say(
        "forget_link_done",
        minijinja::context! { hits => forgotten.hits, withdrawn => forgotten.withdrawn, link },
    )?;
    Ok(Ended::Well)
}
