//! Headings on their way from the parser to the HTML writer: each gets a name of its own in the page. Pure.

use super::events::Events;
use super::{Event, Parser, Tag};
use crate::site::component;
use crate::site::document::{Heading, HeadingGap, Side};

impl<'t> Events<'_, '_, 't> {
    /// Keeps the names that headings are given by `{#name}` from being given to others.
    pub(super) fn reserve_names(&mut self) {
        if component::braces_before(self.text, b"#").next().is_none() {
            return;
        }
        for event in Parser::new_ext(self.text, self.reading.flavour.options()) {
            if let Event::Start(Tag::Heading { id: Some(id), .. }) = event {
                self.reading.slugs.reserve(&id);
            }
        }
    }

    /// Gives the heading that begins at `start` its name.
    pub(super) fn heading(&mut self, start: usize) {
        let events = &mut self.out[start..];
        let title: String = events.iter().map(words_of).collect();
        let title = title.trim().to_owned();
        let Some(Event::Start(Tag::Heading { level, id, .. })) = events.first_mut() else { return };
        let name = match id {
            Some(id) => id.to_string(),
            None => self.reading.slugs.take(self.reading.flavour.names.anchor(&title)),
        };
        let level = *level as u8;
        *id = Some(name.clone().into());
        self.reading.document.anchors.push(name.clone());
        if self.reading.flavour.heading_gaps {
            self.gap(start + 1, HeadingGap { level, id: name.clone(), side: Side::Before });
            self.gap(self.out.len() - 1, HeadingGap { level, id: name.clone(), side: Side::After });
        }
        if self.reading.depth == 0 {
            self.reading.document.headings.push(Heading { level, id: name, title });
        }
    }

    fn gap(&mut self, at: usize, gap: HeadingGap) {
        let mark = format!("{}h{}.", self.reading.mark, self.reading.heading_gaps.len());
        self.reading.heading_gaps.push(gap);
        self.out.insert(at, Event::InlineHtml(mark.into()));
    }
}

pub(super) fn words_of(event: &Event<'_>) -> String {
    match event {
        Event::Text(text) | Event::Code(text) => text.to_string(),
        Event::SoftBreak | Event::HardBreak => " ".to_owned(),
        _ => String::new(),
    }
}
