//! One form for all spellings of a link, to compare by; never to be visited or shown.

use url::{ParseError, Url};

use crate::connector::links;

/// The one form of an address as a person may write or copy it; `None` when it is not an http
/// address.
///
/// Two addresses with the same form are of one message. Taken away is what does not say which
/// message it is: http or https, a slash at the end, the usual port, a user name, tracking parameters,
/// a fragment that names no post. Letters of the host become small; those of the path stay,
/// because there they may tell two messages apart (RFC 3986 section 6.2.2.1).
pub fn canonical(link: &str) -> Option<String> {
    let link = link.trim();
    let given = match Url::parse(link) {
        Err(ParseError::RelativeUrlWithoutBase) => Url::parse(&format!("https://{link}")),
        given => given,
    };
    let given = given.ok()?;
    let mut url = Url::parse(&links::clean(given.as_str(), &given)?).ok()?;
    if matches!(url.port(), Some(80 | 443)) {
        url.set_port(None).ok()?;
    }
    if url.query() == Some("") {
        url.set_query(None);
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    let mut form = host;
    if let Some(port) = url.port() {
        form.push_str(&format!(":{port}"));
    }
    form.push_str(&path);
    for (sign, part) in [('?', url.query()), ('#', url.fragment())] {
        if let Some(part) = part {
            form.push(sign);
            form.push_str(part);
        }
    }
    Some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_a_link_have_one_form() {
        for spelling in [
            "https://forum.example/t/12?p=3#p3",
            "http://forum.example/t/12?p=3#p3",
            "https://forum.example/t/12/?p=3#p3",
            "https://FORUM.example/t/12?p=3#p3",
            "HTTPS://forum.example:443/t/12?p=3#p3",
            "http://forum.example:80/t/12?p=3#p3",
            "https://forum.example/t/12?utm_source=mail&p=3&fbclid=a1#p3",
            "https://forum.example./t/12?p=3#p3",
            "https://jan@forum.example/t/12?p=3#p3",
            " forum.example/t/12?p=3#p3 ",
            "https://forum.example/a/../t/12?p=3#p3",
        ] {
            assert_eq!(
                canonical(spelling).as_deref(),
                Some("forum.example/t/12?p=3#p3"),
                "{spelling}"
            );
        }
        for spelling in [
            "https://krant.example",
            "https://krant.example/",
            "https://krant.example/?",
            "https://krant.example/#reacties",
        ] {
            assert_eq!(canonical(spelling).as_deref(), Some("krant.example"));
        }
    }

    #[test]
    fn what_may_be_another_message_has_another_form() {
        let one = canonical("https://forum.example/t/12?p=3#p3");
        for other in [
            "https://forum.example/t/12?p=3#p4",
            "https://forum.example/t/12?p=3",
            "https://forum.example/T/12?p=3#p3",
            "https://forum.example:8443/t/12?p=3#p3",
            "https://m.forum.example/t/12?p=3#p3",
        ] {
            assert_ne!(canonical(other), one, "{other}");
        }
        for nothing in ["", "mailto:jan@forum.example", "https://", "een bericht"] {
            assert_eq!(canonical(nothing), None, "{nothing}");
        }
    }
}
