//! A program's folder and its `holdspace.toml`: where things are, and what the program is called. A folder with a
//! `zola.toml` or a `config.toml` instead is read as a Zola site. It reads one file, the configuration, and nothing else.

mod checks;
mod config;
mod globs;
pub mod highlighting;
mod hooks;
mod languages;
mod security;

pub mod markdown;

use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Findings, SourceText};
use crate::error::{At, PathError};

pub use checks::Checks;
pub use config::{CEILING_HINT, Config, Made, MusicDefaults, Program, Slugify, ceiling};
pub use globs::Globs;
pub use hooks::{Hooks, Redirect};
pub(crate) use languages::count;
pub use languages::{IndexFormat, Kind, Language, Search};
pub use security::Security;

/// The name of the configuration file, which marks a program's folder.
pub const CONFIG_FILE: &str = "holdspace.toml";

/// The names that the configuration may have, each with whose conventions it brings, the first before the next.
pub const CONFIG_FILES: [(&str, Dialect); 3] =
    [(CONFIG_FILE, Dialect::Own), ("zola.toml", Dialect::Zola), ("config.toml", Dialect::Zola)];

/// Whose conventions a program follows, where they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The house's: pages have titles, a key that nobody knows is a mistake, addresses lead from page to page.
    Own,
    /// Zola's: what builds there builds here, with the same addresses.
    Zola,
}

/// A program's folder with its configuration.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
    /// What the configuration says.
    pub config: Config,
}

/// Why a program could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// No folder from here upwards has a configuration.
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
        let found = absolute.ancestors().find_map(|folder| Some((folder, config_in(folder)?)));
        let (root, (name, dialect)) = found.ok_or_else(|| ProjectError::NotFound { from: start.to_path_buf() })?;
        let path = root.join(name);
        let text = fs::read_to_string(&path).at("read", &path)?;
        let (config, findings) = Config::parse(&SourceText::new(name, text), dialect);
        Ok((Project { root: root.to_path_buf(), config }, findings))
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

    /// The program's own style sheets in Sass, which win over the theme's.
    pub fn sass(&self) -> PathBuf {
        self.root.join("sass")
    }

    /// The theme's folder, where the program has a theme.
    pub fn theme(&self) -> Option<PathBuf> {
        self.config.theme.as_ref().map(|theme| self.root.join("themes").join(theme))
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

/// The configuration that a folder has. Many programs have a `config.toml`: a site's has `content/` beside it.
fn config_in(folder: &Path) -> Option<(&'static str, Dialect)> {
    let is_here =
        |name: &str| folder.join(name).is_file() && (name != "config.toml" || folder.join("content").is_dir());
    CONFIG_FILES.into_iter().find(|(name, _)| is_here(name))
}
