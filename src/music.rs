//! The music half: a playlist and audio files → a timeline → frames → a sink.
//!
//! ```text
//! playlists/NAME.toml ─playlist→ Playlist ┐
//! audio files ─────────library→  Library  ┴─score→ Score ─plan→ Timeline ─mix→ frames ─→ Sink
//!                                                    ▲             ▲
//!                                     transport: Command × Position ┘
//! ```
//! Pure: playlist, credits, score, fit, plan, cue, timeline, fade, rise, transport, lanes, resample, loudness, bed, chime, mix,
//! limit, master, soft_end.
//! They touch the world: library, decode and import (files), read and prefetch (files, threads), journal (a file),
//! player, trial and sink.

pub mod bed;
pub mod chime;
pub mod compose;
pub mod credits;
pub mod cue;
pub mod decode;
pub mod fade;
pub mod fit;
pub mod import;
pub mod journal;
mod lanes;
pub mod library;
pub mod limit;
pub mod loudness;
pub mod master;
pub mod mix;
pub mod plan;
pub mod player;
pub mod playlist;
pub mod prefetch;
pub mod read;
pub mod rehearse;
pub mod resample;
pub mod rise;
pub mod score;
pub mod sink;
pub mod soft_end;
mod synth;
#[cfg(test)]
mod testing;
pub mod timeline;
pub mod transport;
pub mod trial;

use std::fs;
use std::path::Path;

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText, did_you_mean};
use crate::project::Project;
use crate::units::SampleRate;
use library::Library;
use score::Score;
pub use timeline::Timeline;

/// The names of the sessions: one per `playlists/*.toml`, sorted.
pub fn session_names(project: &Project) -> Vec<String> {
    let Ok(entries) = fs::read_dir(project.playlists()) else { return Vec::new() };
    let toml = |path: &Path| path.extension().is_some_and(|ending| ending == "toml");
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| toml(path));
    let mut names: Vec<String> = paths.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

/// Draws up the timeline of the session `name`: the one window through which the site sees the music.
/// `None` where the playlist has errors; the findings say which.
pub fn timeline(project: &Project, name: &str) -> (Option<Timeline>, Findings) {
    let (planned, findings) = planned(project, name);
    (planned.map(|(_, timeline)| timeline), findings)
}

/// The same with the score that it was drawn up from.
pub fn planned(project: &Project, name: &str) -> (Option<(Score, Timeline)>, Findings) {
    let (score, mut findings) = score(project, name, project.config.music.rate);
    let planned = score.map(|score| {
        let (timeline, planned) = plan::plan(&score);
        findings.extend(planned);
        findings.extend(rise::findings(&score, &timeline));
        (score, timeline)
    });
    (planned, findings)
}

/// Reads and resolves the session `name` at a rate: the numbered procedure of this half.
/// `None` where the playlist has errors; the findings say which.
pub fn score(project: &Project, name: &str, rate: SampleRate) -> (Option<Score>, Findings) {
    let folder = project.playlists();
    let path = folder.join(format!("{name}.toml"));
    // 1. Read the playlist.
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return (None, unreadable(project, name, &path, &error)),
    };
    let source = SourceText::new(project.relative(&path), text);
    let (playlist, mut findings) = playlist::parse(&source, &project.config.music);
    // 2. Gather what is known of its files.
    let library = Library::gather(Score::files(&playlist, &folder), &folder, &project.cache());
    // 3. Resolve it.
    let (score, resolved) = Score::resolve(&playlist, &library, rate, &source, &folder);
    findings.extend(resolved);
    // A file that cannot be played is an error, and no reason to play nothing: the session goes without it.
    let sound = findings.errors().all(|finding| finding.rule == score::FILE);
    let usable = sound && !score.phases.is_empty();
    (usable.then_some(score), findings)
}

fn unreadable(project: &Project, name: &str, path: &Path, error: &std::io::Error) -> Findings {
    let names = session_names(project);
    let finding = match error.kind() {
        std::io::ErrorKind::NotFound => Diagnostic::error("playlist/session", format!("there is no session `{name}`")),
        std::io::ErrorKind::InvalidData => Diagnostic::error("playlist/text", "the playlist is not UTF-8 text"),
        _ => Diagnostic::error("playlist/read", format!("the playlist cannot be read: {error}")),
    };
    let hint = did_you_mean(name, names.iter().map(String::as_str)).unwrap_or_else(|| match names.as_slice() {
        [] => format!("write a playlist into `{}`", project.relative(path).display()),
        names => format!("the sessions are: {}", names.join(", ")),
    });
    [finding.at(Place::file(project.relative(path))).hint(hint)].into_iter().collect()
}
