//! What a privacy officer looks for in `status`.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use crate::accountability::OpenPoint;
use crate::app::App;
use crate::cli::{hold, rights};
use crate::store::{Reader, StoreError};
use crate::theme::Standstill;

/// So many days before its review a theme is named: a meeting of the month can still take it up.
const REVIEW_SOON_DAYS: i32 = 30;

/// What is not in order, or soon will not be.
#[derive(Serialize)]
pub(crate) struct Trust {
    /// What the organisation has not yet decided or written down.
    open_points: Vec<OpenPoint>,
    /// Themes that are switched on and not listened for.
    standing_still: Vec<StandingStill>,
    /// Themes that must be looked at again soon.
    review_soon: Vec<Review>,
    /// What is kept beyond its retention for a request by law.
    holds: Vec<hold::Line>,
    /// Requests of residents that are not answered yet.
    requests: Vec<rights::Line>,
    /// Requests whose objections no longer work, because the key was lost.
    lost_objections: Vec<String>,
    /// How many flaws the audit log has; `None` when it cannot be read.
    audit_flaws: Option<usize>,
}

/// A theme that is switched on and not listened for.
#[derive(Serialize)]
struct StandingStill {
    theme: String,
    title: String,
    #[serde(flatten)]
    why: Standstill,
}

/// A theme that must be looked at again.
#[derive(Serialize)]
struct Review {
    theme: String,
    title: String,
    review_by: Date,
}

impl Trust {
    pub(crate) async fn of(app: &App, reader: &Reader, now: Timestamp) -> Result<Self, StoreError> {
        let verdict = reader.audit_verdict().await;
        let today = now.to_zoned(app.settings.digest.zone.clone()).date();
        let soon = today.saturating_add(REVIEW_SOON_DAYS.days());
        let enabled = app.settings.themes.iter().filter(|theme| theme.enabled);
        let requests = reader.requests().await?.into_iter();
        Ok(Trust {
            requests: requests
                .map(|request| rights::Line::of(app, request, today))
                .filter(rights::Line::is_open)
                .collect(),
            lost_objections: reader.lost_objections().await?,
            holds: hold::told(app, reader.holds(now).await?),
            audit_flaws: verdict.ok().map(|verdict| verdict.flaws.len()),
            open_points: app.settings.accountability.open_points(),
            standing_still: enabled
                .clone()
                .filter_map(|theme| {
                    Some(StandingStill {
                        theme: theme.id.to_string(),
                        title: theme.title.clone(),
                        why: theme.standstill(today)?,
                    })
                })
                .collect(),
            review_soon: enabled
                .filter(|theme| (today..=soon).contains(&theme.review_by))
                .map(|theme| Review {
                    theme: theme.id.to_string(),
                    title: theme.title.clone(),
                    review_by: theme.review_by,
                })
                .collect(),
        })
    }
}
