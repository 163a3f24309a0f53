//! Durations and sizes as people write them.

use jiff::SignedDuration;

/// `2s`, `15m`, `1h`, `1d`: a whole number and a unit; `None` for anything else.
pub fn parse_duration(text: &str) -> Option<SignedDuration> {
    let unit = text.chars().last()?;
    let seconds: i64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    let count = whole(text.strip_suffix(unit)?)?;
    Some(SignedDuration::from_secs(count.checked_mul(seconds)?))
}

/// A duration as people write it, in its largest whole unit.
pub fn show_duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let units = [(86_400, 'd'), (3600, 'h'), (60, 'm')];
    let unit = units
        .iter()
        .find(|(size, _)| seconds > 0 && seconds % size == 0);
    match unit {
        Some((size, unit)) => format!("{}{unit}", seconds / size),
        None => format!("{seconds}s"),
    }
}

/// `5 MiB`, `512 KiB`, `900 B`: bytes; `None` for anything else.
pub fn parse_size(text: &str) -> Option<u64> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let bytes: i64 = match &text[number.len()..] {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    u64::try_from(whole(number.trim_end())?.checked_mul(bytes)?).ok()
}

/// A size as people write it, in its largest whole unit.
pub fn show_size(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = units
        .iter()
        .find(|(size, _)| bytes > 0 && bytes.is_multiple_of(*size));
    match unit {
        Some((size, unit)) => format!("{} {unit}", bytes / size),
        None => format!("{bytes} B"),
    }
}

/// Digits only: no sign, no spaces.
fn whole(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{parse_duration, parse_size, show_duration, show_size};

    #[test]
    fn durations_read_and_show_alike() {
        for text in ["0s", "2s", "90s", "15m", "1h", "36h", "7d"] {
            assert_eq!(show_duration(parse_duration(text).unwrap()), text);
        }
        for text in [
            "",
            "s",
            "2",
            "-2s",
            "2 s",
            "2.5s",
            "2sec",
            "é",
            "99999999999999999d",
        ] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_read_and_show_alike() {
        for text in ["0 B", "900 B", "512 KiB", "5 MiB", "1 GiB"] {
            assert_eq!(show_size(parse_size(text).unwrap()), text);
        }
        assert_eq!(parse_size("5MiB"), parse_size("5 MiB"));
        for text in [
            "",
            "5",
            "5 MB",
            "MiB",
            "-5 MiB",
            "99999999999999 GiB",
            "5 MiB ",
        ] {
            assert_eq!(parse_size(text), None, "{text}");
        }
    }
}
