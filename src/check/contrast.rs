//! Contrast of text, from the colours that a style names (WCAG 2.2, 1.4.3): where one block sets both the colour and what
//! is behind it, in light and in dark. What lies over pictures, or is set in two places, needs a browser. Pure.

use std::collections::HashMap;
use std::ops::Range;

use super::Found;
use super::program::Program;
use crate::diagnostic::SourceText;

/// What text of any size has (WCAG 2.2, 1.4.3); larger text may have 3, but a block doesn't tell its size.
const LEAST: f64 = 4.5;

/// A block of a style: its selector, what it declares, and whether it holds in the dark only.
struct Block<'t> {
    selector: &'t str,
    dark: bool,
    declared: Vec<(&'t str, &'t str, Range<usize>)>,
}

pub(super) fn check(program: &Program<'_>, found: &mut Found<'_>) {
    for style in &program.styles {
        judge(style, found);
    }
}

fn judge(style: &SourceText, found: &mut Found<'_>) {
    let blocks = blocks(style.text());
    for dark in [false, true] {
        let mut tokens: HashMap<&str, &str> = HashMap::new();
        // What holds in the dark comes over what holds always.
        for layer in [false, true] {
            let roots =
                blocks.iter().filter(|block| block.dark == layer && (!layer || dark) && is_root(block.selector));
            for (name, value, _) in roots.flat_map(|block| &block.declared).filter(|(name, ..)| name.starts_with("--"))
            {
                tokens.insert(name, value);
            }
        }
        if dark && !blocks.iter().any(|block| block.dark) {
            return;
        }
        for block in blocks.iter().filter(|block| !block.dark || dark) {
            let last = |names: &[&str]| block.declared.iter().rev().find(|(name, ..)| names.contains(name));
            let (Some(text), Some(behind)) = (last(&["color"]), last(&["background-color", "background"])) else {
                continue;
            };
            let (Some(front), Some(back)) = (colour(text.1, &tokens, 0), colour(behind.1, &tokens, 0)) else {
                continue;
            };
            let contrast = contrast(front, back);
            if contrast < LEAST {
                let when = if dark { " in the dark" } else { "" };
                let message = format!(
                    "text of `{}` has a contrast of {contrast:.1} to 1{when}: {LEAST} is needed",
                    block.selector
                );
                let hint = "make the one darker or the other lighter";
                found.add("a11y/contrast", message, style.place(text.2.clone()), hint);
            }
        }
    }
}

fn is_root(selector: &str) -> bool {
    selector.split(',').any(|part| matches!(part.trim(), ":root" | "html" | "body"))
}

/// The blocks of a style, those inside of `@media` and the like among them. What is no style is passed over.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let bytes = text.as_bytes();
    let (mut found, mut at, mut start) = (Vec::new(), 0, 0);
    // The conditions that are open: whether each asks for the dark, and whether for something we don't judge.
    let mut open: Vec<(bool, bool)> = Vec::new();
    while at < bytes.len() {
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = text[at..].find("*/").map_or(bytes.len(), |end| at + end + 2);
                if text[start..at.min(text.len())].trim_start().starts_with("/*") {
                    start = at;
                }
                continue;
            }
            b'{' => {
                let head = text[start..at].trim();
                if head.starts_with('@') {
                    let lower = head.to_ascii_lowercase();
                    let dark =
                        lower.contains("prefers-color-scheme: dark") || lower.contains("prefers-color-scheme:dark");
                    let other = lower.contains("print")
                        || lower.contains("prefers-contrast")
                        || lower.contains("forced-colors");
                    open.push((dark, other || !lower.starts_with("@media")));
                } else {
                    let end = text[at..].find('}').map_or(text.len(), |end| at + end);
                    if !open.iter().any(|(_, other)| *other) {
                        let dark = open.iter().any(|(dark, _)| *dark);
                        found.push(Block { selector: head, dark, declared: declared(text, at + 1..end) });
                    }
                    at = end;
                }
                start = at + 1;
            }
            b'}' => {
                open.pop();
                start = at + 1;
            }
            b';' => start = at + 1,
            _ => {}
        }
        at += 1;
    }
    found
}

fn declared(text: &str, range: Range<usize>) -> Vec<(&str, &str, Range<usize>)> {
    let mut at = range.start;
    let parts = text[range].split(';').filter_map(|part| {
        let begin = at;
        at += part.len() + 1;
        let (name, value) = part.split_once(':')?;
        let from = begin + part.len() - part.trim_start().len();
        Some((name.trim(), value.trim(), from..begin + part.trim_end().len()))
    });
    parts.collect()
}

/// A colour of a value, where it is one and nothing else.
fn colour(value: &str, tokens: &HashMap<&str, &str>, depth: usize) -> Option<[f64; 3]> {
    let value = value.trim().trim_end_matches("!important").trim();
    if depth > 8 {
        return None;
    }
    if let Some(inside) = value.strip_prefix("var(").and_then(|rest| rest.strip_suffix(')')) {
        let (name, fallback) = inside.split_once(',').map_or((inside, None), |(name, rest)| (name, Some(rest)));
        return match tokens.get(name.trim()) {
            Some(value) => colour(value, tokens, depth + 1),
            None => colour(fallback?, tokens, depth + 1),
        };
    }
    if let Some(hex) = value.strip_prefix('#') {
        let wide: String = match hex.len() {
            3 => hex.chars().flat_map(|digit| [digit, digit]).collect(),
            6 => hex.to_owned(),
            _ => return None,
        };
        let part = |at: usize| u8::from_str_radix(wide.get(at..at + 2)?, 16).ok().map(f64::from);
        return Some([part(0)?, part(2)?, part(4)?]);
    }
    if let Some(parts) = value.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
        let numbers: Vec<f64> = parts.split([',', ' ']).filter_map(|part| part.trim().parse().ok()).collect();
        return <[f64; 3]>::try_from(numbers).ok();
    }
    match value.to_ascii_lowercase().as_str() {
        "white" => Some([255.0; 3]),
        "black" => Some([0.0; 3]),
        "gray" | "grey" => Some([128.0; 3]),
        "silver" => Some([192.0; 3]),
        "red" => Some([255.0, 0.0, 0.0]),
        "yellow" => Some([255.0, 255.0, 0.0]),
        _ => None,
    }
}

/// The contrast of two colours (WCAG 2.2, definition of contrast ratio).
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let linear = |part: f64| {
        let part = part / 255.0;
        if part <= 0.04045 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
    };
    let luminance =
        |[red, green, blue]: [f64; 3]| 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert_eq!(contrast([0.0; 3], [255.0; 3]), 21.0);
        assert!((contrast([118.0; 3], [255.0; 3]) - 4.54).abs() < 0.01);
    }

    #[test]
    fn whatever_a_style_is_it_is_read() {
        for text in [
            "",
            "{",
            "}",
            "a{",
            "@media{",
            "a{b",
            "/*",
            "a{color:#12}",
            "@media (x){a{color:red;background:red}",
            "é{é:é}",
        ] {
            let _ = blocks(text);
        }
        let read = blocks(
            "/* x */ a, b { color: var(--x, #fff) } @media print { p { color: red } } @media (prefers-color-scheme: dark) { c { color: #000 } }",
        );
        let told: Vec<(&str, bool)> = read.iter().map(|block| (block.selector, block.dark)).collect();
        assert_eq!(told, [("a, b", false), ("c", true)]);
    }
}
