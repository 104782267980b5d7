//! From parts to notes: ties what is held from chord to chord, and lets patterns choose by chance. Pure.

use super::pitch::Pitch;
use super::recipe::{Instrument, Moment, Part, Pattern, Recipe, Tones};
use crate::music::synth::Chance;

/// One note, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Note {
    pub(super) start: f64,
    pub(super) length: f64,
    pub(super) pitch: Pitch,
    /// From 0 to 1.
    pub(super) strength: f64,
}

/// The notes of layer `index`. A bed has none.
pub(super) fn notes(recipe: &Recipe, index: usize) -> Vec<Note> {
    let chance = Chance::of(recipe.seed, index as u64);
    match &recipe.layers[index].part {
        Part::Written { instrument, start, moments, times } => {
            by_hand(written(*instrument, *start, moments, *times), *instrument, chance)
        }
        Part::Pattern { instrument, pattern } => by_chance(recipe, *instrument, pattern, chance),
        Part::Bed { .. } => Vec::new(),
    }
}

fn written(instrument: Instrument, start: f64, moments: &[Moment], times: u32) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    let mut at = start;
    for moment in (0..times).flat_map(|_| moments) {
        for pitch in &moment.pitches {
            let held = |note: &&mut Note| note.pitch == *pitch && (note.start + note.length - at).abs() < 1e-6;
            // A chord's tone that the next chord has too is held, not struck again. A melody's is sung again.
            let tied = instrument.sustains() && moment.pitches.len() > 1;
            match notes.iter_mut().find(held).filter(|_| tied) {
                Some(note) => note.length += moment.length,
                None => notes.push(Note { start: at, length: moment.length, pitch: *pitch, strength: 1.0 }),
            }
        }
        at += moment.length;
    }
    notes
}

/// As a hand plays what is written: not all at once, and no two notes alike. What is tied has been tied before.
fn by_hand(mut notes: Vec<Note>, instrument: Instrument, mut chance: Chance) -> Vec<Note> {
    let (late, soft) = if instrument.sustains() { (0.0, 0.9) } else { (0.045, 0.8) };
    for note in &mut notes {
        note.start += chance.between(0.0, late);
        note.strength = chance.between(soft, 1.0);
    }
    notes
}

fn by_chance(recipe: &Recipe, instrument: Instrument, pattern: &Pattern, mut chance: Chance) -> Vec<Note> {
    let mut notes = Vec::new();
    let (mut at, mut last) = (pattern.start, None);
    while at < pattern.end {
        let count = (f64::from(pattern.phrase) * chance.between(0.7, 1.3)).round().max(1.0) as u32;
        for n in 0..count {
            let start = at + pattern.every * pattern.sway * chance.between(-0.5, 0.5);
            let rests = n > 0 && chance.unit() < pattern.rest;
            let tones = tones(recipe, pattern, start);
            if !rests && start >= 0.0 && start < pattern.end && !tones.is_empty() {
                let pitch = step(&tones, last, &mut chance);
                // A phrase rises to its middle and leans back, and no two notes are struck alike.
                let arch = libm::sin(std::f64::consts::PI * (f64::from(n) + 0.7) / (f64::from(count) + 0.4));
                let strength = (0.55 + 0.35 * arch) * chance.between(0.8, 1.0);
                let held = if instrument.sustains() { 1.1 } else { 1.6 };
                notes.push(Note { start, length: pattern.every * held, pitch, strength });
                last = Some(pitch);
            }
            at += pattern.every;
        }
        at += pattern.pause * chance.between(0.7, 1.3);
    }
    notes
}

/// The pitches that the pattern may use at `seconds`, from low to high.
fn tones(recipe: &Recipe, pattern: &Pattern, seconds: f64) -> Vec<Pitch> {
    let all = Pitch::between(pattern.low, pattern.high);
    match &pattern.tones {
        Tones::Scale(keys) => all.filter(|pitch| keys.iter().any(|key| pitch.is_tone(*key))).collect(),
        Tones::Over(name) => {
            let chord = chord_at(recipe, name, seconds);
            all.filter(|pitch| chord.iter().any(|tone| tone.same_tone(*pitch))).collect()
        }
    }
}

/// What the named layer plays at `seconds`: its first chord before it begins, its last when it has ended.
fn chord_at<'r>(recipe: &'r Recipe, name: &str, seconds: f64) -> &'r [Pitch] {
    let layer = recipe.layers.iter().find(|layer| layer.name.as_deref() == Some(name));
    let Some(Part::Written { start, moments, times, .. }) = layer.map(|layer| &layer.part) else { return &[] };
    let mut end = *start;
    let mut chord: &[Pitch] = &[];
    for moment in (0..*times).flat_map(|_| moments) {
        end += moment.length;
        if !moment.pitches.is_empty() {
            chord = &moment.pitches;
        }
        if seconds < end && !chord.is_empty() {
            break;
        }
    }
    chord
}

/// The next pitch of a melody: near the last, seldom the same.
fn step(tones: &[Pitch], last: Option<Pitch>, chance: &mut Chance) -> Pitch {
    let Some(last) = last else { return chance.pick(tones) };
    let place = tones.iter().position(|tone| *tone >= last).unwrap_or(tones.len() - 1) as i64;
    let top = tones.len() as i64 - 1;
    let moves: &[i64] = if place * 3 > top * 2 { &[-2, -1, -1, -1, 1] } else { &[-2, -1, -1, 1, 1, 2, 3] };
    let moved = place + chance.pick(moves);
    let landed = if moved < 0 { -moved } else { moved }.clamp(0, top);
    tones[usize::try_from(landed).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::super::parse::recipe;
    use super::*;
    use crate::diagnostic::SourceText;

    fn read(layers: &str) -> Recipe {
        let text = format!("title = \"T\"\nlength = \"1m\"\n{layers}");
        let (recipe, findings) = recipe(&SourceText::new("r.toml", text));
        recipe.unwrap_or_else(|| panic!("{findings:?}"))
    }

    #[test]
    fn a_tone_in_two_chords_is_held() {
        let recipe = read("[[layer]]\ninstrument = \"pad\"\nnotes = [\"10s D3 A3\", \"10s B2 A3\"]\n");
        let notes = notes(&recipe, 0);
        let told: Vec<(f64, f64)> = notes.iter().map(|note| (note.start, note.length)).collect();
        assert_eq!(told, [(0.0, 10.0), (0.0, 20.0), (10.0, 10.0)]);
    }

    #[test]
    fn a_pattern_keeps_to_the_chord_it_follows() {
        let recipe = read(
            "[[layer]]\nname = \"chords\"\ninstrument = \"pad\"\nnotes = [\"30s D3 A3\", \"30s E3 B3\"]\n\
             [[layer]]\ninstrument = \"harp\"\n[layer.pattern]\nover = \"chords\"\nevery = \"1s\"\n",
        );
        let notes = notes(&recipe, 1);
        assert!(notes.len() > 15, "{}", notes.len());
        for note in notes {
            let chord = if note.start < 30.0 { ["D3", "A3"] } else { ["E3", "B3"] };
            let in_chord = chord.iter().filter_map(|tone| Pitch::parse(tone)).any(|tone| tone.same_tone(note.pitch));
            assert!(in_chord, "{note:?}");
        }
    }
}
