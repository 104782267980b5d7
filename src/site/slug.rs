//! Words as they stand in addresses: `Wer darf mit?` → `wer-darf-mit`.
//! Pure.

use std::collections::HashSet;

/// Turns a text into a name for an address: lower case, words joined by hyphens, Latin letters without their marks.
/// Letters of other scripts stay as they are.
pub fn slugify(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match fold(character) {
            Some(plain) => slug.push_str(plain),
            None if character.is_alphanumeric() => slug.push(character),
            // An apostrophe joins: `don't` is one word.
            None if matches!(character, '\'' | '’') => {}
            None if slug.is_empty() || slug.ends_with('-') => {}
            None => slug.push('-'),
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

/// Gives out names that are each given once: `steps`, `steps-1`, `steps-2`.
#[derive(Debug, Default)]
pub struct Slugs {
    given: HashSet<String>,
}

impl Slugs {
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
    fn a_name_is_given_once() {
        let mut slugs = Slugs::default();
        let given: Vec<String> = ["a", "a", "a-1", ""].map(|name| slugs.take(name.to_owned())).into();
        assert_eq!(given, ["a", "a-1", "a-1-1", "section"]);
    }
}
