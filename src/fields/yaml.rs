//! YAML into a tree, by its core schema. It is the one file that knows saphyr-parser. Pure.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::node::{Item, Node, Table};
use super::toml::line_at;
use super::{Fault, Read};

/// Lists in lists; deeper than this nobody writes, and the stack has an end.
const DEEPEST: usize = 64;

/// Reads the first document of a text. What was read before a fault is kept.
pub(super) fn read(text: &str) -> Read {
    let (root, fault) = document(text);
    let (table, wrong) = match root {
        Some(Item { value: Node::Table(table), .. }) => (table, None),
        None | Some(Item { value: Node::Nothing, .. }) => (Table::default(), None),
        Some(other) => (Table::default(), Some(no_table(text, other.span))),
    };
    Read { table, fault: fault.or(wrong) }
}

/// The first document of a text, whatever it is.
pub(super) fn document(text: &str) -> (Option<Item<Node>>, Option<Fault>) {
    let mut reading = Reading { places: Places::of(text), open: Vec::new(), named: HashMap::new(), root: None };
    let mut fault = None;
    for event in Parser::new_from_str(text) {
        let more = match event {
            Ok((event, span)) => reading.hear(event, &span),
            Err(error) => {
                let at = reading.places.byte(error.marker().index()).min(text.len());
                Err(reading.never_closed(text, error.info()).unwrap_or_else(|| {
                    let is_tab = error.info().contains("tab");
                    // The parser may say so where the line before ends.
                    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
                    let at = text[line..].find('\t').filter(|_| is_tab).map_or(at, |tab| line + tab);
                    let said = if !is_tab && reading.stands_between(text, at) { "indent" } else { error.info() };
                    let (message, hint) = explain(said, line_at(text, at));
                    Fault { message, span: at..at, hint }
                }))
            }
        };
        match more {
            Ok(true) => {}
            Ok(false) => break,
            Err(found) => {
                fault = Some(found);
                break;
            }
        }
    }
    reading.close_all();
    (reading.root, fault)
}

fn no_table(text: &str, span: Range<usize>) -> Fault {
    let hint = match line_at(text, span.start).contains(" = ") {
        true => "between `---` lines it is YAML, `key: value`; put `+++` lines around TOML",
        false => "write each `key: value` on a line of its own",
    };
    Fault { message: "this is no list of keys and values".to_owned(), span, hint: Some(hint.to_owned()) }
}

/// What the parser says in our words, with a way out where there is one.
fn explain(parser: &str, line: &str) -> (String, Option<String>) {
    const WORDS: &[(&str, &str, &str)] = &[
        ("mapping values", "there are two colons on this line", "put the text in quotes: `key: \"one: two\"`"),
        ("tab", "a tab stands where only spaces may", "indent with spaces"),
        ("quoted scalar", "a text has no closing quote", "end it with the quote that it begins with"),
        (
            "did not find expected key",
            "this is no `key: value`",
            "write `key: value`, and put texts with signs in quotes",
        ),
        (
            "could not find expected ':'",
            "a key has no value",
            "write `key: value`, with a colon and a space between them",
        ),
        ("simple key expect", "a key has no value", "write `key: value`, with a colon and a space between them"),
        ("flow sequence", "a list has no closing bracket", "end it with `]`"),
        ("flow mapping", "a table has no closing brace", "end it with `}`"),
        (
            "indent",
            "this line is indented otherwise than those around it",
            "begin it in the same column as its neighbours",
        ),
    ];
    let known = WORDS.iter().find(|(theirs, ..)| parser.contains(theirs));
    let (message, hint) = known.map_or((parser, None), |(_, ours, hint)| (*ours, Some((*hint).to_owned())));
    let equals = line.split_once(" = ").filter(|(key, _)| key.trim().chars().all(|c| c.is_alphanumeric() || c == '_'));
    let mended = equals.map(|(key, value)| format!("between `---` lines it is YAML: write `{}: {value}`", key.trim()));
    (message.to_owned(), mended.or(hint))
}

/// Where characters lie in bytes.
struct Places {
    /// Empty where each character is one byte.
    bytes: Vec<usize>,
}

impl Places {
    fn of(text: &str) -> Self {
        let bytes = match text.is_ascii() {
            true => Vec::new(),
            false => text.char_indices().map(|(at, _)| at).chain([text.len()]).collect(),
        };
        Self { bytes }
    }

    fn byte(&self, character: usize) -> usize {
        if self.bytes.is_empty() { character } else { self.bytes[character.min(self.bytes.len() - 1)] }
    }

    fn range(&self, span: &Span) -> Range<usize> {
        self.byte(span.start.index())..self.byte(span.end.index())
    }
}

struct Reading {
    places: Places,
    open: Vec<Open>,
    /// What has a name: `&name`.
    named: HashMap<usize, Node>,
    root: Option<Item<Node>>,
}

/// A list or a table whose end is still to come.
struct Open {
    what: Inside,
    start: usize,
    name: usize,
}

enum Inside {
    List(Vec<Item<Node>>),
    Table(Table, Option<Item<String>>),
}

impl Reading {
    /// Hears an event; `false` ends the reading.
    fn hear(&mut self, event: Event<'_>, span: &Span) -> Result<bool, Fault> {
        let range = self.places.range(span);
        match event {
            Event::Scalar(text, style, name, tag) => {
                let value = scalar(text, style, tag.as_deref());
                self.put(value, range, name)?;
            }
            Event::Alias(name) => {
                let value = self.named.get(&name).cloned().unwrap_or(Node::Nothing);
                self.put(value, range, 0)?;
            }
            Event::SequenceStart(name, _) => self.begin(Inside::List(Vec::new()), range, name)?,
            Event::MappingStart(name, _) => self.begin(Inside::Table(Table::default(), None), range, name)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(range.end)?,
            Event::DocumentEnd => return Ok(false),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        Ok(true)
    }

    fn begin(&mut self, what: Inside, range: Range<usize>, name: usize) -> Result<(), Fault> {
        if self.open.len() == DEEPEST {
            return Err(Fault { message: "this is nested too deeply".to_owned(), span: range, hint: None });
        }
        self.open.push(Open { what, start: range.start, name });
        Ok(())
    }

    fn end(&mut self, end: usize) -> Result<(), Fault> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let value = match open.what {
            Inside::List(items) => Node::List(items),
            Inside::Table(table, _) => Node::Table(table),
        };
        self.put(value, open.start..end.max(open.start), open.name)
    }

    /// Within brackets that are never closed, whatever the parser stumbles over comes of that; but for a text without its quote.
    fn never_closed(&self, text: &str, parser: &str) -> Option<Fault> {
        let opens = |open: &Open| text.get(open.start..).and_then(|rest| rest.chars().next());
        let mut bracketed = self.open.iter().rev().filter_map(|open| Some((open.start, opens(open)?)));
        let (start, bracket) = bracketed.find(|(_, first)| matches!(first, '[' | '{'))?;
        let what = if bracket == '[' { "flow sequence" } else { "flow mapping" };
        let (message, hint) = explain(what, "");
        let is_it = !parser.contains("quoted") && !is_closed(&text[start..]);
        is_it.then_some(Fault { message, span: start..start + 1, hint })
    }

    /// Whether the key at this place, or the one that ends here, stands in a column that no open table's keys stand in.
    fn stands_between(&self, text: &str, at: usize) -> bool {
        let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
        let column = |at: usize| at - line_start(at);
        let line = line_at(text, at);
        let indent = line.len() - line.trim_start().len();
        let colon = line.find(": ").or_else(|| line.ends_with(':').then(|| line.len() - 1));
        let is_key = colon.is_some_and(|colon| column(at) == indent || column(at) == colon);
        let mut tables = self.open.iter().filter(|open| matches!(open.what, Inside::Table(..)));
        is_key && tables.all(|table| column(table.start) != indent)
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            // What was set twice in a text with a fault has its finding already.
            let _ = self.end(0);
        }
    }

    fn put(&mut self, value: Node, span: Range<usize>, name: usize) -> Result<(), Fault> {
        if name > 0 {
            self.named.insert(name, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.what) {
            None => self.root = Some(Item { value, span }),
            Some(Inside::List(items)) => items.push(Item { value, span }),
            Some(Inside::Table(table, key)) => match key.take() {
                Some(name) => table.0.push((name, Item { value, span })),
                None => {
                    let name = as_key(&value);
                    if table.get(&name).is_some() {
                        let hint = Some("keep one of the two".to_owned());
                        return Err(Fault { message: "this is set twice".to_owned(), span, hint });
                    }
                    *key = Some(Item { value: name, span });
                }
            },
        }
        Ok(())
    }
}

/// Whether the bracket that a text begins with has its fellow. What stands in quotes is no bracket.
fn is_closed(text: &str) -> bool {
    let (mut depth, mut quote, mut before) = (0_usize, None, b' ');
    for byte in text.bytes() {
        match (byte, quote) {
            (_, Some(end)) if byte == end => quote = None,
            (_, Some(_)) => {}
            // Within a word it is an apostrophe.
            (b'"' | b'\'', None) if !before.is_ascii_alphanumeric() => quote = Some(byte),
            (b'[' | b'{', None) => depth += 1,
            (b']' | b'}', None) if depth == 1 => return true,
            (b']' | b'}', None) => depth -= 1,
            _ => {}
        }
        before = byte;
    }
    false
}

fn as_key(value: &Node) -> String {
    match value {
        Node::Text(text) | Node::Moment(text) => text.clone(),
        other => other.free().to_string(),
    }
}

/// A scalar by YAML's core schema.
fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Node {
    let is_text = tag.is_some_and(|tag| tag.suffix == "str" || tag.handle == "!");
    if is_text || style != ScalarStyle::Plain {
        return Node::Text(text.into_owned());
    }
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => return Node::Nothing,
        "true" | "True" | "TRUE" => return Node::Flag(true),
        "false" | "False" | "FALSE" => return Node::Flag(false),
        ".inf" | "+.inf" | "-.inf" | ".nan" => return Node::Text(text.into_owned()),
        _ => {}
    }
    let radix =
        |prefix: &str, radix| text.strip_prefix(prefix).and_then(|digits| i64::from_str_radix(digits, radix).ok());
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    let whole = text.parse().ok().or_else(|| radix("0x", 16)).or_else(|| radix("0o", 8)).filter(|_| begins);
    if let Some(whole) = whole {
        return Node::Integer(whole);
    }
    match text.parse::<f64>() {
        Ok(number) if begins => Node::Float(number),
        _ => Node::Text(text.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Form;
    use crate::diagnostic::SourceText;

    fn said(text: &str) -> Vec<String> {
        let form = Form::yaml(&SourceText::new("a.md", text), 0..text.len());
        let place = |d: &crate::diagnostic::Diagnostic| d.place.as_ref().map_or((0, 0), |p| (p.line, p.column));
        form.finish()
            .sorted()
            .iter()
            .map(|d| format!("{:?} {} [{}]", place(d), d.message, d.hints.join("; ")))
            .collect()
    }

    #[test]
    fn each_kind_of_value_is_read() {
        let text = "title: Ünser Tag # so\ndate: 2026-05-01\nn: 3\nf: 1.5\nyes: true\nnot: ~\nextra:\n  list: [a, \"2\", &x 3, *x]\n  deep:\n    - one: 1\n      two: >\n        folded\n        words\n";
        let source = SourceText::new("a.md", text);
        let form = Form::yaml(&source, 0..text.len());
        let root = form.root("a page");
        let title = root.text("title").unwrap();
        assert_eq!((title.value.as_str(), &text[title.span]), ("Ünser Tag", "Ünser Tag"));
        assert_eq!(root.integer("n").unwrap().value, 3);
        assert!(root.flag("yes").unwrap().value);
        assert!(root.text("not").is_none());
        assert_eq!(root.parsed("date", |text| Some(text.to_owned()), "").unwrap().value, "2026-05-01");
        let extra = root.free("extra");
        assert_eq!(extra["deep"][0]["two"], "folded words\n");
        assert_eq!(extra["list"], serde_json::json!(["a", "2", 3, 3]));
        assert!(form.finish().is_empty());
    }

    #[test]
    fn a_fault_has_its_place_and_a_way_out() {
        assert_eq!(
            said("title: One: two\n"),
            ["(1, 11) there are two colons on this line [put the text in quotes: `key: \"one: two\"`]"]
        );
        assert_eq!(said("a: 1\na: 2\n"), ["(2, 1) this is set twice [keep one of the two]"]);
        assert_eq!(
            said("title = \"A\"\n"),
            ["(1, 1) this is no list of keys and values \
              [between `---` lines it is YAML, `key: value`; put `+++` lines around TOML]"]
        );
        let unclosed = "(2, 4) a list has no closing bracket [end it with `]`]";
        assert_eq!(said("a: 1\né: [1, 2\nb: 3\n"), [unclosed]);
        assert_eq!(said("a: 1\né: [1, 2"), [unclosed]);
        assert_eq!(said("a: {b: [1], c: 2\nd: 3\n"), ["(1, 4) a table has no closing brace [end it with `}`]"]);
        let between =
            "this line is indented otherwise than those around it [begin it in the same column as its neighbours]";
        assert_eq!(said("a:\n  b: 1\n c: 2\n"), [format!("(3, 2) {between}")]);
        assert_eq!(said("a:\n  b: 1\n   c: 2\n"), [format!("(3, 5) {between}")]);
        for text in ["a:\n\tb: 1\n", "a: b\n\tc: 1\n"] {
            assert_eq!(said(text), ["(2, 1) a tab stands where only spaces may [indent with spaces]"]);
        }
        for closed in ["a: [@me]\nb: 1\n", "a: [*none]\n", "a: [it's, '[', @me]\n"] {
            let said = said(closed);
            assert!(said.len() == 1 && !said[0].contains("closing"), "{said:?}");
        }
        assert_eq!(
            said("a: [\"b]\n"),
            ["(1, 5) a text has no closing quote [end it with the quote that it begins with]"]
        );
    }
}
