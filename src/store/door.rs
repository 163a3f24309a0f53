//! One connection on a thread of its own, and the queue before it.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::store::StoreError;

/// Most jobs that share one commit. A commit waits for the disk, and what waits meanwhile goes into the
/// next; the first of them should not wait for ever.
const MOST_TOGETHER: usize = 64;

/// A piece of work with the connection.
enum Job {
    /// With transactions of its own, or none.
    Alone(Box<dyn FnOnce(&mut Connection) + Send>),
    /// In a transaction that it may share with its neighbours in the queue.
    Shared(SharedJob),
}

/// Runs in a transaction, or hears why there is none.
type SharedJob = Box<dyn FnOnce(Result<&Connection, StoreError>) -> Done + Send>;

/// A shared job that has run and is not committed yet.
struct Done {
    /// What its neighbours are told should it have undone the whole transaction; `None` when it went
    /// well and what it changed is kept.
    failed: Option<StoreError>,
    /// Hands its answer over; or the error, when the transaction could not be committed.
    tell: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

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
            .spawn(move || serve(&mut connection, &queue))
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
        self.send(Job::Alone(Box::new(move |connection| {
            // A caller who no longer waits does not hear the answer; the work is done all the same.
            let _ = answer.send(job(connection));
        })))?;
        wait.await.map_err(|_| StoreError::Stopped)?
    }

    /// Runs a job in a transaction, of which an error or a panic undoes what the job did.
    ///
    /// Jobs that wait at the same time share one commit, and so one wait for the disk. Each is told
    /// only when all of them are on it.
    pub(crate) async fn in_transaction<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, wait) = oneshot::channel();
        self.send(Job::Shared(Box::new(move |connection| {
            let result = connection.and_then(job);
            Done {
                failed: result.as_ref().err().map(StoreError::for_a_neighbour),
                tell: Box::new(move |committed| {
                    let _ = answer.send(result.and_then(|told| committed.map(|()| told)));
                }),
            }
        })))?;
        wait.await.map_err(|_| StoreError::Stopped)?
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let sent = self.jobs.as_ref().and_then(|jobs| jobs.send(job).ok());
        sent.ok_or(StoreError::Stopped)
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

/// Does the jobs of the queue until nobody can send one any more.
fn serve(connection: &mut Connection, queue: &Receiver<Job>) {
    let mut next = queue.recv().ok();
    while let Some(job) = next.take() {
        match job {
            Job::Alone(job) => job(connection),
            Job::Shared(job) => next = together(connection, job, queue),
        }
        next = next.or_else(|| queue.recv().ok());
    }
}

/// Does a job, and those that wait behind it, in one transaction; hands back the first that wants none.
///
/// For a writing connection the transaction takes the write lock at once, so that no job fails
/// halfway for want of it. A reading one shares none: its neighbour may ask for what was written since
/// it began.
fn together(connection: &mut Connection, first: SharedJob, queue: &Receiver<Job>) -> Option<Job> {
    let begun = match connection.is_readonly("main") {
        Ok(true) => Ok((TransactionBehavior::Deferred, 1)),
        Ok(false) => Ok((TransactionBehavior::Immediate, MOST_TOGETHER)),
        Err(error) => Err(error),
    };
    let begun = begun.and_then(|(behavior, most)| {
        let transaction = connection.transaction_with_behavior(behavior)?;
        Ok((transaction, most))
    });
    let (mut transaction, most) = match begun {
        Ok(begun) => begun,
        Err(error) => {
            (first(Err(error.into())).tell)(Ok(()));
            return None;
        }
    };
    let (mut done, mut alone, mut undone) = (Vec::new(), None, None);
    let mut next = Some(first);
    while let Some(job) = next.take() {
        let ended = apart(&mut transaction, job);
        let failed = ended.failed.as_ref().map(StoreError::for_a_neighbour);
        done.push(ended);
        // SQLite undoes the whole transaction when, for one, the disk is full.
        if transaction.is_autocommit() {
            undone = failed;
            break;
        }
        if done.len() < most {
            match queue.try_recv() {
                Ok(Job::Shared(job)) => next = Some(job),
                Ok(job) => alone = Some(job),
                // Nothing waits, or nobody can send any more: the caller sees which.
                Err(_) => {}
            }
        }
    }
    let committed = match undone {
        None => transaction.commit().map_err(StoreError::from),
        Some(error) => Err(error),
    };
    for Done { tell, .. } in done {
        tell(match &committed {
            Ok(()) => Ok(()),
            Err(error) => Err(error.for_a_neighbour()),
        });
    }
    alone
}

/// Does a job so that its failure undoes what it did, and nothing of its neighbours.
fn apart(transaction: &mut Transaction<'_>, job: SharedJob) -> Done {
    let savepoint = match transaction.savepoint() {
        Ok(savepoint) => savepoint,
        Err(error) => return job(Err(error.into())),
    };
    let done = job(Ok(&savepoint));
    if done.failed.is_none()
        && let Err(error) = savepoint.commit()
    {
        let error = StoreError::from(error);
        return Done {
            failed: Some(error.for_a_neighbour()),
            tell: Box::new(move |_| (done.tell)(Err(error))),
        };
    }
    done
}
