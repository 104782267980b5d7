//! What templates see of a page and a section: the template API, under Zola's names.
//! Pure. What is listed in many places is made once, and shared.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::project::{Config, IndexFormat, Kind, Language, Project};
use crate::site::Mode;
use crate::site::document::Heading;
use crate::site::graph::{Node, Site};
use crate::site::pace::Length;
use crate::site::page::Moment;
use crate::site::theme::Theme;

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
    extra: &'a Map<String, Value>,
    markdown: Value,
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

/// What a page and a section are both seen as. What they list or stand between is put in later.
#[derive(Serialize)]
pub struct NodeView<'a> {
    relative_path: &'a str,
    colocated_path: Option<&'a str>,
    content: &'a str,
    permalink: String,
    slug: &'a str,
    ancestors: Vec<&'a str>,
    title: Option<&'a str>,
    description: Option<&'a str>,
    extra: &'a Map<String, Value>,
    path: &'a str,
    components: Vec<&'a str>,
    toc: Vec<TocView>,
    word_count: usize,
    reading_time: usize,
    assets: &'a [String],
    draft: bool,
    lang: &'a str,
    translations: Vec<TranslationView<'a>>,
    backlinks: Vec<BacklinkView<'a>>,
    weight: i64,
    /// Whether it stands in for a translation that is missing.
    untranslated: bool,
    #[serde(flatten)]
    own: OwnView<'a>,
}

/// What only a page has, and what only a section has.
#[derive(Serialize)]
#[serde(untagged)]
enum OwnView<'a> {
    Page {
        updated: Option<&'a str>,
        date: Option<&'a str>,
        year: Option<i16>,
        month: Option<i8>,
        day: Option<i8>,
        taxonomies: BTreeMap<&'a str, Vec<&'a str>>,
        authors: &'a [String],
        summary: Option<&'a str>,
        lower: (),
        higher: (),
    },
    Section {
        subsections: Vec<&'a str>,
        generate_feeds: bool,
        transparent: bool,
        paginate_by: Option<usize>,
        paginate_reversed: bool,
    },
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
pub struct TocView {
    level: u8,
    id: String,
    title: String,
    permalink: String,
    children: Vec<TocView>,
}

/// A page's words as HTML.
#[derive(Debug, Default)]
pub struct Words {
    /// All of them.
    pub content: String,
    /// Those before `<!-- more -->`.
    pub summary: Option<String>,
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
fn markdown(config: &Config) -> Value {
    let mut markdown = json!({
        "highlighting": null, "render_emoji": false, "external_links_class": null, "external_links_target_blank": false,
        "external_links_no_follow": false, "external_links_no_referrer": false, "external_links_external": true,
        "smart_punctuation": false, "definition_list": false, "bottom_footnotes": false, "lazy_async_image": false,
        "insert_anchor_links": "none", "github_alerts": false,
    });
    for (key, written) in &config.markdown_as_written {
        markdown[key] = match (key.as_str(), written) {
            ("highlighting", Value::Object(written)) => {
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

impl NodeView<'_> {
    /// The same without the headings, which make it twice as large.
    pub fn without_headings(self) -> Self {
        Self { toc: Vec::new(), ..self }
    }
}

/// The view of a page or a section, without the pages that it lists or stands between.
pub fn node<'a>(site: &'a Site, page: usize, words: &'a Words) -> NodeView<'a> {
    let node = &site.pages[page];
    let front = &node.page.front;
    let path = |page: &usize| site.pages[*page].page.source.path.as_str();
    let permalink = site.permalink(page);
    let length = length(node);
    let is_home = node.page.source.folder().is_empty();
    NodeView {
        relative_path: &node.page.source.path,
        colocated_path: (node.page.source.stem == "index" && !is_home).then(|| node.page.source.folder()),
        content: &words.content,
        toc: toc(&node.page.document.headings, &permalink),
        permalink,
        slug: &node.slug,
        ancestors: node.ancestors.iter().map(path).collect(),
        title: title(site, page),
        description: front.description.as_deref(),
        extra: &front.extra,
        path: &node.route,
        components: node.route.split('/').filter(|part| !part.is_empty()).collect(),
        word_count: length.words,
        reading_time: length.minutes,
        assets: &node.assets,
        draft: front.draft,
        lang: node.language(),
        translations: node.translations.iter().map(|page| translation(site, *page)).collect(),
        backlinks: node.backlinks.iter().map(|page| backlink(site, *page)).collect(),
        weight: front.weight.unwrap_or(0),
        untranslated: node.page.untranslated,
        own: if node.page.source.is_section() { section(site, page) } else { own_page(site, page, words) },
    }
}

fn own_page<'a>(site: &'a Site, page: usize, words: &'a Words) -> OwnView<'a> {
    let front = &site.pages[page].page.front;
    let written = |moment: &'a Option<Moment>| moment.as_ref().map(|moment| moment.text.as_str());
    let terms = front.taxonomies.iter();
    OwnView::Page {
        updated: written(&front.updated),
        date: written(&front.date),
        year: front.date.as_ref().map(|date| date.year),
        month: front.date.as_ref().map(|date| date.month),
        day: front.date.as_ref().map(|date| date.day),
        taxonomies: terms
            .map(|(name, terms)| (name.value.as_str(), terms.iter().map(|term| term.value.as_str()).collect()))
            .collect(),
        authors: &front.authors,
        summary: words.summary.as_deref(),
        lower: (),
        higher: (),
    }
}

fn section(site: &Site, section: usize) -> OwnView<'_> {
    let node = &site.pages[section];
    let listing = &node.page.front.listing;
    OwnView::Section {
        subsections: node.subsections.iter().map(|page| site.pages[*page].page.source.path.as_str()).collect(),
        generate_feeds: listing.feeds,
        transparent: listing.transparent,
        paginate_by: listing.paginate_by,
        paginate_reversed: listing.paginate_reversed,
    }
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
fn length(node: &Node) -> Length {
    let words = node.page.document.words;
    node.page.length.unwrap_or(Length { words, minutes: words.div_ceil(200).max(1) })
}

/// Headings in the order of the page into headings with those below them.
fn toc(headings: &[Heading], permalink: &str) -> Vec<TocView> {
    let mut list = Vec::new();
    let mut rest = headings;
    while let Some((heading, after)) = rest.split_first() {
        let below = after.iter().take_while(|other| other.level > heading.level).count();
        list.push(TocView {
            level: heading.level,
            id: heading.id.clone(),
            title: heading.title.clone(),
            permalink: format!("{permalink}#{}", heading.id),
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
        let toc = toc(&[heading(3, "a"), heading(2, "b"), heading(4, "c"), heading(3, "d"), heading(2, "e")], "/x/");
        let show = |list: &[TocView]| list.iter().map(|t| t.id.clone()).collect::<Vec<_>>();
        assert_eq!(
            (show(&toc), show(&toc[1].children)),
            (vec!["a".into(), "b".into(), "e".into()], vec!["c".into(), "d".into()])
        );
        assert_eq!(toc[1].children[0].permalink, "/x/#c");
    }
}
