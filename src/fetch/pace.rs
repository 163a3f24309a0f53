//! One request per host at a time, with a gap between them, and never before the host wants us back.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::fetch::cells::{Cells, Stale};
use crate::fetch::robots::MAX_CRAWL_DELAY;

/// The pace of all hosts.
#[derive(Debug)]
pub(crate) struct Pace {
    hosts: Cells<Host>,
    min_gap: Duration,
}

/// What is remembered about a host.
#[derive(Debug, Default)]
struct Host {
    /// When the last request ended.
    last_end: Option<Instant>,
    /// Until when the end of the last request can still make anybody wait.
    quiet_after: Option<Instant>,
    blocked: Option<Block>,
}

/// A host that asked to be left alone (`Retry-After`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    until: Instant,
    /// The same instant for people and the database.
    pub(crate) retry_at: Timestamp,
}

/// The right to send one request to a host; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    host: OwnedMutexGuard<Host>,
    longest_gap: Duration,
}

impl Pace {
    pub(crate) fn new(min_gap: Duration) -> Pace {
        Pace {
            hosts: Cells::new(),
            min_gap,
        }
    }

    /// Waits for the turn at a host; refused at once when the host wants to be left alone.
    ///
    /// `crawl_delay` is what the robots.txt of the request's authority asks for.
    pub(crate) async fn turn(
        &self,
        host: &str,
        crawl_delay: Option<Duration>,
    ) -> Result<Turn, Block> {
        let host = self.hosts.cell(host).lock_owned().await;
        if let Some(block) = host.blocked.filter(|block| Instant::now() < block.until) {
            return Err(block);
        }
        if let Some(end) = host.last_end {
            tokio::time::sleep_until(end + self.min_gap.max(crawl_delay.unwrap_or_default())).await;
        }
        Ok(Turn {
            host,
            longest_gap: self.min_gap.max(MAX_CRAWL_DELAY),
        })
    }
}

impl Turn {
    /// Leaves the host alone for a while, whichever source asks.
    pub(crate) fn block(&mut self, wait: Duration, retry_at: Timestamp) {
        self.host.blocked = Some(Block {
            until: Instant::now() + wait,
            retry_at,
        });
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let now = Instant::now();
        self.host.last_end = Some(now);
        self.host.quiet_after = Some(now + self.longest_gap);
    }
}

impl Stale for Host {
    fn is_stale(&self) -> bool {
        let now = Instant::now();
        self.quiet_after.is_none_or(|quiet| quiet <= now)
            && self.blocked.is_none_or(|block| block.until <= now)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const GAP: Duration = Duration::from_secs(2);

    #[tokio::test(start_paused = true)]
    async fn the_gap_counts_from_the_end_of_a_request_to_the_start_of_the_next() {
        let pace = Pace::new(GAP);
        let turn = pace.turn("forum.example", None).await.unwrap();
        tokio::time::advance(Duration::from_secs(7)).await;
        drop(turn);
        let ended = Instant::now();
        let _turn = pace.turn("forum.example", None).await.unwrap();
        let waited = ended.elapsed();
        assert!(
            waited >= GAP && waited < GAP + Duration::from_millis(10),
            "{waited:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_crawl_delay_widens_the_gap_and_never_narrows_it() {
        let pace = Pace::new(GAP);
        for (delay, expected) in [(1, 2), (9, 9)] {
            drop(pace.turn("forum.example", None).await.unwrap());
            let ended = Instant::now();
            drop(
                pace.turn("forum.example", Some(Duration::from_secs(delay)))
                    .await
                    .unwrap(),
            );
            assert_eq!(ended.elapsed().as_secs(), expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_do_not_wait_for_each_other() {
        let pace = Pace::new(GAP);
        let _turn = pace.turn("forum.example", None).await.unwrap();
        let started = Instant::now();
        let _other = pace.turn("wijkkrant.example", None).await.unwrap();
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn one_host_is_asked_one_request_at_a_time_in_the_order_of_asking() {
        let pace = Arc::new(Pace::new(GAP));
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let first = pace.turn("forum.example", None).await.unwrap();
        let started = Instant::now();
        let mut waiting = tokio::task::JoinSet::new();
        for number in 0..5 {
            let (pace, order) = (pace.clone(), order.clone());
            waiting.spawn(async move {
                let _turn = pace.turn("forum.example", None).await.unwrap();
                order.lock().unwrap().push(number);
            });
        }
        tokio::task::yield_now().await;
        drop(first);
        waiting.join_all().await;
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4]);
        assert_eq!(started.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_blocked_host_refuses_everybody_until_its_time() {
        let pace = Pace::new(GAP);
        let retry_at: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        pace.turn("forum.example", None)
            .await
            .unwrap()
            .block(Duration::from_secs(60), retry_at);
        assert_eq!(
            pace.turn("forum.example", None).await.unwrap_err().retry_at,
            retry_at
        );
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(pace.turn("forum.example", None).await.is_err());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(pace.turn("forum.example", None).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_is_forgotten_only_when_that_changes_nothing() {
        let mut host = Host::default();
        assert!(host.is_stale());
        host.quiet_after = Some(Instant::now() + GAP);
        assert!(!host.is_stale());
        tokio::time::advance(GAP).await;
        assert!(host.is_stale());
        let retry_at = Timestamp::UNIX_EPOCH;
        host.blocked = Some(Block {
            until: Instant::now() + GAP,
            retry_at,
        });
        assert!(!host.is_stale());
    }

    #[tokio::test(start_paused = true)]
    async fn giving_up_while_waiting_leaves_the_host_free() {
        let pace = Pace::new(GAP);
        drop(pace.turn("forum.example", None).await.unwrap());
        let waiting = pace.turn("forum.example", None);
        assert!(
            tokio::time::timeout(Duration::from_millis(1), waiting)
                .await
                .is_err()
        );
        assert!(pace.turn("forum.example", None).await.is_ok());
    }
}
