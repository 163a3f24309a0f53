//! Addresses that lead to somebody's profile.

use regex::Regex;

use crate::mask::view::{View, masked};
use crate::mask::{MaskKind, Masked};

/// Platforms on which the first part of the path is a name.
const PLATFORMS: &str = "facebook|fb|instagram|twitter|x|tiktok|threads|snapchat|pinterest|github|flickr|soundcloud|strava|t|wa|telegram";

/// First parts of a path that are no name: groups, events, pictures, search.
const NO_NAMES: [&str; 22] = [
    "groups",
    "events",
    "event",
    "watch",
    "story",
    "story.php",
    "hashtag",
    "marketplace",
    "pages",
    "p",
    "reel",
    "reels",
    "explore",
    "search",
    "share",
    "sharer",
    "photo",
    "photos",
    "video",
    "videos",
    "home",
    "tag",
];

/// Patterns for addresses of profiles.
#[derive(Debug)]
pub(super) struct Profiles {
    platform: Regex,
    section: Regex,
    path: Regex,
}

impl Profiles {
    pub(super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Profiles {
            platform: compile(&format!(
                r"(?:https?://)?(?:[a-z0-9-]+\.)*(?-u:\b)(?:{PLATFORMS})\.(?:com|net|me)/([0-9a-z_.%@+-]+)[^\s<>\[\]]*"
            )),
            section: compile(
                r"(?:https?://)?(?:[a-z0-9-]+\.)*(?:linkedin\.com/in|youtube\.com/(?:c|channel))/[^\s<>\[\]]+",
            ),
            path: compile(
                r"(?:https?://)?(?:[0-9a-z_-]+\.)+[a-z]{2,}(?::[0-9]+)?/(?:[^\s<>\[\]]*/)?(?:@[^\s/]|(?:user|users|u|profile|profiel|profielen|member|members|leden|lid|gebruiker|gebruikers|author|auteur)/[^\s/])[^\s<>\[\]]*",
            ),
        }
    }

    /// Finds addresses of profiles; groups, events and articles stay.
    pub(super) fn find(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        for captures in self.platform.captures_iter(view.text) {
            let (Some(whole), Some(name)) = (captures.get(0), captures.get(1)) else {
                continue;
            };
            if !NO_NAMES.contains(&name.as_str()) {
                push(view, whole.start(), whole.end(), found);
            }
        }
        let sections = self.section.find_iter(view.text);
        for address in sections.chain(self.path.find_iter(view.text)) {
            push(view, address.start(), address.end(), found);
        }
    }
}

/// Leaves the punctuation of the sentence outside.
fn push(view: &View<'_>, start: usize, end: usize, found: &mut Vec<Masked>) {
    let address = view.text[start..end].trim_end_matches(|c: char| ".,;:!?)'\"".contains(c));
    found.push(masked(MaskKind::Profile, start, start + address.len()));
}
