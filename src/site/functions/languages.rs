//! Words and ways of writing of each language: `trans`, `text_direction`. Pure.

use std::sync::Arc;

use tera::{Kwargs, State, Tera, TeraResult};

use super::{Lookup, language, sorted, taught};
use crate::diagnostic::did_you_mean;

/// Makes them known to Tera.
pub(super) fn register(tera: &mut Tera, lookup: &Arc<Lookup>) {
    let with = Arc::clone(lookup);
    tera.register_function("trans", move |arguments: Kwargs, state: &State<'_>| trans(&with, &arguments, state));
    let with = Arc::clone(lookup);
    tera.register_function("text_direction", move |arguments: Kwargs, state: &State<'_>| {
        language(&with, &arguments, state).map(|language| direction(&language))
    });
}

/// `{{ trans(key="read_more") }}`
fn trans(lookup: &Lookup, arguments: &Kwargs, state: &State<'_>) -> TeraResult<String> {
    let key = arguments.must_get::<&str>("key")?;
    let language = language(lookup, arguments, state)?;
    let Some(words) = lookup.translations.get(&*language) else {
        let known = sorted(lookup.translations.keys());
        return Err(taught(&format!("the site has no language `{language}`"), did_you_mean(&language, known)));
    };
    words.get(key).cloned().ok_or_else(|| {
        let table = if *language == *lookup.language {
            "[translations]".into()
        } else {
            format!("[languages.{language}.translations]")
        };
        let near = did_you_mean(key, words.keys().map(String::as_str));
        let hint = near.unwrap_or_else(|| format!("write it into `{table}` of the configuration"));
        taught(&format!("`{key}` has no translation in `{language}`"), Some(hint))
    })
}

/// Languages that are written from right to left where nothing is said of their script.
const RIGHT_TO_LEFT: [&str; 22] = [
    "ar", "arc", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "iw", "khw", "ks", "lrc", "mzn", "nqo", "pnb", "ps",
    "sd", "syr", "ug", "ur", "yi",
];

/// Scripts that are.
const SCRIPTS: [&str; 9] = ["adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "syrc", "thaa"];

/// `ltr` or `rtl`, as HTML's `dir` has it.
fn direction(language: &str) -> &'static str {
    let lower = language.to_lowercase();
    let mut parts = lower.split(['-', '_']);
    let code = parts.next().unwrap_or_default();
    let script = parts.find(|part| part.len() == 4 && part.chars().all(|c| c.is_ascii_alphabetic()));
    let is_right_to_left = match script {
        Some(script) => SCRIPTS.contains(&script),
        None => RIGHT_TO_LEFT.contains(&code),
    };
    if is_right_to_left { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::direction;

    #[test]
    fn a_script_says_more_than_a_language() {
        let of = |languages: [&str; 3]| languages.map(direction);
        assert_eq!(of(["ar", "he-IL", "ur_PK"]), ["rtl"; 3]);
        assert_eq!(of(["en", "ur-Latn", "fr-CA"]), ["ltr"; 3]);
        assert_eq!(of(["pa-Arab", "ks", "ku-Arab-IQ"]), ["rtl"; 3]);
    }
}
