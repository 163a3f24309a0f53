//! Text and references in XML.

/// Writes text so that every `<` and bare `&` is a reference and every reference is one to a
/// character that XML allows. Named references stay: HTML knows them.
pub fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('<') {
            out.push_str("&lt;");
            rest = after;
            continue;
        }
        // The longest name of HTML has 31 letters.
        let window = &rest[1..rest.floor_char_boundary(34)];
        let name = window.find(';').map(|end| &window[..end]);
        match name.map(|name| (name, reference(name))) {
            Some((name, Reference::Kept)) => {
                out.push_str(&rest[..name.len() + 2]);
                rest = &rest[name.len() + 2..];
            }
            Some((name, Reference::Character(c))) => {
                escape_all(&[c.encode_utf8(&mut [0; 4])], out);
                rest = &rest[name.len() + 2..];
            }
            Some((name, Reference::Impossible)) => rest = &rest[name.len() + 2..],
            _ => {
                out.push_str("&amp;");
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

/// Writes markup as text.
pub fn escape_all(parts: &[&str], out: &mut String) {
    for part in parts {
        for c in part.chars() {
            match c {
                '<' => out.push_str("&lt;"),
                '&' => out.push_str("&amp;"),
                c => out.push(c),
            }
        }
    }
}

enum Reference {
    /// By name.
    Kept,
    /// By number.
    Character(char),
    /// To a character that XML does not allow.
    Impossible,
    /// No reference at all.
    None,
}

fn reference(name: &str) -> Reference {
    let Some(digits) = name.strip_prefix('#') else {
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return if named {
            Reference::Kept
        } else {
            Reference::None
        };
    };
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    match code.map(char::from_u32) {
        Ok(Some(c))
            if !c.is_control() || ('\u{80}'..'\u{a0}').contains(&c) || c.is_whitespace() =>
        {
            Reference::Character(c)
        }
        Ok(_) => Reference::Impossible,
        Err(_) => Reference::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_signs_become_references_and_references_stay() {
        let check = |text: &str, expected: &str| {
            let mut out = String::new();
            escape(text, &mut out);
            assert_eq!(out, expected, "{text:?}");
        };
        check(
            "Q&A <3 &eacute; &amp; &nbsp",
            "Q&amp;A &lt;3 &eacute; &amp; &amp;nbsp",
        );
        check("&#233;&#xE9;&#XE9;&#60;&#38;", "ééé&lt;&amp;");
        check(
            "&#0;&#8;&#xFFFFFFFF;&#99999999999;&#x;",
            "&amp;#99999999999;&amp;#x;",
        );
        check("&; & ;", "&amp;; &amp; ;");
    }
}
