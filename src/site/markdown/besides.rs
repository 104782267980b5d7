//! What a text has besides words, by its events. Pure.

use pulldown_cmark::Alignment;

use super::events::is_for_checks;
use super::links::is_internal;
use super::{Event, Tag};
use crate::site::document::Besides;

/// What an event brings besides words, where code may have colours. An event that is not known to be harmless is none.
pub(super) fn of(event: &Event<'_>, has_colours: bool) -> Besides {
    let is_harmless = match event {
        Event::Start(Tag::Link { link_type, dest_url, .. }) if !is_internal(*link_type, dest_url) => {
            return Besides::Elsewhere;
        }
        Event::Start(Tag::Image { link_type, dest_url, .. }) => is_internal(*link_type, dest_url),
        Event::Start(Tag::Table(sides)) => sides.iter().all(|side| *side == Alignment::None),
        Event::Start(Tag::Heading { attrs, .. }) => attrs.is_empty(),
        // Colours are styles.
        Event::Start(Tag::CodeBlock(_)) => !has_colours,
        Event::Start(tag) => matches!(
            tag,
            Tag::Paragraph
                | Tag::BlockQuote(_)
                | Tag::List(_)
                | Tag::Item
                | Tag::TableHead
                | Tag::TableRow
                | Tag::TableCell
                | Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Link { .. }
        ),
        Event::End(_) | Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak | Event::Rule => true,
        Event::Html(html) | Event::InlineHtml(html) => is_for_checks(html),
        _ => false,
    };
    if is_harmless { Besides::Nothing } else { Besides::Anything }
}
