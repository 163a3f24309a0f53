//! Which themes a message belongs to, and why.
//!
//! Everything is decided when the lists are loaded: [`forms`] writes every term out, [`rule`] files
//! every keyword line under the rarest words it needs. A text is read once by [`scan`], which finds
//! the words that are in some list; only lines whose rarest words are there are [`evaluate`]d, and
//! [`judge`] weighs what they found. The cost of a text follows what is in it, not the number of
//! lines.

use std::sync::Arc;

use serde::Serialize;

use crate::item::{Hit, Span};
use crate::keyword::KeywordLine;
use crate::locate::{Locator, PlaceFound};
use crate::place::Gazetteer;
use crate::source::Scope;
use crate::theme::{Common, Example, Theme, ThemeId};

pub mod forms;

mod evaluate;
mod judge;
mod rule;
mod scan;

pub use scan::Scratch;

/// Recognises themes in messages.
#[derive(Clone, Debug)]
pub struct Matcher {
    rules: rule::Rules,
    locator: Locator,
}

/// What was found in a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// The themes it belongs to, in the order of their ids; one hit for each.
    pub hits: Vec<Hit>,
    /// What was found and does not count, in the order of theme ids and of the text.
    pub vetoed: Vec<Vetoed>,
    /// Our places that it names, each once, the most precise kind first.
    pub places: Vec<PlaceFound>,
}

/// Words that were found and taken away again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vetoed {
    /// The theme they spoke for.
    pub theme: ThemeId,
    /// The keyword line that found them.
    pub keyword: Arc<KeywordLine>,
    /// The words, as spans in the message.
    pub words: Vec<Span>,
    /// The line that took them away.
    pub veto: Arc<KeywordLine>,
    /// How.
    pub reason: VetoReason,
}

/// How words are taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VetoReason {
    /// A line of `vetoes` lies around them.
    Veto,
    /// A line of `post_vetoes` silences the theme for the whole message.
    PostVeto,
    /// A line of `negations` stands directly before them.
    Negation,
}

impl Matcher {
    /// Prepares to find these themes. It takes all that it is given: leaving out the themes that
    /// are not listened for is up to the caller.
    pub fn compile(themes: &[Theme], common: &Common, gazetteer: &Gazetteer) -> Self {
        Matcher {
            rules: rule::Rules::compile(themes, common),
            locator: Locator::compile(gazetteer),
        }
    }

    /// What a message is about. `masked` are the spans that stand for one word each that no keyword
    /// can be; with [`Scope::Wide`] there is no hit unless one of our places is named.
    pub fn find(&self, message: &str, masked: &[Span], scope: Scope) -> Finding {
        self.find_with(&mut Scratch::default(), message, masked, scope)
    }

    /// The same for many messages in a row: memory is taken once and kept in `scratch`, which
    /// belongs to this matcher until it is used with another.
    pub fn find_with(
        &self,
        scratch: &mut Scratch,
        message: &str,
        masked: &[Span],
        scope: Scope,
    ) -> Finding {
        scratch.read(&self.rules, &self.locator, message, masked);
        judge::judge(&self.rules, &self.locator, scratch, scope)
    }

    /// Where our places are named in a message: every time, in the order of finding.
    pub fn place_spans(&self, scratch: &mut Scratch, message: &str) -> Vec<Span> {
        scratch.places(&self.locator, message)
    }

    /// The examples of a theme that do not come out as they say, as messages of a local source.
    pub fn failing_examples<'a>(&self, theme: &'a Theme) -> Vec<&'a Example> {
        let mut scratch = Scratch::default();
        let mut fails = |example: &&Example| {
            let finding = self.find_with(&mut scratch, &example.text, &[], Scope::Local);
            let hit = finding.hits.iter().any(|hit| hit.theme == theme.id);
            hit != example.hit
        };
        theme
            .examples
            .iter()
            .filter(|example| fails(example))
            .collect()
    }
}
