//! Sines, many at a time: each is a phasor turned once per frame. Phases are set anew from the frame number at every
//! block, so that nothing drifts in an hour. Pure.

use std::f64::consts::TAU;

use super::Block;

/// One sine over one block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sine {
    /// Where in its cycle it begins, in cycles.
    pub(crate) phase: f64,
    /// How it turns from frame to frame.
    pub(crate) turn: Turn,
    /// The level left and right as the block begins.
    pub(crate) from: [f64; 2],
    /// The level left and right as the next block begins.
    pub(crate) to: [f64; 2],
}

/// How far a sine turns in a frame, as the cosine and the sine of that angle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    cos: f64,
    sin: f64,
}

impl Turn {
    /// The turn of a sine that passes through `cycles` in a frame. One that is steady is worth keeping.
    pub(crate) fn of(cycles: f64) -> Turn {
        Turn { cos: libm::cos(TAU * cycles), sin: libm::sin(TAU * cycles) }
    }
}

/// The factors that place a sound between left (−1) and right (1) at equal power.
pub(crate) fn pan(place: f64) -> [f64; 2] {
    let angle = (place.clamp(-1.0, 1.0) + 1.0) * std::f64::consts::FRAC_PI_4;
    [libm::cos(angle), libm::sin(angle)]
}

/// How many sines are turned side by side: the processor works on them at once.
const LANES: usize = 4;

#[derive(Clone, Copy, Debug, Default)]
struct Lanes {
    cos: [f64; LANES],
    sin: [f64; LANES],
    turn_cos: [f64; LANES],
    turn_sin: [f64; LANES],
    left: [f64; LANES],
    right: [f64; LANES],
    left_slope: [f64; LANES],
    right_slope: [f64; LANES],
}

/// Collects the sines of a block and sounds them together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bank {
    lanes: Vec<Lanes>,
    count: usize,
}

impl Bank {
    /// Adds a sine to the block of `frames` that is being made.
    pub(crate) fn add(&mut self, sine: Sine, frames: usize) {
        let (lane, place) = (self.count / LANES, self.count % LANES);
        if place == 0 {
            self.lanes.truncate(lane);
            self.lanes.push(Lanes::default());
        }
        let lanes = &mut self.lanes[lane];
        let angle = TAU * super::cycle(sine.phase);
        let slope = |side: usize| (sine.to[side] - sine.from[side]) / frames as f64;
        lanes.cos[place] = libm::cos(angle);
        lanes.sin[place] = libm::sin(angle);
        lanes.turn_cos[place] = sine.turn.cos;
        lanes.turn_sin[place] = sine.turn.sin;
        lanes.left[place] = sine.from[0];
        lanes.right[place] = sine.from[1];
        lanes.left_slope[place] = slope(0);
        lanes.right_slope[place] = slope(1);
        self.count += 1;
    }

    /// Adds every collected sine to `block`, and forgets them.
    pub(crate) fn sound(&mut self, block: &mut Block) {
        for lanes in &mut self.lanes {
            lanes.sound(block);
        }
        self.lanes.clear();
        self.count = 0;
    }
}

impl Lanes {
    fn sound(&mut self, block: &mut Block) {
        for frame in block {
            let (mut left, mut right) = ([0.0; LANES], [0.0; LANES]);
            for i in 0..LANES {
                left[i] = self.left[i] * self.sin[i];
                right[i] = self.right[i] * self.sin[i];
                let cos = self.cos[i] * self.turn_cos[i] - self.sin[i] * self.turn_sin[i];
                self.sin[i] = self.cos[i] * self.turn_sin[i] + self.sin[i] * self.turn_cos[i];
                self.cos[i] = cos;
                self.left[i] += self.left_slope[i];
                self.right[i] += self.right_slope[i];
            }
            frame[0] += (left[0] + left[1]) + (left[2] + left[3]);
            frame[1] += (right[0] + right[1]) + (right[2] + right[3]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_sounds_each_sine_where_it_belongs() {
        let mut bank = Bank::default();
        let mut block = [[0.0; 2]; 64];
        let sine = |step, from, to| Sine { phase: 0.25, turn: Turn::of(step), from, to };
        for i in 0..5 {
            bank.add(sine(0.01 * f64::from(i), [1.0, 0.0], [1.0, 1.0]), 64);
        }
        bank.sound(&mut block);
        for (n, frame) in block.iter().enumerate() {
            let wanted: f64 = (0..5).map(|i| libm::cos(TAU * 0.01 * f64::from(i) * n as f64)).sum();
            assert!((frame[0] - wanted).abs() < 1e-12 && (frame[1] - wanted * n as f64 / 64.0).abs() < 1e-12, "{n}");
        }
        bank.sound(&mut block);
        assert!(bank.lanes.is_empty());
    }

    #[test]
    fn panning_keeps_power() {
        for place in [-1.0, -0.3, 0.0, 0.8, 1.0] {
            let [left, right] = pan(place);
            assert!((left * left + right * right - 1.0).abs() < 1e-12);
        }
    }
}
