//! Takes out of a picture's file what its camera wrote: the place, the day, the telephone's name. The picture itself
//! stays as it is, byte for byte, with its colours' profile and the way it is turned. Pure.

use std::collections::BTreeMap;

/// The file without what was written into it; `None` where nothing was.
pub fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    match bytes {
        [0xff, 0xd8, ..] => jpeg(bytes),
        [0x89, b'P', b'N', b'G', ..] => png(bytes),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(bytes),
        _ => None,
    }
}

const EXIF: &[u8] = b"Exif\0\0";

fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = bytes[..2].to_vec();
    let mut turned = None;
    let mut dropped = false;
    let mut at = 2;
    while bytes.get(at) == Some(&0xff) {
        let kind = *bytes.get(at + 1)?;
        if kind == 0xff {
            at += 1;
            continue;
        }
        // The picture itself begins.
        if kind == 0xda {
            break;
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let segment = bytes.get(at..at + 2 + length)?;
        match kind {
            // Exif, XMP, Photoshop's and other notes; what says how colours are meant (JFIF, ICC, Adobe) stays.
            0xe1 | 0xe3..=0xed | 0xef | 0xfe => {
                let exif = segment.get(4..).and_then(|body| body.strip_prefix(EXIF));
                turned = turned.or_else(|| exif.and_then(orientation));
                dropped = true;
            }
            _ => kept.extend_from_slice(segment),
        }
        at += 2 + length;
    }
    // A note of ours only, from an earlier time, is no note.
    dropped
        .then(|| {
            if let Some(turned) = turned.filter(|turned| *turned != 1) {
                kept.splice(2..2, turned_note(turned));
            }
            kept.extend_from_slice(&bytes[at..]);
            kept
        })
        .filter(|stripped| stripped != bytes)
}

/// The one note that a picture needs: how it is turned.
fn turned_note(turned: u8) -> Vec<u8> {
    let mut note = vec![0xff, 0xe1, 0, 34];
    note.extend_from_slice(EXIF);
    // Big-endian, one entry: tag 0x0112, a short, once.
    note.extend_from_slice(b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01");
    note.extend_from_slice(&[0, turned, 0, 0, 0, 0, 0, 0]);
    note
}

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = bytes.get(..8)?.to_vec();
    let mut at = 8;
    let mut dropped = false;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes(head[..4].try_into().ok()?) as usize;
        let end = at.checked_add(length)?.checked_add(12)?;
        let chunk = bytes.get(at..end)?;
        match &head[4..] {
            b"eXIf" | b"tEXt" | b"zTXt" | b"iTXt" | b"tIME" => dropped = true,
            _ => kept.extend_from_slice(chunk),
        }
        at = end;
    }
    dropped.then_some(kept)
}

fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = bytes.get(..12)?.to_vec();
    let mut at = 12;
    let mut dropped = false;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_le_bytes(head[4..].try_into().ok()?) as usize;
        let end = at.checked_add(8)?.checked_add(length)?.checked_add(length % 2)?;
        // The last one's even end may be missing.
        let end = if end == bytes.len() + 1 { bytes.len() } else { end };
        let chunk = bytes.get(at..end)?;
        match &head[..4] {
            b"EXIF" | b"XMP " => dropped = true,
            _ => kept.extend_from_slice(chunk),
        }
        at = end;
    }
    // The head says what follows: no longer Exif (0x08) and XMP (0x04).
    if kept.get(12..16) == Some(b"VP8X") {
        *kept.get_mut(20)? &= !0x0c;
    }
    let length = u32::try_from(kept.len() - 8).ok()?;
    kept[4..8].copy_from_slice(&length.to_le_bytes());
    dropped.then_some(kept)
}

/// How a picture is turned, from 1 to 8.
fn orientation(exif: &[u8]) -> Option<u8> {
    let tiff = Tiff::read(exif)?;
    let value = tiff.entry(tiff.first, 0x0112)?;
    u8::try_from(tiff.short(value)?).ok().filter(|turned| (1..=8).contains(turned))
}

/// What Exif says of a picture for people: its description, and the day it was taken.
pub fn said(exif: &[u8]) -> BTreeMap<&'static str, String> {
    let exif = exif.strip_prefix(EXIF).unwrap_or(exif);
    let mut said = BTreeMap::new();
    let Some(tiff) = Tiff::read(exif) else { return said };
    said.extend(tiff.text(tiff.first, 0x010e).map(|text| ("description", text)));
    let photo = tiff.entry(tiff.first, 0x8769).and_then(|at| tiff.long(at)).map(|at| at as usize);
    let taken = photo.and_then(|photo| tiff.text(photo, 0x9003)).or_else(|| tiff.text(tiff.first, 0x0132));
    said.extend(taken.map(|text| ("created", text)));
    said
}

/// A table of tags, as Exif is one.
struct Tiff<'b> {
    bytes: &'b [u8],
    big: bool,
    first: usize,
}

impl<'b> Tiff<'b> {
    fn read(bytes: &'b [u8]) -> Option<Tiff<'b>> {
        let big = match bytes.get(..4)? {
            b"MM\0\x2a" => true,
            b"II\x2a\0" => false,
            _ => return None,
        };
        let tiff = Tiff { bytes, big, first: 0 };
        let first = tiff.long(4)? as usize;
        Some(Tiff { first, ..tiff })
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// Where the value of a tag is, or where it says it is.
    fn entry(&self, table: usize, tag: u16) -> Option<usize> {
        let count = usize::from(self.short(table)?);
        let entries = (0..count).map(|number| table + 2 + number * 12);
        entries.into_iter().find(|at| self.short(*at) == Some(tag)).map(|at| at + 8)
    }

    fn text(&self, table: usize, tag: u16) -> Option<String> {
        let value = self.entry(table, tag)?;
        let length = self.long(value - 4)? as usize;
        let at = if length > 4 { self.long(value)? as usize } else { value };
        let bytes = self.bytes.get(at..at.checked_add(length)?)?;
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_matches(['\0', ' ']).to_owned();
        (!text.is_empty()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&[0xff, kind, length[0], length[1]], body].concat()
    }

    #[test]
    fn a_jpeg_loses_its_notes_and_keeps_how_it_is_turned() {
        let exif = [EXIF, b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0 place "].concat();
        let icc = note(0xe2, b"ICC_PROFILE\0 colours");
        let rest = b"\xff\xda the picture";
        let jpeg = [&b"\xff\xd8"[..], &note(0xe1, &exif), &icc, &note(0xfe, b"a word"), rest].concat();
        let stripped = strip(&jpeg).unwrap();
        assert_eq!(stripped, [&b"\xff\xd8"[..], &turned_note(6), &icc, rest].concat());
        assert_eq!(strip(&stripped), None, "twice is once");
        let own = &turned_note(6)[10..];
        assert_eq!(orientation(own), Some(6));
    }

    #[test]
    fn a_png_and_a_webp_lose_theirs() {
        let chunk = |name: &[u8], body: &[u8]| {
            [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], name, body, b"crc."].concat()
        };
        let start = b"\x89PNG\r\n\x1a\n";
        let png = [&start[..], &chunk(b"IHDR", b"x"), &chunk(b"tEXt", b"who"), &chunk(b"IDAT", b"y")].concat();
        assert_eq!(strip(&png).unwrap(), [&start[..], &chunk(b"IHDR", b"x"), &chunk(b"IDAT", b"y")].concat());
        let webp = b"RIFF\x24\0\0\0WEBPVP8X\x02\0\0\0\x0c!EXIF\x03\0\0\0abc\0VP8 \x02\0\0\0xy";
        assert_eq!(strip(webp).unwrap(), b"RIFF\x18\0\0\0WEBPVP8X\x02\0\0\0\0!VP8 \x02\0\0\0xy");
    }

    #[test]
    fn what_is_cut_short_stays_as_it_is() {
        for bytes in [
            &b"\xff\xd8\xff\xe1\x00\x30Exif"[..],
            b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXt",
            b"RIFF\0\0\0\0WEBPEXIF\xff\xff\xff\xff",
            b"",
        ] {
            assert_eq!(strip(bytes), None, "{bytes:?}");
        }
        assert!(said(b"II\x2a\0\xff\xff\xff\xff").is_empty());
    }
}
