//! How Tera came to the template that failed: from the page's template by way of those that it extends and includes,
//! and from component to component. Pure.

use std::collections::VecDeque;

use crate::diagnostic::SourceText;
use crate::site::theme::Templates;

/// The places that components were called from, the innermost first, as Tera notes them.
pub(super) fn calls(report: &str, templates: &Templates) -> Vec<String> {
    let notes = report.split("\n\nnote: called from ").skip(1);
    notes
        .filter_map(|note| {
            let mut place = note.lines().next()?.rsplitn(3, ':');
            let (_, line, name) = (place.next()?, place.next()?, place.next()?);
            let source = templates.get(name)?;
            Some(format!("it is called from `{}`, line {line}", source.path().display()))
        })
        .collect()
}

/// The template that the outermost component was called from.
pub(super) fn outermost(report: &str) -> Option<&str> {
    let note = report.rsplit_once("\n\nnote: called from ")?.1;
    note.lines().next()?.rsplitn(3, ':').nth(2)
}

/// The templates from `first` to `last`, both with their paths, where one leads to the other by `extends` and `include`.
pub(super) fn way(first: &str, last: &str, templates: &Templates) -> Option<Vec<String>> {
    let first = key(first, templates)?;
    let last = key(last, templates)?;
    if first == last {
        return None;
    }
    let mut ways: VecDeque<Vec<&str>> = VecDeque::from([vec![first]]);
    let mut seen = vec![first];
    while let Some(way) = ways.pop_front() {
        let here = *way.last().expect("a way has a beginning");
        for next in leads_to(&templates[here], here, templates) {
            if seen.contains(&next) {
                continue;
            }
            seen.push(next);
            let way: Vec<&str> = way.iter().copied().chain([next]).collect();
            if next == last {
                let shown = |name: &&str| format!("`{}`", templates[*name].path().display());
                return Some(way.iter().map(shown).collect());
            }
            ways.push_back(way);
        }
    }
    None
}

/// The templates that a template extends or includes.
fn leads_to<'t>(source: &SourceText, from: &str, templates: &'t Templates) -> Vec<&'t str> {
    let quoted = |keyword: &str| -> Vec<String> {
        let tags = source.text().split("{%").skip(1).map(|tag| tag.trim_start_matches('-').trim_start());
        let rests = tags.filter_map(|tag| tag.strip_prefix(keyword).map(str::trim_start));
        rests
            .filter_map(|rest| {
                let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
                rest[1..].split(quote).next().map(str::to_owned)
            })
            .collect()
    };
    let names = quoted("extends").into_iter().chain(quoted("include"));
    // A template of the same name as one of the theme's that extends it means the theme's.
    names
        .filter_map(|name| key(&name, templates).filter(|key| *key != from).or_else(|| in_theme(&name, templates)))
        .collect()
}

/// The name under which a template is kept: the program's own first, then the theme's.
fn key<'t>(name: &str, templates: &'t Templates) -> Option<&'t str> {
    templates.get_key_value(name).map(|(key, _)| key.as_str()).or_else(|| in_theme(name, templates))
}

fn in_theme<'t>(name: &str, templates: &'t Templates) -> Option<&'t str> {
    let ending = format!("/templates/{name}");
    templates.keys().find(|key| key.ends_with(&ending)).map(String::as_str)
}
