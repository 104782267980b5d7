//! `[security]` of the configuration: what pages may fetch and run beside what they show that they do. Pure.

use crate::diagnostic::Diagnostic;
use crate::fields::Fields;
use crate::project::Dialect;
use crate::site::headers::{Directive, Policy, origin};

/// How a site guards its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Security {
    /// Whether each page carries its policy.
    pub policy: bool,
    /// Whether styles and scripts are linked with their hash, for a browser to check. No browser can check a file on
    /// a disk: such a site is read from a server only.
    pub integrity: bool,
    /// What scripts may fetch besides, as the site says: it is not to be seen in a page.
    pub allowed: Policy,
}

/// What a list in `[security]` allows.
const LISTS: [(&str, Directive); 7] = [
    ("connect", Directive::Connect),
    ("fonts", Directive::Font),
    ("frames", Directive::Frame),
    ("images", Directive::Image),
    ("media", Directive::Media),
    ("scripts", Directive::Script),
    ("styles", Directive::Style),
];

impl Security {
    /// What holds where a program says nothing. A Zola site's scripts do what they like.
    fn of(dialect: Dialect) -> Security {
        Security { policy: dialect == Dialect::Own, integrity: false, allowed: Policy::default() }
    }

    /// Reads `[security]`.
    pub(super) fn read(fields: Option<Fields<'_>>, dialect: Dialect) -> Security {
        let house = Security::of(dialect);
        let Some(fields) = fields else { return house };
        let flag = |key, silent| fields.flag(key).map_or(silent, |flag| flag.value);
        let mut security = Security {
            policy: flag("policy", house.policy),
            integrity: flag("integrity", house.integrity),
            allowed: house.allowed,
        };
        for (key, directive) in LISTS {
            for written in fields.texts(key) {
                match origin(&written.value) {
                    Some(origin) => security.allowed.allow(directive, origin),
                    None => fields.add(not_elsewhere(&fields, key, &written.value)),
                }
            }
        }
        fields.done();
        security
    }
}

fn not_elsewhere(fields: &Fields<'_>, key: &str, written: &str) -> Diagnostic {
    Diagnostic::error("toml/value", format!("`{key}` cannot be `{written}`"))
        .at(fields.place_of(key))
        .hint("write where it comes from, like `https://maps.example`")
}
