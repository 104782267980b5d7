//! Secrets of the system's own making, and how they are compared.

use std::fmt::Write as _;
use std::io;

/// Sixteen random bytes, as 32 letters.
///
/// # Errors
/// When the system has none to give.
pub fn long() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Six random digits, to be typed by a person.
///
/// # Errors
/// When the system has none to give.
pub fn code() -> io::Result<String> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    // Of 2^64 numbers a millionth part more or less is no help to anybody.
    Ok(format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000))
}

/// Whether two secrets are the same; how long that takes tells nothing about where they differ.
pub fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_have_their_length_and_are_never_twice_the_same() {
        assert_ne!(long().unwrap(), long().unwrap());
        assert_eq!(long().unwrap().len(), 32);
        assert!((0..100).all(|_| code().unwrap().len() == 6));
        assert!(same("abc", "abc") && !same("abc", "abd") && !same("abc", "ab") && !same("", "a"));
    }
}
