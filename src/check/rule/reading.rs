//! The short forms that the table is written in.

use super::{Example, In, Rule};
use crate::diagnostic::Severity;

macro_rules! short {
    ($($name:ident $place:ident),*) => {
        $(pub(super) const fn $name(text: &'static str) -> Example { Example { place: In::$place, text } })*
    };
}
short!(page Page, spanish Spanish, guide Guide, extra Extra, main Main, style Style, script Script, playlist Playlist, config Config);

macro_rules! weighing {
    ($($name:ident $severity:ident),*) => {
        $(pub(super) const fn $name(
            id: &'static str,
            why: &'static str,
            source: &'static str,
            fails: &'static [Example],
            passes: &'static [Example],
        ) -> Rule {
            Rule { id, severity: Severity::$severity, why, source, fails, passes }
        })*
    };
}
weighing!(error Error, warning Warning, note Note);
