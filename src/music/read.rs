//! Reads the sound of a piece as frames at the session's rate: decodes, resamples, skips to a cue; or lets a bed sound.
//! And the plain reader, which does so when it is asked: for files, where nobody waits.

use std::collections::{BTreeMap, VecDeque};

use super::bed::{Bed, BedSpec, Key};
use super::chime::Chime;
use super::decode::{DecodeError, Decoder};
use super::mix::Reader;
use super::playlist::HOUSE_BED;
use super::resample::Resampler;
use super::timeline::{Clip, ClipId, Part, Piece, Role, Sound, Timeline};
use crate::diagnostic::{Diagnostic, Findings};
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

/// How long a bed takes to stand in for a piece that ended too soon.
const STAND_IN_MS: u64 = 1500;

/// What sounds where a piece failed: a bed that rises; nothing in the place of a cue, under which there is music.
pub struct StandIn {
    bed: Option<Stream>,
    risen: u64,
    rise: u64,
}

impl StandIn {
    /// The stand-in for a clip that failed; always the same one for the same clip.
    pub fn new(clip: &Clip, rate: SampleRate) -> StandIn {
        let spec = BedSpec { kind: HOUSE_BED, key: Key::default(), seed: 9000 + u64::from(clip.id.0) };
        let bed = match clip.role {
            Role::Phase { .. } | Role::Reserve { .. } => Some(Stream::bed(spec, Length::NONE, rate)),
            Role::Cue { .. } => None,
        };
        StandIn { bed, risen: 0, rise: STAND_IN_MS * u64::from(rate.hertz()) / 1000 }
    }

    /// Fills `out`.
    pub fn fill(&mut self, out: &mut [Frame]) {
        out.fill(Frame::SILENT);
        let Some(bed) = &mut self.bed else { return };
        // A bed always fills.
        let _ = bed.read(out);
        for frame in out {
            let x = self.risen as f64 / self.rise.max(1) as f64;
            self.risen = (self.risen + 1).min(self.rise);
            *frame = *frame * super::fade::Curve::HalfCosine.at(x) as f32;
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
        Source::StandIn(Box::new(StandIn::new(clip, self.rate)))
    }
}

/// The finding that a bed stands in for a piece, or that a cue is left out.
pub fn stood_in(clip: &Clip, why: &str) -> Diagnostic {
    let instead = match clip.role {
        Role::Phase { .. } | Role::Reserve { .. } => "a bed stands in for it",
        Role::Cue { .. } => "the cue is left out",
    };
    let message = format!("`{}` {why}; {instead}", clip.piece.title);
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
        self.open.retain(|id, _| timeline.all().any(|clip| clip.id == *id && clip.end > position));
    }
}
