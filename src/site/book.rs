//! The guides as one book, EPUB 3.3 (<https://www.w3.org/TR/epub-33/>): to read without a network, as large as a reader likes,
//! or to be read aloud. Pure; the same guides make the same bytes.

mod parts;

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::site::xhtml;

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
    /// The pictures in them, by the address that the chapters know them by. One that is missing is told in its own words.
    pub pictures: BTreeMap<String, Picture>,
}

/// A picture of a book.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The file.
    pub bytes: Arc<[u8]>,
    /// What its name ends in: `jpg`, `png` or `svg`.
    pub ending: &'static str,
}

impl Picture {
    /// Its media type.
    fn kind(&self) -> &'static str {
        match self.ending {
            "svg" => "image/svg+xml",
            "png" => "image/png",
            _ => "image/jpeg",
        }
    }
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

/// The name of a picture's file.
fn picture_file(number: usize, picture: &Picture) -> String {
    format!("picture-{}.{}", number + 1, picture.ending)
}

impl Book {
    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let plain = SimpleFileOptions::default().last_modified_time(DateTime::default());
        let stored = plain.compression_method(CompressionMethod::Stored);
        let packed = plain.compression_method(CompressionMethod::Deflated);
        let mut write = |name: &str, options, bytes: &[u8]| {
            zip.start_file(name, options).and_then(|()| Ok(zip.write_all(bytes)?)).expect("memory takes all");
        };
        let mut put = |name: &str, options, text: &str| write(name, options, text.as_bytes());
        // First, and as it is: by this a reader tells the kind of the file.
        put("mimetype", stored, "application/epub+zip");
        put("META-INF/container.xml", packed, parts::CONTAINER);
        put("EPUB/package.opf", packed, &parts::package(self));
        put("EPUB/nav.xhtml", packed, &parts::contents(self));
        put("EPUB/style.css", packed, parts::STYLE);
        put("EPUB/begin.xhtml", packed, &parts::begin(self));
        for (number, chapter) in self.chapters.iter().enumerate() {
            let words = xhtml::of(&chapter.html, |source| self.picture(source), |href| self.link(href));
            put(&format!("EPUB/{}", file(number)), packed, &parts::chapter(self, chapter, &words));
        }
        for (number, picture) in self.pictures.values().enumerate() {
            let options = if picture.ending == "svg" { packed } else { stored };
            write(&format!("EPUB/{}", picture_file(number, picture)), options, &picture.bytes);
        }
        zip.finish().expect("memory takes all").into_inner()
    }

    /// The file of a picture that a chapter shows.
    fn picture(&self, source: &str) -> Option<String> {
        let (number, (_, picture)) = self.pictures.iter().enumerate().find(|(_, (address, _))| *address == source)?;
        Some(picture_file(number, picture))
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
