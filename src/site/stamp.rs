//! How a file is known to be as it was, without reading it: its length, its times, and its number on the disk.
//! The time of its last change of any kind (`ctime`) can't be set by hand, so that a copied or touched file is seen.

use std::fmt;
use std::fs::Metadata;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// What the disk says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp([u64; 4]);

/// A disk's clock is coarse: what was changed so little before it was looked at may change again within the same tick.
const TICK: Duration = Duration::from_millis(50);

impl Stamp {
    /// The stamp of a file.
    pub fn of(found: &Metadata) -> Stamp {
        let (changed, number) = on_disk(found);
        Stamp([found.len(), found.modified().map_or(0, nanoseconds), changed, number])
    }

    /// The stamp of a file of so many bytes, when these and anything about it last changed (nanoseconds since 1970), and its number.
    pub(super) fn new(length: u64, written: u64, changed: u64, number: u64) -> Stamp {
        Stamp([length, written, changed, number])
    }

    /// How many bytes the file has.
    pub(super) fn length(&self) -> u64 {
        self.0[0]
    }

    /// Whether the file changed so short a time before `now` that it may have changed since without a trace.
    pub fn is_young(&self, now: SystemTime) -> bool {
        nanoseconds(now).saturating_sub(self.0[1].max(self.0[2])) < TICK.as_nanos() as u64
    }
}

/// Nanoseconds since 1970; there is room for five hundred years.
fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
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
fn on_disk(found: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    let seconds = found.ctime().unsigned_abs().saturating_mul(1_000_000_000);
    (seconds.saturating_add(found.ctime_nsec().unsigned_abs()), found.ino())
}

#[cfg(not(unix))]
fn on_disk(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_just_now_is_not_trusted() {
        let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(9);
        let stamp = Stamp([1, 9_000_000_000, 9_000_000_000, 1]);
        assert!(stamp.is_young(changed + Duration::from_millis(10)));
        assert!(!stamp.is_young(changed + Duration::from_millis(60)));
    }
}
