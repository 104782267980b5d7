//! The places in a page that matter to its addresses. They are read from its HTML, but for those in its own words, where they are
//! known from when they were written: nine tenths of a page need not be read again.

use std::ops::Range;

use memchr::memmem;

use crate::site::address::{self, has_pair};
use crate::site::buffers;
use crate::site::document::Heading;
use crate::site::html::{self, Tag, Wanted};

/// The places in a page, or in a part of it, that matter here. All are in the order of the page.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The values that hold addresses to rewrite.
    pub(super) addresses: Vec<Range<usize>>,
    /// The values that name a place in the page.
    names: Vec<Range<usize>>,
    /// Where tags begin that somebody else wants to read.
    pub(super) noted: Vec<usize>,
}

/// A text that stands in a page as it is, with what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Words<'w> {
    /// The text.
    pub html: &'w str,
    /// The places in it, but for its headings' names.
    pub seen: &'w Seen,
    /// Its headings.
    pub headings: &'w [Heading],
}

/// So much of a text is looked for; the rest is compared.
const BEGINNING: usize = 32;

impl Seen {
    /// Takes note of an address, and of where its tag begins if that is a picture's.
    pub fn address(&mut self, value: Range<usize>, picture: Option<usize>) {
        self.addresses.push(value);
        self.noted.extend(picture);
    }

    /// Reads what was written at a place by somebody else, and says whether it ends by itself: else what is behind it could be
    /// something else than it seems.
    pub fn piece(&mut self, html: &str, at: usize, wanted: Wanted) -> bool {
        let mut tags = html::telling(html, wanted);
        let from = |range: Range<usize>| at + range.start..at + range.end;
        for tag in tags.by_ref() {
            let mut is_wanted = match tag.closes {
                true => tag.is(wanted.end),
                false => (wanted.tag)(tag.name().as_bytes()),
            };
            for (name, value) in tag.places().filter(|_| !tag.closes) {
                let name = &html[name];
                let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
                is_wanted |= (wanted.attribute)(name);
                if is("id") || (is("name") && tag.is("a")) {
                    self.names.push(from(value));
                } else if ADDRESSES.iter().any(|wanted| is(wanted)) && !is_for_others(&tag) {
                    self.addresses.push(from(value));
                }
            }
            if is_wanted {
                self.noted.push(at + tag.span.start);
            }
        }
        tags.end_in_text()
    }

    pub(super) fn of(html: &str, wanted: Wanted) -> Seen {
        let mut seen = Seen::default();
        seen.piece(html, 0, wanted);
        seen
    }

    /// The places in a page in which some words stand as they are; `None` where they don't, or where they are no HTML.
    pub(super) fn around(html: &str, words: Words<'_>, wanted: Wanted) -> Option<Seen> {
        let (page, text) = (html.as_bytes(), words.html.as_bytes());
        let beginning = text.get(..BEGINNING)?;
        let start = memmem::find_iter(page, beginning).find(|at| page[*at..].starts_with(text))?;
        let end = start + text.len();
        let mut seen = Seen::default();
        if !seen.piece(&html[..start], 0, wanted) {
            return None;
        }
        let from = |range: &Range<usize>| start + range.start..start + range.end;
        seen.addresses.extend(words.seen.addresses.iter().map(from));
        seen.names.extend(words.seen.names.iter().map(from));
        seen.noted.extend(words.seen.noted.iter().map(|noted| start + noted));
        seen.piece(&html[end..], end, wanted);
        Some(seen)
    }

    /// Whether all that matters is seen that is to be seen in a page: what debug builds ask of each.
    pub(super) fn is_as_read(&self, html: &str, base_url: &str, wanted: Wanted, words: Words<'_>) -> bool {
        let home = base_url.trim_end_matches('/');
        let matters = |address: &&str| address.starts_with(['/', '#']) || address.contains(home);
        let addresses = |seen: &Seen| -> Vec<&str> {
            seen.addresses.iter().map(|value| &html[value.clone()]).filter(matters).collect()
        };
        let read = Seen::of(html, wanted);
        let is_named = |name: &Range<usize>| {
            self.names.contains(name) || words.headings.iter().any(|own| html::escape(&own.id) == html[name.clone()])
        };
        addresses(self) == addresses(&read) && self.noted == read.noted && read.names.iter().all(is_named)
    }

    /// The page with its addresses rewritten, each by its route, which begins with a slash. What is noted is then noted of that.
    pub(super) fn rewrite(&mut self, html: &str, base_url: &str, way: impl Fn(&mut String, &str)) -> String {
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

    /// The names that links on the page lead to and nothing on it has; `words` are those that were not read.
    pub(super) fn nameless(&self, html: &str, words: Option<Words<'_>>) -> Vec<String> {
        let written = self.addresses.iter().map(|value| &html[value.clone()]);
        let parts = written.filter_map(|address| address.strip_prefix('#'));
        let headings = words.map(|words| words.headings).unwrap_or_default();
        let mut nameless: Vec<String> = Vec::new();
        // The empty name and `top` are the browser's own.
        for part in parts.filter(|part| !matches!(*part, "" | "top")) {
            let decoded = address::decode(part);
            let is = |name: &str| name == part || name == decoded;
            let has = self.names.iter().any(|name| is(&html[name.clone()])) || headings.iter().any(|own| is(&own.id));
            if !has && !nameless.iter().any(|known| known == part) {
                nameless.push(part.to_owned());
            }
        }
        // A heading's name may be written in another way than it is said.
        if !nameless.is_empty() && words.is_some() { Seen::of(html, NOTHING).nameless(html, None) } else { nameless }
    }
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

/// Nobody wants to read a tag besides.
pub(super) const NOTHING: Wanted = Wanted { tag: |_| false, end: "", attribute: |_| false };

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

    const WORDS: &str = "<p>Words that are longer than others, and <a href=\"/there/\">a link</a>.</p>";

    /// The addresses that are seen in a page around words of which it is known where theirs is.
    fn around(page: &str) -> Option<Vec<String>> {
        let mut seen = Seen::default();
        let start = WORDS.find("/there/").expect("it has one");
        seen.address(start..start + "/there/".len(), None);
        let (html, words) = (page.replace("WORDS", WORDS), Words { html: WORDS, seen: &seen, headings: &[] });
        let around = Seen::around(&html, words, NOTHING)?;
        assert!(around.is_as_read(&html, "https://x.org/", NOTHING, words), "{html}");
        Some(around.addresses.into_iter().map(|value| html[value].to_owned()).collect())
    }

    #[test]
    fn words_that_stand_in_a_page_as_they_are_need_not_be_read() {
        for (page, seen) in [
            ("WORDS", &["/there/"][..]),
            ("<a href='/a/'>a</a><div class=b>WORDS</div><img src='/c'>", &["/a/", "/there/", "/c"]),
            ("<title>a < b</title> <!-- <a href=/a> -->WORDS < <a href=/b/>", &["/there/", "/b/"]),
            ("<p>Words that are longer than others, but others. WORDS WORDS", &["/there/", "/there/"]),
        ] {
            assert_eq!(
                around(page).as_deref(),
                Some(&seen.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
                "{page}"
            );
        }
    }

    #[test]
    fn words_that_are_no_html_or_are_not_there_are_no_help() {
        for page in
            ["<!-- WORDS -->", "<textarea>WORDS</textarea>", "<a title=\"WORDS\">", "<a WORDS>", "<WORDS", "words", ""]
        {
            assert_eq!(around(page), None, "{page}");
        }
        let short = Words { html: "short", seen: &Seen::default(), headings: &[] };
        assert!(Seen::around("<p>short", short, NOTHING).is_none());
    }

    #[test]
    fn what_somebody_else_wrote_is_known_only_if_it_ends_by_itself() {
        let ends = |html: &str| Seen::default().piece(html, 7, NOTHING);
        for html in
            ["", "a", "a > b", "<p>", "<p class=a>", "</p>", "<!-- a -->", "<script>1 < 2</script>", "a<b>", "1 < 2 "]
        {
            assert!(ends(html), "{html}");
        }
        for html in ["<", "a </", "<!-", "<!-- a --", "<p", "<p class='a>", "<script>", "<textarea></text", "<b><"] {
            assert!(!ends(html), "{html}");
        }
        let mut seen = Seen::default();
        let wanted = Wanted { attribute: |name| name == "id", ..NOTHING };
        seen.piece("<b id=a><a href=\"/b/\"><i id=c><a href=\"/d/\">", 7, wanted);
        assert_eq!((seen.names, seen.addresses, seen.noted), (vec![13..14, 35..36], vec![24..27, 46..49], vec![7, 29]));
    }
}
