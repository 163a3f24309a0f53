//! Reading a keyword file and `common.toml`.

use sha2::{Digest, Sha256};

use crate::form::Form;
use crate::form::document::Document;
use crate::form::field::Field;
use crate::form::nearest::nearest;
use crate::keyword::lists::{MAX_DEPTH, MAX_TERMS};
use crate::keyword::{Keyword, MAX_FORMS, WordLists};
use crate::mistake::{Fault, Findings, Mistake, shown};
use crate::theme::{
    CONTROLLERS, Common, Example, Occasion, Route, Theme, ThemeChoice, ThemeId, is_identifier,
};

/// Days that text may be kept: the rule of the trust guide (R3). Counts are kept longer elsewhere.
const RETENTION_DAYS: std::ops::RangeInclusive<i64> = 1..=90;

/// The theme that may listen for a time only, with a decision behind it (R4).
const OCCASIONAL: &str = "ordeverstoring";

/// How long such a decision may last: four weeks (R4).
const LONGEST_OCCASION_DAYS: i64 = 28;

impl Theme {
    /// Reads one keyword file. `common` has the word lists that it may name besides its own; `known`
    /// are all themes, for the routes.
    pub fn read(
        document: &Document,
        common: &Common,
        known: &[ThemeId],
        findings: &Findings,
    ) -> Option<Theme> {
        let form = Form::open(document, findings);
        let Some(id) = ThemeId::of_file(&document.file) else {
            let expected = "theme_file".to_owned();
            let found = shown(&document.file);
            form.refuse(Fault::InvalidValue { found, expected });
            return None;
        };
        let title = form.required("title", "\"Woninginbraak\"").line();
        let purpose = form.required("purpose", "\"Zien waar …\"").prose();
        let legal_task = form
            .required("legal_task", "\"Gemeentewet art. 172\"")
            .line();
        let controller = form
            .required("controller", "\"burgemeester\"")
            .word(&CONTROLLERS, |word| {
                CONTROLLERS.contains(&word).then(|| word.to_owned())
            });
        let retention = form
            .required("retention_days", "28")
            .integer(RETENTION_DAYS);
        let review_by = form.required("review_by", "2027-06-01").date();
        let enabled = form.required("enabled", "true").boolean();
        let police_codes = form.field("police_codes").lines();
        let seen_by_many = form.field("seen_by_many").or(false, Field::boolean);
        let occasion = (id.as_str() == OCCASIONAL)
            .then(|| Occasion::read(&form, enabled == Some(true)))
            .flatten();

        let before = findings.count();
        let words = words(&form, document, findings, &common.words);
        let list = |key| keywords(&form, document, findings, &words, key);
        let [strong, urgent, cues] = [list("strong"), list("urgent"), list("cues")];
        let [vetoes, post_vetoes] = [list("vetoes"), list("post_vetoes")];
        let whole = findings.count() == before;
        if whole && strong.is_empty() && urgent.is_empty() {
            match cues.len() {
                0 => form.refuse(Fault::NoKeywords),
                1 => form.refuse(Fault::OneCueOnly),
                _ => {}
            }
        }
        let routes = form.field("routes").tables();
        let routes = routes
            .into_iter()
            .filter_map(|route| Route::read(route, &id, document, &words, known, findings))
            .collect();
        let examples = form.field("examples").tables();
        let examples = examples.into_iter().filter_map(Example::read).collect();
        form.close();
        Some(Theme {
            id,
            file: document.file.clone(),
            version: version(document.text(), &common.hash),
            title: title?,
            purpose: purpose?,
            legal_task: legal_task?,
            controller: controller?,
            retention_days: u8::try_from(retention?).expect("the range fits"),
            review_by: review_by?,
            enabled: enabled?,
            occasion,
            police_codes: police_codes.unwrap_or_default(),
            seen_by_many: seen_by_many?,
            words,
            strong: strong.into(),
            urgent: urgent.into(),
            cues: cues.into(),
            vetoes: vetoes.into(),
            post_vetoes: post_vetoes.into(),
            routes,
            examples,
        })
    }
}

/// A keyword list in a file, empty when it is not there.
pub(super) fn keywords(
    form: &Form<'_>,
    document: &Document,
    findings: &Findings,
    words: &WordLists,
    key: &'static str,
) -> Vec<Keyword> {
    lines(&form.field(key), document, findings, words, key)
}

/// The keyword lines in a field.
fn lines(
    field: &Field<'_>,
    document: &Document,
    findings: &Findings,
    words: &WordLists,
    key: &str,
) -> Vec<Keyword> {
    let Some((text, first_line)) = field.located_text() else {
        return Vec::new();
    };
    let (keywords, mistakes) = Keyword::parse_list(words, &document.file, key, &text, first_line);
    for Mistake { at, key, fault } in mistakes {
        findings.mistake(at, key, fault);
    }
    keywords
}

/// The word lists of a file, added to those that hold for all themes. A list may name those above
/// it, so that none can name itself.
pub(super) fn words(
    form: &Form<'_>,
    document: &Document,
    findings: &Findings,
    common: &WordLists,
) -> WordLists {
    let mut words = common.clone();
    let field = form.field("words");
    if !field.is_present() {
        return words;
    }
    for (name, field) in field.table().map(Form::named).unwrap_or_default() {
        if !is_identifier(name) {
            field.refuse_value::<()>(name, "word_list_name");
            continue;
        }
        if words.get(name).is_some() {
            field.refuse_value::<()>(name, "new_word_list");
            continue;
        }
        let before = findings.count();
        let key = format!("words.{name}");
        let list = lines(&field, document, findings, &words, &key);
        let whole = findings.count() == before;
        let forms = list
            .iter()
            .map(|line| line.expression.count_forms())
            .sum::<usize>();
        if forms > MAX_FORMS {
            let limit = MAX_FORMS;
            field.refuse::<()>(Fault::TooManyForms {
                found: forms,
                limit,
            });
            continue;
        }
        let Some(added) = words.add(name, list) else {
            if whole {
                field.refuse::<()>(Fault::EmptyExpression);
            }
            continue;
        };
        let (depth, found) = (added.depth(), added.count_terms());
        if depth > MAX_DEPTH {
            words.remove(name);
            let limit = MAX_DEPTH;
            field.refuse::<()>(Fault::NestedTooDeep { limit });
        } else if found > MAX_TERMS {
            words.remove(name);
            let limit = MAX_TERMS;
            field.refuse::<()>(Fault::TooManyForms { found, limit });
        }
    }
    words
}

/// Which lists these are: the first 16 hexadecimal digits of a SHA-256 over the text of the theme and
/// the hash of `common.toml`.
fn version(theme: &str, common: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(theme);
    // A byte that no UTF-8 text holds, so that no text can pass for another with a hash behind it.
    hash.update([0xff]);
    hash.update(common);
    let bytes = hash.finalize();
    bytes.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

impl ThemeId {
    /// Reads the id of a theme that exists.
    fn read(field: &Field<'_>, known: &[ThemeId]) -> Option<Self> {
        let found = field.text()?;
        let theme = known.iter().find(|theme| theme.as_str() == found);
        if theme.is_none() {
            let words = || known.iter().map(ThemeId::as_str);
            field.refuse::<()>(Fault::UnknownTheme {
                found: shown(&found),
                nearest: nearest(&found, words()),
                expected: words().map(str::to_owned).collect(),
            });
        }
        theme.cloned()
    }
}

impl Route {
    fn read(
        form: Form<'_>,
        own: &ThemeId,
        document: &Document,
        words: &WordLists,
        known: &[ThemeId],
        findings: &Findings,
    ) -> Option<Route> {
        let when = form.required("when", "\"schuur OR box\"");
        let to = form.required("to", "\"diefstal-overig\"");
        let keyword = when.located_text().and_then(|(text, first_line)| {
            let (mut keywords, mistakes) =
                Keyword::parse_list(words, &document.file, "routes", &text, first_line);
            let whole = mistakes.is_empty();
            for Mistake { at, key, fault } in mistakes {
                findings.mistake(at, key, fault);
            }
            match keywords.len() {
                1 => keywords.pop(),
                _ if whole => when.refuse_value(&text, "one_keyword"),
                _ => None,
            }
        });
        let target = ThemeId::read(&to, known);
        let if_off = form.field("if_off");
        let stays = if_off.or(false, |field| {
            field.word(&["drop", "stay"], |word| match word {
                "drop" => Some(false),
                "stay" => Some(true),
                _ => None,
            })
        });
        form.close();
        if target.as_ref() == Some(own) {
            return to.refuse(Fault::RouteToItself);
        }
        Some(Route {
            when: keyword?,
            to: target?,
            stays_when_off: stays?,
        })
    }
}

impl Occasion {
    fn read(form: &Form<'_>, needed: bool) -> Option<Occasion> {
        let field = |key, example: &str| {
            let field = form.field(key);
            if needed && !field.is_present() {
                field.refuse::<()>(Fault::MissingBecause {
                    because: "enabled = true".to_owned(),
                    example: example.to_owned(),
                });
            }
            field
        };
        let occasion = field("occasion", "\"Demonstratie op de Brink\"").prose();
        let decided_by = field("decided_by", "\"burgemeester\"").line();
        let from = field("from", "2026-11-20").date();
        let until = field("until", "2026-12-01");
        let (from, last) = (from?, until.date()?);
        let days = i64::from(from.until(last).map_or(i32::MAX, |span| span.get_days())) + 1;
        if days < 1 {
            return until.refuse(Fault::PeriodReversed);
        }
        if days > LONGEST_OCCASION_DAYS {
            let limit = LONGEST_OCCASION_DAYS;
            return until.refuse(Fault::PeriodTooLong { days, limit });
        }
        Some(Occasion {
            occasion: occasion?,
            decided_by: decided_by?,
            from,
            until: last,
        })
    }
}

impl Example {
    fn read(form: Form<'_>) -> Option<Example> {
        let line = form.line();
        let text = form
            .required("text", "\"Vannacht is er ingebroken\"")
            .prose();
        let hit = form.required("hit", "true").boolean();
        form.close();
        Some(Example {
            text: text?,
            hit: hit?,
            line,
        })
    }
}

impl Common {
    /// Reads `common.toml`.
    pub fn read(document: &Document, findings: &Findings) -> Common {
        let form = Form::open(document, findings);
        let words = words(&form, document, findings, &WordLists::default());
        let list = |key| keywords(&form, document, findings, &words, key);
        let common = Common {
            hash: Sha256::digest(document.text()).to_vec(),
            words: words.clone(),
            incident_cues: list("incident_cues"),
            post_vetoes: list("post_vetoes"),
            negations: list("negations"),
            not_negated: list("not_negated"),
        };
        form.close();
        common
    }
}

impl ThemeChoice {
    /// Reads `["*"]` or a list of themes that exist; all themes when it is left out.
    pub fn read(field: &Field<'_>, known: &[ThemeId]) -> Option<ThemeChoice> {
        if !field.is_present() {
            return Some(ThemeChoice::All);
        }
        let elements = field.list()?;
        let is_star = |element: &Field<'_>| element.text().is_some_and(|text| text == "*");
        match elements.as_slice() {
            [] => field.refuse_value("[]", "themes"),
            [only] if is_star(only) => Some(ThemeChoice::All),
            several => {
                let mut themes: Vec<ThemeId> = Vec::new();
                for element in several {
                    if is_star(element) {
                        element.refuse_value::<()>("*", "themes");
                        continue;
                    }
                    match ThemeId::read(element, known) {
                        Some(theme) if !themes.contains(&theme) => themes.push(theme),
                        _ => {}
                    }
                }
                Some(ThemeChoice::Only(themes))
            }
        }
    }
}
