//! One written keyword line, parsed.
//!
//! What a line *means* in terms of words to look up is not here: [`crate::matching::forms`] expands
//! it, because that needs the folding and the words of [`crate::text`].

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::mistake::{Fault, Location, Mistake};

pub mod expression;
pub mod lists;
mod parser;
mod term;
mod token;

pub use expression::{Expression, Order, Part, Pattern, Term};
pub use lists::{WordList, WordLists};

/// Longest expression, in characters. The longest line of a real list has some 250; a line that a
/// person cannot take in at a glance cannot be kept either.
pub const MAX_CHARACTERS: usize = 2_000;

/// Most forms an expression may expand to. A real line has some hundreds (a compound with twenty
/// modifiers, a verb with its tenses), a word with a typing error some thousands; beyond this it is
/// a dictionary.
pub const MAX_FORMS: usize = 20_000;

/// Most lines in one list. The largest shipped list has under 100; a list of this size is a word
/// list that was pasted by mistake, and it would drown the digest.
pub const MAX_LINES: usize = 20_000;

/// One keyword line.
#[derive(Clone, Debug)]
pub struct Keyword {
    /// Where it stands and what it says.
    pub line: Arc<KeywordLine>,
    /// What it says, parsed.
    pub expression: Expression,
}

/// Where a keyword stands, for a person who wants to change it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeywordLine {
    /// The file, such as `keywords/woninginbraak.toml`.
    pub file: String,
    /// The line in that file, counted from 1.
    pub line: u32,
    /// The list it stands in: `strong`, `cues`, `vetoes` …
    pub list: String,
    /// The expression as written.
    pub text: String,
}

impl KeywordLine {
    /// Whether this line is enough for a hit by itself; of cues it takes two.
    pub fn is_enough(&self) -> bool {
        self.list != "cues"
    }
}

impl Keyword {
    /// Parses a list: one expression a line, comments and empty lines left out.
    ///
    /// `text` is the content of a multi-line string whose first line is line `first_line` of
    /// `file`; `words` are the lists that a line may name. The mistakes are those of all lines, each
    /// with its line and column in the file.
    pub fn parse_list(
        words: &WordLists,
        file: &str,
        list: &str,
        text: &str,
        first_line: u32,
    ) -> (Vec<Keyword>, Vec<Mistake>) {
        let shared: Arc<str> = file.into();
        let mistake = |line, column, fault| Mistake {
            at: Location::File {
                file: shared.clone(),
                line,
                column,
            },
            key: list.to_owned(),
            fault,
        };
        let mut keywords = Vec::new();
        let mut mistakes = Vec::new();
        for (line, written) in (first_line..).zip(text.lines()) {
            if keywords.len() + mistakes.len() >= MAX_LINES {
                mistakes.push(mistake(line, 0, Fault::TooManyLines { limit: MAX_LINES }));
                break;
            }
            match parser::parse(words, written) {
                Ok(Some((expression, text))) => keywords.push(Keyword {
                    line: Arc::new(KeywordLine {
                        file: file.to_owned(),
                        line,
                        list: list.to_owned(),
                        text: text.to_owned(),
                    }),
                    expression,
                }),
                Ok(None) => {}
                Err(trouble) => mistakes.push(mistake(line, trouble.column, trouble.fault)),
            }
        }
        (keywords, mistakes)
    }

    /// Parses a single expression, such as the condition of a route, that stands on line `line`.
    ///
    /// # Errors
    ///
    /// The mistake in it; its column is 0, because only the reader of the file knows where on the
    /// line the expression begins.
    #[expect(
        clippy::result_large_err,
        reason = "it runs once for a line of a file, and a box would stand in every caller's way"
    )]
    pub fn parse(
        words: &WordLists,
        file: &str,
        list: &str,
        text: &str,
        line: u32,
    ) -> Result<Keyword, Mistake> {
        let mistake = |fault| Mistake {
            at: Location::File {
                file: file.into(),
                line,
                column: 0,
            },
            key: list.to_owned(),
            fault,
        };
        match parser::parse(words, text) {
            Ok(Some((expression, text))) => Ok(Keyword {
                line: Arc::new(KeywordLine {
                    file: file.to_owned(),
                    line,
                    list: list.to_owned(),
                    text: text.to_owned(),
                }),
                expression,
            }),
            Ok(None) => Err(mistake(Fault::EmptyExpression)),
            Err(trouble) => Err(mistake(trouble.fault)),
        }
    }
}

/// What is wrong in an expression, and in which column (characters, counted from 1).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Trouble {
    column: u32,
    fault: Fault,
}

impl Trouble {
    fn new(column: u32, fault: Fault) -> Self {
        Trouble { column, fault }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An expression with every bracket written.
    fn show(expression: &Expression) -> String {
        let all =
            |list: &[Expression], with: &str| list.iter().map(show).collect::<Vec<_>>().join(with);
        match expression {
            Expression::Term(term) => match term {
                Term::Word(word) => word.clone(),
                Term::Exact(word) => format!("={word}"),
                Term::Part(part) => show_part(part),
                Term::Phrase(parts) => {
                    format!(
                        "\"{}\"",
                        parts.iter().map(show_part).collect::<Vec<_>>().join(" ")
                    )
                }
                Term::Place => "@place".to_owned(),
                Term::Regex(pattern) => format!("/{}/", pattern.written()),
                Term::Verb(verb) => format!("verb:{}", verb.conjugated().infinitive),
                Term::Compound(compounds) => format!("{}+…", compounds.all(&|_| false)[0].text),
                Term::Typo { word, .. } => format!("~{word}"),
            },
            Expression::Near {
                left,
                right,
                within,
                order,
            } => {
                let name = if *order == Order::Any {
                    "NEAR"
                } else {
                    "BEFORE"
                };
                format!("({} {name}/{within} {})", show(left), show(right))
            }
            Expression::And { all: must, none } => {
                let not = none
                    .iter()
                    .map(|n| format!(" AND NOT {}", show(n)))
                    .collect::<String>();
                format!("({}{not})", all(must, " AND "))
            }
            Expression::Or(any) => format!("({})", all(any, " OR ")),
            Expression::Named(list) => format!("${}", list.name),
        }
    }

    fn show_part(part: &Part) -> String {
        let star = |open: bool| if open { "*" } else { "" };
        format!(
            "{}{}{}",
            star(part.open_left),
            part.text,
            star(part.open_right)
        )
    }

    fn check(written: &str, expected: &str) {
        let keyword = Keyword::parse(&WordLists::default(), "f", "strong", written, 1);
        let keyword = keyword.unwrap_or_else(|mistake| panic!("{written}: {mistake:?}"));
        assert_eq!(show(&keyword.expression), expected, "{written}");
    }

    fn check_fault(written: &str, column: u32, expected: Fault) {
        let (keywords, mistakes) =
            Keyword::parse_list(&WordLists::default(), "f", "strong", written, 1);
        assert!(keywords.is_empty(), "{written}: {keywords:?}");
        let [mistake] = mistakes.as_slice() else {
            panic!("{written}: {mistakes:?}");
        };
        assert_eq!(mistake.fault, expected, "{written}");
        let Location::File { column: found, .. } = &mistake.at else {
            panic!("{written}: {mistake:?}");
        };
        assert_eq!(*found, column, "{written}");
    }

    fn owned(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn terms_are_read_as_written() {
        check("inbraak", "inbraak");
        check("=inbraak", "=inbraak");
        check("inbraak*", "inbraak*");
        check("*inbraak", "*inbraak");
        check("*inbraak*", "*inbraak*");
        check("\"raam open\"", "\"raam open\"");
        check("\"morrel* aan\"", "\"morrel* aan\"");
        check("\"zei \\\"hoi\\\" - nu\"", "\"zei \"hoi\" nu\"");
        check("/in ?braak\\/(s|en)/", "/in ?braak/(s|en)/");
        check("/\\d+ euro/", "/\\d+ euro/");
        check("auto-inbraak", "auto-inbraak");
        check("112", "112");
        check("t.e.a.b.", "t.e.a.b.");
        check("and OR near", "(and OR near)");
    }

    #[test]
    fn near_binds_tightest_then_not_and_or() {
        check("a AND b OR c AND d", "((a AND b) OR (c AND d))");
        check("a NEAR/3 b AND c", "((a NEAR/3 b) AND c)");
        check(
            "a AND NOT b NEAR/3 c OR d",
            "((a AND NOT (b NEAR/3 c)) OR d)",
        );
        check("a BEFORE/0 (b OR c)", "(a BEFORE/0 (b OR c))");
        check("(a NEAR/2 b) NEAR/5 c", "((a NEAR/2 b) NEAR/5 c)");
        check("(a)AND(b)", "(a AND b)");
        check("a EN b OF c EN NIET d", "((a AND b) OR (c AND NOT d))");
        check(
            "a NABIJ/5 b OR c VOOR/5 d",
            "((a NEAR/5 b) OR (c BEFORE/5 d))",
        );
        check("inbraak AND @place", "(inbraak AND @place)");
        check("inbraak NEAR/5 @place", "(inbraak NEAR/5 @place)");
    }

    #[test]
    fn a_comma_means_or_and_stands_beside_no_operator() {
        check(
            "raam, ruit,deur , \"de pui\"",
            "(raam OR ruit OR deur OR \"de pui\")",
        );
        check(
            "(raam, *ruit) NEAR/8 (in, uit)",
            "((raam OR *ruit) NEAR/8 (in OR uit))",
        );
        check("/a,b/, c", "(/a,b/ OR c)");
        check(
            "verb:in|breken, inbraak+{poging golf}",
            "(verb:inbreken OR inbraakpoging+…)",
        );
        check("1,5", "1,5");
        check_fault("raam, ruit NEAR/8 in", 7, Fault::CommaMixed);
        check_fault("raam NEAR/8 in, ruit", 15, Fault::CommaMixed);
        check_fault("raam, (ruit OR deur)", 7, Fault::CommaMixed);
        check_fault("a OR b, c", 7, Fault::CommaMixed);
        check_fault("a, b OR c", 4, Fault::CommaMixed);
        let empty = || Fault::EmptyAlternative { found: owned(",") };
        check_fault("a,", 3, empty());
        check_fault("a, , b", 4, empty());
        check_fault("(a, )", 5, empty());
        check_fault(", a", 1, empty());
    }

    #[test]
    fn comments_end_a_line_but_not_inside_quotes_and_patterns() {
        check("inbraak # ook inbraken", "inbraak");
        check("inbraak#x", "inbraak#x");
        check("\"raam # open\" # x", "\"raam open\"");
        check("/a # b/", "/a # b/");
        let (keywords, mistakes) = Keyword::parse_list(
            &WordLists::default(),
            "f",
            "cues",
            "\n# x\n  a  # y\r\n\t\nb\n",
            7,
        );
        assert_eq!(mistakes, []);
        let lines: Vec<_> = keywords
            .iter()
            .map(|k| (k.line.line, k.line.text.as_str()))
            .collect();
        assert_eq!(lines, [(9, "a"), (11, "b")]);
    }

    #[test]
    fn every_line_is_looked_at_and_every_mistake_tells_its_place() {
        let (keywords, mistakes) = Keyword::parse_list(
            &WordLists::default(),
            "k/x.toml",
            "cues",
            "goed\nraam open\né OR\n",
            20,
        );
        assert_eq!(keywords.len(), 1);
        let places: Vec<_> = mistakes
            .iter()
            .map(|m| match &m.at {
                Location::File { file, line, column } => (&**file, *line, *column, m.key.as_str()),
                Location::Environment { .. } => ("", 0, 0, ""),
            })
            .collect();
        assert_eq!(
            places,
            [("k/x.toml", 21, 6, "cues"), ("k/x.toml", 22, 5, "cues")]
        );
    }

    #[test]
    fn what_is_missing_is_told() {
        let missing = |left: &str, right: &str| Fault::MissingOperator {
            left: owned(left),
            right: owned(right),
        };
        check_fault("raam open", 6, missing("raam", "open"));
        check_fault("raam and open", 6, missing("raam", "and"));
        check_fault("(a OR b) c", 10, missing(")", "c"));
        check_fault("a (b OR c)", 3, missing("a", "("));
        check_fault("foto\"s weg\"", 5, missing("foto", "\"s weg\""));
        let operand = |operator: &str| Fault::MissingOperand {
            operator: owned(operator),
        };
        check_fault("a AND", 6, operand("AND"));
        check_fault("AND a", 1, operand("AND"));
        check_fault(
            "a AND OR b",
            7,
            Fault::EmptyAlternative { found: owned("OR") },
        );
        check_fault("a NEAR/5", 9, operand("NEAR/5"));
        check_fault("a AND NOT", 10, operand("NOT"));
        check_fault("(a AND )", 8, operand("AND"));
        let empty = |found: &str| Fault::EmptyAlternative {
            found: owned(found),
        };
        check_fault("a OR", 5, empty("OR"));
        check_fault("(a OR )", 7, empty("OR"));
        check_fault("OR a", 1, empty("OR"));
        check_fault("a OR OR b", 6, empty("OR"));
        check_fault("()", 1, empty("()"));
        check_fault("inbraak+{}", 1, empty("inbraak+{}"));
        check_fault(
            "a NEAR b",
            3,
            Fault::NearWithoutNumber {
                found: owned("NEAR"),
            },
        );
        check_fault(
            "a NEAR/ b",
            3,
            Fault::NearWithoutNumber {
                found: owned("NEAR/"),
            },
        );
        check_fault(
            "a VOOR/x b",
            3,
            Fault::NearWithoutNumber {
                found: owned("VOOR/x"),
            },
        );
        let far = |found: &str| Fault::NearTooFar {
            found: owned(found),
            limit: 50,
        };
        check_fault("a NEAR/51 b", 3, far("51"));
        check_fault("a NEAR/99999999999999 b", 3, far("99999999999999"));
    }

    #[test]
    fn what_does_not_balance_is_told() {
        let unclosed = |found: &str| Fault::UnclosedBracket {
            found: owned(found),
        };
        check_fault("(a OR b", 1, unclosed("("));
        check_fault("x AND (a OR (b AND c)", 7, unclosed("("));
        check_fault("(", 2, unclosed("("));
        check_fault("inbraak+{poging golf", 9, unclosed("{"));
        check_fault("a OR b)", 7, Fault::UnopenedBracket);
        check_fault(")", 1, Fault::UnopenedBracket);
        check_fault("a OR \"raam open", 6, Fault::UnclosedQuote);
        check_fault("\"raam open\\\"", 1, Fault::UnclosedQuote);
        check_fault("/abc", 1, Fault::UnclosedRegex);
        check_fault("/abc\\", 1, Fault::UnclosedRegex);
        check_fault("\"\"", 1, Fault::EmptyPhrase);
        check_fault("\"- !\"", 1, Fault::EmptyPhrase);
    }

    #[test]
    fn what_means_too_much_or_nothing_is_told() {
        let short = |found: &str| Fault::WildcardTooShort {
            found: owned(found),
            minimum: 4,
        };
        check_fault("bra*", 1, short("bra*"));
        check_fault("*ra", 1, short("*ra"));
        check_fault("*", 1, short("*"));
        check_fault("**", 1, short("**"));
        check_fault("\"raam op*\"", 1, short("op*"));
        check_fault(
            "in*braak",
            1,
            Fault::WildcardInside {
                found: owned("in*braak"),
            },
        );
        check_fault(
            "*t.e.a.b.",
            1,
            Fault::WildcardInside {
                found: owned("*t.e.a.b."),
            },
        );
        check_fault(
            "=inbraak*",
            1,
            Fault::SignsClash {
                found: owned("=inbraak*"),
            },
        );
        check_fault(
            "=",
            1,
            Fault::NoLetters {
                found: String::new(),
            },
        );
        check_fault(
            "🔥",
            1,
            Fault::NoLetters {
                found: owned("🔥")
            },
        );
        check_fault("a NEAR/3 b NEAR/3 c", 12, Fault::NearChained);
        check_fault("a NEAR/3 b VOOR/3 c", 12, Fault::NearChained);
        check_fault("a NEAR/3 (b AND c)", 10, Fault::AndInsideNear);
        check_fault("NOT a", 1, Fault::NotFirst);
        check_fault("a OR NOT b", 6, Fault::NotFirst);
        check_fault("a NOT b", 3, Fault::NotFirst);
        check_fault("a NEAR/3 NOT b", 10, Fault::NotFirst);
        check_fault("(NIET a)", 2, Fault::NotFirst);
        check_fault("@place", 1, Fault::PlaceAlone);
        check_fault("@place AND NOT film", 1, Fault::PlaceAlone);
        check_fault("inbraak OR @place", 1, Fault::PlaceAlone);
        check_fault(
            "a AND @jan",
            7,
            Fault::UnknownAt {
                found: owned("@jan"),
            },
        );
    }

    #[test]
    fn verbs_compounds_and_typing_errors_are_expanded_or_refused_with_advice() {
        let parses = |written: &str| {
            Keyword::parse(&WordLists::default(), "f", "strong", written, 1).is_ok()
        };
        for written in [
            "a OR verb:in|breken",
            "verb:stelen",
            "verb:in_elkaar|slaan",
            "verb:Stelen",
            "inbraak+{poging golf}",
            "{woning auto}+inbraak",
            "~inbraak",
            "~woninginbraak",
        ] {
            assert!(parses(written), "{written}");
        }
        for unclear in ["verb:", "verb:in|", "verb:a|b|breken", "verb:stelen2"] {
            check_fault(
                unclear,
                1,
                Fault::VerbUnclear {
                    found: owned(unclear),
                },
            );
        }
        check_fault(
            "verb:inbreken",
            1,
            Fault::BarMissing {
                found: owned("verb:inbreken"),
                suggestion: owned("in|breken"),
            },
        );
        check_fault(
            "verb:inbraak",
            1,
            Fault::NotAnInfinitive {
                found: owned("inbraak"),
            },
        );
        for unclear in ["a+b", "{a b}", "{a}+{b}"] {
            check_fault(
                unclear,
                1,
                Fault::CompoundUnclear {
                    found: owned(unclear),
                },
            );
        }
        check_fault(
            "~roof",
            1,
            Fault::TypoTooShort {
                found: owned("~roof"),
                minimum: 7,
            },
        );
        check_fault(
            "~auto-inbraak",
            1,
            Fault::NotOneWord {
                found: owned("~auto-inbraak"),
            },
        );
    }

    #[test]
    fn regular_expressions_are_limited() {
        check_fault(
            "/(a{900}){900}/",
            1,
            Fault::RegexTooLarge { limit: 256 * 1024 },
        );
        check_fault("/a*/", 1, Fault::RegexFindsNothing);
        check_fault("/één/", 1, Fault::RegexNotFolded { found: owned("é") });
        let (_, mistakes) = Keyword::parse_list(&WordLists::default(), "f", "strong", "/(a/", 1);
        assert!(matches!(mistakes[0].fault, Fault::InvalidRegex { .. }));
        let deep = format!("/{}a{}/", "(".repeat(900), ")".repeat(900));
        let (_, mistakes) = Keyword::parse_list(&WordLists::default(), "f", "strong", &deep, 1);
        assert!(matches!(mistakes[0].fault, Fault::InvalidRegex { .. }));
    }

    #[test]
    fn characters_that_nobody_sees_are_told_but_not_in_comments() {
        let hidden = |code: &str| Fault::HiddenCharacter { found: owned(code) };
        check_fault("in\u{200b}braak", 3, hidden("U+200B"));
        check_fault("\u{202e}inbraak", 1, hidden("U+202E"));
        check_fault("\"raam\u{ad} open\"", 6, hidden("U+00AD"));
        check_fault("raam \u{200f}NEAR open", 6, hidden("U+200F"));
        check_fault("/in\u{feff}braak/", 4, hidden("U+FEFF"));
        check_fault("\u{200d}", 1, hidden("U+200D"));
        check("inbraak # in\u{200b}braak", "inbraak");
        check("één\u{a0}", "één");
    }

    #[test]
    fn hostile_lists_are_bounded() {
        let deep = "(".repeat(1_500) + "a";
        check_fault(&deep, 17, Fault::NestedTooDeep { limit: 16 });
        check_fault(
            &"a ".repeat(5_000),
            0,
            Fault::ExpressionTooLong {
                limit: MAX_CHARACTERS,
            },
        );
        let (keywords, mistakes) = Keyword::parse_list(
            &WordLists::default(),
            "f",
            "strong",
            &"a\n".repeat(50_000),
            1,
        );
        assert_eq!(keywords.len(), MAX_LINES);
        let [mistake] = mistakes.as_slice() else {
            panic!("one mistake for the whole list: {}", mistakes.len());
        };
        assert_eq!(mistake.fault, Fault::TooManyLines { limit: MAX_LINES });
        let wide = ["~woninginbraakpoging"; 12].join(" OR ");
        let fault = Keyword::parse(&WordLists::default(), "f", "strong", &wide, 1)
            .unwrap_err()
            .fault;
        assert!(
            matches!(fault, Fault::TooManyForms { limit: 20_000, .. }),
            "{fault:?}"
        );
    }

    #[test]
    fn an_empty_condition_is_a_mistake() {
        let mistake =
            Keyword::parse(&WordLists::default(), "f", "routes", " # niets", 3).unwrap_err();
        assert_eq!(mistake.fault, Fault::EmptyExpression);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "(\\PC|[ \"/(){}*#@+=~|\n]|NEAR/5|NOT|OR|AND){0,40}") {
            let (_, mistakes) = Keyword::parse_list(&WordLists::default(), "f", "strong", &text, 1);
            for mistake in mistakes {
                let Location::File { line, column, .. } = mistake.at else { continue };
                let written = text.lines().nth(line as usize - 1).unwrap();
                proptest::prop_assert!(column as usize <= written.chars().count() + 1);
            }
        }
    }

    #[test]
    fn a_word_list_stands_wherever_a_word_may_stand() {
        let lines = |words: &WordLists, text: &str| {
            let (keywords, mistakes) = Keyword::parse_list(words, "f", "words", text, 1);
            assert_eq!(mistakes, []);
            keywords
        };
        let mut words = WordLists::default();
        words.add("gestolen", lines(&words, "verb:stelen\nverb:jatten"));
        words.add("weg", lines(&words, "$gestolen\npleite"));
        assert!(words.add("weg", lines(&words, "foetsie")).is_none());
        assert!(words.add("leeg", Vec::new()).is_none());
        let parse = |written: &str| {
            let keyword = Keyword::parse(&words, "f", "strong", written, 1);
            keyword.map_err(|mistake| mistake.fault)
        };
        let check = |written: &str, expected: &str| {
            assert_eq!(show(&parse(written).unwrap().expression), expected);
        };
        check("fiets NEAR/8 $weg", "(fiets NEAR/8 $weg)");
        check("$weg AND NOT ($gestolen)", "($weg AND NOT $gestolen)");
        let expression = parse("$weg").unwrap().expression;
        assert_eq!(expression.terms().len(), 3);
        let fault = |written: &str| parse(written).unwrap_err();
        let unknown = |found: &str, nearest: Option<&str>| Fault::UnknownWord {
            found: owned(found),
            nearest: nearest.map(owned),
            expected: vec![owned("$gestolen"), owned("$weg")],
        };
        assert_eq!(
            fault("fiets NEAR/8 $gestole"),
            unknown("$gestole", Some("$gestolen"))
        );
        assert_eq!(fault("$"), unknown("$", None));
        assert_eq!(fault("$weg*"), unknown("$weg*", Some("$weg")));
        words.add("samen", lines(&words, "a AND b"));
        let fault = Keyword::parse(&words, "f", "strong", "$samen NEAR/3 c", 1);
        assert_eq!(fault.unwrap_err().fault, Fault::AndInsideNear);
        words.add("hier", lines(&words, "b OR (a AND @place)"));
        assert!(Keyword::parse(&words, "f", "strong", "$hier", 1).is_ok());
    }
}
