//! Which templates may show the words of other pages than the one they are rendered for: each with all that it extends,
//! includes or calls, by the names that stand in its text. Pure. It may take a template for one that is not, never the
//! other way round.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use memchr::memchr_iter;

use crate::diagnostic::SourceText;
use crate::site::theme::{Templates, Theme};

/// What a theme's templates name.
pub struct Reach<'t> {
    theme: &'t Theme,
    named: HashMap<&'t str, BTreeSet<&'t str>>,
    defining: HashMap<&'t str, Vec<&'t str>>,
    parts: HashMap<&'t str, Vec<Part<'t>>>,
}

impl<'t> Reach<'t> {
    /// Reads a theme.
    pub fn new(theme: &'t Theme) -> Reach<'t> {
        let templates = &theme.templates;
        let prefix = theme.prefix();
        let mut defining: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, source) in templates {
            for component in components(source.text()) {
                defining.entry(component).or_default().push(name);
            }
        }
        let named =
            templates.iter().map(|(name, source)| (name.as_str(), named(source, templates, &prefix, &defining)));
        let parts = templates.iter().map(|(name, source)| (name.as_str(), parts(source.text())));
        Reach { theme, named: named.collect(), parts: parts.collect(), defining }
    }

    /// The templates that define a component.
    pub(super) fn defining(&self, component: &str) -> &[&'t str] {
        self.defining.get(component).map(Vec::as_slice).unwrap_or_default()
    }

    /// Some templates with all that they reach.
    pub(super) fn closure(&self, from: &[&'t str]) -> BTreeSet<&'t str> {
        let mut reached = BTreeSet::new();
        let mut open = from.to_vec();
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                open.extend(self.named.get(name).into_iter().flatten());
            }
        }
        reached
    }

    /// Whether a template may show these of other pages, leaving out the templates whose names are left out.
    pub fn is_curious(&self, shown: &[&str], left_out: impl Fn(&str) -> bool) -> bool {
        let templates = &self.theme.templates;
        let prefix = self.theme.prefix();
        let asked = templates.keys().filter(|name| !left_out(name.strip_prefix(&prefix).unwrap_or(name)));
        let parts = |name| self.closure(&[name]).into_iter().flat_map(|name| &self.parts[name]).collect::<Vec<_>>();
        asked.into_iter().any(|name| curious(&parts(name.as_str()), shown))
    }
}

/// What of a page the templates of other pages may show.
#[derive(Clone, Copy, Debug)]
pub struct SeenByOthers {
    /// Its words.
    pub words: bool,
    /// Its headings.
    pub headings: bool,
    /// The pages that it stands between.
    pub neighbours: bool,
}

/// What belongs to a page, and to its words.
pub const WORDS: [&str; 2] = ["content", "summary"];
/// What belongs to a page, and to its neighbours.
pub const NEIGHBOURS: [&str; 2] = ["lower", "higher"];
/// What belongs to a page, and to its headings.
pub const HEADINGS: [&str; 1] = ["toc"];

/// The templates that a template names.
fn named<'t>(
    source: &'t SourceText,
    templates: &'t Templates,
    prefix: &str,
    defining: &HashMap<&str, Vec<&'t str>>,
) -> BTreeSet<&'t str> {
    let mut found = BTreeSet::new();
    for word in quoted(source.text()) {
        // Both the program's own and the theme's: which of them is meant may change with the other.
        let names = [word.to_owned(), format!("{prefix}{word}")];
        found.extend(names.iter().filter_map(|name| templates.get_key_value(name)).map(|(name, _)| name.as_str()));
    }
    for call in called(source.text()) {
        found.extend(defining.get(call).into_iter().flatten());
    }
    found
}

/// Everything between two quotes of a kind, whichever quote begins it: a stray one hides nothing.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`');
    text.match_indices(is_quote).filter_map(move |(at, quote)| {
        let rest = &text[at + 1..];
        let end = rest.find(is_quote)?;
        (rest[end..].starts_with(quote) && end > 0 && end < 256).then(|| &rest[..end])
    })
}

/// The names behind each `<`.
fn called(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('<').map(|(at, _)| word(&text[at + 1..])).filter(|word| !word.is_empty())
}

/// The components that a template defines.
fn components(text: &str) -> impl Iterator<Item = &str> {
    tags(text).filter_map(|tag| Some(word(tag.strip_prefix("component")?.trim_start()))).filter(|name| !name.is_empty())
}

/// The components that a text defines, each with where it stands, up to its `endcomponent`.
pub(super) fn component_ranges(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    const END: &str = "endcomponent";
    let mut at = 0;
    text.split(END).filter_map(move |chunk| {
        let [own, component] = components_apart(chunk);
        let range = at + own.len()..at + chunk.len();
        at += chunk.len() + END.len();
        Some((components(component).next()?, range))
    })
}

/// The components of a theme that say where the text goes that they are called around.
pub fn with_room(templates: &Templates) -> BTreeSet<&str> {
    let all = templates
        .values()
        .flat_map(|source| component_ranges(source.text()).map(|(name, range)| (name, &source.text()[range])));
    let rooms: Vec<(&str, bool)> =
        all.map(|(name, text)| (name, words(text).any(|(_, word)| word == "body"))).collect();
    // Of several with one name, the first is looked at.
    let first = |name: &str| rooms.iter().find(|(other, _)| *other == name).is_some_and(|(_, has_room)| *has_room);
    rooms.iter().map(|(name, _)| *name).filter(|name| first(name)).collect()
}

/// The name that a text begins with.
pub(super) fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))).unwrap_or(text.len());
    &text[..end]
}

/// What stands between `{{` or `{%` and its end, trimmed.
pub(super) fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('{').filter_map(|(at, _)| {
        let rest = text[at + 1..].strip_prefix(['{', '%'])?;
        Some(rest[..tag_end(rest.as_bytes())].trim_matches(['-', ' ', '\n', '\r', '\t']))
    })
}

/// Where the first `}}` or `%}` is, or the end.
fn tag_end(bytes: &[u8]) -> usize {
    let ends = memchr_iter(b'}', bytes).find_map(|at| match (at.checked_sub(1), bytes.get(at + 1)) {
        (Some(before), _) if bytes[before] == b'%' => Some(before),
        (_, Some(b'}')) => Some(at),
        _ => None,
    });
    ends.unwrap_or(bytes.len())
}

/// A component, or what of a template lies outside of them: within it, a name stands for one thing.
struct Part<'t> {
    /// Whether each of [`OWN`] stands for something else in it than for what it is given.
    rebinds: [bool; OWN.len()],
    includes: bool,
    takes_apart: bool,
    /// What it shows of a page, and of which of [`OWN`]; of none where it is, or may be, another.
    shows: Vec<(&'t str, Option<usize>)>,
}

/// What the page or section is called that a template is rendered for.
const OWN: [&str; 2] = ["page", "section"];

/// The parts of a template.
fn parts(text: &str) -> Vec<Part<'_>> {
    text.split("endcomponent").flat_map(components_apart).map(part).collect()
}

fn part(text: &str) -> Part<'_> {
    let mut part = Part { rebinds: [false; OWN.len()], includes: false, takes_apart: false, shows: Vec::new() };
    for tag in tags(text) {
        part.includes |= word(tag) == "include";
        for (at, word) in words(tag) {
            if let Some(own) = OWN.iter().position(|own| *own == word) {
                part.rebinds[own] |= rebinds(tag, at, word);
            }
            part.takes_apart |= takes_apart(word);
            if [&WORDS[..], &NEIGHBOURS, &HEADINGS].iter().any(|all| all.contains(&word)) {
                part.shows.extend(shown_of(&tag[..at]).map(|of| (word, of)));
            }
        }
    }
    part
}

/// Whether templates that belong together may show something of another page: they name it of something that need not be the page that
/// they are rendered for, or take pages apart.
fn curious(parts: &[&Part<'_>], shown: &[&str]) -> bool {
    // An included template sees what is bound around it.
    let around = |own: usize| parts.iter().any(|part| part.rebinds[own] && part.includes);
    let is_another = |part: &Part<'_>, of: Option<usize>| of.is_none_or(|own| part.rebinds[own] || around(own));
    let shows = |part: &Part<'_>| part.shows.iter().any(|(word, of)| shown.contains(word) && is_another(part, *of));
    parts.iter().any(|part| part.takes_apart || shows(part))
}

/// A text's own part, and the component that begins in it.
fn components_apart(text: &str) -> [&str; 2] {
    let begins = text.match_indices("component").map(|(at, _)| at);
    let start = begins.filter(|at| text[..*at].trim_end_matches(['-', ' ', '\n', '\t']).ends_with("{%")).last();
    let (own, component) = text.split_at(start.and_then(|at| text[..at].rfind("{%")).unwrap_or(text.len()));
    [own, component]
}

/// Whether a name that stands here in a tag stands from now on for something else than for what it is given.
fn rebinds(tag: &str, at: usize, name: &str) -> bool {
    let before = tag[..at].trim_end();
    let after = tag[at + name.len()..].trim_start();
    let set = before.ends_with("set") || before.ends_with("set_global");
    tag.starts_with("component") || set || after.starts_with("in ") || after.starts_with(',') || before.ends_with("for")
}

/// Whether a word takes apart what it is used on, so that anything of it could be shown.
pub(super) fn takes_apart(word: &str) -> bool {
    matches!(word, "json_encode" | "pairs" | "values" | "group_by")
}

/// Of what a tag shows the word that stands after `before`: of one of [`OWN`], or of something else; `None` where it is no name of
/// something's part.
fn shown_of(before: &str) -> Option<Option<usize>> {
    let Some(object) = before.strip_suffix('.') else { return before.ends_with(['"', '\'', '`']).then_some(None) };
    let object = object.strip_suffix('?').unwrap_or(object);
    let start = object.rfind(|c: char| !is_part(c)).map_or(0, |at| at + 1);
    // `a.page.content` is not the page's own.
    let of = if object[..start].ends_with('.') { None } else { OWN.iter().position(|own| *own == &object[start..]) };
    Some(of)
}

/// The words of a tag, each with where it stands.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // Most of it is ASCII, and a letter a byte.
    let letter = |at: usize| match text.as_bytes().get(at)? {
        byte if byte.is_ascii() => Some((byte.is_ascii_alphanumeric() || *byte == b'_', 1)),
        _ => text[at..].chars().next().map(|c| (is_part(c), c.len_utf8())),
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        while let (false, length) = letter(at)? {
            at += length;
        }
        let start = at;
        while let Some((true, length)) = letter(at) {
            at += length;
        }
        Some((start, &text[start..at]))
    })
}

/// Whether words are made of it.
pub(super) fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(templates: &[(&str, &str)]) -> Theme {
        let source = |(name, text): &(&str, &str)| ((*name).to_owned(), SourceText::new(*name, *text));
        Theme { name: Some("t".to_owned()), templates: templates.iter().map(source).collect(), ..Theme::default() }
    }

    #[test]
    fn a_template_is_asked_with_all_that_it_reaches() {
        let card = ("t/templates/card.html", "don't {{ page.content }}");
        let list = ("t/templates/list.html", "{% for page in section.pages %}{% include 'card.html' %}{% endfor %}");
        let part = ("t/templates/parts.html", "{%- component c.d(p) -%}{{ p.content }}{% endcomponent c.d %}");
        let call = ("t/templates/call.html", "{{ <c.d p={page} /> }}");
        let nobody = |_: &str| false;
        assert!(!Reach::new(&theme(&[card])).is_curious(&WORDS, nobody));
        assert!(Reach::new(&theme(&[card, list])).is_curious(&WORDS, nobody));
        assert!(!Reach::new(&theme(&[card, list])).is_curious(&WORDS, |name| name == "list.html"));
        assert!(Reach::new(&theme(&[part, call])).is_curious(&WORDS, |name| name == "parts.html"));
        assert!(!Reach::new(&theme(&[card, list])).is_curious(&HEADINGS, nobody));
        let mut own = theme(&[card]);
        own.templates.insert("card.html".to_owned(), SourceText::new("card.html", "{{ p.content }}"));
        assert!(Reach::new(&own).is_curious(&WORDS, nobody));
    }

    #[test]
    fn a_component_has_room_for_a_text_where_it_says_where_that_goes() {
        let note = "{% component note-long(a: string) %}{{ body }}{% endcomponent note-long %}\
                    {%- component note(a: string) -%}{{ somebody }}{% endcomponent note %}{{ body }}";
        assert_eq!(with_room(&theme(&[("a.html", note)]).templates), BTreeSet::from(["note-long"]));
    }

    fn curious(texts: &[&str], shown: &[&str]) -> bool {
        let parts: Vec<Part<'_>> = texts.iter().flat_map(|text| parts(text)).collect();
        super::curious(&parts.iter().collect::<Vec<_>>(), shown)
    }

    #[test]
    fn who_shows_its_own_words_only_is_not_curious() {
        for modest in [
            "{{ page.content | safe }}{% for p in section.pages %}{{ p.title }}{% endfor %}",
            "{{ section.content }}{% for page in section.pages %}{{ page.title }}{% endfor %}",
            "<meta name=\"x\" content=\"y\">{% block content %}{% endblock content %}",
            "{% component step(page: map) %}{{ page.title }}{% endcomponent step %}{{ page.content }}",
        ] {
            assert!(!curious(&[modest], &WORDS), "{modest}");
        }
        for shown in [
            "{% for page in section.pages %}{{ page.content }}{% endfor %}",
            "{% for p in section.pages %}{{ p.summary | safe }}{% endfor %}",
            "{{ page.lower.content }}",
            "{{ section.pages[0].content }}",
            "{% set page = get_page(path=\"a.md\") %}{{ page.content }}",
            "{{ page.lower[\"content\"] }}",
            "{{ section | json_encode }}",
            "{{ page.lower?.summary }}",
            "{% component step(page: map) %}{{ page.content }}{% endcomponent step %}",
        ] {
            assert!(curious(&[shown], &WORDS), "{shown}");
        }
        assert!(curious(&["{% for page in pages %}{% include \"a\" %}{% endfor %}", "{{ page.content }}"], &WORDS));
        assert!(curious(&["{{ page.lower.toc }}"], &HEADINGS) && !curious(&["{{ page.toc }}"], &HEADINGS));
        assert!(!curious(
            &["{% if page.lower %}{{ page.lower.title }}{{ page.higher?.title }}{% endif %}"],
            &NEIGHBOURS
        ));
        for shown in [
            "{{ get_page(path='a.md').lower.title }}",
            "{% for p in section.pages %}{{ p.higher.title }}{% endfor %}",
            "{{ page.lower.lower }}",
        ] {
            assert!(curious(&[shown], &NEIGHBOURS), "{shown}");
        }
    }
}
