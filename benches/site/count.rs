//! How many instructions holdspace takes, by callgrind, for a site of 200 pages: a regression shows without a stopwatch,
//! and on a busy machine too. What it took last is kept in `counts.toml`; `--keep` keeps what it takes now.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::tools::Tool;
use crate::world::{Dialect, text};

const PAGES: usize = 200;
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/site/counts.toml");
const HEAD: &str = "# Instructions for a site of 200 pages, by callgrind, one thread: `make bench-count` compares with these, and\n\
                    # `make bench-count KEEP=--keep` keeps new ones. Another compiler counts otherwise.\n";

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
    }
}

/// The instructions of one build; of these functions alone and all that they call, where some are named: none calls another.
fn instructions(program: &Path, folder: &Path, place: &Path, only: &[&str]) -> u64 {
    let out: PathBuf = place.join("callgrind.out");
    let mut command = Command::new("valgrind");
    command.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", out.display()));
    command.args(only.iter().map(|function| format!("--toggle-collect={function}")));
    command.arg(program).arg("-C").arg(folder).arg("build").env("RAYON_NUM_THREADS", "1");
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?}");
    let written = fs::read_to_string(&out).expect("callgrind wrote");
    let line = written.lines().find_map(|line| line.strip_prefix("summary: ").or(line.strip_prefix("totals: ")));
    let count = line.and_then(|count| count.trim().parse().ok()).expect("callgrind counted");
    assert!(count > 0, "nothing was counted: is there no {only:?} any more?");
    count
}
