//! The directory `templates` with layouts and sentences of the municipality's own.

use std::fs;
use std::path::Path;

use crate::form::Form;
use crate::form::document::Document;
use crate::form::nearest::nearest;
use crate::mistake::{Fault, Findings, shown};
use crate::render::Texts;
use crate::render::own::{NAMES, OwnTemplate, SENTENCES};
use crate::settings::files::read;

/// Reads them, by name; none when there is no such directory. A file with another name than that of
/// a template is a mistake: it would never be used.
pub(crate) fn read_all(directory: &Path, findings: &Findings) -> Vec<OwnTemplate> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut own = Vec::new();
    for path in paths {
        let file = path.display().to_string();
        let name = (path.file_name().unwrap_or_default()).to_string_lossy();
        // What an editor leaves beside a file.
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        if !NAMES.contains(&name.as_ref()) {
            let fault = Fault::UnknownWord {
                found: shown(&name),
                nearest: nearest(&name, NAMES),
                expected: NAMES.map(str::to_owned).to_vec(),
            };
            findings.mistake(Document::plain(&file, "").whole(), "", fault);
            continue;
        }
        let Some(text) = read(&path, findings) else {
            continue;
        };
        if name == SENTENCES {
            own.extend(sentences(&file, &text, findings));
        } else {
            own.push(OwnTemplate {
                file,
                name: name.into_owned(),
                text,
                line: 1,
            });
        }
    }
    own
}

/// The sentences of the file, each of which must replace a shipped one.
fn sentences(file: &str, text: &str, findings: &Findings) -> Vec<OwnTemplate> {
    let Some(document) = Document::parse(file, text, findings) else {
        return Vec::new();
    };
    let shipped = Texts::names();
    let mut own = Vec::new();
    let sections = Form::open(&document, findings).named();
    let sections = sections
        .into_iter()
        .filter_map(|(section, field)| Some((section, field.table()?)));
    for (section, table) in sections {
        for (key, field) in table.named() {
            let name = format!("{section}.{key}");
            if shipped.contains(&name) {
                let line = field.line_number();
                own.extend(field.text().map(|text| OwnTemplate {
                    file: file.to_owned(),
                    name,
                    text,
                    line,
                }));
            } else {
                field.refuse::<()>(Fault::UnknownWord {
                    found: shown(&name),
                    nearest: nearest(&name, shipped.iter().map(String::as_str)),
                    expected: Vec::new(),
                });
            }
        }
    }
    own
}
