//! What is made of a site besides its pages, before them, so that they can link to it: books, handouts, packets, cards, and the
//! calendars of cohorts.

use std::collections::HashMap;

use tera::{Context, Value};

use super::{Stage, books, cohorts};
#[cfg(feature = "guides")]
use super::{cards, handouts};
use crate::diagnostic::Findings;
use crate::site::Artifact;
use crate::site::kept::{Mark, Marker};

fn written(value: Option<&Value>) -> String {
    value.map(|value| serde_json::to_string(value).unwrap_or_default()).unwrap_or_default()
}

/// What templates see of it.
#[derive(Default)]
pub(super) struct Papers {
    /// The book of each language.
    books: HashMap<String, Value>,
    /// The handouts of each guide, by its page.
    handouts: HashMap<usize, Value>,
    /// The packets of each language.
    packets: HashMap<String, Value>,
    /// Each language's card, by its address.
    cards: HashMap<String, Value>,
    /// The cohorts of each language.
    cohorts: HashMap<String, Value>,
    /// The calendar of all of them.
    calendars: HashMap<String, Value>,
}

impl Stage<'_> {
    /// Makes all of it.
    pub(super) fn papers(&self, findings: &mut Findings) -> Vec<Artifact> {
        let (mut made, mut papers) = (Vec::new(), Papers::default());
        for (language, (shown, book)) in books::books(self) {
            papers.books.insert(language, Value::from_serializable(&shown));
            made.push(book);
        }
        let cohorts = self.handouts(&mut papers, &mut made, findings);
        papers.cohorts = cohorts.shown;
        papers.calendars = cohorts.calendars;
        made.extend(cohorts.artifacts);
        self.papers.get_or_init(|| papers);
        made
    }

    #[cfg(feature = "guides")]
    fn handouts(&self, papers: &mut Papers, made: &mut Vec<Artifact>, findings: &mut Findings) -> cohorts::Made {
        let handouts = handouts::handouts(self, findings);
        papers.handouts = handouts.handouts;
        papers.packets = handouts.packets;
        made.extend(handouts.artifacts);
        let (files, cards) = cards::cards(self, findings);
        papers.cards = cards;
        made.extend(files);
        self.render.shelf.close();
        cohorts::cohorts(self, &handouts.cohorts)
    }

    #[cfg(not(feature = "guides"))]
    fn handouts(&self, _: &mut Papers, _: &mut Vec<Artifact>, _: &mut Findings) -> cohorts::Made {
        cohorts::cohorts(self, &cohorts::Packets::new())
    }

    /// Shows a language's templates what there is of it.
    pub(super) fn show_papers(&self, language: &str, context: &mut Context) {
        let papers = self.papers.get();
        let shown = [
            ("book", papers.map(|papers| &papers.books)),
            ("packets", papers.map(|papers| &papers.packets)),
            ("card", papers.map(|papers| &papers.cards)),
            ("calendar", papers.map(|papers| &papers.calendars)),
        ];
        for (key, made) in shown {
            let made = made.and_then(|made| made.get(language)).cloned();
            context.insert_value(key, made.unwrap_or_else(Value::none));
        }
        let cohorts = papers.and_then(|papers| papers.cohorts.get(language)).cloned();
        context.insert_value("cohorts", cohorts.unwrap_or_else(|| Vec::<Value>::new().into()));
    }

    /// All that pages of a language see of it.
    pub(super) fn papers_mark(&self, language: &str) -> Mark {
        let mut marker = Marker::default();
        let Some(papers) = self.papers.get() else { return marker.done() };
        for made in [&papers.books, &papers.packets, &papers.cards, &papers.calendars, &papers.cohorts] {
            marker.text(&written(made.get(language)));
        }
        marker.done()
    }

    /// What a guide's templates see of its handouts.
    pub(super) fn handouts_mark(&self, page: usize) -> Mark {
        let handouts = self.papers.get().and_then(|papers| papers.handouts.get(&page));
        Marker::default().text(&written(handouts)).done()
    }

    /// Shows a guide's templates its handouts.
    pub(super) fn show_handouts(&self, page: usize, context: &mut Context) {
        let handouts = self.papers.get().and_then(|papers| papers.handouts.get(&page)).cloned();
        context.insert_value("handouts", handouts.unwrap_or_else(Value::none));
    }
}
