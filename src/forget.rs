//! What is past its retention goes, for real: from the database, its log, and the outbox.

use jiff::Timestamp;

use crate::audit::Event;
use crate::mail::{MailError, Mailer};
use crate::store::{Forgotten, Store, StoreError};

/// Why something is still there.
#[derive(Debug, thiserror::Error)]
pub enum ForgetError {
    /// The store could not erase it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A hold keeps the message: who asked for that must end it first. Nothing was erased.
    #[error("hold {0} keeps this message")]
    Held(i64),
    /// The outbox could not be cleared.
    #[error("the outbox could not be cleared")]
    Outbox(#[source] MailError),
}

/// Erases all that is past its retention.
///
/// Messages in the outbox (`via = "directory"`) are copies of what the database held, so they go
/// when their `Expires` has passed. Holds that have come to their end are ended first, so that what
/// they kept goes too.
pub async fn forget(
    store: &Store,
    mailer: &Mailer,
    now: Timestamp,
) -> Result<Forgotten, ForgetError> {
    for number in store.end_holds(now).await? {
        let request = number.to_string();
        store.audit(Event::Released { request }, now).await;
    }
    let forgotten = audited(store, "retention", store.forget(now).await, now).await?;
    let messages = mailer
        .clear_outbox(now)
        .await
        .map_err(ForgetError::Outbox)?;
    if messages > 0 || forgotten.hits + forgotten.withdrawn > 0 {
        tracing::info!(
            hits = forgotten.hits,
            hits.lost = forgotten.lost,
            messages.withdrawn = forgotten.withdrawn,
            messages.outbox = messages,
            "erased what was past its retention"
        );
    }
    Ok(forgotten)
}

/// Erases the message at this address, however it is spelled and whatever its retention: from the
/// database, from what waits for the relay, and from the outbox.
///
/// An address of which nothing is stored may still stand in a message in the outbox.
pub async fn forget_link(
    store: &Store,
    mailer: &Mailer,
    link: &str,
    now: Timestamp,
) -> Result<Forgotten, ForgetError> {
    let mut links = store.reader().spellings(link).await?;
    if links.is_empty() {
        links.push(link.to_owned());
    }
    for link in &links {
        if let Some(number) = store.reader().hold_on(link, now).await? {
            return Err(ForgetError::Held(number));
        }
    }
    let forgotten = store.forget_links(links.clone(), now).await;
    let forgotten = audited(store, "request", forgotten, now).await;
    for link in links {
        mailer
            .withdraw_from_outbox(&link)
            .await
            .map_err(ForgetError::Outbox)?;
    }
    Ok(forgotten?)
}

/// Writes down what was erased, and what was deleted and is not erased yet.
async fn audited(
    store: &Store,
    why: &str,
    forgotten: Result<Forgotten, StoreError>,
    now: Timestamp,
) -> Result<Forgotten, StoreError> {
    let event = match &forgotten {
        Ok(Forgotten {
            hits, withdrawn, ..
        }) if hits + withdrawn > 0 => Some(Event::Deleted {
            why: why.to_owned(),
            hits: *hits,
            withdrawn: *withdrawn,
        }),
        Err(StoreError::NotErased(Forgotten { hits, .. })) => {
            Some(Event::NotErased { hits: *hits })
        }
        _ => None,
    };
    if let Some(event) = event {
        store.audit(event, now).await;
    }
    forgotten
}
