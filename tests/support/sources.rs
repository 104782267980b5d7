//! Reads the house's own source files as text: what each file names, and on which line.
//! It looks at code only: comments, words in quotes, and what stands under `#[cfg(test)]` are left out.
//! It knows no more Rust than that: paths, `use` trees and macros, not types; what a value's methods reach, it can't see.

#![allow(unreachable_pub, reason = "shared by the modules of a test binary")]

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

/// One source file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is, from the repository's root, with forward slashes: `src/music/mix.rs`.
    pub path: String,
    /// Its place among the modules: `crate::music::mix`.
    pub module: String,
    /// Its header: the `//!` lines at its beginning.
    pub header: String,
    /// What it names, outside of tests.
    pub names: Vec<Name>,
    /// The modules that are there for tests only.
    pub test_modules: Vec<String>,
    lines: Vec<String>,
}

/// Something that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// From its root: `crate::site::page::Page`, `std::fs::read`, `println!`, `unsafe`.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
}

impl Source {
    /// Reads the text of the file at `path`.
    pub fn parse(path: &str, text: &str) -> Source {
        let code = blank_words(text);
        let (code, test_modules) = blank_tests(&code);
        let module = module_of(path);
        let header = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect::<Vec<_>>();
        let names = Reader::new(&code, &module).names();
        let lines = text.lines().map(str::to_owned).collect();
        let test_modules = test_modules.iter().map(|name| format!("{module}::{name}")).collect();
        Source { path: path.to_owned(), module, header: header.join("\n"), names, test_modules, lines }
    }

    /// The text of a line, from 1.
    pub fn line(&self, number: usize) -> &str {
        self.lines.get(number - 1).map_or("", |line| line.trim())
    }

    /// How many lines it has.
    pub fn length(&self) -> usize {
        self.lines.len()
    }

    /// Whether it is the room `room` (`music::mix`) or stands inside of it.
    pub fn is_in(&self, room: &str) -> bool {
        under(&self.module, &format!("crate::{room}"))
    }
}

/// Every file of `src/`, by path.
pub fn house(root: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    for entry in walkdir::WalkDir::new(root.join("src")).sort_by_file_name() {
        let entry = entry.expect("src/ can be walked");
        if entry.path().extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(entry.path()).expect("a source file is readable text");
            let path = entry.path().strip_prefix(root).expect("it is inside the root");
            sources.push(Source::parse(&path.to_string_lossy().replace('\\', "/"), &text));
        }
    }
    sources
}

/// The files that are not there for tests only.
pub fn without_tests(sources: &[Source]) -> Vec<&Source> {
    let tests: HashSet<&str> =
        sources.iter().flat_map(|source| source.test_modules.iter().map(String::as_str)).collect();
    sources.iter().filter(|source| !tests.iter().any(|test| under(&source.module, test))).collect()
}

/// Whether `path` is `root`, or something inside of it.
pub fn under(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// `src/music/mix.rs` → `crate::music::mix`.
fn module_of(path: &str) -> String {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    match inner {
        "lib" | "main" => "crate".to_owned(),
        inner => format!("crate::{}", inner.replace('/', "::")),
    }
}

/// The text with comments and quoted words as blanks, line for line.
fn blank_words(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = end_of_words(bytes, at);
        blank(&mut out, at..end);
        at = end.max(at + 1);
    }
    String::from_utf8(out).expect("whole characters become blanks")
}

/// Where the comment or quotation ends that begins at `at`; `at` itself where none begins.
fn end_of_words(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let inside_name = at > 0 && is_name(bytes[at - 1]);
    if rest.starts_with(b"//") {
        return at + rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    }
    if rest.starts_with(b"/*") {
        return end_of_block_comment(bytes, at);
    }
    match rest[0] {
        b'"' => end_of_string(bytes, at + 1),
        b'\'' => end_of_character(bytes, at),
        b'r' | b'b' | b'c' if !inside_name => end_of_raw_string(bytes, at).unwrap_or(at),
        _ => at,
    }
}

fn end_of_block_comment(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            (at, depth) = (at + 2, depth + 1);
        } else if bytes[at..].starts_with(b"*/") {
            (at, depth) = (at + 2, depth - 1);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// A character (`'x'`, `'\n'`), told from a lifetime (`'a`) by its second quote.
fn end_of_character(bytes: &[u8], start: usize) -> usize {
    let rest = std::str::from_utf8(&bytes[start + 1..]).unwrap_or("");
    let mut chars = rest.char_indices();
    match chars.next() {
        Some((_, '\\')) => {
            rest[2.min(rest.len())..].find('\'').map_or(start, |quote| start + 1 + 2.min(rest.len()) + quote + 1)
        }
        Some(_) => match chars.next() {
            Some((at, '\'')) => start + 1 + at + 1,
            _ => start,
        },
        None => start,
    }
}

/// A string behind `r`, `b`, `c`, `br`, `cr` and any number of `#`.
fn end_of_raw_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while at < bytes.len() && matches!(bytes[at], b'r' | b'b' | b'c') {
        at += 1;
    }
    let raw = bytes[start..at].contains(&b'r');
    let hashes = bytes[at..].iter().take_while(|&&b| b == b'#').count();
    at += hashes;
    if bytes.get(at) != Some(&b'"') || (hashes > 0 && !raw) {
        return None;
    }
    if !raw {
        return Some(end_of_string(bytes, at + 1));
    }
    let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    let length = bytes[at + 1..].windows(close.len()).position(|window| window == close);
    Some(length.map_or(bytes.len(), |length| at + 1 + length + close.len()))
}

/// The code without what stands under `#[cfg(test)]`, and the names of the files that do.
fn blank_tests(code: &str) -> (String, Vec<String>) {
    const MARK: &str = "#[cfg(test)]";
    let mut out = code.as_bytes().to_vec();
    let mut modules = Vec::new();
    let mut from = 0;
    while let Some(found) = code[from..].find(MARK) {
        let start = from + found;
        let end = end_of_item(code.as_bytes(), start + MARK.len());
        let item = &code[start + MARK.len()..end];
        if let Some(name) =
            item.trim().trim_start_matches("pub ").strip_prefix("mod ").and_then(|n| n.strip_suffix(';'))
        {
            modules.push(name.trim().to_owned());
        }
        blank(&mut out, start..end);
        from = end;
    }
    (String::from_utf8(out).expect("whole items become blanks"), modules)
}

/// Where the item ends that begins at `start`: at its semicolon, or at the end of its braces.
fn end_of_item(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' => depth -= 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    bytes.len()
}

fn blank(bytes: &mut [u8], range: Range<usize>) {
    for byte in &mut bytes[range] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// Reads the names in code without words and tests.
struct Reader<'a> {
    code: &'a str,
    module: &'a str,
    /// The modules that are declared here.
    children: HashSet<String>,
    /// What `use` brought in: the short name, and its path.
    brought: HashMap<String, String>,
}

/// A token: a name, `::`, or one other character.
struct Token<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(code: &'a str, module: &'a str) -> Self {
        Reader { code, module, children: HashSet::new(), brought: HashMap::new() }
    }

    fn names(mut self) -> Vec<Name> {
        let tokens = tokens(self.code);
        self.children = tokens
            .windows(3)
            .filter(|three| three[0].text == "mod" && matches!(three[2].text, ";" | "{"))
            .map(|three| three[1].text.to_owned())
            .collect();
        let mut found = Vec::new();
        let mut rest = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let is_use = tokens[at].text == "use" && tokens.get(at + 1).is_none_or(|next| next.text != "<");
            if is_use {
                at = self.tree(&tokens, at + 1, "", &mut found);
            } else {
                rest.push(at);
                at += 1;
            }
        }
        // Only now are all short names known: a `use` may stand below what needs it.
        let mut names: Vec<Name> =
            found.into_iter().map(|(path, at)| Name { path: self.rooted(&path), line: self.line(at) }).collect();
        names.extend(self.paths(&tokens, &rest));
        names.sort_by_key(|name| name.line);
        names
    }

    /// Reads a `use` tree behind `before`; returns the token after it.
    fn tree(&mut self, tokens: &[Token<'_>], start: usize, before: &str, found: &mut Vec<(String, usize)>) -> usize {
        let mut path = before.to_owned();
        let mut at = start;
        let first = tokens.get(start).map_or(0, |token| token.at);
        let mut short = None;
        while let Some(token) = tokens.get(at) {
            match token.text {
                "{" => {
                    at += 1;
                    while tokens.get(at).is_some_and(|token| token.text != "}") {
                        at = self.tree(tokens, at, &path, found);
                        if tokens.get(at).is_some_and(|token| token.text == ",") {
                            at += 1;
                        }
                    }
                    return at + 1;
                }
                ";" | "," | "}" => break,
                "as" => {
                    short = tokens.get(at + 1).map(|token| token.text.to_owned());
                    at += 2;
                }
                "self" if !path.is_empty() => at += 1,
                "::" => {
                    if !path.is_empty() {
                        path.push_str("::");
                    }
                    at += 1;
                }
                text => {
                    path.push_str(text);
                    at += 1;
                }
            }
        }
        let path = path.trim_end_matches("::").to_owned();
        let short = short.unwrap_or_else(|| path.rsplit("::").next().unwrap_or(&path).to_owned());
        let whole = self.rooted(&path);
        // `use tera;` or `use ring as ring` bring a name to itself.
        if short != "_" && short != "*" && short != path {
            self.brought.insert(short, whole);
        }
        found.push((path, first));
        at
    }

    /// The paths and macros outside of `use`.
    fn paths(&self, tokens: &[Token<'_>], rest: &[usize]) -> Vec<Name> {
        let mut names = Vec::new();
        let text = |index: usize| rest.get(index).map_or("", |&at| tokens[at].text);
        let mut index = 0;
        while index < rest.len() {
            let start = index;
            index += 1;
            let word = text(start);
            if !word.as_bytes().first().is_some_and(|&byte| is_name(byte)) {
                continue;
            }
            let mut path = word.to_owned();
            while text(index) == "::" && text(index + 1).as_bytes().first().is_some_and(|&byte| is_name(byte)) {
                path = format!("{path}::{}", text(index + 1));
                index += 2;
            }
            // `.name` is a field or a method; `>::name` belongs to a type that isn't read.
            let before = if start == 0 { "" } else { text(start - 1) };
            let before_that = if start < 2 { "" } else { text(start - 2) };
            let method = before == "." && before_that != ".";
            let of_a_type = before == "::" && before_that == ">";
            let line = self.line(tokens[rest[start]].at);
            if text(index) == "!" && text(index + 1) != "=" {
                names.push(Name { path: format!("{}!", path.rsplit("::").next().unwrap_or(&path)), line });
            } else if path == "unsafe" {
                names.push(Name { path, line });
            } else if path.contains("::") && !method && !of_a_type {
                names.push(Name { path: self.rooted(&path), line });
            }
        }
        names
    }

    /// A path as it is written here, from its root.
    fn rooted(&self, path: &str) -> String {
        let (first, rest) = path.split_once("::").map_or((path, None), |(first, rest)| (first, Some(rest)));
        let parent = self.module.rsplit_once("::").map_or("crate", |(parent, _)| parent);
        let root = match first {
            "crate" | "holdspace" => "crate".to_owned(),
            "self" => self.module.to_owned(),
            "super" => match rest {
                // `super::super`: one more up.
                Some(rest) if rest == "super" || rest.starts_with("super::") => {
                    return Reader { module: parent, ..Reader::new("", parent) }.rooted(rest);
                }
                _ => parent.to_owned(),
            },
            first if self.children.contains(first) => format!("{}::{first}", self.module),
            first => self.brought.get(first).cloned().unwrap_or_else(|| first.to_owned()),
        };
        rest.map_or(root.clone(), |rest| format!("{root}::{rest}"))
    }

    fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let bytes = code.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        if is_name(bytes[at]) {
            while at < bytes.len() && is_name(bytes[at]) {
                at += 1;
            }
        } else if bytes[at..].starts_with(b"::") {
            at += 2;
        } else {
            at += code[at..].chars().next().map_or(1, char::len_utf8);
        }
        let text = &code[start..at];
        if !text.trim().is_empty() {
            tokens.push(Token { text, at: start });
        }
    }
    tokens
}
