//! Reads a call letter by letter: names, values, parentheses, braces. What it cannot read it says, with its place. Pure.

use std::ops::Range;

use crate::fields::Spanned;
use crate::site::component::{Argument, Literal};

/// Why a call cannot be read.
pub(super) struct Fault {
    pub(super) message: &'static str,
    pub(super) at: Range<usize>,
    pub(super) hint: &'static str,
}

/// A place in a text that moves on as it is read.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// What stands between a tag's name and its end.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) arguments: Vec<Argument>,
    pub(super) spread: Vec<Range<usize>>,
}

impl<'a> Cursor<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn spaces(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    /// Spaces, and the end of the braces, which may take the spaces after it along: `-}}`.
    pub(super) fn eat_end(&mut self, close: &str) -> bool {
        let mut end = self.clone();
        end.spaces();
        end.eat("-");
        let found = end.eat(close);
        if found {
            self.at = end.at;
        }
        found
    }

    /// `care` or `ui.care`
    pub(super) fn name(&mut self) -> Option<Spanned<String>> {
        let mut name = self.word()?;
        while self.rest().starts_with('.') {
            let mut further = self.clone();
            further.eat(".");
            let Some(part) = further.word() else { break };
            name.value = format!("{}.{}", name.value, part.value);
            name.span.end = part.span.end;
            self.at = further.at;
        }
        Some(name)
    }

    pub(super) fn word(&mut self) -> Option<Spanned<String>> {
        let rest = self.rest();
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some(())?;
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let value = rest[..end].to_owned();
        self.at += end;
        Some(Spanned { value, span: self.at - end..self.at })
    }

    /// What stands between the parentheses, and the closing braces after them.
    pub(super) fn arguments(&mut self, close: &str) -> Result<Vec<Argument>, Fault> {
        let mut arguments: Vec<Argument> = Vec::new();
        loop {
            self.spaces();
            if self.eat(")") {
                if self.eat_end(close) {
                    return Ok(arguments);
                }
                self.spaces();
                let hint = if close == "}}" { "it ends with `) }}`" } else { "it ends with `) %}`" };
                return Err(self.fault("it does not end", hint));
            }
            if !arguments.is_empty() && !self.eat(",") {
                return Err(self.fault("a comma is missing", "put a comma between two arguments"));
            }
            self.spaces();
            if self.rest().starts_with(')') {
                continue;
            }
            arguments.push(self.argument()?);
        }
    }

    fn argument(&mut self) -> Result<Argument, Fault> {
        const NAMED: &str = "each argument is a name and a value: `kind=\"emergency\"`";
        let name = self.word().ok_or_else(|| self.fault("an argument has no name", NAMED))?;
        self.spaces();
        if !self.eat("=") {
            return Err(self.fault("an argument has no value", NAMED));
        }
        self.spaces();
        let start = self.at;
        let value = self.literal()?;
        Ok(Argument { name, value: Spanned { value, span: start..self.at } })
    }

    /// What a tag is given: `title="x" n={1} page {...more}`, up to its `>` or `/>`.
    pub(super) fn attributes(&mut self) -> Result<Attributes, Fault> {
        let mut attributes = Attributes::default();
        loop {
            self.spaces();
            let start = self.at;
            if self.rest().starts_with('>') || self.rest().starts_with("/>") {
                return Ok(attributes);
            }
            if self.rest().starts_with('{') {
                let inner = self.braced()?;
                if !self.text[inner].trim_start().starts_with("...") {
                    let at = start..self.at;
                    return Err(Fault { message: "a value has no name", at, hint: "write `name={value}`" });
                }
                attributes.spread.push(start..self.at);
                continue;
            }
            let hint = "each argument is a name and a value: `kind=\"emergency\"` or `n={1}`";
            let name = self.word().ok_or_else(|| self.fault("an argument has no name", hint))?;
            attributes.arguments.push(self.attribute(name)?);
        }
    }

    fn attribute(&mut self, name: Spanned<String>) -> Result<Argument, Fault> {
        if !self.eat("=") {
            // `page` alone means `page={page}`.
            let value = Spanned { value: Literal::Expression, span: name.span.clone() };
            return Ok(Argument { name, value });
        }
        let start = self.at;
        let value = match self.rest().chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => self.quoted(quote)?,
            Some('{') => {
                let inner = self.braced()?;
                whole_literal(&self.text[..inner.end], inner.start)
            }
            _ => {
                let length = self.rest().find([' ', '\n', '\r', '\t', '/', '>']).unwrap_or(self.rest().len()).max(1);
                let hint = "put a text in straight quotes, `\"like this\"`, and a number in braces: `{1}`";
                let at = self.at..self.at + length;
                return Err(Fault { message: "a value is missing, or not in quotes or braces", at, hint });
            }
        };
        Ok(Argument { name, value: Spanned { value, span: start..self.at } })
    }

    /// The bytes between two braces; quotes and braces within are passed over.
    fn braced(&mut self) -> Result<Range<usize>, Fault> {
        let start = self.at;
        let mut depth = 0_usize;
        let mut quote = None;
        for (i, character) in self.rest().char_indices() {
            match (quote, character) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'' | '`') => quote = Some(character),
                (None, '{') => depth += 1,
                (None, '}') => {
                    depth -= 1;
                    if depth == 0 {
                        self.at = start + i + 1;
                        return Ok(start + 1..start + i);
                    }
                }
                _ => {}
            }
        }
        Err(Fault { message: "a brace is not closed", at: start..start + 1, hint: "end the value with `}`" })
    }

    pub(super) fn literal(&mut self) -> Result<Literal, Fault> {
        match self.rest().chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => return self.quoted(quote),
            Some('[') => return self.list(),
            _ => {}
        }
        let ends = [',', ')', ']', ' ', '\n', '\r', '\t', '%', '}'];
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        let word = &self.rest()[..length];
        let literal = match word {
            "true" => Some(Literal::Flag(true)),
            "false" => Some(Literal::Flag(false)),
            _ => word.parse().map(Literal::Integer).ok().or_else(|| decimal(word).map(Literal::Float)),
        };
        let fault = Fault {
            message: "a value is missing or not in quotes",
            at: self.at..self.at + length.max(1),
            hint: "put texts in straight quotes: `\"like this\"`",
        };
        self.at += length;
        literal.ok_or(fault)
    }

    /// `["one", "two"]`
    fn list(&mut self) -> Result<Literal, Fault> {
        let opened = self.at;
        self.eat("[");
        let mut items = Vec::new();
        loop {
            self.spaces();
            if self.eat("]") {
                return Ok(Literal::List(items));
            }
            if !items.is_empty() && !self.eat(",") {
                let at = opened..opened + 1;
                return Err(Fault { message: "a list is not closed", at, hint: "write it like `[\"one\", \"two\"]`" });
            }
            self.spaces();
            if self.rest().starts_with('[') {
                return Err(self.fault("a list stands in a list", "a call in Markdown takes plain lists only"));
            }
            if !self.rest().starts_with(']') {
                items.push(self.literal()?);
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Literal, Fault> {
        let opened = self.at;
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((i, character)) = characters.next() {
            match character {
                c if c == quote => {
                    self.at += i + 1;
                    return Ok(Literal::Text(text));
                }
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                c => text.push(c),
            }
        }
        let at = opened..opened + 1;
        Err(Fault { message: "a quote is not closed", at, hint: "end the text with the quote that began it" })
    }

    pub(super) fn fault(&self, message: &'static str, hint: &'static str) -> Fault {
        let length = self.rest().chars().next().map_or(1, char::len_utf8);
        Fault { message, at: self.at..self.at + length, hint }
    }
}

/// What stands in braces: a value as it is, or something for Tera to find out.
fn whole_literal(text: &str, start: usize) -> Literal {
    let mut cursor = Cursor { text, at: start };
    cursor.spaces();
    let literal = cursor.literal();
    cursor.spaces();
    match literal {
        Ok(literal) if cursor.rest().is_empty() => literal,
        _ => Literal::Expression,
    }
}

fn decimal(word: &str) -> Option<f64> {
    word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')).then(|| word.parse().ok())?
}
