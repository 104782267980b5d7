//! What a plan keeps: frames, power, and what was asked for.

use super::*;
use crate::music::testing::{bed, phase, piece, power, score, told};

#[test]
fn pieces_follow_one_another_with_a_crossfade_and_phases_change_on_their_frame() {
    let one = phase("one", 400, &[piece("a", 200), piece("b", 300)]);
    let two = phase("two", 300, &[piece("c", 400)]);
    let (timeline, findings) = plan(&score(vec![one, two]));
    assert!(findings.is_empty(), "{findings:?}");
    // b begins to fall where phase two begins, over its boundary; c ends on the session's last frame.
    assert_eq!(told(&timeline), ["a 0..200", "b 190..420", "c 400..700"]);
    assert_eq!((timeline.phases[1].start, timeline.end), (Position(400), Position(700)));
}

#[test]
fn the_power_is_level_from_the_first_fade_to_the_last() {
    let phases = vec![
        phase("one", 400, &[piece("a", 200), piece("b", 90)]),
        phase("two", 300, &[piece("c", 130), bed("d", 100)]),
    ];
    let (timeline, _) = plan(&score(phases));
    for at in 20..680 {
        let power = power(&timeline, at);
        assert!((power - 1.0).abs() < 1e-9, "at {at}: {power} in {:?}", told(&timeline));
    }
    assert_eq!(power(&timeline, 0), 0.0);
    assert!(power(&timeline, 699) < 0.001);
}

#[test]
fn a_piece_against_itself_keeps_its_amplitude() {
    let (timeline, _) = plan(&score(vec![phase("one", 500, &[piece("a", 200)])]));
    assert_eq!(told(&timeline), ["a 0..200", "a 190..390", "a 380..500"]);
    for at in 20..480 {
        let sum: f64 = timeline.clips.iter().map(|clip| clip.gain_at(Position(at)).0).sum();
        assert!((sum - 1.0).abs() < 1e-9, "at {at}: {sum}");
    }
}

#[test]
fn a_piece_is_heard_long_enough_before_its_phase_ends() {
    // b would be heard for 12 s only: a gives way earlier.
    let phases = vec![phase("one", 400, &[piece("a", 398), piece("b", 300)]), phase("two", 300, &[piece("c", 400)])];
    let (timeline, _) = plan(&score(phases));
    assert_eq!(told(&timeline), ["a 0..365", "b 355..420", "c 400..700"]);
}

#[test]
fn silence_that_was_asked_for_is_silence_and_ends_with_the_phase() {
    let mut quiet = phase("one", 400, &[piece("a", 200)]);
    quiet.when_short = WhenShort::Silence;
    let (timeline, _) = plan(&score(vec![quiet, phase("two", 300, &[piece("b", 400)])]));
    assert_eq!(told(&timeline), ["a 0..200", "b 400..700"]);
    assert_eq!(timeline.clips[1].fades[0].curve, Curve::HalfCosine, "from silence");
}

#[test]
fn a_bed_fills_what_is_left_in_one_stretch() {
    let mut short = phase("one", 400, &[piece("a", 100)]);
    short.when_short = WhenShort::Bed;
    let (timeline, _) = plan(&score(vec![short, phase("two", 300, &[])]));
    assert_eq!(told(&timeline), ["a 0..100", "filler 90..420", "filler 400..700"]);
}

#[test]
fn fitted_pieces_end_as_the_phase_ends() {
    let mut fitted = phase("one", 400, &[piece("a", 180), piece("b", 200), piece("c", 95), piece("d", 248)]);
    fitted.order = Order::Fit;
    let (timeline, findings) = plan(&score(vec![fitted, phase("two", 300, &[piece("e", 400)])]));
    assert!(findings.is_empty());
    let last = timeline.clips.iter().rfind(|clip| matches!(clip.role, Role::Phase { phase: 0, .. })).expect("a clip");
    assert_eq!(last.end - last.start, last.piece.planned, "the last piece is not cut: {:?}", told(&timeline));
    assert_eq!(last.end, Position(420));
}

#[test]
fn what_cannot_fit_is_faded_and_told() {
    let mut fitted = phase("one", 400, &[piece("a", 1000)]);
    fitted.order = Order::Fit;
    let (timeline, findings) = plan(&score(vec![fitted, phase("two", 300, &[piece("e", 400)])]));
    assert_eq!(told(&timeline)[0], "a 0..420");
    assert_eq!(
        findings.sorted()[0].message,
        "no choice of pieces ends as the phase `one` ends; its last piece is faded there"
    );
}
