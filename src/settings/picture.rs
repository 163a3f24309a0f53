//! A configuration as the audit log sees it.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::configured::{Picture, ThemePicture};
use crate::audit::hash;
use crate::keyword::Keyword;
use crate::settings::Settings;
use crate::theme::{Common, Theme};

impl Settings {
    /// What is in force, so that a change of it can be told line by line.
    pub fn picture(&self) -> Picture {
        let sources = self.sources.iter();
        let themes = self.themes.iter();
        Picture {
            files: self.files.clone(),
            sources: sources
                .map(|source| (source.id.to_string(), source.fingerprint()))
                .collect(),
            themes: themes
                .map(|theme| (theme.id.to_string(), of_theme(theme)))
                .collect(),
        }
    }
}

fn of_theme(theme: &Theme) -> ThemePicture {
    let mut rules = BTreeMap::from([
        ("title", theme.title.clone()),
        ("purpose", theme.purpose.clone()),
        ("legal_task", theme.legal_task.clone()),
        ("controller", theme.controller.clone()),
        ("retention_days", theme.retention_days.to_string()),
        ("review_by", theme.review_by.to_string()),
        ("enabled", theme.enabled.to_string()),
    ]);
    if let Some(decision) = &theme.occasion {
        rules.extend([
            ("occasion", decision.occasion.clone()),
            ("decided_by", decision.decided_by.clone()),
            ("from", decision.from.to_string()),
            ("until", decision.until.to_string()),
        ]);
    }
    let lists = [
        &theme.strong,
        &theme.urgent,
        &theme.cues,
        &theme.vetoes,
        &theme.post_vetoes,
    ];
    let written = |keyword: &Keyword| format!("{}: {}", keyword.line.list, keyword.line.text);
    let own = lists.into_iter().flat_map(|list| list.iter());
    let of_words = theme.words.iter().flat_map(|list| list.lines.iter());
    let lines: BTreeSet<String> = own.chain(of_words).map(written).collect();
    let routes = theme.routes.iter();
    let routes = routes.map(|route| format!("routes: {} -> {}", route.when.line.text, route.to));
    ThemePicture {
        version: theme.version.clone(),
        rules: rules
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
        lines: lines.into_iter().chain(routes).collect(),
    }
}

/// The hash of a file's text, under its name without directories.
pub(super) fn of_file(file: &str, text: &str) -> (String, String) {
    let name = file.rsplit('/').next().unwrap_or(file);
    (name.to_owned(), hash(text.as_bytes()))
}

/// The hash of `common.toml`.
pub(super) fn of_common(common: &Common) -> (String, String) {
    let hash = common.hash.iter().map(|byte| format!("{byte:02x}"));
    ("common.toml".to_owned(), hash.collect())
}

/// The hash of what the environment sets.
pub(super) fn of_environment(environment: &[(String, String)]) -> (String, String) {
    let mut ours: Vec<String> = (environment.iter())
        .filter(|(name, _)| name.starts_with(super::layers::PREFIX))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    ours.sort();
    ("environment".to_owned(), hash(ours.join("\n").as_bytes()))
}
