//! What reading the files brings to light, gathered.

use std::cell::{Cell, RefCell};

use serde::Serialize;

use crate::mistake::{Fault, Location, Note, Remark};

/// One thing that is wrong, with the place where a person can mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Where it stands.
    pub at: Location,
    /// The key it concerns, written as a path: `fetch.min_gap`, `source[2].url`; empty when it
    /// concerns the file as a whole.
    pub key: String,
    /// What is wrong.
    pub fault: Fault,
}

/// How many mistakes of one file are told. More than a person mends in one go, and few enough
/// that a file of another kind (megabytes of unknown keys) costs no memory worth speaking of.
pub const MAX_MISTAKES: usize = 1000;

/// What reading a file brings to light: the mistakes and the notes, gathered while reading goes on.
///
/// It is handed down by shared reference, so that several open tables of one file can add to it.
#[derive(Debug, Default)]
pub struct Findings {
    mistakes: RefCell<Vec<Mistake>>,
    notes: RefCell<Vec<Note>>,
    /// How many mistakes there were when the file at hand was begun.
    begun: Cell<usize>,
    /// Whether the file at hand has more mistakes than are told.
    full: Cell<bool>,
}

impl Findings {
    /// Begins a file: each has room for [`MAX_MISTAKES`] of its own, so that a file of another kind
    /// does not hide what is wrong in the rest.
    pub fn begin_file(&self) {
        self.begun.set(self.count());
        self.full.set(false);
    }

    /// Adds a mistake; after [`MAX_MISTAKES`] one last mistake says that there is more.
    pub fn mistake(&self, at: Location, key: impl Into<String>, fault: Fault) {
        if self.full.get() {
            return;
        }
        let mut mistakes = self.mistakes.borrow_mut();
        let (at, key, fault) = if mistakes.len() - self.begun.get() < MAX_MISTAKES {
            (at, key.into(), fault)
        } else {
            self.full.set(true);
            let limit = MAX_MISTAKES;
            (at, String::new(), Fault::TooMany { limit })
        };
        mistakes.push(Mistake { at, key, fault });
    }

    /// Adds a note; what stands beyond [`MAX_MISTAKES`] is left out.
    pub fn note(&self, at: Location, key: impl Into<String>, remark: Remark) {
        if !self.is_full_of_notes() {
            let key = key.into();
            self.notes.borrow_mut().push(Note { at, key, remark });
        }
    }

    /// Whether the file at hand has more mistakes than are told: looking for more is of no use.
    pub fn is_full(&self) -> bool {
        self.full.get()
    }

    /// Whether there are more notes than are told.
    pub fn is_full_of_notes(&self) -> bool {
        self.notes.borrow().len() >= MAX_MISTAKES
    }

    /// How many mistakes there are so far.
    pub fn count(&self) -> usize {
        self.mistakes.borrow().len()
    }

    /// Adds what reading other files, somewhere else, brought to light.
    pub fn absorb(&self, others: Findings) {
        self.mistakes
            .borrow_mut()
            .append(&mut others.mistakes.into_inner());
        self.notes
            .borrow_mut()
            .append(&mut others.notes.into_inner());
    }

    /// All mistakes and all notes, each by file, line and column.
    pub fn into_sorted(self) -> (Vec<Mistake>, Vec<Note>) {
        let mut mistakes = self.mistakes.into_inner();
        let mut notes = self.notes.into_inner();
        mistakes.sort_by(|a, b| (&a.at, &a.key).cmp(&(&b.at, &b.key)));
        notes.sort_by(|a, b| (&a.at, &a.key).cmp(&(&b.at, &b.key)));
        (mistakes, notes)
    }
}

/// A value as it is shown in a message: one line, not longer than a person wants to read.
pub fn shown(value: &str) -> String {
    /// Enough to recognise the value in the file.
    const SHOWN: usize = 60;
    let mut text: String = value
        .chars()
        .take(SHOWN)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if value.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}
