//! The journal of a session: its commands with the frames that they took effect at. A recipe for its sound:
//! `holdspace render SESSION --commands JOURNAL` gives the same samples again. Nothing about any participant is in it.
//!
//! Owns a thread that writes and syncs; wakes nobody. A disk that is full or read-only never stops the music.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use super::transport::Command;
use crate::error::{At, PathError};
use crate::units::{Position, SampleRate, clock_of};

/// A journal under writing.
pub struct Journal {
    path: PathBuf,
    rate: SampleRate,
    lines: Option<Sender<String>>,
    writer: Option<JoinHandle<io::Result<()>>>,
}

impl Journal {
    /// Begins a journal of `session` in `folder`; its name is the time that it begins.
    ///
    /// # Errors
    /// When nothing can be written there. The session can go on without.
    pub fn begin(folder: &Path, session: &str, rate: SampleRate, start: Position) -> Result<Journal, PathError> {
        fs::create_dir_all(folder).at("make", folder)?;
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S%.3fZ");
        let path = folder.join(format!("{now}-{session}.journal"));
        let mut file = File::create_new(&path).at("write", &path)?;
        let head = format!("# {session}, begun {now}\nrate {}\nfrom @{}\n", rate.hertz(), start.0);
        file.write_all(head.as_bytes()).at("write", &path)?;
        let (lines, waiting) = channel();
        let writer = thread::Builder::new().name("holdspace-journal".to_owned());
        let writer = writer.spawn(move || write(&mut file, &waiting)).at("write", &path)?;
        Ok(Journal { path, rate, lines: Some(lines), writer: Some(writer) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes a command at the frame that it took effect at.
    pub fn note(&self, command: &Command, at: Position) {
        let time = clock_of(at.since_start(), self.rate);
        if let Some(lines) = &self.lines {
            // A writer that has failed says so at the end.
            let _ = lines.send(format!("@{} {command} # {time}\n", at.0));
        }
    }

    /// Closes it when everything is on the disk.
    ///
    /// # Errors
    /// When something could not be kept.
    pub fn close(mut self) -> Result<(), PathError> {
        drop(self.lines.take());
        let written = self.writer.take().map(JoinHandle::join);
        match written {
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
