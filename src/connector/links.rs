//! Links: absolute, http only, and the same at every visit.

use url::Url;

/// Longest link that is kept, in bytes: what browsers and servers agree on.
const MAX_LENGTH: usize = 2048;

/// Query parameters that say where a reader came from, not what is read: the tags of advertisers
/// and mailing tools, and the session of phpBB.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "oly_anon_id",
    "oly_enc_id",
    "vero_id",
    "sid",
    "phpsessid",
    "at_medium",
    "at_campaign",
    "ns_mchannel",
    "ns_source",
    "ns_campaign",
];

/// Makes a link absolute and clean; `None` when it is not an http address.
///
/// Tracking parameters and the fragment go, and so does a user name. The fragment stays when it
/// names a post (a digit in it, as in `#p4711`), for then it may be all that tells two posts apart.
pub fn clean(href: &str, base: &Url) -> Option<String> {
    let href = href.trim();
    if href.is_empty() || href.len() > MAX_LENGTH {
        return None;
    }
    let mut url = base.join(href).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    // A user name in an address is personal data, and a trick to make a host look like another.
    if !url.username().is_empty() || url.password().is_some() {
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
    }
    if url
        .query()
        .is_some_and(|query| query.split('&').any(is_tracking))
    {
        let kept: Vec<&str> = url
            .query()?
            .split('&')
            .filter(|pair| !is_tracking(pair))
            .collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    }
    if url
        .fragment()
        .is_some_and(|fragment| !names_a_post(fragment))
    {
        url.set_fragment(None);
    }
    Some(url.into()).filter(|link: &String| link.len() <= MAX_LENGTH)
}

/// Takes the tracking parameters out of an id that is an address: phpBB puts the session in it, and
/// then the same post would be new at every visit. Every other id stays as given.
pub fn without_tracking(id: &str) -> String {
    match id.split_once('?') {
        Some((path, query)) if id.starts_with("http") && query.split('&').any(is_tracking) => {
            let (query, fragment) = query
                .split_once('#')
                .map_or((query, None), |(q, f)| (q, Some(f)));
            let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracking(pair)).collect();
            let query = if kept.is_empty() {
                String::new()
            } else {
                format!("?{}", kept.join("&"))
            };
            let fragment = fragment
                .map(|fragment| format!("#{fragment}"))
                .unwrap_or_default();
            format!("{path}{query}{fragment}")
        }
        _ => id.to_owned(),
    }
}

/// Whether two addresses are of one host: scheme, host and port.
pub fn same_host(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

fn is_tracking(pair: &str) -> bool {
    let name = pair
        .split('=')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

fn names_a_post(fragment: &str) -> bool {
    fragment.len() <= 64
        && fragment.bytes().any(|byte| byte.is_ascii_digit())
        && !fragment.starts_with(":~:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(href: &str, expected: &str) {
        let base = Url::parse("https://forum.example/wonen/index.php?f=3").unwrap();
        let found = clean(href, &base);
        assert_eq!(found.as_deref().unwrap_or_default(), expected, "{href:?}");
    }

    #[test]
    fn links_become_absolute_and_lose_what_is_not_the_message() {
        check(
            "./viewtopic.php?p=4711#p4711",
            "https://forum.example/wonen/viewtopic.php?p=4711#p4711",
        );
        check(
            "/t/5?sid=0a1b&p=2&utm_source=rss",
            "https://forum.example/t/5?p=2",
        );
        check("/a?UTM_Campaign=x&fbclid=y", "https://forum.example/a");
        check(
            "/a?side=links&q=a%20b",
            "https://forum.example/a?side=links&q=a%20b",
        );
        check(
            "https://krant.example/a#reacties",
            "https://krant.example/a",
        );
        check(
            "https://krant.example/a#:~:text=3",
            "https://krant.example/a",
        );
        check("//krant.example/a", "https://krant.example/a");
        check(
            "https://jan:geheim@krant.example/a",
            "https://krant.example/a",
        );
        check(" https://krant.example/é ", "https://krant.example/%C3%A9");
    }

    #[test]
    fn an_id_loses_its_session_and_nothing_else() {
        let check = |id: &str, expected: &str| assert_eq!(without_tracking(id), expected);
        check(
            "https://f.example/t.php?p=1&sid=0a#p1",
            "https://f.example/t.php?p=1#p1",
        );
        check(
            "https://f.example/t.php?sid=0a#p1",
            "https://f.example/t.php#p1",
        );
        check("https://f.example/?p=1#x", "https://f.example/?p=1#x");
        check("wk?sid=1", "wk?sid=1");
        check("tag:f.example,2026:1", "tag:f.example,2026:1");
    }

    #[test]
    fn what_is_no_http_address_is_no_link() {
        for href in [
            "",
            "mailto:a@b.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://",
            "file:///etc",
        ] {
            check(href, "");
        }
        check(&format!("https://a.example/{}", "a".repeat(3000)), "");
    }

    #[test]
    fn one_host_is_scheme_host_and_port() {
        let check = |one: &str, other: &str, same| {
            assert_eq!(
                same_host(&Url::parse(one).unwrap(), &Url::parse(other).unwrap()),
                same
            );
        };
        check("https://a.example/1", "https://a.example:443/2", true);
        check("https://a.example/1", "http://a.example/2", false);
        check("https://a.example/1", "https://b.a.example/2", false);
        check("http://127.0.0.1:80/", "http://127.0.0.1:81/", false);
    }
}
