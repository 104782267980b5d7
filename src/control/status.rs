//! A session's state in one line of words. Pure.

use crate::music::player::Status;
use crate::music::timeline::Timeline;
use crate::music::transport::Clock;
use crate::units::{Position, clock_of};

/// One line: where the session is, what it does, what sounds, what comes next, and how much is left.
pub fn line(status: &Status<'_>) -> String {
    let timeline = status.timeline;
    let now = status.health.heard.unwrap_or(status.mixed).min(timeline.end);
    let time = |from: Position, to: Position| clock_of(to - from, timeline.rate);
    let phase = timeline.phase_at(now).map(|(_, phase)| phase);
    let name = phase.map_or("", |phase| phase.name.as_str());
    let left = phase.map_or_else(String::new, |phase| match status.clock {
        Clock::Running => format!(" · {} left of it, {} in all", time(now, phase.end), time(now, timeline.end)),
        Clock::Held { .. } => format!(" · until released, at most {}", time(now, phase.end)),
        Clock::InReserve { .. } => " · `return` goes back to the phase".to_owned(),
        Clock::Ending => format!(" · {} left", time(now, timeline.end)),
    });
    let word = match status.clock {
        Clock::Running => "playing",
        Clock::Held { .. } => "holding",
        Clock::InReserve { .. } => "in reserve",
        Clock::Ending => "closing",
    };
    let dry = match status.health.underruns {
        0 => String::new(),
        1 => " · the output ran dry once".to_owned(),
        times => format!(" · the output ran dry {times} times"),
    };
    let unheard = status.health.unheard.map_or_else(String::new, |why| format!(" · NOBODY HEARS THIS: {why}"));
    format!(
        "{} {word} · {name} · {}{}{left}{dry}{unheard}",
        time(Position::START, now),
        sounds(timeline, now),
        next(timeline, now)
    )
}

/// What sounds: during a crossfade the piece that comes.
pub fn sounds(timeline: &Timeline, now: Position) -> &str {
    let sounding = timeline.clips.iter().rev().find(|clip| clip.start <= now && now < clip.end);
    sounding.map_or("silence", |clip| clip.piece.title.as_str())
}

fn next(timeline: &Timeline, now: Position) -> String {
    let next = timeline.clips.iter().find(|clip| clip.start > now);
    next.map_or_else(String::new, |clip| {
        format!(", then {} in {}", clip.piece.title, clock_of(clip.start - now, timeline.rate))
    })
}
