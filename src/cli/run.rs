//! `run`: the daemon, with its signals.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::app::{App, Examples, LoadError, open_store};
use crate::audit::Event;
use crate::cli::{Ended, Shell, complain, now};
use crate::daemon;
use crate::settings::tell;
use crate::store::{AuditLog, StateDirectory};

/// Listens and mails until SIGTERM or SIGINT; SIGHUP reads the files again.
pub(crate) async fn run(shell: &Shell) -> anyhow::Result<Ended> {
    // Before anything is begun, so that no early signal is lost.
    let (mut hangup, mut terminate, mut interrupt) = (
        signal(SignalKind::hangup())?,
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let app = match App::load(&shell.origin, &shell.texts, None, Examples::Run, now()) {
        Ok(app) => app,
        Err(LoadError::Mistakes(mistakes)) => {
            complain(tell::report(&shell.texts, &mistakes).trim_end());
            // Without data there is nothing that could have been listened with.
            if let Ok(directory) = StateDirectory::existing(&shell.origin.state) {
                AuditLog::of(directory.path()).append(&Event::refused(&mistakes), now())?;
            }
            return Ok(Ended::Wrong);
        }
        Err(error) => return Err(error.into()),
    };
    let store = open_store(&shell.origin, &app, now()).await?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    store.audit(Event::Started { version }, now()).await;
    let (ask, reload) = mpsc::channel(1);
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            // One reading answers all signals that came before it.
            let _ = ask.try_send(());
        }
    });
    let shutdown = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    daemon::run(shell.origin.clone(), app, store, reload, shutdown).await?;
    Ok(Ended::Well)
}
