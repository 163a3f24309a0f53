//! Certificates: trusted, unknown, expired, of somebody else.

use std::path::PathBuf;

use luisterpost::fetch::{Config, Fetcher, SetupError};
use luisterpost::outcome::FailureClass;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::{body, config, failure};
use crate::web::{Answer, Web};

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server with a certificate for `name` that ends in `year`.
pub(crate) async fn server(authority: &Authority, name: &str, year: i32) -> Web {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(year, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config =
        ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
    let web = Web::start_tls(config).await;
    web.on("/feed", [Answer::ok("x")]);
    web
}

/// A fetcher that trusts an authority besides the system's.
fn trusting(authority: &Authority) -> Fetcher {
    let directory = tempfile::tempdir().unwrap();
    let ca_file = directory.path().join("ca.pem");
    std::fs::write(&ca_file, authority.pem()).unwrap();
    Fetcher::new(Config {
        ca_file: Some(ca_file),
        ..config()
    })
    .unwrap()
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_is_accepted() {
    let ours = authority("Lindemeer");
    let web = server(&ours, "127.0.0.1", 2090).await;
    assert_eq!(body(&trusting(&ours), &web.url("/feed")).await.bytes, b"x");
}

#[tokio::test]
async fn every_other_certificate_is_refused_with_its_reason() {
    let (ours, theirs) = (authority("Lindemeer"), authority("Elders"));
    let fetcher = trusting(&ours);
    for (web, expected) in [
        (server(&theirs, "127.0.0.1", 2090).await, "UnknownIssuer"),
        (server(&ours, "127.0.0.1", 2021).await, "expired"),
        (
            server(&ours, "wijkkrant.example", 2090).await,
            "not valid for",
        ),
    ] {
        let failure = failure(&fetcher, &web.url("/feed")).await;
        assert_eq!(failure.class, FailureClass::Tls, "{}", failure.detail);
        assert!(failure.detail.contains(expected), "{}", failure.detail);
        assert!(web.requests().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_a_tls_failure() {
    let web = Web::start().await;
    web.on("/feed", [Answer::ok("x")]);
    let mut url = web.url("/feed");
    url.set_scheme("https").unwrap();
    let failure = failure(&trusting(&authority("Lindemeer")), &url).await;
    assert_eq!(failure.class, FailureClass::Tls, "{}", failure.detail);
}

#[tokio::test]
async fn a_redirect_never_leaves_encryption() {
    let ours = authority("Lindemeer");
    let (secure, plain) = (server(&ours, "127.0.0.1", 2090).await, Web::start().await);
    secure.on("/feed", [Answer::redirect(301, plain.url("/feed"))]);
    plain.on("/feed", [Answer::redirect(301, secure.url("/safe"))]);
    secure.on("/safe", [Answer::ok("x")]);
    let fetcher = trusting(&ours);
    let failure = failure(&fetcher, &secure.url("/feed")).await;
    assert_eq!(
        (failure.class, failure.detail.as_str()),
        (FailureClass::Redirects, "a redirect from https to http")
    );
    assert!(plain.requests().is_empty());
    assert_eq!(
        body(&fetcher, &plain.url("/feed")).await.moved_to,
        Some(secure.url("/safe"))
    );
}

#[test]
fn wrong_settings_are_refused_before_any_request() {
    let directory = tempfile::tempdir().unwrap();
    let empty = directory.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    for ca_file in [PathBuf::from("/nowhere/ca.pem"), empty] {
        let refused = Fetcher::new(Config {
            ca_file: Some(ca_file.clone()),
            ..config()
        })
        .unwrap_err();
        assert!(
            matches!(&refused, SetupError::CaFile { path, .. } if *path == ca_file.display().to_string()),
            "{refused}"
        );
    }
    let refused = Fetcher::new(Config {
        user_agent: "a\nb".to_owned(),
        ..config()
    })
    .unwrap_err();
    assert!(matches!(refused, SetupError::Client(_)), "{refused}");
}
