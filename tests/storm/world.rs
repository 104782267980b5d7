//! Sessions that nobody would think of, and commands that nobody would type.

use std::fmt::Write as _;

use holdspace::music::score;
use holdspace::music::score::Score;
use holdspace::music::transport::Command;
use holdspace::units::Position;

use crate::support::TestProject;
use crate::tones::{RATE, Wave, rate};

/// The tones of the pieces, in hertz: none is another's overtone.
pub(crate) const TONES: [(&str, f64, f64); 6] = [
    ("a", 220.0, 31.0),
    ("b", 263.0, 17.5),
    ("c", 311.0, 44.0),
    ("d", 349.0, 26.2),
    ("e", 197.0, 12.0),
    ("f", 397.0, 38.7),
];

/// Numbers by chance, the same for the same seed (xorshift).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Chance {
        let mut chance = Chance((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..8).for_each(|_| _ = chance.below(2));
        chance
    }

    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % most
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

/// The pieces, and no playlist yet.
pub(crate) fn pieces() -> TestProject {
    let write = |project: TestProject, (name, hertz, seconds): (&str, f64, f64)| {
        project.piece(name, Wave::Both(hertz), seconds)
    };
    TONES.into_iter().fold(TestProject::new(), write)
}

/// A playlist of two to four phases.
pub(crate) fn playlist(seed: u64) -> String {
    let mut chance = Chance::of(seed);
    let mut text = format!(
        "title = \"Storm\"\ncrossfade = \"{}s\"\nboundary = \"{}s\"\nend = \"{}s\"\n",
        2 + chance.below(3),
        2 + chance.below(5),
        2 + chance.below(4)
    );
    for name in ["One", "Two", "Three", "Four"].iter().take(2 + chance.below(3) as usize) {
        let length = 12 + chance.below(40);
        let _ = write!(
            text,
            "[[phase]]\nname = \"{name}\"\nlength = \"{length}s\"\nmin = \"{}s\"\nmax = \"{}s\"\nlevel = \"-{} dB\"\n\
             order = \"{}\"\nwhen_short = \"{}\"\nfade_in = \"{}s\"\ntrack = [{}]\n",
            chance.below(length),
            length + chance.below(40),
            chance.below(7),
            chance.pick(&["listed", "fit"]),
            chance.pick(&["repeat", "repeat", "bed", "silence"]),
            1 + chance.below(5),
            tracks(&mut chance)
        );
        if chance.below(2) == 0 {
            let _ = writeln!(
                text,
                "cue = [{{ chime = \"bowl\", at = \"{}s\", gain = \"-6 dB\" }}]",
                chance.below(length.min(10))
            );
        }
    }
    let _ = write!(text, "[[reserve]]\nname = \"Grounding\"\nlevel = \"-3 dB\"\ntrack = [{}]\n", tracks(&mut chance));
    text
}

fn tracks(chance: &mut Chance) -> String {
    let track = |chance: &mut Chance| match chance.below(7) {
        6 => "{ bed = \"drone\", length = \"15s\" }".to_owned(),
        n => format!("{{ file = \"music/{}.wav\" }}", TONES[n as usize].0),
    };
    (0..=chance.below(3)).map(|_| track(chance)).collect::<Vec<_>>().join(", ")
}

/// The score of a playlist.
pub(crate) fn scored(project: &TestProject, seed: u64) -> Score {
    let name = format!("storm-{seed}");
    project.write(&format!("playlists/{name}.toml"), playlist(seed));
    let (score, findings) = score(&project.open().0, &name, rate());
    score.unwrap_or_else(|| panic!("{findings:?}\n{}", playlist(seed)))
}

/// Up to thirty commands with their frames; the last ends the session.
pub(crate) fn commands(seed: u64) -> Vec<(Position, Command)> {
    let mut chance = Chance::of(seed ^ 0x5eed);
    let (mut at, mut commands) = (0, Vec::new());
    for _ in 0..chance.below(30) {
        // Bursts, double presses, and long waits.
        at += match chance.below(4) {
            0 => chance.below(400),
            1 => chance.below(u64::from(RATE)),
            _ => chance.below(u64::from(RATE) * 9),
        };
        let seconds = chance.below(30);
        let words = match chance.below(17) {
            0 | 1 => "hold".to_owned(),
            2 | 3 => "release".to_owned(),
            4 => "advance".to_owned(),
            5 => format!("extend {seconds}s"),
            6 | 7 => "skip".to_owned(),
            8 => "reserve Grounding".to_owned(),
            9 | 10 => "return".to_owned(),
            11 => "talk".to_owned(),
            12 => "untalk".to_owned(),
            13 => chance.pick(&["quiet", "resume", "resume"]).to_owned(),
            14 => format!("volume -{seconds} dB"),
            15 => format!("seek {}", chance.pick(&["One", "Two", "Three", "Nowhere"])),
            _ => chance.pick(&["advance", "release", "return"]).to_owned(),
        };
        commands.push((Position(at), words.parse().expect("a command")));
        if chance.below(6) == 0 {
            commands.push((Position(at + chance.below(3000)), words.parse().expect("a command")));
        }
    }
    commands.push((Position(at + u64::from(RATE) * (5 + chance.below(60))), Command::End));
    commands
}
