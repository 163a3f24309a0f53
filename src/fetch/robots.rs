//! What a robots.txt says (RFC 9309), as a pure function of its bytes.
//!
//! Fetching and remembering the file is [`crate::fetch`]'s own business. Extensions that only one
//! search engine knows (such as `index.html` standing for its directory) are left out.

use std::fmt;
use std::time::Duration;

/// Longest part of a robots.txt that is read: RFC 9309 section 2.5 asks for at least this much.
pub const MAX_ROBOTS: usize = 500 * 1024;

/// Longest `Crawl-delay` that is obeyed. A host that asks for more is still visited once a minute at
/// most; hours between two requests would mean that its later pages are never read in one visit.
pub const MAX_CRAWL_DELAY: Duration = Duration::from_secs(60);

/// Words that mean `Disallow`, with the misspellings that occur in the wild. Reading them can only make
/// the file stricter, so there is no harm in guessing.
const DISALLOW: [&str; 6] = [
    "disallow",
    "dissallow",
    "dissalow",
    "disalow",
    "diasllow",
    "disallaw",
];

/// A parsed robots.txt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    groups: Vec<Group>,
}

/// Whether a path may be visited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Allowed,
    /// It may not.
    Disallowed {
        /// Line of the rule in the file, counted from 1.
        line: u32,
        /// The rule as written, such as `Disallow: /zoeken`, cut to 100 characters.
        rule: String,
    },
}

/// The rules that hold for one agent: all groups that name it, merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    rules: Vec<Rule>,
    /// Least time between two requests that the file asks for, at most [`MAX_CRAWL_DELAY`].
    pub crawl_delay: Option<Duration>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Group {
    agents: Vec<String>,
    rules: Rules,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    line: u32,
    allow: bool,
    written: String,
    /// The normalised pattern, split at its `*`.
    parts: Vec<String>,
    /// Whether the pattern ended in `$`.
    anchored: bool,
}

impl Robots {
    /// Reads a robots.txt; lines that make no sense are skipped, so there are no errors.
    pub fn parse(bytes: &[u8]) -> Robots {
        let bytes = &bytes[..bytes.len().min(MAX_ROBOTS)];
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}');
        let mut groups: Vec<Group> = Vec::new();
        // Agent lines that follow each other open one group; only a rule ends the row of agents.
        let mut naming = false;
        for (line, text) in lines(text) {
            let Some((key, value)) = key_and_value(text) else {
                continue;
            };
            if key == "user-agent" || key == "useragent" || key == "user agent" {
                if !naming {
                    groups.push(Group::default());
                    naming = true;
                }
                if let Some(group) = groups.last_mut() {
                    group.agents.push(product_token(value));
                }
                continue;
            }
            let allow = key == "allow";
            if allow || DISALLOW.contains(&key.as_str()) {
                naming = false;
                // An empty value restricts nothing; a rule before the first group belongs to nobody.
                if let Some(group) = groups.last_mut().filter(|_| !value.is_empty()) {
                    group.rules.rules.push(Rule::new(line, allow, value));
                }
            } else if key == "crawl-delay"
                && let Some(group) = groups.last_mut()
            {
                group.rules.crawl_delay = longer(group.rules.crawl_delay, crawl_delay(value));
            }
        }
        Robots { groups }
    }

    /// Whether `agent` (a product token such as `luisterpost`) may visit a path.
    ///
    /// `path_and_query` starts with `/` and is percent-encoded, as [`url::Url`] gives it.
    pub fn allows(&self, agent: &str, path_and_query: &str) -> Verdict {
        self.rules_for(agent).verdict(path_and_query)
    }

    /// The rules for one agent: of all groups that name it, else of the groups for `*`, else none.
    pub fn rules_for(&self, agent: &str) -> Rules {
        let named = |group: &&Group| {
            group
                .agents
                .iter()
                .any(|name| !name.is_empty() && name.eq_ignore_ascii_case(agent))
        };
        let general = |group: &&Group| group.agents.iter().any(|name| name == "*");
        let mut chosen: Vec<&Group> = self.groups.iter().filter(named).collect();
        if chosen.is_empty() {
            chosen = self.groups.iter().filter(general).collect();
        }
        chosen
            .into_iter()
            .fold(Rules::default(), |mut merged, group| {
                merged.rules.extend(group.rules.rules.iter().cloned());
                merged.crawl_delay = longer(merged.crawl_delay, group.rules.crawl_delay);
                merged
            })
    }
}

impl Rules {
    /// Whether these rules allow a path; the longest matching rule decides, and of two equally long `Allow`.
    pub fn verdict(&self, path_and_query: &str) -> Verdict {
        let encoded = path_and_query.is_ascii();
        let as_sent = normalise(path_and_query, Unreserved::Kept);
        let decoded = normalise(path_and_query, Unreserved::Decoded);
        let decisive = self
            .rules
            .iter()
            // An allowance counts only when it holds for the address as sent; a prohibition also when it
            // is written in another encoding. RFC 9309 decodes for both, Google's matcher for neither:
            // this is the stricter of the two in each case. What is not encoded was never sent like that.
            .filter(|rule| {
                if rule.allow {
                    encoded && rule.matches(&as_sent)
                } else {
                    rule.matches(&decoded)
                }
            })
            .max_by_key(|rule| (rule.octets(), rule.allow));
        match decisive {
            Some(rule) if !rule.allow => Verdict::Disallowed {
                line: rule.line,
                rule: format!(
                    "Disallow: {}",
                    rule.written.chars().take(100).collect::<String>()
                ),
            },
            _ => Verdict::Allowed,
        }
    }
}

/// A robots.txt again, with nothing but these rules, each on the line where it stands in the file:
/// read anew, it comes to the same.
impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Rules::default() {
            return Ok(());
        }
        f.write_str("User-agent: *")?;
        // A rule stands below the line of its agent, so never on the first.
        let mut line = 1;
        for rule in &self.rules {
            for _ in line..rule.line {
                f.write_str("\n")?;
            }
            line = rule.line;
            let key = if rule.allow { "Allow" } else { "Disallow" };
            write!(f, "{key}: {}", rule.written)?;
        }
        match self.crawl_delay {
            Some(delay) => write!(f, "\nCrawl-delay: {}", delay.as_secs_f64()),
            None => Ok(()),
        }
    }
}

impl Rule {
    fn new(line: u32, allow: bool, value: &str) -> Rule {
        let (pattern, anchored) = match value.strip_suffix('$') {
            Some(pattern) => (pattern, true),
            None => (value, false),
        };
        let unreserved = if allow {
            Unreserved::Kept
        } else {
            Unreserved::Decoded
        };
        let parts = pattern
            .split('*')
            .map(|part| normalise(part, unreserved))
            .collect();
        Rule {
            line,
            allow,
            written: value.to_owned(),
            parts,
            anchored,
        }
    }

    /// The length by which rules compete.
    fn octets(&self) -> usize {
        self.written.len()
    }

    /// Whether the pattern matches from the start of the path.
    ///
    /// Each part is looked for at the first place after the part before it. With nothing but `*` between
    /// the parts, an earlier place never spoils a later one, so no step is ever taken back and the time is
    /// linear in path and pattern.
    fn matches(&self, path: &str) -> bool {
        let (Some(first), Some(last)) = (self.parts.first(), self.parts.last()) else {
            return false;
        };
        let Some(mut rest) = path.strip_prefix(first.as_str()) else {
            return false;
        };
        if self.parts.len() == 1 {
            return !self.anchored || rest.is_empty();
        }
        let found_in_order =
            self.parts[1..self.parts.len() - 1]
                .iter()
                .all(|part| match rest.find(part.as_str()) {
                    Some(at) => {
                        rest = &rest[at + part.len()..];
                        true
                    }
                    None => false,
                });
        found_in_order
            && if self.anchored {
                rest.ends_with(last.as_str())
            } else {
                rest.contains(last.as_str())
            }
    }
}

/// The lines with their numbers; LF, CR LF and a lone CR all end one.
fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let pieces = text.split_inclusive(['\n', '\r']);
    let mut number = 1;
    let mut after_cr = false;
    pieces.filter_map(move |piece| {
        let rest_of_crlf = after_cr && piece == "\n";
        after_cr = piece.ends_with('\r');
        if rest_of_crlf {
            return None;
        }
        let line = (number, piece.trim_end_matches(['\n', '\r']));
        number += 1;
        Some(line)
    })
}

/// Field name in lower case, and value, of a line without its comment.
fn key_and_value(line: &str) -> Option<(String, &str)> {
    let line = line.split('#').next().unwrap_or(line).trim();
    // A forgotten colon is common, and the meaning is clear when exactly two words stand there.
    let (key, value) = line.split_once(':').or_else(|| {
        let (key, value) = line.split_once([' ', '\t'])?;
        (!value.trim().contains([' ', '\t'])).then_some((key, value))
    })?;
    let key = key.trim();
    (!key.is_empty()).then(|| (key.to_ascii_lowercase(), value.trim()))
}

/// The product token at the start of an agent line: letters, `_` and `-`; or `*`.
fn product_token(value: &str) -> String {
    if value == "*" || value.starts_with("* ") || value.starts_with("*\t") {
        return "*".to_owned();
    }
    value
        .chars()
        .take_while(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '-'))
        .collect()
}

/// A delay in seconds, whole or with decimals.
fn crawl_delay(value: &str) -> Option<Duration> {
    let seconds: f64 = value.parse().ok()?;
    (seconds >= 0.0).then(|| {
        Duration::try_from_secs_f64(seconds)
            .map_or(MAX_CRAWL_DELAY, |delay| delay.min(MAX_CRAWL_DELAY))
    })
}

fn longer(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    one.max(other)
}

/// What becomes of percent-encoded characters that need no encoding (RFC 3986 section 2.3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unreserved {
    Kept,
    Decoded,
}

/// Brings a path, or a part of a pattern, into the form in which the two are compared: hexadecimal digits in
/// capitals, everything outside ASCII encoded, and a literal `*` or `$` as `%2A` and `%24`.
fn normalise(text: &str, unreserved: Unreserved) -> String {
    let bytes = text.as_bytes();
    let mut result = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let encoded = (byte == b'%')
            .then(|| hex_pair(bytes.get(at + 1..at + 3)?))
            .flatten();
        let (value, was_encoded) = match encoded {
            Some(value) => (value, true),
            None => (byte, false),
        };
        at += if was_encoded { 3 } else { 1 };
        let is_unreserved =
            value.is_ascii_alphanumeric() || matches!(value, b'-' | b'.' | b'_' | b'~');
        let stays_plain = if was_encoded {
            is_unreserved && unreserved == Unreserved::Decoded
        } else {
            value.is_ascii() && !matches!(value, b'*' | b'$')
        };
        if stays_plain {
            result.push(char::from(value));
        } else {
            result.push('%');
            for digit in [value >> 4, value & 15] {
                result.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    result
}

fn hex_pair(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let value = char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::time::Instant;

    use url::Url;

    use super::*;

    fn allowed(robots: &str, path: &str) -> bool {
        Robots::parse(robots.as_bytes()).allows("luisterpost", path) == Verdict::Allowed
    }

    #[test]
    fn the_rules_of_rfc_9309_decide() {
        let all = |rules: &str| format!("User-agent: *\n{rules}");
        let check = |rules: &str, path: &str, expected: bool| {
            assert_eq!(allowed(&all(rules), path), expected, "{rules:?} on {path}");
        };
        check(
            "Disallow: /feeds/videos.xml",
            "/feeds/videos.xml?channel_id=x",
            false,
        );
        check("Disallow: /\nAllow: /$", "/", true);
        check("Disallow: /\nAllow: /$", "/rss/search?q=x", false);
        check("Allow: /p\nDisallow: /", "/page", true);
        check("Allow: /folder\nDisallow: /folder", "/folder/x", true);
        check("Disallow: /*.rss$", "/c/wijk/5.rss", false);
        check("Disallow: /*.rss$", "/c/wijk/5.rss?x=1", true);
        check("Disallow:", "/page", true);
        check("Disallow: /", "/", false);
        check(
            "Disallow: /file-with-a-%2A.html",
            "/file-with-a-*.html",
            false,
        );
        check(
            "Disallow: /file-with-a-%2A.html",
            "/file-with-a-b.html",
            true,
        );
        check("Disallow: /foo-%24", "/foo-$", false);
        check("Disallow: /a$b", "/a$b", false);
        check("Disallow: /a*b*b$", "/ab", true);
        check("Disallow: /a*b*b$", "/abb", false);
        check("Disallow: *", "/x", false);
        check("Disallow: /x**y", "/xy", false);
        check("disallow /zoeken", "/zoeken", false);
        check("Dissalow: /zoeken", "/zoeken", false);
    }

    #[test]
    fn another_encoding_is_no_way_around_a_prohibition() {
        let check = |rule: &str, path: &str, expected: bool| {
            assert_eq!(
                allowed(&format!("User-agent: *\nDisallow: {rule}"), path),
                expected,
                "{rule} on {path}"
            );
        };
        check("/%7Ejan/", "/~jan/", false);
        check("/~jan/", "/%7ejan/", false);
        check("/foo/%62%61%7A", "/foo/baz", false);
        check("/caf\u{e9}", "/caf%C3%A9", false);
        check("/caf%c3%a9", "/caf%C3%A9", false);
        check("/a%2Fb", "/a/b", true);
        check("/100%", "/100%", false);
        check("/%zz", "/%zz", false);
    }

    #[test]
    fn own_group_wins_and_groups_that_name_us_are_merged() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-agent: Luisterpost/2.0\nDisallow: /a\n\nUser-agent: x\nUser-agent: LUISTERPOST\nDisallow: /b\n";
        for (path, expected) in [("/a", false), ("/b", false), ("/c", true)] {
            assert_eq!(allowed(robots, path), expected, "{path}");
        }
    }

    #[test]
    fn an_agent_whose_name_merely_starts_like_ours_is_not_ours() {
        assert!(allowed("User-agent: luister\nDisallow: /", "/x"));
        assert!(allowed("User-agent: luisterpost-images\nDisallow: /", "/x"));
        assert!(allowed("User-agent:\nDisallow: /", "/x"));
    }

    #[test]
    fn every_line_end_and_a_byte_order_mark_are_read() {
        for robots in [
            "\u{feff}User-agent: *\nDisallow: /x",
            "User-agent: *\rDisallow: /x\r",
            "User-agent: *\r\n# why\r\nDisallow: /x # here\r\n",
            "nonsense\n:::\n\u{0}\nUser-agent: *\nSitemap: y\nDisallow: /x",
        ] {
            assert!(!allowed(robots, "/x"), "{robots:?}");
        }
        assert!(!matches!(
            Robots::parse(b"User-agent: *\n\xff\xfe\nDisallow: /x").allows("a", "/x"),
            Verdict::Allowed
        ));
    }

    #[test]
    fn a_refusal_names_the_rule_and_its_line() {
        let robots =
            Robots::parse(b"# ours\r\nUser-agent: *\r\n\r\nDisallow: /zoeken # not for robots\r\n");
        let expected = Verdict::Disallowed {
            line: 4,
            rule: "Disallow: /zoeken".to_owned(),
        };
        assert_eq!(robots.allows("luisterpost", "/zoeken?q=x"), expected);
    }

    #[test]
    fn crawl_delay_is_read_and_capped() {
        let check = |robots: &str, expected: Option<f64>| {
            let rules = Robots::parse(robots.as_bytes()).rules_for("luisterpost");
            assert_eq!(
                rules.crawl_delay,
                expected.map(Duration::from_secs_f64),
                "{robots:?}"
            );
        };
        check("User-agent: *\nCrawl-delay: 3", Some(3.0));
        check("User-agent: *\nCrawl-delay: 0.5\nDisallow:", Some(0.5));
        check("User-agent: *\nCrawl-delay: 3500", Some(60.0));
        check("User-agent: *\nCrawl-delay: 1e300", Some(60.0));
        check("User-agent: *\nCrawl-delay: -1", None);
        check("User-agent: *\nCrawl-delay: NaN", None);
        check("User-agent: *\nCrawl-delay: soon", None);
        check("User-agent: x\nCrawl-delay: 3", None);
        check("Crawl-delay: 3\nUser-agent: *", None);
    }

    #[test]
    fn what_stands_after_500_kib_is_not_read() {
        let mut robots = b"User-agent: *\n".to_vec();
        robots.resize(MAX_ROBOTS, b'#');
        robots.extend(b"\nDisallow: /x\n");
        assert_eq!(Robots::parse(&robots).allows("a", "/x"), Verdict::Allowed);
    }

    #[test]
    fn a_hostile_pattern_takes_no_longer_than_its_length() {
        let robots = format!("User-agent: *\nDisallow: /{}b\n", "*a".repeat(200_000));
        let path = format!("/{}", "a".repeat(200_000));
        let started = Instant::now();
        assert!(allowed(&robots, &path));
        // Quadratic time would be some 10^10 steps; the bound is far above linear time on a busy machine.
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{:?}",
            started.elapsed()
        );
    }

    /// Scores the matcher against rows with the verdicts of other projects, when they are there.
    #[test]
    fn the_corpus_agrees() {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/robots/cases.jsonl");
        let Ok(text) = std::fs::read_to_string(&file) else {
            println!("the corpus is not here: {}", file.display());
            return;
        };
        let mut score: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        let mut wrong = Vec::new();
        for row in text.split_terminator('\n') {
            let row: serde_json::Value = serde_json::from_str(row).unwrap();
            let field = |name: &str| row[name].as_str().unwrap_or_default();
            let source = field("source");
            let beyond_rfc = row["google_only"] == true;
            let convention =
                !source.starts_with("google") && row["google_port_says"] != row["allowed"];
            let kind = match (beyond_rfc, convention) {
                (true, _) => "beyond RFC 9309",
                (_, true) => "convention of that project",
                _ => "authoritative",
            };
            // Raw characters stay raw here: to encode them is the work of whoever parses the address.
            let path = match field("url").split_once("://") {
                Some((_, rest)) => rest.find(['/', '?']).map_or("/", |at| &rest[at..]),
                None => field("url"),
            };
            let path = if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("/{path}")
            };
            assert!(Url::parse(field("url")).is_ok() || !field("url").contains("://"));
            let says = Robots::parse(field("robots").as_bytes()).allows(field("agent"), &path)
                == Verdict::Allowed;
            // What is remembered over restarts says the same.
            let rules = Robots::parse(field("robots").as_bytes()).rules_for(field("agent"));
            let again = Robots::parse(rules.to_string().as_bytes()).rules_for("luisterpost");
            assert_eq!(again, rules, "{}", field("id"));
            let right = row["allowed"] == says;
            let entry = score.entry(format!("{source:<28} {kind}")).or_default();
            entry.0 += u32::from(right);
            entry.1 += 1;
            if !right {
                println!("differs: {} ({kind})", field("id"));
                if kind == "authoritative" {
                    wrong.push(field("id").to_owned());
                }
            }
        }
        for (name, (right, all)) in &score {
            println!("{name:<60} {right:>4} of {all:>4}");
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
