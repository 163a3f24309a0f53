//! Lists that ship inside the program, written in the language of keyword files.

use jiff::civil::Date;

use crate::form::Form;
use crate::form::document::Document;
use crate::mistake::Findings;
use crate::theme::reading::{keywords, words};
use crate::theme::{Common, Theme, ThemeId};

impl Theme {
    /// Reads such a list: `words`, `strong` and `vetoes`. It is a theme only for the matcher; nobody
    /// listens for it. `None`, with mistakes in `findings`, when the file cannot be read.
    pub(crate) fn built_in(document: &Document, findings: &Findings) -> Option<Theme> {
        let form = Form::open(document, findings);
        let words = words(&form, document, findings, &Common::default().words);
        let list = |key| keywords(&form, document, findings, &words, key);
        let [strong, vetoes] = [list("strong"), list("vetoes")];
        form.close();
        Some(Theme {
            id: ThemeId::of_file(&document.file)?,
            file: document.file.clone(),
            version: String::new(),
            title: String::new(),
            purpose: String::new(),
            legal_task: String::new(),
            controller: String::new(),
            retention_days: 1,
            review_by: Date::MAX,
            enabled: true,
            occasion: None,
            police_codes: Vec::new(),
            seen_by_many: false,
            words,
            strong: strong.into(),
            urgent: Vec::new().into(),
            cues: Vec::new().into(),
            vetoes: vetoes.into(),
            post_vetoes: Vec::new().into(),
            routes: Vec::new(),
            examples: Vec::new(),
        })
    }
}
