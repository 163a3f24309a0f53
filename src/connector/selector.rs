//! Checks the CSS selectors that people write.

use scraper::Selector;
use scraper::error::SelectorErrorKind;

/// Longest selector, in bytes. A selector that needs more says how a page looks, not what it means.
const MAX_LENGTH: usize = 500;

/// Checks a selector.
///
/// # Errors
///
/// When it is not one: at which character (counted from 1) it goes wrong, and why.
pub fn check_selector(selector: &str) -> Result<(), String> {
    if selector.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    if selector.len() > MAX_LENGTH {
        return Err(format!("it is longer than {MAX_LENGTH} bytes"));
    }
    let Err(error) = Selector::parse(selector) else {
        return Ok(());
    };
    // The parser does not say where it stopped: behind the longest beginning that is a selector.
    let sound = selector
        .char_indices()
        .map(|(at, _)| at)
        .rfind(|&at| Selector::parse(&selector[..at]).is_ok())
        .unwrap_or(0);
    let position = selector[..sound].chars().count() + 1;
    let rest = selector[sound..].trim();
    Err(format!(
        "at character {position}, `{rest}`: {}",
        reason(&error, rest)
    ))
}

fn reason(error: &SelectorErrorKind, rest: &str) -> &'static str {
    match error {
        _ if rest.starts_with("::") => "pseudo-elements select no elements of a page",
        _ if rest.starts_with(':') => "this pseudo-class is not known",
        SelectorErrorKind::TooManyNestedBlocks => "it is nested too deeply",
        SelectorErrorKind::InvalidAtRule | SelectorErrorKind::InvalidAtRuleBody => {
            "rules that begin with @ are not selectors"
        }
        _ if rest.starts_with('.') => "a class name must follow the dot",
        _ if rest.starts_with('#') => "an id must follow the #",
        _ if rest.starts_with('[') => "between [ and ] stands an attribute, as in [href^=\"/t/\"]",
        _ if rest.starts_with(['>', '+', '~', ',']) => "a selector must stand on both sides",
        SelectorErrorKind::EndOfLine => "it ends too early",
        _ => "this cannot stand here",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(selector: &str, expected: &str) {
        assert_eq!(
            check_selector(selector).err().unwrap_or_default(),
            expected,
            "{selector:?}"
        );
    }

    #[test]
    fn selectors_of_forums_are_right() {
        for selector in [
            "article.post",
            "div.post:not(.deleted)",
            "li.arrow.next a[rel=next]",
            "h3 a, p.author a.unread",
            "#messageList > li[id]",
            "a[href*='viewtopic']",
            "div:has(> time)",
            ".body p:first-child",
        ] {
            check(selector, "");
        }
    }

    #[test]
    fn a_wrong_selector_says_where_and_why() {
        check(" ", "it is empty");
        check(
            "div:frist",
            "at character 4, `:frist`: this pseudo-class is not known",
        );
        check(
            "a.",
            "at character 2, `.`: a class name must follow the dot",
        );
        check(
            "div > ",
            "at character 5, `>`: a selector must stand on both sides",
        );
        check(
            "p::before",
            "at character 2, `::before`: pseudo-elements select no elements of a page",
        );
        check(
            "a[=x]",
            "at character 2, `[=x]`: between [ and ] stands an attribute, as in [href^=\"/t/\"]",
        );
        check(&"a ".repeat(400), "it is longer than 500 bytes");
    }
}
