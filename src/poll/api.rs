//! A visit to a source behind an API: from cursor to cursor.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio::time;

use crate::connector::{Document, api};
use crate::fetch::{Call, FetchError, Token};
use crate::outcome::{Failure, FailureClass, Hints, PageState, Trail};
use crate::poll::pages::{LONGEST_VISIT, Visit, later, too_long, unread};
use crate::poll::{Listener, our_mistake};
use crate::source::Source;
use crate::source::api::Api;

/// Most requests of one visit, besides robots.txt. What is left is read at the next visit: the
/// cursor stands where reading ended.
pub const MAX_CALLS: usize = 8;

impl Listener {
    /// Asks for what is new since the cursor, page by page.
    ///
    /// The cursor moves with each page that was read, and with no other.
    pub(crate) async fn visit_api(
        &self,
        source: &Source,
        api: &Api,
        trail: &Trail,
        now: Timestamp,
    ) -> Visit {
        let mut visit = Visit {
            onward: true,
            ..Visit::default()
        };
        let remembered = trail.0.get(source.url.as_str());
        let mut cursor = remembered.and_then(|page| page.cursor.clone());
        let deadline = time::Instant::now() + LONGEST_VISIT;
        for _ in 0..MAX_CALLS {
            let page = AssertUnwindSafe(self.call(source, api, cursor.as_deref(), now));
            let page = match time::timeout_at(deadline, page.catch_unwind()).await {
                Ok(Ok(page)) => page,
                Ok(Err(_)) => Err(our_mistake()),
                Err(_) => Err(too_long()),
            };
            let (page, hints) = match page {
                Ok(page) => page,
                Err(failure) => {
                    visit.failure = Some(failure);
                    break;
                }
            };
            visit.items.extend(page.items);
            visit.complete = page.complete.or(visit.complete);
            visit.hints = later(visit.hints, hints);
            let reached = PageState {
                cursor: Some(page.cursor.clone()),
                ..PageState::default()
            };
            visit.trail.0.insert(source.url.to_string(), reached);
            cursor = Some(page.cursor);
            if !page.more {
                break;
            }
        }
        visit
    }

    async fn call(
        &self,
        source: &Source,
        api: &Api,
        cursor: Option<&str>,
        now: Timestamp,
    ) -> Result<(api::Page, Hints), Failure> {
        let token = match api.token_file.clone() {
            Some(path) => Some(
                self.readers
                    .run(move || Token::read(&path))
                    .await?
                    .map_err(no_token)?,
            ),
            None => None,
        };
        let url = api::ask(api, &source.url, cursor);
        let call = Call {
            url: &url,
            token: token.as_ref(),
        };
        let body = match self.fetcher.call(call, now).await {
            Ok(body) => body,
            Err(FetchError::Status(404) | FetchError::Denied(_) | FetchError::LoginWall(_))
                if let Some(page) = api::without(api, cursor) =>
            {
                return Ok((page, Hints::default()));
            }
            Err(error) => return Err(error.failure()),
        };
        let (api, cursor) = (api.clone(), cursor.map(str::to_owned));
        let address = source.url.clone();
        let read = move || {
            let document = Document {
                bytes: &body.bytes,
                content_type: body.content_type.as_deref(),
                url: &body.url,
                cut: body.cut,
            };
            let page = api::answer(&api, &address, cursor.as_deref(), &document);
            page.map(|page| (page, body.hints))
                .map_err(|error| unread(&error, &body))
        };
        self.readers.run(read).await?
    }
}

fn no_token(detail: String) -> Failure {
    Failure {
        class: FailureClass::Token,
        detail,
        retry_at: None,
    }
}
