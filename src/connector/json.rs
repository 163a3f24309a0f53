//! Brings a JSON Feed down to the fields that are read, each as text: mends numbers for ids, fields
//! of the wrong type and a document that breaks off, and leaves authors behind.

use serde_json::{Map, Value, json};

/// The fields of an item that are read. There is no author among them.
const FIELDS: &[&str] = &[
    "id",
    "url",
    "external_url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "date_published",
    "date_modified",
];

/// A mended document.
#[derive(Debug)]
pub struct Mended {
    /// A JSON Feed in which every field is text.
    pub text: String,
    /// Whether a field had another type than it should have.
    pub changed: bool,
    /// Whether the document broke off; the item in which it did is left out.
    pub truncated: bool,
}

/// Mends a document; `None` when it is no JSON even so, or has no list of items.
pub fn mend(text: &str) -> Option<Mended> {
    let (value, truncated) = match serde_json::from_str::<Value>(text) {
        Ok(value) => (value, false),
        Err(_) => (serde_json::from_str(&cut(text)?).ok()?, true),
    };
    let items = value.get("items")?.as_array()?;
    let mut changed = false;
    let items = items
        .iter()
        .filter_map(|item| mend_item(item, &mut changed));
    let items: Vec<Value> = items.collect();
    let title = value.get("title").and_then(Value::as_str);
    let mended = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": title.unwrap_or_default(),
        "items": items,
    });
    Some(Mended {
        text: mended.to_string(),
        changed,
        truncated,
    })
}

fn mend_item(item: &Value, changed: &mut bool) -> Option<Value> {
    let Some(fields) = item.as_object() else {
        *changed = true;
        return None;
    };
    let mut mended = Map::new();
    for &field in FIELDS {
        let text = match fields.get(field) {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null) => continue,
            Some(other) => {
                *changed = true;
                match other {
                    Value::Number(number) => number.to_string(),
                    _ => continue,
                }
            }
        };
        mended.insert(field.to_owned(), Value::String(text));
    }
    Some(Value::Object(mended))
}

/// Cuts a document that broke off after its last whole item and closes it.
fn cut(text: &str) -> Option<String> {
    // Items stand two levels deep: `{ "items": [ { … }`.
    const ITEM_LEVEL: usize = 2;
    let mut levels = Vec::new();
    let mut in_string = false;
    let mut escaped = false;
    let mut whole = None;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => levels.push(byte),
            b'}' | b']' => {
                levels.pop();
                if byte == b'}' && levels.len() == ITEM_LEVEL && levels[1] == b'[' {
                    whole = Some(at + 1);
                }
            }
            _ => {}
        }
    }
    Some([&text[..whole?], "]}"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(broken: &str, items: &str, truncated: bool) {
        let mended = mend(broken).unwrap();
        let value: Value = serde_json::from_str(&mended.text).unwrap();
        assert_eq!(
            (value["items"].to_string().as_str(), mended.truncated),
            (items, truncated)
        );
    }

    #[test]
    fn every_field_becomes_text() {
        check(
            r#"{"items":[{"id":7,"title":null,"tags":5,"url":"u"}]}"#,
            r#"[{"id":"7","url":"u"}]"#,
            false,
        );
        check(r#"{"items":[7,{"id":1.5}]}"#, r#"[{"id":"1.5"}]"#, false);
        assert!(mend(r#"{"items":null}"#).is_none());
        assert!(mend("[]").is_none());
    }

    #[test]
    fn a_document_that_breaks_off_keeps_the_items_before() {
        let whole = r#"{"version":"1","items":[{"id":"a}]"},{"id":"b","x":[{}]}]}"#;
        let first = whole.find("},").unwrap() + 1;
        let second = whole.rfind("]}").unwrap();
        for cut in first..second {
            check(&whole[..cut], r#"[{"id":"a}]"}]"#, true);
        }
        assert!(mend(&whole[..first - 1]).is_none());
        assert!(mend("niets").is_none());
    }
}
