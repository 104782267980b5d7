//! The terminal: draws the screen, and hands the keys on. It owns the terminal while a session plays, on a thread of its
//! own. A terminal that goes away ends this thread and nothing else: the music goes on.

use std::io::{self, Stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::keys::{Key, Open, press};
use super::remote::Hands;
use super::screen::{Paint, draw};

/// How often it is drawn while no key is pressed.
const FRAME: Duration = Duration::from_millis(250);

/// How a screen is shown.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// Whether there are colours.
    pub colours: bool,
    /// Whether `d` leaves it: so it is with one that shows a session of another terminal.
    pub leaves: bool,
    /// Set when the terminal is gone.
    pub gone: Arc<AtomicBool>,
    /// Set when the program was stopped and goes on: what stood on the terminal may be lost.
    pub woken: Arc<AtomicBool>,
}

/// The terminal under drawing.
pub struct Tui {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Tui {
    /// Takes the terminal.
    ///
    /// # Errors
    /// When there is none that can be drawn on.
    pub fn open(hands: Arc<dyn Hands>, setting: Setting) -> io::Result<Tui> {
        let mut terminal = take()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let run = move || {
            let shown = show(&mut terminal, &*hands, &setting, &stopped);
            if shown.is_err() || setting.gone.load(Ordering::Relaxed) {
                // A terminal that cannot be drawn on any more is gone. Dropped, ratatui's would complain to a standard error
                // that is gone too, and that is a panic.
                std::mem::forget(terminal);
            } else {
                let _ = terminal.show_cursor();
                let _ = give_back();
            }
            stopped.store(true, Ordering::Relaxed);
        };
        let thread = thread::Builder::new().name("holdspace-screen".to_owned()).spawn(run)?;
        Ok(Tui { stop, thread: Some(thread) })
    }

    /// Whether it has been left, or its terminal is gone.
    pub fn is_closed(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Gives the terminal back.
    pub fn close(self) {
        drop(self);
    }
}

impl Drop for Tui {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

type Drawn = Terminal<CrosstermBackend<Stdout>>;

/// Takes the terminal as ratatui's `init` does, but for its hook on panics: that one speaks to standard error.
fn take() -> io::Result<Drawn> {
    enable_raw_mode()?;
    let taken =
        execute!(io::stdout(), EnterAlternateScreen).and_then(|()| Terminal::new(CrosstermBackend::new(io::stdout())));
    taken.inspect_err(|_| {
        let _ = give_back();
    })
}

fn give_back() -> io::Result<()> {
    disable_raw_mode()?;
    execute!(io::stdout(), LeaveAlternateScreen)
}

fn show(terminal: &mut Drawn, hands: &dyn Hands, setting: &Setting, stop: &AtomicBool) -> io::Result<()> {
    let (mut open, paint) = (Open::Nothing, Paint { colours: setting.colours });
    while !stop.load(Ordering::Relaxed) && !setting.gone.load(Ordering::Relaxed) {
        if setting.woken.swap(false, Ordering::Relaxed) {
            enable_raw_mode()?;
            terminal.clear()?;
        }
        let view = hands.view();
        terminal.draw(|frame| draw(&view, &open, paint, frame.area(), frame.buffer_mut()))?;
        let mut wait = FRAME;
        while event::poll(wait)? {
            wait = Duration::ZERO;
            let Event::Key(key) = event::read()? else { continue };
            let Some(key) = read(key) else { continue };
            if setting.leaves && open == Open::Nothing && key == Key::Sign('d') {
                return Ok(());
            }
            // What was pressed before may have changed what is shown.
            let (next, command) = press(key, open, &hands.view());
            open = next;
            if let Some(command) = command {
                hands.send(command);
            }
        }
    }
    Ok(())
}

fn read(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let held = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    Some(match key.code {
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => Key::Interrupt,
        _ if held => Key::Other,
        KeyCode::Char(sign) => Key::Sign(sign),
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => Key::Other,
    })
}
