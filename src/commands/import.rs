//! `holdspace import`: the pieces of another program's playlist, into a phase.

use std::fs;
use std::process::ExitCode;

use super::{Failure, Outcome, say, tell};
use crate::cli;
use crate::diagnostic::SourceText;
use crate::error::At;
use crate::exchange;
use crate::music::import::{self, Import};
use crate::project::Project;
use crate::report::clean;

/// Takes the pieces in, all or none.
pub(super) fn import(project: &Project, args: &cli::Import) -> Outcome {
    let bytes = fs::read(&args.file).at("read", &args.file)?;
    // M3U was Latin-1 once, and some programs write it so to this day.
    let text =
        String::from_utf8(bytes).unwrap_or_else(|error| error.as_bytes().iter().map(|b| char::from(*b)).collect());
    let source = SourceText::new(&args.file, text);
    let (listed, findings) = exchange::read(&source);
    tell(&findings)?;
    let from = std::path::absolute(&args.file).at("find", &args.file)?;
    let from = from.parent().unwrap_or(project.root());
    let prepared = import::prepare(project, &args.session, &args.phase, &listed, (from, &source));
    let (import, findings) = match prepared {
        Ok(prepared) => prepared,
        Err(findings) => {
            tell(&findings)?;
            return Err(Failure::Told);
        }
    };
    tell(&findings)?;
    let Import { pieces, copies, .. } = &import;
    for piece in pieces {
        say(&format!("{}\n", clean(piece)));
    }
    let copied = match copies.len() {
        0 => String::new(),
        1 => "; 1 file is copied into the playlists' folder".to_owned(),
        n => format!("; {n} files are copied into the playlists' folder"),
    };
    let count = if pieces.len() == 1 { "1 piece".to_owned() } else { format!("{} pieces", pieces.len()) };
    let told = format!("{count} into {} of {}{copied}", args.phase, args.session);
    if args.dry_run {
        say(&format!("{}: nothing was changed\n", clean(&told)));
    } else {
        import.carry_out()?;
        say(&format!("{}\n", clean(&told)));
    }
    Ok(ExitCode::SUCCESS)
}
