//! The languages of a site, and what each of them has: a title, feeds, taxonomies, a search index, translations.
//! Pure.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::fields::Fields;

/// A language of the site, under the keys that Zola gives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Language {
    /// Its code (BCP 47), as it stands in files' names and addresses: `fr`.
    #[serde(skip)]
    pub code: String,
    /// The site's title in it.
    pub title: Option<String>,
    /// One sentence on the site in it.
    pub description: Option<String>,
    /// Whether it has feeds.
    pub generate_feeds: bool,
    /// The feeds' files, which are also the names of their templates.
    pub feed_filenames: Vec<String>,
    /// What its pages are sorted by, besides their sections.
    pub taxonomies: Vec<Kind>,
    /// Whether it has a search index.
    pub build_search_index: bool,
    /// What stands in the search index.
    pub search: Search,
    /// Words for `trans()`.
    pub translations: BTreeMap<String, String>,
    /// Whether pages that were not translated are published in the default language, with a notice.
    #[serde(skip)]
    pub fallback: bool,
}

/// A kind of taxonomy, such as tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// Its name, as front matter says it.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// How many pages of a term stand on one page.
    pub paginate_by: Option<usize>,
    /// What stands before the number of such a page in its address.
    pub paginate_path: Option<String>,
    /// Whether it has pages of its own.
    pub render: bool,
    /// Whether each of its terms has feeds.
    pub feed: bool,
}

/// What stands in the search index that Zola makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Search {
    /// The titles.
    pub include_title: bool,
    /// The texts.
    pub include_content: bool,
    /// No more than so many letters of each text.
    pub truncate_content_length: Option<usize>,
    /// The descriptions.
    pub include_description: bool,
    /// The days.
    pub include_date: bool,
    /// The addresses.
    pub include_path: bool,
    /// The index's form.
    pub index_format: IndexFormat,
}

/// The form of a search index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexFormat {
    /// A script for elasticlunr.js.
    #[default]
    ElasticlunrJavascript,
    /// JSON for elasticlunr.js.
    ElasticlunrJson,
    /// A script for Fuse.js.
    FuseJavascript,
    /// JSON for Fuse.js, and for all that reads a plain list.
    FuseJson,
}

impl IndexFormat {
    const NAMES: [(&'static str, IndexFormat); 4] = [
        ("elasticlunr_javascript", IndexFormat::ElasticlunrJavascript),
        ("elasticlunr_json", IndexFormat::ElasticlunrJson),
        ("fuse_javascript", IndexFormat::FuseJavascript),
        ("fuse_json", IndexFormat::FuseJson),
    ];
}

impl Default for Search {
    fn default() -> Self {
        Self {
            include_title: true,
            include_content: true,
            truncate_content_length: None,
            include_description: false,
            include_date: false,
            include_path: false,
            index_format: IndexFormat::default(),
        }
    }
}

impl Language {
    /// A language that nothing is said of.
    fn silent(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            title: None,
            description: None,
            generate_feeds: false,
            feed_filenames: vec!["atom.xml".to_owned()],
            taxonomies: Vec::new(),
            build_search_index: false,
            search: Search::default(),
            translations: BTreeMap::new(),
            fallback: false,
        }
    }
}

/// The code of the site's default language.
pub(super) fn default(root: &Fields<'_>) -> String {
    let Some(code) = root.text("default_language") else { return "en".to_owned() };
    if !is_code(&code.value) {
        let finding = Diagnostic::error("project/language", format!("`{}` is no language's code", code.value));
        root.add(finding.at(root.place_in(code.span.clone())).hint("write it as browsers do: `fr`, `pt-BR`"));
    }
    code.value
}

/// Reads the languages: the default one first, from the configuration's own keys and from a table of its own, then the
/// others in the order of the file.
pub(super) fn read(root: &Fields<'_>, default: &str, slug: &dyn Fn(&str) -> String) -> Vec<Language> {
    let mut languages = vec![own(root, Language::silent(default), slug)];
    let table = root.table("languages", "[languages]");
    for (code, fields) in table.iter().flat_map(|table| table.children("a language")) {
        if !is_code(&code.value) {
            let finding = Diagnostic::error("project/language", format!("`{}` is no language's code", code.value));
            fields.add(finding.at(fields.place()).hint("write it as browsers do: `fr`, `pt-BR`"));
        }
        let is_default = code.value == default;
        let known = if is_default { languages[0].clone() } else { Language::silent(&code.value) };
        let mut language = own(&fields, known, slug);
        language.fallback = fields.flag("fallback").is_some_and(|flag| flag.value);
        fields.done();
        if is_default { languages[0] = language } else { languages.push(language) }
    }
    languages
}

/// What is said of a language, over what is known of it.
fn own(fields: &Fields<'_>, known: Language, slug: &dyn Fn(&str) -> String) -> Language {
    let text = |key, known| fields.text(key).map(|text| text.value).or(known);
    let flag = |key, known| fields.flag(key).map_or(known, |flag| flag.value);
    let feeds: Vec<String> = fields.texts("feed_filenames").into_iter().map(|name| name.value).collect();
    let taxonomies: Vec<Kind> =
        fields.tables("taxonomies", "a taxonomy").into_iter().map(|fields| kind(fields, slug)).collect();
    let translations = fields.free("translations").into_iter();
    let words = translations.filter_map(|(key, word)| Some((key, word.as_str()?.to_owned())));
    Language {
        title: text("title", known.title),
        description: text("description", known.description),
        generate_feeds: flag("generate_feeds", known.generate_feeds),
        feed_filenames: if feeds.is_empty() { known.feed_filenames } else { feeds },
        taxonomies: if taxonomies.is_empty() { known.taxonomies } else { taxonomies },
        build_search_index: flag("build_search_index", known.build_search_index),
        search: fields.table("search", "[search]").map_or(known.search, search),
        translations: known.translations.into_iter().chain(words).collect(),
        ..known
    }
}

fn kind(fields: Fields<'_>, slug: &dyn Fn(&str) -> String) -> Kind {
    let name = fields.text("name").map(|name| name.value).unwrap_or_default();
    if fields.lacks("name") {
        fields.missing("name", "name it: `name = \"tags\"`");
    }
    // Zola works it out, and so do we.
    let _ = fields.text("slug");
    let kind = Kind {
        slug: slug(&name),
        name,
        paginate_by: count(&fields, "paginate_by"),
        paginate_path: fields.text("paginate_path").map(|path| path.value.trim_matches('/').to_owned()),
        render: fields.flag("render").is_none_or(|flag| flag.value),
        feed: fields.flag("feed").is_some_and(|flag| flag.value),
    };
    fields.done();
    kind
}

fn search(fields: Fields<'_>) -> Search {
    let silent = Search::default();
    let flag = |key, silent| fields.flag(key).map_or(silent, |flag| flag.value);
    let search = Search {
        include_title: flag("include_title", silent.include_title),
        include_content: flag("include_content", silent.include_content),
        truncate_content_length: count(&fields, "truncate_content_length"),
        include_description: flag("include_description", silent.include_description),
        include_date: flag("include_date", silent.include_date),
        include_path: flag("include_path", silent.include_path),
        index_format: fields.choice("index_format", &IndexFormat::NAMES).map_or(silent.index_format, |form| form.value),
    };
    fields.done();
    search
}

/// A number of things; 0 is none.
pub(crate) fn count(fields: &Fields<'_>, key: &'static str) -> Option<usize> {
    let number = fields.integer(key)?;
    let count = usize::try_from(number.value).ok();
    if count.is_none() {
        let finding = Diagnostic::error("toml/value", format!("`{key}` cannot be `{}`", number.value));
        fields.add(finding.at(fields.place_of(key)).hint("it is a number of things: 0 or more"));
    }
    count.filter(|count| *count > 0)
}

/// `fr`, `pt-BR`, `zh-Hant-TW`
fn is_code(code: &str) -> bool {
    let mut parts = code.split(['-', '_']);
    let plain = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    };
    parts.next().is_some_and(|first| plain(first, 2..=8) && !first.contains(|c: char| c.is_ascii_digit()))
        && parts.all(|part| plain(part, 1..=8))
}
