//! A source into a page: its front matter, every field with its place, and its Markdown as a document.
//! Pure. What is wrong with one field doesn't hide the next, and a page with mistakes is still a page:
//! other pages link to it.

mod front;
mod moment;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Findings;
use crate::project::{Config, Dialect};
use crate::site::component::{Call, has_tags, may_have_calls};
use crate::site::content::Source;
use crate::site::document::Document;
use crate::site::kept::{Mark, Marker};
use crate::site::markdown::{self, Flavour};
use crate::site::pace::{self, Length};

pub use front::{Front, Listing, SortBy, path};
pub use moment::{Moment, of_name as moment_of_name};

/// A page, or the page of a section.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it came from; boxed, as the front matter is.
    pub source: Box<Source>,
    /// What stands between its `+++` lines; there is much of it, and pages are handed on.
    pub front: Box<Front>,
    /// The bytes of the file between them.
    pub front_span: Range<usize>,
    /// The bytes of the file below them.
    pub body: Range<usize>,
    /// What stands there; empty for a page that Tera goes through, until it has.
    pub document: Document,
    /// Whether something for Tera stands there.
    pub has_tags: bool,
    /// A number for the whole file, and one for its front matter.
    pub marks: Marks,
    /// How much there is to read, as Zola counts it.
    pub length: Option<Length>,
    /// Whether its words were left unread: its document has all but them.
    pub is_left: bool,
    /// Whether it stands in for a translation that is missing.
    pub untranslated: bool,
    /// Whether something in its front matter could not be read: nobody knows what it lacks.
    pub is_misread: bool,
}

/// Numbers for the text of a page.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Marks {
    /// One for all of it.
    pub text: Mark,
    /// One for its front matter.
    pub front: Mark,
}

/// How pages are read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// What the configuration says.
    pub config: &'a Config,
    /// How their Markdown is read.
    pub flavour: Flavour<'a>,
}

/// Reads a source.
pub fn parse(source: impl Into<Box<Source>>, reading: Reading<'_>) -> (Page, Findings) {
    let (mut page, mut findings) = begin(source, reading);
    findings.extend(page.read(reading));
    (page, findings)
}

/// Reads what stands at the top of a source; its words are left.
pub(in crate::site) fn begin(source: impl Into<Box<Source>>, reading: Reading<'_>) -> (Page, Findings) {
    let source = source.into();
    let mut findings = Findings::new();
    let mut front = Box::<Front>::default();
    let (mut front_span, mut body) = (0..0, 0..0);
    let mut is_misread = true;
    match front::split(&source) {
        Ok(parts) => {
            let (read, found) = front::front(&source, &parts, reading.config);
            *front = read;
            is_misread = found.has_errors();
            findings.extend(found);
            (front_span, body) = (parts.front, parts.body);
        }
        // Without front matter there is nothing in it to be wrong.
        Err(finding) => findings.push(*finding),
    }
    dated_name(&source, &mut front);
    let text = source.text.text();
    let written = text.get(body.clone()).unwrap_or_default();
    let is_zola = reading.config.dialect == Dialect::Zola;
    // A comment alone is nothing to do, as Zola sees it: in Markdown `## Words {#name}` is a heading's name.
    let has_tags = if is_zola { may_have_calls(written) } else { has_tags(written) };
    let length = is_zola.then(|| pace::of(written, &source.language));
    let mark = |text: &str| Marker::default().text(text).done();
    let marks = Marks { text: mark(text), front: mark(text.get(front_span.clone()).unwrap_or_default()) };
    let document = Document::default();
    let (is_left, untranslated) = (false, false);
    let page =
        Page { source, front, front_span, body, document, has_tags, marks, length, is_left, untranslated, is_misread };
    (page, findings)
}

impl Page {
    /// Reads its words, unless Tera goes through them first.
    pub(in crate::site) fn read(&mut self, reading: Reading<'_>) -> Findings {
        if self.wants_tera(reading.config) {
            return Findings::new();
        }
        let (document, findings) = markdown::parse(&self.source.text, self.body.clone(), reading.flavour);
        self.document = document;
        findings
    }

    /// Whether Tera sees anything of what is written in it: all of it, or a call as it stands.
    pub fn is_seen_by_tera(&self, config: &Config) -> bool {
        // Of a page that was kept, it sees nothing.
        !self.is_left && (self.wants_tera(config) || self.document.calls.iter().any(Call::needs_tera))
    }

    /// Whether Tera must go through it, because it is asked to and there is something to do.
    pub fn wants_tera(&self, config: &Config) -> bool {
        let by_default = || config.dialect == Dialect::Zola && !config.skip_content_templating.fit(&self.source.path);
        self.has_tags && self.front.templating.unwrap_or_else(by_default)
    }
}

/// `2026-05-01-day.md` says its date.
fn dated_name(source: &Source, front: &mut Front) {
    if front.date.is_none() && !source.is_section() {
        front.date = moment::of_name(source.route_name()).map(|(date, _)| date);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceText;

    fn read(text: &str) -> (Page, Vec<String>) {
        let (config, _) = Config::parse(&SourceText::new("holdspace.toml", "title = \"Site\"\n"), Dialect::Own);
        let source = Source::new("a.md", SourceText::new("content/a.md", text), &config);
        let reading = Reading { config: &config, flavour: Flavour::new(&config.markdown, config.slugify.anchors) };
        let (page, findings) = parse(source, reading);
        (page, findings.sorted().iter().map(|d| d.message.clone()).collect())
    }

    #[test]
    fn front_matter_and_text_come_apart() {
        let (page, findings) =
            read("\u{feff}\r\n+++\r\ntitle = \"A\"\r\ndate = 2026-05-01\r\n[extra]\r\nx = [1]\r\n+++\r\nHi +++\r\n");
        assert_eq!(findings, [""; 0]);
        assert_eq!(
            (page.front.title.as_str(), page.front.date.map(|date| date.text).as_deref()),
            ("A", Some("2026-05-01"))
        );
        assert_eq!(page.front.extra["x"][0], 1);
        assert_eq!(page.document.words, 1);
    }

    #[test]
    fn a_page_with_mistakes_is_still_a_page() {
        let (page, findings) = read("+++\ntitle = \"A\"\ndate = \"May\"\nslug = \"a/b\"\nwieght = 1\n+++\n[x](@/b.md)");
        assert_eq!(findings, ["`date` cannot be `May`", "`slug` cannot be `a/b`", "a page has no key `wieght`"]);
        assert_eq!(page.front.title, "A");
        assert_eq!(page.document.links.len(), 1);
    }

    #[test]
    fn yaml_front_matter_says_the_same() {
        let (page, findings) =
            read("---\ntitle: A\ndate: 2026-05-01\ntaxonomies:\n  tags: [b, c]\nextra:\n  x: [1]\n---\nHi\n");
        assert_eq!(findings, [""; 0]);
        assert_eq!((page.front.title.as_str(), page.front.extra["x"][0].as_i64()), ("A", Some(1)));
        let terms: Vec<&str> = page.front.taxonomies[0].1.iter().map(|term| term.value.as_str()).collect();
        assert_eq!((page.front.taxonomies[0].0.value.as_str(), terms), ("tags", vec!["b", "c"]));
        let (_, findings) = read("---\ntitel: A\ndate: May\n---\n");
        assert_eq!(findings, ["a page has no key `titel`", "`date` cannot be `May`"]);
    }
}
