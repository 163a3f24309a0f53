//! Which addresses may be visited.
//!
//! The guard stands in three places, because the client asks its resolver only for names: before every
//! request (scheme, user name, port, literal address), in the resolver (every address of a name, so that
//! the address checked is the address connected to), and before every redirect is followed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// IPv4 ranges that are not the public internet (IANA special-purpose registry of RFC 6890, and multicast).
const NOT_PUBLIC_V4: [IpNet; 18] = [
    v4([0, 0, 0, 0], 8),       // this network
    v4([10, 0, 0, 0], 8),      // private
    v4([100, 64, 0, 0], 10),   // carrier-grade translation
    v4([127, 0, 0, 0], 8),     // loopback
    v4([169, 254, 0, 0], 16),  // link-local, cloud metadata
    v4([172, 16, 0, 0], 12),   // private
    v4([192, 0, 0, 0], 24),    // protocol assignments
    v4([192, 0, 2, 0], 24),    // documentation
    v4([192, 31, 196, 0], 24), // AS112
    v4([192, 52, 193, 0], 24), // multicast tunnelling
    v4([192, 88, 99, 0], 24),  // 6to4 relays
    v4([192, 168, 0, 0], 16),  // private
    v4([192, 175, 48, 0], 24), // AS112
    v4([198, 18, 0, 0], 15),   // benchmarking
    v4([198, 51, 100, 0], 24), // documentation
    v4([203, 0, 113, 0], 24),  // documentation
    v4([224, 0, 0, 0], 4),     // multicast
    v4([240, 0, 0, 0], 4),     // reserved, broadcast
];

/// The only IPv6 range from which public addresses are given out (RFC 4291 section 2.4). Outside it lie
/// loopback, mapped and compatible IPv4, NAT64, unique local, link-local, site-local and multicast.
const GLOBAL_V6: IpNet = v6([0x2000, 0, 0], 3);

/// Ranges within [`GLOBAL_V6`] that are not the public internet, or that carry an IPv4 address inside.
const NOT_PUBLIC_V6: [IpNet; 6] = [
    v6([0x2001, 0, 0], 23), // protocol assignments: Teredo, benchmarking, ORCHID
    v6([0x2001, 0xdb8, 0], 32), // documentation
    v6([0x2002, 0, 0], 16), // 6to4
    v6([0x2620, 0x4f, 0x8000], 48), // AS112
    v6([0x3ffe, 0, 0], 16), // 6bone, given back
    v6([0x3fff, 0, 0], 20), // documentation
];

/// Ports above 1023 where something else than the web is known to listen (most of them from the WHATWG's
/// list of bad ports, and the databases). Below 1024 only 80 and 443 are visited.
const OTHER_SERVICES: [u16; 36] = [
    1080, 1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 3128, 3306, 3389, 3659, 4045, 4190,
    5060, 5061, 5432, 5672, 5900, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 9042,
    9200, 10080, 11211, 27017,
];

/// Longest address in bytes: the limit of the sitemap protocol, so no search engine would find a longer one
/// either. Matching robots.txt takes rules times length, and a redirect can be as long as a header.
const MAX_URL: usize = 2048;

/// Decides which addresses may be visited.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    allow_private: Arc<[IpNet]>,
}

/// Why an address may not be visited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// Neither http nor https.
    Scheme(String),
    /// A user name or password in the address.
    UserInfo,
    /// A port where no web server is expected.
    Port(u16),
    /// Longer than 2048 bytes.
    Length,
    /// No host at all.
    NoHost,
    /// An address that is not public, literally or behind a name.
    Address(IpAddr),
}

impl Guard {
    pub(crate) fn new(allow_private: &[IpNet]) -> Guard {
        Guard {
            allow_private: allow_private.into(),
        }
    }

    /// Checks everything that can be seen in the address itself.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Blocked> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Blocked::Scheme(url.scheme().chars().take(20).collect()));
        }
        if url.as_str().len() > MAX_URL {
            return Err(Blocked::Length);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Blocked::UserInfo);
        }
        match url.port_or_known_default() {
            Some(80 | 443) => {}
            Some(port) if port >= 1024 && !OTHER_SERVICES.contains(&port) => {}
            port => return Err(Blocked::Port(port.unwrap_or_default())),
        }
        match url.host() {
            None => Err(Blocked::NoHost),
            Some(Host::Domain(_)) => Ok(()),
            Some(Host::Ipv4(address)) => self.check_address(address.into()),
            Some(Host::Ipv6(address)) => self.check_address(address.into()),
        }
    }

    /// Checks one address to connect to.
    fn check_address(&self, address: IpAddr) -> Result<(), Blocked> {
        let address = address.to_canonical();
        let opened = self
            .allow_private
            .iter()
            .any(|range| range.contains(&address));
        if opened || is_public(address) {
            Ok(())
        } else {
            Err(Blocked::Address(address))
        }
    }
}

/// Whether an address belongs to the public internet.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(_) => !NOT_PUBLIC_V4
            .iter()
            .any(|range| range.contains(&address.to_canonical())),
        IpAddr::V6(_) => {
            GLOBAL_V6.contains(&address)
                && !NOT_PUBLIC_V6.iter().any(|range| range.contains(&address))
        }
    }
}

impl Resolve for Guard {
    /// Resolves with the system's resolver and lets only permitted addresses through.
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let mut blocked = None;
            let permitted: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| match guard.check_address(address.ip()) {
                    Ok(()) => true,
                    Err(reason) => {
                        blocked = Some(reason);
                        false
                    }
                })
                .collect();
            match blocked {
                Some(reason) if permitted.is_empty() => Err(reason.into()),
                _ => Ok(Box::new(permitted.into_iter()) as Addrs),
            }
        })
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme(scheme) => write!(f, "scheme {scheme} is not visited"),
            Self::UserInfo => f.write_str("an address with a user name is not visited"),
            Self::Port(port) => write!(f, "port {port} is not visited"),
            Self::Length => f.write_str("an address of more than 2048 bytes is not visited"),
            Self::NoHost => f.write_str("an address without a host"),
            Self::Address(address) => write!(f, "{address} is not a public address"),
        }
    }
}

impl std::error::Error for Blocked {}

const fn v4(octets: [u8; 4], prefix: u8) -> IpNet {
    let [a, b, c, d] = octets;
    IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix)
}

const fn v6(start: [u16; 3], prefix: u8) -> IpNet {
    let [a, b, c] = start;
    IpNet::new_assert(IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)), prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, allow: &[&str]) -> Result<(), Blocked> {
        let ranges: Vec<IpNet> = allow.iter().map(|range| range.parse().unwrap()).collect();
        Guard::new(&ranges).check(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_public_addresses_are_public() {
        for private in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.168.1.1",
            "192.175.48.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "100:0:0:1::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "2620:4f:8000::1",
            "3ffe::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "ff0e::1",
            "4000::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "126.0.0.1",
            "128.0.0.1",
            "169.253.0.1",
            "172.15.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "2001:4860:4860::8888",
            "2001:200::1",
            "2a00:1450::1",
            "2606:4700::1",
            "2003::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn disguises_of_a_private_address_are_seen_through() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::ffff:7f00:1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::1]/",
            "http://\u{ff11}27.0.0.1/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://169.254.169.254/latest/",
        ] {
            assert!(
                matches!(check(url, &[]), Err(Blocked::Address(_))),
                "{url}: {:?}",
                check(url, &[])
            );
        }
    }

    #[test]
    fn only_what_is_opened_is_open() {
        let loopback = ["127.0.0.0/8"];
        for url in [
            "http://127.0.0.1:34567/",
            "http://[::ffff:127.0.0.9]/",
            "http://2130706433/",
        ] {
            assert_eq!(check(url, &loopback), Ok(()), "{url}");
        }
        for url in ["http://10.0.0.1/", "http://[::1]/", "http://192.168.0.1/"] {
            assert!(
                matches!(check(url, &loopback), Err(Blocked::Address(_))),
                "{url}"
            );
        }
    }

    #[test]
    fn scheme_length_port_and_user_name_are_checked_too() {
        let of_length =
            |length: usize| format!("http://wijkkrant.example/{}", "a".repeat(length - 25));
        assert_eq!(check(&of_length(2048), &[]), Ok(()));
        assert_eq!(check(&of_length(2049), &[]), Err(Blocked::Length));
        assert_eq!(
            check("ftp://wijkkrant.example/", &[]),
            Err(Blocked::Scheme("ftp".to_owned()))
        );
        assert_eq!(
            check("file:///etc/passwd", &[]),
            Err(Blocked::Scheme("file".to_owned()))
        );
        assert_eq!(
            check("http://jan@wijkkrant.example/", &[]),
            Err(Blocked::UserInfo)
        );
        assert_eq!(
            check("http://:geheim@wijkkrant.example/", &[]),
            Err(Blocked::UserInfo)
        );
        for port in [0, 1, 22, 25, 81, 444, 1023, 3306, 6379, 6667, 11211] {
            assert_eq!(
                check(&format!("http://wijkkrant.example:{port}/"), &[]),
                Err(Blocked::Port(port))
            );
        }
        for port in [80, 443, 1024, 8000, 8080, 8443, 65535] {
            assert_eq!(
                check(&format!("http://wijkkrant.example:{port}/"), &[]),
                Ok(())
            );
        }
    }
}
