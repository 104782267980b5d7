//! A session that plays in another process: one that was begun in a terminal that is closed by now, or stands elsewhere.
//!
//! Only one session of a program plays at a time: two at once in one room would be a mistake. Who plays holds a lock, and
//! beside it says where it listens: on this machine only, to whoever knows a secret that only the same user can read.
//! There the view goes out as lines of JSON, and commands come in by their words.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::remote::Hands;
use super::secret;
use super::view::{Now, Plan, View};
use crate::error::{At, PathError};
use crate::music::transport::Command;

/// How often a view goes out.
const OFTEN: Duration = Duration::from_millis(200);
/// How long somebody who connects may take to say the secret.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many may be attached at once.
const MOST: usize = 8;
/// No line that comes in is longer.
const LONGEST: u64 = 4096;

/// Where a session that plays can be found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The name of its playlist.
    pub session: String,
    /// The number of the process that plays it.
    pub process: u32,
    port: u16,
    secret: String,
}

/// The lock of the session that plays; it is given back when this is dropped, or when the process ends however it ends.
pub struct Lock {
    _held: File,
    told: PathBuf,
}

/// Whether a session may begin.
pub enum Room {
    /// None plays.
    Free(Lock),
    /// One plays; `None` when it doesn't say where it is.
    Taken(Option<Found>),
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.told);
    }
}

/// Takes the lock in `folder`, or finds who has it.
///
/// # Errors
/// When nothing can be written there: then nobody can know whether a session plays.
pub fn enter(folder: &Path) -> Result<Room, PathError> {
    fs::create_dir_all(folder).at("make", folder)?;
    let (path, told) = (folder.join("playing.lock"), folder.join("playing.json"));
    let held = File::options().create(true).truncate(false).write(true).open(&path).at("write", &path)?;
    if held.try_lock().is_err() {
        let found = fs::read_to_string(&told).ok().and_then(|text| serde_json::from_str(&text).ok());
        return Ok(Room::Taken(found));
    }
    Ok(Room::Free(Lock { _held: held, told }))
}

impl Lock {
    /// Lets other terminals hold the session.
    ///
    /// # Errors
    /// When this machine lets nobody listen, or nothing can be written. The session can go on without.
    pub fn share(&self, session: &str, hands: Arc<dyn Hands>) -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let secret = secret::long()?;
        let port = listener.local_addr()?.port();
        let found = Found { session: session.to_owned(), process: std::process::id(), port, secret: secret.clone() };
        write_for_its_owner(&self.told, &serde_json::to_string(&found)?)?;
        let attached = Arc::new(AtomicUsize::new(0));
        thread::Builder::new().name("holdspace-attach".to_owned()).spawn(move || {
            for stream in listener.incoming().flatten() {
                if attached.fetch_add(1, Ordering::Relaxed) >= MOST {
                    attached.fetch_sub(1, Ordering::Relaxed);
                    continue;
                }
                let (hands, secret, attached) = (Arc::clone(&hands), secret.clone(), Arc::clone(&attached));
                thread::spawn(move || {
                    // Who goes away is no fault.
                    let _ = answer(stream, &secret, hands);
                    attached.fetch_sub(1, Ordering::Relaxed);
                });
            }
        })?;
        Ok(())
    }
}

/// Writes a file that only the user who plays can read.
fn write_for_its_owner(path: &Path, text: &str) -> io::Result<()> {
    let mut options = File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = fs::remove_file(path);
    options.open(path)?.write_all(text.as_bytes())
}

/// What goes out.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Told<'a> {
    Plan(&'a Plan),
    Now(&'a Now),
}

/// What comes in at the other end.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Heard {
    Plan(Plan),
    Now(Now),
}

fn answer(stream: TcpStream, secret: &str, hands: Arc<dyn Hands>) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(stream.try_clone()?);
    if !line(&mut lines)?.is_some_and(|said| secret::same(&said, secret)) {
        return Ok(());
    }
    stream.set_read_timeout(None)?;
    let teller = Arc::clone(&hands);
    let gone = Arc::new(AtomicBool::new(false));
    let left = Arc::clone(&gone);
    thread::spawn(move || {
        let _ = tell(stream, &*teller, &left);
    });
    while let Some(line) = line(&mut lines)? {
        if let Ok(command) = line.parse::<Command>() {
            hands.send(command);
        }
    }
    gone.store(true, Ordering::Relaxed);
    Ok(())
}

/// The next line, without its end; `None` at the end, and where it is too long to be one of ours.
fn line(lines: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut text = String::new();
    lines.by_ref().take(LONGEST).read_line(&mut text)?;
    Ok(text.strip_suffix('\n').map(str::to_owned))
}

fn tell(mut stream: TcpStream, hands: &dyn Hands, gone: &AtomicBool) -> io::Result<()> {
    let mut version = None;
    while !gone.load(Ordering::Relaxed) {
        let view = hands.view();
        if version != Some(view.plan.version) {
            version = Some(view.plan.version);
            send(&mut stream, &Told::Plan(&view.plan))?;
        }
        send(&mut stream, &Told::Now(&view.now))?;
        thread::sleep(OFTEN);
    }
    Ok(())
}

fn send(stream: &mut TcpStream, told: &Told<'_>) -> io::Result<()> {
    let mut text = serde_json::to_vec(told)?;
    text.push(b'\n');
    stream.write_all(&text)
}

/// Holds a session that plays in another process.
pub struct Attached {
    stream: Mutex<TcpStream>,
    view: Mutex<Arc<View>>,
    over: AtomicBool,
}

impl Found {
    /// Takes hold of the session.
    ///
    /// # Errors
    /// When it doesn't answer.
    pub fn attach(&self) -> io::Result<Arc<Attached>> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        writeln!(&stream, "{}", self.secret)?;
        let mut lines = BufReader::new(stream.try_clone()?);
        let Heard::Plan(plan) = hear(&mut lines)? else { return Err(io::ErrorKind::InvalidData.into()) };
        let Heard::Now(now) = hear(&mut lines)? else { return Err(io::ErrorKind::InvalidData.into()) };
        let view = Mutex::new(Arc::new(View { plan: Arc::new(plan), now }));
        let attached = Arc::new(Attached { stream: Mutex::new(stream), view, over: AtomicBool::new(false) });
        let hearing = Arc::clone(&attached);
        thread::spawn(move || {
            while let Ok(heard) = hear(&mut lines) {
                hearing.take(heard);
            }
            hearing.over.store(true, Ordering::Relaxed);
        });
        Ok(attached)
    }
}

fn hear(lines: &mut impl BufRead) -> io::Result<Heard> {
    let mut text = String::new();
    if lines.read_line(&mut text)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_str(&text)?)
}

impl Attached {
    fn take(&self, heard: Heard) {
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        *view = Arc::new(match heard {
            Heard::Plan(plan) => View { plan: Arc::new(plan), now: view.now.clone() },
            Heard::Now(now) => View { plan: Arc::clone(&view.plan), now },
        });
    }

    /// Whether the session is over, or its process doesn't answer any more.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

impl Hands for Attached {
    fn send(&self, command: Command) {
        let stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        // That it went away is seen where its views no longer come.
        let _ = writeln!(&*stream, "{command}");
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
