//! How long to leave a source alone that could not be heard.

use jiff::SignedDuration;

use crate::outcome::FailureClass;
use crate::schedule::LONGEST;

/// The first wait after a failure: long enough for a restart at the other side, short enough to
/// miss nothing.
const FIRST_RETRY: SignedDuration = SignedDuration::from_mins(5);

/// The wait after a failure of this class, when all failures in a row weigh `burden` quarters.
///
/// It starts at five minutes and doubles with each half that was added: a light failure (¼)
/// makes it 1.4 times as long, a middling one (½) twice, a heavy one (1) four times. Never longer
/// than [`LONGEST`], so that nothing is ever given up in silence; and the first wait is never
/// longer than the usual one. What stops its source ([`FailureClass::stops`]) has no next visit
/// before a person acts; a day is what is said of it.
pub fn wait(usual: SignedDuration, class: FailureClass, burden: u32) -> SignedDuration {
    if matches!(class, FailureClass::Denied | FailureClass::Stuck) || class.stops() {
        return LONGEST;
    }
    let added = burden.saturating_sub(class.weight()).min(64);
    let grown = FIRST_RETRY.mul_f64((f64::from(added) / 2.0).exp2());
    grown.max(FIRST_RETRY.min(usual)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The waits in minutes after so many failures of one class in a row.
    fn waits(class: FailureClass, many: u32) -> Vec<i64> {
        let usual = SignedDuration::from_hours(1);
        (1..=many)
            .map(|n| wait(usual, class, n * class.weight()).as_mins())
            .collect()
    }

    #[test]
    fn what_mends_itself_is_tried_more_often_than_what_needs_a_person() {
        assert_eq!(waits(FailureClass::Timeout, 5), [5, 7, 10, 14, 20]);
        assert_eq!(waits(FailureClass::Status, 5), [5, 10, 20, 40, 80]);
        assert_eq!(waits(FailureClass::NotAFeed, 5), [5, 20, 80, 320, 1280]);
    }

    #[test]
    fn nothing_is_given_up_and_nothing_is_hammered() {
        for class in FailureClass::ALL {
            for burden in [0, 1, 40, 400, u32::MAX] {
                let wait = wait(SignedDuration::from_hours(1), class, burden);
                assert!(
                    (FIRST_RETRY..=LONGEST).contains(&wait),
                    "{class:?} {burden}"
                );
            }
        }
        let often = SignedDuration::from_mins(1);
        assert_eq!(wait(often, FailureClass::Timeout, 1), FIRST_RETRY);
    }
}
