//! How a file is known to be as it was, without reading it: its length, its times, and its number on the disk.
//! The time of its last change of any kind (`ctime`) can't be set by hand, so that a copied or touched file is seen.

use std::fmt;
use std::fs::Metadata;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// What the disk says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp([u128; 4]);

/// A disk's clock is coarse: what was changed so little before it was looked at may change again within the same tick.
const TICK: Duration = Duration::from_millis(50);

impl Stamp {
    /// The stamp of a file.
    pub fn of(found: &Metadata) -> Stamp {
        let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let written = found.modified().map_or(0, since);
        let (changed, number) = on_disk(found);
        Stamp([u128::from(found.len()), written, changed, number])
    }

    /// Whether the file changed so short a time before `now` that it may have changed since without a trace.
    pub fn is_young(&self, now: SystemTime) -> bool {
        let now = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        self.0[1].max(self.0[2]) + TICK.as_nanos() > now
    }

    /// Reads what [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Stamp> {
        // Most are short, and read in a fraction of the time.
        let read = |part: &str| match part.len() {
            0..=16 => u64::from_str_radix(part, 16).ok().map(u128::from),
            _ => u128::from_str_radix(part, 16).ok(),
        };
        let mut parts = text.split('-').map(read);
        let stamp = [parts.next()??, parts.next()??, parts.next()??, parts.next()??];
        parts.next().is_none().then_some(Stamp(stamp))
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [length, written, changed, number] = self.0;
        write!(f, "{length:x}-{written:x}-{changed:x}-{number:x}")
    }
}

/// This very holdspace: another may build otherwise.
pub fn ourselves() -> String {
    let found = std::env::current_exe().and_then(std::fs::metadata);
    format!(
        "{} {}",
        env!("CARGO_PKG_VERSION"),
        found.map_or_else(|_| String::new(), |found| Stamp::of(&found).to_string())
    )
}

/// When anything about the file last changed, and its number.
#[cfg(unix)]
fn on_disk(found: &Metadata) -> (u128, u128) {
    use std::os::unix::fs::MetadataExt;
    let part = |number: i64| u128::from(number.unsigned_abs());
    (part(found.ctime()) * 1_000_000_000 + part(found.ctime_nsec()), u128::from(found.ino()))
}

#[cfg(not(unix))]
fn on_disk(_: &Metadata) -> (u128, u128) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_as_it_was_written() {
        let stamp = Stamp([12, 1_790_000_000_123_456_789, 1_790_000_000_123_456_790, 77]);
        assert_eq!(Stamp::parse(&stamp.to_string()), Some(stamp));
        for other in ["", "1-2-3", "1-2-3-x", "1-2-3-4-5"] {
            assert_eq!(Stamp::parse(other), None, "{other}");
        }
    }

    #[test]
    fn what_changed_just_now_is_not_trusted() {
        let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(9);
        let stamp = Stamp([1, 9_000_000_000, 9_000_000_000, 1]);
        assert!(stamp.is_young(changed + Duration::from_millis(10)));
        assert!(!stamp.is_young(changed + Duration::from_millis(60)));
    }
}
