//! Settings in layers: the file first, then the environment over it.
//!
//! The `config` crate merges them. It knows no positions, so those come from the file's own tree,
//! and for what the environment brought in, from the variable's name.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use config::{Config, Environment, FileFormat, Source, ValueKind};

use crate::form::document::{At, Document, Entry, Node, Value};
use crate::mistake::{Fault, Findings, Location, shown};

/// What the names of our variables begin with: `LUISTERPOST__FETCH__PARALLEL`.
pub(super) const PREFIX: &str = "LUISTERPOST__";

/// Lays the environment over the settings file.
pub(crate) fn merge(
    mut document: Document,
    environment: impl Iterator<Item = (String, String)>,
    findings: &Findings,
) -> Document {
    let variables = Variables::of(environment, findings);
    // To `config` an outermost key such as `a[9]` is a path; here it is unknown, and told as such
    // when the file is read.
    if !document.has_plain_keys() {
        return document;
    }
    let merged = Config::builder()
        .add_source(config::File::from_str(document.text(), FileFormat::Toml))
        .add_source(
            Environment::with_prefix("LUISTERPOST")
                .prefix_separator("__")
                .separator("__")
                .source(Some(variables.values())),
        )
        .build()
        .and_then(|merged| merged.collect());
    match merged {
        Ok(merged) => {
            document.root = Node {
                at: At::Whole,
                value: variables.table("", merged, Some(&document.root)),
            };
        }
        // To `config` a number beyond 64 bits is no TOML; it is told when its key is read.
        Err(_) if document.root.holds_number_too_large() => {}
        Err(error) => {
            let (sort, reason) = ("other".to_owned(), error.to_string());
            findings.mistake(document.whole(), "", Fault::NotToml { sort, reason });
        }
    }
    document
}

/// Our variables: the key each sets, with its name as written and its value.
struct Variables(BTreeMap<String, (Arc<str>, String)>);

impl Variables {
    /// Takes our variables from the environment; a name that cannot be a key is a mistake.
    fn of(environment: impl Iterator<Item = (String, String)>, findings: &Findings) -> Self {
        let mut variables = BTreeMap::new();
        for (name, value) in environment {
            let Some(rest) = name.strip_prefix(PREFIX) else {
                continue;
            };
            // Only such names mean the same to `config`, where others are paths with an index.
            let legal = |part: &str| {
                let legal = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
                part.starts_with(|c: char| c.is_ascii_uppercase()) && part.bytes().all(legal)
            };
            let key = rest.replace("__", ".").to_lowercase();
            if rest.split("__").all(legal) {
                variables.insert(key, (Arc::from(name.as_str()), value));
            } else {
                let upper = name.to_uppercase();
                let fault = Fault::UnknownKey {
                    found: shown(&key),
                    nearest: upper[PREFIX.len()..]
                        .split("__")
                        .all(legal)
                        .then_some(upper),
                    expected: Vec::new(),
                };
                let variable = shown(&name);
                findings.mistake(Location::Environment { variable }, shown(&key), fault);
            }
        }
        Variables(variables)
    }

    /// What `config` is given.
    fn values(&self) -> HashMap<String, String> {
        let values = self.0.values();
        values
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect()
    }

    /// A table of the merged settings, beside the same table of the file.
    fn table(
        &self,
        path: &str,
        merged: HashMap<String, config::Value>,
        file: Option<&Node>,
    ) -> Value {
        let written = match file.map(|node| &node.value) {
            Some(Value::Table(entries)) => entries.as_slice(),
            _ => &[],
        };
        let written: HashMap<&str, &Entry> = written
            .iter()
            .map(|entry| (entry.key.as_str(), entry))
            .collect();
        let mut entries: Vec<Entry> = merged
            .into_iter()
            .filter_map(|(key, value)| {
                let path = match path {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                let entry = written.get(key.as_str());
                let node = self.node(&path, value, entry.map(|entry| &entry.node))?;
                let at = entry.map_or(&node.at, |entry| &entry.at).clone();
                Some(Entry { key, at, node })
            })
            .collect();
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        Value::Table(entries)
    }

    /// A value of the merged settings; `None` only for what neither layer holds.
    fn node(&self, path: &str, value: config::Value, file: Option<&Node>) -> Option<Node> {
        if let Some((name, text)) = self.0.get(path)
            && matches!(value.kind, ValueKind::String(ref merged) if merged == text)
        {
            let at = At::Variable(name.clone());
            let loose = |text: &str, parts| Node {
                at: at.clone(),
                value: Value::Loose {
                    text: text.to_owned(),
                    parts,
                },
            };
            let parts = text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty());
            return Some(loose(
                text,
                parts.map(|part| loose(part, Vec::new())).collect(),
            ));
        }
        match value.kind {
            ValueKind::Table(merged) => {
                let at = match file {
                    Some(node) if matches!(node.value, Value::Table(_)) => node.at.clone(),
                    // A table that only the environment speaks of.
                    _ => self.first_below(path),
                };
                let value = self.table(path, merged, file);
                Some(Node { at, value })
            }
            _ => file.cloned(),
        }
    }

    fn first_below(&self, path: &str) -> At {
        let below = format!("{path}.");
        let mut all = self.0.iter();
        all.find(|(key, _)| key.starts_with(&below))
            .map_or(At::Whole, |(_, (name, _))| At::Variable(name.clone()))
    }
}
