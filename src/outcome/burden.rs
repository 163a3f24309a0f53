//! How heavily a failure weighs: what rarely mends itself within the hour is tried less often.
//!
//! The weights 1, ½ and ¼ are those of Media Cloud's rss-fetcher, which learned them from 180,000
//! feeds; here they are counted in quarters.

use crate::outcome::FailureClass;

impl FailureClass {
    /// What one failure adds to the burden of its source, in quarters.
    pub fn weight(self) -> u32 {
        match self {
            // A busy or slow host is often itself again within minutes.
            Self::Busy | Self::Timeout | Self::Connect | Self::Garbled => 1,
            // A server in trouble, a name server that stutters, a document caught while it was
            // written.
            Self::Status | Self::Name | Self::Broken => 2,
            // Somebody over there, or here, must do something.
            Self::Tls
            | Self::Gone
            | Self::Robots
            | Self::Reserved
            | Self::TooLarge
            | Self::HeaderTooLarge
            | Self::ContentCoding
            | Self::BlockedAddress
            | Self::Redirects
            | Self::NotAFeed
            | Self::NothingSelected
            | Self::Token
            | Self::LoginWall => 4,
            // Not for us until a person does something, or each try costs a thread that may never
            // come back: once a day from the start.
            Self::Denied | Self::Stuck => 64,
        }
    }

    /// Whether the source is left alone until a person acts: the other side said that it is gone
    /// for good, or that it is not for us.
    pub fn stops(self) -> bool {
        matches!(self, Self::Gone | Self::LoginWall)
    }

    /// Whether a document came, and could not be read. What came then must be asked for again in
    /// full: an answer *unmodified* would only say that it is still as unreadable.
    pub fn is_of_reading(self) -> bool {
        matches!(
            self,
            Self::NotAFeed
                | Self::Broken
                | Self::NothingSelected
                | Self::LoginWall
                | Self::Stuck
                | Self::TooLarge
                | Self::ContentCoding
        )
    }
}
