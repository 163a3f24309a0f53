//! A resident's request: what is kept, that it goes, or that it stays away.
//!
//! A request is about messages by their links and nothing else: no author is kept, so nobody can be
//! looked up, and a search by words would find other people. Each request is registered, also one
//! about something that was never here: its legal term runs all the same.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::audit::Event;
use crate::forget::{ForgetError, forget_link};
use crate::item::StoredHit;
use crate::mail::Mailer;
use crate::store::{RegisteredRequest, Store, StoreError};

/// What a resident asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// To see what is kept (GDPR art. 15).
    Access,
    /// That it is erased (GDPR art. 17).
    Erase,
    /// That it is erased and stays away (GDPR art. 21).
    Object,
}

impl Right {
    /// Its name, in the store and in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Right::Access => "access",
            Right::Erase => "erase",
            Right::Object => "object",
        }
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The number that the municipality gave it.
    pub number: String,
    /// What is asked.
    pub right: Right,
    /// The links of the messages.
    pub links: Vec<String>,
    /// The day on which it came in.
    pub received: Date,
}

impl Request {
    /// The last day on which it may be answered: one month after it came in (GDPR art. 12(3)).
    pub fn due(&self) -> Date {
        self.received.saturating_add(1.month())
    }
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    /// What was kept of the messages, before anything was erased.
    pub kept: Vec<StoredHit>,
    /// The hold that keeps a message, which was not erased for that reason.
    pub held: Option<i64>,
    /// Hits that were erased.
    pub erased: u64,
    /// Mails that waited for the relay and were withdrawn.
    pub withdrawn: u64,
}

/// Carries a request out and registers it.
///
/// # Errors
///
/// As [`forget_link`]. A request whose erasing failed half-way is not registered: it is to be made
/// again.
pub async fn carry_out(
    store: &Store,
    mailer: &Mailer,
    request: &Request,
    now: Timestamp,
) -> Result<Carried, ForgetError> {
    let mut carried = Carried::default();
    for link in &request.links {
        let spellings = store.reader().spellings(link).await?;
        carried
            .kept
            .extend(store.reader().hits_at(spellings).await?);
    }
    if request.right == Right::Object {
        // First that it stays away, then that it goes: a visit in between brings nothing back.
        store.object(&request.links, &request.number, now).await?;
    }
    if request.right != Right::Access {
        for link in &request.links {
            match forget_link(store, mailer, link, now).await {
                Ok(forgotten) => {
                    carried.erased += forgotten.hits;
                    carried.withdrawn += forgotten.withdrawn;
                }
                // It is registered all the same: who asked hears why it is still there.
                Err(ForgetError::Held(number)) => carried.held = Some(number),
                Err(error) => return Err(error),
            }
        }
    }
    let hits = carried.kept.len() as u64;
    register(store, request, hits, now).await?;
    Ok(carried)
}

async fn register(
    store: &Store,
    request: &Request,
    hits: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let registered = RegisteredRequest {
        number: request.number.clone(),
        kind: request.right.as_str().to_owned(),
        received: request.received,
        due: request.due(),
        done_at: now,
        hits,
        answered_at: None,
    };
    store.register_request(registered).await?;
    let event = Event::Request {
        request: request.number.clone(),
        kind: request.right.as_str().to_owned(),
        hits,
    };
    store.audit(event, now).await;
    Ok(())
}
