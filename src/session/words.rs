//! What the picture and the table of a session say by themselves, in the language of the page. Pure.

/// The words. `{}` is what is put in their place, in this order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    /// The picture's title: of which session.
    pub(super) picture: &'static str,
    /// The table's title: of which session.
    pub(super) table: &'static str,
    /// How long the whole is, and in how many phases.
    pub(super) whole: &'static str,
    /// A phase: its name, its minutes, its level.
    pub(super) phase: &'static str,
    /// One chime, and several.
    pub(super) chimes: [&'static str; 2],
    /// A piece: what, and from when.
    pub(super) piece: &'static str,
    /// A chime: what, and when.
    pub(super) chime: &'static str,
    /// A chime in the table: when, and what.
    pub(super) chime_at: &'static str,
    pub(super) columns: [&'static str; 3],
    pub(super) minutes: &'static str,
    pub(super) silence: &'static str,
}

pub(super) const ENGLISH: Words = Words {
    picture: "{}: the music of the session",
    table: "{}: the phases and their music",
    whole: "{} minutes in {} phases",
    phase: "{}, {} minutes at {}",
    chimes: ["One chime.", "{} chimes."],
    piece: "{}, from {}",
    chime: "{}, at {}",
    chime_at: "At {}: {}, over softer music",
    columns: ["Begins", "Phase", "Music"],
    minutes: "{} minutes",
    silence: "Silence",
};

const SPANISH: Words = Words {
    picture: "{}: la música de la sesión",
    table: "{}: las fases y su música",
    whole: "{} minutos en {} fases",
    phase: "{}, {} minutos a {}",
    chimes: ["Una campanada.", "{} campanadas."],
    piece: "{}, desde {}",
    chime: "{}, en {}",
    chime_at: "En {}: {}, sobre música más suave",
    columns: ["Empieza", "Fase", "Música"],
    minutes: "{} minutos",
    silence: "Silencio",
};

/// The words of a language (BCP 47); English where there are none.
pub(super) fn of(language: &str) -> &'static Words {
    match language.split('-').next() {
        Some("es") => &SPANISH,
        _ => &ENGLISH,
    }
}

/// Puts values into words, one for each `{}`.
pub(super) fn put(words: &str, values: &[&str]) -> String {
    let mut parts = words.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (value, part) in values.iter().zip(parts) {
        text.push_str(value);
        text.push_str(part);
    }
    text
}
