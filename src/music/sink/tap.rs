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
    let shared = Arc::new(Shared { closed: AtomicBool::new(true), ..Shared::default() });
    let tap = Tap {
        frames: frames_end,
        turns: turns_end,
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
    };
    (Feed { frames, turns, shared, pushed: Position::START }, tap)
}

/// What both ends see.
#[derive(Debug, Default)]
struct Shared {
    /// Frames that the device has asked for, whether there were any or not: it lives as long as this moves.
    asked: AtomicU64,
    /// How often the ring ran dry.
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

    /// The frame that leaves the ring next.
    pub fn heard(&self) -> Position {
        let waiting = self.frames.buffer().capacity() - self.frames.slots();
        self.pushed.back(Length(waiting as u64))
    }

    /// How many frames the device has asked for.
    pub fn asked(&self) -> u64 {
        self.shared.asked.load(Ordering::Relaxed)
    }

    /// How often the ring ran dry.
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
}

impl Tap {
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
        let count = self.pop();
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
mod tests {
    use super::*;

    const RATE: u32 = 48_000;

    fn line(frames: u64) -> (Feed, Tap) {
        let rate = SampleRate::new(RATE).expect("in range");
        let (feed, tap) = ring(Length(frames), &Master::new(rate), rate, Decibels(-1.0));
        feed.open();
        (feed, tap)
    }

    fn pull(tap: &mut Tap, frames: usize) -> Vec<Frame> {
        (0..frames).map(|_| Frame::new(tap.next().expect("endless"), tap.next().expect("endless"))).collect()
    }

    fn largest_step(frames: &[Frame]) -> f32 {
        frames.windows(2).map(|pair| (pair[1].left - pair[0].left).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn what_goes_in_comes_out() {
        let (mut feed, mut tap) = line(1000);
        let frames: Vec<Frame> = (0..1500).map(|n| Frame::new(n as f32 * 1e-4, -0.5)).collect();
        assert_eq!(feed.push(&frames), 1000, "no more than there is room for");
        let mut out = pull(&mut tap, 700);
        assert_eq!(feed.push(&frames[1000..]), 500);
        out.extend(pull(&mut tap, 800));
        assert_eq!(out, frames);
        assert_eq!((feed.underruns(), feed.heard()), (0, Position(1500)));
    }

    #[test]
    fn a_ring_that_runs_dry_falls_silent_and_comes_back_without_a_step() {
        let (mut feed, mut tap) = line(4800);
        let music = [Frame::new(0.8, 0.8); 4800];
        feed.push(&music[..1000]);
        let mut out = pull(&mut tap, 2000);
        assert_eq!(out[999], music[0]);
        assert_eq!(out[1240], Frame::SILENT, "after 5 ms it is silent");
        feed.push(&music);
        out.extend(pull(&mut tap, 1000));
        assert_eq!(out[2240], music[0], "after 5 ms it is back");
        assert!(largest_step(&out) <= 0.8 / 240.0 * 1.001, "{}", largest_step(&out));
        assert_eq!(feed.underruns(), 1);
        pull(&mut tap, 4800);
        assert_eq!(feed.underruns(), 2, "each time counts once");
    }

    #[test]
    fn frames_that_come_while_it_falls_turn_it_round_without_a_step() {
        let (mut feed, mut tap) = line(4800);
        let music = [Frame::new(0.8, 0.8); 200];
        let mut out = Vec::new();
        for _ in 0..20 {
            feed.push(&music);
            out.extend(pull(&mut tap, 300));
        }
        assert!(largest_step(&out) <= 0.8 / 240.0 * 1.001, "{}", largest_step(&out));
    }

    #[test]
    fn a_ring_that_is_opened_late_gives_its_first_frame_unchanged() {
        let rate = SampleRate::new(RATE).expect("in range");
        let mut master = Master::new(rate);
        master.turn(Turn::Welcome, Position(500));
        let (mut feed, mut tap) = ring(Length(9600), &master, rate, Decibels(-1.0));
        assert_eq!(pull(&mut tap, 1000), [Frame::SILENT; 1000]);
        feed.begin(Position(72_500));
        feed.push(&[Frame::new(0.5, 0.5); 9600]);
        assert_eq!(pull(&mut tap, 100), [Frame::SILENT; 100]);
        assert_eq!((feed.asked(), feed.underruns()), (1100, 0));
        feed.open();
        assert_eq!(pull(&mut tap, 1)[0].left, 0.25, "the middle of the fade");
        assert!(feed.heard() >= Position(72_501));
    }

    #[test]
    fn a_closed_ring_is_silent_though_it_holds_music() {
        let (mut feed, mut tap) = line(4800);
        feed.push(&[Frame::new(0.8, 0.8); 4800]);
        let mut out = pull(&mut tap, 1000);
        feed.close();
        out.extend(pull(&mut tap, 1000));
        assert_eq!(out[1999], Frame::SILENT);
        assert!(largest_step(&out) <= 0.8 / 240.0 * 1.001);
        assert_eq!(feed.underruns(), 0, "nobody was left without music");
    }

    #[test]
    fn a_turn_is_heard_within_a_block() {
        let (mut feed, mut tap) = line(48_000);
        feed.push(&[Frame::new(0.5, 0.5); 48_000]);
        pull(&mut tap, 1000);
        feed.turn(Turn::Volume(Decibels(-6.0)));
        let out = pull(&mut tap, 24_000 + 2 * BLOCK);
        assert_eq!(out[0].left, 0.5);
        assert!(out[2 * BLOCK].left < 0.5);
        assert!((out[24_000 + BLOCK].left - 0.5 * 0.501_187).abs() < 1e-5);
        assert_eq!(feed.heard().0 % BLOCK as u64, 0);
    }

    #[test]
    fn no_sample_passes_the_ceiling() {
        let (mut feed, mut tap) = line(3);
        feed.push(&[Frame::new(1e30, -1e30), Frame::new(f32::NAN, f32::INFINITY), Frame::new(0.1, 0.1)]);
        let ceiling = Decibels(-1.0).gain().0 as f32;
        assert!(pull(&mut tap, 500).iter().all(|frame| frame.left.abs() <= ceiling && frame.right.abs() <= ceiling));
    }
}
