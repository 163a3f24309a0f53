//! One hit as it is told.
//!
//! Here ends what strangers wrote: what goes on to the templates has no line breaks, no control
//! characters, no marks that turn the direction of writing, and a known greatest length.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::Serialize;
use url::Url;

use crate::item::{Excerpt, KeptEvidence, KeptHit, StoredHit, Withheld, without_repeats};
use crate::source::SourceId;
use crate::span::Span;
use crate::story::Telling;

/// Most characters of any text in an overview. An excerpt has at most 240 with two marks of
/// omission; a longer text is a mistake somewhere, and is cut rather than mailed.
pub const LONGEST: usize = 300;

/// Longest address that is shown, in bytes: what browsers and mail programs all follow. A longer
/// one is left out, because half an address leads nowhere.
pub const LONGEST_LINK: usize = 2000;

/// Most places told of one hit, and most words of one reason: more no longer helps to understand it.
pub const MOST: usize = 5;

/// Most reasons told of one hit. Lists with word lists find one thing by many lines; the first say
/// what a reader wants to know, and `explain` tells them all.
pub const MOST_REASONS: usize = 3;

/// Most groups of hits without words in one theme; the last group holds the rest.
pub const MOST_UNTOLD: usize = 12;

/// One hit as it is told.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// Its number in the overview, from 1, so that people can speak about it and each link has a
    /// text of its own.
    pub number: usize,
    /// Its number in the store, by which `explain` finds it as long as it is kept.
    pub id: i64,
    /// Name of the source.
    pub source: String,
    /// Who speaks there, as a text key.
    pub voice: &'static str,
    /// Names of places, the most precise first.
    pub places: Vec<String>,
    /// When it was published, or else fetched; local.
    pub when: Zoned,
    /// Whether `when` is the time of publication.
    pub published: bool,
    /// The excerpt, in pieces.
    pub excerpt: Vec<Piece>,
    /// Address of the message.
    pub link: Option<String>,
    /// Why it is a hit.
    pub reasons: Vec<Reason>,
    /// Reasons that are not told.
    pub more_reasons: usize,
    /// Whether it could not wait.
    pub urgent: bool,
}

/// A piece of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether these are words that were found.
    pub found: bool,
}

/// Why a message is a hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The keyword as written.
    pub keyword: String,
    /// Its file without the folder.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// The words found; empty when they stand outside the excerpt.
    pub words: Vec<String>,
}

/// Hits of which no words are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Untold {
    /// How many.
    pub hits: usize,
    /// Why not, as a text key; `None` for the rest that has several reasons.
    pub reason: Option<&'static str>,
    /// Name of the source; empty for the rest.
    pub source: String,
    /// The most precise place.
    pub place: Option<String>,
}

impl Told {
    /// Tells a hit; `names` are the clean names of the sources.
    pub fn new(
        number: usize,
        stored: &StoredHit,
        names: &BTreeMap<&SourceId, String>,
        zone: &TimeZone,
    ) -> Self {
        let hit = &stored.hit;
        let (text, marks): (&str, &[Span]) = match &hit.excerpt {
            Excerpt::Shown { text, marks } => (text, marks),
            Excerpt::Withheld { .. } => ("", &[]),
        };
        let reasons = reasons(hit, text);
        Told {
            number,
            id: stored.id.0,
            source: name(&hit.source, names),
            voice: hit.voice.as_str(),
            places: (hit.places.iter().map(|place| clean(place)))
                .filter(|place| !place.is_empty())
                .take(MOST)
                .collect(),
            when: instant(hit).to_zoned(zone.clone()),
            published: hit.published_at.is_some(),
            excerpt: pieces(text, &Span::groups(text, marks)),
            link: hit.link.as_deref().and_then(safe_link),
            more_reasons: reasons.len().saturating_sub(MOST_REASONS),
            reasons: reasons.into_iter().take(MOST_REASONS).collect(),
            urgent: hit.urgent,
        }
    }
}

/// Why it is a hit: the same words once. What stands outside the excerpt is a reason only when nothing
/// stands inside.
fn reasons(hit: &KeptHit, text: &str) -> Vec<Reason> {
    let reasons = hit.evidence.iter().map(|found| Reason::new(found, text));
    without_repeats(reasons.collect(), |reason| &reason.words)
}

impl Reason {
    fn new(evidence: &KeptEvidence, text: &str) -> Self {
        let line = &evidence.keyword;
        let words = Span::groups(text, &evidence.words);
        let words = words
            .iter()
            .filter_map(|word| text.get(word.start..word.end));
        Reason {
            keyword: clean(&line.text),
            file: clean(line.file.rsplit(['/', '\\']).next().unwrap_or_default()),
            line: line.line,
            words: words
                .map(clean)
                .filter(|word| !word.is_empty())
                .take(MOST)
                .collect(),
        }
    }
}

/// Groups hits of which no words are kept, the largest group first.
pub(crate) fn untold(hits: &[&KeptHit], names: &BTreeMap<&SourceId, String>) -> Vec<Untold> {
    let mut groups: BTreeMap<(Withheld, String, Option<String>), usize> = BTreeMap::new();
    for hit in hits {
        if let Excerpt::Withheld { reason } = hit.excerpt {
            let mut places = hit.places.iter().map(|place| clean(place));
            let place = places.find(|place| !place.is_empty());
            let group = (reason, name(&hit.source, names), place);
            *groups.entry(group).or_default() += 1;
        }
    }
    let mut groups: Vec<Untold> = groups
        .into_iter()
        .map(|((reason, source, place), hits)| Untold {
            hits,
            reason: Some(reason.as_str()),
            source,
            place,
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.hits));
    if groups.len() > MOST_UNTOLD {
        let rest = groups.split_off(MOST_UNTOLD - 1);
        groups.push(Untold {
            hits: rest.iter().map(|group| group.hits).sum(),
            reason: None,
            source: String::new(),
            place: None,
        });
    }
    groups
}

/// A hit as the search for stories reads it.
pub(crate) fn telling<'a>(hit: &'a KeptHit, zone: &TimeZone) -> Telling<'a> {
    let (text, marks): (&str, &[Span]) = match &hit.excerpt {
        Excerpt::Shown { text, marks } => (text, marks),
        Excerpt::Withheld { .. } => ("", &[]),
    };
    Telling {
        source: &hit.source,
        voice: hit.voice,
        at: instant(hit).to_zoned(zone.clone()).datetime(),
        places: &hit.places,
        text,
        marks,
    }
}

/// When it was published, or else fetched.
pub(crate) fn instant(hit: &KeptHit) -> Timestamp {
    hit.published_at.unwrap_or(hit.fetched_at)
}

pub(super) fn name(source: &SourceId, names: &BTreeMap<&SourceId, String>) -> String {
    // A source that was taken out of the list still has hits to tell; its id is a readable word.
    let gone = || source.as_str().to_owned();
    names.get(source).cloned().unwrap_or_else(gone)
}

/// Cuts the excerpt at its marks; marks that do not fit the text are passed over.
fn pieces(text: &str, marks: &[Span]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut room = LONGEST;
    let mut push = |part: &str, found: bool| {
        let part: String = part.chars().filter_map(harmless).take(room).collect();
        room -= part.chars().count();
        if !part.is_empty() {
            pieces.push(Piece { text: part, found });
        }
    };
    let mut told = 0;
    for mark in marks {
        if mark.start < told {
            continue;
        }
        if let (Some(before), Some(words)) =
            (text.get(told..mark.start), text.get(mark.start..mark.end))
        {
            push(before, false);
            push(words, true);
            told = mark.end;
        }
    }
    push(text.get(told..).unwrap_or_default(), false);
    pieces
}

/// A text on one line, harmless, and at most [`LONGEST`] characters.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::new();
    let mut room = LONGEST;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let word: String = word.chars().filter_map(harmless).take(room).collect();
        if word.is_empty() {
            continue;
        }
        if !clean.is_empty() {
            clean.push(' ');
        }
        room -= word.chars().count();
        clean.push_str(&word);
    }
    clean
}

/// The character as it may be shown: breaks become spaces; what is invisible and turns or hides
/// text goes. The joiners of emoji stay.
fn harmless(c: char) -> Option<char> {
    match c {
        '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() => None,
        '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' => None,
        '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' => None,
        '\u{E0000}'..='\u{E007F}' => None,
        c => Some(c),
    }
}

/// The address when it leads to a web page, with everything that could break out of it encoded.
pub(super) fn safe_link(link: &str) -> Option<String> {
    let url = Url::parse(link).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let encoded = url.as_str().replace('\'', "%27");
    (web && encoded.len() <= LONGEST_LINK).then_some(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span((start, end): (usize, usize)) -> Span {
        Span { start, end }
    }

    fn shown(text: &str, marks: &[(usize, usize)]) -> String {
        let marks: Vec<Span> = marks.iter().copied().map(span).collect();
        let shown = |piece: Piece| {
            if piece.found {
                format!("[{}]", piece.text)
            } else {
                piece.text
            }
        };
        pieces(text, &marks).into_iter().map(shown).collect()
    }

    #[test]
    fn an_excerpt_is_cut_at_its_marks() {
        assert_eq!(shown("er is brand", &[(6, 11)]), "er is [brand]");
        assert_eq!(
            shown("brand en rook", &[(0, 5), (9, 13)]),
            "[brand] en [rook]"
        );
        assert_eq!(shown("niets", &[]), "niets");
        assert_eq!(shown("", &[]), "");
    }

    #[test]
    fn marks_that_do_not_fit_are_passed_over() {
        assert_eq!(shown("één brand", &[(1, 3), (6, 11)]), "één [brand]");
        assert_eq!(shown("brand", &[(0, 99)]), "brand");
        assert_eq!(shown("brand", &[(4, 2)]), "brand");
        assert_eq!(shown("brand", &[(0, 5), (2, 4)]), "[brand]");
    }

    #[test]
    fn every_text_is_one_harmless_line_of_known_length() {
        for (text, expected) in [
            ("  een\r\n twee\tdrie ", "een twee drie"),
            ("\u{202E}draai\u{2066}om\u{0000}", "draaiom"),
            ("👩\u{200D}🚒", "👩\u{200D}🚒"),
            ("a\u{2028}b", "a b"),
            ("", ""),
        ] {
            assert_eq!(clean(text), expected);
        }
        assert!(clean(&"é ".repeat(10_000)).chars().count() <= 2 * LONGEST);
        assert_eq!(clean(&"é".repeat(10_000)).chars().count(), LONGEST);
        assert_eq!(
            shown(&"é".repeat(10_000), &[(0, 4)]).chars().count(),
            LONGEST + 2
        );
    }

    #[test]
    fn only_web_addresses_are_shown_and_nothing_breaks_out_of_them() {
        for (link, expected) in [
            (
                "https://a.example/b?c=d#e",
                Some("https://a.example/b?c=d#e"),
            ),
            (
                "https://a.example/\"x='y'",
                Some("https://a.example/%22x=%27y%27"),
            ),
            (
                "https://a.example/een twee",
                Some("https://a.example/een%20twee"),
            ),
            ("javascript:alert(1)", None),
            ("mailto:a@b.example", None),
            ("geen adres", None),
            ("", None),
        ] {
            assert_eq!(safe_link(link).as_deref(), expected, "{link}");
        }
        assert_eq!(
            safe_link(&format!("https://a.example/{}", "a".repeat(3000))),
            None
        );
    }
}
