//! Lines that do nothing, or more than was meant.

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::thread::ScopedJoinHandle;

use crate::keyword::{Expression, Keyword, KeywordLine, Term, WordList};
use crate::lint::meaning::{Inflection, Meaning, samples};
use crate::lint::words_of;
use crate::mask::Masker;
use crate::matching::forms::Form;
use crate::matching::{Matcher, Scratch, VetoReason};
use crate::mistake::{Location, Note, Remark, shown};
use crate::place::Gazetteer;
use crate::source::Scope;
use crate::span::Span;
use crate::text::words::written_words;
use crate::theme::{Common, Theme};

/// Most notes on the lists that are told. More than a person mends in one go, and a list with more
/// was written by a machine.
const MOST_NOTES: usize = 500;

/// Lines of one list that are compared with each other. The largest shipped list has some hundred;
/// this many cost a tenth of a second, and the effort grows with the square.
const MOST_COMPARED: usize = 2_000;

/// Everything that a list is looked at with.
#[derive(Clone, Copy, Debug)]
pub struct Lists<'a> {
    /// The themes.
    pub themes: &'a [Theme],
    /// What holds for all of them.
    pub common: &'a Common,
    /// The places of the municipality.
    pub gazetteer: &'a Gazetteer,
    /// The same lists, compiled.
    pub matcher: &'a Matcher,
    /// What hides personal data from the lists.
    pub masker: &'a Masker,
}

/// What is allowed in the lists and yet worth a look, by file and line.
pub fn doubts(lists: Lists<'_>) -> Vec<Note> {
    let places = places(lists.gazetteer);
    let common_words = words_of(include_str!("common_words.txt")).collect();
    let reader = || Reader {
        lists,
        places: &places,
        common_words: &common_words,
        scratch: Scratch::default(),
        notes: Vec::new(),
    };
    let of_themes = |themes: &[Theme]| {
        let mut reader = reader();
        themes.iter().for_each(|theme| reader.theme(theme));
        reader.notes
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = lists.themes.len().div_ceil(threads).max(1);
    let mut notes: Vec<Note> = std::thread::scope(|scope| {
        let shares = lists.themes.chunks(share);
        let readers: Vec<_> = shares
            .map(|themes| scope.spawn(|| of_themes(themes)))
            .collect();
        let read = |reader: ScopedJoinHandle<'_, Vec<Note>>| {
            let panicked = |panic| std::panic::resume_unwind(panic);
            reader.join().unwrap_or_else(panicked)
        };
        readers.into_iter().flat_map(read).collect()
    });
    let mut reader = reader();
    let common = lists.common;
    for list in [
        &common.incident_cues,
        &common.post_vetoes,
        &common.negations,
        &common.not_negated,
    ] {
        reader.doubled(&meant(list));
    }
    for list in common.words.iter() {
        reader.repeated(list);
    }
    notes.append(&mut reader.notes);
    notes.sort_by(|a, b| a.at.cmp(&b.at));
    notes.truncate(MOST_NOTES);
    notes
}

/// A line with what it means.
struct Meant<'a> {
    keyword: &'a Keyword,
    meaning: Meaning,
    inflection: Option<Inflection>,
}

impl Meant<'_> {
    /// Whether this line finds what the other was written for.
    fn covers(&self, other: &Meant<'_>) -> bool {
        let leads_to = || match (&self.inflection, &other.inflection) {
            (Some(own), Some(other)) => own.leads_to(other),
            _ => false,
        };
        self.meaning.covers(&other.meaning) || leads_to()
    }
}

fn meant(list: &[Keyword]) -> Vec<Meant<'_>> {
    list.iter()
        .map(|keyword| {
            // Inflecting takes most of the time of it all: once is enough.
            let inflection = Inflection::of(&keyword.expression);
            let meaning = match &inflection {
                Some(inflection) => inflection.meaning(),
                None => Meaning::of(&keyword.expression),
            };
            Meant {
                keyword,
                meaning,
                inflection,
            }
        })
        .collect()
}

struct Reader<'a> {
    lists: Lists<'a>,
    /// The names of places, as the words that a text is cut into.
    places: &'a HashMap<String, (&'a str, u32)>,
    common_words: &'a HashSet<&'static str>,
    scratch: Scratch,
    notes: Vec<Note>,
}

impl Reader<'_> {
    fn theme(&mut self, theme: &Theme) {
        let [strong, urgent, cues] =
            [&theme.strong, &theme.urgent, &theme.cues].map(|list| meant(list));
        let [vetoes, silences] = [&theme.vetoes, &theme.post_vetoes].map(|list| meant(list));
        for list in [&strong, &urgent, &cues, &vetoes, &silences] {
            self.doubled(list);
        }
        for cue in cues.iter().take(MOST_COMPARED) {
            let mut enough = strong.iter().chain(&urgent).take(MOST_COMPARED);
            if let Some(wider) = enough.find(|wider| wider.covers(cue)) {
                let (by, line) = (shown(&wider.keyword.line.text), wider.keyword.line.line);
                self.note(cue.keyword, Remark::CueInStrong { by, line });
            }
        }
        for line in strong.iter().chain(&urgent).chain(&cues) {
            self.says_nothing(theme, line.keyword, &line.meaning);
            self.is_a_place(line.keyword, &line.meaning);
            self.is_common(line.keyword, &line.meaning);
        }
        for line in &silences {
            self.is_common(line.keyword, &line.meaning);
        }
        for list in theme
            .words
            .iter()
            .filter(|list| !is_shared(list, self.lists.common))
        {
            self.repeated(list);
        }
        self.examples(theme);
    }

    fn note(&mut self, keyword: &Keyword, remark: Remark) {
        let KeywordLine { file, line, .. } = &*keyword.line;
        self.notes.push(Note {
            at: at(file, *line),
            key: keyword.line.list.clone(),
            remark,
        });
    }

    /// Lines of which every form is a form of another line of the same list, or that are one.
    fn doubled(&mut self, list: &[Meant<'_>]) {
        let list = &list[..list.len().min(MOST_COMPARED)];
        for (number, line) in list.iter().enumerate() {
            let wider = list.iter().enumerate().find(|(other, wider)| {
                // Of two equal lines the later is one too many.
                *other != number && wider.covers(line) && (*other < number || !line.covers(wider))
            });
            if let Some((_, wider)) = wider {
                let by = shown(&wider.keyword.line.text);
                let at = wider.keyword.line.line;
                self.note(line.keyword, Remark::CoveredLine { by, line: at });
            }
        }
    }

    /// Entries that stand twice in a word list, as they are written: inflecting the thousands of words
    /// of all lists would take longer than everything else.
    fn repeated(&mut self, list: &WordList) {
        let mut seen = HashSet::new();
        for line in &*list.lines {
            let entries = match &line.expression {
                Expression::Or(any) => any.as_slice(),
                one => std::slice::from_ref(one),
            };
            for entry in entries {
                let entry = match entry {
                    Expression::Term(Term::Word(word)) => word.clone(),
                    Expression::Term(Term::Phrase(parts)) => {
                        let words: Vec<&str> = parts.iter().map(|part| &*part.text).collect();
                        words.join(" ")
                    }
                    _ => continue,
                };
                if !seen.insert(entry.clone()) {
                    let entry = shown(&entry);
                    self.note(line, Remark::DoubledEntry { entry });
                }
            }
        }
    }

    /// A line that can never be evidence.
    fn says_nothing(&mut self, theme: &Theme, keyword: &Keyword, meaning: &Meaning) {
        if meaning.contradicts_itself() {
            self.note(keyword, Remark::Contradiction);
            return;
        }
        if !meaning.is_simple() {
            return;
        }
        let words = meaning.words.iter().cloned().map(Form::Word);
        let mut forms = words.chain(meaning.forms.iter().cloned()).peekable();
        if forms.peek().is_none() {
            return;
        }
        // The first form that is found settles it, so that a line costs one look.
        let mut obstacle = None;
        for form in forms {
            let texts = samples(&form);
            if texts.is_empty() {
                return;
            }
            for text in texts {
                match self.obstacle(theme, keyword, &text) {
                    Some(found) => obstacle = Some(found),
                    None => return,
                }
            }
        }
        if let Some(remark) = obstacle {
            self.note(keyword, remark);
        }
    }

    /// What keeps a line from being evidence wherever this text stands.
    fn obstacle(&mut self, theme: &Theme, keyword: &Keyword, text: &str) -> Option<Remark> {
        let lists = self.lists;
        let places = lists.matcher.place_spans(&mut self.scratch, text);
        let masked = lists.masker.find(text, &places).unwrap_or_default();
        if !masked.is_empty() {
            return Some(Remark::AlwaysMasked);
        }
        let masked: &[Span] = &[];
        let finding = lists
            .matcher
            .find_with(&mut self.scratch, text, masked, Scope::Local);
        let vetoed = finding.vetoed.iter().find(|vetoed| {
            vetoed.theme == theme.id
                && vetoed.keyword == keyword.line
                && !matches!(vetoed.reason, VetoReason::Negation(_))
        })?;
        let vetoes = [
            &*theme.vetoes,
            &theme.post_vetoes,
            &lists.common.post_vetoes,
        ];
        let veto = vetoes
            .into_iter()
            .flatten()
            .find(|veto| Some(&*veto.line) == vetoed.reason.line())?;
        // With a NOT in it the veto holds here and perhaps not elsewhere.
        (!veto.expression.has_not()).then(|| Remark::AlwaysVetoed {
            by: shown(&veto.line.text),
            list: veto.line.list.clone(),
            file: veto.line.file.clone(),
            line: veto.line.line,
        })
    }

    fn is_a_place(&mut self, keyword: &Keyword, meaning: &Meaning) {
        let sequences = meaning.forms.iter().filter_map(|form| match form {
            Form::Sequence(_) | Form::Closing(_) => samples(form).into_iter().next(),
            _ => None,
        });
        let mut forms = meaning.words.iter().cloned().chain(sequences);
        if let Some(&(name, line)) = forms.find_map(|form| self.places.get(&form)) {
            let name = shown(name);
            self.note(keyword, Remark::AlsoPlace { name, line });
        }
    }

    fn is_common(&mut self, keyword: &Keyword, meaning: &Meaning) {
        let mut common: Vec<&String> = meaning
            .words
            .iter()
            .filter(|word| self.common_words.contains(word.as_str()))
            .collect();
        common.sort();
        if let Some(word) = common.first() {
            let word = shown(word);
            self.note(keyword, Remark::CommonWord { word });
        }
    }

    /// Examples of a hit that no line of their own list finds.
    fn examples(&mut self, theme: &Theme) {
        for example in theme.examples.iter().filter(|example| example.hit) {
            let finding =
                self.lists
                    .matcher
                    .find_with(&mut self.scratch, &example.text, &[], Scope::Local);
            let Some(hit) = finding.hits.iter().find(|hit| hit.theme == theme.id) else {
                continue;
            };
            let own = |file: &str| *file == *theme.file;
            if !hit.evidence.iter().any(|found| own(&found.keyword.file)) {
                let file = hit.evidence[0].keyword.file.clone();
                self.notes.push(Note {
                    at: at(&theme.file, example.line),
                    key: "examples".to_owned(),
                    remark: Remark::ExampleOfAnother { file },
                });
            }
        }
    }
}

/// Whether a word list stands in `common.toml`.
fn is_shared(list: &WordList, common: &Common) -> bool {
    common.words.get(&list.name).is_some()
}

fn places(gazetteer: &Gazetteer) -> HashMap<String, (&str, u32)> {
    let mut places = HashMap::new();
    for place in &gazetteer.places {
        for name in std::iter::once(&place.name).chain(&place.aliases) {
            let words = written_words(name).concat();
            for form in [words.join(" "), words.concat()] {
                places
                    .entry(form)
                    .or_insert((place.name.as_str(), place.line));
            }
        }
    }
    places
}

fn at(file: &str, line: u32) -> Location {
    Location::File {
        file: file.into(),
        line,
        column: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::document::Document;
    use crate::keyword::WordLists;
    use crate::mistake::Findings;
    use crate::theme::ThemeId;

    /// A theme with the lists and examples of a piece of TOML, which begins on line 8.
    fn theme(id: &str, lists: &str) -> Theme {
        let head = "title='x'\npurpose='x'\nlegal_task='x'\ncontroller='college'\n\
                    retention_days=1\nreview_by=2027-01-01\nenabled=true\n";
        let findings = Findings::default();
        let file = format!("{id}.toml");
        let document = Document::parse(&file, &format!("{head}{lists}"), &findings).unwrap();
        let known = ["een", "twee"].map(|id| ThemeId::parse(id).unwrap());
        let theme = Theme::read(&document, &Common::default(), &known, &findings);
        assert_eq!(findings.into_sorted().0, []);
        theme.unwrap()
    }

    fn remarks(themes: &[Theme]) -> Vec<(u32, String)> {
        let common = Common {
            post_vetoes: Keyword::parse_list(
                &WordLists::default(),
                "common.toml",
                "post_vetoes",
                "film",
                3,
            )
            .0,
            ..Common::default()
        };
        let findings = Findings::default();
        let places = "kind,name,aliases,parent,needs_cue\n\
                      spot,Brink,De Brink,,ja\ntown,Lindemeer-Zuid,,,nee\n";
        let gazetteer = Gazetteer::read(&Document::plain("p", places), None, &findings);
        let notes = doubts(Lists {
            themes,
            common: &common,
            gazetteer: &gazetteer,
            matcher: &Matcher::compile(themes, &common, &gazetteer),
            masker: &Masker::new(),
        });
        let line = |note: &Note| match note.at {
            Location::File { line, .. } => line,
            Location::Environment { .. } => 0,
        };
        notes
            .iter()
            .map(|note| (line(note), note.remark.code()))
            .collect()
    }

    /// The line (of `lists`, from 1) and the code of each note.
    fn check(lists: &str, expected: &[(u32, &str)]) {
        let found: Vec<_> = remarks(&[theme("een", lists)])
            .into_iter()
            .map(|(line, code)| (line - 7, code))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(line, code)| (*line, (*code).to_owned()))
            .collect();
        assert_eq!(found, expected, "{lists}");
    }

    /// The second and the third line of one list.
    fn check_pair(one: &str, two: &str, expected: &[u32]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|line| (*line, "covered_line"))
            .collect();
        check(&format!("strong='''\n{one}\n{two}\n'''"), &expected);
    }

    #[test]
    fn an_entry_that_stands_twice_in_a_word_list_is_told() {
        let lists = "words.a='''\nraam, ruit\ndeur\nruit, \"de pui\"\n\"de pui\"\n'''\nstrong='$a'";
        check(lists, &[(4, "doubled_entry"), (5, "doubled_entry")]);
        // Naming a list is not repeating it, and one line that does is enough for both.
        let lists = "words.a='''\nraam\n'''\nwords.b='''\n$a, deur\n'''\nstrong='''\n$b\n$b\n'''";
        check(lists, &[(9, "covered_line")]);
    }

    #[test]
    fn a_line_within_another_of_its_list_is_told() {
        check_pair("inbraak", "*inbraak", &[2]);
        check_pair("*inbraak", "woninginbraak", &[3]);
        check_pair("inbraak", "inbraken", &[3]);
        check_pair("*inbraken", "*inbraak", &[2]);
        check_pair("=inbraken", "inbraak", &[2]);
        check_pair("*woninginbraak", "*inbraak", &[2]);
        check_pair("inbraak", "=inbraak", &[3]);
        check_pair("Inbraak", "inbraak", &[3]);
        check_pair("inbraak OR diefstal", "diefstal", &[3]);
        check_pair("\"raam open\"", "\"Raam* open\"", &[2]);
        check_pair("raam NEAR/3 stuk", "stuk NEAR/5 (raam OR ruit)", &[2]);
        check_pair("raam BEFORE/3 stuk", "raam NEAR/3 stuk", &[2]);
        check_pair("raam AND stuk", "raam AND stuk AND NOT open", &[3]);
        check_pair("/a+b/", "/a+b/", &[3]);
    }

    #[test]
    fn a_line_that_finds_more_or_something_else_is_not() {
        check_pair("*inbraak", "*inbraak*", &[]);
        check_pair("inbraak", "inbreker", &[]);
        check_pair("abrand", "*brand", &[]);
        check_pair("brand*", "*brand", &[]);
        check_pair("raam", "\"raam open\"", &[]);
        check_pair("raam NEAR/5 stuk", "raam BEFORE/5 stuk", &[3]);
        check_pair("raam BEFORE/3 stuk", "stuk BEFORE/3 raam", &[]);
        check_pair("raam NEAR/3 stuk", "raam AND stuk", &[]);
        check_pair("raam AND NOT open", "raam AND NOT dicht", &[]);
        check_pair("/a+b/", "/a+c/", &[]);
        check(
            "strong='''\ninbraak\n'''\ncues='''\nraam\n'''\nvetoes='''\nraam\n'''",
            &[(5, "always_vetoed")],
        );
    }

    #[test]
    fn a_line_that_is_always_taken_away_is_told() {
        let with =
            |line: &str, veto: &str| format!("strong='''\n{line}\n'''\nvetoes='''\n{veto}\n'''");
        let always = &[(2, "always_vetoed")];
        check(&with("inbraak", "inbraak"), always);
        check(&with("inbraak", "*inbraak"), always);
        check(&with("*inbraak", "*inbraak"), always);
        check(&with("\"raam open\"", "\"raam open\""), always);
        check(&with("inbraak OR raam", "raam OR inbraak"), always);
        check(&with("*inbraak", "inbraak"), &[]);
        check(&with("inbraak OR raam", "raam"), &[]);
        check(&with("inbraak", "inbraak NEAR/3 preventie"), &[]);
        check(&with("\"raam open\"", "raam"), &[]);
        check(&with("inbraak", "inbraak AND NOT gisteren"), &[]);
        check("strong='''\nspeelfilm\nfilm\n'''", &[(3, "always_vetoed")]);
        check("strong='''\nraam\n'''\npost_vetoes='''\nraam\n'''", always);
    }

    #[test]
    fn a_line_that_cannot_be_true_is_told() {
        check(
            "strong='''\nraam AND stuk AND NOT (ruit OR raam)\n'''",
            &[(2, "contradiction")],
        );
        check(
            "strong='''\ninbraak AND NOT *inbraak\n'''",
            &[(2, "contradiction")],
        );
        check("strong='''\n*inbraak AND NOT inbraak\n'''", &[]);
        check("strong='''\n(raam AND NOT raam) OR ruit\n'''", &[]);
        check("strong='''\n\"06-12345678\"\n'''", &[(2, "always_masked")]);
    }

    #[test]
    fn places_common_words_and_needless_cues_are_told() {
        let told = "strong='''\n*brink\nlindemeer-zuid\n\"de brink\"\n'''";
        check(told, &[(3, "also_place"), (4, "also_place")]);
        let told = "strong='''\nraam\nmensen OR raam\n'''\ncues='''\n=Het\nraam\n'''";
        check(
            told,
            &[
                (2, "covered_line"),
                (3, "common_word"),
                (6, "common_word"),
                (7, "cue_in_strong"),
            ],
        );
        check(
            "strong='''\nmensen NEAR/2 weg\n'''\nvetoes='''\nde\n'''",
            &[],
        );
    }

    #[test]
    fn an_example_that_another_list_finds_is_told() {
        let examples = "examples=[{text='schuur leeg', hit=true},{text='kluis weg',hit=true}]";
        let one = theme("een", &format!("strong='kluis'\n{examples}"));
        let two = theme("twee", "strong='leeg'\nroutes=[{when='schuur', to='een'}]");
        assert_eq!(remarks(&[one, two]), [(9, "example_of_another".to_owned())]);
    }

    #[test]
    fn notes_are_limited() {
        let lines = "inbraak\n".repeat(2 * MOST_NOTES);
        let theme = theme("een", &format!("strong='''\n{lines}'''"));
        assert_eq!(remarks(&[theme]).len(), MOST_NOTES);
    }
}
