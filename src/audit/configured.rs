//! What changed between two configurations.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::audit::{Event, hash};

/// Most keyword lines that one entry lists; a list that was pasted anew is counted beyond it.
const MOST_LINES: usize = 200;

/// A configuration, as far as its changes are written down: hashes of what only matters when it
/// changes, and the keywords themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Hashes of the files, by name: `luisterpost.toml`, `recipients.toml`, `places.csv`,
    /// `common.toml`, and `environment`.
    pub files: BTreeMap<String, String>,
    /// Hashes of the sources, by id.
    pub sources: BTreeMap<String, String>,
    /// The themes, by id.
    pub themes: BTreeMap<String, ThemePicture>,
}

/// A theme, as far as its changes are written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemePicture {
    /// Which version of the list.
    pub version: String,
    /// Its rules by key, such as `retention_days`.
    pub rules: BTreeMap<String, String>,
    /// Its lines, each with the list that it stands in: `strong: inbraak`.
    pub lines: BTreeSet<String>,
}

/// What another configuration changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Hash of the whole configuration.
    pub configuration: String,
    /// Themes that it has, enabled or not.
    pub themes: usize,
    /// Sources that it has.
    pub sources: usize,
    /// Files that are others than before.
    pub files: Vec<String>,
    /// Sources that were added.
    pub sources_added: Vec<String>,
    /// Sources that were taken away.
    pub sources_removed: Vec<String>,
    /// Sources of which something changed.
    pub sources_changed: Vec<String>,
    /// Themes that were added.
    pub themes_added: Vec<String>,
    /// Themes that were taken away.
    pub themes_removed: Vec<String>,
}

/// What changed in a theme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ThemeChanges {
    /// Which.
    pub theme: String,
    /// Which version of the list.
    pub version: String,
    /// Rules that changed, each as `retention_days: 28 -> 14`.
    pub rules: Vec<String>,
    /// Lines that were added.
    pub added: Vec<String>,
    /// Lines that were taken away.
    pub removed: Vec<String>,
    /// How many more lines were added or taken away.
    pub more: usize,
}

impl Picture {
    /// Hash of the whole.
    pub fn hash(&self) -> String {
        hash(&serde_json::to_vec(self).expect("plain data can be written as JSON"))
    }

    /// What is to be written down when this takes the place of `before`; nothing when it is the
    /// same. Of the first configuration the keywords are not listed: all would be new.
    pub fn events(&self, before: Option<&Picture>) -> Vec<Event> {
        if before == Some(self) {
            return Vec::new();
        }
        let none = Picture::default();
        let old = before.unwrap_or(&none);
        let mut changes = Changes {
            configuration: self.hash(),
            themes: self.themes.len(),
            sources: self.sources.len(),
            ..Changes::default()
        };
        if before.is_some() {
            let files: BTreeSet<&String> = self.files.keys().chain(old.files.keys()).collect();
            changes.files = files
                .into_iter()
                .filter(|file| self.files.get(*file) != old.files.get(*file))
                .cloned()
                .collect();
            (changes.sources_added, changes.sources_removed) = apart(&self.sources, &old.sources);
            (changes.themes_added, changes.themes_removed) = apart(&self.themes, &old.themes);
            let other = |(id, block): &(&String, &String)| {
                old.sources.get(*id).is_some_and(|old| old != *block)
            };
            let changed = self.sources.iter().filter(other);
            changes.sources_changed = changed.map(|(id, _)| id.clone()).collect();
        }
        let themes = self.themes.iter().filter_map(|(id, theme)| {
            let old = old.themes.get(id).or(before.map(|_| &EMPTY))?;
            (old != theme).then(|| Event::Theme(theme.changes(id, old)))
        });
        let themes: Vec<Event> = themes.collect();
        [vec![Event::Configured(changes)], themes].concat()
    }
}

/// A theme before it was there.
static EMPTY: ThemePicture = ThemePicture {
    version: String::new(),
    rules: BTreeMap::new(),
    lines: BTreeSet::new(),
};

impl ThemePicture {
    fn changes(&self, id: &str, old: &ThemePicture) -> ThemeChanges {
        let rule = |(key, value): (&String, &String)| match old.rules.get(key) {
            Some(before) if before == value => None,
            Some(before) => Some(format!("{key}: {before} -> {value}")),
            None => Some(format!("{key}: {value}")),
        };
        let added: Vec<String> = self.lines.difference(&old.lines).cloned().collect();
        let removed: Vec<String> = old.lines.difference(&self.lines).cloned().collect();
        let more = |lines: &[String]| lines.len().saturating_sub(MOST_LINES);
        ThemeChanges {
            theme: id.to_owned(),
            version: self.version.clone(),
            rules: self.rules.iter().filter_map(rule).collect(),
            more: more(&added) + more(&removed),
            added: added.into_iter().take(MOST_LINES).collect(),
            removed: removed.into_iter().take(MOST_LINES).collect(),
        }
    }
}

/// The keys that only the new and only the old one has.
fn apart<T>(new: &BTreeMap<String, T>, old: &BTreeMap<String, T>) -> (Vec<String>, Vec<String>) {
    let only = |one: &BTreeMap<String, T>, other: &BTreeMap<String, T>| {
        let keys = one.keys().filter(|key| !other.contains_key(*key));
        keys.cloned().collect()
    };
    (only(new, old), only(old, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(lines: &[&str], retention: &str) -> Picture {
        let theme = ThemePicture {
            version: "1".to_owned(),
            rules: BTreeMap::from([("retention_days".to_owned(), retention.to_owned())]),
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        };
        Picture {
            themes: BTreeMap::from([("brand".to_owned(), theme)]),
            ..Picture::default()
        }
    }

    #[test]
    fn each_keyword_that_came_or_went_is_told_and_each_rule_that_changed() {
        let before = picture(&["strong: brand", "strong: vuur"], "28");
        let after = picture(&["strong: brand", "strong: vlammen"], "14");
        let events = after.events(Some(&before));
        let [Event::Configured(whole), Event::Theme(theme)] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!(whole.configuration, after.hash());
        assert_eq!(theme.rules, ["retention_days: 28 -> 14"]);
        assert_eq!(theme.added, ["strong: vlammen"]);
        assert_eq!(theme.removed, ["strong: vuur"]);
        assert_eq!(after.events(Some(&after)), []);
        assert_eq!(after.events(None).len(), 1);
    }
}
