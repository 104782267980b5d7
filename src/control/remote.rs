//! What every surface holds: a way to send commands, and the session as it is now. It wakes the player's thread where
//! that waits for its output, and nobody else: surfaces look as often as they draw.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Thread};

use super::view::{News, Now, Phones, Plan, Turned, View};
use crate::music::player::{Commands, Status, stands_behind};
use crate::music::timeline::Timeline;
use crate::music::transport::Command;
use crate::units::Position;

/// Holds a session: the screen, a phone, a second terminal.
pub trait Hands: Send + Sync {
    /// Sends a command.
    fn send(&self, command: Command);

    /// The session as it is now.
    fn view(&self) -> Arc<View>;
}

/// Holds a session that plays in this process.
#[derive(Clone)]
pub struct Remote {
    shared: Arc<Shared>,
}

struct Shared {
    commands: Sender<Command>,
    player: Thread,
    view: Mutex<Arc<View>>,
    phones: Mutex<Option<Phones>>,
}

impl Remote {
    /// Says how it is with the phones.
    pub fn set_phones(&self, phones: Option<Phones>) {
        *self.shared.phones.lock().unwrap_or_else(PoisonError::into_inner) = phones;
    }
}

impl Hands for Remote {
    fn send(&self, command: Command) {
        // Nobody listens when the session is over.
        let _ = self.shared.commands.send(command);
        self.shared.player.unpark();
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(&self.shared.view.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The player's end: takes the commands, and shows how the session is.
pub struct Held {
    shared: Arc<Shared>,
    commands: Receiver<Command>,
    /// The command that is next, where it had to be looked at before its time.
    next: Option<Command>,
}

impl Held {
    /// A session that surfaces can hold. The thread that asks for this is the one that plays, and is woken by commands.
    pub fn new(plan: Plan) -> Held {
        let (sender, commands) = channel();
        let view = View { now: Now { version: plan.version, ..Now::default() }, plan: Arc::new(plan) };
        let view = Mutex::new(Arc::new(view));
        let shared = Shared { commands: sender, player: thread::current(), view, phones: Mutex::default() };
        Held { shared: Arc::new(shared), commands, next: None }
    }

    /// Another hand on it.
    pub fn remote(&self) -> Remote {
        Remote { shared: Arc::clone(&self.shared) }
    }

    /// What shows it: for the listener of the player, while this takes the commands.
    pub fn shown(&self, session: &str, reserves: Vec<String>) -> Shown {
        let view = self.remote().view();
        let now = view.now.clone();
        let shared = Arc::clone(&self.shared);
        Shown {
            shared,
            session: session.to_owned(),
            reserves,
            plan: view.plan.clone(),
            now,
            turned: Turned::default(),
            stale: false,
        }
    }
}

impl Commands for Held {
    fn due(&mut self, _now: Position) -> Option<Command> {
        self.next.take().or_else(|| self.commands.try_recv().ok())
    }

    fn next_at(&self) -> Option<Position> {
        None
    }

    fn turn(&mut self) -> Option<Command> {
        self.next = self.due(Position::START);
        self.next.take_if(|command| stands_behind(command))
    }
}

/// Shows a session to all who hold it.
pub struct Shown {
    shared: Arc<Shared>,
    session: String,
    reserves: Vec<String>,
    plan: Arc<Plan>,
    now: Now,
    turned: Turned,
    /// Whether there is a new timeline since the plan was drawn up.
    stale: bool,
}

impl Shown {
    /// A command was given.
    pub fn given(&mut self, command: &Command) {
        match command {
            Command::Talk => self.turned.talking = true,
            Command::Untalk => self.turned.talking = false,
            Command::Quiet => self.turned.quiet = true,
            Command::Resume => self.turned.quiet = false,
            Command::Volume(level) => self.turned.volume = level.0,
            Command::Output(_) => {}
            _ => self.stale = true,
        }
    }

    /// What comes was planned anew.
    pub fn replanned(&mut self) {
        self.stale = true;
    }

    /// Something to tell, at a position of the session.
    pub fn tell(&mut self, timeline: &Timeline, at: Position, text: &str, alarm: bool) {
        self.now.tell(timeline, at, text, alarm);
    }

    /// What was told of late.
    pub fn news(&self) -> &[News] {
        &self.now.news
    }

    /// How it is with the phones.
    pub fn phones(&self) -> Option<&Phones> {
        self.now.phone.as_ref()
    }

    /// How the session is.
    pub fn went(&mut self, status: &Status<'_>) {
        if std::mem::take(&mut self.stale) {
            let version = self.plan.version + 1;
            self.plan = Arc::new(Plan::of(version, &self.session, status.timeline, self.reserves.clone()));
        }
        self.now.update(self.plan.version, status, self.turned);
        self.now.phone = self.shared.phones.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let view = Arc::new(View { plan: Arc::clone(&self.plan), now: self.now.clone() });
        *self.shared.view.lock().unwrap_or_else(PoisonError::into_inner) = view;
    }
}
