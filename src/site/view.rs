//! What templates see of a page and a section: the template API, under Zola's names.
//! Pure. What a page needs of another (its title, its address) is small and made once; whole pages are made once too,
//! and shared.

use serde::Serialize;

use crate::project::Project;
use crate::site::Mode;
use crate::site::document::Heading;
use crate::site::graph::Site;
use crate::site::theme::Theme;

/// What templates see as `config`.
#[derive(Serialize)]
pub struct ConfigView<'a> {
    title: &'a str,
    description: &'a str,
    base_url: &'a str,
    default_language: &'a str,
    mode: Mode,
    program: &'a crate::project::Program,
    extra: &'a serde_json::Map<String, serde_json::Value>,
}

/// What all that is listed has: a page in its section, a section among its pages.
#[derive(Serialize)]
pub struct LightView<'a> {
    title: &'a str,
    description: Option<&'a str>,
    date: Option<&'a str>,
    updated: Option<&'a str>,
    weight: i64,
    draft: bool,
    path: &'a str,
    permalink: String,
    relative_path: &'a str,
    extra: &'a serde_json::Map<String, serde_json::Value>,
    summary: Option<&'a str>,
    word_count: usize,
    reading_time: usize,
}

/// What a page and a section have beside it.
#[derive(Serialize)]
pub struct WholeView<'a> {
    #[serde(flatten)]
    light: LightView<'a>,
    slug: &'a str,
    content: &'a str,
    toc: Vec<TocView>,
    ancestors: Vec<&'a str>,
    assets: &'a [String],
    lower: Option<NeighbourView<'a>>,
    higher: Option<NeighbourView<'a>>,
    subsections: Vec<&'a str>,
}

/// The page before or after a page.
#[derive(Serialize)]
pub struct NeighbourView<'a> {
    title: &'a str,
    description: Option<&'a str>,
    path: &'a str,
    permalink: String,
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

/// The view of the configuration.
pub fn config<'a>(project: &'a Project, theme: &'a Theme, mode: Mode) -> ConfigView<'a> {
    let config = &project.config;
    ConfigView {
        title: &config.title,
        description: &config.description,
        base_url: &config.base_url,
        default_language: &config.default_language,
        mode,
        program: &config.program,
        extra: &theme.extra,
    }
}

/// The view of a page as its section lists it.
pub fn light<'a>(site: &'a Site, page: usize, summary: Option<&'a str>) -> LightView<'a> {
    let node = &site.pages[page];
    let front = &node.page.front;
    LightView {
        title: &front.title,
        description: front.description.as_deref(),
        date: front.date.as_deref(),
        updated: front.updated.as_deref(),
        weight: front.weight,
        draft: front.draft,
        path: &node.route,
        permalink: site.permalink(page),
        relative_path: &node.page.source.path,
        extra: &front.extra,
        summary,
        word_count: node.page.document.words,
        reading_time: reading_time(node.page.document.words),
    }
}

/// The view of a page or a section, without the pages that a section lists.
pub fn whole<'a>(site: &'a Site, page: usize, words: &'a Words) -> WholeView<'a> {
    let node = &site.pages[page];
    let path = |page: &usize| site.pages[*page].page.source.path.as_str();
    WholeView {
        light: light(site, page, words.summary.as_deref()),
        slug: node.route.trim_end_matches('/').rsplit('/').next().unwrap_or_default(),
        content: &words.content,
        toc: toc(&node.page.document.headings, &site.permalink(page)),
        ancestors: node.ancestors.iter().map(path).collect(),
        assets: &node.assets,
        lower: node.lower.map(|page| neighbour(site, page)),
        higher: node.higher.map(|page| neighbour(site, page)),
        subsections: node.subsections.iter().map(path).collect(),
    }
}

fn neighbour(site: &Site, page: usize) -> NeighbourView<'_> {
    let node = &site.pages[page];
    NeighbourView {
        title: &node.page.front.title,
        description: node.page.front.description.as_deref(),
        path: &node.route,
        permalink: site.permalink(page),
    }
}

/// Minutes at 200 words a minute, as Zola counts them; at least one.
fn reading_time(words: usize) -> usize {
    words.div_ceil(200).max(1)
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
