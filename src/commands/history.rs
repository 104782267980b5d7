//! `holdspace history`: past sessions, from their journals.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use jiff::tz::TimeZone;

use super::{Failure, Outcome, warn};
use crate::cli::{self, HistoryFormat};
use crate::control::attach::{self, Room};
use crate::diagnostic::did_you_mean;
use crate::exchange;
use crate::history::{self, Listed, Past};
use crate::music::journal::{self, run::Run};
use crate::project::Project;
use crate::report::clean;

/// Lists past sessions, or tells of one.
pub(super) fn history(project: &Project, args: &cli::History) -> Outcome {
    let folder = project.cache().join("sessions");
    let names = journal::runs(&folder);
    // The latest plays, if any does: only one session of a program plays at a time.
    let plays = matches!(attach::enter(&folder), Ok(Room::Taken(_)));
    let zone = TimeZone::system();
    let program = project.config.title.as_str();
    let past = |run, n: usize| Past { run, program, zone: zone.clone(), plays: plays && n == 0 };
    let mut out = io::stdout().lock();
    let Some(wanted) = &args.run else {
        let runs = readable(&folder, &names);
        let listed = runs.iter().map(|(n, run)| Listed { number: n + 1, past: past(run, *n) });
        let own = |listed: &Listed<'_>| args.session.as_ref().is_none_or(|name| *name == listed.past.run.session);
        let listed: Vec<Listed<'_>> = listed.filter(own).collect();
        if args.format == HistoryFormat::Json {
            let told = listed.iter().map(|listed| history::json(&names[listed.number - 1], &listed.past));
            writeln!(out, "[{}]", told.collect::<Vec<_>>().join(","))?;
        } else if listed.is_empty() {
            writeln!(out, "no session has been played yet")?;
        } else {
            write!(out, "{}", clean(&history::list(&listed)))?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let n = find(&names, wanted)?;
    let run = journal::read(&folder, &names[n])?;
    let past = past(&run, n);
    let text = match args.format {
        HistoryFormat::Text => clean(&history::text(&past)),
        HistoryFormat::Markdown => clean(&history::markdown(&past)),
        HistoryFormat::Csv => history::csv(&past),
        HistoryFormat::Json => history::json(&names[n], &past),
        HistoryFormat::M3u => exchange::m3u(&run.title, &past.entries(project.root())),
        HistoryFormat::Xspf => exchange::xspf(&run.title, &past.entries(project.root())),
    };
    out.write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The journals that can be read, each with its place in the list; the others are told.
fn readable(folder: &Path, names: &[String]) -> Vec<(usize, Run)> {
    let read = |(n, name): (usize, &String)| match journal::read(folder, name) {
        Ok(run) => Some((n, run)),
        Err(error) => {
            warn(&format!("{}\n", clean(&error.to_string())));
            None
        }
    };
    names.iter().enumerate().filter_map(read).collect()
}

/// The run that is meant: by its number, or by a part of its name.
fn find(names: &[String], wanted: &str) -> Result<usize, Failure> {
    // A number is one of the list, and no part of a date.
    let matching: Vec<usize> = match wanted.parse::<usize>() {
        Ok(number) => (0..names.len()).filter(|n| n + 1 == number).collect(),
        Err(_) => (0..names.len()).filter(|n| names[*n].contains(wanted)).collect(),
    };
    match matching.as_slice() {
        [n] => Ok(*n),
        [] => {
            let near = did_you_mean(wanted, names.iter().map(String::as_str));
            let hint = near.unwrap_or_else(|| "`holdspace history` lists them, each with its number".to_owned());
            Err(Failure::new("history/run", format!("there is no run `{wanted}`"), Some(&hint)))
        }
        several => {
            let message = format!("`{wanted}` could be any of {} runs", several.len());
            Err(Failure::new("history/run", message, Some("`holdspace history` lists them, each with its number")))
        }
    }
}
