//! What a plan keeps: frames, power, and what was asked for.

use std::sync::Arc;

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

fn soft(title: &str, seconds: u64, head: u64, tail: u64) -> Arc<Piece> {
    Arc::new(Piece { head: Length(head), tail: Length(tail), ..(*piece(title, seconds)).clone() })
}

#[test]
fn what_dies_away_and_what_begins_softly_lie_beneath_their_neighbours() {
    let phases = vec![phase("one", 600, &[soft("a", 200, 0, 8), soft("b", 700, 5, 0)])];
    let (timeline, _) = plan(&score(phases));
    assert_eq!(told(&timeline), ["a 0..200", "b 177..600"], "10 s of crossfade, and 13 s beneath one another");
    let fall = timeline.clips[0].fades.last().expect("it falls");
    assert_eq!((fall.start, timeline.clips[1].fades[0].end()), (Position(190), Position(187)));
}

#[test]
fn a_piece_that_gives_way_early_waits_for_what_begins_softly() {
    // b would be heard for 12 s only: a gives way earlier, and falls when b has come.
    let phases =
        vec![phase("one", 400, &[piece("a", 398), soft("b", 300, 5, 0)]), phase("two", 300, &[piece("c", 400)])];
    let (timeline, _) = plan(&score(phases));
    assert_eq!(told(&timeline)[..2], ["a 0..370", "b 355..420"]);
}

#[test]
fn fitted_pieces_with_soft_ends_end_as_the_phase_ends() {
    let pieces = [soft("a", 180, 4, 6), soft("b", 200, 3, 2), soft("c", 95, 0, 9), soft("d", 257, 6, 0)];
    let mut fitted = phase("one", 400, &pieces);
    fitted.order = Order::Fit;
    let (timeline, findings) = plan(&score(vec![fitted, phase("two", 300, &[piece("e", 400)])]));
    assert!(findings.is_empty());
    let last = timeline.clips.iter().rfind(|clip| matches!(clip.role, Role::Phase { phase: 0, .. })).expect("a clip");
    assert_eq!((last.end - last.start, last.end), (last.piece.planned, Position(420)), "{:?}", told(&timeline));
}

#[test]
fn the_author_chooses_the_curve_for_a_phase_or_for_a_piece() {
    let mut one = phase("one", 400, &[piece("a", 200), piece("b", 300)]);
    one.pieces[1].1 = Arc::new(Piece { curve: Some(Curve::HalfCosine), ..(*one.pieces[1].1).clone() });
    let mut two = phase("two", 300, &[piece("c", 400)]);
    two.curve = Some(Curve::EqualGain);
    let (timeline, _) = plan(&score(vec![one, two]));
    let curves: Vec<Vec<Curve>> =
        timeline.clips.iter().map(|clip| clip.fades.iter().map(|fade| fade.curve).collect()).collect();
    assert_eq!(
        curves,
        [
            [Curve::HalfCosine, Curve::HalfCosine], // from silence; into b, by b's own
            [Curve::HalfCosine, Curve::EqualGain],  // into the second phase, by the phase's own
            [Curve::EqualGain, Curve::HalfCosine],  // to silence
        ]
    );
}
