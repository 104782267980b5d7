//! What templates see of a page and a section: the template API, under Zola's names.
//! Pure. What is listed in many places is made once, and shared.

mod views;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use tera::value::Key;
use tera::{Map, Value};

use crate::fields::Spanned;
use crate::project::{Config, IndexFormat, Kind, Language, Project};
use crate::site::Mode;
use crate::site::document::Heading;
use crate::site::graph::Site;
use crate::site::links::Seen;
use crate::site::pace::Length;
use crate::site::page::{Moment, Page};
use crate::site::theme::Theme;
use crate::site::theme::fields::Fields;

pub use views::Views;

/// What templates see as `config`, in one language.
#[derive(Serialize)]
pub struct ConfigView<'a> {
    base_url: &'a str,
    mode: Mode,
    title: Option<&'a str>,
    description: Option<&'a str>,
    /// The other languages.
    languages: BTreeMap<&'a str, &'a Language>,
    default_language: &'a str,
    /// As older themes ask for it.
    generate_feed: bool,
    generate_feeds: bool,
    /// As older themes ask for it.
    feed_filename: Option<&'a str>,
    feed_filenames: &'a [String],
    taxonomies: &'a [Kind],
    author: Option<&'a str>,
    build_search_index: bool,
    extra: &'a serde_json::Map<String, serde_json::Value>,
    markdown: serde_json::Value,
    search: SearchView,
    generate_sitemap: bool,
    generate_robots_txt: bool,
    exclude_paginated_pages_in_sitemap: &'static str,
    program: &'a crate::project::Program,
}

#[derive(Serialize)]
struct SearchView {
    index_format: IndexFormat,
}

#[derive(Serialize)]
struct TranslationView<'a> {
    lang: &'a str,
    permalink: String,
    title: Option<&'a str>,
    path: String,
}

#[derive(Serialize)]
struct BacklinkView<'a> {
    permalink: String,
    title: Option<&'a str>,
}

/// A heading with the headings below it.
#[derive(Serialize, Debug, PartialEq, Eq)]
pub struct TocView<'h> {
    level: u8,
    id: &'h str,
    title: &'h str,
    permalink: String,
    children: Vec<TocView<'h>>,
}

/// A page's words as HTML.
#[derive(Debug, Default)]
pub struct Words {
    /// All of them.
    pub content: String,
    /// Those before `<!-- more -->`.
    pub summary: Option<String>,
    /// The places in them that matter to a page's addresses, if they are known.
    pub seen: Option<Seen>,
}

/// The view of the configuration in a language.
pub fn config<'a>(project: &'a Project, theme: &'a Theme, mode: Mode, language: &'a Language) -> ConfigView<'a> {
    let config = &project.config;
    let others = config.languages.iter().filter(|other| other.code != language.code);
    ConfigView {
        base_url: config.shown_base_url(),
        mode,
        title: language.title.as_deref(),
        description: language.description.as_deref(),
        languages: others.map(|other| (other.code.as_str(), other)).collect(),
        default_language: &config.default_language,
        generate_feed: language.generate_feeds,
        generate_feeds: language.generate_feeds,
        feed_filename: language.feed_filenames.first().map(String::as_str),
        feed_filenames: &language.feed_filenames,
        taxonomies: &language.taxonomies,
        author: config.author.as_deref(),
        build_search_index: language.build_search_index,
        extra: &theme.extra,
        markdown: markdown(config),
        search: SearchView { index_format: language.search.index_format },
        generate_sitemap: config.made.sitemap,
        generate_robots_txt: config.made.robots,
        exclude_paginated_pages_in_sitemap: if config.made.pagers_in_sitemap { "none" } else { "all" },
        program: &config.program,
    }
}

/// `[markdown]` as it is written, over what Zola says where it is silent.
fn markdown(config: &Config) -> serde_json::Value {
    let mut markdown = json!({
        "highlighting": null, "render_emoji": false, "external_links_class": null, "external_links_target_blank": false,
        "external_links_no_follow": false, "external_links_no_referrer": false, "external_links_external": true,
        "smart_punctuation": false, "definition_list": false, "bottom_footnotes": false, "lazy_async_image": false,
        "insert_anchor_links": "none", "github_alerts": false,
    });
    for (key, written) in &config.markdown_as_written {
        markdown[key] = match (key.as_str(), written) {
            ("highlighting", serde_json::Value::Object(written)) => {
                let mut highlighting = json!({
                    "error_on_missing_language": false, "style": "inline", "theme": null, "light_theme": null,
                    "dark_theme": null, "extra_grammars": [], "extra_themes": [], "data_attr_position": "code",
                });
                written.iter().for_each(|(key, value)| highlighting[key] = value.clone());
                highlighting
            }
            _ => written.clone(),
        };
    }
    markdown
}

/// A view while it is made: it has the fields that somebody could show, and no others are made.
struct View<'f> {
    map: Map,
    fields: &'f Fields,
}

impl View<'_> {
    fn put(&mut self, name: &'static str, value: impl FnOnce() -> Value) {
        if self.fields.has(name) {
            self.map.insert(Key::Str(name), value());
        }
    }
}

/// The view of a page or a section, without its words and the pages that it lists or stands between. Headings make it twice as
/// large.
pub fn node(site: &Site, page: usize, fields: &Fields, headings: bool) -> Map {
    let node = &site.pages[page];
    let front = &node.page.front;
    let path = |page: &usize| Value::from(site.pages[*page].page.source.path.as_str());
    let is_home = node.page.source.folder().is_empty();
    let colocated = (node.page.source.stem == "index" && !is_home).then(|| node.page.source.folder());
    let length = length(&node.page);
    // Most views have some twenty fields or less.
    let mut view = View { map: Map::with_capacity(24), fields };
    view.put("relative_path", || node.page.source.path.as_str().into());
    view.put("colocated_path", || text(colocated));
    view.put("content", || "".into());
    view.put("permalink", || site.permalink(page).into());
    view.put("slug", || node.slug.as_str().into());
    view.put("ancestors", || list(node.ancestors.iter().map(path)));
    view.put("title", || text(title(site, page)));
    view.put("description", || text(front.description.as_deref()));
    view.put("extra", || match front.extra.is_empty() {
        true => Map::default().into(),
        false => Value::from_serializable(&front.extra),
    });
    view.put("path", || node.route.as_str().into());
    view.put("components", || list(node.route.split('/').filter(|part| !part.is_empty()).map(Value::from)));
    view.put("toc", || if headings { table_of_contents(site, page) } else { list(std::iter::empty()) });
    view.put("word_count", || length.words.into());
    view.put("reading_time", || length.minutes.into());
    view.put("assets", || list(node.assets.iter().map(|asset| asset.as_str().into())));
    view.put("draft", || front.draft.into());
    view.put("lang", || node.language().into());
    view.put("translations", || all(&node.translations, |page| translation(site, page)));
    view.put("backlinks", || all(&node.backlinks, |page| backlink(site, page)));
    view.put("weight", || front.weight.unwrap_or(0).into());
    // Whether it stands in for a translation that is missing.
    view.put("untranslated", || node.page.untranslated.into());
    if node.page.source.is_section() {
        section(site, page, &mut view)
    } else {
        own_page(site, page, &mut view)
    }
    view.map
}

/// A view with its words, as far as somebody could show them. They are `safe` where a template needn't say that they are HTML.
pub fn worded(mut view: Map, words: &Words, safe: bool) -> Map {
    let html = |text: &str| if safe { Value::safe_string(text) } else { text.into() };
    if let Some(content) = view.get_mut(&Key::Str("content")) {
        *content = html(&words.content);
    }
    if let Some((summary, words)) = view.get_mut(&Key::Str("summary")).zip(words.summary.as_deref()) {
        *summary = html(words);
    }
    view
}

/// The words in a page's view.
pub fn words_in(view: &Value) -> &str {
    view.as_map().and_then(|view| view.get(&Key::Str("content"))?.as_str()).unwrap_or_default()
}

/// A page's headings, each with those below it.
fn table_of_contents(site: &Site, page: usize) -> Value {
    Value::from_serializable(&toc(&site.pages[page].page.document.headings, &site.permalink(page)))
}

/// What only a page has.
fn own_page(site: &Site, page: usize, view: &mut View<'_>) {
    let front = &site.pages[page].page.front;
    let written = |moment: &Option<Moment>| text(moment.as_ref().map(|moment| moment.text.as_str()));
    view.put("updated", || written(&front.updated));
    view.put("date", || written(&front.date));
    view.put("year", || Value::from_serializable(&front.date.as_ref().map(|date| date.year)));
    view.put("month", || Value::from_serializable(&front.date.as_ref().map(|date| date.month)));
    view.put("day", || Value::from_serializable(&front.date.as_ref().map(|date| date.day)));
    view.put("taxonomies", || {
        let terms =
            |terms: &[Spanned<String>]| -> Vec<Value> { terms.iter().map(|t| t.value.as_str().into()).collect() };
        let taxonomies: BTreeMap<&str, Vec<Value>> =
            front.taxonomies.iter().map(|(name, of)| (name.value.as_str(), terms(of))).collect();
        let named = |(name, terms): (&str, Vec<Value>)| (Key::from(name.to_owned()), terms.into());
        taxonomies.into_iter().map(named).collect::<Map>().into()
    });
    view.put("authors", || list(front.authors.iter().map(|author| author.as_str().into())));
    view.put("summary", Value::none);
    view.put("lower", Value::none);
    view.put("higher", Value::none);
}

/// What only a section has.
fn section(site: &Site, section: usize, view: &mut View<'_>) {
    let node = &site.pages[section];
    let listing = &node.page.front.listing;
    let path = |page: &usize| Value::from(site.pages[*page].page.source.path.as_str());
    view.put("subsections", || list(node.subsections.iter().map(path)));
    view.put("generate_feeds", || listing.feeds.into());
    view.put("transparent", || listing.transparent.into());
    view.put("paginate_by", || listing.paginate_by.map_or_else(Value::none, Value::from));
    view.put("paginate_reversed", || listing.paginate_reversed.into());
}

/// A view of these.
pub fn of<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    let mut map = Map::new();
    for (key, value) in entries {
        map.insert(key.into(), value);
    }
    map.into()
}

fn text(text: Option<&str>) -> Value {
    text.map_or_else(Value::none, Value::from)
}

fn list(values: impl Iterator<Item = Value>) -> Value {
    values.collect::<Vec<Value>>().into()
}

fn all<T: Serialize>(pages: &[usize], view: impl Fn(usize) -> T) -> Value {
    list(pages.iter().map(|page| Value::from_serializable(&view(*page))))
}

fn title(site: &Site, page: usize) -> Option<&str> {
    Some(site.pages[page].page.front.title.as_str()).filter(|title| !title.is_empty())
}

fn translation(site: &Site, page: usize) -> TranslationView<'_> {
    let node = &site.pages[page];
    TranslationView {
        lang: node.language(),
        permalink: site.permalink(page),
        title: title(site, page),
        path: node.page.source.text.path().display().to_string(),
    }
}

fn backlink(site: &Site, page: usize) -> BacklinkView<'_> {
    BacklinkView { permalink: site.permalink(page), title: title(site, page) }
}

/// What a reader reads, at 200 words a minute and at least one; or what Zola counts, on a site of its own.
pub fn length(page: &Page) -> Length {
    let words = page.document.words;
    page.length.unwrap_or(Length { words, minutes: words.div_ceil(200).max(1) })
}

/// Headings in the order of the page into headings with those below them.
fn toc<'h>(headings: &'h [Heading], permalink: &str) -> Vec<TocView<'h>> {
    let mut list = Vec::new();
    let mut rest = headings;
    while let Some((heading, after)) = rest.split_first() {
        let below = after.iter().take_while(|other| other.level > heading.level).count();
        list.push(TocView {
            level: heading.level,
            id: &heading.id,
            title: &heading.title,
            permalink: [permalink, "#", &heading.id].concat(),
            children: toc(&after[..below], permalink),
        });
        rest = &after[below..];
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_hang_below_the_heading_above_them() {
        let heading = |level, id: &str| Heading { level, id: id.to_owned(), title: id.to_owned() };
        let headings = [heading(3, "a"), heading(2, "b"), heading(4, "c"), heading(3, "d"), heading(2, "e")];
        let toc = toc(&headings, "/x/");
        let show = |list: &[TocView<'_>]| list.iter().map(|t| t.id.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            (show(&toc), show(&toc[1].children)),
            (vec!["a".into(), "b".into(), "e".into()], vec!["c".into(), "d".into()])
        );
        assert_eq!(toc[1].children[0].permalink, "/x/#c");
    }
}
