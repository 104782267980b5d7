//! What the music was when it was checked last: a file that somebody put in the place of another sounds otherwise, and its
//! transitions were heard by nobody. Told once. It touches the music's files and the cache.

use std::collections::BTreeMap;
use std::fs;

use super::Found;
use super::program::Program;
use crate::files;
use crate::music::library::fingerprint;
use crate::music::playlist::TrackSound;

/// Tells which files of a playlist are others than they were, and remembers how they are.
pub(super) fn check(program: &Program<'_>, found: &mut Found<'_>) {
    let path = program.project.cache().join("checked.json");
    let before: BTreeMap<String, String> =
        fs::read(&path).ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default();
    let mut now = before.clone();
    for session in &program.sessions {
        let phases = session.playlist.phases.iter().flat_map(|phase| &phase.tracks);
        let reserves = session.playlist.reserves.iter().flat_map(|reserve| &reserve.tracks);
        for track in phases.chain(reserves) {
            let TrackSound::File { file, .. } = &track.sound else { continue };
            // What cannot be read is told by the plan.
            let Ok(print) = fingerprint(&program.project.playlists().join(&file.value)) else { continue };
            if before.get(&file.value).is_some_and(|known| *known != print) {
                let message = format!("`{}` is not the file that it was when it was checked last", file.value);
                let hint = "hear its transitions: `holdspace rehearse`; this is told once";
                found.add("music/changed", message, session.source.place(file.span.clone()), hint);
            }
            now.insert(file.value.clone(), print);
        }
    }
    // What cannot be remembered is not told next time, and nothing else.
    if now != before && fs::create_dir_all(program.project.cache()).is_ok() {
        let _ = files::replace(&path, &serde_json::to_vec(&now).unwrap_or_default());
    }
}
