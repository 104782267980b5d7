//! The render loop: takes commands, mixes, writes to the sink, and says how it is. One loop for the room, for a file
//! and for the tests: they differ by the sink and by where the commands come from. It asks no clock: the sink is one.
//! Talk, quiet and volume are handed to the sink while it waits for room: they must be heard within 150 ms.

use super::master::Turn;
use super::mix::{Mixer, Reader};
use super::sink::{Health, Sink, SinkError, write_all};
use super::timeline::Timeline;
use super::transport::{Answer, Clock, Command, Transport};
use crate::diagnostic::Diagnostic;
use crate::units::{Frame, Position};

/// How many frames are mixed at once, at most.
const BLOCK: usize = 4096;

/// Where commands come from.
pub trait Commands {
    /// The next command that is due at `now`, the first frame that is not mixed.
    fn due(&mut self, now: Position) -> Option<Command>;

    /// The frame of the next command, where it is known: the loop mixes up to it and no further.
    fn next_at(&self) -> Option<Position>;

    /// The next command, if it leaves the timeline as it is ([`stands_behind`]): it need not wait until a block is written.
    /// Those of a script wait for their frame.
    fn turn(&mut self) -> Option<Command> {
        None
    }
}

/// What the loop tells, between blocks.
#[derive(Debug)]
pub enum Event<'a> {
    /// A command was answered.
    Answered(&'a Command, Answer, Position),
    /// A command took effect, at this frame of the session.
    Done(Command, Position),
    /// A piece failed before it was heard, and what comes is planned anew.
    Replaced(Diagnostic),
    /// A block was written.
    Went(Status<'a>),
}

/// How a session is.
#[derive(Debug)]
pub struct Status<'a> {
    /// The plan.
    pub timeline: &'a Timeline,
    /// What the clock does.
    pub clock: &'a Clock,
    /// Where the mixer is.
    pub mixed: Position,
    /// How it is with the output.
    pub health: Health,
}

/// Plays a session from `start` to its end.
///
/// # Errors
/// When the sink takes nothing more.
pub fn play<R: Reader>(
    transport: &mut Transport,
    reader: R,
    mut sink: Box<dyn Sink>,
    start: Position,
    commands: &mut dyn Commands,
    listener: &mut dyn FnMut(Event<'_>, &mut R),
) -> Result<(), SinkError> {
    let mut mixer = Mixer::new(reader, transport.timeline(), start);
    if start > Position::START {
        sink.turn(Turn::Welcome, Position::START);
    }
    let mut out: Vec<Frame> = Vec::with_capacity(2 * BLOCK);
    loop {
        let now = mixer.position();
        while now >= start
            && let Some(command) = commands.due(now)
        {
            let answer = obey(transport, &mut *sink, &command, now, start);
            listener(Event::Answered(&command, answer, now), mixer.reader());
            if !is_turn(&command) {
                listener(Event::Done(command, now), mixer.reader());
            }
        }
        for failure in mixer.reader().failures() {
            if let Some(finding) = transport.fail(&failure, now) {
                listener(Event::Replaced(finding), mixer.reader());
            }
        }
        let end = transport.timeline().end;
        if now >= end {
            break;
        }
        let stop = commands.next_at().filter(|at| *at > now).map_or(end, |at| at.min(end));
        out.clear();
        mixer.mix(transport.timeline(), (stop - now).frames().min(BLOCK), &mut out);
        let mixed = mixer.position();
        write_all(&mut *sink, &out, |sink| {
            while let Some(command) = commands.turn() {
                let answer = obey(transport, sink, &command, mixed, start);
                listener(Event::Answered(&command, answer, mixed), mixer.reader());
                if !is_turn(&command) {
                    listener(Event::Done(command, mixed), mixer.reader());
                }
            }
        })?;
        let mut health = sink.health();
        // The sink counts from where it began.
        health.heard = health.heard.map(|heard| start + heard.since_start());
        for (turn, at) in std::mem::take(&mut health.turned) {
            if let Some(command) = turn.command() {
                listener(Event::Done(command, start + at.since_start()), mixer.reader());
            }
        }
        let status = Status { timeline: transport.timeline(), clock: transport.clock(), mixed, health };
        listener(Event::Went(status), mixer.reader());
    }
    out.clear();
    mixer.finish(&mut out);
    write_all(&mut *sink, &out, |_| {})?;
    sink.finish()
}

/// Brings a session to where it was at `start`: carries out what was decided before, each at its own frame, though nothing
/// of that time is heard again. Returns what is still to be done; gains are turned from the start on.
pub fn catch_up(
    transport: &mut Transport,
    commands: Vec<(Position, Command)>,
    start: Position,
) -> Vec<(Position, Command)> {
    let (before, rest): (Vec<_>, Vec<_>) =
        commands.into_iter().partition(|(at, command)| *at < start && !stands_behind(command));
    for (at, command) in before {
        transport.apply(&command, at);
    }
    rest
}

/// Whether a command turns a gain behind the mix; the sink says when that took effect.
fn is_turn(command: &Command) -> bool {
    Turn::of(command).is_some()
}

/// Whether a command leaves the timeline as it is: what it asks for stands behind the mix.
pub fn stands_behind(command: &Command) -> bool {
    is_turn(command) || matches!(command, Command::Output(_))
}

/// Carries out a command, on the timeline or on what stands behind the mix. The sink counts from where it began.
fn obey(transport: &mut Transport, sink: &mut dyn Sink, command: &Command, now: Position, start: Position) -> Answer {
    if let Command::Output(name) = command {
        return Answer(sink.switch(name));
    }
    match Turn::of(command) {
        Some(turn) => {
            sink.turn(turn, Position::START + (now - start));
            Answer(turn.words().to_owned())
        }
        None => transport.apply(command, now),
    }
}

/// Commands at known frames: a script's.
#[derive(Clone, Debug, Default)]
pub struct Scripted {
    commands: std::collections::VecDeque<(Position, Command)>,
}

impl Scripted {
    /// A script; it is brought into the order of its times.
    pub fn new(mut commands: Vec<(Position, Command)>) -> Scripted {
        commands.sort_by_key(|(at, _)| *at);
        Scripted { commands: commands.into() }
    }
}

impl Commands for Scripted {
    fn due(&mut self, now: Position) -> Option<Command> {
        self.commands.pop_front_if(|(at, _)| *at <= now).map(|(_, command)| command)
    }

    fn next_at(&self) -> Option<Position> {
        self.commands.front().map(|(at, _)| *at)
    }
}
