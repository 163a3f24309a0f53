//! Every request to the outside.
//!
//! One client serves all sources, so that politeness, limits and guards exist once. Each hop of a request,
//! redirects included, passes the same gates in the same order: the address guard, the host's robots.txt,
//! the host's turn, and room among the parallel requests. Nothing here knows sources, documents or the
//! database; cookies, `Referer` and the environment's proxies are never used.

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, LINK};
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

use crate::fetch::call::RefusedTokens;
use crate::fetch::clock::Clock;
use crate::fetch::permission::Permissions;
use crate::fetch::wire::{Answer, Wire};
use crate::outcome::{Hints, RobotsAnswer, Validators};

mod call; // A request to an API.
mod cells; // A table of small states by name that does not grow for ever.
mod clock; // The time of one fetch.
mod conditional; // Validators, and when to come back.
mod error; // What can go wrong.
mod guard; // Which addresses may be visited.
mod limit; // What a server counts for us.
mod pace; // One request per host at a time, with a gap.
mod permission; // A host's robots.txt, remembered.
mod redirect; // Where a redirect leads.
mod reservations; // What a host reserves in a file.
mod rights; // What the headers reserve to the maker.
pub mod robots; // What a robots.txt says.
mod token; // What proves to an API who asks.
mod wire; // One request and its answer.

pub use crate::fetch::call::Call;
pub use crate::fetch::error::{FetchError, SetupError};
pub use crate::fetch::guard::Blocked;
pub use crate::fetch::permission::AGENT;
pub use crate::fetch::token::Token;

/// Settings of `[fetch]`, with the user agent made from `[organisation]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Sent with every request: who listens, and where that is explained.
    pub user_agent: String,
    /// Least time between two requests to one host.
    pub min_gap: Duration,
    /// For one request as a whole, redirects and body included; waiting for a host's turn does not count.
    pub timeout: Duration,
    /// How much of a body is read, in bytes after decompression; what follows is cut off.
    pub max_body: u64,
    /// Most requests at one time, and most documents that are not read yet.
    pub parallel: usize,
    /// Address ranges that may be visited although they are not public.
    pub allow_private: Vec<IpNet>,
    /// Proxy for all requests; the guard then trusts the proxy with host names.
    pub proxy: Option<Url>,
    /// Certificates (PEM) of authorities that are trusted besides the system's, for a source on the intranet.
    pub ca_file: Option<PathBuf>,
}

impl Default for Config {
    /// The defaults of the manual; the user agent names the program only.
    fn default() -> Config {
        Config {
            user_agent: format!("{AGENT}/{}", env!("CARGO_PKG_VERSION")),
            min_gap: Duration::from_secs(2),
            timeout: Duration::from_secs(30),
            max_body: 5 * 1024 * 1024,
            parallel: 32,
            allow_private: Vec::new(),
            proxy: None,
            ca_file: None,
        }
    }
}

/// Does all requests. It holds what outlives one request: connections, the pace of hosts, their robots.txt.
#[derive(Debug)]
pub struct Fetcher {
    wire: Wire,
    permissions: Permissions,
    refused: RefusedTokens,
    timeout: Duration,
    max_body: u64,
}

/// What to fetch.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The address.
    pub url: &'a Url,
    /// From the last answer to this very address, to make the request conditional; empty ones make it plain.
    pub validators: &'a Validators,
    /// The kind of document that is wanted.
    pub accept: Accept,
}

/// The kind of document that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A page in HTML.
    Page,
    /// Whatever stands there, to see whether it is or names a feed.
    Any,
}

/// What a request came to.
#[derive(Debug)]
pub enum Fetched {
    /// Nothing changed since the answer that the validators came from.
    Unmodified {
        /// For the next request: those sent, with what the answer renewed.
        validators: Validators,
        /// When to come back.
        hints: Hints,
        /// The new address, when every redirect on the way called itself permanent.
        moved_to: Option<Url>,
    },
    /// A document.
    Body(Box<Body>),
}

/// A document as it came, decompressed.
#[derive(Debug)]
pub struct Body {
    /// Where it was found at last; relative links in it start here.
    pub url: Url,
    /// Its bytes, in whatever encoding.
    pub bytes: Vec<u8>,
    /// Whether more would have followed: the bytes are its first [`Config::max_body`].
    pub cut: bool,
    /// Whether its header says `noindex`; a page that says so is refused.
    pub noindex: bool,
    /// The values of `Link` (RFC 8288), as sent; not checked.
    pub links: Vec<String>,
    /// `Content-Type` as sent; not checked.
    pub content_type: Option<String>,
    /// A `Content-Encoding` that could not be undone, as sent. Some servers name one and use none.
    pub coding: Option<String>,
    /// For the next request to the address that was asked for. To be kept only when the document could be read.
    pub validators: Validators,
    /// When to come back.
    pub hints: Hints,
    /// The new address, when every redirect on the way called itself permanent.
    pub moved_to: Option<Url>,
    /// Its place among the parallel requests, until it is dropped: so many documents are in memory
    /// at one time, and no more.
    _place: OwnedSemaphorePermit,
}

/// The answer of the last hop.
#[derive(Debug)]
struct Arrival {
    answer: Answer,
    url: Url,
    moved_to: Option<Url>,
}

impl Fetcher {
    /// Prepares the client; makes no request. Must be called where certificates may be read from disk.
    pub fn new(config: Config) -> Result<Fetcher, SetupError> {
        let wire = Wire::new(&config)?;
        let permissions = Permissions::new(config.timeout);
        Ok(Fetcher {
            wire,
            permissions,
            refused: RefusedTokens::default(),
            timeout: config.timeout,
            max_body: config.max_body,
        })
    }

    /// Tells what earlier runs learned of robots.txt files; what is known already stays.
    pub fn remember(&self, answers: Vec<RobotsAnswer>, now: Timestamp) {
        self.permissions.remember(answers, now);
    }

    /// Hands over what was learned of robots.txt files since the last call: to be remembered over
    /// restarts. Whoever loses it only has to ask the hosts again.
    pub fn learned(&self) -> Vec<RobotsAnswer> {
        self.permissions.learned()
    }

    /// Fetches a document, waiting for the host's turn as long as that takes.
    ///
    /// A document keeps its place among the parallel requests until it is dropped: whoever holds one
    /// and asks for the next may wait for ever. `now` is only used for dates in HTTP headers. Dropping the future gives everything back that it holds.
    pub async fn fetch(
        &self,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Fetched, FetchError> {
        let mut clock = Clock::new(now, self.timeout);
        let arrival = self.follow(request, &mut clock).await?;
        self.receive(arrival, request, &mut clock).await
    }

    /// Goes from redirect to redirect until something else is answered.
    async fn follow(
        &self,
        request: &Request<'_>,
        clock: &mut Clock,
    ) -> Result<Arrival, FetchError> {
        let mut asked = request.url.clone();
        asked.set_fragment(None);
        let mut url = asked.clone();
        let mut moved_for_good = true;
        for _ in 0..=redirect::MAX_REDIRECTS {
            let answer = self.ask(&url, request, clock).await?;
            let Some(permanent) = redirect::is_permanent(answer.status()) else {
                let moved_to = (moved_for_good && url != asked).then(|| url.clone());
                return Ok(Arrival {
                    answer,
                    url,
                    moved_to,
                });
            };
            moved_for_good &= permanent;
            url = redirect::target(&url, answer.headers())?;
        }
        Err(redirect::TOO_MANY)
    }

    /// Sends one hop of a request through all gates.
    async fn ask(
        &self,
        url: &Url,
        request: &Request<'_>,
        clock: &mut Clock,
    ) -> Result<Answer, FetchError> {
        self.wire.check(url)?;
        let crawl_delay = self.permissions.ask(&self.wire, url, clock).await?;
        let mut headers = wire::headers(request.accept.header());
        // Every hop carries them: which of them will answer is not known before.
        conditional::add_conditions(&mut headers, request.validators);
        self.wire.get(url, headers, crawl_delay, clock).await
    }

    /// Makes a document, or the reason why there is none, of the last hop's answer.
    ///
    /// Only 200 and 203 (the same through a transforming proxy) carry the document that was asked for. Any
    /// other success is a failure to listen: 206 is a part nobody asked for, 202, 204 and 205 are nothing.
    async fn receive(
        &self,
        arrival: Arrival,
        request: &Request<'_>,
        clock: &mut Clock,
    ) -> Result<Fetched, FetchError> {
        let (accept, sent) = (request.accept, request.validators);
        let Arrival {
            answer,
            url,
            moved_to,
        } = arrival;
        let conditional = *sent != Validators::default();
        let noindex = match answer.status() {
            StatusCode::OK
            | StatusCode::NON_AUTHORITATIVE_INFORMATION
            | StatusCode::NOT_MODIFIED => permitted(accept, answer.headers())?,
            _ => false,
        };
        match answer.status() {
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => {}
            StatusCode::NOT_MODIFIED if conditional => {
                let validators = conditional::refreshed(sent, answer.headers());
                return Ok(Fetched::Unmodified {
                    validators,
                    hints: conditional::hints(answer.headers()),
                    moved_to,
                });
            }
            StatusCode::GONE => return Err(FetchError::Gone),
            status @ (StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED) => {
                return Err(FetchError::LoginWall(status.as_u16()));
            }
            other => return Err(FetchError::Status(other.as_u16())),
        }
        let validators = conditional::validators(answer.headers());
        let hints = conditional::hints(answer.headers());
        let links = links(answer.headers());
        let content_type = content_type(answer.headers());
        let coding = coding(answer.headers());
        let read = answer.body(self.max_body, clock).await?;
        Ok(Fetched::Body(Box::new(Body {
            url,
            bytes: read.bytes,
            cut: read.cut,
            noindex,
            links,
            content_type,
            coding,
            validators,
            hints,
            moved_to,
            _place: read.place,
        })))
    }
}

/// Whether the maker lets us read the document; `true` when it is a feed that says `noindex`.
///
/// A feed is offered to programs and often carries that header because a whole site does, so there it
/// says only that the feed itself is not for a list of search results. On a page it refuses.
fn permitted(accept: Accept, headers: &HeaderMap) -> Result<bool, FetchError> {
    if let Some(said) = rights::mining_reserved(headers) {
        return Err(FetchError::Reserved(said.to_owned()));
    }
    match (accept, rights::noindex(headers)) {
        (Accept::Page, Some(said)) => Err(FetchError::Reserved(said)),
        (_, said) => Ok(said.is_some()),
    }
}

impl Accept {
    fn header(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, \
                 text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
            }
            Self::Page | Self::Any => "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
        }
    }
}

/// Longest `Content-Type` that is looked at; real ones stay under 100 bytes.
const MAX_CONTENT_TYPE: usize = 256;

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    (value.len() <= MAX_CONTENT_TYPE).then(|| value.to_owned())
}

/// What the client, which takes away what it undoes, has left of `Content-Encoding` (RFC 9110 section 8.4).
fn coding(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_ENCODING)?.to_str().ok()?;
    Some(value.chars().take(100).collect())
}

/// Longest `Link` that is looked at, in bytes, all of its lines together: common software sends three links in
/// 300 bytes, and a server may list what to load beforehand.
const MAX_LINKS: usize = 8 * 1024;

fn links(headers: &HeaderMap) -> Vec<String> {
    let mut room = MAX_LINKS;
    let values = headers.get_all(LINK).iter();
    let texts = values.filter_map(|value| std::str::from_utf8(value.as_bytes()).ok());
    texts
        .take_while(|text| {
            let fits = text.len() <= room;
            room = room.saturating_sub(text.len());
            fits
        })
        .map(str::to_owned)
        .collect()
}
