//! The section `[mail]`.

use std::path::PathBuf;

use crate::form::field::Field;
use crate::mail::{self, Via};
use crate::mistake::Fault;
use crate::recipient::Address;
use crate::settings::sections::relay;

/// How mail is sent; the domains that may receive it, which are of use even when the rest is wrong.
type Mailing = (Option<mail::Config>, Option<Vec<String>>);

/// Reads the section, each key with its default: the sender is the contact of the organisation, and
/// the sender's domain is the one that may receive mail.
pub(super) fn read(section: &Field<'_>, contact: Option<&Address>) -> Mailing {
    let Some(form) = section.section() else {
        return (None, None);
    };
    let via = form.field("via").or("directory", |field| {
        let words = ["directory", "smtp"];
        field.word(&words, |word| {
            words.into_iter().find(|known| *known == word)
        })
    });
    let directory = form
        .field("directory")
        .or(PathBuf::from("outbox"), |field| {
            field.line().map(PathBuf::from)
        });
    let from = form.field("from");
    let sender = match from.is_present() {
        true => read_sender(&from),
        false => contact.map(|contact| ("Luisterpost".to_owned(), contact.clone())),
    };
    let allowed = form.field("allowed_domains");
    let domains = match allowed.is_present() {
        true => allowed.list().and_then(|domains| {
            let domain = |field: &Field<'_>| field.parse("domain", parse_domain);
            domains.iter().map(domain).collect()
        }),
        false => sender.as_ref().map(|(_, from)| vec![from.domain()]),
    };
    let answers = form.field("answers_to");
    let answers_to = match answers.is_present() {
        true => answers.parse("address", |text| Address::parse(text.trim())),
        false => sender.as_ref().map(|(_, from)| from.clone()),
    };
    let smtp_field = form.field("smtp");
    let smtp = relay::read(&smtp_field);
    if via == Some("smtp") && !smtp_field.is_present() {
        smtp_field.refuse::<()>(Fault::MissingBecause {
            because: "via = \"smtp\"".to_owned(),
            example: "[mail.smtp] host = \"relay.lindemeer.example\"".to_owned(),
        });
    }
    form.close();

    let config = || {
        let via = match via? {
            "smtp" => Via::Smtp(smtp?),
            _ => Via::Directory(directory?),
        };
        let (from_name, from) = sender?;
        Some(mail::Config {
            via,
            from_name,
            from,
            answers_to: answers_to?,
        })
    };
    (config(), domains)
}

/// A sender; what was written is not repeated, because messages about settings go into logs.
fn read_sender(field: &Field<'_>) -> Option<(String, Address)> {
    let text = field.text()?;
    let sender = parse_sender(&text);
    if sender.is_none() {
        field.refuse_value::<()>("…", "sender");
    }
    sender
}

/// `Luisterpost <luisterpost@lindemeer.example>`, or the address alone.
fn parse_sender(text: &str) -> Option<(String, Address)> {
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<')?,
        None => ("Luisterpost", text),
    };
    let name = name.trim().trim_matches('"');
    let legal = !name.is_empty() && !name.contains(|c: char| c.is_control() || "<>\"@".contains(c));
    let address = Address::parse(address)?;
    legal.then(|| (name.to_owned(), address))
}

/// A domain in lower case.
fn parse_domain(text: &str) -> Option<String> {
    let domain = text.trim().trim_start_matches('@');
    Address::parse(&format!("x@{domain}")).map(|address| address.domain())
}

#[cfg(test)]
mod tests {
    use super::parse_sender;

    #[test]
    fn a_sender_is_a_name_with_an_address_or_an_address() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let sender = parse_sender(text);
            let sender = sender
                .as_ref()
                .map(|(name, address)| (name.as_str(), address.reveal()));
            assert_eq!(sender, expected, "{text}");
        };
        let address = "luisterpost@lindemeer.example";
        check(
            "Luisterpost <luisterpost@lindemeer.example>",
            Some(("Luisterpost", address)),
        );
        check(
            "\"Luisterpost\" <luisterpost@lindemeer.example>",
            Some(("Luisterpost", address)),
        );
        check(address, Some(("Luisterpost", address)));
        check("<luisterpost@lindemeer.example>", None);
        check("Luisterpost", None);
        check("A\r\nBcc: x <luisterpost@lindemeer.example>", None);
    }
}
