//! The edit list of an MP4, which Symphonia leaves aside: which part of what is coded is the piece.
//! An encoder's priming stands before it, and the filling of its last packet behind.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

/// The part of a track that is the piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    /// What comes before it, in the track's own time.
    pub(super) skip: u64,
    /// How long it is, in the movie's time, where one edit says so.
    pub(super) length: Option<u64>,
    /// The movie's units in a second.
    pub(super) movie_scale: u32,
    /// The track's units in a second.
    pub(super) track_scale: u32,
}

/// The boxes that lead to an edit list are small; one larger than this is damaged.
const LARGEST: u64 = 1 << 20;

/// Finds the edit list of the track of this number.
pub(super) fn edit(file: &mut (impl Read + Seek), track: u32) -> Option<Edit> {
    let end = file.seek(SeekFrom::End(0)).ok()?;
    let movie = find(file, 0..end, b"moov")?;
    let movie_scale = scale(&contents(file, movie.clone(), b"mvhd")?)?;
    let mut from = movie.start;
    while let Some(trak) = find(file, from..movie.end, b"trak") {
        from = trak.end;
        let header = contents(file, trak.clone(), b"tkhd")?;
        let number = if *header.first()? == 1 { 20 } else { 12 };
        if word(&header, number)? == track {
            let media = find(file, trak.clone(), b"mdia")?;
            let track_scale = scale(&contents(file, media, b"mdhd")?)?;
            let edits = find(file, trak, b"edts")?;
            let list = contents(file, edits, b"elst")?;
            return first(&list, movie_scale, track_scale);
        }
    }
    None
}

/// The delay before the piece and its length, as iTunes writes them beside the tags: ` 00000000 00000840 000001C0 …`.
pub(super) fn itunes(text: &str) -> Option<(u64, u64)> {
    let mut numbers = text.split_whitespace().skip(1).map(|number| u64::from_str_radix(number, 16).ok());
    let (delay, _padding, length) = (numbers.next()??, numbers.next()??, numbers.next()??);
    Some((delay, length))
}

/// The first edit that sounds; empty ones (a start of −1) are a wait before it.
fn first(list: &[u8], movie_scale: u32, track_scale: u32) -> Option<Edit> {
    let wide = *list.first()? == 1;
    let size = if wide { 20 } else { 12 };
    let read = |entry: &[u8]| -> Option<(u64, u64)> {
        let (length, start) = if wide {
            (long(entry, 0)?, long(entry, 8)?)
        } else {
            (u64::from(word(entry, 0)?), word(entry, 4)? as i32 as i64 as u64)
        };
        (start as i64 >= 0).then_some((length, start))
    };
    let entries: Vec<_> = list.get(8..)?.chunks_exact(size).take(word(list, 4)? as usize).filter_map(read).collect();
    let (length, skip) = *entries.first()?;
    let length = (length > 0 && entries.len() == 1).then_some(length);
    Some(Edit { skip, length, movie_scale, track_scale })
}

/// The units in a second of a movie's or a media's header.
fn scale(header: &[u8]) -> Option<u32> {
    word(header, if *header.first()? == 1 { 20 } else { 12 }).filter(|scale| *scale > 0)
}

/// Where the contents of the first box of this kind lie, within a range of the file.
fn find(file: &mut (impl Read + Seek), within: Range<u64>, kind: &[u8; 4]) -> Option<Range<u64>> {
    let mut at = within.start;
    while at + 8 <= within.end {
        let mut header = [0; 16];
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut header[..8]).ok()?;
        let (size, skip) = match word(&header, 0)? {
            0 => (within.end - at, 8),
            1 => {
                file.read_exact(&mut header[8..]).ok()?;
                (long(&header, 8)?, 16)
            }
            size => (u64::from(size), 8),
        };
        let end = at.checked_add(size).filter(|end| size >= skip && *end <= within.end)?;
        if &header[4..8] == kind {
            return Some(at + skip..end);
        }
        at = end;
    }
    None
}

/// The bytes of the first box of this kind within a range of the file.
fn contents(file: &mut (impl Read + Seek), within: Range<u64>, kind: &[u8; 4]) -> Option<Vec<u8>> {
    let range = find(file, within, kind)?;
    let size = range.end - range.start;
    let mut bytes = vec![0; usize::try_from(size.min(LARGEST)).ok()?];
    file.seek(SeekFrom::Start(range.start)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    (size <= LARGEST).then_some(bytes)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_edit_that_sounds_is_the_piece() {
        let word = |n: i32| n.to_be_bytes();
        let list: Vec<u8> = [0, 2, 500, -1, 0x10000, 20_000, 1024, 0x10000].into_iter().flat_map(word).collect();
        let edit = first(&list, 1000, 44_100).expect("an edit");
        assert_eq!((edit.skip, edit.length), (1024, Some(20_000)));
    }

    #[test]
    fn itunes_tells_the_delay_and_the_length() {
        let text = " 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000";
        assert_eq!(itunes(text), Some((2112, 4_141_558)));
        assert_eq!(itunes("nonsense"), None);
    }
}
