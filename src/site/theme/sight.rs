//! What a template could show of other pages, by the words in it and in all that it reaches (see [`reach`]): so that a page is
//! made again only where something changed that it could show. Pure. It may take a template to see more than it does, never less.
//!
//! [`reach`]: crate::site::theme::reach

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock, PoisonError};

use memchr::memchr_iter;

use crate::site::kept::{Mark, Marker};
use crate::site::theme::Theme;
use crate::site::theme::reach::{self, Reach};

/// What belongs to a page, and other pages can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sees {
    /// The pages that it lists.
    pub pages: bool,
    /// Its headings.
    pub headings: bool,
    /// How long it is.
    pub length: bool,
}

/// Templates that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// All of their text.
    pub mark: Mark,
    /// What they could show.
    pub sees: Sees,
}

/// What is another each time, or comes from files that are read while a page is made.
const FLEETING: [&str; 6] = ["now", "get_random", "shuffle", "load_data", "resize_image", "get_image_metadata"];

/// The sights of a theme.
pub struct Sights<'t> {
    theme: &'t Theme,
    reach: Reach<'t>,
    /// What each template sees by itself.
    alone: HashMap<&'t str, OnceLock<Option<Sight>>>,
    known: Mutex<HashMap<Vec<String>, Option<Sight>>>,
}

impl<'t> Sights<'t> {
    /// Those of a theme, of which it is known what its templates name.
    pub fn new(theme: &'t Theme, reach: Reach<'t>) -> Sights<'t> {
        let alone = theme.templates.keys().map(|name| (name.as_str(), OnceLock::new())).collect();
        Sights { theme, reach, alone, known: Mutex::default() }
    }

    /// What templates and components see together. `None` where what they make is another each time.
    pub fn of(&self, templates: &[&str], components: &BTreeSet<&str>) -> Option<Sight> {
        let names: Vec<String> = templates.iter().chain(components).map(|name| (*name).to_owned()).collect();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(names).or_insert_with(|| self.look(templates, components))
    }

    fn look(&self, templates: &[&str], components: &BTreeSet<&str>) -> Option<Sight> {
        let prefix = self.theme.prefix();
        let both = templates.iter().flat_map(|name| [(*name).to_owned(), format!("{prefix}{name}")]);
        let named = both.filter_map(|name| Some(self.theme.templates.get_key_value(&name)?.0.as_str()));
        let defined = components.iter().flat_map(|component| self.reach.defining(component)).copied();
        let reached = self.reach.closure(&named.chain(defined).collect::<Vec<_>>());
        let mut marker = Marker::default();
        let mut sees = Sees { pages: false, headings: false, length: false };
        for name in reached {
            let alone = (*self.alone[name].get_or_init(|| alone(name, self.theme.templates[name].text())))?;
            marker.mark(alone.mark);
            sees.pages |= alone.sees.pages;
            sees.headings |= alone.sees.headings;
            sees.length |= alone.sees.length;
        }
        Some(Sight { mark: marker.done(), sees })
    }
}

/// What a template sees that reaches no other.
fn alone(name: &str, text: &str) -> Option<Sight> {
    let mut sees = Sees { pages: false, headings: false, length: false };
    for tag in reach::tags(text) {
        let mut all = picks_unseen(tag);
        for (_, word) in reach::words(tag) {
            if FLEETING.contains(&word) {
                return None;
            }
            all |= reach::takes_apart(word);
            sees.pages |= word == "pages";
            sees.headings |= word == "toc";
            sees.length |= matches!(word, "word_count" | "reading_time");
        }
        sees = if all { Sees { pages: true, headings: true, length: true } } else { sees };
    }
    Some(Sight { mark: Marker::default().text(name).text(text).done(), sees })
}

/// Whether something is taken out of a map by a name that does not stand there: `page[key]`, `page | get(key=key)`,
/// `for key, value in page`.
pub(super) fn picks_unseen(tag: &str) -> bool {
    let bytes = tag.as_bytes();
    let indexed = memchr_iter(b'[', bytes).any(|at| {
        let after_value =
            at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'_' | b']' | b')' | b'?'));
        let rest = tag[at + 1..].trim_start();
        after_value && !rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '"' | '\'' | '`' | ':' | '-'))
    });
    let by_name = || {
        reach::words(tag).filter(|(_, word)| matches!(*word, "key" | "attribute")).any(|(at, word)| {
            let given = tag[at + word.len()..].trim_start().strip_prefix('=');
            given.is_some_and(|value| !value.trim_start().starts_with(['"', '\'', '`', '=']))
        })
    };
    let pairs = || tag.starts_with("for ") && tag.split(" in ").next().is_some_and(|names| names.contains(','));
    indexed || pairs() || by_name()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceText;

    fn sight(templates: &[(&str, &str)]) -> Option<Sight> {
        let source = |(name, text): &(&str, &str)| ((*name).to_owned(), SourceText::new(*name, *text));
        let templates = templates.iter().map(source).collect();
        let theme = Theme { name: Some("t".to_owned()), templates, ..Theme::default() };
        Sights::new(&theme, Reach::new(&theme)).of(&["page.html"], &BTreeSet::from(["card"]))
    }

    fn sees(text: &str) -> (bool, bool, bool) {
        let sees = sight(&[("page.html", text)]).expect("it can be kept").sees;
        (sees.pages, sees.headings, sees.length)
    }

    #[test]
    fn a_template_sees_what_it_names_and_all_where_it_takes_something_apart() {
        assert_eq!(sees("pages toc {{ page.title }}{% if config.extra.list[0] %}{% endif %}"), (false, false, false));
        assert_eq!(sees("{% for p in section.pages %}{{ p.title }}{% endfor %}"), (true, false, false));
        assert_eq!(sees("{{ page.lower.toc }}{{ page.reading_time }}"), (false, true, true));
        for all in [
            "{{ page | json_encode }}",
            "{{ page[name] }}",
            "{{ page | get(key=name) }}",
            "{% for key, value in page %}{% endfor %}",
            "{{ list | sort(attribute=by) }}",
        ] {
            assert_eq!(sees(all), (true, true, true), "{all}");
        }
    }

    #[test]
    fn what_a_template_reaches_counts_and_what_it_does_not_reach_does_not() {
        let page = ("page.html", "{% include \"part.html\" %}");
        let mark = |part: &str, card: &str, other: &str| {
            let card = format!("{{% component card() %}}{card}{{% endcomponent card %}}");
            let list = [page, ("t/templates/part.html", part), ("cards.html", &card), ("other.html", other)];
            sight(&list).expect("it can be kept").mark
        };
        assert_ne!(mark("a", "a", "a"), mark("b", "a", "a"));
        assert_ne!(mark("a", "a", "a"), mark("a", "b", "a"));
        assert_eq!(mark("a", "a", "a"), mark("a", "a", "b"));
    }

    #[test]
    fn what_is_another_each_time_is_never_kept() {
        for text in ["{{ now() | date }}", "{% set d = load_data(path=\"a.csv\") %}", "{{ list | shuffle }}"] {
            assert_eq!(sight(&[("page.html", text)]), None, "{text}");
        }
    }
}
