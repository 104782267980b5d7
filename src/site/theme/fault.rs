//! What Tera says about a template, in the words of who wrote it: with its place, and a way out. Pure.

use std::ops::Range;

use tera::ErrorKind;

use crate::diagnostic::{Diagnostic, Place, SourceText, did_you_mean};
use crate::site::functions::{FILTERS, FUNCTIONS, TESTS, untaught};
use crate::site::theme::Templates;
use crate::site::theme::{chain, circle, nesting, words};

/// Who asked for the template that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It was not asked for: it failed before.
    Nobody,
    /// This page, by this template; without one it is a component that the page calls.
    Page {
        /// The page's file.
        page: String,
        /// The template.
        template: Option<String>,
    },
}

/// A part of a page that Tera was given by itself.
#[derive(Clone, Copy, Debug)]
pub struct OneOff<'a> {
    /// The page's file.
    pub source: &'a SourceText,
    /// Where the part begins in it.
    pub base: usize,
}

/// The name that Tera has for what is no template.
const ONE_OFF: &str = "__tera_one_off";

impl OneOff<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        self.source.place(span.start + self.base..span.end + self.base)
    }
}

/// Turns an error of Tera's into a finding.
pub fn fault(error: &tera::Error, templates: &Templates, asked: &Asked, text: Option<OneOff<'_>>) -> Diagnostic {
    let told = error.to_string();
    let finding = match error.kind() {
        _ if told.contains(ENDLESS) => circle::endless(templates),
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let (message, span) = (report.message(), report.span().range.clone());
            if let Some(text) = text.filter(|_| report.filename() == ONE_OFF) {
                // The page itself is the place: nobody else asked.
                return in_text(message, &text.source.text()[text.base..], span, |span| text.place(span), templates);
            }
            match templates.get(report.filename()) {
                Some(source) => in_text(message, source.text(), span, |span| source.place(span), templates),
                None => taught(message, None, templates),
            }
        }
        ErrorKind::Msg(message) if message.contains(ONE_OFF) && text.is_some() => {
            return in_one_off(message, text, templates);
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => ring("extends", tpl, inheritance_chain, templates),
        ErrorKind::CircularInclude { tpl, include_chain } => ring("includes", tpl, include_chain, templates),
        ErrorKind::Msg(message) if message.contains(TWICE) => twice(message, templates),
        ErrorKind::TemplateNotFound(name) => taught(&format!("Unknown template `{name}`"), None, templates),
        other => taught(&other.to_string(), None, templates),
    };
    let finding = chain::calls(&told, templates).into_iter().fold(finding, Diagnostic::hint);
    match asked {
        Asked::Nobody => finding,
        Asked::Page { page, template } => {
            let failed = chain::outermost(&told).or_else(|| failing(error));
            let way = template.as_deref().zip(failed).and_then(|(first, last)| chain::way(first, last, templates));
            let way = way.map_or_else(String::new, |way| format!(", by way of {}", way.join(" → ")));
            finding.hint(format!("`{page}` asked for it{way}"))
        }
    }
}

/// A finding from a message of Tera's about a part of a text.
pub(super) fn in_text(
    message: &str,
    text: &str,
    span: Range<usize>,
    place: impl Fn(Range<usize>) -> Place,
    templates: &Templates,
) -> Diagnostic {
    match nesting::told(message, text, &span) {
        Some(told) => Diagnostic::error("template/error", told.message).at(place(told.span)).maybe_hint(told.hint),
        None => taught(message, Some(place(span)), templates),
    }
}

/// The bytes of what is meant, without the blank lines before it.
pub(super) fn words_within(source: &SourceText, span: Range<usize>) -> Range<usize> {
    let written = source.text().get(span.clone()).unwrap_or_default();
    let before = written.len() - written.trim_start().len();
    if before == written.len() { span } else { span.start + before..span.start + written.trim_end().len() }
}

/// What Tera says when components are called within each other twenty times over.
const ENDLESS: &str = "Maximum render recursion depth for components exceeded";

/// The template that failed.
fn failing(error: &tera::Error) -> Option<&str> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => Some(report.filename()),
        _ => None,
    }
}

/// What is wrong with a part of a page that Tera could read, but not carry out.
fn in_one_off(message: &str, text: Option<OneOff<'_>>, templates: &Templates) -> Diagnostic {
    let Some((report, text)) = reports(message).into_iter().next().zip(text) else {
        return taught(message, None, templates);
    };
    let part = SourceText::new("", &text.source.text()[text.base..]);
    taught(report.message, Some(text.place(report.span(&part))), templates)
}

/// Templates that lead back to themselves. `told_of` may only lead into the circle.
fn ring(verb: &str, told_of: &str, chain: &[String], templates: &Templates) -> Diagnostic {
    // Includes are told from the page's template on, parents from behind the template's own.
    let from_own: Vec<String> =
        std::iter::once(told_of).chain(chain.iter().map(String::as_str)).map(str::to_owned).collect();
    let circle = round(chain).or_else(|| round(&from_own)).unwrap_or(&from_own);
    let template = circle.first().map_or(told_of, String::as_str);
    let finding = Diagnostic::error("template/circle", format!("the template `{template}` {verb} itself"));
    let place = templates.get(template).map(|source| match asks_for(source, verb.trim_end_matches('s'), circle) {
        Some(span) => source.place(span),
        None => Place::file(source.path()),
    });
    let finding = match place {
        Some(place) => finding.at(place),
        None => finding,
    };
    finding.hint(format!("the way round: {}", circle.join(" → ")))
}

/// From the first name that comes again to where it does.
fn round(names: &[String]) -> Option<&[String]> {
    let (last, first) = names.iter().enumerate().find_map(|(last, name)| {
        let first = names[..last].iter().position(|known| known == name)?;
        Some((last, first))
    })?;
    Some(&names[first..=last])
}

/// Where a template extends or includes one of these, its name with its quotes: `{% extends "base.html" %}`.
fn asks_for(source: &SourceText, tag: &str, names: &[String]) -> Option<Range<usize>> {
    let text = source.text();
    let begins = text.match_indices("{%").map(|(at, _)| at + 2);
    begins
        .filter_map(|at| {
            let inside = text[at..].split("%}").next()?;
            inside.trim_start_matches('-').trim_start().strip_prefix(tag)?;
            let open = at + inside.find(['"', '\''])?;
            let length = text[open + 1..].find(['"', '\''])?;
            let name = &text[open + 1..open + 1 + length];
            let is_one = names
                .iter()
                .any(|one| one == name || one.strip_suffix(name).is_some_and(|before| before.ends_with('/')));
            is_one.then_some(open..open + length + 2)
        })
        .next()
}

const TWICE: &str = "` is defined in both `";

/// ``Component `card` is defined in both `a.html` and `b.html` ``
fn twice(message: &str, templates: &Templates) -> Diagnostic {
    let finding = Diagnostic::error("template/twice", lower_first(message)).hint("give one of them another name");
    let words: Vec<&str> = message.split('`').collect();
    let (Some(name), Some(source)) = (words.get(1), words.get(5).and_then(|name| templates.get(*name))) else {
        return finding;
    };
    let definition = format!("component {name}");
    match source.text().find(&definition) {
        Some(at) => finding.at(source.place(at + "component ".len()..at + definition.len())),
        None => finding.at(Place::file(source.path())),
    }
}

/// A finding from a message of Tera's, or from one of our own functions with its hint.
pub(super) fn taught(message: &str, place: Option<Place>, templates: &Templates) -> Diagnostic {
    let (message, own_hint) = untaught(message);
    let (message, hint) = plain(message, templates);
    let finding = Diagnostic::error("template/error", message).maybe_hint(own_hint.map(str::to_owned).or(hint));
    match place {
        Some(place) => finding.at(place),
        None => finding,
    }
}

/// A message in our words, and what to do.
fn plain(message: &str, templates: &Templates) -> (String, Option<String>) {
    if let Some((what, name)) = message.strip_suffix('`').and_then(|message| message.split_once(" `")) {
        let missing = |what: &str| format!("there is no {what} `{name}`");
        let near = |known: &[&str]| did_you_mean(name, known.iter().copied());
        let listed = |known: &[&str]| {
            let few = (1..=24).contains(&known.len());
            near(known).or_else(|| few.then(|| format!("here are: {}", known.join(", "))))
        };
        match what {
            "Unknown filter" => return (missing("filter"), near(FILTERS)),
            "Unknown test" => return (missing("test"), near(TESTS)),
            "Unknown function" => return (missing("function"), listed(FUNCTIONS)),
            "Unknown component" => {
                let known: Vec<&str> = templates.values().flat_map(components).collect();
                return (missing("component"), listed(&known));
            }
            "Unknown template" => {
                let known: Vec<&str> = templates.keys().map(String::as_str).collect();
                return (missing("template"), listed(&known));
            }
            _ => {}
        }
    }
    if let Some(name) =
        message.strip_prefix("Block `").and_then(|rest| rest.strip_suffix("` is not defined in any parent template"))
    {
        let blocks: Vec<&str> = templates.values().flat_map(|source| named(source, "block ")).collect();
        let near = did_you_mean(name, blocks.into_iter().filter(|block| *block != name));
        return (format!("no template above has a block `{name}`"), near);
    }
    if let Some(missing) = missing_name(message) {
        return missing;
    }
    if let Some(told) = words::told(message) {
        return told;
    }
    let hint = match message.trim_end_matches('.') {
        "Unexpected end of input" => Some("something is not closed: `{% endif %}`, `{% endblock %}`, `%}` or `}}`"),
        found if found.to_lowercase().starts_with("found `=` but expected") => Some("to compare, write `==`"),
        "Found `.` but expected }}" => Some("give what a function returns a name first: `{% set data = … %}`"),
        found if found.ends_with("but expected }}") => Some("what `{{` opens, `}}` closes"),
        found if found.ends_with("but expected %}") => Some("what `{%` opens, `%}` closes"),
        "Tried to render a variable that is undefined" => Some("give it a value for when it is missing: `or \"\"`"),
        _ => None,
    };
    (lower_first(message.trim_end_matches('.')), hint.map(str::to_owned))
}

/// ``Variable `x` is not defined. Available variables: a, b``
fn missing_name(message: &str) -> Option<(String, Option<String>)> {
    let (what, rest) = message.split_once(" `")?;
    let (name, rest) = rest.split_once("` is not defined")?;
    let what = what.to_lowercase();
    let known: Vec<&str> = rest.split_once(": ").map_or(Vec::new(), |(_, list)| list.split(", ").collect());
    let listed = || match known.len() {
        0 => None,
        1..=24 => Some(format!("here are: {}", known.join(", "))),
        _ => None,
    };
    let hint = did_you_mean(name, known.iter().copied()).or_else(listed);
    Some((format!("there is no {what} `{name}`"), hint))
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_lowercase().collect::<String>()).unwrap_or_default();
    first + characters.as_str()
}

/// The components that a template defines.
pub(super) fn components(source: &SourceText) -> Vec<&str> {
    named(source, "component ")
}

/// The names that follow a keyword in a template's tags.
fn named<'s>(source: &'s SourceText, keyword: &str) -> Vec<&'s str> {
    let tags = source.text().split("{%").skip(1).map(|tag| tag.trim_start_matches('-').trim_start());
    let names = tags.filter_map(|tag| tag.strip_prefix(keyword));
    names.filter_map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || "._-".contains(c))).next()).collect()
}

/// One of the reports that Tera joins to a single message when templates don't fit together.
pub(super) struct Report<'m> {
    pub(super) message: &'m str,
    pub(super) template: &'m str,
    line: usize,
    column: usize,
    width: usize,
}

/// Takes Tera's joined reports apart.
pub(super) fn reports(text: &str) -> Vec<Report<'_>> {
    text.split("error: ").filter_map(report).collect()
}

fn report(text: &str) -> Option<Report<'_>> {
    let mut lines = text.lines();
    let message = lines.next()?;
    let mut place = lines.next()?.trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
    let column = place.next()?.parse().ok()?;
    let line = place.next()?.parse().ok()?;
    let template = place.next()?;
    let width = lines.nth(2).map_or(1, |carets| carets.matches('^').count());
    Some(Report { message, template, line, column, width })
}

impl Report<'_> {
    /// The bytes of the template that are meant.
    pub(super) fn span(&self, source: &SourceText) -> Range<usize> {
        let text = source.text();
        let start: usize = text.split_inclusive('\n').take(self.line.saturating_sub(1)).map(str::len).sum();
        let offset = |characters: usize| {
            text[start..].char_indices().nth(characters).map_or(text.len(), |(offset, _)| start + offset)
        };
        offset(self.column.saturating_sub(1))..offset(self.column.saturating_sub(1) + self.width)
    }
}
