//! Components that stand for themselves, taken out of the paragraphs that Markdown put around them. Pure.

use super::{Event, Tag, TagEnd};
use crate::site::component::Call;

/// The calls that are masked in a fragment, and the mark that they leave.
#[derive(Clone, Copy)]
pub(super) struct Masked<'m> {
    pub(super) mark: &'m str,
    pub(super) calls: &'m [Call],
}

impl Masked<'_> {
    /// What stands for a call until it is called.
    pub(super) fn mark_of<'t>(self, number: usize) -> Event<'t> {
        Event::InlineHtml(format!("{}c{number}.", self.mark).into())
    }

    /// The call that an event is the mark of.
    fn call_of(&self, event: &Event<'_>) -> Option<&Call> {
        let Event::InlineHtml(html) = event else { return None };
        let number: usize = html.strip_prefix(self.mark)?.strip_prefix('c')?.strip_suffix('.')?.parse().ok()?;
        self.calls.get(number)
    }
}

/// Takes the calls that stand for themselves out of the paragraph that begins at `start` and ends with `out`:
/// those with a body, and all of them where there is nothing else.
pub(super) fn unwrap_calls<'t>(masked: Masked<'_>, start: usize, out: &mut Vec<Event<'t>>) {
    let is_call = |event: &Event<'_>| masked.call_of(event).is_some();
    // What was only there to keep others from being calls leaves nothing.
    let is_nothing = |event: &Event<'_>| matches!(event, Event::Text(text) if text.is_empty());
    if !out[start..].iter().any(|event| is_call(event) || is_nothing(event)) {
        return;
    }
    let mut paragraph: Vec<Event<'t>> = out.drain(start..).collect();
    paragraph.remove(0);
    paragraph.pop();
    let only_calls = paragraph.iter().all(|event| is_space(event) || is_call(event));
    let mut words: Vec<Event<'t>> = Vec::new();
    // Inside of emphasis or a link nothing can stand for itself.
    let mut depth = 0_usize;
    for event in paragraph {
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        let has_body = |call: &Call| call.body.is_some();
        if masked.call_of(&event).is_some_and(|call| only_calls || (depth == 0 && has_body(call))) {
            close_paragraph(&mut words, out);
            out.push(event);
            out.push(Event::Html("\n".into()));
        } else {
            words.push(event);
        }
    }
    close_paragraph(&mut words, out);
}

fn is_space(event: &Event<'_>) -> bool {
    match event {
        Event::SoftBreak | Event::HardBreak => true,
        Event::Text(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Writes the words collected so far as a paragraph, where there are any.
fn close_paragraph<'t>(words: &mut Vec<Event<'t>>, out: &mut Vec<Event<'t>>) {
    let first = words.iter().position(|event| !is_space(event));
    let last = words.iter().rposition(|event| !is_space(event));
    let (Some(first), Some(last)) = (first, last) else {
        words.clear();
        return;
    };
    out.push(Event::Start(Tag::Paragraph));
    out.extend(words.drain(..).skip(first).take(last + 1 - first));
    out.push(Event::End(TagEnd::Paragraph));
}
