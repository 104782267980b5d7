//! How many instructions holdspace takes, by callgrind, for a site of 200 pages: a regression shows without a stopwatch,
//! and on a busy machine too. What it took last is kept in `counts.toml`; `--keep` keeps what it takes now, and in `order.txt`
//! which functions it runs: `build.rs` has these linked side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::tools::Tool;
use crate::world::{Dialect, text};

const PAGES: usize = 200;
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/site/counts.toml");
const HEAD: &str = "# Instructions for a site of 200 pages, by callgrind, one thread: `make bench-count` compares with these, and\n\
                    # `make bench-count KEEP=--keep` keeps new ones. Another compiler counts otherwise.\n";

const ORDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/site/order.txt");
/// The program as it is built for use, where it is there. For a benchmark, development dependencies switch on more in our libraries,
/// and that is in the names of their functions.
const USED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/used/holdspace");
const ORDER_HEAD: &str = "# The functions that a build of a site runs, by their names in the binary: the linker puts them side by side. Kept by\n\
                          # `make bench-count KEEP=--keep`. Names of another compiler are not found, and then all lie as they come.\n";

/// Counts, and tells by how much each count moved. `place` is a folder that goes away.
pub fn count(place: &Path, keep: bool) {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("valgrind is not installed: nothing was counted");
        return;
    }
    let tool = Tool::Holdspace;
    let (folder, program) = (place.join("count"), tool.program().expect("it is ours"));
    tool.write_site(&folder, PAGES);
    let run = |only: &[&str]| instructions(&program, &folder, place, only);
    let mut counts = BTreeMap::new();
    counts.insert("parse", run(&["holdspace::site::page::begin", "holdspace::site::page::Page::read"]));
    tool.forget(&folder);
    counts.insert("build", run(&[]));
    // What was written just now may still change unseen, and is not trusted.
    std::thread::sleep(std::time::Duration::from_millis(100));
    tool.forget(&folder);
    let _ = tool.build(&program, &folder).stdout(Stdio::null()).status();
    counts.insert("nothing changed", run(&[]));
    fs::write(folder.join("content/part-0/page-7.md"), text(8, PAGES, Dialect::Own)).expect("a page");
    counts.insert("one page changed", run(&[]));
    let before: BTreeMap<String, u64> =
        fs::read_to_string(KEPT).ok().and_then(|text| toml::from_str(&text).ok()).unwrap_or_default();
    println!("{:<18} {:>15} {:>15} {:>9}", "instructions", "kept", "now", "moved");
    for (what, now) in &counts {
        let was = before.get(*what).copied().unwrap_or(*now);
        let moved = (*now as f64 / was as f64 - 1.0) * 100.0;
        println!("{what:<18} {was:>15} {now:>15} {moved:>+8.1} %");
    }
    if keep {
        let lines: String = counts.iter().map(|(what, count)| format!("{what:?} = {count}\n")).collect();
        fs::write(KEPT, format!("{HEAD}{lines}")).expect("the repository can be written");
        let used = Path::new(USED);
        keep_order([&*program, used].into_iter().filter(|program| program.is_file()), &folder, place);
    }
}

/// Keeps which functions of these programs run while a site is built anew, again, and after an edit.
fn keep_order<'p>(programs: impl Iterator<Item = &'p Path>, folder: &Path, place: &Path) {
    let mut names = BTreeSet::new();
    let mut run = |program: &Path| {
        let written = callgrind(program, folder, place, &["--demangle=no".to_owned()]);
        let named = written.lines().filter_map(|line| line.strip_prefix('c').unwrap_or(line).strip_prefix("fn=("));
        let named = named.filter_map(|rest| rest.split_once(") ")).map(|(_, name)| name);
        // Callgrind numbers the turns of what calls itself.
        let own = named.map(|name| name.split_once('\'').map_or(name, |(name, _)| name)).filter(|name| is_ours(name));
        names.extend(own.map(str::to_owned));
    };
    for (number, program) in programs.enumerate() {
        Tool::Holdspace.forget(folder);
        run(program);
        run(program);
        let edited = text(9 + number, PAGES, Dialect::Own);
        fs::write(folder.join("content/part-0/page-7.md"), edited).expect("a page");
        run(program);
    }
    let lines: String = names.iter().map(|name| format!("{name}\n")).collect();
    fs::write(ORDER, format!("{ORDER_HEAD}{lines}")).expect("the repository can be written");
}

/// Whether a function is Rust's or our allocator's: all others are the system's.
fn is_ours(name: &str) -> bool {
    ["_ZN", "_R", "mi_", "_mi_"].iter().any(|start| name.starts_with(start))
}

/// The instructions of one build; of these functions alone and all that they call, where some are named: none calls another.
fn instructions(program: &Path, folder: &Path, place: &Path, only: &[&str]) -> u64 {
    let only: Vec<String> = only.iter().map(|function| format!("--toggle-collect={function}")).collect();
    let written = callgrind(program, folder, place, &only);
    let line = written.lines().find_map(|line| line.strip_prefix("summary: ").or(line.strip_prefix("totals: ")));
    let count = line.and_then(|count| count.trim().parse().ok()).expect("callgrind counted");
    assert!(count > 0, "nothing was counted: is there no {only:?} any more?");
    count
}

/// What callgrind writes of one build on one thread.
fn callgrind(program: &Path, folder: &Path, place: &Path, options: &[String]) -> String {
    let out: PathBuf = place.join("callgrind.out");
    let mut command = Command::new("valgrind");
    command.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", out.display())).args(options);
    command.arg(program).arg("-C").arg(folder).arg("build").env("RAYON_NUM_THREADS", "1");
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?}");
    fs::read_to_string(&out).expect("callgrind wrote")
}
