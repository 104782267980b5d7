//! How hard a text is, by formulas: three for English, three for Spanish. They are made for whole texts, disagree with each
//! other by years, and know nothing of what a word means; they are information, and never a failure. Pure.
//!
//! English: Flesch-Kincaid grade (Kincaid 1975), SMOG (McLaughlin 1969), Coleman-Liau (1975). Spanish: Fernández Huerta
//! (1959), Szigriszt-Pazos with the INFLESZ scale (1993, 2008), Gutiérrez de Polini (1972); 0 to 100, higher is easier.

use super::sentences::{sentences, words};

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counts {
    sentences: f64,
    words: f64,
    letters: f64,
    syllables: f64,
    /// Words of three syllables and more.
    long: f64,
}

/// What the formulas say of a text; `None` for a language that has none here.
pub(super) fn told(blocks: &[&str], language: &str) -> Option<String> {
    match language {
        "en" => {
            let counts = count(blocks, syllables_en);
            let Counts { sentences, words, letters, syllables, long } = counts;
            let kincaid = 0.39 * words / sentences + 11.8 * syllables / words - 15.59;
            let smog = 1.043 * (long * 30.0 / sentences).sqrt() + 3.1291;
            let liau = 5.88 * letters / words - 29.6 * sentences / words - 15.8;
            let mut sorted = [kincaid, smog, liau];
            sorted.sort_by(f64::total_cmp);
            Some(format!(
                "it reads at US grade {:.1} (the median of Flesch-Kincaid {kincaid:.1}, SMOG {smog:.1}, Coleman-Liau {liau:.1})",
                sorted[1]
            ))
        }
        "es" => {
            let counts = count(blocks, syllables_es);
            let Counts { sentences, words, letters, syllables, .. } = counts;
            let huerta = 206.84 - 60.0 * syllables / words - 1.02 * words / sentences;
            let szigriszt = 206.835 - 62.3 * syllables / words - words / sentences;
            let polini = 95.2 - 9.7 * letters / words - 0.35 * words / sentences;
            let scale = match szigriszt {
                ..40.0 => "muy difícil",
                40.0..55.0 => "algo difícil",
                55.0..65.0 => "normal",
                65.0..80.0 => "bastante fácil",
                _ => "muy fácil",
            };
            Some(format!(
                "se lee: {scale} (Szigriszt-Pazos {szigriszt:.0}, Fernández Huerta {huerta:.0}, Gutiérrez de Polini {polini:.0}, de 100)"
            ))
        }
        _ => None,
    }
}

fn count(blocks: &[&str], syllables: fn(&str) -> usize) -> Counts {
    let mut counts = Counts::default();
    for block in blocks {
        counts.sentences += sentences(block).len() as f64;
        for word in words(block) {
            // Names of drugs are given, not chosen.
            if DRUGS.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str()) {
                counts.words += 1.0;
                counts.syllables += 1.0;
                counts.letters += 4.0;
                continue;
            }
            let own = syllables(word).max(1);
            counts.words += 1.0;
            counts.letters += word.chars().filter(|c| c.is_alphanumeric()).count() as f64;
            counts.syllables += own as f64;
            counts.long += f64::from(u8::from(own >= 3));
        }
    }
    counts.sentences = counts.sentences.max(1.0);
    counts
}

/// Names that a page cannot do without.
const DRUGS: [&str; 6] = ["ketamine", "esketamine", "spravato", "ketamina", "esketamina", "g-kat"];

/// Vowels that follow one another are one, and a silent `e` is none.
fn syllables_en(word: &str) -> usize {
    let letters: Vec<char> = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
    let is_vowel = |c: &char| "aeiouyáéíóú".contains(*c);
    let mut count = letters
        .iter()
        .zip(std::iter::once(&' ').chain(&letters))
        .filter(|(c, before)| is_vowel(c) && !is_vowel(before))
        .count();
    let ends = |ending: &str| letters.iter().collect::<String>().ends_with(ending);
    let silent = ends("e") && !(ends("le") && letters.len() > 2 && !is_vowel(&letters[letters.len() - 3]));
    if (silent
        || (ends("ed") && !ends("ted") && !ends("ded"))
        || (ends("es") && !ends("ses") && !ends("ces") && !ends("ges")))
        && count > 1
    {
        count -= 1;
    }
    count.max(1)
}

/// Strong vowels are a syllable each; a weak one beside another is none, unless it is stressed.
fn syllables_es(word: &str) -> usize {
    let (mut count, mut before) = (0, ' ');
    let lower = word.to_lowercase().replace("qu", "k").replace("gue", "ge").replace("gui", "gi");
    for letter in lower.chars() {
        let strong = |c: char| "aeoáéóíú".contains(c);
        let weak = |c: char| "iuü".contains(c) || (c == 'y' && before != ' ');
        let vowel = strong(letter) || weak(letter);
        let joined =
            (weak(letter) && (strong(before) || "iuü".contains(before))) || (strong(letter) && "iuü".contains(before));
        if vowel && !(joined && !"íú".contains(letter) && !"íú".contains(before)) {
            count += 1;
        }
        before = letter;
    }
    count.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_counted_as_they_are_spoken() {
        for (word, count) in
            [("the", 1), ("table", 2), ("care", 1), ("walked", 1), ("started", 2), ("medicine", 3), ("ketamine", 3)]
        {
            assert_eq!(syllables_en(word), count, "{word}");
        }
        for (word, count) in
            [("casa", 2), ("tiene", 2), ("día", 2), ("guitarra", 3), ("aéreo", 4), ("ciudad", 2), ("que", 1)]
        {
            assert_eq!(syllables_es(word), count, "{word}");
        }
    }

    #[test]
    fn a_childrens_text_is_easier_than_a_contract_in_both_languages() {
        let grade = |text: &str| -> f64 {
            let told = told(&[text], "en").expect("English");
            told.split("grade ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok()).expect("a number")
        };
        let easy = grade("The cat sat on the mat. It was warm. The sun was out. The cat was glad.");
        let hard = grade(
            "Notwithstanding anything herein to the contrary, contractual obligations regarding indemnification survive termination.",
        );
        assert!(easy < 4.0 && hard > 14.0, "{easy} {hard}");
        assert!(
            told(&["El gato duerme al sol. Hace calor. El gato está feliz."], "es").expect("Spanish").contains("fácil")
        );
        let hard = "La responsabilidad contractual correspondiente a las indemnizaciones extraordinarias permanecerá inalterable independientemente de la terminación anticipada del presente instrumento";
        assert!(told(&[hard], "es").expect("Spanish").contains("muy difícil"));
        assert_eq!(told(&["Hallo."], "de"), None);
    }
}
