//! Which of a page's fields a theme's templates could show: only those are worth making for each page of a large site. By the words
//! that stand in the templates, as [`reach`]; a theme that takes pages apart, or prints one whole, is shown all of them. Pure.
//!
//! [`reach`]: crate::site::theme::reach

use std::borrow::Cow;
use std::collections::BTreeSet;

use foldhash::HashSet;

use crate::site::theme::reach::{is_part, tags, words};
use crate::site::theme::sight::picks_unseen;

/// Fields of pages and sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fields {
    /// Every one.
    #[default]
    All,
    /// Those of these names, if there is one.
    Named(HashSet<String>),
}

/// What shows all of a map.
const WHOLE: [&str; 7] = ["json_encode", "pairs", "values", "keys", "str", "__tera_context", "as_str"];

/// What a page, or a list of pages, is got by.
const PAGES: [&str; 9] =
    ["page", "section", "pages", "subsections", "get_page", "get_section", "lower", "higher", "paginator"];

impl Fields {
    /// Those that some templates name.
    pub fn named<'t>(texts: impl IntoIterator<Item = &'t str>) -> Fields {
        let tags: Vec<&str> = texts.into_iter().flat_map(tags).collect();
        let whole = whole_pages(&tags);
        let mut named: HashSet<&str> = HashSet::default();
        for tag in tags {
            let shows_all = |(at, word)| WHOLE.contains(&word) || (whole.contains(word) && prints(tag, at, word));
            if picks_unseen(tag) || words(tag).any(shows_all) {
                return Fields::All;
            }
            named.extend(words(tag).map(|(_, word)| word));
        }
        Fields::Named(named.into_iter().map(str::to_owned).collect())
    }

    /// Whether a field is one of them.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Fields::All => true,
            Fields::Named(names) => names.contains(name),
        }
    }
}

/// The names by which templates could call a page: those that are given one, and the names that these are handed on to.
fn whole_pages<'t>(tags: &[&'t str]) -> BTreeSet<&'t str> {
    let mut names: BTreeSet<&str> = PAGES.into_iter().collect();
    let mut others: Vec<(&str, Cow<'t, str>)> =
        tags.iter().flat_map(|tag| bound(tag)).map(|(name, given)| (name, unquoted(given))).collect();
    loop {
        let known = names.len();
        others.retain(|(name, given)| {
            let is_handed = words(given).any(|(_, word)| names.contains(word));
            is_handed.then(|| names.insert(name)).is_none()
        });
        if names.len() == known {
            return names;
        }
    }
}

/// What a tag gives a name to: `for p in section.pages`, `set p = get_page(…)`, `<card page={p} />`, `card(page=p)`.
fn bound(tag: &str) -> Vec<(&str, &str)> {
    if let Some((name, list)) = tag.strip_prefix("for ").and_then(|rest| rest.split_once(" in ")) {
        return vec![(name.trim(), handed_on(list))];
    }
    let given = tag.match_indices('=').filter(|(at, _)| {
        let (before, after) = (&tag[..*at], &tag[at + 1..]);
        !before.ends_with(['=', '!', '<', '>']) && !after.starts_with('=')
    });
    let named = |(at, _): (usize, &'_ str)| {
        let before = tag[..at].trim_end();
        let name = before.rfind(|c: char| !is_part(c)).map_or(before, |end| &before[end + 1..]);
        (name, handed_on(&tag[at + 1..]))
    };
    given.map(named).collect()
}

/// What an expression hands on: of a path its last name, as `a={p.title}` hands on no page; of what is less plain, all.
fn handed_on(given: &str) -> &str {
    let given = given.trim_start().trim_start_matches(['{', '(']).trim_start();
    let end = given.find(|c: char| !(is_part(c) || matches!(c, '.' | '?'))).unwrap_or(given.len());
    let last = given[..end].rsplit('.').next().unwrap_or_default();
    if given[end..].trim_start().starts_with(['[', '(', '~', '+']) || last.is_empty() { given } else { last }
}

/// An expression without the texts in it.
fn unquoted(given: &str) -> Cow<'_, str> {
    if !given.contains(['"', '\'', '`']) {
        return given.into();
    }
    let mut quote = None;
    let kept = given.chars().filter(|c| match quote {
        Some(end) if *c == end => {
            quote = None;
            true
        }
        Some(_) => false,
        None => {
            quote = matches!(c, '"' | '\'' | '`').then_some(*c);
            true
        }
    });
    kept.collect::<String>().into()
}

/// Whether a tag prints what a name stands for that stands here, whole.
fn prints(tag: &str, at: usize, name: &str) -> bool {
    let (before, after) = (tag[..at].trim_end(), tag[at + name.len()..].trim_start());
    let path = || tag[..at].chars().all(|c| is_part(c) || matches!(c, '.' | '?'));
    let alone = (after.is_empty() || after.starts_with(['|', '~'])) && path();
    alone || before.ends_with('~') || (after.starts_with('~') && !before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_shown_where_it_is_named() {
        let fields = Fields::named([
            "{{ page.title }}toc{% for p in section.pages | sort(attribute=\"date\") %}{{ p?.permalink }}{% endfor %}",
            "{{ <card page={page} size=\"big\" /> }}{% component card(page: map) %}{{ page[\"slug\"] }}{% endcomponent %}",
        ]);
        for (name, shown) in [("title", true), ("date", true), ("permalink", true), ("slug", true), ("toc", false)] {
            assert_eq!(fields.has(name), shown, "{name}");
        }
    }

    #[test]
    fn who_takes_a_page_apart_or_prints_it_whole_is_shown_all() {
        for text in [
            "{{ page }}",
            "{{ section | safe }}",
            "{{- page -}}",
            "{{ \"a\" ~ page }}",
            "{{ __tera_context }}",
            "{{ page | json_encode }}",
            "{{ page[key] }}",
            "{% for key, value in page %}{% endfor %}",
            "{% for p in section.pages %}{{ p }}{% endfor %}",
            "{{ page.lower }}",
            "{{ section?.pages | safe }}",
            "{% set p = get_page(path=\"a.md\") %}{{ p }}",
            "{{ <card of={page} /> }}{% component card(of) %}{{ of }}{% endcomponent %}",
            "{% set p = page.lower %}{{ <card of={p} /> }}{% component card(of) %}{{ of | escape }}{% endcomponent %}",
        ] {
            assert_eq!(Fields::named([text]), Fields::All, "{text}");
        }
        for text in [
            "{{ <card t={page.title} /> }}{{ t }}",
            "{% for tag in page.taxonomies.tags %}{{ tag }}{% endfor %}",
            "{% if term %}a{% elif section %}b{% endif %}",
            "{% set first = get_page(path='first.md') %}{{ first.path }}",
        ] {
            assert_ne!(Fields::named([text]), Fields::All, "{text}");
        }
    }
}
