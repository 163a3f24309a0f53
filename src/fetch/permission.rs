//! Whether a host permits a visit: its robots.txt, fetched once and remembered for a while.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use crate::fetch::cells::{Cells, Stale};
use crate::fetch::clock::Clock;
use crate::fetch::error::FetchError;
use crate::fetch::redirect;
use crate::fetch::robots::{MAX_ROBOTS, Robots, Rules, Verdict};
use crate::fetch::wire::{self, Excess, Wire};
use crate::outcome::Failure;

/// Our product token in a robots.txt.
pub const AGENT: &str = "luisterpost";

/// How long an answer holds (RFC 9309 section 2.4: at most 24 hours).
const ANSWER_HOLDS: Duration = Duration::from_secs(24 * 60 * 60);

/// How long it holds that there was no answer. Shorter than the shortest rhythm of a source, so that each
/// visit tries again, and long enough that all sources of a host that is down cost one try together.
const NO_ANSWER_HOLDS: Duration = Duration::from_secs(5 * 60);

/// What is known, per authority (scheme, host and port).
#[derive(Debug)]
pub(crate) struct Permissions {
    authorities: Cells<Knowledge>,
    timeout: Duration,
}

#[derive(Debug, Default)]
struct Knowledge(Option<Known>);

#[derive(Clone, Debug)]
struct Known {
    policy: Policy,
    until: Instant,
}

#[derive(Clone, Debug)]
enum Policy {
    Rules(Arc<Rules>),
    Unavailable(Failure),
}

impl Permissions {
    /// `timeout` is for one robots.txt as a whole; it has its own, because its answer serves all sources.
    pub(crate) fn new(timeout: Duration) -> Permissions {
        Permissions {
            authorities: Cells::new(),
            timeout,
        }
    }

    /// Asks whether `url` may be visited; the answer is the crawl delay to keep.
    pub(crate) async fn ask(
        &self,
        wire: &Wire,
        url: &Url,
        clock: &Clock,
    ) -> Result<Option<Duration>, FetchError> {
        let authority = url.origin().ascii_serialization();
        // Whoever comes second waits for the answer that the first one fetches.
        let cell = self.authorities.cell(&authority);
        let mut knowledge = cell.lock().await;
        let known = match knowledge
            .0
            .take()
            .filter(|known| Instant::now() < known.until)
        {
            Some(known) => known,
            None => learn(wire, url, Clock::new(clock.now(), self.timeout)).await?,
        };
        let policy = known.policy.clone();
        knowledge.0 = Some(known);
        drop(knowledge);
        match policy {
            Policy::Unavailable(cause) => Err(FetchError::RobotsUnavailable { authority, cause }),
            Policy::Rules(rules) => {
                match rules.verdict(&url[url::Position::BeforePath..url::Position::AfterQuery]) {
                    Verdict::Allowed => Ok(rules.crawl_delay),
                    Verdict::Disallowed { line, rule } => Err(FetchError::Disallowed {
                        authority,
                        line,
                        rule,
                    }),
                }
            }
        }
    }
}

impl Stale for Knowledge {
    fn is_stale(&self) -> bool {
        self.0
            .as_ref()
            .is_none_or(|known| known.until <= Instant::now())
    }
}

/// Fetches a robots.txt; an error only when nothing could be asked, because the host wants to be left alone.
async fn learn(wire: &Wire, url: &Url, clock: Clock) -> Result<Known, FetchError> {
    let (policy, holds) = match read(wire, url, clock).await {
        Ok(rules) => (Policy::Rules(Arc::new(rules)), ANSWER_HOLDS),
        Err(error @ FetchError::Busy { status: None, .. }) => return Err(error),
        Err(error @ FetchError::Status(401 | 403)) => {
            (Policy::Unavailable(error.failure()), ANSWER_HOLDS)
        }
        Err(error) => (Policy::Unavailable(error.failure()), NO_ANSWER_HOLDS),
    };
    Ok(Known {
        policy,
        until: Instant::now() + holds,
    })
}

/// The rules for us (RFC 9309 section 2.3.1). Stricter than the RFC in two points: 401 and 403 refuse
/// everything, because a server that hides its rules does not invite anybody; and so does an address behind
/// more than five redirects.
async fn read(wire: &Wire, url: &Url, mut clock: Clock) -> Result<Rules, FetchError> {
    let mut url = url.join("/robots.txt").expect("an http address has a root");
    for _ in 0..=redirect::MAX_REDIRECTS {
        let answer = wire
            .get(
                &url,
                wire::headers("text/plain, */*;q=0.1"),
                None,
                &mut clock,
            )
            .await?;
        let status = answer.status();
        if redirect::is_permanent(status).is_some() {
            url = redirect::target(&url, answer.headers())?;
        } else if status.is_success() {
            let bytes = answer
                .body(MAX_ROBOTS as u64, Excess::Cut, &mut clock)
                .await?;
            return Ok(Robots::parse(&bytes).rules_for(AGENT));
        } else if status.is_client_error() && !matches!(status.as_u16(), 401 | 403) {
            return Ok(Rules::default());
        } else {
            return Err(FetchError::Status(status.as_u16()));
        }
    }
    Err(redirect::TOO_MANY)
}
