//! Markup cut into tokens, whatever state it is in.
//!
//! Each token is a piece of the text as given and together they are the whole of it; nothing is
//! looked at twice, so the work grows with the size of the text only.

/// A piece of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// What stands between tags, references not resolved.
    Text(&'a str),
    /// `<name attributes>` or `<name attributes/>`.
    Open {
        /// Its name, with its prefix.
        name: &'a str,
        /// What stands between its name and its end, white space included.
        attributes: &'a str,
        /// Whether it closes itself.
        empty: bool,
    },
    /// `</name>`.
    Close {
        /// Its name, with its prefix.
        name: &'a str,
    },
    /// What stands in `<![CDATA[…]]>`.
    Literal {
        /// The text.
        text: &'a str,
        /// Whether the `]]>` is there.
        ended: bool,
    },
    /// Declaration, document type, instruction or comment.
    Aside(&'a str),
}

/// The tokens of a text.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { rest: text }
}

/// Iterator over the tokens of a text.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    /// What was not cut yet.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// Takes up to and including `end`, or everything; the flag says which.
    fn take_through(&mut self, start: usize, end: &str) -> (&'a str, bool) {
        match self.rest[start..].find(end) {
            Some(at) => (self.take(start + at + end.len()), true),
            None => (self.take(self.rest.len()), false),
        }
    }

    fn open(&mut self) -> Token<'a> {
        let (length, ended) = tag_length(self.rest);
        let tag = self.take(length);
        let inside = &tag[1..tag.len() - usize::from(ended)];
        let (inside, empty) = match inside.strip_suffix('/') {
            Some(inside) if ended => (inside, true),
            _ => (inside, false),
        };
        let name_end = inside
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '='))
            .unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(name_end);
        Token::Open {
            name,
            attributes,
            empty,
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        const CDATA: &str = "<![CDATA[";
        if self.rest.is_empty() {
            return None;
        }
        let after = |at: usize| self.rest[at..].chars().next().unwrap_or(' ');
        Some(if !self.rest.starts_with('<') {
            let length = self.rest.find('<').unwrap_or(self.rest.len());
            Token::Text(self.take(length))
        } else if is_name_start(after(1)) {
            self.open()
        } else if self.rest.starts_with("</") && is_name_start(after(2)) {
            // An end tag that lacks its `>` ends where the next tag starts.
            let length = self.rest[2..]
                .find(['<', '>'])
                .map_or(self.rest.len(), |at| at + 2);
            let tag = self.take(length);
            if self.rest.starts_with('>') {
                self.take(1);
            }
            Token::Close {
                name: tag[2..].split_whitespace().next().unwrap_or_default(),
            }
        } else if self.rest.starts_with("<!--") {
            Token::Aside(self.take_through(4, "-->").0)
        } else if self.rest.starts_with(CDATA) {
            let (text, ended) = self.take_through(CDATA.len(), "]]>");
            let end = text.len() - if ended { "]]>".len() } else { 0 };
            Token::Literal {
                text: &text[CDATA.len()..end],
                ended,
            }
        } else if self.rest.starts_with("<?") {
            Token::Aside(self.take_through(2, ">").0)
        } else if self.rest.starts_with("<!") {
            let subset = self
                .rest
                .find(['[', '>'])
                .is_some_and(|at| self.rest[at..].starts_with('['));
            Token::Aside(self.take_through(2, if subset { "]>" } else { ">" }).0)
        } else {
            // A `<` that opens nothing.
            let length = self.rest[1..]
                .find('<')
                .map_or(self.rest.len(), |at| at + 1);
            Token::Text(self.take(length))
        })
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Length of a start tag, and whether it has its `>`. One that has not ends where the next tag starts.
///
/// A quote that is never closed makes the search reach the end of the text, but only once: after
/// that there is no such quote any more.
fn tag_length(text: &str) -> (usize, bool) {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return (at + 1, true),
            b'<' => return (at, false),
            b'"' | b'\'' => match text[at + 1..].find(char::from(byte)) {
                Some(length) => at += length + 2,
                None => at += 1,
            },
            _ => at += 1,
        }
    }
    (text.len(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open<'a>(name: &'a str, attributes: &'a str, empty: bool) -> Token<'a> {
        Token::Open {
            name,
            attributes,
            empty,
        }
    }

    fn check(text: &str, expected: &[Token<'_>]) {
        assert_eq!(tokens(text).collect::<Vec<_>>(), expected, "{text:?}");
    }

    #[test]
    fn markup_is_cut_into_tokens() {
        check(
            "a<b c=\"d>\" >e</b ><f/><!-- <g> --><![CDATA[<h>]]><?i?>",
            &[
                Token::Text("a"),
                open("b", " c=\"d>\" ", false),
                Token::Text("e"),
                Token::Close { name: "b" },
                open("f", "", true),
                Token::Aside("<!-- <g> -->"),
                Token::Literal {
                    text: "<h>",
                    ended: true,
                },
                Token::Aside("<?i?>"),
            ],
        );
    }

    #[test]
    fn broken_markup_is_cut_too() {
        check("1 < 2", &[Token::Text("1 "), Token::Text("< 2")]);
        check("<a<b>", &[open("a", "", false), open("b", "", false)]);
        check(
            "</a<b>",
            &[Token::Close { name: "a" }, open("b", "", false)],
        );
        check(
            "<a b=\"c>d",
            &[open("a", " b=\"c", false), Token::Text("d")],
        );
        check(
            "<![CDATA[a",
            &[Token::Literal {
                text: "a",
                ended: false,
            }],
        );
        check(
            "<!DOCTYPE a [<!ENTITY b \"c\">]>d",
            &[
                Token::Aside("<!DOCTYPE a [<!ENTITY b \"c\">]>"),
                Token::Text("d"),
            ],
        );
        check("<", &[Token::Text("<")]);
        check("<a", &[open("a", "", false)]);
    }
}
