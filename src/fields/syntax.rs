//! Faults of TOML's syntax in words for people who don't program. Pure.

/// What the parser says, what we say, and a way out.
const WORDS: &[(&str, &str, &str)] = &[
    (UNQUOTED, "a text must stand in quotes", "put it in straight quotes: `\"…\"`"),
    ("invalid basic string", "a text has no closing quote", "end it with `\"` on the same line"),
    (
        "invalid literal string",
        "a text has no closing quote",
        "end it with `'` on the same line, or use `\"` at both ends",
    ),
    ("invalid multi-line", "a text over several lines has no end", "end it with the three quotes that it begins with"),
    (
        "missing escaped value",
        "a backslash in a text stands for nothing",
        "write `\\\\` for a backslash, or put the text in `'…'`",
    ),
    ("key with no value", "a key has no value", "write `key = value`, with an `=` between them"),
    ("duplicate key", "this is set twice", "keep one of the two"),
    ("unquoted keys cannot be empty", "a value has no key", "write `key = value`, with an `=` between them"),
    ("unclosed array table", "a heading with two brackets has only one at its end", "write `[[name]]`"),
    ("unclosed table", "a heading has no closing bracket", "write `[name]`"),
    ("unclosed array", "a list has no closing bracket", "end it with `]`"),
    (
        "missing comma between array elements",
        "a list goes on without a comma, or has no closing bracket",
        "end it with `]`, or put a comma between its parts",
    ),
    ("unclosed inline table", "a table has no closing brace", "end it with `}`"),
    (
        "unexpected key or value",
        "there is something left on this line",
        "write each `key = value` on a line of its own, and a text in one pair of quotes",
    ),
    ("leading zero", "a number begins with a zero", "put it in quotes if it is a text: `\"0123\"`"),
    ("invalid float", "this is not a number", "put it in quotes if it is a text: `\"…\"`"),
    ("invalid integer", "this is not a number", "put it in quotes if it is a text: `\"…\"`"),
    ("invalid date", "this is not a date", "write it as `2026-11-23`"),
];

/// A fault in our words, with a way out; `line` is the line that it is in.
pub(super) fn explain(parser: &str, line: &str) -> (String, Option<String>) {
    let parser = parser.lines().next().unwrap_or("cannot be read");
    // What begins with a letter was to be a text, though the parser may take `no1` or `info` for a number that is none.
    let parser = if bare(line).is_some() { UNQUOTED } else { parser };
    if let Some((key, word)) = answer(line) {
        let small = word.to_lowercase();
        return (format!("`{small}` is written small"), Some(format!("write `{key} = {small}`")));
    }
    let known = WORDS.iter().find(|(theirs, ..)| parser.contains(theirs));
    let (message, hint) = known.map_or((parser, None), |(_, ours, hint)| (*ours, Some((*hint).to_owned())));
    (message.to_owned(), spelled_out(line).or(hint))
}

const UNQUOTED: &str = "string values must be quoted";

/// A key, and words that stand without quotes behind it.
fn bare(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=').map(|(key, value)| (key.trim(), value.trim()))?;
    let is_bare = value.starts_with(char::is_alphabetic) && !is_plain(value);
    (is_bare && !key.starts_with('[')).then_some((key, value))
}

/// A key, and `True` or `FALSE` behind it.
fn answer(line: &str) -> Option<(&str, &str)> {
    let is_answer =
        |word: &str| ["true", "false"].iter().any(|small| *small != word && small.eq_ignore_ascii_case(word));
    bare(line).filter(|(_, word)| is_answer(word))
}

/// Whether something is a value as it stands: a number, a day, `true`, a list, a text in quotes.
fn is_plain(value: &str) -> bool {
    value.starts_with(['"', '\'', '[', '{'])
        || value.parse::<f64>().is_ok_and(|_| value == value.to_lowercase() && !value.starts_with("infinity"))
        || matches!(value, "true" | "false")
        || (value.len() == "2026-05-01".len() && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

/// Whether what follows the fault is read as part of another table.
pub(super) fn is_heading(line: &str) -> bool {
    line.trim_start().starts_with('[')
}

/// The mistakes that people make most, with their own line mended.
fn spelled_out(line: &str) -> Option<String> {
    if let Some((key, value)) = line.split_once(": ")
        && key.chars().all(|c| c.is_alphanumeric() || c == '_')
    {
        let (key, value) = (key.trim(), value.trim());
        let value = if is_plain(value) { value.to_owned() } else { format!("\"{}\"", value.trim_matches('"')) };
        return Some(format!("write an `=` between key and value: `{key} = {value}`"));
    }
    let (key, value) = line.split_once('=')?;
    let value = value.trim();
    if value.starts_with(['“', '”', '‘', '’', '„', '«']) {
        let text = value.trim_matches(|c| "“”‘’„«»".contains(c));
        return Some(format!("use straight quotes: `{} = \"{text}\"`", key.trim()));
    }
    bare(line).map(|(key, value)| format!("put the words in quotes: `{key} = \"{value}\"`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_mended_as_it_will_be_read() {
        for (line, mended) in [
            ("draft = False", "write `draft = false`"),
            ("weight: 1", "write an `=` between key and value: `weight = 1`"),
            ("draft: true", "write an `=` between key and value: `draft = true`"),
            ("date: 2026-05-01", "write an `=` between key and value: `date = 2026-05-01`"),
            ("tags: [\"a\"]", "write an `=` between key and value: `tags = [\"a\"]`"),
            ("title: Our day", "write an `=` between key and value: `title = \"Our day\"`"),
            ("title = Our day", "put the words in quotes: `title = \"Our day\"`"),
        ] {
            let (_, hint) = explain("what the parser says", line);
            assert_eq!(hint.as_deref(), Some(mended), "{line}");
        }
        let list = explain("missing comma between array elements, expected `,`", "weight = 1");
        assert_eq!(list.1.as_deref(), Some("end it with `]`, or put a comma between its parts"));
    }
}
