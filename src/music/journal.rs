//! The journal of a session: its commands with the frames that they took effect at, and what was heard when. A recipe for
//! its sound: `holdspace render SESSION --commands JOURNAL` gives the same samples again. Nothing about any participant is
//! in it. What a line can say stands in [`run`].
//!
//! Owns a thread that writes and syncs; wakes nobody. A disk that is full or read-only never stops the music.

pub mod run;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::Timestamp;

use self::run::{Run, Told};
use super::timeline::{Clip, ClipId, Sound, Timeline};
use super::transport::Command;
use crate::error::{At, PathError};
use crate::units::{Position, SampleRate, clock_of};

/// A journal under writing.
pub struct Journal {
    path: PathBuf,
    rate: SampleRate,
    lines: Option<Sender<String>>,
    writer: Option<JoinHandle<io::Result<()>>>,
    /// What has been noted already, so that it is noted once.
    noted: Noted,
}

#[derive(Default)]
struct Noted {
    second: Option<u64>,
    phase: Option<usize>,
    pieces: HashSet<ClipId>,
    /// Those of them that sound.
    sounding: Vec<ClipId>,
}

impl Journal {
    /// Begins a journal of `session` in `folder`; its name is the time that it begins.
    ///
    /// # Errors
    /// When nothing can be written there. The session can go on without.
    pub fn begin(folder: &Path, session: &str, timeline: &Timeline, start: Position) -> Result<Journal, PathError> {
        fs::create_dir_all(folder).at("make", folder)?;
        let now = Timestamp::now();
        let (path, mut file) = create(folder, session, now)?;
        let head = format!(
            "# {session}, begun {began}\nholdspace 1\nsession {session}\ntitle {title}\nbegan {began}\nrate {rate}\nfrom @{from}\n",
            began = time(now),
            title = one_line(&timeline.title),
            rate = timeline.rate.hertz(),
            from = start.0
        );
        file.write_all(head.as_bytes()).and_then(|()| file.sync_data()).at("write", &path)?;
        let (lines, waiting) = channel();
        let writer = thread::Builder::new().name("holdspace-journal".to_owned());
        let writer = writer.spawn(move || write(&mut file, &waiting)).at("write", &path)?;
        let noted = Noted::default();
        Ok(Journal { path, rate: timeline.rate, lines: Some(lines), writer: Some(writer), noted })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes a command at the frame that it took effect at.
    pub fn note(&self, command: &Command, at: Position) {
        self.line(&format!("@{} {command} # {}", at.0, clock_of(at.since_start(), self.rate)));
    }

    /// Notes what is heard at `heard`: once a second that it is, and whatever began to sound since.
    pub fn heard(&mut self, timeline: &Timeline, heard: Position, root: &Path) {
        let second = heard.0 / u64::from(self.rate.hertz());
        if self.noted.second.replace(second) != Some(second) {
            self.line(&format!("at @{} {}", heard.0, time(Timestamp::now())));
        }
        if let Some((number, phase)) = timeline.phase_at(heard)
            && self.noted.phase.replace(number) != Some(number)
        {
            self.line(&format!("phase @{} {}", phase.start.0.min(heard.0), one_line(&phase.name)));
        }
        let sounding: Vec<ClipId> = timeline.sounding(heard, Position(heard.0 + 1)).map(|clip| clip.id).collect();
        for id in std::mem::take(&mut self.noted.sounding).into_iter().filter(|id| !sounding.contains(id)) {
            self.line(&format!("over @{} {}", heard.0, id.0));
        }
        for clip in timeline.all().filter(|clip| sounding.contains(&clip.id)) {
            if self.noted.pieces.insert(clip.id) {
                self.line(&format!("piece @{} {}", clip.start.0, told(clip, timeline.rate, root)));
            }
        }
        self.noted.sounding = sounding;
    }

    /// Notes what went wrong with a piece.
    pub fn finding(&self, message: &str, at: Position) {
        self.line(&format!("finding @{} {}", at.0, one_line(message)));
    }

    /// Notes what became of the output.
    pub fn device(&self, message: &str, at: Position) {
        self.line(&format!("device @{} {}", at.0, one_line(message)));
    }

    /// Notes that the session ended as it should.
    pub fn ended(&self, at: Position) {
        self.line(&format!("ended @{} {}", at.0, time(Timestamp::now())));
    }

    fn line(&self, line: &str) {
        if let Some(lines) = &self.lines {
            // A writer that has failed is asked for why.
            let _ = lines.send(format!("{line}\n"));
        }
    }

    /// Why nothing is kept any more; said once.
    pub fn failure(&mut self) -> Option<PathError> {
        let failed = self.writer.as_ref().is_some_and(JoinHandle::is_finished);
        failed.then(|| self.join().err()).flatten()
    }

    /// Closes it when everything is on the disk.
    ///
    /// # Errors
    /// When something could not be kept.
    pub fn close(mut self) -> Result<(), PathError> {
        drop(self.lines.take());
        self.join()
    }

    fn join(&mut self) -> Result<(), PathError> {
        match self.writer.take().map(JoinHandle::join) {
            Some(Ok(result)) => result.at("write", &self.path),
            Some(Err(_)) => Err(io::Error::other("its writer died")).at("write", &self.path),
            None => Ok(()),
        }
    }
}

/// Writes what comes, and has it on the disk before it waits for more.
fn write(file: &mut File, lines: &Receiver<String>) -> io::Result<()> {
    while let Ok(line) = lines.recv() {
        file.write_all(line.as_bytes())?;
        for line in lines.try_iter() {
            file.write_all(line.as_bytes())?;
        }
        file.sync_data()?;
    }
    file.sync_all()
}

/// A new file whose name comes after all that are there, so that the last run is the last by its name, even where the
/// machine's clock was set back since.
fn create(folder: &Path, session: &str, now: Timestamp) -> Result<(PathBuf, File), PathError> {
    let last = names(folder).filter_map(|name| named(&name)).max();
    let after = last.and_then(|last| last.checked_add(Duration::from_millis(1)).ok());
    let mut stamp = after.map_or(now, |after| after.max(now));
    loop {
        let path = folder.join(format!("{}-{session}.journal", stamp.strftime(STAMP)));
        match (File::create_new(&path), stamp.checked_add(Duration::from_millis(1))) {
            // Two sessions may have begun within a millisecond.
            (Err(error), Ok(next)) if error.kind() == io::ErrorKind::AlreadyExists => stamp = next,
            (file, _) => return file.at("write", &path).map(|file| (path, file)),
        }
    }
}

/// How the name of a journal begins.
const STAMP: &str = "%Y-%m-%dT%H-%M-%S%.3fZ";
const STAMP_LENGTH: usize = "2026-11-25T08-00-00.000Z".len();

fn names(folder: &Path) -> impl Iterator<Item = String> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    names.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| name.ends_with(".journal"))
}

/// The time in the name of a journal.
fn named(name: &str) -> Option<Timestamp> {
    let stamp = name.get(..STAMP_LENGTH)?;
    let time: String = stamp.char_indices().map(|(at, c)| if at > 10 && c == '-' { ':' } else { c }).collect();
    time.parse().ok()
}

/// The journals in `folder`, the latest first: the name of each, without its ending.
pub fn runs(folder: &Path) -> Vec<String> {
    let mut runs: Vec<String> =
        names(folder).filter_map(|name| Some(name.strip_suffix(".journal")?.to_owned())).collect();
    runs.sort_by(|a, b| b.cmp(a));
    runs
}

/// Reads a journal by the name that [`runs`] gives.
///
/// # Errors
/// When it cannot be read.
pub fn read(folder: &Path, name: &str) -> Result<Run, PathError> {
    let path = folder.join(format!("{name}.journal"));
    let bytes = fs::read(&path).at("read", &path)?;
    Ok(Run::read(&String::from_utf8_lossy(&bytes)))
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A piece as JSON; what is not known is left out.
fn told(clip: &Clip, rate: SampleRate, root: &Path) -> String {
    let piece = &clip.piece;
    let file = match &piece.sound {
        Sound::File { path, .. } => Some(path),
        Sound::Album { parts, .. } => parts.first().map(|part| &part.path),
        Sound::Bed(_) | Sound::Chime(_) => None,
    };
    let told = Told {
        id: Some(clip.id.0),
        title: one_line(&piece.title),
        artist: one_line(&piece.artist),
        licence: one_line(&piece.licence),
        credits: piece.credits.clone(),
        file: file.map(|file| file.strip_prefix(root).unwrap_or(file).display().to_string()),
        bed: matches!(piece.sound, Sound::Bed(_)),
        chime: matches!(piece.sound, Sound::Chime(_)),
        seconds: piece.length.map(|length| (length.seconds(rate) * 10.0).round() / 10.0),
    };
    // A line has no line in it: JSON writes what would break one as an escape.
    serde_json::to_string(&told).expect("plain data")
}

/// A session that was cut off: killed, or the power went.
#[derive(Clone, Debug)]
pub struct CutOff {
    /// What its journal says.
    pub run: Run,
    /// The last that is known to have been heard.
    pub heard: Position,
    /// How long ago that was, in words; empty where that is not known.
    pub ago: String,
}

/// The last run of `session` in `folder`, if it was cut off.
pub fn cut_off(folder: &Path, session: &str) -> Option<CutOff> {
    // Before the name stands a time, of one length; `1` is not the end of `session-1`.
    let own = |name: &String| name.get(STAMP_LENGTH..).is_some_and(|rest| rest.strip_prefix('-') == Some(session));
    let last = runs(folder).into_iter().find(own)?;
    let run = read(folder, &last).ok()?;
    let heard = run.heard.filter(|_| !run.ended)?;
    Some(CutOff { heard, ago: ago(&run.last), run })
}

fn ago(last: &str) -> String {
    let Ok(then) = last.parse::<Timestamp>() else { return String::new() };
    match Timestamp::now().duration_since(then).as_secs() {
        ..60 => "just now".to_owned(),
        seconds @ 60..3600 => format!("{} min ago", seconds / 60),
        seconds @ 3600..86_400 => format!("{} h ago", seconds / 3600),
        seconds => format!("{} days ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests;
