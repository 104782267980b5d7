//! The device's end of the ring. Its `next` runs in the device's callback: it pops, multiplies and returns.
//! No lock, no allocation, no file, no log.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rtrb::Consumer;

use crate::music::limit::stop;
use crate::music::master::{Master, Turn};
use crate::units::{Decibels, Frame, Length, Position, SampleRate};

/// When the ring runs dry the sound falls over this, and comes back over it.
const DRY_FADE_MS: u32 = 5;

/// What both ends of the ring see.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Frames that have been taken from the ring.
    pub(super) heard: AtomicU64,
    /// Frames that the device has asked for, whether there were any or not: it lives as long as this moves.
    pub(super) asked: AtomicU64,
    /// How often the ring ran dry.
    pub(super) underruns: AtomicU64,
}

/// Hands the ring's frames to the device, sample by sample.
pub(super) struct Tap {
    pub(super) ring: Consumer<Frame>,
    pub(super) turns: Consumer<Turn>,
    pub(super) shared: Arc<Shared>,
    master: Master,
    position: Position,
    rate: SampleRate,
    ceiling: f32,
    right: Option<f32>,
    last: Frame,
    level: f32,
}

impl Tap {
    pub(super) fn new(
        ring: Consumer<Frame>,
        turns: Consumer<Turn>,
        shared: Arc<Shared>,
        master: Master,
        position: Position,
        rate: SampleRate,
        ceiling: Decibels,
    ) -> Tap {
        let ceiling = ceiling.gain().0 as f32;
        Tap { ring, turns, shared, master, position, rate, ceiling, right: None, last: Frame::SILENT, level: 1.0 }
    }

    fn frame(&mut self) -> Frame {
        self.shared.asked.fetch_add(1, Ordering::Relaxed);
        while let Ok(turn) = self.turns.pop() {
            self.master.turn(turn, self.position);
        }
        let step = 1000.0 / (DRY_FADE_MS * self.rate.hertz()) as f32;
        match self.ring.pop() {
            Ok(frame) => {
                let mut frame = [frame];
                self.master.process(self.position, &mut frame);
                self.last = frame[0];
                self.position += Length(1);
                self.shared.heard.fetch_add(1, Ordering::Relaxed);
                self.level = (self.level + step).min(1.0);
            }
            Err(_) => {
                if self.level >= 1.0 {
                    self.shared.underruns.fetch_add(1, Ordering::Relaxed);
                }
                self.level = (self.level - step).max(0.0);
            }
        }
        stop(self.last * self.level, self.ceiling)
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
