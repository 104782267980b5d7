//! Links on their way from the parser to the HTML writer: those into this site become gaps, those to other sites get
//! what the configuration wants. Pure.

use std::fmt::Write as _;
use std::ops::Range;

use memchr::{memmem, memrchr_iter};

use super::events::Events;
use super::{CowStr, Event, LinkType, Tag, escape};
use crate::site::document::Link;

impl<'t> Events<'_, '_, 't> {
    /// The event that begins a link.
    pub(super) fn link_start(
        &mut self,
        kind: LinkType,
        target: CowStr<'t>,
        title: CowStr<'t>,
        id: CowStr<'t>,
        range: &Range<usize>,
    ) -> Event<'t> {
        if is_elsewhere(&target) && self.reading.flavour.markdown.external_links.any() {
            return Event::InlineHtml(self.external(&target, &title).into());
        }
        let dest_url = self.link(kind, target, &id, range);
        Event::Start(Tag::Link { link_type: kind, dest_url, title, id })
    }

    /// The tag of a link to another site.
    fn external(&self, target: &str, title: &str) -> String {
        let wants = &self.reading.flavour.markdown.external_links;
        let attribute = |name: &str, value: &str| match value {
            "" => String::new(),
            value => format!("{name}=\"{}\" ", escape(value)),
        };
        format!(
            "<a {}{}{}{}href=\"{}\">",
            attribute("class", wants.class.as_deref().unwrap_or_default()),
            attribute("rel", &wants.rel()),
            attribute("target", if wants.target_blank { "_blank" } else { "" }),
            attribute("title", title),
            escape(target),
        )
    }

    /// Notes a link into this site, and returns what stands for its address until it is resolved.
    pub(super) fn link(&mut self, kind: LinkType, target: CowStr<'t>, id: &str, range: &Range<usize>) -> CowStr<'t> {
        if !is_internal(kind, &target) {
            return target;
        }
        let written = match kind {
            LinkType::Inline => range.clone(),
            _ => self.definitions.iter().find(|(label, _)| label == id).map_or(range.clone(), |(_, span)| span.clone()),
        };
        let span = self.written_at(&target, written);
        let links = &mut self.reading.document.links;
        let number = links.len();
        links.push(Link { target: target.into_string(), span });
        // There are many, and none needs a way of writing.
        [&self.reading.mark, "l", &number.to_string(), "."].concat().into()
    }

    /// The bytes of the file that an address is written in: after the last `](`, or after a definition's colon.
    fn written_at(&self, target: &str, range: Range<usize>) -> Range<usize> {
        let whole = self.base + range.start..self.base + range.end;
        // What is not there has no place of its own.
        let Some(text) = self.text.get(range.clone()).filter(|_| !target.is_empty()) else { return whole };
        let bytes = text.as_bytes();
        let bracket = memrchr_iter(b'(', bytes).find(|at| at.checked_sub(1).is_some_and(|at| bytes[at] == b']'));
        let from = bracket.map(|at| at + 1).or_else(|| memmem::find(bytes, b"]:").map(|at| at + 2)).unwrap_or(0);
        if bytes[from..].starts_with(target.as_bytes()) {
            return whole.start + from..whole.start + from + target.len();
        }
        match memmem::find(&bytes[from..], target.as_bytes()) {
            Some(at) => whole.start + from + at..whole.start + from + at + target.len(),
            None => whole,
        }
    }

    /// Notes the links of raw HTML that are written as Markdown's are: `<a href="@/guides/day.md">`.
    pub(super) fn raw_links(&mut self, html: CowStr<'t>, at: usize) -> CowStr<'t> {
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
}

/// Whether an address is this site's to resolve: not `https:`, `tel:`, `//host` and their like.
pub(super) fn is_internal(kind: LinkType, target: &str) -> bool {
    let scheme = target.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
    !(matches!(kind, LinkType::Email | LinkType::Autolink) || scheme || target.starts_with("//"))
}

/// Whether an address leads to another site.
fn is_elsewhere(target: &str) -> bool {
    target.starts_with("https://") || target.starts_with("http://")
}
