//! Reads a call letter by letter: names, values, parentheses. What it cannot read it says, with its place. Pure.

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
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl Cursor<'_> {
    fn rest(&self) -> &str {
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
                self.spaces();
                if self.eat(close) {
                    return Ok(arguments);
                }
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

    fn literal(&mut self) -> Result<Literal, Fault> {
        if let Some(quote @ ('"' | '\'')) = self.rest().chars().next() {
            return self.quoted(quote);
        }
        let length = self.rest().find([',', ')', ' ', '\n', '\r', '\t', '%', '}']).unwrap_or(self.rest().len());
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

    fn fault(&self, message: &'static str, hint: &'static str) -> Fault {
        let length = self.rest().chars().next().map_or(1, char::len_utf8);
        Fault { message, at: self.at..self.at + length, hint }
    }
}

fn decimal(word: &str) -> Option<f64> {
    word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')).then(|| word.parse().ok())?
}
