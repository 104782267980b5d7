//! Reads the sound of a piece as frames at the session's rate: decodes, resamples, skips to a cue; or lets a bed sound.
//! And the plain reader, which does so when it is asked: for files, where nobody waits.

use std::collections::{BTreeMap, VecDeque};

use super::bed::{Bed, BedSpec};
use super::chime::Chime;
use super::decode::{DecodeError, Decoder};
use super::mix::Reader;
use super::resample::Resampler;
use super::soft_end::{SoftEnd, chunk, stood_in};
use super::timeline::{Clip, ClipId, Part, Piece, Sound, Timeline};
use crate::diagnostic::Findings;
use crate::units::{Frame, Length, Position, SampleRate};

/// A piece under reading.
pub enum Stream {
    /// A file, or several without a gap.
    File(Box<FileStream>),
    /// A bed; it never ends.
    Bed(Box<Bed>),
    /// A chime.
    Chime(Box<Chime>),
}

impl Stream {
    /// Opens a piece at `at` after its cue.
    ///
    /// # Errors
    /// When the file cannot be decoded.
    pub fn open(piece: &Piece, at: Length, rate: SampleRate) -> Result<Stream, DecodeError> {
        match &piece.sound {
            Sound::File { path, skip } => {
                let only = Part { path: path.clone(), frames: u64::MAX };
                Ok(Stream::File(Box::new(FileStream::open([only], *skip + at, rate)?)))
            }
            Sound::Album { parts, skip } => {
                Ok(Stream::File(Box::new(FileStream::open(parts.iter().cloned(), *skip + at, rate)?)))
            }
            Sound::Bed(spec) => Ok(Stream::bed(*spec, at, rate)),
            Sound::Chime(spec) => {
                let mut chime = Chime::new(*spec, rate);
                chime.skip(at);
                Ok(Stream::Chime(Box::new(chime)))
            }
        }
    }

    /// A bed at `at` after its start.
    pub fn bed(spec: BedSpec, at: Length, rate: SampleRate) -> Stream {
        let mut bed = Bed::new(spec, rate);
        bed.skip(at);
        Stream::Bed(Box::new(bed))
    }

    /// Puts the next chunk into `into`; at the piece's end less than one, or nothing.
    ///
    /// # Errors
    /// When the file cannot be decoded any further.
    pub fn chunk(&mut self, into: &mut Vec<Frame>, rate: SampleRate) -> Result<(), DecodeError> {
        into.resize(chunk(rate).frames(), Frame::SILENT);
        let filled = self.read(into)?;
        into.truncate(filled);
        Ok(())
    }

    /// Fills `out` from its start and returns how many frames there were: fewer only at its end.
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
            Stream::Chime(chime) => Ok(chime.fill(out)),
        }
    }
}

/// A file under reading, or several of one rate, one after another without a gap: they go through one resampler.
pub struct FileStream {
    decoder: Decoder,
    /// How many frames of this file are still to come.
    left: u64,
    /// The files after it.
    parts: VecDeque<Part>,
    resampler: Resampler,
    /// Decoded frames so far, at the files' rate.
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
    fn open(parts: impl IntoIterator<Item = Part>, skip: Length, rate: SampleRate) -> Result<FileStream, DecodeError> {
        let mut parts: VecDeque<Part> = parts.into_iter().collect();
        let first = parts.pop_front().ok_or(DecodeError::Missing)?;
        let decoder = Decoder::open(&first.path)?;
        let resampler = Resampler::new(decoder.rate(), rate);
        Ok(FileStream {
            decoder,
            left: first.frames,
            parts,
            resampler,
            decoded: Length::NONE,
            ready: Vec::new(),
            taken: 0,
            skip: skip.0,
            ended: false,
            block: Vec::new(),
        })
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
            if self.decode()? {
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

    /// Decodes the next block of the files; `false` where there is no more.
    fn decode(&mut self) -> Result<bool, DecodeError> {
        self.block.clear();
        if self.left == 0 {
            let Some(next) = self.parts.pop_front() else { return Ok(false) };
            let decoder = Decoder::open(&next.path)?;
            if decoder.rate() != self.decoder.rate() {
                return Err(DecodeError::Format(format!("its rate is {} now", decoder.rate())));
            }
            (self.decoder, self.left) = (decoder, next.frames);
        }
        let more = self.decoder.next(&mut self.block)?;
        self.block.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= self.block.len() as u64;
        Ok(more)
    }
}

/// The plain reader: opens a piece when it is asked for it. What fails is stood in for by a bed, and told.
pub struct Direct {
    rate: SampleRate,
    open: BTreeMap<ClipId, Open>,
    findings: Findings,
}

/// A clip under reading.
struct Open {
    next: Length,
    stream: Result<Stream, DecodeError>,
    soft: SoftEnd,
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
}

impl Reader for Direct {
    fn read(&mut self, clip: &Clip, at: Length, out: &mut [Frame]) {
        let rate = self.rate;
        let fresh = || Open { next: at, stream: Stream::open(&clip.piece, at, rate), soft: SoftEnd::new(at, rate) };
        let mut open = self.open.remove(&clip.id).filter(|open| open.next == at).unwrap_or_else(fresh);
        let failed = open.soft.fill(clip, out, |into| match &mut open.stream {
            Ok(stream) => stream.chunk(into, rate).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        });
        if let Some(why) = failed {
            self.findings.push(stood_in(clip, &why));
        }
        open.next = at + Length(out.len() as u64);
        self.open.insert(clip.id, open);
    }

    fn look_ahead(&mut self, timeline: &Timeline, position: Position) {
        self.open.retain(|id, _| timeline.all().any(|clip| clip.id == *id && clip.end > position));
    }
}
