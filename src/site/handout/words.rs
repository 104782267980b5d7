//! What a handout says by itself, in its language. Pure.

/// The words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) contents: &'static str,
    pub(super) person: &'static str,
    pub(super) crisis: &'static str,
    pub(super) crisis_how: &'static str,
    pub(super) danger: &'static str,
    pub(super) danger_how: &'static str,
    pub(super) foot_crisis: &'static str,
    /// `1` and `3` are the page and how many there are.
    pub(super) page: &'static str,
    pub(super) of: &'static str,
    pub(super) addresses: &'static str,
    pub(super) dates: &'static str,
}

const ENGLISH: Words = Words {
    contents: "Contents",
    person: "A person",
    crisis: "In a crisis, at any hour",
    crisis_how: "Call or text 988",
    danger: "If someone is in danger",
    danger_how: "Call 911",
    foot_crisis: "Crisis: call or text 988. Emergency: 911.",
    page: "Page",
    of: "of",
    addresses: "Where the links lead",
    dates: "Your dates",
};

// 988 in Spanish: press 2; by text, AYUDA (988lifeline.org/es, read in 2026).
const SPANISH: Words = Words {
    contents: "Contenido",
    person: "Una persona",
    crisis: "En una crisis, a cualquier hora",
    crisis_how: "Llame al 988 y oprima 2",
    danger: "Si alguien está en peligro",
    danger_how: "Llame al 911",
    foot_crisis: "Crisis: llame al 988 y oprima 2. Emergencia: 911.",
    page: "Página",
    of: "de",
    addresses: "Adónde llevan los enlaces",
    dates: "Sus fechas",
};

/// The words of a language (BCP 47); English where there are none.
pub(super) fn of(language: &str) -> &'static Words {
    match language.split('-').next() {
        Some("es") => &SPANISH,
        _ => &ENGLISH,
    }
}
