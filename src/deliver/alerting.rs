//! Mail outside the rhythm, for what cannot wait.

use jiff::{SignedDuration, Timestamp};

use crate::alert::{self, Heading, LOOK_BACK, Situation};
use crate::deliver::{DeliverError, Desk};
use crate::item::StoredHit;
use crate::mail::message::{self, MessageId, Purpose};
use crate::recipient::Recipient;
use crate::store::{Composition, NewDigest, Store};

impl Desk {
    /// Composes an alert for every recipient who takes them, when something cannot wait. They are
    /// sent as overviews are.
    pub async fn alert_due(&self, store: &Store, now: Timestamp) -> Result<usize, DeliverError> {
        let takers: Vec<&Recipient> = self.recipients.iter().filter(|to| to.alerts).collect();
        if takers.is_empty() {
            return Ok(0);
        }
        let from = now.saturating_sub(LOOK_BACK).unwrap_or(Timestamp::MIN);
        let until = now
            .saturating_add(SignedDuration::from_mins(1))
            .unwrap_or(Timestamp::MAX);
        let hits = store.reader().hits_between(from, until).await?;
        let mut composed = 0;
        for recipient in takers {
            let day = SignedDuration::from_hours(24);
            let since = now.saturating_sub(day).unwrap_or(Timestamp::MIN);
            let is_wanted =
                |stored: &&StoredHit| recipient.places.takes(&stored.hit.places, &self.places);
            let wanted: Vec<StoredHit> = hits.iter().filter(is_wanted).cloned().collect();
            let situation = Situation {
                hits: &wanted,
                told: &store.reader().alerted(&recipient.address).await?,
                past: &store
                    .reader()
                    .past_alerts(&recipient.address, since)
                    .await?,
                places: &self.places,
                zone: &self.times.zone,
                now,
            };
            let heading = Heading {
                municipality: &self.municipality,
                recipient: &recipient.name,
                sources: &self.sources,
                answers: &self.answers(store),
            };
            let taken = self.themes.iter();
            let taken = taken.filter(|theme| recipient.themes.takes(&theme.id));
            let Some((alert, hits)) = alert::compose(&self.alerts, taken, heading, situation)
            else {
                continue;
            };
            let rendered = self.texts.alert(&alert)?;
            let config = self.mailer.config();
            let id = MessageId::new(&config.from, &recipient.address, Purpose::Alert, (now, now));
            let told = hits.len();
            let composition = store
                .compose_alert(NewDigest {
                    to: recipient.address.clone(),
                    period: format!("alert {now}"),
                    message_id: id.as_str().to_owned(),
                    message: message::compose(config, recipient, &rendered, &id, now),
                    hits,
                    passed: Vec::new(),
                    lost: 0,
                    at: now,
                })
                .await?;
            // Outdated: a hit went in between; the next round looks again.
            if let Composition::Stored(_) = composition {
                composed += 1;
                tracing::info!(recipient = %recipient.address, hits = told, "alert composed");
            }
        }
        Ok(composed)
    }
}
