//! Arguments to exit code.

use std::process::ExitCode;

use clap::Parser;
use luisterpost::cli::{self, Arguments};

fn main() -> ExitCode {
    cli::run(Arguments::parse())
}
