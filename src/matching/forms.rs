//! What a term finds: every form of it, folded, written out.
//!
//! This is the one place where a term becomes words to look up. Nothing is derived while a text is
//! read.

use crate::dutch::compound::{Compound, Writing};
use crate::dutch::noun::{self, Kind};
use crate::dutch::short::{has_short, short_for};
use crate::dutch::typo::known;
use crate::dutch::verb::noise::misspellings;
use crate::dutch::verb::split::{Particle, ParticleKind};
use crate::dutch::verb::{self, Infinitive, Split};
use crate::keyword::expression::MAX_FREE_HYPHENS;
use crate::keyword::{Part, Pattern, Term};
use crate::text::words::written_words;

/// One thing to look up in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A folded word, without hyphens.
    Word(String),
    /// A folded word that is written in several ways; the full one last.
    Spelt(Vec<String>),
    /// Folded letters at the end (`open_left`), at the beginning (`open_right`) or anywhere in a
    /// word.
    Open {
        /// The letters.
        letters: String,
        /// Whether letters may stand before them.
        left: bool,
        /// Whether letters may follow them.
        right: bool,
    },
    /// Words next to each other.
    Sequence(Vec<Form>),
    /// The same, where the last word closes its clause: *in gebroken*, but not *in gebroken Engels*.
    Closing(Vec<Form>),
    /// A finite form of a verb and its particle, apart in a sentence.
    Split {
        /// The finite forms, folded.
        finite: Vec<String>,
        /// The particle.
        particle: Particle,
    },
    /// Any place.
    Place,
    /// A regular expression on the folded text.
    Regex(Pattern),
}

impl Form {
    /// The form as a person writes it; of a split verb one for each finite form.
    pub fn shown(&self) -> Vec<String> {
        let words = |forms: &[Form]| -> String {
            let words: Vec<String> = forms.iter().flat_map(Form::shown).collect();
            words.join(" ")
        };
        let star = |open: &bool| if *open { "*" } else { "" };
        vec![match self {
            Form::Word(word) => word.clone(),
            Form::Spelt(spellings) => spellings.join("/"),
            Form::Open {
                letters,
                left,
                right,
            } => format!("{}{letters}{}", star(left), star(right)),
            Form::Sequence(forms) | Form::Closing(forms) => words(forms),
            Form::Split { finite, particle } => {
                let particle = particle.words.join(" ");
                return finite
                    .iter()
                    .map(|finite| format!("{finite} … {particle}"))
                    .collect();
            }
            Form::Place => "@place".to_owned(),
            Form::Regex(pattern) => format!("/{}/", pattern.written()),
        }]
    }
}

/// All forms of a term. A term without a letter that survives folding has none.
pub fn forms_of(term: &Term) -> Vec<Form> {
    labelled(term).into_iter().map(|(_, form)| form).collect()
}

/// All forms of a term, each with what it is to the term, for a person who wants to see them.
pub fn labelled(term: &Term) -> Vec<(Label, Form)> {
    let as_written = |forms: Vec<Form>| {
        forms
            .into_iter()
            .map(|form| (Label::Written, form))
            .collect()
    };
    match term {
        Term::Word(word) => of_word(word),
        // Only joined: that finds it with and without its hyphens.
        Term::Exact(word) => as_written(match written_words(word).as_slice() {
            [units] => vec![Form::Word(units.concat())],
            _ => sequences(&[exact(word)]),
        }),
        Term::Part(part) => of_part(part),
        Term::Phrase(parts) => as_written(sequences(&parts.iter().map(pieces).collect::<Vec<_>>())),
        Term::Place => vec![(Label::Written, Form::Place)],
        Term::Regex(pattern) => vec![(Label::Written, Form::Regex(pattern.clone()))],
        Term::Verb(verb) => of_verb(verb),
        Term::Compound(compounds) => {
            let all = compounds.all(&known::is_word);
            all.into_iter().flat_map(of_compound).collect()
        }
        Term::Typo { word, typos } => {
            let mut forms = of_word(word);
            forms.extend(
                typos
                    .iter()
                    .map(|typo| (Label::Typo, Form::Word(typo.clone()))),
            );
            forms
        }
    }
}

/// What a form is to the term that it was made from; each has a text `forms.…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// As it was written.
    Written,
    /// A noun or adjective.
    Noun(noun::Kind),
    /// A verb.
    Verb(verb::Group),
    /// A finite form with its particle apart.
    Split,
    /// A compound.
    Compound(Writing),
    /// With one typing error.
    Typo,
}

impl Label {
    /// The key of its text.
    pub fn as_str(self) -> &'static str {
        use verb::Group;
        match self {
            Label::Written | Label::Noun(Kind::Given) => "written",
            Label::Noun(Kind::Plural) => "plural",
            Label::Noun(Kind::Diminutive) => "diminutive",
            Label::Noun(Kind::DiminutivePlural) => "diminutive_plural",
            Label::Noun(Kind::Adjective) => "adjective",
            Label::Noun(Kind::Misspelt) | Label::Verb(Group::Noise) => "misspelt",
            Label::Verb(Group::Infinitive) => "infinitive",
            Label::Verb(Group::TeInfinitive) => "te_infinitive",
            Label::Verb(Group::Present) => "present",
            Label::Verb(Group::Past) => "past",
            Label::Verb(Group::Participle) => "participle",
            Label::Verb(Group::PresentParticiple) => "present_participle",
            Label::Verb(Group::WrongSpace) => "wrong_space",
            Label::Split => "split",
            Label::Compound(Writing::Joined | Writing::Hyphenated) => "joined",
            Label::Compound(Writing::Apart) => "apart",
            Label::Typo => "typo",
        }
    }
}

/// A bare word and what it inflects to; of a hyphenated word the last part inflects.
fn of_word(word: &str) -> Vec<(Label, Form)> {
    let (before, last) = match word.rfind('-') {
        Some(hyphen) => word.split_at(hyphen + 1),
        None => ("", word),
    };
    if written_words(last).len() != 1 {
        let written = sequences(&[closed(word)]);
        return written
            .into_iter()
            .map(|form| (Label::Written, form))
            .collect();
    }
    let mut forms = Vec::new();
    for form in noun::forms(last, &known::is_listed) {
        let label = Label::Noun(form.kind);
        let whole = match before {
            "" => form.text,
            _ => format!("{before}{}", form.text),
        };
        each_written(whole, |form| forms.push((label, form)));
    }
    forms
}

/// A part of a word. What is open on the left only ends words, so it inflects as they do.
fn of_part(part: &Part) -> Vec<(Label, Form)> {
    let letters = written_words(&part.text).concat().concat();
    if letters.is_empty() {
        return Vec::new();
    }
    let open = |letters: String| Form::Open {
        letters,
        left: part.open_left,
        right: part.open_right,
    };
    if part.open_left && !part.open_right {
        let forms = noun::forms(&letters, &known::is_listed);
        return forms
            .iter()
            .map(|form| (Label::Noun(form.kind), open(form.text.clone())))
            .collect();
    }
    vec![(Label::Written, open(letters))]
}

fn of_verb(infinitive: &Infinitive) -> Vec<(Label, Form)> {
    let verb = infinitive.conjugated();
    let noise = misspellings(&verb, &known::is_common);
    let mut forms = Vec::new();
    let split = verb.split.as_ref();
    let preposition = split.is_some_and(|split| split.particle.kind == ParticleKind::Preposition);
    for form in verb.forms.iter().chain(&noise) {
        let closing = preposition && form.group == verb::Group::WrongSpace;
        each_written(form.text.clone(), |written| {
            let written = match written {
                Form::Sequence(words) if closing => Form::Closing(words),
                written => written,
            };
            forms.push((Label::Verb(form.group), written));
        });
    }
    if let Some(Split { particle, finite }) = &verb.split {
        let finite = finite
            .iter()
            .flat_map(|form| written_words(form).concat())
            .collect();
        forms.push((
            Label::Split,
            Form::Split {
                finite,
                particle: particle.clone(),
            },
        ));
    }
    forms
}

fn of_compound(compound: Compound) -> Vec<(Label, Form)> {
    // A hyphenated word is also read joined, so the joined one finds both.
    if compound.writing == Writing::Hyphenated {
        return Vec::new();
    }
    let label = Label::Compound(compound.writing);
    let mut forms = Vec::new();
    each_written(compound.text, |form| forms.push((label, form)));
    forms
}

/// Every way to read a text that was made from a word. Nearly all are one plain word already, and
/// that is worth knowing: lists expand to a hundred thousand of them.
fn each_written(text: String, mut found: impl FnMut(Form)) {
    match is_plain(&text) && !has_short(&text) {
        true => found(Form::Word(text)),
        false => sequences(&[closed(&text)]).into_iter().for_each(found),
    }
}

/// Whether a text is one folded word as it stands.
pub(super) fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !text.is_empty() && text.bytes().all(plain)
}

/// The written words of a part of a phrase, each as the units it has when read split.
fn pieces(part: &Part) -> Vec<Vec<Form>> {
    if !part.open_left && !part.open_right {
        return closed(&part.text);
    }
    let letters = written_words(&part.text).concat().concat();
    match letters.is_empty() {
        true => Vec::new(),
        false => vec![vec![Form::Open {
            letters,
            left: part.open_left,
            right: part.open_right,
        }]],
    }
}

/// Each written word as its units, where short ways of writing (*m'n* for *mijn*) matter as little
/// as case and accents.
fn closed(text: &str) -> Vec<Vec<Form>> {
    let form = |unit: String| match short_for(&unit) {
        shorts if shorts.is_empty() => Form::Word(unit),
        mut spellings => {
            spellings.push(unit);
            Form::Spelt(spellings)
        }
    };
    let forms = |units: Vec<String>| units.into_iter().map(form).collect();
    written_words(text).into_iter().map(forms).collect()
}

/// Each written word as its units, to the letter.
fn exact(text: &str) -> Vec<Vec<Form>> {
    let forms = |units: Vec<String>| units.into_iter().map(Form::Word).collect();
    written_words(text).into_iter().map(forms).collect()
}

/// Every way to read the words as a sequence: each hyphenated word joined or split.
fn sequences(parts: &[Vec<Vec<Form>>]) -> Vec<Form> {
    let words: Vec<&[Form]> = parts.iter().flatten().map(Vec::as_slice).collect();
    let hyphenated = words.iter().filter(|units| units.len() > 1).count();
    let ways: Vec<u32> = match hyphenated {
        0..=MAX_FREE_HYPHENS => (0..1 << hyphenated).collect(),
        _ => vec![0, u32::MAX],
    };
    let mut forms = Vec::new();
    for way in ways {
        let mut sequence = Vec::new();
        let mut hyphen = 0;
        for units in &words {
            let joined = units.len() > 1 && {
                hyphen += 1;
                way.checked_shr(hyphen - 1).unwrap_or(way) & 1 == 0
            };
            match joined {
                true => sequence.push(Form::Word(units.iter().map(letters).collect())),
                false => sequence.extend_from_slice(units),
            }
        }
        match sequence.len() {
            0 => {}
            1 => forms.append(&mut sequence),
            _ => forms.push(Form::Sequence(sequence)),
        }
    }
    forms
}

fn letters(form: &Form) -> &str {
    match form {
        Form::Word(letters) | Form::Open { letters, .. } => letters,
        Form::Spelt(spellings) => spellings.last().map_or("", String::as_str),
        Form::Sequence(_)
        | Form::Closing(_)
        | Form::Split { .. }
        | Form::Place
        | Form::Regex(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyword::{Expression, Keyword, WordLists};

    /// Forms separated by `|`, words of a sequence by spaces.
    fn check(written: &str, expected: &str) {
        let keyword = Keyword::parse(&WordLists::default(), "f", "strong", written, 1).unwrap();
        let Expression::Term(term) = keyword.expression else {
            panic!("{written} is no term");
        };
        let shown: Vec<String> = forms_of(&term).iter().flat_map(Form::shown).collect();
        assert_eq!(shown.join("|"), expected, "{written}");
    }

    #[test]
    fn every_term_has_its_forms() {
        check("Raam", "raam|ramen|raampje|raampjes");
        check("=Één", "een");
        check(
            "auto-inbraak",
            "autoinbraak|auto inbraak|autoinbraken|auto inbraken|autoinbraakje|auto inbraakje|autoinbraakjes|auto inbraakjes|autoinbrake|auto inbrake",
        );
        check("=auto-inbraak", "autoinbraak");
        check("t.e.a.b.", "t e a b");
        check("*Brand", "*brand|*branden|*brandje|*brandjes");
        check("brand*", "brand*");
        check("*auto-brand*", "*autobrand*");
        check("\"Raam  open\"", "raam open");
        check("\"uit mijn raam\"", "uit m'n/mn/mijn raam");
        check("\"het is mijn\"", "t/het is m'n/mn/mijn");
        check("\"morrel* aan\"", "morrel* aan");
        check(
            "\"auto-inbraak gezien\"",
            "autoinbraak gezien|auto inbraak gezien",
        );
        check(
            "verb:in|breken",
            "inbreken|in te breken|inbreek|inbreekt|inbreken|inbrak|inbraken|ingebroken|ingebrokene|ingebrokenen|inbrekend|inbrekende|in gebroken|in breken|intebreken|inbreke|inbreekd|inbreekdt|inbrake|ingebroke|breek … in|breekt … in|breken … in|brak … in|braken … in",
        );
        check(
            "verb:stelen",
            "stelen|steel|steelt|stelen|stal|stalen|gestolen|gestolene|gestolenen|stelend|stelende|gestole",
        );
        check(
            "auto+{ruit}",
            "autoruit|auto ruit|autos ruit|autoruiten|auto ruiten|autos ruiten|autoruitje|auto ruitje|autos ruitje|autoruitjes|auto ruitjes|autos ruitjes",
        );
        check("\u{3164}", "");
    }

    #[test]
    fn a_phrase_of_nothing_but_hyphens_stays_small() {
        let written = format!("\"{}\"", "a-b ".repeat(40));
        let (keywords, _) = Keyword::parse_list(&WordLists::default(), "f", "strong", &written, 1);
        let Expression::Term(term) = &keywords[0].expression else {
            panic!("a phrase is a term");
        };
        assert_eq!(forms_of(term).len(), 2);
    }
}
