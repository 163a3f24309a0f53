//! A changed keyword list, tried: which messages it would find and which it would lose.
//!
//! Nothing is recorded, marked as seen or mailed. What is compared is what the sources carry now,
//! and beside that the stored excerpts of messages that they no longer carry.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::task::JoinSet;

use crate::excerpt;
use crate::item::{Excerpt, Hit, Item, KeptEvidence, StoredHit, Withheld};
use crate::keyword::KeywordLine;
use crate::mask::{MaskKind, Masked};
use crate::matching::{Finding, Scratch};
use crate::outcome::Failure;
use crate::poll::Listener;
use crate::poll::listening::Ears;
use crate::source::{ExcerptPolicy, Scope, Source, SourceId};
use crate::span::Span;
use crate::theme::{ThemeChoice, ThemeId};
use crate::withhold::Showing;

/// Visits under way at one time. Most wait for the turn of their host, and each holds at most the
/// messages of one source.
const MOST_UNDER_WAY: usize = 64;

/// The lists in force and the lists with a changed one among them.
#[derive(Debug)]
pub struct Trial {
    /// The theme whose list is tried. It counts whether it is switched on or not.
    pub theme: ThemeId,
    /// The lists in force.
    pub before: Arc<Ears>,
    /// The lists with the changed one.
    pub after: Arc<Ears>,
    /// The local day: other themes count when they listen on it.
    pub today: Date,
}

/// What a trial came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// The differences, in the order in which they were found.
    pub changes: Vec<Change>,
    /// How many messages of sources were compared.
    pub carried: usize,
    /// How many stored messages were compared.
    pub stored: usize,
    /// How many stored messages have no excerpt, and so could not be compared.
    pub withheld: usize,
    /// Sources that were not heard.
    pub failed: Vec<(SourceId, Failure)>,
    /// The addresses of the messages that the sources carry.
    links: HashSet<(SourceId, String)>,
}

/// A message that the changed list finds and the list in force does not, or the other way around.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which way.
    pub direction: Direction,
    /// The theme: the one that is tried, or one that its routes lead to.
    pub theme: ThemeId,
    /// Where the message was found.
    pub source: SourceId,
    /// Whether it is a stored excerpt.
    pub stored: bool,
    /// Its address; `None` when there is none or the text is withheld.
    pub link: Option<String>,
    /// Masked words of it, with marks.
    pub excerpt: Excerpt,
    /// The lines that find it, or found it.
    pub evidence: Vec<KeptEvidence>,
    /// What takes it away, when it is lost through such a line.
    pub taken_by: Option<KeywordLine>,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The changed list finds it.
    Added,
    /// The changed list loses it.
    Removed,
}

/// A message as it is compared.
struct Given<'a> {
    source: &'a SourceId,
    themes: &'a ThemeChoice,
    scope: Scope,
    policy: ExcerptPolicy,
    text: &'a str,
    title_len: usize,
    /// What must not be shown.
    masked: &'a [Masked],
    /// Why nothing of it is shown, if so.
    withheld: Option<Withheld>,
    /// What no keyword may match.
    hidden: &'a [Span],
    stored: bool,
    link: Option<&'a str>,
}

impl Trial {
    /// Visits each of these sources once, politely, and compares what it carries; `step` hears of
    /// each visit that ends.
    pub async fn visit(
        self: &Arc<Self>,
        listener: &Listener,
        sources: Vec<Arc<Source>>,
        now: Timestamp,
        mut step: impl FnMut(&Source),
    ) -> Tried {
        let mut waiting: VecDeque<Arc<Source>> = sources.into();
        let mut under_way = JoinSet::new();
        let mut parts = BTreeMap::new();
        loop {
            while under_way.len() < MOST_UNDER_WAY
                && let Some(source) = waiting.pop_front()
            {
                let (trial, listener) = (Arc::clone(self), listener.clone());
                under_way.spawn(async move {
                    let tried = trial.visit_one(&listener, &source, now).await;
                    (source, tried)
                });
            }
            match under_way.join_next().await {
                None => break,
                Some(Ok((source, tried))) => {
                    step(&source);
                    parts.insert(source.id.clone(), tried);
                }
                Some(Err(error)) if error.is_panic() => {
                    std::panic::resume_unwind(error.into_panic())
                }
                Some(Err(_)) => unreachable!("visits are only broken off with the whole trial"),
            }
        }
        parts.into_values().fold(Tried::default(), Tried::and)
    }

    async fn visit_one(
        self: &Arc<Self>,
        listener: &Listener,
        source: &Arc<Source>,
        now: Timestamp,
    ) -> Tried {
        let (items, failure) = listener.carried(source, now).await;
        let (trial, of) = (Arc::clone(self), Arc::clone(source));
        let compare = move || trial.compare_items(&of, &items);
        let compared = listener.readers.run(compare).await;
        let (mut tried, broken) = match compared {
            Ok(tried) => (tried, None),
            Err(failure) => (Tried::default(), Some(failure)),
        };
        let failed = failure.into_iter().chain(broken);
        tried.failed = failed.map(|failure| (source.id.clone(), failure)).collect();
        tried
    }

    /// Compares messages as a source carries them.
    fn compare_items(&self, source: &Source, items: &[Item]) -> Tried {
        let mut scratch = Scratch::default();
        let mut tried = Tried::default();
        for item in items {
            let message = item.message();
            let names = self.before.matcher.place_spans(&mut scratch, &message);
            let masked = self.before.masker.find(&message, &names).ok();
            let hidden: Vec<Span> = masked.iter().flatten().map(|masked| masked.span).collect();
            let withholder = &self.before.withholder;
            let withheld = match withholder.judge(&mut scratch, &message, masked.as_deref(), &names)
            {
                Showing::Nothing => continue,
                Showing::Withheld(reason) => Some(reason),
                Showing::Text => None,
            };
            let given = Given {
                source: &source.id,
                themes: &source.themes,
                scope: source.scope,
                policy: source.excerpt,
                text: &message,
                title_len: item.title_len(),
                masked: masked.as_deref().unwrap_or_default(),
                withheld,
                hidden: &hidden,
                stored: false,
                link: item.link.as_deref(),
            };
            tried.changes.extend(self.compare(&mut scratch, &given));
            tried.carried += 1;
            if let Some(link) = &item.link {
                tried.links.insert((source.id.clone(), link.clone()));
            }
        }
        tried
    }

    /// Compares what is stored of messages that are not in `tried`, and adds it there. A message
    /// with several hits is one message.
    pub fn compare_stored(&self, hits: &[StoredHit], tried: &mut Tried) {
        let mut scratch = Scratch::default();
        let mut messages = HashSet::new();
        let mut told = HashSet::new();
        for stored in hits {
            let hit = &stored.hit;
            if let Some(link) = &hit.link
                && tried.links.contains(&(hit.source.clone(), link.clone()))
            {
                continue;
            }
            let Excerpt::Shown { text, .. } = &hit.excerpt else {
                tried.withheld += 1;
                continue;
            };
            let message = (
                hit.source.clone(),
                hit.link.as_ref().unwrap_or(text).clone(),
            );
            let hidden = self.tokens_in(text);
            let given = Given {
                source: &hit.source,
                themes: &ThemeChoice::All,
                // A place was asked for when it was stored; it may lie outside the excerpt.
                scope: Scope::Local,
                policy: ExcerptPolicy::Fragment,
                text,
                title_len: 0,
                masked: &[],
                withheld: None,
                hidden: &hidden,
                stored: true,
                link: hit.link.as_deref(),
            };
            for change in self.compare(&mut scratch, &given) {
                if told.insert((message.clone(), change.theme.clone())) {
                    tried.changes.push(change);
                }
            }
            tried.stored += usize::from(messages.insert(message));
        }
    }

    /// What stands in a stored text in the place of what was masked: no word of the message.
    fn tokens_in(&self, text: &str) -> Vec<Span> {
        let tokens = MaskKind::ALL
            .iter()
            .map(|kind| self.before.tokens.of(*kind));
        let mut spans: Vec<Span> = tokens
            .collect::<BTreeSet<_>>()
            .into_iter()
            .flat_map(|token| text.match_indices(token))
            .map(|(start, token)| Span {
                start,
                end: start + token.len(),
            })
            .collect();
        spans.sort_unstable();
        spans
    }

    /// The differences between both lists for one message, by theme.
    fn compare(&self, scratch: &mut Scratch, given: &Given<'_>) -> Vec<Change> {
        let before = self.hear(&self.before, scratch, given);
        let after = self.hear(&self.after, scratch, given);
        let found =
            |finding: &Finding, theme: &ThemeId| finding.hits.iter().any(|hit| hit.theme == *theme);
        let mut changes = Vec::new();
        for hit in &after.hits {
            if !found(&before, &hit.theme) {
                changes.push(self.change(Direction::Added, hit, given, None));
            }
        }
        for hit in &before.hits {
            if !found(&after, &hit.theme) {
                let mut vetoed = after.vetoed.iter();
                let taken = vetoed.find(|vetoed| vetoed.theme == hit.theme);
                let taken = taken.and_then(|vetoed| vetoed.reason.line().cloned());
                changes.push(self.change(Direction::Removed, hit, given, taken));
            }
        }
        changes
    }

    /// What a visit would find with these lists.
    fn hear(&self, ears: &Ears, scratch: &mut Scratch, given: &Given<'_>) -> Finding {
        let mut finding = ears
            .matcher
            .find_with(scratch, given.text, given.hidden, given.scope);
        let listens = |id: &ThemeId| {
            let on = |theme: &crate::theme::Theme| theme.listens_on(self.today);
            *id == self.theme || ears.themes.get(id).is_some_and(on)
        };
        finding
            .hits
            .retain(|hit| given.themes.takes(&hit.theme) && listens(&hit.theme));
        finding
    }

    fn change(
        &self,
        direction: Direction,
        hit: &Hit,
        given: &Given<'_>,
        taken_by: Option<KeywordLine>,
    ) -> Change {
        let words: Vec<Vec<Span>> = hit
            .evidence
            .iter()
            .map(|evidence| evidence.words.clone())
            .collect();
        let message = excerpt::Message {
            text: given.text,
            title_len: given.title_len,
            masked: given.masked,
            words: &words,
            telling: hit.telling(),
        };
        let (excerpt, words) = match given.withheld {
            Some(reason) => excerpt::withheld(&message, reason),
            None => excerpt::cut(&message, given.policy, &self.before.tokens),
        };
        let shown = matches!(excerpt, Excerpt::Shown { .. });
        let evidence = hit.evidence.iter().zip(words);
        Change {
            direction,
            theme: hit.theme.clone(),
            source: given.source.clone(),
            stored: given.stored,
            link: given.link.filter(|_| shown).map(str::to_owned),
            excerpt,
            evidence: evidence
                .map(|(evidence, words)| KeptEvidence {
                    keyword: (*evidence.keyword).clone(),
                    words,
                })
                .collect(),
            taken_by,
        }
    }
}

impl Tried {
    fn and(mut self, other: Tried) -> Tried {
        self.changes.extend(other.changes);
        self.carried += other.carried;
        self.stored += other.stored;
        self.withheld += other.withheld;
        self.failed.extend(other.failed);
        self.links.extend(other.links);
        self
    }
}
