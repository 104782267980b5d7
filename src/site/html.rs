//! Reads finished HTML as far as it is needed to change an attribute: tags, their attributes, and the text of scripts
//! and styles, each with its place. Comments are passed over. Pure; no text makes it panic.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr3, memmem};
use smallvec::SmallVec;

/// The tags of a text, one after the other.
#[derive(Debug)]
pub struct Tags<'h> {
    html: &'h str,
    at: usize,
    /// Whether the text ended within a tag, a comment, or the text of a script.
    is_open: bool,
}

/// A tag. There are hundreds in a page, and most are looked at once, so that it is small and needs no memory of its own.
#[derive(Debug)]
pub struct Tag<'h> {
    html: &'h str,
    /// From `<` to behind `>`.
    pub span: Range<usize>,
    /// Whether it ends an element: `</p>`.
    pub closes: bool,
    name_end: usize,
    attributes: SmallVec<[Spot; 2]>,
    raw_end: usize,
    /// Whether the text ended before the tag did, or what it holds.
    is_open: bool,
}

/// Where an attribute's name and its value are, counted from the tag's first byte.
#[derive(Clone, Copy, Debug)]
struct Spot {
    name: (u32, u32),
    value: (u32, u32),
}

/// An attribute: where its name is, and where its value is. Without a value, that is empty.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name.
    pub name: Range<usize>,
    /// The value, without quotes.
    pub value: Range<usize>,
}

/// Which tags somebody wants to read: by their names, or for the name of an attribute.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Whether a tag is wanted that has this name, which has three letters or more.
    pub tag: fn(&[u8]) -> bool,
    /// The name of the elements whose end is wanted; empty where none is.
    pub end: &'static str,
    /// Whether a tag is wanted that has an attribute of this name, with a value.
    pub attribute: fn(&str) -> bool,
}

/// Elements whose text is no HTML.
const RAW: [&str; 6] = ["script", "style", "textarea", "title", "xmp", "iframe"];

/// The tags of a text.
pub fn tags(html: &str) -> Tags<'_> {
    Tags { html, at: 0, is_open: false }
}

impl<'h> Tags<'h> {
    /// Where the next tag begins, and whether it ends an element.
    #[inline]
    fn start(&mut self) -> Option<(usize, bool)> {
        let bytes = self.html.as_bytes();
        loop {
            // Nearly half of a page's tags stand right behind another, or begin the line after it.
            let before = match bytes.get(self.at..)? {
                [b'<', ..] => 0,
                [b'\n', b'<', ..] => 1,
                rest => memchr(b'<', rest)?,
            };
            let start = self.at + before;
            self.at = match &bytes[start + 1..] {
                [first, ..] if first.is_ascii_alphabetic() => return Some((start, false)),
                [b'/', first, ..] if first.is_ascii_alphabetic() => return Some((start, true)),
                [b'!', b'-', b'-', ..] => comment_end(bytes, start).unwrap_or_else(|| {
                    self.is_open = true;
                    bytes.len()
                }),
                _ => start + 1,
            };
        }
    }

    fn read(&mut self, start: usize, closes: bool) -> Tag<'h> {
        let tag = Tag::read(self.html, start, closes);
        (self.at, self.is_open) = (tag.raw_end, tag.is_open);
        tag
    }
}

impl<'h> Iterator for Tags<'h> {
    type Item = Tag<'h>;

    fn next(&mut self) -> Option<Tag<'h>> {
        let (start, closes) = self.start()?;
        Some(self.read(start, closes))
    }
}

/// Where a comment ends that begins somewhere. It stands apart, as there is hardly one in a page, and its search is long.
#[cold]
#[inline(never)]
fn comment_end(bytes: &[u8], start: usize) -> Option<usize> {
    memmem::find(&bytes[start + 4..], b"-->").map(|end| start + 4 + end + 3)
}

/// The tags of a text that have attributes, and those that are wanted for their name alone.
/// Most of a page's tags are plain: `<p>`, `</em>`; these are passed over without being read.
pub fn telling(html: &str, wanted: Wanted) -> Telling<'_> {
    Telling { tags: tags(html), wanted }
}

/// The tags of a text that have attributes, and those that are wanted.
#[derive(Debug)]
pub struct Telling<'h> {
    tags: Tags<'h>,
    wanted: Wanted,
}

impl Telling<'_> {
    /// Whether the text, which was read to its end, ended between two tags or in the words there, so that what may stand behind it
    /// is what it would be alone.
    pub fn end_in_text(&self) -> bool {
        let bytes = self.tags.html.as_bytes();
        // Half a `<!--` or less may become something else by what stands behind it.
        let is_begun = bytes.last() != Some(&b'>') && bytes[bytes.len().saturating_sub(3)..].contains(&b'<');
        !self.tags.is_open && !is_begun
    }
}

impl<'h> Iterator for Telling<'h> {
    type Item = Tag<'h>;

    #[inline]
    fn next(&mut self) -> Option<Tag<'h>> {
        let (bytes, wanted, tags) = (self.tags.html.as_bytes(), self.wanted, &mut self.tags);
        loop {
            let (start, closes) = tags.start()?;
            let name = start + 1 + usize::from(closes);
            // Most are of one letter or two, and none of these is wanted.
            match &bytes[name..] {
                [_, b'>', ..] => {
                    tags.at = name + 2;
                    continue;
                }
                [_, second, b'>', ..] if second.is_ascii_alphanumeric() => {
                    tags.at = name + 3;
                    continue;
                }
                _ => {}
            }
            let end = until(bytes, name, SPACE | END | SLASH);
            let is_plain = bytes.get(end) == Some(&b'>');
            let name = &bytes[name..end];
            let by_name = || match closes {
                true => name.eq_ignore_ascii_case(wanted.end.as_bytes()),
                false => (wanted.tag)(name) || is_raw(name),
            };
            if !is_plain || by_name() {
                return Some(tags.read(start, closes));
            }
            tags.at = end + 1;
        }
    }
}

/// What a byte is to the reader of a tag.
const SPACE: u8 = 0b00001;
const END: u8 = 0b00010;
const SLASH: u8 = 0b00100;
const EQUALS: u8 = 0b01000;
const OTHER: u8 = 0b10000;

const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_whitespace() {
            classes[byte as usize] = SPACE;
        }
        byte += 1;
    }
    classes[b'>' as usize] = END;
    classes[b'/' as usize] = SLASH;
    classes[b'=' as usize] = EQUALS;
    classes
};

/// Where the first byte of one of these classes is, from somewhere on.
fn until(bytes: &[u8], from: usize, classes: u8) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let length = rest.iter().position(|byte| CLASSES[usize::from(*byte)] & classes != 0);
    length.map_or(bytes.len(), |length| from + length)
}

/// How nearly all links begin.
const PLAIN_LINK: &[u8] = b"<a href=\"";

/// Where the address ends of a link that has nothing else. Most tags with an attribute are one.
#[inline]
fn plain_link_end(bytes: &[u8], start: usize) -> Option<usize> {
    let address = bytes[start..].strip_prefix(PLAIN_LINK)?;
    let end = memchr(b'"', address)?;
    (address.get(end + 1) == Some(&b'>')).then_some(start + PLAIN_LINK.len() + end)
}

/// Whether an element's text is no HTML, by its name.
fn is_raw(name: &[u8]) -> bool {
    matches!(name.first(), Some(b's' | b'S' | b't' | b'T' | b'x' | b'X' | b'i' | b'I'))
        && RAW.iter().any(|raw| raw.as_bytes().eq_ignore_ascii_case(name))
}

/// Where the raw text of an element ends, if it does.
fn closing(html: &str, from: usize, name: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    let is_end = |at: &usize| {
        let after = &bytes[at + 2..];
        after.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
            && after.get(name.len()).is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
    };
    memmem::find_iter(&bytes[from..], b"</").map(|at| from + at).find(is_end)
}

/// The tags of a text that begin at these places, which are known from a reading before.
pub fn tags_at<'h>(html: &'h str, starts: &'h [usize]) -> impl Iterator<Item = Tag<'h>> {
    starts.iter().map(|start| Tag::read(html, *start, html.as_bytes().get(start + 1) == Some(&b'/')))
}

impl<'h> Tag<'h> {
    fn read(html: &'h str, start: usize, closes: bool) -> Tag<'h> {
        let mut tag = Tag::read_alone(html, start, closes);
        let is_raw = !closes && is_raw(tag.name().as_bytes());
        tag.raw_end = tag.span.end;
        if is_raw {
            let end = closing(html, tag.span.end, tag.name());
            tag.is_open |= end.is_none();
            tag.raw_end = end.unwrap_or(html.len());
        }
        tag
    }

    fn read_alone(html: &'h str, start: usize, closes: bool) -> Tag<'h> {
        let bytes = html.as_bytes();
        let from = start + 1 + usize::from(closes);
        let mut at = until(bytes, from, SPACE | END | SLASH);
        let (span, attributes) = (start..bytes.len(), SmallVec::new());
        let mut tag = Tag { html, span, closes, name_end: at, attributes, raw_end: 0, is_open: true };
        if let Some(end) = plain_link_end(bytes, start) {
            (tag.span.end, tag.is_open) = (end + 2, false);
            tag.note(&(start + "<a ".len()..start + "<a href".len()), &(start + PLAIN_LINK.len()..end));
            return tag;
        }
        loop {
            at = until(bytes, at, !(SPACE | SLASH));
            match bytes.get(at) {
                None => return tag,
                Some(b'>') => {
                    (tag.span.end, tag.is_open) = (at + 1, false);
                    return tag;
                }
                Some(_) => {}
            }
            // A stray `=` is a name's first letter to a browser, and so to us.
            let name = at..until(bytes, at + 1, SPACE | EQUALS | END | SLASH);
            at = until(bytes, name.end, !SPACE);
            if bytes.get(at) != Some(&b'=') {
                at = name.end;
                tag.note(&name, &(name.end..name.end));
                continue;
            }
            at = until(bytes, at + 1, !SPACE);
            let value = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => {
                    at + 1..memchr(*quote, &bytes[at + 1..]).map_or(bytes.len(), |length| at + 1 + length)
                }
                _ => at..until(bytes, at, SPACE | END),
            };
            at = (value.end + usize::from(value.start > at)).min(bytes.len());
            tag.note(&name, &value);
        }
    }

    /// Takes note of an attribute. What is further from the tag's beginning than four gigabytes nobody asks for.
    fn note(&mut self, name: &Range<usize>, value: &Range<usize>) {
        let start = self.span.start;
        // Nothing of an attribute is behind the end of its value.
        if u32::try_from(value.end - start).is_ok() {
            let part = |range: &Range<usize>| ((range.start - start) as u32, (range.end - start) as u32);
            self.attributes.push(Spot { name: part(name), value: part(value) });
        }
    }

    fn part(&self, (start, end): (u32, u32)) -> Range<usize> {
        self.span.start + start as usize..self.span.start + end as usize
    }

    /// Its name as it is written.
    pub fn name(&self) -> &'h str {
        &self.html[self.span.start + 1 + usize::from(self.closes)..self.name_end]
    }

    /// All of it, from `<` to `>`.
    pub fn written(&self) -> &'h str {
        &self.html[self.span.clone()]
    }

    /// Whether it has this name.
    pub fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// What a script, a style or their like holds, up to its end.
    pub fn raw(&self) -> Option<Range<usize>> {
        (!self.closes && is_raw(self.name().as_bytes())).then_some(self.span.end..self.raw_end)
    }

    fn all(&self) -> impl Iterator<Item = Attribute> + '_ {
        self.attributes.iter().map(|spot| Attribute { name: self.part(spot.name), value: self.part(spot.value) })
    }

    /// Its attributes as they are written, in order.
    pub fn attributes(&self) -> impl Iterator<Item = (&'h str, &'h str)> + '_ {
        self.all().map(|a| (&self.html[a.name], &self.html[a.value]))
    }

    /// Where its attributes' names and values are, of those that have a value.
    pub fn places(&self) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + '_ {
        self.all().filter(|a| a.value.start > a.name.end).map(|a| (a.name, a.value))
    }

    /// The first attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<Attribute> {
        self.all().find(|a| self.html[a.name.clone()].eq_ignore_ascii_case(name))
    }

    /// The value of an attribute as a browser reads it.
    pub fn value(&self, name: &str) -> Option<Cow<'h, str>> {
        self.attribute(name).map(|a| decode(&self.html[a.value]))
    }

    /// Where another attribute can be written: behind the name.
    pub fn room(&self) -> usize {
        self.name_end
    }
}

/// A text without its `&amp;` and the like. What we don't know stays as it is.
pub fn decode(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        decoded.push_str(&rest[..start]);
        let reference = rest[start + 1..].find(';').map(|end| &rest[start + 1..start + 1 + end]);
        match reference.and_then(|name| Some((name, character(name)?))) {
            Some((name, character)) => {
                decoded.push(character);
                rest = &rest[start + name.len() + 2..];
            }
            None => {
                decoded.push('&');
                rest = &rest[start + 1..];
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16).ok());
            char::from_u32(hex.unwrap_or_else(|| number.parse().ok())?)
        }
    }
}

/// A text as the value of an attribute in double quotes.
pub fn escape(text: &str) -> String {
    if memchr3(b'&', b'"', b'<', text.as_bytes()).is_none() {
        return text.to_owned();
    }
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests;
