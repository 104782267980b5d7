//! Addresses: of a file in the site, from one page to another, and as they stand in a browser.
//! Pure. A route is a path from the site's root: `/guides/first-day/` for a page, `/guides/plan.pdf` for a file.

use std::borrow::Cow;
use std::fmt::Write as _;

use memchr::memchr;

/// The whole address of a route.
pub fn permalink(base_url: &str, route: &str) -> String {
    let mut address = String::with_capacity(base_url.len() + route.len() + 16);
    permalink_onto(&mut address, base_url, route);
    address
}

/// The same, behind what is written already.
pub fn permalink_onto(written: &mut String, base_url: &str, route: &str) {
    written.push_str(base_url);
    encode_onto(written, route.trim_start_matches('/'));
}

/// The file that a route is written to.
pub fn file(route: &str) -> String {
    let path = route.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') { [path, "index.html"].concat() } else { path.to_owned() }
}

/// Splits an address into its path and what follows: `a/?b#c` → (`a/`, `?b#c`).
pub fn split_suffix(address: &str) -> (&str, &str) {
    let suffix = address.bytes().position(|byte| matches!(byte, b'?' | b'#'));
    address.split_at(suffix.unwrap_or(address.len()))
}

/// Whether two bytes stand in an address, one behind the other. Addresses are short: whole searches would take longer to begin.
pub fn has_pair(address: &str, pair: &[u8; 2]) -> bool {
    address.as_bytes().windows(2).any(|two| two == pair)
}

/// How a page's address is written in another page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `../guides/`: for a server, which finds the folder's page.
    Folders,
    /// `../guides/index.html`: works from a disk too, where nobody finds it.
    Files,
}

/// The way from the page at `from` to `to`, both routes without their leading slash; `to` may have a suffix.
pub fn relative(from: &str, to: &str, style: Style) -> String {
    let mut way = String::with_capacity(to.len() + 16);
    relative_onto(&mut way, from, to, style);
    way
}

/// Writes the same behind a text.
pub fn relative_onto(written: &mut String, from: &str, to: &str, style: Style) {
    let (path, suffix) = split_suffix(to);
    if path == from && suffix.starts_with('#') {
        return written.push_str(suffix);
    }
    let equal = from.bytes().zip(path.bytes()).take_while(|(here, there)| here == there).count();
    let common = from.as_bytes()[..equal].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let (here, there) = (&from[common..], &path[common..]);
    // What both have is tidy, as our addresses are.
    if let Cow::Owned(there) = tidy(there) {
        return relative_onto(written, from, &[&path[..common], &*there, suffix].concat(), style);
    }
    let up = here.bytes().filter(|byte| *byte == b'/').count();
    (0..up).for_each(|_| written.push_str("../"));
    // `a:b` at the beginning would be read as a scheme.
    if up == 0 && there.split('/').next().is_some_and(|first| first.contains(':')) {
        written.push_str("./");
    }
    written.push_str(there);
    if there.is_empty() || there.ends_with('/') {
        written.push_str(match style {
            Style::Files => "index.html",
            Style::Folders if up == 0 && there.is_empty() => "./",
            Style::Folders => "",
        });
    }
    written.push_str(suffix);
}

/// A path without slashes that part nothing.
fn tidy(path: &str) -> Cow<'_, str> {
    if !path.starts_with('/') && !has_pair(path, b"//") {
        return Cow::Borrowed(path);
    }
    let mut tidy = String::with_capacity(path.len());
    for part in path.split_inclusive('/').filter(|part| *part != "/") {
        tidy.push_str(part);
    }
    tidy.into()
}

/// Writes a path as it stands in an address: what isn't plain becomes `%20` and the like.
pub fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    encode_onto(&mut encoded, path);
    encoded
}

/// The bytes that stand in an address as they are.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut others: &[u8] = b"-._~/!$&'()*+,;=:@%?#";
    while let [first, rest @ ..] = others {
        plain[*first as usize] = true;
        others = rest;
    }
    plain
};

fn encode_onto(encoded: &mut String, path: &str) {
    let is_plain = |byte: u8| PLAIN[usize::from(byte)];
    // Most are plain as a whole.
    if path.bytes().all(is_plain) {
        return encoded.push_str(path);
    }
    for byte in path.bytes() {
        if is_plain(byte) {
            encoded.push(byte as char);
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
}

/// Reads `%20` and the like back; what is no UTF-8 then stays as it was.
pub fn decode(path: &str) -> Cow<'_, str> {
    if memchr(b'%', path.as_bytes()).is_none() {
        return Cow::Borrowed(path);
    }
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).map_or(Cow::Borrowed(path), Cow::Owned)
}

/// Joins a relative path to a folder (empty, or with a slash at its end), going up at each `..`.
/// `None` where it leads out of the top.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_from_page_to_page() {
        let ways = [
            ("", "", "index.html", "./"),
            ("", "guides/", "guides/index.html", "guides/"),
            ("guides/day/", "", "../../index.html", "../../"),
            ("guides/day/", "guides/night/#x", "../night/index.html#x", "../night/#x"),
            ("guides/day/", "guides/day/#x", "#x", "#x"),
            ("guides/day/", "style.css?h=1", "../../style.css?h=1", "../../style.css?h=1"),
            ("guides/day/", "guides/day/a.png", "a.png", "a.png"),
            ("guides/day/", "guides/day", "../day", "../day"),
            ("guides/day/", "guides/days/", "../days/index.html", "../days/"),
            ("guides/day/", "guides/dé/", "../dé/index.html", "../dé/"),
            ("guides/", "guides/a:b/c", "./a:b/c", "./a:b/c"),
            ("guides/", "a:b/", "../a:b/index.html", "../a:b/"),
            ("guides/", "/guides//a.png", "a.png", "a.png"),
        ];
        for (from, to, file, folder) in ways {
            assert_eq!(relative(from, to, Style::Files), file, "{from} → {to}");
            assert_eq!(relative(from, to, Style::Folders), folder, "{from} → {to}");
        }
    }

    #[test]
    fn what_is_not_plain_is_written_in_percents_and_read_back() {
        assert_eq!(encode("a b/é"), "a%20b/%C3%A9");
        assert_eq!(decode("a%20b/%C3%A9%"), "a b/é%");
        assert_eq!(decode("%ff"), "%ff");
    }

    #[test]
    fn a_path_never_leads_out_of_the_top() {
        assert_eq!(join("guides/", "../a.png"), Some("a.png".to_owned()));
        assert_eq!(join("guides/", "../../a.png"), None);
    }
}
