//! The frames of one clip, in chunks, always one ahead: where the next one cannot be had, the one at hand falls while a
//! bed rises, so that no piece breaks off. Pure: it is given its chunks.

use super::bed::{Bed, BedSpec, Key};
use super::fade::Curve;
use super::playlist::HOUSE_BED;
use super::timeline::{Clip, Role};
use crate::diagnostic::Diagnostic;
use crate::units::{Frame, Length, SampleRate};

/// How many chunks a second has.
pub const CHUNKS_A_SECOND: u64 = 4;

/// Why a piece that is shorter than it should be goes no further, as the end of a sentence that begins with its title.
pub const ENDS_SOON: &str = "ends before its time";

/// The length of a chunk; only a piece's last one is shorter.
pub fn chunk(rate: SampleRate) -> Length {
    Length((u64::from(rate.hertz()) / CHUNKS_A_SECOND).max(1))
}

/// A clip under reading.
pub struct SoftEnd {
    rate: SampleRate,
    current: Vec<Frame>,
    taken: usize,
    coming: Vec<Frame>,
    /// What has come of the piece, from its cue on.
    come: Length,
    ended: bool,
    stand_in: Option<Box<StandIn>>,
}

impl SoftEnd {
    /// A clip whose first frame is asked for `at` after its start.
    pub fn new(at: Length, rate: SampleRate) -> SoftEnd {
        let (current, coming) = (Vec::new(), Vec::new());
        SoftEnd { rate, current, taken: 0, coming, come: at, ended: false, stand_in: None }
    }

    /// Fills all of `out`. `next` puts the next chunk into what it is given, or nothing at the end of the piece.
    /// Says why where the piece goes no further from now on: a bed stands in for it.
    pub fn fill(
        &mut self,
        clip: &Clip,
        out: &mut [Frame],
        mut next: impl FnMut(&mut Vec<Frame>) -> Result<(), String>,
    ) -> Option<String> {
        let (mut filled, mut told) = (0, None);
        while filled < out.len() {
            let count = (out.len() - filled).min(self.current.len() - self.taken);
            out[filled..filled + count].copy_from_slice(&self.current[self.taken..self.taken + count]);
            (filled, self.taken) = (filled + count, self.taken + count);
            if filled == out.len() {
                break;
            }
            if let Some(stand_in) = &mut self.stand_in {
                stand_in.fill(&mut out[filled..]);
                break;
            }
            if let Err(why) = self.turn(clip, &mut next) {
                self.give_way(clip);
                told = Some(why);
            }
        }
        told
    }

    /// Goes on to the chunk that has come, and asks for the one after it.
    fn turn(&mut self, clip: &Clip, next: impl FnOnce(&mut Vec<Frame>) -> Result<(), String>) -> Result<(), String> {
        std::mem::swap(&mut self.current, &mut self.coming);
        self.taken = 0;
        self.coming.clear();
        if self.ended {
            return if self.current.is_empty() { Err(ENDS_SOON.to_owned()) } else { Ok(()) };
        }
        next(&mut self.coming)?;
        self.come = self.come + Length(self.coming.len() as u64);
        self.ended = self.coming.len() < chunk(self.rate).frames();
        if self.ended && clip.piece.length.is_some_and(|length| self.come < length) {
            self.current.append(&mut self.coming);
            return Err(ENDS_SOON.to_owned());
        }
        Ok(())
    }

    /// Lets what is left of the piece fall, and a bed rise.
    fn give_way(&mut self, clip: &Clip) {
        let mut stand_in = Box::new(StandIn::new(clip, self.rate));
        let mut rising = vec![Frame::SILENT; self.current.len()];
        stand_in.fill(&mut rising);
        let length = self.current.len() as f64;
        for (n, (frame, risen)) in self.current.iter_mut().zip(rising).enumerate() {
            *frame = *frame * Curve::HalfCosine.at(1.0 - (n + 1) as f64 / length) as f32;
            *frame += risen;
        }
        self.stand_in = Some(stand_in);
    }
}

/// How long a bed takes to stand in for a piece that ended too soon.
const STAND_IN_MS: u64 = 1500;

/// What sounds where a piece failed: a bed that rises; nothing in the place of a cue, under which there is music.
struct StandIn {
    bed: Option<Bed>,
    risen: u64,
    rise: u64,
}

impl StandIn {
    /// The stand-in for a clip that failed; always the same one for the same clip.
    fn new(clip: &Clip, rate: SampleRate) -> StandIn {
        let spec = BedSpec { kind: HOUSE_BED, key: Key::default(), seed: 9000 + u64::from(clip.id.0) };
        let bed = match clip.role {
            Role::Phase { .. } | Role::Reserve { .. } => Some(Bed::new(spec, rate)),
            Role::Cue { .. } => None,
        };
        StandIn { bed, risen: 0, rise: STAND_IN_MS * u64::from(rate.hertz()) / 1000 }
    }

    fn fill(&mut self, out: &mut [Frame]) {
        out.fill(Frame::SILENT);
        let Some(bed) = &mut self.bed else { return };
        bed.fill(out);
        for frame in out {
            let x = self.risen as f64 / self.rise.max(1) as f64;
            self.risen = (self.risen + 1).min(self.rise);
            *frame = *frame * Curve::HalfCosine.at(x) as f32;
        }
    }
}

/// The finding that a bed stands in for a piece, or that a cue is left out.
pub fn stood_in(clip: &Clip, why: &str) -> Diagnostic {
    let instead = match clip.role {
        Role::Phase { .. } | Role::Reserve { .. } => "a bed stands in for it",
        Role::Cue { .. } => "the cue is left out",
    };
    let message = format!("`{}` {why}; {instead}", clip.piece.title);
    Diagnostic::warning("music/stand-in", message).hint("replace the file with a whole copy before the next session")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::testing::{piece, score};
    use crate::music::{plan::plan, testing::phase};

    const MUSIC: Role = Role::Phase { phase: 0, track: Some(0) };
    /// Nothing stands in for a cue, so that its end is heard alone.
    const CUE: Role = Role::Cue { phase: 0, cue: 0 };

    fn clip(length: u64, role: Role) -> Clip {
        let (timeline, _) = plan(&score(vec![phase("one", 4000, &[piece("a", length)])]));
        Clip { role, ..timeline.clips[0].clone() }
    }

    /// A piece of a constant level that is said to be longer than it is.
    fn read(role: Role, said: u64, is: usize, block: usize) -> (Vec<Frame>, Vec<(usize, String)>) {
        let rate = SampleRate::new(1000).expect("in range");
        let (clip, mut soft) = (clip(said, role), SoftEnd::new(Length::NONE, rate));
        let (mut given, mut out, mut told) = (0, vec![Frame::SILENT; 3000], Vec::new());
        for (n, block) in out.chunks_mut(block).enumerate() {
            let why = soft.fill(&clip, block, |chunk| {
                let count = 250.min(is - given);
                given += count;
                chunk.resize(count, Frame::new(0.5, 0.5));
                Ok(())
            });
            told.extend(why.map(|why| (n, why)));
        }
        (out, told)
    }

    #[test]
    fn a_piece_that_is_as_long_as_it_says_is_left_as_it_is() {
        let (out, told) = read(MUSIC, 2900, 2900, 100);
        assert!(out[..2900].iter().all(|frame| frame.left == 0.5));
        // What is asked for behind its end has never been there.
        assert_eq!(told, [(29, ENDS_SOON.to_owned())]);
    }

    #[test]
    fn a_piece_that_breaks_off_falls_before_it_does_while_a_bed_rises() {
        for is in [1000, 1001, 1249] {
            let (out, told) = read(CUE, 2900, is, 100);
            assert_eq!(told.len(), 1, "{told:?}");
            let largest = out.windows(2).map(|pair| (pair[1].left - pair[0].left).abs()).fold(0.0, f32::max);
            // A half cosine of 250 frames is never steeper than π/2 over its length.
            assert!(largest < 0.5 * 1.58 / 250.0, "{is}: a step of {largest}");
            assert!(out[is - 500].left == 0.5 && out[is..].iter().all(|frame| *frame == Frame::SILENT));
            let (out, _) = read(MUSIC, 2900, is, 100);
            assert!(out[is - 100..].chunks(100).all(|part| part.iter().any(|frame| frame.left != 0.0)), "a bed sounds");
        }
    }

    #[test]
    fn blocks_do_not_matter() {
        let (whole, _) = read(MUSIC, 2900, 1100, 3000);
        for block in [1, 7, 250, 999] {
            assert_eq!(read(MUSIC, 2900, 1100, block).0, whole, "blocks of {block}");
        }
    }
}
