//! The timer around the flows.
//!
//! Whatever happens here, a command can do once: visit what is due, compose and send what is due,
//! erase what is past its retention. The schedule is in the store, so nothing is lost with the
//! process. The loop itself never does anything that takes long.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sd_notify::NotifyState;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::app::{App, LoadError, Origin};
use crate::deliver::{DeliverError, Which};
use crate::forget::{self, ForgetError};
use crate::outcome::PollOutcome;
use crate::poll::round::{Round, Visited};
use crate::settings::tell;
use crate::store::{Store, StoreError};

/// The loop looks around at least this often: the clock may jump, and a machine may sleep.
const LONGEST_NAP: Duration = Duration::from_secs(20);

/// How long running visits and a mail under way get when the daemon is told to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// How often what is past its retention is erased.
const FORGET_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// After a full disk: how long nothing new begins.
const FULL_DISK_PAUSE: Duration = Duration::from_secs(60);

/// Listens and mails until `shutdown`; reads the files again at each message on `reload`.
///
/// # Errors
///
/// When the store breaks. A source that fails, a relay that refuses, a wrong new configuration and
/// a full disk end nothing.
pub async fn run(
    origin: Origin,
    app: App,
    store: Arc<Store>,
    mut reload: mpsc::Receiver<()>,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let nap = match sd_notify::watchdog_enabled() {
        Some(limit) => LONGEST_NAP.min(limit / 3),
        None => LONGEST_NAP,
    };
    let mut daemon = Daemon {
        origin,
        app: Arc::new(app),
        store,
        round: Round::default(),
        housekeeping: None,
        forgotten_at: None,
        paused_until: None,
    };
    tracing::info!(sources = daemon.app.sources.len(), "listening");
    notify(&[NotifyState::Ready]);
    tokio::pin!(shutdown);
    loop {
        let wake = daemon.look_around(nap).await?;
        daemon.report();
        tokio::select! {
            () = &mut shutdown => break,
            Some(()) = reload.recv() => daemon.reload().await?,
            Some(visited) = daemon.round.finished() => daemon.take_note(visited)?,
            () = tokio::time::sleep_until(wake) => {}
        }
    }
    daemon.drain().await
}

/// The present.
#[expect(
    clippy::disallowed_methods,
    reason = "the daemon is one of the two places that read the clock"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

struct Daemon {
    origin: Origin,
    app: Arc<App>,
    store: Arc<Store>,
    round: Round,
    /// Mailing and erasing, one after the other, beside the visits.
    housekeeping: Option<JoinHandle<Result<(), HousekeepingError>>>,
    forgotten_at: Option<Timestamp>,
    paused_until: Option<Instant>,
}

/// What can go wrong beside the visits.
#[derive(Debug, thiserror::Error)]
enum HousekeepingError {
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    #[error(transparent)]
    Forget(#[from] ForgetError),
}

impl Daemon {
    /// Begins what is due, and says when to look again.
    async fn look_around(&mut self, nap: Duration) -> anyhow::Result<Instant> {
        let latest = Instant::now() + nap;
        if self
            .paused_until
            .is_some_and(|until| until > Instant::now())
        {
            return Ok(latest);
        }
        let now = now();
        self.keep_house(now).await?;
        if self.round.nothing_waits() {
            for id in self.store.reader().due(now).await? {
                if let Some(source) = self.app.sources.get(&id) {
                    self.round.add(source);
                }
            }
        }
        self.round.start(&self.app.listener, &self.store, now);
        let next_due = self.store.reader().next_due().await?;
        let until_due = next_due.and_then(|due| Duration::try_from(due.duration_since(now)).ok());
        Ok(until_due.map_or(latest, |wait| latest.min(Instant::now() + wait)))
    }

    /// Begins to mail and to erase, when it is time and the last time has ended.
    async fn keep_house(&mut self, now: Timestamp) -> anyhow::Result<()> {
        if let Some(running) = &self.housekeeping {
            if !running.is_finished() {
                return Ok(());
            }
            let ended = self
                .housekeeping
                .take()
                .expect("it was there a line before");
            self.judge(ended.await.map_err(anyhow::Error::from)?)?;
        }
        let since = self.forgotten_at.map(|at| now.duration_since(at));
        // Also when the clock was set back.
        let forget = since.is_none_or(|since| since >= FORGET_EVERY || since.is_negative());
        if forget {
            self.forgotten_at = Some(now);
        }
        let (app, store) = (Arc::clone(&self.app), Arc::clone(&self.store));
        self.housekeeping = Some(tokio::spawn(async move {
            // Erasing comes first: what is past its retention is not mailed.
            if forget {
                forget::forget(&store, &app.desk.mailer, now).await?;
            }
            app.desk.compose_due(&store, now).await?;
            app.desk.send_waiting(&store, Which::Due, now).await?;
            Ok(())
        }));
        Ok(())
    }

    /// An error beside the visits ends the daemon only when the store is broken.
    fn judge(&mut self, result: Result<(), HousekeepingError>) -> anyhow::Result<()> {
        match result {
            Ok(()) => Ok(()),
            Err(HousekeepingError::Deliver(DeliverError::Store(error)))
            | Err(HousekeepingError::Forget(ForgetError::Store(error))) => self.judge_store(error),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "mailing or erasing failed"
                );
                Ok(())
            }
        }
    }

    fn judge_store(&mut self, error: StoreError) -> anyhow::Result<()> {
        match error {
            StoreError::Full { .. } => {
                tracing::error!(%error, "the disk is full: nothing new begins for a while");
                self.paused_until = Some(Instant::now() + FULL_DISK_PAUSE);
                Ok(())
            }
            StoreError::NotErased { .. } => {
                tracing::error!(%error, "not all is erased yet");
                // To be tried at the next look.
                self.forgotten_at = None;
                Ok(())
            }
            error => Err(error.into()),
        }
    }

    fn take_note(&mut self, visited: Visited) -> anyhow::Result<()> {
        match visited.result {
            Ok(polled) => {
                if let PollOutcome::Read(counts) = polled.outcome {
                    tracing::debug!(source.id = %visited.source.id, items.changed = counts.changed, items.old = counts.old, "recorded");
                }
                Ok(())
            }
            Err(error) => self.judge_store(error),
        }
    }

    /// Puts a new configuration in force, or says why the old one stays.
    async fn reload(&mut self) -> anyhow::Result<()> {
        let (origin, before, now) = (self.origin.clone(), Arc::clone(&self.app), now());
        let loaded =
            tokio::task::spawn_blocking(move || App::load(&origin, Some(&before), now)).await?;
        match loaded {
            Ok(app) => {
                app.introduce(&self.store, now).await?;
                self.round.drop_waiting();
                self.app = Arc::new(app);
                tracing::info!(
                    sources = self.app.sources.len(),
                    "the new configuration is in force"
                );
            }
            Err(LoadError::Mistakes(mistakes)) => {
                tracing::error!(
                    mistakes = mistakes.len(),
                    "the new configuration is wrong; the old one stays in force"
                );
                for mistake in &mistakes {
                    tracing::error!("{}", tell::mistake(&self.app.desk.texts, mistake));
                }
            }
            Err(error) => {
                tracing::error!(%error, "the new configuration cannot be used; the old one stays in force")
            }
        }
        Ok(())
    }

    /// Tells the service manager how it goes.
    fn report(&self) {
        let status = format!(
            "listening to {} sources, {} visits under way",
            self.app.sources.len(),
            self.round.under_way()
        );
        notify(&[NotifyState::Status(&status), NotifyState::Watchdog]);
    }

    /// Nothing new begins; what runs gets some time.
    async fn drain(mut self) -> anyhow::Result<()> {
        notify(&[NotifyState::Stopping]);
        tracing::info!(visits = self.round.under_way(), "stopping");
        self.round.drop_waiting();
        let mut result = Ok(());
        let ending = async {
            while let Some(visited) = self.round.finished().await {
                if let Err(error) = visited.result {
                    result = Err(error.into());
                }
            }
            if let Some(running) = self.housekeeping.take() {
                match running.await {
                    Ok(Err(error)) => tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "mailing or erasing failed"
                    ),
                    Ok(Ok(())) => {}
                    Err(error) => tracing::error!(%error, "mailing or erasing broke off"),
                }
            }
        };
        if tokio::time::timeout(DRAIN, ending).await.is_err() {
            tracing::warn!("some visits were broken off; they are made again at the next start");
        }
        result
    }
}

/// Says something to the service manager; without one (`NOTIFY_SOCKET` is not set) to nobody.
fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "the service manager does not listen");
    }
}
