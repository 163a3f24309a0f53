//! One story as it is told: a message that tells it best, and which others tell it too.

use std::collections::BTreeMap;

use jiff::Zoned;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::answer::Links;
use crate::digest::told::{self, Told, name, safe_link};
use crate::item::StoredHit;
use crate::source::{SourceId, Voice};
use crate::story::{Reason, Story, Telling, Voices};

/// Most other messages of a story that are listed; the rest is counted.
pub const MOST_ALSO: usize = 5;

/// The hits of one story.
pub(crate) struct StoryHits<'a> {
    /// The hits in order of time.
    hits: Vec<&'a StoredHit>,
    /// Which of them tells it best.
    lead: usize,
    /// By what each hit after the first was recognised.
    reasons: Vec<Reason>,
    voices: Voices,
}

impl<'a> StoryHits<'a> {
    /// The hits of a story that was made of `tellings`, one for each of `hits`.
    pub(crate) fn new(story: Story, hits: &[&'a StoredHit], tellings: &[Telling<'_>]) -> Self {
        let voices = story.voices(tellings);
        // What a resident saw is nearer than what others make of it.
        let resident = story
            .witnesses()
            .find(|at| tellings[*at].voice == Voice::Residents);
        let lead = resident.unwrap_or(story.tellings[0]);
        StoryHits {
            lead: (story.tellings.iter().position(|at| *at == lead)).expect("it is one of them"),
            hits: story.tellings.iter().map(|at| hits[*at]).collect(),
            reasons: story
                .reasons
                .into_iter()
                .map(|(_, reason)| reason)
                .collect(),
            voices,
        }
    }

    /// All its hits.
    pub(crate) fn hits(&self) -> impl Iterator<Item = &'a StoredHit> {
        self.hits.iter().copied()
    }

    /// The hit that tells it best.
    pub(crate) fn lead(&self) -> &'a StoredHit {
        self.hits[self.lead]
    }
}

/// One story as it is told.
#[derive(Clone, Debug, Serialize)]
pub struct ToldStory {
    /// The message that tells it best.
    #[serde(flatten)]
    pub lead: Told,
    /// Who tell it.
    pub voices: Voices,
    /// How many sources tell it.
    pub sources: usize,
    /// The other messages, in order of time.
    pub also: Vec<Also>,
    /// Other messages that are not listed.
    pub more_also: usize,
    /// Whether it stood in an alert.
    pub alerted: bool,
    /// Links to answer whether it is what the theme looks for.
    pub answers: Option<Links>,
}

/// Another message of a story.
#[derive(Clone, Debug, Serialize)]
pub struct Also {
    /// Its number in the store.
    pub id: i64,
    /// Name of the source.
    pub source: String,
    /// Who speaks there, as a text key.
    pub voice: &'static str,
    /// When it was published, or else fetched; local.
    pub when: Zoned,
    /// Address of the message.
    pub link: Option<String>,
    /// Whether it has the same words, or nearly, as an earlier one.
    pub copy: bool,
}

impl ToldStory {
    /// Tells a story, with at most `room` other messages; `names` are the clean names of the sources.
    pub(crate) fn new(
        number: usize,
        story: &StoryHits<'_>,
        room: usize,
        names: &BTreeMap<&SourceId, String>,
        zone: &TimeZone,
    ) -> Self {
        let listed = (story.hits.len() - 1).min(MOST_ALSO).min(room);
        let urgent = story.hits.iter().any(|stored| stored.hit.urgent);
        let mut sources: Vec<&SourceId> = story.hits.iter().map(|s| &s.hit.source).collect();
        sources.sort();
        sources.dedup();
        let reasons = std::iter::once(None).chain(story.reasons.iter().map(Some));
        let others = story.hits.iter().zip(reasons).enumerate();
        let also = others.filter(|(at, _)| *at != story.lead);
        let also = also.map(|(_, (stored, reason))| Also {
            id: stored.id.0,
            source: name(&stored.hit.source, names),
            voice: stored.hit.voice.as_str(),
            when: told::instant(&stored.hit).to_zoned(zone.clone()),
            link: stored.hit.link.as_deref().and_then(safe_link),
            copy: reason == Some(&Reason::Copy),
        });
        ToldStory {
            lead: Told {
                urgent,
                ..Told::new(number, story.lead(), names, zone)
            },
            voices: story.voices,
            sources: sources.len(),
            also: also.take(listed).collect(),
            more_also: story.hits.len() - 1 - listed,
            alerted: false,
            answers: None,
        }
    }
}
