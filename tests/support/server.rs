//! A private sound server whose outputs come and go as a test wants, and recorders on them.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses the part that it needs")]

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The rate of its outputs.
pub const RATE: u32 = 48_000;

/// A PulseAudio of the test's own.
pub struct Server {
    daemon: Child,
    folder: tempfile::TempDir,
}

impl Server {
    /// A server with these outputs; the first of them is the default one.
    pub fn start(outputs: &[&str]) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("pulseaudio");
        command.args([
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--realtime=no",
            "--high-priority=no",
            "--disable-shm=no",
            "-L",
        ]);
        command.arg(format!("module-native-protocol-unix socket={}/native auth-anonymous=1", folder.path().display()));
        for output in outputs {
            command.args(["-L", &format!("module-null-sink {}", arguments(output))]);
        }
        private(&mut command, &folder);
        let daemon = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pulseaudio is installed: `make test` does it");
        let server = Server { daemon, folder };
        let began = Instant::now();
        while server.ask(&["info"]).is_none() {
            assert!(began.elapsed() < Duration::from_secs(20), "the sound server does not answer");
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Lets a command play to this server.
    pub fn private(&self, command: &mut Command) {
        private(command, &self.folder);
    }

    /// Connects an output.
    pub fn connect(&self, output: &str) {
        let loaded = self.ask(
            &[&["load-module", "module-null-sink"][..], &arguments(output).split(' ').collect::<Vec<_>>()].concat(),
        );
        assert!(loaded.is_some(), "the output {output} is connected");
    }

    /// Takes an output away.
    pub fn disconnect(&self, output: &str) {
        let modules = self.ask(&["list", "short", "modules"]).expect("it answers");
        let of = |line: &&str| line.contains(&format!("sink_name={output} "));
        let line = modules.lines().find(of).expect("the output is there");
        let index = line.split_whitespace().next().expect("a number");
        assert!(self.ask(&["unload-module", index]).is_some(), "the output {output} is taken away");
    }

    /// Asks the server by `pactl`; `None` where it refuses.
    pub fn ask(&self, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new("pactl");
        private(&mut command, &self.folder);
        let output = command.args(arguments).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Sends the server a signal: `STOP` hangs it, `CONT` lets it go on, `KILL` ends it.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([&format!("-{signal}"), &self.daemon.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()));
    }

    /// Records what an output hears.
    pub fn record(&self, output: &str) -> Recorder {
        self.record_by(output, 50)
    }

    /// Records what an output hears, in parts of so many milliseconds: the shorter, the better it is known when.
    pub fn record_by(&self, output: &str, millis: u32) -> Recorder {
        let mut command = Command::new("parec");
        private(&mut command, &self.folder);
        command.args(["-d", &format!("{output}.monitor"), "--raw", "--format=float32le", "--rate=48000"]);
        command
            .args(["--channels=2", &format!("--latency-msec={millis}")])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut parec = command.spawn().expect("parec is installed: `make test` does it");
        let mut out = parec.stdout.take().expect("a pipe");
        let capture = Arc::new(Mutex::new(Capture::default()));
        let kept = capture.clone();
        let reader = thread::spawn(move || {
            let mut bytes = Vec::new();
            let mut buffer = vec![0; 65_536];
            while let Ok(count @ 1..) = out.read(&mut buffer) {
                let now = Instant::now();
                bytes.extend_from_slice(&buffer[..count]);
                let mut capture = kept.lock().expect("it is only held here");
                let whole = bytes.len() / 8 * 8;
                let sample = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
                capture.frames.extend(bytes[..whole].chunks_exact(8).map(|b| [sample(b), sample(&b[4..])]));
                bytes.drain(..whole);
                let frames = capture.frames.len();
                capture.marks.push((frames, now));
            }
        });
        Recorder { parec, reader, capture }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// Without `norewinds` the sink swallows the first frames of a stream (rigs-audio.md).
fn arguments(output: &str) -> String {
    format!(
        "sink_name={output} rate={RATE} format=float32le channels=2 norewinds=1 \
         sink_properties=device.description={output}_speaker"
    )
}

fn private(command: &mut Command, folder: &tempfile::TempDir) {
    let at = folder.path();
    command.env("XDG_RUNTIME_DIR", at).env("PULSE_RUNTIME_PATH", at).env("HOME", at);
    command.env("PULSE_SERVER", format!("unix:{}/native", at.display())).env_remove("DBUS_SESSION_BUS_ADDRESS");
}

/// A recorder that is running.
pub struct Recorder {
    parec: Child,
    reader: JoinHandle<()>,
    capture: Arc<Mutex<Capture>>,
}

impl Recorder {
    /// Ends it; what it has heard.
    pub fn stop(mut self) -> Capture {
        let _ = self.parec.kill();
        let _ = self.parec.wait();
        let _ = self.reader.join();
        std::mem::take(&mut self.capture.lock().expect("the reader has ended"))
    }
}

/// What an output heard.
#[derive(Default)]
pub struct Capture {
    /// The frames: left, right.
    pub frames: Vec<[f32; 2]>,
    /// How many frames there were at which moment.
    marks: Vec<(usize, Instant)>,
}

impl Capture {
    /// When frame `n` arrived, at the latest.
    pub fn when(&self, n: usize) -> Instant {
        self.marks[self.marks.partition_point(|(frames, _)| *frames <= n)].1
    }
}
