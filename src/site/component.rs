//! Component calls in Markdown, as a typed parse: `{{ session(name="one") }}` and `{% care() %} … {% end %}`.
//! What isn't a call by its form is prose and stays as it is; code is never looked into.
//! Pure: it knows no theme, and so doesn't know which components there are.

mod cursor;

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::fields::Spanned;
use cursor::{Cursor, Fault};

/// A call of a component, with the bytes of the file that it was written in.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The component.
    pub name: Spanned<String>,
    /// What it is given, in the order of the call.
    pub arguments: Vec<Argument>,
    /// The whole call; with a body, to the end of `{% end %}`.
    pub span: Range<usize>,
    /// The Markdown between `{% name() %}` and `{% end %}`.
    pub body: Option<Range<usize>>,
}

/// One thing that a component is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Spanned<Literal>,
}

/// A value as it is written in a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `"text"` or `'text'`
    Text(String),
    /// `12`
    Integer(i64),
    /// `1.5`
    Float(f64),
    /// `true` or `false`
    Flag(bool),
}

/// Finds the outermost calls in `range` of a file, leaving out what lies in `code`.
/// Calls inside a body are found when the body is read.
pub fn parse(source: &SourceText, range: Range<usize>, code: &[Range<usize>]) -> (Vec<Call>, Findings) {
    let mut reader = Reader { source, range, code, calls: Vec::new(), open: Vec::new(), findings: Findings::new() };
    reader.read();
    (reader.calls, reader.findings)
}

/// Whether a text can hold a call at all.
pub fn may_have_calls(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

struct Reader<'a> {
    source: &'a SourceText,
    range: Range<usize>,
    code: &'a [Range<usize>],
    calls: Vec<Call>,
    /// The calls whose end is still to come; `None` for one that cannot be read, whose end is its own all the same.
    open: Vec<Option<Call>>,
    findings: Findings,
}

/// A piece of Markdown that has the form of a call.
enum Tag {
    Inline(Call),
    Open(Call),
    End(Range<usize>),
    /// Meant as a call, but not written as one.
    Broken(Broken),
}

struct Broken {
    finding: Diagnostic,
    end: usize,
    meant_as: Meant,
}

/// What somebody meant who wrote a call that cannot be read.
enum Meant {
    Inline,
    Open,
    End,
}

impl Reader<'_> {
    fn read(&mut self) {
        let mut at = self.range.start;
        while let Some(start) = self.next_brace(at) {
            at = match self.tag(start) {
                Some(tag) => self.place(tag),
                None => start + 2,
            };
        }
        for call in std::mem::take(&mut self.open).into_iter().flatten() {
            let place = self.source.place(call.name.span.clone());
            let message = format!("`{{% {}() %}}` is never closed", call.name.value);
            self.findings
                .push(Diagnostic::error("component/unclosed", message).at(place).hint("close it with `{% end %}`"));
        }
    }

    /// The next `{{` or `{%` that isn't code.
    fn next_brace(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            let text = self.source.text().get(at..self.range.end)?;
            let found = at + text.match_indices('{').find(|(i, _)| text[i + 1..].starts_with(['{', '%']))?.0;
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
                    self.calls.push(call);
                }
                end
            }
            Tag::Open(call) => {
                let end = call.span.end;
                self.open.push(Some(call));
                end
            }
            Tag::End(span) => self.close(span),
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

    fn close(&mut self, span: Range<usize>) -> usize {
        let end = span.end;
        let Some(closed) = self.open.pop() else {
            let finding = Diagnostic::error("component/stray-end", "`{% end %}` closes nothing");
            let finding = finding.at(self.source.place(span)).hint("take it away, or open a component before it");
            self.findings.push(finding);
            return end;
        };
        let Some(mut call) = closed else { return end };
        call.body = Some(call.span.end..span.start);
        call.span.end = end;
        if self.open.is_empty() {
            self.calls.push(call);
        }
        end
    }

    fn tag(&self, start: usize) -> Option<Tag> {
        let text = &self.source.text()[..self.range.end];
        let block = text[start..].starts_with("{%");
        let mut cursor = Cursor { text, at: start + 2 };
        cursor.spaces();
        let name = cursor.word()?;
        cursor.spaces();
        if block && cursor.eat("%}") {
            let span = start..cursor.at;
            return Some(if name.value == "end" { Tag::End(span) } else { self.no_parentheses(&name, span) });
        }
        if !cursor.eat("(") {
            return None;
        }
        Some(match cursor.arguments(if block { "%}" } else { "}}" }) {
            Ok(arguments) => {
                let call = Call { name, arguments, span: start..cursor.at, body: None };
                if block { Tag::Open(call) } else { Tag::Inline(call) }
            }
            Err(fault) => self.broken(&name, fault, if block { Meant::Open } else { Meant::Inline }),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(text: &str) -> (Vec<Call>, Vec<String>) {
        let source = SourceText::new("a.md", text);
        let (calls, findings) = parse(&source, 0..text.len(), &[]);
        (calls, findings.sorted().iter().map(|d| d.message.clone()).collect())
    }

    #[test]
    fn a_call_keeps_its_arguments_and_their_places() {
        let text = "x {{ note(kind = \"a \\\"b\\\"\", n=-3, f=1.5, on=true,) }} y";
        let (calls, findings) = calls(text);
        assert_eq!(findings, [""; 0]);
        let values: Vec<&Literal> = calls[0].arguments.iter().map(|a| &a.value.value).collect();
        let expected =
            [Literal::Text("a \"b\"".to_owned()), Literal::Integer(-3), Literal::Float(1.5), Literal::Flag(true)];
        assert_eq!(values, expected.iter().collect::<Vec<_>>());
        assert_eq!(&text[calls[0].arguments[1].value.span.clone()], "-3");
        assert_eq!(&text[calls[0].span.clone()], &text[2..text.len() - 2]);
    }

    #[test]
    fn what_is_no_call_by_form_is_prose() {
        for prose in ["{{ name }}", "{{", "a {% b", "{{ 1 + (2) }}", "{ {x()}", "{{{{", "{%", "{{x", "{{ é() }}"] {
            assert_eq!(calls(prose), (vec![], vec![]), "{prose}");
        }
    }

    #[test]
    fn bodies_nest_and_the_outermost_is_returned() {
        let text = "{% a() %}1{% b() %}2{% end %}3{{ c() }}{% end %}{{ d() }}";
        let (calls, findings) = calls(text);
        assert_eq!(findings, [""; 0]);
        let names: Vec<&str> = calls.iter().map(|call| call.name.value.as_str()).collect();
        assert_eq!(names, ["a", "d"]);
        assert_eq!(&text[calls[0].body.clone().unwrap()], "1{% b() %}2{% end %}3{{ c() }}");
    }

    #[test]
    fn every_broken_call_is_found() {
        let (_, findings) = calls("{% end %} {{ a(\"x\") }} {{ b(x=y) }} {% d(");
        assert_eq!(findings.len(), 4, "{findings:?}");
    }

    #[test]
    fn a_mistake_is_found_once() {
        for once in ["{% c %}x{% end %}", "{% c(x=y) %}x{% end %}", "{% c() %}x{% endc %}", "{% endc %}", "{% c %}"] {
            assert_eq!(calls(once).1.len(), 1, "{once}: {:?}", calls(once).1);
        }
    }
}
