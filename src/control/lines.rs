//! Commands as lines of text that arrive while the session plays. Owns the thread that reads them.

use std::io::BufRead;
use std::sync::Arc;
use std::thread;

use super::remote::Hands;
use crate::music::transport::{Command, CommandError};

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

/// Reads lines from `input` on a thread of its own, and hands their commands on; what is no command goes to `other`. The
/// end of the input ends nothing: the session goes on.
pub fn read(
    input: impl BufRead + Send + 'static,
    hands: Arc<dyn Hands>,
    mut other: impl FnMut(Request) + Send + 'static,
) {
    thread::spawn(move || {
        for line in input.lines().map_while(Result::ok) {
            match Request::read(&line) {
                None => {}
                Some(Request::Command(command)) => hands.send(command),
                Some(request) => other(request),
            }
        }
    });
}
