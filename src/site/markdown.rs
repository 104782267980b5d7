//! Markdown into a document: HTML with gaps for links and components, headings, words, a summary.
//! It is the one file that knows pulldown-cmark. Pure; no Markdown makes it panic.
//!
//! A component call is masked by as many `x` as it has bytes before pulldown-cmark sees the text, so that every place
//! in the file stays where it was. Links and calls leave marks in the HTML, and the marks become the gaps.

mod besides;
mod code;
mod emoji;
mod events;
mod footnotes;
mod headings;
mod links;
mod mask;
mod paragraph;
pub mod prose;
mod words;

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::project::markdown::Markdown;
use crate::site::buffers;
use crate::site::colours::Colours;
use crate::site::component::{self, Call, Literal};
use crate::site::document::{Besides, Body, Document, Gap, Gapped, HeadingGap, PICTURE, Placed, Summary};
use crate::site::slug::{Manner, Slugs};
use events::Events;
use mask::Masks;

/// How a text is read.
#[derive(Clone, Copy, Debug)]
pub struct Flavour<'a> {
    /// What the configuration wants.
    pub markdown: &'a Markdown,
    /// How headings become names.
    pub names: Manner,
    /// Whether headings leave gaps for links to themselves.
    pub heading_gaps: bool,
    /// Whether component calls are looked for.
    pub calls: bool,
    /// The colours of code.
    pub colours: Option<&'a Arc<Colours>>,
}

impl<'a> Flavour<'a> {
    /// As the configuration wants it, with component calls, and with code in one colour.
    pub fn new(markdown: &'a Markdown, names: Manner) -> Self {
        Self { markdown, names, heading_gaps: false, calls: true, colours: None }
    }

    fn options(&self) -> Options {
        let always = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES;
        let wanted = [
            (self.markdown.definition_list, Options::ENABLE_DEFINITION_LIST),
            (self.markdown.github_alerts, Options::ENABLE_GFM),
            (self.markdown.smart_punctuation, Options::ENABLE_SMART_PUNCTUATION),
        ];
        wanted.into_iter().filter(|(wanted, _)| *wanted).fold(always, |options, (_, option)| options | option)
    }
}

/// Reads the Markdown in `range` of a file.
pub fn parse(source: &SourceText, range: Range<usize>, flavour: Flavour<'_>) -> (Document, Findings) {
    let mut reading = Reading {
        source,
        flavour,
        mark: unused_mark(source.text()),
        document: Document::default(),
        slugs: Slugs::default(),
        footnotes: 0,
        heading_gaps: Vec::new(),
        closing: String::new(),
        findings: Findings::new(),
        depth: 0,
        besides: Besides::Nothing,
    };
    reading.document.body = Body::new(reading.fragment(range));
    reading.document.shrink();
    (reading.document, reading.findings)
}

/// Bodies within bodies; deeper than this nobody writes, and the stack has an end.
const DEEPEST: usize = 16;

struct Reading<'s> {
    source: &'s SourceText,
    flavour: Flavour<'s>,
    mark: String,
    document: Document,
    slugs: Slugs,
    /// How many footnotes have a number so far.
    footnotes: usize,
    heading_gaps: Vec<HeadingGap>,
    /// What closes the tags that the summary leaves open.
    closing: String,
    findings: Findings,
    depth: usize,
    /// What was in the fragment besides words.
    besides: Besides,
}

impl Reading<'_> {
    fn fragment(&mut self, range: Range<usize>) -> Gapped {
        let text = &self.source.text()[range.clone()];
        let masks = self.masks(text, &range);
        let masked = masks.hide(text, range.start);
        let mut written = buffers::with_room(text.len() * 3 / 2);
        self.besides = Besides::Nothing;
        html::push_html(&mut written, Events::new(self, range.start, &masked, &masks));
        let besides = self.besides;
        let gapped = Gapped { besides, ..self.gapped(&written, &masks.calls) };
        buffers::back(written);
        if let Cow::Owned(masked) = masked {
            buffers::back(masked);
        }
        gapped
    }

    fn masks(&mut self, text: &str, range: &Range<usize>) -> Masks {
        if !(self.flavour.calls && component::may_have_calls(text)) {
            return Masks::default();
        }
        let code = code::ranges(text, range.start, self.flavour.options());
        let (found, findings) = component::parse(self.source, range.clone(), &code);
        self.findings.extend(findings);
        Masks::new(found)
    }

    /// Takes the marks out of HTML.
    fn gapped(&mut self, written: &str, calls: &[Call]) -> Gapped {
        let mark = self.mark.clone();
        let cuts: Vec<usize> = memmem::find_iter(written.as_bytes(), mark.as_bytes()).collect();
        let (mut html, mut gaps) = (String::with_capacity(written.len()), Vec::with_capacity(cuts.len()));
        html.push_str(&written[..cuts.first().copied().unwrap_or(written.len())]);
        let mut placed = HashSet::new();
        for (number, cut) in cuts.iter().enumerate() {
            let part = &written[cut + mark.len()..cuts.get(number + 1).copied().unwrap_or(written.len())];
            // It is short.
            let end = part.bytes().position(|byte| byte == b'.').unwrap_or(part.len());
            let (token, rest) = (&part[..end], part.get(end + 1..).unwrap_or_default());
            let number = token.get(1..).and_then(|digits| digits.parse::<usize>().ok());
            let gap = match (token.chars().next(), number) {
                (Some('l'), Some(link)) => {
                    if html.ends_with(PICTURE) {
                        self.document.pictures.push(link);
                    }
                    Some(Gap::Link(link))
                }
                (Some('c'), Some(call)) if placed.insert(call) => Some(self.placed(&calls[call])),
                // A gap is cut once, where its heading is; the copy is small.
                (Some('h'), Some(gap)) => self.heading_gaps.get(gap).map(|gap| Gap::Heading(Box::new(gap.clone()))),
                (Some('m'), _) if self.depth == 0 && self.document.summary.is_none() => {
                    let closing = std::mem::take(&mut self.closing);
                    let summary = Summary { length: html.len(), gaps: gaps.len(), closing };
                    self.document.summary = Some(Box::new(summary));
                    None
                }
                _ => None,
            };
            gaps.extend(gap.map(|gap| (html.len(), gap)));
            html.push_str(rest);
        }
        for (_, call) in calls.iter().enumerate().filter(|(i, _)| !placed.contains(i)) {
            self.misplaced(call);
        }
        html.shrink_to_fit();
        gaps.shrink_to_fit();
        Gapped { html, gaps, ..Gapped::default() }
    }

    fn placed(&mut self, call: &Call) -> Gap {
        for argument in call.arguments.iter().filter(|argument| argument.name.value == "id") {
            if let Literal::Text(id) = &argument.value.value {
                self.document.anchors.push(id.clone());
            }
        }
        let number = self.document.calls.len();
        self.document.calls.push(call.clone());
        let body = call.body.clone().map(|body| self.body(call, body));
        Gap::Call(Box::new(Placed { call: number, body }))
    }

    fn body(&mut self, call: &Call, body: Range<usize>) -> Gapped {
        if self.depth == DEEPEST {
            let finding = Diagnostic::error("component/depth", "components are nested too deeply");
            self.findings.push(finding.at(self.source.place(call.name.span.clone())));
            return Gapped::default();
        }
        self.depth += 1;
        let html = self.fragment(body);
        self.depth -= 1;
        html
    }

    fn misplaced(&mut self, call: &Call) {
        let message = format!("`{}` cannot stand here", call.name.value);
        self.findings.push(
            Diagnostic::error("component/place", message)
                .at(self.source.place(call.name.span.clone()))
                .hint("a component stands in a text or on a line of its own, not in an address or a picture's words"),
        );
    }
}

/// A word that the text doesn't have, to mark places in its HTML.
fn unused_mark(text: &str) -> String {
    (0..)
        .map(|number| format!("hsmark{number}z"))
        .find(|mark| memmem::find(text.as_bytes(), mark.as_bytes()).is_none())
        .expect("a text of finite length lacks some word")
}

/// A text as it stands in HTML, in an attribute too.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
