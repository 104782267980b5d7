//! A source into a page: its front matter, every field with its place, and its Markdown as a document.
//! Pure. What is wrong with one field doesn't hide the next, and a page with mistakes is still a page:
//! other pages link to it.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::diagnostic::{Diagnostic, Findings};
use crate::fields::{Fields, Spanned, Toml};
use crate::site::content::Source;
use crate::site::document::Document;
use crate::site::markdown;

/// A page, or the page of a section.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it came from.
    pub source: Source,
    /// What stands between its `+++` lines.
    pub front: Front,
    /// What stands below them.
    pub document: Document,
}

/// Front matter.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// The title; empty if it is missing, which is a finding.
    pub title: String,
    /// One sentence about the page.
    pub description: Option<String>,
    /// The day it was written.
    pub date: Option<String>,
    /// The day it was last changed.
    pub updated: Option<String>,
    /// Its place among the pages of a section that is sorted by weight.
    pub weight: i64,
    /// Whether it is still being written.
    pub draft: bool,
    /// The last part of its address, in place of the file's name.
    pub slug: Option<Spanned<String>>,
    /// Its whole address, in place of the folders' and the file's names.
    pub path: Option<Spanned<String>>,
    /// Addresses that lead to it from of old.
    pub aliases: Vec<Spanned<String>>,
    /// The template, in place of the usual one.
    pub template: Option<Spanned<String>>,
    /// Free data for the theme.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// What only a section has.
    pub listing: Listing,
}

/// How a section lists its pages.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// In which order.
    pub sort_by: SortBy,
    /// The template of its pages, in place of `page.html`.
    pub page_template: Option<Spanned<String>>,
}

/// The order of a section's pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// As the files are named.
    #[default]
    None,
    /// The lightest first.
    Weight,
    /// The youngest first.
    Date,
    /// By the alphabet.
    Title,
}

/// Reads a source.
pub fn parse(source: &Source, site_title: &str) -> (Page, Findings) {
    let mut findings = Findings::new();
    let (front_range, body_range) = split(source).unwrap_or_else(|finding| {
        findings.push(*finding);
        (0..0, 0..0)
    });
    let mut front = Front::default();
    // Without front matter there is nothing in it to be wrong.
    if findings.is_empty() {
        let (read, found) = self::front(source, front_range, site_title);
        front = read;
        findings.extend(found);
    }
    let (document, found) = markdown::parse(&source.text, body_range);
    findings.extend(found);
    (Page { source: source.clone(), front, document }, findings)
}

/// The bytes of the front matter and of the Markdown below it.
fn split(source: &Source) -> Result<(Range<usize>, Range<usize>), Box<Diagnostic>> {
    let text = source.text.text();
    let opening = text.len() - text.trim_start_matches(['\u{feff}', '\r', '\n', ' ']).len();
    let mut lines = Lines { text, at: opening };
    let first = lines.next().unwrap_or(0..0);
    if text[first.clone()].trim_end() != FENCE {
        return Err(Box::new(no_front_matter(source, first)));
    }
    let start = lines.at;
    while let Some(line) = lines.next() {
        if text[line.clone()].trim_end() == FENCE {
            return Ok((start..line.start, lines.at..text.len()));
        }
    }
    let finding = Diagnostic::error("front/unclosed", "the front matter is never closed");
    let hint = "put a line `+++` between the front matter and the text";
    Err(Box::new(finding.at(source.text.place(opening..opening + FENCE.len())).hint(hint)))
}

const FENCE: &str = "+++";

fn no_front_matter(source: &Source, first: Range<usize>) -> Diagnostic {
    let text = source.text.text();
    let yaml = text[first.clone()].trim_end() == "---";
    let hint = if yaml {
        "write the front matter as TOML between two lines `+++`: `title = \"…\"`"
    } else {
        "begin the file with a line `+++`, then `title = \"…\"`, then another line `+++`"
    };
    let length = text[first.clone()].trim_end().len();
    Diagnostic::error("front/missing", "the page has no front matter")
        .at(source.text.place(first.start..first.start + length))
        .hint(hint)
}

struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let rest = &self.text[start..];
        if rest.is_empty() {
            return None;
        }
        self.at = rest.find('\n').map_or(self.text.len(), |end| start + end + 1);
        Some(start..self.at)
    }
}

fn front(source: &Source, range: Range<usize>, site_title: &str) -> (Front, Findings) {
    let toml = Toml::parse(&source.text, range);
    let section = source.is_section();
    let root = toml.root(if section { "a section" } else { "a page" });
    let title = root.text("title");
    // A title of the wrong kind has its finding already.
    let titled = title.is_some() || root.place_of("title") != root.place();
    let mut front = Front {
        title: title.map(|title| title.value).unwrap_or_default(),
        description: root.text("description").map(|text| text.value),
        weight: root.integer("weight").map_or(0, |weight| weight.value),
        template: root.text("template"),
        aliases: aliases(source, &root),
        extra: root.free("extra"),
        ..Front::default()
    };
    if section {
        front.listing = listing(&root);
    } else {
        page_only(&root, &mut front);
    }
    if !titled && source.path == "_index.md" {
        front.title = site_title.to_owned();
    } else if !titled {
        root.missing("title", "give it one: `title = \"…\"`");
    }
    root.done();
    (front, toml.finish())
}

fn page_only(root: &Fields<'_>, front: &mut Front) {
    front.date = date(root, "date");
    front.updated = date(root, "updated");
    front.draft = root.flag("draft").is_some_and(|draft| draft.value);
    front.slug = root.parsed("slug", slug, "it is one part of an address, like `first-day`, without slashes");
    front.path = root.parsed("path", path, "it is an address on this site, like `guides/first-day`");
}

fn listing(root: &Fields<'_>) -> Listing {
    let orders = [("weight", SortBy::Weight), ("date", SortBy::Date), ("title", SortBy::Title), ("none", SortBy::None)];
    Listing {
        sort_by: root.choice("sort_by", &orders).map_or(SortBy::None, |order| order.value),
        page_template: root.text("page_template"),
    }
}

/// A day, `2026-05-01`, or a moment, as it stands in the file.
fn date(root: &Fields<'_>, key: &'static str) -> Option<String> {
    let parse = |text: &str| {
        let day = text.parse::<Date>().is_ok() && text.len() == 10;
        let moment = text.parse::<DateTime>().is_ok() || text.parse::<Timestamp>().is_ok();
        (day || moment).then(|| text.to_owned())
    };
    root.parsed(key, parse, "write the day as year-month-day: `2026-05-01`").map(|date| date.value)
}

fn slug(text: &str) -> Option<String> {
    let plain = !text.is_empty() && !text.starts_with('.') && !text.contains(['/', '\\', '?', '#', '%']);
    (plain && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}

/// An address on this site without its first and last slash.
pub fn path(text: &str) -> Option<String> {
    let trimmed = text.trim_matches('/');
    (!trimmed.is_empty() && trimmed.split('/').all(|part| slug(part).is_some())).then(|| trimmed.to_owned())
}

fn aliases(source: &Source, root: &Fields<'_>) -> Vec<Spanned<String>> {
    let mut aliases = root.texts("aliases");
    aliases.retain_mut(|alias| {
        let Some(path) = path(&alias.value) else {
            let finding = Diagnostic::error("toml/value", format!("an alias cannot be `{}`", alias.value));
            root.add(
                finding.at(source.text.place(alias.span.clone())).hint("it is an address on this site: `old/name`"),
            );
            return false;
        };
        alias.value = path;
        true
    });
    aliases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceText;

    fn read(text: &str) -> (Page, Vec<String>) {
        let source = Source { path: "a.md".to_owned(), text: SourceText::new("content/a.md", text) };
        let (page, findings) = parse(&source, "Site");
        (page, findings.sorted().iter().map(|d| d.message.clone()).collect())
    }

    #[test]
    fn front_matter_and_text_come_apart() {
        let (page, findings) =
            read("\u{feff}\r\n+++\r\ntitle = \"A\"\r\ndate = 2026-05-01\r\n[extra]\r\nx = [1]\r\n+++\r\nHi +++\r\n");
        assert_eq!(findings, [""; 0]);
        assert_eq!((page.front.title.as_str(), page.front.date.as_deref()), ("A", Some("2026-05-01")));
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
}
