//! One socket to Chromium: asks, waits for the answer, and hands on what is told meanwhile.

use std::io;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Error, Message, WebSocket};

/// How long an answer may take. A page under a busy machine is slow; one that takes longer hangs.
const ANSWER: Duration = Duration::from_secs(30);
/// How long one read waits before it looks at the clock.
const BREATH: Duration = Duration::from_millis(200);

/// What is told unasked: its name and its parameters.
pub type Hear<'a> = dyn FnMut(&str, &Value) + 'a;

/// A socket that speaks the DevTools protocol.
pub struct Wire {
    socket: WebSocket<TcpStream>,
    asked: u64,
}

impl Wire {
    /// Connects to `127.0.0.1:PORT/devtools/…`.
    pub fn connect(address: &str) -> Self {
        let (host, _) = address.split_once('/').expect("an address has a path");
        let stream =
            TcpStream::connect(host).unwrap_or_else(|error| panic!("Chromium does not answer at {host}: {error}"));
        stream.set_nodelay(true).expect("a socket can be quick");
        stream.set_read_timeout(Some(ANSWER)).expect("a socket can have a limit");
        stream.set_write_timeout(Some(ANSWER)).expect("a socket can have a limit");
        let shaken = tungstenite::client(format!("ws://{address}"), stream);
        let (socket, _) = shaken.unwrap_or_else(|error| panic!("Chromium does not speak at {address}: {error}"));
        socket.get_ref().set_read_timeout(Some(BREATH)).expect("a socket can have a limit");
        Self { socket, asked: 0 }
    }

    /// Asks, and waits for the answer.
    ///
    /// # Panics
    /// When the answer is an error, or takes too long.
    #[track_caller]
    pub fn call(&mut self, method: &str, parameters: Value, hear: &mut Hear<'_>) -> Value {
        let number =
            self.send(method, parameters).unwrap_or_else(|error| panic!("cannot ask Chromium for {method}: {error}"));
        let until = Instant::now() + ANSWER;
        loop {
            let Some(mut message) = self.read(until) else {
                panic!("Chromium gave no answer to {method} within {} s", ANSWER.as_secs());
            };
            if message["id"] == number {
                if let Some(error) = message.get("error") {
                    // A page that leads on while it is asked has no answer; whoever waits asks the next one.
                    if error["message"].as_str().is_some_and(|words| words.contains("navigated or closed")) {
                        return json!({ "gone": true });
                    }
                    panic!("Chromium refuses {method}: {}", error["message"].as_str().unwrap_or("no reason given"));
                }
                return message["result"].take();
            }
            tell(&message, hear);
        }
    }

    /// Asks and does not wait.
    pub fn say(&mut self, method: &str) -> Result<(), Error> {
        self.send(method, json!({})).map(drop)
    }

    /// Hears one thing that is told unasked. `false` when there was none until then.
    pub fn listen(&mut self, until: Instant, hear: &mut Hear<'_>) -> bool {
        let message = self.read(until);
        if let Some(message) = &message {
            tell(message, hear);
        }
        message.is_some()
    }

    fn send(&mut self, method: &str, parameters: Value) -> Result<u64, Error> {
        self.asked += 1;
        let message = json!({ "id": self.asked, "method": method, "params": parameters });
        self.socket.send(Message::text(message.to_string()))?;
        Ok(self.asked)
    }

    fn read(&mut self, until: Instant) -> Option<Value> {
        while Instant::now() < until {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).expect("Chromium speaks JSON")),
                Ok(_) => {}
                Err(Error::Io(error)) if is_breath(&error) => {}
                Err(error) => panic!("Chromium has gone: {error}"),
            }
        }
        None
    }
}

fn tell(message: &Value, hear: &mut Hear<'_>) {
    if let Some(method) = message["method"].as_str() {
        hear(method, &message["params"]);
    }
}

fn is_breath(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}
