//! The timer around the flows.
//!
//! Whatever happens here, a command can do once: visit what is due, compose and send what is due,
//! erase what is past its retention. The schedule is in the store, so nothing is lost with the
//! process. The loop itself never does anything that takes long.

mod housekeeping; // What is done beside the visits.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sd_notify::NotifyState;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Examples, LoadError, Origin};
use crate::audit::Event;
use crate::daemon::housekeeping::{Housekeeping, HousekeepingError};
use crate::deliver::DeliverError;
use crate::forget::ForgetError;
use crate::outcome::PollOutcome;
use crate::poll::round::{Round, Visited};
use crate::settings::tell;
use crate::store::{Store, StoreError};

/// The loop looks around at least this often: the clock may jump, and a machine may sleep.
const LONGEST_NAP: Duration = Duration::from_secs(20);

/// How long running visits and a mail under way get when the daemon is told to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// How often it is looked whether something cannot wait.
const ALERT_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How often what is past its retention is erased.
const FORGET_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// How long nothing new begins after the store could not write (a full disk, another program that
/// holds the database). It doubles while that lasts, up to [`LONGEST_PAUSE`]: what is visited and
/// cannot be recorded is visited again, which is no way to treat a host for a weekend.
const FIRST_PAUSE: Duration = Duration::from_secs(60);

/// The longest such pause: a disk that has room again is used within half an hour.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 60);

/// Listens and mails until `shutdown`; reads the files again at each message on `reload`.
///
/// # Errors
///
/// When the store breaks. A source that fails, a relay that refuses, a wrong new configuration, a
/// full disk and a database that is held for a while end nothing.
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
        stopping: CancellationToken::new(),
        forgotten_at: None,
        alerted_at: None,
        pause: None,
        refused: false,
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
    /// Tells the housekeeping to begin nothing more.
    stopping: CancellationToken,
    forgotten_at: Option<Timestamp>,
    /// When it was last looked whether something cannot wait.
    alerted_at: Option<Timestamp>,
    pause: Option<Pause>,
    /// Whether the files are others than those in force, because they are wrong.
    refused: bool,
}

/// A time in which nothing new begins.
#[derive(Clone, Copy)]
struct Pause {
    until: Instant,
    length: Duration,
}

impl Daemon {
    /// Begins what is due, and says when to look again.
    async fn look_around(&mut self, nap: Duration) -> anyhow::Result<Instant> {
        let latest = Instant::now() + nap;
        let now = now();
        if self.pause_left().is_none() {
            self.keep_house(now).await?;
        }
        // What ended just now may have found that the store cannot write.
        if let Some(left) = self.pause_left() {
            return Ok(latest.min(Instant::now() + left));
        }
        match self.begin_visits(now).await {
            Ok(Some(wait)) => Ok(latest.min(Instant::now() + wait)),
            Ok(None) => Ok(latest),
            Err(error) => {
                self.judge_store(error)?;
                Ok(latest)
            }
        }
    }

    /// Begins the visits that are due, and says how long it takes until the next is.
    async fn begin_visits(&mut self, now: Timestamp) -> Result<Option<Duration>, StoreError> {
        if self.round.nothing_waits() {
            for id in self.store.reader().due(now).await? {
                if let Some(source) = self.app.sources.get(&id) {
                    self.round.add(source);
                }
            }
        }
        self.round.start(&self.app.listener, &self.store, now);
        let next_due = self.store.reader().next_due().await?;
        // A time that has passed is that of a visit under way.
        Ok(next_due.and_then(|due| Duration::try_from(due.duration_since(now)).ok()))
    }

    /// How long nothing new begins; `None` when there is no pause, or no longer.
    fn pause_left(&self) -> Option<Duration> {
        let left = self.pause?.until.duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
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
            match ended.await {
                Ok(result) => self.judge(result)?,
                // The panic was logged; its words may be those of a message.
                Err(_) => tracing::error!("mailing or erasing broke off"),
            }
        }
        let since = self.forgotten_at.map(|at| now.duration_since(at));
        // Also when the clock was set back.
        let forget = since.is_none_or(|since| since >= FORGET_EVERY || since.is_negative());
        if forget {
            self.forgotten_at = Some(now);
        }
        let since = self.alerted_at.map(|at| now.duration_since(at));
        let alert = since.is_none_or(|since| since >= ALERT_EVERY || since.is_negative());
        if alert {
            self.alerted_at = Some(now);
        }
        let round = Housekeeping {
            app: Arc::clone(&self.app),
            store: Arc::clone(&self.store),
            state: self.origin.state.clone(),
            forget,
            alert,
            stopping: self.stopping.clone(),
        };
        self.housekeeping = Some(tokio::spawn(round.run(now)));
        Ok(())
    }

    /// An error beside the visits ends the daemon only when the store is broken.
    fn judge(&mut self, result: Result<(), HousekeepingError>) -> anyhow::Result<()> {
        match result {
            Ok(()) => Ok(()),
            Err(HousekeepingError::Store(error))
            | Err(HousekeepingError::Deliver(DeliverError::Store(error)))
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
            StoreError::Full { .. } | StoreError::Busy { .. } => {
                // Visits that ran side by side fail together: that is one reason to pause.
                if self.pause_left().is_none() {
                    let twice = |pause: Pause| LONGEST_PAUSE.min(pause.length * 2);
                    let length = self.pause.map_or(FIRST_PAUSE, twice);
                    let until = Instant::now() + length;
                    self.pause = Some(Pause { until, length });
                    tracing::error!(%error, pause_s = length.as_secs(), "nothing new begins for a while");
                }
                Ok(())
            }
            StoreError::Refused(_) => {
                // A source got another id while it was visited: it is due under the new one.
                tracing::error!(%error, "what came of a visit was not recorded");
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
                self.pause = None;
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
        let loading = tokio::task::spawn_blocking(move || {
            App::load(&origin, &before.texts, Some(&before), Examples::Run, now)
        });
        self.refused = true;
        let app = match loading.await {
            Ok(Ok(app)) => app,
            Ok(Err(LoadError::Mistakes(mistakes))) => {
                tracing::error!(
                    mistakes = mistakes.len(),
                    "the new configuration is wrong; the old one stays in force"
                );
                let refused = Event::refused(&mistakes);
                self.store.audit(refused, now).await;
                for mistake in &mistakes {
                    tracing::error!("{}", tell::mistake(&self.app.desk.texts, mistake));
                }
                return Ok(());
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the new configuration cannot be used; the old one stays in force");
                return Ok(());
            }
            Err(_) => {
                tracing::error!(
                    "reading the new configuration broke off; the old one stays in force"
                );
                return Ok(());
            }
        };
        if app.settings.database != self.app.settings.database {
            tracing::error!(
                "another database needs a restart; the old configuration stays in force"
            );
            return Ok(());
        }
        if let Err(error) = app.introduce(&self.store, now).await {
            tracing::error!(%error, "the new configuration could not be stored; the old one stays in force");
            return self.judge_store(error);
        }
        self.round.drop_waiting();
        self.app = Arc::new(app);
        self.refused = false;
        tracing::info!(
            sources = self.app.sources.len(),
            "the new configuration is in force"
        );
        Ok(())
    }

    /// Tells the service manager how it goes.
    fn report(&self) {
        let status = format!(
            "listening to {} sources, {} visits under way{}{}",
            self.app.sources.len(),
            self.round.under_way(),
            if self.pause_left().is_some() {
                "; paused: the store cannot write"
            } else {
                ""
            },
            if self.refused {
                "; the files are wrong, the last good configuration is in force"
            } else {
                ""
            },
        );
        notify(&[NotifyState::Status(&status), NotifyState::Watchdog]);
    }

    /// Nothing new begins; what runs gets some time.
    async fn drain(mut self) -> anyhow::Result<()> {
        notify(&[NotifyState::Stopping]);
        tracing::info!(visits = self.round.under_way(), "stopping");
        self.round.drop_waiting();
        self.stopping.cancel();
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
                    Err(_) => tracing::error!("mailing or erasing broke off"),
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
