//! Fields of JSON as strangers write them: a number for a text, `null` for a list or for nothing.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};

/// A text: a number or a truth value is written out, anything else is none.
///
/// # Errors
///
/// Only when the JSON itself is broken.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    struct Text;
    impl<'de> Visitor<'de> for Text {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Some(text.to_owned()))
        }

        fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
            Ok(Some(number.to_string()))
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
            Ok(Some(number.to_string()))
        }

        fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
            Ok(Some(number.to_string()))
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(None)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Self::Value, A::Error> {
            while table.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(None)
        }
    }
    deserializer.deserialize_any(Text)
}

/// A truth value: `true` and `"true"` are, anything else is not.
///
/// # Errors
///
/// Only when the JSON itself is broken.
pub fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(text(deserializer)?.and_then(|text| text.parse().ok()))
}

/// A whole number, also when written as a text.
///
/// # Errors
///
/// Only when the JSON itself is broken.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(text(deserializer)?.and_then(|text| text.trim().parse().ok()))
}

/// A list: `null` is an empty one, and `null` in it is left out.
///
/// # Errors
///
/// When it is something else, or an element cannot be read.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let elements: Option<Vec<Option<T>>> = Deserialize::deserialize(deserializer)?;
    Ok(elements.unwrap_or_default().into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Post {
        #[serde(default, deserialize_with = "text")]
        id: Option<String>,
        #[serde(default, deserialize_with = "truth")]
        hidden: Option<bool>,
        #[serde(default, deserialize_with = "number")]
        number: Option<u64>,
        #[serde(default, deserialize_with = "list")]
        tags: Vec<u8>,
    }

    #[test]
    fn fields_of_the_wrong_type_are_read_or_left_out() {
        let read = |json: &str| {
            let post: Post = serde_json::from_str(json).unwrap();
            (post.id, post.hidden, post.number, post.tags)
        };
        let id = |text: &str| Some(text.to_owned());
        assert_eq!(
            read(r#"{"id":7,"hidden":true,"number":"9","tags":[1,null]}"#),
            (id("7"), Some(true), Some(9), vec![1])
        );
        assert_eq!(
            read(r#"{"id":{"x":[1]},"hidden":"true","number":-1,"tags":null,"more":0}"#),
            (None, Some(true), None, vec![])
        );
        assert_eq!(read("{}"), (None, None, None, vec![]));
    }
}
