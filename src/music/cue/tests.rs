//! What a cue keeps: its phase's own clock, and music that gives way without a step.

use super::*;
use crate::music::mix::Failure;
use crate::music::plan::plan;
use crate::music::testing::{cue, phase, piece, score};
use crate::music::timeline::Timeline;
use crate::music::transport::{Command, Transport};

/// Two phases of 600 and 400 frames at one frame a second: a cue at 100, one as the second phase begins, one in it.
fn session() -> Score {
    let mut one = phase("one", 600, &[piece("a", 250), piece("b", 260), piece("c", 270)]);
    one.cues = vec![cue(0, 100)];
    let mut two = phase("two", 400, &[piece("d", 300), piece("e", 200)]);
    two.cues = vec![cue(0, 0), cue(1, 200)];
    score(vec![one, two])
}

fn starts(timeline: &Timeline) -> Vec<u64> {
    timeline.cues.iter().map(|cue| cue.start.0).collect()
}

fn music(timeline: &Timeline, at: u64) -> f64 {
    let clip = timeline.clips.iter().find(|clip| clip.start.0 <= at && at < clip.end.0).expect("music");
    timeline.gain_at(clip, Position(at)).0
}

#[test]
fn a_cue_sounds_over_music_that_gives_way_and_comes_back() {
    let (timeline, _) = plan(&session());
    assert_eq!(starts(&timeline), [100, 600, 800]);
    assert_eq!(music(&timeline, 100), 1.0, "as the cue begins");
    assert!((music(&timeline, 106) - DUCK.gain().0).abs() < 1e-9, "beneath it");
    assert_eq!(music(&timeline, 116), 1.0, "when it is over");
    let cue = &timeline.cues[0];
    assert_eq!(timeline.gain_at(cue, Position(106)), cue.gain, "the cue itself is not ducked");
}

#[test]
fn the_music_gives_way_without_a_step() {
    let mut long = phase("one", 60, &[piece("a", 60)]);
    long.cues = vec![cue(0, 10)];
    let rate = SampleRate::new(1000).expect("in range");
    let score = Score { rate, ..score(vec![long]) };
    let mut cues = lay(&score, &plan(&score).0.phases, Vec::new(), Position::START, &mut 0);
    cues[0].piece = cue_of(&cues[0], 16_000);
    let gains: Vec<f64> = (0..17_000).map(|at| duck_at(&cues, rate, Position(at)).0).collect();
    // A half cosine of 1500 frames is never steeper than π/2 over its length.
    let steepest = 1.001 * (1.0 - DUCK.gain().0) * std::f64::consts::FRAC_PI_2 / 1500.0;
    assert!(gains.windows(2).all(|pair| (pair[1] - pair[0]).abs() <= steepest));
    assert!((gains.iter().fold(1.0, |a: f64, b| a.min(*b)) - DUCK.gain().0).abs() < 1e-9);
}

fn cue_of(clip: &Clip, frames: u64) -> std::sync::Arc<crate::music::timeline::Piece> {
    let (length, piece) = (Length(frames), (*clip.piece).clone());
    std::sync::Arc::new(crate::music::timeline::Piece { length: Some(length), planned: length, ..piece })
}

#[test]
fn a_hold_stops_the_clock_that_a_cue_stands_on() {
    let mut transport = Transport::new(session());
    transport.apply(&Command::Hold, Position(50));
    assert_eq!(starts(transport.timeline()), [1200, 1400], "none comes while the phase is held");
    transport.apply(&Command::Release, Position(130));
    assert_eq!(starts(transport.timeline()), [180, 680, 880], "80 frames of waiting do not count");
}

#[test]
fn a_cue_does_not_sound_into_a_reserve() {
    let mut transport = Transport::new(session());
    transport.apply(&Command::Reserve("Grounding".to_owned()), Position(105));
    let falling = &transport.timeline().cues[0];
    assert_eq!(falling.end, Position(115), "it falls with the music");
    transport.apply(&Command::Return, Position(300));
    assert_eq!(starts(transport.timeline()), [100, 795, 995], "it has sounded, and does not come again");
}

#[test]
fn a_cue_at_a_phases_start_comes_with_the_phase() {
    let mut transport = Transport::new(session());
    transport.apply(&Command::Advance, Position(400));
    assert_eq!(starts(transport.timeline()), [100, 400, 600]);
    transport.apply(&Command::Seek("two".to_owned()), Position(700));
    assert_eq!(starts(transport.timeline()), [100, 400, 600, 700, 900], "a phase that begins again has its cues again");
}

#[test]
fn the_end_of_a_session_takes_a_cue_with_it() {
    let mut transport = Transport::new(session());
    transport.apply(&Command::End, Position(104));
    let timeline = transport.timeline();
    assert!(timeline.gain_at(&timeline.cues[0], Position(114)).0 < 0.6, "it falls with the session");
    assert_eq!(
        (starts(timeline), timeline.cues[0].end.0),
        (vec![100], 116),
        "the last fade is longer than what was left of it"
    );
    let mut late = session();
    late.end = Length(10);
    late.phases[1].cues = vec![cue(0, 385), cue(1, 390)];
    let (timeline, _) = plan(&late);
    assert_eq!(starts(&timeline), [100, 985], "none begins in the last fade");
    assert_eq!(timeline.cues[1].end, Position(1000), "and one that would outlast it falls with it");
}

#[test]
fn a_cue_that_fails_is_left_out_and_the_music_goes_on_as_it_was() {
    let mut transport = Transport::new(session());
    let failed = transport.timeline().cues[0].id;
    let failure = Failure { clip: failed, good: Length::NONE, why: "is damaged".to_owned() };
    let finding = transport.fail(&failure, Position(80)).expect("it is told");
    assert_eq!(finding.message, "`cue 0` is damaged; the cue is left out");
    assert_eq!(music(transport.timeline(), 106), 1.0);
    transport.apply(&Command::Skip, Position(90));
    assert!(!starts(transport.timeline()).contains(&100), "it does not come back with the next plan");
}
