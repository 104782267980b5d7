//! Random sessions under random commands, rendered faster than real time, and listened to: no click, no silence that
//! nobody asked for, no jump, every frame accounted for.
//!
//! Some hundreds in the suite; `HOLDSPACE_STORM=10000 cargo test --release --test storm` (`make soak`) for all.

#[path = "storm/metrics.rs"]
mod metrics;
mod support;
#[path = "support/tones.rs"]
mod tones;
#[path = "storm/world.rs"]
mod world;

use std::f64::consts::TAU;
use std::sync::{Arc, Mutex};

use holdspace::music::fade::{Curve, Direction};
use holdspace::music::master::{Master, Scheduled, Turn};
use holdspace::music::player::{self, Event, Scripted};
use holdspace::music::playlist::WhenShort;
use holdspace::music::read::{Direct, Stream};
use holdspace::music::score::Score;
use holdspace::music::sink::{Health, Sink, SinkError};
use holdspace::music::timeline::{PhaseSpan, Piece, Sound, Timeline};
use holdspace::music::transport::{Command, Transport};
use holdspace::units::{Frame, Length, Position, SampleRate};
use metrics::{bend, holes, kinks, levels, surprises};
use rayon::prelude::*;
use tones::{RATE, rate};
use world::{TONES, commands, pieces, playlist, scored};

/// So many different sessions; each meets many sequences of commands.
const SESSIONS: u64 = 60;

fn sequences() -> u64 {
    std::env::var("HOLDSPACE_STORM").ok().and_then(|count| count.parse().ok()).unwrap_or(60)
}

/// What was heard, and under which gains of the master.
#[derive(Default)]
struct Heard {
    frames: Vec<Frame>,
    turns: Vec<(Turn, Position)>,
}

/// Takes what a speaker would, as loud as a speaker would.
struct Room {
    master: Scheduled,
    written: Position,
    heard: Arc<Mutex<Heard>>,
}

impl Sink for Room {
    fn rate(&self) -> SampleRate {
        rate()
    }

    fn write(&mut self, frames: &[Frame]) -> Result<usize, SinkError> {
        let mut frames = frames.to_vec();
        self.master.process(&mut frames);
        self.written += Length(frames.len() as u64);
        self.heard.lock().expect("nobody else").frames.extend(&frames);
        Ok(frames.len())
    }

    fn turn(&mut self, turn: Turn, at: Position) {
        self.master.turn(turn, at);
        self.heard.lock().expect("nobody else").turns.push((turn, at));
    }

    fn health(&mut self) -> Health {
        Health { heard: Some(self.written), ..Health::default() }
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        Ok(())
    }
}

/// What came of a sequence: the plan that described all of it in the end, and what was heard.
struct Played {
    timeline: Timeline,
    heard: Heard,
    /// Which phases there were as each stretch of it was mixed, with the frame that it ended before: who goes back to a
    /// phase has its time again in the plan, and no longer the time that it had before.
    phases: Vec<(Position, Vec<PhaseSpan>)>,
}

impl Played {
    /// The number of the phase that went at a frame.
    fn phase(&self, at: Position) -> usize {
        let (_, phases) = self.phases.iter().find(|(until, _)| at < *until).or(self.phases.last()).expect("it played");
        phases.iter().position(|phase| at < phase.end).unwrap_or(phases.len() - 1)
    }
}

fn play(score: &Score, commands: Vec<(Position, Command)>) -> Played {
    let mut transport = Transport::new(score.clone());
    let heard = Arc::new(Mutex::new(Heard::default()));
    let room = Room { master: Scheduled::new(rate()), written: Position::START, heard: heard.clone() };
    let mut before: Option<(Position, Timeline)> = None;
    let mut phases: Vec<(Position, Vec<PhaseSpan>)> = Vec::new();
    let mut listener = |event: Event<'_>, reader: &mut Direct| {
        assert!(reader.take_findings().is_empty(), "a piece was stood in for");
        if let Event::Went(status) = event {
            if let Some((mixed, timeline)) = &before {
                assert!(status.mixed > *mixed, "the clock goes on");
                assert_unchanged(timeline, status.timeline, *mixed);
            }
            before = Some((status.mixed, status.timeline.clone()));
            match phases.last_mut() {
                Some((until, same)) if *same == status.timeline.phases => *until = status.mixed,
                _ => phases.push((status.mixed, status.timeline.phases.clone())),
            }
        }
    };
    let mut script = Scripted::new(commands);
    player::play(&mut transport, Direct::new(rate()), Box::new(room), Position::START, &mut script, &mut listener)
        .expect("nothing fails");
    let heard = std::mem::take(&mut *heard.lock().expect("it is over"));
    Played { timeline: transport.timeline().clone(), heard, phases }
}

/// What was planned up to `mixed` is planned so still, and every gain goes on from where it was.
fn assert_unchanged(before: &Timeline, after: &Timeline, mixed: Position) {
    for clip in before.all().filter(|clip| clip.start < mixed) {
        let kept = after.all().find(|kept| kept.id == clip.id);
        for at in [clip.start, mixed.back(Length(4000)), mixed.back(Length(1)), mixed] {
            let gain = kept.map(|kept| after.gain_at(kept, at).0);
            let was = before.gain_at(clip, at).0;
            assert!(
                gain.is_some_and(|gain| (gain - was).abs() < 1e-9),
                "{} at {}: {gain:?} {was}",
                clip.piece.title,
                at.0
            );
        }
    }
}

/// How much a piece can bend at a gain of one: a sine by its own frequency; what is generated, measured.
fn bends(piece: &Piece, bed: f64, chime: f64) -> f64 {
    match &piece.sound {
        Sound::File { path, .. } => {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let tone = TONES.iter().find(|(name, ..)| *name == stem).expect("one of the pieces");
            0.25 * (TAU * tone.1 / f64::from(RATE)).powi(2)
        }
        Sound::Bed(_) => bed,
        Sound::Chime(_) => chime,
        Sound::Album { .. } => unreachable!("no album here"),
    }
}

/// The largest bend of a generated sound over two minutes.
fn measured_bend(piece: &Piece) -> f64 {
    let mut frames = vec![Frame::SILENT; 120 * RATE as usize];
    let count =
        Stream::open(piece, Length::NONE, rate()).expect("it is generated").read(&mut frames).expect("it sounds");
    bend(&frames[..count])
}

/// The bends of the house's bed and of its chime, at a gain of one.
fn generated(scores: &[Score]) -> (f64, f64) {
    let bed = scores.iter().map(|score| measured_bend(&score.phases[0].bed)).fold(0.0, f64::max);
    let chimes = scores.iter().flat_map(|score| &score.phases).flat_map(|phase| &phase.cues);
    (bed, chimes.take(1).map(|cue| measured_bend(&cue.piece)).fold(0.0, f64::max))
}

/// The master's gain at a frame, from its turns.
fn master(turns: &[(Turn, Position)]) -> impl Fn(Position) -> f64 {
    let mut stages = vec![(Position::START, Master::new(rate()))];
    for (turn, at) in turns {
        let mut next = stages.last().expect("there is a first").1.clone();
        next.turn(*turn, *at);
        stages.push((*at, next));
    }
    move |at| {
        let stage = stages.iter().rev().find(|(from, _)| *from <= at).expect("from the start");
        stage.1.gain_at(at).0
    }
}

/// Listens to a sequence; what is wrong with it, in words.
fn listen(score: &Score, played: &Played, bed: f64, chime: f64) -> Vec<String> {
    let (timeline, frames) = (&played.timeline, &played.heard.frames);
    let master = master(&played.heard.turns);
    let (mut wrong, edge) = (Vec::new(), Length(u64::from(RATE) / 20));
    if frames.len() as u64 != timeline.end.0 {
        wrong.push(format!("{} frames heard, {} planned", frames.len(), timeline.end.0));
    }
    let bends = |at: Position| {
        let near = timeline.sounding(at.back(Length(2)), at + Length(3));
        let bends = near.map(|clip| timeline.gain_at(clip, at).0.max(1e-3) * bends(&clip.piece, bed, chime));
        1.15 * bends.sum::<f64>() * master(at) + 2e-4
    };
    const BLOCK: usize = 80;
    let allowed =
        |n: usize| [0, BLOCK / 2, BLOCK].map(|m| bends(Position((n + m) as u64))).into_iter().fold(0.0, f64::max);
    wrong.extend(kinks(frames, BLOCK, allowed).first().map(|at| format!("a kink at frame {at}")));
    // A bowl is struck: nothing foretells that, and it may bend no more than it does by itself (above).
    let struck = |at: &&usize| {
        let at = Position(**at as u64);
        timeline.cues.iter().any(|cue| cue.start <= at && at < cue.start + edge)
    };
    wrong.extend(surprises(frames).iter().find(|at| !struck(at)).map(|at| format!("a click at frame {at}")));
    // By what was typed and by what the playlist says, not by the plan: a plan with a hole in it is found out.
    let silent = |at: usize| {
        let at = Position(at as u64);
        let begins_or_ends = at < Position::START + edge || at + edge > timeline.end;
        let in_silence = |at: Position| score.phases[played.phase(at)].when_short == WhenShort::Silence;
        // What rises after a silence rises from nothing.
        begins_or_ends || master(at) < 1e-3 || in_silence(at) || in_silence(at.back(edge))
    };
    let unasked = holes(frames, RATE).into_iter().find(|(from, to)| !(*from..*to).step_by(4).all(&silent));
    wrong.extend(unasked.map(|(from, to)| format!("silence that nobody asked for from frame {from} to {to}")));
    wrong.extend(jumps(timeline, frames, &master));
    wrong
}

/// Where the level is not what the plan says that it is, and where the plan itself jumps.
fn jumps(timeline: &Timeline, frames: &[Frame], master: &impl Fn(Position) -> f64) -> Option<String> {
    let tenth = u64::from(RATE) / 10;
    // A chime is not part of the plan's level.
    let rings = |at: Position| {
        timeline.cues.iter().any(|cue| cue.start <= at + Length(tenth) && at < cue.end + Length(4 * tenth))
    };
    // From silence the music may rise as quickly as its author likes.
    let from_silence = |at: Position| {
        let fades = timeline.clips.iter().flat_map(|clip| &clip.fades);
        let mut rises = fades.filter(|fade| fade.direction == Direction::In && fade.curve == Curve::HalfCosine);
        rises.any(|fade| fade.start <= at && at < fade.end() + Length(15 * tenth))
    };
    // A tone against itself may cancel itself, and a bed breathes.
    let unsteady = |at: Position| {
        let clips: Vec<_> = timeline
            .clips
            .iter()
            .filter(|clip| clip.sounds_within(at.back(Length(2 * tenth)), at + Length(2 * tenth)))
            .collect();
        let same = |a: usize| clips[a + 1..].iter().any(|b| b.piece.sound == clips[a].piece.sound);
        (0..clips.len()).any(|n| matches!(clips[n].piece.sound, Sound::Bed(_)) || same(n))
    };
    let planned = |at: Position| 20.0 * libm::log10(timeline.level_at(at).0 * master(at) + 1e-9);
    let heard = levels(frames, RATE);
    // A sine at the session's loudness of −23 LUFS, both sides: its power is −23 + 0.691 dB, within what the ear's weight does.
    const FULL: f64 = -22.3;
    let mut before: Vec<f64> = Vec::new();
    for (n, level) in heard.iter().enumerate() {
        let middle = Position((n as u64 + 1) * tenth).back(Length(2 * tenth));
        let plan = planned(middle);
        // Down and up again is a movement, too.
        let over = [0, 1, 2, 3, 4].map(|n| planned(middle.back(Length(2 * tenth)) + Length(n * tenth)));
        let moves = over.iter().any(|level| (level - plan).abs() > 1.5 || (level - over[0]).abs() > 3.0);
        if plan > -30.0 && !moves && !rings(middle) && !unsteady(middle) && (level - FULL - plan).abs() > 4.5 {
            return Some(format!(
                "at {:.1} s the level is {:.1} dB from the plan's {plan:.1}",
                n as f64 / 10.0,
                level - FULL - plan
            ));
        }
        let level = 20.0 * libm::log10(timeline.level_at(middle).0 + 1e-9);
        if level > 3.5 {
            return Some(format!("at {:.1} s the plan is {level:.1} dB over full", n as f64 / 10.0));
        }
        let ago = before.len().checked_sub(10).map_or(level, |n| before[n]);
        // From below this it has been silence for the ear.
        if level - ago > 8.0 && ago > -40.0 && !from_silence(middle) {
            return Some(format!("at {:.1} s the plan rises by more than 8 dB within a second", n as f64 / 10.0));
        }
        before.push(level);
    }
    None
}

#[test]
fn random_commands_leave_no_click_no_silence_and_no_jump() {
    let project = pieces();
    let scores: Vec<Score> = (0..SESSIONS).map(|seed| scored(&project, seed)).collect();
    let (bed, chime) = generated(&scores);
    let failed: Vec<String> = (0..sequences())
        .into_par_iter()
        .filter_map(|seed| {
            let session = seed % SESSIONS;
            let played = play(&scores[session as usize], commands(seed));
            let wrong = listen(&scores[session as usize], &played, bed, chime);
            let typed: Vec<String> =
                commands(seed).iter().map(|(at, command)| format!("@{} {command}", at.0)).collect();
            (!wrong.is_empty())
                .then(|| format!("sequence {seed}: {}\n{}\n{}", wrong.join("; "), playlist(session), typed.join("\n")))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} sequences: {}",
        failed.len(),
        sequences(),
        failed[..failed.len().min(20)].join("\n\n")
    );
}

/// A session of one tone without a command.
fn calm() -> (Score, Played) {
    let text = "title = \"Calm\"\nend = \"3s\"\n[[phase]]\nname = \"One\"\nlength = \"30s\"\nfade_in = \"3s\"\n\
                track = [{ file = \"music/c.wav\" }]\n";
    let project = pieces().playlist(text);
    let score = project.score();
    let played = play(&score, Vec::new());
    (score, played)
}

#[test]
fn what_is_wrong_is_heard() {
    let ((score, played), bed, chime) = (calm(), 0.0, 0.0);
    assert_eq!(listen(&score, &played, bed, chime), [""; 0], "nothing is wrong with it");
    let with = |change: fn(&mut [Frame])| {
        let mut heard = Heard { frames: played.heard.frames.clone(), turns: Vec::new() };
        change(&mut heard.frames);
        let phases = played.phases.clone();
        listen(&score, &Played { timeline: played.timeline.clone(), heard, phases }, bed, chime).join("; ")
    };
    // A step 34 dB under the tone's peak of 0.1.
    assert!(with(|frames| frames[100_000..].iter_mut().for_each(|f| f.left += 0.002)).contains("a click at frame"));
    assert!(with(|frames| frames[100_000].left += 0.05).contains("a kink at frame"));
    assert!(with(|frames| frames[100_000..100_016].fill(Frame::SILENT)).contains("silence that nobody asked for"));
    assert!(with(|frames| frames[100_000..].iter_mut().for_each(|f| *f = *f * 2.0)).contains("dB from the plan's"));
    assert!(with(|frames| frames[100_000..].iter_mut().for_each(|f| *f = *f * 0.4)).contains("dB from the plan's"));
}
