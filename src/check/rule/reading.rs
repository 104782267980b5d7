//! The short forms that the table is written in.

use super::{Example, In, Rule};
use crate::diagnostic::Severity;

macro_rules! short {
    ($($name:ident $place:ident),*) => {
        $(pub(super) const fn $name(text: &'static str) -> Example { Example { place: In::$place, text } })*
    };
}
short!(page Page, extra Extra, main Main, style Style, script Script, playlist Playlist, config Config);

pub(super) const fn error(
    id: &'static str,
    why: &'static str,
    source: &'static str,
    fails: &'static [Example],
    passes: &'static [Example],
) -> Rule {
    Rule { id, severity: Severity::Error, why, source, fails, passes }
}

pub(super) const fn warning(
    id: &'static str,
    why: &'static str,
    source: &'static str,
    fails: &'static [Example],
    passes: &'static [Example],
) -> Rule {
    Rule { severity: Severity::Warning, ..error(id, why, source, fails, passes) }
}

pub(super) const fn note(
    id: &'static str,
    why: &'static str,
    source: &'static str,
    fails: &'static [Example],
    passes: &'static [Example],
) -> Rule {
    Rule { severity: Severity::Note, ..error(id, why, source, fails, passes) }
}
