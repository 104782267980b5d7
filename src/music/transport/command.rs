//! What a facilitator asks for: one vocabulary for the keyboard, a script and the journal. Pure.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::diagnostic::did_you_mean;
use crate::units::{Decibels, TimeError, parse_time, words};

/// One command.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The phase stays; its clock waits, its music goes on.
    Hold,
    /// The phase's clock goes on.
    Release,
    /// Move to the next phase, gently, now.
    Advance,
    /// The phase gets more time.
    Extend(Duration),
    /// Turn to a reserve.
    Reserve(String),
    /// Back to the phase.
    Return,
    /// Bring the music down under a voice.
    Talk,
    /// Bring it back.
    Untalk,
    /// Fade the room to silence.
    Quiet,
    /// Fade it back.
    Resume,
    /// Set the volume against the plan.
    Volume(Decibels),
    /// This piece does not fit; the next, gently.
    Skip,
    /// Go to a phase, forward or back.
    Seek(String),
    /// Let the music move to another output, gently.
    Output(String),
    /// Close the session with its last fade.
    End,
}

/// The commands and what they do, for help and for hints.
pub const COMMANDS: &[(&str, &str)] = &[
    ("hold", "the phase stays; its clock waits, its music goes on"),
    ("release", "the phase's clock goes on"),
    ("advance", "move to the next phase, gently, now"),
    ("extend 5m", "the phase gets five minutes more"),
    ("reserve NAME", "turn to a reserve"),
    ("return", "back from the reserve to the phase"),
    ("talk", "bring the music down under a voice"),
    ("untalk", "bring it back"),
    ("quiet", "fade the room to silence"),
    ("resume", "fade it back"),
    ("volume -3 dB", "set the volume against the plan, from -60 dB to +6 dB"),
    ("skip", "this piece does not fit; the next, gently"),
    ("seek NAME", "go to a phase, forward or back, and begin it"),
    ("output NAME", "move the music to another output, gently; `output default` follows the machine's own"),
    ("end", "close the session with its last fade"),
];

impl fmt::Display for Command {
    /// The words that are read back as the same command.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Hold => f.write_str("hold"),
            Command::Release => f.write_str("release"),
            Command::Advance => f.write_str("advance"),
            Command::Extend(time) => write!(f, "extend {}", words(*time)),
            Command::Reserve(name) => write!(f, "reserve {name}"),
            Command::Return => f.write_str("return"),
            Command::Talk => f.write_str("talk"),
            Command::Untalk => f.write_str("untalk"),
            Command::Quiet => f.write_str("quiet"),
            Command::Resume => f.write_str("resume"),
            Command::Volume(level) => write!(f, "volume {level}"),
            Command::Skip => f.write_str("skip"),
            Command::Seek(name) => write!(f, "seek {name}"),
            Command::Output(name) => write!(f, "output {name}"),
            Command::End => f.write_str("end"),
        }
    }
}

/// Why words are not a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    message: String,
    /// What to do instead.
    pub hint: String,
}

impl FromStr for Command {
    type Err = CommandError;

    fn from_str(line: &str) -> Result<Command, CommandError> {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let bad = |message: String, hint: &str| CommandError { message, hint: hint.to_owned() };
        let plain = match word.to_lowercase().as_str() {
            "extend" => {
                let time = parse_time(rest).map_err(|error| bad(error.to_string(), TimeError::HINT))?;
                return Ok(Command::Extend(time));
            }
            "volume" => {
                let level = Decibels::parse(rest).filter(|level| (-60.0..=6.0).contains(&level.0));
                let error =
                    || bad(format!("`{rest}` is not a volume"), "write it as `volume -3 dB`; it is between -60 and +6");
                return level.map(Command::Volume).ok_or_else(error);
            }
            "seek" if rest.is_empty() => return Err(bad("to which phase?".to_owned(), "name it: `seek Journey`")),
            "seek" => return Ok(Command::Seek(rest.to_owned())),
            "reserve" if rest.is_empty() => {
                return Err(bad("which reserve?".to_owned(), "name it: `reserve Grounding`"));
            }
            "reserve" => return Ok(Command::Reserve(rest.to_owned())),
            "output" if rest.is_empty() => {
                return Err(bad("which output?".to_owned(), "name it: `output headphones`, or `output default`"));
            }
            "output" => return Ok(Command::Output(rest.to_owned())),
            "hold" => Command::Hold,
            "release" => Command::Release,
            "advance" => Command::Advance,
            "return" => Command::Return,
            "talk" => Command::Talk,
            "untalk" => Command::Untalk,
            "quiet" => Command::Quiet,
            "resume" => Command::Resume,
            "skip" => Command::Skip,
            "end" => Command::End,
            _ => return Err(unknown(word)),
        };
        if rest.is_empty() {
            Ok(plain)
        } else {
            Err(bad(format!("`{word}` stands alone, without `{rest}`"), &format!("write `{word}`")))
        }
    }
}

fn unknown(word: &str) -> CommandError {
    let names = || COMMANDS.iter().map(|(name, _)| name.split(' ').next().unwrap_or(name));
    let hint = did_you_mean(word, names())
        .unwrap_or_else(|| format!("the commands are: {}", names().collect::<Vec<_>>().join(", ")));
    CommandError { message: format!("there is no command `{word}`"), hint }
}
