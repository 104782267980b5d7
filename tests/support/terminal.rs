//! A real terminal of 80 by 24 cells, by tmux: keys go in, the screen comes out.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses the part that it needs")]

use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

/// How long a screen may take to show something, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A terminal with a program in it. Both end with it.
pub struct Terminal {
    /// The folder of its server's socket: each terminal has a server of its own.
    folder: tempfile::TempDir,
}

impl Terminal {
    /// Opens one, and runs a program in it; `set` are the program's variables.
    pub fn run(command: &Command, set: &[(&str, &str)]) -> Terminal {
        let terminal = Terminal { folder: tempfile::tempdir().expect("a folder") };
        let quoted = |word: &std::ffi::OsStr| format!("'{}'", word.to_string_lossy().replace('\'', "'\\''"));
        let variables: Vec<String> = command
            .get_envs()
            .filter_map(|(key, value)| Some((key.to_string_lossy().into_owned(), quoted(value?))))
            .chain(set.iter().map(|(key, value)| ((*key).to_owned(), quoted(value.as_ref()))))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let words: Vec<String> = std::iter::once(command.get_program()).chain(command.get_args()).map(quoted).collect();
        let line = format!("exec env {} {}", variables.join(" "), words.join(" "));
        let output = terminal.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "-s", "t", &line]);
        assert!(output.status.success(), "tmux is installed: {}", String::from_utf8_lossy(&output.stderr));
        terminal
    }

    fn tmux(&self, arguments: &[&str]) -> Output {
        let socket = self.folder.path().join("tmux");
        Command::new("tmux")
            .arg("-S")
            .arg(socket)
            .args(arguments)
            .output()
            .expect("tmux is installed: `make test` does it")
    }

    /// Presses a key, by tmux's name for it.
    pub fn press(&self, key: &str) {
        assert!(self.tmux(&["send-keys", "-t", "t", key]).status.success(), "the terminal is open");
    }

    /// Gives the terminal another size.
    pub fn resize(&self, width: u16, height: u16) {
        self.tmux(&["resize-window", "-t", "t", "-x", &width.to_string(), "-y", &height.to_string()]);
    }

    /// What stands on it.
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.tmux(&["capture-pane", "-p", "-t", "t"]).stdout).into_owned()
    }

    /// Waits until something stands on it.
    pub fn until(&self, text: &str) -> String {
        let began = Instant::now();
        loop {
            let screen = self.screen();
            if screen.contains(text) {
                return screen;
            }
            assert!(began.elapsed() < PATIENCE, "`{text}` does not come:\n{screen}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whether its program still runs.
    pub fn is_open(&self) -> bool {
        self.tmux(&["has-session", "-t", "t"]).status.success()
    }

    /// Closes the terminal under its program, as a window is closed.
    pub fn close(self) {
        drop(self);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}
