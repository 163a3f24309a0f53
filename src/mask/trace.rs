//! Other data that lead to one person: a date of birth, an internet address, a point on the map.

use std::net::{Ipv4Addr, Ipv6Addr};

use regex::Regex;

use crate::mask::signs::Signs;
use crate::mask::view::{View, masked};
use crate::mask::{MaskKind, Masked};

/// Words before four numbers that make them a version.
const VERSION_CUES: [&str; 5] = ["versie", "version", "v", "firmware", "release"];

/// Patterns for such data.
#[derive(Debug)]
pub(super) struct Traces {
    birth: Regex,
    ip4: Regex,
    ip6: Regex,
    position: Regex,
}

impl Traces {
    pub(super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Traces {
            birth: compile(
                r"(?-u:\b)(?:geboren(?: (?:op|in|te [a-z]+,?(?: op)?))?|geboortedatum|geb\.?(?: datum)?|geb\.?dat\.?)\s?:?\s?([0-3]?[0-9][\s./-]{1,2}(?:[01]?[0-9]|jan(?:uari)?|feb(?:ruari)?|mrt|maart|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sept?(?:ember)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)[\s./-]{1,2}(?:19|20)?[0-9]{2})(?-u:\b)",
            ),
            ip4: compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"),
            ip6: compile(r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}"),
            position: compile(
                r"-?(?-u:\b)[0-9]{1,2}\.[0-9]{4,}\s?°?\s?[nz]?\s?[,;/\s]\s?-?[0-9]{1,3}\.[0-9]{4,}(?-u:\b)",
            ),
        }
    }

    /// Finds them.
    pub(super) fn find(&self, view: &View<'_>, signs: Signs, found: &mut Vec<Masked>) {
        if signs.may_hold_birth_date() {
            self.find_birth_dates(view, found);
        }
        if signs.may_hold_ip4() {
            self.find_ip4(view, found);
        }
        if signs.may_hold_ip6() {
            self.find_ip6(view, found);
        }
        if signs.may_hold_position() {
            self.find_positions(view, found);
        }
    }

    fn find_birth_dates(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        for captures in self.birth.captures_iter(view.text) {
            if let Some(date) = captures.get(1) {
                found.push(masked(MaskKind::BirthDate, date.start(), date.end()));
            }
        }
    }

    fn find_ip4(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        for address in self.ip4.find_iter(view.text) {
            let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric());
            let apart = !goes_on(view.before(address.start()))
                && view.before(address.start()) != Some('.')
                && !goes_on(view.at(address.end()));
            let version = view
                .cues_before(address.start())
                .split_whitespace()
                .next_back()
                .is_some_and(|word| VERSION_CUES.contains(&word));
            if apart && !version && address.as_str().parse::<Ipv4Addr>().is_ok() {
                found.push(masked(MaskKind::Ip, address.start(), address.end()));
            }
        }
    }

    fn find_ip6(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        for address in self.ip6.find_iter(view.text) {
            let masked = masked(MaskKind::Ip, address.start(), address.end());
            // `::` alone and short forms such as `a::b` are more often punctuation.
            let long = address
                .as_str()
                .bytes()
                .filter(u8::is_ascii_hexdigit)
                .count()
                >= 6;
            if long
                && view.stands_alone(masked.span)
                && address.as_str().parse::<Ipv6Addr>().is_ok()
            {
                found.push(masked);
            }
        }
    }

    fn find_positions(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        for position in self.position.find_iter(view.text) {
            found.push(masked(
                MaskKind::Coordinates,
                position.start(),
                position.end(),
            ));
        }
    }
}
