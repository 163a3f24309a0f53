//! `run`: the daemon, with its signals.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::app::{Examples, open_store};
use crate::cli::{Ended, Shell, loaded, now};
use crate::daemon;

/// Listens and mails until SIGTERM or SIGINT; SIGHUP reads the files again.
pub(crate) async fn run(shell: &Shell) -> anyhow::Result<Ended> {
    // Before anything is begun, so that no early signal is lost.
    let (mut hangup, mut terminate, mut interrupt) = (
        signal(SignalKind::hangup())?,
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let app = loaded!(shell, Examples::Run);
    let store = open_store(&shell.origin, &app, now()).await?;
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
