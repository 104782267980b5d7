//! What ears would object to: clicks, and silence.

/// One channel after another, in windows of 5 ms: a click has energy at the top of the band that the music around it
/// has not. Third differences leave little else (+18 dB an octave).
const WINDOW: usize = 240;

/// A window that sticks out of the second around it by more than this is a click (amplitude, not power).
const STICKS_OUT: f64 = 12.0;

/// The frames near which there is a click.
pub(crate) fn clicks(frames: &[[f32; 2]]) -> Vec<(usize, f64)> {
    let mut found = Vec::new();
    for side in 0..2 {
        let sharp: Vec<f64> = frames
            .windows(4)
            .map(|w| {
                let x = |n: usize| f64::from(w[n][side]);
                (x(3) - 3.0 * x(2) + 3.0 * x(1) - x(0)).abs()
            })
            .collect();
        // The largest, not the mean: a click is one sample, and would drown in a mean.
        let windows: Vec<f64> =
            sharp.chunks(WINDOW).map(|window| window.iter().fold(0.0, |a: f64, b| a.max(*b))).collect();
        for (n, window) in windows.iter().enumerate() {
            let near = &windows[n.saturating_sub(100)..(n + 100).min(windows.len())];
            let mut sorted = near.to_vec();
            sorted.sort_by(f64::total_cmp);
            // Below −100 dBFS nothing is heard.
            let usual = sorted[sorted.len() / 2].max(1e-5);
            if *window > STICKS_OUT * usual {
                found.push((n * WINDOW, window / usual));
            }
        }
    }
    found
}

/// Where there is exactly nothing for a millisecond or more: from frame to frame.
pub(crate) fn holes(frames: &[[f32; 2]], rate: u32) -> Vec<(usize, usize)> {
    let least = rate as usize / 1000;
    let mut holes = Vec::new();
    let mut began = None;
    for (n, frame) in frames.iter().chain([&[1.0; 2]]).enumerate() {
        match (*frame == [0.0; 2], began) {
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
