//! What ears would object to, measured without looking at a plan: clicks by two ways, and exact silence.

use holdspace::units::Frame;

/// How far a signal may bend at most: the largest |x[n+1] − 2x[n] + x[n−1]| on either side.
pub(crate) fn bend(frames: &[Frame]) -> f64 {
    frames
        .windows(3)
        .map(|w| bent(w[0].left, w[1].left, w[2].left).max(bent(w[0].right, w[1].right, w[2].right)))
        .fold(0.0, f64::max)
}

fn bent(a: f32, b: f32, c: f32) -> f64 {
    (f64::from(c) - 2.0 * f64::from(b) + f64::from(a)).abs()
}

/// The first frames of the blocks in which a signal bends more than `most` lets it.
pub(crate) fn kinks(frames: &[Frame], block: usize, most: impl Fn(usize) -> f64) -> Vec<usize> {
    let starts = (0..frames.len()).step_by(block);
    starts.filter(|start| bend(&frames[*start..(start + block + 2).min(frames.len())]) > most(*start)).collect()
}

/// The order of the prediction, and the frames that it is drawn from.
const ORDER: usize = 12;
const WINDOW: usize = 512;
/// What sticks out of the residual by more than this (30 dB, as essentia's ClickDetector has it) is a click …
const STICKS_OUT: f64 = 31.6;
/// … if it is not below −75 dBFS, where nobody hears it.
const FAINT: f64 = 1.8e-4;

/// The frames at which the left side is not what the 12 before it foretell (linear prediction, autocorrelation method):
/// the residual there sticks out of its window.
pub(crate) fn surprises(frames: &[Frame]) -> Vec<usize> {
    let x: Vec<f64> = frames.iter().map(|frame| f64::from(frame.left)).collect();
    let mut found = Vec::new();
    for start in (0..x.len().saturating_sub(WINDOW + ORDER)).step_by(WINDOW) {
        let window = &x[start..start + WINDOW + ORDER];
        let Some(foretell) = prediction(window) else { continue };
        let residual: Vec<f64> = (ORDER..window.len())
            .map(|n| (window[n] - (1..=ORDER).map(|k| foretell[k - 1] * window[n - k]).sum::<f64>()).abs())
            .collect();
        let mut sorted = residual.clone();
        // Robust against the click itself: the middle of the residual, not its mean.
        let (_, usual, _) = sorted.select_nth_unstable_by(WINDOW / 2, f64::total_cmp);
        let over = residual.iter().position(|r| *r > FAINT && *r > STICKS_OUT * usual.max(FAINT / STICKS_OUT));
        found.extend(over.map(|n| start + ORDER + n));
    }
    found
}

/// The coefficients that foretell a window (Levinson and Durbin's recursion on a Hann-windowed autocorrelation).
fn prediction(window: &[f64]) -> Option<[f64; ORDER]> {
    let length = window.len() as f64;
    let shaped: Vec<f64> = window
        .iter()
        .enumerate()
        .map(|(n, x)| x * 0.5 * (1.0 - libm::cos(std::f64::consts::TAU * n as f64 / length)))
        .collect();
    let correlation = |lag: usize| shaped[lag..].iter().zip(&shaped).map(|(a, b)| a * b).sum::<f64>();
    let r: Vec<f64> = (0..=ORDER).map(correlation).collect();
    if r[0] < 1e-9 {
        return None;
    }
    let (mut a, mut error) = ([0.0; ORDER], r[0] * (1.0 + 1e-9));
    for i in 0..ORDER {
        let k = (r[i + 1] - (0..i).map(|j| a[j] * r[i - j]).sum::<f64>()) / error;
        let before = a;
        a[i] = k;
        (0..i).for_each(|j| a[j] = before[j] - k * before[i - 1 - j]);
        error *= 1.0 - k * k;
        if error <= 0.0 {
            return None;
        }
    }
    Some(a)
}

/// Where there is exactly nothing for a millisecond or more: from frame to frame.
pub(crate) fn holes(frames: &[Frame], rate: u32) -> Vec<(usize, usize)> {
    let (least, mut holes, mut began) = (rate as usize / 1000, Vec::new(), None);
    for (n, silent) in frames.iter().map(|frame| *frame == Frame::SILENT).chain([false]).enumerate() {
        match (silent, began) {
            (true, None) => began = Some(n),
            (false, Some(from)) => {
                if n - from >= least {
                    holes.push((from, n));
                }
                began = None;
            }
            _ => {}
        }
    }
    holes
}

/// The power of each tenth of a second over the 400 ms up to its end, in decibels.
pub(crate) fn levels(frames: &[Frame], rate: u32) -> Vec<f64> {
    let tenth = rate as usize / 10;
    let power =
        |block: &[Frame]| block.iter().map(|f| f64::from(f.left).powi(2) + f64::from(f.right).powi(2)).sum::<f64>();
    let tenths: Vec<f64> = frames.chunks_exact(tenth).map(power).collect();
    let level = |n: usize| {
        let heard = &tenths[(n + 1).saturating_sub(4)..=n];
        10.0 * libm::log10(heard.iter().sum::<f64>() / (heard.len() * tenth) as f64 + 1e-20)
    };
    (0..tenths.len()).map(level).collect()
}
