//! A table in a file that people write, read field by field so that every mistake is found at once.
//!
//! A [`Form`] hands out [`Field`]s by key. A field reads its value as the type that is expected;
//! when the value is something else, that is added to the findings and reading goes on. Closing
//! the form reports every key that nobody asked for. The same mechanism reads a TOML file, where
//! types are strict, and settings that were merged with environment variables, whose text becomes
//! the type that is expected.

pub mod document;
pub mod field;
pub mod measure;
pub mod nearest;

use std::cell::RefCell;

use crate::form::document::{At, Document, Entry, Node, Value};
use crate::form::field::Field;
use crate::form::nearest::nearest;
use crate::mistake::{Fault, Findings, Location, Remark};

/// A table that is being read.
#[derive(Debug)]
pub struct Form<'t> {
    document: &'t Document,
    findings: &'t Findings,
    entries: &'t [Entry],
    at: At,
    path: String,
    asked: RefCell<Vec<&'static str>>,
}

impl<'t> Form<'t> {
    /// Opens the whole file.
    pub fn open(document: &'t Document, findings: &'t Findings) -> Self {
        Form::table(document, findings, &document.root, String::new())
            .expect("the root of a document is a table")
    }

    /// Opens a table in the file; `None` when the value is not a table.
    pub(crate) fn table(
        document: &'t Document,
        findings: &'t Findings,
        node: &'t Node,
        path: String,
    ) -> Option<Self> {
        let Value::Table(entries) = &node.value else {
            return None;
        };
        Some(Form {
            document,
            findings,
            entries,
            at: node.at.clone(),
            path,
            asked: RefCell::default(),
        })
    }

    /// A table that was not written.
    pub(crate) fn empty(document: &'t Document, findings: &'t Findings, path: String) -> Self {
        Form {
            document,
            findings,
            entries: &[],
            at: At::Whole,
            path,
            asked: RefCell::default(),
        }
    }

    /// The field of a key that may be left out.
    pub fn field(&self, key: &'static str) -> Field<'t> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        let entry = self.entries.iter().find(|entry| entry.key == key);
        let path = match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        };
        Field {
            document: self.document,
            findings: self.findings,
            node: entry.map(|entry| &entry.node),
            at: entry.map_or(&self.at, |entry| &entry.at).clone(),
            path,
        }
    }

    /// The field of a key that must be there; the example shows what would be right, as TOML.
    pub fn required(&self, key: &'static str, example: &str) -> Field<'t> {
        let field = self.field(key);
        if !field.is_present() {
            let example = example.to_owned();
            field.refuse::<()>(Fault::MissingKey { example });
        }
        field
    }

    /// Reports a fault of the table as a whole, or of the file for the outermost table.
    pub fn refuse(&self, fault: Fault) {
        if !self.findings.is_full() {
            self.findings
                .mistake(self.location(), self.path.clone(), fault);
        }
    }

    /// Adds a note about the table as a whole.
    pub fn note(&self, remark: Remark) {
        if !self.findings.is_full_of_notes() {
            self.findings
                .note(self.location(), self.path.clone(), remark);
        }
    }

    /// The line that the table begins on, 0 for the outermost.
    pub fn line(&self) -> u32 {
        match self.path.as_str() {
            "" => 0,
            _ => self.document.line_at(&self.at),
        }
    }

    /// Ends the reading of a table whose keys are names that the writer chose: all its fields, in the
    /// order of the file.
    pub fn named(self) -> Vec<(&'t str, Field<'t>)> {
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort_by_key(|entry| match entry.at {
            At::Byte(byte) => byte,
            At::Whole | At::Variable(_) => usize::MAX,
        });
        let path = |key: &str| match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        };
        let field = |entry: &'t Entry| Field {
            document: self.document,
            findings: self.findings,
            node: Some(&entry.node),
            at: entry.at.clone(),
            path: path(&entry.key),
        };
        entries
            .into_iter()
            .map(|entry| (entry.key.as_str(), field(entry)))
            .collect()
    }

    /// Ends the reading: every key that nobody asked for is unknown.
    pub fn close(self) {
        let asked = self.asked.borrow();
        for entry in self.entries {
            if asked.contains(&entry.key.as_str()) || self.findings.is_full() {
                continue;
            }
            let path = match self.path.as_str() {
                "" => entry.key.clone(),
                path => format!("{path}.{}", entry.key),
            };
            let fault = Fault::UnknownKey {
                found: crate::mistake::shown(&entry.key),
                nearest: nearest(&entry.key, asked.iter().copied()),
                expected: asked.iter().map(|key| (*key).to_owned()).collect(),
            };
            let at = self.document.location(&entry.at);
            self.findings
                .mistake(at, crate::mistake::shown(&path), fault);
        }
    }

    fn location(&self) -> Location {
        match self.path.as_str() {
            "" => self.document.whole(),
            _ => self.document.location(&self.at),
        }
    }
}
