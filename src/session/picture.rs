//! The picture of a session: the phases as bands, the loudness arc as a line, the pieces below, minutes as an axis.
//! Colours are the theme's: it styles the classes `phase-0` … `phase-5`, `arc`, `arc-line`, `piece`, `bed`, `cue`, `axis`.

use std::fmt::Write as _;

use super::words::{ENGLISH, Words, put};
use super::{escape, is_bed, minutes};
use crate::music::timeline::Timeline;
use crate::units::{Position, clock_of};

const WIDTH: f64 = 720.0;
/// The bands with the arc, then two rows of pieces, then the axis.
const BANDS: f64 = 190.0;
const ROW: f64 = 12.0;
const AXIS: f64 = BANDS + 3.0 * ROW;
const HEIGHT: f64 = AXIS + 34.0;
/// The arc is drawn from this level (decibels) up to the session's loudness and 3 dB over it.
const FLOOR: f64 = -20.0;
const TOP: f64 = 3.0;
/// How many steps the arc is drawn in.
const STEPS: u64 = 360;

/// The picture as an inline `<svg>`; `name` makes its ids unique on a page.
pub fn svg(name: &str, timeline: &Timeline) -> String {
    svg_in(name, timeline, &ENGLISH)
}

/// The same, in another language.
pub(super) fn svg_in(name: &str, timeline: &Timeline, words: &Words) -> String {
    let id: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let mut svg = format!(
        "<svg class=\"session-svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" xmlns=\"http://www.w3.org/2000/svg\">"
    );
    let _ = write!(svg, "<title id=\"{id}-title\">{}</title>", put(words.picture, &[&escape(&timeline.title)]));
    let _ = write!(svg, "<desc id=\"{id}-desc\">{}</desc>", escape(&description(timeline, words)));
    bands(&mut svg, timeline);
    arc(&mut svg, timeline);
    pieces(&mut svg, timeline, words);
    cues(&mut svg, timeline, words);
    axis(&mut svg, timeline);
    svg.push_str("</svg>");
    svg
}

/// The picture as a file of its own, with plain colours.
pub fn file_svg(timeline: &Timeline) -> String {
    const STYLE: &str = "<style>text{font:13px sans-serif;fill:#777}.phase-labels text{fill:#333}.phase{fill:#eef1ee}.phase:nth-child(even){fill:#e2e8e4}\
        .arc{fill:#7d9a8c;opacity:.35}.arc-line{fill:none;stroke:#3f6655;stroke-width:2}.piece{fill:#3f6655}.bed{fill:#a9bdb3}\
        .cue{fill:#b5673c}\
        .axis line{stroke:#999}</style>";
    let svg = svg("session", timeline);
    let end = svg.find("<g").unwrap_or(svg.len());
    format!("{}{STYLE}{}\n", &svg[..end], &svg[end..])
}

/// What the picture shows, in words.
fn description(timeline: &Timeline, words: &Words) -> String {
    let phases: Vec<String> = timeline
        .phases
        .iter()
        .map(|phase| {
            let minutes = minutes(phase.length(), timeline).to_string();
            put(words.phase, &[&phase.name, &minutes, &phase.level.to_string()])
        })
        .collect();
    let cues = match timeline.cues.len() {
        0 => String::new(),
        1 => format!(" {}", words.chimes[0]),
        cues => format!(" {}", put(words.chimes[1], &[&cues.to_string()])),
    };
    let minutes = minutes(timeline.length(), timeline).to_string();
    let whole = put(words.whole, &[&minutes, &phases.len().to_string()]);
    format!("{whole}: {}.{cues}", phases.join("; "))
}

fn x(position: Position, timeline: &Timeline) -> f64 {
    WIDTH * position.0 as f64 / timeline.end.0.max(1) as f64
}

fn bands(svg: &mut String, timeline: &Timeline) {
    svg.push_str("<g class=\"phases\">");
    for (number, phase) in timeline.phases.iter().enumerate() {
        let (from, to) = (x(phase.start, timeline), x(phase.end, timeline));
        let _ = write!(
            svg,
            "<rect class=\"phase phase-{}\" x=\"{from:.1}\" y=\"0\" width=\"{:.1}\" height=\"{AXIS}\"/>",
            number % 6,
            to - from
        );
    }
    svg.push_str("</g><g class=\"phase-labels\">");
    for (number, phase) in timeline.phases.iter().enumerate() {
        let (from, to) = (x(phase.start, timeline), x(phase.end, timeline));
        let middle = (from + to) / 2.0;
        let _ = write!(
            svg,
            "<text class=\"phase-number\" x=\"{middle:.1}\" y=\"26\" text-anchor=\"middle\">{}</text>",
            number + 1
        );
        let _ = write!(
            svg,
            "<text class=\"phase-name\" x=\"{middle:.1}\" y=\"46\" text-anchor=\"middle\">{}</text>",
            escape(&phase.name)
        );
    }
    svg.push_str("</g>");
}

/// The level at every step, from the same function that the mixer reads.
fn arc(svg: &mut String, timeline: &Timeline) {
    let points: Vec<(f64, String)> = (0..=STEPS)
        .map(|step| {
            let at = Position(timeline.end.0.saturating_sub(1) * step / STEPS);
            let level = timeline.level_at(at).decibels().0.clamp(FLOOR, TOP);
            let y = BANDS - (BANDS - 60.0) * (level - FLOOR) / (TOP - FLOOR);
            (x(at, timeline), format!("{y:.1}"))
        })
        .collect();
    let mut line = String::new();
    for (step, (x, y)) in points.iter().enumerate() {
        // Where the line goes on as high as before and after, it needs no point.
        let level = |other: Option<&(f64, String)>| other.is_some_and(|(_, other)| other == y);
        if step > 0 && level(points.get(step - 1)) && level(points.get(step + 1)) {
            continue;
        }
        let _ = write!(line, "{}{x:.1} {y}", if step == 0 { "M" } else { "L" });
    }
    let _ = write!(
        svg,
        "<path class=\"arc\" d=\"{line}L{WIDTH} {BANDS}L0 {BANDS}Z\"/><path class=\"arc-line\" d=\"{line}\"/>"
    );
}

/// The pieces, in two rows by turns, so that a crossfade is seen as an overlap.
fn pieces(svg: &mut String, timeline: &Timeline, words: &Words) {
    svg.push_str("<g class=\"pieces\">");
    for (number, clip) in timeline.clips.iter().enumerate() {
        let (from, to) = (x(clip.start, timeline), x(clip.end.min(timeline.end), timeline));
        let y = BANDS + 6.0 + if number % 2 == 0 { 0.0 } else { ROW };
        let class = if is_bed(clip) { "piece bed" } else { "piece" };
        let at = clock_of(clip.start.since_start(), timeline.rate);
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{from:.1}\" y=\"{y}\" width=\"{:.1}\" height=\"{:.0}\" rx=\"3\"><title>{}</title></rect>",
            (to - from).max(1.0),
            ROW - 3.0,
            put(words.piece, &[&escape(&clip.piece.title), &at])
        );
    }
    svg.push_str("</g>");
}

/// The cues, as dots between the arc and the pieces.
fn cues(svg: &mut String, timeline: &Timeline, words: &Words) {
    if timeline.cues.is_empty() {
        return;
    }
    svg.push_str("<g class=\"cues\">");
    for cue in &timeline.cues {
        let at = clock_of(cue.start.since_start(), timeline.rate);
        let x = x(cue.start, timeline).clamp(4.0, WIDTH - 4.0);
        let title = put(words.chime, &[&escape(&cue.piece.title), &at]);
        let _ =
            write!(svg, "<circle class=\"cue\" cx=\"{x:.1}\" cy=\"{BANDS}\" r=\"4\"><title>{title}</title></circle>");
    }
    svg.push_str("</g>");
}

fn axis(svg: &mut String, timeline: &Timeline) {
    svg.push_str("<g class=\"axis\">");
    let minutes = (timeline.length().seconds(timeline.rate) / 60.0) as u64;
    let step = if minutes > 30 { 10 } else { 5 };
    for minute in (0..=minutes).step_by(step) {
        let at = WIDTH * minute as f64 * 60.0 / timeline.length().seconds(timeline.rate).max(1.0);
        let anchor = if minute == 0 { "start" } else { "middle" };
        let _ = write!(svg, "<line x1=\"{at:.1}\" y1=\"{AXIS}\" x2=\"{at:.1}\" y2=\"{}\"/>", AXIS + 5.0);
        if at < WIDTH - 30.0 {
            let _ = write!(svg, "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"{anchor}\">{minute}</text>", AXIS + 24.0);
        }
    }
    let _ = write!(svg, "<text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">min</text></g>", AXIS + 24.0);
}
