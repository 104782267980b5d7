//! The music half.

pub mod bed;
mod synth;

use crate::diagnostic::Findings;
use crate::project::Project;

/// What a session plays, and when.
#[derive(Debug, Clone)]
pub struct Timeline;

/// Draws up the timeline of the session `name` (its playlist is `playlists/NAME.toml`).
pub fn timeline(_project: &Project, _name: &str) -> (Option<Timeline>, Findings) {
    (None, Findings::new())
}

/// The names of the sessions: one per `playlists/*.toml`, sorted.
pub fn session_names(_project: &Project) -> Vec<String> {
    Vec::new()
}
