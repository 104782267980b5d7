//! Arguments that a function of ours does not have. Tera hands them on, and nobody would read them: a theme maker who writes
//! `cachbust=true` would never know. They are found in the templates' text, so that each is told where it stands, whether a page
//! comes by there or not. Zola says nothing of them, and nor do we of its sites. Pure.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Findings, SourceText, did_you_mean};
use crate::site::theme::Theme;
use crate::site::theme::braces::braced;
use crate::site::theme::reach::words;

/// What each function takes.
const TAKES: [(&str, &[&str]); 16] = [
    ("a_to_z", &["lang"]),
    ("get_hash", &["path", "literal", "sha_type", "base64"]),
    ("get_image_metadata", &["path", "allow_missing"]),
    ("get_page", &["path", "lang", "allow_missing"]),
    ("get_random", &["start", "end", "seed"]),
    ("get_section", &["path", "lang", "allow_missing", "metadata_only"]),
    ("get_taxonomy", &["kind", "lang", "required"]),
    ("get_taxonomy_term", &["kind", "term", "lang", "required", "include_pages"]),
    ("get_taxonomy_url", &["kind", "term", "name", "lang", "required"]),
    ("get_url", &["path", "lang", "trailing_slash", "cachebust"]),
    ("load_data", &["path", "literal", "url", "format", "required"]),
    ("now", &["timestamp", "timezone"]),
    ("resize_image", &["path", "width", "height", "op", "format", "quality", "speed"]),
    ("session", &["name", "lang"]),
    ("text_direction", &["lang"]),
    ("trans", &["key", "lang"]),
];

/// The arguments in a theme's templates that nobody takes.
pub fn unknown(theme: &Theme) -> Findings {
    theme.templates.values().flat_map(in_template).collect()
}

fn in_template(source: &SourceText) -> impl Iterator<Item = Diagnostic> {
    braced(source.text()).flat_map(|braced| in_tag(source, braced.span))
}

fn in_tag(source: &SourceText, tag: Range<usize>) -> Vec<Diagnostic> {
    let text = &source.text()[tag.clone()];
    let mut found = Vec::new();
    for (at, name) in words(text) {
        let Some((_, takes)) = TAKES.iter().find(|(known, _)| *known == name) else { continue };
        let Some(inside) = text[at + name.len()..].trim_start().strip_prefix('(') else { continue };
        // Of a page's own field, `page.now`, or in a text it is no call.
        if text[..at].ends_with('.') || is_quoted(&text[..at]) {
            continue;
        }
        let from = text.len() - inside.len();
        for argument in named(inside) {
            let word = &inside[argument.clone()];
            if takes.contains(&word) {
                continue;
            }
            let message = format!("`{name}` has no argument `{word}`");
            let hint = did_you_mean(word, takes.iter().copied())
                .unwrap_or_else(|| format!("it takes: `{}`", takes.join("`, `")));
            let start = tag.start + from;
            let place = source.place(start + argument.start..start + argument.end);
            found.push(Diagnostic::error("template/argument", message).at(place).hint(hint));
        }
    }
    found
}

/// Where in a call's parentheses the names of its arguments stand.
fn named(inside: &str) -> Vec<Range<usize>> {
    let bytes = inside.as_bytes();
    let (mut names, mut depth, mut quote, mut begins) = (Vec::new(), 0_usize, None, Some(0));
    for (at, byte) in bytes.iter().enumerate() {
        match (byte, quote) {
            (_, Some(end)) if *byte == end => quote = None,
            (_, Some(_)) => {}
            (b'"' | b'\'' | b'`', None) => quote = Some(*byte),
            (b'(' | b'[' | b'{', None) => depth += 1,
            (b')' | b']' | b'}', None) if depth == 0 => break,
            (b')' | b']' | b'}', None) => depth -= 1,
            (b',', None) if depth == 0 => begins = Some(at + 1),
            (b'=', None) if depth == 0 && bytes.get(at + 1) != Some(&b'=') => {
                if let Some(from) = begins.take() {
                    let name = inside[from..at].trim();
                    let start = from + inside[from..at].find(name).unwrap_or(0);
                    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                    names.extend((is_name && !name.is_empty()).then_some(start..start + name.len()));
                }
            }
            _ => {}
        }
    }
    names
}

/// Whether a text that begins in what comes before is still open.
fn is_quoted(before: &str) -> bool {
    let mut quote = None;
    for byte in before.bytes() {
        match quote {
            Some(end) if byte == end => quote = None,
            None if matches!(byte, b'"' | b'\'' | b'`') => quote = Some(byte),
            _ => {}
        }
    }
    quote.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let source = SourceText::new("a.html", text);
        in_template(&source).map(|finding| format!("{} {}", finding.message, finding.hints.join(" "))).collect()
    }

    #[test]
    fn an_argument_that_nobody_takes_is_told_with_those_that_are_taken() {
        assert_eq!(
            told("{{ get_url(path=\"a.css\", cachbust=true) }}{% if now(timezone='UTC', utc=true) | date == x %}"),
            [
                "`get_url` has no argument `cachbust` did you mean `cachebust`?",
                "`now` has no argument `utc` it takes: `timestamp`, `timezone`",
            ]
        );
        assert_eq!(told("{{ get_url(path=get_page(paht=\"a\").path) }}").len(), 1, "within another");
    }

    #[test]
    fn what_is_no_argument_of_ours_is_left_alone() {
        for text in [
            "{{ get_url(path=page.extra.now(x=1)) }}",
            "{# {{ get_url(pth=1) }} #}",
            "{% raw %}{{ get_url(pth=1) }}{% endraw %}",
            "{{ \"get_url(pth=1)\" }}",
            "{{ get_url( path = \"a=b, c=d\" , lang = x == y ) }}",
            "{{ my_session(night=1) }} {{ session }} get_url(pth=1)",
            "{{ trans(key=[a, b=c]) }} { {{",
        ] {
            assert_eq!(told(text), [""; 0], "{text}");
        }
    }
}
