//! Reads the sound of a piece as frames at the session's rate: decodes, resamples, skips to a cue; or lets a bed sound.
//! And the plain reader, which does so when it is asked: for files, where nobody waits.

use std::collections::BTreeMap;

use super::bed::{Bed, BedSpec, Key};
use super::decode::{DecodeError, Decoder};
use super::mix::Reader;
use super::playlist::HOUSE_BED;
use super::resample::Resampler;
use super::timeline::{Clip, ClipId, Piece, Sound, Timeline};
use crate::diagnostic::{Diagnostic, Findings};
use crate::units::{Frame, Length, Position, SampleRate};

/// A piece under reading.
pub enum Stream {
    /// A file.
    File(Box<FileStream>),
    /// A bed; it never ends.
    Bed(Box<Bed>),
}

impl Stream {
    /// Opens a piece at `at` after its cue.
    ///
    /// # Errors
    /// When the file cannot be decoded.
    pub fn open(piece: &Piece, at: Length, rate: SampleRate) -> Result<Stream, DecodeError> {
        match &piece.sound {
            Sound::File { path, skip } => {
                let decoder = Decoder::open(path)?;
                Ok(Stream::File(Box::new(FileStream::new(decoder, *skip + at, rate))))
            }
            Sound::Bed(spec) => Ok(Stream::bed(*spec, at, rate)),
        }
    }

    /// A bed at `at` after its start.
    pub fn bed(spec: BedSpec, at: Length, rate: SampleRate) -> Stream {
        let mut bed = Bed::new(spec, rate);
        bed.skip(at);
        Stream::Bed(Box::new(bed))
    }

    /// Fills `out` from its start and returns how many frames there were: fewer only at the end of a file.
    ///
    /// # Errors
    /// When the file cannot be decoded any further.
    pub fn read(&mut self, out: &mut [Frame]) -> Result<usize, DecodeError> {
        match self {
            Stream::File(file) => file.read(out),
            Stream::Bed(bed) => {
                bed.fill(out);
                Ok(out.len())
            }
        }
    }
}

/// A file under reading.
pub struct FileStream {
    decoder: Decoder,
    resampler: Resampler,
    /// Decoded frames so far, at the file's rate.
    decoded: Length,
    /// Frames at the session's rate that are ready.
    ready: Vec<Frame>,
    taken: usize,
    /// Frames that are still to be left out.
    skip: u64,
    ended: bool,
    block: Vec<Frame>,
}

impl FileStream {
    fn new(decoder: Decoder, skip: Length, rate: SampleRate) -> FileStream {
        let resampler = Resampler::new(decoder.rate(), rate);
        let (ready, block) = (Vec::new(), Vec::new());
        FileStream { decoder, resampler, decoded: Length::NONE, ready, taken: 0, skip: skip.0, ended: false, block }
    }

    fn read(&mut self, out: &mut [Frame]) -> Result<usize, DecodeError> {
        let mut filled = 0;
        while filled < out.len() {
            if self.taken == self.ready.len() && !self.refill()? {
                break;
            }
            let count = (out.len() - filled).min(self.ready.len() - self.taken);
            out[filled..filled + count].copy_from_slice(&self.ready[self.taken..self.taken + count]);
            self.taken += count;
            filled += count;
        }
        Ok(filled)
    }

    /// Decodes the next frames; `false` at the end.
    fn refill(&mut self) -> Result<bool, DecodeError> {
        while !self.ended {
            self.ready.clear();
            self.taken = 0;
            self.block.clear();
            if self.decoder.next(&mut self.block)? {
                self.decoded = self.decoded + Length(self.block.len() as u64);
                self.resampler.push(&self.block, &mut self.ready);
            } else {
                self.ended = true;
                self.resampler.finish(self.decoded, &mut self.ready);
            }
            self.taken = usize::try_from(self.skip).unwrap_or(usize::MAX).min(self.ready.len());
            self.skip -= self.taken as u64;
            if self.taken < self.ready.len() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// How long a bed takes to stand in for a piece that ended too soon.
const STAND_IN_MS: u64 = 1500;

/// A bed that rises where a piece failed.
pub struct StandIn {
    bed: Stream,
    risen: u64,
    rise: u64,
}

impl StandIn {
    /// A bed for a clip that failed; always the same one for the same clip.
    pub fn new(clip: ClipId, rate: SampleRate) -> StandIn {
        let spec = BedSpec { kind: HOUSE_BED, key: Key::default(), seed: 9000 + u64::from(clip.0) };
        StandIn {
            bed: Stream::bed(spec, Length::NONE, rate),
            risen: 0,
            rise: STAND_IN_MS * u64::from(rate.hertz()) / 1000,
        }
    }

    /// Adds the bed to `out`.
    pub fn fill(&mut self, out: &mut [Frame]) {
        let mut block = vec![Frame::SILENT; out.len()];
        // A bed always fills.
        let _ = self.bed.read(&mut block);
        for (out, frame) in out.iter_mut().zip(block) {
            let x = self.risen as f64 / self.rise.max(1) as f64;
            self.risen = (self.risen + 1).min(self.rise);
            *out = frame * super::fade::Curve::HalfCosine.at(x) as f32;
        }
    }
}

/// Where a clip's frames come from.
enum Source {
    Stream(Stream),
    StandIn(Box<StandIn>),
}

/// The plain reader: opens a piece when it is asked for it. What fails is stood in for by a bed, and told.
pub struct Direct {
    rate: SampleRate,
    open: BTreeMap<ClipId, (Length, Source)>,
    findings: Findings,
}

impl Direct {
    /// A reader at the session's rate.
    pub fn new(rate: SampleRate) -> Direct {
        Direct { rate, open: BTreeMap::new(), findings: Findings::new() }
    }

    /// What failed so far.
    pub fn take_findings(&mut self) -> Findings {
        std::mem::take(&mut self.findings)
    }

    fn open(&mut self, clip: &Clip, at: Length) -> Source {
        match Stream::open(&clip.piece, at, self.rate) {
            Ok(stream) => Source::Stream(stream),
            Err(error) => self.stand_in(clip, &error.to_string()),
        }
    }

    fn stand_in(&mut self, clip: &Clip, why: &str) -> Source {
        self.findings.push(stood_in(clip, why));
        Source::StandIn(Box::new(StandIn::new(clip.id, self.rate)))
    }
}

/// The finding that a bed stands in for a piece.
pub fn stood_in(clip: &Clip, why: &str) -> Diagnostic {
    let message = format!("`{}` {why}; a bed stands in for it", clip.piece.title);
    Diagnostic::warning("music/stand-in", message).hint("replace the file with a whole copy before the next session")
}

impl Reader for Direct {
    fn read(&mut self, clip: &Clip, at: Length, out: &mut [Frame]) {
        let kept = self.open.remove(&clip.id).filter(|(next, _)| *next == at);
        let mut source = kept.map_or_else(|| self.open(clip, at), |(_, source)| source);
        let filled = match &mut source {
            Source::StandIn(_) => Ok(0),
            Source::Stream(stream) => stream.read(out),
        };
        let filled = filled.unwrap_or_else(|error| {
            source = self.stand_in(clip, &error.to_string());
            0
        });
        if filled < out.len() {
            if matches!(source, Source::Stream(_)) {
                source = self.stand_in(clip, "ends before its time");
            }
            if let Source::StandIn(stand_in) = &mut source {
                stand_in.fill(&mut out[filled..]);
            }
        }
        self.open.insert(clip.id, (at + Length(out.len() as u64), source));
    }

    fn look_ahead(&mut self, timeline: &Timeline, position: Position) {
        self.open.retain(|id, _| timeline.clips.iter().any(|clip| clip.id == *id && clip.end > position));
    }
}
