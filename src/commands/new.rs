//! `holdspace new`: a program of one's own, whole or not at all.

use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use super::{Failure, Outcome};
use crate::cli;
use crate::error::{At, PathError};
use crate::starter::{self, NewFile};

/// Makes a program in a folder that is empty, or not there yet.
pub(super) fn new(start: &Path, args: &cli::New) -> Outcome {
    let folder = start.join(&args.folder);
    if !is_empty(&folder)? {
        let message = format!("there is something in `{}` already", args.folder.display());
        return Err(Failure::new("new/occupied", message, Some("name a folder that is empty, or not there yet")));
    }
    let absolute = std::path::absolute(&folder).at("find", &folder)?;
    let usual = starter::name_of_folder(&absolute.file_name().unwrap_or_default().to_string_lossy());
    let name = match &args.name {
        Some(name) if !name.trim().is_empty() => name.clone(),
        Some(_) => return Err(Failure::new("usage/name", "a program has a name", None)),
        None => ask(&usual)?,
    };
    let files = starter::files(&name);
    write(&files, &absolute)?;
    tell(&name, &files, &args.folder)?;
    Ok(ExitCode::SUCCESS)
}

fn is_empty(folder: &Path) -> Result<bool, PathError> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(fs::symlink_metadata(folder).is_err()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error).at("read", folder),
    }
}

/// Asks for the program's name where somebody sits at a terminal; else it is the folder's.
fn ask(usual: &str) -> io::Result<String> {
    let (input, mut output) = (io::stdin(), io::stdout());
    if !input.is_terminal() || !output.is_terminal() {
        return Ok(usual.to_owned());
    }
    write!(output, "What is the program called? [{usual}] ")?;
    output.flush()?;
    let mut line = String::new();
    input.lock().read_line(&mut line)?;
    let name = line.trim();
    Ok(if name.is_empty() { usual.to_owned() } else { name.to_owned() })
}

/// Writes everything beside, and then moves it into place.
fn write(files: &[NewFile], folder: &Path) -> Result<(), PathError> {
    let is_there = folder.is_dir();
    let beside = if is_there { folder } else { folder.parent().unwrap_or(folder) };
    fs::create_dir_all(beside).at("create", beside)?;
    let stage = tempfile::Builder::new().prefix(".holdspace-").tempdir_in(beside).at("write into", beside)?;
    let program = stage.path().join("program");
    for file in files {
        let path = program.join(file.path);
        let parent = path.parent().unwrap_or(&program);
        fs::create_dir_all(parent).at("create", &folder.join(file.path))?;
        fs::write(&path, &file.bytes).at("write", &folder.join(file.path))?;
    }
    if !is_there {
        return fs::rename(&program, folder).at("create", folder);
    }
    // Somebody may stand in the folder: it stays the same one, and each part is moved into it.
    let mut moved = Vec::new();
    for entry in fs::read_dir(&program).at("read", &program)? {
        let from = entry.at("read", &program)?.path();
        let to = folder.join(from.file_name().unwrap_or_default());
        if let Err(error) = fs::rename(&from, &to) {
            moved.iter().for_each(|(from, to)| drop(fs::rename(to, from)));
            return Err(error).at("write", &to);
        }
        moved.push((from, to));
    }
    Ok(())
}

fn tell(name: &str, files: &[NewFile], folder: &Path) -> io::Result<()> {
    let count = |part: &str, ending: &str| {
        files.iter().filter(|file| file.path.starts_with(part) && file.path.ends_with(ending)).count()
    };
    let at = folder.display();
    let go = if folder == Path::new(".") { String::new() } else { format!("cd {at} && ") };
    writeln!(
        io::stdout(),
        "{} is in {at}: {} files, all yours to change.\n\
         \x20 holdspace.toml   its name, its telephone number, its address: fill them in\n\
         \x20 content/         {} pages: what it is, how it goes, what the risks are, and the guides\n\
         \x20 themes/haven/    how it looks\n\
         \x20 playlists/       {} sessions of generated music; put your own into playlists/music/\n\
         See it while you write:   {go}holdspace serve --open\n\
         Build it into public/:    holdspace build\n\
         Hear what will play:      holdspace rehearse session-1\n\
         Nothing in it has been reviewed: let a clinician read every page before you publish.",
        crate::report::clean(name),
        files.len(),
        count("content/", ".md"),
        count("playlists/", ".toml"),
    )
}
