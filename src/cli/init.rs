//! `init`: a starting configuration.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use crate::cli::{Ended, Shell, now, program};
use crate::demo::files;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Directory that gets `config` and `keywords`; files that are there already are left alone
    directory: PathBuf,
}

/// Writes what is not there yet.
pub(crate) fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    let (mut written, mut kept) = (0, 0);
    let today = now().to_zoned(jiff::tz::TimeZone::UTC).date();
    for (path, text) in files::init(today) {
        let path = arguments.directory.join(path);
        let directory = path.parent().expect("a file lies in a directory");
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes())
                    .with_context(|| format!("cannot write {}", path.display()))?;
                written += 1;
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                kept += 1;
                shell.complain(
                    "init_kept",
                    minijinja::context! { path => path.display().to_string() },
                );
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot write {}", path.display()));
            }
        }
    }
    let directory = arguments.directory.display().to_string();
    let program = from_elsewhere(program());
    let theme = files::FIRST_THEME;
    shell.say(
        "init_done",
        minijinja::context! { written, kept, directory, program, theme },
    )?;
    Ok(Ended::Well)
}

/// The program as it is called from another directory: a path that was typed becomes a whole one.
fn from_elsewhere(program: String) -> String {
    let typed = Path::new(&program);
    match typed.components().count() {
        1 => program,
        _ => std::path::absolute(typed).map_or(program, |path| path.display().to_string()),
    }
}
