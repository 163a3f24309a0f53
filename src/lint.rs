//! What a keyword list must not say, and what looks like a slip in it.
//!
//! A list looks for what happens, never for who does it: [`refused`] are the lines that name an
//! account, a person or a group of people, and nothing overrules that. [`doubts`] are lines that
//! do nothing, or more than was meant; they are told and stay.

mod doubts;
mod groups;
mod meaning; // What a line finds, for comparing.
mod people;
mod texts; // The words that a line writes.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::keyword::{Expression, Keyword, Term};
use crate::lint::groups::Groups;
use crate::lint::people::People;
use crate::lint::texts::{Writing, writings};
use crate::mistake::{Fault, Location, MAX_MISTAKES, Mistake, shown};
use crate::theme::Theme;

pub use doubts::{Lists, doubts};

/// The lines of `strong`, `urgent` and `cues` that look for an account, a person or a group of people.
/// Vetoes and routes may use such words: they take away and move, they never find.
pub fn refused(themes: &[Theme]) -> Vec<Mistake> {
    let rules = Rules {
        people: People::new(),
        groups: Groups::new(),
        clean: RefCell::default(),
        lists: RefCell::default(),
    };
    let finding = |theme: &Theme| -> Vec<Mistake> {
        let lists = [&*theme.strong, &theme.urgent, &theme.cues];
        let lines = lists.into_iter().flatten();
        lines
            .filter_map(|keyword| {
                Some(Mistake {
                    at: place(&theme.file, keyword),
                    key: keyword.line.list.clone(),
                    fault: rules.fault(keyword)?,
                })
            })
            .collect()
    };
    themes.iter().flat_map(finding).take(MAX_MISTAKES).collect()
}

/// Everything that must not be looked for.
struct Rules {
    people: People,
    groups: Groups,
    /// Bare words of word lists in which nothing is wrong: lists have many in common.
    clean: RefCell<FxHashSet<String>>,
    /// What is wrong with the word lists looked at so far, by the address of their lines.
    lists: RefCell<FxHashMap<*const Keyword, Option<Fault>>>,
}

impl Rules {
    /// What is wrong with a line, if anything.
    fn fault(&self, keyword: &Keyword) -> Option<Fault> {
        self.of_writings(&writings(&keyword.expression))
            .or_else(|| self.of_lists(&keyword.expression))
    }

    /// What is wrong with the word lists of an expression; each list is looked at once.
    fn of_lists(&self, expression: &Expression) -> Option<Fault> {
        expression.lists().into_iter().find_map(|list| {
            let address = list.lines.as_ptr();
            if let Some(known) = self.lists.borrow().get(&address) {
                return known.clone();
            }
            let of_line = |line| self.of_entry(line).or_else(|| self.of_lists(line));
            let fault = list.expressions().find_map(of_line);
            self.lists.borrow_mut().insert(address, fault.clone());
            fault
        })
    }

    /// What is wrong with an entry of a word list.
    fn of_entry(&self, expression: &Expression) -> Option<Fault> {
        let Expression::Term(Term::Word(word)) = expression else {
            return self.of_writings(&writings(expression));
        };
        if self.clean.borrow().contains(word.as_str()) {
            return None;
        }
        // One small plain word is no account and no person.
        let plain = word.bytes().all(|byte| byte.is_ascii_lowercase());
        let fault = match plain && !self.groups.holds(word) {
            true => None,
            false => self.of_writings(&writings(expression)),
        };
        if fault.is_none() {
            self.clean.borrow_mut().insert(word.clone());
        }
        fault
    }

    fn of_writings(&self, writings: &[Writing]) -> Option<Fault> {
        let one = |writing: &Writing| {
            if let Some(found) = people::handle(writing) {
                let found = shown(&found);
                return Some(Fault::AccountName { found });
            }
            if let Some(found) = self.people.named_in(&writing.words) {
                let found = shown(&found);
                return Some(Fault::PersonName { found });
            }
            let found = shown(&self.groups.named_in(&writing.words)?);
            Some(Fault::GroupOfPeople { found })
        };
        writings.iter().find_map(one)
    }
}

/// Where a line stands.
fn place(file: &Arc<str>, keyword: &Keyword) -> Location {
    Location::File {
        file: Arc::clone(file),
        line: keyword.line.line,
        column: 0,
    }
}

/// The words of a data file: separated by spaces and line ends, without what follows a `#`.
fn words_of(file: &'static str) -> impl Iterator<Item = &'static str> {
    let said = |line: &'static str| line.split('#').next().unwrap_or_default();
    file.lines().map(said).flat_map(str::split_whitespace)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::keyword::WordLists;
    use crate::theme::Common;

    fn fault(line: &str) -> Option<Fault> {
        let keyword = Keyword::parse(&WordLists::default(), "f", "strong", line, 1);
        let keyword = keyword.unwrap_or_else(|mistake| panic!("{line}: {mistake:?}"));
        let rules = Rules {
            people: People::new(),
            groups: Groups::new(),
            clean: RefCell::default(),
            lists: RefCell::default(),
        };
        rules.fault(&keyword)
    }

    /// Each of these lines has this sort of fault.
    fn check_refused(code: &str, lines: &str) {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let found = fault(line).map(|fault| fault.code());
            assert_eq!(found.as_deref(), Some(code), "{line}");
        }
    }

    fn check_allowed(lines: &str) -> usize {
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        lines
            .inspect(|line| assert_eq!(fault(line), None, "{line}"))
            .count()
    }

    #[test]
    fn accounts_are_refused() {
        check_refused(
            "account_name",
            r#"
            u/lindemeerder
            =u/lindemeerder
            inbraak AND u/jan_12
            "bericht van @jandeboer"
            "@jandeboer"
            jan.de.boer@lindemeer.example
            /@jandeboer/
            /@\w+ inbraak/
            /u\/jan/
            instagram.com/jandeboer
            https://www.facebook.com/jan.de.boer
            raam NEAR/3 t.me/jandeboer
            "#,
        );
    }

    #[test]
    fn people_are_refused() {
        check_refused(
            "person_name",
            r#"
            "Jan de Boer"
            "jan de boer"
            "jan-willem van der veen"
            "Mohammed El Idrissi"
            "mohammed el idrissi"
            "fatima van dijk"
            "Fatima Yilmaz"
            "fatima yilmaz"
            "Roos de Wit"
            "Mark Jansen"
            "Storm van der Berg"
            "Kees Bakker"
            "kees bakker"
            "Agnieszka Kowalska"
            "agnieszka kowalski"
            "Piotr Nowak"
            "Ayşe Demir"
            "José Fernandes"
            "inbraak door Henk Visser"
            "de broer van henk visser"
            "Peter van 't Hof"
            "peter van 't hof"
            Jan-Jansen
            jan-de-boer
            =jan-jansen
            inbraak AND "Kevin Smit"
            "Kevin Smit" NEAR/5 vuurwerk
            jan BEFORE/0 jansen
            (jan OR piet) NEAR/1 (jansen OR pietersen)
            jan NEAR/0 "de boer"
            /jan de boer/
            /jan\s+(van )?de boer/
            /\bmohammed yilmaz\b/
            "Ali Bouali"
            "Dewi Soekarno"
            "sunil ramdin"
            "Willem ter Horst"
            "Anne Bosma"
            "#,
        );
    }

    #[test]
    fn groups_of_people_are_refused() {
        check_refused(
            "group_of_people",
            r#"
            marokkaan
            marokkanen
            Marokkaanse
            *marokkanen
            marokk*
            kutmarokkanen
            "marokkaanse jongeren"
            jongeren NEAR/3 (marokkaanse OR turkse)
            turken
            =turks
            "poolse arbeiders"
            polak
            oost-europeanen
            "Oost-Europese bende"
            roemenen AND inbraak
            bulgaarse
            "roemeens kenteken"
            antillianen
            surinaamse
            syriërs
            somaliërs
            eritreeërs
            afghaanse
            zigeuners
            *zigeuner*
            allochtonen
            buitenlanders
            asielzoekers
            azc
            "bij het azc"
            statushouders
            moslim
            moslims
            moslimjongeren
            *islam*
            islamitische
            jood
            joodse
            christenen
            "katholieke man"
            hindoes
            "jehova's getuigen"
            jihadisten
            hoofddoekjes
            /marokk\w+/
            /(turkse|poolse) mannen/
            "#,
        );
    }

    #[test]
    fn halves_of_compounds_and_words_with_typing_errors_are_looked_at_too() {
        check_refused(
            "group_of_people",
            "{turkse poolse}+bende\n{dieven moslim}+bende\nbende+{moslims jongeren}\n~marokkaan\n",
        );
        check_allowed(
            "{dieven inbrekers}+bende\noverlast+{jongeren buren}\n~inbreker\nverb:in|breken\n",
        );
    }

    #[test]
    fn vetoes_and_routes_may_use_such_words() {
        let list = |list: &str, text: &str| {
            Keyword::parse_list(&WordLists::default(), "f", list, text, 1).0
        };
        let theme = |strong: &str, vetoes: &str| {
            let document = "title='x'\npurpose='x'\nlegal_task='x'\ncontroller='college'\n\
                            retention_days=1\nreview_by=2027-01-01\nenabled=true\nstrong='inbraak'";
            let findings = crate::mistake::Findings::default();
            let document = crate::form::document::Document::parse("x.toml", document, &findings);
            let theme =
                Theme::read(&document.unwrap(), &Common::default(), &[], &findings).unwrap();
            Theme {
                strong: list("strong", strong).into(),
                vetoes: list("vetoes", vetoes).into(),
                ..theme
            }
        };
        let line = "\"turkse pizza\"\nmoslim\n\"Jan de Boer\"";
        assert_eq!(refused(&[theme("inbraak", line)]), []);
        let places: Vec<_> = refused(&[theme(line, "")])
            .into_iter()
            .map(|mistake| (mistake.at, mistake.fault.code()))
            .collect();
        let at = |line| Location::File {
            file: "x.toml".into(),
            line,
            column: 0,
        };
        assert_eq!(
            places,
            [
                (at(2), "group_of_people".to_owned()),
                (at(3), "person_name".to_owned())
            ]
        );
    }

    #[test]
    fn what_happens_may_be_looked_for() {
        let count = check_allowed(include_str!("lint/allowed_in_tests.txt"));
        assert!(count >= 200, "{count}");
    }

    #[test]
    fn the_shipped_lists_may_be_looked_for() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("keywords");
        let mut lines = 0;
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let table: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
            for list in ["strong", "urgent", "cues"] {
                let text = table.get(list).and_then(toml::Value::as_str);
                let (keywords, _) =
                    Keyword::parse_list(&WordLists::default(), "f", list, text.unwrap_or(""), 1);
                for keyword in keywords {
                    lines += 1;
                    assert_eq!(fault(&keyword.line.text), None, "{}", keyword.line.text);
                }
            }
        }
        assert!(lines > 200, "{lines}");
    }
}
