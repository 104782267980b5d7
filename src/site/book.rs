//! The guides as one book, EPUB 3.3 (<https://www.w3.org/TR/epub-33/>): to read without a network, as large as a reader likes,
//! or to be read aloud. Pure; the same guides make the same bytes.

mod parts;

use std::io::{Cursor, Read as _, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::site::xhtml::{self, Images};

/// A book.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Its title.
    pub title: String,
    /// Its language (BCP 47).
    pub language: String,
    /// Who publishes it.
    pub publisher: String,
    /// Their telephone number as it is written, and as it is called.
    pub phone: (String, String),
    /// The address of the site, with a slash at its end.
    pub base_url: String,
    /// Where the book stands on it: `guides.epub`.
    pub path: String,
    /// When one of its chapters was last changed: `2026-11-25`.
    pub changed: Option<String>,
    /// Its chapters, in order.
    pub chapters: Vec<Chapter>,
}

/// A chapter: a guide.
#[derive(Clone, Debug, Default)]
pub struct Chapter {
    /// Its title.
    pub title: String,
    /// Its whole address on the site.
    pub permalink: String,
    /// Its words, as HTML.
    pub html: String,
    /// What is said of its review.
    pub review: String,
}

/// The name of a chapter's file.
fn file(number: usize) -> String {
    format!("guide-{}.xhtml", number + 1)
}

impl Book {
    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let plain = SimpleFileOptions::default().last_modified_time(DateTime::default());
        let stored = plain.compression_method(CompressionMethod::Stored);
        let packed = plain.compression_method(CompressionMethod::Deflated);
        let mut put = |name: &str, options, text: &str| {
            // Memory takes all.
            zip.start_file(name, options).and_then(|()| Ok(zip.write_all(text.as_bytes())?)).expect("memory takes all");
        };
        // First, and as it is: by this a reader tells the kind of the file.
        put("mimetype", stored, "application/epub+zip");
        put("META-INF/container.xml", packed, parts::CONTAINER);
        put("EPUB/package.opf", packed, &parts::package(self));
        put("EPUB/nav.xhtml", packed, &parts::contents(self));
        put("EPUB/style.css", packed, parts::STYLE);
        put("EPUB/begin.xhtml", packed, &parts::begin(self));
        for (number, chapter) in self.chapters.iter().enumerate() {
            let words = xhtml::of(&chapter.html, Images::InWords, |href| self.link(href));
            put(&format!("EPUB/{}", file(number)), packed, &parts::chapter(self, chapter, &words));
        }
        zip.finish().expect("memory takes all").into_inner()
    }

    /// Where a link of a chapter leads: to another chapter, or to the site.
    fn link(&self, href: &str) -> String {
        let (address, part) = href.split_once('#').map_or((href, ""), |(address, part)| (address, part));
        let to = self.chapters.iter().position(|chapter| chapter.permalink == address);
        match (to, part) {
            (Some(number), "") => file(number),
            (Some(number), part) => format!("{}#{part}", file(number)),
            (None, _) => href.to_owned(),
        }
    }
}

/// The files of a finished book, by their names; none where it is no book.
pub fn files(bytes: &[u8]) -> Vec<(String, String)> {
    let Ok(mut zip) = ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    let mut files = Vec::with_capacity(zip.len());
    for number in 0..zip.len() {
        let Ok(mut file) = zip.by_index(number) else { continue };
        let (Ok(name), mut text) = (file.name().map(|name| name.into_owned()), String::new()) else { continue };
        if file.read_to_string(&mut text).is_ok() {
            files.push((name, text));
        }
    }
    files
}

#[cfg(test)]
mod tests;
