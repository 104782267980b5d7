//! Reads pieces ahead of the mixer, each on a thread of its own, so that a slow or a broken file is known long before
//! it is heard. Owns those threads; wakes nobody: the mixer takes what is there.
//! It never lets the mixer wait for long: a piece that does not come in time is stood in for by a bed, and told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::mix::{Failure, Reader};
use super::read::Stream;
use super::soft_end::{CHUNKS_A_SECOND, ENDS_SOON, SoftEnd, chunk, stood_in};
use super::timeline::{Clip, ClipId, Piece, Timeline};
use crate::diagnostic::Findings;
use crate::units::{Frame, Length, Position, SampleRate};

/// How far ahead of the mixer a piece is opened, and how much of it waits.
const LEAD_SECONDS: u64 = 30;
/// A piece of which less than this waits, this long after it was asked for, is slow if it does not catch up.
const SLOW_SECONDS: u64 = 8;
/// A piece of which nothing has come for this long does not catch up.
const STALLED: Duration = Duration::from_secs(2);
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
    /// Where its reading began, and when.
    began: (Length, Instant),
    progress: Arc<Progress>,
    /// Whether it was given up.
    told: bool,
    soft: SoftEnd,
}

/// How far a reading thread has come.
#[derive(Default)]
struct Progress {
    /// Frames that have been read.
    frames: AtomicU64,
    /// When the last of them came, in milliseconds since it was asked for.
    came: AtomicU64,
    /// Whether it has come to an end.
    ended: AtomicBool,
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
        let (sender, receiver) = sync_channel((LEAD_SECONDS * CHUNKS_A_SECOND) as usize);
        let (progress, asked) = (Arc::<Progress>::default(), Instant::now());
        let piece = clip.piece.clone();
        let job = Job { piece, at, rate: self.rate, chunks: sender, progress: progress.clone(), asked };
        let (id, fails) = (clip.id, self.fails.clone());
        let read = move || {
            if let Err((good, why)) = job.read() {
                // Nobody listens any more once the session is over.
                let _ = fails.send(Failure { clip: id, good, why });
            }
            job.progress.ended.store(true, Ordering::Relaxed);
        };
        // A thread that cannot be had leaves the receiver without a sender: the clip is stood in for.
        let _ = thread::Builder::new().name("holdspace-read".to_owned()).spawn(read);
        let soft = SoftEnd::new(at, self.rate);
        let fetch = Fetch { next: at, chunks: receiver, began: (at, asked), progress, told: false, soft };
        self.open.insert(clip.id, fetch);
    }
}

/// What a reading thread does.
struct Job {
    piece: Arc<Piece>,
    at: Length,
    rate: SampleRate,
    chunks: SyncSender<Vec<Frame>>,
    progress: Arc<Progress>,
    asked: Instant,
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
            let mut frames = Vec::new();
            stream.chunk(&mut frames, self.rate).map_err(|error| (good, error.to_string()))?;
            let ended = frames.len() < chunk(self.rate).frames();
            good = good + Length(frames.len() as u64);
            let passed = u64::try_from(self.asked.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.progress.came.store(passed, Ordering::Relaxed);
            self.progress.frames.fetch_add(frames.len() as u64, Ordering::Relaxed);
            let taken = self.chunks.send(frames).is_ok();
            if ended && self.piece.length.is_some_and(|length| good < length) {
                return Err((good, ENDS_SOON.to_owned()));
            }
            if ended || !taken {
                return Ok(());
            }
        }
    }
}

const TOO_SLOW: &str = "cannot be read fast enough";

impl Fetch {
    /// How much of the piece has been read, from its cue on.
    fn read(&self) -> Length {
        self.began.0 + Length(self.progress.frames.load(Ordering::Relaxed))
    }

    /// Whether the mixer will come to where nothing has been read before it has.
    fn is_slow(&self, rate: SampleRate) -> bool {
        let passed = self.began.1.elapsed();
        let since = passed.saturating_sub(Duration::from_millis(self.progress.came.load(Ordering::Relaxed)));
        let frames = Length(self.progress.frames.load(Ordering::Relaxed));
        !self.told
            && !self.progress.ended.load(Ordering::Relaxed)
            && passed > Duration::from_secs(SLOW_SECONDS)
            && self.read() < self.next + Length::from_secs(SLOW_SECONDS, rate)
            && (since > STALLED || frames < Length::of(passed, rate))
    }
}

impl Reader for Prefetch {
    fn read(&mut self, clip: &Clip, at: Length, out: &mut [Frame]) {
        if self.open.get(&clip.id).is_none_or(|fetch| fetch.next != at) {
            self.fetch(clip, at);
        }
        let Some(fetch) = self.open.get_mut(&clip.id) else { return };
        fetch.next = at + Length(out.len() as u64);
        let Fetch { chunks, soft, .. } = fetch;
        let failed = soft.fill(clip, out, |into| match chunks.recv_timeout(PATIENCE) {
            Ok(chunk) => {
                *into = chunk;
                Ok(())
            }
            Err(RecvTimeoutError::Timeout) => Err(TOO_SLOW.to_owned()),
            Err(RecvTimeoutError::Disconnected) => Err(ENDS_SOON.to_owned()),
        });
        if let Some(why) = failed {
            self.findings.push(stood_in(clip, &why));
        }
    }

    fn look_ahead(&mut self, timeline: &Timeline, position: Position) {
        let horizon = position + Length::from_secs(LEAD_SECONDS, self.rate);
        self.open.retain(|id, _| timeline.all().any(|clip| clip.id == *id && clip.end > position));
        let soon = position + Length::from_secs(SLOW_SECONDS, self.rate);
        let rate = self.rate;
        for clip in timeline.all().filter(|clip| clip.start < soon && clip.end > soon) {
            if let Some(fetch) = self.open.get_mut(&clip.id).filter(|fetch| fetch.is_slow(rate)) {
                fetch.told = true;
                self.slow.push(Failure { clip: clip.id, good: fetch.read(), why: TOO_SLOW.to_owned() });
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
