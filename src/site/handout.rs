//! Handouts: guides as PDF, to print and to keep. Tagged for screen readers (PDF/UA-1) and, where it is said when a guide was
//! changed, made to last (PDF/A-2a): both are checked while the file is written. The same guides make the same bytes.
//!
//! 1. a guide's words come as HTML, as they stand on its page
//! 2. `markup`  HTML → the engine's markup; every word of an author goes through as a string, so that none is a command
//! 3. `engine`  markup and the look (`layout.typ`) → PDF. The one file that knows Typst
//!
//! Pure. Without the feature `guides` nothing is made.

#[cfg(feature = "guides")]
mod engine;
#[cfg(feature = "guides")]
mod markup;
#[cfg(feature = "guides")]
mod words;

use std::sync::Arc;

/// A handout: one guide, or a packet of several.
#[derive(Clone, Debug, Default)]
pub struct Handout {
    /// Its title.
    pub title: String,
    /// Its language (BCP 47).
    pub language: String,
    /// What the program is called.
    pub program: String,
    /// Who publishes it.
    pub publisher: String,
    /// Their telephone number as it is written.
    pub phone: String,
    /// When one of its chapters was last changed: `2026-11-25`.
    pub changed: Option<String>,
    /// What a cohort's packet says of its dates: what, and when.
    pub dates: Vec<(String, String)>,
    /// Its guides, in order.
    pub chapters: Vec<Chapter>,
}

/// One guide.
#[derive(Clone, Debug, Default)]
pub struct Chapter {
    /// Its title.
    pub title: String,
    /// What it is about, in a sentence.
    pub lead: String,
    /// Its whole address on the site.
    pub permalink: String,
    /// Its words, as HTML.
    pub html: String,
    /// What is said of its review.
    pub review: String,
}

/// The paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 in.
    Letter,
}

/// How a handout is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Edition {
    /// On what.
    pub paper: Paper,
    /// In 18 points: the American Printing House for the Blind's least size for large print.
    pub large: bool,
}

impl Edition {
    /// Each edition that is made of a guide.
    pub const ALL: [Edition; 3] = [
        Edition { paper: Paper::Letter, large: false },
        Edition { paper: Paper::A4, large: false },
        Edition { paper: Paper::Letter, large: true },
    ];

    /// What stands at the end of its file's name.
    pub fn name(self) -> &'static str {
        match (self.paper, self.large) {
            (_, true) => "large-print",
            (Paper::Letter, _) => "letter",
            (Paper::A4, _) => "a4",
        }
    }
}

/// Gives the bytes of a picture, by its whole address: fit to be printed, with what they are (`png`, `jpg`, `svg`).
pub type Pictures<'p> = &'p (dyn Fn(&str) -> Option<(Arc<[u8]>, &'static str)> + Sync);

/// Why a handout could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The typeface has no sign for this.
    NoSign(String),
    /// Whatever else, in the engine's words.
    Other(String),
}

/// A handout's content in the engine's words: what tells one from another, and what a file is made of.
#[cfg(feature = "guides")]
pub struct Laid(markup::Markup);

#[cfg(feature = "guides")]
impl Laid {
    /// Lays a handout's words out for the engine.
    pub fn of(handout: &Handout, pictures: Pictures<'_>) -> Laid {
        Laid(markup::of(handout, pictures))
    }

    /// What tells this handout in this edition from any other: its name on a shelf.
    pub fn key(&self, edition: Edition) -> String {
        let mut hash = blake3::Hasher::new();
        hash.update(engine::VERSION.as_bytes());
        hash.update(markup::LAYOUT.as_bytes());
        hash.update(engine::main(&self.0, edition).as_bytes());
        for (name, bytes) in &self.0.files {
            hash.update(name.as_bytes());
            hash.update(blake3::hash(bytes).as_bytes());
        }
        format!("{}.pdf", &hash.finalize().to_hex()[..32])
    }

    /// The file.
    ///
    /// # Errors
    /// What keeps it from being a file that everybody can read.
    pub fn pdf(&self, edition: Edition) -> Result<Vec<u8>, Vec<Fault>> {
        engine::pdf(&self.0, edition)
    }
}

#[cfg(all(test, feature = "guides"))]
mod tests;
