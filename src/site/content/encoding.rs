//! Bytes as text: UTF-8, and what was meant by another encoding. Pure.

use std::path::Path;

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText};

const HINT: &str = "save it with the encoding UTF-8; most editors offer that under `Save as`";

/// Bytes as text. Where they are not UTF-8 it is a finding, and the rest is read as well as it can be.
pub fn text(path: &Path, bytes: Vec<u8>, findings: &mut Findings) -> SourceText {
    let bytes = match plain(bytes) {
        Ok(text) => return SourceText::new(path, text),
        Err(bytes) => bytes,
    };
    if is_utf16(&bytes) {
        let source = SourceText::new(path, of_utf16(&bytes));
        let finding = Diagnostic::error("content/encoding", "the file is written in UTF-16");
        findings.push(finding.at(Place::file(source.path())).hint(HINT));
        return source;
    }
    let at = std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let source = SourceText::new(path, String::from_utf8_lossy(&bytes).into_owned());
    let finding = Diagnostic::error("content/encoding", "the file is not written in UTF-8 from here on");
    findings.push(finding.at(source.place(at..at + 1)).hint(HINT));
    source
}

/// The text of bytes that are UTF-8, as they should be.
///
/// # Errors
/// With the bytes, where they are not.
pub(super) fn plain(bytes: Vec<u8>) -> Result<String, Vec<u8>> {
    if is_utf16(&bytes) {
        return Err(bytes);
    }
    String::from_utf8(bytes).map_err(|error| error.into_bytes())
}

/// Whether bytes are UTF-16, as some editors save it: by the mark at its beginning, or a plain letter with its empty half.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..])
}

fn of_utf16(bytes: &[u8]) -> String {
    let big = matches!(bytes, [0xfe, ..] | [0, ..]);
    let (pairs, _) = bytes.as_chunks();
    let units = pairs.iter().map(|pair| if big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
    let text: String = char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.trim_start_matches('\u{feff}').to_owned()
}
