//! What a visit came to, and what is remembered for the next.

mod repairs; // What had to be mended in what a source shows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use repairs::{Repair, Repairs};
pub mod burden; // How heavily a failure weighs.
pub mod canary; // What the own test message came to.
pub mod health; // How a source fares.
pub mod rhythm; // What is remembered of the rhythm of a source.

use rhythm::Rhythm;

/// What a visit to a source came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PollOutcome {
    /// The source said that nothing changed.
    Unmodified,
    /// The source was read.
    Read(Counts),
    /// The source could not be heard.
    Failed(Failure),
}

/// How many messages a visit gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Messages in the document.
    pub items: u64,
    /// Messages that were not seen before and were matched.
    pub new: u64,
    /// Messages seen before whose text changed, and that were matched again.
    pub changed: u64,
    /// Messages too old to be told: marked as seen at the first visit.
    pub old: u64,
    /// Hits stored (a message may belong to several themes).
    pub hits: u64,
    /// What had to be repaired before it could be read.
    pub repaired: Repairs,
    /// Whether a document was longer than `fetch.max_body`, or held more messages than are read of
    /// one document, and only a part of it was read.
    pub cut: bool,
    /// Whether a feed came with `X-Robots-Tag: noindex`. That asks search engines not to list the
    /// feed itself; it is shown to the operator and refuses nothing.
    pub noindex: bool,
}

/// Why a source could not be heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The class, by which the next visit is planned.
    pub class: FailureClass,
    /// What happened, for the operator; never words of a message.
    pub detail: String,
    /// The source asked not to come back before this instant.
    pub retry_at: Option<Timestamp>,
}

/// The classes of failure; each has a Dutch text of the same name in `render/texts/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// The host name does not resolve.
    Name,
    /// No connection.
    Connect,
    /// There was a connection, but the answer broke off or is no HTTP.
    Garbled,
    /// The head of the answer is larger than any honest one.
    HeaderTooLarge,
    /// The body is packed in a way (`Content-Encoding`) that is not known, or not as the header says.
    ContentCoding,
    /// The certificate or the TLS handshake.
    Tls,
    /// Too slow.
    Timeout,
    /// A status that is no success: the detail says which.
    Status,
    /// 429 or 503 with or without `Retry-After`: come back later.
    Busy,
    /// The token is refused, has expired or cannot be read: somebody must renew it.
    Token,
    /// 403 of an API, or what it says of itself: only for those who have an account or a token.
    Denied,
    /// 410: gone for good.
    Gone,
    /// robots.txt forbids it or could not be had.
    Robots,
    /// The maker of the document reserves it: `noindex` on a page, or a reservation of text and
    /// data mining (article 4 of directive 2019/790).
    Reserved,
    /// Larger than `fetch.max_body`, and the part up to there cannot be read by itself.
    TooLarge,
    /// An address that may not be visited: private, or not http.
    BlockedAddress,
    /// More than five redirects, or a redirect without an address.
    Redirects,
    /// The document is no feed.
    NotAFeed,
    /// The document is broken beyond repair.
    Broken,
    /// A selector of the page found nothing.
    NothingSelected,
    /// A login stands before it: status 401 or 407, or a page that asks for a password where a
    /// document was expected.
    LoginWall,
    /// Reading the document did not come to an end.
    Stuck,
}

impl FailureClass {
    /// Every class.
    pub const ALL: [Self; 22] = [
        Self::Name,
        Self::Connect,
        Self::Garbled,
        Self::HeaderTooLarge,
        Self::ContentCoding,
        Self::Tls,
        Self::Timeout,
        Self::Status,
        Self::Busy,
        Self::Token,
        Self::Denied,
        Self::Gone,
        Self::Robots,
        Self::Reserved,
        Self::TooLarge,
        Self::BlockedAddress,
        Self::Redirects,
        Self::NotAFeed,
        Self::Broken,
        Self::NothingSelected,
        Self::LoginWall,
        Self::Stuck,
    ];

    /// The word used in templates and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Connect => "connect",
            Self::Garbled => "garbled",
            Self::HeaderTooLarge => "header_too_large",
            Self::ContentCoding => "content_coding",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Status => "status",
            Self::Busy => "busy",
            Self::Token => "token",
            Self::Denied => "denied",
            Self::Gone => "gone",
            Self::Robots => "robots",
            Self::Reserved => "reserved",
            Self::TooLarge => "too_large",
            Self::BlockedAddress => "blocked_address",
            Self::Redirects => "redirects",
            Self::NotAFeed => "not_a_feed",
            Self::Broken => "broken",
            Self::NothingSelected => "nothing_selected",
            Self::LoginWall => "login_wall",
            Self::Stuck => "stuck",
        }
    }
}

/// What a host's robots.txt came to: remembered over restarts, so that a restart is not a round of
/// requests to every host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RobotsAnswer {
    /// Scheme, host and port, as in `https://wijkkrant.example`.
    pub authority: String,
    /// What was answered.
    pub said: RobotsSaid,
    /// What the host reserves for text and data mining: rules in the same form, empty when nothing.
    pub reserved: String,
    /// When it was asked for.
    pub asked: Timestamp,
    /// Until when the answer holds.
    pub until: Timestamp,
}

/// What was answered to the request for a robots.txt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RobotsSaid {
    /// Rules: a robots.txt again, with only the lines that concern us, each on its own line number.
    /// Empty when everything is allowed.
    Rules(String),
    /// No rules could be had, so nothing may be visited.
    Refused(Failure),
}

/// What is remembered about a source between visits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PollState {
    /// When to visit next; `None` for a source never visited: at once.
    pub next_due: Option<Timestamp>,
    /// The last visit, whatever came of it.
    pub last_visit: Option<Timestamp>,
    /// The last visit that heard the source (read or unmodified).
    pub last_heard: Option<Timestamp>,
    /// Since when every visit failed.
    pub failing_since: Option<Timestamp>,
    /// Visits failed in a row.
    pub failures: u32,
    /// How the last visit failed, when it did.
    pub failure: Option<Trouble>,
    /// What these failures weigh together ([`FailureClass::weight`]), in quarters.
    pub burden: u32,
    /// Since when it is not visited any more, until a person acts.
    pub stopped_since: Option<Timestamp>,
    /// The last time that it was heard again after failing.
    pub recovered: Option<Recovery>,
    /// The address to which it says that it moved for good, for a person to judge.
    pub moved_to: Option<String>,
    /// When something was last missed, probably.
    pub gap_at: Option<Timestamp>,
    /// Its rhythm.
    pub rhythm: Rhythm,
    /// The pages of the last visit that was read.
    pub trail: Trail,
    /// Whether the source was ever read: the first reading marks old messages as seen.
    pub ever_read: bool,
}

/// That a source was heard again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// Since when it had failed.
    pub from: Timestamp,
    /// When it was heard again.
    pub at: Timestamp,
}

/// A failure as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The class.
    pub class: FailureClass,
    /// What happened, for the operator.
    pub detail: String,
}

/// The pages visited last time, by the address that was requested.
///
/// A page that answers *unmodified* does not say what its next page is, so that is remembered too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trail(pub BTreeMap<String, PageState>);

impl Trail {
    /// Whether it says how far a source behind an API was read.
    pub fn has_cursor(&self) -> bool {
        self.0.values().any(|page| page.cursor.is_some())
    }
}

/// What is remembered about one page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageState {
    /// What makes the next request conditional.
    pub validators: Validators,
    /// The next page, when there was one.
    pub next: Option<String>,
    /// How far a source behind an API was read, in words of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Tells the body that was read last from others, in hexadecimal; `None` when it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// When a body last came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_at: Option<Timestamp>,
    /// How often in a row the answer was *unmodified*.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unmodified: u32,
    /// How often in a row the same bytes came although the request was conditional.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub repeated: u32,
    /// Whether *unmodified* was once answered while there was something new: it is not asked
    /// conditionally any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distrusted: bool,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What makes a request conditional: header values byte for byte as the server sent them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`, quotes and `W/` included.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, never reformatted.
    pub last_modified: Option<Vec<u8>>,
}

/// What a source says about when to come back; each is a lower bound on the interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// `Cache-Control: max-age` in seconds, or what is left until `Expires`.
    pub max_age: Option<u32>,
    /// RSS `ttl` in seconds.
    pub ttl: Option<u32>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`, in seconds.
    pub update: Option<u32>,
    /// RSS `skipHours`: bit *n* for the hour that begins at *n* o'clock in UTC.
    pub skip_hours: u32,
    /// RSS `skipDays`: bit *n* for the *n*th day of the week in UTC, Monday first.
    pub skip_days: u8,
}
