//! Lists the files that `holdspace new` makes a program from, so that the binary has them in it: this repository's own
//! words, theme and playlists. No crate for it: the list is forty lines.
//!
//! It also has the binary linked in a way that lets it start sooner, on Linux: at a place of its own, with what a build of a site
//! runs side by side, and with what unwinds a panic in it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What a new program begins with.
const PARTS: [&str; 3] = ["content", "themes/haven", "playlists"];

fn main() {
    // The binary has 180 000 addresses in its tables. Where it may lie anywhere, all are settled each time that it starts, and
    // 840 pages of memory copied for that. It lies where it was linked for, as a program in Go does (`go help buildmode`: `exe`).
    // That gives up that our own code, of which none is `unsafe`, lies where nobody can know. Stack, heap and libraries lie
    // somewhere else each time, as ever.
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    let is_static = target("FEATURE").split(',').any(|feature| feature == "crt-static");
    if target("OS") == "linux" && target("ENV") == "gnu" && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        if let Some(folder) = own_unwinder() {
            println!("cargo::rustc-link-arg-bins=-L{}", folder.display());
        }
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the package's folder"));
    let order = root.join("benches/site/order.txt");
    println!("cargo::rerun-if-changed={}", order.display());
    if is_linked_by_lld() {
        for argument in [&*format!("--symbol-ordering-file={}", order.display()), "--no-warn-symbol-ordering"] {
            // A path with a comma would be two words for `-Wl`.
            println!("cargo::rustc-link-arg-bins=-Xlinker\ncargo::rustc-link-arg-bins={argument}");
        }
    }
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

/// A folder in which the linker finds, by the name of GCC's library that unwinds panics, that library's parts to put them into the
/// binary; `None` where the compiler has no such parts. To find, load and settle the library takes a twelfth of each start.
fn own_unwinder() -> Option<PathBuf> {
    if env::var_os("HOST") != env::var_os("TARGET") {
        return None;
    }
    let asked = Command::new("cc").arg("-print-file-name=libgcc_eh.a").output().ok()?;
    // What it does not have, it names without a folder.
    let parts = PathBuf::from(String::from_utf8(asked.stdout).ok()?.trim());
    let folder = PathBuf::from(env::var_os("OUT_DIR")?).join("unwinder");
    let is_there = parts.is_absolute() && parts.is_file() && fs::create_dir_all(&folder).is_ok();
    // By its name, as the compiler's next version has it somewhere else.
    (is_there && fs::write(folder.join("libgcc_s.so"), "INPUT(-lgcc_eh)\n").is_ok()).then_some(folder)
}

/// Whether the binary is one for use, and linked by the linker that comes with Rust on 64-bit Intel and Linux, which takes an order.
/// Of the 100 000 functions that we and our libraries have, a build of a site runs 3 000, strewn over 12 MB: the system brings them
/// in by a hundred pieces fewer where they lie side by side, and a small site is built in a fifteenth less time.
fn is_linked_by_lld() -> bool {
    const TARGET: &str = "x86_64-unknown-linux-gnu";
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|there| there == value);
    let is_other = env::var_os("RUSTC_LINKER").is_some()
        || env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("link"));
    let is_meant = is("PROFILE", "release") && is("TARGET", TARGET) && is("HOST", TARGET) && !is_other;
    let sysroot = || {
        let rustc = Command::new(env::var_os("RUSTC")?).args(["--print", "sysroot"]).output().ok()?;
        Some(PathBuf::from(String::from_utf8(rustc.stdout).ok()?.trim()))
    };
    let lld = format!("lib/rustlib/{TARGET}/bin/gcc-ld/ld.lld");
    is_meant && sysroot().is_some_and(|sysroot| sysroot.join(lld).is_file())
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
