//! Reads a playlist: TOML that staff write, with every mistake as a finding at its place. Pure.

mod track;

use std::ops::Range;
use std::time::Duration;

use super::bed::{BedKind, Key};
use super::chime::ChimeKind;
use super::credits::Credits;
use super::fade::Curve;
use super::timeline::Translations;
use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::fields::{Fields, Form, Spanned};
use crate::project::{CEILING_HINT, MusicDefaults, ceiling};
use crate::units::{Decibels, Lufs, TimeError, parse_time, words};

/// A session as its author wrote it; what it is silent on has the house's defaults.
#[derive(Clone, Debug)]
pub struct Playlist {
    /// The session's title.
    pub title: String,
    /// A sentence on it.
    pub summary: String,
    /// Its words in other languages.
    pub translations: Translations,
    /// What every piece is brought to.
    pub loudness: Lufs,
    /// The true peak that nothing passes.
    pub ceiling: Decibels,
    /// Between two pieces.
    pub crossfade: Duration,
    /// Between two phases.
    pub boundary: Duration,
    /// The session's last fade.
    pub end: Duration,
    /// The phases, in order; at least one in a playlist without errors.
    pub phases: Vec<Phase>,
    /// Music outside the clock.
    pub reserves: Vec<Reserve>,
}

/// A phase as its author wrote it.
#[derive(Clone, Debug)]
pub struct Phase {
    /// Its name.
    pub name: String,
    /// What it is for, in a sentence.
    pub purpose: String,
    /// How long it is planned.
    pub length: Duration,
    /// The least it may last.
    pub min: Duration,
    /// The most it may last.
    pub max: Duration,
    /// Its level against the session's loudness.
    pub level: Decibels,
    /// How its pieces are ordered.
    pub order: Order,
    /// What fills what is left.
    pub when_short: WhenShort,
    /// How long it takes from silence; else the boundary.
    pub fade_in: Option<Duration>,
    /// The shape of its crossfades, where the author wants one of their own.
    pub curve: Option<Curve>,
    /// Whether its music may be sung; nothing is said where the author says nothing.
    pub vocals: Option<bool>,
    /// Its pieces.
    pub tracks: Vec<Track>,
    /// What sounds over its music, in the order it does.
    pub cues: Vec<Chime>,
    /// Where it stands in the file.
    pub span: Range<usize>,
}

/// Music outside the clock, a keypress away.
#[derive(Clone, Debug)]
pub struct Reserve {
    /// Its name.
    pub name: String,
    /// Its level against the session's loudness.
    pub level: Decibels,
    /// Its pieces, played in order and from the first again.
    pub tracks: Vec<Track>,
    /// Where it stands in the file.
    pub span: Range<usize>,
}

/// How a phase's pieces are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they are listed.
    #[default]
    Listed,
    /// Chosen and ordered so that one ends as the phase ends.
    Fit,
}

/// What fills what is left of a phase when its pieces have been played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenShort {
    /// The pieces again, from the first.
    #[default]
    Repeat,
    /// A generated bed.
    Bed,
    /// Silence, which was asked for.
    Silence,
}

/// One track as its author wrote it.
#[derive(Clone, Debug)]
pub struct Track {
    /// What sounds.
    pub sound: TrackSound,
    /// Whether it goes on from the track before it without a gap and without a fade, as in an album.
    pub gapless: bool,
    /// The author's gain on top of the loudness match.
    pub gain: Decibels,
    /// Whether it is meant to rise by more than 3 LU within 10 s where it does.
    pub rises: bool,
    /// The shape of the crossfade that brings it in, where the author wants one of its own.
    pub curve: Option<Curve>,
    /// Its title; else from the file's tags.
    pub title: Option<String>,
    /// Its artist; else from the file's tags.
    pub artist: Option<String>,
    /// Its licence; else from the file's tags.
    pub licence: Option<String>,
    /// The day on which that ends: `2027-12-31`.
    pub licence_until: Option<Spanned<String>>,
    /// Whether it is sung.
    pub vocals: Option<bool>,
    /// Whose it is besides; else from the file's tags.
    pub credits: Credits,
    /// Where it stands in the file.
    pub span: Range<usize>,
}

/// What a track sounds.
#[derive(Clone, Debug)]
pub enum TrackSound {
    /// A file.
    File {
        /// Its path, relative to the playlist's folder.
        file: Spanned<String>,
        /// Cue in; else leading silence is trimmed.
        start: Option<Spanned<Duration>>,
        /// Cue out; else trailing silence is trimmed.
        end: Option<Spanned<Duration>>,
    },
    /// A generated bed.
    Bed {
        /// Which.
        kind: BedKind,
        /// In which key.
        key: Key,
        /// How long it is meant to sound.
        length: Duration,
    },
}

/// A cue as its author wrote it: a chime, or a short file, over the phase's music.
#[derive(Clone, Debug)]
pub struct Chime {
    /// What sounds.
    pub sound: ChimeSound,
    /// How long after the phase begins, by the phase's own clock: a hold does not count.
    pub at: Duration,
    /// The author's gain on top of the loudness match.
    pub gain: Decibels,
    /// Its title.
    pub title: Option<String>,
}

/// What a cue sounds.
#[derive(Clone, Debug)]
pub enum ChimeSound {
    /// A file, relative to the playlist's folder.
    File(Spanned<String>),
    /// A generated chime.
    Generated {
        /// Which.
        kind: ChimeKind,
        /// In which key.
        key: Key,
    },
}

/// The bed that stands in where nothing else does: calm, and in no mood of its own.
pub const HOUSE_BED: BedKind = BedKind::Drone;

const ORDERS: &[(&str, Order)] = &[("listed", Order::Listed), ("fit", Order::Fit)];
const WHEN_SHORT: &[(&str, WhenShort)] =
    &[("repeat", WhenShort::Repeat), ("bed", WhenShort::Bed), ("silence", WhenShort::Silence)];
const CURVES: &[(&str, Curve)] =
    &[("equal-power", Curve::EqualPower), ("equal-gain", Curve::EqualGain), ("half-cosine", Curve::HalfCosine)];

const LOUDNESS_HINT: &str = "write it as `-23 LUFS`; it is between -70 and 0";
const LEVEL_HINT: &str = "write it as `-6 dB`; it is between -60 and +12";

/// Reads a playlist; `defaults` stand in where it is silent.
pub fn parse(source: &SourceText, defaults: &MusicDefaults) -> (Playlist, Findings) {
    let form = Form::toml(source, 0..source.text().len());
    let root = form.root("a playlist");
    let playlist = Playlist {
        title: text(&root, "title").unwrap_or_default(),
        summary: text(&root, "summary").unwrap_or_default(),
        translations: translations(&root),
        loudness: root.parsed("loudness", Lufs::parse, LOUDNESS_HINT).map_or(defaults.loudness, |l| l.value),
        ceiling: root.parsed("ceiling", ceiling, CEILING_HINT).map_or(defaults.ceiling, |c| c.value),
        crossfade: time(&root, "crossfade").unwrap_or(defaults.crossfade),
        boundary: time(&root, "boundary").unwrap_or(defaults.boundary),
        end: time(&root, "end").unwrap_or(defaults.end),
        phases: root.tables("phase", "a phase").into_iter().map(phase).collect(),
        reserves: root.tables("reserve", "a reserve").into_iter().map(reserve).collect(),
    };
    if root.lacks("title") {
        root.missing("title", "name the session: `title = \"Arriving\"`");
    }
    if root.lacks("phase") {
        root.missing(
            "phase",
            "a session has at least one phase: write `[[phase]]`, and its `name` and `length` below it",
        );
    }
    name_once(&root, "phase", playlist.phases.iter().map(|p| (&p.name, &p.span)), source);
    name_once(&root, "reserve", playlist.reserves.iter().map(|r| (&r.name, &r.span)), source);
    root.done();
    (playlist, form.finish())
}

/// `[translations.es]`: this playlist's own words on the left, theirs on the right.
fn translations(root: &Fields<'_>) -> Translations {
    let Some(languages) = root.table("translations", "[translations]") else { return Translations::new() };
    let words = |fields: Fields<'_>| {
        let entries = fields.entries().into_iter();
        let words = entries.filter_map(|(words, value)| match value.value {
            serde_json::Value::String(text) => Some((words.value, text)),
            _ => {
                let finding =
                    Diagnostic::error("playlist/translation", format!("`{}` is not translated by a text", words.value));
                fields.add(finding.at(fields.place_in(value.span)).hint("write `\"Arrival\" = \"Llegada\"`"));
                None
            }
        });
        words.collect()
    };
    languages.children("a language").into_iter().map(|(code, fields)| (code.value, words(fields))).collect()
}

/// Two phases of one name could not be told apart by `--from`, nor two reserves by `reserve`.
fn name_once<'a>(
    root: &Fields<'_>,
    what: &str,
    names: impl Iterator<Item = (&'a String, &'a Range<usize>)>,
    source: &SourceText,
) {
    let mut seen: Vec<String> = Vec::new();
    for (name, span) in names {
        let key = name.to_lowercase();
        if !key.is_empty() && seen.contains(&key) {
            let finding = Diagnostic::error("playlist/name", format!("two {what}s are called `{name}`"));
            root.add(finding.at(source.place(span.clone())).hint("give each a name of its own"));
        }
        seen.push(key);
    }
}

fn phase(fields: Fields<'_>) -> Phase {
    let name = named(&fields, "phase");
    let length = timed(&fields, "length");
    if fields.lacks("length") {
        fields.missing("length", "say how long it is planned: `length = \"10m\"`");
    }
    let planned = length.as_ref().map_or(Duration::from_secs(600), |l| l.value);
    let (min, max) = (timed(&fields, "min"), timed(&fields, "max"));
    check_bounds(&fields, planned, min.as_ref(), max.as_ref());
    let phase = Phase {
        purpose: text(&fields, "purpose").unwrap_or_default(),
        length: planned,
        min: min.map_or(Duration::ZERO, |min| min.value.min(planned)),
        // Where the author sets no limit, a hold lasts as long as anybody would sit.
        max: max.map_or(planned + Duration::from_secs(4 * 3600), |max| max.value.max(planned)),
        level: level(&fields),
        order: fields.choice("order", ORDERS).map(|order| order.value).unwrap_or_default(),
        when_short: fields.choice("when_short", WHEN_SHORT).map(|choice| choice.value).unwrap_or_default(),
        fade_in: time(&fields, "fade_in"),
        curve: fields.choice("curve", CURVES).map(|curve| curve.value),
        vocals: fields.flag("vocals").map(|flag| flag.value),
        tracks: track::tracks(&fields),
        cues: track::cues(&fields, planned),
        span: fields.span(),
        name,
    };
    fields.done();
    phase
}

fn check_bounds(
    fields: &Fields<'_>,
    planned: Duration,
    min: Option<&Spanned<Duration>>,
    max: Option<&Spanned<Duration>>,
) {
    if planned < Duration::from_secs(10) {
        let finding =
            Diagnostic::error("playlist/length", format!("a phase of {} is too short for a fade", words(planned)));
        fields.add(finding.at(fields.place_of("length")).hint("a phase lasts 10 seconds or more"));
    }
    if min.is_some_and(|min| min.value > planned) {
        let finding = Diagnostic::error("playlist/bounds", "the phase's `min` is longer than its `length`");
        fields.add(
            finding
                .at(fields.place_of("min"))
                .hint(format!("`length` is {}; set `min` to that or less", words(planned))),
        );
    }
    if max.is_some_and(|max| max.value < planned) {
        let finding = Diagnostic::error("playlist/bounds", "the phase's `max` is shorter than its `length`");
        fields.add(
            finding
                .at(fields.place_of("max"))
                .hint(format!("`length` is {}; set `max` to that or more", words(planned))),
        );
    }
}

fn reserve(fields: Fields<'_>) -> Reserve {
    let reserve = Reserve {
        name: named(&fields, "reserve"),
        level: level(&fields),
        tracks: track::tracks(&fields),
        span: fields.span(),
    };
    if reserve.tracks.is_empty() {
        fields.missing(
            "track",
            "a reserve has music of its own: write `[[reserve.track]]`, and a `file` or a `bed` below it",
        );
    }
    fields.done();
    reserve
}

fn named(fields: &Fields<'_>, what: &str) -> String {
    let name = text(fields, "name").unwrap_or_default();
    if fields.lacks("name") {
        fields.missing("name", format!("give the {what} a name: `name = \"…\"`"));
    }
    name
}

fn text(fields: &Fields<'_>, key: &'static str) -> Option<String> {
    fields.text(key).map(|text| text.value)
}

fn timed(fields: &Fields<'_>, key: &'static str) -> Option<Spanned<Duration>> {
    fields.parsed(key, |text| parse_time(text).ok(), TimeError::HINT)
}

fn time(fields: &Fields<'_>, key: &'static str) -> Option<Duration> {
    timed(fields, key).map(|time| time.value)
}

fn level(fields: &Fields<'_>) -> Decibels {
    gain(fields, "level")
}

fn gain(fields: &Fields<'_>, key: &'static str) -> Decibels {
    let parse = |text: &str| Decibels::parse(text).filter(|level| (-60.0..=12.0).contains(&level.0));
    fields.parsed(key, parse, LEVEL_HINT).map_or(Decibels(0.0), |level| level.value)
}
