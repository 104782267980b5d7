//! The last step of a page: addresses on this site, until here written in full, become the way from the page to there,
//! so that the built folder works under any address, in a subfolder, and from a disk.
//! What search engines and other sites read stays in full: `<link rel="canonical">` and its like, and `<meta>`.
//! Pure. It reads HTML only as far as it must: tags and their attributes; scripts and styles are left alone.

use std::cell::RefCell;
use std::ops::Range;

use memchr::memmem;

use crate::site::address::{self, Style};
use crate::site::html::{self, Tag};

/// Makes the addresses in the page at `route` relative to it. The route is without its leading slash.
pub fn make_relative(html: &str, base_url: &str, route: &str, style: Style) -> String {
    rewrite(html, base_url, |path| address::relative(route, path, style))
}

/// A page whose addresses are relative, and those among them that lead nowhere.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// The page.
    pub html: String,
    /// Addresses of pages on this site that nobody knows, from the site's root, each once.
    pub nowhere: Vec<String>,
    /// Names, `#part`, that nothing in the page has, each once.
    pub nameless: Vec<String>,
}

/// Makes the addresses in a page relative to it, as [`make_relative`] does, and follows each.
pub fn follow(html: &str, base_url: &str, route: &str, style: Style, known: impl Fn(&str) -> bool) -> Followed {
    let nowhere = RefCell::new(Vec::new());
    let check = |path: &str| {
        let path = address::split_suffix(path).0;
        // Files that pages need are made in many rooms; where one is missing, the page shows it.
        let is_page = path.ends_with('/') || path.ends_with(".html") || !path.contains('.');
        if is_page && !known(path) && !nowhere.borrow().iter().any(|known| known == path) {
            nowhere.borrow_mut().push(path.to_owned());
        }
    };
    let root = root_of(base_url);
    let seen = Seen::of(html);
    for written in seen.addresses.iter().map(|value| &html[value.clone()]) {
        if let Some(path) = written.strip_prefix('/').filter(|path| !path.starts_with('/')) {
            check(path.strip_prefix(root).unwrap_or(path));
        }
    }
    let written = rewrite_seen(html, base_url, &seen.addresses, |path| {
        check(path);
        address::relative(route, path, style)
    });
    Followed { html: written, nowhere: nowhere.into_inner(), nameless: seen.nameless(html) }
}

/// Makes the addresses begin at the site's root, for a page that is shown at any address.
pub fn make_rooted(html: &str, base_url: &str) -> String {
    let root = root_of(base_url);
    rewrite(html, base_url, |path| format!("/{root}{path}"))
}

/// The folder of its host that a site lies in: empty, or with a slash at its end.
fn root_of(base_url: &str) -> &str {
    base_url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, root)| root)
}

fn rewrite(html: &str, base_url: &str, way: impl Fn(&str) -> String) -> String {
    rewrite_seen(html, base_url, &Seen::of(html).addresses, way)
}

fn rewrite_seen(html: &str, base_url: &str, addresses: &[Range<usize>], way: impl Fn(&str) -> String) -> String {
    let mut written = String::with_capacity(html.len());
    let mut done = 0;
    for value in addresses {
        let text = &html[value.clone()];
        // The home page, as Zola's themes write it.
        if text == base_url.trim_end_matches('/') {
            written.push_str(&html[done..value.start]);
            written.push_str(&way(""));
            done = value.end;
            continue;
        }
        if memmem::find(text.as_bytes(), base_url.as_bytes()).is_none() {
            continue;
        }
        written.push_str(&html[done..value.start]);
        match text.strip_prefix(base_url).filter(|_| !text.contains(", ")) {
            Some(path) => written.push_str(&way(path)),
            None => written.extend(text.split_inclusive(',').map(|part| rewrite_one(part, base_url, &way))),
        }
        done = value.end;
    }
    written.push_str(&html[done..]);
    written
}

/// One address of a `srcset`, with what stands around it.
fn rewrite_one(part: &str, base_url: &str, way: impl Fn(&str) -> String) -> String {
    let start = part.len() - part.trim_start().len();
    match part[start..].strip_prefix(base_url) {
        Some(rest) => {
            let end = rest.find([' ', ',']).unwrap_or(rest.len());
            format!("{}{}{}", &part[..start], way(&rest[..end]), &rest[end..])
        }
        None => part.to_owned(),
    }
}

/// The bytes of attributes that matter here.
#[derive(Default)]
struct Seen {
    /// Those that hold addresses to rewrite.
    addresses: Vec<Range<usize>>,
    /// Those that name a place in the page.
    names: Vec<Range<usize>>,
}

impl Seen {
    fn of(html: &str) -> Seen {
        let mut seen = Seen::default();
        for tag in html::tags(html).filter(|tag| !tag.closes) {
            for (name, value) in tag.places() {
                let is = |wanted: &str| html[name.clone()].eq_ignore_ascii_case(wanted);
                if is("id") || (is("name") && tag.is("a")) {
                    seen.names.push(value);
                } else if ADDRESSES.iter().any(|wanted| is(wanted)) && !is_for_others(&tag) {
                    seen.addresses.push(value);
                }
            }
        }
        seen
    }

    /// The names that links on the page lead to and nothing on it has.
    fn nameless(&self, html: &str) -> Vec<String> {
        let written = self.addresses.iter().map(|value| &html[value.clone()]);
        let parts = written.filter_map(|address| address.strip_prefix('#'));
        let mut nameless: Vec<String> = Vec::new();
        // The empty name and `top` are the browser's own.
        for part in parts.filter(|part| !matches!(*part, "" | "top")) {
            let decoded = address::decode(part);
            let has = self.names.iter().any(|name| html[name.clone()] == *part || html[name.clone()] == *decoded);
            if !has && !nameless.iter().any(|known| known == part) {
                nameless.push(part.to_owned());
            }
        }
        nameless
    }
}

/// Attributes that hold addresses.
const ADDRESSES: [&str; 6] = ["href", "src", "srcset", "action", "poster", "data"];

/// Whether search engines and other sites read a tag: it says the whole address.
fn is_for_others(tag: &Tag<'_>) -> bool {
    let rel = || tag.value("rel").unwrap_or_default();
    tag.is("link") && rel().split_whitespace().any(|rel| matches!(rel, "canonical" | "alternate"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_guide(html: &str) -> String {
        make_relative(html, "https://x.org/", "guides/day/", Style::Files)
    }

    #[test]
    fn addresses_become_the_way_from_the_page() {
        assert_eq!(
            at_guide("<a class=x href='https://x.org/#top'>https://x.org/</a> <img src=https://x.org/a.png>"),
            "<a class=x href='../../index.html#top'>https://x.org/</a> <img src=../../a.png>"
        );
        assert_eq!(
            at_guide("<img srcset=\"https://x.org/a.png 1x, https://x.org/b.png 2x\">"),
            "<img srcset=\"../../a.png 1x, ../../b.png 2x\">"
        );
        assert_eq!(at_guide("<a href='https://x.org/guides/day/#b'>"), "<a href='#b'>");
    }

    #[test]
    fn every_address_on_this_site_is_followed() {
        let html = "<a href='#a'><b id=a></b><a href='#b'></a><a href='#top'><a href=/gone/?x><a href='/gone/'>\
                    <a href='https://x.org/lost/#y'><a href='https://x.org/day/'><link href='/no.css'><a href='//y.org/'>";
        let followed = follow(html, "https://x.org/", "", Style::Files, |path| path == "day/");
        assert_eq!(
            (followed.nowhere, followed.nameless),
            (vec!["gone/".to_owned(), "lost/".to_owned()], vec!["b".to_owned()])
        );
    }

    #[test]
    fn what_others_read_stays_in_full() {
        for html in [
            "<link rel=\"canonical\" href=\"https://x.org/a/\">",
            "<meta content=\"https://x.org/a.png\">",
            "<script>let a = '<a href=\"https://x.org/\">';</script>",
            "<!-- <a href=\"https://x.org/\"> -->",
            "<a href=\"https://y.org/?u=https://z.org/\">",
            "a < b",
            "<a href=",
            "<",
            "<a =",
        ] {
            assert_eq!(at_guide(html), html);
        }
    }

    #[test]
    fn the_page_for_what_is_not_found_begins_at_the_root() {
        let html = "<a href=\"https://x.org/sub/guides/\">";
        assert_eq!(make_rooted(html, "https://x.org/sub/"), "<a href=\"/sub/guides/\">");
    }
}
