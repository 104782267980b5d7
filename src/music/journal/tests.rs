//! Claims about journals in a folder, whatever the machine's clock does.

use super::*;
use crate::music::testing::{phase, piece, score};
use crate::music::transport::Transport;

fn timeline() -> Timeline {
    let pieces = [piece("a", 600)];
    Transport::new(score(vec![phase("One", 600, &pieces)])).timeline().clone()
}

fn begin(folder: &Path) -> Journal {
    Journal::begin(folder, "session-1", &timeline(), Position::START).expect("it can be written")
}

#[test]
fn the_last_run_is_the_last_by_its_name_even_where_the_clock_was_set_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let ahead = Timestamp::now() + Duration::from_secs(86_400);
    let early = folder.path().join(format!("{}-session-1.journal", ahead.strftime(STAMP)));
    fs::write(&early, "holdspace 1\nrate 48000\nat @48000 2026-11-25T08:00:01.000Z\n").expect("a file");
    let journal = begin(folder.path());
    let path = journal.path().to_path_buf();
    assert!(path > early, "{path:?}");
    journal.ended(Position(96_000));
    journal.close().expect("it is kept");
    assert!(cut_off(folder.path(), "session-1").is_none(), "the last run has ended");
    assert_eq!(runs(folder.path()).len(), 2);
    // What is told of it is the clock's own time, whatever its name is.
    let run = read(folder.path(), &runs(folder.path())[0]).expect("it is there");
    assert!(run.began.parse::<Timestamp>().expect("a time") < ahead);
}

#[test]
fn a_run_of_the_future_was_cut_off_just_now() {
    let ahead = Timestamp::now() + Duration::from_secs(86_400);
    assert_eq!(ago(&time(ahead)), "just now");
}

#[test]
fn sessions_that_begin_in_one_moment_have_journals_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let journals: Vec<Journal> = (0..20).map(|_| begin(folder.path())).collect();
    assert_eq!(runs(folder.path()).len(), journals.len());
}

#[test]
fn a_piece_is_noted_with_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut journal, timeline) = (begin(folder.path()), timeline());
    let clip = &timeline.clips[0];
    journal.heard(&timeline, clip.start, folder.path());
    journal.heard(&timeline, clip.end, folder.path());
    journal.ended(timeline.end);
    journal.close().expect("it is kept");
    let run = read(folder.path(), &runs(folder.path())[0]).expect("it is there");
    assert_eq!((run.pieces[0].start, run.pieces[0].end), (clip.start, Some(clip.end)));
    assert_eq!((run.heard, run.ended, run.phases.len()), (Some(timeline.end), true, 1));
}
