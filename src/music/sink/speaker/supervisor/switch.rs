//! A move to another output that a person asks for while the music plays: gently, or not at all.

use std::time::Duration;

use super::super::super::SinkError;
use super::super::line::Line;
use super::super::machine::Machine;
use super::super::outputs::{Aim, Output, Wanted, called};
use super::Supervisor;

/// How long the other output may take, to be opened and to ask for its first frames.
const PATIENCE: Duration = Duration::from_secs(12);

/// A move under way.
pub(super) struct Switch {
    goal: Output,
    /// What was wanted before, and is again where the goal cannot be had.
    before: Wanted,
    until: Duration,
}

impl<M: Machine> Supervisor<M> {
    /// Begins to move the music to the output of this name; the one that plays goes on until the other does.
    pub(in super::super) fn switch(&mut self, name: &str) -> String {
        let (wanted, goal) = match self.meant(name) {
            Ok(meant) => meant,
            Err(error) => return error.to_string(),
        };
        let before = self.switch.take().map_or_else(|| self.wanted.clone(), |switch| switch.before);
        self.want(wanted, &goal);
        let Line::Open(_) = self.line else { return format!("looking for {}", goal.name) };
        if goal.id == self.place.at.id {
            return format!("the music plays at {} already", goal.name);
        }
        let (name, now) = (goal.name.clone(), self.machine.now());
        self.aim(Aim { wanted: Wanted::Called(goal.clone()), last: None, shunned: None, anywhere: false }, now);
        self.switch = Some(Switch { goal, before, until: now + PATIENCE });
        format!("moving the music to {name}")
    }

    fn meant(&self, name: &str) -> Result<(Wanted, Output), SinkError> {
        if !name.eq_ignore_ascii_case("default") {
            let goal = called(&self.outputs, name)?;
            return Ok((Wanted::Called(goal.clone()), goal));
        }
        let default = self.outputs.iter().find(|output| output.default).cloned();
        let goal = default.ok_or_else(|| SinkError::NoOutput("this machine has no default output".to_owned()))?;
        Ok((Wanted::Default, goal))
    }

    /// From now on this is wanted; whatever was under way is not.
    fn want(&mut self, wanted: Wanted, goal: &Output) {
        self.shunned = self.shunned.take().filter(|shunned| *shunned != goal.id);
        self.place.want(wanted.clone(), goal);
        self.wanted = wanted;
        self.opening = None;
        if let Some(open) = self.waking.take() {
            open.feed.close();
            self.machine.let_go(open.device, Duration::ZERO);
        }
    }

    /// Says so where a move comes to nothing; then what was wanted before is wanted again.
    pub(super) fn mind_the_switch(&mut self, now: Duration) {
        let Some(switch) = &self.switch else { return };
        let open = matches!(self.line, Line::Open(_));
        if !open || self.place.at.id == switch.goal.id {
            // It is there; or the output that played was lost meanwhile, and the search finds the goal first.
            self.switch = None;
            return;
        }
        let wakes = self.waking.as_ref().is_some_and(|open| open.at.id == switch.goal.id);
        if now < switch.until && (wakes || self.opening.is_some()) {
            return;
        }
        let told = format!("{} cannot be opened; the music stays at {}", switch.goal.name, self.place.at.name);
        let before = switch.before.clone();
        let goal = match &before {
            Wanted::Called(output) => output.clone(),
            Wanted::Default => self.place.at.clone(),
        };
        self.switch = None;
        self.want(before, &goal);
        self.news.push(told);
    }
}
