//! Which output to play to: the wanted one, else the one that comes nearest; and whether anybody hears it. Pure.

use serde::Serialize;

use super::super::SinkError;
use crate::diagnostic::did_you_mean;

/// An output of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Output {
    /// What the sound system calls it.
    pub id: String,
    /// Its name, as people know it; no two have the same.
    pub name: String,
    /// Whether it is the default one.
    pub default: bool,
    /// Whether it leads nowhere: sound servers make one up where there is no real output.
    pub dummy: bool,
}

/// The output that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Whichever is the default one.
    Default,
    /// This one.
    Called(Output),
}

impl Wanted {
    fn is(&self, output: &Output) -> bool {
        match self {
            Wanted::Default => output.default,
            Wanted::Called(wanted) => output.id == wanted.id,
        }
    }
}

/// The output that `wanted` names: by its whole name or by a part that no other has.
pub(super) fn called(outputs: &[Output], wanted: &str) -> Result<Output, SinkError> {
    if let Some(output) = outputs.iter().find(|output| output.name == wanted || output.id == wanted) {
        return Ok(output.clone());
    }
    let has = |text: &str| text.to_lowercase().contains(&wanted.to_lowercase());
    let matching: Vec<&Output> = outputs.iter().filter(|output| has(&output.name) || has(&output.id)).collect();
    match matching.as_slice() {
        [output] => Ok((*output).clone()),
        [] => {
            let hint = did_you_mean(wanted, outputs.iter().map(|output| output.name.as_str()));
            let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
            Err(SinkError::NoOutput(format!("there is no output called `{wanted}`{hint}")))
        }
        several => {
            let names: Vec<String> = several.iter().map(|output| format!("`{}`", output.name)).collect();
            Err(SinkError::NoOutput(format!("`{wanted}` could be any of {}", names.join(", "))))
        }
    }
}

/// Gives outputs of the same name names that tell them apart.
pub(super) fn tell_apart(outputs: &mut [Output]) {
    let names: Vec<String> = outputs.iter().map(|output| output.name.clone()).collect();
    for output in outputs {
        if names.iter().filter(|name| **name == output.name).count() > 1 {
            output.name = format!("{} [{}]", output.name, output.id);
        }
    }
}

/// Whether an output leads nowhere, by what PulseAudio and PipeWire call theirs.
pub(super) fn is_dummy(id: &str, name: &str) -> bool {
    id.contains("auto_null") || name.to_lowercase().contains("dummy output")
}

/// What to open.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    /// What was asked for.
    pub(super) wanted: Wanted,
    /// What played last.
    pub(super) last: Option<String>,
    /// What could be opened and never asked for a frame.
    pub(super) shunned: Option<String>,
    /// Whether another sound system will do: a server that hangs is waited for, since behind its back its devices are
    /// taken from it.
    pub(super) anywhere: bool,
}

impl Aim {
    /// In which order to try them: the named one, the one that played, the default one, any other; what leads nowhere
    /// after all of them.
    pub(super) fn order(&self, mut outputs: Vec<Output>) -> Vec<Output> {
        outputs.sort_by_key(|output| self.rank(output));
        outputs
    }

    fn rank(&self, output: &Output) -> u8 {
        let is = |id: &Option<String>| id.as_ref() == Some(&output.id);
        match output {
            _ if is(&self.shunned) => 5,
            _ if matches!(&self.wanted, Wanted::Called(wanted) if wanted.id == output.id) => 0,
            output if output.dummy => 4,
            _ if is(&self.last) => 1,
            output if output.default => 2,
            _ => 3,
        }
    }
}

/// A look at the outputs while the music plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Those that were seen: at least the default one.
    pub(super) outputs: Vec<Output>,
    /// Whether the sound system moves streams itself, and tells nobody.
    pub(super) moves: bool,
}

/// Where the music is believed to sound.
#[derive(Clone, Debug)]
pub(super) struct Whereabouts {
    wanted: Wanted,
    /// The output it sounds at.
    pub(super) at: Output,
    /// Whether it may be elsewhere than wanted.
    pub(super) strayed: bool,
    default: Option<String>,
}

impl Whereabouts {
    /// It has been opened at `at`.
    pub(super) fn new(wanted: Wanted, at: Output) -> Whereabouts {
        Whereabouts { strayed: !wanted.is(&at), default: None, wanted, at }
    }

    /// Another is wanted: `goal`.
    pub(super) fn want(&mut self, wanted: Wanted, goal: &Output) {
        self.strayed = goal.id != self.at.id;
        self.wanted = wanted;
    }

    /// It has been opened at another.
    pub(super) fn arrive(&mut self, at: Output) {
        self.strayed = !self.wanted.is(&at);
        self.default = None;
        self.at = at;
    }

    /// Learns from a look; returns where the music should move to.
    pub(super) fn see(&mut self, seen: &Seen) -> Option<Output> {
        let default = seen.outputs.iter().find(|output| output.default);
        let wanted = seen.outputs.iter().find(|output| self.wanted.is(output));
        if seen.moves {
            self.follow(default, wanted);
        } else if self.wanted == Wanted::Default {
            self.strayed = wanted.is_some_and(|output| output.id != self.at.id);
        }
        wanted.filter(|output| self.strayed && !output.dummy).cloned()
    }

    /// Where a sound system that moves streams itself has moved this one: it does so when its output goes, and when
    /// another becomes the default, even where the stream was opened at a named one (measured with PulseAudio 16).
    fn follow(&mut self, default: Option<&Output>, wanted: Option<&Output>) {
        let id = default.map(|output| output.id.clone());
        let changed = self.default.is_some() && id.is_some() && self.default != id;
        self.default = id.or(self.default.take());
        let moved = match self.wanted {
            Wanted::Default => changed || (default.is_some() && !self.strayed),
            Wanted::Called(_) => changed || wanted.is_none(),
        };
        if moved && let Some(default) = default {
            self.at = default.clone();
            self.strayed = !self.wanted.is(default);
        }
    }
}

#[cfg(test)]
mod tests;
