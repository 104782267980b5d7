//! Reads a script: one command a line, with a time before it. Pure.
//!
//! ```text
//! # the sound check of the second group
//! 00:12:30 hold
//! 00:15:10 release
//! ```

use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::music::transport::Command;
use crate::units::{Length, Position, SampleRate, TimeError, parse_time};

/// Reads a script at a session's rate; every mistake is a finding at its line.
pub fn parse(source: &SourceText, rate: SampleRate) -> (Vec<(Position, Command)>, Findings) {
    let (mut commands, mut findings) = (Vec::new(), Findings::new());
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let words = line.split('#').next().unwrap_or("").trim();
        let at = start + line.find(words).unwrap_or(0);
        start += line.len();
        if words.is_empty() {
            continue;
        }
        match parse_line(words) {
            Ok((time, command)) => commands.push((Position::START + Length::of(time, rate), command)),
            Err((offset, length, message, hint)) => {
                let place = source.place(at + offset..at + offset + length);
                findings.push(Diagnostic::error("script/command", message).at(place).hint(hint));
            }
        }
    }
    (commands, findings)
}

type Fault = (usize, usize, String, String);

fn parse_line(words: &str) -> Result<(std::time::Duration, Command), Fault> {
    let (time, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let at = parse_time(time).map_err(|error| (0, time.len(), error.to_string(), TimeError::HINT.to_owned()))?;
    let command = rest.trim();
    let offset = words.len() - rest.trim_start().len();
    if command.is_empty() {
        return Err((
            0,
            time.len(),
            format!("nothing is to happen at `{time}`"),
            "write a command behind the time: `00:12:30 hold`".to_owned(),
        ));
    }
    match command.parse() {
        Ok(command) => Ok((at, command)),
        Err(error) => Err((offset, command.len(), error.to_string(), error.hint)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_with_its_times_and_its_mistakes() {
        let source = SourceText::new(
            "s.txt",
            "# check\n00:00:10 hold\n\n0:12 relese   # typo\n1:00\nten end\n0:20 reserve Grounding\n",
        );
        let (commands, findings) = parse(&source, SampleRate::new(2).expect("in range"));
        assert_eq!(commands, [(Position(20), Command::Hold), (Position(40), Command::Reserve("Grounding".to_owned()))]);
        let said: Vec<_> = findings
            .sorted()
            .iter()
            .map(|d| (d.place.as_ref().map(|p| (p.line, p.column)), d.message.clone(), d.hints.clone()))
            .collect();
        assert_eq!(
            said[0],
            (Some((4, 6)), "there is no command `relese`".to_owned(), vec!["did you mean `release`?".to_owned()])
        );
        assert_eq!(said[1].0, Some((5, 1)));
        assert_eq!(said[2].0, Some((6, 1)));
        assert_eq!(said.len(), 3);
    }
}
