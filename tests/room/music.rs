//! Real music in the formats that people have: cut from the program's own pieces, encoded by ffmpeg; one file damaged.

use std::path::Path;
use std::process::{Command, Stdio};

/// The pieces by the name of their file: which piece they are cut from, and how they are encoded. Below 256 kbit/s
/// ffmpeg's AAC encoder puts clicks of its own into this music.
const PIECES: [(&str, &str, &[&str]); 9] = [
    ("flac.flac", "dawn-over-low-hills", &["-ar", "44100", "-sample_fmt", "s16", "-c:a", "flac"]),
    ("mp3.mp3", "hearth", &["-ar", "44100", "-c:a", "libmp3lame", "-q:a", "3"]),
    ("wav.wav", "a-door-left-open", &["-ar", "48000", "-c:a", "pcm_s24le"]),
    ("aac.m4a", "where-the-river-deepens", &["-ar", "44100", "-c:a", "aac", "-b:a", "256k"]),
    ("opus.opus", "the-wide-country", &["-c:a", "libopus", "-b:a", "128k"]),
    ("alac.m4a", "under-the-great-roof", &["-ar", "44100", "-sample_fmt", "s16p", "-c:a", "alac"]),
    ("damaged.flac", "coming-ashore", &["-ar", "44100", "-sample_fmt", "s16", "-c:a", "flac"]),
    ("vorbis.ogg", "evening-bells", &["-c:a", "copy"]),
    ("whole.wav", "hands-around-a-cup", &["-ar", "48000", "-c:a", "pcm_s24le"]),
];

/// Writes the pieces into `folder`, each of so many seconds at most.
pub(crate) fn make(folder: &Path, seconds: f64) {
    std::fs::create_dir_all(folder).expect("a folder");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("playlists/music");
    for (name, piece, encoding) in PIECES {
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-nostdin", "-y", "-i"]).arg(own.join(format!("{piece}.ogg")));
        ffmpeg
            .args(["-map", "0:a", "-map_metadata", "-1", "-fflags", "+bitexact", "-t", &seconds.to_string()])
            .args(encoding)
            .arg(folder.join(name));
        let status = ffmpeg.stdin(Stdio::null()).status().expect("ffmpeg is installed: `make test` does it");
        assert!(status.success(), "ffmpeg makes {name}");
    }
    damage(&folder.join("damaged.flac"));
}

/// Overwrites a tenth of a file, a third of its way in, with bytes that are no music.
fn damage(path: &Path) {
    let mut bytes = std::fs::read(path).expect("it was made");
    let (from, count) = (bytes.len() / 3, bytes.len() / 10);
    let mut state = 0x9e37_79b9_u32;
    for byte in &mut bytes[from..from + count] {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    std::fs::write(path, bytes).expect("it is written");
}
