//! The names of feed elements, in the dialects of RSS and Atom.

use std::borrow::Cow;

/// The name that RSS 2.0 or Atom has for an element of an older dialect: RSS 1.0 stood in RDF, and
/// Atom 0.3 had other names for the dates.
pub fn of_today(name: &str) -> &str {
    match name {
        "RSS" | "RDF" | "rdf:RDF" => "rss",
        "modified" => "updated",
        "issued" | "created" => "published",
        _ => name.strip_prefix("rss:").unwrap_or(name),
    }
}

/// Whether an element is an item of a feed.
pub fn is_item(name: &str) -> bool {
    matches!(
        name,
        "item" | "entry" | "rss:item" | "atom:entry" | "a:entry"
    )
}

/// Elements of an RSS item that stand directly in it: one of them ends the one before it.
pub fn is_field(name: &str) -> bool {
    is_text_field(name)
        || matches!(
            name,
            "author"
                | "category"
                | "comments"
                | "enclosure"
                | "source"
                | "dc:subject"
                | "updated"
                | "published"
                | "id"
                | "media:content"
                | "media:thumbnail"
                | "wfw:commentRss"
        )
}

/// Elements of an RSS item that hold text only: tags in them are HTML that was not escaped.
pub fn is_text_field(name: &str) -> bool {
    matches!(
        name,
        "title"
            | "link"
            | "description"
            | "guid"
            | "pubDate"
            | "content:encoded"
            | "dc:date"
            | "summary"
            | "content"
            | "itunes:summary"
    )
}

/// Whether an element belongs to a vocabulary that is not read. What is broken may be broken there.
pub fn is_foreign(name: &str) -> bool {
    const READ: &[&str] = &["content:encoded", "dc:date"];
    match name.split_once(':') {
        Some((prefix, _)) => !matches!(prefix, "atom" | "a" | "xhtml") && !READ.contains(&name),
        None => false,
    }
}

/// Attributes of an Atom element, with text types of Atom 0.3 and types that do not exist as one of
/// the three that do.
pub fn atom_attributes<'a>(name: &str, attributes: &'a str) -> Cow<'a, str> {
    let is_text = matches!(
        name,
        "title" | "summary" | "subtitle" | "rights" | "content" | "tagline"
    );
    if !is_text {
        return attributes.into();
    }
    let kind = pairs(attributes)
        .find(|(key, _)| *key == "type")
        .map(|(_, value)| value);
    let is_linked = name == "content" && pairs(attributes).any(|(key, _)| key == "src");
    let kind = match kind {
        _ if is_linked => return attributes.into(),
        Some(kind) if kind.contains("xhtml") => "xhtml",
        Some(kind) if kind.contains("html") => "html",
        Some(kind) if name == "content" && kind.contains('/') && !kind.starts_with("text/") => {
            return attributes.into();
        }
        _ => "text",
    };
    let base = pairs(attributes).find(|(key, _)| *key == "xml:base");
    let base = base
        .map(|(_, base)| format!(" xml:base=\"{base}\""))
        .unwrap_or_default();
    format!(" type=\"{kind}\"{base}").into()
}

/// Names and raw values of attributes; those without quotes are left out.
pub fn pairs(attributes: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = attributes;
    std::iter::from_fn(move || {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after[1..].split_once(quote)?;
        rest = after;
        Some((key.split_whitespace().last().unwrap_or_default(), value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_paired() {
        let found: Vec<_> = pairs(" a=\"1\" b = '2\"' c=3 d=\"4\"").collect();
        assert_eq!(found, [("a", "1"), ("b", "2\"")]);
    }

    #[test]
    fn text_types_become_the_three_of_atom() {
        let check = |name: &str, attributes: &str, expected: &str| {
            assert_eq!(atom_attributes(name, attributes), expected, "{attributes}");
        };
        check(
            "title",
            " type=\"text/html\" mode=\"escaped\"",
            " type=\"html\"",
        );
        check("title", " type='nonsense'", " type=\"text\"");
        check(
            "content",
            " type='application/xhtml+xml'",
            " type=\"xhtml\"",
        );
        check("content", " type='image/png'", " type='image/png'");
        check(
            "content",
            " src='a' type='text/html'",
            " src='a' type='text/html'",
        );
        check("link", " type='text/html'", " type='text/html'");
    }
}
