//! Finds the calls of a text: which tags there are, what opens and what closes. Pure.

use std::ops::Range;

use memchr::memchr_iter;

use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::fields::Spanned;
use crate::site::component::cursor::{Cursor, Fault};
use crate::site::component::{Call, Escape, Form, Found};

pub(super) struct Reader<'a> {
    source: &'a SourceText,
    range: Range<usize>,
    code: &'a [Range<usize>],
    found: Found,
    /// The calls whose end is still to come; `None` for one that cannot be read, whose end is its own all the same.
    open: Vec<Option<Call>>,
    findings: Findings,
}

/// A piece of Markdown that has the form of a call.
enum Tag {
    Inline(Call),
    Open(Call),
    End(End),
    Escape(Escape),
    /// `{% raw %}`
    Raw(Range<usize>),
    /// Meant as a call, but not written as one.
    Broken(Broken),
}

/// `{% end %}`, or `{% </name> %}`.
struct End {
    span: Range<usize>,
    name: Option<Spanned<String>>,
}

struct Broken {
    finding: Diagnostic,
    end: usize,
    meant_as: Meant,
}

/// What somebody meant who wrote a call that cannot be read.
#[derive(Clone, Copy)]
enum Meant {
    Inline,
    Open,
    End,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a SourceText, range: Range<usize>, code: &'a [Range<usize>]) -> Self {
        Self { source, range, code, found: Found::default(), open: Vec::new(), findings: Findings::new() }
    }

    pub(super) fn read(mut self) -> (Found, Findings) {
        let mut at = self.range.start;
        while let Some(start) = self.next_brace(at) {
            at = match self.tag(start) {
                Some(tag) => self.place(tag),
                None => start + 2,
            };
        }
        for call in std::mem::take(&mut self.open).into_iter().flatten() {
            let place = self.source.place(call.name.span.clone());
            let message = format!("`{}` is never closed", opening(&call));
            let hint = format!("close it with `{}`", closing(&call));
            self.findings.push(Diagnostic::error("component/unclosed", message).at(place).hint(hint));
        }
        (self.found, self.findings)
    }

    /// The next `{{` or `{%` that isn't code.
    fn next_brace(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            let bytes = self.source.text().get(at..self.range.end)?.as_bytes();
            let is_tag = |brace: &usize| matches!(bytes.get(brace + 1), Some(b'{' | b'%'));
            let found = at + memchr_iter(b'{', bytes).find(is_tag)?;
            match self.code.iter().find(|code| code.contains(&found)) {
                Some(code) => at = code.end.max(found + 1),
                None => return Some(found),
            }
        }
    }

    /// Puts a tag in its place, and returns where to read on.
    fn place(&mut self, tag: Tag) -> usize {
        match tag {
            Tag::Inline(call) => {
                let end = call.span.end;
                if self.open.is_empty() {
                    self.found.calls.push(call);
                }
                end
            }
            Tag::Open(call) => {
                let end = call.span.end;
                self.open.push(Some(call));
                end
            }
            Tag::End(end) => self.close(end),
            Tag::Escape(escape) => {
                let end = escape.span.end;
                if self.open.is_empty() {
                    self.found.escapes.push(escape);
                }
                end
            }
            Tag::Raw(span) => self.raw(span),
            Tag::Broken(broken) => self.place_broken(broken),
        }
    }

    fn place_broken(&mut self, broken: Broken) -> usize {
        // Inside a body it is found when the body is read.
        let is_seen = match broken.meant_as {
            Meant::End => self.open.len() <= 1,
            Meant::Inline | Meant::Open => self.open.is_empty(),
        };
        if is_seen {
            self.findings.push(broken.finding);
        }
        match broken.meant_as {
            Meant::Inline => {}
            Meant::Open => self.open.push(None),
            Meant::End => {
                self.open.pop();
            }
        }
        broken.end
    }

    fn close(&mut self, End { span, name }: End) -> usize {
        let end = span.end;
        let Some(closed) = self.open.pop() else {
            let written = &self.source.text()[span.clone()];
            let finding = Diagnostic::error("component/stray-end", format!("`{written}` closes nothing"));
            let finding = finding.at(self.source.place(span)).hint("take it away, or open a component before it");
            self.findings.push(finding);
            return end;
        };
        let Some(mut call) = closed else { return end };
        let fits = match (call.form, &name) {
            (Form::Shortcode, None) => true,
            (Form::Tag, Some(name)) => name.value == call.name.value,
            _ => false,
        };
        // Inside a body it is found when the body is read.
        if !fits && self.open.is_empty() {
            let message = format!("this does not close `{}`", opening(&call));
            let hint = format!("close it with `{}`", closing(&call));
            let place = self.source.place(span.clone());
            self.findings.push(Diagnostic::error("component/end", message).at(place).hint(hint));
        }
        call.body = Some(call.span.end..span.start);
        call.span.end = end;
        if self.open.is_empty() {
            self.found.calls.push(call);
        }
        end
    }

    /// From `{% raw %}` to `{% endraw %}` nothing is a call, and the two are not read.
    fn raw(&mut self, opened: Range<usize>) -> usize {
        const END: &str = "endraw";
        let text = &self.source.text()[..self.range.end];
        let mut tags = text[opened.end..].match_indices("{%").map(|(at, _)| opened.end + at);
        let closed = tags.find_map(|at| {
            let mut cursor = Cursor { text, at: at + 2 };
            cursor.eat("-");
            cursor.spaces();
            (cursor.eat(END) && cursor.eat_end("%}")).then_some(at..cursor.at)
        });
        let Some(closed) = closed else {
            let place = self.source.place(opened.clone());
            let finding = Diagnostic::error("component/unclosed", "`{% raw %}` is never closed").at(place);
            self.findings.push(finding.hint("close it with `{% endraw %}`"));
            return opened.end;
        };
        let end = closed.end;
        if self.open.is_empty() {
            self.found.escapes.extend([opened, closed].map(|span| Escape { span, text: String::new() }));
        }
        end
    }

    fn tag(&self, start: usize) -> Option<Tag> {
        let text = &self.source.text()[..self.range.end];
        let block = text[start..].starts_with("{%");
        let close = if block { "%}" } else { "}}" };
        let mut cursor = Cursor { text, at: start + 2 };
        if cursor.eat("/*") {
            return escape(&cursor, start, close);
        }
        cursor.eat("-");
        cursor.spaces();
        if cursor.eat("<") {
            return if block { self.block_tag(start, cursor) } else { self.inline_tag(start, cursor) };
        }
        let name = cursor.name()?;
        if block && cursor.eat_end(close) {
            let span = start..cursor.at;
            return Some(match name.value.as_str() {
                "end" => Tag::End(End { span, name: None }),
                "raw" => Tag::Raw(span),
                _ => self.no_parentheses(&name, span),
            });
        }
        cursor.spaces();
        if !cursor.eat("(") {
            return None;
        }
        Some(match cursor.arguments(close) {
            Ok(arguments) => {
                let span = start..cursor.at;
                let call = Call { name, form: Form::Shortcode, arguments, spread: Vec::new(), span, body: None };
                if block { Tag::Open(call) } else { Tag::Inline(call) }
            }
            Err(fault) => self.broken(&name, fault, if block { Meant::Open } else { Meant::Inline }),
        })
    }

    /// `{{ <name k="v" /> }}`
    fn inline_tag(&self, start: usize, mut cursor: Cursor<'_>) -> Option<Tag> {
        let name = cursor.name()?;
        let attributes = match cursor.attributes() {
            Ok(attributes) => attributes,
            Err(fault) => return Some(self.broken(&name, fault, Meant::Inline)),
        };
        let itself = cursor.eat("/>");
        if itself && cursor.eat_end("}}") {
            let (arguments, spread) = (attributes.arguments, attributes.spread);
            let span = start..cursor.at;
            return Some(Tag::Inline(Call { name, form: Form::Tag, arguments, spread, span, body: None }));
        }
        let fault = cursor.fault("it does not end", "it ends with `/> }}`");
        // `{{ <b>words</b> }}` is HTML between braces.
        let is_call = itself || (cursor.eat(">") && cursor.eat_end("}}"));
        is_call.then(|| self.broken(&name, fault, Meant::Inline))
    }

    /// `{% <name k="v"> %}` or `{% </name> %}`
    fn block_tag(&self, start: usize, mut cursor: Cursor<'_>) -> Option<Tag> {
        if cursor.eat("/") {
            let name = cursor.name()?;
            cursor.spaces();
            let ends = cursor.eat(">") && cursor.eat_end("%}");
            return ends.then_some(Tag::End(End { span: start..cursor.at, name: Some(name) }));
        }
        let name = cursor.name()?;
        let attributes = match cursor.attributes() {
            Ok(attributes) => attributes,
            Err(fault) => return Some(self.broken(&name, fault, Meant::Open)),
        };
        let fault = cursor.fault("it does not end", "it ends with `> %}`; without a text, write `{{ <name /> }}`");
        if cursor.eat(">") && cursor.eat_end("%}") {
            let (arguments, spread) = (attributes.arguments, attributes.spread);
            let span = start..cursor.at;
            return Some(Tag::Open(Call { name, form: Form::Tag, arguments, spread, span, body: None }));
        }
        // `{% <name /> %}` has no end to come.
        Some(self.broken(&name, fault, Meant::Inline))
    }

    fn no_parentheses(&self, name: &Spanned<String>, span: Range<usize>) -> Tag {
        let (meant_as, hint) = match name.value.strip_prefix("end") {
            Some(_) => (Meant::End, "a component is closed with `{% end %}`".to_owned()),
            None => (Meant::Open, format!("a component is called with parentheses: `{{% {}() %}}`", name.value)),
        };
        let finding = Diagnostic::error("component/syntax", format!("`{}` is not called", name.value));
        let finding = finding.at(self.source.place(name.span.clone())).hint(hint);
        Tag::Broken(Broken { finding, end: span.end, meant_as })
    }

    fn broken(&self, name: &Spanned<String>, fault: Fault, meant_as: Meant) -> Tag {
        let message = format!("the call of `{}` cannot be read: {}", name.value, fault.message);
        let end = fault.at.end.max(name.span.end);
        let finding = Diagnostic::error("component/syntax", message).at(self.source.place(fault.at)).hint(fault.hint);
        Tag::Broken(Broken { finding, end, meant_as })
    }
}

/// `{{/* name() */}}`
fn escape(cursor: &Cursor<'_>, start: usize, close: &str) -> Option<Tag> {
    let end = format!("*/{close}");
    let length = cursor.rest().find(&end)?;
    let text = format!("{}{}{close}", if close == "}}" { "{{" } else { "{%" }, &cursor.rest()[..length]);
    Some(Tag::Escape(Escape { span: start..cursor.at + length + end.len(), text }))
}

/// How a call with a body is opened, for a finding.
fn opening(call: &Call) -> String {
    match call.form {
        Form::Shortcode => format!("{{% {}() %}}", call.name.value),
        Form::Tag => format!("{{% <{}> %}}", call.name.value),
    }
}

/// How a call with a body is closed.
fn closing(call: &Call) -> String {
    match call.form {
        Form::Shortcode => "{% end %}".to_owned(),
        Form::Tag => format!("{{% </{}> %}}", call.name.value),
    }
}
