//! What a weekly overview tells besides: where residents were active, and what the keywords are worth.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::digest::told::clean;
use crate::source::Voice;
use crate::theme::ThemeId;
use crate::worth::ThemeWorth;

/// Most sources and most themes that are named.
const MOST: usize = 5;

/// What is known of a source in the week.
#[derive(Clone, Debug)]
pub struct SourceWeek {
    /// Its name for readers.
    pub name: String,
    /// Who speaks there.
    pub voice: Voice,
    /// Messages read.
    pub messages: u64,
    /// Hits by theme.
    pub hits: BTreeMap<ThemeId, u64>,
}

/// What a week is made from.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The sources.
    pub sources: Vec<SourceWeek>,
    /// What the keywords of the recipient's themes are worth.
    pub keywords: Vec<ThemeWorth>,
}

/// The block.
#[derive(Clone, Debug, Serialize)]
pub struct Week {
    /// Sources of residents with the most hits for the recipient's themes.
    pub active: Vec<Active>,
    /// Themes of which readers answered something, or whose keywords mostly miss.
    pub keywords: Vec<ThemeWorth>,
}

/// A source where residents were active.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Active {
    /// Its name for readers.
    pub name: String,
    /// Hits for the recipient's themes.
    pub hits: u64,
    /// Messages read.
    pub messages: u64,
}

impl Week {
    /// Composes it for the themes that `takes` takes.
    pub(crate) fn new(gathered: &Gathered, takes: impl Fn(&ThemeId) -> bool) -> Week {
        let residents = gathered.sources.iter();
        let residents = residents.filter(|source| source.voice == Voice::Residents);
        let mut active: Vec<Active> = residents
            .map(|source| {
                let hits = source.hits.iter().filter(|(theme, _)| takes(theme));
                Active {
                    name: clean(&source.name),
                    hits: hits.map(|(_, count)| count).sum(),
                    messages: source.messages,
                }
            })
            .filter(|source| source.hits > 0)
            .collect();
        active.sort_by(|a, b| b.hits.cmp(&a.hits).then_with(|| a.name.cmp(&b.name)));
        active.truncate(MOST);
        let tells = |worth: &&ThemeWorth| {
            worth.answers > 0 || !worth.missing.is_empty() || !worth.vetoes.is_empty()
        };
        let mut keywords: Vec<ThemeWorth> =
            gathered.keywords.iter().filter(tells).cloned().collect();
        keywords.sort_by_key(|worth| std::cmp::Reverse((worth.missing.len(), worth.answers)));
        keywords.truncate(MOST);
        Week { active, keywords }
    }
}
