//! What a page reserves to its maker, in its `<meta>` elements.

use scraper::{Html, Selector};

/// Names of the elements that search engines read, and the one that is addressed to us.
const ROBOTS: [&str; 2] = ["robots", "luisterpost"];

/// The element by which the maker refuses a reader like us, as it would be written; `None` when there is
/// none. The same is said by headers, which are judged when the page is fetched.
pub(super) fn reserved(page: &Html) -> Option<String> {
    let selector = Selector::parse("meta[name][content]").expect("a selector of our own");
    page.select(&selector).find_map(|meta| {
        let name = meta.attr("name")?.trim().to_ascii_lowercase();
        let content = meta.attr("content")?.trim();
        let word = if ROBOTS.contains(&name.as_str()) {
            ["noindex", "none"].into_iter().find(|word| {
                content
                    .split(',')
                    .any(|said| said.trim().eq_ignore_ascii_case(word))
            })
        } else {
            (name == "tdm-reservation" && content == "1").then_some("1")
        };
        Some(format!("<meta name=\"{name}\" content=\"{}\">", word?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_to_all_or_to_us_refuses() {
        for (meta, refuses) in [
            (r#"<meta name="robots" content="noindex">"#, true),
            (r#"<META NAME=Robots CONTENT="nofollow, NOINDEX">"#, true),
            (r#"<meta name="luisterpost" content="none">"#, true),
            (r#"<meta name="tdm-reservation" content="1">"#, true),
            (r#"<meta name="robots" content="index, follow">"#, false),
            (r#"<meta name="otherbot" content="noindex">"#, false),
            (r#"<meta name="tdm-reservation" content="0">"#, false),
            (r#"<!-- <meta name="robots" content="noindex"> -->"#, false),
            ("", false),
        ] {
            let page = Html::parse_document(&format!("<html><head>{meta}</head><p>x</html>"));
            assert_eq!(reserved(&page).is_some(), refuses, "{meta}");
        }
    }
}
