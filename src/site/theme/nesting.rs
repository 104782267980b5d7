//! Which tag of a template is never closed, and which belongs to none: Tera names the place where it noticed, and that may be a
//! page further down. Pure.

use std::ops::Range;

use super::braces::{self, Braced};
use crate::diagnostic::did_you_mean;

/// What is wrong with a template, where, and a way out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) message: String,
    pub(super) span: Range<usize>,
    pub(super) hint: Option<String>,
}

/// What Tera's message about a template is about; `None` where it says enough.
pub(super) fn told(message: &str, text: &str, span: &Range<usize>) -> Option<Told> {
    match message {
        "Unexpected end of input" => first_fault(text),
        "Unknown tag" => match text.get(span.clone())? {
            name if TAGS.contains(&name) => first_fault(text),
            name => {
                let hint = did_you_mean(name, TAGS);
                Some(Told { message: format!("there is no tag `{name}`"), span: span.clone(), hint })
            }
        },
        found if found.starts_with("Found identifier but expected %}") => {
            let before = text.get(..span.start)?.trim_end().strip_suffix("else")?;
            let hint = Some("write `{% elif … %}`".to_owned());
            let told = || Told { message: "there is no `else if`".to_owned(), span: before.len()..span.end, hint };
            (text.get(span.clone())? == "if").then(told)
        }
        _ => None,
    }
}

/// The tags there are.
const TAGS: [&str; 21] = [
    "block",
    "break",
    "component",
    "continue",
    "elif",
    "else",
    "endblock",
    "endcomponent",
    "endfilter",
    "endfor",
    "endif",
    "endraw",
    "endset",
    "extends",
    "filter",
    "for",
    "if",
    "include",
    "raw",
    "set",
    "set_global",
];

impl<'t> Braced<'t> {
    /// Its first word, or the sign that a component's begins with.
    fn name(&self) -> &'t str {
        let is_sign = |c: char| !(c.is_alphanumeric() || c == '_');
        match self.says {
            says if says.starts_with("</") => "</",
            says if says.starts_with('<') => "<",
            says => says.split(is_sign).next().unwrap_or_default(),
        }
    }

    /// What it is closed with, where it has to be.
    fn end(&self) -> Option<String> {
        let rest = || self.says[self.name().len()..].trim_start();
        match self.name() {
            name @ ("if" | "for" | "block" | "filter" | "component" | "raw") => Some(format!("end{name}")),
            // `{% set a = 1 %}` is whole, `{% set a %}` has a text behind it.
            "set" | "set_global" => {
                let behind = rest().trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').trim_start();
                (!behind.starts_with('=')).then(|| "endset".to_owned())
            }
            "<" => {
                let name = rest().split(|c: char| !(c.is_alphanumeric() || "._-".contains(c))).next();
                Some(format!("</{}>", name.unwrap_or_default()))
            }
            _ => None,
        }
    }

    /// Whether it closes one that is closed with this.
    fn is_end(&self, end: &str) -> bool {
        match self.name() {
            "</" => end.starts_with("</"),
            name => name == end,
        }
    }
}

/// The first tag, in reading order, that is not closed or belongs to none.
fn first_fault(text: &str) -> Option<Told> {
    let mut open: Vec<(Braced<'_>, String)> = Vec::new();
    for tag in braces::braced(text) {
        match tag.close {
            None => return Some(left_open(text, tag.span.start)),
            Some(braces::EXPRESSION) => continue,
            Some(_) => {}
        }
        if let Some(end) = tag.end() {
            open.push((tag, end));
            continue;
        }
        let name = tag.name();
        if matches!(name, "else" | "elif") {
            let fits = |(tag, _): &(Braced<'_>, String)| tag.name() == "if" || (tag.name() == "for" && name == "else");
            if !open.last().is_some_and(fits) {
                return Some(stray(&tag, open.pop()));
            }
        } else if name == "</" || name.starts_with("end") && TAGS.contains(&name) {
            match open.pop() {
                Some((_, end)) if tag.is_end(&end) => {}
                // An end further out is there: what is open within is what lacks one.
                Some((within, end)) if open.iter().any(|(_, end)| tag.is_end(end)) => {
                    return Some(never_closed(&within, &end));
                }
                within => return Some(stray(&tag, within)),
            }
        }
    }
    open.pop().map(|(tag, end)| never_closed(&tag, &end))
}

/// Braces that are never closed.
fn left_open(text: &str, start: usize) -> Told {
    let span = start..start + 2;
    let (opened, close) = match &text[span.clone()] {
        opened @ "{{" => (opened, braces::EXPRESSION),
        opened => (opened, braces::TAG),
    };
    Told { message: format!("`{opened}` is never closed"), span, hint: Some(format!("write `{close}` where it ends")) }
}

fn never_closed(tag: &Braced<'_>, end: &str) -> Told {
    let hint = match tag.name() {
        "set" | "set_global" => {
            "write `{% endset %}` behind its text, or give it a value: `{% set … = … %}`".to_owned()
        }
        _ => format!("write `{{% {end} %}}` where it ends"),
    };
    let message = format!("`{{% {} %}}` is never closed", shortened(tag.says));
    Told { message, span: tag.span.clone(), hint: Some(hint) }
}

fn stray(tag: &Braced<'_>, within: Option<(Braced<'_>, String)>) -> Told {
    let message = match (tag.name(), &within) {
        (name @ ("else" | "elif"), None) => format!("`{{% {name} %}}` stands in no `{{% if … %}}`"),
        (_, None) => format!("`{{% {} %}}` closes nothing", shortened(tag.says)),
        (_, Some((open, _))) => {
            format!("`{{% {} %}}` stands where `{{% {} %}}` is open", shortened(tag.says), shortened(open.says))
        }
    };
    let hint = match within {
        Some((_, end)) => format!("that is closed with `{{% {end} %}}`"),
        None if matches!(tag.name(), "else" | "elif") => "is there an `{% endif %}` too early?".to_owned(),
        None => "take it away, or open what it closes".to_owned(),
    };
    Told { message, span: tag.span.clone(), hint: Some(hint) }
}

/// What a tag says, or its beginning.
fn shortened(says: &str) -> String {
    const MOST: usize = 40;
    let line = says.lines().next().unwrap_or_default();
    let end = line.char_indices().nth(MOST).map_or(line.len(), |(end, _)| end);
    if end < says.len() { format!("{} …", line[..end].trim_end()) } else { says.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<(String, String, String)> {
        let Told { message, span, hint } = first_fault(text)?;
        Some((message, text[span].to_owned(), hint.unwrap_or_default()))
    }

    #[test]
    fn templates_that_are_whole_have_no_fault() {
        let whole = [
            "",
            "{% if a %}{% elif b %}{% else %}{% endif %}",
            "{%- for a in b -%}{% else %}{% break %}{%- endfor -%}",
            "{% set a = 1 %}{% set b %}x{% endset %}{% set c | upper %}x{% endset %}{% set_global d=\"%}\" %}",
            "{# {% if a %} #}{% raw %}{% if %}{{ {% endraw %}{{ '{% if %}' }}{ % {",
            "{% block a %}{% filter upper %}{% <card(kind=\"a\")> %}x{% </card> %}{% endfilter %}{% endblock a %}",
            "{% component card(a: string) %}{{ body }}{% endcomponent card %}{% include \"a\" %}{{ {\"a\": {\"b\": 1}} }}",
        ];
        for text in whole {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn the_tag_is_told_that_is_never_closed() {
        let faults = [
            ("<p>{% if a %}\n{% if b %}x{% endif %}", "{% if a %}", "write `{% endif %}` where it ends"),
            ("{% block a %}{% for b in c %}{% endblock %}", "{% for b in c %}", "write `{% endfor %}` where it ends"),
            ("{% <card(a=1)> %}x", "{% <card(a=1)> %}", "write `{% </card> %}` where it ends"),
            ("{% if a %}{{ b", "{{", "write `}}` where it ends"),
            ("{{ a\n<p>{{ b }}", "{{", "write `}}` where it ends"),
            ("é{% if a\n{{ b }}", "{%", "write `%}` where it ends"),
        ];
        for (text, place, hint) in faults {
            let (message, at, way_out) = fault(text).expect(text);
            assert_eq!((at.as_str(), way_out.as_str()), (place, hint), "{text}");
            assert_eq!(message, format!("`{place}` is never closed"));
        }
    }

    #[test]
    fn the_tag_is_told_that_belongs_to_none() {
        let faults = [
            ("{% else %}", "`{% else %}` stands in no `{% if … %}`"),
            ("{% if a %}{% endif %}{% elif b %}", "`{% elif %}` stands in no `{% if … %}`"),
            ("{% endif %}", "`{% endif %}` closes nothing"),
            ("{% for a in b %}{% endif %}{% endfor %}", "`{% endif %}` stands where `{% for a in b %}` is open"),
            ("{% for a in b %}{% elif c %}{% endfor %}", "`{% elif c %}` stands where `{% for a in b %}` is open"),
        ];
        for (text, message) in faults {
            assert_eq!(fault(text).expect(text).0, message, "{text}");
        }
    }
}
