//! What is laid next: a phase's pieces in their order, and what the author wants after the last. Pure.

use std::sync::Arc;

use crate::music::playlist::WhenShort;
use crate::music::score::ScorePhase;
use crate::music::timeline::Piece;
use crate::units::Length;

/// What is laid next, and how much of it may be heard.
pub(super) struct Next {
    pub(super) piece: Arc<Piece>,
    pub(super) track: Option<usize>,
    /// How long it is meant to sound; a bed may be stretched.
    pub(super) length: Length,
    /// The crossfade at its end, where one was chosen for it.
    pub(super) crossfade: Option<Length>,
}

/// The pieces of a phase, in the order they are laid.
pub(super) struct Queue {
    /// Chosen to fit; they come first.
    chosen: std::vec::IntoIter<Next>,
    pieces: Vec<(usize, Arc<Piece>)>,
    bed: Arc<Piece>,
    when_short: WhenShort,
    /// How many pieces have been taken from the list.
    taken: usize,
    fits: bool,
}

impl Queue {
    pub(super) fn new(phase: &ScorePhase, chosen: Vec<Next>, taken: usize) -> Queue {
        Queue {
            fits: !chosen.is_empty(),
            chosen: chosen.into_iter(),
            pieces: phase.pieces.clone(),
            bed: phase.bed.clone(),
            when_short: phase.when_short,
            taken,
        }
    }

    fn exhausted(&self) -> bool {
        self.chosen.len() == 0 && (self.fits || self.taken >= self.pieces.len())
    }

    /// Whether nothing more comes: silence was asked for.
    pub(super) fn is_over(&self) -> bool {
        self.when_short == WhenShort::Silence && self.exhausted()
    }

    /// Whether only the bed that fills what is left would come.
    pub(super) fn is_filler(&self) -> bool {
        self.exhausted() && (self.when_short == WhenShort::Bed || self.pieces.is_empty())
    }

    /// The next piece; after the last, what the author wants when it is short.
    pub(super) fn next(&mut self, before: Option<&Piece>) -> Next {
        if let Some(next) = self.chosen.next() {
            return next;
        }
        let fresh = self.taken < self.pieces.len() && !self.fits;
        if self.pieces.is_empty() || (!fresh && self.when_short != WhenShort::Repeat && before.is_some()) {
            let bed = self.bed.clone();
            return Next { length: bed.planned, piece: bed, track: None, crossfade: None };
        }
        let (track, piece) = self.pieces[self.taken % self.pieces.len()].clone();
        self.taken += 1;
        Next { length: piece.planned, piece, track: Some(track), crossfade: None }
    }
}
