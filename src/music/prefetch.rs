//! Reads pieces ahead of the mixer, each on a thread of its own, so that a slow or a broken file is known long before
//! it is heard. Owns those threads; wakes nobody: the mixer takes what is there.
//! It never lets the mixer wait for long: a piece that does not come in time is stood in for by a bed, and told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use super::mix::Reader;
use super::read::{StandIn, Stream, stood_in};
use super::timeline::{Clip, ClipId, Piece, Timeline};
use crate::diagnostic::Findings;
use crate::units::{Frame, Length, Position, SampleRate};

/// How far ahead of the mixer a piece is opened, and how much of it waits.
const LEAD_SECONDS: u64 = 30;
/// What a thread hands over at once.
const CHUNKS_A_SECOND: u64 = 4;
/// How long the mixer waits for a piece. Seconds of mixed sound wait behind it.
const PATIENCE: Duration = Duration::from_millis(800);

/// A reader that reads ahead.
pub struct Prefetch {
    rate: SampleRate,
    open: BTreeMap<ClipId, Fetch>,
    findings: Findings,
}

/// One clip under reading.
struct Fetch {
    next: Length,
    chunks: Receiver<Result<Vec<Frame>, String>>,
    current: Vec<Frame>,
    taken: usize,
    stand_in: Option<Box<StandIn>>,
}

impl Prefetch {
    /// A reader at the session's rate.
    pub fn new(rate: SampleRate) -> Prefetch {
        Prefetch { rate, open: BTreeMap::new(), findings: Findings::new() }
    }

    /// What failed since last asked.
    pub fn take_findings(&mut self) -> Findings {
        std::mem::take(&mut self.findings)
    }

    fn fetch(&mut self, clip: &Clip, at: Length) {
        let chunks = (LEAD_SECONDS * CHUNKS_A_SECOND) as usize;
        let (sender, receiver) = sync_channel(chunks);
        let (piece, rate) = (clip.piece.clone(), self.rate);
        // A thread that cannot be had leaves the receiver without a sender: the clip is stood in for.
        let _ = thread::Builder::new()
            .name("holdspace-read".to_owned())
            .spawn(move || read_ahead(&piece, at, rate, &sender));
        let fetch = Fetch { next: at, chunks: receiver, current: Vec::new(), taken: 0, stand_in: None };
        self.open.insert(clip.id, fetch);
    }
}

/// The life of a reading thread: it ends with the piece, or when nobody takes its chunks any more.
fn read_ahead(piece: &Arc<Piece>, at: Length, rate: SampleRate, chunks: &SyncSender<Result<Vec<Frame>, String>>) {
    let mut stream = match Stream::open(piece, at, rate) {
        Ok(stream) => stream,
        Err(error) => {
            let _ = chunks.send(Err(error.to_string()));
            return;
        }
    };
    loop {
        let mut chunk = vec![Frame::SILENT; (u64::from(rate.hertz()) / CHUNKS_A_SECOND).max(1) as usize];
        let read = stream.read(&mut chunk);
        let whole = read.as_ref().is_ok_and(|filled| *filled == chunk.len());
        let message = read.map_err(|error| error.to_string()).map(|filled| {
            chunk.truncate(filled);
            chunk
        });
        if chunks.send(message).is_err() || !whole {
            return;
        }
    }
}

impl Fetch {
    /// Fills `out` as far as the piece goes; says why where it goes no further.
    fn fill(&mut self, out: &mut [Frame]) -> (usize, Option<String>) {
        let mut filled = 0;
        while filled < out.len() {
            if self.taken == self.current.len() {
                match self.chunks.recv_timeout(PATIENCE) {
                    Ok(Ok(chunk)) => (self.current, self.taken) = (chunk, 0),
                    Ok(Err(error)) => return (filled, Some(error)),
                    Err(RecvTimeoutError::Timeout) => return (filled, Some("cannot be read fast enough".to_owned())),
                    Err(RecvTimeoutError::Disconnected) => return (filled, Some("ends before its time".to_owned())),
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
                self.findings.push(stood_in(clip, &why));
                fetch.stand_in = Some(Box::new(StandIn::new(clip.id, self.rate)));
            }
        }
        if let Some(stand_in) = &mut fetch.stand_in {
            stand_in.fill(&mut out[filled..]);
        }
    }

    fn look_ahead(&mut self, timeline: &Timeline, position: Position) {
        let horizon = position + Length::from_secs(LEAD_SECONDS, self.rate);
        self.open.retain(|id, _| timeline.clips.iter().any(|clip| clip.id == *id && clip.end > position));
        let coming: Vec<Clip> = timeline
            .clips
            .iter()
            .filter(|clip| clip.start > position && clip.start < horizon && !self.open.contains_key(&clip.id))
            .cloned()
            .collect();
        coming.iter().for_each(|clip| self.fetch(clip, Length::NONE));
    }
}
