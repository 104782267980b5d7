//! Playlists: what a session plays, and by what right. What cannot be played at all is found by the plan. Pure.

use std::collections::HashMap;

use super::Found;
use super::program::{Program, Session};
use crate::diagnostic::Place;
use crate::music::playlist::{Phase, Track, TrackSound, WhenShort};
use crate::units::{Length, clock_of, words};

/// A limiter that takes more than this off a peak may be heard (decibels): a house default.
const MOST_LIMITED: f64 = 6.0;
/// A piece that comes again within this is noticed.
const AN_HOUR: u64 = 3600;

pub(super) fn check(program: &Program<'_>, found: &mut Found<'_>) {
    for session in &program.sessions {
        let mut begins = 0;
        let mut heard: HashMap<&str, u64> = HashMap::new();
        for (number, phase) in session.playlist.phases.iter().enumerate() {
            for track in &phase.tracks {
                licence(session, number, track, program.today, found);
                vocals(session, phase, track, found);
                twice(session, phase, track, begins, &mut heard, found);
            }
            begins += phase.length.as_secs();
        }
        for track in session.playlist.reserves.iter().flat_map(|reserve| &reserve.tracks) {
            licence(session, usize::MAX, track, program.today, found);
        }
        scored(session, found);
    }
}

fn place(session: &Session, track: &Track) -> Place {
    let span = match &track.sound {
        TrackSound::File { file, .. } => file.span.clone(),
        TrackSound::Bed { .. } => track.span.clone(),
    };
    session.source.place(span)
}

fn licence(session: &Session, phase: usize, track: &Track, today: &str, found: &mut Found<'_>) {
    let TrackSound::File { file, .. } = &track.sound else { return };
    if let Some(until) = track.licence_until.as_ref().filter(|until| until.value.as_str() < today) {
        let message = format!("the licence of `{}` ended on {}", file.value, until.value);
        let hint = "renew it and set `licence_until`, or play another piece";
        found.add("music/licence-over", message, session.source.place(until.span.clone()), hint);
    }
    // What its tags say stands with the piece that was made of it.
    let of_tags = session.score.as_ref().and_then(|score| score.phases.get(phase)).is_some_and(|phase| {
        phase.pieces.iter().any(|(_, piece)| !piece.licence.is_empty() && names(piece, &file.value))
    });
    let in_reserve = session.score.as_ref().is_some_and(|score| {
        score
            .reserves
            .iter()
            .flat_map(|r| &r.pieces)
            .any(|(_, piece)| !piece.licence.is_empty() && names(piece, &file.value))
    });
    if track.licence.is_none() && !of_tags && !in_reserve {
        let message = format!("`{}` names no licence", file.value);
        let hint = "write `licence = \"…\"` beside it: who may play it in a clinic, by what right";
        found.add("music/licence", message, place(session, track), hint);
    }
}

fn names(piece: &crate::music::timeline::Piece, file: &str) -> bool {
    use crate::music::timeline::Sound;
    match &piece.sound {
        Sound::File { path, .. } => path.ends_with(file),
        Sound::Album { parts, .. } => parts.iter().any(|part| part.path.ends_with(file)),
        Sound::Bed(_) | Sound::Chime(_) => false,
    }
}

fn vocals(session: &Session, phase: &Phase, track: &Track, found: &mut Found<'_>) {
    if phase.vocals == Some(false) && track.vocals == Some(true) {
        let message = format!("this piece is sung, and {} asks for none that is", phase.name);
        found.add(
            "music/vocals",
            message,
            place(session, track),
            "choose another, or delete `vocals = false` from the phase",
        );
    }
}

fn twice<'s>(
    session: &'s Session,
    phase: &Phase,
    track: &'s Track,
    begins: u64,
    heard: &mut HashMap<&'s str, u64>,
    found: &mut Found<'_>,
) {
    let TrackSound::File { file, .. } = &track.sound else { return };
    if let Some(before) = heard.insert(&file.value, begins)
        && begins.saturating_sub(before) < AN_HOUR
    {
        let message = format!("`{}` is played twice within an hour, the second time in {}", file.value, phase.name);
        let hint = "choose another for one of them; where it is meant so, silence this with the reason";
        found.add("music/twice", message, place(session, track), hint);
    }
}

/// What is known only once the pieces were measured.
fn scored(session: &Session, found: &mut Found<'_>) {
    let Some(score) = &session.score else { return };
    for (written, phase) in session.playlist.phases.iter().zip(&score.phases) {
        for (number, piece) in &phase.pieces {
            let over = (piece.peak * piece.gain).decibels().0 - score.ceiling.0;
            if let Some(track) = written.tracks.get(*number).filter(|_| over > MOST_LIMITED) {
                let message = format!(
                    "the loudest moment of `{}` lies {over:.1} dB over the ceiling, and is limited",
                    piece.title
                );
                let hint = "listen to it; if it is heard, lower its `gain` or the session's `loudness`";
                found.add("music/peak", message, place(session, track), hint);
            }
        }
        let endless = phase.pieces.iter().any(|(_, piece)| piece.length.is_none());
        let enough = Length(phase.pieces.iter().map(|(_, piece)| piece.planned.0).sum());
        if phase.when_short == WhenShort::Silence && !endless && enough < phase.length {
            let message = format!(
                "{} has music for {} of its {}, and is silent then",
                phase.name,
                clock_of(enough, score.rate),
                words(written.length)
            );
            found.add("music/short", message, phase.place.clone(), "add music, or write `when_short = \"bed\"`");
        }
    }
}
