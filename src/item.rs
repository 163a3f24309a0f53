//! A message as read from a source, and a hit with its evidence.
//!
//! There is no author here, and there never will be: what is not kept cannot leak.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keyword::KeywordLine;
use crate::source::{SourceId, Voice};
use crate::span::Span;
use crate::theme::ThemeId;

/// One post, article, reaction or report, as plain text, before matching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What tells it from the other items of its source, the same at every visit: the id that the
    /// source gave, else the link, else a hash of title, text and date.
    pub id: String,
    /// Absolute address of the message itself, without tracking parameters.
    pub link: Option<String>,
    /// Title as plain text on one line; empty when there is none.
    pub title: String,
    /// Body as plain text, without the title.
    pub text: String,
    /// When it was published, as the source says.
    pub published: Option<Timestamp>,
    /// When it was last changed, as the source says.
    pub updated: Option<Timestamp>,
}

impl Item {
    /// Title, line break and body as one text: what is masked, matched and excerpted.
    pub fn message(&self) -> String {
        match (self.title.as_str(), self.text.as_str()) {
            ("", text) => text.to_owned(),
            (title, "") => title.to_owned(),
            (title, text) => format!("{title}\n{text}"),
        }
    }

    /// How many bytes of [`Item::message`] are the title.
    pub fn title_len(&self) -> usize {
        self.title.len()
    }
}

/// A message that belongs to a theme, with the reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The theme it belongs to.
    pub theme: ThemeId,
    /// Every keyword line that was found: those that are enough by themselves, then the cues, each in
    /// the order of the text; never empty.
    pub evidence: Vec<Evidence>,
    /// Whether a line of the list `urgent` was found.
    pub urgent: bool,
    /// How many vetoes of the theme were tested and did not take this hit away.
    pub vetoes_tested: usize,
}

impl Hit {
    /// How many of its evidences, the first, are enough by themselves.
    pub fn telling(&self) -> usize {
        let enough = |found: &&Evidence| found.keyword.is_enough();
        self.evidence.iter().filter(enough).count()
    }
}

/// One keyword line that was found in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The keyword line.
    pub keyword: Arc<KeywordLine>,
    /// The words that were found, each as a span in the message, in the order of the text.
    pub words: Vec<Span>,
}

impl Evidence {
    /// From the first word found to the last.
    pub fn span(&self) -> Span {
        let first = self.words.first().expect("evidence has at least one word");
        self.words
            .iter()
            .fold(*first, |whole, word| whole.join(*word))
    }
}

/// What is kept of a hit: all that the store holds and the digest tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptHit {
    /// The source it was read from.
    pub source: SourceId,
    /// Who speaks there.
    pub voice: Voice,
    /// The theme it belongs to.
    pub theme: ThemeId,
    /// Which version of the keyword lists found it ([`crate::theme::Theme::version`]).
    pub theme_version: String,
    /// When it was fetched: retention counts from here.
    pub fetched_at: Timestamp,
    /// When it was published, as the source says, never later than `fetched_at`.
    pub published_at: Option<Timestamp>,
    /// When it goes.
    pub expires_at: Timestamp,
    /// Address of the message; `None` when there is none or the hit is withheld (an address often
    /// holds words of the title).
    pub link: Option<String>,
    /// The piece that is kept.
    pub excerpt: Excerpt,
    /// Names of our places in the message, the most precise first.
    pub places: Vec<String>,
    /// Why it is a hit; never empty.
    pub evidence: Vec<KeptEvidence>,
    /// How many vetoes were tested and did not take it away.
    pub vetoes_tested: usize,
    /// Whether it cannot wait for the overview.
    pub urgent: bool,
}

/// What people call a hit by: a number that is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HitId(pub i64);

impl fmt::Display for HitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for HitId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(HitId)
    }
}

/// A hit that is in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredHit {
    /// Its number.
    pub id: HitId,
    /// What is kept of it.
    pub hit: KeptHit,
}

/// The piece of a message that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excerpt {
    /// It may be shown.
    Shown {
        /// Masked text, at most 240 characters.
        text: String,
        /// The words that were found, in `text`, in order and without overlap.
        marks: Vec<Span>,
    },
    /// No words of the message are kept.
    Withheld {
        /// Why not.
        reason: Withheld,
    },
}

/// Why no words of a message are kept; each has a Dutch text in `render/texts/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// The source's setting `excerpt = "none"`.
    SourceSetting,
    /// Masking failed: what cannot be masked is not kept.
    MaskingFailed,
    /// The source's setting is `excerpt = "title"` and the message has no title.
    NoTitle,
    /// It tells of somebody's health, belief, origin and the like (GDPR articles 9 and 10).
    SpecialCategory,
    /// It accuses somebody who can be recognised of a crime (GDPR article 10).
    Accusation,
}

impl Withheld {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::SourceSetting,
        Self::MaskingFailed,
        Self::NoTitle,
        Self::SpecialCategory,
        Self::Accusation,
    ];

    /// The word used in templates and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SourceSetting => "source_setting",
            Self::MaskingFailed => "masking_failed",
            Self::NoTitle => "no_title",
            Self::SpecialCategory => "special_category",
            Self::Accusation => "accusation",
        }
    }
}

/// One reason, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEvidence {
    /// The keyword line.
    pub keyword: KeywordLine,
    /// Its words in the excerpt; empty when withheld or cut off.
    pub words: Vec<Span>,
}

/// Of reasons with their words: each words once, and none that stand among those of another.
pub(crate) fn without_repeats<T>(reasons: Vec<T>, words: impl Fn(&T) -> &[String]) -> Vec<T> {
    let says = |one: &[String], other: &[String]| {
        let whole = one.join(" ");
        other.iter().all(|word| whole.contains(word.as_str()))
    };
    let repeats = |at: usize| {
        let own = words(&reasons[at]);
        reasons.iter().enumerate().any(|(other, reason)| {
            let others = words(reason);
            // Of two that say the same the first stays.
            other != at && says(others, own) && (other < at || !says(own, others))
        })
    };
    let repeated: Vec<bool> = (0..reasons.len()).map(repeats).collect();
    let kept = reasons.into_iter().zip(repeated);
    kept.filter_map(|(reason, repeated)| (!repeated).then_some(reason))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_stand_among_those_of_another_reason_are_no_reason_of_their_own() {
        let check = |reasons: &[&str], expected: &[&str]| {
            let words = |text: &&str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
            let reasons = without_repeats(reasons.iter().map(words).collect(), |words| words);
            let expected: Vec<_> = expected.iter().map(words).collect();
            assert_eq!(reasons, expected);
        };
        check(
            &["brak in", "deur", "deur geforceerd"],
            &["brak in", "deur geforceerd"],
        );
        check(&["brak in", "brak in"], &["brak in"]);
        check(&["in brak", "brak in"], &["in brak"]);
        check(&["raam", "ruit"], &["raam", "ruit"]);
        check(&[], &[]);
    }

    #[test]
    fn words_in_a_row_are_one_group() {
        let text = "in brand gestoken, zegt de brandweer";
        let check = |given: &[(usize, usize)], expected: &[&str]| {
            let spans: Vec<Span> = given
                .iter()
                .map(|&(start, end)| Span { start, end })
                .collect();
            let groups = Span::groups(text, &spans);
            let words: Vec<_> = groups
                .iter()
                .filter_map(|span| text.get(span.start..span.end))
                .collect();
            assert_eq!(words, expected, "{given:?}");
        };
        check(
            &[(0, 2), (3, 8), (9, 17), (27, 36)],
            &["in brand gestoken", "brandweer"],
        );
        check(&[(3, 8), (27, 36)], &["brand", "brandweer"]);
        check(&[(9, 17), (3, 8)], &["gestoken", "brand"]);
        check(&[(0, 8), (3, 17)], &["in brand", "brand gestoken"]);
        check(&[(0, 2), (99, 100)], &["in"]);
        check(&[], &[]);
    }
}
