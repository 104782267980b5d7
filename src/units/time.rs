//! Time: as people write it ("12s", "1:05:00"), and as the engine counts it (whole frames). Pure.

use std::fmt;
use std::ops::{Add, AddAssign, Div, Mul, Sub};
use std::time::Duration;

/// Frames a second. From 1 Hz (tests count one frame a second) to 384 kHz.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleRate(u32);

impl SampleRate {
    /// The rate of a session where nothing else is said: what nearly every output takes as it is.
    pub const HOUSE: SampleRate = SampleRate(48_000);

    /// Returns the rate, or `None` outside 1 Hz to 384 kHz.
    pub fn new(hertz: u32) -> Option<Self> {
        (1..=384_000).contains(&hertz).then_some(Self(hertz))
    }

    /// Frames a second.
    pub fn hertz(self) -> u32 {
        self.0
    }

    /// Frames a second, for arithmetic with times.
    pub fn per_second(self) -> f64 {
        f64::from(self.0)
    }
}

impl fmt::Display for SampleRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Hz", self.0)
    }
}

/// An instant on the session's clock: the number of frames before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u64);

impl Position {
    /// The session's first frame.
    pub const START: Position = Position(0);

    /// The length from the session's start to here.
    pub fn since_start(self) -> Length {
        Length(self.0)
    }

    /// The length from `earlier` to here; nothing where `earlier` is later.
    pub fn since(self, earlier: Position) -> Length {
        Length(self.0.saturating_sub(earlier.0))
    }

    /// The position `length` before this one, or the session's start.
    pub fn back(self, length: Length) -> Position {
        Position(self.0.saturating_sub(length.0))
    }

    /// Seconds since the session's start, for drawing and printing only.
    pub fn seconds(self, rate: SampleRate) -> f64 {
        self.since_start().seconds(rate)
    }
}

impl Add<Length> for Position {
    type Output = Position;
    fn add(self, length: Length) -> Position {
        Position(self.0.saturating_add(length.0))
    }
}

impl AddAssign<Length> for Position {
    fn add_assign(&mut self, length: Length) {
        *self = *self + length;
    }
}

impl Sub for Position {
    type Output = Length;
    /// The length between two positions; nothing where the second is later.
    fn sub(self, earlier: Position) -> Length {
        self.since(earlier)
    }
}

/// A stretch of time: a number of frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(pub u64);

impl Length {
    /// No time at all.
    pub const NONE: Length = Length(0);

    /// The whole frames nearest to `duration`.
    pub fn of(duration: Duration, rate: SampleRate) -> Length {
        // In integers, so that an hour at any rate is exact.
        let nanos = duration.as_nanos().saturating_mul(u128::from(rate.0));
        let frames = (nanos + 500_000_000) / 1_000_000_000;
        Length(u64::try_from(frames).unwrap_or(u64::MAX))
    }

    /// This many whole seconds.
    pub fn from_secs(seconds: u64, rate: SampleRate) -> Length {
        Length(seconds.saturating_mul(u64::from(rate.0)))
    }

    /// Seconds, for drawing and printing only.
    pub fn seconds(self, rate: SampleRate) -> f64 {
        self.0 as f64 / rate.per_second()
    }

    /// Whether this is no time at all.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The frames as an index into a block that is held in memory.
    pub fn frames(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// What is left of this length after `other`; nothing where `other` is longer.
    pub fn less(self, other: Length) -> Length {
        Length(self.0.saturating_sub(other.0))
    }
}

impl Add for Length {
    type Output = Length;
    fn add(self, other: Length) -> Length {
        Length(self.0.saturating_add(other.0))
    }
}

impl Mul<u64> for Length {
    type Output = Length;
    fn mul(self, times: u64) -> Length {
        Length(self.0.saturating_mul(times))
    }
}

impl Div<u64> for Length {
    type Output = Length;
    fn div(self, parts: u64) -> Length {
        Length(self.0 / parts.max(1))
    }
}

/// Why a written time could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{written}` is not a time")]
pub struct TimeError {
    written: String,
}

impl TimeError {
    /// How a time is written, for a hint.
    pub const HINT: &'static str = "write a time as `12s`, `10m`, `1h5m`, `4:10` or `1:05:00`";
}

/// Reads a time as people write it: `12s`, `500ms`, `10m`, `1h5m30s`, `4:10` (minutes, seconds) or `1:05:00`.
///
/// # Errors
/// [`TimeError`] for anything else, a negative time, or one past 48 hours.
pub fn parse_time(written: &str) -> Result<Duration, TimeError> {
    let error = || TimeError { written: written.to_owned() };
    let text = written.trim();
    let seconds = if text.contains(':') { clock_seconds(text) } else { unit_seconds(text) }.ok_or_else(error)?;
    if (0.0..=48.0 * 3600.0).contains(&seconds) {
        Ok(Duration::from_nanos((seconds * 1e9).round() as u64))
    } else {
        Err(error())
    }
}

/// `4:10`, `1:05:00`, `0:05.5`: only the first part may pass 59.
fn clock_seconds(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() > 3 {
        return None;
    }
    let mut seconds = 0.0;
    for (i, part) in parts.iter().enumerate() {
        let last = i + 1 == parts.len();
        let digits = part.chars().all(|c| c.is_ascii_digit() || (last && c == '.'));
        let value: f64 = if digits { part.parse().ok()? } else { return None };
        if i > 0 && value >= 60.0 {
            return None;
        }
        seconds = seconds * 60.0 + value;
    }
    Some(seconds)
}

/// `12s`, `500ms`, `1h5m30s`, `2.5m`: each unit once, the larger first.
fn unit_seconds(text: &str) -> Option<f64> {
    let (mut rest, mut seconds, mut last_unit) = (text, 0.0, f64::INFINITY);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let value: f64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "h" | "hour" | "hours" => 3600.0,
            "m" | "min" | "minute" | "minutes" => 60.0,
            "s" | "sec" | "second" | "seconds" => 1.0,
            "ms" => 0.001,
            _ => return None,
        };
        if unit >= last_unit {
            return None;
        }
        last_unit = unit;
        seconds += value * unit;
        rest = rest[letters..].trim_start();
    }
    (last_unit.is_finite()).then_some(seconds)
}

/// Writes seconds as a clock: `4:10`, or `1:05:00` from an hour on. Rounded to the whole second.
pub fn clock(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Writes a length as a clock: see [`clock`].
pub fn clock_of(length: Length, rate: SampleRate) -> String {
    clock(length.seconds(rate))
}

/// Writes a duration as an author would: `12s`, `10m`, `1h 5m`, `1m 30s`.
pub fn words(duration: Duration) -> String {
    let millis = duration.as_millis();
    let parts =
        [(millis / 3_600_000, "h"), (millis / 60_000 % 60, "m"), (millis / 1000 % 60, "s"), (millis % 1000, "ms")];
    let said: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if said.is_empty() { "0s".to_owned() } else { said.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<f64> {
        parse_time(text).ok().map(|d| d.as_secs_f64())
    }

    #[test]
    fn a_time_is_read_as_people_write_it() {
        for (text, seconds) in [
            ("12s", 12.0),
            ("10m", 600.0),
            ("1h5m", 3900.0),
            ("1h 5m 30s", 3930.0),
            ("500ms", 0.5),
            ("2.5m", 150.0),
            ("4:10", 250.0),
            ("1:05:00", 3900.0),
            ("0:05.5", 5.5),
            ("90s", 90.0),
            ("75:00", 4500.0),
        ] {
            assert_eq!(read(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "", "12", "s", "-5s", "5m5m", "5s1m", "1:75", "1:2:3:4", "1.2.3s", "ten", "1e3s", "99h", ":", "1:", "5 m x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn an_hour_is_exact_at_any_rate() {
        for hertz in [1, 8000, 44_100, 48_000, 192_000] {
            let rate = SampleRate::new(hertz).expect("in range");
            assert_eq!(Length::of(Duration::from_secs(3600), rate), Length(3600 * u64::from(hertz)));
        }
    }

    #[test]
    fn a_time_is_written_back_as_it_is_read() {
        assert_eq!(clock(250.4), "4:10");
        assert_eq!(clock(3900.0), "1:05:00");
        assert_eq!(words(Duration::from_secs(3930)), "1h 5m 30s");
        assert_eq!(words(Duration::from_millis(1500)), "1s 500ms");
        assert_eq!(words(Duration::ZERO), "0s");
    }
}
