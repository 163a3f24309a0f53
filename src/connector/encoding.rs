//! From bytes to text: which encoding a document really has.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes at the start in which a document may declare its encoding: what the HTML standard looks at.
const DECLARATION: usize = 1024;

/// A decoded document.
pub struct Decoded<'a> {
    /// Its text, without byte-order mark.
    pub text: Cow<'a, str>,
    /// Whether what was declared about its encoding is not true, or bytes had to be replaced.
    pub repaired: bool,
}

/// Decodes a document by its byte-order mark, the charset of its content type, its own declaration
/// (`encoding=` in XML, `charset=` in HTML), or else UTF-8.
///
/// What does not decode so is UTF-8 with damage when most of it is UTF-8, and otherwise what its
/// letters look like in Dutch text. UTF-8 that is declared as a one-byte encoding is UTF-8: text
/// in such an encoding is not valid UTF-8 by accident.
///
/// Of a document that was `cut`, half a letter at the end is no damage.
pub fn decode_cut<'a>(bytes: &'a [u8], content_type: Option<&str>, cut: bool) -> Decoded<'a> {
    match std::str::from_utf8(bytes) {
        Err(error) if cut && error.error_len().is_none() => {
            decode(&bytes[..error.valid_up_to()], content_type)
        }
        _ => decode(bytes, content_type),
    }
}

/// Decodes a whole document, by the rules of [`decode_cut`].
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some(text) = utf32(bytes) {
        return Decoded {
            text: text.into(),
            repaired: false,
        };
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return Decoded {
            text,
            repaired: damaged,
        };
    }
    let wide = match bytes {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    };
    let declared: Vec<&'static Encoding> = [wide, charset_of(content_type), declared_in(bytes)]
        .into_iter()
        .flatten()
        .collect();
    let utf8 = std::str::from_utf8(bytes);
    if let Ok(text) = utf8
        && wide.is_none()
        && declared.iter().all(|encoding| {
            encoding.is_ascii_compatible() && encoding.is_single_byte() || *encoding == UTF_8
        })
    {
        let contradicted = !text.is_ascii() && !declared.is_empty() && !declared.contains(&UTF_8);
        return Decoded {
            text: text.into(),
            repaired: contradicted,
        };
    }
    for encoding in declared {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return Decoded {
                text,
                repaired: false,
            };
        }
    }
    let encoding = if is_mostly_utf8(bytes) {
        UTF_8
    } else {
        guess(bytes)
    };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Decoded {
        text,
        repaired: true,
    }
}

/// UTF-32, which browsers do not know and some programs write: by its mark, or by the zeros around
/// the first `<`.
fn utf32(bytes: &[u8]) -> Option<String> {
    let (is_little, rest) = match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => (true, rest),
        [0, 0, 0xfe, 0xff, rest @ ..] => (false, rest),
        [b'<', 0, 0, 0, ..] => (true, bytes),
        [0, 0, 0, b'<', ..] => (false, bytes),
        _ => return None,
    };
    let number = match is_little {
        true => u32::from_le_bytes,
        false => u32::from_be_bytes,
    };
    let (letters, _) = rest.as_chunks::<4>();
    let letter =
        |bytes: &[u8; 4]| char::from_u32(number(*bytes)).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(letters.iter().map(letter).collect())
}

/// The charset of a content type such as `text/xml; charset="utf-8"`.
fn charset_of(content_type: Option<&str>) -> Option<&'static Encoding> {
    label_after(content_type?.as_bytes(), b"charset")
}

/// What the document says about itself.
fn declared_in(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(DECLARATION)];
    let declared = if start.trim_ascii_start().starts_with(b"<?xml") {
        let end = start.windows(2).position(|pair| pair == b"?>")?;
        label_after(&start[..end], b"encoding")?
    } else {
        label_after(start, b"charset")?
    };
    // A document whose declaration can be read byte by byte is not in UTF-16.
    Some(if declared.is_ascii_compatible() {
        declared
    } else {
        UTF_8
    })
}

/// The encoding named after `key=`.
fn label_after(text: &[u8], key: &[u8]) -> Option<&'static Encoding> {
    let at = text
        .windows(key.len())
        .position(|part| part.eq_ignore_ascii_case(key))?;
    let value = text[at + key.len()..]
        .trim_ascii_start()
        .strip_prefix(b"=")?;
    let value = value.trim_ascii_start();
    let value = value
        .strip_prefix(b"\"")
        .or(value.strip_prefix(b"'"))
        .unwrap_or(value);
    let ends = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"-_:.".contains(byte));
    let end = value.iter().position(ends).unwrap_or(value.len());
    Encoding::for_label(&value[..end])
}

/// Whether there are more letters of several bytes than bytes that fit nowhere.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let mut letters = 0_usize;
    let mut damage = 0_usize;
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damage += usize::from(!chunk.invalid().is_empty());
    }
    // A download that broke off inside a letter is damaged once, at its end.
    letters > damage
        || (damage == 1
            && bytes
                .utf8_chunks()
                .last()
                .is_some_and(|last| last.invalid().len() > 1))
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(Some(b"nl"), Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: Option<&str>, text: &str, repaired: bool) {
        let decoded = decode(bytes, content_type);
        assert_eq!((decoded.text.as_ref(), decoded.repaired), (text, repaired));
    }

    #[test]
    fn what_is_declared_is_believed_when_it_can_be_true() {
        check("één".as_bytes(), None, "één", false);
        check("\u{feff}één".as_bytes(), None, "één", false);
        check(
            b"caf\xe9",
            Some("text/xml; charset=iso-8859-1"),
            "café",
            false,
        );
        check(
            b"<?xml version='1.0' encoding='windows-1252'?>\x80",
            Some("application/xml"),
            "<?xml version='1.0' encoding='windows-1252'?>€",
            false,
        );
        check(
            b"<meta charset=\"iso-8859-15\">\xa4",
            Some("text/html"),
            "<meta charset=\"iso-8859-15\">€",
            false,
        );
        check(b"\xff\xfe<\0a\0", None, "<a", false);
        check(b"<\0a\0", None, "<a", false);
        check(b"\xff\xfe\0\0<\0\0\0", None, "<", false);
        check(b"\0\0\0<\0\x01\xf5\x25", None, "<\u{1f525}", false);
        check(b"", None, "", false);
    }

    #[test]
    fn a_false_declaration_does_no_harm() {
        check(
            b"<?xml version='1.0' encoding='utf-8'?>Caf\xe9 \xe9\xe9n",
            None,
            "<?xml version='1.0' encoding='utf-8'?>Café één",
            true,
        );
        check(
            "één".as_bytes(),
            Some("text/xml; charset=ISO-8859-1"),
            "één",
            true,
        );
        check(b"een", Some("text/xml; charset=ISO-8859-1"), "een", false);
        check(
            "één café ü\u{0}".as_bytes(),
            Some("text/xml; charset=nonsense"),
            "één café ü\u{0}",
            false,
        );
    }

    #[test]
    fn one_damaged_letter_does_not_change_all_others() {
        check(
            b"\xc3\xa9\xc3\xa9n \xff caf\xc3\xa9",
            None,
            "één \u{fffd} café",
            true,
        );
        check(b"caf\xc3\xa9 en \xe2\x82", None, "café en \u{fffd}", true);
    }
}
