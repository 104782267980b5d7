//! Past sessions, from their journals: what sounded when, for those who played it, for a participant who asks for the
//! music, and for the societies that are owed for it. Pure.

mod report;
mod words;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::exchange::Entry;
use crate::music::journal::run::{Heard, Run};
use crate::units::{Length, Position, SampleRate};

pub use report::{csv, json};
pub use words::{Listed, list, markdown, text};

/// A past run with what is needed to tell of it.
pub struct Past<'a> {
    /// What its journal says.
    pub run: &'a Run,
    /// The program that it belongs to.
    pub program: &'a str,
    /// The zone that times are told in.
    pub zone: TimeZone,
    /// Whether it plays at this moment.
    pub plays: bool,
}

impl Past<'_> {
    fn rate(&self) -> SampleRate {
        self.run.rate.unwrap_or(SampleRate::HOUSE)
    }

    /// The time on the wall at a frame: as far from the beginning as the music was.
    fn wall(&self, at: Position) -> Option<jiff::ZonedDateTime> {
        let began: Timestamp = self.run.began.parse().ok()?;
        let seconds = at.since(self.run.from).seconds(self.rate());
        let at = began.checked_add(std::time::Duration::try_from_secs_f64(seconds).ok()?).ok()?;
        Some(at.to_zoned_datetime(self.zone.clone()))
    }

    /// The last frame that is known to have been heard.
    fn end(&self) -> Position {
        self.run.heard.unwrap_or(self.run.from)
    }

    /// How long it lasted.
    fn length(&self) -> Length {
        self.end().since(self.run.from)
    }

    /// How long a piece was heard.
    fn heard(&self, piece: &Heard) -> Length {
        let whole = piece
            .piece
            .seconds
            .map_or(self.end(), |seconds| piece.start + Length((seconds * self.rate().per_second()).max(0.0) as u64));
        piece.end.unwrap_or(whole.min(self.end())).since(piece.start)
    }

    /// The music, without chimes: each piece as it was heard, in order.
    fn music(&self) -> impl Iterator<Item = &Heard> {
        self.run.pieces.iter().filter(|heard| !heard.piece.chime)
    }

    /// The phase that was heard at a frame.
    fn phase(&self, at: Position) -> &str {
        let phase = self.run.phases.iter().rfind(|(start, _)| *start <= at);
        phase.map_or("", |(_, name)| name.as_str())
    }

    /// The music as a list for another program; `root` is the program's folder.
    pub fn entries(&self, root: &std::path::Path) -> Vec<Entry> {
        let entry = |heard: &Heard| Entry {
            file: heard.piece.file.as_ref().map(|file| root.join(file)),
            title: heard.piece.title.clone(),
            artist: heard.piece.artist.clone(),
            album: heard.piece.credits.album.clone().unwrap_or_default(),
            seconds: Some(self.heard(heard).seconds(self.rate())),
        };
        self.music().map(entry).collect()
    }
}

#[cfg(test)]
mod tests;
