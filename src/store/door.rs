//! One connection on a thread of its own, and the queue before it.

use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use crate::store::StoreError;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A connection that is used by its own thread only; jobs run one after another.
///
/// The queue has no bound of its own: every caller waits for its answer, so there are never more
/// jobs in it than flows that run.
#[derive(Debug)]
pub(crate) struct Door {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Door {
    /// Gives a connection its thread.
    pub(crate) fn open(name: &str, mut connection: Connection) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                for job in queue {
                    job(&mut connection);
                }
            })
            .map_err(|source| StoreError::file(name.as_ref(), source))?;
        Ok(Door {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Runs a job with the connection and waits for its answer.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // A caller who no longer waits does not hear the answer; the work is done all the same.
            let _ = answer.send(job(connection));
        });
        self.jobs
            .as_ref()
            .and_then(|jobs| jobs.send(job).ok())
            .ok_or(StoreError::Stopped)?;
        wait.await.map_err(|_| StoreError::Stopped)?
    }

    /// Runs a job in one transaction, which an error or a panic undoes.
    ///
    /// For a writing connection the transaction takes the write lock at once, so that no job fails
    /// halfway for want of it.
    pub(crate) async fn in_transaction<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run(move |connection| {
            let behavior = match connection.is_readonly("main")? {
                true => TransactionBehavior::Deferred,
                false => TransactionBehavior::Immediate,
            };
            let transaction = connection.transaction_with_behavior(behavior)?;
            let answer = job(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        })
        .await
    }
}

impl Drop for Door {
    /// Waits until the queue is empty and the connection is closed.
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has told so on its own.
            let _ = thread.join();
        }
    }
}
