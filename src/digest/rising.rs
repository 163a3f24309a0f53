//! What there is more of than usual, as it is told, and how many stories each day had.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::digest::told::clean;
use crate::theme::ThemeId;
use crate::trend::Rise;

/// What is known of the themes of a recipient.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    /// What there is more of than usual.
    pub rising: Vec<Rising>,
    /// For each theme the stories of residents on each of the last fourteen days, the latest last;
    /// `None` is a day on which nothing was heard.
    pub days: BTreeMap<ThemeId, Vec<(Date, Option<u32>)>>,
}

/// More of a theme than usual, in the municipality or in one place of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rising {
    /// The theme.
    #[serde(skip)]
    pub theme: ThemeId,
    /// The theme's title.
    pub title: String,
    /// The place; `None` is the municipality.
    pub place: Option<String>,
    /// The numbers.
    pub rise: Rise,
    /// The last day that is counted.
    pub day: Date,
}

/// A day in the row of bars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// The day.
    pub day: Date,
    /// How many stories; `None` is a day on which nothing was heard.
    pub count: Option<u32>,
    /// Height of the bar, 0 to 24.
    pub height: u32,
}

/// The greatest height of a bar.
pub const HEIGHT: u32 = 24;

/// What is told of what rises: places only where the theme as a whole does not say it already.
pub(crate) fn told(rising: &[Rising]) -> Vec<Rising> {
    let clean_place = |place: &Option<String>| place.as_deref().map(clean);
    rising
        .iter()
        .map(|rising| Rising {
            title: clean(&rising.title),
            place: clean_place(&rising.place),
            ..rising.clone()
        })
        .collect()
}

/// A bar for each day of a theme; the highest number has the greatest height.
pub(crate) fn bars(activity: &Activity, theme: &ThemeId) -> Vec<Bar> {
    let days = activity.days.get(theme).map_or(&[][..], Vec::as_slice);
    let most = days.iter().filter_map(|(_, count)| *count).max();
    let most = most.unwrap_or_default().max(1);
    let bar = |(day, count): &(Date, Option<u32>)| Bar {
        day: *day,
        count: *count,
        // One story is to be seen beside a day with fifty.
        height: count.map_or(0, |count| (count * HEIGHT).div_ceil(most)),
    };
    days.iter().map(bar).collect()
}
