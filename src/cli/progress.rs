//! The line that shows how far a round is: on a terminal only, rewritten in place.

use std::io::{self, IsTerminal, Write};

use crate::render::Texts;

/// Shows how far a round is.
#[derive(Debug)]
pub(crate) struct Progress<'t> {
    texts: &'t Texts,
    total: usize,
    done: usize,
    hits: usize,
    shown: bool,
}

impl<'t> Progress<'t> {
    /// For a round of so many visits. In a pipe nothing is shown.
    pub(crate) fn new(texts: &'t Texts, total: usize) -> Self {
        let progress = Progress {
            texts,
            total,
            done: 0,
            hits: 0,
            shown: io::stderr().is_terminal(),
        };
        progress.show("");
        progress
    }

    /// One more visit has ended.
    pub(crate) fn step(&mut self, source: &str, hits: usize) {
        self.done += 1;
        self.hits += hits;
        self.show(source);
    }

    /// Takes the line away.
    pub(crate) fn end(self) {
        self.write("");
    }

    fn show(&self, source: &str) {
        if !self.shown {
            return;
        }
        let values = minijinja::context! { done => self.done, total => self.total, hits => self.hits, source };
        self.write(&self.texts.say("cli.progress", values));
    }

    fn write(&self, line: &str) {
        if self.shown {
            // Back to the start of the line, erase it, write: ECMA-48 "erase in line".
            let mut err = io::stderr();
            // A terminal that went away is no reason to stop.
            let _ = write!(err, "\r\x1b[K{line}").and_then(|()| err.flush());
        }
    }
}
