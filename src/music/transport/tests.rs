//! What live decisions keep: what has sounded stays, and no gain jumps.

use std::collections::BTreeSet;

use super::*;
use crate::music::mix::Failure;
use crate::music::testing::{bed, cue, gains, phase, piece, power, score, told};
use crate::music::timeline::ClipId;
use crate::units::TimeError;

/// Two phases of 600 and 400 frames, one frame a second.
fn session() -> Transport {
    let one = phase("one", 600, &[piece("a", 250), piece("b", 260), piece("c", 270)]);
    let two = phase("two", 400, &[piece("d", 300), bed("e", 200)]);
    Transport::new(score(vec![one, two]))
}

fn ends(transport: &Transport) -> Vec<u64> {
    transport.timeline().phases.iter().map(|phase| phase.end.0).collect()
}

/// Nothing that has sounded changed, and the gain of what sounds is continuous.
fn assert_unheard(before: &Timeline, after: &Timeline, now: u64) {
    for clip in before.all() {
        let kept = after.all().find(|kept| kept.id == clip.id);
        // A fade that a decision adds begins at `now` with the gain that there was.
        for at in clip.start.0..clip.end.0.min(if clip.start.0 < now { now + 1 } else { now }) {
            let gain = kept.map(|kept| after.gain_at(kept, Position(at)).0);
            assert_eq!(
                gain,
                Some(before.gain_at(clip, Position(at)).0),
                "{} at {at}, changed at {now}: {clip:?} {kept:?}",
                clip.piece.title
            );
        }
    }
    for clip in after.clips.iter().filter(|clip| clip.start < Position(now)) {
        let steps = gains(after, clip);
        for pair in steps[clip.start.0 as usize..(clip.end.0.min(after.end.0)) as usize].windows(2) {
            // The steepest fade here takes 10 frames; its largest step is 0.236 of full gain. Two may multiply, and a
            // cue's duck comes down by 0.6 in a frame and a half.
            let most = if after.cues.is_empty() { 0.4 } else { 0.7 };
            assert!((pair[1] - pair[0]).abs() < most, "{}: {pair:?}", clip.piece.title);
        }
    }
}

#[test]
fn a_hold_makes_the_clock_wait_and_the_music_goes_on() {
    let mut transport = session();
    let before = transport.timeline().clone();
    transport.apply(&Command::Hold, Position(300));
    assert_eq!(ends(&transport), [1200, 1600], "held to its greatest length at most");
    assert_unheard(&before, transport.timeline(), 300);
    assert!((320..1180).all(|at| power(transport.timeline(), at) > 0.9), "{:?}", told(transport.timeline()));
    transport.apply(&Command::Release, Position(500));
    assert_eq!(ends(&transport), [800, 1200], "the phase has what was left of it");
}

#[test]
fn a_hold_past_the_greatest_length_moves_on_by_itself() {
    let mut transport = session();
    transport.apply(&Command::Hold, Position(300));
    let answer = transport.apply(&Command::Release, Position(1300));
    assert_eq!(answer.0, "nothing is held");
    assert_eq!(ends(&transport), [1200, 1600]);
}

#[test]
fn advance_moves_on_now_but_not_before_the_least_length() {
    let mut transport = session();
    transport.apply(&Command::Advance, Position(100));
    assert_eq!(ends(&transport), [300, 700], "the phase lasts 300 at least");
    let mut transport = session();
    let before = transport.timeline().clone();
    transport.apply(&Command::Advance, Position(400));
    assert_eq!(ends(&transport), [400, 800]);
    assert_unheard(&before, transport.timeline(), 400);
    let begins = transport.timeline().clips.iter().find(|clip| clip.piece.title == "d").map(|clip| clip.start);
    assert_eq!(begins, Some(Position(400)));
    let answer = transport.apply(&Command::Advance, Position(500));
    assert_eq!(answer.0, "this is the last phase; `end` closes the session");
}

#[test]
fn extend_gives_the_phase_more_time_up_to_its_greatest_length() {
    let mut transport = session();
    transport.apply(&Command::Extend(Duration::from_secs(100)), Position(50));
    assert_eq!(ends(&transport), [700, 1100]);
    transport.apply(&Command::Extend(Duration::from_secs(9000)), Position(60));
    assert_eq!(ends(&transport), [1200, 1600]);
}

#[test]
fn a_second_press_within_a_second_is_one_press() {
    let mut transport = session();
    transport.apply(&Command::Extend(Duration::from_secs(100)), Position(50));
    transport.apply(&Command::Extend(Duration::from_secs(100)), Position(50));
    assert_eq!(ends(&transport), [700, 1100]);
}

#[test]
fn skip_turns_to_the_next_piece_gently() {
    let mut transport = session();
    let before = transport.timeline().clone();
    transport.apply(&Command::Skip, Position(100));
    assert_unheard(&before, transport.timeline(), 100);
    assert_eq!(told(transport.timeline())[..2], ["a 0..110", "b 100..360"]);
    assert!((20..970).all(|at| power(transport.timeline(), at) > 0.9));
    assert_eq!(ends(&transport), [600, 1000], "the clock is not touched");
}

#[test]
fn seek_goes_to_a_phase_forward_and_back() {
    let mut transport = session();
    let before = transport.timeline().clone();
    transport.apply(&Command::Seek("Two".to_owned()), Position(200));
    assert_unheard(&before, transport.timeline(), 200);
    assert_eq!(ends(&transport), [200, 600]);
    assert_eq!(told(transport.timeline())[..2], ["a 0..220", "d 200..500"]);
    transport.apply(&Command::Seek("one".to_owned()), Position(300));
    assert_eq!(ends(&transport), [900, 1300], "it gets its planned time again");
    assert_eq!(told(transport.timeline())[2], "b 300..560", "and goes on with its next piece");
    assert!((20..1270).all(|at| power(transport.timeline(), at) > 0.9));
    let answer = transport.apply(&Command::Seek("tow".to_owned()), Position(310));
    assert_eq!(answer.0, "there is no phase `tow`; did you mean `two`?");
}

#[test]
fn a_reserve_plays_outside_the_clock_and_the_phase_waits() {
    let mut transport = session();
    let before = transport.timeline().clone();
    transport.apply(&Command::Reserve("grounding".to_owned()), Position(200));
    assert_unheard(&before, transport.timeline(), 200);
    assert_eq!(told(transport.timeline())[..3], ["a 0..210", "hearth 200..500", "hearth 490..790"]);
    let during = transport.timeline().clone();
    transport.apply(&Command::Return, Position(450));
    assert_unheard(&during, transport.timeline(), 450);
    assert_eq!(ends(&transport), [850, 1250], "250 in the reserve do not count");
    assert_eq!(told(transport.timeline())[2], "b 450..710");
    assert!((470..1200).all(|at| power(transport.timeline(), at) > 0.9));
}

#[test]
fn an_unknown_reserve_changes_nothing_and_says_which_there_are() {
    let mut transport = session();
    let before = transport.timeline().clone();
    let answer = transport.apply(&Command::Reserve("Groundig".to_owned()), Position(200));
    assert_eq!(answer.0, "there is no reserve `Groundig`; did you mean `Grounding`?");
    assert_eq!(*transport.timeline(), before);
}

#[test]
fn end_closes_the_session_with_its_last_fade() {
    let mut transport = session();
    let before = transport.timeline().clone();
    transport.apply(&Command::End, Position(245));
    assert_unheard(&before, transport.timeline(), 245);
    assert_eq!(transport.timeline().end, Position(265));
    assert!(power(transport.timeline(), 264) < 0.01);
    let ended = transport.timeline().clone();
    assert_eq!(transport.apply(&Command::Hold, Position(250)).0, "the session is ending");
    assert_eq!(*transport.timeline(), ended);
}

#[test]
fn commands_are_written_as_they_are_read() {
    for words in [
        "hold",
        "release",
        "advance",
        "extend 5m",
        "reserve Grounding",
        "return",
        "talk",
        "untalk",
        "quiet",
        "resume",
        "volume -3 dB",
        "skip",
        "seek two",
        "output headphones",
        "end",
    ] {
        let command: Command = words.parse().expect(words);
        assert_eq!(command.to_string(), words);
    }
    assert_eq!(COMMANDS.len(), 15);
}

#[test]
fn what_is_no_command_gets_a_hint() {
    for (words, message, hint) in [
        ("hodl", "there is no command `hodl`", "did you mean `hold`?"),
        ("extend soon", "`soon` is not a time", TimeError::HINT),
        ("volume loud", "`loud` is not a volume", "write it as `volume -3 dB`; it is between -60 and +6"),
        ("reserve", "which reserve?", "name it: `reserve Grounding`"),
        ("hold on", "`hold` stands alone, without `on`", "write `hold`"),
    ] {
        let error = words.parse::<Command>().expect_err(words);
        assert_eq!((error.to_string().as_str(), error.hint.as_str()), (message, hint));
    }
}

/// The same, with a cue in each phase.
fn with_cues() -> Transport {
    let mut one = phase("one", 600, &[piece("a", 250), piece("b", 260), piece("c", 270)]);
    one.cues = vec![cue(0, 0), cue(1, 120), cue(2, 130)];
    let mut two = phase("two", 400, &[piece("d", 300), bed("e", 200)]);
    two.cues = vec![cue(0, 50)];
    Transport::new(score(vec![one, two]))
}

/// A small generator for sequences that nobody would think of.
fn shuffled(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}

#[test]
fn any_sequence_of_commands_leaves_music_that_goes_on() {
    for seed in 0..300 {
        let (mut transport, mut next, mut now) = (with_cues(), shuffled(seed + 1), 0);
        let mut said = Vec::new();
        for _ in 0..25 {
            now += next(150);
            if now >= transport.timeline().end.0 {
                break;
            }
            let command = match next(8) {
                0 => Command::Hold,
                1 => Command::Release,
                2 => Command::Advance,
                3 => Command::Extend(Duration::from_secs(next(200))),
                4 => Command::Reserve("Grounding".to_owned()),
                5 => Command::Return,
                6 => Command::Skip,
                _ if next(40) == 0 => Command::End,
                _ => Command::Seek(["one", "two"][next(2) as usize].to_owned()),
            };
            said.push(format!("{now} {command}"));
            let before = transport.timeline().clone();
            transport.apply(&command, Position(now));
            let after = transport.timeline();
            assert_unheard(&before, after, now);
            assert!(after.phases.windows(2).all(|pair| pair[0].end == pair[1].start), "seed {seed}: {said:?}");
            assert_eq!(after.phases.last().map(|phase| phase.end), Some(after.end), "seed {seed}: {said:?}");
        }
        let timeline = transport.timeline();
        for clips in [&timeline.clips, &timeline.cues] {
            assert!(clips.windows(2).all(|pair| pair[0].id < pair[1].id), "seed {seed}: {said:?}");
        }
        let ids: BTreeSet<ClipId> = timeline.all().map(|clip| clip.id).collect();
        assert_eq!(ids.len(), timeline.all().count(), "seed {seed}: a number is used twice after {said:?}");
        for at in 20..timeline.end.0.saturating_sub(20) {
            let sounding = timeline.sounding(Position(at), Position(at + 1)).count();
            assert!(sounding > 0, "seed {seed}: nothing sounds at {at} after {said:?}: {:?}", told(timeline));
        }
    }
}

fn failure(transport: &Transport, title: &str, good: u64) -> Failure {
    let clip = transport.timeline().clips.iter().find(|clip| clip.piece.title == title).expect("it is planned");
    Failure { clip: clip.id, good: Length(good), why: "is damaged".to_owned() }
}

#[test]
fn a_piece_that_fails_before_it_is_heard_gives_way_to_the_next() {
    let mut transport = session();
    let before = transport.timeline().clone();
    let finding = transport.fail(&failure(&transport, "b", 0), Position(215)).expect("it is told");
    assert_eq!(finding.message, "`b` is damaged; what comes is planned without it");
    assert_unheard(&before, transport.timeline(), 215);
    assert_eq!(told(transport.timeline())[..2], ["a 0..250", "c 240..510"]);
    assert!((20..970).all(|at| power(transport.timeline(), at) > 0.4), "{:?}", told(transport.timeline()));
}

#[test]
fn a_piece_that_is_good_in_part_is_played_in_part() {
    let mut transport = session();
    let before = transport.timeline().clone();
    transport.fail(&failure(&transport, "a", 150), Position(120)).expect("it is told");
    assert_unheard(&before, transport.timeline(), 120);
    assert_eq!(told(transport.timeline())[..2], ["a 0..150", "b 140..400"]);
}

#[test]
fn when_every_piece_of_a_phase_fails_a_bed_sounds() {
    let mut transport = session();
    for (title, now) in [("a", 5), ("b", 6), ("c", 7)] {
        if transport.timeline().clips.iter().any(|clip| clip.piece.title == title) {
            transport.fail(&failure(&transport, title, 0), Position(now));
        }
    }
    assert!(
        told(transport.timeline()).iter().any(|clip| clip.starts_with("filler")),
        "{:?}",
        told(transport.timeline())
    );
    assert!((30..970).all(|at| transport.timeline().sounding(Position(at), Position(at + 1)).count() > 0));
}

#[test]
fn a_reserves_piece_that_fails_gives_way_to_its_next_or_to_a_bed() {
    let mut world = score(vec![phase("one", 600, &[piece("a", 700)])]);
    world.reserves[0].pieces.push((1, piece("ember", 200)));
    let mut transport = Transport::new(world);
    transport.apply(&Command::Reserve("Grounding".to_owned()), Position(100));
    assert_eq!(told(transport.timeline())[1..4], ["hearth 100..400", "ember 390..590", "hearth 580..880"]);
    let before = transport.timeline().clone();
    transport.fail(&failure(&transport, "ember", 0), Position(370)).expect("it is told");
    assert_unheard(&before, transport.timeline(), 370);
    assert_eq!(told(transport.timeline())[1..3], ["hearth 100..400", "hearth 390..690"]);
    let last = failure(&transport, "hearth", 280);
    transport.fail(&Failure { good: Length(10), ..last }, Position(375));
    assert!(told(transport.timeline())[2].starts_with("reserve's bed"), "{:?}", told(transport.timeline()));
    assert!((110..2000).all(|at| power(transport.timeline(), at) > 0.05), "{:?}", told(transport.timeline()));
}

#[test]
fn presses_in_quick_succession_leave_no_hole() {
    let mut transport = session();
    for (n, command) in ["skip", "seek two", "reserve Grounding", "return", "skip"].iter().enumerate() {
        let before = transport.timeline().clone();
        let now = 100 + 2 * n as u64;
        transport.apply(&command.parse().expect("a command"), Position(now));
        assert_unheard(&before, transport.timeline(), now);
    }
    let least = (100..160).map(|at| power(transport.timeline(), at)).fold(2.0, f64::min);
    assert!(least > 0.4, "{least}: {:?}", told(transport.timeline()));
}
