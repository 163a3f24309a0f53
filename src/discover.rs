//! The feeds of an address that a person came across, each read once and described.
//!
//! Everything goes through the ordinary [`crate::fetch`]: robots.txt, guard and gaps hold here too.
//! Nothing is recorded, and nothing that a feed points at is followed.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use crate::connector::discover::{Candidate, FoundBy, Offer, offers};
use crate::connector::{self, Document, Format, Reading};
use crate::fetch::{Accept, Body, FetchError, Fetched, Request};
use crate::mask::blank::blank;
use crate::matching::Scratch;
use crate::mistake::Refusal;
use crate::outcome::{Failure, Validators};
use crate::poll::Listener;
use crate::poll::listening::Ears;
use crate::source::draft::address_key;
use crate::source::refused::refused_site;
use crate::source::{Scope, SourceKind};
use crate::withhold::Showing;

/// Most requests for one address, the first included; each host's robots.txt and reservations come on top. A page
/// with more feeds than this has one for each article or section.
pub const MAX_REQUESTS: usize = 12;

/// What an address offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovered {
    /// The title of the page; none when the address is itself a feed.
    pub page_title: Option<String>,
    /// Its feeds, the main one first.
    pub cards: Vec<Card>,
    /// Feeds that it names and that were not read, because there are too many.
    pub unread: Vec<Url>,
}

/// A feed that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Its address: where it says that it moved for good, else where it was found.
    pub url: Url,
    /// Its own title, else what the page calls it.
    pub title: Option<String>,
    /// How it was found.
    pub found_by: FoundBy,
    /// Whether it seems to hold reactions only.
    pub comments: bool,
    /// Other addresses with the same messages.
    pub also: Vec<Url>,
    /// What came of reading it.
    #[serde(flatten)]
    pub state: State,
}

/// What came of reading a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// It may be visited and was read.
    Read(Carried),
    /// robots.txt forbids it.
    Forbidden {
        /// Line of the rule.
        line: u32,
        /// The rule as written.
        rule: String,
    },
    /// Nobody may listen there, so it was not asked for.
    Refused(Refusal),
    /// It could not be read.
    Failed {
        /// The class of failure.
        class: &'static str,
        /// What happened, for the operator.
        detail: String,
    },
}

/// What a feed carries now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// How it is written.
    pub format: Option<Format>,
    /// Its messages.
    pub items: usize,
    /// How many of them name a place of ours.
    pub with_place: usize,
    /// Half of the messages follow the one before within this time, in seconds; none with fewer
    /// than three dates.
    pub median_gap: Option<i64>,
    /// The date of the newest message.
    pub newest: Option<Timestamp>,
    /// Masked title or first words of that message, else of the first one.
    pub newest_title: Option<String>,
    /// Whether it had to be repaired.
    pub repaired: bool,
    /// Whether it is longer than `fetch.max_body`: only its beginning was read.
    pub cut: bool,
    /// Whether its header asks search engines not to list it.
    pub noindex: bool,
    /// Whether everything there seems to concern us: a place of ours stands in its title or in at
    /// least two of three messages. A regional paper names us in half of them, and the other half
    /// would be false alarms.
    pub is_local: bool,
}

impl Card {
    fn new(candidate: Candidate, state: State) -> Card {
        Card {
            url: candidate.url,
            title: candidate.title,
            found_by: candidate.found_by,
            comments: candidate.comments,
            also: Vec::new(),
            state,
        }
    }
}

impl Carried {
    /// The scope that a person may begin with.
    pub fn scope(&self) -> Scope {
        match self.is_local {
            true => Scope::Local,
            false => Scope::Wide,
        }
    }
}

impl Listener {
    /// Finds the feeds of an address: it is one itself, or names some, or has one where feeds
    /// often stand. At most [`MAX_REQUESTS`] requests are made.
    ///
    /// # Errors
    ///
    /// When the address itself cannot be read. A feed that fails is a card.
    pub async fn discover(&self, address: &Url, now: Timestamp) -> Result<Discovered, Failure> {
        let body = self.body(address, Accept::Any, now).await;
        let body = body.map_err(|error| error.failure())?;
        // A page is let go of here: who holds a document holds a place among the parallel requests.
        let look = move || match offers(&document(&body), &body.links) {
            Offer::Feed => ControlFlow::Break(body),
            Offer::Page {
                title,
                named,
                guessed,
            } => ControlFlow::Continue((title, named, guessed)),
        };
        let mut found = Vec::new();
        let (title, named, guessed) = match self.readers.run(look).await? {
            ControlFlow::Break(body) => {
                let candidate = Candidate {
                    url: address.clone(),
                    title: None,
                    found_by: FoundBy::Body,
                    comments: false,
                };
                add(&mut found, self.read(candidate, Ok(body)).await);
                return Ok(Discovered {
                    page_title: None,
                    cards: found.into_iter().map(|(card, _)| card).collect(),
                    unread: Vec::new(),
                });
            }
            ControlFlow::Continue(page) => page,
        };
        let mut left = MAX_REQUESTS - 1;
        let mut named: VecDeque<Candidate> = named.into();
        while left > 0
            && let Some(candidate) = named.pop_front()
        {
            if let Some(place) = refused_site(&candidate.url, None) {
                let state = State::Refused(place.told.clone());
                add(&mut found, (Card::new(candidate, state), Vec::new()));
                continue;
            }
            left -= 1;
            let body = self.body(&candidate.url, Accept::Feed, now).await;
            add(&mut found, self.read(candidate, body).await);
        }
        let is_read = |(card, _): &(Card, _)| matches!(card.state, State::Read(_));
        let mut guessed: VecDeque<Candidate> = guessed.into();
        while left > 0
            && !found.iter().any(is_read)
            && let Some(candidate) = guessed.pop_front()
        {
            left -= 1;
            let body = self.body(&candidate.url, Accept::Feed, now).await;
            let read = self.read(candidate, body).await;
            // That nothing stands where something might stand is no news; a rule against it is.
            if !matches!(read.0.state, State::Failed { .. }) {
                add(&mut found, read);
            }
        }
        Ok(Discovered {
            page_title: title,
            cards: found.into_iter().map(|(card, _)| card).collect(),
            unread: named.into_iter().map(|candidate| candidate.url).collect(),
        })
    }

    async fn body(&self, url: &Url, accept: Accept, now: Timestamp) -> Result<Body, FetchError> {
        let validators = Validators::default();
        let request = Request {
            url,
            validators: &validators,
            accept,
        };
        match self.fetcher.fetch(&request, now).await? {
            Fetched::Body(body) => Ok(*body),
            Fetched::Unmodified { .. } => Err(FetchError::Status(304)),
        }
    }

    /// Reads a feed and describes it; beside it the ids of its messages.
    async fn read(
        &self,
        candidate: Candidate,
        body: Result<Body, FetchError>,
    ) -> (Card, Vec<String>) {
        let mut card = Card::new(
            candidate,
            State::Failed {
                class: "broken",
                detail: String::new(),
            },
        );
        let body = match body {
            Ok(body) => body,
            Err(FetchError::Disallowed { line, rule, .. }) => {
                card.state = State::Forbidden { line, rule };
                return (card, Vec::new());
            }
            Err(error) => {
                card.state = failed(&error.failure());
                return (card, Vec::new());
            }
        };
        let moved = body.moved_to.clone();
        let ears = self.ears.clone();
        let title = card.title.clone();
        let read = move || {
            let kind = SourceKind::Feed {
                drop: vec!["blockquote".to_owned()],
            };
            connector::read(&kind, &document(&body)).map(|reading| {
                let title = reading.title.clone().or(title);
                let carried = carried(&ears, &body, &reading, title.as_deref());
                let ids = reading
                    .items
                    .into_iter()
                    .map(|item| item.link.unwrap_or(item.id));
                (title, carried, ids.collect::<Vec<_>>())
            })
        };
        let read = self.readers.run(read).await;
        let read = read.and_then(|read| {
            read.map_err(|error| Failure {
                class: error.class(),
                detail: error.to_string(),
                retry_at: None,
            })
        });
        match read {
            Ok((title, carried, ids)) => {
                card.url = moved.unwrap_or(card.url);
                card.title = title;
                card.state = State::Read(carried);
                (card, ids)
            }
            Err(failure) => {
                card.state = failed(&failure);
                (card, Vec::new())
            }
        }
    }
}

fn document(body: &Body) -> Document<'_> {
    Document {
        bytes: &body.bytes,
        content_type: body.content_type.as_deref(),
        url: &body.url,
        cut: body.cut,
    }
}

fn failed(failure: &Failure) -> State {
    State::Failed {
        class: failure.class.as_str(),
        detail: failure.detail.clone(),
    }
}

/// Adds a feed, or its address to the feed that carries the same messages.
fn add(found: &mut Vec<(Card, Vec<String>)>, (card, ids): (Card, Vec<String>)) {
    let same = |(known, known_ids): &&mut (Card, Vec<String>)| {
        address_key(&known.url) == address_key(&card.url) || is_same(known_ids, &ids)
    };
    match found.iter_mut().find(same) {
        Some((known, _)) if known.url == card.url => {}
        Some((known, _)) => known.also.push(card.url),
        None => found.push((card, ids)),
    }
}

/// Whether two feeds are one in two forms: the shorter one is the beginning of the longer.
fn is_same(one: &[String], other: &[String]) -> bool {
    /// With fewer, a feed of one section could begin as that of the whole.
    const ENOUGH: usize = 3;
    let shorter = one.len().min(other.len());
    let enough = shorter >= ENOUGH || (shorter > 0 && one.len() == other.len());
    enough && one[..shorter] == other[..shorter]
}

/// What a feed carries, with the places of the configuration.
fn carried(ears: &Ears, body: &Body, reading: &Reading, title: Option<&str>) -> Carried {
    let mut scratch = Scratch::default();
    let mut names_place = |text: &str| !ears.matcher.place_spans(&mut scratch, text).is_empty();
    let with_place = reading
        .items
        .iter()
        .filter(|item| names_place(&item.message()))
        .count();
    let items = reading.items.len();
    let is_local =
        title.is_some_and(&mut names_place) || (items > 0 && with_place * 3 >= items * 2);
    let dates = |item: &crate::item::Item| item.published.or(item.updated);
    let newest = reading.items.iter().filter(|item| dates(item).is_some());
    let newest = newest.max_by_key(|item| dates(item));
    let shown = newest.or(reading.items.first());
    Carried {
        format: reading.format,
        items,
        with_place,
        median_gap: median_gap(reading.items.iter().filter_map(dates).collect()),
        newest: newest.and_then(dates),
        newest_title: shown.and_then(|item| masked_title(ears, &item.message())),
        repaired: !reading.repaired.is_empty(),
        cut: body.cut,
        noindex: body.noindex,
        is_local,
    }
}

fn median_gap(mut dates: Vec<Timestamp>) -> Option<i64> {
    dates.sort_unstable();
    let mut gaps: Vec<i64> = dates
        .windows(2)
        .map(|pair| pair[1].as_second() - pair[0].as_second())
        .collect();
    gaps.sort_unstable();
    (gaps.len() >= 2).then(|| gaps[gaps.len() / 2])
}

/// The first line of a message with what must not be kept masked; none when it cannot be masked, or
/// when nothing of the message may be shown.
fn masked_title(ears: &Ears, message: &str) -> Option<String> {
    /// What fits on a line beside its label.
    const LONGEST: usize = 100;
    let mut scratch = Scratch::default();
    let names = ears.matcher.place_spans(&mut scratch, message);
    let masked = ears.masker.find(message, &names).ok()?;
    let showing = (ears.withholder).judge(&mut scratch, message, Some(&masked), &names);
    if showing != Showing::Text {
        return None;
    }
    let text = blank(message, &masked, &ears.tokens).text;
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(LONGEST).collect();
    let cut = if cut.len() < line.len() {
        cut + "…"
    } else {
        cut
    };
    (!cut.is_empty()).then_some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_the_gaps_between_messages() {
        let check = |seconds: &[i64], expected| {
            let dates = seconds.iter().map(|s| Timestamp::from_second(*s).unwrap());
            assert_eq!(median_gap(dates.collect()), expected, "{seconds:?}");
        };
        check(&[], None);
        check(&[5, 1], None);
        check(&[100, 0, 10], Some(90));
        check(&[0, 10, 20, 1000], Some(10));
    }

    #[test]
    fn two_forms_of_one_feed_are_one() {
        let ids = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        let check =
            |one: &str, other: &str, same| assert_eq!(is_same(&ids(one), &ids(other)), same);
        check("abc", "abcde", true);
        check("ab", "ab", true);
        check("a", "abcd", false);
        check("ace", "abcde", false);
        check("", "", false);
    }
}
