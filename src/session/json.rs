//! Draws a timeline as JSON, for scripts. Pure.

use serde::Serialize;

use super::{is_bed, phase_of};
use crate::music::fade::Direction;
use crate::music::timeline::{Clip, PhaseSpan, Timeline};

#[derive(Serialize)]
struct PlanJson<'a> {
    session: &'a str,
    title: &'a str,
    summary: &'a str,
    rate: u32,
    frames: u64,
    phases: Vec<PhaseJson<'a>>,
    clips: Vec<ClipJson<'a>>,
    cues: Vec<CueJson<'a>>,
}

#[derive(Serialize)]
struct CueJson<'a> {
    title: &'a str,
    phase: Option<usize>,
    start: u64,
    end: u64,
    gain_db: f64,
}

#[derive(Serialize)]
struct PhaseJson<'a> {
    name: &'a str,
    purpose: &'a str,
    start: u64,
    end: u64,
    min: u64,
    max: u64,
    level_db: f64,
}

#[derive(Serialize)]
struct ClipJson<'a> {
    title: &'a str,
    artist: &'a str,
    licence: &'a str,
    bed: bool,
    phase: Option<usize>,
    start: u64,
    end: u64,
    gain_db: f64,
    fade_in: u64,
    fade_out: u64,
}

/// The session as JSON: positions and lengths in frames at `rate`, levels in decibels.
pub fn json(name: &str, timeline: &Timeline) -> String {
    let plan = PlanJson {
        session: name,
        title: &timeline.title,
        summary: &timeline.summary,
        rate: timeline.rate.hertz(),
        frames: timeline.end.0,
        phases: timeline.phases.iter().map(phase_json).collect(),
        clips: timeline.clips.iter().map(clip_json).collect(),
        cues: timeline.cues.iter().map(cue_json).collect(),
    };
    let mut text = serde_json::to_string_pretty(&plan).expect("a plan is plain data");
    text.push('\n');
    text
}

fn phase_json(phase: &PhaseSpan) -> PhaseJson<'_> {
    PhaseJson {
        name: &phase.name,
        purpose: &phase.purpose,
        start: phase.start.0,
        end: phase.end.0,
        min: phase.min.0,
        max: phase.max.0,
        level_db: phase.level.0,
    }
}

fn cue_json(cue: &Clip) -> CueJson<'_> {
    CueJson {
        title: &cue.piece.title,
        phase: phase_of(cue),
        start: cue.start.0,
        end: cue.end.0,
        gain_db: cue.gain.decibels().0,
    }
}

fn clip_json(clip: &Clip) -> ClipJson<'_> {
    let fade = |wanted| clip.fades.iter().find(|fade| fade.direction == wanted).map_or(0, |fade| fade.length.0);
    ClipJson {
        title: &clip.piece.title,
        artist: &clip.piece.artist,
        licence: &clip.piece.licence,
        bed: is_bed(clip),
        phase: phase_of(clip),
        start: clip.start.0,
        end: clip.end.0,
        gain_db: clip.gain.decibels().0,
        fade_in: fade(Direction::In),
        fade_out: fade(Direction::Out),
    }
}
