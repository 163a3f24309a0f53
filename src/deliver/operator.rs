//! Word to the operator: what does not mend itself and no reader of overviews can mend.

use jiff::{SignedDuration, Timestamp};

use crate::deliver::{DeliverError, Desk};
use crate::mail::message::{self, MessageId, Purpose};
use crate::place::choice::PlaceChoice;
use crate::recipient::{DigestRhythm, Recipient};
use crate::render::undelivered::{Undelivered, Waiting};
use crate::store::Store;
use crate::theme::ThemeChoice;

/// A message that waits so long is told: a relay that restarts or greylists needs hours.
const WAITED: SignedDuration = SignedDuration::from_hours(24);

impl Desk {
    /// Tells the operator once of each message that could not be delivered for a day; how many. When
    /// the operator cannot be reached either, it is tried again at the next call.
    pub async fn tell_operator(
        &self,
        store: &Store,
        now: Timestamp,
    ) -> Result<usize, DeliverError> {
        let since = now.saturating_sub(WAITED).unwrap_or(Timestamp::MIN);
        let undelivered = store.reader().undelivered(since).await?;
        if undelivered.is_empty() {
            return Ok(0);
        }
        let name = |address| {
            let known = self.recipients.iter().find(|to| to.address == address);
            known.map_or_else(|| address.domain(), |to| to.name.clone())
        };
        let ids: Vec<_> = undelivered.iter().map(|waiting| waiting.id).collect();
        let told = Undelivered {
            municipality: self.municipality.clone(),
            waiting: (undelivered.into_iter())
                .map(|waiting| Waiting {
                    recipient: name(waiting.to),
                    since: waiting.composed_at.to_zoned(self.times.zone.clone()),
                    attempts: waiting.attempts,
                })
                .collect(),
        };
        let rendered = self.texts.undelivered(&told)?;
        let config = self.mailer.config();
        let operator = Recipient {
            name: self.texts.say("operator.name", ()),
            address: self.operator.clone(),
            themes: ThemeChoice::Only(Vec::new()),
            places: PlaceChoice::All,
            at: None,
            days: None,
            roles: None,
            digest: DigestRhythm::None,
            alerts: false,
            empty: false,
            line: 0,
        };
        let id = MessageId::new(
            &config.from,
            &operator.address,
            Purpose::Operator,
            (since, now),
        );
        let message = message::compose(config, &operator, &rendered, &id, now);
        match self.mailer.send(&operator.address, &message).await {
            Ok(()) => {
                let count = ids.len();
                store.mark_operator_told(ids).await?;
                Ok(count)
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "mail cannot be delivered, and the operator cannot be told"
                );
                Ok(0)
            }
        }
    }
}
