//! Playlists as other programs write and read them: M3U (the extended one, in UTF-8), XSPF (<https://xspf.org/spec>) and,
//! read only, PLS. Pure.

mod uri;

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::diagnostic::{Diagnostic, Findings, SourceText};

/// One piece of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Its file: absolute, or from the list's folder; none for what is generated.
    pub file: Option<PathBuf>,
    /// Its title.
    pub title: String,
    /// Who made it.
    pub artist: String,
    /// The release that it is on.
    pub album: String,
    /// How long it sounds, in seconds.
    pub seconds: Option<f64>,
}

/// A list as M3U. What has no file is a comment: a player could not play it.
pub fn m3u(title: &str, entries: &[Entry]) -> String {
    let mut text = format!("#EXTM3U\n#PLAYLIST:{}\n", one_line(title));
    for entry in entries {
        let name = match entry.artist.as_str() {
            "" => one_line(&entry.title),
            artist => one_line(&format!("{artist} - {}", entry.title)),
        };
        let _ = match &entry.file {
            None => writeln!(text, "# {name} (generated)"),
            Some(file) => {
                let seconds = entry.seconds.map_or(-1, |seconds| seconds.round() as i64);
                writeln!(text, "#EXTINF:{seconds},{name}\n{}", one_line(&file.display().to_string()))
            }
        };
    }
    text
}

/// A list as XSPF.
pub fn xspf(title: &str, entries: &[Entry]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\n",
    );
    let _ = writeln!(text, "  <title>{}</title>\n  <trackList>", escape(title));
    for entry in entries {
        text.push_str("    <track>\n");
        let mut put = |tag: &str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(text, "      <{tag}>{}</{tag}>", escape(value));
            }
        };
        put("location", &entry.file.as_deref().map(uri::of_file).unwrap_or_default());
        put("title", &entry.title);
        put("creator", &entry.artist);
        put("album", &entry.album);
        put("duration", &entry.seconds.map(|seconds| format!("{:.0}", seconds * 1000.0)).unwrap_or_default());
        text.push_str("    </track>\n");
    }
    text.push_str("  </trackList>\n</playlist>\n");
    text
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).collect::<Vec<_>>().join(" ")
}

/// Text for XML 1.0, which has no word for most control characters.
fn escape(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control() || *c == '\t');
    kept.collect::<String>().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A piece of a list that was read, with its place there.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The piece. It has a file.
    pub entry: Entry,
    /// Where the list names it.
    pub span: std::ops::Range<usize>,
}

/// Reads a list, whichever of the three it is. What cannot be a file on this machine is a finding.
pub fn read(source: &SourceText) -> (Vec<Listed>, Findings) {
    let text = source.text();
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let (listed, mut findings) = if start.starts_with('<') {
        read_xspf(source)
    } else if start.to_ascii_lowercase().starts_with("[playlist]") {
        (read_pls(text), Findings::new())
    } else {
        (read_m3u(text), Findings::new())
    };
    let mut pieces = Vec::new();
    for (location, span, entry) in listed {
        match uri::to_file(&location) {
            Ok(file) => pieces.push(Listed { entry: Entry { file: Some(file), ..entry }, span }),
            Err(scheme) => {
                let message = format!("`{location}` is not a file on this machine, but an address ({scheme})");
                let hint = "download it, if you may play it, and name the file";
                findings.push(Diagnostic::error("import/address", message).at(source.place(span)).hint(hint));
            }
        }
    }
    if pieces.is_empty() && findings.is_empty() {
        let hint = "M3U, XSPF and PLS are read: each line of an M3U names one file";
        findings.push(Diagnostic::error("import/empty", "this list names no piece").at(source.place(0..0)).hint(hint));
    }
    (pieces, findings)
}

type Found = (String, std::ops::Range<usize>, Entry);

/// The lines of a text, each trimmed, with its place.
fn lines(text: &str) -> impl Iterator<Item = (&str, std::ops::Range<usize>)> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let begin = at;
        at += line.len();
        let trimmed = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let from = begin + line.find(trimmed).unwrap_or(0);
        (!trimmed.is_empty()).then(|| (trimmed, from..from + trimmed.len()))
    })
}

fn read_m3u(text: &str) -> Vec<Found> {
    let (mut found, mut told, mut album) = (Vec::new(), Entry::default(), String::new());
    for (line, span) in lines(text) {
        if let Some(info) = line.strip_prefix("#EXTINF:") {
            // `123 key="value",Artist - Title`
            let (length, name) = info.split_once(',').unwrap_or((info, ""));
            let seconds = length.split_whitespace().next().and_then(|n| n.parse::<f64>().ok()).filter(|n| *n > 0.0);
            let (artist, title) = name.trim().split_once(" - ").unwrap_or(("", name.trim()));
            told = Entry { title: title.to_owned(), artist: artist.to_owned(), seconds, ..Entry::default() };
        } else if let Some(name) = line.strip_prefix("#EXTALB:") {
            name.trim().clone_into(&mut album);
        } else if !line.starts_with('#') {
            let entry = Entry { album: album.clone(), ..std::mem::take(&mut told) };
            found.push((line.to_owned(), span, entry));
        }
    }
    found
}

fn read_pls(text: &str) -> Vec<Found> {
    let mut found: Vec<(u32, Found)> = Vec::new();
    for (line, span) in lines(text) {
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.trim().to_ascii_lowercase();
        let number = |name: &str| key.strip_prefix(name)?.parse::<u32>().ok();
        if let Some(number) = number("file") {
            found.push((number, (value.trim().to_owned(), span, Entry::default())));
        } else if let Some(number) = number("title")
            && let Some((_, (_, _, entry))) = found.iter_mut().find(|(known, _)| *known == number)
        {
            let (artist, title) = value.trim().split_once(" - ").unwrap_or(("", value.trim()));
            (entry.title, entry.artist) = (title.to_owned(), artist.to_owned());
        }
    }
    found.sort_by_key(|(number, _)| *number);
    found.into_iter().map(|(_, found)| found).collect()
}

fn read_xspf(source: &SourceText) -> (Vec<Found>, Findings) {
    let text = source.text();
    let document = match roxmltree::Document::parse(text.trim_start_matches('\u{feff}')) {
        Ok(document) => document,
        Err(error) => {
            let place = source.place(line_start(text, error.pos().row)..line_start(text, error.pos().row));
            let finding = Diagnostic::error("import/xml", format!("the list is not XML that can be read: {error}"));
            let hint = "let the program that wrote it write it again";
            return (Vec::new(), [finding.at(place).hint(hint)].into_iter().collect());
        }
    };
    let shift = text.len() - text.trim_start_matches('\u{feff}').len();
    let tracks = document.descendants().filter(|node| node.tag_name().name() == "track").filter_map(|track| {
        let child = |name: &str| track.children().find(|node| node.tag_name().name() == name);
        let said = |name: &str| child(name).and_then(|node| node.text()).unwrap_or_default().trim().to_owned();
        let location = child("location")?;
        let span = location.range().start + shift..location.range().end + shift;
        let entry = Entry {
            file: None,
            title: said("title"),
            artist: said("creator"),
            album: said("album"),
            seconds: said("duration").parse::<f64>().ok().map(|millis| millis / 1000.0),
        };
        Some((said("location"), span, entry))
    });
    (tracks.collect(), Findings::new())
}

/// Where a line begins, which are counted from 1.
fn line_start(text: &str, row: u32) -> usize {
    text.split_inclusive('\n').take(row.saturating_sub(1) as usize).map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Vec<Entry> {
        let entry = |file: Option<&str>, title: &str, artist: &str| Entry {
            file: file.map(PathBuf::from),
            title: title.to_owned(),
            artist: artist.to_owned(),
            album: String::new(),
            seconds: Some(312.4),
        };
        vec![
            entry(Some("/music/A & B/dämmerung 100%.ogg"), "Dawn <slow>", "A & B"),
            entry(None, "Drone in D", ""),
            entry(Some("/music/hearth.ogg"), "Hearth", ""),
        ]
    }

    fn read_again(text: &str) -> Vec<Entry> {
        let (listed, findings) = read(&SourceText::new("list", text));
        assert!(findings.is_empty(), "{findings:?}");
        listed.into_iter().map(|listed| listed.entry).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let files: Vec<Entry> = list().into_iter().filter(|entry| entry.file.is_some()).collect();
        let rounded: Vec<Entry> = files.iter().map(|entry| Entry { seconds: Some(312.0), ..entry.clone() }).collect();
        assert_eq!(read_again(&m3u("A list", &list())), rounded);
        assert_eq!(
            read_again(&xspf("A & list", &list()).replace(
                "    <track>\n      <title>Drone in D</title>\n      <duration>312400</duration>\n    </track>\n",
                ""
            )),
            files
        );
    }

    #[test]
    fn the_lists_of_other_programs_are_read() {
        let plain = read_again("\u{feff}music/a.ogg\r\n\r\n# a comment\r\n../b c.mp3\r\nC:\\Music\\d.mp3\r\n");
        let files: Vec<_> = plain.iter().filter_map(|entry| entry.file.clone()).collect();
        assert_eq!(files, ["music/a.ogg", "../b c.mp3", "C:\\Music\\d.mp3"].map(PathBuf::from));
        let pls =
            read_again("[playlist]\nFile2=b.ogg\nTitle2=B. Maker - Dusk\nFile1=a.ogg\nLength1=3\nNumberOfEntries=2\n");
        assert_eq!(pls[0].file, Some(PathBuf::from("a.ogg")));
        assert_eq!((pls[1].title.as_str(), pls[1].artist.as_str()), ("Dusk", "B. Maker"));
        let vlc = read_again("#EXTM3U\n#EXTINF:123 tvg-id=\"x\",Only a title\nfile:///home/a/b%20c.ogg\n");
        assert_eq!((vlc[0].title.as_str(), vlc[0].seconds), ("Only a title", Some(123.0)));
        assert_eq!(vlc[0].file, Some(PathBuf::from("/home/a/b c.ogg")));
    }

    #[test]
    fn what_is_no_list_of_files_is_a_finding_at_its_line() {
        for (text, line, message) in [
            ("a.ogg\nhttps://radio.example/live\n", 2, "is not a file on this machine, but an address (https)"),
            ("", 1, "this list names no piece"),
            ("<playlist>\n<trackList>\n</playlist>", 3, "not XML that can be read"),
        ] {
            let (_, findings) = read(&SourceText::new("list.m3u", text));
            let finding = findings.sorted().into_iter().next().expect("a finding").clone();
            assert_eq!(finding.place.as_ref().map(|place| place.line), Some(line), "{finding:?}");
            assert!(finding.message.contains(message), "{finding:?}");
        }
    }

    #[test]
    fn whatever_is_in_a_list_it_is_read() {
        let seed = xspf("A list", &list()) + &m3u("A list", &list());
        let mut state = 7_u32;
        for _ in 0..500 {
            let mut bytes = seed.clone().into_bytes();
            for _ in 0..12 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = state as usize / 256 % bytes.len();
                bytes[at] = (state >> 24) as u8;
            }
            let _ = read(&SourceText::new("list", String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}
