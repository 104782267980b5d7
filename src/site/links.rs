//! The last step of a page: addresses on this site, until here written in full, become the way from the page to there,
//! so that the built folder works under any address, in a subfolder, and from a disk.
//! What search engines and other sites read stays in full: `<link rel="canonical">` and its like, and `<meta>`.
//! Pure. It reads HTML only as far as it must: tags and their attributes; scripts and styles are left alone.

mod seen;

use std::cell::RefCell;

use crate::site::address::{self, Style};
use crate::site::html::Wanted;

use seen::NOTHING;
pub use seen::{Seen, Words};

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
/// a large site is read whole, so that it also takes note of the tags that somebody else wants to read. Of the page's own `words`
/// is known what matters in them, if it is; they are not read then.
pub fn follow(
    html: &str,
    base_url: &str,
    route: &str,
    style: Style,
    known: impl Fn(&str) -> bool,
    wanted: Wanted,
    words: Option<Words<'_>>,
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
    let around = words.and_then(|words| Seen::around(html, words, wanted));
    let words = words.filter(|_| around.is_some());
    let is_as_read = |(seen, words): (&Seen, Words<'_>)| seen.is_as_read(html, base_url, wanted, words);
    debug_assert!(around.as_ref().zip(words).is_none_or(is_as_read), "words are what they were written as: {html}");
    let mut seen = around.unwrap_or_else(|| Seen::of(html, wanted));
    for written in seen.addresses.iter().map(|value| &html[value.clone()]) {
        if let Some(path) = written.strip_prefix('/').filter(|path| !path.starts_with('/')) {
            // A folder ends with a slash, which is the one that the rest begins with.
            check(if path.starts_with(root) { &written[root.len()..] } else { written });
        }
    }
    let nameless = seen.nameless(html, words);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::html;

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
        let followed = follow(html, "https://x.org/", "", Style::Files, |route| route == "/day/", NOTHING, None);
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
        let followed = follow(html, "https://x.org/", "guides/day/", Style::Files, |_| true, wanted, None);
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
