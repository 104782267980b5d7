//! `:smile:` as a picture, by GitHub's names. Pure.

use super::CowStr;

/// A text with its pictures drawn. A name that nobody knows stays as it is written.
pub(super) fn drawn(text: CowStr<'_>) -> CowStr<'_> {
    if text.matches(':').count() < 2 {
        return text;
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(start) = rest.find(':') {
        written.push_str(&rest[..start]);
        rest = &rest[start..];
        let name = rest[1..].split(|c: char| !(c.is_ascii_alphanumeric() || "_+-".contains(c))).next();
        let name = name.filter(|name| !name.is_empty() && rest[1 + name.len()..].starts_with(':'));
        match name.and_then(|name| Some((name, emojis::get_by_shortcode(name)?))) {
            Some((name, emoji)) => {
                written.push_str(emoji.as_str());
                rest = &rest[name.len() + 2..];
            }
            None => {
                written.push(':');
                rest = &rest[1..];
            }
        }
    }
    written.push_str(rest);
    written.into()
}
