//! Reads keys and values that people wrote (configuration, front matter, playlists), and finds every mistake in one go:
//! each value keeps its place, each unknown key gets a hint, a wrong value doesn't hide the next.
//! TOML everywhere; YAML where a page brings it along. Pure: it gets a text and never opens a file.

mod node;
mod syntax;
mod toml;
mod yaml;

use std::cell::RefCell;
use std::ops::Range;

use node::{Item, Node, Table};
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Findings, Place, Severity, SourceText, closest, did_you_mean};

/// A value and the bytes of the file that it was written in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The bytes in the file.
    pub span: Range<usize>,
}

/// A text of keys and values under reading, with the findings so far.
pub struct Form {
    table: Item<Table>,
    context: Context,
}

struct Context {
    source: SourceText,
    base: usize,
    findings: RefCell<Findings>,
}

/// What could be read of a text, and the fault of syntax that ended it.
struct Read {
    table: Table,
    fault: Option<Fault>,
}

/// A fault of syntax, in our words.
struct Fault {
    message: String,
    span: Range<usize>,
    hint: Option<String>,
}

impl Form {
    /// Reads the part `range` of a file as TOML. Faults of syntax are findings; what could be read is kept.
    pub fn toml(source: &SourceText, range: Range<usize>) -> Form {
        Self::new(source, range, toml::read)
    }

    /// Reads the part `range` of a file as YAML, likewise.
    pub fn yaml(source: &SourceText, range: Range<usize>) -> Form {
        Self::new(source, range, yaml::read)
    }

    fn new(source: &SourceText, range: Range<usize>, read: fn(&str) -> Read) -> Form {
        let Read { table, fault } = read(&source.text()[range.clone()]);
        let context = Context { source: source.clone(), base: range.start, findings: RefCell::default() };
        if let Some(fault) = fault {
            let place = context.place(&fault.span);
            context.add(Diagnostic::error(SYNTAX, fault.message).at(place).maybe_hint(fault.hint));
        }
        Form { table: Item { value: table, span: 0..0 }, context }
    }

    /// Whether the text could not be read to its end.
    pub fn is_broken(&self) -> bool {
        self.context.findings.borrow().has_errors()
    }

    /// The keys at the top; `what` names the table for findings, like "a playlist".
    pub fn root(&self, what: &'static str) -> Fields<'_> {
        let span = self.table.span.clone();
        Fields { table: &self.table.value, context: &self.context, span, what, known: RefCell::default() }
    }

    /// Every finding, when all has been asked for.
    pub fn finish(self) -> Findings {
        let findings = self.context.findings.into_inner();
        let fault = findings
            .sorted()
            .into_iter()
            .find(|finding| finding.rule == SYNTAX)
            .and_then(|finding| finding.place.clone());
        let Some(fault) = fault else { return findings };
        // What a fault of syntax hides, or leaves half read, is its echo and not a mistake of its own.
        let own = |finding: &&Diagnostic| {
            let line = finding.place.as_ref().map_or(0, |place| place.line);
            let misread = line == fault.line || (line > fault.line && syntax::is_heading(&fault.text));
            finding.rule == SYNTAX || !(misread || finding.rule == MISSING)
        };
        findings.sorted().into_iter().filter(own).cloned().collect()
    }
}

/// What a file of data says in TOML.
///
/// # Errors
/// What is wrong with it, with its place.
pub fn toml_data(source: &SourceText) -> Result<serde_json::Value, Box<Diagnostic>> {
    let Read { table, fault } = toml::read(source.text());
    no_fault(source, fault).map(|()| Node::Table(table).free())
}

/// What a file of data says in YAML.
///
/// # Errors
/// What is wrong with it, with its place.
pub fn yaml_data(source: &SourceText) -> Result<serde_json::Value, Box<Diagnostic>> {
    let (root, fault) = yaml::document(source.text());
    no_fault(source, fault).map(|()| root.map_or(serde_json::Value::Null, |root| root.value.free()))
}

fn no_fault(source: &SourceText, fault: Option<Fault>) -> Result<(), Box<Diagnostic>> {
    let Some(fault) = fault else { return Ok(()) };
    let finding = Diagnostic::error(SYNTAX, fault.message).at(source.place(fault.span));
    Err(Box::new(finding.maybe_hint(fault.hint)))
}

const SYNTAX: &str = "toml/syntax";
const MISSING: &str = "toml/missing";
const UNKNOWN: &str = "toml/unknown-key";

impl Context {
    fn place(&self, span: &Range<usize>) -> Place {
        self.source.place(self.absolute(span))
    }

    fn absolute(&self, span: &Range<usize>) -> Range<usize> {
        span.start + self.base..span.end + self.base
    }

    fn add(&self, diagnostic: Diagnostic) {
        self.findings.borrow_mut().push(diagnostic);
    }
}

/// One table of keys and values. Asking for a key makes it known; [`Fields::done`] finds those nobody asked for.
pub struct Fields<'t> {
    table: &'t Table,
    context: &'t Context,
    span: Range<usize>,
    what: &'static str,
    known: RefCell<Vec<&'static str>>,
}

impl<'t> Fields<'t> {
    /// The text under `key`.
    pub fn text(&self, key: &'static str) -> Option<Spanned<String>> {
        self.typed(key, "a text in quotes", |value| match value {
            Node::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    /// The text under `key`, turned into something by `parse`; where it can't be, the finding has this `hint`.
    pub fn parsed<T>(&self, key: &'static str, parse: impl Fn(&str) -> Option<T>, hint: &str) -> Option<Spanned<T>> {
        let value = self.find(key)?;
        let text = match &value.value {
            Node::Text(text) | Node::Moment(text) => text.clone(),
            Node::Integer(number) => number.to_string(),
            Node::Float(number) => number.to_string(),
            _ => String::new(),
        };
        let parsed = parse(&text);
        if parsed.is_none() {
            let said = if text.is_empty() {
                format!("`{key}` cannot be {}", value.value.kind())
            } else {
                format!("`{key}` cannot be `{text}`")
            };
            self.context.add(Diagnostic::error("toml/value", said).at(self.context.place(&value.span)).hint(hint));
        }
        parsed.map(|parsed| Spanned { value: parsed, span: self.context.absolute(&value.span) })
    }

    /// One of the given words under `key`; another word gets a hint.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&'static str, T)]) -> Option<Spanned<T>> {
        let word = self.text(key)?;
        let chosen = choices.iter().find(|(name, _)| *name == word.value).map(|(_, value)| *value);
        if chosen.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let place = self.context.source.place(word.span.clone());
            let diagnostic = Diagnostic::error("toml/value", format!("`{key}` cannot be `{}`", word.value)).at(place);
            let near = did_you_mean(&word.value, names.iter().copied());
            self.context.add(diagnostic.hint(near.unwrap_or_else(|| format!("it is one of: {}", names.join(", ")))));
        }
        chosen.map(|value| Spanned { value, span: word.span })
    }

    /// The whole number under `key`.
    pub fn integer(&self, key: &'static str) -> Option<Spanned<i64>> {
        self.typed(key, "a whole number", |value| match value {
            Node::Integer(number) => Some(*number),
            _ => None,
        })
    }

    /// The `true` or `false` under `key`.
    pub fn flag(&self, key: &'static str) -> Option<Spanned<bool>> {
        self.typed(key, "`true` or `false`", |value| match value {
            Node::Flag(flag) => Some(*flag),
            _ => None,
        })
    }

    /// The texts of the array under `key`.
    pub fn texts(&self, key: &'static str) -> Vec<Spanned<String>> {
        self.find(key).map(|value| self.texts_of(key, value)).unwrap_or_default()
    }

    fn texts_of(&self, key: &str, value: &Item<Node>) -> Vec<Spanned<String>> {
        let Node::List(items) = &value.value else {
            self.wrong_type(key, value, "a list of texts: `[\"one\", \"two\"]`");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Node::Text(text) => {
                    texts.push(Spanned { value: text.clone(), span: self.context.absolute(&item.span) })
                }
                _ => self.wrong_type(key, item, "a list of texts: `[\"one\", \"two\"]`"),
            }
        }
        texts
    }

    /// The table under `key`; `what` names it for findings.
    pub fn table(&self, key: &'static str, what: &'static str) -> Option<Fields<'t>> {
        let value = self.find(key)?;
        match &value.value {
            Node::Table(table) => Some(self.child(table, value.span.clone(), what)),
            _ => {
                self.wrong_type(key, value, "a table");
                None
            }
        }
    }

    /// The tables under `[[key]]`, in the order of the file.
    pub fn tables(&self, key: &'static str, what: &'static str) -> Vec<Fields<'t>> {
        let Some(value) = self.find(key) else { return Vec::new() };
        let mut tables = Vec::new();
        match &value.value {
            Node::List(items) => {
                for item in items {
                    match &item.value {
                        Node::Table(table) => tables.push(self.child(table, item.span.clone(), what)),
                        _ => self.wrong_type(key, item, "a table"),
                    }
                }
            }
            _ => {
                let hint = format!("a list of tables: write `[[{key}]]` with two brackets");
                self.wrong_type(key, value, &hint);
            }
        }
        tables
    }

    /// The tables that this table holds, each under a name that the author chose; `what` names each for findings.
    pub fn children(&self, what: &'static str) -> Vec<(Spanned<String>, Fields<'t>)> {
        let mut children = Vec::new();
        for (name, value) in self.table.iter() {
            match &value.value {
                Node::Table(table) => {
                    let span = self.context.absolute(&name.span);
                    let child = self.child(table, name.span.clone(), what);
                    children.push((Spanned { value: name.value.clone(), span }, child));
                }
                _ => self.wrong_type(&name.value, value, "a table"),
            }
        }
        children
    }

    /// The lists of texts that the table under `key` holds, each under a name that the author chose.
    pub fn lists(&self, key: &'static str) -> Vec<(Spanned<String>, Vec<Spanned<String>>)> {
        let Some(table) = self.table(key, "") else { return Vec::new() };
        let list = |(name, value): &(Item<String>, Item<Node>)| {
            let span = self.context.absolute(&name.span);
            let texts = self.texts_of(&name.value, value);
            (Spanned { value: name.value.clone(), span }, texts)
        };
        table.table.iter().map(list).collect()
    }

    /// Whatever stands under `key`, as free data.
    pub fn free(&self, key: &'static str) -> serde_json::Map<String, serde_json::Value> {
        match self.find(key) {
            None => serde_json::Map::new(),
            Some(value) => match value.value.free() {
                serde_json::Value::Object(map) => map,
                _ => {
                    self.wrong_type(key, value, "a table");
                    serde_json::Map::new()
                }
            },
        }
    }

    /// Everything in this table as free data, each under a name that the author chose.
    pub fn entries(&self) -> Vec<(Spanned<String>, Spanned<serde_json::Value>)> {
        let spanned = |span: &Range<usize>| self.context.absolute(span);
        let entry = |(name, value): &(Item<String>, Item<Node>)| {
            let name = Spanned { value: name.value.clone(), span: spanned(&name.span) };
            (name, Spanned { value: value.value.free(), span: spanned(&value.span) })
        };
        self.table.iter().map(entry).collect()
    }

    /// What stands at `a.b.c`, as free data; or, where there is nothing, the bytes of the nearest table above it.
    pub fn at(&self, path: &str) -> Result<Spanned<serde_json::Value>, Range<usize>> {
        let mut table = self.table;
        let mut nearest = self.span();
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            let found = table.iter().find(|(name, _)| name.value == part);
            match (found, parts.peek()) {
                (Some((_, value)), None) => {
                    let span = self.context.absolute(&value.span);
                    return Ok(Spanned { value: value.value.free(), span });
                }
                (Some((name, Item { value: Node::Table(inner), .. })), Some(_)) => {
                    nearest = self.context.absolute(&name.span);
                    table = inner;
                }
                _ => return Err(nearest),
            }
        }
        Err(nearest)
    }

    /// The place of this table's head.
    pub fn place(&self) -> Place {
        self.context.place(&self.span)
    }

    /// The bytes of this table's head in the file.
    pub fn span(&self) -> Range<usize> {
        self.context.absolute(&self.span)
    }

    /// Whether a table stands under `key`.
    pub fn is_table(&self, key: &str) -> bool {
        matches!(self.table.get(key), Some(Item { value: Node::Table(_), .. }))
    }

    /// Whether `key` is not written at all: what is written wrongly has its finding already.
    pub fn lacks(&self, key: &str) -> bool {
        self.table.get(key).is_none()
    }

    /// Where `key` itself is written, or the table's head without it.
    pub fn place_of(&self, key: &str) -> Place {
        let found = self.table.iter().find(|(name, _)| name.value == key);
        found.map_or_else(|| self.place(), |(name, _)| self.context.place(&name.span))
    }

    /// Where these bytes of the file are.
    pub fn place_in(&self, span: Range<usize>) -> Place {
        self.context.source.place(span)
    }

    /// Finds a key that was renamed or taken away, and says what to write now.
    pub fn bygone(&self, key: &'static str, hint: &str) {
        if self.find(key).is_some() {
            let message = format!("{} has no key `{key}` any more", self.what);
            self.context.add(Diagnostic::error(UNKNOWN, message).at(self.place_of(key)).hint(hint));
        }
        self.known.borrow_mut().retain(|known| *known != key || self.table.get(key).is_some());
    }

    /// Adds a finding of the caller's own.
    pub fn add(&self, diagnostic: Diagnostic) {
        self.context.add(diagnostic);
    }

    /// Says that `key` is missing. Where another key looks like it, that one is the mistake, and has its own finding.
    pub fn missing(&self, key: &str, hint: impl Into<String>) {
        let unknown = |name: &str| !self.known.borrow().contains(&name);
        if self
            .table
            .iter()
            .map(|(name, _)| name.value.as_str())
            .any(|name| unknown(name) && closest(name, [key]).is_some())
        {
            return;
        }
        let message = format!("{} has no `{key}`", self.what);
        self.context.add(Diagnostic::error(MISSING, message).at(self.place()).hint(hint));
    }

    /// Finds the keys that nobody asked for. Call it when all that can be known has been asked for.
    pub fn done(self) {
        self.strangers(Severity::Error);
    }

    /// Likewise, but what nobody asked for stops nothing.
    pub fn done_leniently(self) {
        self.strangers(Severity::Warning);
    }

    fn strangers(self, severity: Severity) {
        let known = self.known.borrow();
        for (name, _) in self.table.iter() {
            let key = name.value.as_str();
            if known.contains(&key) {
                continue;
            }
            let message = format!("{} has no key `{key}`", self.what);
            let diagnostic = Diagnostic { severity, ..Diagnostic::error(UNKNOWN, message) };
            let hint = did_you_mean(key, known.iter().copied())
                .unwrap_or_else(|| format!("its keys are: {}", known.join(", ")));
            self.context.add(diagnostic.at(self.context.place(&name.span)).hint(hint));
        }
    }

    fn find(&self, key: &'static str) -> Option<&'t Item<Node>> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        // A key of YAML without a value is as good as none.
        self.table.get(key).filter(|value| !matches!(value.value, Node::Nothing))
    }

    fn typed<T>(&self, key: &'static str, wanted: &str, take: impl Fn(&Node) -> Option<T>) -> Option<Spanned<T>> {
        let value = self.find(key)?;
        let taken = take(&value.value);
        if taken.is_none() {
            self.wrong_type(key, value, wanted);
        }
        taken.map(|taken| Spanned { value: taken, span: self.context.absolute(&value.span) })
    }

    fn wrong_type(&self, key: &str, value: &Item<Node>, wanted: &str) {
        let message = format!("`{key}` cannot be {}", value.value.kind());
        self.context.add(
            Diagnostic::error("toml/value", message)
                .at(self.context.place(&value.span))
                .hint(format!("it is {wanted}")),
        );
    }

    fn child(&self, table: &'t Table, span: Range<usize>, what: &'static str) -> Fields<'t> {
        Fields { table, context: self.context, span, what, known: RefCell::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::parse_time;

    fn said(findings: &Findings) -> Vec<String> {
        let place = |d: &Diagnostic| d.place.as_ref().map_or((0, 0), |p| (p.line, p.column));
        findings.sorted().iter().map(|d| format!("{:?} {} [{}]", place(d), d.message, d.hints.join("; "))).collect()
    }

    #[test]
    fn every_mistake_of_a_table_is_found_in_one_go() {
        let source = SourceText::new("p.toml", "+++\ntitel = \"x\"\nlength = \"ten\"\nmood = \"blu\"\nloud = 3\n+++\n");
        let form = Form::toml(&source, 4..source.text().len() - 4);
        let fields = form.root("a phase");
        assert!(fields.text("title").is_none());
        assert!(fields.parsed("length", |t| parse_time(t).ok(), "like `10m`").is_none());
        assert!(fields.choice("mood", &[("blue", 1), ("red", 2)]).is_none());
        assert!(fields.flag("loud").is_none());
        fields.missing("file", "name a file");
        fields.done();
        assert_eq!(
            said(&form.finish()),
            [
                "(2, 1) a phase has no `file` [name a file]",
                "(2, 1) a phase has no key `titel` [did you mean `title`?]",
                "(3, 10) `length` cannot be `ten` [like `10m`]",
                "(4, 8) `mood` cannot be `blu` [did you mean `blue`?]",
                "(5, 8) `loud` cannot be a whole number [it is `true` or `false`]",
            ]
        );
    }

    #[test]
    fn a_fault_of_syntax_is_one_finding_with_a_way_out() {
        let source = SourceText::new("p.toml", "a = 1\ntitle = Our program\n");
        let form = Form::toml(&source, 0..source.text().len());
        assert!(form.is_broken());
        let findings = form.finish();
        assert_eq!(findings.sorted().len(), 1);
        assert!(said(&findings)[0].starts_with("(2, "), "{:?}", said(&findings));
        assert!(
            said(&findings)[0].ends_with("[put the words in quotes: `title = \"Our program\"`]"),
            "{:?}",
            said(&findings)
        );
    }
}
