//! Keeps this machine awake, its screen unlocked and its lid without effect while a session plays, by the system's own
//! tools. Owns a process for each, and a thread that starts them.
//!
//! A tool holds for as long as what it runs reads from us: so it lets go when we do, when the program is killed, and when
//! the power goes. What is refused is asked for in smaller parts: a system that won't leave the lid alone may still stay
//! awake. On Linux most inhibitors forget the lid, which only `handle-lid-switch` holds (systemd issue 28067).

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a tool may take to end when it is let go.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is held off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Sleep by itself.
    pub sleep: bool,
    /// Sleep when the lid is closed.
    pub lid: bool,
}

impl Kept {
    /// What a facilitator should know; nothing where all is well.
    pub fn warning(self) -> Option<&'static str> {
        match self {
            Kept { sleep: true, lid: true } => None,
            Kept { sleep: true, lid: false } => Some("closing the lid may put this machine to sleep: leave it open"),
            Kept { sleep: false, .. } => {
                Some("this machine may fall asleep by itself: switch that off; leave the lid open")
            }
        }
    }
}

/// Holds sleep off until it is dropped.
pub struct Awake {
    held: Arc<Mutex<Held>>,
    kept: Receiver<Kept>,
}

#[derive(Default)]
struct Held {
    tools: Vec<Child>,
    over: bool,
}

impl Held {
    /// Keeps a tool, unless nobody wants it any more.
    fn keep(&mut self, tool: Child) {
        if self.over { let_go(tool) } else { self.tools.push(tool) }
    }
}

/// A way to hold something off: a tool with what it is asked for, and what that keeps.
struct Way {
    tool: &'static str,
    asked: &'static [&'static str],
    kept: Kept,
}

const ALL: Kept = Kept { sleep: true, lid: true };
const SLEEP: Kept = Kept { sleep: true, lid: false };
const NOTHING: Kept = Kept { sleep: false, lid: false };

/// Each of these once, by the first of its ways that is granted: the system, then the desktops, which lock the screen.
#[cfg(not(target_os = "macos"))]
const THINGS: &[&[Way]] = &[
    &[
        Way { tool: "systemd-inhibit", asked: &["--what=idle:sleep:handle-lid-switch", WHO, WHY, BLOCK], kept: ALL },
        Way { tool: "elogind-inhibit", asked: &["--what=idle:sleep:handle-lid-switch", WHO, WHY, BLOCK], kept: ALL },
        Way { tool: "systemd-inhibit", asked: &["--what=idle:sleep", WHO, WHY, BLOCK], kept: SLEEP },
        Way { tool: "systemd-inhibit", asked: &["--what=idle", WHO, WHY, BLOCK], kept: SLEEP },
    ],
    &[Way {
        tool: "gnome-session-inhibit",
        asked: &["--app-id", "holdspace", "--reason", "a session is playing", "--inhibit", "idle:suspend"],
        kept: NOTHING,
    }],
    &[Way { tool: "kde-inhibit", asked: &["--power", "--screenSaver"], kept: NOTHING }],
];
#[cfg(not(target_os = "macos"))]
const WHO: &str = "--who=holdspace";
#[cfg(not(target_os = "macos"))]
const WHY: &str = "--why=a session is playing";
#[cfg(not(target_os = "macos"))]
const BLOCK: &str = "--mode=block";

/// A lid that is closed puts a Mac to sleep whatever a program asks for.
#[cfg(target_os = "macos")]
const THINGS: &[&[Way]] = &[&[Way { tool: "caffeinate", asked: &["-d", "-i", "-m", "-s"], kept: SLEEP }]];

/// Begins to hold sleep off; the music need not wait for it.
pub fn hold() -> Awake {
    let held = Arc::new(Mutex::new(Held::default()));
    let (sender, kept) = channel();
    let holding = Arc::clone(&held);
    let hold = move || {
        let mut all = Kept::default();
        for (way, tool) in THINGS.iter().filter_map(|ways| ways.iter().find_map(|way| Some((way, start(way)?)))) {
            all = Kept { sleep: all.sleep || way.kept.sleep, lid: all.lid || way.kept.lid };
            holding.lock().unwrap_or_else(PoisonError::into_inner).keep(tool);
        }
        // Nobody may want to know.
        let _ = sender.send(all);
    };
    // Where no thread can be had, nothing is held, and nothing said: there are worse troubles then.
    let _ = thread::Builder::new().name("holdspace-awake".to_owned()).spawn(hold);
    Awake { held, kept }
}

/// Starts a tool; `None` where there is none, or it is refused. What it runs says that it runs, and ends when we do.
fn start(way: &Way) -> Option<Child> {
    let mut command = Command::new(way.tool);
    command.args(way.asked).args(["sh", "-c", "echo held; exec cat"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    // A Ctrl-C in the terminal is for the session, which then takes its last fade.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut tool = command.spawn().ok()?;
    let mut said = String::new();
    let told = tool.stdout.take().map(BufReader::new).map(|mut out| out.read_line(&mut said));
    if matches!(told, Some(Ok(1..))) && said.trim() == "held" {
        return Some(tool);
    }
    let_go(tool);
    None
}

/// Lets a tool end, and sees to it that it does.
fn let_go(mut tool: Child) {
    drop(tool.stdin.take());
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if !matches!(tool.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let _ = tool.kill();
    let _ = tool.wait();
}

impl Awake {
    /// What is held off, once it is known; said once.
    pub fn kept(&self) -> Option<Kept> {
        self.kept.try_recv().ok()
    }

    /// Waits until it is known what is held off, but not for ever.
    pub fn settled(&self) -> Kept {
        self.kept.recv_timeout(Duration::from_secs(5)).unwrap_or_default()
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.over = true;
        held.tools.drain(..).for_each(let_go);
    }
}
