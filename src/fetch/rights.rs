//! What the headers of an answer reserve to the maker of the document.
//!
//! Two voices are heard: `X-Robots-Tag` (the header of search engines, with `noindex` and `none`) and
//! `TDM-Reservation` (TDM Reservation Protocol, W3C community report of 2024, section 5.1; article 4 of
//! directive 2019/790, article 15o Auteurswet).

use reqwest::header::HeaderMap;

use crate::fetch::permission::AGENT;

/// Directives of `X-Robots-Tag` that have a value after a colon; any other word before a colon is the
/// name of a robot, for which alone the rest of the header holds.
const WITH_VALUE: [&str; 4] = [
    "max-snippet",
    "max-image-preview",
    "max-video-preview",
    "unavailable_after",
];

/// The header that reserves text and data mining, as written; `None` when none does.
pub(crate) fn mining_reserved(headers: &HeaderMap) -> Option<&'static str> {
    headers
        .get_all("tdm-reservation")
        .iter()
        .any(|value| value.as_bytes().trim_ascii() == b"1")
        .then_some("TDM-Reservation: 1")
}

/// The header by which a document must not be indexed, by anybody or by us; `None` when none says so.
pub(crate) fn noindex(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all("x-robots-tag")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(refusal)
}

fn refusal(value: &str) -> Option<String> {
    let mut robot = None;
    for piece in value.split(',') {
        let mut directive = piece.trim();
        if let Some((name, rest)) = directive.split_once(':') {
            let name = name.trim().to_ascii_lowercase();
            let is_word = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            if is_word && !WITH_VALUE.contains(&name.as_str()) {
                robot = Some(name);
                directive = rest.trim();
            }
        }
        let refuses = ["noindex", "none"]
            .into_iter()
            .find(|word| directive.eq_ignore_ascii_case(word));
        if let Some(word) = refuses {
            match robot.as_deref() {
                None => return Some(format!("X-Robots-Tag: {word}")),
                Some(AGENT) => return Some(format!("X-Robots-Tag: {AGENT}: {word}")),
                Some(_) => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_what_is_said_to_all_or_to_us_counts() {
        for (value, expected) in [
            ("noindex", Some("X-Robots-Tag: noindex")),
            ("nofollow, NoIndex", Some("X-Robots-Tag: noindex")),
            ("none", Some("X-Robots-Tag: none")),
            (
                "luisterpost: noindex",
                Some("X-Robots-Tag: luisterpost: noindex"),
            ),
            (
                "Luisterpost: nofollow, none",
                Some("X-Robots-Tag: luisterpost: none"),
            ),
            (
                "otherbot: noindex, luisterpost: none",
                Some("X-Robots-Tag: luisterpost: none"),
            ),
            ("max-snippet: 20, noindex", Some("X-Robots-Tag: noindex")),
            (
                "unavailable_after: 25 Jun 2030 15:00:00 CET, noindex",
                Some("X-Robots-Tag: noindex"),
            ),
            ("otherbot: noindex, nofollow", None),
            ("luisterpost-images: noindex", None),
            ("index, follow", None),
            ("noindexed", None),
            ("", None),
        ] {
            let header = (
                HeaderName::from_static("x-robots-tag"),
                HeaderValue::from_static(value),
            );
            let found = noindex(&HeaderMap::from_iter([header]));
            assert_eq!(found.as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn a_reservation_is_the_number_one() {
        for (value, expected) in [
            ("1", true),
            (" 1 ", true),
            ("0", false),
            ("", false),
            ("11", false),
        ] {
            let header = (
                HeaderName::from_static("tdm-reservation"),
                HeaderValue::from_static(value),
            );
            assert_eq!(
                mining_reserved(&HeaderMap::from_iter([header])).is_some(),
                expected,
                "{value:?}"
            );
        }
    }
}
