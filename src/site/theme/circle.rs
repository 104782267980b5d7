//! Components that call themselves, or each other, without an end: which of them, and where. Pure.

use std::collections::VecDeque;
use std::ops::Range;

use super::reach::{component_ranges, tags, word};
use crate::diagnostic::{Diagnostic, SourceText};
use crate::site::theme::Templates;

/// A component, and the calls in its text.
struct Component<'t> {
    name: &'t str,
    source: &'t SourceText,
    calls: Vec<Call<'t>>,
}

/// A call of a component.
struct Call<'t> {
    name: &'t str,
    /// From its `<` to the end of its name.
    span: Range<usize>,
    /// Whether nothing stands around it that could leave it out.
    is_certain: bool,
}

/// What is said of templates in which components call each other over and over again.
pub(super) fn endless(templates: &Templates) -> Diagnostic {
    let components: Vec<Component<'_>> = templates.values().flat_map(read).collect();
    // A component that calls itself as long as something is left to show has an end; another may have none.
    let circle = circle(&components, true).or_else(|| circle(&components, false));
    let (message, who) = match circle.as_deref() {
        Some([(itself, _)]) => {
            (format!("the component `{}` calls itself without an end", itself.name), "it call itself")
        }
        Some(circle) => {
            let names: Vec<&str> = circle.iter().map(|(component, _)| component.name).collect();
            let names = names.join("` and `");
            (format!("the components `{names}` call each other without an end"), "one of them call the other")
        }
        None => ("components call each other without an end".to_owned(), "one of them call the other"),
    };
    let hint = format!("let {who} only where something is left to show, within `{{% if … %}}`");
    let finding = Diagnostic::error("template/circle", message).hint(hint);
    match circle.as_deref() {
        Some([(first, call), ..]) => finding.at(first.source.place(call.span.clone())),
        _ => finding,
    }
}

fn read(source: &SourceText) -> impl Iterator<Item = Component<'_>> {
    let text = source.text();
    component_ranges(text).map(move |(name, range)| Component { name, source, calls: calls(text, range) })
}

/// The calls in a part of a text. In HTML, `<nav>` is a tag like any other.
fn calls(text: &str, part: Range<usize>) -> Vec<Call<'_>> {
    let written = &text[part.clone()];
    let last = |before: &str, marks: [&str; 2]| marks.iter().filter_map(|mark| before.rfind(mark)).max();
    let found = written.match_indices('<').filter_map(|(at, _)| {
        let (before, name) = (&written[..at], word(&written[at + 1..]));
        let is_call = !name.is_empty() && last(before, ["{{", "{%"]) > last(before, ["}}", "%}"]);
        let start = part.start + at;
        is_call.then(|| Call { name, span: start..start + 1 + name.len(), is_certain: depth(before) == 0 })
    });
    found.collect()
}

/// In how many of what may be passed over a place lies, behind this text.
fn depth(before: &str) -> usize {
    tags(before).fold(0, |depth: usize, tag| match word(tag) {
        "if" | "for" => depth + 1,
        "endif" | "endfor" => depth.saturating_sub(1),
        _ => depth,
    })
}

/// The shortest way from a component back to itself: each with the call that leads on.
fn circle<'c, 't>(components: &'c [Component<'t>], certain: bool) -> Option<Vec<(&'c Component<'t>, &'c Call<'t>)>> {
    let ways = components.iter().filter_map(|start| back_to(start, components, certain));
    ways.min_by_key(Vec::len)
}

fn back_to<'c, 't>(
    start: &'c Component<'t>,
    components: &'c [Component<'t>],
    certain: bool,
) -> Option<Vec<(&'c Component<'t>, &'c Call<'t>)>> {
    let mut ways = VecDeque::from([(start, Vec::new())]);
    let mut seen = vec![start.name];
    while let Some((here, way)) = ways.pop_front() {
        for call in here.calls.iter().filter(|call| call.is_certain || !certain) {
            let way = way.iter().copied().chain([(here, call)]).collect();
            if call.name == start.name {
                return Some(way);
            }
            let next = components.iter().find(|other| other.name == call.name && !seen.contains(&other.name));
            seen.extend(next.map(|next| next.name));
            ways.extend(next.map(|next| (next, way)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(templates: &[(&str, &str)]) -> (String, Option<(usize, usize)>) {
        let source = |(name, text): &(&str, &str)| ((*name).to_owned(), SourceText::new(*name, *text));
        let found = endless(&templates.iter().map(source).collect());
        (found.message, found.place.map(|place| (place.line, place.column)))
    }

    #[test]
    fn the_shortest_circle_is_told_at_its_first_call() {
        let a = "{% component a() %}<b>{{ <b /> }}{% endcomponent a %}";
        let b = "{% component b-c() %}{{ <b-c /> }}{% endcomponent b-c %}\n{% component b() %}{% <a> %}{% </a> %}{% endcomponent b %}";
        assert_eq!(said(&[("a", a), ("b", b)]).0, "the component `b-c` calls itself without an end");
        let b = "{% component b() %}\n{% <a> %}{% </a> %}{% endcomponent b %}";
        let (message, place) = said(&[("a", a), ("b", b)]);
        assert_eq!(message, "the components `a` and `b` call each other without an end");
        assert_eq!(place, Some((1, 26)));
    }

    #[test]
    fn what_calls_itself_as_long_as_something_is_left_is_not_the_one() {
        let tree = "{% component tree(n) %}{% if n %}{{ <tree n={n} /> }}{% endif %}{% endcomponent tree %}";
        let ping = "{% component ping() %}{% if x %}{% endif %}{{ <pong /> }}{% endcomponent ping %}\
                    {% component pong() %}{{ <ping /> }}{% endcomponent pong %}";
        let told = "the components `ping` and `pong` call each other without an end";
        assert_eq!(said(&[("a", tree), ("b", ping)]).0, told);
        assert_eq!(said(&[("a", tree)]).0, "the component `tree` calls itself without an end");
        assert_eq!(said(&[("a", "{{ <a /> }}")]), ("components call each other without an end".to_owned(), None));
    }
}
