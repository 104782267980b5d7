//! What is hidden from pulldown-cmark: component calls, and what was written only so as not to be one. Pure.

use std::borrow::Cow;
use std::ops::Range;

use super::Event;
use super::paragraph::Masked;
use crate::site::buffers;
use crate::site::component::{Call, Escape, Found};

/// The calls and escapes of one fragment.
#[derive(Default)]
pub(super) struct Masks {
    pub(super) calls: Vec<Call>,
    escapes: Vec<Escape>,
    /// The bytes of each in the file, in their order, none within another.
    spans: Vec<(Range<usize>, Hidden)>,
}

/// What a mask hides.
#[derive(Clone, Copy)]
enum Hidden {
    Call(usize),
    Escape(usize),
}

/// What stands there instead, so much of it at once.
const HIDDEN: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

impl Masks {
    pub(super) fn new(Found { calls, escapes }: Found) -> Self {
        let hidden_calls = calls.iter().enumerate().map(|(i, call)| (call.span.clone(), Hidden::Call(i)));
        let hidden_escapes = escapes.iter().enumerate().map(|(i, escape)| (escape.span.clone(), Hidden::Escape(i)));
        let mut spans: Vec<(Range<usize>, Hidden)> = hidden_calls.chain(hidden_escapes).collect();
        spans.sort_by_key(|(span, _)| span.start);
        Self { calls, escapes, spans }
    }

    /// The text with `x` in place of everything hidden: as many bytes, on no more lines, and no Markdown.
    pub(super) fn hide<'t>(&self, text: &'t str, base: usize) -> Cow<'t, str> {
        if self.spans.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut masked = buffers::with_room(text.len());
        let mut at = 0;
        for (span, _) in &self.spans {
            masked.push_str(&text[at..span.start - base]);
            let mut left = span.len();
            while left > 0 {
                let some = left.min(HIDDEN.len());
                masked.push_str(&HIDDEN[..some]);
                left -= some;
            }
            at = span.end - base;
        }
        masked.push_str(&text[at..]);
        Cow::Owned(masked)
    }

    /// Whether something is hidden within a range of the file. Most ranges lie before all that is, or behind it.
    pub(super) fn hides(&self, range: &Range<usize>) -> bool {
        let (Some((first, _)), Some((last, _))) = (self.spans.first(), self.spans.last()) else { return false };
        range.end > first.start && range.start < last.end && self.spans_within(range).next().is_some()
    }

    /// The bytes of what is hidden within a range of the file.
    pub(super) fn spans_within(&self, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let first = self.spans.partition_point(|(span, _)| span.start < range.start);
        let end = range.end;
        self.spans[first..].iter().map(|(span, _)| span.clone()).take_while(move |span| span.end <= end)
    }

    /// What is hidden within a range of the file, each with its bytes and the event that stands for it.
    pub(super) fn within<'t>(&self, range: Range<usize>, mark: &str) -> Vec<(Range<usize>, Event<'t>)> {
        let first = self.spans.partition_point(|(span, _)| span.start < range.start);
        let inside = self.spans[first..].iter().take_while(|(span, _)| span.end <= range.end);
        inside.map(|(span, hidden)| (span.clone(), self.event(*hidden, mark))).collect()
    }

    fn event<'t>(&self, hidden: Hidden, mark: &str) -> Event<'t> {
        match hidden {
            Hidden::Call(number) => Masked { mark, calls: &self.calls }.mark_of(number),
            Hidden::Escape(number) => Event::Text(self.escapes[number].text.clone().into()),
        }
    }
}
