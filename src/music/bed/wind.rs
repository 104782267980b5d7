//! Wind in the open: noise in a low and a middle band that gusts slowly lift and open, with a far, faint singing.
//! Pure.

use crate::music::synth::{Block, Chance, Chapters, Drift, Filter, Grid, Texture, Tuning, White, factor};

/// Brings the wind to the loudness of beds: measured.
const LEVEL: f64 = -8.6;

/// Wind.
#[derive(Clone, Debug)]
pub(super) struct Wind {
    air: Chapters<Air>,
    grid: Grid,
    gusts: Gusts,
    scratch: Vec<[f64; 2]>,
}

#[derive(Clone, Debug)]
struct Gusts {
    strength: Drift,
    sides: [Drift; 2],
    season: Drift,
}

impl Wind {
    pub(super) fn new(seed: u64, grid: Grid) -> Wind {
        let mut chance = Chance::of(seed, 0x3147);
        let gusts = Gusts {
            strength: Drift::new(&mut chance, 9.0, 27.0),
            sides: [0, 1].map(|_| Drift::new(&mut chance, 5.0, 17.0)),
            season: Drift::new(&mut chance, 45.0, 110.0),
        };
        let air = Chapters::new(chance.bits(), grid);
        Wind { air, grid, gusts, scratch: vec![[0.0; 2]; grid.frames()] }
    }

    /// Adds block `index` to `block`.
    pub(super) fn sound(&mut self, index: u64, block: &mut Block) {
        self.scratch.fill([0.0; 2]);
        self.air.sound(index, &mut self.scratch);
        let (from, to) = (self.gusts.at(self.grid.seconds(index)), self.gusts.at(self.grid.seconds(index + 1)));
        let slope = [0, 1].map(|side| (to[side] - from[side]) / block.len() as f64);
        for (n, (frame, air)) in block.iter_mut().zip(&self.scratch).enumerate() {
            frame[0] += (from[0] + slope[0] * n as f64) * air[0];
            frame[1] += (from[1] + slope[1] * n as f64) * air[1];
        }
    }
}

impl Gusts {
    fn at(&self, seconds: f64) -> [f64; 2] {
        let common = 2.7 * self.strength.at(seconds) + 1.0 * self.season.at(seconds);
        [0, 1].map(|side| factor(LEVEL + common + 1.5 * self.sides[side].at(seconds)))
    }
}

/// The air that gusts move. Its bands wander the same in every chapter, by the seed that all chapters share.
#[derive(Clone, Debug)]
struct Air {
    grid: Grid,
    white: White,
    low: [Filter; 2],
    body: [[Filter; 2]; 2],
    song: [Filter; 2],
}

impl Texture for Air {
    fn begin(chance: Chance, grid: Grid) -> Air {
        Air {
            grid,
            white: White::new(chance, 0.35, grid.rate()),
            low: Default::default(),
            body: Default::default(),
            song: Default::default(),
        }
    }

    fn sound(&mut self, index: u64, block: &mut Block) {
        let rate = self.grid.rate();
        let at = self.grid.seconds(index);
        let wander = |period: f64, phase: f64| libm::sin(std::f64::consts::TAU * (at / period + phase));
        let low = Tuning::new(190.0, 0.6, rate);
        let open = 430.0 * libm::exp2(0.45 * wander(23.7, 0.1) + 0.25 * wander(9.1, 0.6));
        let body = Tuning::new(open, 0.8, rate);
        let roof = Tuning::new(2.2 * open, 0.6, rate);
        let song = Tuning::new(640.0 * libm::exp2(0.3 * wander(31.3, 0.4) + 0.1 * wander(7.3, 0.0)), 9.0, rate);
        for frame in block {
            let white = self.white.next();
            for side in [0, 1] {
                let rumble = self.low[side].low(white[side], &low);
                let band = self.body[side][0].band(white[side], &body);
                let band = self.body[side][1].low(band, &roof);
                let far = self.song[side].band(white[side], &song);
                frame[side] = 0.5 * rumble + band - 0.3 * far;
            }
        }
    }
}
