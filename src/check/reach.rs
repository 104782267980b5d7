//! Accessibility of what staff write: pictures, headings, links, tables in Markdown (WCAG 2.2). Pure.

use std::collections::HashMap;

use super::fix::Mend;
use super::program::Page;
use super::{Around, Found};
use crate::site::markdown::prose::{Block, Kind};

/// Links that say nothing of where they lead.
const SAY_NOTHING: [&str; 28] = [
    "here",
    "click here",
    "click",
    "read more",
    "more",
    "learn more",
    "this",
    "this page",
    "this link",
    "link",
    "see",
    "go",
    "see more",
    "details",
    "info",
    "aquí",
    "haga clic aquí",
    "haz clic aquí",
    "leer más",
    "lea más",
    "más",
    "ver más",
    "más información",
    "este enlace",
    "esta página",
    "enlace",
    "vea",
    "detalles",
];

/// Files that are downloaded; a link says so, with their size.
const DOCUMENTS: [&str; 7] = [".pdf", ".docx", ".doc", ".xlsx", ".pptx", ".epub", ".zip"];

/// What the words in place of a picture need not say: that it is one.
const REDUNDANT: [&str; 11] = [
    "image of",
    "picture of",
    "photo of",
    "photograph of",
    "graphic of",
    "an image",
    "a picture",
    "imagen de",
    "foto de",
    "fotografía de",
    "una imagen",
];

pub(super) fn check(page: &Page<'_>, _: Around<'_>, found: &mut Found<'_>) {
    pictures(page, found);
    headings(page, found);
    links(page, found);
    for (span, full) in &page.prose().tables {
        if !full {
            let hint = "say in each cell of the first row what its column holds; a reader hears it before each cell";
            found.add("a11y/table-header", "a column of this table has no heading", page.place(span.clone()), hint);
        }
    }
}

fn pictures(page: &Page, found: &mut Found<'_>) {
    for image in &page.prose().images {
        let place = page.place(image.span.clone());
        let alt = image.alt.trim();
        let lower = alt.to_lowercase();
        let file = image.target.rsplit('/').next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_lowercase();
        let is_name = [".jpg", ".jpeg", ".png", ".gif", ".webp"].iter().any(|ending| lower.ends_with(ending))
            || (lower == stem && lower.contains(['-', '_', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']));
        if alt.is_empty() {
            let message = format!("`{file}` has no words for those who don't see it");
            found.add("a11y/alt-missing", message, place, "write what is to be seen: `![A door, half open](door.jpg)`");
        } else if is_name {
            let message = format!("“{alt}” is the name of a file, and says nothing of what is to be seen");
            found.add("a11y/alt-file", message, place, "write what is to be seen, in a few words");
        } else if let Some(redundant) = REDUNDANT.iter().find(|words| lower.starts_with(**words)) {
            let message = format!("“{redundant}” is said by every screen reader already");
            found.add("a11y/alt-redundant", message, place, "begin with what is to be seen");
        } else if alt.chars().count() > 125 {
            let message =
                format!("the words for `{file}` have {} letters: they are heard in one go", alt.chars().count());
            found.add("a11y/alt-long", message, place, "use 125 letters or fewer, and say the rest in the text below");
        }
    }
}

fn headings(page: &Page, found: &mut Found<'_>) {
    // The template writes the title as the heading of level 1.
    let mut level = 1;
    for block in &page.prose().blocks {
        let Kind::Heading(rank) = block.kind else {
            // A link that is bold is a link.
            let is_link = || page.prose().links.iter().any(|link| link.text.trim() == block.text.trim());
            if block.kind == Kind::Paragraph && is_bold_heading(block) && !is_link() {
                let hint = "write it as a heading, with `##` before it: readers jump from heading to heading";
                found.add(
                    "a11y/heading-bold",
                    "this looks like a heading, and is none",
                    page.place(block.span.clone()),
                    hint,
                );
            }
            continue;
        };
        let place = page.place(block.span.clone());
        if block.text.trim().is_empty() {
            found.add("a11y/heading-empty", "this heading has no words", place, "delete it, or write what follows");
            continue;
        }
        if rank == 1 {
            let hint = "the title of the page is its first heading already; begin with `##`";
            let mend =
                Mend::new("a11y/heading-one", page.source(), place.clone(), block.span.start..block.span.start, "#");
            let is_hash = page.source().text()[block.span.clone()].starts_with("# ");
            let message = "a page has one heading of the first level, its title".to_owned();
            if is_hash {
                found.mend("a11y/heading-one", message, place, hint, mend);
            } else {
                found.add("a11y/heading-one", message, place, hint);
            }
        } else if rank > level + 1 {
            let (from, to) = (level, rank);
            let message = format!("this heading skips from level {from} to {to}");
            let wanted = "#".repeat(usize::from(level) + 1);
            let hint = format!("write `{wanted}`: a level that is skipped sounds like a part that is missing");
            let hashes = block.span.start..block.span.start + usize::from(rank);
            if page.source().text().get(hashes.clone()).is_some_and(|text| text.bytes().all(|byte| byte == b'#')) {
                let mend = Mend::new("a11y/heading-skip", page.source(), place.clone(), hashes, &wanted);
                found.mend("a11y/heading-skip", message, place, &hint, mend);
            } else {
                found.add("a11y/heading-skip", message, place, hint);
            }
            // What follows is judged as if it were mended.
            level += 1;
            continue;
        }
        level = rank.max(1);
    }
}

fn is_bold_heading(block: &Block) -> bool {
    let text = block.text.trim();
    block.bold && !text.is_empty() && text.chars().count() <= 60 && !text.ends_with(['.', '!', '?', ':', '…'])
}

fn links(page: &Page, found: &mut Found<'_>) {
    let mut targets: HashMap<String, &str> = HashMap::new();
    for link in &page.prose().links {
        let place = page.place(link.span.clone());
        let text = link.text.trim();
        let lower = text.trim_end_matches(['.', '…', '!', '›', '»', '→', ' ']).to_lowercase();
        let target = link.target.split('#').next().unwrap_or_default();
        if text.is_empty() {
            found.add(
                "a11y/link-empty",
                "this link has no words",
                place,
                "write where it leads: `[the day itself](…)`",
            );
            continue;
        }
        if SAY_NOTHING.contains(&lower.as_str()) {
            let message = format!("“{text}” doesn't say where it leads");
            found.add(
                "a11y/link-text",
                message,
                place,
                "link the words that name it: links are read out by themselves",
            );
            continue;
        }
        if text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www.") {
            let message = format!("`{text}` is read out letter by letter");
            found.add("a11y/link-address", message, place, "write what is there: `[the FDA's alert](https://…)`");
            continue;
        }
        let document = DOCUMENTS.iter().find(|ending| target.to_lowercase().ends_with(**ending));
        if let Some(ending) = document {
            let kind = ending.trim_start_matches('.');
            let says = lower.contains(kind) && lower.contains(|c: char| c.is_ascii_digit());
            if !says {
                let message = format!("“{text}” doesn't say that it is a {} file, and how large", kind.to_uppercase());
                let hint = format!("write it so: `[{text} ({}, 200 KB)]({})`", kind.to_uppercase(), link.target);
                found.add("a11y/document-link", message, place, hint);
                continue;
            }
        }
        let same = |first: &str| first.trim_end_matches('/') == link.target.trim_end_matches('/');
        match targets.get(lower.as_str()) {
            Some(first) if !same(first) => {
                let message = format!("“{text}” leads to `{}` here, and to `{first}` above", link.target);
                found.add(
                    "a11y/link-same",
                    message,
                    place,
                    "give each its own words: in a list of links they are the same",
                );
            }
            Some(_) => {}
            None => _ = targets.insert(lower, &link.target),
        }
    }
}
