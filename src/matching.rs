//! Which themes a message belongs to, and why.
//!
//! Everything is decided when the lists are loaded: `forms` writes every term out, `rule` files
//! every keyword line under the rarest words it needs. A text is read once by `scan`, which finds
//! the words that are in some list; only lines whose rarest words are there go on to `evaluate`, and
//! `judge` weighs what they found. The cost of a text follows what is in it, not the number of
//! lines.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::item::Hit;
use crate::keyword::KeywordLine;
use crate::locate::{ElsewhereFound, Locator, PlaceFound};
use crate::place::Gazetteer;
use crate::source::Scope;
use crate::span::Span;
use crate::theme::{Common, Example, Theme, ThemeId};

pub mod forms;

mod evaluate;
mod hulls;
mod judge;
mod parts;
mod rule;
mod compile;
mod scan;
mod weight;

#[cfg(test)]
mod reference;

pub use scan::Scratch;

/// Recognises themes in messages.
#[derive(Clone, Debug)]
pub struct Matcher {
    rules: rule::Rules,
    locator: Locator,
}

/// What was found in a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// The themes it belongs to, in the order of their ids; one hit for each.
    pub hits: Vec<Hit>,
    /// What was found and does not count, in the order of theme ids and of the text.
    pub vetoed: Vec<Vetoed>,
    /// Our places that it names, each once, the most precise kind first.
    pub places: Vec<PlaceFound>,
}

/// Words that were found and taken away again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vetoed {
    /// The theme they spoke for.
    pub theme: ThemeId,
    /// The keyword line that found them.
    pub keyword: Arc<KeywordLine>,
    /// The words, as spans in the message.
    pub words: Vec<Span>,
    /// Why.
    pub reason: VetoReason,
}

/// Why words are taken away, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VetoReason {
    /// This line of `vetoes` lies around them.
    Veto(Arc<KeywordLine>),
    /// This line of `post_vetoes` silences the theme for the whole message.
    PostVeto(Arc<KeywordLine>),
    /// This line of `negations` stands directly before them.
    Negation(Arc<KeywordLine>),
    /// The message names no place of ours, and says that it happened in this one.
    Elsewhere(ElsewhereFound),
    /// The message comes from a wide source and names no place of ours.
    NoPlace,
    /// The message speaks at least twice as clearly of this theme.
    Outweighed(ThemeId),
}

impl VetoReason {
    /// The reason in a word, as it stands in data and in the names of sentences.
    pub fn word(&self) -> &'static str {
        match self {
            VetoReason::Veto(_) => "veto",
            VetoReason::PostVeto(_) => "post_veto",
            VetoReason::Negation(_) => "negation",
            VetoReason::Elsewhere(_) => "elsewhere",
            VetoReason::NoPlace => "no_place",
            VetoReason::Outweighed(_) => "outweighed",
        }
    }

    /// The line that took the words away, when a line did.
    pub fn line(&self) -> Option<&KeywordLine> {
        match self {
            VetoReason::Veto(line) | VetoReason::PostVeto(line) | VetoReason::Negation(line) => {
                Some(line)
            }
            VetoReason::Elsewhere(_) | VetoReason::NoPlace | VetoReason::Outweighed(_) => None,
        }
    }

    /// The theme that is spoken of more clearly, when that is the reason.
    pub fn clearer(&self) -> Option<&ThemeId> {
        match self {
            VetoReason::Outweighed(theme) => Some(theme),
            _ => None,
        }
    }

    /// The place elsewhere, when that is the reason.
    pub fn elsewhere(&self) -> Option<&ElsewhereFound> {
        match self {
            VetoReason::Elsewhere(found) => Some(found),
            _ => None,
        }
    }
}

/// As its word.
impl Serialize for VetoReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl Matcher {
    /// Prepares to find these themes. It takes all that it is given: leaving out the themes that
    /// are not listened for is up to the caller.
    pub fn compile(themes: &[Theme], common: &Common, gazetteer: &Gazetteer) -> Self {
        Matcher {
            rules: rule::Rules::compile(themes, common),
            locator: Locator::compile(gazetteer),
        }
    }

    /// What a message is about. `masked` are the spans that stand for one word each that no keyword
    /// can be. A message that says that it happened elsewhere is no hit; with [`Scope::Wide`] there is
    /// none unless one of our places is named.
    pub fn find(&self, message: &str, masked: &[Span], scope: Scope) -> Finding {
        self.find_with(&mut Scratch::default(), message, masked, scope)
    }

    /// The same for many messages in a row: memory is taken once and kept in `scratch`, which may be
    /// used with any matcher.
    pub fn find_with(
        &self,
        scratch: &mut Scratch,
        message: &str,
        masked: &[Span],
        scope: Scope,
    ) -> Finding {
        scratch.read(&self.rules, &self.locator, message, masked);
        judge::judge(&self.rules, &self.locator, scratch, message, scope)
    }

    /// Where our places are named in a message: every time, in the order of finding.
    pub fn place_spans(&self, scratch: &mut Scratch, message: &str) -> Vec<Span> {
        scratch.places(&self.locator, message)
    }

    /// The examples of a theme that do not come out as they say, as messages of a local source.
    pub fn failing_examples<'a>(&self, theme: &'a Theme) -> Vec<&'a Example> {
        let mut scratch = Scratch::default();
        let mut fails = |example: &&Example| {
            let finding = self.find_with(&mut scratch, &example.text, &[], Scope::Local);
            let hit = finding.hits.iter().any(|hit| hit.theme == theme.id);
            hit != example.hit
        };
        theme
            .examples
            .iter()
            .filter(|example| fails(example))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyword::{Keyword, WordLists};
    use crate::locate::fictional;
    use crate::place::{Place, PlaceKind};
    use crate::theme::Route;

    /// Lists of a theme, as written.
    #[derive(Default)]
    struct Lists<'a> {
        strong: &'a str,
        urgent: &'a str,
        cues: &'a str,
        vetoes: &'a str,
        post_vetoes: &'a str,
        routes: &'a [(&'a str, &'a str)],
    }

    fn keywords(list: &str, text: &str) -> Vec<Keyword> {
        let (keywords, mistakes) = Keyword::parse_list(&WordLists::default(), "f", list, text, 1);
        assert_eq!(mistakes, []);
        keywords
    }

    fn theme(id: &str, lists: &Lists<'_>) -> Theme {
        Theme {
            id: ThemeId::parse(id).unwrap(),
            file: "f".into(),
            version: String::new(),
            title: String::new(),
            purpose: String::new(),
            legal_task: String::new(),
            controller: String::new(),
            retention_days: 28,
            review_by: jiff::civil::date(2030, 1, 1),
            enabled: true,
            police_codes: Vec::new(),
            seen_by_many: false,
            words: WordLists::default(),
            strong: keywords("strong", lists.strong).into(),
            urgent: keywords("urgent", lists.urgent).into(),
            cues: keywords("cues", lists.cues).into(),
            vetoes: keywords("vetoes", lists.vetoes).into(),
            post_vetoes: keywords("post_vetoes", lists.post_vetoes).into(),
            occasion: None,
            routes: lists
                .routes
                .iter()
                .map(|(when, to)| Route {
                    when: Keyword::parse(&WordLists::default(), "f", "routes", when, 1).unwrap(),
                    to: ThemeId::parse(to).unwrap(),
                    stays_when_off: false,
                })
                .collect(),
            examples: Vec::new(),
        }
    }

    fn common() -> Common {
        Common {
            incident_cues: keywords("incident_cues", "aangifte\n\"bij ons\""),
            post_vetoes: keywords("post_vetoes", "film OR serie"),
            negations: keywords("negations", "geen\nniet\n\"loos alarm\""),
            not_negated: keywords("not_negated", "poging\ngeforceerd"),
            ..Common::default()
        }
    }

    fn gazetteer() -> Gazetteer {
        Gazetteer {
            places: vec![
                Place {
                    kind: PlaceKind::Municipality,
                    name: "Lindemeer".to_owned(),
                    aliases: Vec::new(),
                    parent: None,
                    needs_cue: false,
                    line: 2,
                },
                Place {
                    kind: PlaceKind::Neighbourhood,
                    name: "Molenbuurt".to_owned(),
                    aliases: Vec::new(),
                    parent: None,
                    needs_cue: false,
                    line: 3,
                },
            ],
        }
    }

    fn burglary() -> Matcher {
        let burglary = Lists {
            strong: "inbraak\n*inbraak\ningebroken\npoging\n/\\binbr[ea]k\\w*/\ndief AND @place",
            urgent: "overval",
            cues: "raam NEAR/3 (open OR geforceerd)\n\"kasten leeg\"\nraam\nspoor BEFORE/2 weg",
            vetoes: "ingebroken NEAR/6 gesprek\n=zonneinbraak",
            post_vetoes: "escaperoom",
            routes: &[("schuur", "diefstal"), ("kluis", "uit")],
        };
        let theft = Lists {
            strong: "gestolen",
            post_vetoes: "museum",
            ..Lists::default()
        };
        let themes = [theme("woninginbraak", &burglary), theme("diefstal", &theft)];
        Matcher {
            rules: rule::Rules::compile(&themes, &common()),
            locator: Locator::with_table(&gazetteer(), &fictional::table()),
        }
    }

    /// Themes with the words of their evidence; vetoed words after `-`.
    fn show(message: &str, masked: &[Span], scope: Scope) -> String {
        let finding = burglary().find(message, masked, scope);
        let words = |spans: &[Span]| {
            spans
                .iter()
                .map(|s| &message[s.start..s.end])
                .collect::<Vec<_>>()
                .join(" ")
        };
        let mut shown: Vec<String> = Vec::new();
        for hit in &finding.hits {
            let mut evidence: Vec<_> = hit.evidence.iter().map(|e| words(&e.words)).collect();
            evidence.dedup();
            let urgent = if hit.urgent { "!" } else { "" };
            shown.push(format!("{}{urgent}: {}", hit.theme, evidence.join(", ")));
        }
        for vetoed in &finding.vetoed {
            let by = match &vetoed.reason {
                VetoReason::Elsewhere(found) => format!("elders: {}", words(&[found.span])),
                reason => reason
                    .line()
                    .map_or("geen plaats", |line| &line.text)
                    .to_owned(),
            };
            shown.push(format!("- {} ({by})", words(&vetoed.words)));
        }
        shown.dedup();
        shown.join("; ")
    }

    fn check(message: &str, expected: &str) {
        assert_eq!(show(message, &[], Scope::Local), expected, "{message:?}");
    }

    #[test]
    fn near_finds_what_stands_inside_a_split_verb() {
        let lists = Lists {
            strong: "verb:in|slaan NEAR/3 ruit\n(raam NEAR/4 open) NEAR/2 deur\nkat BEFORE/3 *hond",
            ..Lists::default()
        };
        let themes = [theme("vernieling", &lists)];
        let matcher = Matcher::compile(&themes, &common(), &gazetteer());
        let hits = |message: &str| matcher.find(message, &[], Scope::Local).hits.len();
        for found in [
            "Sloegen ze vannacht de ruit van de auto in.",
            "De ruit is ingeslagen",
            "Raam en deur stonden open",
            "De deur stond open, het raam ook",
            "kat en straathond",
        ] {
            assert_eq!(hits(found), 1, "{found}");
        }
        // Each needs words of its own, and BEFORE its order.
        for not in [
            "Sloegen ze de weg in.",
            "het open raam",
            "straathond en kat",
        ] {
            assert_eq!(hits(not), 0, "{not}");
        }
    }

    #[test]
    fn one_strong_line_is_enough() {
        check("Weer een INBRAAK hier", "woninginbraak: INBRAAK");
        check(
            "Schuurinbraak, auto-inbraak!",
            "woninginbraak: Schuurinbraak, inbraak",
        );
        check("#WoningInbraak", "woninginbraak: WoningInbraak, Inbraak");
        check("abinbraak en inbreuk", "");
        check("een inbraakje", "woninginbraak: inbraakje");
        check("ze inbreken morgen", "woninginbraak: inbreken");
        check(
            "fiets gestolen na inbraak",
            "diefstal: gestolen; woninginbraak: inbraak",
        );
        check(
            "een dief in de Molenbuurt",
            "woninginbraak: dief Molenbuurt",
        );
        check("een dief elders", "");
        check("", "");
        check("🔥🔥", "");
    }

    #[test]
    fn an_urgent_line_is_strong_and_hurries() {
        check("Overval op de markt", "woninginbraak!: Overval");
    }

    #[test]
    fn two_cues_of_different_lines_and_words_are_enough() {
        check("raam open", "");
        check("het raam is geforceerd", "");
        check(
            "raam open en kasten leeg",
            "woninginbraak: raam, raam open, kasten leeg",
        );
        check(
            "raam open, ander raam dicht",
            "woninginbraak: raam open, raam",
        );
        check(
            "spoor is weg, kasten leeg",
            "woninginbraak: spoor weg, kasten leeg",
        );
        check("weg is het spoor, kasten leeg", "");
    }

    #[test]
    fn near_counts_words_and_sentences() {
        let hit = "woninginbraak: raam, raam open, kasten leeg";
        let cue = |text: &str, expected: &str| check(&format!("Kasten leeg. {text}"), expected);
        let hit = hit.replace(
            "raam, raam open, kasten leeg",
            "Kasten leeg, raam, raam open",
        );
        cue("raam een twee drie open", &hit);
        cue("raam een. Twee drie open", &hit);
        cue("raam. Twee. Open", "woninginbraak: Kasten leeg, raam");
        cue(
            "raam een twee drie vier open",
            "woninginbraak: Kasten leeg, raam",
        );
    }

    #[test]
    fn a_veto_takes_away_what_lies_within_it_and_nothing_else() {
        check(
            "ingebroken in dit gesprek",
            "- ingebroken (ingebroken NEAR/6 gesprek)",
        );
        check(
            "ingebroken in dit gesprek, maar ook inbraak",
            "woninginbraak: inbraak; - ingebroken (ingebroken NEAR/6 gesprek)",
        );
        check(
            "ingebroken in dit gesprek. Verder is er bij de bakker om vijf uur ingebroken",
            "woninginbraak: ingebroken; - ingebroken (ingebroken NEAR/6 gesprek)",
        );
        check(
            "zonne-inbraak",
            "- zonne-inbraak (=zonneinbraak); - inbraak (=zonneinbraak)",
        );
    }

    #[test]
    fn a_post_veto_silences_unless_an_incident_cue_stands_there() {
        check("film over inbraak", "- inbraak (film OR serie)");
        check("inbraak in de escaperoom", "- inbraak (escaperoom)");
        check("tijdens de film inbraak bij ons", "woninginbraak: inbraak");
        check(
            "film over gestolen escaperoom",
            "- gestolen (film OR serie)",
        );
        check("gestolen uit de escaperoom", "diefstal: gestolen");
    }

    #[test]
    fn a_negation_directly_before_the_words_denies_them() {
        check("geen inbraak", "- inbraak (geen)");
        check("dat is er niet, inbraak wel", "woninginbraak: inbraak");
        check("poortjes doen het niet (inbraak)", "woninginbraak: inbraak");
        check("loos alarm inbraak", "- inbraak (\"loos alarm\")");
        check("Geen. Inbraak", "woninginbraak: Inbraak");
        check("geen grote inbraak", "woninginbraak: inbraak");
        check("geen poging", "woninginbraak: poging");
        check(
            "raam niet open, kasten leeg",
            "woninginbraak: raam, kasten leeg; - raam open (niet)",
        );
        check(
            "raam niet geforceerd, kasten leeg",
            "woninginbraak: raam, raam geforceerd, kasten leeg",
        );
    }

    #[test]
    fn a_route_moves_the_hit_once() {
        check("inbraak in schuur", "diefstal: inbraak");
        check(
            "inbraak in schuur, fiets gestolen",
            "diefstal: inbraak, gestolen",
        );
        check("inbraak in schuur van museum", "");
        check("inbraak in kluis", "");
    }

    #[test]
    fn a_route_that_stays_when_its_theme_is_off_moves_nothing_then() {
        let routed = |stays: bool, enabled: bool| {
            let lists = Lists {
                strong: "vechtpartij",
                routes: &[("rellen", "ordeverstoring")],
                ..Lists::default()
            };
            let mut violence = theme("geweld", &lists);
            violence.routes[0].stays_when_off = stays;
            let mut riots = theme("ordeverstoring", &Lists::default());
            riots.enabled = enabled;
            let matcher = Matcher::compile(&[violence, riots], &common(), &gazetteer());
            let finding = matcher.find("vechtpartij na de rellen", &[], Scope::Local);
            finding.hits[0].theme.to_string()
        };
        assert_eq!(routed(true, false), "geweld");
        assert_eq!(routed(true, true), "ordeverstoring");
        assert_eq!(routed(false, false), "ordeverstoring");
    }

    #[test]
    fn a_theme_that_is_told_half_as_clearly_yields() {
        let matcher = |enabled: bool, urgent: bool| {
            let fire = Lists {
                strong: "brand\nfik\naansteker",
                cues: "rook\nvlammen",
                ..Lists::default()
            };
            let damage = match urgent {
                true => Lists {
                    urgent: "ruit",
                    ..Lists::default()
                },
                false => Lists {
                    strong: "ruit\n*ruit",
                    ..Lists::default()
                },
            };
            let mut fire = theme("brand", &fire);
            fire.enabled = enabled;
            Matcher::compile(
                &[fire, theme("vernieling", &damage)],
                &common(),
                &gazetteer(),
            )
        };
        let themes = |matcher: &Matcher, message: &str| {
            let hits = matcher.find(message, &[], Scope::Local).hits;
            let themes: Vec<_> = hits.iter().map(|hit| hit.theme.to_string()).collect();
            themes.join(" ")
        };
        let clear = "brand, de fik erin met een aansteker, ruit kapot";
        let usual = matcher(true, false);
        assert_eq!(themes(&usual, clear), "brand");
        let finding = usual.find(clear, &[], Scope::Local);
        let reasons: Vec<_> = finding.vetoed.iter().map(|v| v.reason.word()).collect();
        assert_eq!(reasons, ["outweighed", "outweighed"]);
        // The same words found by two lines count once, and half as clear is clear enough.
        assert_eq!(
            themes(&usual, "brand en vlammen, ruit kapot"),
            "brand vernieling"
        );
        assert_eq!(
            themes(&usual, "brand met rook en vlammen, ruit kapot"),
            "brand vernieling"
        );
        // Another subject, further on.
        let long = format!(
            "{}{}",
            "brand, de fik erin met een aansteker. ",
            "En verder niets. ".repeat(20)
        );
        assert_eq!(
            themes(&usual, &format!("{long}Ruit kapot.")),
            "brand vernieling"
        );
        assert_eq!(themes(&matcher(true, true), clear), "brand vernieling");
        assert_eq!(themes(&matcher(false, false), clear), "brand vernieling");
    }

    #[test]
    fn a_wide_source_needs_a_place_of_ours() {
        assert_eq!(
            show("inbraak in een schuur", &[], Scope::Wide),
            "- inbraak (geen plaats)"
        );
        assert_eq!(
            show("inbraak in Noordermade", &[], Scope::Wide),
            "- inbraak (elders: Noordermade)"
        );
        assert_eq!(show("niets", &[], Scope::Wide), "");
        assert_eq!(
            show("inbraak in Lindemeer", &[], Scope::Wide),
            "woninginbraak: inbraak"
        );
        let finding = burglary().find("lindemeer en molenbuurt, Lindemeer", &[], Scope::Wide);
        let names: Vec<_> = finding.places.iter().map(|place| &*place.name).collect();
        assert_eq!(names, ["Molenbuurt", "Lindemeer"]);
    }

    #[test]
    fn what_happened_elsewhere_is_no_hit_for_any_source() {
        for scope in [Scope::Local, Scope::Wide] {
            let check = |message: &str, expected: &str| {
                assert_eq!(show(message, &[], scope), expected, "{message:?}");
            };
            check("Noordermade: overval", "- overval (elders: Noordermade)");
            check(
                "Film over een overval in Dunnelo",
                "- overval (film OR serie)",
            );
            check("Inbraak in Dunnelo en Lindemeer", "woninginbraak: Inbraak");
            check("brand in Dunnelo", "");
        }
        check(
            "Dader uit Noordermade: inbraak bij de bakker",
            "woninginbraak: inbraak",
        );
    }

    #[test]
    fn a_masked_passage_is_a_word_that_nothing_finds() {
        let mask = |start, end| [Span { start, end }];
        assert_eq!(show("inbraak x", &mask(0, 7), Scope::Local), "");
        assert_eq!(show("inbreken", &mask(0, 4), Scope::Local), "");
        assert_eq!(
            show("raam 06 123 open, kasten leeg", &mask(5, 11), Scope::Local),
            { "woninginbraak: raam, raam open, kasten leeg" }
        );
        assert_eq!(show("kasten jan leeg", &mask(7, 10), Scope::Local), "");
    }

    #[test]
    fn examples_that_do_not_come_out_are_named() {
        let mut burglary = theme(
            "woninginbraak",
            &Lists {
                strong: "inbraak",
                ..Lists::default()
            },
        );
        let example = |text: &str, hit, line| Example {
            text: text.to_owned(),
            hit,
            line,
        };
        burglary.examples = vec![
            example("inbraak", true, 1),
            example("inbraak", false, 2),
            example("diefstal", true, 3),
            example("diefstal", false, 4),
        ];
        let themes = [burglary];
        let matcher = Matcher::compile(&themes, &common(), &gazetteer());
        let failing = matcher.failing_examples(&themes[0]);
        assert_eq!(failing.iter().map(|e| e.line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn scratch_memory_carries_nothing_over() {
        let matcher = burglary();
        let mut scratch = Scratch::default();
        for message in [
            "inbraak in de Molenbuurt",
            "niets",
            "raam open, kasten leeg",
            "",
            "overval",
        ] {
            let fresh = matcher.find(message, &[], Scope::Local);
            assert_eq!(
                matcher.find_with(&mut scratch, message, &[], Scope::Local),
                fresh
            );
        }
    }

    #[test]
    fn hostile_messages_are_bounded() {
        let matcher = burglary();
        for message in [
            "raam open ".repeat(100_000),
            "ingebroken in dit gesprek ".repeat(40_000),
            "#WoningInbraak ".repeat(10_000),
            "inbraak-".repeat(125_000),
            "dief Molenbuurt ".repeat(60_000),
            "🔥".repeat(250_000),
            "geen inbraak film ".repeat(50_000),
            "e\u{301}".repeat(300_000),
        ] {
            let finding = matcher.find(&message, &[], Scope::Local);
            assert!(finding.hits.len() <= 2);
        }
    }

    proptest::proptest! {
        #[test]
        fn evidence_stands_on_whole_characters_outside_masks(
            message in "(\\PC|[ \n.#-]|inbraak|Één |raam |open |kasten leeg|ĳ|½|\u{200b}|geen |Molenbuurt){0,30}",
            masks in proptest::collection::vec((0_usize..150, 0_usize..20), 0..4),
        ) {
            let masked: Vec<Span> =
                masks.iter().map(|(start, len)| Span { start: *start, end: start + len }).collect();
            let finding = burglary().find(&message, &masked, Scope::Local);
            let evidence = finding.hits.iter().flat_map(|hit| &hit.evidence).flat_map(|e| &e.words);
            let vetoed = finding.vetoed.iter().flat_map(|vetoed| &vetoed.words);
            let places = finding.places.iter().map(|place| &place.span);
            for span in evidence.chain(vetoed).chain(places) {
                proptest::prop_assert!(!message[span.start..span.end].is_empty());
                for mask in &masked {
                    proptest::prop_assert!(mask.start == mask.end || !span.overlaps(*mask));
                }
            }
            proptest::prop_assert_eq!(burglary().find(&message, &masked, Scope::Local), finding);
        }
    }
}
