//! Writes a session to a WAV or FLAC file of 24 bits. The file is there whole, or not at all: what is written goes to a
//! file beside it, which takes its name at the end.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, StreamInfo};
use flacenc::config;
use flacenc::error::{Verified, Verify};
use flacenc::source::{Context, Fill, FrameBuf};
use rayon::prelude::*;
use tempfile::NamedTempFile;

use super::{Health, Sink, SinkError};
use crate::error::At;
use crate::music::limit::stop;
use crate::music::master::{Scheduled, Turn};
use crate::units::{Decibels, Frame, Length, Position, SampleRate};

/// How many bits a sample is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// 16 bits, under triangular dither: what is softer than the last bit becomes a soft hiss instead of a rasp.
    Bits16,
    /// 24 bits: the last one lies below everything that a room can hold.
    Bits24,
}

impl Depth {
    fn bits(self) -> usize {
        match self {
            Depth::Bits16 => 16,
            Depth::Bits24 => 24,
        }
    }

    /// The whole number that stands for a sample; `index` is the sample's own number, which seeds its dither.
    fn integer(self, sample: f32, index: u64) -> i32 {
        match self {
            Depth::Bits16 => {
                let dithered = f64::from(sample) * 32_767.0 + triangular(index);
                dithered.round().clamp(-32_768.0, 32_767.0) as i32
            }
            Depth::Bits24 => (sample * 8_388_607.0).round() as i32,
        }
    }
}

/// The sum of two uniform numbers within half a bit each: the same for the same sample, on every machine (splitmix64).
fn triangular(index: u64) -> f64 {
    let mut state = index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^= state >> 31;
    let (high, low) = (state >> 32, state & 0xFFFF_FFFF);
    (high as f64 + low as f64) / f64::from(u32::MAX) - 1.0
}

/// A sound file under writing.
pub struct FileSink {
    path: PathBuf,
    rate: SampleRate,
    ceiling: f32,
    depth: Depth,
    master: Scheduled,
    written: Position,
    turned: Vec<(Turn, Position)>,
    writer: Writer,
}

enum Writer {
    Wav(Box<hound::WavWriter<BufWriter<File>>>, NamedTempFile),
    Flac(Box<FlacWriter>),
}

impl FileSink {
    /// Begins a file; its kind is told by the ending of its name.
    ///
    /// # Errors
    /// When the ending is neither `.wav` nor `.flac`, or nothing can be written there.
    pub fn create(path: &Path, rate: SampleRate, ceiling: Decibels, depth: Depth) -> Result<FileSink, SinkError> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let open = || {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            NamedTempFile::new_in(folder).at("write", path)
        };
        let writer = match ending.as_str() {
            "wav" => {
                let file = open()?;
                let writer = wav(file.reopen().at("write", path)?, rate, depth)?;
                Writer::Wav(Box::new(writer), file)
            }
            "flac" => Writer::Flac(Box::new(FlacWriter::new(open()?, rate, depth, path)?)),
            _ => return Err(SinkError::Kind(path.display().to_string())),
        };
        let ceiling = ceiling.gain().0 as f32;
        Ok(FileSink {
            path: path.to_path_buf(),
            rate,
            ceiling,
            depth,
            master: Scheduled::new(rate),
            written: Position::START,
            turned: Vec::new(),
            writer,
        })
    }
}

fn wav(file: File, rate: SampleRate, depth: Depth) -> Result<hound::WavWriter<BufWriter<File>>, SinkError> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate.hertz(),
        bits_per_sample: depth.bits() as u16,
        sample_format: hound::SampleFormat::Int,
    };
    hound::WavWriter::new(BufWriter::new(file), spec).map_err(|error| SinkError::Encode(error.to_string()))
}

impl Sink for FileSink {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn write(&mut self, frames: &[Frame]) -> Result<usize, SinkError> {
        let mut frames = frames.to_vec();
        self.master.process(&mut frames);
        let (ceiling, depth, first) = (self.ceiling, self.depth, self.written.0 * 2);
        self.written += Length(frames.len() as u64);
        let stopped = frames.into_iter().map(|frame| stop(frame, ceiling));
        let sides = stopped.flat_map(|frame| [frame.left, frame.right]);
        let samples: Vec<i32> = sides.zip(first..).map(|(sample, index)| depth.integer(sample, index)).collect();
        match &mut self.writer {
            Writer::Wav(writer, _) => {
                let mut write = || samples.iter().try_for_each(|sample| writer.write_sample(*sample));
                write().map_err(|error| SinkError::Encode(error.to_string()))?;
            }
            Writer::Flac(writer) => writer.write(&samples, &self.path)?,
        }
        Ok(samples.len() / 2)
    }

    fn turn(&mut self, turn: Turn, at: Position) {
        self.master.turn(turn, at);
        self.turned.push((turn, at));
    }

    fn health(&mut self) -> Health {
        Health { heard: Some(self.written), turned: std::mem::take(&mut self.turned), ..Health::default() }
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        let path = self.path;
        let file = match self.writer {
            Writer::Wav(writer, file) => {
                writer.finalize().map_err(|error| SinkError::Encode(error.to_string()))?;
                file
            }
            Writer::Flac(writer) => writer.finish(&path)?,
        };
        file.persist(&path).map_err(|error| error.error).at("write", &path)?;
        // A temporary file is its owner's alone; a session is for whoever may read the folder.
        open_to_readers(&path).at("write", &path)?;
        Ok(())
    }
}

#[cfg(unix)]
fn open_to_readers(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_readers(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// The frames of one FLAC block.
const BLOCK: usize = 4096;
/// So many blocks are encoded at once, on all cores; so much is held in memory.
const BATCH: usize = 64;

/// Writes FLAC block by block, in memory that does not grow with the session.
struct FlacWriter {
    file: BufWriter<NamedTempFile>,
    config: Verified<config::Encoder>,
    info: StreamInfo,
    context: Context,
    blocks: usize,
    waiting: Vec<i32>,
}

impl FlacWriter {
    fn new(file: NamedTempFile, rate: SampleRate, depth: Depth, path: &Path) -> Result<FlacWriter, SinkError> {
        let mut encoder = config::Encoder::default();
        encoder.block_size = BLOCK;
        // Fixed predictors only: a session is written ten times faster, and is a few per cent larger.
        encoder.subframe_coding.use_lpc = false;
        let encode = |error: String| SinkError::Encode(error);
        let config = encoder.into_verified().map_err(|(_, error)| encode(error.to_string()))?;
        let mut info =
            StreamInfo::new(rate.hertz() as usize, 2, depth.bits()).map_err(|error| encode(error.to_string()))?;
        info.set_block_sizes(BLOCK, BLOCK).map_err(|error| encode(error.to_string()))?;
        let mut writer = FlacWriter {
            file: BufWriter::new(file),
            config,
            info,
            context: Context::new(depth.bits(), 2),
            blocks: 0,
            waiting: Vec::with_capacity(BATCH * BLOCK * 2),
        };
        writer.head().at("write", path)?;
        Ok(writer)
    }

    /// The file's head: the mark, and the one block of facts that is known in full only at the end.
    fn head(&mut self) -> io::Result<()> {
        let mut sink = ByteSink::new();
        self.info.write(&mut sink).map_err(|error| io::Error::other(error.to_string()))?;
        let facts = sink.into_inner();
        self.file.write_all(b"fLaC")?;
        // The last and only metadata block (RFC 9639, section 8.1): type 0, of 34 bytes.
        self.file.write_all(&[0x80, 0, 0, facts.len() as u8])?;
        self.file.write_all(&facts)
    }

    fn write(&mut self, samples: &[i32], path: &Path) -> Result<(), SinkError> {
        self.waiting.extend_from_slice(samples);
        if self.waiting.len() >= BATCH * BLOCK * 2 {
            let whole = self.waiting.len() / (BLOCK * 2) * BLOCK * 2;
            let batch: Vec<i32> = self.waiting.drain(..whole).collect();
            self.encode(&batch, path)?;
        }
        Ok(())
    }

    fn encode(&mut self, samples: &[i32], path: &Path) -> Result<(), SinkError> {
        let fail = |error: String| SinkError::Encode(error);
        self.context.fill_interleaved(samples).map_err(|error| fail(error.to_string()))?;
        let first = self.blocks;
        let encoded: Vec<Result<Vec<u8>, String>> = samples
            .par_chunks(BLOCK * 2)
            .enumerate()
            .map(|(n, block)| encode_block(&self.config, &self.info, first + n, block))
            .collect();
        self.blocks += encoded.len();
        for block in encoded {
            self.file.write_all(&block.map_err(fail)?).at("write", path)?;
        }
        Ok(())
    }

    fn finish(mut self, path: &Path) -> Result<NamedTempFile, SinkError> {
        let rest = std::mem::take(&mut self.waiting);
        if !rest.is_empty() {
            self.encode(&rest, path)?;
        }
        self.info.set_total_samples(self.context.total_samples());
        self.info.set_md5_digest(&self.context.md5_digest());
        self.file.seek(SeekFrom::Start(0)).at("write", path)?;
        self.head().at("write", path)?;
        Ok(self.file.into_inner().map_err(|error| error.into_error()).at("write", path)?)
    }
}

fn encode_block(
    config: &Verified<config::Encoder>,
    info: &StreamInfo,
    number: usize,
    samples: &[i32],
) -> Result<Vec<u8>, String> {
    let mut buffer = FrameBuf::with_size(2, samples.len() / 2).map_err(|error| error.to_string())?;
    buffer.fill_interleaved(samples).map_err(|error| error.to_string())?;
    let frame = flacenc::encode_fixed_size_frame(config, &buffer, number, info).map_err(|error| error.to_string())?;
    let mut sink = ByteSink::new();
    frame.write(&mut sink).map_err(|error| error.to_string())?;
    Ok(sink.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dither_keeps_what_is_softer_than_the_last_bit() {
        let soft = 0.3 / 32_767.0;
        let mean: f64 = (0..40_000).map(|n| f64::from(Depth::Bits16.integer(soft, n))).sum::<f64>() / 40_000.0;
        assert!((mean - 0.3).abs() < 0.01, "{mean} of a bit, where 0.3 went in");
        assert!((0..40_000).all(|n| Depth::Bits16.integer(0.0, n).abs() <= 1), "and no more than a bit of hiss");
    }

    #[test]
    fn full_scale_stays_full_scale() {
        assert!(
            (0..1000).all(|n| Depth::Bits16.integer(-1.0, n) >= -32_768 && Depth::Bits16.integer(1.0, n) <= 32_767)
        );
        assert_eq!(Depth::Bits24.integer(-1.0, 0), -8_388_607);
    }
}
