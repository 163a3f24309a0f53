//! Layouts and sentences of the municipality's own, in the place of the shipped ones.
//!
//! A broken one must not keep an overview from anybody: the shipped one takes its place, and the mail
//! says so.

use std::collections::HashMap;

use minijinja::{Environment, Error};

/// Names of the layouts that may be replaced, and of the file of sentences.
pub const NAMES: [&str; 8] = [
    "digest.html",
    "digest.txt",
    "alert.html",
    "alert.txt",
    "story.html",
    "story.txt",
    "style.html",
    SENTENCES,
];

/// The file of sentences: tables of sections as in the shipped ones, with only what differs.
pub const SENTENCES: &str = "texts.toml";

/// A layout or a sentence of the municipality's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTemplate {
    /// The file as the person gave it.
    pub file: String,
    /// Name of the layout, or section and key of the sentence with a dot between.
    pub name: String,
    /// The template.
    pub text: String,
    /// The line of the file on which its first line stands.
    pub line: u32,
}

/// An own template that is no template.
#[derive(Debug)]
pub struct Broken<'t> {
    /// Which.
    pub template: &'t OwnTemplate,
    /// The line of the file.
    pub line: u32,
    /// What is wrong, in minijinja's words.
    pub reason: String,
}

/// The shipped templates with own ones in their place, and those of them that cannot be read.
///
/// Only whether they are templates is known before they are used; whether the values fit shows then.
pub(super) fn overlay<'t>(
    make: impl FnOnce(HashMap<String, String>) -> Environment<'static>,
    own: &'t [OwnTemplate],
) -> (Environment<'static>, Vec<Broken<'t>>) {
    let sources = own.iter().map(|own| (own.name.clone(), own.text.clone()));
    let environment = make(sources.collect());
    let broken = |template: &'t OwnTemplate| {
        let error = environment.get_template(&template.name).err()?;
        Some(Broken {
            template,
            line: template.line + line(&error).saturating_sub(1),
            reason: reason(&error),
        })
    };
    let broken = own.iter().filter_map(broken).collect();
    (environment, broken)
}

fn line(error: &Error) -> u32 {
    error
        .line()
        .and_then(|line| u32::try_from(line).ok())
        .unwrap_or(1)
}

/// The kind of error with what minijinja says of it; no values, which may be words of a message.
fn reason(error: &Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}
