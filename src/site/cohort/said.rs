//! A text of an author in one language or in several: `title = "Spring"`, or `title = { en = "Spring", es = "Primavera" }`.
//! Pure.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::fields::{Fields, Spanned};
use crate::project::Config;

/// A text in one language or in several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What stands where a language has no words of its own.
    plain: String,
    by: BTreeMap<String, String>,
}

impl Said {
    /// The text in a language.
    pub fn of(&self, language: &str) -> &str {
        self.by.get(language).unwrap_or(&self.plain)
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        self.by.values().chain([&self.plain])
    }
}

/// The text under `key`; empty where there is none.
pub(super) fn read(fields: &Fields<'_>, key: &'static str, config: &Config) -> Said {
    if !fields.is_table(key) {
        let plain = fields.text(key).map(|text| text.value).unwrap_or_default();
        return Said { plain, by: BTreeMap::new() };
    }
    let Some(table) = fields.table(key, "a text in several languages") else { return Said::default() };
    let mut by = BTreeMap::new();
    for (code, text) in table.entries() {
        if config.language(&code.value).is_none() {
            fields.add(no_language(&code, config).at(fields.place_in(code.span)));
            continue;
        }
        match text.value {
            serde_json::Value::String(text) => _ = by.insert(code.value, text),
            _ => fields.add(
                Diagnostic::error("toml/value", format!("`{}` of `{key}` is no text", code.value))
                    .at(fields.place_in(text.span))
                    .hint("it is a text in quotes"),
            ),
        }
    }
    let plain = by.get(&config.default_language).or_else(|| by.values().next()).cloned().unwrap_or_default();
    Said { plain, by }
}

/// The text under `key`, which must not let others into a call: everybody reads it.
pub(super) fn public(fields: &Fields<'_>, key: &'static str, config: &Config) -> Said {
    let said = read(fields, key, config);
    if said.all().any(|text| text.contains("://") || text.contains("zoom.us")) {
        let finding =
            Diagnostic::warning("cohort/private", format!("`{key}` has an address in it, and everybody can read it"));
        fields.add(
            finding
                .at(fields.place_of(key))
                .hint("send the address of a call to the participants, and write `online = true`"),
        );
    }
    said
}

fn no_language(code: &Spanned<String>, config: &Config) -> Diagnostic {
    let codes: Vec<&str> = config.languages.iter().map(|language| language.code.as_str()).collect();
    let hint = did_you_mean(&code.value, codes.iter().copied());
    Diagnostic::error("cohort/language", format!("the site has no language `{}`", code.value))
        .hint(hint.unwrap_or_else(|| format!("its languages are: {}", codes.join(", "))))
}
