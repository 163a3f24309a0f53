//! Every request to the outside.

use std::time::Duration;

use ipnet::IpNet;
use url::Url;

/// Settings of `[fetch]`, with the user agent made from `[organisation]`.
#[derive(Clone, Debug)]
pub struct Config {
    /// Sent with every request: who listens, and where that is explained.
    pub user_agent: String,
    /// Least time between two requests to one host.
    pub min_gap: Duration,
    /// For one request as a whole, redirects and body included.
    pub timeout: Duration,
    /// Largest body, in bytes after decompression.
    pub max_body: u64,
    /// Most requests at one time.
    pub parallel: usize,
    /// Address ranges that may be visited although they are not public.
    pub allow_private: Vec<IpNet>,
    /// Proxy for all requests; the guard then trusts the proxy with host names.
    pub proxy: Option<Url>,
}
