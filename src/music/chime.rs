//! Chimes: one stroke, generated, for a cue over a phase's music: a large singing bowl, or a struck bar.
//! The same chime gives the same samples on every machine. Pure: no files, no clock, no threads.

use super::bed::Key;
use super::synth::{Bank, Blocks, Blow, Chance, Grid, Mode, Ringing, factor, loudness_weight};
use crate::units::{Frame, Length, Lufs, SampleRate};

/// The loudness of every chime where it is loudest (momentary, EBU Tech 3341), to within one loudness unit.
pub const LOUDNESS: Lufs = Lufs(-23.0);

/// What a chime sounds like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChimeKind {
    /// A large singing bowl, struck once with a soft mallet.
    Bowl,
    /// A struck metal bar, as of an energy chime: higher, clearer, shorter.
    Bar,
}

impl ChimeKind {
    /// Every kind by its name in a playlist.
    pub const ALL: [(&'static str, ChimeKind); 2] = [("bowl", ChimeKind::Bowl), ("bar", ChimeKind::Bar)];

    fn body(self) -> Body {
        match self {
            ChimeKind::Bowl => {
                Body { modes: &BOWL, octave: 3, attack: 0.12, decay: 5.2, beat: 0.45, seconds: 16, lift: 1.5 }
            }
            ChimeKind::Bar => {
                Body { modes: &BAR, octave: 5, attack: 0.02, decay: 3.6, beat: 0.2, seconds: 12, lift: 0.8 }
            }
        }
    }
}

/// A singing bowl's modes (after Inácio, Henrique, Antunes, "The dynamics of Tibetan singing bowls", 2006); the upper
/// ones held back, as a soft mallet does.
const BOWL: [Mode; 4] = [(1.0, 0.0, 1.0), (2.76, -10.0, 0.5), (5.18, -24.0, 0.25), (8.06, -36.0, 0.15)];

/// The modes of a free bar (Fletcher and Rossing, "The Physics of Musical Instruments", 2nd ed., section 2.15).
const BAR: [Mode; 4] = [(1.0, 0.0, 1.0), (2.756, -16.0, 0.4), (5.404, -27.0, 0.2), (8.933, -38.0, 0.1)];

struct Body {
    modes: &'static [Mode],
    /// The octave of its lowest tone.
    octave: u8,
    attack: f64,
    decay: f64,
    /// How far its two movements lie apart, in hertz.
    beat: f64,
    /// How long it is heard.
    seconds: u64,
    /// Brings its loudest 400 ms to the loudness of chimes, in decibels: measured.
    lift: f64,
}

/// Which chime: the same spec is the same sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChimeSpec {
    /// What it sounds like.
    pub kind: ChimeKind,
    /// Its tone.
    pub key: Key,
}

impl ChimeSpec {
    /// How long it is heard.
    pub fn length(self, rate: SampleRate) -> Length {
        Length::from_secs(self.kind.body().seconds, rate)
    }
}

/// A chime while it sounds.
#[derive(Clone, Debug)]
pub struct Chime {
    ringing: Vec<Ringing>,
    grid: Grid,
    blocks: Blocks,
    bank: Bank,
    left: Length,
}

impl Chime {
    /// The chime of `spec`, from its stroke.
    pub fn new(spec: ChimeSpec, rate: SampleRate) -> Chime {
        let (body, grid) = (spec.kind.body(), Grid::new(rate));
        // Middle C is the C of octave 4: 261.63 Hz, at A = 440 Hz.
        let hertz = 261.626 * libm::exp2(f64::from(body.octave) - 4.0 + f64::from(spec.key.semitones()) / 12.0);
        let longest = body.seconds as f64;
        let blow = Blow { hertz, decay: body.decay, strength: 1.0, attack: body.attack, place: 0.0, longest };
        // The beating is the body's own, not chance.
        let ringing = |strength| {
            let blow = Blow { strength, ..blow };
            blow.ringing(body.modes, &mut Chance::of(0, 0), |_, ratio| body.beat * (0.6 + 0.4 * ratio), grid)
        };
        // As it is struck, the two movements of a mode are together.
        let pair = |pair: &[Ringing]| {
            let level: f64 = pair.iter().map(|ringing| ringing.level).sum();
            level * level / 2.0 * loudness_weight(pair[0].hertz)
        };
        let power: f64 = ringing(1.0).chunks(2).map(pair).sum();
        let strength = factor(LOUDNESS.0 + 0.691 + body.lift) / power.sqrt().max(1e-9);
        let blocks = Blocks::new(grid, 0);
        Chime { ringing: ringing(strength), grid, blocks, bank: Bank::default(), left: spec.length(rate) }
    }

    /// Writes the next frames to `out`, and returns how many there were: fewer only at its end.
    pub fn fill(&mut self, out: &mut [Frame]) -> usize {
        let count = out.len().min(self.left.frames());
        let Chime { ringing, grid, blocks, bank, .. } = self;
        blocks.fill(&mut out[..count], |index, block| {
            ringing.iter().for_each(|ringing| ringing.add(index, *grid, bank));
            bank.sound(block);
        });
        self.left = self.left.less(Length(count as u64));
        count
    }

    /// Passes over the next `length` without making it.
    pub fn skip(&mut self, length: Length) {
        self.blocks.skip(length);
        self.left = self.left.less(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ebur128::{EbuR128, Mode as Measure};

    fn rate() -> SampleRate {
        SampleRate::new(16_000).expect("in range")
    }

    fn heard(kind: ChimeKind, key: &str) -> Vec<Frame> {
        let spec = ChimeSpec { kind, key: Key::parse(key).expect("a key") };
        let mut out = vec![Frame::SILENT; spec.length(rate()).frames() + 100];
        let count = Chime::new(spec, rate()).fill(&mut out);
        assert_eq!(count, spec.length(rate()).frames(), "it ends");
        out.truncate(count);
        out
    }

    #[test]
    fn a_chime_is_as_loud_as_it_says_in_every_key() {
        for (name, kind) in ChimeKind::ALL {
            for key in ["C", "D", "F#", "A", "B"] {
                let mut meter = EbuR128::new(2, 16_000, Measure::M).expect("a meter");
                let mut loudest = f64::MIN;
                for block in heard(kind, key).chunks(1600) {
                    let samples: Vec<f32> = block.iter().flat_map(|f| [f.left, f.right]).collect();
                    meter.add_frames_f32(&samples).expect("samples");
                    loudest = loudest.max(meter.loudness_momentary().expect("momentary"));
                }
                assert!((loudest - LOUDNESS.0).abs() < 1.0, "{name} in {key}: {loudest:.2} LUFS");
            }
        }
    }

    #[test]
    fn a_chime_begins_and_ends_in_silence_without_a_step() {
        for (name, kind) in ChimeKind::ALL {
            let frames = heard(kind, "D");
            let (first, last) = (frames[0].peak(), frames[frames.len() - 1].peak());
            assert!(first == 0.0 && last < 1e-6, "{name}: {first} {last}");
            let loudest = frames.iter().map(|frame| frame.peak()).fold(0.0, f32::max);
            let steepest = frames[..32].windows(2).map(|pair| (pair[1].left - pair[0].left).abs()).fold(0.0, f32::max);
            assert!(steepest < loudest / 50.0, "{name}: the stroke is soft: {steepest} of {loudest}");
        }
    }

    #[test]
    fn what_follows_a_skip_is_as_if_all_had_been_heard_in_blocks_of_any_size() {
        for (name, kind) in ChimeKind::ALL {
            let whole = heard(kind, "F#");
            let spec = ChimeSpec { kind, key: Key::parse("F#").expect("a key") };
            let mut chime = Chime::new(spec, rate());
            chime.skip(Length(1777));
            let mut parts = Vec::new();
            loop {
                let mut block = [Frame::SILENT; 333];
                let count = chime.fill(&mut block);
                parts.extend_from_slice(&block[..count]);
                if count < block.len() {
                    break;
                }
            }
            assert!(parts == whole[1777..], "{name}");
        }
    }
}
