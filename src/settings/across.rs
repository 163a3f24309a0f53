//! What only shows when the files are laid beside each other.

use std::collections::BTreeSet;

use crate::accountability::{Accountability, OpenPoint};
use crate::mistake::{Findings, Location, Remark};
use crate::recipient::{DigestRhythm, Recipient};
use crate::source::Source;
use crate::theme::{Theme, ThemeChoice};

/// The files that notes are about.
#[derive(Debug)]
pub(crate) struct Files<'f> {
    pub(crate) settings: &'f str,
    pub(crate) sources: &'f str,
    pub(crate) recipients: &'f str,
    pub(crate) keywords: &'f str,
}

/// Adds the notes on settings that are each right and together remarkable.
pub(crate) fn compare(
    files: &Files<'_>,
    themes: &[Theme],
    sources: &[Source],
    recipients: &[Recipient],
    findings: &Findings,
) {
    let enabled: Vec<&Theme> = themes.iter().filter(|theme| theme.enabled).collect();
    let takes_one = |choice: &ThemeChoice| enabled.iter().any(|theme| choice.takes(&theme.id));
    if enabled.is_empty() {
        findings.note(at(files.keywords, 0), "", Remark::NoThemes);
    }
    if sources.is_empty() {
        findings.note(at(files.sources, 0), "", Remark::NoSources);
    }
    if recipients.is_empty() {
        findings.note(at(files.recipients, 0), "", Remark::NoRecipients);
    }
    for (index, source) in sources.iter().enumerate() {
        if !enabled.is_empty() && !takes_one(&source.themes) {
            let key = format!("source[{}].themes", index + 1);
            let at = at(files.sources, source.line);
            findings.note(at, key, Remark::ListensForNothing);
        }
    }
    for (index, recipient) in recipients.iter().enumerate() {
        let key = |key| format!("recipient[{}].{key}", index + 1);
        let at = at(files.recipients, recipient.line);
        let themes = enabled.iter().filter(|t| recipient.themes.takes(&t.id));
        let controllers: BTreeSet<&str> = themes.clone().map(|t| t.controller.as_str()).collect();
        if recipient.roles.is_none() && controllers.len() > 1 {
            findings.note(at.clone(), key("roles"), Remark::SeveralControllers);
        }
        if !enabled.is_empty() && themes.count() == 0 {
            findings.note(at, key("themes"), Remark::ReceivesNoTheme);
        }
    }
    for theme in enabled {
        let told = |recipient: &Recipient| {
            recipient.themes.takes(&theme.id) && recipient.digest != DigestRhythm::None
        };
        if !recipients.is_empty() && !recipients.iter().any(told) {
            let at = at(&theme.file, 0);
            findings.note(at, "", Remark::ThemeWithoutRecipient);
        }
    }
}

/// Adds what the organisation has not yet written down.
pub(crate) fn open_points(files: &Files<'_>, accountability: &Accountability, findings: &Findings) {
    for point in accountability.open_points() {
        let (key, remark) = match point {
            OpenPoint::Dpia => ("privacy.dpia", Remark::NoDpia),
            OpenPoint::Advice => ("privacy.advice", Remark::NoAdvice),
            OpenPoint::Officer => ("privacy.officer", Remark::NoOfficer),
        };
        findings.note(at(files.settings, 0), key, remark);
    }
}

fn at(file: &str, line: u32) -> Location {
    Location::File {
        file: file.into(),
        line,
        column: 0,
    }
}
