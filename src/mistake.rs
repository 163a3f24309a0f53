//! What is wrong in a file that people write, and where it stands.
//!
//! A mistake is data. The Dutch sentence that a person reads is made from it by
//! [`crate::render`], with the texts in `render/texts.nl.toml`.

use std::sync::Arc;

use serde::Serialize;

/// One thing that is wrong, with the place where a person can mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Where it stands.
    pub at: Location,
    /// The key it concerns, written as a path: `fetch.min_gap`, `source[2].url`; empty when it
    /// concerns the file as a whole.
    pub key: String,
    /// What is wrong.
    pub fault: Fault,
}

/// Where a mistake stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// In a file.
    File {
        /// Path as the person gave it, such as `config/sources.toml`.
        file: Arc<str>,
        /// Line, counted from 1; 0 when the file as a whole is meant.
        line: u32,
        /// Column in characters, counted from 1; 0 when the line as a whole is meant.
        column: u32,
    },
    /// In an environment variable that overrides a setting.
    Environment {
        /// The variable's name, such as `LUISTERPOST__FETCH__PARALLEL`.
        variable: String,
    },
}

/// The kinds of fault; each has a sentence of the same name in `render/texts.nl.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Fault {
    /// The file cannot be read at all.
    Unreadable {
        /// What the operating system said.
        reason: String,
    },
    /// The file is not UTF-8.
    NotUtf8,
    /// The file is not TOML.
    NotToml {
        /// What the parser said.
        reason: String,
    },
    /// A key that does not exist.
    UnknownKey {
        /// The key as written.
        found: String,
        /// The nearest key that does exist, when it looks like a typo.
        nearest: Option<String>,
        /// All keys that may stand here.
        expected: Vec<String>,
    },
    /// A key that must be there is not.
    MissingKey {
        /// What would be right, as an example.
        example: String,
    },
    /// A value of another type.
    WrongType {
        /// The type found, as a text key: `text`, `number`, `boolean`, `list`, `table`, `date`.
        found: String,
        /// The type expected, likewise.
        expected: String,
    },
    /// A word that is none of the words allowed.
    UnknownWord {
        /// The word as written.
        found: String,
        /// The nearest allowed word, when it looks like a typo.
        nearest: Option<String>,
        /// All words allowed.
        expected: Vec<String>,
    },
    /// A value of the right type that cannot be.
    InvalidValue {
        /// The value as written.
        found: String,
        /// What is expected, as a text key.
        expected: String,
    },
    /// A value that may stand once stands twice.
    Doubled {
        /// The value.
        found: String,
        /// The line where it stood first.
        first_line: u32,
    },

    // Keyword expressions.
    /// Nothing stands where an expression must stand.
    EmptyExpression,
    /// Two terms without an operator between them.
    MissingOperator {
        /// The one before.
        left: String,
        /// The one after.
        right: String,
    },
    /// An operator of which a side is missing.
    MissingOperand {
        /// The operator as written.
        operator: String,
    },
    /// An OR, brackets or braces with nothing to choose from.
    EmptyAlternative {
        /// What was written.
        found: String,
    },
    /// A bracket or brace that is not closed.
    UnclosedBracket {
        /// The bracket.
        found: String,
    },
    /// A closing bracket without an opening one.
    UnopenedBracket,
    /// A quotation mark that is not closed.
    UnclosedQuote,
    /// Quotation marks without a word between them.
    EmptyPhrase,
    /// A regular expression that is not closed.
    UnclosedRegex,
    /// A regular expression that is not one.
    InvalidRegex {
        /// What the parser said.
        reason: String,
    },
    /// A regular expression that becomes too large.
    RegexTooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// A regular expression that is also true for an empty text.
    RegexFindsNothing,
    /// A regular expression with a letter that no longer occurs once case and accents are gone.
    RegexNotFolded {
        /// The letter.
        found: String,
    },
    /// A `*` beside too few letters.
    WildcardTooShort {
        /// The word as written.
        found: String,
        /// Letters needed.
        minimum: usize,
    },
    /// A `*` inside a word.
    WildcardInside {
        /// The word as written.
        found: String,
    },
    /// Signs that cannot go together, such as `=` and `*`.
    SignsClash {
        /// The word as written.
        found: String,
    },
    /// A word without a letter or digit.
    NoLetters {
        /// The word as written.
        found: String,
    },
    /// NEAR or BEFORE without a number.
    NearWithoutNumber {
        /// The operator as written.
        found: String,
    },
    /// NEAR or BEFORE with a number that is too large.
    NearTooFar {
        /// The number as written.
        found: String,
        /// The largest allowed.
        limit: u32,
    },
    /// A NEAR or BEFORE B NEAR C.
    NearChained,
    /// An AND in brackets beside NEAR or BEFORE.
    AndInsideNear,
    /// NOT elsewhere than after AND.
    NotFirst,
    /// A line that a place alone makes true.
    PlaceAlone,
    /// A word with `@` that is not `@place`.
    UnknownAt {
        /// The word as written.
        found: String,
    },
    /// A verb that is not written as `verb:in|breken` or `verb:stelen`.
    VerbUnclear {
        /// The term as written.
        found: String,
    },
    /// A compound that is not written as `a+{b c}` or `{a b}+c`.
    CompoundUnclear {
        /// The term as written.
        found: String,
    },
    /// A word with `~` that is too short for it.
    TypoTooShort {
        /// The word as written.
        found: String,
        /// Letters needed.
        minimum: usize,
    },
    /// Verbs cannot be expanded yet.
    VerbNotYet {
        /// The term as written.
        found: String,
    },
    /// Compounds cannot be expanded yet.
    CompoundNotYet {
        /// The term as written.
        found: String,
    },
    /// Typing errors cannot be expanded yet.
    TypoNotYet {
        /// The term as written.
        found: String,
    },
    /// An expression that is too long.
    ExpressionTooLong {
        /// Characters allowed.
        limit: usize,
    },
    /// Brackets nested too deeply.
    NestedTooDeep {
        /// Levels allowed.
        limit: u32,
    },
    /// An expression that expands to too many forms.
    TooManyForms {
        /// How many.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A list with too many lines.
    TooManyLines {
        /// How many are allowed.
        limit: usize,
    },
}
