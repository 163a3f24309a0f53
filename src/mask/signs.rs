//! What a text holds that something to mask could begin with. Most posts hold none of it, and are not
//! read by the patterns at all.

use crate::mask::name::{BIRTH, HOUSE_NUMBER, NUMERAL, SIGN, Sorts, VEHICLE};

/// The signs of one reading of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    digits: usize,
    at: usize,
    slashes: usize,
    dots: usize,
    colons: usize,
    brackets: usize,
    words: Sorts,
}

impl Signs {
    /// Counts them; `words` are those of the text.
    pub(super) fn of(text: &str, words: Sorts) -> Self {
        let mut signs = Signs {
            words,
            ..Signs::default()
        };
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => signs.digits += 1,
                b'@' => signs.at += 1,
                b'/' => signs.slashes += 1,
                b'.' => signs.dots += 1,
                b':' => signs.colons += 1,
                b'(' | b'[' | b'{' | b'<' => signs.brackets += 1,
                _ => {}
            }
        }
        signs
    }

    /// An e-mail address or a handle as it should be.
    pub(super) fn may_hold_contact(&self) -> bool {
        self.at > 0
    }

    /// An e-mail address with spaces or words for its signs.
    pub(super) fn may_hold_spaced_email(&self) -> bool {
        self.at + self.brackets > 0 || self.words & SIGN != 0
    }

    /// An address with a path, or `u/jan`.
    pub(super) fn may_hold_path(&self) -> bool {
        self.slashes > 0
    }

    /// Any digit.
    pub(super) fn may_hold_number(&self) -> bool {
        self.digits > 0
    }

    /// A word that makes a licence plate likely.
    pub(super) fn holds_vehicle(&self) -> bool {
        self.words & VEHICLE != 0
    }

    /// A word with which a number may begin.
    pub(super) fn holds_numeral(&self) -> bool {
        self.words & NUMERAL != 0
    }

    /// A number written as words.
    pub(super) fn may_hold_numeral(&self) -> bool {
        self.digits > 0 || self.words & NUMERAL != 0
    }

    /// A telephone number: nine digits without the zero.
    pub(super) fn may_hold_phone(&self) -> bool {
        self.digits >= 9
    }

    /// A citizen service number without its zero, or the digits of an account.
    pub(super) fn may_hold_account(&self) -> bool {
        self.digits >= 8
    }

    /// A postcode and a house number.
    pub(super) fn may_hold_postcode(&self) -> bool {
        self.digits >= 5
    }

    /// A house number behind a word for it.
    pub(super) fn may_hold_house_number(&self) -> bool {
        self.digits > 0 && self.words & HOUSE_NUMBER != 0
    }

    /// A date of birth: day, month and two digits of a year.
    pub(super) fn may_hold_birth_date(&self) -> bool {
        self.digits >= 3 && self.words & BIRTH != 0
    }

    /// Four numbers with dots.
    pub(super) fn may_hold_ip4(&self) -> bool {
        self.digits >= 4 && self.dots >= 3
    }

    /// Groups with colons.
    pub(super) fn may_hold_ip6(&self) -> bool {
        self.colons >= 2
    }

    /// Two decimals of four digits and more.
    pub(super) fn may_hold_position(&self) -> bool {
        self.digits >= 10 && self.dots >= 2
    }
}
