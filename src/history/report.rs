//! A past session as a table: the fields that reports on the use of music ask for. Pure.
//!
//! SoundExchange takes the service, the featured artist, the title, the ISRC or else the album and its label, and how often
//! each recording was performed (37 CFR 370.4(d)(2)). ASCAP and BMI take a cue sheet: of each piece the title, its writers
//! and publishers, how it was used, when, and for how long. Who sends in a report asks the society for its form.

use serde::Serialize;

use super::Past;
use crate::music::journal::run::Heard;

/// A row of the table.
#[derive(Serialize)]
struct Row<'a> {
    service: &'a str,
    session: &'a str,
    phase: &'a str,
    date: String,
    start: String,
    seconds: u64,
    title: &'a str,
    featured_artist: &'a str,
    composer: &'a str,
    publisher: &'a str,
    album: &'a str,
    label: &'a str,
    isrc: &'a str,
    performances: u32,
    usage: &'static str,
    licence: &'a str,
    file: &'a str,
}

/// The names of the fields, in their order.
const FIELDS: [&str; 17] = [
    "service",
    "session",
    "phase",
    "date",
    "start",
    "seconds",
    "title",
    "featured_artist",
    "composer",
    "publisher",
    "album",
    "label",
    "isrc",
    "performances",
    "usage",
    "licence",
    "file",
];

/// Recordings only: what the player generates is nobody's.
fn rows<'a>(past: &'a Past<'_>) -> Vec<Row<'a>> {
    let row = |heard: &'a Heard| {
        let (piece, credits) = (&heard.piece, &heard.piece.credits);
        let said = |field: &'a Option<String>| field.as_deref().unwrap_or_default();
        let wall = |format: &str| past.wall(heard.start).map_or_else(String::new, |at| at.strftime(format).to_string());
        Row {
            service: past.program,
            session: &past.run.session,
            phase: past.phase(heard.start),
            date: wall("%Y-%m-%d"),
            start: wall("%H:%M:%S"),
            seconds: past.heard(heard).seconds(past.rate()).round() as u64,
            title: &piece.title,
            featured_artist: &piece.artist,
            composer: said(&credits.composer),
            publisher: said(&credits.publisher),
            album: said(&credits.album),
            label: said(&credits.label),
            isrc: said(&credits.isrc),
            performances: 1,
            usage: "background",
            licence: &piece.licence,
            file: piece.file.as_deref().unwrap_or_default(),
        }
    };
    past.music().filter(|heard| !heard.piece.bed).map(row).collect()
}

/// The table as CSV (RFC 4180), a line of names first. A cell that a spreadsheet would take for a formula begins with an
/// apostrophe.
pub fn csv(past: &Past<'_>) -> String {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let written = (|| {
        table.write_record(FIELDS)?;
        for row in rows(past) {
            let cells = serde_json::to_value(&row).expect("plain data");
            let cell = |field: &&str| match &cells[*field] {
                serde_json::Value::String(text) => harmless(text),
                other => other.to_string(),
            };
            table.write_record(FIELDS.iter().map(cell))?;
        }
        table.flush()?;
        Ok::<(), csv::Error>(())
    })();
    written.expect("memory takes all");
    String::from_utf8(table.into_inner().expect("memory takes all")).expect("made of text")
}

fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// All that is known of a run, for scripts.
pub fn json(name: &str, past: &Past<'_>) -> String {
    let rate = past.rate();
    let seconds = |at: crate::units::Position| (at.since_start().seconds(rate) * 1000.0).round() / 1000.0;
    let pieces: Vec<_> = past
        .run
        .pieces
        .iter()
        .map(|heard| {
            let length = past.heard(heard).seconds(rate);
            serde_json::json!({ "start": seconds(heard.start), "heard": (length * 10.0).round() / 10.0,
                "phase": past.phase(heard.start), "piece": heard.piece })
        })
        .collect();
    let at = |(at, text): (crate::units::Position, String)| serde_json::json!({ "at": seconds(at), "what": text });
    let run = past.run;
    let told = serde_json::json!({
        "run": name,
        "session": run.session,
        "title": run.title,
        "began": run.began,
        "last": run.last,
        "ended": run.ended,
        "plays": past.plays,
        "seconds": past.length().seconds(rate),
        "phases": run.phases.iter().cloned().map(at).collect::<Vec<_>>(),
        "pieces": pieces,
        "commands": run.commands.iter().map(|(position, command)| at((*position, command.to_string()))).collect::<Vec<_>>(),
        "told": run.told.iter().cloned().map(at).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&told).expect("plain data");
    text.push('\n');
    text
}
