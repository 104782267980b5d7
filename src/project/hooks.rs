//! `[hooks]` and `[redirects]` of the configuration. Pure: it says what is wanted; `commands` runs, `site` redirects.

use crate::fields::{Fields, Spanned};

/// Commands that run with `holdspace build`.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    /// Before the site is read.
    pub before_build: Vec<Spanned<String>>,
    /// After the site is written.
    pub after_build: Vec<Spanned<String>>,
}

impl Hooks {
    pub(super) fn read(fields: Fields<'_>) -> Hooks {
        let hooks = Hooks { before_build: fields.texts("before_build"), after_build: fields.texts("after_build") };
        fields.done();
        hooks
    }
}

/// An old address, and where it leads.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The old address on this site, with a `#name` or without.
    pub from: Spanned<String>,
    /// A page, `@/guides/day.md#name`, an address on this site, or one elsewhere.
    pub to: Spanned<String>,
}

/// Reads the redirects.
pub(super) fn redirects(fields: Fields<'_>) -> Vec<Redirect> {
    let mut redirects = Vec::new();
    for (from, to) in fields.entries() {
        match to.value.as_str() {
            Some(text) => redirects.push(Redirect { from, to: Spanned { value: text.to_owned(), span: to.span } }),
            None => {
                let finding = crate::diagnostic::Diagnostic::error(
                    "toml/value",
                    format!("`{}` cannot lead to {}", from.value, to.value),
                );
                let hint = "write where it leads: `\"/old/name/\" = \"@/guides/day.md\"`";
                fields.add(finding.at(fields.place_in(to.span)).hint(hint));
            }
        }
    }
    redirects
}
