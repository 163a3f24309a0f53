//! How fast posts are judged, beside two general engines on the same terms.
//!
//! `cargo bench --bench matching`. Prints figures and asserts none: a busy machine is no mistake.
//! The lower bound that is meant stands beside each figure.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use luisterpost::form::document::Document;
use luisterpost::keyword::{Keyword, WordLists};
use luisterpost::mask::Masker;
use luisterpost::matching::{Matcher, Scratch};
use luisterpost::mistake::Findings;
use luisterpost::place::{Gazetteer, Place, PlaceKind};
use luisterpost::source::Scope;
use luisterpost::theme::{Common, Theme, ThemeId};
use luisterpost::withhold::{Showing, Withholder};
use regex::RegexSet;

/// Posts per round, about 200 characters each.
const POSTS: usize = 5_000;

/// Rounds, of which the fastest counts.
const ROUNDS: usize = 5;

/// Rules that are in the posts, in every list, so that the hits are equal.
const COMMON_RULES: usize = 100;

fn main() {
    if std::env::args().any(|argument| argument == "masking") {
        return masking();
    }
    let mut random = Random(1);
    let vocabulary: Vec<String> = (0..40_000).map(|_| word(&mut random)).collect();
    let posts: Vec<String> = (0..POSTS).map(|_| post(&mut random, &vocabulary)).collect();
    let bytes: usize = posts.iter().map(String::len).sum();
    println!("{POSTS} posts, {} bytes each on average", bytes / POSTS);
    println!("rules      compile     MB/s  bound   AC NFA (ratio)   regex set (ratio)  hits");
    let gazetteer = gazetteer(&mut Random(4), &vocabulary);
    let mut first = None;
    for count in [100, 1_000, 10_000, 100_000] {
        let terms = terms(&mut Random(2), &vocabulary, count);
        let theme = theme(&rules(&terms));
        let themes = [theme];
        let (compile, _) = fastest(|| {
            let matcher = Matcher::compile(&themes, &Common::default(), &gazetteer);
            matcher.find("", &[], Scope::Local).hits.len()
        });
        let matcher = Matcher::compile(&themes, &Common::default(), &gazetteer);
        let (seconds, hits) = judged(&matcher, &posts);
        let speed = |seconds: f64| bytes as f64 / seconds / 1e6;
        let ours = speed(seconds);
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&terms)
            .expect("plain terms");
        let (seconds, _) = fastest(|| {
            posts
                .iter()
                .map(|post| automaton.find_overlapping_iter(black_box(post)).count())
                .sum()
        });
        let nfa = speed(seconds);
        let set = match count {
            ..=1_000 => {
                let patterns = terms.iter().map(|term| format!(r"(?i)\b{term}\b"));
                let set = RegexSet::new(patterns).expect("plain terms");
                let some = &posts[..POSTS / 50];
                let (seconds, _) = fastest(|| {
                    some.iter()
                        .map(|post| set.matches(black_box(post)).iter().count())
                        .sum()
                });
                let set = speed(seconds) / 50.0;
                format!("{set:>9.2} ({:.0}x)", ours / set)
            }
            // Takes minutes, and says nothing new.
            _ => "        -".to_owned(),
        };
        let bound = if count == 10_000 { "120" } else { "-" };
        let compile_bound = if count == 100_000 { " (bound 200)" } else { "" };
        println!(
            "{count:>7} {:>8.1} ms {ours:>8.0} {bound:>6} {nfa:>8.0} ({:.1}x) {set:>20} {hits:>6}{compile_bound}",
            compile * 1e3,
            ours / nfa,
        );
        let first = *first.get_or_insert(ours);
        if count == 10_000 {
            println!(
                "        cost of a post at 10,000 rules: {:.2}x that at 100 (bound 1.25)",
                first / ours
            );
        }
    }
    for (count, parts) in [(1_000, 200), (10_000, 500)] {
        with_parts(&vocabulary, &posts, &gazetteer, count, parts);
    }
    shipped(&posts);
    masking();
}

/// The lists of the repository: how long from file to matcher, and how fast they judge. The first
/// time also fills the tables of Dutch words, as a command does when it starts.
fn shipped(posts: &[String]) {
    let load = || {
        let (themes, common, gazetteer) = read_pack();
        Matcher::compile(&themes, &common, &gazetteer)
    };
    let clock = Clock::start();
    let matcher = load();
    let first = clock.seconds();
    let (again, _) = fastest(|| load().find("", &[], Scope::Local).hits.len());
    let (themes, _, _) = read_pack();
    let lines = |theme: &Theme| theme.strong.len() + theme.cues.len() + theme.vetoes.len();
    println!(
        "the shipped pack, {} themes with {} lines: from file to matcher {:.1} ms the first time, {:.1} ms again (bound 30)",
        themes.len(),
        themes.iter().map(lines).sum::<usize>(),
        first * 1e3,
        again * 1e3,
    );
    let (seconds, hits) = judged(&matcher, posts);
    let bytes: usize = posts.iter().map(String::len).sum();
    println!(
        "the shipped pack on the same posts: {:.0} MB/s, {hits} hits",
        bytes as f64 / seconds / 1e6
    );
}

/// How fast personal data is looked for in ordinary posts: those of the fixtures, a fifth of which are about
/// nothing. Every post of every visit is masked, and few are hits; so masking must not be what takes
/// the time.
fn masking() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| {
        let lines = fs::read_to_string(root.join("tests/fixtures/posts").join(file));
        let text = |line: &str| {
            let post: serde_json::Value = serde_json::from_str(line).expect("a labelled post");
            post["text"].as_str().expect("a text").to_owned()
        };
        let lines = lines.expect("a file of the repository");
        lines.lines().map(text).collect::<Vec<_>>()
    };
    let posts = [read("known.jsonl"), read("fresh.jsonl")].concat();
    let bytes: usize = posts.iter().map(String::len).sum();
    let masker = Masker::new();
    let (seconds, found) = fastest(|| {
        let find = |post: &String| {
            masker
                .find(black_box(post), &[])
                .map_or(0, |found| found.len())
        };
        posts.iter().map(find).sum()
    });
    let masking = bytes as f64 / seconds / 1e6;
    let (themes, common, gazetteer) = read_pack();
    let matcher = Matcher::compile(&themes, &common, &gazetteer);
    let (seconds, hits) = judged(&matcher, &posts);
    println!(
        "masking {} Dutch posts: {masking:.0} MB/s (bound 100), {found} passages; matching them with the shipped pack: {:.0} MB/s, {hits} hits",
        posts.len(),
        bytes as f64 / seconds / 1e6
    );
    let mut scratch = Scratch::default();
    let mut is_hit = |post: &&String| {
        let finding = matcher.find_with(&mut scratch, post, &[], Scope::Local);
        !finding.hits.is_empty()
    };
    let told: Vec<&String> = posts.iter().filter(&mut is_hit).collect();
    let (compile, _) = fastest(|| {
        black_box(Withholder::new());
        1
    });
    let withholder = Withholder::new();
    let (seconds, withheld) = fastest(|| {
        let judge = |post: &&&String| {
            let masked = masker.find(post, &[]).unwrap_or_default();
            withholder.judge(&mut scratch, post, Some(&masked), &[]) != Showing::Text
        };
        told.iter().filter(judge).count()
    });
    println!(
        "withholding: lists compiled in {:.1} ms; {withheld} of {} hits withheld, {:.1} µs each with masking",
        compile * 1e3,
        told.len(),
        seconds * 1e6 / told.len() as f64,
    );
}

/// All themes, what they have in common, and the places of the fictional town.
fn read_pack() -> (Vec<Theme>, Common, Gazetteer) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let findings = Findings::default();
    let read = |path: &Path| fs::read_to_string(path).expect("a file of the repository");
    let document = |path: &Path| {
        let document = Document::parse(&path.display().to_string(), &read(path), &findings);
        document.expect("TOML")
    };
    let common = root.join("keywords/common.toml");
    let files = fs::read_dir(root.join("keywords")).expect("the lists");
    let files = files.map(|file| file.expect("a list").path());
    let files: Vec<PathBuf> = files.filter(|path| *path != common).collect();
    let id = |path: &PathBuf| ThemeId::of_file(&path.display().to_string()).expect("an id");
    let ids: Vec<ThemeId> = files.iter().map(id).collect();
    let common = Common::read(&document(&common), &findings);
    let theme = |path: &PathBuf| Theme::read(&document(path), &common, &ids, &findings);
    let themes = files.iter().filter_map(theme).collect();
    let places = Document::plain("places.csv", &read(&root.join("config/places.csv")));
    let gazetteer = Gazetteer::read(&places, None, &findings);
    (themes, common, gazetteer)
}

/// The speed when some of the rules are word parts: of ten, five `*x`, four `x*` and one `*x*`, as in
/// the themes. The last kind needs an automaton over the whole text.
fn with_parts(
    vocabulary: &[String],
    posts: &[String],
    gazetteer: &Gazetteer,
    rules: usize,
    parts: usize,
) {
    let mut lines = self::rules(&terms(&mut Random(2), vocabulary, rules - parts));
    let mut random = Random(3);
    for number in 0..parts {
        let mut part = String::new();
        while part.len() < 4 {
            part = match number % 20 {
                0 => vocabulary[1_000 + random.below(39_000)].clone(),
                _ => word(&mut random) + &word(&mut random),
            };
        }
        lines += &match number % 10 {
            0..5 => format!("*{part}\n"),
            5..9 => format!("{part}*\n"),
            _ => format!("*{part}*\n"),
        };
    }
    let themes = [theme(&lines)];
    let matcher = Matcher::compile(&themes, &Common::default(), gazetteer);
    let (seconds, hits) = judged(&matcher, posts);
    let bytes: usize = posts.iter().map(String::len).sum();
    let ours = bytes as f64 / seconds / 1e6;
    println!("{rules:>7} of which {parts} word parts: {ours:.0} MB/s (bound 120), {hits} hits");
}

/// How long judging all posts takes, in seconds, and how many hits there are.
fn judged(matcher: &Matcher, posts: &[String]) -> (f64, usize) {
    let mut scratch = Scratch::default();
    fastest(|| {
        let find = |post: &String| {
            matcher
                .find_with(&mut scratch, black_box(post), &[], Scope::Local)
                .hits
                .len()
        };
        posts.iter().map(find).sum()
    })
}

/// 500 names, of which a tenth are in the posts.
fn gazetteer(random: &mut Random, vocabulary: &[String]) -> Gazetteer {
    let place = |number: usize| Place {
        kind: PlaceKind::Street,
        name: match number % 10 {
            0 => vocabulary[1_000 + random.below(39_000)].clone(),
            _ => format!("{}q{}straat", word(random), word(random)),
        },
        aliases: Vec::new(),
        parent: None,
        needs_cue: number.is_multiple_of(10),
        line: 0,
    };
    Gazetteer {
        places: (0..500).map(place).collect(),
    }
}

/// The shortest time of a few rounds, in seconds, and what the work came to. In a round the work is
/// done again and again for at least 50 ms, because the clock ticks every few milliseconds.
fn fastest(mut work: impl FnMut() -> usize) -> (f64, usize) {
    const ROUND: f64 = 0.05;
    let mut round = || {
        let clock = Clock::start();
        let mut result = black_box(work());
        let mut times = 1.0;
        while clock.seconds() < ROUND {
            result = black_box(work());
            times += 1.0;
        }
        (clock.seconds() / times, result)
    };
    let rounds = (0..ROUNDS).map(|_| round());
    rounds
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .expect("there are rounds")
}

/// The time that this thread had a processor, where the system tells it: other work on the machine
/// then weighs less. Elsewhere the time of the wall.
enum Clock {
    Processor(u64),
    Wall(Instant),
}

impl Clock {
    fn start() -> Self {
        processor_nanoseconds().map_or_else(|| Clock::Wall(Instant::now()), Clock::Processor)
    }

    fn seconds(&self) -> f64 {
        match self {
            Clock::Wall(start) => start.elapsed().as_secs_f64(),
            Clock::Processor(start) => {
                let now = processor_nanoseconds().unwrap_or(*start);
                (now - start) as f64 / 1e9
            }
        }
    }
}

fn processor_nanoseconds() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok()
}

/// Terms of which the first are words of the posts, the others are not.
fn terms(random: &mut Random, vocabulary: &[String], count: usize) -> Vec<String> {
    let known = |random: &mut Random| vocabulary[1_000 + random.below(39_000)].clone();
    let mut terms: Vec<String> = (0..COMMON_RULES).map(|_| known(random)).collect();
    terms.extend((COMMON_RULES..count).map(|_| format!("{}q{}", word(random), word(random))));
    terms
}

/// A quarter each: words, NEAR, phrases, and words with an exclusion.
fn rules(terms: &[String]) -> String {
    let mut rules = String::new();
    for (number, term) in terms.iter().enumerate() {
        let other = &terms[(number + 4) % terms.len()];
        rules += &match number % 4 {
            0 => format!("={term}\n"),
            1 => format!("={term} NEAR/8 ={other}\n"),
            2 => format!("\"{term} {other}\"\n"),
            _ => format!("={term} AND NOT ={other}\n"),
        };
    }
    rules
}

fn theme(rules: &str) -> Theme {
    // A list holds 20,000 lines at most.
    let lines: Vec<&str> = rules.lines().collect();
    let mut strong = Vec::new();
    for chunk in lines.chunks(10_000) {
        let (mut keywords, mistakes) = Keyword::parse_list(
            &WordLists::default(),
            "bench",
            "strong",
            &chunk.join("\n"),
            1,
        );
        assert!(mistakes.is_empty(), "{:?}", mistakes.first());
        strong.append(&mut keywords);
    }
    Theme {
        id: ThemeId::parse("bench").expect("an id"),
        file: "bench".into(),
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
        strong: strong.into(),
        urgent: Vec::new().into(),
        cues: Vec::new().into(),
        vetoes: Vec::new().into(),
        post_vetoes: Vec::new().into(),
        occasion: None,
        routes: Vec::new(),
        examples: Vec::new(),
    }
}

/// Common words come first in the vocabulary, as in a language.
fn post(random: &mut Random, vocabulary: &[String]) -> String {
    let mut post = String::new();
    while post.len() < 200 {
        let range = 1 << (3 + random.below(13));
        let word = &vocabulary[random.below(range.min(vocabulary.len()))];
        match random.below(40) {
            0 => post += &word.to_uppercase(),
            1 => post += &word.replacen('e', "é", 1),
            2 => post += "🚲",
            3 => post += &format!("{word}."),
            4 => post += &format!("#{word}"),
            _ => post += word,
        }
        post.push(' ');
    }
    post
}

fn word(random: &mut Random) -> String {
    const START: &[&str] = &[
        "b", "br", "d", "g", "h", "k", "l", "m", "r", "s", "st", "v", "w", "z",
    ];
    const MIDDLE: &[&str] = &["a", "aa", "e", "ee", "i", "ie", "o", "oe", "ui", "ij"];
    const END: &[&str] = &["", "n", "r", "k", "t", "ng", "l", "s"];
    let mut word = String::new();
    for _ in 0..=random.below(3) {
        for part in [START, MIDDLE, END] {
            word += part[random.below(part.len())];
        }
    }
    word
}

/// Xorshift: the same posts in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }
}
