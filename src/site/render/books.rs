//! The guides of each language as a book: made before pages are, so that they can link to it with its size.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::site::book::{Book, Chapter, Picture};
use crate::site::html::tags;
use crate::site::render::{Artifact, Stage, guides};

/// A book as templates see it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Shown {
    /// Its whole address.
    permalink: String,
    /// How large it is: `34 KB`.
    size: String,
    /// How many guides are in it.
    guides: usize,
}

/// The books, by their language: what templates see, and the file.
pub(super) fn books(stage: &Stage<'_>) -> BTreeMap<String, (Shown, Artifact)> {
    let languages = &stage.render.project.config.languages;
    languages.iter().filter_map(|language| Some((language.code.clone(), book(stage, &language.code)?))).collect()
}

fn book(stage: &Stage<'_>, language: &str) -> Option<(Shown, Artifact)> {
    let (site, config) = (&stage.render.site, &stage.render.project.config);
    let guides = guides::of(stage, language);
    let chapter = |page: &usize| {
        let front = &site.pages[*page].page.front;
        let review = guides::review(front, language);
        // What is wrong with the words is told where the page is made.
        let html = stage.plain_words(*page);
        Chapter { title: front.title.clone(), permalink: site.permalink(*page), html, review }
    };
    let chapters: Vec<Chapter> = guides.iter().map(chapter).collect();
    if chapters.is_empty() {
        return None;
    }
    let default = language == config.default_language;
    let path = if default { "guides.epub".to_owned() } else { format!("{language}/guides.epub") };
    let program = &config.program;
    let book = Book {
        title: guides::program(config, language),
        language: language.to_owned(),
        publisher: program.clinic.clone(),
        phone: (program.phone.clone(), program.phone_href.clone()),
        base_url: site.base_url.clone(),
        path: path.clone(),
        changed: guides::changed(stage, &guides),
        pictures: pictures(stage, &chapters),
        chapters,
    };
    let bytes = book.bytes();
    let shown = Shown {
        permalink: format!("{}{path}", site.base_url),
        size: format!("{} KB", bytes.len().div_ceil(1000)),
        guides: book.chapters.len(),
    };
    Some((shown, Artifact::file(&format!("/{path}"), bytes)))
}

/// The pictures that chapters show.
fn pictures(stage: &Stage<'_>, chapters: &[Chapter]) -> BTreeMap<String, Picture> {
    let images = chapters.iter().flat_map(|chapter| tags(&chapter.html)).filter(|tag| tag.is("img"));
    let sources: BTreeSet<String> = images.filter_map(|tag| Some(tag.value("src")?.into_owned())).collect();
    let picture = |source: String| {
        let (bytes, ending) = guides::picture(stage, &source)?;
        Some((source, Picture { bytes, ending }))
    };
    sources.into_iter().filter_map(picture).collect()
}
