//! Which clocks a cohort goes by: a place's name in the IANA database, so that summer time is right by itself. Pure.

use jiff::tz::TimeZone;

use crate::diagnostic::{Diagnostic, Place, closest};
use crate::fields::Fields;
use crate::project::Config;

/// How a zone is written, for a hint.
const LIKE: &str = "write a continent and a city that has the same time, like `America/Denver`";

/// The zone that a cohort says, or that the program says for all of them.
pub(super) fn of(root: &Fields<'_>, config: &Config) -> Option<TimeZone> {
    let (written, place) = match (root.text("zone"), &config.program.zone) {
        (Some(zone), _) => (zone.value, root.place_in(zone.span)),
        (None, _) if !root.lacks("zone") => return None,
        (None, Some(zone)) => (zone.value.clone(), config.source.place(zone.span.clone())),
        (None, None) => {
            root.missing(
                "zone",
                "write `zone = \"America/Denver\"` here, or under `[program]` in `holdspace.toml` for all cohorts",
            );
            return None;
        }
    };
    let found = named(&written);
    if found.is_none() {
        root.add(unknown(&written, place));
    }
    found
}

/// `MST` and its like are refused: they say nothing of when the clocks change, or something else than people think.
fn named(written: &str) -> Option<TimeZone> {
    let is_place = written.contains('/') || written == "UTC";
    TimeZone::get(written).ok().filter(|_| is_place)
}

fn unknown(written: &str, place: Place) -> Diagnostic {
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let places = || names.iter().map(String::as_str).filter(|name| name.contains('/'));
    let city = |name: &'_ str| name.rsplit('/').next().unwrap_or_default().to_lowercase();
    let asked = written.rsplit('/').next().unwrap_or_default().trim().replace(' ', "_").to_lowercase();
    let near = places().find(|name| city(name) == asked).or_else(|| closest(written, places()));
    let is_short = !written.contains('/') && TimeZone::get(written).is_ok();
    let message = if is_short {
        format!("`{written}` does not say when the clocks change")
    } else {
        format!("there is no time zone `{written}`")
    };
    let near = near.filter(|_| !is_short).map(|near| format!("did you mean `{near}`?"));
    Diagnostic::error("cohort/zone", message).at(place).hint(near.unwrap_or_else(|| LIKE.to_owned()))
}
