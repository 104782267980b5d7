//! What every bed keeps.

use super::*;

const SIXTEEN: u32 = 16_000;

fn rate(hertz: u32) -> SampleRate {
    SampleRate::new(hertz).expect("in range")
}

fn spec(kind: BedKind, key: &str, seed: u64) -> BedSpec {
    BedSpec { kind, key: Key::parse(key).expect("a key"), seed }
}

fn listen(bed: &mut Bed, frames: usize) -> Vec<Frame> {
    let mut out = vec![Frame::SILENT; frames];
    bed.fill(&mut out);
    out
}

fn heard(spec: BedSpec, hertz: u32, seconds: usize) -> Vec<Frame> {
    listen(&mut Bed::new(spec, rate(hertz)), seconds * hertz as usize)
}

/// Integrated loudness and true peak in decibels.
fn measure(frames: &[Frame], hertz: u32) -> (f64, f64) {
    use ebur128::{EbuR128, Mode};
    let mut meter = EbuR128::new(2, hertz, Mode::I | Mode::TRUE_PEAK).expect("a meter");
    let samples: Vec<f32> = frames.iter().flat_map(|f| [f.left, f.right]).collect();
    meter.add_frames_f32(&samples).expect("samples");
    let peak = meter.true_peak(0).expect("left").max(meter.true_peak(1).expect("right"));
    (meter.loudness_global().expect("loudness"), 20.0 * libm::log10(peak))
}

#[test]
fn samples_do_not_depend_on_the_blocks_they_are_asked_for_in() {
    for (name, kind) in BedKind::ALL {
        let whole = listen(&mut Bed::new(spec(kind, "D", 3), rate(SIXTEEN)), 8192);
        for size in [1, 64, 4096] {
            let mut bed = Bed::new(spec(kind, "D", 3), rate(SIXTEEN));
            let parts: Vec<Frame> = (0..8192 / size).flat_map(|_| listen(&mut bed, size)).collect();
            assert_eq!(parts, whole, "{name} in blocks of {size}");
        }
    }
}

#[test]
fn what_follows_a_skip_is_as_if_all_had_been_heard() {
    for (name, kind) in BedKind::ALL {
        let whole = heard(spec(kind, "F#", 9), 8000, 30);
        for skipped in [1, 777, 100_003, 201_600] {
            let mut bed = Bed::new(spec(kind, "F#", 9), rate(8000));
            let mut parts = listen(&mut bed, 100);
            bed.skip(Length(skipped));
            parts.extend(listen(&mut bed, 5000));
            let from = 100 + usize::try_from(skipped).expect("small");
            assert_eq!(parts[100..], whole[from..from + 5000], "{name} past {skipped}");
        }
    }
}

#[test]
fn a_bed_is_as_loud_as_it_says_whatever_its_seed_and_key() {
    for (name, kind) in BedKind::ALL {
        for (key, seed) in [("D", 1), ("G", 20), ("F#", 300)] {
            let (loudness, peak) = measure(&heard(spec(kind, key, seed), SIXTEEN, 60), SIXTEEN);
            assert!((loudness - LOUDNESS.0).abs() < 1.0, "{name} in {key}, seed {seed}: {loudness:.2} LUFS");
            assert!(peak < -6.0, "{name} in {key}, seed {seed}: {peak:.2} dBTP");
        }
    }
}

#[test]
fn a_bed_never_clicks_and_is_never_silent() {
    for (name, kind) in BedKind::ALL {
        let frames = heard(spec(kind, "A", 5), SIXTEEN, 25);
        assert!(frames.iter().all(|f| f.is_finite()));
        // A click is a bend that stands alone among those of its hundredth of a second.
        for window in frames.windows(162).step_by(160) {
            let mut bends: Vec<f32> =
                window.windows(3).map(|w| (w[2].left - 2.0 * w[1].left + w[0].left).abs()).collect();
            bends.sort_by(f32::total_cmp);
            let (usual, largest) = (bends[bends.len() * 3 / 4], bends[bends.len() - 1]);
            assert!(largest < 8.0 * usual + 1e-5, "{name}: a bend of {largest}, usually {usual}");
        }
        for window in frames.chunks(SIXTEEN as usize / 20) {
            assert!(window.iter().any(|f| f.peak() > 1e-4), "{name} falls silent");
        }
    }
}

#[test]
fn a_bed_is_wide_and_no_side_is_alone() {
    for (name, kind) in BedKind::ALL {
        let frames = heard(spec(kind, "C", 2), 8000, 40);
        let sum = |f: &dyn Fn(&Frame) -> f32| frames.iter().map(|x| f64::from(f(x))).sum::<f64>();
        let (l, r) = (sum(&|f| f.left * f.left), sum(&|f| f.right * f.right));
        let correlation = sum(&|f| f.left * f.right) / (l * r).sqrt();
        assert!((0.1..0.97).contains(&correlation), "{name}: correlation {correlation:.2}");
        assert!((0.6..1.6).contains(&(l / r).sqrt()), "{name}: balance {:.2}", (l / r).sqrt());
    }
}

#[test]
fn another_seed_is_another_bed_and_the_same_is_the_same() {
    for (name, kind) in BedKind::ALL {
        let listen = |seed| heard(spec(kind, "E", seed), 8000, 1);
        assert_eq!(listen(1), listen(1), "{name}");
        assert_ne!(listen(1), listen(2), "{name}");
    }
}

#[test]
fn a_bed_sounds_about_the_same_at_every_rate() {
    for (name, kind) in BedKind::ALL {
        let level = |hertz: u32| {
            let frames = heard(spec(kind, "D", 4), hertz, 20);
            let power = frames.iter().map(|f| f64::from(f.left * f.left + f.right * f.right)).sum::<f64>();
            10.0 * libm::log10(power / frames.len() as f64)
        };
        let (low, house, high) = (level(8000), level(44_100), level(96_000));
        assert!((low - house).abs() < 2.0 && (high - house).abs() < 2.0, "{name}: {low:.1} {house:.1} {high:.1} dB");
    }
}

#[test]
fn no_rate_is_a_crash() {
    for (_, kind) in BedKind::ALL {
        for hertz in [1, 2, 100, 1000, 192_000, 384_000] {
            assert!(listen(&mut Bed::new(spec(kind, "B", 1), rate(hertz)), 200).iter().all(|f| f.is_finite()));
        }
    }
}

/// The measure for each kind: `cargo test --release --lib bed_costs -- --ignored --nocapture`.
#[test]
#[ignore = "a measure of speed, for an optimised build on an idle machine"]
#[expect(clippy::print_stderr, reason = "a measure is there to be read")]
fn a_bed_costs_less_than_a_hundredth_of_a_core() {
    for (name, kind) in BedKind::ALL {
        let mut bed = Bed::new(spec(kind, "D", 1), SampleRate::HOUSE);
        let mut block = [Frame::SILENT; 4096];
        let before = std::time::Instant::now();
        for _ in 0..60 * 48_000 / 4096 {
            bed.fill(&mut block);
        }
        let share = before.elapsed().as_secs_f64() / 60.0;
        eprintln!("{name}: {:.2} % of real time", 100.0 * share);
        assert!(share < 0.01, "{name}: {:.2} %", 100.0 * share);
    }
}
