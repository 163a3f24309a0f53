//! What a reader answers about a story in the overview: it is what the team looks for, or not.
//!
//! The answer is a mail whose subject names the hit with a stamp that only this luisterpost can make,
//! so that nobody else can answer. Who answered is not kept.

use hmac::Mac;
use serde::Serialize;

use crate::item::HitId;
use crate::recipient::Address;
use crate::seen::Secret;

/// An answer about a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Which hit.
    pub hit: HitId,
    /// Whether it is what the theme looks for.
    pub right: bool,
}

/// Where answers about the stories of a mail go.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The address that takes them.
    pub to: Address,
    /// Makes their stamps.
    pub stamps: Stamps,
}

/// Links that open a mail with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Links {
    /// It is what the theme looks for.
    pub right: String,
    /// It is not.
    pub wrong: String,
}

impl Desk {
    /// The links for a hit: `mailto:` addresses (RFC 6068).
    pub fn links(&self, hit: HitId) -> Links {
        let link = |right| {
            let subject = self.stamps.subject(Answer { hit, right });
            format!(
                "mailto:{}?subject={}",
                self.to.reveal(),
                subject.replace(' ', "%20")
            )
        };
        Links {
            right: link(true),
            wrong: link(false),
        }
    }
}

/// Makes and knows stamps.
#[derive(Clone, Debug)]
pub struct Stamps(Secret);

/// Hexadecimal digits of a stamp: 48 bits, and a wrong guess is counted and changes nothing.
const DIGITS: usize = 12;

/// Most bytes of a subject that are read.
const LONGEST_SUBJECT: usize = 500;

impl Stamps {
    /// With the secret of this state directory.
    pub fn new(secret: &Secret) -> Self {
        Stamps(secret.clone())
    }

    /// The subject of a mail with this answer: `Luisterpost raak 103-0123456789ab`.
    pub fn subject(&self, answer: Answer) -> String {
        let word = if answer.right { "raak" } else { "niet raak" };
        format!(
            "Luisterpost {word} {}-{}",
            answer.hit,
            self.stamp(answer.hit)
        )
    }

    /// The answer in a subject, which may stand behind `Re:` and the like; `None` when there is none
    /// or its stamp is not ours.
    pub fn read(&self, subject: &str) -> Option<Answer> {
        let subject = subject
            .get(..LONGEST_SUBJECT)
            .unwrap_or(subject)
            .to_lowercase();
        let words: Vec<&str> = subject.split_whitespace().collect();
        words.windows(2).enumerate().find_map(|(at, pair)| {
            let (hit, stamp) = pair[1].split_once('-')?;
            let hit = HitId(hit.parse().ok()?);
            let ours = pair[0] == "raak" && stamp == self.stamp(hit);
            let right = at == 0 || words[at - 1] != "niet";
            ours.then_some(Answer { hit, right })
        })
    }

    fn stamp(&self, hit: HitId) -> String {
        let bytes = self
            .0
            .mac()
            .chain_update(b"answer")
            .chain_update(hit.to_string());
        let bytes = bytes.finalize().into_bytes();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        hex[..DIGITS].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_subject_with_our_stamp_is_an_answer() {
        let stamps = Stamps::new(&Secret::new([7; 32]));
        for right in [true, false] {
            let answer = Answer {
                hit: HitId(103),
                right,
            };
            let subject = stamps.subject(answer);
            for written in [
                subject.clone(),
                format!("Re: {subject}"),
                format!("FW: AW: {}", subject.to_uppercase()),
                format!("{subject}  dank!"),
            ] {
                assert_eq!(stamps.read(&written), Some(answer), "{written}");
            }
            let other = Stamps::new(&Secret::new([8; 32]));
            assert_eq!(other.read(&subject), None);
            assert_eq!(stamps.read(&subject.replace("103", "104")), None);
        }
        for subject in [
            "",
            "raak",
            "raak 103",
            "raak -",
            "niet raak 103-",
            &"raak 1-".repeat(400),
        ] {
            assert_eq!(stamps.read(subject), None, "{subject}");
        }
    }
}
