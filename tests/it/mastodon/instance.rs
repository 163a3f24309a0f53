//! A stand-in for an instance of Mastodon 4.5: what it is asked is checked, what it answers has the
//! documented shape. Ids are texts, pages newest first, `min_id` gives the page right above an id.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use url::Url;

use crate::web::{Answer, Recorded, Web};

/// The instance; a test changes it between visits.
#[derive(Clone, Default)]
pub(crate) struct Instance(Arc<Mutex<State>>);

pub(crate) struct State {
    /// The statuses under `#lindemeer`, and of the account `@wijkraad`.
    pub(crate) statuses: Vec<Value>,
    /// What the instance shows of a hashtag; `None` before 4.5, and without `/api/v2` when empty.
    pub(crate) access: Option<(&'static str, &'static str)>,
    pub(crate) token: Option<&'static str>,
    /// Answers that come first, whatever is asked.
    pub(crate) faults: VecDeque<Answer>,
    /// More of an account.
    pub(crate) account: Value,
    /// Requests left in this period.
    pub(crate) remaining: u64,
    /// What the client did that it must not do.
    pub(crate) wrong: Vec<String>,
}

impl Default for State {
    fn default() -> State {
        State {
            statuses: Vec::new(),
            access: Some(("public", "public")),
            token: None,
            faults: VecDeque::new(),
            account: json!({}),
            remaining: 300,
            wrong: Vec::new(),
        }
    }
}

impl Instance {
    pub(crate) fn serve(web: &Web) -> Instance {
        let instance = Instance::default();
        let state = instance.clone();
        web.serve_by(move |request| state.with(|state| state.answer(request)));
        instance
    }

    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    /// Somebody writes something; ids are those of the real thing.
    pub(crate) fn says(&self, number: u64, text: &str) {
        let status = status(number, text);
        self.with(|state| state.statuses.push(status));
    }
}

pub(crate) fn status(number: u64, text: &str) -> Value {
    let id = (116_220_000_000_000_000 + number).to_string();
    json!({
        "id": id,
        "uri": format!("https://mastodon.example/users/bewoner/statuses/{id}"),
        "url": format!("https://mastodon.example/@bewoner/{id}"),
        "created_at": "2026-11-24T06:11:12.000Z", "edited_at": null, "in_reply_to_id": null,
        "sensitive": false, "spoiler_text": "", "visibility": "public", "language": "nl",
        "content": format!("<p>{text} <a href=\"https://mastodon.example/tags/lindemeer\" class=\"mention hashtag\" rel=\"tag\">#<span>Lindemeer</span></a></p>"),
        "reblog": null,
        "account": {"id": "77", "username": "bewoner", "acct": "bewoner", "display_name": "Een Bewoner",
                    "note": "<p>hallo</p>", "bot": false, "discoverable": true, "indexable": true, "noindex": false},
        "media_attachments": [], "mentions": [], "tags": [{"name": "lindemeer"}],
    })
}

fn number(status: &Value) -> u64 {
    match &status["id"] {
        Value::String(id) => id.parse().unwrap(),
        id => id.as_u64().unwrap_or_default(),
    }
}

impl State {
    fn answer(&mut self, request: &Recorded) -> Answer {
        let url = Url::parse("http://instance.example").unwrap();
        let url = url.join(&request.target).unwrap();
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        for header in ["cookie", "referer"] {
            if !request.header(header).is_empty() {
                self.wrong.push(format!("sends {header}"));
            }
        }
        if !request.header("user-agent").starts_with("luisterpost/") {
            self.wrong.push("no honest user agent".to_owned());
        }
        if self.remaining == 0 {
            self.wrong.push("asks although nothing is left".to_owned());
        }
        if let Some(fault) = self.faults.pop_front() {
            return fault;
        }
        self.remaining -= 1;
        let allowed: &[&str] = match url.path() {
            "/api/v2/instance" => &[],
            "/api/v1/accounts/lookup" => &["acct"],
            "/api/v1/timelines/tag/lindemeer" => &["limit", "min_id", "local"],
            "/api/v1/accounts/12/statuses" => &["limit", "min_id", "exclude_reblogs"],
            other => {
                self.wrong.push(format!("asks for {other}"));
                return self.json(404, &json!({"error": "Record not found"}));
            }
        };
        for name in query
            .keys()
            .filter(|name| !allowed.contains(&name.as_str()))
        {
            self.wrong.push(format!("{} with {name}", url.path()));
        }
        match url.path() {
            "/api/v2/instance" => match self.access {
                None => self.json(404, &json!({"error": "Not found"})),
                Some((local, remote)) => {
                    let feeds = json!({"local": local, "remote": remote});
                    self.json(
                        200,
                        &json!({"domain": "mastodon.example", "version": "4.5.0",
                        "configuration": {"timelines_access": {"hashtag_feeds": feeds}}}),
                    )
                }
            },
            "/api/v1/accounts/lookup" => {
                let mut account = json!({"id": "12", "username": "wijkraad", "note": "<p>De wijkraad</p>", "indexable": true});
                merge(&mut account, &self.account);
                self.json(200, &account)
            }
            _ => self.timeline(request, &query),
        }
    }

    fn timeline(&mut self, request: &Recorded, query: &HashMap<String, String>) -> Answer {
        let authorization = request.header("authorization");
        if let Some(token) = self.token {
            if authorization != format!("Bearer {token}") {
                return self.json(401, &json!({"error": "The access token is invalid"}));
            }
        } else if !authorization.is_empty() {
            self.wrong.push("sends a token that nobody gave".to_owned());
        }
        let limit: usize = query
            .get("limit")
            .map_or(20, |limit| limit.parse().unwrap());
        if limit > 40 {
            self.wrong.push("asks for more than 40".to_owned());
        }
        let mut statuses = self.statuses.clone();
        statuses.sort_by_key(number);
        if let Some(least) = query.get("min_id") {
            let least: u64 = least.parse().unwrap();
            statuses.retain(|status| number(status) > least);
            statuses.truncate(limit);
        } else {
            let older = statuses.len().saturating_sub(limit);
            statuses.drain(..older);
        }
        statuses.reverse();
        let answer = self.json(200, &Value::Array(statuses));
        // Also on an empty page; nobody has to follow it.
        answer.header(
            "link",
            "<https://elders.example/api/v1/timelines/tag/lindemeer?max_id=1>; rel=\"next\"",
        )
    }

    fn json(&self, status: u16, body: &Value) -> Answer {
        Answer::new(status, body.to_string())
            .header("content-type", "application/json; charset=utf-8")
            .header("x-ratelimit-limit", "300")
            .header("x-ratelimit-remaining", self.remaining.to_string())
            .header("x-ratelimit-reset", "2026-11-24T10:15:00.000000Z")
    }
}

fn merge(into: &mut Value, from: &Value) {
    for (key, value) in from.as_object().unwrap() {
        into[key] = value.clone();
    }
}
