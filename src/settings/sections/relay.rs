//! The section `[mail.smtp]`.

use std::net::IpAddr;
use std::path::PathBuf;

use crate::form::field::Field;
use crate::mail::{Smtp, Tls};
use crate::mistake::{Fault, shown};

/// Reads the section when it is there.
pub(super) fn read(section: &Field<'_>) -> Option<Smtp> {
    let form = section.table()?;
    let host_field = form.required("host", "\"relay.lindemeer.example\"");
    let host = host_field.parse("host", |text| {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"-.:".contains(&b);
        (!text.is_empty() && text.bytes().all(legal)).then(|| text.to_owned())
    });
    let tls_field = form.field("tls");
    let tls = tls_field.or(Tls::StartTls, |field| {
        field.word(&["starttls", "implicit", "none"], |word| match word {
            "starttls" => Some(Tls::StartTls),
            "implicit" => Some(Tls::Implicit),
            "none" => Some(Tls::None),
            _ => None,
        })
    });
    // The port that belongs to the protection (RFC 8314, RFC 6409; 25 for a relay next door).
    let usual = match tls {
        Some(Tls::Implicit) => 465,
        Some(Tls::None) => 25,
        _ => 587,
    };
    let port = form
        .field("port")
        .or(usual, |field| field.integer(1..=65_535));
    let optional = |key| {
        let field = form.field(key);
        field.or(None, |field| {
            field.line().map(|line| Some(PathBuf::from(line)))
        })
    };
    let [ca_file, password_file] = [optional("ca_file"), optional("password_file")];
    let username_field = form.field("username");
    let username = username_field.line();
    let pair = |missing: &'static str, because: &str, example: &str| {
        form.field(missing).refuse::<()>(Fault::MissingBecause {
            because: because.to_owned(),
            example: example.to_owned(),
        });
    };
    let has_password = form.field("password_file").is_present();
    if username_field.is_present() && !has_password {
        let example = "\"/run/credentials/luisterpost.service/smtp\"";
        pair("password_file", "username", example);
    }
    if has_password && !username_field.is_present() {
        pair("username", "password_file", "\"luisterpost\"");
    }
    if let Some(host) = host.as_ref().filter(|host| !is_this_machine(host))
        && tls == Some(Tls::None)
    {
        let found = shown(host);
        tls_field.refuse::<()>(Fault::UnprotectedRelay { found });
    }
    form.close();
    Some(Smtp {
        host: host?,
        port: u16::try_from(port?).ok()?,
        tls: tls?,
        ca_file: ca_file?,
        username,
        password_file: password_file?,
    })
}

/// Whether a name can only be this machine.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
