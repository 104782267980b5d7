//! Guides as files of their own: handouts, and e-books as they are finished. What the build itself refuses is told by the
//! build. Pure.

use std::collections::{HashMap, HashSet};

use super::program::{Book, Page, Program};
use super::{Around, Found};
use crate::diagnostic::Place;
use crate::project::Dialect;
use crate::site::address;
use crate::site::html::tags;

/// A house default: as much as is read in one evening.
const MOST_PAGES: usize = 12;
/// Where a book's own files are.
const FOLDER: &str = "EPUB/";
/// Help, as it can be called.
const HELP: [&str; 3] = ["tel:988", "sms:988", "tel:911"];

pub(super) fn page(page: &Page<'_>, _: Around<'_>, found: &mut Found<'_>) {
    let front = &page.known.front;
    if page.is_guide() && front.updated.is_none() && front.date.is_none() {
        let hint =
            "write `updated = 2026-11-25` with the day of its last change; then it is PDF/A, too, and made to last";
        found.add("guides/undated", "this guide doesn't say when it was changed last", page.file(), hint);
    }
}

pub(super) fn check(program: &Program<'_>, found: &mut Found<'_>) {
    for page in program.pages.iter().filter(|page| page.is_guide()) {
        long(program, page, found);
    }
    for book in &program.books {
        links(program, book, found);
        // A Zola site is somebody's own, and no clinic's.
        if program.project.config.dialect == Dialect::Own {
            help(book, found);
        }
        contents(book, found);
    }
}

fn long(program: &Program<'_>, page: &Page<'_>, found: &mut Found<'_>) {
    let route = &page.known.route;
    let name = route.trim_matches('/').rsplit('/').next().unwrap_or_default();
    let handout = address::file(&format!("{route}{name}-letter.pdf"));
    if let Some(pages) = program.handouts.get(&handout).filter(|pages| **pages > MOST_PAGES) {
        let message = format!("the handout of this guide has {pages} pages: {MOST_PAGES} are enough");
        found.add("guides/long", message, page.file(), "make two guides of it");
    }
}

/// Links of a book that lead nowhere in it.
fn links(program: &Program<'_>, book: &Book, found: &mut Found<'_>) {
    let names: HashMap<&str, HashSet<String>> =
        book.files.iter().map(|(name, text)| (name.as_str(), names(text))).collect();
    for (name, text) in book.files.iter().filter(|(name, _)| name.ends_with(".xhtml")) {
        for href in hrefs(text).filter(|href| !is_elsewhere(href)) {
            let (file, part) = href.split_once('#').unwrap_or((&href, ""));
            let file = if file.is_empty() { name.clone() } else { format!("{FOLDER}{file}") };
            let is_there = names.get(file.as_str()).is_some_and(|names| part.is_empty() || names.contains(part));
            if !is_there {
                let message = format!("`{href}` leads nowhere in the e-book");
                let hint = "link to a heading, `[…](#food)`, or to the file of a page, `[…](@/about.md)`: the book follows these";
                found.add("guides/link", message, place(program, book, text, &href), hint);
            }
        }
    }
}

/// Where an address is written in the guide that a book's file was made of; else the file.
fn place(program: &Program<'_>, book: &Book, text: &str, href: &str) -> Place {
    let title = tags(text).find(|tag| tag.is("title")).map(|tag| tag.span.end);
    let title = title.and_then(|from| text[from..].split('<').next()).unwrap_or_default();
    let is_of = |page: &&Page<'_>| {
        page.is_guide()
            && crate::site::html::decode(title) == page.known.front.title.as_str()
            && book.files.iter().any(|(_, text)| text.contains(&format!("lang=\"{}\"", page.known.source.language)))
    };
    let Some(page) = program.pages.iter().find(is_of) else { return Place::file(&book.path) };
    let body = page.known.body.clone();
    let written = ["\"", "("].iter().find_map(|open| {
        let at = page.source().text().get(body.clone())?.find(&format!("{open}{href}"))?;
        Some(body.start + at + open.len())
    });
    written.map_or_else(|| page.file(), |at| page.place(at..at + href.len()))
}

/// The engine puts the lines there; that they are is held against what is finished.
fn help(book: &Book, found: &mut Found<'_>) {
    let all: HashSet<String> = book.files.iter().flat_map(|(_, text)| hrefs(text)).collect();
    let lacks: Vec<&str> = HELP.into_iter().filter(|line| !all.contains(*line)).collect();
    if !lacks.is_empty() {
        let message = format!("help in a crisis is missing in the e-book: {}", lacks.join(", "));
        found.add("guides/crisis", message, Place::file(&book.path), "this is holdspace's mistake: please tell us");
    }
}

fn contents(book: &Book, found: &mut Found<'_>) {
    let contents = book.files.iter().find(|(name, _)| name == "EPUB/nav.xhtml").map_or("", |(_, text)| text);
    let named: HashSet<String> = hrefs(contents).collect();
    let chapters = book.files.iter().filter_map(|(name, _)| name.strip_prefix(FOLDER));
    for chapter in chapters.filter(|name| name.starts_with("guide-") && !named.contains(*name)) {
        let message = format!("`{chapter}` is not in the contents of the e-book");
        found.add("guides/contents", message, Place::file(&book.path), "this is holdspace's mistake: please tell us");
    }
}

fn hrefs(text: &str) -> impl Iterator<Item = String> + '_ {
    tags(text).filter(|tag| tag.is("a")).filter_map(|tag| tag.value("href").map(|href| href.into_owned()))
}

fn names(text: &str) -> HashSet<String> {
    tags(text).filter_map(|tag| tag.value("id").map(|id| id.into_owned())).collect()
}

/// Whether an address is not of the book: `https:`, `tel:`.
fn is_elsewhere(href: &str) -> bool {
    let scheme = href.split(['/', '#', '?']).next().unwrap_or_default();
    scheme.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Checks;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let book = Book { path: "guides.epub".to_owned(), files };
        let checks = Checks::default();
        let mut found = Found::new(&checks);
        help(&book, &mut found);
        contents(&book, &mut found);
        found.findings.into_iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect()
    }

    #[test]
    fn a_finished_book_has_help_and_names_its_chapters() {
        let help = "<a href=\"tel:988\">a</a><a href=\"sms:988\">b</a><a href=\"tel:911\">c</a>";
        let chapter = ("EPUB/guide-1.xhtml", "<p>Hello.</p>");
        let named = ("EPUB/nav.xhtml", "<a href=\"guide-1.xhtml\">One</a>");
        assert_eq!(told(&[("EPUB/begin.xhtml", help), chapter, named]), Vec::<String>::new());
        assert_eq!(
            told(&[("EPUB/begin.xhtml", &help[..60]), chapter, ("EPUB/nav.xhtml", "")]),
            [
                "guides/crisis: help in a crisis is missing in the e-book: tel:911",
                "guides/contents: `guide-1.xhtml` is not in the contents of the e-book"
            ]
        );
    }

    #[test]
    fn what_leads_out_of_a_book_is_not_looked_for_in_it() {
        assert!(is_elsewhere("https://a.example/#b") && is_elsewhere("tel:988"));
        assert!(!is_elsewhere("#a:b") && !is_elsewhere("guide-1.xhtml#a") && !is_elsewhere("/a/b:c"));
    }
}
