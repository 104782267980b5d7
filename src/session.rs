//! Draws a timeline.

use crate::music::Timeline;
use serde::Serialize;

/// What a template sees of a session.
#[derive(Debug, Clone, Serialize)]
pub struct SessionView {
    /// The name of the playlist.
    pub name: String,
}

/// Draws up the view.
pub fn view(name: &str, _timeline: &Timeline) -> SessionView {
    SessionView { name: name.to_owned() }
}
