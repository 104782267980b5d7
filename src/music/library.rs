//! The library: what is known of each audio file after it has been decoded once to its end.
//! Facts are kept in `.holdspace/cache/pieces/`, by the file's content, so that a file is measured once.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::credits::Credits;
use super::decode::{DecodeError, Decoder};
use super::loudness::Meter;
use crate::diagnostic::did_you_mean;
use crate::units::{Frame, Gain, Length, Lufs, SampleRate, clock_of, words};

/// Changes when the way of measuring does, so that old facts are not believed.
const VERSION: u32 = 5;

/// Below this (−60 dBFS) the start and the end of a piece count as silence.
const SILENCE: f32 = 0.001;

/// No piece is longer than this (seconds); a file that goes on has no end, or a header that lies.
const LONGEST: u64 = 12 * 3600;

/// What is known of an audio file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    version: u32,
    rate: u32,
    /// Its length in frames at its own rate, as decoded, not as its header claims.
    pub frames: u64,
    /// The first frame that is not silence, and the first after which all is silence.
    pub sounding: (u64, u64),
    loudness: Option<f64>,
    true_peak: f64,
    /// The loudness range in LU.
    pub range: f64,
    /// The short-term loudness once a second, in tenths of a LUFS.
    course: Vec<i16>,
    /// The title of its tags.
    pub title: Option<String>,
    /// The artist of its tags.
    pub artist: Option<String>,
    /// The licence, or else the copyright, of its tags.
    pub licence: Option<String>,
    /// Whose it is besides, by its tags.
    pub credits: Credits,
    /// What went wrong before its end, where something did; the facts are of what came before.
    pub damage: Option<String>,
}

impl Facts {
    /// Its own rate.
    pub fn rate(&self) -> SampleRate {
        SampleRate::new(self.rate).unwrap_or(SampleRate::HOUSE)
    }

    /// Its integrated loudness; `None` for silence.
    pub fn loudness(&self) -> Option<Lufs> {
        self.loudness.map(Lufs)
    }

    /// The course of its loudness: entry n is the short-term loudness (EBU: of the last 3 seconds) at n + 1 seconds,
    /// which is of the frames up to there. Silence is −70; what is left after the last whole second has no entry.
    pub fn course(&self) -> impl Iterator<Item = Lufs> {
        self.course.iter().map(|tenths| Lufs(f64::from(*tenths) / 10.0))
    }

    /// Its largest true peak.
    pub fn true_peak(&self) -> Gain {
        Gain(self.true_peak)
    }
}

/// What is known of a session's files.
#[derive(Debug, Default)]
pub struct Library {
    pieces: BTreeMap<PathBuf, Result<Facts, DecodeError>>,
    /// The audio files that there are, as a playlist names them.
    names: Vec<String>,
}

impl Library {
    /// Gathers the facts of `files`, on all cores, and the names of all that lie in `folder`; `cache` is where facts are
    /// kept. A file that cannot be decoded is kept with its error.
    pub fn gather(files: impl IntoIterator<Item = PathBuf>, folder: &Path, cache: &Path) -> Library {
        let mut files: Vec<PathBuf> = files.into_iter().collect();
        files.sort();
        files.dedup();
        let pieces = files.into_par_iter().map(|file| {
            let facts = facts(&file, cache);
            (file, facts)
        });
        Library { pieces: pieces.collect(), names: audio_names(folder) }
    }

    /// The hint where a playlist names a file that isn't there.
    pub fn like(&self, written: &str) -> Option<String> {
        let same_name = |name: &&String| Path::new(name).file_name() == Path::new(written).file_name();
        let elsewhere = self.names.iter().find(same_name).map(|name| format!("did you mean `{name}`?"));
        elsewhere.or_else(|| did_you_mean(written, self.names.iter().map(String::as_str)))
    }

    /// What is known of a file that was asked for.
    ///
    /// # Errors
    /// Why it cannot be decoded.
    pub fn facts(&self, file: &Path) -> Result<&Facts, DecodeError> {
        match self.pieces.get(file) {
            Some(Ok(facts)) => Ok(facts),
            Some(Err(error)) => Err(error.clone()),
            None => Err(DecodeError::Read("it was not looked at".to_owned())),
        }
    }
}

fn audio_names(folder: &Path) -> Vec<String> {
    const ENDINGS: [&str; 15] =
        ["flac", "ogg", "oga", "opus", "mp3", "m4a", "mp4", "aac", "wav", "aif", "aiff", "caf", "webm", "mka", "mkv"];
    let audio = |path: &Path| {
        path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
    };
    let files = WalkDir::new(folder).max_depth(6).sort_by_file_name().into_iter().filter_map(Result::ok);
    let names = files.filter(|entry| audio(entry.path())).filter_map(|entry| {
        let name = entry.path().strip_prefix(folder).ok()?.to_str()?;
        Some(name.replace('\\', "/"))
    });
    names.collect()
}

/// What tells a file's content from any other.
///
/// # Errors
/// When the file cannot be read.
pub fn fingerprint(file: &Path) -> io::Result<String> {
    // A build reads each session several times; what has not been written since need not be read again.
    static KNOWN: Mutex<BTreeMap<PathBuf, (u64, SystemTime, String)>> = Mutex::new(BTreeMap::new());
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut open = File::open(file)?;
    let meta = open.metadata()?;
    let written = meta.modified()?;
    if let Some((length, at, print)) = known().get(file)
        && (*length, *at) == (meta.len(), written)
    {
        return Ok(print.clone());
    }
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut open, &mut hasher)?;
    let print = hasher.finalize().to_hex().to_string();
    known().insert(file.to_path_buf(), (meta.len(), written, print.clone()));
    Ok(print)
}

fn facts(file: &Path, cache: &Path) -> Result<Facts, DecodeError> {
    let print = fingerprint(file).map_err(|error| DecodeError::read(&error))?;
    let kept = cache.join("cache/pieces").join(format!("{print}.json"));
    let known = fs::read(&kept).ok().and_then(|json| serde_json::from_slice::<Facts>(&json).ok());
    if let Some(facts) = known.filter(|facts| facts.version == VERSION) {
        return Ok(facts);
    }
    let facts = measure(file)?;
    // A cache that cannot be written costs time, and nothing else.
    let _ = keep(&kept, &facts);
    Ok(facts)
}

fn keep(path: &Path, facts: &Facts) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut file, facts)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Decodes a file to its end and measures it.
fn measure(file: &Path) -> Result<Facts, DecodeError> {
    let mut decoder = Decoder::open(file)?;
    let rate = decoder.rate();
    let mut meter =
        Meter::new(rate).ok_or_else(|| DecodeError::Format(format!("its rate of {rate} cannot be measured")))?;
    let longest = LONGEST * u64::from(rate.hertz());
    let (mut frames, mut sounding, mut block, mut damage) = (0u64, (u64::MAX, 0u64), Vec::<Frame>::new(), None);
    loop {
        block.clear();
        let more = decoder.next(&mut block);
        let sounds = |frame: &Frame| frame.peak() > SILENCE;
        if let (Some(first), Some(last)) = (block.iter().position(sounds), block.iter().rposition(sounds)) {
            sounding = (sounding.0.min(frames + first as u64), frames + last as u64 + 1);
        }
        frames += block.len() as u64;
        meter.add(&block);
        match more {
            Ok(true) if frames > longest => {
                damage = Some(format!("goes on for more than {}", words(Duration::from_secs(LONGEST))));
                break;
            }
            Ok(true) => {}
            Ok(false) => break,
            Err(error) if frames == 0 => return Err(error),
            Err(error) => {
                damage = Some(error.to_string());
                break;
            }
        }
    }
    if frames == 0 {
        return Err(DecodeError::Damaged("it has no sound in it".to_owned()));
    }
    let measured = meter.measured();
    let tags = decoder.tags();
    Ok(Facts {
        version: VERSION,
        rate: rate.hertz(),
        frames,
        sounding: if sounding.0 == u64::MAX { (0, frames) } else { sounding },
        loudness: measured.integrated.map(|loudness| loudness.0),
        true_peak: measured.true_peak.0,
        range: measured.range.0,
        course: meter.course().map(|loudness| (loudness.0 * 10.0).round() as i16).collect(),
        title: tags.title,
        artist: tags.artist,
        licence: tags.licence,
        credits: tags.credits,
        damage: damage.or_else(|| another(frames, &decoder)).or_else(|| cut_short(frames, decoder.claimed()?, rate)),
    })
}

/// What is wrong with a file that holds one piece after another.
fn another(frames: u64, decoder: &Decoder) -> Option<String> {
    let at = clock_of(Length(frames), decoder.rate());
    decoder.begins_anew().then(|| format!("begins anew after {at}, as recorded radio does"))
}

/// What is wrong with a file that ends before its own header says: damaged files often decode so, without an error.
fn cut_short(frames: u64, claimed: u64, rate: SampleRate) -> Option<String> {
    let second = u64::from(rate.hertz());
    let missing = claimed.saturating_sub(frames);
    // A tenth of a second is within what encoders disagree on.
    let much = missing > second || (missing > claimed / 100 && missing > second / 10);
    let says = clock_of(Length(claimed), rate);
    let holds = clock_of(Length(frames), rate);
    much.then(|| format!("says {says} and decodes to {holds}; it is damaged or cut short"))
}
