//! What we keep for ourselves in a file: short to read and to write, with a number at its top by which damage is seen.
//! Pure.

use serde::{Deserialize, Serialize};

use crate::site::kept::{Mark, Marker};

/// How many bytes stand at the top of a sealed file.
pub(super) const TOP: usize = 16;

/// The beginning of a file that will have about so many bytes: room for its top.
pub(super) fn begin(length: usize) -> Vec<u8> {
    let mut file = Vec::with_capacity(length.max(TOP));
    file.resize(TOP, 0);
    file
}

/// Ends a file that was begun: from here on it counts for whoever knows `by`.
pub(super) fn seal(by: Mark, mut file: Vec<u8>) -> Vec<u8> {
    let top = top(by, &file[TOP..]);
    file[..TOP].copy_from_slice(&top);
    file
}

/// A file of this for whoever knows `by`, which is about so many bytes long. `None` where it cannot be written so.
pub(super) fn packed<T: Serialize>(by: Mark, what: &T, length: usize) -> Option<Vec<u8>> {
    Some(seal(by, pack(what, begin(length))?))
}

/// What is in a file, if it is whole and counts for whoever knows `by`.
pub(super) fn unseal(by: Mark, file: &[u8]) -> Option<&[u8]> {
    file.split_at_checked(TOP).filter(|(given, bytes)| *given == top(by, bytes)).map(|(_, bytes)| bytes)
}

fn top(by: Mark, bytes: &[u8]) -> [u8; TOP] {
    Marker::default().mark(by).bytes(bytes).done().into()
}

/// Writes something behind bytes. `None` where it cannot be written so.
pub(super) fn pack<T: Serialize>(what: &T, behind: Vec<u8>) -> Option<Vec<u8>> {
    postcard::to_extend(what, behind).ok()
}

/// Reads what was packed, and says what stands behind it.
pub(super) fn unpack<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Option<(T, &'b [u8])> {
    postcard::take_from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_cut_off_or_of_somebody_else_is_not_read() {
        let by = Mark::of(b"us");
        let file = seal(by, pack(&("page", 7_u32), begin(0)).expect("plain data"));
        let read = |by, file: &[u8]| {
            unseal(by, file).and_then(unpack::<(&str, u32)>).map(|((word, number), _)| (word.to_owned(), number))
        };
        assert_eq!(read(by, &file), Some(("page".to_owned(), 7)));
        assert_eq!(read(Mark::of(b"them"), &file), None);
        for damaged in 0..file.len() {
            let mut other = file.clone();
            other[damaged] ^= 1;
            assert_eq!((read(by, &other), read(by, &file[..damaged])), (None, None), "{damaged}");
        }
        assert_eq!(unseal(by, &file), Some(&file[TOP..]));
        assert_eq!(packed(by, &("page", 7_u32), 0), Some(file));
    }
}
