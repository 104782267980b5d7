//! Reads pieces ahead of the mixer, each on a thread of its own, so that a slow or a broken file is known long before
//! it is heard. Owns those threads; wakes nobody: the mixer takes what is there.
//! It never lets the mixer wait for long: a piece that does not come in time is stood in for by a bed, and told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::mix::{Failure, Reader};
use super::read::{StandIn, Stream, stood_in};
use super::timeline::{Clip, ClipId, Piece, Timeline};
use crate::diagnostic::Findings;
use crate::units::{Frame, Length, Position, SampleRate};

/// How far ahead of the mixer a piece is opened, and how much of it waits.
const LEAD_SECONDS: u64 = 30;
/// What a thread hands over at once.
const CHUNKS_A_SECOND: u64 = 4;
/// A piece of which nothing has come this long before it begins, and as long after it was asked for, is too slow.
const SLOW_SECONDS: u64 = 8;
/// How long the mixer waits for a piece. Seconds of mixed sound wait behind it.
const PATIENCE: Duration = Duration::from_millis(800);

/// A reader that reads ahead.
pub struct Prefetch {
    rate: SampleRate,
    open: BTreeMap<ClipId, Fetch>,
    failed: Receiver<Failure>,
    fails: Sender<Failure>,
    slow: Vec<Failure>,
    findings: Findings,
}

/// One clip under reading.
struct Fetch {
    next: Length,
    chunks: Receiver<Vec<Frame>>,
    /// When it was asked for.
    asked: Instant,
    /// Whether anything has come.
    came: Arc<AtomicBool>,
    /// Whether it was given up.
    told: bool,
    current: Vec<Frame>,
    taken: usize,
    stand_in: Option<Box<StandIn>>,
}

impl Prefetch {
    /// A reader at the session's rate.
    pub fn new(rate: SampleRate) -> Prefetch {
        let (fails, failed) = channel();
        Prefetch { rate, open: BTreeMap::new(), failed, fails, slow: Vec::new(), findings: Findings::new() }
    }

    /// What failed since last asked.
    pub fn take_findings(&mut self) -> Findings {
        std::mem::take(&mut self.findings)
    }

    fn fetch(&mut self, clip: &Clip, at: Length) {
        let chunks = (LEAD_SECONDS * CHUNKS_A_SECOND) as usize;
        let (sender, receiver) = sync_channel(chunks);
        let came = Arc::new(AtomicBool::new(false));
        let job = Job { piece: clip.piece.clone(), at, rate: self.rate, chunks: sender, came: came.clone() };
        let (id, fails) = (clip.id, self.fails.clone());
        let read = move || {
            if let Err((good, why)) = job.read() {
                // Nobody listens any more once the session is over.
                let _ = fails.send(Failure { clip: id, good, why });
            }
        };
        // A thread that cannot be had leaves the receiver without a sender: the clip is stood in for.
        let _ = thread::Builder::new().name("holdspace-read".to_owned()).spawn(read);
        let fetch = Fetch {
            next: at,
            chunks: receiver,
            current: Vec::new(),
            taken: 0,
            asked: Instant::now(),
            came,
            told: false,
            stand_in: None,
        };
        self.open.insert(clip.id, fetch);
    }
}

/// What a reading thread does.
struct Job {
    piece: Arc<Piece>,
    at: Length,
    rate: SampleRate,
    chunks: SyncSender<Vec<Frame>>,
    came: Arc<AtomicBool>,
}

impl Job {
    /// Reads to the end of the piece, or until nobody takes its chunks any more.
    ///
    /// # Errors
    /// Where the piece ends before its time: how much of it was good, and why.
    fn read(&self) -> Result<(), (Length, String)> {
        let mut good = self.at;
        let opened = Stream::open(&self.piece, self.at, self.rate);
        let mut stream = opened.map_err(|error| (Length::NONE, error.to_string()))?;
        loop {
            let mut chunk = vec![Frame::SILENT; (u64::from(self.rate.hertz()) / CHUNKS_A_SECOND).max(1) as usize];
            let filled = stream.read(&mut chunk).map_err(|error| (good, error.to_string()))?;
            let ended = filled < chunk.len();
            chunk.truncate(filled);
            good = good + Length(filled as u64);
            self.came.store(true, Ordering::Relaxed);
            let taken = self.chunks.send(chunk).is_ok();
            if ended && self.piece.length.is_some_and(|length| good < length) {
                return Err((good, ENDS_SOON.to_owned()));
            }
            if ended || !taken {
                return Ok(());
            }
        }
    }
}

const ENDS_SOON: &str = "ends before its time";
const TOO_SLOW: &str = "cannot be read fast enough";

impl Fetch {
    fn is_slow(&self) -> bool {
        !self.told && !self.came.load(Ordering::Relaxed) && self.asked.elapsed() > Duration::from_secs(SLOW_SECONDS)
    }

    /// Fills `out` as far as the piece goes; says why where it goes no further.
    fn fill(&mut self, out: &mut [Frame]) -> (usize, Option<&'static str>) {
        let mut filled = 0;
        while filled < out.len() {
            if self.taken == self.current.len() {
                match self.chunks.recv_timeout(PATIENCE) {
                    Ok(chunk) => (self.current, self.taken) = (chunk, 0),
                    Err(RecvTimeoutError::Timeout) => return (filled, Some(TOO_SLOW)),
                    Err(RecvTimeoutError::Disconnected) => return (filled, Some(ENDS_SOON)),
                }
                continue;
            }
            let count = (out.len() - filled).min(self.current.len() - self.taken);
            out[filled..filled + count].copy_from_slice(&self.current[self.taken..self.taken + count]);
            (filled, self.taken) = (filled + count, self.taken + count);
        }
        (filled, None)
    }
}

impl Reader for Prefetch {
    fn read(&mut self, clip: &Clip, at: Length, out: &mut [Frame]) {
        if self.open.get(&clip.id).is_none_or(|fetch| fetch.next != at) {
            self.fetch(clip, at);
        }
        let Some(fetch) = self.open.get_mut(&clip.id) else { return };
        fetch.next = at + Length(out.len() as u64);
        let mut filled = 0;
        if fetch.stand_in.is_none() {
            let (count, failed) = fetch.fill(out);
            filled = count;
            if let Some(why) = failed {
                self.findings.push(stood_in(clip, why));
                fetch.stand_in = Some(Box::new(StandIn::new(clip, self.rate)));
            }
        }
        if let Some(stand_in) = &mut fetch.stand_in {
            stand_in.fill(&mut out[filled..]);
        }
    }

    fn look_ahead(&mut self, timeline: &Timeline, position: Position) {
        let horizon = position + Length::from_secs(LEAD_SECONDS, self.rate);
        self.open.retain(|id, _| timeline.all().any(|clip| clip.id == *id && clip.end > position));
        let soon = position + Length::from_secs(SLOW_SECONDS, self.rate);
        for clip in timeline.all().filter(|clip| clip.start > position && clip.start < soon) {
            if let Some(fetch) = self.open.get_mut(&clip.id).filter(|fetch| fetch.is_slow()) {
                fetch.told = true;
                self.slow.push(Failure { clip: clip.id, good: Length::NONE, why: TOO_SLOW.to_owned() });
            }
        }
        let coming: Vec<Clip> = timeline
            .all()
            .filter(|clip| clip.start > position && clip.start < horizon && !self.open.contains_key(&clip.id))
            .cloned()
            .collect();
        coming.iter().for_each(|clip| self.fetch(clip, Length::NONE));
    }

    fn failures(&mut self) -> Vec<Failure> {
        let mut failures: Vec<Failure> = self.failed.try_iter().collect();
        // What has failed is not asked for again under the same number.
        failures.retain(|failure| {
            self.open.get_mut(&failure.clip).is_some_and(|fetch| !std::mem::replace(&mut fetch.told, true))
        });
        failures.append(&mut self.slow);
        failures
    }
}
