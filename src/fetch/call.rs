//! A request to an API.
//!
//! Without a token it passes the same gates as any request, robots.txt included. With a token the
//! platform's own contract governs, so robots.txt is not asked; the token goes to the host that it
//! belongs to and to no other.

use std::collections::HashSet;
use std::sync::Mutex;

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use url::Url;

use jiff::Timestamp;

use crate::fetch::clock::Clock;
use crate::fetch::error::FetchError;
use crate::fetch::token::Token;
use crate::fetch::{
    Body, Fetcher, coding, conditional, content_type, links, redirect, rights, wire,
};

/// What to ask of an API.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The address.
    pub url: &'a Url,
    /// What proves who asks.
    pub token: Option<&'a Token>,
}

/// Tokens that were refused: none of them is sent again.
#[derive(Debug, Default)]
pub(crate) struct RefusedTokens(Mutex<HashSet<HeaderValue>>);

impl RefusedTokens {
    fn holds(&self, token: &Token) -> bool {
        self.lock().contains(&token.header())
    }

    fn add(&self, token: &Token) {
        self.lock().insert(token.header());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<HeaderValue>> {
        self.0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Whether an address is on the same host and port; from http to https on their usual ports is no
/// other host.
fn is_same_host(one: &Url, other: &Url) -> bool {
    let is_plain = |url: &Url, scheme| url.scheme() == scheme && url.port().is_none();
    let upgraded = is_plain(one, "http") && is_plain(other, "https");
    one.origin() == other.origin() || (upgraded && one.host() == other.host())
}

impl Fetcher {
    /// Asks an API once, following redirects on its own host only.
    ///
    /// # Errors
    ///
    /// [`FetchError::Token`] when the token is refused, now or at an earlier call; nothing is sent
    /// then until the file holds another.
    pub async fn call(&self, call: Call<'_>, now: Timestamp) -> Result<Body, FetchError> {
        let mut clock = Clock::new(now, self.timeout);
        if let Some(token) = call.token.filter(|token| self.refused.holds(token)) {
            return Err(FetchError::Token {
                status: None,
                file: token.file().to_owned(),
            });
        }
        let mut url = call.url.clone();
        for _ in 0..=redirect::MAX_REDIRECTS {
            self.wire.check(&url)?;
            let mut headers = wire::headers("application/json");
            let crawl_delay = match call.token {
                Some(token) => {
                    headers.insert(AUTHORIZATION, token.header());
                    None
                }
                None => self.permissions.ask(&self.wire, &url, &clock).await?,
            };
            let answer = self
                .wire
                .get(&url, headers, crawl_delay, &mut clock)
                .await?;
            let status = answer.status();
            if redirect::is_permanent(status).is_some() {
                let target = redirect::target(&url, answer.headers())?;
                if !is_same_host(call.url, &target) {
                    return Err(FetchError::Redirects("an API that leads to another host"));
                }
                url = target;
                continue;
            }
            match status {
                StatusCode::OK => {}
                StatusCode::GONE => return Err(FetchError::Gone),
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                    return Err(self.denied(status, call.token));
                }
                other => return Err(FetchError::Status(other.as_u16())),
            }
            if let Some(said) = rights::mining_reserved(answer.headers()) {
                return Err(FetchError::Reserved(said.to_owned()));
            }
            let hints = conditional::hints(answer.headers());
            let links = links(answer.headers());
            let content_type = content_type(answer.headers());
            let coding = coding(answer.headers());
            let read = answer.body(self.max_body, &mut clock).await?;
            return Ok(Body {
                url,
                bytes: read.bytes,
                cut: read.cut,
                noindex: false,
                links,
                content_type,
                coding,
                validators: crate::outcome::Validators::default(),
                hints,
                moved_to: None,
                _place: read.place,
            });
        }
        Err(redirect::TOO_MANY)
    }

    fn denied(&self, status: StatusCode, token: Option<&Token>) -> FetchError {
        let code = status.as_u16();
        match token {
            Some(token) => {
                // 403 may concern this one address; only 401 says that the token itself is worth nothing.
                if status == StatusCode::UNAUTHORIZED {
                    self.refused.add(token);
                }
                FetchError::Token {
                    status: Some(code),
                    file: token.file().to_owned(),
                }
            }
            None if status == StatusCode::UNAUTHORIZED => FetchError::LoginWall(code),
            None => FetchError::Denied(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_move_to_https_leaves_the_address_and_stays_on_the_host() {
        let check = |one: &str, other: &str, same| {
            let [one, other] = [one, other].map(|url| Url::parse(url).unwrap());
            assert_eq!(is_same_host(&one, &other), same, "{one} {other}");
        };
        check("https://a.example/x", "https://a.example/y", true);
        check("http://a.example/", "https://a.example/", true);
        check("http://a.example:8080/", "https://a.example/", false);
        check("https://a.example/", "https://www.a.example/", false);
        check("https://a.example/", "https://a.example:8443/", false);
    }
}
