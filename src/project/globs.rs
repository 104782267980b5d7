//! Patterns of file names, as in `ignored_content`. It is the one file that knows globset. Pure.

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::diagnostic::Diagnostic;
use crate::fields::Fields;

/// Patterns that a path may fit.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    set: GlobSet,
}

impl Globs {
    /// Reads a list of patterns.
    pub(super) fn read(fields: &Fields<'_>, key: &'static str) -> Globs {
        let mut set = GlobSetBuilder::new();
        for pattern in fields.texts(key) {
            match Glob::new(&pattern.value) {
                Ok(glob) => {
                    set.add(glob);
                }
                Err(_) => {
                    let finding = Diagnostic::error("toml/value", format!("`{}` is no pattern", pattern.value));
                    fields.add(finding.at(fields.place_in(pattern.span)).hint("write it as `*.xlsx` or `notes/**`"));
                }
            }
        }
        Globs { set: set.build().unwrap_or_default() }
    }

    /// Whether a path, from the folder that the patterns speak of, fits one of them.
    pub fn fit(&self, path: &str) -> bool {
        // Even of none, the set would take the path apart first.
        !self.set.is_empty() && self.set.is_match(path)
    }
}
