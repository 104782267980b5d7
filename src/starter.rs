//! What a new program begins with: this repository's own words, theme and playlists, without what is one clinic's own.
//! Pure: it makes the files in memory, and `commands` writes them. What has to be filled in stands in one file,
//! `holdspace.toml`, and [`left_to_fill_in`] tells what still does.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::fields::Form;
use crate::project::Project;

/// The files of this repository's program, embedded in the binary by `build.rs`.
const OWN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/starter.rs"));

const CONFIG: &str = include_str!("starter/holdspace.toml");
const README: &str = include_str!("starter/README.md");
const MUSIC: &str = include_str!("starter/music.txt");
const IGNORE: &str = "public/\n.holdspace/\n";

/// What stands in a new program until somebody fills it in.
const PHONE: &str = "000-000-0000";
const CLINIC: &str = "Your clinic";
const BASE_URL: &str = "https://www.example.org/";

/// A file of a new program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its path in the program's folder, with forward slashes.
    pub path: &'static str,
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
}

/// The files of a new program, sorted by path.
pub fn files(name: &str) -> Vec<NewFile> {
    let text = |path, text: String| NewFile { path, bytes: text.into_bytes().into() };
    let mut files = vec![
        text(".gitignore", IGNORE.to_owned()),
        text("README.md", README.replace("{name}", &plain(name))),
        text("holdspace.toml", config(name)),
        text("playlists/music/put-your-music-here.txt", MUSIC.to_owned()),
    ];
    files.extend(OWN.iter().map(|(path, bytes)| own(path, bytes)));
    files.sort_by_key(|file| file.path);
    files
}

/// A name for a program, from that of its folder: `calm-waters` → `Calm Waters`.
pub fn name_of_folder(folder: &str) -> String {
    let words = folder.split(['-', '_', '.', ' ']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    let name = words.map(capital).collect::<Vec<_>>().join(" ");
    if name.is_empty() { "Our Program".to_owned() } else { name }
}

/// What `holdspace new` left to be filled in, and nobody has yet; and an address, which no published program can be without.
pub fn left_to_fill_in(project: &Project) -> Findings {
    let source = &project.config.source;
    let form = Form::toml(source, 0..source.text().len());
    let root = form.root("the configuration");
    let program = root.table("program", "[program]");
    let left = [
        (root.text("base_url"), BASE_URL, "write the address that the site will be published at"),
        (program.as_ref().and_then(|fields| fields.text("clinic")), CLINIC, "write the name of who runs the program"),
        (program.as_ref().and_then(|fields| fields.text("phone")), PHONE, "write the number that people can call"),
    ];
    let still = left.into_iter().filter_map(|(written, placeholder, hint)| {
        let written = written.filter(|written| written.value == placeholder)?;
        let message = format!("`{placeholder}` is still to be filled in");
        Some(Diagnostic::warning("program/placeholder", message).at(source.place(written.span)).hint(hint))
    });
    let nowhere = root.text("base_url").is_none().then(|| {
        let message = "the program has no `base_url`: its feeds and its sitemap lead to `localhost`";
        let hint = "write the address that the site will be published at: `base_url = \"https://www.example.org/\"`";
        Diagnostic::warning("program/address", message).at(Place::file(source.path())).hint(hint)
    });
    still.chain(nowhere).collect()
}

fn config(name: &str) -> String {
    let name = plain(name);
    let quoted = |text: &str| serde_json::to_string(text).expect("text is JSON, and such JSON is TOML");
    CONFIG
        .replace("{name}", &quoted(&name))
        .replace("{short}", &quoted(&short(&name)))
        .replace("{clinic}", &quoted(CLINIC))
        .replace("{phone}", &quoted(PHONE))
        .replace("{base_url}", &quoted(BASE_URL))
}

/// A name in one line, without what no name has.
fn plain(name: &str) -> String {
    let letters: String = name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A short name: the name itself, or its capitals.
fn short(name: &str) -> String {
    let capitals: String = name.split([' ', '-']).filter_map(|word| word.chars().next()).collect();
    if name.chars().count() <= 20 { name.to_owned() } else { capitals.to_uppercase() }
}

fn own(path: &'static str, bytes: &'static [u8]) -> NewFile {
    let text = std::str::from_utf8(bytes).ok();
    let bytes = match (text, path.split('/').next()) {
        (Some(text), Some("content")) => of_nobody(text).into_bytes().into(),
        (Some(text), Some("playlists")) => without_pieces(text).into_bytes().into(),
        _ => Cow::Borrowed(bytes),
    };
    NewFile { path, bytes }
}

/// What is one clinic's own in the words, and what stands there instead. The name, the clinic and the number come from
/// `holdspace.toml` wherever a page shows them.
const OF_NOBODY: &[(&str, &str)] = &[
    ("Group Ketamine-Assisted Therapy is a program of **The Catalyst Center**. It is for", "This program is for"),
    (" You may see it shortened to G-KAT, or to G-KAP.", ""),
    ("The program has been described by **Erin Jacklin, PsyD, LCP**, founder and CEO of The Catalyst Center.\n\n", ""),
    ("Group Ketamine-Assisted Therapy (G-KAT) is a program", "This is a program"),
    ("step of Group Ketamine-Assisted Therapy", "step of the program"),
    ("Telephone The Catalyst Center at 720-675-7123.", "Telephone us."),
    (", at The Catalyst Center", ""),
    (" at The Catalyst Center", ""),
    ("Group Ketamine-Assisted Therapy", "Group ketamine-assisted therapy"),
];

fn of_nobody(text: &str) -> String {
    OF_NOBODY.iter().fold(text.to_owned(), |text, (ours, theirs)| text.replace(ours, theirs))
}

/// A playlist of generated beds only: the pieces are this repository's, and large.
fn without_pieces(text: &str) -> String {
    let is_piece = |paragraph: &&str| {
        let track = paragraph.starts_with("[[phase.track]]") || paragraph.starts_with("[[reserve.track]]");
        track && paragraph.lines().any(|line| line.starts_with("file"))
    };
    let kept: Vec<&str> = text.split("\n\n").filter(|paragraph| !is_piece(paragraph)).collect();
    let text = kept.join("\n\n").replace("the project's own pieces and generated beds", "generated beds");
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_one_clinic_is_left() {
        let files = files("Calm \"Waters\" \\ \n One");
        assert!(files.len() > 40, "{}", files.len());
        for file in &files {
            let text = String::from_utf8_lossy(&file.bytes);
            for own in ["Catalyst", "G-KAT", "G-KAP", "720", "Jacklin", "gkat"] {
                assert!(!text.contains(own), "{} has {own}", file.path);
            }
        }
        let config = files.iter().find(|file| file.path == "holdspace.toml").unwrap();
        let text = std::str::from_utf8(&config.bytes).unwrap();
        assert!(text.contains("= \"Calm \\\"Waters\\\" \\\\ One\""), "{text}");
    }

    #[test]
    fn every_replacement_is_needed() {
        let texts: Vec<&str> = OWN.iter().filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok()).collect();
        for (number, (ours, _)) in OF_NOBODY.iter().enumerate() {
            let before = &OF_NOBODY[..number];
            let after = |text: &&str| before.iter().fold((*text).to_owned(), |text, (a, b)| text.replace(a, b));
            assert!(texts.iter().any(|text| after(text).contains(ours)), "no page says `{ours}` any more");
        }
    }

    #[test]
    fn a_playlist_keeps_its_beds_and_its_notes() {
        let text = "# the project's own pieces and generated beds\n\n[[phase.track]]\nfile = \"a.ogg\"\n\n# A note.\n\n\
                    [[phase.track]]\nbed = \"drone\"\n";
        assert_eq!(without_pieces(text), "# generated beds\n\n# A note.\n\n[[phase.track]]\nbed = \"drone\"\n");
    }

    #[test]
    fn a_folder_names_its_program() {
        assert_eq!(name_of_folder("calm-waters_2"), "Calm Waters 2");
        assert_eq!(name_of_folder("..."), "Our Program");
        assert_eq!(
            (short("Calm Waters"), short("Group Ketamine-Assisted Therapy")),
            ("Calm Waters".into(), "GKAT".into())
        );
    }
}
