//! Reads the tracks and the cues of a phase or a reserve, with every mistake as a finding at its place. Pure.

use std::time::Duration;

use super::{CURVES, Chime, ChimeSound, Track, TrackSound, gain, text, time, timed};
use crate::diagnostic::Diagnostic;
use crate::fields::{Fields, Spanned};
use crate::music::bed::{BedKind, Key};
use crate::music::chime::ChimeKind;
use crate::music::credits::Credits;
use crate::units::words;

/// The tracks of a phase or a reserve, in order.
pub(super) fn tracks(fields: &Fields<'_>) -> Vec<Track> {
    let mut tracks: Vec<Track> = Vec::new();
    let mut before = Before::Nothing;
    for fields in fields.tables("track", "a track") {
        let track = track(&fields, &before);
        fields.done();
        before = track.as_ref().map_or(Before::Broken, Before::of);
        tracks.extend(track);
    }
    tracks
}

/// What stands before a track: what it may go on from without a gap.
enum Before {
    Nothing,
    /// A track with a mistake of its own.
    Broken,
    Bed,
    File {
        /// Whether its end was cut.
        cut: bool,
    },
}

impl Before {
    fn of(track: &Track) -> Before {
        match &track.sound {
            TrackSound::Bed { .. } => Before::Bed,
            TrackSound::File { end, .. } => Before::File { cut: end.is_some() },
        }
    }
}

fn track(fields: &Fields<'_>, before: &Before) -> Option<Track> {
    let file = fields.text("file");
    let bed = fields.choice("bed", &BedKind::ALL);
    let said = (!fields.lacks("file"), !fields.lacks("bed"));
    let (start, end, length) = (timed(fields, "start"), timed(fields, "end"), timed(fields, "length"));
    let key = fields.parsed("key", Key::parse, Key::HINT);
    match said {
        (true, true) => {
            let finding = Diagnostic::error("playlist/track", "a track has both a `file` and a `bed`");
            fields.add(
                finding
                    .at(fields.place_of("bed"))
                    .hint("keep one of them; write a second `[[phase.track]]` for the other"),
            );
        }
        (false, false) => {
            fields.missing("file", "name a file, `file = \"music/dawn.ogg\"`, or a bed, `bed = \"drone\"`")
        }
        _ => {}
    }
    let end = check_cues(fields, start.as_ref(), end);
    let gapless = fields.flag("gapless").is_some_and(|flag| flag.value) && joins(fields, before);
    let sound = match (file, bed) {
        (Some(file), _) => Some(TrackSound::File { file, start, end }),
        (None, Some(bed)) => Some(TrackSound::Bed {
            kind: bed.value,
            key: key.map(|key| key.value).unwrap_or_default(),
            length: length.map_or(Duration::from_secs(180), |length| length.value),
        }),
        (None, None) => None,
    };
    // Every key is asked for, so that it is known, even where the track has no sound.
    let (gain, curve) = (gain(fields, "gain"), fields.choice("curve", CURVES).map(|curve| curve.value));
    let (title, artist, licence) = (text(fields, "title"), text(fields, "artist"), text(fields, "licence"));
    let credits = Credits {
        composer: text(fields, "composer"),
        publisher: text(fields, "publisher"),
        album: text(fields, "album"),
        label: text(fields, "label"),
        isrc: text(fields, "isrc"),
    };
    let vocals = fields.flag("vocals").map(|flag| flag.value);
    let licence_until = fields.parsed("licence_until", day, "write the day as `2027-12-31`");
    let rises = fields.flag("rises").is_some_and(|flag| flag.value);
    let span = fields.span();
    sound.map(|sound| Track {
        sound,
        gapless,
        gain,
        rises,
        curve,
        title,
        artist,
        licence,
        licence_until,
        vocals,
        credits,
        span,
    })
}

/// A day as it is written: days that are compared as text are in their order.
fn day(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    (digits && lengths == [4, 2, 2]).then(|| text.to_owned())
}

/// Whether a track that is to go on from the one before without a gap can do so; where it can't, the finding says why.
fn joins(fields: &Fields<'_>, before: &Before) -> bool {
    let add = |key: &str, message: &str, hint: &str| {
        fields.add(Diagnostic::error("playlist/gapless", message).at(fields.place_of(key)).hint(hint));
    };
    if !fields.lacks("bed") {
        add("gapless", "a bed cannot go on without a gap", "leave `gapless` out; a bed comes in by a crossfade");
        return false;
    }
    match before {
        Before::Nothing => {
            add("gapless", "no track comes before this one", "`gapless` stands on the second track of an album");
            return false;
        }
        Before::Bed => {
            add("gapless", "a bed comes before this track", "`gapless` goes on from a file; leave it out here");
            return false;
        }
        Before::File { cut: true } => {
            let hint = "delete the `end` of the track before, or leave `gapless` out";
            add("gapless", "the track before has an `end`, so that there is a gap", hint);
            return false;
        }
        Before::File { cut: false } | Before::Broken => {}
    }
    const ONCE: &str = "an album sounds as one piece";
    for (key, hint) in [
        ("start", "delete it; the track begins where the one before it ends"),
        ("gain", "set it on the album's first track, for all of them"),
        ("curve", "set it on the album's first track; between the tracks there is no fade"),
    ] {
        if !fields.lacks(key) {
            add(key, &format!("a `gapless` track has no `{key}`: {ONCE}"), hint);
        }
    }
    true
}

/// The cue out, unless it comes before the cue in: then it is a finding, and no cue.
fn check_cues(
    fields: &Fields<'_>,
    start: Option<&Spanned<Duration>>,
    end: Option<Spanned<Duration>>,
) -> Option<Spanned<Duration>> {
    let end = end?;
    if start.is_none_or(|start| start.value < end.value) {
        return Some(end);
    }
    let finding = Diagnostic::error("playlist/cue", "the track's `end` does not come after its `start`");
    let hint = "both are times in the file, from its beginning: `start = \"0:05\"`, `end = \"4:10\"`";
    fields.add(finding.at(fields.place_of("end")).hint(hint));
    None
}

/// The cues of a phase that is planned to last so long, in the order they sound.
pub(super) fn cues(fields: &Fields<'_>, planned: Duration) -> Vec<Chime> {
    let cues = fields.tables("cue", "a cue").into_iter();
    let mut cues: Vec<Chime> = cues.filter_map(|fields| cue(fields, planned)).collect();
    cues.sort_by_key(|cue| cue.at);
    cues
}

fn cue(fields: Fields<'_>, planned: Duration) -> Option<Chime> {
    let file = fields.text("file");
    let chime = fields.choice("chime", &ChimeKind::ALL);
    let key = fields.parsed("key", Key::parse, Key::HINT).map(|key| key.value).unwrap_or_default();
    match (fields.lacks("file"), fields.lacks("chime")) {
        (false, false) => {
            let finding = Diagnostic::error("playlist/cue", "a cue has both a `chime` and a `file`");
            fields.add(finding.at(fields.place_of("file")).hint("keep one of them"));
        }
        (true, true) => {
            fields.missing("chime", "name a chime, `chime = \"bowl\"`, or a file, `file = \"music/gong.flac\"`")
        }
        _ => {}
    }
    let at = time(&fields, "at").unwrap_or_default();
    if at >= planned {
        let message = format!("the cue comes {} after the phase begins, which lasts {}", words(at), words(planned));
        let hint = "`at` counts from the phase's beginning; a hold does not count";
        fields.add(Diagnostic::error("playlist/cue", message).at(fields.place_of("at")).hint(hint));
    }
    let sound = match (file, chime) {
        (Some(file), _) => Some(ChimeSound::File(file)),
        (None, Some(chime)) => Some(ChimeSound::Generated { kind: chime.value, key }),
        (None, None) => None,
    };
    let (gain, title) = (gain(&fields, "gain"), text(&fields, "title"));
    fields.done();
    sound.map(|sound| Chime { sound, at, gain, title })
}
