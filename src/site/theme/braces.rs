//! What stands in braces in a template, as Tera reads it: nothing in comments, and nothing in what is shown raw. Pure.

use std::ops::Range;

/// A tag, `{% … %}`, or an expression, `{{ … }}`.
#[derive(Clone, Debug)]
pub(super) struct Braced<'t> {
    /// All of it. What is never closed goes to the end.
    pub(super) span: Range<usize>,
    /// What it is closed with; nothing where it is never closed.
    pub(super) close: Option<&'static str>,
    /// What stands within, without the marks for white space.
    pub(super) says: &'t str,
}

/// All of a template, in reading order.
pub(super) fn braced(text: &str) -> impl Iterator<Item = Braced<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text[at..].find('{')?;
            let rest = &text[start..];
            let close = match rest.as_bytes().get(1) {
                Some(b'{') => EXPRESSION,
                Some(b'%') => TAG,
                Some(b'#') => {
                    at = start + rest.find("#}").map_or(rest.len(), |length| length + 2);
                    continue;
                }
                _ => {
                    at = start + 1;
                    continue;
                }
            };
            let length = end_of(&rest[2..], close);
            let inside = &rest[2..length.map_or(rest.len(), |length| 2 + length)];
            let says = inside.strip_prefix('-').unwrap_or(inside);
            let says = says.strip_suffix('-').unwrap_or(says).trim();
            at = length.map_or(text.len(), |length| start + 2 + length + 2);
            let span = start..at;
            if close == TAG && says == "raw" {
                at = end_of_raw(text, at);
            }
            return Some(Braced { span, close: length.map(|_| close), says });
        }
    })
}

/// What an expression is closed with.
pub(super) const EXPRESSION: &str = "}}";
/// What a tag is closed with.
pub(super) const TAG: &str = "%}";

/// Where what stands in braces ends; a text in quotes may hold anything.
fn end_of(text: &str, close: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut quote) = (0, None);
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(_), b'\\') => at += 1,
            (Some(open), byte) if open == byte => quote = None,
            (None, byte @ (b'"' | b'\'' | b'`')) => quote = Some(byte),
            (None, _) if bytes[at..].starts_with(close.as_bytes()) => return Some(at),
            // Another begins: this one was left open.
            (None, b'{') if matches!(bytes.get(at + 1), Some(b'{' | b'%')) => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the tag begins that ends what is raw.
fn end_of_raw(text: &str, from: usize) -> usize {
    let mut tags = text[from..].match_indices("{%").map(|(at, _)| from + at);
    let says = |at: usize| text[at + 2..].trim_start_matches('-').trim_start();
    tags.find(|at| says(*at).starts_with("endraw")).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tera_reads_is_found_and_nothing_else() {
        let text = "{# {% a %} #}{%- if a -%}{{ '}}' ~ \"%}\" }}{% raw %}{{ b }}{% c {% endraw %}{ d } {{- e\n{{ f";
        let found: Vec<(&str, bool)> = braced(text).map(|braced| (braced.says, braced.close.is_some())).collect();
        let last = "e\n{{ f";
        let all = [("if a", true), ("'}}' ~ \"%}\"", true), ("raw", true), ("endraw", true), (last, false)];
        assert_eq!(found, all);
        assert_eq!(braced(text).map(|braced| &text[braced.span]).nth(1), Some("{{ '}}' ~ \"%}\" }}"));
    }
}
