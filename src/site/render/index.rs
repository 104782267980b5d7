//! The search index that Zola's themes search in a browser: for elasticlunr.js or for Fuse.js, as `[search]` says. A
//! program of our own has another search, see `search`. Pure. The one file that knows elasticlunr.

use std::collections::HashMap;
use std::sync::Arc;

use elasticlunr::{Index, Language as Stems, lang};
use serde_json::{Map, json};

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::project::{Dialect, IndexFormat, Language, Search};
use crate::site::html;
use crate::site::render::Stage;

/// What reads an elasticlunr index in a browser, 0.9.5 of npm as it is: Zola publishes it beside the index, and themes load it.
const LIBRARY: (&str, &str) = ("/elasticlunr.min.js", include_str!("index/elasticlunr.min.js"));

/// Files by their routes.
pub(super) type Files = HashMap<String, Arc<[u8]>>;

/// The indexes, one for each language that wants one.
pub(super) fn files(stage: &Stage<'_>, findings: &mut Findings) -> Files {
    let config = &stage.render.project.config;
    let Some(first) = config.languages.first().filter(|first| first.build_search_index) else { return Files::new() };
    if config.dialect == Dialect::Own {
        return Files::new();
    }
    let form = first.search.index_format;
    let mut files = Files::new();
    for language in config.languages.iter().filter(|language| language.build_search_index) {
        let entries = stage.entries(language);
        let index = match form {
            IndexFormat::FuseJson | IndexFormat::FuseJavascript => fuse(&first.search, &entries),
            IndexFormat::ElasticlunrJson | IndexFormat::ElasticlunrJavascript => {
                match lang::from_code(&language.code) {
                    Some(stems) => elasticlunr(&language.search, stems, &entries),
                    None => {
                        findings.push(unknown(stage, &language.code));
                        continue;
                    }
                }
            }
        };
        let (ending, text) = match form {
            IndexFormat::FuseJson | IndexFormat::ElasticlunrJson => ("json", index),
            _ => ("js", format!("window.searchIndex = {index}")),
        };
        files.insert(format!("/search_index.{}.{ending}", language.code), text.into_bytes().into());
    }
    if matches!(form, IndexFormat::ElasticlunrJson | IndexFormat::ElasticlunrJavascript) {
        let given = |(route, _): (&str, &str)| stage.render.theme.files.contains_key(route);
        files.extend((!given(LIBRARY)).then(|| (LIBRARY.0.to_owned(), LIBRARY.1.as_bytes().into())));
    }
    files
}

fn unknown(stage: &Stage<'_>, code: &str) -> Diagnostic {
    Diagnostic::error("search/index", format!("elasticlunr has no stems for the language `{code}`"))
        .at(Place::file(stage.render.project.config.source.path()))
        .hint("write `index_format = \"fuse_json\"` in `[search]`, or leave out `build_search_index` for it")
}

/// A page that can be found.
struct Entry {
    url: String,
    path: String,
    title: String,
    description: String,
    date: Option<String>,
    body: String,
}

impl Stage<'_> {
    /// The sections of a language that can be found, and their pages.
    fn entries(&self, language: &Language) -> Vec<Entry> {
        let site = &self.render.site;
        let pages = &site.pages;
        let wanted = |page: &usize| !pages[*page].page.front.unsearchable && pages[*page].language() == language.code;
        let sections = (0..pages.len()).filter(|page| pages[*page].page.source.is_section()).filter(wanted);
        let mut found = Vec::new();
        for section in sections {
            let itself = pages[section].page.front.listing.redirect_to.is_none().then_some(section);
            let listed = pages[section].pages.iter().copied().filter(wanted);
            found.extend(itself.into_iter().chain(listed).map(|page| self.entry(page, &language.search)));
        }
        found
    }

    fn entry(&self, page: usize, search: &Search) -> Entry {
        let node = &self.render.site.pages[page];
        let front = &node.page.front;
        let is_section = node.page.source.is_section();
        let date = front.date.as_ref().filter(|_| !is_section).map(|date| match date.text.len() {
            10 => format!("{}T00:00:00Z", date.text),
            _ => date.text.clone(),
        });
        Entry {
            url: self.render.site.permalink(page),
            path: node.route.clone(),
            title: front.title.clone(),
            description: front.description.clone().unwrap_or_default(),
            date,
            body: if search.include_content { plain(&self.page_words(page).0.content, search) } else { String::new() },
        }
    }
}

/// What is read of a page: its words in lines, without code, each as it stands in HTML.
fn plain(content: &str, search: &Search) -> String {
    let text = words(content);
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    match search.truncate_content_length {
        Some(most) => text.chars().take(most).collect(),
        None => text,
    }
}

/// The words of a page as they stand in HTML, without those of scripts, styles and code.
fn words(content: &str) -> String {
    let (mut words, mut at, mut in_code) = (String::new(), 0, false);
    let mut keep = |range: std::ops::Range<usize>, in_code: bool| {
        if !in_code {
            let said = content[range].split("<!--").enumerate();
            let said =
                said.map(|(i, part)| if i == 0 { part } else { part.split_once("-->").map_or("", |(_, rest)| rest) });
            said.for_each(|part| words.push_str(&html::decode(part)));
        }
    };
    for tag in html::tags(content) {
        keep(at..tag.span.start, in_code);
        at = tag.raw().map_or(tag.span.end, |raw| raw.end);
        in_code = if tag.is("pre") { !tag.closes } else { in_code };
    }
    keep(at..content.len(), in_code);
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\u{a0}', "&nbsp;")
}

/// A field's name, whether it is wanted, and what stands in it.
type Field = (&'static str, bool, fn(&Entry) -> &str);

fn fuse(search: &Search, entries: &[Entry]) -> String {
    let fields: [Field; 4] = [
        ("title", search.include_title, |entry| &entry.title),
        ("description", search.include_description, |entry| &entry.description),
        ("body", search.include_content, |entry| &entry.body),
        ("path", search.include_path, |entry| &entry.path),
    ];
    let entry = |entry: &Entry| {
        let mut map = Map::from_iter([("url".to_owned(), json!(entry.url))]);
        let wanted = fields.iter().filter(|(_, wanted, _)| *wanted);
        map.extend(wanted.map(|(name, _, value)| ((*name).to_owned(), json!(value(entry)))));
        map
    };
    json!(entries.iter().map(entry).collect::<Vec<_>>()).to_string()
}

fn elasticlunr(search: &Search, stems: Box<dyn Stems>, entries: &[Entry]) -> String {
    let fields = [
        ("title", search.include_title),
        ("description", search.include_description),
        ("date", search.include_date),
        ("path", search.include_path),
        ("body", search.include_content),
    ];
    let mut index = elasticlunr::IndexBuilder::with_language(stems);
    for (name, _) in fields.iter().filter(|(_, wanted)| *wanted) {
        index = match *name {
            "path" => index.add_field_with_tokenizer(name, Box::new(parts)),
            _ => index.add_field(name),
        };
    }
    let mut index: Index = index.build();
    for entry in entries {
        let values = fields.iter().filter(|(_, wanted)| *wanted).filter_map(|(name, _)| match *name {
            "title" => Some(entry.title.clone()),
            "description" => Some(entry.description.clone()),
            "date" => entry.date.clone(),
            "path" => Some(entry.path.clone()),
            _ => Some(entry.body.clone()),
        });
        index.add_doc(&entry.url, values);
    }
    index.to_json()
}

/// The words of an address.
fn parts(path: &str) -> Vec<String> {
    let parts = path.split(|c: char| c.is_whitespace() || c == '-' || c == '/');
    parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
}
