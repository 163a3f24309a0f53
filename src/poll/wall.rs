//! Whether a login stands before a document.

use url::Url;

use crate::outcome::FailureClass;

/// Most bytes of a page that are searched for the field of a password.
const SEARCHED: usize = 256 * 1024;

/// The class of a document that could not be read: a login wall when it is a page that asks for a
/// password, or when the address that was asked for led to a login.
///
/// Only to be asked when reading failed: many forums show a login beside their messages.
pub(crate) fn behind_login(
    class: FailureClass,
    asked: &Url,
    found: &Url,
    bytes: &[u8],
) -> FailureClass {
    let of_document = matches!(
        class,
        FailureClass::NotAFeed | FailureClass::NothingSelected
    );
    let led = asked != found && !names_login(asked) && names_login(found);
    if of_document && (led || asks_password(bytes)) {
        return FailureClass::LoginWall;
    }
    class
}

/// Whether a part of the path says that one logs in there.
fn names_login(url: &Url) -> bool {
    const NAMES: [&str; 8] = [
        "login",
        "log-in",
        "signin",
        "sign-in",
        "inloggen",
        "aanmelden",
        "auth",
        "sso",
    ];
    let path = url.path().to_ascii_lowercase();
    path.split(['/', '.', '_'])
        .any(|part| NAMES.contains(&part))
}

/// Whether a page has an input of the type password.
fn asks_password(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(SEARCHED)];
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    text.match_indices("<input").any(|(at, _)| {
        let tag = &text[at..];
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        let plain: String = tag
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\''))
            .collect();
        plain.contains("type=password")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_field_or_a_way_to_a_login_is_a_wall_only_when_reading_failed() {
        let url = |path: &str| Url::parse(&format!("https://forum.example{path}")).unwrap();
        let check = |class, asked: &str, found: &str, body: &str, expected| {
            let said = behind_login(class, &url(asked), &url(found), body.as_bytes());
            assert_eq!(said, expected, "{found} {body}");
        };
        let (no_feed, wall) = (FailureClass::NotAFeed, FailureClass::LoginWall);
        let field = "<p>Hallo</p><INPUT name=p type = 'Password'>";
        check(no_feed, "/feed", "/feed", field, wall);
        check(FailureClass::NothingSelected, "/t/1", "/t/1", field, wall);
        check(no_feed, "/feed", "/account/login.php", "", wall);
        check(
            no_feed,
            "/feed",
            "/feed",
            "<input type=text> password",
            no_feed,
        );
        check(no_feed, "/inloggen/feed", "/inloggen/feed2", "", no_feed);
        check(no_feed, "/feed", "/blogin", "", no_feed);
        check(
            FailureClass::Broken,
            "/feed",
            "/feed",
            field,
            FailureClass::Broken,
        );
    }
}
