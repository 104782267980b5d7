//! Component calls in Markdown, as a typed parse, in both of Zola's ways of writing them:
//! `{{ session(name="one") }}` and `{% care() %} … {% end %}`, as shortcodes were written until 0.22;
//! `{{ <session name="one" /> }}` and `{% <care> %} … {% </care> %}`, as components are written since.
//! What isn't a call by its form is prose and stays as it is; code is never looked into.
//! Pure: it knows no theme, and so doesn't know which components there are.

mod cursor;
mod reader;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Findings, SourceText};
use crate::fields::Spanned;

/// A call of a component, with the bytes of the file that it was written in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The component.
    pub name: Spanned<String>,
    /// How it is written.
    pub form: Form,
    /// What it is given, in the order of the call.
    pub arguments: Vec<Argument>,
    /// Where it is given a whole map: `{...map}`.
    pub spread: Vec<Range<usize>>,
    /// The whole call; with a body, to the end of its end.
    pub span: Range<usize>,
    /// The Markdown between its beginning and its end.
    pub body: Option<Range<usize>>,
}

/// How a call is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// `{{ name(k="v") }}`, and `{% name() %}` to `{% end %}`.
    Shortcode,
    /// `{{ <name k="v" /> }}`, and `{% <name> %}` to `{% </name> %}`.
    Tag,
}

/// One thing that a component is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Spanned<Literal>,
}

/// A value as it is written in a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Literal {
    /// `"text"` or `'text'`
    Text(String),
    /// `12`
    Integer(i64),
    /// `1.5`
    Float(f64),
    /// `true` or `false`
    Flag(bool),
    /// `["one", "two"]`
    List(Vec<Literal>),
    /// `{page.title}`: something that Tera must find out.
    Expression,
}

/// What stands in a text besides prose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The outermost calls, in the order of the text.
    pub calls: Vec<Call>,
    /// Where something is written only so that it is not taken for a call.
    pub escapes: Vec<Escape>,
}

/// `{{/* name() */}}`, which is read as `{{ name() }}`; or `{% raw %}`, which is read as nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escape {
    /// The bytes in the file.
    pub span: Range<usize>,
    /// What a reader reads.
    pub text: String,
}

impl Call {
    /// Whether only Tera can find out what it is given.
    pub fn needs_tera(&self) -> bool {
        let expressions = self.arguments.iter().filter(|argument| argument.value.value == Literal::Expression);
        !self.spread.is_empty() || expressions.count() > 0
    }

    /// How one writes it with a text and without one, for a hint.
    pub fn example(&self, with_text: bool) -> String {
        let name = &self.name.value;
        match (self.form, with_text) {
            (Form::Shortcode, true) => format!("write `{{% {name}(…) %}}`, the text, and `{{% end %}}`"),
            (Form::Shortcode, false) => format!("write `{{{{ {name}(…) }}}}`, without an end"),
            (Form::Tag, true) => format!("write `{{% <{name} …> %}}`, the text, and `{{% </{name}> %}}`"),
            (Form::Tag, false) => format!("write `{{{{ <{name} … /> }}}}`, without an end"),
        }
    }
}

/// Finds the outermost calls in `range` of a file, leaving out what lies in `code`.
/// Calls inside a body are found when the body is read.
pub fn parse(source: &SourceText, range: Range<usize>, code: &[Range<usize>]) -> (Found, Findings) {
    reader::Reader::new(source, range, code).read()
}

/// Whether a text can hold a call at all.
pub fn may_have_calls(text: &str) -> bool {
    possible_calls(text).next().is_some()
}

/// Where a call could begin in a text.
pub fn possible_calls(text: &str) -> impl Iterator<Item = usize> {
    braces_before(text, b"{%")
}

/// Whether Tera would find something to do in a text.
pub fn has_tags(text: &str) -> bool {
    braces_before(text, b"{%#").next().is_some()
}

/// Where a `{` stands before one of these.
pub fn braces_before<'t>(text: &'t str, these: &'t [u8]) -> impl Iterator<Item = usize> + 't {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'{', bytes).filter(move |at| bytes.get(at + 1).is_some_and(|next| these.contains(next)))
}

/// Code as a reader reads it: a call that was kept from being one by `/*` stands there as the call.
pub fn unescaped(code: &str) -> Option<String> {
    let has = || code.contains("{{/*") || code.contains("{%/*");
    (may_have_calls(code) && has())
        .then(|| code.replace("{{/*", "{{").replace("*/}}", "}}").replace("{%/*", "{%").replace("*/%}", "%}"))
}

#[cfg(test)]
mod tests;
