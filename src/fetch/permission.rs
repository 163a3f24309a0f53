//! Whether a host permits a visit: its robots.txt, and what it reserves, fetched once and remembered for a
//! while.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use url::Url;

use crate::fetch::cells::{Cells, Stale};
use crate::fetch::clock::Clock;
use crate::fetch::error::FetchError;
use crate::fetch::redirect;
use crate::fetch::reservations;
use crate::fetch::robots::{MAX_ROBOTS, Robots, Rules, Verdict};
use crate::fetch::wire::{self, Wire};
use crate::outcome::{Failure, RobotsAnswer, RobotsSaid};

/// Our product token in a robots.txt.
pub const AGENT: &str = "luisterpost";

/// How long an answer holds (RFC 9309 section 2.4: at most 24 hours).
const ANSWER_HOLDS: Duration = Duration::from_secs(24 * 60 * 60);

/// How long it holds that there was no answer. Shorter than the shortest rhythm of a source, so that each
/// visit tries again, and long enough that all sources of a host that is down cost one try together.
const NO_ANSWER_HOLDS: Duration = Duration::from_secs(5 * 60);

/// Longest text of rules that is remembered over restarts, in bytes. Real ones stay under 100 KiB;
/// a longer one is asked for again.
const MOST_REMEMBERED: usize = MAX_ROBOTS;

/// Most answers that wait to be handed over. A command that never records a visit must not gather
/// them without end.
const MOST_LEARNED: usize = 10_000;

/// What is known, per authority (scheme, host and port).
#[derive(Debug)]
pub(crate) struct Permissions {
    authorities: Cells<Knowledge>,
    learned: Mutex<BTreeMap<String, RobotsAnswer>>,
    timeout: Duration,
}

#[derive(Debug, Default)]
struct Knowledge(Option<Known>);

#[derive(Clone, Debug)]
struct Known {
    policy: Policy,
    reserved: Arc<Rules>,
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
            learned: Mutex::default(),
            timeout,
        }
    }

    /// Takes over what earlier runs learned; what is known already is newer.
    pub(crate) fn remember(&self, answers: Vec<RobotsAnswer>, now: Timestamp) {
        for answer in answers {
            let left = answer.until.duration_since(now);
            // After the clock was set back, no answer holds longer than a fresh one would.
            let Ok(left) = Duration::try_from(left).map(|left| left.min(ANSWER_HOLDS)) else {
                continue;
            };
            let cell = self.authorities.cell(&answer.authority);
            // When it is taken, somebody is asking the host just now.
            let Ok(mut knowledge) = cell.try_lock() else {
                continue;
            };
            if knowledge.is_stale() {
                knowledge.0 = Some(Known {
                    policy: Policy::of(answer.said),
                    reserved: rules_of(&answer.reserved),
                    until: Instant::now() + left,
                });
            }
        }
    }

    /// What was learned since the last call.
    pub(crate) fn learned(&self) -> Vec<RobotsAnswer> {
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *learned).into_values().collect()
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
        let known = match &knowledge.0 {
            Some(known) if Instant::now() < known.until => known.clone(),
            _ => {
                let clock = Clock::new(clock.now(), self.timeout);
                let (known, answer) = learn(wire, url, &authority, clock).await?;
                knowledge.0 = Some(known.clone());
                self.hand_over(answer);
                known
            }
        };
        drop(knowledge);
        match known.policy {
            Policy::Unavailable(cause) => Err(FetchError::RobotsUnavailable { authority, cause }),
            Policy::Rules(rules) => {
                let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
                match rules.verdict(path) {
                    Verdict::Allowed => match reservations::reserved(&known.reserved, path) {
                        Some(said) => Err(FetchError::Reserved(said)),
                        None => Ok(rules.crawl_delay),
                    },
                    Verdict::Disallowed { line, rule } => Err(FetchError::Disallowed {
                        authority,
                        line,
                        rule,
                    }),
                }
            }
        }
    }

    fn hand_over(&self, answer: RobotsAnswer) {
        let too_long = answer.reserved.len() > MOST_REMEMBERED
            || matches!(&answer.said, RobotsSaid::Rules(rules) if rules.len() > MOST_REMEMBERED);
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        if !too_long && learned.len() < MOST_LEARNED {
            learned.insert(answer.authority.clone(), answer);
        }
    }
}

impl Policy {
    fn of(said: RobotsSaid) -> Policy {
        match said {
            RobotsSaid::Rules(text) => Policy::Rules(rules_of(&text)),
            RobotsSaid::Refused(failure) => Policy::Unavailable(failure),
        }
    }
}

fn rules_of(text: &str) -> Arc<Rules> {
    Arc::new(Robots::parse(text.as_bytes()).rules_for(AGENT))
}

impl Stale for Knowledge {
    fn is_stale(&self) -> bool {
        self.0
            .as_ref()
            .is_none_or(|known| known.until <= Instant::now())
    }
}

/// Fetches a robots.txt, and what the host reserves; an error only when nothing could be asked, because the host wants to be left alone.
async fn learn(
    wire: &Wire,
    url: &Url,
    authority: &str,
    mut clock: Clock,
) -> Result<(Known, RobotsAnswer), FetchError> {
    let mut reserved = Rules::default();
    let (said, holds) = match read(wire, url, &mut clock).await {
        Ok(rules) => {
            reserved = reservations::learn(wire, url, &rules, &mut clock).await;
            (RobotsSaid::Rules(rules.to_string()), ANSWER_HOLDS)
        }
        Err(error @ FetchError::Busy { status: None, .. }) => return Err(error),
        Err(error @ FetchError::Status(401 | 403)) => {
            (RobotsSaid::Refused(error.failure()), ANSWER_HOLDS)
        }
        Err(error) => (RobotsSaid::Refused(error.failure()), NO_ANSWER_HOLDS),
    };
    let asked = clock.now();
    let answer = RobotsAnswer {
        authority: authority.to_owned(),
        said: said.clone(),
        reserved: reserved.to_string(),
        asked,
        until: asked.saturating_add(holds).unwrap_or(asked),
    };
    let known = Known {
        policy: Policy::of(said),
        reserved: Arc::new(reserved),
        until: Instant::now() + holds,
    };
    Ok((known, answer))
}

/// The rules for us (RFC 9309 section 2.3.1). Stricter than the RFC in two points: 401 and 403 refuse
/// everything, because a server that hides its rules does not invite anybody; and so does an address behind
/// more than five redirects.
async fn read(wire: &Wire, url: &Url, clock: &mut Clock) -> Result<Rules, FetchError> {
    let asked = ("/robots.txt", "text/plain, */*;q=0.1");
    Ok(match file(wire, url, asked, None, clock).await? {
        Some(bytes) => Robots::parse(&bytes).rules_for(AGENT),
        None => Rules::default(),
    })
}

/// Fetches the first [`MAX_ROBOTS`] bytes of a file about the host of `url`; `None` when it has no such file.
pub(crate) async fn file(
    wire: &Wire,
    url: &Url,
    (path, accept): (&str, &'static str),
    crawl_delay: Option<Duration>,
    clock: &mut Clock,
) -> Result<Option<Vec<u8>>, FetchError> {
    let mut url = url.join(path).expect("an http address has a root");
    for _ in 0..=redirect::MAX_REDIRECTS {
        let answer = wire
            .get(&url, wire::headers(accept), crawl_delay, clock)
            .await?;
        let status = answer.status();
        if redirect::is_permanent(status).is_some() {
            url = redirect::target(&url, answer.headers())?;
        } else if status.is_success() {
            return Ok(Some(answer.body(MAX_ROBOTS as u64, clock).await?.bytes));
        } else if status.is_client_error() && !matches!(status.as_u16(), 401 | 403) {
            return Ok(None);
        } else {
            return Err(FetchError::Status(status.as_u16()));
        }
    }
    Err(redirect::TOO_MANY)
}
