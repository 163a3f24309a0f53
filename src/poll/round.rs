//! Many sources, visited side by side; each of them by one visit at a time.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::poll::{Listener, Polled};
use crate::source::{Source, SourceId};
use crate::store::{Store, StoreError};

/// Visits under way at one time. Most of them wait for the turn of their host; how many requests
/// run is up to `fetch.parallel`.
const MOST_UNDER_WAY: usize = 256;

/// Visits that wait and visits under way.
#[derive(Debug, Default)]
pub struct Round {
    waiting: VecDeque<Arc<Source>>,
    taken: HashSet<SourceId>,
    under_way: JoinSet<Visited>,
}

/// One visit that has ended.
#[derive(Debug)]
pub struct Visited {
    /// The source.
    pub source: Arc<Source>,
    /// What came of it; an error is the store's.
    pub result: Result<Polled, StoreError>,
}

impl Round {
    /// Puts a source in the queue, unless it is in there or being visited.
    pub fn add(&mut self, source: &Arc<Source>) {
        if self.taken.insert(source.id.clone()) {
            self.waiting.push_back(Arc::clone(source));
        }
    }

    /// Begins as many visits as may be under way.
    pub fn start(&mut self, listener: &Listener, store: &Arc<Store>, now: Timestamp) {
        while self.under_way.len() < MOST_UNDER_WAY {
            let Some(source) = self.waiting.pop_front() else {
                return;
            };
            let (listener, store) = (listener.clone(), Arc::clone(store));
            self.under_way.spawn(async move {
                let result = listener.poll(&store, &source, now).await;
                Visited { source, result }
            });
        }
    }

    /// The next visit that ends; `None` when none is under way.
    pub async fn finished(&mut self) -> Option<Visited> {
        let visited = match self.under_way.join_next().await? {
            Ok(visited) => visited,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => unreachable!("visits are only broken off with the whole round"),
        };
        self.taken.remove(&visited.source.id);
        Some(visited)
    }

    /// How many visits are under way.
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// Whether every source that was added is under way or done.
    pub fn nothing_waits(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Forgets what waits; what is under way goes on.
    pub fn drop_waiting(&mut self) {
        for source in self.waiting.drain(..) {
            self.taken.remove(&source.id);
        }
    }
}
