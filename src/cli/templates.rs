//! `templates`: the layouts and sentences of mails, to begin one's own with.

use std::io::{self, Write};

use clap::Args;

use crate::cli::{Ended, Shell, listed};
use crate::render::Texts;
use crate::render::own::NAMES;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which one to show; their names when it is left out
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Shows the names, or one of them as it is shipped.
pub(crate) fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    let mut out = io::stdout().lock();
    let Some(name) = &arguments.name else {
        for name in NAMES {
            writeln!(out, "{name}")?;
        }
        return Ok(Ended::Well);
    };
    let Some(text) = Texts::shipped(name) else {
        let known = listed(NAMES.iter());
        shell.complain(
            "unknown_template",
            minijinja::context! { found => name, known },
        );
        return Ok(Ended::Wrong);
    };
    write!(out, "{text}")?;
    Ok(Ended::Well)
}
