//! Words as they stand in addresses: `Wer darf mit?` → `wer-darf-mit`.
//! Pure. It is the one file that knows deunicode.

use std::cmp::Ordering;

use deunicode::deunicode;
use foldhash::HashSet;

/// How words become an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// The house's, as [`slugify`] says.
    House,
    /// Zola's: all in Latin letters, and an apostrophe parts.
    Zola,
    /// As they are, without what a disk or an address cannot have.
    Safe,
    /// As they are.
    Off,
}

impl Manner {
    /// A file's or a term's name in an address.
    pub fn name(self, text: &str) -> String {
        match self {
            Manner::House => slugify(text),
            Manner::Zola => latin(text),
            Manner::Safe => text.trim_end_matches([' ', '.']).replace(UNSAFE, ""),
            Manner::Off => text.to_owned(),
        }
    }

    /// A heading's name in its page.
    pub fn anchor(self, text: &str) -> String {
        match self {
            Manner::House => slugify(text),
            Manner::Zola => latin(text),
            Manner::Safe | Manner::Off => text.replace(|c: char| c.is_ascii_whitespace(), "_"),
        }
    }
}

/// What no name of a file may have on some disk.
const UNSAFE: [char; 9] = ['<', '>', ':', '"', '/', '\\', '|', '?', '*'];

/// Letters and digits of Latin, in lower case, parted by single hyphens.
fn latin(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in deunicode(text).chars() {
        match character.to_ascii_lowercase() {
            plain if plain.is_ascii_alphanumeric() => slug.push(plain),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Turns a text into a name for an address: lower case, words joined by hyphens, Latin letters without their marks.
/// Letters of other scripts stay as they are.
pub fn slugify(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.chars() {
        // Most are plain, and known at a glance.
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
            continue;
        }
        for character in character.to_lowercase() {
            match fold(character) {
                Some(plain) => slug.push_str(plain),
                None if character.is_alphanumeric() => slug.push(character),
                // An apostrophe joins: `don't` is one word.
                None if matches!(character, '\'' | '’') => {}
                None if slug.is_empty() || slug.ends_with('-') => {}
                None => slug.push('-'),
            }
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

fn fold(character: char) -> Option<&'static str> {
    Some(match character {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì'..='ï' | 'ī' | 'į' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// A text as the alphabet orders it: without regard to marks and capitals, and numbers by their size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alphabetic(Vec<Letter>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letter {
    Sign(char),
    Number(u64),
}

impl Alphabetic {
    /// What a text is ordered by.
    pub fn new(text: &str) -> Self {
        let plain = deunicode(text);
        let mut letters = Vec::with_capacity(plain.len());
        let mut rest = plain.chars().peekable();
        while let Some(letter) = rest.next() {
            let Some(first) = letter.to_digit(10) else {
                letters.push(Letter::Sign(letter.to_ascii_lowercase()));
                continue;
            };
            let mut number = u64::from(first);
            while let Some(digit) = rest.peek().and_then(|next| next.to_digit(10)) {
                number = number.saturating_mul(10).saturating_add(u64::from(digit));
                rest.next();
            }
            letters.push(Letter::Number(number));
        }
        Self(letters)
    }
}

impl Ord for Alphabetic {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Alphabetic {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Letter {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Letter::Number(a), Letter::Number(b)) => a.cmp(b),
            (Letter::Sign(a), Letter::Sign(b)) => a.cmp(b),
            (Letter::Number(_), Letter::Sign(sign)) => '0'.cmp(sign),
            (Letter::Sign(sign), Letter::Number(_)) => sign.cmp(&'0'),
        }
    }
}

impl PartialOrd for Letter {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Gives out names that are each given once: `steps`, `steps-1`, `steps-2`.
#[derive(Debug, Default)]
pub struct Slugs {
    given: HashSet<String>,
}

impl Slugs {
    /// Keeps a name from being given.
    pub fn reserve(&mut self, name: &str) {
        self.given.insert(name.to_owned());
    }

    /// Returns `wanted`, or the first of `wanted-1`, `wanted-2`, … that is free, and takes it.
    pub fn take(&mut self, wanted: String) -> String {
        let wanted = if wanted.is_empty() { "section".to_owned() } else { wanted };
        if self.given.insert(wanted.clone()) {
            return wanted;
        }
        (1..)
            .map(|number| format!("{wanted}-{number}"))
            .find(|name| self.given.insert(name.clone()))
            .expect("there is always another number")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_an_address() {
        assert_eq!(slugify("What is it — really?"), "what-is-it-really");
        assert_eq!(slugify("Don’t drive, Zoë!"), "dont-drive-zoe");
        assert_eq!(slugify("心 and heart"), "心-and-heart");
        assert_eq!(slugify("?!"), "");
    }

    #[test]
    fn each_manner_has_its_own_address() {
        let manners = |text: &str| {
            [Manner::House, Manner::Zola, Manner::Safe, Manner::Off].map(|manner| manner.name(text)).join(" | ")
        };
        assert_eq!(manners("Don’t: Zoë?"), "dont-zoe | don-t-zoe | Don’t Zoë | Don’t: Zoë?");
        assert_eq!(manners("日本"), "日本 | ri-ben | 日本 | 日本");
        assert_eq!(Manner::Safe.anchor("A b"), "A_b");
    }

    #[test]
    fn the_alphabet_knows_numbers_and_no_marks() {
        let mut titles = ["b", "Part 10", "é", "Part 9", "A", "f", "part 9 b"];
        titles.sort_by_cached_key(|title| Alphabetic::new(title));
        assert_eq!(titles, ["A", "b", "é", "f", "Part 9", "part 9 b", "Part 10"]);
    }

    #[test]
    fn a_name_is_given_once() {
        let mut slugs = Slugs::default();
        let given: Vec<String> = ["a", "a", "a-1", ""].map(|name| slugs.take(name.to_owned())).into();
        assert_eq!(given, ["a", "a-1", "a-1-1", "section"]);
    }
}
