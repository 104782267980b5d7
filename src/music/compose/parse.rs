//! Reads a recipe's TOML. Every mistake is a finding with its place; a recipe with an error is not played. Pure.

use super::pitch::Pitch;
use super::recipe::{Instrument, Layer, Moment, Part, Pattern, Point, Recipe, Room, Tones};
use crate::diagnostic::{Diagnostic, Findings, SourceText, did_you_mean};
use crate::fields::{Fields, Form, Spanned};
use crate::music::bed::{BedKind, BedSpec, Key};
use crate::units::{Decibels, TimeError, parse_time};

/// No piece is longer: it is held in memory while it is written.
const LONGEST: f64 = 3600.0;

/// Reads a recipe; there is none where its text has errors.
pub fn recipe(source: &SourceText) -> (Option<Recipe>, Findings) {
    let form = Form::toml(source, 0..source.text().len());
    let recipe = {
        let root = form.root("a recipe");
        let beat = positive(&root, "tempo").map(|tempo| 60.0 / tempo);
        let reader = Reader { source, beat, length: length(&root), key: key(&root, "key").unwrap_or_default() };
        let recipe = reader.recipe(&root);
        root.done();
        recipe
    };
    let findings = form.finish();
    let whole = !findings.has_errors();
    (whole.then_some(recipe), findings)
}

struct Reader<'s> {
    source: &'s SourceText,
    beat: Option<f64>,
    length: f64,
    key: Key,
}

impl Reader<'_> {
    fn recipe(&self, root: &Fields<'_>) -> Recipe {
        let title = root.text("title").map_or_else(String::new, |title| title.value);
        if title.is_empty() {
            root.missing("title", "name the piece: `title = \"Dawn\"`");
        }
        let tables = root.tables("layer", "a layer");
        let names: Vec<Option<String>> = tables.iter().map(|layer| layer.text("name").map(|name| name.value)).collect();
        let layers: Vec<Layer> =
            tables.into_iter().zip(&names).map(|(fields, name)| self.layer(fields, name.clone(), &names)).collect();
        if layers.is_empty() {
            root.missing("layer", "a piece has at least one `[[layer]]`");
        }
        Recipe {
            title,
            key: self.key,
            length: self.length,
            seed: seed(root),
            level: decibels(root, "level", 0.0),
            fade_in: seconds(root, "fade_in").unwrap_or(4.0),
            fade_out: seconds(root, "fade_out").unwrap_or(10.0),
            arc: self.arc(root),
            room: root.table("room", "[room]").map_or(HOUSE_ROOM, room),
            layers,
        }
    }

    /// `arc = ["0:00 0.3", "1:30 1", "2:40 0.2"]`
    fn arc(&self, root: &Fields<'_>) -> Vec<Point> {
        let hint = "write a time and an intensity from 0 to 1: `\"1:30 0.8\"`, later ones later";
        let mut arc: Vec<Point> = Vec::new();
        for text in root.texts("arc") {
            let point = text.value.split_once(' ').and_then(|(at, intensity)| {
                let intensity = intensity.trim().parse().ok().filter(|x| (0.0..=1.0).contains(x))?;
                Some(Point { at: parse_time(at).ok()?.as_secs_f64(), intensity })
            });
            match point.filter(|point| arc.last().is_none_or(|last| last.at < point.at)) {
                Some(point) => arc.push(point),
                None => self.refuse(root, &text, "a point of the arc", hint),
            }
        }
        arc
    }

    fn layer(&self, fields: Fields<'_>, name: Option<String>, names: &[Option<String>]) -> Layer {
        let part = self.part(&fields, names);
        let sustains = match &part {
            Part::Written { instrument, .. } | Part::Pattern { instrument, .. } => instrument.sustains(),
            Part::Bed { .. } => true,
        };
        let layer = Layer {
            name,
            part,
            level: decibels(&fields, "level", 0.0),
            pan: number(&fields, "pan", -1.0, 1.0).unwrap_or(0.0),
            width: number(&fields, "width", 0.0, 1.0).unwrap_or(0.5),
            brightness: number(&fields, "brightness", 0.0, 1.0).unwrap_or(0.5),
            reverb: number(&fields, "reverb", 0.0, 1.0).unwrap_or(0.5),
            attack: seconds(&fields, "attack").unwrap_or(if sustains { 3.0 } else { 0.0 }),
            release: seconds(&fields, "release").unwrap_or(if sustains { 5.0 } else { 2.0 }),
        };
        fields.done();
        layer
    }

    fn part(&self, fields: &Fields<'_>, names: &[Option<String>]) -> Part {
        let start = seconds(fields, "start").unwrap_or(0.0);
        let end = seconds(fields, "end").unwrap_or(self.length);
        if let Some(kind) = fields.choice("bed", &BedKind::ALL) {
            let key = key(fields, "key").unwrap_or(self.key);
            return Part::Bed { spec: BedSpec { kind: kind.value, key, seed: seed(fields) }, start, end };
        }
        let instrument = fields.choice("instrument", &Instrument::ALL);
        if !is_written(fields, "instrument") && !is_written(fields, "bed") {
            fields
                .missing("instrument", "name an instrument, like `instrument = \"pad\"`, or a bed: `bed = \"drone\"`");
        }
        let instrument = instrument.map_or(Instrument::Pad, |word| word.value);
        if let Some(pattern) = fields.table("pattern", "[layer.pattern]") {
            return Part::Pattern { instrument, pattern: pattern_of(pattern, names, start, end) };
        }
        let moments = fields.texts("notes").iter().filter_map(|text| self.moment(fields, text)).collect::<Vec<_>>();
        if !is_written(fields, "notes") && !is_written(fields, "bed") {
            fields.missing("notes", "write `notes = [\"12s D3 A3 F#4\", \"12s B2 F#3 D4\"]`, or a `[layer.pattern]`");
        }
        let times = fields.integer("times").and_then(|times| u32::try_from(times.value).ok()).unwrap_or(1).min(1000);
        Part::Written { instrument, start, moments, times }
    }

    /// `12s D3 A3 F#4`, `4b A4`, or `6s -` for a rest.
    fn moment(&self, fields: &Fields<'_>, text: &Spanned<String>) -> Option<Moment> {
        let mut words = text.value.split_whitespace();
        let Some(length) = words.next().and_then(|word| self.duration(word)).filter(|length| *length > 0.0) else {
            let hint = "begin with a time, `12s D3 A3`, or with beats where the recipe has a `tempo`: `4b D3 A3`";
            self.refuse(fields, text, "a moment", hint);
            return None;
        };
        let mut pitches = Vec::new();
        for word in words.filter(|word| *word != "-") {
            match Pitch::parse(word) {
                Some(pitch) => pitches.push(pitch),
                None => self.refuse(fields, &part_of(text, word), "a pitch", Pitch::HINT),
            }
        }
        Some(Moment { length, pitches })
    }

    fn duration(&self, word: &str) -> Option<f64> {
        match (word.strip_suffix('b'), self.beat) {
            (Some(beats), Some(beat)) => beats.parse().ok().map(|beats: f64| beats * beat),
            _ => parse_time(word).ok().map(|time| time.as_secs_f64()),
        }
    }

    fn refuse(&self, fields: &Fields<'_>, text: &Spanned<String>, what: &str, hint: &str) {
        let message = format!("`{}` is not {what}", text.value);
        let place = self.source.place(text.span.clone());
        fields.add(Diagnostic::error("recipe/value", message).at(place).hint(hint));
    }
}

/// One word of a text, with its own place: texts in recipes have no escapes, so bytes are bytes.
fn part_of(text: &Spanned<String>, word: &str) -> Spanned<String> {
    let offset = word.as_ptr() as usize - text.value.as_ptr() as usize;
    let start = text.span.start + 1 + offset;
    Spanned { value: word.to_owned(), span: start..start + word.len() }
}

fn pattern_of(fields: Fields<'_>, names: &[Option<String>], start: f64, end: f64) -> Pattern {
    let scale: Vec<Key> = fields.texts("scale").iter().filter_map(|tone| scale_tone(&fields, tone)).collect();
    let over = fields.text("over").map(|name| name.value);
    if scale.is_empty() && over.is_none() {
        fields.missing("over", "name a layer whose chords it follows, or give it a `scale = [\"D\", \"E\", \"A\"]`");
    }
    if let Some(name) = over.as_ref().filter(|name| !names.contains(&Some((*name).clone()))) {
        let near = did_you_mean(name, names.iter().flatten().map(String::as_str));
        let unknown = Diagnostic::error("recipe/value", format!("no layer is named `{name}`"));
        fields.add(unknown.at(fields.place_of("over")).maybe_hint(near));
    }
    let pitch = |key| fields.parsed(key, Pitch::parse, Pitch::HINT).map(|pitch| pitch.value);
    let (low, high) = (pitch("low"), pitch("high"));
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        let message = "`low` is above `high`";
        fields.add(Diagnostic::error("recipe/value", message).at(fields.place_of("low")).hint("turn them round"));
    }
    let house = |text| Pitch::parse(text).expect("a pitch of the house");
    let pattern = Pattern {
        tones: over.map_or(Tones::Scale(scale), Tones::Over),
        low: low.unwrap_or_else(|| house("A3")),
        high: high.unwrap_or_else(|| house("A5")),
        every: seconds(&fields, "every").unwrap_or(3.0).max(0.05),
        sway: number(&fields, "sway", 0.0, 1.0).unwrap_or(0.2),
        rest: number(&fields, "rest", 0.0, 1.0).unwrap_or(0.2),
        phrase: positive(&fields, "phrase").map_or(5, |notes| notes.round().max(1.0) as u32),
        pause: seconds(&fields, "pause").unwrap_or(4.0),
        start,
        end,
    };
    fields.done();
    pattern
}

fn scale_tone(fields: &Fields<'_>, tone: &Spanned<String>) -> Option<Key> {
    let key = Key::parse(&tone.value);
    if key.is_none() {
        let message = format!("`{}` is not a tone", tone.value);
        fields.add(Diagnostic::error("recipe/value", message).at(fields.place_of("scale")).hint(Key::HINT));
    }
    key
}

const HOUSE_ROOM: Room = Room { ring: 6.0, level: Decibels(-6.0), brightness: 0.4 };

fn room(fields: Fields<'_>) -> Room {
    let room = Room {
        ring: seconds(&fields, "ring").unwrap_or(HOUSE_ROOM.ring).clamp(0.3, 30.0),
        level: decibels(&fields, "level", HOUSE_ROOM.level.0),
        brightness: number(&fields, "brightness", 0.0, 1.0).unwrap_or(HOUSE_ROOM.brightness),
    };
    fields.done();
    room
}

fn length(root: &Fields<'_>) -> f64 {
    let Some(length) = root.parsed("length", |text| parse_time(text).ok(), TimeError::HINT) else {
        if !is_written(root, "length") {
            root.missing("length", "say how long the piece is: `length = \"2:40\"`");
        }
        return 1.0;
    };
    let seconds = length.value.as_secs_f64();
    if !(1.0..=LONGEST).contains(&seconds) {
        let place = root.place_of("length");
        root.add(Diagnostic::error("recipe/value", "a piece lasts from a second to an hour").at(place));
    }
    seconds.clamp(1.0, LONGEST)
}

/// Whether `key` is there at all, be it right or wrong.
fn is_written(fields: &Fields<'_>, key: &str) -> bool {
    fields.place_of(key) != fields.place()
}

fn seconds(fields: &Fields<'_>, key: &'static str) -> Option<f64> {
    fields.parsed(key, |text| parse_time(text).ok(), TimeError::HINT).map(|time| time.value.as_secs_f64())
}

fn decibels(fields: &Fields<'_>, key: &'static str, default: f64) -> Decibels {
    fields.parsed(key, Decibels::parse, "write it as `-6 dB`").map_or(Decibels(default), |level| level.value)
}

fn key(fields: &Fields<'_>, key: &'static str) -> Option<Key> {
    fields.parsed(key, Key::parse, Key::HINT).map(|key| key.value)
}

fn seed(fields: &Fields<'_>) -> u64 {
    fields.parsed("seed", |text| text.parse().ok(), "a whole number").map_or(1, |seed| seed.value)
}

fn number(fields: &Fields<'_>, key: &'static str, least: f64, most: f64) -> Option<f64> {
    let parse = |text: &str| text.parse().ok().filter(|x| (least..=most).contains(x));
    fields.parsed(key, parse, &format!("a number from {least} to {most}")).map(|number| number.value)
}

fn positive(fields: &Fields<'_>, key: &'static str) -> Option<f64> {
    number(fields, key, 1.0, 400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let (recipe, findings) = recipe(&SourceText::new("r.toml", text));
        assert_eq!(recipe.is_none(), findings.has_errors());
        let line = |d: &Diagnostic| d.place.as_ref().map_or((0, 0), |p| (p.line, p.column));
        findings.sorted().iter().map(|d| format!("{:?} {}", line(d), d.message)).collect()
    }

    #[test]
    fn a_recipe_says_what_it_means() {
        let text = "title = \"T\"\nlength = \"1:30\"\ntempo = 60\nkey = \"D\"\narc = [\"0s 0.2\", \"1m 1\"]\n\
                    [[layer]]\ninstrument = \"pad\"\nnotes = [\"12s D3 A3\", \"4b -\"]\ntimes = 2\n\
                    [[layer]]\nbed = \"water\"\nlevel = \"-20 dB\"\n";
        let (recipe, findings) = recipe(&SourceText::new("r.toml", text));
        assert!(findings.is_empty(), "{findings:?}");
        let recipe = recipe.expect("whole");
        assert_eq!((recipe.length, recipe.arc.len(), recipe.layers.len()), (90.0, 2, 2));
        let Part::Written { moments, times: 2, .. } = &recipe.layers[0].part else { panic!("{recipe:?}") };
        assert_eq!((moments[0].pitches.len(), moments[1].length), (2, 4.0));
    }

    #[test]
    fn every_mistake_has_its_place() {
        let text = "title = \"T\"\nlength = \"long\"\nkey = \"H\"\narc = [\"1m 0.5\", \"30s 0.4\"]\n\
                    [[layer]]\ninstrument = \"bells\"\nnotes = [\"12s D3 X9\", \"D3\"]\npan = 3\n\
                    [[layer]]\ninstrument = \"harp\"\n[layer.pattern]\nlow = \"C5\"\nhigh = \"C4\"\n\
                    [[layer]]\nbed = \"rain\"\n";
        assert_eq!(
            said(text),
            [
                "(2, 10) `length` cannot be `long`",
                "(3, 7) `key` cannot be `H`",
                "(4, 18) `30s 0.4` is not a point of the arc",
                "(6, 14) `instrument` cannot be `bells`",
                "(7, 18) `X9` is not a pitch",
                "(7, 23) `D3` is not a moment",
                "(8, 7) `pan` cannot be `3`",
                "(11, 1) [layer.pattern] has no `over`",
                "(12, 1) `low` is above `high`",
                "(15, 7) `bed` cannot be `rain`",
            ]
        );
    }
}
