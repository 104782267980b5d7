//! holdspace: one binary that publishes a therapy program's website from Markdown, and plays its music in the room.

pub mod cli;
pub mod commands;
pub mod control;
pub mod diagnostic;
pub mod error;
pub mod fields;
pub mod http;
pub mod music;
pub mod project;
pub mod report;
pub mod session;
pub mod site;
pub mod units;
