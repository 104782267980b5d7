//! A session that plays to nowhere in real time, with its phones let in; a cable that can be cut; a page of strangers.

#![allow(unreachable_pub, reason = "used by the test binary that it belongs to")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::live::{self, session};
use crate::support::TestProject;

pub use crate::live::PATIENCE;

/// A session with its phones let in.
pub struct Room {
    project: TestProject,
    child: Child,
    input: Mutex<ChildStdin>,
    codes: Receiver<String>,
    /// Where phones find it: `127.0.0.1:PORT`.
    pub address: String,
    first: Mutex<Option<String>>,
}

impl Room {
    /// Begins one.
    pub fn open() -> Room {
        let project = session();
        let mut command = project.command(&["play", "session", "--output", "null", "--phone", "127.0.0.1"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let (sender, codes) = channel();
        thread::spawn(move || {
            for line in lines.filter(|line| line.starts_with("a phone: ")) {
                let _ = sender.send(line);
            }
        });
        let input = Mutex::new(child.stdin.take().expect("a pipe"));
        let mut room = Room { project, child, input, codes, address: String::new(), first: Mutex::default() };
        let line = room.line();
        room.address = line.split('/').nth(2).expect("an address").to_owned();
        *room.first.get_mut().expect("nobody else") = Some(line);
        room
    }

    fn line(&self) -> String {
        self.codes.recv_timeout(PATIENCE).expect("it says how a phone is paired")
    }

    /// The code that pairs the next phone. Each is told once.
    pub fn code(&self) -> String {
        let line = self.first.lock().expect("nobody panicked").take().unwrap_or_else(|| self.line());
        line.rsplit(' ').next().expect("a code").to_owned()
    }

    /// Types a command at the laptop.
    pub fn types(&self, command: &str) {
        writeln!(self.input.lock().expect("nobody panicked"), "{command}").expect("it listens");
    }

    /// The journal.
    pub fn journal(&self) -> String {
        live::journal(&self.project)
    }

    /// Waits until the journal has a line with this.
    pub fn noted(&self, text: &str) {
        live::noted(&self.project, text);
    }

    /// Which frame was heard last, by the journal.
    pub fn heard(&self) -> u64 {
        live::heard(&self.journal())
    }

    /// Waits until other terminals are told this of the session, by the next of its views or a later one.
    pub fn told(&self, text: &str) {
        let told = self.project.read(".holdspace/sessions/playing.json");
        let told: serde_json::Value = serde_json::from_str(&told).expect("who plays says where");
        let port = told["port"].as_u64().expect("a port") as u16;
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        writeln!(stream, "{}", told["secret"].as_str().expect("a secret")).expect("it hears");
        let began = Instant::now();
        let mut last = String::new();
        for line in BufReader::new(stream).lines().map_while(Result::ok).filter(|line| line.starts_with("{\"now\"")) {
            if line.contains(text) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "`{text}` is not told: {line}");
            last = line;
        }
        panic!("`{text}` was not told before the end: {last}");
    }

    /// The status of the answer to a request, whose head's last line is still missing.
    pub fn ask(&self, request: &str) -> u16 {
        let answer = self.answer(&format!("{request}Connection: close\r\n\r\n"));
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    fn answer(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time");
        stream.write_all(request.as_bytes()).expect("it hears");
        let mut head = String::new();
        let mut lines = BufReader::new(stream);
        while lines.read_line(&mut head).unwrap_or(0) > 2 {}
        head
    }

    fn post_text(&self, path: &str, body: &str, cookie: &str) -> String {
        let host = &self.address;
        self.answer(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        ))
    }

    /// The status of what comes of a call from this page itself.
    pub fn post(&self, path: &str, body: &str, cookie: &str) -> u16 {
        let answer = self.post_text(path, body, cookie);
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    /// Pairs a phone without a browser; its cookie.
    pub fn cookie(&self) -> String {
        let answer = self.post_text("/pair", &format!("code={}", self.code()), "");
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), "{cookie}");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A cable to a server: what goes in comes out, until it is cut; then nobody is told, as where a phone is out of reach.
pub struct Cable {
    /// Its other end.
    pub address: String,
    cut: Arc<AtomicBool>,
}

impl Cable {
    /// Lays one.
    pub fn to(server: &str) -> Cable {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let cut = Arc::new(AtomicBool::new(false));
        let (server, cutting) = (server.to_owned(), Arc::clone(&cut));
        thread::spawn(move || {
            for here in listener.incoming().flatten() {
                let Ok(there) = TcpStream::connect(&server) else { return };
                for (from, to) in [(here.try_clone(), there.try_clone()), (Ok(there), Ok(here))] {
                    let (Ok(from), Ok(to), cut) = (from, to, Arc::clone(&cutting)) else { continue };
                    thread::spawn(move || carry(from, to, &cut));
                }
            }
        });
        Cable { address, cut }
    }

    /// Cuts it.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }

    /// Mends it: what was on its way arrives.
    pub fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, cut: &AtomicBool) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        while cut.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(10));
        }
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}

/// A page of somebody else that tries to quiet the room, in all the ways that a page has. Where it is.
pub fn foreign_page(phones: &str) -> String {
    let html = format!(
        "<!doctype html><title>x</title><script>(async () => {{ for (const mode of ['no-cors', 'cors']) for (let stamp = 0; stamp < 20000; stamp += 2000) \
         await fetch('http://{phones}/do', {{ method: 'POST', mode, credentials: 'include', body: stamp + ' quiet' }}).catch(() => 0); \
         window.done = true; }})()</script>"
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 2048];
            let _ = stream.read(&mut request);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{html}",
                html.len()
            );
        }
    });
    address
}
