//! What the rules that are true of a message make of it: hits, and what was taken away.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::item::{Evidence, Hit};
use crate::locate::written::Written;
use crate::locate::{Locator, PlaceFound};
use crate::matching::evaluate::{Piece, pieces};
use crate::matching::hulls::Hulls;
use crate::matching::rule::{Role, Rule, Rules};
use crate::matching::scan::{Occurrence, Scratch};
use crate::matching::weight::outweigh;
use crate::matching::{Finding, VetoReason, Vetoed};
use crate::source::Scope;
use crate::span::Span;
use crate::text::fold::Folded;

/// Judges a message that was read.
pub(super) fn judge(
    rules: &Rules,
    locator: &Locator,
    scratch: &Scratch,
    message: &str,
    scope: Scope,
) -> Finding {
    let mut finding = Finding {
        places: places(locator, scratch),
        ..Finding::default()
    };
    let court = Court::new(rules, scratch);
    let mut hits: BTreeMap<u32, Hit> = BTreeMap::new();
    let not_ours = OnceCell::new();
    let not_ours = || {
        not_ours.get_or_init(|| {
            if !finding.places.is_empty() {
                return None;
            }
            let text = Written {
                original: message,
                folded: &scratch.folded,
                words: &scratch.words,
            };
            let found = locator.happened_elsewhere(&text, &scratch.places);
            let no_place = (scope == Scope::Wide).then_some(VetoReason::NoPlace);
            found.map(VetoReason::Elsewhere).or(no_place)
        })
    };
    let mut vetoed = Vec::new();
    for case in court
        .themes
        .chunk_by(|a, b| rules.theme(*a) == rules.theme(*b))
    {
        let theme = rules.theme(case[0]);
        let Some(mut hit) = court.case(theme, case, not_ours, &mut vetoed) else {
            continue;
        };
        let Some(theme) = court.route(theme, case) else {
            continue;
        };
        hit.theme = rules.themes[theme as usize].id.clone();
        hits.entry(theme)
            .and_modify(|other| merge(other, &mut hit))
            .or_insert(hit);
    }
    outweigh(&mut hits, rules, &mut vetoed);
    finding.hits = hits.into_values().collect();
    finding.vetoed = vetoed;
    finding
}

/// Everything that bears on a message.
struct Court<'a> {
    rules: &'a Rules,
    scratch: &'a Scratch,
    /// Candidates of the themes, in order.
    themes: &'a [u32],
    /// Candidates of `common.toml`.
    common: &'a [u32],
    /// Whether an incident cue stands in the message.
    incident: OnceCell<bool>,
    /// Where something is denied, and where nothing can be.
    denials: OnceCell<(Hulls<'a>, Hulls<'a>)>,
}

/// A line with the pieces that were not taken away.
struct Line<'a> {
    rule: &'a Rule,
    pieces: Vec<Piece>,
}

impl<'a> Court<'a> {
    fn new(rules: &'a Rules, scratch: &'a Scratch) -> Self {
        let number = u32::try_from(rules.themes.len()).unwrap_or(u32::MAX);
        let border = scratch
            .candidates
            .partition_point(|rule| rules.theme(*rule) < number);
        let (themes, common) = scratch.candidates.split_at(border);
        Court {
            rules,
            scratch,
            themes,
            common,
            incident: OnceCell::new(),
            denials: OnceCell::new(),
        }
    }

    /// Whether the message belongs to a theme, given its candidates; `not_ours` tells why it does not
    /// concern us, whatever it is about.
    fn case<'n>(
        &self,
        theme: u32,
        case: &'a [u32],
        not_ours: impl Fn() -> &'n Option<VetoReason>,
        vetoed: &mut Vec<Vetoed>,
    ) -> Option<Hit> {
        let mut lines = Vec::new();
        for rule in self.with_role(case, Role::Strong..=Role::Cue) {
            let pieces = pieces(&rule.node, self.scratch);
            if !pieces.is_empty() {
                lines.push(Line { rule, pieces });
            }
        }
        if lines.is_empty() {
            return None;
        }
        let from = vetoed.len();
        let vetoes = self.hulls(case, Role::Veto);
        for line in &mut lines {
            self.take_away(theme, line, &vetoes, vetoed);
        }
        lines.retain(|line| !line.pieces.is_empty());
        let mut hit = self.decide(&mut lines);
        if hit.is_some() {
            let silenced = self
                .silenced(case)
                .map(|veto| VetoReason::PostVeto(veto.line.clone()));
            if let Some(reason) = silenced.or_else(|| not_ours().clone()) {
                for line in &lines {
                    for piece in &line.pieces {
                        vetoed.push(self.vetoed(theme, line.rule, piece, reason.clone()));
                    }
                }
                hit = None;
            }
        }
        vetoed[from..].sort_by(|a, b| {
            a.words
                .cmp(&b.words)
                .then(a.keyword.line.cmp(&b.keyword.line))
        });
        if let Some(hit) = &mut hit {
            hit.vetoes_tested = self.rules.themes[theme as usize].vetoes;
        }
        hit
    }

    /// Takes the pieces of a line away that lie in a veto or are denied.
    fn take_away(
        &self,
        theme: u32,
        line: &mut Line<'a>,
        vetoes: &Hulls<'a>,
        vetoed: &mut Vec<Vetoed>,
    ) {
        let rule = line.rule;
        line.pieces.retain(|piece| {
            let reason = match (vetoes.around(&piece.hull()), self.denied(piece)) {
                (Some(veto), _) => VetoReason::Veto(veto.line.clone()),
                (None, Some(negation)) => VetoReason::Negation(negation.line.clone()),
                (None, None) => return true,
            };
            vetoed.push(self.vetoed(theme, rule, piece, reason));
            false
        });
    }

    /// The negation that stands directly before one of the words of a piece, in its sentence, and is
    /// itself no part of it; unless a word that cannot be denied is part of the piece.
    fn denied(&self, piece: &Piece) -> Option<&'a Rule> {
        let (negations, not_negated) = self.denials.get_or_init(|| {
            (
                self.hulls(self.common, Role::Negation),
                self.hulls(self.common, Role::NotNegated),
            )
        });
        if negations.is_empty() || piece.words.iter().any(|word| not_negated.touches(word)) {
            return None;
        }
        piece.words.iter().find_map(|word| {
            let before = word.first.checked_sub(1)?;
            let same = self.scratch.words.sentences_apart(before, word.first) == 0
                && !self.is_cut_after(before);
            let apart = |negation: &Occurrence| {
                piece
                    .words
                    .iter()
                    .all(|w| w.end <= negation.start || negation.end <= w.start)
            };
            negations
                .ending_at(before)
                .find(|(hull, _)| same && apart(hull))
                .map(|(_, rule)| rule)
        })
    }

    /// Whether a sign parts this unit from the next: *de palen doen het niet, kabeldieven* denies no
    /// thief.
    fn is_cut_after(&self, unit: u32) -> bool {
        let units = self.scratch.words.units();
        let (one, next) = (&units[unit as usize], &units[unit as usize + 1]);
        let between = &self.scratch.folded.text()[one.end as usize..next.start as usize];
        between.contains([',', ';', ':', '(', ')'])
    }

    /// A hit when one strong line is left, or two cues of different lines without a word in common.
    fn decide(&self, lines: &mut [Line<'a>]) -> Option<Hit> {
        let urgent = lines.iter().any(|line| line.rule.role == Role::Urgent);
        let strong = urgent || lines.iter().any(|line| line.rule.role == Role::Strong);
        if !strong && !put_two_cues_first(lines) {
            return None;
        }
        let mut evidence: Vec<Evidence> = lines
            .iter()
            .map(|line| Evidence {
                keyword: line.rule.line.clone(),
                words: spans(&line.pieces[0], &self.scratch.folded),
            })
            .collect();
        sort(&mut evidence);
        Some(Hit {
            theme: self.rules.themes[lines[0].rule.theme as usize].id.clone(),
            evidence,
            urgent,
            vetoes_tested: 0,
        })
    }

    /// The line that silences a theme for this message.
    fn silenced(&self, case: &'a [u32]) -> Option<&'a Rule> {
        let own = self.with_role(case, Role::PostVeto..=Role::PostVeto);
        let common = self.with_role(self.common, Role::PostVeto..=Role::PostVeto);
        let veto = own
            .chain(common)
            .find(|rule| !pieces(&rule.node, self.scratch).is_empty())?;
        let incident = *self.incident.get_or_init(|| {
            self.with_role(self.common, Role::IncidentCue..=Role::IncidentCue)
                .any(|rule| !pieces(&rule.node, self.scratch).is_empty())
        });
        (!incident).then_some(veto)
    }

    /// The theme that a hit of this theme belongs to; `None` when it leads to one that is not
    /// listened for, or that is silenced.
    fn route(&self, theme: u32, case: &'a [u32]) -> Option<u32> {
        let mut routes = self.with_role(case, Role::Route..=Role::Route);
        match routes.find(|rule| !pieces(&rule.node, self.scratch).is_empty()) {
            None => Some(theme),
            Some(route) => {
                let to = route.route_to?;
                let from = self
                    .themes
                    .partition_point(|rule| self.rules.theme(*rule) < to);
                let end = self
                    .themes
                    .partition_point(|rule| self.rules.theme(*rule) <= to);
                self.silenced(&self.themes[from..end])
                    .is_none()
                    .then_some(to)
            }
        }
    }

    fn with_role(
        &self,
        case: &'a [u32],
        roles: std::ops::RangeInclusive<Role>,
    ) -> impl Iterator<Item = &'a Rule> {
        let rules = case.iter().map(|rule| &self.rules.rules[*rule as usize]);
        rules.filter(move |rule| roles.contains(&rule.role))
    }

    fn hulls(&self, case: &'a [u32], role: Role) -> Hulls<'a> {
        let mut hulls = Vec::new();
        for rule in self.with_role(case, role..=role) {
            let found = pieces(&rule.node, self.scratch);
            hulls.extend(found.iter().map(|piece| (piece.hull(), rule)));
        }
        Hulls::new(hulls)
    }

    fn vetoed(&self, theme: u32, rule: &Rule, piece: &Piece, reason: VetoReason) -> Vetoed {
        Vetoed {
            theme: self.rules.themes[theme as usize].id.clone(),
            keyword: rule.line.clone(),
            words: spans(piece, &self.scratch.folded),
            reason,
        }
    }
}

impl Rules {
    fn theme(&self, rule: u32) -> u32 {
        self.rules[rule as usize].theme
    }
}

/// Looks for pieces of two cue lines without a word in common, and puts them first in their lines.
fn put_two_cues_first(lines: &mut [Line<'_>]) -> bool {
    for one in 0..lines.len() {
        for other in one + 1..lines.len() {
            let (head, tail) = lines.split_at_mut(other);
            let (one, other) = (&mut head[one].pieces, &mut tail[0].pieces);
            for a in 0..one.len() {
                if let Some(b) = other.iter().position(|piece| one[a].is_apart_from(piece)) {
                    one.swap(0, a);
                    other.swap(0, b);
                    return true;
                }
            }
        }
    }
    false
}

/// Where the words of a piece stand in the message as given.
fn spans(piece: &Piece, folded: &Folded) -> Vec<Span> {
    let span = |word: &Occurrence| {
        folded.original(Span {
            start: word.start as usize,
            end: word.end as usize,
        })
    };
    piece.words.iter().map(span).collect()
}

/// What is enough by itself first, then in the order of the text.
fn sort(evidence: &mut [Evidence]) {
    evidence.sort_by(|a, b| {
        let enough = |evidence: &Evidence| evidence.keyword.is_enough();
        enough(b)
            .cmp(&enough(a))
            .then(a.words.cmp(&b.words))
            .then(a.keyword.line.cmp(&b.keyword.line))
    });
}

/// Two hits of one theme, of which at least one came by a route.
fn merge(hit: &mut Hit, other: &mut Hit) {
    hit.evidence.append(&mut other.evidence);
    sort(&mut hit.evidence);
    hit.urgent |= other.urgent;
    hit.vetoes_tested += other.vetoes_tested;
}

/// The places named, each once, the most precise kind first, then in the order of the text.
fn places(locator: &Locator, scratch: &Scratch) -> Vec<PlaceFound> {
    let mut places: Vec<PlaceFound> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for located in scratch.places.located() {
        if !seen.insert(located.place) {
            continue;
        }
        let units = scratch.words.units();
        let span = scratch.folded.original(Span {
            start: units[located.first as usize].start as usize,
            end: units[located.last as usize].end as usize,
        });
        let (name, kind): (Arc<str>, _) = locator.describe(located.place);
        places.push(PlaceFound { name, kind, span });
    }
    places.sort_by_key(|place| std::cmp::Reverse(place.kind));
    places
}
