//! What is due to whom: select, compose, send, mark.
//!
//! A digest is stored as a finished message together with the fact which hits it tells; then it is
//! sent; then it is marked and its bytes are erased. A crash in between repeats a mail with the
//! same bytes, and never loses a hit.

mod alerting; // Mail outside the rhythm.
mod gathering; // What an overview is made from.
mod holding; // What is kept beyond its retention.
mod operator; // What does not mend itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::accountability::OpenPoint;
use crate::alert::AlertRules;
use crate::answer;
use crate::audit::Event;
use crate::item::{HitId, StoredHit};
use crate::mail::message::{self, MessageId, Purpose};
use crate::mail::{MailError, Mailer};
use crate::place::Map;
use crate::recipient::{Address, DigestRhythm, Recipient};
use crate::render::{RenderError, Rendered, TestMail, Texts};
use crate::schedule::DigestTimes;
use crate::source::{SourceId, Voice};
use crate::store::{
    Composition, DigestToSend, LastDigest, NewDigest, Pending, Reader, Store, StoreError,
};
use crate::tally::Counter;
use crate::theme::Theme;

/// The first wait after a relay refused a message.
const FIRST_RETRY: SignedDuration = SignedDuration::from_mins(2);

/// The longest wait between two attempts: a relay that is back is used the same half day.
const LONGEST_RETRY: SignedDuration = SignedDuration::from_hours(4);

/// How often a digest is composed anew because hits went while it was composed. Each time needs a
/// retention run in the same instant.
const MOST_TRIES: usize = 5;

/// What lies further ahead than this was written when the clock was wrong, and counts as that long
/// ago: it would keep the next overview away until its day comes. A smaller step back costs at most
/// one overview, whose hits stand in the next.
const LARGEST_STEP_BACK: SignedDuration = SignedDuration::from_hours(24);

/// What composing and sending needs; one for each configuration.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Name of the municipality.
    pub municipality: String,
    /// Who receives what.
    pub recipients: Vec<Recipient>,
    /// The themes, enabled or not, in the order of their ids.
    pub themes: Vec<Theme>,
    /// Names of the sources for readers.
    pub sources: BTreeMap<SourceId, String>,
    /// Who speaks at each source.
    pub voices: BTreeMap<SourceId, Voice>,
    /// How places lie to each other.
    pub places: Map,
    /// The district, neighbourhood or town that each place is or lies in.
    pub areas: BTreeMap<String, String>,
    /// When overviews go out.
    pub times: DigestTimes,
    /// What cannot wait for them.
    pub alerts: AlertRules,
    /// What the organisation has not yet decided or written down.
    pub open_points: Vec<OpenPoint>,
    /// Who hears when something is broken.
    pub operator: Address,
    /// All that is said.
    pub texts: Arc<Texts>,
    /// Hands messages over.
    pub mailer: Mailer,
}

/// Why composing or sending cannot go on for anybody.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template is broken.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// Hits kept going while a digest was composed.
    #[error("hits kept changing while the overview was composed; try again")]
    Restless,
}

/// What became of the overview for one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Composed {
    /// It waits to be sent.
    Waiting,
    /// There is nothing to tell, and this recipient wants no empty overview.
    NothingToTell,
}

/// Which waiting messages are tried.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// Those whose next attempt has come.
    Due,
    /// All for these recipients: a person asks.
    To(&'a [Recipient]),
}

impl Which<'_> {
    fn takes(self, address: &Address) -> bool {
        match self {
            Which::Due => true,
            Which::To(recipients) => recipients.iter().any(|to| to.address == *address),
        }
    }
}

/// What became of the messages that waited.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Handed over.
    pub sent: usize,
    /// Not handed over, and why; they wait for their next attempt.
    pub failed: Vec<(Address, MailError)>,
}

impl Desk {
    /// Composes the overview of every recipient whose time has come since the last one. After an
    /// outage that is one overview over the whole time, not one for each time that was missed.
    pub async fn compose_due(&self, store: &Store, now: Timestamp) -> Result<usize, DeliverError> {
        let mut composed = 0;
        for recipient in &self.recipients {
            let Some(slot) = self.times.of(recipient).latest(recipient.digest, now) else {
                continue;
            };
            let last = store.reader().last_digest(&recipient.address).await?;
            let since = store.reader().pending(&recipient.address, now).await?.since;
            let Some(told_up_to) = told_up_to(last, since, now) else {
                continue;
            };
            if told_up_to >= slot {
                continue;
            }
            match self.compose(store, recipient, now).await {
                Ok(Composed::Waiting) => composed += 1,
                Ok(Composed::NothingToTell) => {}
                Err(DeliverError::Store(error)) => return Err(error.into()),
                // One that cannot be composed holds up no other, and is tried at the next look.
                Err(error) => {
                    tracing::error!(recipient = %recipient.address, %error, "overview not composed");
                }
            }
        }
        Ok(composed)
    }

    /// Composes the overview of one recipient from all that it was not yet told.
    pub async fn compose(
        &self,
        store: &Store,
        recipient: &Recipient,
        now: Timestamp,
    ) -> Result<Composed, DeliverError> {
        self.counter().tally(store, now).await?;
        for _ in 0..MOST_TRIES {
            let pending = store.reader().pending(&recipient.address, now).await?;
            let (pending, passed) = self.wanted(recipient, pending);
            let period = now.to_string();
            if pending.hits.is_empty() && pending.lost == 0 && !recipient.empty {
                store
                    .nothing_to_tell(&recipient.address, period, passed, now)
                    .await?;
                return Ok(Composed::NothingToTell);
            }
            let hits: Vec<HitId> = pending.hits.iter().map(|stored| stored.id).collect();
            let lost = pending.lost;
            let since = pending.since;
            let reader = store.reader();
            let from = self.period_start(reader, recipient, since, now).await?;
            let answers = Some(self.answers(store));
            let rendered = self
                .render(reader, answers, recipient, pending, (from, now))
                .await?;
            let config = self.mailer.config();
            let id = MessageId::new(
                &config.from,
                &recipient.address,
                Purpose::Digest,
                (from, now),
            );
            let message = message::compose(config, recipient, &rendered, &id, now);
            let digest = NewDigest {
                to: recipient.address.clone(),
                period,
                message_id: id.as_str().to_owned(),
                message,
                hits,
                passed,
                lost,
                at: now,
            };
            let told = digest.hits.len();
            match store.compose_digest(digest).await? {
                Composition::Stored(_) => {
                    tracing::info!(recipient = %recipient.address, hits = told, "overview composed");
                    return Ok(Composed::Waiting);
                }
                Composition::AlreadyThere => return Ok(Composed::Waiting),
                Composition::Outdated => {}
            }
        }
        Err(DeliverError::Restless)
    }

    /// What this recipient wants to hear of, and the hits that it does not.
    fn wanted(&self, recipient: &Recipient, pending: Pending) -> (Pending, Vec<HitId>) {
        let is_wanted =
            |stored: &StoredHit| recipient.places.takes(&stored.hit.places, &self.places);
        let (hits, passed): (Vec<_>, Vec<_>) = pending.hits.into_iter().partition(is_wanted);
        let passed = passed.into_iter().map(|stored| stored.id).collect();
        (Pending { hits, ..pending }, passed)
    }

    /// Whether a message waits for this recipient and there is nothing to add: asking again is then
    /// no reason for another one.
    pub async fn only_waits(
        &self,
        store: &Store,
        recipient: &Recipient,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let waiting = store.reader().waiting_digests(now).await?;
        if !waiting.iter().any(|digest| digest.to == recipient.address) {
            return Ok(false);
        }
        let pending = store.reader().pending(&recipient.address, now).await?;
        let (pending, _) = self.wanted(recipient, pending);
        Ok(pending.hits.is_empty() && pending.lost == 0)
    }

    /// The overview that a recipient would get now; nothing is stored or sent.
    pub async fn preview(
        &self,
        reader: &Reader,
        recipient: &Recipient,
        now: Timestamp,
    ) -> Result<Rendered, DeliverError> {
        let pending = reader.pending(&recipient.address, now).await?;
        let (pending, _) = self.wanted(recipient, pending);
        let since = pending.since;
        let from = self.period_start(reader, recipient, since, now).await?;
        self.render(reader, None, recipient, pending, (from, now))
            .await
    }

    /// The overview of a period that has passed, of what is still kept of it; nothing is stored or
    /// sent, and nothing counts as told.
    pub async fn repeat(
        &self,
        reader: &Reader,
        recipient: &Recipient,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Rendered, DeliverError> {
        let mut hits = reader.hits_between(from, until).await?;
        hits.retain(|stored| recipient.themes.takes(&stored.hit.theme));
        let pending = Pending {
            hits,
            ..Pending::default()
        };
        let (pending, _) = self.wanted(recipient, pending);
        self.render(reader, None, recipient, pending, (from, until))
            .await
    }

    /// Where answers about the stories go.
    fn answers(&self, store: &Store) -> answer::Desk {
        answer::Desk {
            to: self.mailer.config().answers_to.clone(),
            stamps: store.stamps(),
        }
    }

    /// Counts stories as overviews tell them.
    pub fn counter(&self) -> Counter<'_> {
        Counter {
            themes: &self.themes,
            places: &self.places,
            areas: &self.areas,
            zone: &self.times.zone,
        }
    }

    /// Sends the messages that wait. One that cannot be handed over holds up no other.
    pub async fn send_waiting(
        &self,
        store: &Store,
        which: Which<'_>,
        now: Timestamp,
    ) -> Result<Sent, DeliverError> {
        let waiting = match which {
            Which::Due => store.reader().digests_to_send(now).await?,
            Which::To(_) => store.reader().waiting_digests(now).await?,
        };
        let mut outcome = Sent::default();
        for digest in waiting.iter().filter(|digest| which.takes(&digest.to)) {
            match self.send(store, digest, now).await? {
                Ok(()) => outcome.sent += 1,
                Err(error) => outcome.failed.push((digest.to.clone(), error)),
            }
        }
        Ok(outcome)
    }

    /// Sends one message that waits. When it cannot be handed over, it is tried again after a wait
    /// that grows.
    pub async fn send(
        &self,
        store: &Store,
        digest: &DigestToSend,
        now: Timestamp,
    ) -> Result<Result<(), MailError>, StoreError> {
        let DigestToSend {
            id, to, attempts, ..
        } = digest;
        let sent = self.mailer.send(to, &digest.message).await;
        match &sent {
            Ok(()) => {
                store.mark_sent(*id, now).await?;
                let recipient = store.pseudonym(to);
                store.audit(Event::Sent { recipient }, now).await;
                tracing::info!(recipient = %to, "overview sent");
            }
            Err(error) => {
                let wait = FIRST_RETRY * 2_i32.pow((*attempts).min(12));
                let next = now + wait.min(LONGEST_RETRY);
                store.mark_failed(*id, now, next).await?;
                tracing::warn!(recipient = %to, attempts = attempts + 1, %error, "overview not sent");
            }
        }
        Ok(sent)
    }

    /// Sends a mail by which a person sees that mail arrives. It is not stored and not repeated.
    pub async fn send_test(
        &self,
        recipient: &Recipient,
        now: Timestamp,
    ) -> Result<Result<(), MailError>, DeliverError> {
        let zoned = |when: Timestamp| when.to_zoned(self.times.zone.clone());
        let rendered = self.texts.test_mail(&TestMail {
            municipality: self.municipality.clone(),
            recipient: recipient.name.clone(),
            now: zoned(now),
            next: self
                .times
                .of(recipient)
                .next(recipient.digest, now)
                .map(zoned),
        })?;
        let config = self.mailer.config();
        let id = MessageId::new(&config.from, &recipient.address, Purpose::Test, (now, now));
        let message = message::compose(config, recipient, &rendered, &id, now);
        Ok(self.mailer.send(&recipient.address, &message).await)
    }

    /// The recipients that take overviews, or those of this name.
    pub fn takers<'a>(&'a self, name: Option<&'a str>) -> impl Iterator<Item = &'a Recipient> {
        self.recipients.iter().filter(move |recipient| {
            recipient.digest != DigestRhythm::None && name.is_none_or(|name| name == recipient.name)
        })
    }
}

/// Up to when a recipient knows what there was: the last overview, or the beginning of the
/// subscription when that is later. `None` for who takes nothing.
fn told_up_to(
    last: Option<LastDigest>,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Option<Timestamp> {
    let last = last.map(|last| last.composed_at);
    let believable = |at: Timestamp| match at.duration_since(now) > LARGEST_STEP_BACK {
        true => now - LARGEST_STEP_BACK,
        false => at,
    };
    last.into_iter().chain(since).map(believable).max()
}
