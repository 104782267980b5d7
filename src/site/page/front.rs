//! Front matter: what stands between a page's `+++` lines, every field with its place. Pure. What is wrong with one field
//! doesn't hide the next.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Findings};
use crate::fields::{Fields, Form, Spanned};
use crate::project::markdown::AnchorLinks;
use crate::project::{Config, Dialect, count};
use crate::site::cascade::Cascade;
use crate::site::content::Source;
use crate::site::page::Moment;

/// Front matter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Front {
    /// The title; empty if it is missing, which is a finding.
    pub title: String,
    /// One sentence about the page.
    pub description: Option<String>,
    /// The day it was written.
    pub date: Option<Moment>,
    /// The day it was last changed.
    pub updated: Option<Moment>,
    /// The moment from which on it is left out.
    pub expires: Option<Moment>,
    /// Its place among the pages of a section that is sorted by weight, or a section's among its neighbours.
    pub weight: Option<i64>,
    /// Whether it is still being written.
    pub draft: bool,
    /// Whether it has an address of its own. What has none can still be listed and asked for.
    pub hidden: bool,
    /// The last part of its address, in place of the file's name.
    pub slug: Option<Spanned<String>>,
    /// Its whole address, in place of the folders' and the file's names.
    pub path: Option<Spanned<String>>,
    /// Addresses that lead to it from of old.
    pub aliases: Vec<Spanned<String>>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Its terms, by taxonomy.
    pub taxonomies: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
    /// The template, in place of the usual one.
    pub template: Option<Spanned<String>>,
    /// What it is made into besides HTML: `txt`, `json`.
    pub outputs: Option<Vec<Spanned<String>>>,
    /// Whether it is left out of the search.
    pub unsearchable: bool,
    /// Whether it is left out of feeds.
    pub unfed: bool,
    /// Whether Tera goes through the page before its Markdown is read; as the site says, where it is silent.
    pub templating: Option<bool>,
    /// Free data for the theme.
    #[serde(with = "crate::site::readings::as_json")]
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// What only a section has.
    pub listing: Listing,
}

/// How a section lists its pages.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Listing {
    /// In which order.
    pub sort_by: Option<Spanned<SortBy>>,
    /// The template of its pages, in place of `page.html`.
    pub page_template: Option<Spanned<String>>,
    /// How many pages stand on one page of the listing.
    pub paginate_by: Option<usize>,
    /// What stands before the number of such a page in its address; `page` where nothing is said.
    pub paginate_path: Option<String>,
    /// Whether the listing begins with the last.
    pub paginate_reversed: bool,
    /// The address that whoever comes to the section is led to.
    pub redirect_to: Option<Spanned<String>>,
    /// Whether its pages are also listed by the section above.
    pub transparent: bool,
    /// Whether it has feeds of its own.
    pub feeds: bool,
    /// What it hands down to the pages below it.
    pub cascade: Option<Box<Cascade>>,
    /// Where the headings of its pages have links to themselves; as the site says, where it is silent.
    pub insert_anchor_links: Option<AnchorLinks>,
}

impl Listing {
    /// In which order the pages are listed.
    pub fn order(&self) -> SortBy {
        self.sort_by.as_ref().map_or(SortBy::None, |order| order.value)
    }
}

/// The order of a section's pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortBy {
    /// As the files are named.
    #[default]
    None,
    /// The lightest first.
    Weight,
    /// The youngest first.
    Date,
    /// The last changed first.
    UpdateDate,
    /// By the alphabet, and numbers by their size.
    Title,
    /// By the alphabet, as a computer sees it.
    TitleBytes,
    /// By the last part of the address.
    Slug,
    /// By the address.
    Permalink,
}

impl SortBy {
    /// The words for it.
    pub const NAMES: [(&'static str, SortBy); 8] = [
        ("weight", SortBy::Weight),
        ("date", SortBy::Date),
        ("update_date", SortBy::UpdateDate),
        ("title", SortBy::Title),
        ("title_bytes", SortBy::TitleBytes),
        ("slug", SortBy::Slug),
        ("permalink", SortBy::Permalink),
        ("none", SortBy::None),
    ];
}

/// A file in its parts.
pub(super) struct Parts {
    pub(super) fence: &'static str,
    /// The bytes of the front matter.
    pub(super) front: Range<usize>,
    /// The bytes of the Markdown below it.
    pub(super) body: Range<usize>,
}

/// A file in its parts; or what is wrong with the marks between them.
pub(super) fn split(source: &Source) -> Result<Parts, Box<Diagnostic>> {
    let text = source.text.text();
    let opening = text.len() - text.trim_start_matches(['\u{feff}', '\r', '\n', ' ']).len();
    let mut lines = Lines { text, at: opening };
    let first = lines.next().unwrap_or(0..0);
    let Some(fence) = FENCES.into_iter().find(|fence| text[first.clone()].trim_end() == *fence) else {
        return Err(Box::new(no_front_matter(source, first)));
    };
    let start = lines.at;
    while let Some(line) = lines.next() {
        if text[line.clone()].trim_end() == fence {
            return Ok(Parts { fence, front: start..line.start, body: lines.at..text.len() });
        }
    }
    let finding = Diagnostic::error("front/unclosed", "the front matter is never closed");
    let hint = format!("put a line `{fence}` between the front matter and the text");
    Err(Box::new(finding.at(source.text.place(opening..opening + fence.len())).hint(hint)))
}

const TOML: &str = "+++";
const YAML: &str = "---";
const FENCES: [&str; 2] = [TOML, YAML];

fn no_front_matter(source: &Source, first: Range<usize>) -> Diagnostic {
    let text = source.text.text();
    let hint = "begin the file with a line `+++`, then `title = \"…\"`, then another line `+++`";
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

/// Reads front matter, every field with its place.
pub(super) fn front(source: &Source, parts: &Parts, config: &Config) -> (Front, Findings) {
    let read = if parts.fence == YAML { Form::yaml } else { Form::toml };
    let form = read(&source.text, parts.front.clone());
    let section = source.is_section();
    let root = form.root(if section { "a section" } else { "a page" });
    let title = root.text("title");
    // A title of the wrong kind has its finding already.
    let titled = title.is_some() || !root.lacks("title");
    let flag = |key| root.flag(key).is_some_and(|flag| flag.value);
    let denied = |key| root.flag(key).is_some_and(|flag| !flag.value);
    let mut front = Front {
        title: title.map(|title| title.value).unwrap_or_default(),
        description: root.text("description").map(|text| text.value),
        weight: root.integer("weight").map(|weight| weight.value),
        draft: flag("draft"),
        hidden: denied("render"),
        unsearchable: denied("in_search_index"),
        template: root.text("template"),
        templating: root.flag("templating").map(|templating| templating.value),
        outputs: (!root.lacks("outputs")).then(|| root.texts("outputs")),
        aliases: aliases(source, &root),
        extra: root.free("extra"),
        ..Front::default()
    };
    if section {
        front.listing = listing(&root);
    } else {
        page_only(&root, config.dialect, &mut front);
    }
    let is_zola = config.dialect == Dialect::Zola;
    if !titled && source.canonical() == "_index" && !is_zola {
        let own = config.language(&source.language).and_then(|language| language.title.clone());
        front.title = own.unwrap_or_else(|| config.title.clone());
    } else if !titled && !is_zola {
        root.missing(
            "title",
            if parts.fence == YAML { "give it one: `title: …`" } else { "give it one: `title = \"…\"`" },
        );
    }
    // To Zola a key that it doesn't know in a page is no mistake; in a section it is.
    if is_zola && !section {
        root.done_leniently()
    } else {
        root.done()
    }
    (front, form.finish())
}

fn page_only(root: &Fields<'_>, dialect: Dialect, front: &mut Front) {
    front.date = date(root, "date");
    front.updated = date(root, "updated");
    front.expires = date(root, "expires");
    front.unfed = root.flag("include_in_feeds").is_some_and(|flag| !flag.value);
    front.authors = root.texts("authors").into_iter().map(|author| author.value).collect();
    front.taxonomies = root.lists("taxonomies");
    for term in front.taxonomies.iter().flat_map(|(_, terms)| terms).filter(|term| term.value.trim().is_empty()) {
        let finding = Diagnostic::error("toml/value", "a term cannot be empty");
        root.add(finding.at(root.place_in(term.span.clone())).hint("write a word, or take it away"));
    }
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let part = if dialect == Dialect::Zola { given } else { slug };
    front.slug = root.parsed("slug", part, "it is one part of an address, like `first-day`, without slashes");
    front.path = root.parsed("path", path, "it is an address on this site, like `guides/first-day`");
}

fn listing(root: &Fields<'_>) -> Listing {
    let flag = |key| root.flag(key).is_some_and(|flag| flag.value);
    Listing {
        sort_by: root.choice("sort_by", &SortBy::NAMES),
        page_template: root.text("page_template"),
        paginate_by: count(root, "paginate_by"),
        paginate_path: root.text("paginate_path").map(|path| path.value.trim_matches('/').to_owned()),
        paginate_reversed: flag("paginate_reversed"),
        redirect_to: root.text("redirect_to"),
        transparent: flag("transparent"),
        feeds: flag("generate_feeds"),
        cascade: root.table("cascade", "[cascade]").map(|fields| Box::new(Cascade::read(fields))),
        insert_anchor_links: root.choice("insert_anchor_links", &AnchorLinks::NAMES).map(|place| place.value),
    }
}

/// A day, `2026-05-01`, or a moment, as it stands in the file.
fn date(root: &Fields<'_>, key: &'static str) -> Option<Moment> {
    root.parsed(key, Moment::parse, "write the day as year-month-day: `2026-05-01`").map(|date| date.value)
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
        // `old/name#part` leads here from a part of an old page.
        let (address, part) = alias.value.split_at(alias.value.find('#').unwrap_or(alias.value.len()));
        let Some(path) = path(address).map(|path| format!("{path}{part}")) else {
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
