//! What an overview for one recipient is made from.

use jiff::{Timestamp, ToSpan};

use crate::answer;
use crate::deliver::{DeliverError, Desk, told_up_to};
use crate::digest::hearing::SourceState;
use crate::digest::rising::Activity;
use crate::digest::week::{self, SourceWeek};
use crate::digest::{self, Gathered, Note, ThemeTold};
use crate::outcome::health::Health;
use crate::place::choice::PlaceChoice;
use crate::quality;
use crate::recipient::{DigestRhythm, Recipient};
use crate::render::Rendered;
use crate::store::{Pending, Reader, StoreError};
use crate::story;
use crate::theme::Standstill;

impl Desk {
    /// What a weekly overview tells besides; nothing for who has one each day.
    async fn week(
        &self,
        reader: &Reader,
        recipient: &Recipient,
        from: Timestamp,
        now: Timestamp,
    ) -> Result<Option<week::Gathered>, StoreError> {
        if recipient.digest != DigestRhythm::Weekly {
            return Ok(None);
        }
        let day = |at: Timestamp| at.to_zoned(self.times.zone.clone()).date();
        let until = day(now).saturating_add(1.day());
        let mut activity = reader.activity(day(from), until).await?;
        let sources = self.voices.iter().map(|(id, voice)| {
            let activity = activity.remove(id).unwrap_or_default();
            SourceWeek {
                name: self.sources.get(id).cloned().unwrap_or_default(),
                voice: *voice,
                messages: activity.messages,
                hits: activity.hits,
            }
        });
        let taken = self.themes.iter();
        let taken = taken.filter(|theme| recipient.themes.takes(&theme.id));
        Ok(Some(week::Gathered {
            sources: sources.collect(),
            keywords: quality::of_themes(reader, taken).await?,
        }))
    }

    /// What is more than usual, as far as the recipient wants to hear of it. The numbers of the
    /// municipality say nothing to who hears of some places only.
    async fn activity(
        &self,
        reader: &Reader,
        recipient: &Recipient,
        now: Timestamp,
    ) -> Result<Activity, StoreError> {
        let counter = self.counter();
        let mut activity = counter
            .activity(reader, recipient.themes.clone(), now)
            .await?;
        if recipient.places != PlaceChoice::All {
            let takes = |place: &str| recipient.places.takes_place(place, &self.places);
            activity
                .rising
                .retain(|rising| rising.place.as_deref().is_some_and(takes));
            activity.days.clear();
        }
        Ok(activity)
    }

    /// When the period of the next overview begins.
    pub(super) async fn period_start(
        &self,
        reader: &Reader,
        recipient: &Recipient,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let last = reader.last_digest(&recipient.address).await?;
        Ok(told_up_to(last, since, now).map_or(now, |from| from.min(now)))
    }

    /// The overview of these hits, over a period. Without `answers` it only shows what it would be.
    pub(super) async fn render(
        &self,
        reader: &Reader,
        answers: Option<answer::Desk>,
        recipient: &Recipient,
        pending: Pending,
        (from, now): (Timestamp, Timestamp),
    ) -> Result<Rendered, DeliverError> {
        let heard = reader.heard(from, now).await?;
        let read = heard
            .iter()
            .map(|source| source.counts.new + source.counts.old)
            .sum();
        let remembered = reader.poll_states().await?;
        let state = |heard: crate::store::Heard| SourceState {
            fell_quiet: (remembered.get(&heard.source))
                .and_then(|state| Health::fell_quiet(state, from, now)),
            stopped: (remembered.get(&heard.source))
                .is_some_and(|state| state.stopped_since.is_some()),
            recovered: remembered
                .get(&heard.source)
                .and_then(|state| state.recovered),
            name: self
                .sources
                .get(&heard.source)
                .cloned()
                .unwrap_or_else(|| heard.source.to_string()),
            last_heard: heard.last_heard,
            failing: heard.failing_since.zip(heard.failure),
            source: heard.source,
        };
        let today = now.to_zoned(self.times.zone.clone()).date();
        let taken = self
            .themes
            .iter()
            .filter(|theme| recipient.themes.takes(&theme.id));
        let stopped = taken.clone().filter(|theme| theme.enabled);
        let stopped = stopped.filter_map(|theme| match theme.standstill(today)? {
            Standstill::Expired { review_by } => Some(Note::ThemeExpired {
                title: theme.title.clone(),
                review_by,
            }),
            Standstill::DecisionOver { until } => Some(Note::DecisionOver {
                title: theme.title.clone(),
                until,
            }),
            // It begins by itself, and until then it was announced by who decided.
            Standstill::DecisionAhead { .. } => None,
        });
        let notes = stopped.collect();
        let gathered = Gathered {
            municipality: self.municipality.clone(),
            recipient: recipient.name.clone(),
            from,
            to: now,
            zone: self.times.zone.clone(),
            hits: pending.hits,
            answers,
            alerted: reader.alerted(&recipient.address).await?,
            themes: taken
                .map(|theme| ThemeTold {
                    id: theme.id.clone(),
                    title: theme.title.clone(),
                    stories: story::Theme::from(theme),
                })
                .collect(),
            places: self.places.clone(),
            activity: self.activity(reader, recipient, now).await?,
            sources: heard.into_iter().map(state).collect(),
            canary: reader.canary().await?,
            week: self.week(reader, recipient, from, now).await?,
            read,
            lost: pending.lost,
            next: self.times.of(recipient).next(recipient.digest, now),
            notes,
            open_points: self.open_points.clone(),
            holds: self.holds(reader, now).await?,
        };
        Ok(self.texts.digest(&digest::compose(gathered))?)
    }
}
