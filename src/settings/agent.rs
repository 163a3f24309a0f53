//! What we call ourselves with every request: who listens, and where that is explained.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use url::Url;

use crate::recipient::Address;

/// `luisterpost/0.1.0 (gemeente Lindemeer; +https://…; luisterpost@…)`.
///
/// A header holds plain ASCII: accents are left out (Súdwest becomes Sudwest). `None` when other
/// letters remain, or a bracket or semicolon that would end the part between the brackets.
pub(crate) fn user_agent(
    municipality: &str,
    explanation: &Url,
    contact: &Address,
) -> Option<String> {
    let plain: String = municipality
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            '‘' | '’' | '`' => '\'',
            other => other,
        })
        .collect();
    let agent = format!(
        "luisterpost/{} (gemeente {plain}; +{explanation}; {})",
        env!("CARGO_PKG_VERSION"),
        contact.reveal(),
    );
    let printable = agent.bytes().all(|b| (b' '..=b'~').contains(&b));
    (printable && !plain.contains(['(', ')', ';', '\\'])).then_some(agent)
}

#[cfg(test)]
mod tests {
    use super::user_agent;
    use crate::recipient::Address;

    #[test]
    fn a_municipality_is_named_in_plain_ascii_or_refused() {
        let check = |municipality: &str, expected: Option<&str>| {
            let explanation = "https://www.lindemeer.example/luisterpost".parse().unwrap();
            let contact = Address::parse("luisterpost@lindemeer.example").unwrap();
            let agent = user_agent(municipality, &explanation, &contact);
            let expected = expected.map(|name| {
                format!(
                    "luisterpost/{} (gemeente {name}; +{explanation}; {})",
                    env!("CARGO_PKG_VERSION"),
                    contact.reveal()
                )
            });
            assert_eq!(agent, expected, "{municipality}");
        };
        check("Lindemeer", Some("Lindemeer"));
        check("Súd-Lindemêr", Some("Sud-Lindemer"));
        check("’s-Lindemeer", Some("'s-Lindemeer"));
        check("Линдемер", None);
        check("Lindemeer) Mozilla/5.0 (", None);
        check("Linde\nmeer", None);
    }
}
