//! Tells what happens while a session plays: to all who hold it, to the journal, and in words where there is no screen.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::super::{say, warn};
use crate::awake::{self, Awake, Kept};
use crate::control::phone;
use crate::control::remote::Shown;
use crate::control::status;
use crate::diagnostic::{Diagnostic, Findings};
use crate::music::journal::Journal;
use crate::music::player::{Event, Status};
use crate::music::timeline::Timeline;
use crate::music::transport::Command;
use crate::report::{self, clean};
use crate::units::Position;

/// Tells what happens.
pub(super) struct Teller {
    shown: Shown,
    journal: Option<Journal>,
    /// What the paths in the journal begin without.
    root: PathBuf,
    /// Whether there is a screen: then no word may stand on the terminal.
    screen: bool,
    /// The plan, and what is heard of it, as far as is known between two blocks.
    last: Option<(Timeline, Position)>,
    /// What keeps this machine awake.
    awake: Awake,
    /// Whether there may be a new plan since.
    stale: bool,
    told: String,
    /// The phones' code that was told last.
    code: String,
    line: Option<Instant>,
}

impl Teller {
    pub(super) fn new(shown: Shown, journal: Option<Journal>, root: PathBuf, screen: bool) -> Teller {
        Teller {
            shown,
            journal,
            root,
            screen,
            last: None,
            awake: awake::hold(),
            stale: true,
            told: String::new(),
            code: String::new(),
            line: None,
        }
    }

    pub(super) fn tell(&mut self, event: Event<'_>, findings: &Findings) {
        for finding in findings.sorted() {
            self.finding(finding);
        }
        match event {
            Event::Replaced(finding) => {
                self.shown.replanned();
                self.stale = true;
                self.finding(&finding);
            }
            Event::Done(command, at) => {
                // The output is behind the ring: what is asked of it is asked for what is heard.
                let heard =
                    self.last.as_ref().map(|(_, heard)| *heard).filter(|_| matches!(command, Command::Output(_)));
                if let Some(journal) = &self.journal {
                    journal.note(&command, heard.unwrap_or(at));
                }
            }
            Event::Answered(command, answer, _) => {
                self.shown.given(command);
                self.stale = true;
                self.news(&format!("{command}: {}", answer.0), false);
            }
            Event::Went(status) => self.went(&status),
        }
    }

    /// Closes the journal, and says where it is.
    pub(super) fn close(mut self) -> Option<(PathBuf, Result<(), crate::error::PathError>)> {
        self.clear();
        let journal = self.journal.take()?;
        if let Some((timeline, _)) = &self.last {
            journal.ended(timeline.end);
        }
        Some((journal.path().to_path_buf(), journal.close()))
    }

    fn went(&mut self, status: &Status<'_>) {
        let heard = status.health.heard.unwrap_or(status.mixed).min(status.timeline.end);
        match &mut self.last {
            Some((_, at)) if !self.stale => *at = heard,
            last => *last = Some((status.timeline.clone(), heard)),
        }
        self.stale = false;
        for news in &status.health.news {
            self.news(news, true);
            if let Some(journal) = &self.journal {
                journal.device(news, heard);
            }
        }
        if let Some(warning) = self.awake.kept().and_then(Kept::warning) {
            self.news(warning, true);
        }
        if let Some(journal) = &mut self.journal {
            journal.heard(status.timeline, heard, &self.root);
            if let Some(failure) = journal.failure() {
                self.news(&format!("no journal is kept any more: {failure}; the music goes on"), true);
            }
        }
        self.shown.went(status);
        if !self.screen {
            self.show_phones();
            self.show(status);
        }
    }

    fn finding(&mut self, finding: &Diagnostic) {
        let at = self.last.as_ref().map_or(Position::START, |(_, at)| *at);
        if let Some(journal) = &self.journal {
            journal.finding(&finding.message, at);
        }
        if self.screen {
            self.news(&finding.message, true);
        } else {
            self.clear();
            warn(&report::one(finding, report::Colour::for_stderr()));
        }
    }

    /// Something to tell to whoever looks.
    fn news(&mut self, text: &str, alarm: bool) {
        if let Some((timeline, at)) = &self.last {
            self.shown.tell(timeline, *at, &clean(text), alarm);
        }
        if !self.screen {
            self.clear();
            say(&format!("{}\n", clean(text)));
        }
    }

    /// How the next phone is paired, each time that this is another code.
    fn show_phones(&mut self) {
        let Some(phones) = self.shown.phones().filter(|phones| phones.code != self.code) else { return };
        let picture = phone::qr::lines(&phone::way(phones)).join("\n");
        let told = format!("{picture}\na phone: {} with the code {}\n", clean(&phones.address), phones.code);
        self.code = phones.code.clone();
        self.clear();
        say(&told);
    }

    /// On a terminal by one line that changes, else by a line for each change.
    fn show(&mut self, status: &Status<'_>) {
        if io::stdout().is_terminal() {
            if self.line.is_none_or(|shown| shown.elapsed() >= Duration::from_millis(250)) {
                self.line = Some(Instant::now());
                say(&format!("\r\x1b[K{}", clean(&status::line(status))));
            }
            return;
        }
        let now = status.health.heard.unwrap_or(status.mixed);
        let phase = status.timeline.phase_at(now).map_or("", |(_, phase)| phase.name.as_str());
        let (sounds, clock) = (status::sounds(status.timeline, now), std::mem::discriminant(status.clock));
        let state = format!("{phase}{sounds}{clock:?}{:?}{}", status.health.unheard, status.health.underruns);
        if state != self.told {
            self.told = state;
            say(&format!("{}\n", clean(&status::line(status))));
        }
    }

    fn clear(&mut self) {
        if self.line.take().is_some() {
            say("\r\x1b[K");
        }
    }
}
