//! The files of a book that are the same for each: its package, its contents, its first page, its style. Pure.

use std::fmt::Write as _;

use super::{Book, Chapter, file, picture_file};
use crate::site::xhtml::escape;

/// Where the package is.
pub(super) const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\n  <rootfiles>\n    \
    <rootfile full-path=\"EPUB/package.opf\" media-type=\"application/oebps-package+xml\"/>\n  </rootfiles>\n</container>\n";

/// Little: a reader's own settings come first.
pub(super) const STYLE: &str = "body { line-height: 1.5 }\nh1, h2, h3 { line-height: 1.25; page-break-after: avoid; break-after: avoid }\n\
    .care, .callout, .advice, .keyfacts, .checklist, .contact, .help { border: 1px solid; border-radius: 0.5em; padding: 0.25em 1em; margin: 1em 0; page-break-inside: avoid; break-inside: avoid }\n\
    .care-emergency, .care-urgent { border-width: 3px }\n.visually-hidden { font-style: normal }\n.checklist li { list-style: \"☐  \" }\n\
    .review { font-style: italic }\ndt { font-weight: bold }\n.lines span { display: block; border-bottom: 1px solid; height: 2em }\n\
    img { max-width: 100%; height: auto }\n\
    table { border-collapse: collapse }\nth, td { border: 1px solid; padding: 0.25em 0.5em; text-align: start }\n";

fn page(language: &str, title: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" \
         xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"{language}\" xml:lang=\"{language}\">\n<head>\n<title>{}</title>\n\
         <link rel=\"stylesheet\" type=\"text/css\" href=\"style.css\"/>\n</head>\n<body>\n{body}\n</body>\n</html>\n",
        escape(title)
    )
}

/// What the book is, what it holds, and what a reader can count on (EPUB Accessibility 1.1).
pub(super) fn package(book: &Book) -> String {
    let changed = book.changed.as_deref().unwrap_or("2000-01-01");
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
         unique-identifier=\"id\" xml:lang=\"{language}\">\n<metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <dc:identifier id=\"id\">{id}</dc:identifier>\n<dc:title>{title}</dc:title>\n<dc:language>{language}</dc:language>\n\
         <dc:publisher>{publisher}</dc:publisher>\n<meta property=\"dcterms:modified\">{changed}T00:00:00Z</meta>\n",
        language = escape(&book.language),
        id = escape(&format!("{}{}", book.base_url, book.path)),
        title = escape(&book.title),
        publisher = escape(&book.publisher),
    );
    let drawn = |chapter: &Chapter| chapter.html.contains("<svg");
    let (pictures, summary) = match book.pictures.is_empty() && !book.chapters.iter().any(drawn) {
        true => (None, "All of it is text with headings, lists and tables."),
        false => (
            Some(("accessMode", "visual")),
            "All of it is text with headings, lists and tables; each picture is told in words, too.",
        ),
    };
    let known = [
        ("accessMode", "textual"),
        ("accessModeSufficient", "textual"),
        ("accessibilityFeature", "structuralNavigation"),
        ("accessibilityFeature", "tableOfContents"),
        ("accessibilityFeature", "readingOrder"),
        ("accessibilityFeature", "alternativeText"),
        ("accessibilityFeature", "displayTransformability"),
        ("accessibilityHazard", "none"),
        ("accessibilitySummary", summary),
    ];
    for (property, value) in known.into_iter().chain(pictures) {
        let _ = writeln!(text, "<meta property=\"schema:{property}\">{value}</meta>");
    }
    text.push_str(
        "</metadata>\n<manifest>\n<item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\n\
         <item id=\"style\" href=\"style.css\" media-type=\"text/css\"/>\n\
         <item id=\"begin\" href=\"begin.xhtml\" media-type=\"application/xhtml+xml\"/>\n",
    );
    for (number, chapter) in book.chapters.iter().enumerate() {
        let drawn = if drawn(chapter) { " properties=\"svg\"" } else { "" };
        let _ = writeln!(
            text,
            "<item id=\"guide-{id}\" href=\"{}\" media-type=\"application/xhtml+xml\"{drawn}/>",
            file(number),
            id = number + 1
        );
    }
    for (number, picture) in book.pictures.values().enumerate() {
        let _ = writeln!(
            text,
            "<item id=\"picture-{id}\" href=\"{}\" media-type=\"{}\"/>",
            picture_file(number, picture),
            picture.kind(),
            id = number + 1
        );
    }
    text.push_str("</manifest>\n<spine>\n<itemref idref=\"begin\"/>\n<itemref idref=\"nav\"/>\n");
    for number in 1..=book.chapters.len() {
        let _ = writeln!(text, "<itemref idref=\"guide-{number}\"/>");
    }
    text.push_str("</spine>\n</package>\n");
    text
}

/// The contents.
pub(super) fn contents(book: &Book) -> String {
    let mut list = format!(
        "<nav epub:type=\"toc\" role=\"doc-toc\" aria-labelledby=\"contents\">\n<h1 id=\"contents\">{}</h1>\n<ol>\n",
        words(book).contents
    );
    for (number, chapter) in book.chapters.iter().enumerate() {
        let _ = writeln!(list, "<li><a href=\"{}\">{}</a></li>", file(number), escape(&chapter.title));
    }
    list.push_str("</ol>\n</nav>");
    page(&escape(&book.language), &book.title, &list)
}

/// What the book says by itself, in its language.
struct Words {
    contents: &'static str,
    by: &'static str,
    crisis: &'static str,
    call: &'static str,
    text: &'static str,
    danger: &'static str,
    emergency: &'static str,
}

fn words(book: &Book) -> Words {
    match book.language.split('-').next() {
        Some("es") => Words {
            contents: "Contenido",
            by: "De",
            crisis: "En una crisis",
            call: "llame al 988",
            text: "envíe un mensaje de texto al 988",
            danger: "Si alguien está en peligro:",
            emergency: "llame al 911",
        },
        _ => Words {
            contents: "Contents",
            by: "By",
            crisis: "In a crisis",
            call: "call 988",
            text: "text 988",
            danger: "If someone is in danger:",
            emergency: "call 911",
        },
    }
}

/// The first page: whose it is, and help.
pub(super) fn begin(book: &Book) -> String {
    let words = words(book);
    let (written, called) = &book.phone;
    let phone = if written.is_empty() {
        String::new()
    } else {
        format!("<p><a href=\"{}\"><bdi dir=\"ltr\">{}</bdi></a></p>\n", escape(called), escape(written))
    };
    let by = if book.publisher.is_empty() {
        String::new()
    } else {
        format!("<p>{} {}</p>\n", words.by, escape(&book.publisher))
    };
    let body = format!(
        "<h1>{}</h1>\n{by}{phone}<section class=\"help\" aria-labelledby=\"help\">\n<h2 id=\"help\">{}</h2>\n\
         <p><a href=\"tel:988\">{}</a>, <a href=\"sms:988\">{}</a></p>\n<p>{} <a href=\"tel:911\">{}</a></p>\n</section>",
        escape(&book.title),
        words.crisis,
        words.call,
        words.text,
        words.danger,
        words.emergency
    );
    page(&escape(&book.language), &book.title, &body)
}

/// A chapter.
pub(super) fn chapter(book: &Book, chapter: &Chapter, words: &str) -> String {
    let review = if chapter.review.is_empty() {
        String::new()
    } else {
        format!("\n<p class=\"review\">{}</p>", escape(&chapter.review))
    };
    let body = format!("<section>\n<h1>{}</h1>\n{words}{review}\n</section>", escape(&chapter.title));
    page(&escape(&book.language), &chapter.title, &body)
}
