//! Who reads: work that takes the processor for long, a few documents at a time.
//!
//! What is made of a large document takes ten times its size in memory while it is read. Read all side
//! by side, the documents of a hundred hostile sources would not fit into the machine.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time;

use crate::outcome::{Failure, FailureClass};
use crate::poll::our_mistake;

/// Most documents that are read at one time, whatever the machine: two of 5 MiB, with all that is
/// made of them, take 120 MiB. A usual feed is read in a millisecond, so two are enough.
const MOST: usize = 2;

/// For one piece of work. The worst document of 5 MiB that we know takes some seconds; what takes longer
/// than this has met a mistake of ours, and may never end.
const LONGEST: Duration = Duration::from_secs(60);

/// Reads untrusted bytes and listens to them, one document at a time on each processor and never more
/// than two; who asked first is served first, so that what was read is soon listened to and gone.
/// Clones are the same readers.
#[derive(Clone, Debug)]
pub struct Readers(Arc<Semaphore>);

impl Default for Readers {
    fn default() -> Readers {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Readers(Arc::new(Semaphore::new(processors.min(MOST))))
    }
}

impl Readers {
    /// Runs work when it is its turn. A mistake of ours in there is a failure of this one source, not
    /// the end of the daemon.
    ///
    /// The turn ends when the work took too long or the future is dropped, even if the work goes on in
    /// its thread: work that never ends must not keep the others waiting for ever.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let _turn = self
            .0
            .acquire()
            .await
            .expect("the semaphore is never closed");
        match time::timeout(LONGEST, tokio::task::spawn_blocking(work)).await {
            Ok(Ok(read)) => Ok(read),
            // The error holds the words of the panic, which may be words of the document. Where it
            // happened is in the log already.
            Ok(Err(_)) => Err(our_mistake()),
            Err(_) => {
                tracing::error!(
                    limit.s = LONGEST.as_secs(),
                    "a document was given up while it was read; its thread goes on"
                );
                Err(too_hard())
            }
        }
    }
}

fn too_hard() -> Failure {
    let seconds = LONGEST.as_secs();
    Failure {
        class: FailureClass::Stuck,
        detail: format!("given up after {seconds} seconds of reading"),
        retry_at: None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn work_that_never_ends_is_given_up_and_others_get_their_turn() {
        time::pause();
        let readers = Readers::default();
        let (end, never) = mpsc::channel::<()>();
        let stuck = readers.clone();
        let stuck = tokio::spawn(async move { stuck.run(move || never.recv().is_ok()).await });
        tokio::task::yield_now().await;
        time::advance(LONGEST * 2).await;
        let failure = stuck.await.unwrap().unwrap_err();
        assert_eq!(failure.class, FailureClass::Stuck);
        for _ in 0..=MOST {
            assert_eq!(readers.run(|| 7).await, Ok(7));
        }
        assert_eq!(
            readers.0.available_permits(),
            Readers::default().0.available_permits()
        );
        drop(end);
    }
}
