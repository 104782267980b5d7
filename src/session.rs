//! Draws a timeline: as a picture (SVG), as a table for those who don't see it, as text and as JSON. Pure.
//! The meeting of the two halves: everything here reads the same functions that the mixer reads.

mod picture;

use std::fmt::Write as _;

use serde::Serialize;

use crate::music::fade::Direction;
use crate::music::timeline::{Clip, PhaseSpan, Role, Sound, Timeline};
use crate::units::{Length, Position, clock_of};

pub use picture::{file_svg, svg};

/// What a template sees of a session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionView {
    /// The name of the playlist.
    pub name: String,
    /// Its title.
    pub title: String,
    /// A sentence on it.
    pub summary: String,
    /// Its length in whole minutes.
    pub minutes: u64,
    /// Its length as a clock: `1:05:00`.
    pub length: String,
    /// Its phases.
    pub phases: Vec<PhaseView>,
    /// The picture, as an inline `<svg>`.
    pub svg: String,
    /// The table, as a `<table>`.
    pub table: String,
}

/// What a template sees of a phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseView {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// When it begins, as a clock.
    pub start: String,
    /// When it ends, as a clock.
    pub end: String,
    /// How long it lasts, in whole minutes.
    pub minutes: u64,
    /// How long it lasts, as a clock.
    pub length: String,
    /// The pieces that begin in it.
    pub pieces: Vec<PieceView>,
}

/// What a template sees of a piece.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PieceView {
    /// Its title.
    pub title: String,
    /// Its artist; empty where nobody is named.
    pub artist: String,
    /// When it begins, as a clock.
    pub at: String,
    /// Whether it is a generated bed.
    pub bed: bool,
}

/// Draws up what templates see of the session `name`.
pub fn view(name: &str, timeline: &Timeline) -> SessionView {
    let clock = |position: Position| clock_of(position.since_start(), timeline.rate);
    let piece = |clip: &Clip| PieceView {
        title: clip.piece.title.clone(),
        artist: clip.piece.artist.clone(),
        at: clock(clip.start),
        bed: is_bed(clip),
    };
    let phase = |(number, phase): (usize, &PhaseSpan)| PhaseView {
        name: phase.name.clone(),
        purpose: phase.purpose.clone(),
        start: clock(phase.start),
        end: clock(phase.end),
        minutes: minutes(phase.length(), timeline),
        length: clock_of(phase.length(), timeline.rate),
        pieces: clips_of(timeline, number).map(piece).collect(),
    };
    SessionView {
        name: name.to_owned(),
        title: timeline.title.clone(),
        summary: timeline.summary.clone(),
        minutes: minutes(timeline.length(), timeline),
        length: clock_of(timeline.length(), timeline.rate),
        phases: timeline.phases.iter().enumerate().map(phase).collect(),
        svg: svg(name, timeline),
        table: table(timeline),
    }
}

fn minutes(length: Length, timeline: &Timeline) -> u64 {
    (length.seconds(timeline.rate) / 60.0).round() as u64
}

fn is_bed(clip: &Clip) -> bool {
    matches!(clip.piece.sound, Sound::Bed(_))
}

/// The clips that belong to a phase, in the order they begin.
fn clips_of(timeline: &Timeline, number: usize) -> impl Iterator<Item = &Clip> {
    timeline.clips.iter().filter(move |clip| matches!(clip.role, Role::Phase { phase, .. } if phase == number))
}

/// The session as an HTML table: one row a phase, with what it is for and what sounds in it.
fn table(timeline: &Timeline) -> String {
    let mut html = String::from("<table class=\"session-table\"><caption>");
    let _ = write!(html, "{}: the phases and their music</caption>", escape(&timeline.title));
    html.push_str("<thead><tr><th scope=\"col\">Begins</th><th scope=\"col\">Phase</th><th scope=\"col\">Music</th></tr></thead><tbody>");
    for (number, phase) in timeline.phases.iter().enumerate() {
        let begins = clock_of(phase.start.since_start(), timeline.rate);
        let minutes = minutes(phase.length(), timeline);
        let _ = write!(
            html,
            "<tr><td>{begins}</td><th scope=\"row\">{}<br><small>{minutes} minutes</small></th><td>",
            escape(&phase.name)
        );
        if !phase.purpose.is_empty() {
            let _ = write!(html, "<p>{}</p>", escape(&phase.purpose));
        }
        let titles: Vec<String> = clips_of(timeline, number).map(|clip| escape(&clip.piece.title)).collect();
        let _ = write!(
            html,
            "<p>{}</p></td></tr>",
            if titles.is_empty() { "Silence".to_owned() } else { titles.join(", ") }
        );
    }
    html.push_str("</tbody></table>");
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The session as text for people.
pub fn text(timeline: &Timeline) -> String {
    let clock = |length: Length| clock_of(length, timeline.rate);
    let mut text = format!("{} · {} · {} phases\n", timeline.title, clock(timeline.length()), timeline.phases.len());
    if !timeline.summary.is_empty() {
        let _ = writeln!(text, "{}", timeline.summary);
    }
    for (number, phase) in timeline.phases.iter().enumerate() {
        let bounds = format!("{} to {}", clock(phase.min), clock(phase.max));
        let _ = writeln!(
            text,
            "\n{:>8}  {} · {} ({bounds}) · {}",
            clock(phase.start.since_start()),
            phase.name,
            clock(phase.length()),
            phase.level
        );
        for clip in clips_of(timeline, number) {
            text.push_str(&clip_line(timeline, clip));
        }
    }
    let _ = writeln!(text, "\n{:>8}  the end", clock(timeline.length()));
    text
}

fn clip_line(timeline: &Timeline, clip: &Clip) -> String {
    let clock = |length: Length| clock_of(length, timeline.rate);
    let by = if clip.piece.artist.is_empty() { String::new() } else { format!(" · {}", clip.piece.artist) };
    let seconds = |length: Length| format!("{:.0}s", length.seconds(timeline.rate));
    let fades: Vec<String> = clip
        .fades
        .iter()
        .filter(|fade| !fade.length.is_none())
        .map(|fade| match fade.direction {
            Direction::In => format!("in {}", seconds(fade.length)),
            Direction::Out => format!("out {}", seconds(fade.length)),
        })
        .collect();
    let gain = clip.gain.decibels();
    let at = clock(clip.start.since_start());
    format!(
        "{at:>10}  {:<36} {:>6}  {:<16} {gain}\n",
        format!("{}{by}", clip.piece.title),
        clock(clip.end - clip.start),
        fades.join(", ")
    )
}

#[derive(Serialize)]
struct PlanJson<'a> {
    session: &'a str,
    title: &'a str,
    summary: &'a str,
    rate: u32,
    frames: u64,
    phases: Vec<PhaseJson<'a>>,
    clips: Vec<ClipJson<'a>>,
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

fn clip_json(clip: &Clip) -> ClipJson<'_> {
    let fade = |wanted| clip.fades.iter().find(|fade| fade.direction == wanted).map_or(0, |fade| fade.length.0);
    ClipJson {
        title: &clip.piece.title,
        artist: &clip.piece.artist,
        licence: &clip.piece.licence,
        bed: is_bed(clip),
        phase: match clip.role {
            Role::Phase { phase, .. } => Some(phase),
            Role::Reserve { .. } => None,
        },
        start: clip.start.0,
        end: clip.end.0,
        gain_db: clip.gain.decibels().0,
        fade_in: fade(Direction::In),
        fade_out: fade(Direction::Out),
    }
}
