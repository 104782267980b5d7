//! The ring between the mixer and the device, both ends of it. The device's end, [`Tap`], runs in the device's
//! callback: it pops, multiplies and returns. No lock, no allocation, no file, no log.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::music::limit::stop;
use crate::music::master::{Master, Turn};
use crate::units::{Decibels, Frame, Length, Position, SampleRate};

/// When the ring runs dry the sound falls over this, and comes back over it.
const DRY_FADE_MS: u32 = 5;
/// How many frames are popped at once: few enough that a turned gain answers at once.
const BLOCK: usize = 128;
/// How many turns may wait. More wait only when the device no longer asks: then it is lost, and its heir gets the gains.
const TURNS: usize = 64;

/// A ring of `length` frames, closed at first, with the gains that stand behind it.
pub fn ring(length: Length, master: &Master, rate: SampleRate, ceiling: Decibels) -> (Feed, Tap) {
    let (frames, frames_end) = RingBuffer::new(length.frames());
    let (turns, turns_end) = RingBuffer::new(TURNS);
    let (turned, turned_end) = RingBuffer::new(TURNS);
    let shared = Arc::new(Shared { closed: AtomicBool::new(true), ..Shared::default() });
    let tap = Tap {
        frames: frames_end,
        turns: turns_end,
        turned,
        shared: shared.clone(),
        master: master.clone(),
        position: None,
        rate,
        ceiling: ceiling.gain().0 as f32,
        block: [Frame::SILENT; BLOCK],
        next: BLOCK,
        right: None,
        last: Frame::SILENT,
        level: 1.0,
        punctual: None,
    };
    (Feed { frames, turns, turned: turned_end, shared, pushed: Position::START }, tap)
}

/// What both ends see.
#[derive(Debug, Default)]
struct Shared {
    /// Frames that the device has asked for, whether there were any or not: it lives as long as this moves.
    asked: AtomicU64,
    /// How often the ring ran dry, or the device behind it.
    underruns: AtomicU64,
    /// Nothing is to be heard from this ring, whatever is in it.
    closed: AtomicBool,
    /// The place of its first frame.
    start: AtomicU64,
}

/// The mixer's end.
#[derive(Debug)]
pub struct Feed {
    frames: Producer<Frame>,
    turns: Producer<Turn>,
    turned: Consumer<(Turn, Position)>,
    shared: Arc<Shared>,
    pushed: Position,
}

impl Feed {
    /// Says which frame is the first, before it is pushed.
    pub fn begin(&mut self, start: Position) {
        self.pushed = start;
        self.shared.start.store(start.0, Ordering::Relaxed);
    }

    /// Takes as many frames as there is room for, and says how many.
    pub fn push(&mut self, frames: &[Frame]) -> usize {
        let count = frames.len().min(self.frames.slots());
        let Ok(chunk) = self.frames.write_chunk_uninit(count) else { return 0 };
        let count = chunk.fill_from_iter(frames.iter().copied());
        self.pushed += Length(count as u64);
        count
    }

    /// Turns a gain behind the ring.
    pub fn turn(&mut self, turn: Turn) {
        let _ = self.turns.push(turn);
    }

    /// The gains that have begun to turn since last asked, and where.
    pub fn turned(&mut self) -> Vec<(Turn, Position)> {
        std::iter::from_fn(|| self.turned.pop().ok()).collect()
    }

    /// The frame that leaves the ring next.
    pub fn heard(&self) -> Position {
        let waiting = self.frames.buffer().capacity() - self.frames.slots();
        self.pushed.back(Length(waiting as u64))
    }

    /// How many frames the device has asked for.
    pub fn asked(&self) -> u64 {
        self.shared.asked.load(Ordering::Relaxed)
    }

    /// How often the ring ran dry, or the device behind it.
    pub fn underruns(&self) -> u64 {
        self.shared.underruns.load(Ordering::Relaxed)
    }

    /// Lets the device have what is in the ring.
    pub fn open(&self) {
        // With the `Acquire` in `pop`, so that the start is known to it.
        self.shared.closed.store(false, Ordering::Release);
    }

    /// Silences the ring within 5 ms, whatever is in it: a device given up for dead may wake, and play over its heir.
    pub fn close(&self) {
        self.shared.closed.store(true, Ordering::Relaxed);
    }
}

/// The device's end: hands out the ring's frames sample by sample, for ever.
pub struct Tap {
    frames: Consumer<Frame>,
    turns: Consumer<Turn>,
    turned: Producer<(Turn, Position)>,
    shared: Arc<Shared>,
    master: Master,
    /// The place of the next frame, once the first has come.
    position: Option<Position>,
    rate: SampleRate,
    ceiling: f32,
    block: [Frame; BLOCK],
    /// The next frame of the block to hand out.
    next: usize,
    right: Option<f32>,
    last: Frame,
    /// 1 while frames come; on its way to 0 when they don't.
    level: f32,
    punctual: Option<Punctual>,
}

/// Whether a device asks in time: what it holds itself runs out when it asks too late, though the ring is full.
struct Punctual {
    /// How long what it holds lasts.
    held: Duration,
    clock: Box<dyn Fn() -> Duration + Send>,
    asked: Option<Duration>,
    /// When it was last counted that it held nothing any more.
    counted: Option<Duration>,
}

impl Punctual {
    /// Whether the device, which asks now, held nothing any more.
    fn is_late(&mut self) -> bool {
        let now = (self.clock)();
        self.asked.replace(now).is_some_and(|asked| now.saturating_sub(asked) > self.held)
    }

    /// Whether it is still to be counted: a device may tell itself what has been noticed.
    fn counts(&mut self) -> bool {
        let now = (self.clock)();
        let before = self.counted.replace(now);
        before.is_none_or(|before| now.saturating_sub(before) > self.held)
    }
}

impl Tap {
    /// Counts it as an underrun when the device asks later than `held` after it asked last, by a clock that waits for
    /// nothing. No sound system that we know of reports it.
    pub fn expect_within(&mut self, held: Duration, clock: impl Fn() -> Duration + Send + 'static) {
        self.punctual = Some(Punctual { held, clock: Box::new(clock), asked: None, counted: None });
    }

    /// Fills a device's buffer: left and right by turns. Where the device held nothing any more it has stopped in the middle
    /// of the music, and that goes on as after any dryness: from silence, within 5 ms.
    pub fn serve(&mut self, samples: &mut [f32]) {
        if self.position.is_some() && self.punctual.as_mut().is_some_and(Punctual::is_late) {
            self.ran_dry_behind();
            self.level = 0.0;
            self.rise(self.next);
        }
        for sides in samples.as_chunks_mut::<2>().0 {
            let frame = self.frame();
            *sides = [frame.left, frame.right];
        }
    }

    /// Counts an underrun that the device itself tells of, while music comes from this ring.
    pub fn ran_dry_behind(&mut self) {
        let plays = self.position.is_some() && !self.shared.closed.load(Ordering::Relaxed);
        if plays && self.punctual.as_mut().is_none_or(Punctual::counts) {
            self.shared.underruns.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn frame(&mut self) -> Frame {
        if self.next >= BLOCK {
            self.fill();
        }
        let frame = self.block[self.next];
        self.next += 1;
        frame
    }

    /// Brings the next frames into the block's end.
    fn fill(&mut self) {
        let late = self.punctual.as_mut().is_some_and(Punctual::is_late);
        let count = self.pop();
        if late && count > 0 {
            self.ran_dry_behind();
        }
        let first = BLOCK - count.max(1);
        if count == 0 {
            self.block[first] = self.dry();
        } else {
            self.play(first);
        }
        self.block[first..].iter_mut().for_each(|frame| *frame = stop(*frame, self.ceiling));
        self.next = first;
        self.shared.asked.fetch_add((BLOCK - first) as u64, Ordering::Relaxed);
    }

    /// Brings the music in the block's end, from `first` on, to the gains.
    fn play(&mut self, first: usize) {
        // A turn waits for frames: only then is it known where they begin.
        let position = self.position.unwrap_or(Position(self.shared.start.load(Ordering::Relaxed)));
        while let Ok(turn) = self.turns.pop() {
            self.master.turn(turn, position);
            // Whoever keeps a journal asks often; where nobody does, nothing is lost but the note.
            let _ = self.turned.push((turn, position));
        }
        self.master.process(position, &mut self.block[first..]);
        self.position = Some(position + Length((BLOCK - first) as u64));
        self.last = self.block[BLOCK - 1];
        self.rise(first);
    }

    /// Pops what there is, at most a block, into the block's end; says how much it was.
    fn pop(&mut self) -> usize {
        if self.shared.closed.load(Ordering::Acquire) {
            return 0;
        }
        let count = self.frames.slots().min(BLOCK);
        let Ok(chunk) = self.frames.read_chunk(count) else { return 0 };
        let (front, back) = chunk.as_slices();
        let (first, middle) = (BLOCK - count, BLOCK - count + front.len());
        self.block[first..middle].copy_from_slice(front);
        self.block[middle..].copy_from_slice(back);
        chunk.commit_all();
        count
    }

    /// The frame that stands for a missing one: the last, on its way to silence.
    fn dry(&mut self) -> Frame {
        if self.position.is_none() {
            return Frame::SILENT;
        }
        if self.level >= 1.0 && !self.shared.closed.load(Ordering::Relaxed) {
            self.shared.underruns.fetch_add(1, Ordering::Relaxed);
        }
        self.level = (self.level - self.step()).max(0.0);
        self.last * self.level
    }

    /// Brings the block from `first` on up from where the dryness has left it.
    fn rise(&mut self, first: usize) {
        if self.level >= 1.0 {
            return;
        }
        let step = self.step();
        for frame in &mut self.block[first..] {
            self.level = (self.level + step).min(1.0);
            *frame = *frame * self.level;
        }
    }

    fn step(&self) -> f32 {
        1000.0 / (DRY_FADE_MS * self.rate.hertz()) as f32
    }
}

impl Iterator for Tap {
    type Item = rodio::Sample;

    fn next(&mut self) -> Option<rodio::Sample> {
        if let Some(right) = self.right.take() {
            return Some(right);
        }
        let frame = self.frame();
        self.right = Some(frame.right);
        Some(frame.left)
    }
}

impl rodio::Source for Tap {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> rodio::ChannelCount {
        const STEREO: rodio::ChannelCount = NonZero::new(2).expect("two is not zero");
        STEREO
    }

    fn sample_rate(&self) -> rodio::SampleRate {
        NonZero::new(self.rate.hertz()).unwrap_or(NonZero::<u32>::MIN)
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests;
