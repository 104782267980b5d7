//! A running preview, asked as a browser asks it, and ended with the test.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses the part that it needs")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::TestProject;

/// How long anything may take, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running `holdspace serve`.
pub struct Preview {
    /// The process.
    pub child: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
    said: Receiver<String>,
}

impl Preview {
    /// The preview of a program, at whichever port is free. It tells what the build finds, and no more.
    pub fn of(project: &TestProject) -> Preview {
        Preview::with(project, &["--port", "0", "--no-check"])
    }

    /// The same, asked for in these words.
    pub fn with(project: &TestProject, words: &[&str]) -> Preview {
        Preview::in_folder(project.root(), words)
    }

    /// The same of the program in a folder.
    pub fn in_folder(root: &Path, words: &[&str]) -> Preview {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdspace"));
        command.arg("-C").arg(root).arg("serve").args(words).env("NO_COLOR", "1");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let (sender, said) = channel();
        thread::spawn(move || lines.map(|line| sender.send(line)).take_while(Result::is_ok).count());
        let mut preview = Preview { child, address: String::new(), said };
        let ready = preview.says("preview at");
        let address = ready.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address");
        preview.address = address.to_owned();
        preview
    }

    /// The next line on its standard output that contains these words.
    pub fn says(&self, words: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.said.recv_timeout(left).unwrap_or_else(|_| panic!("it never says “{words}”"));
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Sends a request; the answer is still to be read.
    pub fn ask(&self, request: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).expect("the preview answers");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket can have a limit");
        stream.write_all(request.as_bytes()).expect("the preview listens");
        BufReader::new(stream)
    }

    /// The whole answer to `GET path`.
    pub fn get(&self, path: &str) -> String {
        self.get_as(path, &self.address)
    }

    /// The same, called by another name. Who is quicker than the first build asks again.
    pub fn get_as(&self, path: &str, host: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let until = Instant::now() + PATIENCE;
        loop {
            let mut answer = Vec::new();
            self.ask(&request).read_to_end(&mut answer).expect("an answer");
            if !answer.starts_with(b"HTTP/1.1 503") || Instant::now() > until {
                return String::from_utf8_lossy(&answer).into_owned();
            }
        }
    }

    /// Asks until the answer is as wanted.
    pub fn get_until(&self, path: &str, wanted: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let answer = self.get(path);
            if wanted(&answer) {
                return answer;
            }
            assert!(Instant::now() < until, "{path} never answers as it should; the last answer:\n{answer}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What an open page hears, from the state that its script names.
    pub fn events(&self, path: &str) -> impl Iterator<Item = Value> + use<> {
        let page = self.get(path);
        let seen = page.split("data-seen=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let query = format!("page={path}&seen={seen}");
        let request = format!("GET /_holdspace/events?{query} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        let lines = self.ask(&request).lines().map_while(Result::ok);
        lines.filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
