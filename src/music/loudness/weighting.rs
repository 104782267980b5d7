//! The ear's weighting of ITU-R BS.1770-4 (K): a shelf that lifts the treble, and a high pass. Pure.

use crate::units::{Frame, SampleRate};

/// Both filters as one of the fourth order, and both channels side by side.
pub(super) struct Weighting {
    forward: [f64; 5],
    back: [f64; 5],
    /// What the filter remembers of the last four frames, the newest first.
    state: [[f64; 2]; 4],
    /// The sums of the squares of the weighted samples since they were last taken.
    sums: [f64; 2],
}

impl Weighting {
    /// The standard's filters, whose figures are for 48 kHz, drawn up for any rate above 4 kHz.
    pub(super) fn new(rate: SampleRate) -> Weighting {
        let slope = |hertz: f64| libm::tan(std::f64::consts::PI * hertz / rate.per_second());
        // The analogue prototypes of the standard's figures (as libebur128 has them).
        let (k, q) = (slope(1_681.974_450_955_533), 0.707_175_236_955_419_6);
        let lift = libm::pow(10.0, 3.999_843_853_973_347 / 20.0);
        let knee = libm::pow(lift, 0.499_666_774_154_541_6);
        let scale = 1.0 + k / q + k * k;
        let shelf = [(lift + knee * k / q + k * k), 2.0 * (k * k - lift), (lift - knee * k / q + k * k)];
        let shelf = shelf.map(|value| value / scale);
        let shelf_back = [1.0, 2.0 * (k * k - 1.0) / scale, (1.0 - k / q + k * k) / scale];
        let (k, q) = (slope(38.135_470_876_024_44), 0.500_327_037_323_877_3);
        let scale = 1.0 + k / q + k * k;
        let high_back = [1.0, 2.0 * (k * k - 1.0) / scale, (1.0 - k / q + k * k) / scale];
        Weighting {
            forward: product(shelf, [1.0, -2.0, 1.0]),
            back: product(shelf_back, high_back),
            state: [[0.0; 2]; 4],
            sums: [0.0; 2],
        }
    }

    /// Weighs the next frames.
    pub(super) fn add(&mut self, frames: &[Frame]) {
        let (b, a) = (self.forward, self.back);
        let [mut first, mut second, mut third, mut fourth] = self.state;
        let mut sums = self.sums;
        for frame in frames {
            let input = [f64::from(frame.left), f64::from(frame.right)];
            let mut new = [0.0; 2];
            for side in 0..2 {
                // What depends on the newest comes last: the next frame waits for nothing else.
                let older = input[side] - (a[2] * second[side] + (a[3] * third[side] + a[4] * fourth[side]));
                new[side] = older - a[1] * first[side];
                let heard = (b[0] * new[side] + b[1] * first[side])
                    + (b[2] * second[side] + (b[3] * third[side] + b[4] * fourth[side]));
                sums[side] += heard * heard;
            }
            (first, second, third, fourth) = (new, first, second, third);
        }
        (self.state, self.sums) = ([first, second, third, fourth], sums);
    }

    /// The energy since it was last taken, of both channels together.
    pub(super) fn take_energy(&mut self) -> f64 {
        // In silence the filter would go on with numbers so small that processors stumble over them.
        let kept = |value: f64| if value.abs() < 1e-30 { 0.0 } else { value };
        self.state = self.state.map(|sides| sides.map(kept));
        let sums = std::mem::take(&mut self.sums);
        sums[0] + sums[1]
    }
}

fn product(one: [f64; 3], other: [f64; 3]) -> [f64; 5] {
    let mut whole = [0.0; 5];
    for (n, a) in one.iter().enumerate() {
        for (m, b) in other.iter().enumerate() {
            whole[n + m] += a * b;
        }
    }
    whole
}
