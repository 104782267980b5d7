//! Markup into PDF, by Typst. The one file that knows it. It sees only the files that are handed over: no disk, no network,
//! no packages, no clock, no fonts of the machine. Pure.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::markup::{LAYOUT, Markup, literal};
use super::{Edition, Fault, Paper};
use crate::site::faces::FACES;

/// Grows when the same markup would make another file.
pub(super) const VERSION: &str = "typst 0.15.1, 1";

/// What is the same for every handout.
struct Common {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    layout: Source,
    main: FileId,
}

static COMMON: LazyLock<Common> = LazyLock::new(|| {
    let fonts: Vec<Font> = FACES.iter().flat_map(|face| Font::iter(Bytes::new(*face))).collect();
    let layout = Source::new(file("layout.typ"), LAYOUT.to_owned());
    let book = LazyHash::new(FontBook::from_fonts(&fonts));
    Common { library: LazyHash::new(Library::default()), book, fonts, layout, main: file("main.typ") }
});

fn file(name: &str) -> FileId {
    // Names are ours, and plain.
    let path = VirtualPath::new(name).expect("the name of a file of ours is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// The file that the engine begins with.
pub(super) fn main(markup: &Markup, edition: Edition) -> String {
    let paper = match edition.paper {
        Paper::A4 => "a4",
        Paper::Letter => "us-letter",
    };
    let size = if edition.large { "18pt" } else { "11.5pt" };
    format!(
        "#import \"layout.typ\": *\n#show: handout.with(paper: {}, size: {size}, {})\n{}",
        literal(paper),
        markup.about,
        markup.body
    )
}

/// Sets a handout.
pub(super) fn pdf(markup: &Markup, edition: Edition) -> Result<Vec<u8>, Vec<Fault>> {
    let common = &*COMMON;
    let files = markup.files.iter().map(|(name, bytes)| (file(name), Bytes::new(Shared(Arc::clone(bytes)))));
    let desk = Desk { common, main: Source::new(common.main, main(markup, edition)), files: files.collect() };
    let set = typst::compile::<PagedDocument>(&desk).output;
    let made = set.and_then(|document| typst_pdf::pdf(&document, &options(markup)));
    // Its memory of what it has set before would grow with every guide.
    comemo::evict(8);
    made.map_err(|faults| faults.iter().map(fault).collect())
}

fn options(markup: &Markup) -> PdfOptions {
    let both = [PdfStandard::Ua_1, PdfStandard::A_2a];
    let standards = PdfStandards::new(if markup.dated { &both } else { &both[..1] });
    PdfOptions {
        creator: Smart::Custom(Some("holdspace".to_owned())),
        standards: standards.expect("the two standards go together"),
        ..PdfOptions::default()
    }
}

/// What is wrong, as far as an author can do something about it.
fn fault(told: &SourceDiagnostic) -> Fault {
    let sign =
        told.message.split_once("the text `\"").and_then(|(_, rest)| rest.split_once("\"` could not be displayed"));
    match sign {
        Some((text, _)) => Fault::NoSign(text.to_owned()),
        None => Fault::Other(told.message.to_string()),
    }
}

/// Bytes that are shared, and not copied.
struct Shared(Arc<[u8]>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// All that the engine sees.
struct Desk {
    common: &'static Common,
    main: Source,
    files: HashMap<FileId, Bytes>,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.common.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.common.book
    }

    fn main(&self) -> FileId {
        self.common.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let sources = [&self.main, &self.common.layout];
        let found = sources.into_iter().find(|source| source.id() == id);
        found.cloned().ok_or_else(|| FileError::NotFound(id.vpath().get_without_slash().into()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| FileError::NotFound(id.vpath().get_without_slash().into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.common.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
