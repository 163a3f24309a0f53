//! Lists that show the newest first: read down to what was read before.
//!
//! A visit may end on the way down. The next one goes on below, and only then begins at the top
//! again, so that nothing between the two is skipped.

use serde::{Deserialize, Serialize};

use crate::connector::ConnectorError;
use crate::connector::api::repeating;

/// How far a list was read; `K` is what its messages are in order of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Descent<K> {
    /// All messages up to this one are read.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    read_to: Option<K>,
    /// On the way down: the page to ask for.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// On the way down: the newest message.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    top: Option<K>,
    /// On the way down: the oldest message.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    bottom: Option<K>,
}

fn none<T>() -> Option<T> {
    None
}

/// A page of the list.
#[derive(Debug)]
pub(crate) struct Stretch<K> {
    /// Its newest message; none when it is empty.
    pub(crate) top: Option<K>,
    /// How far down it reaches.
    pub(crate) bottom: Option<K>,
    /// The page below it, when there is one.
    pub(crate) next: Option<String>,
}

impl<K: Ord + Clone> Descent<K> {
    /// The page to ask for; none for the newest.
    pub(crate) fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Takes a page and says whether the one below is to be read too. The first visit takes the newest
    /// page only: what lies below is history. `margin` is how much lower than what was read to look.
    ///
    /// # Errors
    ///
    /// When the page does not lie below the one before it.
    pub(crate) fn take(
        &mut self,
        page: Stretch<K>,
        margin: impl Fn(&K) -> K,
    ) -> Result<bool, ConnectorError> {
        let again =
            matches!((&self.bottom, &page.bottom), (Some(before), Some(now)) if now >= before);
        if again || (page.next.is_some() && page.next == self.next) {
            return Err(repeating());
        }
        self.top = self.top.take().max(page.top);
        self.bottom = page.bottom.or(self.bottom.take());
        let goal = self.read_to.as_ref().map(margin);
        let is_above = |goal: &K| self.bottom.as_ref().is_none_or(|bottom| bottom > goal);
        match page.next {
            Some(next) if goal.as_ref().is_some_and(is_above) => {
                self.next = Some(next);
                Ok(true)
            }
            _ => {
                self.read_to = self.read_to.take().max(self.top.take());
                self.next = None;
                self.bottom = None;
                Ok(false)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: std::ops::RangeInclusive<u64>) -> Stretch<u64> {
        Stretch {
            top: Some(*ids.end()),
            bottom: Some(*ids.start()),
            next: Some(format!("below {}", ids.start())),
        }
    }

    #[test]
    fn what_came_while_a_visit_was_on_its_way_down_is_read_after_it() {
        let mut list = Descent::default();
        let mut take = |page| {
            list.take(page, |id| *id)
                .map(|more| (more, list.next.clone()))
        };
        let below = |id: u64| Some(format!("below {id}"));
        assert_eq!(take(page(61..=100)), Ok((false, None)));
        assert_eq!(take(page(161..=200)), Ok((true, below(161))));
        // The visit ended here, and thirty messages came; the next one goes on below.
        assert_eq!(take(page(121..=160)), Ok((true, below(121))));
        assert_eq!(take(page(81..=120)), Ok((false, None)));
        assert_eq!(take(page(191..=230)), Ok((false, None)));
        assert_eq!(list.read_to, Some(230));
    }

    #[test]
    fn an_empty_page_is_the_end_unless_it_names_another() {
        let mut list = Descent {
            read_to: Some(5),
            ..Descent::default()
        };
        let empty = |next: Option<&str>| Stretch {
            top: None,
            bottom: None,
            next: next.map(str::to_owned),
        };
        assert_eq!(list.take(page(20..=30), |id| *id), Ok(true));
        assert_eq!(list.take(empty(Some("verder")), |id| *id), Ok(true));
        assert!(list.take(empty(Some("verder")), |id| *id).is_err());
        assert_eq!(list.take(empty(None), |id| *id), Ok(false));
        assert_eq!(list.read_to, Some(30));
    }

    #[test]
    fn a_page_that_repeats_itself_is_told() {
        let mut list = Descent {
            read_to: Some(5),
            ..Descent::default()
        };
        assert_eq!(list.take(page(20..=30), |id| *id), Ok(true));
        assert!(list.take(page(20..=30), |id| *id).is_err());
        assert_eq!(list.next(), Some("below 20"));
    }
}
