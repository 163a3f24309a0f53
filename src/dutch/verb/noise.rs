//! Misspellings that people make in the endings of verbs: d, t and dt for each other, one t for two,
//! no n at the end.

use crate::dutch::verb::{Form, Group, Verb};
use crate::text::fold::folded;

/// Shorter words have too many neighbours: no misspelling is derived from them.
pub const MIN_LETTERS: usize = 7;

/// The misspellings of a verb's forms, folded (no accents), without those that are another form of
/// the verb or a word in their own right.
pub fn misspellings(verb: &Verb, is_word: &dyn Fn(&str) -> bool) -> Vec<Form> {
    let right: Vec<String> = verb.forms.iter().map(|form| folded(&form.text)).collect();
    let mut wrong: Vec<String> = Vec::new();
    let doubles = verb
        .group(Group::Past)
        .any(|past| past.ends_with("tte") || past.ends_with("dde"));
    for form in verb
        .forms
        .iter()
        .filter(|form| form.group != Group::WrongSpace)
    {
        let text = folded(&form.text);
        if text.contains(' ') || text.len() < MIN_LETTERS {
            continue;
        }
        let mut candidates = endings(&text, form.group);
        if doubles && matches!(form.group, Group::Past | Group::Participle) {
            candidates.extend(doubled(&text));
        }
        for candidate in candidates {
            if !right.contains(&candidate) && !wrong.contains(&candidate) && !is_word(&candidate) {
                wrong.push(candidate);
            }
        }
    }
    wrong
        .into_iter()
        .map(|text| Form {
            group: Group::Noise,
            text,
        })
        .collect()
}

/// The last letters, as they sound alike.
fn endings(text: &str, group: Group) -> Vec<String> {
    if let Some(start) = text.strip_suffix("en") {
        return vec![format!("{start}e")]; // ingebroke
    }
    if !matches!(group, Group::Present | Group::Participle) {
        return Vec::new();
    }
    let start = ["dt", "d", "t"]
        .into_iter()
        .find_map(|ending| text.strip_suffix(ending));
    start.map_or(Vec::new(), |start| {
        ["d", "t", "dt"] // bedreigt, bedreigd, bedreigdt
            .map(|ending| format!("{start}{ending}"))
            .into()
    })
}

/// One letter for two and two for one, in verbs whose stem ends in t or d: `oplichte`,
/// `opgelichtte`.
fn doubled(text: &str) -> Option<String> {
    let pairs = [
        ("tte", "te"),
        ("dde", "de"),
        ("tten", "ten"),
        ("dden", "den"),
    ];
    pairs.into_iter().find_map(|(double, single)| {
        let shorter = text.strip_suffix(double).map(|start| (start, single));
        let (start, ending) =
            shorter.or_else(|| text.strip_suffix(single).map(|start| (start, double)))?;
        Some(format!("{start}{ending}"))
    })
}
