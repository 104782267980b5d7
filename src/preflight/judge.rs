//! Judges what a session needs, one thing at a time. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Check, Music, PieceFacts, Power, Reason, Verdict};
use crate::awake::Kept;
use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::music::playlist::WhenShort;
use crate::music::score::{FILE, ScorePhase};
use crate::music::sink::Probed;
use crate::music::timeline::{Piece, Sound};
use crate::units::{Length, SampleRate, clock_of};

/// A journal takes 50 bytes a second; nobody should find out in mid-session that a cache or a log needs more.
const ENOUGH_FREE: u64 = 200 << 20;
/// A battery must last for the session and so many minutes more: setting up, and the time that a hold takes.
const RESERVE_MINUTES: f64 = 45.0;
/// Below this a battery is not to be trusted, whatever it says (in hundredths).
const LEAST_CHARGE: u32 = 30;
/// A limiter that takes more than this off a peak may be heard (decibels): a house default.
const MOST_LIMITED: f64 = 6.0;
/// What is set softer than this is mostly forgotten (in hundredths).
const SOFT: u32 = 20;

fn check(id: &'static str, what: impl Into<String>, reasons: Vec<Reason>) -> Check {
    let verdict = reasons.iter().map(|reason| reason.verdict).max().unwrap_or_default();
    Check { id, verdict, what: what.into(), reasons }
}

fn reason(verdict: Verdict, what: impl Into<String>, todo: impl Into<String>) -> Reason {
    Reason { verdict, what: what.into(), todo: todo.into(), place: None }
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// What the playlist and its pieces are like.
pub(super) fn music(music: Option<&Music<'_>>, findings: &Findings) -> Vec<Check> {
    let mut told: BTreeMap<&str, Vec<Reason>> = BTreeMap::new();
    for finding in findings.sorted() {
        let (id, verdict) = weigh(finding);
        let place = finding.place.as_ref().map(|place| match place.line {
            0 => place.file.display().to_string(),
            line => format!("{}:{line}", place.file.display()),
        });
        let todo = finding.hints.first().cloned().unwrap_or_default();
        told.entry(id).or_default().push(Reason { verdict, what: finding.message.clone(), todo, place });
    }
    let mut take = |id: &str| told.remove(id).unwrap_or_default();
    let Some(music) = music else {
        let reasons = [take("plan"), take("pieces"), take("loudness")].concat();
        return vec![check("plan", "the playlist cannot be played", reasons)];
    };
    let (files, beds): (Vec<_>, Vec<_>) = every_piece(music).partition(|piece| has_file(piece));
    let phases = &music.score.phases;
    let plan = [
        take("plan"),
        phases
            .iter()
            .zip(&music.timeline.phases)
            .flat_map(|(phase, span)| bounds(phase, span.length(), music))
            .collect(),
    ]
    .concat();
    let what = format!(
        "{}, {} long",
        count(phases.len(), "phase within its bounds", "phases within their bounds"),
        clock_of(music.timeline.length(), music.timeline.rate)
    );
    let decoded = format!("{} decoded to the end, {} generated", count(files.len(), "piece", "pieces"), beds.len());
    let loudness = [take("loudness"), files.iter().filter_map(|piece| limited(piece, music)).collect()].concat();
    let loud = format!("each brought to {}, no peak over {}", music.score.loudness, music.score.ceiling);
    vec![
        check("plan", what, plan),
        check("pieces", decoded, take("pieces")),
        check("loudness", loud, loudness),
        licences(&files),
    ]
}

/// Which check a finding belongs to, and what it weighs here: a piece that breaks off can be played, and is a reason not to
/// begin.
fn weigh(finding: &Diagnostic) -> (&'static str, Verdict) {
    let verdict = match finding.severity {
        Severity::Error => Verdict::Stop,
        Severity::Warning | Severity::Note => Verdict::Look,
    };
    match finding.rule {
        FILE => ("pieces", verdict),
        "playlist/damaged" => ("pieces", Verdict::Stop),
        "playlist/soft" | "playlist/rise" => ("loudness", verdict),
        _ => ("plan", verdict),
    }
}

/// Every piece that the session may play, each once.
fn every_piece<'a>(music: &'a Music<'_>) -> impl Iterator<Item = &'a Arc<Piece>> {
    let score = music.score;
    let phases = score.phases.iter().flat_map(|phase| &phase.pieces);
    let reserves = score.reserves.iter().flat_map(|reserve| &reserve.pieces);
    let cues = score.phases.iter().flat_map(|phase| phase.cues.iter().map(|cue| &cue.piece));
    let mut seen: Vec<&Sound> = Vec::new();
    phases.chain(reserves).map(|(_, piece)| piece).chain(cues).filter(move |piece| {
        let new = !seen.contains(&&piece.sound);
        if new {
            seen.push(&piece.sound);
        }
        new
    })
}

fn has_file(piece: &Piece) -> bool {
    matches!(piece.sound, Sound::File { .. } | Sound::Album { .. })
}

/// The pieces as they will be played.
pub(super) fn pieces(music: &Music<'_>) -> Vec<PieceFacts> {
    let facts = |piece: &Arc<Piece>| PieceFacts {
        title: piece.title.clone(),
        artist: piece.artist.clone(),
        file: match &piece.sound {
            Sound::File { path, .. } => Some(path.display().to_string()),
            Sound::Album { parts, .. } => parts.first().map(|part| part.path.display().to_string()),
            Sound::Bed(_) | Sound::Chime(_) => None,
        },
        seconds: piece.length.map(|length| (length.seconds(music.score.rate) * 10.0).round() / 10.0),
        gain: (piece.gain.decibels().0 * 10.0).round() / 10.0,
        peak: Some(peak(piece)).filter(|peak| *peak > -100.0).map(|peak| (peak * 10.0).round() / 10.0),
        licence: piece.licence.clone(),
    };
    every_piece(music).map(facts).collect()
}

/// The true peak of a piece as it leaves the mixer (dBTP).
fn peak(piece: &Piece) -> f64 {
    (piece.peak * piece.gain).decibels().0
}

/// Whether a phase keeps its bounds, and has music for all that may be asked of it.
fn bounds(phase: &ScorePhase, planned: Length, music: &Music<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let rate = music.score.rate;
    let clock = |length: Length| clock_of(length, rate);
    if planned < phase.min || planned > phase.max {
        let what = format!("{} is planned for {}, outside its bounds", phase.name, clock(planned));
        reasons.push(Reason {
            place: Some(format!("{}:{}", phase.place.file.display(), phase.place.line)),
            ..reason(Verdict::Stop, what, format!("it may last {} to {}", clock(phase.min), clock(phase.max)))
        });
    }
    let endless = phase.pieces.iter().any(|(_, piece)| piece.length.is_none());
    let enough: u64 = phase.pieces.iter().map(|(_, piece)| piece.planned.0).sum();
    if phase.when_short == WhenShort::Silence && !endless && enough < phase.max.0 {
        let what = format!(
            "{} has music for {}, and can be held for {}: then it would be silent",
            phase.name,
            clock(Length(enough)),
            clock(phase.max)
        );
        reasons.push(Reason {
            place: Some(format!("{}:{}", phase.place.file.display(), phase.place.line)),
            ..reason(Verdict::Look, what, "add music, or write `when_short = \"bed\"`")
        });
    }
    reasons
}

fn limited(piece: &Piece, music: &Music<'_>) -> Option<Reason> {
    let over = peak(piece) - music.score.ceiling.0;
    (over > MOST_LIMITED).then(|| {
        let what =
            format!("the loudest moment of `{}` would be {over:.1} dB over the ceiling, and is limited", piece.title);
        reason(Verdict::Look, what, "listen to it; if it is heard, lower its `gain` or the session's `loudness`")
    })
}

fn licences(files: &[&Arc<Piece>]) -> Check {
    let without: Vec<&str> =
        files.iter().filter(|piece| piece.licence.is_empty()).map(|piece| piece.title.as_str()).collect();
    let reasons = match without.as_slice() {
        [] => vec![],
        [one] => vec![reason(Verdict::Look, format!("`{one}` names no licence"), SAY_LICENCE)],
        [one, rest @ ..] => {
            vec![reason(
                Verdict::Look,
                format!("`{one}` and {} name no licence", count(rest.len(), "other", "others")),
                SAY_LICENCE,
            )]
        }
    };
    let with = files.len() - without.len();
    check("licences", format!("known of {with} of {}", count(files.len(), "piece", "pieces")), reasons)
}

const SAY_LICENCE: &str = "write `licence = \"…\"` beside its file: who may play it, by what right";

/// Whether the sound would be heard.
pub(super) fn output(output: &Result<Probed, (String, String)>, wanted: SampleRate) -> Check {
    let probed = match output {
        Ok(probed) => probed,
        Err((what, todo)) => return check("output", "none", vec![reason(Verdict::Stop, what, todo)]),
    };
    let mut reasons: Vec<Reason> = probed
        .news
        .iter()
        .filter(|_| probed.unheard.is_none())
        .map(|news| reason(Verdict::Look, news, "name one that is there: `--output NAME`"))
        .collect();
    if !probed.asks {
        reasons.push(reason(
            Verdict::Stop,
            format!("{} takes no sound", probed.name),
            "unplug and connect it again, or choose another with `--output`",
        ));
    }
    if let Some(why) = probed.unheard {
        reasons.push(reason(Verdict::Stop, format!("nobody would hear this: {why}"), "connect a speaker"));
    }
    let Some(setting) = &probed.setting else {
        return check("output", format!("{}; how loud it is set is not known", probed.name), reasons);
    };
    if setting.muted {
        reasons.push(reason(
            Verdict::Stop,
            format!("{} is muted", probed.name),
            "unmute it in the system's sound settings",
        ));
    } else if setting.percent == 0 {
        reasons.push(reason(
            Verdict::Stop,
            format!("{} is turned down to nothing", probed.name),
            "turn it up, and set the room's volume with the tone",
        ));
    } else if setting.percent < SOFT {
        reasons.push(reason(
            Verdict::Look,
            format!("{} is set to {} %", probed.name, setting.percent),
            "turn it up, and set the room's volume with the tone",
        ));
    }
    if setting.percent > 100 {
        reasons.push(reason(
            Verdict::Look,
            format!("{} is set over 100 %, where it distorts", probed.name),
            "set it to 100 % or less, and turn the amplifier up",
        ));
    }
    if !setting.others.is_empty() {
        let what = format!("{} also plays to {}", setting.others.join(", "), probed.name);
        reasons.push(reason(Verdict::Look, what, "close it: its sounds would be heard in the room"));
    }
    let converted = if probed.rate == wanted { String::new() } else { format!(", at its own rate of {}", probed.rate) };
    check("output", format!("{}, set to {} %{converted}", probed.name, setting.percent), reasons)
}

/// Whether what happens can be kept.
pub(super) fn disk(free: Option<u64>, journal: Option<&str>) -> Check {
    let mut reasons = Vec::new();
    if let Some(why) = journal {
        let todo = "a session that is cut off could not go on where it was; make `.holdspace/sessions` writable";
        reasons.push(reason(Verdict::Look, format!("no journal can be kept: {why}"), todo));
    }
    if let Some(free) = free.filter(|free| *free < ENOUGH_FREE) {
        let what = format!("the disk is almost full: {} MB are free", free >> 20);
        reasons.push(reason(
            Verdict::Look,
            what,
            "delete what is not needed; a full disk stops no music, but its journal",
        ));
    }
    let room = free
        .map_or_else(|| "how much is free is not known".to_owned(), |free| format!("{:.1} GB free", free as f64 / 1e9));
    check("disk", format!("{room}; {}", if journal.is_none() { "a journal is kept" } else { "no journal" }), reasons)
}

/// Whether the machine lasts for so many seconds of music.
pub(super) fn power(power: Power, seconds: f64) -> Check {
    let needed = seconds / 60.0 + RESERVE_MINUTES;
    let (percent, minutes) = match power {
        Power::Mains => return check("power", "from the mains", vec![]),
        Power::Unknown => return check("power", "no battery", vec![]),
        Power::Battery { percent, minutes } => (percent, minutes),
    };
    let lasts = minutes.map_or_else(String::new, |minutes| format!(", enough for {minutes} min"));
    let short = minutes.is_some_and(|minutes| f64::from(minutes) < needed) || percent < LEAST_CHARGE;
    let what = format!("on battery, {percent} %{lasts}");
    let reason = if short {
        let what = format!("the battery may not last: {percent} %{lasts}, and {needed:.0} min are needed");
        reason(Verdict::Stop, what, "plug the machine in")
    } else {
        reason(Verdict::Look, "the machine runs on its battery", "plug it in")
    };
    check("power", what, vec![reason])
}

/// Whether the machine stays awake.
pub(super) fn awake(kept: Kept) -> Check {
    let what = match kept {
        Kept { sleep: true, lid: true } => "sleep, lock and lid are held off while it plays",
        Kept { sleep: true, lid: false } => "sleep and lock are held off while it plays",
        Kept { sleep: false, .. } => "sleep cannot be held off here",
    };
    let reasons = kept.warning().map(|warning| {
        let (what, todo) = warning.split_once(": ").unwrap_or((warning, ""));
        reason(Verdict::Look, what, todo)
    });
    check("awake", what, reasons.into_iter().collect())
}

/// Whether no other session plays.
pub(super) fn alone(taken: bool) -> Check {
    let other = taken.then(|| {
        reason(
            Verdict::Stop,
            "another session of this program is playing",
            "end it first; `holdspace play SESSION` in a terminal shows it",
        )
    });
    check("alone", if taken { "another session plays" } else { "no other session plays" }, other.into_iter().collect())
}
