//! Which of several themes a message is about: the one that it speaks of more clearly.
//!
//! Words of one event often sound like another: a robbery is told with a threat, a fire with broken
//! glass. A theme that is told half as clearly as another, with words beside the other's, is not what
//! the message is about.

use std::collections::{BTreeMap, BTreeSet};

use crate::item::Hit;
use crate::matching::rule::Rules;
use crate::matching::{VetoReason, Vetoed};
use crate::span::Span;

/// How far from the words of the clearer theme, in bytes, the others may stand to be about the same:
/// two or three sentences. Further on in a long message begins another subject.
const REACH: usize = 200;

/// Takes away the hits that are outweighed. A hit that cannot wait is never one of them, and a theme
/// that is off outweighs nothing, because then nobody would hear of the message.
pub(super) fn outweigh(hits: &mut BTreeMap<u32, Hit>, rules: &Rules, vetoed: &mut Vec<Vetoed>) {
    if hits.len() < 2 {
        return;
    }
    let weights: BTreeMap<u32, usize> = hits
        .iter()
        .map(|(theme, hit)| (*theme, weight(hit)))
        .collect();
    let clearer = |theme: u32, hit: &Hit| {
        let beside = |other: &Hit| {
            let (own, others) = (hull(hit), hull(other));
            own.start + REACH >= others.start && own.end <= others.end + REACH
        };
        hits.iter().find(|(other, of)| {
            2 * weights[&theme] < weights[other]
                && rules.themes[**other as usize].enabled
                && beside(of)
        })
    };
    let outweighed: Vec<(u32, VetoReason)> = hits
        .iter()
        .filter(|(_, hit)| !hit.urgent)
        .filter_map(|(theme, hit)| {
            let (other, _) = clearer(*theme, hit)?;
            let other = rules.themes[*other as usize].id.clone();
            Some((*theme, VetoReason::Outweighed(other)))
        })
        .collect();
    for (theme, reason) in outweighed {
        let Some(hit) = hits.remove(&theme) else {
            continue;
        };
        vetoed.extend(hit.evidence.into_iter().map(|found| Vetoed {
            theme: hit.theme.clone(),
            keyword: found.keyword,
            words: found.words,
            reason: reason.clone(),
        }));
    }
    vetoed.sort_by(|a, b| (&a.theme, &a.words).cmp(&(&b.theme, &b.words)));
}

/// How clearly a message speaks of a theme: two for words that are enough by themselves, one for a cue,
/// and the same words once.
fn weight(hit: &Hit) -> usize {
    let mut counted: BTreeSet<&[Span]> = BTreeSet::new();
    hit.evidence
        .iter()
        .filter(|found| counted.insert(&found.words))
        .map(|found| if found.keyword.is_enough() { 2 } else { 1 })
        .sum()
}

/// From the first word of its evidence to the last.
fn hull(hit: &Hit) -> Span {
    let spans = hit.evidence.iter().map(crate::item::Evidence::span);
    spans.reduce(Span::join).expect("a hit has evidence")
}
