//! Lists the files that `holdspace new` makes a program from, so that the binary has them in it: this repository's own
//! words, theme and playlists. No crate for it: the list is forty lines.
//!
//! It also has the binary linked in a way that lets it start a tenth sooner, where this machine's C library can read that.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What a new program begins with.
const PARTS: [&str; 3] = ["content", "themes/haven", "playlists"];

fn main() {
    // The binary has 180 000 addresses that are settled when it starts: as a list of them it reads 4 MiB, as a bitmap (RELR) a
    // hundredth of that. What is built for other machines, which may be older, has the list.
    if env::var("TARGET") == env::var("HOST") && has_glibc_of(2, 36) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the package's folder"));
    let mut files = Vec::new();
    for part in PARTS {
        println!("cargo::rerun-if-changed={part}");
        collect(&root.join(part), &mut files);
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let path = file.strip_prefix(&root).expect("it is inside").to_string_lossy().replace('\\', "/");
        let _ = writeln!(list, "    ({path:?}, include_bytes!({:?})),", file.display().to_string());
    }
    list.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder for what is made"));
    fs::write(out.join("starter.rs"), list).expect("that folder can be written");
}

/// Whether this machine's C library is glibc, of this version or a later one. glibc reads RELR from 2.36 on (its NEWS).
fn has_glibc_of(major: u32, minor: u32) -> bool {
    let asked = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let told = asked.map(|told| String::from_utf8_lossy(&told.stdout).into_owned()).unwrap_or_default();
    let version = told.trim().strip_prefix("glibc ").and_then(|version| version.split_once('.'));
    version
        .and_then(|(first, rest)| Some((first.parse::<u32>().ok()?, rest.split('.').next()?.parse::<u32>().ok()?)))
        .is_some_and(|there| there >= (major, minor))
}

/// The files below a folder, but for the music, whose pieces are large and ours, pictures of this program, and what is
/// translated: a new program begins in one language.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder that can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let hidden = name.starts_with('.') || name.ends_with('~') || name.ends_with(".es.md");
        if path.is_dir() && name != "music" && !hidden {
            collect(&path, files);
        } else if path.is_file() && !hidden && name != "screenshot.png" && name != "session-1.svg" {
            files.push(path);
        }
    }
}
