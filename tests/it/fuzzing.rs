//! Fuzzing on stable Rust: keyword files and messages, damaged at random, for a few seconds.
//!
//! `LUISTERPOST_FUZZ_SECONDS` sets how long (2 by default), `LUISTERPOST_FUZZ_SEED` which damage; a
//! failing round prints its seed.

use std::time::{Duration, Instant};

use luisterpost::excerpt;
use luisterpost::form::document::Document;
use luisterpost::item::Excerpt;
use luisterpost::keyword::{Keyword, WordLists};
use luisterpost::lint::{self, Lists};
use luisterpost::mask::Masker;
use luisterpost::mask::blank::Tokens;
use luisterpost::matching::{Matcher, Scratch};
use luisterpost::mistake::{Findings, Location};
use luisterpost::place::Gazetteer;
use luisterpost::source::{ExcerptPolicy, Scope};
use luisterpost::span::Span;
use luisterpost::theme::{Common, Theme};

/// Pieces that lists and messages are made and damaged with.
const PIECES: [&str; 66] = [
    "inbraak",
    "inbraken",
    "ingebroken",
    "raam",
    "open",
    "brand",
    "fiets",
    "gestolen",
    "geen",
    "film",
    "Brink",
    "de",
    "in",
    "auto-inbraak",
    "één",
    "112",
    "Jan de Boer",
    "marokkaan",
    "u/naam",
    "@naam",
    " ",
    " ",
    " ",
    "\n",
    "\n",
    " AND ",
    " OR ",
    " NOT ",
    " NEAR/5 ",
    " BEFORE/0 ",
    " NEAR ",
    " NEAR/99999 ",
    ", ",
    "$weg",
    "(",
    ")",
    "{",
    "}",
    "+",
    "+{poging golf}",
    "verb:in|breken",
    "verb:",
    "~inbraak",
    "*",
    "*brand",
    "bra*",
    "=",
    "\"",
    "\"raam open\"",
    "/",
    "/in ?braak/",
    "/(a{900}){900}/",
    "/(/",
    "@place",
    "#",
    "# uitleg",
    "#InbraakBrink",
    "'''",
    "\u{200b}",
    "\u{202e}",
    "e\u{301}",
    "🔥",
    "👩‍👩‍👧",
    "ﬁ",
    "\u{0}",
    "06-12345678",
];

/// Longest time that one round may take, unoptimised and on a busy machine. A round takes some
/// milliseconds; what grows without bound passes this soon.
const SLOWEST: Duration = Duration::from_secs(10);

/// The xorshift generator of Marsaglia: the same damage for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn pieces(&mut self, most: usize) -> String {
        (0..self.below(most))
            .map(|_| PIECES[self.below(PIECES.len())])
            .collect()
    }

    /// Cuts, doubles or inserts something at random borders of characters.
    fn damage(&mut self, text: &mut String) {
        let at = |random: &mut Random, text: &str| {
            text.floor_char_boundary(random.below(text.len() + 1))
        };
        let (one, two) = (at(self, text), at(self, text));
        let (start, end) = (one.min(two), one.max(two));
        match self.below(3) {
            0 => text.replace_range(start..end.min(text.ceil_char_boundary(start + 40)), ""),
            1 => {
                let piece = text[start..end].chars().take(200).collect::<String>();
                text.insert_str(start, &piece);
            }
            _ => text.insert_str(start, PIECES[self.below(PIECES.len())]),
        }
    }
}

/// Runs rounds with seeds that follow each other until the time is over.
pub(crate) fn fuzz(round: impl Fn(&mut Random)) {
    let setting = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let time = Duration::from_secs(setting("LUISTERPOST_FUZZ_SECONDS").unwrap_or(2));
    let first = setting("LUISTERPOST_FUZZ_SEED").unwrap_or(1);
    let started = Instant::now();
    let mut rounds = 0;
    for seed in first.. {
        let begun = Instant::now();
        // Neighbouring seeds must not begin alike; zero would stay zero.
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| round(&mut random)));
        assert!(result.is_ok(), "LUISTERPOST_FUZZ_SEED={seed} fails");
        assert!(
            begun.elapsed() < SLOWEST,
            "LUISTERPOST_FUZZ_SEED={seed} takes too long"
        );
        rounds += 1;
        if started.elapsed() >= time {
            break;
        }
    }
    println!("{rounds} rounds in {:?}", started.elapsed());
}

const FILE: &str = include_str!("../../keywords/woninginbraak.toml");
const PLACES: &str = "kind,name,aliases,parent,needs_cue\nspot,Brink,De Brink,,ja\n";

fn gazetteer() -> Gazetteer {
    Gazetteer::read(&Document::plain("p", PLACES), None, &Findings::default())
}

/// Each mistake points into the file.
fn check_places(text: &str, findings: Findings) {
    let lines: Vec<&str> = text.lines().collect();
    for mistake in findings.into_sorted().0 {
        let Location::File { line, column, .. } = mistake.at else {
            panic!("{mistake:?}")
        };
        let (line, column) = (line as usize, column as usize);
        // The end of a file without a line end is the line after the last.
        assert!(line <= lines.len() + 1, "{mistake:?}");
        let written = line.checked_sub(1).and_then(|at| lines.get(at));
        let width = written.map_or(0, |line| line.chars().count());
        assert!(column <= width + 2, "{mistake:?}");
    }
}

/// Whatever a list finds in whatever message, every span fits, and none touches what is masked.
fn check_message(random: &mut Random, lists: &Lists<'_>, message: &str) {
    let mut scratch = Scratch::default();
    let places = lists.matcher.place_spans(&mut scratch, message);
    let masked = lists.masker.find(message, &places).unwrap_or_default();
    let spans: Vec<Span> = masked.iter().map(|masked| masked.span).collect();
    let scope = [Scope::Local, Scope::Wide][random.below(2)];
    let finding = lists
        .matcher
        .find_with(&mut scratch, message, &spans, scope);
    let tokens = Tokens::new(|_| "[weg]".to_owned()).unwrap();
    for hit in &finding.hits {
        let words: Vec<Vec<Span>> = hit
            .evidence
            .iter()
            .map(|found| found.words.clone())
            .collect();
        for span in words.iter().flatten() {
            assert!(!message[span.start..span.end].is_empty());
            assert!(spans.iter().all(|hidden| !hidden.overlaps(*span)));
        }
        let message = excerpt::Message {
            text: message,
            title_len: 0,
            masked: &masked,
            words: &words,
            telling: 0,
        };
        let (excerpt, moved) = excerpt::cut(&message, ExcerptPolicy::Fragment, &tokens);
        let Excerpt::Shown { text, .. } = excerpt else {
            panic!("a sound message is shown");
        };
        for span in moved.iter().flatten() {
            assert!(text.get(span.start..span.end).is_some());
        }
    }
}

#[test]
fn no_damaged_keyword_file_and_no_message_break_anything() {
    let gazetteer = gazetteer();
    let masker = Masker::new();
    fuzz(|random| {
        let mut text = FILE.to_owned();
        for _ in 0..random.below(12) {
            random.damage(&mut text);
        }
        let findings = Findings::default();
        let theme = Document::parse("woninginbraak.toml", &text, &findings)
            .and_then(|document| Theme::read(&document, &Common::default(), &[], &findings));
        check_places(&text, findings);
        // A file that is damaged too much still shows what was read of the lists.
        let Some(theme) = theme else { return };
        lint::refused(std::slice::from_ref(&theme));
        let common = Common {
            negations: Keyword::parse_list(
                &WordLists::default(),
                "c",
                "negations",
                &random.pieces(6),
                1,
            )
            .0,
            post_vetoes: Keyword::parse_list(
                &WordLists::default(),
                "c",
                "post_vetoes",
                &random.pieces(6),
                1,
            )
            .0,
            ..Common::default()
        };
        let themes = [theme];
        let matcher = Matcher::compile(&themes, &common, &gazetteer);
        let lists = Lists {
            themes: &themes,
            common: &common,
            gazetteer: &gazetteer,
            matcher: &matcher,
            masker: &masker,
        };
        lint::doubts(lists);
        for _ in 0..4 {
            let mut message = random.pieces(60);
            random.damage(&mut message);
            check_message(random, &lists, &message);
        }
    });
}

#[test]
fn no_list_of_random_pieces_breaks_anything() {
    let gazetteer = gazetteer();
    let masker = Masker::new();
    let empty = "title='x'\npurpose='x'\nlegal_task='x'\ncontroller='college'\nretention_days=1\n\
                 review_by=2027-01-01\nenabled=true\nstrong='x'";
    let findings = Findings::default();
    let document = Document::parse("x.toml", empty, &findings).unwrap();
    let empty = Theme::read(&document, &Common::default(), &[], &findings).unwrap();
    fuzz(|random| {
        let list = |random: &mut Random, name: &str| {
            let lines: Vec<String> = (0..random.below(30)).map(|_| random.pieces(7)).collect();
            Keyword::parse_list(&WordLists::default(), "x.toml", name, &lines.join("\n"), 1).0
        };
        let theme = Theme {
            strong: list(random, "strong").into(),
            cues: list(random, "cues").into(),
            urgent: list(random, "urgent").into(),
            vetoes: list(random, "vetoes").into(),
            post_vetoes: list(random, "post_vetoes").into(),
            ..empty.clone()
        };
        lint::refused(std::slice::from_ref(&theme));
        let common = Common {
            incident_cues: list(random, "incident_cues"),
            negations: list(random, "negations"),
            ..Common::default()
        };
        let themes = [theme];
        let matcher = Matcher::compile(&themes, &common, &gazetteer);
        let lists = Lists {
            themes: &themes,
            common: &common,
            gazetteer: &gazetteer,
            matcher: &matcher,
            masker: &masker,
        };
        lint::doubts(lists);
        for _ in 0..4 {
            let message = random.pieces(80);
            check_message(random, &lists, &message);
        }
    });
}

/// Messages that are as bad as they come, each judged by the shipped list in bounded time.
#[test]
fn huge_and_strange_messages_take_bounded_time() {
    let findings = Findings::default();
    let document = Document::parse("woninginbraak.toml", FILE, &findings).unwrap();
    let route = ["diefstal-overig"].map(|id| luisterpost::theme::ThemeId::parse(id).unwrap());
    let themes = [Theme::read(&document, &Common::default(), &route, &findings).unwrap()];
    let (common, gazetteer, masker) = (Common::default(), gazetteer(), Masker::new());
    let matcher = Matcher::compile(&themes, &common, &gazetteer);
    let lists = Lists {
        themes: &themes,
        common: &common,
        gazetteer: &gazetteer,
        matcher: &matcher,
        masker: &masker,
    };
    const MIB: usize = 1 << 20;
    for (name, piece) in [
        (
            "1 MB of a post",
            "Vannacht is er bij de buren ingebroken, raam geforceerd en kasten leeg. ",
        ),
        ("one word of 1 MB", "inbraak"),
        ("only emoji", "🔥"),
        ("families", "👩‍👩‍👧‍👦"),
        ("hashtags", "#InbraakInDeBuurt "),
        ("joined hashtags", "#InbraakInDeBuurt"),
        ("hyphens", "in-braak-"),
        ("zero-width", "i\u{200b}n\u{200b}braak "),
        ("right to left", "\u{202e}inbraak\u{202c} "),
        ("accents", "e\u{301}\u{301}\u{301}"),
        ("phone numbers", "06-12345678 "),
        ("accounts", "@a "),
        ("brackets", "("),
    ] {
        let message = piece.repeat(MIB / piece.len());
        let started = Instant::now();
        check_message(&mut Random(1), &lists, &message);
        println!("{name}: {:?}", started.elapsed());
        assert!(
            started.elapsed() < SLOWEST,
            "{name}: {:?}",
            started.elapsed()
        );
    }
}
