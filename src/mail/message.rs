//! A message as bytes: the same arguments give the same bytes.

use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use crate::mail::Config;
use crate::recipient::{Address, Recipient};
use crate::render::Rendered;

/// Composes a message: `multipart/alternative`, all ASCII on the wire, no line over 78 characters
/// in its bodies. `date` is written with whole seconds.
///
/// # Panics
///
/// For a `date` before 1970. No text or address makes it panic: they are encoded, or were checked.
pub fn compose(
    config: &Config,
    to: &Recipient,
    rendered: &Rendered,
    id: &MessageId,
    date: Timestamp,
) -> Vec<u8> {
    let boundary = format!("=_{}", id.hash());
    let parts = MultiPart::alternative()
        .boundary(boundary)
        .singlepart(part(ContentType::TEXT_PLAIN, &rendered.text))
        .singlepart(part(ContentType::TEXT_HTML, &rendered.html));
    let mut message = Message::builder()
        .from(mailbox(&config.from_name, &config.from))
        .to(mailbox(&to.name, &to.address))
        .subject(one_line(&rendered.subject))
        .date(SystemTime::from(date))
        .message_id(Some(id.as_str().to_owned()))
        // RFC 3834, and what Microsoft's servers ask for: no out-of-office answers.
        .raw_header(plain("Auto-Submitted", "auto-generated"))
        .raw_header(plain("X-Auto-Response-Suppress", "All"))
        // RFC 2919, so that a mailbox can file all of it with one rule.
        .raw_header(plain(
            "List-Id",
            &format!("<luisterpost.{}>", config.from.domain()),
        ));
    if let Some(expires) = rendered.expires {
        let expires = jiff::fmt::rfc2822::to_string(&expires.to_zoned(TimeZone::UTC))
            .expect("a time of retention lies in the years that RFC 2822 knows");
        message = message.raw_header(plain("Expires", &expires)); // RFC 4021
    }
    message
        .multipart(parts)
        .expect("sender and recipient are set")
        .formatted()
}

fn part(content_type: ContentType, text: &str) -> SinglePart {
    let body = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::QuotedPrintable)
        .expect("quoted-printable takes every text");
    SinglePart::builder().content_type(content_type).body(body)
}

fn mailbox(name: &str, address: &Address) -> Mailbox {
    Mailbox::new(Some(one_line(name)), lettre_address(address))
}

/// The address in lettre's type.
pub(crate) fn lettre_address(address: &Address) -> lettre::Address {
    let (local, domain) = address
        .reveal()
        .rsplit_once('@')
        .expect("an address has a sign in the middle");
    lettre::Address::new_dangerous(local, domain)
}

fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// The text without what could end a header.
fn one_line(text: &str) -> String {
    let harmless = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(harmless).collect()
}

/// A Message-ID, the same for the same recipient, purpose and period, so that a mailbox that
/// receives a message twice can see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageId(String);

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An overview.
    Digest,
    /// What cannot wait for the overview.
    Alert,
    /// To tell the operator what is broken.
    Operator,
    /// To see that mail arrives.
    Test,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Purpose::Digest => "digest",
            Purpose::Alert => "alert",
            Purpose::Operator => "operator",
            Purpose::Test => "test",
        }
    }
}

impl MessageId {
    /// The id for one recipient, purpose and period: the end of the period, and a hash in which
    /// the address cannot be read.
    pub fn new(
        from: &Address,
        to: &Address,
        purpose: Purpose,
        period: (Timestamp, Timestamp),
    ) -> Self {
        let (start, end) = period;
        let mut hash = Sha256::new();
        for part in [
            to.reveal().to_ascii_lowercase(),
            purpose.as_str().to_owned(),
            start.as_nanosecond().to_string(),
            end.as_nanosecond().to_string(),
        ] {
            hash.update(part);
            hash.update([0]);
        }
        let hash: String = hash.finalize()[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let day = end.strftime("%Y%m%dT%H%MZ");
        let (purpose, domain) = (purpose.as_str(), from.domain());
        MessageId(format!("<{day}.{purpose}.{hash}@{domain}>"))
    }

    /// The id with its angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part that differs.
    fn hash(&self) -> &str {
        let local = self.0.split('@').next().unwrap_or_default();
        local.rsplit('.').next().unwrap_or_default()
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
