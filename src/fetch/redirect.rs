//! Redirects, followed by our own hand so that every hop passes every check.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION};
use url::Url;

use crate::fetch::error::FetchError;

/// Most redirects in a row: a move to https, to another host, to a new path and one more are normal; what
/// needs more is a loop or a trap. RFC 9309 asks for five with robots.txt as well.
pub(crate) const MAX_REDIRECTS: usize = 5;

/// The message when there are more.
pub(crate) const TOO_MANY: FetchError = FetchError::Redirects("more than five redirects");

/// Whether a status sends us elsewhere; `Some(true)` when it says that the move is permanent.
pub(crate) fn is_permanent(status: StatusCode) -> Option<bool> {
    match status.as_u16() {
        301 | 308 => Some(true),
        302 | 303 | 307 => Some(false),
        _ => None,
    }
}

/// Where a redirect leads; the fragment is dropped. The address still has to pass the guard.
pub(crate) fn target(from: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let location = headers
        .get(LOCATION)
        .ok_or(FetchError::Redirects("a redirect without an address"))?;
    let mut url = std::str::from_utf8(location.as_bytes())
        .ok()
        .and_then(|location| from.join(location).ok())
        .ok_or(FetchError::Redirects(
            "a redirect to something that is no address",
        ))?;
    if from.scheme() == "https" && url.scheme() == "http" {
        return Err(FetchError::Redirects("a redirect from https to http"));
    }
    url.set_fragment(None);
    Ok(url)
}
