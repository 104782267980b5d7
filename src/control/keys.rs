//! What a key does, by what is open on the screen. Pure.
//!
//! Nothing that cannot be taken back is on one key: ending asks. A key that means nothing does nothing. A presenter's
//! clicker, which sends page up and page down, or the arrows, is as good as the keyboard.

use std::time::Duration;

use super::view::View;
use crate::music::transport::Command;
use crate::units::Decibels;

/// The keys as they are shown: the key, its word at the foot of the screen, and what it does.
pub const KEYS: &[(&str, &str, &str)] = &[
    ("Space", "hold", "holds the phase, and releases it; on a clicker ← or page up"),
    ("→", "on", "moves on to the next phase; on a clicker → or page down"),
    ("+", "min", "gives the phase a minute more"),
    ("t", "talk", "brings the music down under a voice, and back"),
    ("q", "quiet", "fades the room to silence, and back; `.` or `b` on a clicker"),
    ("r", "reserve", "turns to a reserve, and back to the phase"),
    ("↑↓", "volume", "a decibel up or down"),
    ("s", "", "skips this piece: the next comes in, gently"),
    ("g", "", "goes to a phase, forward or back"),
    ("o", "", "moves the music to another output, gently"),
    ("p", "", "the way for a phone, where `--phone` lets one in"),
    ("e", "end", "ends the session with its last fade; asks first"),
    ("?", "keys", "these keys; any key closes them"),
];

/// What lies open on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Open {
    /// Nothing: keys are for the session.
    #[default]
    Nothing,
    /// The list of the keys.
    Help,
    /// Whether to end the session.
    Ending,
    /// The choice of a reserve.
    Reserves,
    /// The choice of a phase.
    Phases,
    /// The choice of an output.
    Outputs,
    /// The way for a phone.
    Phone,
}

/// A key, as far as it means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A letter, a digit or a sign.
    Sign(char),
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Ctrl-C, by which people end programs.
    Interrupt,
    /// Any other.
    Other,
}

/// What a key does: what is open then, and the command it gives.
pub fn press(key: Key, open: Open, view: &View) -> (Open, Option<Command>) {
    let now = &view.now;
    let chosen = |names: &mut dyn Iterator<Item = &String>| match key {
        Key::Sign(digit @ '1'..='9') => names.nth(digit as usize - '1' as usize).cloned(),
        _ => None,
    };
    match open {
        Open::Nothing => {}
        Open::Outputs => return (Open::Nothing, chosen(&mut now.outputs.iter()).map(Command::Output)),
        Open::Help | Open::Phone => return (Open::Nothing, None),
        Open::Ending => return (Open::Nothing, matches!(key, Key::Sign('y' | 'Y')).then_some(Command::End)),
        Open::Reserves => return (Open::Nothing, chosen(&mut view.plan.reserves.iter()).map(Command::Reserve)),
        Open::Phases => {
            let name = chosen(&mut view.plan.phases.iter().map(|phase| &phase.name));
            return (Open::Nothing, name.map(Command::Seek));
        }
    }
    let give = |command: Command| (Open::Nothing, Some(command));
    let either = |on: bool, back: Command, there: Command| give(if on { back } else { there });
    match key {
        Key::Sign(' ') | Key::PageUp | Key::Left => either(now.held, Command::Release, Command::Hold),
        Key::Right | Key::PageDown => give(Command::Advance),
        Key::Sign('+' | '=') => give(Command::Extend(Duration::from_secs(60))),
        Key::Sign('t') => either(now.talking, Command::Untalk, Command::Talk),
        Key::Sign('q' | '.' | 'b') => either(now.quiet, Command::Resume, Command::Quiet),
        Key::Sign('r') if now.reserve.is_some() => give(Command::Return),
        Key::Sign('r') if view.plan.reserves.is_empty() => (Open::Nothing, None),
        Key::Sign('r') => (Open::Reserves, None),
        Key::Up => give(Command::Volume(Decibels((now.volume + 1.0).min(6.0)))),
        Key::Down => give(Command::Volume(Decibels((now.volume - 1.0).max(-60.0)))),
        Key::Sign('s') => give(Command::Skip),
        Key::Sign('g') => (Open::Phases, None),
        Key::Sign('o') if !now.outputs.is_empty() => (Open::Outputs, None),
        Key::Sign('p') if now.phone.is_some() => (Open::Phone, None),
        Key::Sign('e') | Key::Interrupt => (Open::Ending, None),
        Key::Sign('?') => (Open::Help, None),
        Key::Sign(_) | Key::Other => (Open::Nothing, None),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::control::view::{Now, Phase, Plan};

    fn view(now: Now) -> View {
        let phase = |name: &str| Phase { name: name.to_owned(), purpose: String::new(), start: 0.0, end: 1.0 };
        let plan = Plan {
            phases: vec![phase("Arrival"), phase("Journey")],
            reserves: vec!["Grounding".to_owned()],
            ..Plan::default()
        };
        View { plan: Arc::new(plan), now }
    }

    fn given(keys: &[Key], now: Now) -> (Open, Vec<String>) {
        let view = view(now);
        let (mut open, mut given) = (Open::Nothing, Vec::new());
        for key in keys {
            let (next, command) = press(*key, open, &view);
            open = next;
            given.extend(command.map(|command| command.to_string()));
        }
        (open, given)
    }

    #[test]
    fn a_key_gives_its_command_and_the_same_key_takes_it_back() {
        let plain = Now::default();
        let turned = Now { held: true, talking: true, quiet: true, reserve: Some(0), ..Now::default() };
        for (key, there, back) in [
            (Key::Sign(' '), "hold", "release"),
            (Key::PageUp, "hold", "release"),
            (Key::Left, "hold", "release"),
            (Key::Sign('t'), "talk", "untalk"),
            (Key::Sign('q'), "quiet", "resume"),
            (Key::Sign('.'), "quiet", "resume"),
        ] {
            assert_eq!(given(&[key], plain.clone()).1, [there]);
            assert_eq!(given(&[key], turned.clone()).1, [back]);
        }
        assert_eq!(given(&[Key::Sign('r')], turned).1, ["return"]);
        assert_eq!(given(&[Key::PageDown], plain.clone()).1, ["advance"]);
        assert_eq!(given(&[Key::Sign('+')], plain.clone()).1, ["extend 1m"]);
        assert_eq!(given(&[Key::Down], plain).1, ["volume -1 dB"]);
    }

    #[test]
    fn no_key_ends_the_session_alone_and_a_wrong_one_does_nothing() {
        for key in (' '..='~').map(Key::Sign).chain([Key::Left, Key::Interrupt, Key::Other, Key::Right]) {
            let (_, commands) = given(&[key], Now::default());
            assert!(!commands.contains(&"end".to_owned()), "{key:?}");
        }
        assert_eq!(given(&[Key::Sign('e')], Now::default()), (Open::Ending, vec![]));
        assert_eq!(given(&[Key::Interrupt, Key::Sign('y')], Now::default()), (Open::Nothing, vec!["end".to_owned()]));
        assert_eq!(given(&[Key::Sign('e'), Key::Sign(' ')], Now::default()), (Open::Nothing, vec![]));
        assert_eq!(given(&[Key::Sign('x'), Key::Sign('Q'), Key::Other], Now::default()), (Open::Nothing, vec![]));
    }

    #[test]
    fn a_reserve_a_phase_and_an_output_are_chosen_by_their_number() {
        let plain = Now::default;
        assert_eq!(given(&[Key::Sign('r'), Key::Sign('1')], plain()).1, ["reserve Grounding"]);
        assert_eq!(given(&[Key::Sign('r'), Key::Sign('2')], plain()), (Open::Nothing, vec![]));
        assert_eq!(given(&[Key::Sign('g'), Key::Sign('2')], plain()).1, ["seek Journey"]);
        let outputs = || Now { outputs: vec!["Hall".to_owned(), "Headphones".to_owned()], ..plain() };
        assert_eq!(given(&[Key::Sign('o'), Key::Sign('2')], outputs()).1, ["output Headphones"]);
        assert_eq!(given(&[Key::Sign('o'), Key::Sign('x')], outputs()), (Open::Nothing, vec![]));
        assert_eq!(given(&[Key::Sign('o')], plain()), (Open::Nothing, vec![]));
        assert_eq!(given(&[Key::Sign('?'), Key::Sign('e')], plain()), (Open::Nothing, vec![]));
    }

    #[test]
    fn the_volume_stays_in_its_bounds() {
        assert_eq!(given(&[Key::Up], Now { volume: 6.0, ..Now::default() }).1, ["volume 6 dB"]);
        assert_eq!(given(&[Key::Down], Now { volume: -60.0, ..Now::default() }).1, ["volume -60 dB"]);
    }
}
