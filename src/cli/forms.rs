//! `forms`: what an expression will find.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;

use crate::cli::{Ended, Shell, json_line};
use crate::keyword::{Keyword, Term, WordLists};
use crate::matching::forms::{Label, labelled};
use crate::settings::{load_words, tell};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// An expression, as it stands in a keyword list
    #[arg(value_name = "EXPR")]
    expression: String,
    /// Write data: a line for each form
    #[arg(long)]
    json: bool,
}

/// Shows the forms of each term, by what they are.
pub(crate) fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    // The word lists are read only for an expression that names one: the command explains the
    // language, and that must work without any files.
    let words = match arguments.expression.contains('$') {
        true => load_words(&shell.origin.paths),
        false => Ok(WordLists::default()),
    };
    let words = match words {
        Ok(words) => words,
        Err(mistakes) => {
            eprint!("{}", tell::report(&shell.texts, &mistakes));
            return Ok(Ended::Wrong);
        }
    };
    let keyword = match Keyword::parse(&words, "", "forms", &arguments.expression, 1) {
        Ok(keyword) => keyword,
        Err(mistake) => {
            eprintln!("{}", tell::fault(&shell.texts, &mistake.fault));
            return Ok(Ended::Wrong);
        }
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut total = 0;
    for (number, term) in (1..).zip(keyword.expression.terms()) {
        for group in groups(term) {
            total += group.forms.len();
            if arguments.json {
                for form in &group.forms {
                    json_line(
                        &mut out,
                        &Line {
                            term: number,
                            kind: group.label.as_str(),
                            form,
                        },
                    )?;
                }
            } else {
                let kind = shell
                    .texts
                    .say(&format!("forms.{}", group.label.as_str()), ());
                let values = minijinja::context! { kind, n => group.forms.len(), forms => group.forms.join(", ") };
                writeln!(out, "{}", shell.texts.say("forms.group", values))?;
            }
        }
    }
    if !arguments.json {
        writeln!(
            out,
            "{}",
            shell
                .texts
                .say("forms.total", minijinja::context! { n => total })
        )?;
    }
    out.flush()?;
    Ok(Ended::Well)
}

/// One form, as data.
#[derive(Serialize)]
struct Line<'f> {
    /// Which term of the expression, counted from 1.
    term: usize,
    kind: &'static str,
    form: &'f str,
}

/// The forms of a term that are the same to it.
struct Group {
    label: Label,
    forms: Vec<String>,
}

/// The groups in the order in which they come, each form once.
fn groups(term: &Term) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (label, form) in labelled(term) {
        let new = form
            .shown()
            .into_iter()
            .filter(|form| seen.insert(form.clone()));
        let forms: Vec<String> = new.collect();
        match groups
            .iter_mut()
            .find(|group| group.label.as_str() == label.as_str())
        {
            Some(group) => group.forms.extend(forms),
            None if forms.is_empty() => {}
            None => groups.push(Group { label, forms }),
        }
    }
    groups
}
