//! Commands as lines of text that arrive while the session plays. Owns the thread that reads them, which wakes the
//! player where it waits for its output: a gain that must answer at once stands after the mix.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::music::master::Turn;
use crate::music::player::Commands;
use crate::music::transport::{Command, CommandError};
use crate::units::Position;

/// What a line asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// A command for the session.
    Command(Command),
    /// The list of the commands.
    Help,
    /// Nothing that is understood.
    Unknown(CommandError),
}

impl Request {
    /// Reads a line; `None` for an empty one.
    pub fn read(line: &str) -> Option<Request> {
        match line.trim() {
            "" => None,
            "help" | "?" => Some(Request::Help),
            line => Some(line.parse().map_or_else(Request::Unknown, Request::Command)),
        }
    }
}

/// Lines under reading.
pub struct Lines {
    commands: Receiver<Command>,
    sender: Sender<Command>,
    /// The command that is next, where it had to be looked at before its time.
    next: Option<Command>,
}

impl Lines {
    /// Reads lines from `input` on a thread of its own; what is no command goes to `other`. The end of the input ends
    /// nothing: the session goes on. The thread that asks for this is the one that plays, and is woken by commands.
    pub fn read(input: impl BufRead + Send + 'static, mut other: impl FnMut(Request) + Send + 'static) -> Lines {
        let (sender, commands) = channel();
        let (lines, player) = (sender.clone(), thread::current());
        thread::spawn(move || {
            for line in input.lines().map_while(Result::ok) {
                let listened = match Request::read(&line) {
                    None => true,
                    Some(Request::Command(command)) => {
                        let listened = lines.send(command).is_ok();
                        player.unpark();
                        listened
                    }
                    Some(request) => {
                        other(request);
                        true
                    }
                };
                if !listened {
                    return;
                }
            }
        });
        Lines { commands, sender, next: None }
    }

    /// A second way to send commands, for a signal.
    pub fn sender(&self) -> Sender<Command> {
        self.sender.clone()
    }
}

impl Commands for Lines {
    fn due(&mut self, _now: Position) -> Option<Command> {
        self.next.take().or_else(|| self.commands.try_recv().ok())
    }

    fn next_at(&self) -> Option<Position> {
        None
    }

    fn turn(&mut self) -> Option<Command> {
        self.next = self.due(Position::START);
        self.next.take_if(|command| Turn::of(command).is_some())
    }
}
