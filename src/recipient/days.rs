//! Days of the week, as people write them.

/// Days of the week, Monday first.
pub type Days = [bool; 7];

/// Reads `ma-vr`, `ma,wo,vr`, `ma-wo,za` or `elke dag`; `None` when it is none of these.
pub fn parse(text: &str) -> Option<Days> {
    const NAMES: [&str; 7] = ["ma", "di", "wo", "do", "vr", "za", "zo"];
    let text = text.trim().to_lowercase();
    if text == "elke dag" {
        return Some([true; 7]);
    }
    let day = |name: &str| NAMES.iter().position(|known| *known == name.trim());
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let range = day(first)?..=day(last)?;
        if range.is_empty() {
            return None;
        }
        for day in range {
            days[day] = true;
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn days_are_read_as_people_write_them() {
        let check = |text: &str, expected: Option<&str>| {
            let days = parse(text).map(|days| {
                let sign = |day| if day { 'x' } else { '.' };
                days.into_iter().map(sign).collect::<String>()
            });
            assert_eq!(days.as_deref(), expected, "{text}");
        };
        check("ma-vr", Some("xxxxx.."));
        check("ma,wo,vr", Some("x.x.x.."));
        check("Ma, wo , vr", Some("x.x.x.."));
        check("ma-zo", Some("xxxxxxx"));
        check("elke dag", Some("xxxxxxx"));
        check("ma-wo,za", Some("xxx..x."));
        check("zo", Some("......x"));
        check("vr-ma", None);
        check("", None);
        check("ma,", None);
        check("mon-fri", None);
        check("ma-wo-vr", None);
    }
}
