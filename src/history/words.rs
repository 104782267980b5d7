//! A past session in words: in a list, for those who played it, and to give away. Pure.

use std::fmt::Write as _;

use super::Past;
use crate::units::{Position, clock_of};

/// One line of the list.
pub struct Listed<'a> {
    /// What it is called by: 1 is the latest.
    pub number: usize,
    /// The run.
    pub past: Past<'a>,
}

/// The list of past sessions, the latest first.
pub fn list(runs: &[Listed<'_>]) -> String {
    let mut text = String::new();
    for Listed { number, past } in runs {
        let run = past.run;
        let when = past.wall(run.from).map_or_else(String::new, |wall| wall.strftime("%e %b %Y, %H:%M").to_string());
        let length = clock_of(past.length(), past.rate());
        let how = match () {
            () if run.heard.is_none() && !run.ended => "nothing is known of how it ended".to_owned(),
            () if past.plays => format!("{length}, and plays now"),
            () if run.ended => length,
            () => format!("{length}, cut off"),
        };
        let _ = writeln!(text, "{number:>3}  {when:>18}  {}  {}  {how}", run.session, run.title);
    }
    text
}

/// What sounded when, and what was done, for those who played it.
pub fn text(past: &Past<'_>) -> String {
    let run = past.run;
    let mut text = format!("{} · {}\n", run.title, run.session);
    if let (Some(from), Some(to)) = (past.wall(run.from), past.wall(past.end())) {
        let _ = writeln!(text, "{} to {}", from.strftime("%A, %-d %B %Y, %H:%M"), to.strftime("%H:%M"));
    }
    if !run.ended && !past.plays && run.heard.is_some() {
        let _ = writeln!(text, "It was cut off at {}.", clock_of(past.end().since_start(), past.rate()));
    }
    text.push('\n');
    let mut lines: Vec<(Position, u8, String)> = Vec::new();
    lines.extend(run.phases.iter().map(|(at, name)| (*at, 0, format!("— {name}"))));
    lines.extend(run.pieces.iter().map(|heard| {
        let by = if heard.piece.artist.is_empty() { String::new() } else { format!(" · {}", heard.piece.artist) };
        let length = clock_of(past.heard(heard), past.rate());
        (heard.start, 1, format!("♪ {}{by} · {length}", heard.piece.title))
    }));
    lines.extend(run.commands.iter().map(|(at, command)| (*at, 2, command.to_string())));
    lines.extend(run.told.iter().map(|(at, told)| (*at, 3, format!("! {told}"))));
    lines.sort_by_key(|(at, kind, _)| (*at, *kind));
    for (at, _, line) in lines {
        let wall = past.wall(at).map_or_else(String::new, |wall| wall.strftime("%H:%M:%S").to_string());
        let _ = writeln!(text, "{wall:8}  {:>8}  {line}", clock_of(at.since_start(), past.rate()));
    }
    text
}

/// The music of a session, to give to a participant who asks for it: nothing of what was done is in it.
pub fn markdown(past: &Past<'_>) -> String {
    let run = past.run;
    let mut text = format!("# The music of “{}”\n", escape(&run.title));
    if let Some(wall) = past.wall(run.from) {
        let _ = write!(text, "\n{}\n", wall.strftime("%-d %B %Y"));
    }
    text.push('\n');
    for heard in past.music() {
        let piece = &heard.piece;
        let minutes = clock_of(past.heard(heard), past.rate());
        let by = if piece.artist.is_empty() { String::new() } else { format!(", {}", escape(&piece.artist)) };
        let album =
            piece.credits.album.as_ref().map_or_else(String::new, |album| format!(", from *{}*", escape(album)));
        let made = if piece.bed { ", made for this session by the player itself" } else { "" };
        let licence = match piece.licence.as_str() {
            "" => String::new(),
            licence => format!(" ({})", escape(licence)),
        };
        let _ = writeln!(text, "1. **{}**{by}{album}{made}: {minutes}{licence}", escape(&piece.title));
    }
    text
}

/// Text that Markdown takes as it is.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars().filter(|c| !c.is_control()) {
        if "\\`*_{}[]<>()#+!|&".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
