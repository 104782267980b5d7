//! holdspace publishes a therapy program's website from Markdown, and plays its music in the room: phase-timed, gently
//! faded, never abruptly silent. One binary for three people, none of whom programs: staff write and publish, a
//! facilitator plays, a prospective participant reads.
//!
//! # Two rivers, one meeting
//!
//! ```text
//!  content/*.md ─content→ sources ─page,markdown→ pages ─graph→ Site ─theme,view,render→ artifacts ─write│serve→ outside
//!                                                                ▲
//!                               session: draws the Timeline (the meeting)
//!                                                                │
//!  playlists/*.toml ─playlist→ Playlist ┐                        │
//!  audio files ──────library→  Library  ┴─score→ Score ─plan→ Timeline ─mix→ frames ─→ Sink: speaker│file│null
//!  lines, script ─Command→ transport ─→ (Timeline′, from Position) ─→ mix
//! ```
//!
//! Each arrow is a module; each word between arrows is a type of its own. Findings are carried beside both rivers and
//! never thrown across them: one run tells an author everything that is wrong.
//!
//! # The rooms, in reading order
//!
//! | room | what it is for |
//! | --- | --- |
//! | [`units`] | frames, seconds, decibels, LUFS: types, so that one is never taken for another |
//! | [`diagnostic`] | a finding: what is wrong, where, and a way out |
//! | [`fields`] | TOML and YAML that people wrote, read with every mistake at its place |
//! | [`project`] | the program's folder and its `holdspace.toml`, or a Zola site's `zola.toml` |
//! | [`music`] | playlists and audio files → timeline → frames → a sink |
//! | [`session`] | draws a timeline: picture, table, text, JSON |
//! | [`site`] | Markdown and a theme → artifacts → a folder, or a preview |
//! | [`starter`] | what a new program begins with |
//! | [`http`] | what serves the preview and the phones |
//! | [`control`] | what a facilitator holds: commands in, status out |
//! | [`check`] | what a careful colleague would see before it is published: the rules, and what they find |
//! | [`preflight`] | before a session: go or no-go |
//! | [`history`] | past sessions: what sounded when, in words, as a table, as a list |
//! | [`exchange`] | playlists of other programs: M3U, XSPF, PLS |
//! | [`awake`] | keeps the machine awake while a session plays |
//! | [`report`] | findings as words |
//! | [`files`] | files that are replaced whole or not at all |
//! | [`system`] | memory in small pages, and work that gives way to other work |
//! | [`error`] | what can go wrong when the world is touched, always with its path |
//! | [`cli`], [`commands`] | the command line, and one short function per subcommand |
//!
//! # Who never imports whom
//!
//! Kept by `tests/architecture.rs`, so that the drawing stays true:
//! - `music` never imports `site`; `site` sees music through `music::{timeline, session_names}` and `session` only.
//! - `control` never imports the mixer, the decoder, a sink or the site.
//! - Pure rooms name no file, net, thread, process, environment, clock or print.
//! - One door per foreign crate: to change the decoder, change one file.
//! - Only `report` and `commands` print; only `main` exits.

pub mod awake;
pub mod check;
pub mod cli;
pub mod commands;
pub mod control;
pub mod diagnostic;
pub mod error;
pub mod exchange;
pub mod fields;
pub mod files;
pub mod history;
pub mod http;
pub mod music;
pub mod preflight;
pub mod project;
pub mod report;
pub mod session;
pub mod site;
pub mod starter;
pub mod system;
pub mod units;
