//! Footnotes at the end of a text, in the order of their marks, each with the ways back to where it is named. Pure.

use std::fmt::Write as _;

use super::events::Events;
use super::{CowStr, Event, TagEnd, escape};

/// The footnotes of one fragment.
#[derive(Default)]
pub(super) struct Footnotes<'t> {
    /// Those that are named, in the order of their first marks.
    named: Vec<Named>,
    /// What they say, by the names that they have in the text.
    said: Vec<(String, Vec<Event<'t>>)>,
}

struct Named {
    /// Its name in the text.
    name: String,
    /// Its name in the page.
    id: String,
    number: usize,
    marks: usize,
}

impl<'t> Events<'_, '_, 't> {
    /// The mark of a footnote in the text.
    pub(super) fn footnote_mark(&mut self, name: &str) -> Event<'t> {
        let known = self.footnotes.named.iter().position(|note| note.name == name);
        let known = known.unwrap_or_else(|| {
            let id = self.reading.slugs.take(format!("fn-{name}"));
            self.reading.document.anchors.push(id.clone());
            self.reading.footnotes += 1;
            let note = Named { name: name.to_owned(), id, number: self.reading.footnotes, marks: 0 };
            self.footnotes.named.push(note);
            self.footnotes.named.len() - 1
        });
        let note = &mut self.footnotes.named[known];
        note.marks += 1;
        let (id, number) = (escape(&note.id), note.number);
        let back = escape(&back(note, note.marks));
        let html = format!("<sup class=\"footnote-reference\" id=\"{back}\"><a href=\"#{id}\">[{number}]</a></sup>");
        Event::InlineHtml(html.into())
    }

    /// Puts by what the footnote says that begins at `start`.
    pub(super) fn footnote_said(&mut self, name: CowStr<'t>, start: usize) {
        let said = self.out.drain(start..).collect();
        self.footnotes.said.push((name.into_string(), said));
    }

    /// Writes the footnotes that are named somewhere.
    pub(super) fn footnotes_at_the_end(&mut self) {
        let Footnotes { named, mut said } = std::mem::take(&mut self.footnotes);
        let named: Vec<(Named, Vec<Event<'t>>)> = named
            .into_iter()
            .filter_map(|note| {
                let at = said.iter().position(|(name, _)| *name == note.name)?;
                Some((note, said.swap_remove(at).1))
            })
            .collect();
        if named.is_empty() {
            return;
        }
        self.out.push(Event::Html("<section class=\"footnotes\">\n<ol class=\"footnotes-list\">\n".into()));
        for (note, said) in named {
            self.out.push(Event::Html(format!("<li id=\"{}\">", escape(&note.id)).into()));
            let last = said.iter().rposition(|event| matches!(event, Event::End(TagEnd::Paragraph)));
            let ways = Event::InlineHtml(ways_back(&note).into());
            match last {
                Some(last) => {
                    self.out.extend(said.iter().take(last).cloned());
                    self.out.push(ways);
                    self.out.extend(said.into_iter().skip(last));
                }
                None => {
                    self.out.extend(said);
                    self.out.push(ways);
                }
            }
            self.out.push(Event::Html("</li>\n".into()));
        }
        self.out.push(Event::Html("</ol>\n</section>\n".into()));
    }
}

/// The name of one of a footnote's marks.
fn back(note: &Named, mark: usize) -> String {
    format!("fr-{}-{mark}", note.id.trim_start_matches("fn-"))
}

fn ways_back(note: &Named) -> String {
    let mut ways = String::new();
    for mark in 1..=note.marks {
        let number = if mark == 1 { String::new() } else { mark.to_string() };
        let _ = write!(ways, " <a href=\"#{}\">↩{number}</a>", escape(&back(note, mark)));
    }
    ways
}
