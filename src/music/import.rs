//! Takes pieces of another list into a phase of a playlist. Everything is looked at before anything is written: either all
//! pieces come in, or the playlist stays as it is. The author's own lines stay as they are.

use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use super::library::Library;
use super::playlist;
use crate::diagnostic::{Diagnostic, Findings, Place, SourceText, did_you_mean};
use crate::error::{At, PathError};
use crate::exchange::Listed;
use crate::files;
use crate::project::Project;

/// What is going to be done.
pub struct Import {
    /// The pieces, as the playlist will name their files.
    pub pieces: Vec<String>,
    /// Files that are copied: from, to.
    pub copies: Vec<(PathBuf, PathBuf)>,
    playlist: PathBuf,
    text: String,
}

/// Looks at everything: the list's files (from the folder that the list lies in), the playlist, the phase.
///
/// # Errors
/// What stands in the way; then nothing is to be done.
pub fn prepare(
    project: &Project,
    session: &str,
    phase: &str,
    listed: &[Listed],
    (from, list): (&Path, &SourceText),
) -> Result<(Import, Findings), Findings> {
    let folder = project.playlists();
    let path = folder.join(format!("{session}.toml"));
    let text = fs::read_to_string(&path).map_err(|error| super::unreadable(project, session, &path, &error))?;
    let source = SourceText::new(project.relative(&path), text.clone());
    // 1. The playlist must be one that can be read: nothing is added to what is broken.
    let (before, findings) = playlist::parse(&source, &project.config.music);
    if findings.has_errors() {
        return Err(findings);
    }
    let names: Vec<&str> = before.phases.iter().map(|phase| phase.name.as_str()).collect();
    let Some(number) = names.iter().position(|name| name.eq_ignore_ascii_case(phase.trim())) else {
        let hint = did_you_mean(phase, names.iter().copied());
        let hint = hint.unwrap_or_else(|| format!("the phases are: {}", names.join(", ")));
        let message = format!("there is no phase `{phase}` in {session}");
        let finding = Diagnostic::error("import/phase", message).at(Place::file(project.relative(&path))).hint(hint);
        return Err([finding].into_iter().collect());
    };
    // 2. The files must be there, and sound.
    let files: Vec<PathBuf> = listed.iter().map(|listed| found(listed, from)).collect();
    let library = Library::gather(files.iter().cloned(), &folder, &project.cache());
    let mut wrong = Findings::new();
    for (file, listed) in files.iter().zip(listed) {
        if let Err(error) = library.facts(file) {
            let message = format!("`{}` {error}", file.display());
            let hint = "mend the list, or take the line out of it; nothing was changed";
            wrong.push(Diagnostic::error("import/file", message).at(list.place(listed.span.clone())).hint(hint));
        }
    }
    if wrong.has_errors() {
        return Err(wrong);
    }
    // 3. What lies outside of the playlists' folder is copied into it: a program is one folder.
    let (mut copies, mut pieces) = (Vec::new(), Vec::new());
    for file in &files {
        pieces.push(within(file, &folder, &mut copies));
    }
    let unwritable = || {
        let message = "the playlist's tracks are written in a way that nothing can be added to";
        let hint = "write each of them as `[[phase.track]]`, with its `file` below it";
        let place = source.place(before.phases[number].span.clone());
        Findings::from_iter([Diagnostic::error("import/tracks", message).at(place).hint(hint)])
    };
    let text = add(&text, number, &pieces, listed).ok_or_else(unwritable)?;
    // 4. What was made must be a playlist again, with these pieces and no other.
    let (after, findings) = playlist::parse(&SourceText::new(source.path(), text.clone()), &project.config.music);
    let grown = after.phases.get(number).map_or(0, |phase| phase.tracks.len());
    if findings.has_errors() {
        return Err(findings);
    }
    if grown != before.phases[number].tracks.len() + pieces.len() {
        return Err(unwritable());
    }
    Ok((Import { pieces, copies, playlist: path, text }, findings))
}

/// The file that a list names: from its own folder, or as it stands.
fn found(listed: &Listed, from: &Path) -> PathBuf {
    let named = listed.entry.file.clone().unwrap_or_default();
    // Lists from another system have its separators.
    let slashed = PathBuf::from(named.to_string_lossy().replace('\\', "/"));
    let tried = [from.join(&named), from.join(slashed)];
    tried.iter().find(|path| path.exists()).unwrap_or(&tried[0]).clone()
}

/// How the playlist will name a file; one from outside is copied to `music/`, under a name that nothing else has.
fn within(file: &Path, folder: &Path, copies: &mut Vec<(PathBuf, PathBuf)>) -> String {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (file, folder) = (real(file), real(folder));
    let named = |path: &Path| path.strip_prefix(&folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    if file.starts_with(&folder) {
        return named(&file);
    }
    if let Some((_, to)) = copies.iter().find(|(from, _)| *from == file) {
        return named(to);
    }
    let (stem, ending) = (file.file_stem().unwrap_or_default().to_string_lossy(), file.extension().unwrap_or_default());
    for n in 1.. {
        let name = if n == 1 { stem.to_string() } else { format!("{stem}-{n}") };
        // Not `with_extension`: `01. Dawn` has none.
        let name = if ending.is_empty() { name } else { format!("{name}.{}", ending.to_string_lossy()) };
        let to = folder.join("music").join(name);
        let same = to.exists() && fs::read(&to).ok() == fs::read(&file).ok();
        if same {
            return named(&to);
        }
        if !to.exists() && !copies.iter().any(|(_, taken)| *taken == to) {
            copies.push((file, to.clone()));
            return named(&to);
        }
    }
    named(&file)
}

/// The playlist with the pieces behind those of a phase; `None` where its tracks are no list.
fn add(text: &str, phase: usize, pieces: &[String], listed: &[Listed]) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let phases = document.get_mut("phase")?;
    let said = |n: usize| {
        let entry = &listed[n].entry;
        let of_tags = [("title", &entry.title), ("artist", &entry.artist)];
        let told = of_tags.into_iter().filter(|(_, value)| !value.is_empty());
        told.map(|(key, value)| (key, value.clone())).collect::<Vec<_>>()
    };
    let table = match phases {
        Item::ArrayOfTables(phases) => phases.get_mut(phase)?,
        _ => return None,
    };
    match table.entry("track").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new())) {
        Item::ArrayOfTables(tracks) => {
            for (n, file) in pieces.iter().enumerate() {
                let mut track = Table::new();
                track.insert("file", value(file.as_str()));
                for (key, text) in said(n) {
                    track.insert(key, value(text));
                }
                tracks.push(track);
            }
        }
        Item::Value(Value::Array(tracks)) => {
            for (n, file) in pieces.iter().enumerate() {
                let mut track = InlineTable::new();
                track.insert("file", file.as_str().into());
                for (key, text) in said(n) {
                    track.insert(key, text.into());
                }
                tracks.push(track);
            }
        }
        _ => return None,
    }
    Some(document.to_string())
}

impl Import {
    /// Copies the files, then replaces the playlist, each whole or not at all.
    ///
    /// # Errors
    /// When a file cannot be copied or the playlist not be written; then the playlist is as it was.
    pub fn carry_out(self) -> Result<(), PathError> {
        for (from, to) in &self.copies {
            let folder = to.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder).at("make", folder)?;
            let copied = (|| {
                let mut copy = tempfile::NamedTempFile::new_in(folder)?;
                std::io::copy(&mut fs::File::open(from)?, &mut copy)?;
                copy.persist_noclobber(to).map(drop).map_err(|error| error.error)
            })();
            copied.at("write", to)?;
        }
        files::replace(&self.playlist, self.text.as_bytes())
    }
}
