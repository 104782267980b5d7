//! The last step of a page: addresses on this site, until here written in full, become the way from the page to there,
//! so that the built folder works under any address, in a subfolder, and from a disk.
//! What search engines and other sites read stays in full: `<link rel="canonical">` and its like, and `<meta>`.
//! Pure. It reads HTML only as far as it must: tags and their attributes; scripts and styles are left alone.

use std::cell::RefCell;
use std::ops::Range;

use memchr::memmem;

use crate::site::address::{self, Style, has_pair};
use crate::site::buffers;
use crate::site::html::{self, Tag, Wanted};

/// Makes the addresses in the page at `route` relative to it. The route is without its leading slash.
pub fn make_relative(html: &str, base_url: &str, route: &str, style: Style) -> String {
    rewrite(html, base_url, |written, to| address::relative_onto(written, route, &to[1..], style))
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
    /// Where in the page the tags begin that were to be noted.
    pub noted: Vec<usize>,
}

/// Makes the addresses in a page relative to it, as [`make_relative`] does, and follows each; it is the only time that a page of
/// a large site is read whole, so that it also takes note of the tags that somebody else wants to read.
pub fn follow(
    html: &str,
    base_url: &str,
    route: &str,
    style: Style,
    known: impl Fn(&str) -> bool,
    wanted: Wanted,
) -> Followed {
    let nowhere = RefCell::new(Vec::new());
    let check = |to: &str| {
        let to = address::split_suffix(to).0;
        // Files that pages need are made in many rooms; where one is missing, the page shows it.
        if is_page(to) && !known(to) && !nowhere.borrow().iter().any(|known| *known == to[1..]) {
            nowhere.borrow_mut().push(to[1..].to_owned());
        }
    };
    let root = root_of(base_url);
    let mut seen = Seen::of(html, wanted);
    for written in seen.addresses.iter().map(|value| &html[value.clone()]) {
        if let Some(path) = written.strip_prefix('/').filter(|path| !path.starts_with('/')) {
            // A folder ends with a slash, which is the one that the rest begins with.
            check(if path.starts_with(root) { &written[root.len()..] } else { written });
        }
    }
    let nameless = seen.nameless(html);
    let written = seen.rewrite(html, base_url, |written, to| {
        check(to);
        address::relative_onto(written, route, &to[1..], style);
    });
    Followed { html: written, nowhere: nowhere.into_inner(), nameless, noted: seen.noted }
}

/// Whether an address without its suffix looks like a page's.
pub fn is_page(to: &str) -> bool {
    to.ends_with('/') || to.ends_with(".html") || !to.contains('.')
}

/// Makes the addresses begin at the site's root, for a page that is shown at any address.
pub fn make_rooted(html: &str, base_url: &str) -> String {
    let root = root_of(base_url);
    rewrite(html, base_url, |written, to| written.extend(["/", root, &to[1..]]))
}

/// The folder of its host that a site lies in: empty, or with a slash at its end.
fn root_of(base_url: &str) -> &str {
    base_url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, root)| root)
}

fn rewrite(html: &str, base_url: &str, way: impl Fn(&mut String, &str)) -> String {
    Seen::of(html, NOTHING).rewrite(html, base_url, way)
}

/// One address of a `srcset`, with what stands around it.
fn rewrite_one(written: &mut String, part: &str, home: &str, way: impl Fn(&mut String, &str)) {
    let start = part.len() - part.trim_start().len();
    match part[start..].strip_prefix(home).filter(|rest| rest.starts_with('/')) {
        Some(rest) => {
            let end = rest.find([' ', ',']).unwrap_or(rest.len());
            written.push_str(&part[..start]);
            way(written, &rest[..end]);
            written.push_str(&rest[end..]);
        }
        None => written.push_str(part),
    }
}

/// The places in a page that matter here.
#[derive(Default)]
struct Seen {
    /// The values that hold addresses to rewrite.
    addresses: Vec<Range<usize>>,
    /// The values that name a place in the page.
    names: Vec<Range<usize>>,
    /// Where tags begin that somebody else wants to read.
    noted: Vec<usize>,
}

impl Seen {
    fn of(html: &str, wanted: Wanted) -> Seen {
        let mut seen = Seen::default();
        for tag in html::telling(html, wanted) {
            let mut is_wanted = match tag.closes {
                true => tag.is(wanted.end),
                false => (wanted.tag)(tag.name().as_bytes()),
            };
            for (name, value) in tag.places().filter(|_| !tag.closes) {
                let name = &html[name];
                let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
                is_wanted |= (wanted.attribute)(name);
                if is("id") || (is("name") && tag.is("a")) {
                    seen.names.push(value);
                } else if ADDRESSES.iter().any(|wanted| is(wanted)) && !is_for_others(&tag) {
                    seen.addresses.push(value);
                }
            }
            if is_wanted {
                seen.noted.push(tag.span.start);
            }
        }
        seen
    }

    /// The page with its addresses rewritten, each by its route, which begins with a slash. What is noted is then noted of that.
    fn rewrite(&mut self, html: &str, base_url: &str, way: impl Fn(&mut String, &str)) -> String {
        let home = base_url.trim_end_matches('/');
        let base = memmem::Finder::new(base_url);
        let mut copy = Copy { html, done: 0, written: buffers::with_room(html.len()), noted: &mut self.noted };
        for value in &self.addresses {
            let text = &html[value.clone()];
            match text.strip_prefix(home) {
                // The home page, as Zola's themes write it.
                Some("") => copy.with(value, |written| way(written, "/")),
                Some(to) if to.starts_with('/') && !has_pair(to, b", ") => {
                    copy.with(value, |written| way(written, to));
                }
                _ if base.find(text.as_bytes()).is_some() => copy.with(value, |written| {
                    text.split_inclusive(',').for_each(|part| rewrite_one(written, part, home, &way));
                }),
                _ => {}
            }
        }
        copy.up_to(html.len());
        copy.written
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

/// A page while it is copied, and what is noted of it with it.
struct Copy<'c> {
    html: &'c str,
    /// So much of it was copied.
    done: usize,
    written: String,
    /// What was not copied yet: the rest is of the copy.
    noted: &'c mut [usize],
}

impl<'c> Copy<'c> {
    fn up_to(&mut self, end: usize) {
        let noted = std::mem::take(&mut self.noted);
        let (copied, rest) = noted.split_at_mut(noted.partition_point(|start| *start < end));
        copied.iter_mut().for_each(|start| *start = *start - self.done + self.written.len());
        self.noted = rest;
        self.written.push_str(&self.html[self.done..end]);
        self.done = end;
    }

    /// Copies up to a value, and something else in its place. Nothing begins within a value.
    fn with(&mut self, value: &Range<usize>, other: impl FnOnce(&mut String)) {
        self.up_to(value.start);
        other(&mut self.written);
        self.done = value.end;
    }
}

const NOTHING: Wanted = Wanted { tag: |_| false, end: "", attribute: |_| false };

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
        let followed = follow(html, "https://x.org/", "", Style::Files, |route| route == "/day/", NOTHING);
        assert_eq!(
            (followed.nowhere, followed.nameless),
            (vec!["gone/".to_owned(), "lost/".to_owned()], vec!["b".to_owned()])
        );
    }

    #[test]
    fn tags_that_somebody_wants_to_read_are_noted_where_they_are_in_the_end() {
        let html = "<link href=https://x.org/a.css><p><img src='https://x.org/b.png' srcset='https://x.org/b.png, /c.png'>\
                    <a href=\"https://x.org\"></a><script>'<img>'</script><img></head><p><i id=a onclick=b></i>";
        let wanted = Wanted {
            tag: |name| [&b"link"[..], b"img"].contains(&name),
            end: "head",
            attribute: |name| name == "onclick",
        };
        let followed = follow(html, "https://x.org/", "guides/day/", Style::Files, |_| true, wanted);
        let read: Vec<&str> = html::tags_at(&followed.html, &followed.noted).map(|tag| tag.written()).collect();
        assert_eq!(
            read,
            [
                "<link href=../../a.css>",
                "<img src='../../b.png' srcset='../../b.png, /c.png'>",
                "<img>",
                "</head>",
                "<i id=a onclick=b>"
            ]
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
