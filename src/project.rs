//! A program's folder and its `holdspace.toml`: where things are, and what the program is called.
//! It reads one file, the configuration, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::diagnostic::{Findings, SourceText};
use crate::error::{At, PathError};
use crate::fields::{Fields, Toml};
use crate::units::{Decibels, Lufs, SampleRate, TimeError, parse_time};

/// The name of the configuration file, which marks a program's folder.
pub const CONFIG_FILE: &str = "holdspace.toml";

/// A program's folder with its configuration.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
    /// What `holdspace.toml` says.
    pub config: Config,
}

/// Why a program could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// No folder from here upwards has a `holdspace.toml`.
    #[error("there is no `{CONFIG_FILE}` in `{}` or in a folder above it", from.display())]
    NotFound {
        /// Where the search began.
        from: PathBuf,
    },
    /// The configuration could not be read.
    #[error(transparent)]
    Path(#[from] PathError),
}

impl Project {
    /// Opens the program in `start` or in the nearest folder above it.
    /// Mistakes in the configuration are findings; house defaults stand in for what could not be read.
    ///
    /// # Errors
    /// When there is no configuration, or it cannot be read.
    pub fn open(start: &Path) -> Result<(Project, Findings), ProjectError> {
        let absolute = std::path::absolute(start).at("find", start)?;
        let root = absolute
            .ancestors()
            .find(|folder| folder.join(CONFIG_FILE).is_file())
            .ok_or_else(|| ProjectError::NotFound { from: start.to_path_buf() })?
            .to_path_buf();
        let path = root.join(CONFIG_FILE);
        let text = fs::read_to_string(&path).at("read", &path)?;
        let (config, findings) = Config::parse(&SourceText::new(CONFIG_FILE, text));
        Ok((Project { root, config }, findings))
    }

    /// The program's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The Markdown.
    pub fn content(&self) -> PathBuf {
        self.root.join("content")
    }

    /// The program's own templates, which win over the theme's.
    pub fn templates(&self) -> PathBuf {
        self.root.join("templates")
    }

    /// The program's own static files, which win over the theme's.
    pub fn static_files(&self) -> PathBuf {
        self.root.join("static")
    }

    /// The theme's folder.
    pub fn theme(&self) -> PathBuf {
        self.root.join("themes").join(&self.config.theme)
    }

    /// The playlists.
    pub fn playlists(&self) -> PathBuf {
        self.root.join("playlists")
    }

    /// Where the site is built.
    pub fn output(&self) -> PathBuf {
        self.root.join(&self.config.output_dir)
    }

    /// Caches, and the journals of sessions.
    pub fn cache(&self) -> PathBuf {
        self.root.join(".holdspace")
    }

    /// A path as findings show it: relative to the program's folder.
    pub fn relative<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

/// What `holdspace.toml` says, with house defaults where it is silent.
#[derive(Clone, Debug)]
pub struct Config {
    /// The site's title.
    pub title: String,
    /// One sentence on the site.
    pub description: String,
    /// The address the site is published at, with a slash at its end.
    pub base_url: String,
    /// The language of pages that don't say otherwise (BCP 47).
    pub default_language: String,
    /// The theme's folder in `themes/`.
    pub theme: String,
    /// The folder the site is built into.
    pub output_dir: String,
    /// Who runs the program, and how to reach them.
    pub program: Program,
    /// House defaults of the music.
    pub music: MusicDefaults,
    /// Free data for the theme.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// The text it came from, for findings about its values.
    pub source: SourceText,
}

/// Who runs the program, and how to reach them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Program {
    /// The program's name.
    pub name: String,
    /// What people call it.
    pub short_name: String,
    /// The clinic.
    pub clinic: String,
    /// The telephone number as people read it.
    pub phone: String,
    /// The telephone number as a link: `tel:+1…`.
    pub phone_href: String,
    /// An address for letters, line by line.
    pub address: Vec<String>,
}

/// House defaults of the music: a playlist that is silent on them gets these.
/// No source gives numbers for this work; they are for a clinician to review.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MusicDefaults {
    /// The rate of the session's clock.
    pub rate: SampleRate,
    /// What every piece is brought to.
    pub loudness: Lufs,
    /// The true peak that nothing passes.
    pub ceiling: Decibels,
    /// Between two pieces.
    pub crossfade: Duration,
    /// Between two phases.
    pub boundary: Duration,
    /// The last fade of a session.
    pub end: Duration,
}

impl Default for MusicDefaults {
    fn default() -> Self {
        Self {
            rate: SampleRate::HOUSE,
            loudness: Lufs(-23.0),
            ceiling: Decibels(-1.0),
            crossfade: Duration::from_secs(12),
            boundary: Duration::from_secs(24),
            end: Duration::from_secs(20),
        }
    }
}

impl Config {
    /// Reads the configuration, with every mistake as a finding.
    pub fn parse(source: &SourceText) -> (Config, Findings) {
        let toml = Toml::parse(source, 0..source.text().len());
        let root = toml.root("the configuration");
        let text = |key, default: &str| root.text(key).map_or_else(|| default.to_owned(), |text| text.value);
        let config = Config {
            title: text("title", ""),
            description: text("description", ""),
            base_url: base_url(&root),
            default_language: text("default_language", "en"),
            theme: folder(&root, "theme", "haven"),
            output_dir: folder(&root, "output_dir", "public"),
            program: root.table("program", "[program]").map(program).unwrap_or_default(),
            music: root.table("music", "[music]").map(music).unwrap_or_default(),
            extra: root.free("extra"),
            source: source.clone(),
        };
        if !toml.is_broken() && config.title.is_empty() {
            root.missing("title", "name the site: `title = \"Our program\"`");
        }
        root.done();
        (config, toml.finish())
    }
}

fn base_url(root: &Fields<'_>) -> String {
    let parse = |text: &str| {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        (!host.is_empty() && !host.starts_with('/') && !text.contains(char::is_whitespace))
            .then(|| format!("{}/", text.trim_end_matches('/')))
    };
    let hint = "write the whole address the site will be published at, like `https://www.example.org/`";
    root.parsed("base_url", parse, hint).map_or_else(|| "http://localhost/".to_owned(), |url| url.value)
}

/// A folder's name directly inside the program's folder.
fn folder(root: &Fields<'_>, key: &'static str, default: &str) -> String {
    let parse = |text: &str| {
        let plain = !text.is_empty() && !text.starts_with('.') && !text.contains(['/', '\\', ':']);
        plain.then(|| text.to_owned())
    };
    root.parsed(key, parse, "it is the name of a folder, without slashes")
        .map_or_else(|| default.to_owned(), |name| name.value)
}

fn program(fields: Fields<'_>) -> Program {
    let text = |key| fields.text(key).map(|text| text.value).unwrap_or_default();
    let phone = text("phone");
    let program = Program {
        name: text("name"),
        short_name: text("short_name"),
        clinic: text("clinic"),
        phone_href: phone_href(&phone),
        phone,
        address: fields.texts("address").into_iter().map(|line| line.value).collect(),
    };
    fields.done();
    program
}

/// `720-675-7123` → `tel:+17206757123`: ten digits are a North American number (RFC 3966 wants the country).
fn phone_href(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match (phone.trim_start().starts_with('+'), digits.len()) {
        (_, 0) => String::new(),
        (true, _) => format!("tel:+{digits}"),
        (false, 10) => format!("tel:+1{digits}"),
        (false, _) => format!("tel:{digits}"),
    }
}

fn music(fields: Fields<'_>) -> MusicDefaults {
    let house = MusicDefaults::default();
    let time = |key, default| fields.parsed(key, |t| parse_time(t).ok(), TimeError::HINT).map_or(default, |t| t.value);
    let rate = |text: &str| text.parse().ok().and_then(SampleRate::new).filter(|rate| rate.hertz() >= 8000);
    let defaults = MusicDefaults {
        rate: fields
            .parsed("rate", rate, "frames a second, from 8000 to 384000; 48000 suits nearly every output")
            .map_or(house.rate, |r| r.value),
        loudness: fields.parsed("loudness", Lufs::parse, "write it as `-23 LUFS`").map_or(house.loudness, |l| l.value),
        ceiling: fields.parsed("ceiling", ceiling, CEILING_HINT).map_or(house.ceiling, |c| c.value),
        crossfade: time("crossfade", house.crossfade),
        boundary: time("boundary", house.boundary),
        end: time("end", house.end),
    };
    fields.done();
    defaults
}

/// How a ceiling is written, for a hint.
pub const CEILING_HINT: &str = "write it as `-1 dBTP`; it is between -30 and 0";

/// Reads a true-peak ceiling: −30 to 0 dBTP.
pub fn ceiling(text: &str) -> Option<Decibels> {
    Decibels::parse(text).filter(|level| (-30.0..=0.0).contains(&level.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_configuration_gets_the_house_defaults() {
        let (config, findings) =
            Config::parse(&SourceText::new(CONFIG_FILE, "title = \"T\"\nbase_url = \"https://a.org\"\n"));
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!((config.base_url.as_str(), config.theme.as_str()), ("https://a.org/", "haven"));
        assert_eq!(config.music, MusicDefaults::default());
    }

    #[test]
    fn an_unknown_key_and_a_wrong_address_are_both_found() {
        let text = "title = \"T\"\nbase_url = \"www.a.org\"\n[program]\nphon = \"1\"\n[music]\nceiling = \"+3 dB\"\n";
        let (_, findings) = Config::parse(&SourceText::new(CONFIG_FILE, text));
        let said: Vec<_> =
            findings.sorted().iter().map(|d| (d.place.as_ref().map_or(0, |p| p.line), d.message.clone())).collect();
        assert_eq!(
            said,
            [
                (2, "`base_url` cannot be `www.a.org`".to_owned()),
                (4, "[program] has no key `phon`".to_owned()),
                (6, "`ceiling` cannot be `+3 dB`".to_owned()),
            ]
        );
    }

    #[test]
    fn a_number_becomes_a_link_that_dials() {
        assert_eq!(phone_href("720-675-7123"), "tel:+17206757123");
        assert_eq!(phone_href("+44 20 7946 0000"), "tel:+442079460000");
        assert_eq!(phone_href("988"), "tel:988");
    }
}
