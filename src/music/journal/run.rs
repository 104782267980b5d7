//! What a journal says of a session. Pure. A line that is damaged or unknown is passed over: what is left is worth reading,
//! and a journal ends in the middle of a line where the power went.
//!
//! ```text
//! holdspace 1                                  the version of the format
//! session session-1
//! title Arriving
//! began 2026-11-25T08:00:00.000Z
//! rate 48000                                   frames a second
//! from @0                                      the frame that it began at
//! phase @0 Arrival                             begins to be heard
//! piece @96000 {"id":3,"title":"Dawn", …}      begins to sound
//! over @9600000 3                              that piece has ended
//! @123456 hold # 0:02:34                       a command took effect
//! at @480000 2026-11-25T08:00:10.000Z          once a second: this frame is heard now
//! finding @500000 music/x.flac breaks off      something is wrong with a piece
//! device @500000 the output is lost            something happened to the output
//! ended @178560000 2026-11-25T09:02:00.000Z    it ended as it should; missing where it was cut off
//! ```

use serde::{Deserialize, Serialize};

use crate::music::credits::Credits;
use crate::music::player::stands_behind;
use crate::music::transport::Command;
use crate::units::{Decibels, Position, SampleRate};

/// A run of a session, as its journal has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// The rate of its frames.
    pub rate: Option<SampleRate>,
    /// The frame that it began at.
    pub from: Position,
    /// The name of its playlist.
    pub session: String,
    /// Its title.
    pub title: String,
    /// When it began, by the machine's clock.
    pub began: String,
    /// Its phases, each at the frame that it was heard from.
    pub phases: Vec<(Position, String)>,
    /// What sounded, in the order it began.
    pub pieces: Vec<Heard>,
    /// What went wrong with pieces, and what became of the output.
    pub told: Vec<(Position, String)>,
    /// Its commands, each at the frame that it took effect at.
    pub commands: Vec<(Position, Command)>,
    /// The last frame that is known to have been heard.
    pub heard: Option<Position>,
    /// When that was, by the machine's clock.
    pub last: String,
    /// Whether it ended as it should.
    pub ended: bool,
}

/// A piece that sounded.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Its first frame.
    pub start: Position,
    /// The first frame after it, where that was noted.
    pub end: Option<Position>,
    /// What is known of it.
    pub piece: Told,
}

/// What a journal says of a piece; what is not known is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Its number in the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// Its title.
    pub title: String,
    /// Who made it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub artist: String,
    /// Under what licence it was played.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub licence: String,
    /// Whose it is besides.
    #[serde(flatten)]
    pub credits: Credits,
    /// Its file, from the program's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Whether it is a generated bed.
    #[serde(skip_serializing_if = "is_not")]
    pub bed: bool,
    /// Whether it is a generated chime.
    #[serde(skip_serializing_if = "is_not")]
    pub chime: bool,
    /// How long it lasts by itself, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
fn is_not(flag: &bool) -> bool {
    !flag
}

/// The words that begin lines that are no commands.
pub const WORDS: [&str; 11] =
    ["holdspace", "session", "title", "began", "phase", "piece", "over", "at", "finding", "device", "ended"];

impl Run {
    /// Reads a journal.
    pub fn read(text: &str) -> Run {
        let mut run = Run::default();
        for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            // What cannot be read is passed over.
            let _ = run.line(line);
        }
        run
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let (word, rest) = line.split_once(' ')?;
        match word {
            "session" => rest.clone_into(&mut self.session),
            "title" => rest.clone_into(&mut self.title),
            "began" => rest.clone_into(&mut self.began),
            "phase" => {
                let (at, name) = rest.split_once(' ')?;
                self.phases.push((frame(at)?, name.to_owned()));
            }
            "piece" => {
                let (at, told) = rest.split_once(' ')?;
                let (start, piece) = (frame(at)?, serde_json::from_str(told).ok()?);
                self.pieces.push(Heard { start, end: None, piece });
            }
            "over" => {
                let (at, id) = rest.split_once(' ')?;
                let (at, id) = (frame(at)?, id.parse().ok()?);
                let piece = self.pieces.iter_mut().rfind(|heard| heard.piece.id == Some(id))?;
                piece.end = Some(at);
            }
            "finding" | "device" => {
                let (at, told) = rest.split_once(' ')?;
                self.told.push((frame(at)?, told.to_owned()));
            }
            "rate" => self.rate = Some(SampleRate::new(rest.parse().ok()?)?),
            "from" => self.from = frame(rest)?,
            "at" => {
                let (at, time) = rest.split_once(' ')?;
                self.heard = Some(frame(at)?);
                time.clone_into(&mut self.last);
            }
            "ended" => {
                let (at, time) = rest.split_once(' ')?;
                self.heard = Some(frame(at)?);
                time.clone_into(&mut self.last);
                self.ended = true;
            }
            _ => {
                let at = frame(word)?;
                let command = rest.split_once(" # ").map_or(rest, |(command, _)| command);
                self.commands.push((at, command.parse().ok()?));
            }
        }
        Some(())
    }

    /// What moved the clock up to `heard`: with these the plan is as it was.
    pub fn decisions(&self, heard: Position) -> Vec<(Position, Command)> {
        let decided = self.commands.iter().filter(|(at, command)| *at <= heard && !stands_behind(command));
        decided.cloned().collect()
    }

    /// The output that the music was moved to last.
    pub fn output(&self) -> Option<&str> {
        self.commands.iter().rev().find_map(|(_, command)| match command {
            Command::Output(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The volume at the end. Talk and quiet are over when a session goes on: nobody is to wait in silence for a music
    /// that never comes.
    pub fn volume(&self) -> Option<Decibels> {
        self.commands.iter().rev().find_map(|(_, command)| match command {
            Command::Volume(level) => Some(*level),
            _ => None,
        })
    }
}

fn frame(text: &str) -> Option<Position> {
    text.strip_prefix('@')?.parse().ok().map(Position)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOURNAL: &str = "# session-1, begun 2026-11-25T08:00:00.000Z\nholdspace 1\nsession session-1\ntitle Arriving\n\
        began 2026-11-25T08:00:00.000Z\nrate 48000\nfrom @0\nphase @0 Arrival\npiece @0 {\"title\":\"a # b\"}\n\
        at @48000 2026-11-25T08:00:01.000Z\n@96000 hold # 0:02\n@97000 volume -3 dB # 0:02\n@98000 output hall # 0:02\n@99000 output garden # 0:02\n@9x000 release\n\
        garbage\nat @144000 2026-11-25T08:00:03.000Z\n";

    #[test]
    fn a_run_that_was_cut_off_is_read_up_to_its_last_whole_line() {
        for end in ["", "@150000 rel", "at @9600000 2026", "ended @15"] {
            let run = Run::read(&format!("{JOURNAL}{end}"));
            assert_eq!((run.rate, run.from), (SampleRate::new(48_000), Position(0)));
            assert_eq!((run.heard, run.last.as_str()), (Some(Position(144_000)), "2026-11-25T08:00:03.000Z"));
            assert_eq!(run.decisions(Position(144_000)), [(Position(96_000), Command::Hold)]);
            assert_eq!((run.volume(), run.ended), (Some(Decibels(-3.0)), false));
            assert_eq!(run.output(), Some("garden"), "where the music was moved to last");
        }
        assert!(Run::read(&format!("{JOURNAL}ended @150000 2026-11-25T08:00:04.000Z\n")).ended);
    }

    #[test]
    fn whatever_a_journal_holds_it_is_read() {
        let mut state = 7_u32;
        for _ in 0..2000 {
            let mut bytes = JOURNAL.as_bytes().to_vec();
            for _ in 0..8 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = state as usize / 256 % bytes.len();
                bytes[at] = (state >> 24) as u8;
            }
            let _ = Run::read(&String::from_utf8_lossy(&bytes));
        }
    }
}
