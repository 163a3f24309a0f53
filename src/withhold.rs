//! Which messages are not shown, and why: whoever reads an overview must not learn from it what
//! somebody suffers from, believes or is accused of.
//!
//! Masking takes single words out of a text. Here it is the whole text that must not stand: with the
//! name gone, a neighbour still knows whose husband *has PTSD*. The words are in the files beside
//! this one, in the language of the keyword files, for a privacy officer to read. They ship inside
//! the program because a rule that a municipality can delete is no rule.

use crate::form::document::Document;
use crate::item::Withheld;
use crate::mask::blank::{Blanked, Tokens, blank};
use crate::mask::{MaskKind, Masked};
use crate::matching::{Matcher, Scratch, VetoReason};
use crate::mistake::Findings;
use crate::place::Gazetteer;
use crate::source::Scope;
use crate::span::Span;
use crate::theme::{Common, Theme};

/// The lists: name of the file and what it says.
pub const LISTS: [(&str, &str); 3] = [
    ("silent.toml", include_str!("withhold/silent.toml")),
    ("special.toml", include_str!("withhold/special.toml")),
    ("accusation.toml", include_str!("withhold/accusation.toml")),
];

/// Decides what is shown of a message. Its lists are compiled once; share it.
#[derive(Debug)]
pub struct Withholder {
    silent: List,
    special: List,
    accusation: List,
    /// What stands for a masked passage where accusations are looked for.
    signs: Tokens,
}

/// What may be done with a message that is a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// Its words may be kept, masked.
    Text,
    /// The hit is kept without any words, for this reason.
    Withheld(Withheld),
    /// It tells of suicide: nothing is kept, not even that there was a hit.
    Nothing,
}

impl Default for Withholder {
    fn default() -> Self {
        Withholder::new()
    }
}

impl Withholder {
    /// Compiles the lists.
    pub fn new() -> Self {
        let [silent, special, accusation] = LISTS.map(|(file, text)| List::new(file, text));
        Withholder {
            silent,
            special,
            accusation,
            signs: Tokens::of_kinds(|kind| sign(kind).to_owned())
                .expect("the signs are fixed and tested"),
        }
    }

    /// What may be done with this message. `masked` is what [`crate::mask::Masker::find`] found in it,
    /// `None` when that failed; `places` are the names of places in it, which say nothing of a
    /// person (*Jodenbreestraat*).
    pub fn judge(
        &self,
        scratch: &mut Scratch,
        message: &str,
        masked: Option<&[Masked]>,
        places: &[Span],
    ) -> Showing {
        // Nothing is hidden here: a word too many is better than a message that should not be there.
        if self.silent.speaks(scratch, message, &[]) {
            return Showing::Nothing;
        }
        let Some(masked) = masked else {
            return Showing::Withheld(Withheld::MaskingFailed);
        };
        if self.special.speaks(scratch, message, places) {
            return Showing::Withheld(Withheld::SpecialCategory);
        }
        let signed = blank(message, masked, &self.signs);
        if self
            .accusation
            .speaks(scratch, &signed.text, &moved(&signed, places))
        {
            return Showing::Withheld(Withheld::Accusation);
        }
        Showing::Text
    }
}

/// The word that `accusation.toml` uses for a masked passage. Who holds an office is no suspect, and a
/// telephone number is printed for tips.
fn sign(kind: MaskKind) -> &'static str {
    match kind {
        MaskKind::Name => "[naamgenoemd]",
        MaskKind::Handle | MaskKind::Profile => "[accountgenoemd]",
        MaskKind::Plate => "[kentekengenoemd]",
        MaskKind::Address | MaskKind::HouseNumber => "[adresgenoemd]",
        MaskKind::Official
        | MaskKind::Email
        | MaskKind::Phone
        | MaskKind::Iban
        | MaskKind::Bsn
        | MaskKind::BirthDate
        | MaskKind::Ip
        | MaskKind::Coordinates => "[afgeschermd]",
    }
}

fn moved(signed: &Blanked, spans: &[Span]) -> Vec<Span> {
    spans
        .iter()
        .filter_map(|span| signed.moved(*span))
        .collect()
}

/// One of the lists.
#[derive(Debug)]
struct List(Matcher);

impl List {
    fn new(file: &str, text: &str) -> Self {
        let findings = Findings::default();
        let theme = Document::parse(file, text, &findings)
            .and_then(|document| Theme::built_in(&document, &findings))
            .expect("the list is a file of the program; a test reads it");
        assert_eq!(
            findings.count(),
            0,
            "{file} is a file of the program; a test reads it"
        );
        // One theme for each matcher: none outweighs another.
        List(Matcher::compile(
            &[theme],
            &Common::default(),
            &Gazetteer::default(),
        ))
    }

    /// Whether a line of the list is found and no veto of the list takes it away. The matcher's other
    /// doubts, such as that something happened in another town, make nothing less personal.
    fn speaks(&self, scratch: &mut Scratch, text: &str, hidden: &[Span]) -> bool {
        let finding = self.0.find_with(scratch, text, hidden, Scope::Local);
        let stands = |reason: &VetoReason| !matches!(reason, VetoReason::Veto(_));
        !finding.hits.is_empty() || finding.vetoed.iter().any(|vetoed| stands(&vetoed.reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_can_be_read() {
        for (file, text) in LISTS {
            let findings = Findings::default();
            let theme = Document::parse(file, text, &findings)
                .and_then(|document| Theme::built_in(&document, &findings));
            assert_eq!(findings.into_sorted().0, vec![], "{file}");
            assert!(!theme.unwrap().strong.is_empty(), "{file}");
        }
    }
}
