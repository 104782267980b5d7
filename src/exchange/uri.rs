//! File names as addresses, and back (RFC 8089). Pure.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A file as an address: absolute ones as `file://`, others from the list's folder.
pub(super) fn of_file(file: &Path) -> String {
    let mut uri = String::from(if file.is_absolute() { "file://" } else { "" });
    for byte in file.to_string_lossy().replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte as char),
            other => _ = write!(uri, "%{other:02X}"),
        }
    }
    uri
}

/// The file that a list means; else the scheme of what is none.
pub(super) fn to_file(location: &str) -> Result<PathBuf, String> {
    if let Some(rest) = strip(location, "file:") {
        let path = rest.strip_prefix("//localhost").or_else(|| rest.strip_prefix("//")).unwrap_or(rest);
        return Ok(PathBuf::from(decoded(path)));
    }
    match location.split_once(':') {
        // A single letter is a drive.
        Some((scheme, _)) if scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Err(scheme.to_ascii_lowercase())
        }
        // In XSPF a relative address is encoded; in M3U a name may have a `%` of its own.
        _ if location.contains('%') && !decoded(location).contains('\u{fffd}') => Ok(PathBuf::from(decoded(location))),
        _ => Ok(PathBuf::from(location)),
    }
}

fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// `%20` is a space; what only looks like that stays.
fn decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.filter(|_| *byte == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(value) => {
                out.push(value);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
