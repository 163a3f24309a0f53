//! The section `[privacy]`.

use jiff::civil::Date;

use crate::accountability::Accountability;
use crate::form::field::Field;
use crate::mistake::Fault;
use crate::settings::sections::address;

/// Reads the section, each key of which may be left open. `tomorrow` is a day on which nothing can
/// have happened yet, wherever on earth the organisation is.
pub(super) fn read(section: &Field<'_>, tomorrow: Date) -> Option<Accountability> {
    let form = section.section()?;
    let dpia = form.field("dpia");
    let dpia = dpia.or(None, |field| field.line().map(Some));
    let advice = form.field("advice");
    let advice = advice.or(None, |field| {
        let date = field.date()?;
        if date > tomorrow {
            let found = date.to_string();
            return field.refuse(Fault::FutureDate { found });
        }
        Some(Some(date))
    });
    let officer = form.field("officer");
    let officer = officer.or(None, |field| address(field).map(Some));
    form.close();
    Some(Accountability {
        dpia: dpia?,
        advice: advice?,
        officer: officer?,
    })
}
