//! What is kept beyond its retention, as it is told.

use jiff::{Timestamp, ToSpan};

use crate::deliver::{DeliverError, Desk};
use crate::hold::{About, Hold, Told};
use crate::store::Reader;

impl Desk {
    /// All holds that are in force, for the last block of an overview.
    pub(super) async fn holds(
        &self,
        reader: &Reader,
        now: Timestamp,
    ) -> Result<Vec<Told>, DeliverError> {
        let holds = reader.holds(now).await?;
        Ok(holds.iter().map(|hold| self.hold(hold)).collect())
    }

    /// One hold, with the names that readers know.
    pub(crate) fn hold(&self, hold: &Hold) -> Told {
        let (about, name) = match &hold.about {
            About::Theme(id) => {
                let theme = self.themes.iter().find(|theme| theme.id == *id);
                let title = theme.map_or_else(|| id.to_string(), |theme| theme.title.clone());
                ("theme", Some(title))
            }
            About::Source(id) => {
                let name = self.sources.get(id).cloned();
                ("source", Some(name.unwrap_or_else(|| id.to_string())))
            }
            About::Message => ("message", None),
        };
        // It ends when its last day has ended.
        let last = hold.until.checked_sub(1.second()).unwrap_or(hold.until);
        Told {
            number: hold.number,
            about,
            name,
            until: last.to_zoned(self.times.zone.clone()),
        }
    }
}
