//! Makes a piece of music from its recipe: notes become sines, sines become layers, layers stand in a room.
//! The same recipe gives the same samples on every machine.
//! Pure: no files, no clock, no threads.

mod instrument;
mod parse;
mod pitch;
mod recipe;
mod reverb;
mod score;

pub use parse::recipe;
pub use pitch::Pitch;
pub use recipe::{Instrument, Layer, Moment, Part, Pattern, Point, Recipe, Room, Tones};

use crate::music::bed::Bed;
use crate::music::synth::{Bank, Block, Chance, Grid, factor, smooth};
use crate::units::{Frame, SampleRate};
use instrument::Voice;
use reverb::Reverb;

/// How far a piece draws back at no intensity, in decibels.
const ARC_DEPTH: f64 = -9.0;
/// A bed in a piece comes and goes over this long, in seconds.
const BED_FADE: f64 = 8.0;

/// Renders the whole of a piece.
pub fn render(recipe: &Recipe, rate: SampleRate) -> Vec<Frame> {
    let mut composer = Composer::new(recipe, rate);
    let length = (recipe.length * rate.per_second()).round() as usize;
    let mut frames = Vec::with_capacity(length + composer.grid.frames());
    while frames.len() < length {
        frames.extend(composer.next().iter().map(|[left, right]| Frame::new(*left as f32, *right as f32)));
    }
    frames.truncate(length);
    frames
}

/// A piece while it is made, block by block.
struct Composer<'r> {
    recipe: &'r Recipe,
    grid: Grid,
    layers: Vec<Sounding<'r>>,
    reverb: Reverb,
    bank: Bank,
    index: u64,
    layer: Vec<[f64; 2]>,
    sent: Vec<[f64; 2]>,
    whole: Vec<[f64; 2]>,
}

/// A layer while it sounds.
struct Sounding<'r> {
    layer: &'r Layer,
    source: Source,
}

enum Source {
    Voices(Vec<Voice>),
    Bed { bed: Box<Bed>, frames: Vec<Frame>, start: f64, end: f64 },
}

impl<'r> Composer<'r> {
    fn new(recipe: &'r Recipe, rate: SampleRate) -> Composer<'r> {
        let grid = Grid::new(rate);
        let layers = recipe.layers.iter().enumerate();
        let silence = vec![[0.0; 2]; grid.frames()];
        Composer {
            recipe,
            grid,
            layers: layers.map(|(i, layer)| Sounding { layer, source: source(recipe, i, grid, rate) }).collect(),
            reverb: Reverb::new(&recipe.room, grid.rate()),
            bank: Bank::default(),
            index: 0,
            layer: silence.clone(),
            sent: silence.clone(),
            whole: silence,
        }
    }

    /// Makes the next block.
    fn next(&mut self) -> &Block {
        self.whole.fill([0.0; 2]);
        self.sent.fill([0.0; 2]);
        let (from, to) = (self.grid.seconds(self.index), self.grid.seconds(self.index + 1));
        let arc = [from, to].map(|at| factor(ARC_DEPTH * (1.0 - self.recipe.intensity(at))));
        for sounding in &mut self.layers {
            self.layer.fill([0.0; 2]);
            sounding.sound(self.index, self.grid, &mut self.bank, &mut self.layer);
            let share = sounding.layer.reverb;
            let ramp = Ramp::new(arc, self.layer.len());
            for (n, made) in self.layer.iter().enumerate() {
                for side in [0, 1] {
                    let sample = made[side] * ramp.at(n);
                    self.whole[n][side] += sample * (1.0 - 0.5 * share);
                    self.sent[n][side] += sample * share;
                }
            }
        }
        self.reverb.sound(&self.sent, &mut self.whole);
        let fades = Ramp::new([from, to].map(|at| self.recipe.fade(at)), self.whole.len());
        for (n, frame) in self.whole.iter_mut().enumerate() {
            *frame = frame.map(|sample| sample * fades.at(n));
        }
        self.index += 1;
        &self.whole
    }
}

fn source(recipe: &Recipe, index: usize, grid: Grid, rate: SampleRate) -> Source {
    let layer = &recipe.layers[index];
    let instrument = match &layer.part {
        Part::Bed { spec, start, end } => {
            let frames = vec![Frame::SILENT; grid.frames()];
            return Source::Bed { bed: Box::new(Bed::new(*spec, rate)), frames, start: *start, end: *end };
        }
        Part::Written { instrument, .. } | Part::Pattern { instrument, .. } => *instrument,
    };
    let mut chance = Chance::of(recipe.seed ^ 0x5eed, index as u64);
    let notes = score::notes(recipe, index);
    let voice = |note| Voice::new(instrument, layer, note, recipe.intensity(note.start), &mut chance, grid);
    Source::Voices(notes.iter().map(voice).collect())
}

impl Sounding<'_> {
    fn sound(&mut self, index: u64, grid: Grid, bank: &mut Bank, block: &mut Block) {
        match &mut self.source {
            Source::Voices(voices) => {
                for voice in voices.iter().filter(|voice| (voice.first..voice.last).contains(&index)) {
                    voice.add(index, grid, bank);
                }
                bank.sound(block);
            }
            Source::Bed { bed, frames, start, end } => {
                bed.fill(frames);
                let level = |at: f64| {
                    let inside = smooth((at - *start) / BED_FADE) * smooth((*end - at) / BED_FADE);
                    // A bed is at −23 LUFS: lifted to where a layer of notes at 0 dB would be.
                    factor(self.layer.level.0 + 23.0) * inside
                };
                let ramp = Ramp::new([level(grid.seconds(index)), level(grid.seconds(index + 1))], block.len());
                for (n, (frame, made)) in block.iter_mut().zip(&*frames).enumerate() {
                    frame[0] += ramp.at(n) * f64::from(made.left);
                    frame[1] += ramp.at(n) * f64::from(made.right);
                }
            }
        }
    }
}

/// A straight line over a block.
struct Ramp {
    from: f64,
    slope: f64,
}

impl Ramp {
    fn new([from, to]: [f64; 2], frames: usize) -> Ramp {
        Ramp { from, slope: (to - from) / frames as f64 }
    }

    fn at(&self, frame: usize) -> f64 {
        self.from + self.slope * frame as f64
    }
}

impl Recipe {
    /// How intense the piece is at `seconds`: its arc, without corners.
    fn intensity(&self, seconds: f64) -> f64 {
        let after = self.arc.iter().position(|point| point.at > seconds).unwrap_or(self.arc.len());
        match (after.checked_sub(1).and_then(|before| self.arc.get(before)), self.arc.get(after)) {
            (None, None) => 1.0,
            (Some(only), None) | (None, Some(only)) => only.intensity,
            (Some(a), Some(b)) => a.intensity + (b.intensity - a.intensity) * smooth((seconds - a.at) / (b.at - a.at)),
        }
    }

    /// The fades at both ends, and the level of the whole.
    fn fade(&self, seconds: f64) -> f64 {
        let ends = smooth(seconds / self.fade_in.max(0.01)) * smooth((self.length - seconds) / self.fade_out.max(0.01));
        factor(self.level.0) * ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceText;

    const SMALL: &str = "title = \"T\"\nlength = \"12s\"\nseed = 3\nlevel = \"-20 dB\"\nfade_in = \"1s\"\nfade_out = \"3s\"\n\
        arc = [\"0s 0.4\", \"6s 1\", \"12s 0.3\"]\n\
        [[layer]]\nname = \"pad\"\ninstrument = \"pad\"\nnotes = [\"6s D3 A3 F#4\", \"6s B2 A3 D4\"]\n\
        [[layer]]\ninstrument = \"felt\"\nlevel = \"-4 dB\"\n[layer.pattern]\nover = \"pad\"\nevery = \"1s\"\n\
        [[layer]]\nbed = \"wind\"\nlevel = \"-12 dB\"\n";

    fn small() -> Recipe {
        let (recipe, findings) = recipe(&SourceText::new("r.toml", SMALL));
        recipe.unwrap_or_else(|| panic!("{findings:?}"))
    }

    fn rate(hertz: u32) -> SampleRate {
        SampleRate::new(hertz).expect("in range")
    }

    #[test]
    fn a_piece_is_as_long_as_it_says_and_begins_and_ends_in_silence() {
        let frames = render(&small(), rate(16_000));
        assert_eq!(frames.len(), 12 * 16_000);
        assert_eq!(frames[0], Frame::SILENT);
        assert!(frames[frames.len() - 1].peak() < 1e-6);
        assert!(frames.iter().all(|frame| frame.is_finite() && frame.peak() < 1.0));
        assert!(frames[60_000..120_000].chunks(1600).all(|window| window.iter().any(|f| f.peak() > 0.005)));
    }

    #[test]
    fn the_same_recipe_gives_the_same_samples() {
        assert_eq!(render(&small(), rate(8000)), render(&small(), rate(8000)));
    }

    #[test]
    fn every_instrument_sounds_about_as_loud_as_its_level_says() {
        for (name, instrument) in Instrument::ALL {
            let text = format!(
                "title = \"T\"\nlength = \"10s\"\nfade_in = \"0s\"\nfade_out = \"0s\"\n[[layer]]\ninstrument = \"{name}\"\n\
                 level = \"-20 dB\"\nreverb = 0\nattack = \"0s\"\nnotes = [\"10s A3\"]\n"
            );
            let (recipe, findings) = recipe(&SourceText::new("r.toml", text));
            let frames = render(&recipe.unwrap_or_else(|| panic!("{findings:?}")), rate(16_000));
            let power: f64 = frames[8000..24_000].iter().map(|f| f64::from(f.left * f.left + f.right * f.right)).sum();
            let level = 10.0 * libm::log10(power / 16_000.0);
            // What is struck has begun to die away.
            let least = if instrument.sustains() { -23.0 } else { -32.0 };
            assert!((least..-17.0).contains(&level), "{name}: {level:.1} dB");
        }
    }
}
