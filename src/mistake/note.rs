//! What is allowed in a file and yet worth a look.

use serde::Serialize;

use crate::mistake::Location;

/// Something that is allowed and yet worth a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Where it stands.
    pub at: Location,
    /// The key it concerns, as in [`crate::mistake::Mistake::key`].
    pub key: String,
    /// What is remarkable.
    pub remark: Remark,
}

/// The kinds of note; each has a sentence of the same name in `render/texts/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Remark {
    /// A template of the municipality's own is none.
    BrokenTemplate {
        /// What is wrong, in minijinja's words.
        reason: String,
    },
    /// Two sources have the same address.
    DoubledUrl {
        /// The line where it stood first.
        first_line: u32,
    },
    /// Two places have the same name.
    DoubledPlace {
        /// The name.
        name: String,
        /// The line where it stood first.
        first_line: u32,
    },
    /// Every theme that this source is listened to for is switched off.
    ListensForNothing,
    /// Every theme that this recipient takes is switched off.
    ReceivesNoTheme,
    /// A theme is switched on and no recipient takes it.
    ThemeWithoutRecipient,
    /// Nobody has written down when this source was looked at.
    NotReviewed,
    /// No reference of an impact assessment is written down.
    NoDpia,
    /// The privacy officer's advice is not written down.
    NoAdvice,
    /// Nobody wrote down how the privacy officer is reached.
    NoOfficer,
    /// A recipient takes themes of two controllers, and nobody wrote down that it works for both.
    SeveralControllers,
    /// There are no sources.
    NoSources,
    /// There are no recipients.
    NoRecipients,
    /// No theme is switched on.
    NoThemes,

    // Keyword lists.
    /// An entry that stands twice in a word list.
    DoubledEntry {
        /// The entry.
        entry: String,
    },
    /// Every form of a line is a form of another line of the same list.
    CoveredLine {
        /// The other line.
        by: String,
        /// Where it stands.
        line: u32,
    },
    /// A cue that is never needed, because a strong line finds the same.
    CueInStrong {
        /// The strong line.
        by: String,
        /// Where it stands.
        line: u32,
    },
    /// A line that its own theme always takes away.
    AlwaysVetoed {
        /// The line that takes it away.
        by: String,
        /// `vetoes` or `post_vetoes`.
        list: String,
        /// The file of that line.
        file: String,
        /// Where it stands.
        line: u32,
    },
    /// A line that looks for what is masked before the lists are tried.
    AlwaysMasked,
    /// A line that asks for something and for its absence.
    Contradiction,
    /// A line that is also the name of a place.
    AlsoPlace {
        /// The place.
        name: String,
        /// Its line in `places.csv`.
        line: u32,
    },
    /// A line that finds one of the commonest words of Dutch.
    CommonWord {
        /// The word.
        word: String,
    },
    /// An example of a hit that only another list finds.
    ExampleOfAnother {
        /// The file of that list.
        file: String,
    },
}

impl Remark {
    /// Its name, which is that of its sentence: `doubled_url`.
    pub fn code(&self) -> String {
        tag(self, "code")
    }
}

/// The name serde gives to a variant.
pub(super) fn tag(value: &impl Serialize, key: &str) -> String {
    let value = serde_json::to_value(value).expect("plain data can be written as JSON");
    value[key]
        .as_str()
        .expect("the variant is tagged with its name")
        .to_owned()
}
