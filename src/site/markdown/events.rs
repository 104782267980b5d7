//! The events of one fragment of Markdown, on their way from the parser to the HTML writer:
//! links and calls become marks, headings get their names, words are counted. Pure.

use std::fmt::Write as _;
use std::ops::Range;

use super::paragraph::{Masked, unwrap_calls};
use super::words::Words;
use super::{CowStr, Event, LinkType, Parser, Reading, Tag, TagEnd, options};
use crate::site::component::Call;
use crate::site::document::{Heading, Link};
use crate::site::slug::slugify;

/// The comment that ends a page's summary.
const MORE: &str = "<!-- more -->";

/// One fragment under reading.
pub(super) struct Events<'r, 's, 't> {
    reading: &'r mut Reading<'s>,
    /// Where the fragment begins in the file.
    base: usize,
    text: &'t str,
    calls: &'r [Call],
    definitions: Vec<(String, Range<usize>)>,
    words: Words,
    out: Vec<Event<'t>>,
    /// Where in `out` the heading and the paragraph begin that are being read.
    heading: Option<usize>,
    paragraph: Option<usize>,
    /// How many pictures we are in, whose words are no text.
    pictures: usize,
}

impl<'r, 's, 't> Events<'r, 's, 't> {
    /// A fragment whose calls are masked.
    pub(super) fn new(reading: &'r mut Reading<'s>, base: usize, text: &'t str, calls: &'r [Call]) -> Self {
        Self {
            reading,
            base,
            text,
            calls,
            definitions: Vec::new(),
            words: Words::default(),
            out: Vec::new(),
            heading: None,
            paragraph: None,
            pictures: 0,
        }
    }

    /// The events for the HTML writer.
    pub(super) fn read(mut self) -> Vec<Event<'t>> {
        let parser = Parser::new_ext(self.text, options());
        let definitions = parser.reference_definitions().iter();
        self.definitions = definitions.map(|(label, def)| (label.to_owned(), def.span.clone())).collect();
        for (event, range) in parser.into_offset_iter() {
            self.words.hear(&event);
            match event {
                Event::Start(tag) => self.start(tag, &range),
                Event::End(tag) => self.end(tag),
                Event::Text(text) if self.pictures == 0 => self.text(text, &range),
                Event::Html(html) if html.trim() == MORE => {
                    self.out.push(Event::Html(format!("{}m.\n", self.reading.mark).into()));
                }
                Event::Html(html) => self.html(html, &range, Event::Html),
                Event::InlineHtml(html) => self.html(html, &range, Event::InlineHtml),
                event => self.out.push(event),
            }
        }
        self.reading.document.words += self.words.count;
        self.out
    }

    fn start(&mut self, tag: Tag<'t>, range: &Range<usize>) {
        let tag = match tag {
            Tag::Link { link_type, dest_url, title, id } => {
                Tag::Link { link_type, dest_url: self.link(link_type, dest_url, &id, range), title, id }
            }
            Tag::Image { link_type, dest_url, title, id } => {
                self.pictures += 1;
                Tag::Image { link_type, dest_url: self.link(link_type, dest_url, &id, range), title, id }
            }
            Tag::Heading { .. } => {
                self.heading = Some(self.out.len());
                tag
            }
            Tag::Paragraph => {
                self.paragraph = Some(self.out.len());
                tag
            }
            tag => tag,
        };
        self.out.push(Event::Start(tag));
    }

    fn end(&mut self, tag: TagEnd) {
        self.out.push(Event::End(tag));
        match tag {
            TagEnd::Image => self.pictures = self.pictures.saturating_sub(1),
            TagEnd::Heading(_) => {
                if let Some(start) = self.heading.take() {
                    self.heading(start);
                }
            }
            TagEnd::Paragraph => {
                if let Some(start) = self.paragraph.take() {
                    let masked = Masked { mark: &self.reading.mark, calls: self.calls };
                    unwrap_calls(masked, start, &mut self.out);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: CowStr<'t>, range: &Range<usize>) {
        for part in self.split(text, range) {
            self.out.push(part.map_or_else(|call| call, |(text, _)| Event::Text(text)));
        }
    }

    fn html(&mut self, html: CowStr<'t>, range: &Range<usize>, event: fn(CowStr<'t>) -> Event<'t>) {
        self.anchors(&html);
        for part in self.split(html, range) {
            let part = part.map_or_else(|call| call, |(html, at)| event(self.raw_links(html, at)));
            self.out.push(part);
        }
    }

    /// Cuts a text at the calls that are masked in it: each part is a text and where it begins, or a call's mark.
    fn split(&self, text: CowStr<'t>, range: &Range<usize>) -> Vec<Result<(CowStr<'t>, usize), Event<'t>>> {
        let mut parts = Vec::new();
        let mut at = range.start;
        // Only a text that stands in the file as it is can be cut by the file's bytes.
        if self.text.get(range.clone()) == Some(&*text) {
            for (number, call) in self.calls.iter().enumerate() {
                let call = call.span.start - self.base..call.span.end - self.base;
                if call.start >= at && call.end <= range.end {
                    if call.start > at {
                        parts.push(Ok((self.text[at..call.start].into(), at)));
                    }
                    parts.push(Err(self.call_mark(number)));
                    at = call.end;
                }
            }
        }
        if at == range.start {
            parts.push(Ok((text, at)));
        } else if at < range.end {
            parts.push(Ok((self.text[at..range.end].into(), at)));
        }
        parts
    }

    /// Notes the links of raw HTML that are written as Markdown's are: `<a href="@/guides/day.md">`.
    fn raw_links(&mut self, html: CowStr<'t>, at: usize) -> CowStr<'t> {
        if !(html.contains("=\"@/") || html.contains("='@/")) {
            return html;
        }
        let mut written = String::new();
        let mut rest = &*html;
        let next = |rest: &str| [rest.find("=\"@/"), rest.find("='@/")].into_iter().flatten().min();
        while let Some(start) = next(rest).map(|equals| equals + 2) {
            let length = rest[start..].find(['"', '\'']).unwrap_or(rest.len() - start);
            let target = &rest[start..start + length];
            let from = self.base + at + (html.len() - rest.len()) + start;
            let number = self.reading.document.links.len();
            self.reading.document.links.push(Link { target: target.to_owned(), span: from..from + length });
            let _ = write!(written, "{}{}l{number}.", &rest[..start], self.reading.mark);
            rest = &rest[start + length..];
        }
        written.push_str(rest);
        written.into()
    }

    fn call_mark(&self, number: usize) -> Event<'t> {
        Masked { mark: &self.reading.mark, calls: self.calls }.mark_of(number)
    }

    /// Notes a link into this site, and returns what stands for its address until it is resolved.
    fn link(&mut self, kind: LinkType, target: CowStr<'t>, id: &str, range: &Range<usize>) -> CowStr<'t> {
        if !is_internal(kind, &target) {
            return target;
        }
        let written = match kind {
            LinkType::Inline => range.clone(),
            _ => self.definitions.iter().find(|(label, _)| label == id).map_or(range.clone(), |(_, span)| span.clone()),
        };
        let span = self.written_at(&target, written);
        let number = self.reading.document.links.len();
        self.reading.document.links.push(Link { target: target.into_string(), span });
        format!("{}l{number}.", self.reading.mark).into()
    }

    /// The bytes of the file that an address is written in: after the last `](`, or after a definition's colon.
    fn written_at(&self, target: &str, range: Range<usize>) -> Range<usize> {
        let whole = self.base + range.start..self.base + range.end;
        let Some(text) = self.text.get(range.clone()) else { return whole };
        let from = text.rfind("](").or_else(|| text.find("]:")).map_or(0, |at| at + 2);
        match text[from..].find(target) {
            Some(at) => whole.start + from + at..whole.start + from + at + target.len(),
            None => whole,
        }
    }

    /// Gives the heading that begins at `start` its name.
    fn heading(&mut self, start: usize) {
        let events = &mut self.out[start..];
        let title: String = events.iter().map(words_of).collect();
        let title = title.trim().to_owned();
        let Some(Event::Start(Tag::Heading { level, id, .. })) = events.first_mut() else { return };
        let wanted = id.as_ref().map_or_else(|| slugify(&title), |id| id.to_string());
        let given = self.reading.slugs.take(wanted);
        self.reading.document.anchors.push(given.clone());
        if self.reading.depth == 0 {
            let heading = Heading { level: *level as u8, id: given.clone(), title };
            self.reading.document.headings.push(heading);
        }
        *id = Some(given.into());
    }

    /// Notes the names that raw HTML gives.
    fn anchors(&mut self, html: &str) {
        for attribute in [" id=\"", " id='", " name=\""] {
            for (at, _) in html.match_indices(attribute) {
                let value = &html[at + attribute.len()..];
                if let Some(end) = value.find(['"', '\'']) {
                    self.reading.document.anchors.push(value[..end].to_owned());
                }
            }
        }
    }
}

/// Whether an address is this site's to resolve: not `https:`, `tel:`, `//host` and their like.
fn is_internal(kind: LinkType, target: &str) -> bool {
    let scheme = target.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
    !(matches!(kind, LinkType::Email | LinkType::Autolink) || scheme || target.is_empty() || target.starts_with("//"))
}

fn words_of(event: &Event<'_>) -> String {
    match event {
        Event::Text(text) | Event::Code(text) => text.to_string(),
        Event::SoftBreak | Event::HardBreak => " ".to_owned(),
        _ => String::new(),
    }
}
