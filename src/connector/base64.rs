//! Text that Atom carries in base 64, made readable.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::connector::dialect::pairs;
use crate::connector::markup::{Token, tokens};
use crate::connector::references::escape_all;

/// The document with its texts in base 64 written as HTML: `mode="base64"` in Atom 0.3, and in
/// Atom 1.0 (RFC 4287, section 4.1.3.3) a type that is no text. What is no text when decoded, such
/// as a picture, stays as it is.
pub fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains("base64") && !text.contains("octet-stream") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut kept_to = 0;
    let mut open: Option<(&str, usize)> = None;
    let mut cutter = tokens(text);
    loop {
        let start = text.len() - cutter.rest().len();
        let Some(token) = cutter.next() else { break };
        let end = text.len() - cutter.rest().len();
        open = match (token, open) {
            (
                Token::Open {
                    name,
                    attributes,
                    empty: false,
                },
                _,
            ) => is_base64(attributes).then_some((name, start)),
            (Token::Text(words) | Token::Literal { text: words, .. }, Some((name, from))) => {
                match readable(words) {
                    Some(words) => {
                        out.push_str(&text[kept_to..from]);
                        escape_into(&mut out, name, &words);
                        kept_to = end;
                        None
                    }
                    // White space before a CDATA section.
                    None if words.trim().is_empty() => Some((name, from)),
                    None => None,
                }
            }
            _ => None,
        };
    }
    out.push_str(&text[kept_to..]);
    Cow::Owned(out)
}

fn escape_into(out: &mut String, name: &str, words: &str) {
    ["<", name, " type=\"html\">"]
        .iter()
        .for_each(|part| out.push_str(part));
    escape_all(&[words], out);
}

fn is_base64(attributes: &str) -> bool {
    pairs(attributes).any(|(key, value)| {
        (key == "mode" && value == "base64")
            || (key == "type" && value == "application/octet-stream")
    })
}

fn readable(words: &str) -> Option<String> {
    let letters: String = words.split_whitespace().collect();
    let bytes = STANDARD.decode(letters).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let strange = |c: char| c.is_control() && !c.is_whitespace();
    (!text.trim().is_empty() && !text.contains(strange)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_text_is_decoded_and_the_rest_stays() {
        let check = |text: &str, expected: &str| assert_eq!(decoded(text), expected);
        check(
            "<a><title mode='base64' type='text/html'>\n RXhhbXBsZSA8Yj5BdG9tPC9iPg==\n</title></a>",
            "<a><title type=\"html\">Example &lt;b>Atom&lt;/b></title></a>",
        );
        check(
            "<title type='application/octet-stream'> <![CDATA[aGFsbG8=]]></title>",
            "<title type=\"html\">hallo</title>",
        );
        for same in [
            "<title mode='base64'>geen base 64!</title>",
            "<content type='application/octet-stream'>AAEC</content>",
            "<title>base64</title>",
        ] {
            check(same, same);
        }
    }
}
