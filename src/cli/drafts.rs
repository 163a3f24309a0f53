//! A source that was found, as lines for `sources.toml`.

use jiff::civil::Date;
use serde::Serialize;

use crate::render::{RenderError, Texts};
use crate::source::draft::Draft;

/// What the scope that a draft proposes rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// Its messages of now.
    Messages,
    /// Nothing was read.
    Nothing,
}

#[derive(Serialize)]
struct Values<'d> {
    id: &'d str,
    name: String,
    url: String,
    scope: &'static str,
    seen: bool,
    today: Date,
}

/// The `[[source]]` of a draft. `check` accepts it as it is; what only a person can know is a
/// comment beside it.
pub(super) fn block(
    texts: &Texts,
    draft: &Draft,
    ground: Ground,
    today: Date,
) -> Result<String, RenderError> {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let values = Values {
        id: draft.id.as_str(),
        name: quoted(&draft.name),
        url: quoted(draft.url.as_str()),
        scope: draft.scope.as_str(),
        seen: ground == Ground::Messages,
        today,
    };
    texts.page("draft.txt", &values)
}

/// A text as comment lines. What strangers wrote may hold control characters, which a comment in
/// TOML may not.
pub(super) fn commented(text: &str) -> String {
    let line = |line: &str| match line.is_empty() {
        true => "#\n".to_owned(),
        false => {
            let line = line.replace(char::is_control, " ");
            format!("# {line}\n")
        }
    };
    text.lines().map(line).collect()
}
