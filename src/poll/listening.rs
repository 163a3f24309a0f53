//! What is heard in the messages of a visit: the pure part of a poll.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::excerpt;
use crate::item::{Excerpt, Hit, Item, KeptEvidence, KeptHit};
use crate::mask::Masker;
use crate::mask::blank::Tokens;
use crate::matching::{Matcher, Scratch};
use crate::outcome::rhythm::Sight;
use crate::outcome::{Counts, Repair};
use crate::poll::watch::Watch;
use crate::seen::{ItemKey, Reach, SeenWindow, Verdict};
use crate::source::{Source, SourceKind};
use crate::span::Span;
use crate::store::{FoundItem, VisitMemory};
use crate::theme::{Theme, ThemeId};
use crate::withhold::{Showing, Withholder};

/// All that recognises what is said; compiled once for each configuration.
#[derive(Debug)]
pub struct Ears {
    /// Finds what must not be kept.
    pub masker: Masker,
    /// What stands in its place.
    pub tokens: Tokens,
    /// Finds themes and places.
    pub matcher: Matcher,
    /// Decides which hits are kept without words, and which not at all.
    pub withholder: Arc<Withholder>,
    /// The themes, by id.
    pub themes: BTreeMap<ThemeId, Theme>,
    /// At the first visit to a source, messages older than this are marked as seen and not told.
    pub first_visit: SignedDuration,
    /// What is local time: a theme ends with a local day.
    pub zone: TimeZone,
}

/// What was heard in the messages of a visit.
#[derive(Debug)]
pub struct Listened {
    /// How many there were of which kind.
    pub counts: Counts,
    /// What they tell of the rhythm of the source.
    pub sight: Sight,
    /// What was seen, for the next visit.
    pub seen: SeenWindow,
    /// The messages to be stored.
    pub found: Vec<FoundItem>,
}

/// What was kept of a time of which the source shows everything, and does not show any more: its
/// writer took it away, or no longer lets it be read.
fn withdrawn(
    memory: &VisitMemory,
    shown: &HashSet<ItemKey>,
    complete: Option<(Timestamp, Timestamp)>,
) -> Vec<FoundItem> {
    let Some((from, to)) = complete else {
        return Vec::new();
    };
    let is_gone = |(key, published): &&(ItemKey, Timestamp)| {
        from < *published && *published < to && !shown.contains(key)
    };
    let no_hit = |(key, _): &(ItemKey, Timestamp)| FoundItem {
        key: *key,
        hits: Vec::new(),
        too_old: false,
        global: false,
    };
    memory.kept.iter().filter(is_gone).map(no_hit).collect()
}

impl Ears {
    /// The local day of an instant.
    pub fn day(&self, now: Timestamp) -> Date {
        now.to_zoned(self.zone.clone()).date()
    }

    /// Tells the new and changed messages of a visit from the others and listens to them. Between
    /// the two times of `complete` the source shows everything: what was kept and is not there is gone.
    pub fn listen(
        &self,
        source: &Source,
        memory: &VisitMemory,
        items: Vec<Item>,
        reach: Reach,
        complete: Option<(Timestamp, Timestamp)>,
        now: Timestamp,
    ) -> Listened {
        // An item older than the longest retention is never a hit; at the first visit, what
        // everybody could have read long ago is not told either.
        let oldest = now - self.longest_retention();
        let oldest_new = match memory.state.ever_read {
            true => oldest,
            false => oldest.max(now - self.first_visit),
        };
        let before = |item: &Item, limit| item.published.is_some_and(|when| when < limit);
        let mut counts = Counts {
            items: items.len() as u64,
            ..Counts::default()
        };
        let key_of = |item: &Item| memory.keyer.item_key(&item.id);
        let mut visit = match reach {
            Reach::Onward => memory.window.onward(),
            Reach::Whole | Reach::Partial => memory.window.visit(items.iter().map(key_of)),
        };
        let mut scratch = Scratch::default();
        let mut found = Vec::new();
        let mut watch = Watch::new(&memory.state);
        let global = matches!(&source.kind, SourceKind::Api(api) if api.kind.is_federated());
        let mut shown = HashSet::new();
        for item in items {
            let key = key_of(&item);
            shown.insert(key);
            let verdict = visit.judge(key, memory.keyer.text_hash(&item.message()));
            watch.see(&item, verdict, now);
            match verdict {
                Verdict::Known | Verdict::Surplus => continue,
                Verdict::Renamed => {
                    counts.repaired.insert(Repair::ChangingIds);
                    continue;
                }
                Verdict::New if before(&item, oldest_new) => {
                    counts.old += 1;
                    continue;
                }
                Verdict::New => counts.new += 1,
                Verdict::Changed => counts.changed += 1,
            }
            let hits = self.hear(&mut scratch, source, &item, now);
            counts.hits += hits.len() as u64;
            if !hits.is_empty() || verdict == Verdict::Changed {
                let too_old = before(&item, oldest);
                found.push(FoundItem {
                    key,
                    hits,
                    too_old,
                    global,
                });
            }
        }
        found.extend(withdrawn(memory, &shown, complete));
        Listened {
            counts,
            sight: watch.sight(reach),
            seen: visit.finish(reach, now),
            found,
        }
    }

    fn longest_retention(&self) -> SignedDuration {
        let days = self.themes.values().map(|theme| theme.retention_days).max();
        SignedDuration::from_hours(24 * i64::from(days.unwrap_or(0)))
    }

    /// The hits of one message, with what may be kept of it.
    fn hear(
        &self,
        scratch: &mut Scratch,
        source: &Source,
        item: &Item,
        now: Timestamp,
    ) -> Vec<KeptHit> {
        let message = item.message();
        let names = self.matcher.place_spans(scratch, &message);
        // What cannot be masked is matched, because a theme and a place are no personal data, but
        // no words of it are kept.
        let masked = self.masker.find(&message, &names).ok();
        let spans: Vec<Span> = masked.iter().flatten().map(|masked| masked.span).collect();
        let finding = self
            .matcher
            .find_with(scratch, &message, &spans, source.scope);
        if finding.hits.is_empty() {
            return Vec::new();
        }
        let withheld = match self
            .withholder
            .judge(scratch, &message, masked.as_deref(), &names)
        {
            Showing::Nothing => return Vec::new(),
            Showing::Withheld(reason) => Some(reason),
            Showing::Text => None,
        };
        // Where masking failed the verdict is to withhold.
        let masked = masked.unwrap_or_default();
        let today = self.day(now);
        let places: Vec<String> = finding
            .places
            .iter()
            .map(|place| place.name.to_string())
            .collect();
        let listened = |hit: &Hit| {
            source.themes.takes(&hit.theme)
                && self
                    .themes
                    .get(&hit.theme)
                    .is_some_and(|theme| theme.listens_on(today))
        };
        let keep = |hit: Hit| {
            let theme = &self.themes[&hit.theme];
            let words: Vec<Vec<Span>> = hit
                .evidence
                .iter()
                .map(|evidence| evidence.words.clone())
                .collect();
            let message = excerpt::Message {
                text: &message,
                title_len: item.title_len(),
                masked: &masked,
                words: &words,
                telling: hit.telling(),
            };
            let (excerpt, words) = match withheld {
                Some(reason) => excerpt::withheld(&message, reason),
                None => excerpt::cut(&message, source.excerpt, &self.tokens),
            };
            let shown = matches!(excerpt, Excerpt::Shown { .. });
            let evidence = hit.evidence.iter().zip(words);
            KeptHit {
                source: source.id.clone(),
                voice: source.voice,
                theme: hit.theme,
                theme_version: theme.version.clone(),
                fetched_at: now,
                published_at: item.published.map(|when| when.min(now)),
                expires_at: now + SignedDuration::from_hours(24 * i64::from(theme.retention_days)),
                link: item.link.clone().filter(|_| shown),
                excerpt,
                places: places.clone(),
                evidence: evidence
                    .map(|(evidence, words)| KeptEvidence {
                        keyword: (*evidence.keyword).clone(),
                        words,
                    })
                    .collect(),
                vetoes_tested: hit.vetoes_tested,
                urgent: hit.urgent,
            }
        };
        finding
            .hits
            .into_iter()
            .filter(listened)
            .map(keep)
            .collect()
    }
}
