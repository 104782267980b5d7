//! A session of two long phases, and what the journal of its run says while it plays.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses the part that it needs")]

use std::thread;
use std::time::{Duration, Instant};

use crate::support::TestProject;
use crate::tones::{Wave, wav};

/// How long anything may take, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A session of two long phases with a reserve.
pub fn session() -> TestProject {
    TestProject::new()
        .file("playlists/music/a.wav", wav(Wave::Left(220.0), 30.0, 48_000))
        .file("playlists/music/b.wav", wav(Wave::Right(330.0), 30.0, 48_000))
        .playlist(
            "title = \"Arriving\"\nboundary = \"1s\"\ncrossfade = \"1s\"\nend = \"500ms\"\n\
             [[phase]]\nname = \"One\"\nlength = \"10m\"\nmax = \"20m\"\nfade_in = \"500ms\"\ntrack = [{ file = \"music/a.wav\" }]\n\
             [[phase]]\nname = \"Two\"\nlength = \"10m\"\ntrack = [{ file = \"music/b.wav\" }]\n\
             [[reserve]]\nname = \"Grounding\"\ntrack = [{ file = \"music/b.wav\" }]\n",
        )
}

/// The journal of the last run; empty before there is one.
pub fn journal(project: &TestProject) -> String {
    let folder = project.path(".holdspace/sessions");
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let last = names.filter(|path| path.extension().is_some_and(|ending| ending == "journal")).max();
    last.map_or_else(String::new, |path| std::fs::read_to_string(path).expect("it is text"))
}

/// Waits until the journal of the last run has a line with this.
pub fn noted(project: &TestProject, text: &str) -> String {
    let began = Instant::now();
    loop {
        let journal = journal(project);
        if journal.contains(text) {
            return journal;
        }
        assert!(began.elapsed() < PATIENCE, "`{text}` is not noted:\n{journal}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Which frame was heard last, by a journal.
pub fn heard(journal: &str) -> u64 {
    let last = journal.lines().rfind(|line| line.starts_with("at @")).unwrap_or("at @0 ");
    last[4..].split(' ').next().and_then(|frame| frame.parse().ok()).unwrap_or(0)
}
