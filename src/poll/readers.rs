//! Who reads: work that takes the processor for long, a few documents at a time.
//!
//! What is made of a large document takes ten times its size in memory while it is read. Read all side
//! by side, the documents of a hundred hostile sources would not fit into the machine.

use std::sync::Arc;
use std::thread;

use tokio::sync::Semaphore;

use crate::outcome::Failure;
use crate::poll::our_mistake;

/// Most documents that are read at one time, whatever the machine: two of 5 MiB, with all that is
/// made of them, take 120 MiB. A usual feed is read in a millisecond, so two are enough.
const MOST: usize = 2;

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
    /// The turn ends when the future is dropped, even if the work goes on in its thread: work that
    /// never ends must not keep the others waiting for ever.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let _turn = self
            .0
            .acquire()
            .await
            .expect("the semaphore is never closed");
        // The error holds the words of the panic, which may be words of the document. Where it
        // happened is in the log already.
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| our_mistake())
    }
}
