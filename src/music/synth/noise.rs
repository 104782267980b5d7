//! Noise and the filters that shape it. Pure.

use super::Chance;

/// White noise for two sides that have something in common, as a sound in the open has.
#[derive(Clone, Debug)]
pub(crate) struct White {
    chance: Chance,
    common: f64,
    own: f64,
}

impl White {
    /// Noise whose sides correlate by `correlation`, of the same density per hertz at every `rate`.
    pub(crate) fn new(chance: Chance, correlation: f64, rate: f64) -> White {
        // Uniform numbers between −1 and 1 have a power of a third.
        let density = (3.0 * rate / 48_000.0).sqrt();
        White { chance, common: density * correlation.sqrt(), own: density * (1.0 - correlation).sqrt() }
    }

    /// The next frame, left and right.
    pub(crate) fn next(&mut self) -> [f64; 2] {
        // One draw of 64 bits is enough for three numbers of 21.
        let bits = self.chance.bits();
        let number = |shift: u32| {
            ((bits >> shift) & 0x1f_ffff) as f64 / f64::from(0x10_0000) - (1.0 - 0.5 / f64::from(0x10_0000))
        };
        let common = self.common * number(0);
        [common + self.own * number(21), common + self.own * number(42)]
    }
}

/// Where a filter stands: its frequency and width, as the factors its samples need.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tuning {
    a1: f64,
    a2: f64,
    a3: f64,
    damping: f64,
}

impl Tuning {
    /// A filter at `hertz`, as narrow as `q` says.
    pub(crate) fn new(hertz: f64, q: f64, rate: f64) -> Tuning {
        let g = libm::tan(std::f64::consts::PI * (hertz / rate).min(0.45));
        let damping = 1.0 / q;
        let a1 = 1.0 / (1.0 + g * (g + damping));
        Tuning { a1, a2: g * a1, a3: g * g * a1, damping }
    }
}

/// A state-variable filter that stays calm while it is retuned (Simper, "Solving the continuous SVF equations", 2013).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filter {
    first: f64,
    second: f64,
}

impl Filter {
    /// Lets the low part of `sample` through.
    pub(crate) fn low(&mut self, sample: f64, tuning: &Tuning) -> f64 {
        self.next(sample, tuning).1
    }

    /// Lets the part of `sample` around the filter's frequency through, at unity in its middle.
    pub(crate) fn band(&mut self, sample: f64, tuning: &Tuning) -> f64 {
        self.next(sample, tuning).0 * tuning.damping
    }

    fn next(&mut self, sample: f64, tuning: &Tuning) -> (f64, f64) {
        let v3 = sample - self.second;
        let v1 = tuning.a1 * self.first + tuning.a2 * v3;
        let v2 = self.second + tuning.a2 * self.first + tuning.a3 * v3;
        self.first = 2.0 * v1 - self.first;
        self.second = 2.0 * v2 - self.second;
        (v1, v2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_its_power_and_its_correlation_and_no_offset() {
        let mut white = White::new(Chance::of(5, 0), 0.4, 48_000.0);
        let frames: Vec<[f64; 2]> = (0..200_000).map(|_| white.next()).collect();
        let mean = |f: &dyn Fn(&[f64; 2]) -> f64| frames.iter().map(f).sum::<f64>() / frames.len() as f64;
        assert!((mean(&|f| f[0] * f[0]) - 1.0).abs() < 0.02);
        assert!((mean(&|f| f[0] * f[1]) - 0.4).abs() < 0.02);
        assert!(mean(&|f| f[0]).abs() < 0.01);
    }

    #[test]
    fn a_band_lets_its_middle_through_and_little_else() {
        let tuning = Tuning::new(1000.0, 4.0, 48_000.0);
        let level = |hertz: f64| {
            let mut filter = Filter::default();
            let sine = |n: u32| libm::sin(std::f64::consts::TAU * hertz * f64::from(n) / 48_000.0);
            (0..9600).map(|n| filter.band(sine(n), &tuning)).skip(4800).fold(0.0, |a: f64, b| a.max(b.abs()))
        };
        assert!((level(1000.0) - 1.0).abs() < 0.01);
        assert!(level(100.0) < 0.05 && level(10_000.0) < 0.05);
    }
}
