//! The events of one fragment of Markdown, on their way from the parser to the HTML writer:
//! links and calls become marks, headings get their names, words are counted. Pure.

use std::ops::Range;

use memchr::memchr_iter;
use pulldown_cmark::{CodeBlockKind, OffsetIter};

use super::code::Block;
use super::footnotes::Footnotes;
use super::mask::Masks;
use super::paragraph::{Masked, unwrap_calls};
use super::words::Words;
use super::{CowStr, Event, Parser, Reading, Tag, TagEnd, besides, emoji, escape, html};
use crate::diagnostic::Diagnostic;
use crate::site::component;

/// What stands in the page where its summary ends.
const CONTINUE: &str = "continue-reading";

/// One fragment under reading.
pub(super) struct Events<'r, 's, 't> {
    pub(super) reading: &'r mut Reading<'s>,
    /// Where the fragment begins in the file.
    pub(super) base: usize,
    pub(super) text: &'t str,
    masks: &'r Masks,
    pub(super) definitions: Vec<(String, Range<usize>)>,
    pub(super) footnotes: Footnotes<'t>,
    words: Words,
    parser: OffsetIter<'t>,
    /// Whether all of it was read.
    is_done: bool,
    /// What can be handed on, the last first.
    ready: Vec<Event<'t>>,
    /// What something may still be done to.
    pub(super) out: Vec<Event<'t>>,
    /// Whether that is everything: a summary that ends somewhere closes what is open there.
    keeps_all: bool,
    /// Where in `out` the heading, the paragraph, the footnote and the picture begin that are being read.
    heading: Option<usize>,
    paragraph: Option<usize>,
    footnote: Option<(CowStr<'t>, usize)>,
    picture: Option<usize>,
    code: Option<Block>,
    /// How many pictures we are in, whose words are no text.
    pictures: usize,
}

impl<'r, 's, 't> Events<'r, 's, 't> {
    /// A fragment with its masks, which hide its calls.
    pub(super) fn new(reading: &'r mut Reading<'s>, base: usize, text: &'t str, masks: &'r Masks) -> Self {
        let parser = Parser::new_ext(text, reading.flavour.options());
        let definitions = parser.reference_definitions().iter();
        let definitions = definitions.map(|(label, def)| (label.to_owned(), def.span.clone())).collect();
        let mut events = Self {
            reading,
            base,
            text,
            masks,
            definitions,
            footnotes: Footnotes::default(),
            words: Words::default(),
            parser: parser.into_offset_iter(),
            is_done: false,
            ready: Vec::new(),
            out: Vec::new(),
            keeps_all: memchr_iter(b'<', text.as_bytes()).any(|at| text[at..].starts_with("<!--")),
            heading: None,
            paragraph: None,
            footnote: None,
            picture: None,
            code: None,
            pictures: 0,
        };
        events.reserve_names();
        events
    }

    /// Whether something may still be done to what was read.
    fn is_held(&self) -> bool {
        let within = [&self.heading, &self.paragraph, &self.picture];
        !self.is_done && (self.keeps_all || self.footnote.is_some() || within.into_iter().any(Option::is_some))
    }

    /// Reads on as long as something may still be done to it, and hands on what was read.
    fn gather(&mut self) {
        while self.is_held() {
            match self.parser.next() {
                Some((event, range)) => {
                    self.words.hear(&event);
                    self.event(event, &range);
                }
                None => self.end_all(),
            }
        }
        std::mem::swap(&mut self.ready, &mut self.out);
        self.ready.reverse();
    }

    /// Behind its end, the parser need not be asked again.
    fn end_all(&mut self) {
        self.is_done = true;
        self.footnotes_at_the_end();
        self.reading.document.words += self.words.count();
    }

    /// Whether an event can be handed on as it is: most can.
    fn passes(&self, event: &Event<'t>, range: &Range<usize>) -> bool {
        match event {
            Event::Text(_) => self.code.is_none() && !self.reading.flavour.markdown.render_emoji && !self.hides(range),
            Event::Start(Tag::Paragraph) => !self.hides(range),
            Event::End(tag) => matches!(
                tag,
                TagEnd::Paragraph
                    | TagEnd::Emphasis
                    | TagEnd::Strong
                    | TagEnd::Link
                    | TagEnd::Item
                    | TagEnd::TableRow
                    | TagEnd::TableCell
            ),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Item | Tag::TableRow | Tag::TableCell) => true,
            _ => matches!(event, Event::SoftBreak),
        }
    }

    fn event(&mut self, event: Event<'t>, range: &Range<usize>) {
        if let (Some(code), Event::Text(text)) = (&mut self.code, &event) {
            code.text.push_str(text);
            return;
        }
        self.reading.besides = self.reading.besides.max(besides::of(&event, self.reading.flavour.colours.is_some()));
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.pictures == 0 => self.text(text, range),
            Event::Code(code) => {
                let read = self.unescaped(&code).map(CowStr::from);
                self.out.push(Event::Code(read.unwrap_or(code)));
            }
            Event::FootnoteReference(name) if self.reading.flavour.markdown.bottom_footnotes => {
                let mark = self.footnote_mark(&name);
                self.out.push(mark);
            }
            Event::Html(html) | Event::InlineHtml(html) if is_more(&html) => self.more(),
            // What is for `holdspace check` is for nobody who reads.
            Event::Html(html) | Event::InlineHtml(html) if is_for_checks(&html) => {}
            Event::Html(html) => self.html(html, range, Event::Html),
            Event::InlineHtml(html) => self.html(html, range, Event::InlineHtml),
            event => self.out.push(event),
        }
    }

    fn start(&mut self, tag: Tag<'t>, range: &Range<usize>) {
        let event = match tag {
            Tag::Link { link_type, dest_url, title, id } => self.link_start(link_type, dest_url, title, id, range),
            Tag::Image { link_type, dest_url, title, id } => {
                self.pictures += 1;
                self.picture.get_or_insert(self.out.len());
                let dest_url = self.link(link_type, dest_url, &id, range);
                Event::Start(Tag::Image { link_type, dest_url, title, id })
            }
            Tag::CodeBlock(kind) => {
                let fence = match &kind {
                    CodeBlockKind::Fenced(fence) => fence,
                    CodeBlockKind::Indented => "",
                };
                let block = Block::new(fence);
                self.coloured(&block, range);
                self.code = Some(block);
                return;
            }
            Tag::FootnoteDefinition(name) if self.reading.flavour.markdown.bottom_footnotes => {
                self.footnote = Some((name, self.out.len()));
                return;
            }
            tag => {
                match tag {
                    Tag::Heading { .. } => self.heading = Some(self.out.len()),
                    // Calls are taken out of it in the end.
                    Tag::Paragraph if self.hides(range) => self.paragraph = Some(self.out.len()),
                    _ => {}
                }
                Event::Start(tag)
            }
        };
        self.out.push(event);
    }

    /// Code without what keeps a call in it from being one. Where there are no calls, there is nothing to keep.
    fn unescaped(&self, code: &str) -> Option<String> {
        component::unescaped(code).filter(|_| self.reading.flavour.calls)
    }

    /// Sees whether code has a grammar, where the site wants every language to have one.
    fn coloured(&mut self, code: &Block, range: &Range<usize>) {
        let Some(language) = self.reading.flavour.colours.and_then(|colours| colours.lacks(code.written())) else {
            return;
        };
        let start = self.base + range.start;
        let place = self.reading.source.place(start..start + 3);
        let finding =
            Diagnostic::error("markdown/language", format!("there is no grammar for the language `{language}`"));
        let hint = "without `error_on_missing_language` it is shown in one colour";
        self.reading.findings.push(finding.at(place).hint(hint));
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => return self.code_end(),
            TagEnd::FootnoteDefinition if self.footnote.is_some() => {
                if let Some((name, start)) = self.footnote.take() {
                    self.footnote_said(name, start);
                }
                return;
            }
            _ => {}
        }
        self.out.push(Event::End(tag));
        match tag {
            TagEnd::Image => self.picture_end(),
            TagEnd::Heading(_) => {
                if let Some(start) = self.heading.take() {
                    self.heading(start);
                }
            }
            TagEnd::Paragraph => {
                if let Some(start) = self.paragraph.take() {
                    let masked = Masked { mark: &self.reading.mark, calls: &self.masks.calls };
                    unwrap_calls(masked, start, &mut self.out);
                }
            }
            _ => {}
        }
    }

    fn code_end(&mut self) {
        if let Some(mut code) = self.code.take() {
            code.text = self.unescaped(&code.text).unwrap_or(code.text);
            let colours = self.reading.flavour.colours.map(|colours| &**colours);
            self.out.push(Event::Html(code.html(colours).into()));
        }
    }

    /// Writes a picture that is loaded only when it comes near.
    fn picture_end(&mut self) {
        self.pictures = self.pictures.saturating_sub(1);
        let Some(start) = self.picture.take_if(|_| self.pictures == 0) else { return };
        if !self.reading.flavour.markdown.lazy_async_image {
            return;
        }
        let events: Vec<Event<'t>> = self.out.drain(start..).collect();
        let Some(Event::Start(Tag::Image { dest_url, title, .. })) = events.first() else { return };
        let words: String = events.iter().map(super::headings::words_of).collect();
        let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escape(title)) };
        let picture = format!(
            "<img src=\"{}\" alt=\"{}\"{title} loading=\"lazy\" decoding=\"async\" />",
            escape(dest_url),
            escape(&words)
        );
        self.out.push(Event::InlineHtml(picture.into()));
    }

    /// The place where the summary ends, with what closes the tags that are open there.
    fn more(&mut self) {
        if self.reading.depth > 0 || self.reading.document.anchors.iter().any(|anchor| anchor == CONTINUE) {
            return;
        }
        let mut open: Vec<TagEnd> = Vec::new();
        for event in &self.out {
            match event {
                Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
                Event::Start(tag) => open.push(tag.to_end()),
                Event::End(tag) => open.truncate(open.iter().rposition(|other| other == tag).unwrap_or(0)),
                _ => {}
            }
        }
        html::push_html(&mut self.reading.closing, open.into_iter().rev().map(Event::End));
        self.reading.document.anchors.push(CONTINUE.to_owned());
        let mark = &self.reading.mark;
        self.out.push(Event::Html(format!("{mark}m.<span id=\"{CONTINUE}\"></span>\n").into()));
    }

    fn text(&mut self, text: CowStr<'t>, range: &Range<usize>) {
        if !self.hides(range) {
            let text = self.with_emoji(text);
            return self.out.push(Event::Text(text));
        }
        for part in self.split(text, range) {
            self.out.push(part.map_or_else(|hidden| hidden, |(text, _)| Event::Text(self.with_emoji(text))));
        }
    }

    fn html(&mut self, html: CowStr<'t>, range: &Range<usize>, event: fn(CowStr<'t>) -> Event<'t>) {
        self.anchors(&html);
        if !self.hides(range) {
            let html = self.raw_links(html, range.start);
            return self.out.push(event(html));
        }
        for part in self.split(html, range) {
            let part = part.map_or_else(|hidden| hidden, |(html, at)| event(self.raw_links(html, at)));
            self.out.push(part);
        }
    }

    /// Whether something is hidden in a range of the text.
    fn hides(&self, range: &Range<usize>) -> bool {
        self.masks.hides(&(self.base + range.start..self.base + range.end))
    }

    /// Cuts a text at what is hidden in it: each part is a text and where it begins, or what stands for the hidden.
    fn split(&self, text: CowStr<'t>, range: &Range<usize>) -> Vec<Result<(CowStr<'t>, usize), Event<'t>>> {
        let mut parts = Vec::new();
        let mut at = range.start;
        // Only a text that stands in the file as it is can be cut by the file's bytes.
        if self.text.get(range.clone()) == Some(&*text) {
            let hidden = self.masks.within(self.base + range.start..self.base + range.end, &self.reading.mark);
            for (span, event) in hidden {
                let (start, end) = (span.start - self.base, span.end - self.base);
                if start > at {
                    parts.push(Ok((self.text[at..start].into(), at)));
                }
                parts.push(Err(event));
                at = end;
            }
        }
        if at == range.start {
            parts.push(Ok((text, at)));
        } else if at < range.end {
            parts.push(Ok((self.text[at..range.end].into(), at)));
        }
        parts
    }

    /// `:smile:` as a picture, where that is wanted.
    fn with_emoji(&self, text: CowStr<'t>) -> CowStr<'t> {
        if self.reading.flavour.markdown.render_emoji { emoji::drawn(text) } else { text }
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

/// The events for the HTML writer.
impl<'t> Iterator for Events<'_, '_, 't> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        loop {
            if let Some(event) = self.ready.pop() {
                return Some(event);
            }
            if self.is_done {
                return None;
            }
            if !self.is_held() {
                match self.parser.next() {
                    Some((event, range)) => {
                        self.words.hear(&event);
                        if self.passes(&event, &range) {
                            return Some(event);
                        }
                        self.event(event, &range);
                    }
                    None => self.end_all(),
                }
            }
            self.gather();
        }
    }
}

/// `<!-- lint-ignore rule: reason -->`, on one line.
pub(super) fn is_for_checks(html: &str) -> bool {
    let words = html.trim().strip_prefix("<!--").and_then(|html| html.strip_suffix("-->"));
    words.is_some_and(|words| words.trim_start().starts_with("lint-ignore"))
}

/// The comment that ends a page's summary: `<!-- more -->`, in any case and with any spaces.
fn is_more(html: &str) -> bool {
    let words = html.trim().strip_prefix("<!--").and_then(|html| html.strip_suffix("-->"));
    words.is_some_and(|words| words.trim().eq_ignore_ascii_case("more"))
}
