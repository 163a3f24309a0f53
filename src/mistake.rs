//! What is wrong in a file that people write, and where it stands.
//!
//! A mistake is data. The Dutch sentence that a person reads is made from it by
//! [`crate::render`], with the texts in `render/texts/`.

use serde::Serialize;

mod findings; // Mistakes and notes, gathered while the files are read.
mod location; // Where it stands.
mod note; // What is allowed and yet worth a look.
mod refusal; // A place where nobody may listen.

pub use self::findings::{Findings, MAX_MISTAKES, Mistake, shown};
pub use self::location::Location;
pub use self::note::{Note, Remark};
pub use self::refusal::Refusal;

/// The kinds of fault; each has a sentence of the same name in `render/texts/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Fault {
    /// The file cannot be read at all.
    Unreadable {
        /// What the operating system said.
        reason: String,
    },
    /// The file is not there.
    MissingFile,
    /// The directory is not there.
    MissingDirectory,
    /// It is there, but it is a directory, a pipe or a device.
    NotAFile,
    /// The file is larger than any file that a person writes.
    TooLarge {
        /// How many mebibytes are read at most.
        limit: u64,
    },
    /// The file is not UTF-8; the line and column are those of the first byte that is not.
    NotUtf8,
    /// The file is not TOML.
    NotToml {
        /// The sort of error, as a text key of the section `toml`.
        sort: String,
        /// What the parser said.
        reason: String,
    },
    /// So much is wrong in this file that the rest is left out.
    TooMany {
        /// How many mistakes are told.
        limit: usize,
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
    /// A key that must be there because of another choice.
    MissingBecause {
        /// The choice, as `key = "value"`.
        because: String,
        /// What would be right, as an example.
        example: String,
    },
    /// A key that does not belong to another choice.
    NotWith {
        /// The choice, as `key = "value"`.
        because: String,
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
        /// All words allowed; empty when there are too many to tell.
        expected: Vec<String>,
    },
    /// A theme that has no file.
    UnknownTheme {
        /// The theme as written.
        found: String,
        /// The nearest theme, when it looks like a typo.
        nearest: Option<String>,
        /// All themes.
        expected: Vec<String>,
    },
    /// A place that lies in a place that is not in the list.
    UnknownParent {
        /// The parent as written.
        found: String,
        /// The nearest name, when it looks like a typo.
        nearest: Option<String>,
    },
    /// A place that lies in itself, in the end.
    ParentCycle {
        /// The names, from the place back to itself.
        names: Vec<String>,
    },
    /// A value of the right type that cannot be.
    InvalidValue {
        /// The value as written, shortened.
        found: String,
        /// What is expected, as a text key of the section `expected`.
        expected: String,
    },
    /// A number, time or size that is too small or too large.
    OutOfRange {
        /// The value as written.
        found: String,
        /// The least value allowed.
        lowest: String,
        /// The greatest value allowed.
        highest: String,
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
    /// A character that nobody sees.
    HiddenCharacter {
        /// Its code point, such as `U+200B`.
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
    /// A comma beside an operator.
    CommaMixed,
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
    /// A verb that does not end as an infinitive.
    NotAnInfinitive {
        /// The part that should be an infinitive.
        found: String,
    },
    /// A separable verb without its bar.
    BarMissing {
        /// The verb as written.
        found: String,
        /// The verb with its bar.
        suggestion: String,
    },
    /// Something that is not one word of letters where one must stand.
    NotOneWord {
        /// What was written.
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

    /// A keyword that looks for an account.
    AccountName {
        /// The name as written.
        found: String,
    },
    /// A keyword that looks for a person: a first name with a family name.
    PersonName {
        /// The name as written.
        found: String,
    },
    /// A keyword that looks for people by nationality, origin, ethnicity or religion.
    GroupOfPeople {
        /// The word as written.
        found: String,
    },

    /// An example of a list that does not come out as it says.
    FailingExample {
        /// The sentence.
        text: String,
        /// Whether it should be a hit.
        expected: bool,
    },

    // Values that cannot be.
    /// A date that has not come yet.
    FutureDate {
        /// The date as written.
        found: String,
    },
    /// A period whose end lies before its beginning.
    PeriodReversed,
    /// A period that is longer than allowed.
    PeriodTooLong {
        /// How many days it lasts.
        days: i64,
        /// How many days are allowed.
        limit: i64,
    },
    /// An address with a name or password in it (`https://name:password@…`): a closed source.
    UserinfoInUrl,
    /// An address that is not `http` or `https`.
    NotHttp {
        /// The scheme as written.
        found: String,
    },
    /// An address in a private network that the settings do not allow.
    PrivateAddress {
        /// The host as written.
        found: String,
    },
    /// A place where nobody may listen.
    RefusedSource(Refusal),
    /// A CSS selector that cannot be read.
    BadSelector {
        /// The selector as written, shortened.
        found: String,
        /// What the parser said.
        reason: String,
    },
    /// A source that hears everything and keeps only what names a place, while there are no places.
    WideWithoutPlaces,
    /// A recipient that receives neither overviews nor alerts.
    ReceivesNothing,
    /// A recipient outside the allowed domains.
    ForeignDomain {
        /// The domain of the address.
        found: String,
        /// The domains allowed.
        expected: Vec<String>,
    },
    /// A connection without protection to another machine.
    UnprotectedRelay {
        /// The host as written.
        found: String,
    },
    /// A theme without one line that can make a hit.
    NoKeywords,
    /// A theme with one cue only, and nothing else: a hit takes two.
    OneCueOnly,
    /// A route that leads back to its own theme.
    RouteToItself,
    /// A row with more or fewer cells than the first line.
    RowLength {
        /// How many cells it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// A table that the parser cannot read.
    BadCsv {
        /// What the parser said.
        reason: String,
    },
    /// A cell that must not be empty.
    EmptyCell,
}
