//! Draws a timeline: as a picture (SVG), as a table for those who don't see it, as text and as JSON. Pure.
//! The meeting of the two halves: everything here reads the same functions that the mixer reads.

mod json;
mod picture;
mod words;

use std::fmt::Write as _;

use serde::Serialize;

use crate::exchange::Entry;
use crate::music::fade::Direction;
use crate::music::timeline::{Clip, PhaseSpan, Role, Sound, Timeline};
use crate::units::{Length, Position, clock_of};

pub use json::json;
pub use picture::{file_svg, svg};
use words::{Words, put};

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

/// Draws up what templates see of the session `name`, in a language (BCP 47).
pub fn view(name: &str, timeline: &Timeline, language: &str) -> SessionView {
    let (timeline, words) = (&timeline.in_language(language), words::of(language));
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
        svg: picture::svg_in(name, timeline, words),
        table: table(timeline, words),
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

/// The cues of a phase, in the order they sound.
fn cues_of(timeline: &Timeline, number: usize) -> impl Iterator<Item = &Clip> {
    timeline.cues.iter().filter(move |cue| phase_of(cue) == Some(number))
}

/// The session as an HTML table: one row a phase, with what it is for and what sounds in it.
fn table(timeline: &Timeline, words: &Words) -> String {
    let mut html = String::from("<table class=\"session-table\"><caption>");
    let _ = write!(html, "{}</caption><thead><tr>", put(words.table, &[&escape(&timeline.title)]));
    for column in words.columns {
        let _ = write!(html, "<th scope=\"col\">{column}</th>");
    }
    html.push_str("</tr></thead><tbody>");
    for (number, phase) in timeline.phases.iter().enumerate() {
        let begins = clock_of(phase.start.since_start(), timeline.rate);
        let minutes = put(words.minutes, &[&minutes(phase.length(), timeline).to_string()]);
        let _ = write!(
            html,
            "<tr><td>{begins}</td><th scope=\"row\">{}<br><small>{minutes}</small></th><td>",
            escape(&phase.name)
        );
        if !phase.purpose.is_empty() {
            let _ = write!(html, "<p>{}</p>", escape(&phase.purpose));
        }
        let titles: Vec<String> = clips_of(timeline, number).map(|clip| escape(&clip.piece.title)).collect();
        let music = if titles.is_empty() { words.silence.to_owned() } else { titles.join(", ") };
        let _ = write!(html, "<p>{music}</p>");
        for cue in cues_of(timeline, number) {
            let at = clock_of(cue.start.since_start(), timeline.rate);
            let _ = write!(html, "<p>{}</p>", put(words.chime_at, &[&at, &escape(&cue.piece.title)]));
        }
        html.push_str("</td></tr>");
    }
    html.push_str("</tbody></table>");
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The session's music as a list for other programs.
pub fn entries(timeline: &Timeline) -> Vec<Entry> {
    let entry = |clip: &Clip| Entry {
        file: match &clip.piece.sound {
            Sound::File { path, .. } => Some(path.clone()),
            Sound::Album { parts, .. } => parts.first().map(|part| part.path.clone()),
            Sound::Bed(_) | Sound::Chime(_) => None,
        },
        title: clip.piece.title.clone(),
        artist: clip.piece.artist.clone(),
        album: clip.piece.credits.album.clone().unwrap_or_default(),
        seconds: Some((clip.end - clip.start).seconds(timeline.rate)),
    };
    timeline.clips.iter().map(entry).collect()
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
        let mut sounds: Vec<&Clip> = clips_of(timeline, number).chain(cues_of(timeline, number)).collect();
        sounds.sort_by_key(|clip| clip.start);
        for clip in sounds {
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
    let cue = matches!(clip.role, Role::Cue { .. }).then(|| "cue".to_owned());
    let fades = clip.fades.iter().filter(|fade| !fade.length.is_none()).map(|fade| match fade.direction {
        Direction::In => format!("in {}", seconds(fade.length)),
        Direction::Out => format!("out {}", seconds(fade.length)),
    });
    let how: Vec<String> = cue.into_iter().chain(fades).collect();
    let gain = clip.gain.decibels();
    let at = clock(clip.start.since_start());
    format!(
        "{at:>10}  {:<36} {:>6}  {:<16} {gain}\n",
        format!("{}{by}", clip.piece.title),
        clock(clip.end - clip.start),
        how.join(", ")
    )
}

/// The phase that a clip belongs to.
fn phase_of(clip: &Clip) -> Option<usize> {
    match clip.role {
        Role::Phase { phase, .. } | Role::Cue { phase, .. } => Some(phase),
        Role::Reserve { .. } => None,
    }
}
