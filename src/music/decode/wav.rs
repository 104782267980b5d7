//! The tags of a WAV: its `INFO` list, which Symphonia 0.6.1 reads and forgets.

use std::io::{Read, Seek, SeekFrom};

use super::tags::Tags;

/// A list of tags longer than this is damaged.
const LONGEST: u64 = 1 << 16;

/// Reads the tags.
pub(super) fn tags(file: &mut (impl Read + Seek)) -> Tags {
    list(file).map(|list| read(&list)).unwrap_or_default()
}

/// The `INFO` list of the file; the first, where there are several.
fn list(file: &mut (impl Read + Seek)) -> Option<Vec<u8>> {
    let mut at = 12;
    loop {
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut header = [0; 12];
        file.read_exact(&mut header).ok()?;
        let size = u64::from(size(&header[4..8])?);
        if &header[..4] == b"LIST" && &header[8..] == b"INFO" && (4..LONGEST).contains(&size) {
            let mut list = vec![0; size as usize - 4];
            file.read_exact(&mut list).ok()?;
            return Some(list);
        }
        // Chunks begin at even places.
        at += 8 + size + size % 2;
    }
}

fn read(mut list: &[u8]) -> Tags {
    let mut tags = Tags::default();
    while let Some((header, rest)) = list.split_at_checked(8) {
        let Some((value, _)) = size(&header[4..]).and_then(|size| rest.split_at_checked(size as usize)) else { break };
        let text = String::from_utf8_lossy(value).trim_matches(|c: char| c.is_whitespace() || c == '\0').to_owned();
        let slot = match &header[..4] {
            b"INAM" => Some(&mut tags.title),
            b"IART" => Some(&mut tags.artist),
            b"ICOP" => Some(&mut tags.licence),
            _ => None,
        };
        if let Some(slot) = slot.filter(|_| !text.is_empty()) {
            *slot = Some(text);
        }
        list = rest.get(value.len().next_multiple_of(2)..).unwrap_or_default();
    }
    tags
}

fn size(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?))
}
