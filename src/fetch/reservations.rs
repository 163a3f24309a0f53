//! What a host reserves to its makers for text and data mining, in a file beside its robots.txt.
//!
//! TDM Reservation Protocol (W3C community report of 2024), the file `/.well-known/tdmrep.json`: an array of
//! `{"location": PATTERN, "tdm-reservation": 0 or 1}`, with patterns as in a robots.txt. So it becomes the
//! rules of one, and is matched and remembered as such.

use serde_json::Value;
use url::Url;

use crate::fetch::clock::Clock;
use crate::fetch::permission::{self, AGENT};
use crate::fetch::robots::{Robots, Rules, Verdict};
use crate::fetch::wire::Wire;

/// Where the file stands.
const PATH: &str = "/.well-known/tdmrep.json";

/// Asks a host for its reservations, when its robots.txt permits that. Whoever has no such file, or none that
/// can be had or read, reserves nothing by it: a reservation must be expressed (article 4, third paragraph,
/// of directive 2019/790).
pub(crate) async fn learn(wire: &Wire, url: &Url, permitted: &Rules, clock: &mut Clock) -> Rules {
    if permitted.verdict(PATH) != Verdict::Allowed {
        return Rules::default();
    }
    let accept = "application/json, */*;q=0.1";
    match permission::file(wire, url, (PATH, accept), permitted.crawl_delay, clock).await {
        Ok(Some(bytes)) => parse(&bytes),
        Ok(None) | Err(_) => Rules::default(),
    }
}

/// The rules that forbid what is reserved.
///
/// Where two locations match, the longer decides, and a location that is set free counts only before the
/// first that is reserved: so nothing is read that is reserved by the order or by the length.
fn parse(bytes: &[u8]) -> Rules {
    let Ok(Value::Array(entries)) = serde_json::from_slice(bytes) else {
        return Rules::default();
    };
    let mut text = format!("User-agent: {AGENT}");
    let mut any_reserved = false;
    for entry in &entries {
        let Some(location) = entry["location"].as_str() else {
            continue;
        };
        let said = &entry["tdm-reservation"];
        let reserved = said == 1 || said == "1";
        any_reserved |= reserved;
        if location.contains(char::is_control) || (any_reserved && !reserved) {
            continue;
        }
        let key = if reserved { "Disallow" } else { "Allow" };
        text.push_str(&format!("\n{key}: {location}"));
    }
    Robots::parse(text.as_bytes()).rules_for(AGENT)
}

/// The location by which a host reserves a path (with query); `None` when it does not.
pub(crate) fn reserved(rules: &Rules, path_and_query: &str) -> Option<String> {
    match rules.verdict(path_and_query) {
        Verdict::Allowed => None,
        Verdict::Disallowed { rule, .. } => {
            let location = rule.trim_start_matches("Disallow: ");
            Some(format!("{PATH}: {location}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_by_order_or_by_length_is_reserved() {
        let check = |text: &str, path: &str, expected: bool| {
            let rules = parse(text.as_bytes());
            assert_eq!(reserved(&rules, path).is_some(), expected, "{text} {path}");
            // It is remembered as a robots.txt.
            let again = Robots::parse(rules.to_string().as_bytes()).rules_for(AGENT);
            assert_eq!(reserved(&again, path).is_some(), expected, "{text} {path}");
        };
        let all = r#"[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://x.example"}]"#;
        check(all, "/feed", true);
        let jpg = r#"[{"location": "/b/*.jpg$", "tdm-reservation": "1"}]"#;
        check(jpg, "/b/1/2.jpg", true);
        check(jpg, "/b/1/2.jpg?x", false);
        let free_first = r#"[{"location": "/vrij/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]"#;
        check(free_first, "/vrij/feed", false);
        check(free_first, "/feed", true);
        let free_last = r#"[{"location": "/", "tdm-reservation": 1}, {"location": "/vrij/", "tdm-reservation": 0}]"#;
        check(free_last, "/vrij/feed", true);
        for nothing in [
            "",
            "{}",
            "[1]",
            r#"[{"location": "/", "tdm-reservation": 0}]"#,
            "<html>",
        ] {
            check(nothing, "/feed", false);
        }
        let sly = r#"[{"location": "/a\nDisallow: /", "tdm-reservation": 1}]"#;
        check(sly, "/feed", false);
    }
}
