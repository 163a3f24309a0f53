//! What is done beside the visits: counting, erasing, mailing.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::deliver::DeliverError;
use crate::feedback;
use crate::forget::{self, ForgetError};
use crate::store::{Store, StoreError};

/// What can go wrong beside the visits.
#[derive(Debug, thiserror::Error)]
pub(super) enum HousekeepingError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    #[error(transparent)]
    Forget(#[from] ForgetError),
}

/// One round, and what belongs to it this time.
pub(super) struct Housekeeping {
    pub(super) app: Arc<App>,
    pub(super) store: Arc<Store>,
    /// The state directory.
    pub(super) state: PathBuf,
    /// Whether what is past its retention is erased.
    pub(super) forget: bool,
    /// Whether answers are taken in, and what cannot wait is mailed.
    pub(super) alert: bool,
    /// Tells it to begin nothing more.
    pub(super) stopping: CancellationToken,
}

impl Housekeeping {
    pub(super) async fn run(self, now: Timestamp) -> Result<(), HousekeepingError> {
        let Housekeeping {
            app, store, state, ..
        } = self;
        // Erasing comes first: what is past its retention is not mailed.
        if self.forget {
            // What goes now is counted before.
            app.desk.counter().tally(&store, now).await?;
            forget::forget(&store, &app.desk.mailer, now).await?;
            let canary = app.canary(&state, now).await;
            store.keep_canary(canary).await?;
        }
        app.desk.compose_due(&store, now).await?;
        if self.alert {
            if let Err(error) = feedback::take_in(&store, &state, now).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "answers of readers could not be taken in"
                );
            }
            app.desk.alert_due(&store, now).await?;
        }
        for digest in store.reader().digests_to_send(now).await? {
            if self.stopping.is_cancelled() {
                break;
            }
            // A relay that refuses is noted with the message, which is tried again.
            let _refusal = app.desk.send(&store, &digest, super::now()).await?;
        }
        if self.forget {
            app.desk.tell_operator(&store, now).await?;
        }
        Ok(())
    }
}
