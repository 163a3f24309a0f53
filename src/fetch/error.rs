//! What can go wrong with a request, and which failure the source's record shows for it.

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use thiserror::Error as ThisError;
use url::Url;

use crate::fetch::guard::Blocked;
use crate::outcome::{Failure, FailureClass};

/// Why a request gave no document.
#[derive(Debug, ThisError)]
pub enum FetchError {
    /// The address, or one it leads to, may not be visited.
    #[error("{url}: {reason}")]
    BlockedAddress {
        /// The address, without its query.
        url: String,
        /// What forbids it.
        reason: Blocked,
    },
    /// The host name does not resolve.
    #[error("host name {host} does not resolve")]
    Name {
        /// The name.
        host: String,
        /// What the resolver said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// No connection.
    #[error("no connection to {host}: {detail}")]
    Connect {
        /// The host.
        host: String,
        /// The innermost cause, in the words of the library that met it.
        detail: String,
        /// The whole chain.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An answer that broke off, or that is no HTTP.
    #[error("the answer of {host} broke off or is no HTTP: {detail}")]
    Garbled {
        /// The host.
        host: String,
        /// The innermost cause, in the words of the library that met it.
        detail: String,
        /// The whole chain.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The head of the answer does not fit into what the HTTP library reads: 400 KiB, 100 lines.
    #[error("the head of the answer of {host} is too large")]
    HeaderTooLarge {
        /// The host.
        host: String,
    },
    /// The certificate or the TLS handshake.
    #[error("TLS with {host}: {detail}")]
    Tls {
        /// The host.
        host: String,
        /// What the TLS library said.
        detail: String,
    },
    /// Too slow.
    #[error("too slow: {stage}")]
    Timeout {
        /// Which limit was reached.
        stage: &'static str,
    },
    /// A status that is no success.
    #[error("status {0}")]
    Status(u16),
    /// The host asks to come back later.
    #[error("the host asks to come back later{}", status.map(|status| format!(" (status {status})")).unwrap_or_default())]
    Busy {
        /// 429 or 503; none when an earlier answer still holds and nothing was sent.
        status: Option<u16>,
        /// When the host wants us back.
        retry_at: Option<Timestamp>,
    },
    /// The token is refused.
    #[error("the token of {file} is refused{}: renew it", status.map(|status| format!(" (status {status})")).unwrap_or_default())]
    Token {
        /// 401 or 403; none when it was refused earlier and nothing was sent.
        status: Option<u16>,
        /// The file that holds it.
        file: String,
    },
    /// Only for those who have an account.
    #[error("status {0}: only for those who have an account or a token")]
    Denied(u16),
    /// 401 or 407: only for who logs in.
    #[error("status {0}, only for who logs in")]
    LoginWall(u16),
    /// 410: gone for good.
    #[error("status 410, gone for good")]
    Gone,
    /// robots.txt forbids it.
    #[error("robots.txt of {authority} line {line}: {rule}")]
    Disallowed {
        /// Scheme, host and port.
        authority: String,
        /// Line of the rule.
        line: u32,
        /// The rule as written.
        rule: String,
    },
    /// robots.txt itself is refused to us, or could not be had; then nothing may be visited.
    #[error("robots.txt of {authority}: {}", cause.detail)]
    RobotsUnavailable {
        /// Scheme, host and port.
        authority: String,
        /// What came of asking for it.
        cause: Failure,
    },
    /// The maker reserves the document.
    #[error("reserved by its maker: {0}")]
    Reserved(
        /// The header, or the location in the host's file, that says so.
        String,
    ),
    /// A redirect that leads nowhere or is not followed.
    #[error("{0}")]
    Redirects(&'static str),
    /// A body that cannot be decompressed.
    #[error("the body cannot be decompressed")]
    Undecodable,
}

/// Why no client could be made from the settings.
#[derive(Debug, ThisError)]
pub enum SetupError {
    /// The extra certificates cannot be read.
    #[error("ca_file {path} cannot be read")]
    CaFile {
        /// The path as configured.
        path: String,
        /// What is wrong.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The client refuses the settings: the user agent, the proxy, or the system's certificates.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

impl FetchError {
    /// The failure as the source's record shows it. Query strings and content are never part of it.
    pub fn failure(&self) -> Failure {
        let (class, retry_at) = match self {
            Self::BlockedAddress { .. } => (FailureClass::BlockedAddress, None),
            Self::Name { .. } => (FailureClass::Name, None),
            Self::Connect { .. } => (FailureClass::Connect, None),
            Self::Garbled { .. } => (FailureClass::Garbled, None),
            Self::HeaderTooLarge { .. } => (FailureClass::HeaderTooLarge, None),
            Self::Tls { .. } => (FailureClass::Tls, None),
            Self::Timeout { .. } => (FailureClass::Timeout, None),
            Self::Status(_) => (FailureClass::Status, None),
            Self::Busy { retry_at, .. } => (FailureClass::Busy, *retry_at),
            Self::Token { .. } => (FailureClass::Token, None),
            Self::Denied(_) => (FailureClass::Denied, None),
            Self::Gone => (FailureClass::Gone, None),
            Self::LoginWall(_) => (FailureClass::LoginWall, None),
            Self::Disallowed { .. } => (FailureClass::Robots, None),
            Self::RobotsUnavailable { cause, .. } => (robots_class(cause.class), cause.retry_at),
            Self::Reserved(_) => (FailureClass::Reserved, None),
            Self::Redirects(_) => (FailureClass::Redirects, None),
            Self::Undecodable => (FailureClass::ContentCoding, None),
        };
        Failure {
            class,
            detail: self.to_string(),
            retry_at,
        }
    }

    /// Sorts an error of the HTTP client.
    pub(crate) fn from_client(error: reqwest::Error, url: &Url) -> FetchError {
        let host = url.host_str().unwrap_or_default().to_owned();
        if let Some(reason) = find::<Blocked>(&error) {
            return FetchError::BlockedAddress {
                url: without_query(url),
                reason: reason.clone(),
            };
        }
        if let Some(reason) = find::<rustls::Error>(&error) {
            return FetchError::Tls {
                host,
                detail: reason.to_string(),
            };
        }
        if error.is_timeout() {
            let stage = if error.is_connect() {
                CONNECT_STAGE
            } else {
                READ_STAGE
            };
            return FetchError::Timeout { stage };
        }
        // The client's own texts name the address with its query; it goes before anything is shown.
        let error = error.without_url();
        if error.is_dns() {
            return FetchError::Name {
                host,
                source: error.into(),
            };
        }
        if is_undecodable(&error) {
            return FetchError::Undecodable;
        }
        if find::<hyper::Error>(&error).is_some_and(hyper::Error::is_parse_too_large) {
            return FetchError::HeaderTooLarge { host };
        }
        let detail = innermost(&error);
        match error.is_connect() {
            true => FetchError::Connect {
                host,
                detail,
                source: error.into(),
            },
            false => FetchError::Garbled {
                host,
                detail,
                source: error.into(),
            },
        }
    }
}

/// Name of the limit of [`CONNECT_TIMEOUT`].
const CONNECT_STAGE: &str = "connecting";
/// Name of the limit of [`READ_TIMEOUT`].
const READ_STAGE: &str = "nothing received";

/// For name, connection and TLS together. Three tries of a lost first packet (1, 2 and 4 seconds apart) fit
/// into it; a host that takes longer is down for our purpose.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// For silence between two pieces of an answer. Slow community servers think for some seconds before the
/// first byte; half of the usual total leaves time for a redirect.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(15);

/// An address for people: without query, fragment and user name, cut to 200 characters.
pub(crate) fn without_query(url: &Url) -> String {
    let authority = url.host_str().unwrap_or_default();
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    format!("{}://{authority}{port}{}", url.scheme(), url.path())
        .chars()
        .take(200)
        .collect()
}

/// A host that is down is shown as down, not as a host whose robots.txt forbids something.
fn robots_class(cause: FailureClass) -> FailureClass {
    match cause {
        FailureClass::Name
        | FailureClass::Connect
        | FailureClass::Garbled
        | FailureClass::HeaderTooLarge
        | FailureClass::Tls
        | FailureClass::Timeout
        | FailureClass::Busy
        | FailureClass::BlockedAddress => cause,
        _ => FailureClass::Robots,
    }
}

/// Whether the bytes came, but could not be decompressed.
///
/// The client calls every error in a body a decoding error. Its decompressors complain with an I/O error;
/// a connection that breaks off comes as an error of the HTTP library.
fn is_undecodable(error: &reqwest::Error) -> bool {
    let cause = error.source().and_then(Error::source);
    error.is_decode() && cause.is_some_and(<dyn Error>::is::<std::io::Error>)
}

/// Looks for a cause of one type in a chain of errors.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        // An I/O error hides the error it wraps: `source` skips over it.
        let wrapped = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
