//! Reads a script, or the journal of a session: one command a line, with its time or its frame before it. Pure.
//!
//! ```text
//! rate 48000             # a journal's own: the frames below are at this rate
//! from @0                # and where the session began
//! 00:12:30 hold
//! @43680000 release      # 0:15:10
//! ```

use std::time::Duration;

use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::music::journal::run;
use crate::music::transport::Command;
use crate::units::{Length, Position, SampleRate, TimeError, parse_time};

/// A script as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// The rate that its frames are at, where it says so.
    pub rate: Option<SampleRate>,
    /// Whether it is a journal, which has more lines than commands.
    journal: bool,
    from: Option<When>,
    commands: Vec<(When, Command)>,
}

/// When something happens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    Time(Duration),
    Frame(u64),
}

impl When {
    fn read(word: &str) -> Result<When, TimeError> {
        match word.strip_prefix('@').map(str::parse) {
            Some(Ok(frame)) => Ok(When::Frame(frame)),
            _ => parse_time(word).map(When::Time),
        }
    }

    fn at(self, rate: SampleRate) -> Position {
        match self {
            When::Time(time) => Position::START + Length::of(time, rate),
            When::Frame(frame) => Position(frame),
        }
    }
}

impl Script {
    /// Where the session begins, at a rate.
    pub fn start(&self, rate: SampleRate) -> Position {
        self.from.map_or(Position::START, |from| from.at(rate))
    }

    /// The commands, at a rate.
    pub fn commands(&self, rate: SampleRate) -> Vec<(Position, Command)> {
        self.commands.iter().map(|(when, command)| (when.at(rate), command.clone())).collect()
    }
}

/// Reads a script; every mistake is a finding at its line.
pub fn parse(source: &SourceText) -> (Script, Findings) {
    let (mut script, mut findings) = (Script::default(), Findings::new());
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let words = line.split('#').next().unwrap_or("").trim();
        let at = start + line.find(words).unwrap_or(0);
        start += line.len();
        if words.is_empty() {
            continue;
        }
        if let Err(fault) = read_line(&mut script, words) {
            let place = source.place(at + fault.offset..at + fault.offset + fault.length);
            findings.push(Diagnostic::error("script/command", fault.message).at(place).hint(fault.hint));
        }
    }
    (script, findings)
}

struct Fault {
    offset: usize,
    length: usize,
    message: String,
    hint: String,
}

fn read_line(script: &mut Script, words: &str) -> Result<(), Fault> {
    let (first, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let offset = words.len() - rest.trim_start().len();
    let rest = rest.trim();
    let fault =
        |message: String, hint: &str| Fault { offset, length: rest.len().max(1), message, hint: hint.to_owned() };
    match first {
        "rate" => {
            let rate = rest.parse().ok().and_then(SampleRate::new);
            script.rate =
                Some(rate.ok_or_else(|| fault(format!("`{rest}` is not a rate"), "frames a second: `rate 48000`"))?);
        }
        "from" => script.from = Some(When::read(rest).map_err(|error| fault(error.to_string(), TimeError::HINT))?),
        // What a journal has besides its commands.
        "holdspace" => script.journal = true,
        word if script.journal && run::WORDS.contains(&word) => {}
        time => {
            let here =
                |message: String, hint: &str| Fault { offset: 0, length: time.len(), message, hint: hint.to_owned() };
            let when = When::read(time).map_err(|error| here(error.to_string(), TimeError::HINT))?;
            if rest.is_empty() {
                let hint = "write a command behind the time: `00:12:30 hold`";
                return Err(here(format!("nothing is to happen at `{time}`"), hint));
            }
            let command = rest.parse::<Command>().map_err(|error| fault(error.to_string(), &error.hint))?;
            script.commands.push((when, command));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate() -> SampleRate {
        SampleRate::new(2).expect("in range")
    }

    #[test]
    fn a_script_is_read_with_its_times_and_its_mistakes() {
        let text = "# check\n00:00:10 hold\n\n0:12 relese   # typo\n1:00\nten end\n0:20 reserve Grounding\n";
        let (script, findings) = parse(&SourceText::new("s.txt", text));
        let reserve = Command::Reserve("Grounding".to_owned());
        assert_eq!(script.commands(rate()), [(Position(20), Command::Hold), (Position(40), reserve)]);
        let said: Vec<_> = findings
            .sorted()
            .iter()
            .map(|d| (d.place.as_ref().map(|p| (p.line, p.column)), d.message.clone(), d.hints.clone()))
            .collect();
        let typo = "there is no command `relese`".to_owned();
        assert_eq!(said[0], (Some((4, 6)), typo, vec!["did you mean `release`?".to_owned()]));
        assert_eq!(said[1].0, Some((5, 1)));
        assert_eq!(said[2].0, Some((6, 1)));
        assert_eq!(said.len(), 3);
    }

    #[test]
    fn a_journal_is_read_by_its_frames() {
        let text = "# s\nholdspace 1\ntitle 0:12 x\nrate 48000\nfrom @96000\nat @96000 2026\n@123456 hold # 0:02\n";
        let (script, findings) = parse(&SourceText::new("j", text));
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!((script.rate, script.start(rate())), (SampleRate::new(48_000), Position(96_000)));
        assert_eq!(script.commands(rate()), [(Position(123_456), Command::Hold)]);
    }
}
