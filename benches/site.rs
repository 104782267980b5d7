//! Cold builds of the same site by holdspace, Hugo, Zola and a bare probe, side by side in one run: wall time, CPU time
//! and peak memory, medians of runs that take turns, so that each tool runs as often behind each other one: what ran before leaves
//! caches and memory behind that are warm or cold. And what it takes when nothing or one page changed.
//!
//! The probe (`site/probe.rs`) makes the same pages; the floor (`site/floor.rs`) pages of the same words, and less than a site.
//!
//! `make bench-serve` measures previews instead: from a save to the page (`site/serve.rs`).
//! `make bench-count` counts instructions instead (`site/count.rs`).
//!
//! `make bench-site` (Linux). PAGES="100 1000 10000" says how large, RUNS how often; the sites lie in memory (/dev/shm).
//! A tool that is not installed is left out, and named.
#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]
#![allow(unreachable_pub, reason = "shared by the modules of a benchmark")]

#[path = "site/count.rs"]
mod count;
#[path = "site/floor.rs"]
mod floor;
#[path = "site/measure.rs"]
mod measure;
#[path = "site/probe.rs"]
mod probe;
#[path = "site/serve.rs"]
mod serve;
#[path = "site/tools.rs"]
mod tools;
#[path = "site/world.rs"]
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use measure::{Took, median, run};
use tools::{TOOLS, Tool};
use world::{Dialect, text};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match (arguments.get(1).map(String::as_str), arguments.get(2)) {
        (Some("--probe"), Some(folder)) => return probe::build(Path::new(folder)),
        (Some("--floor"), Some(folder)) => return floor::build(Path::new(folder)),
        _ => {}
    }
    if arguments.iter().any(|argument| argument == "--count") {
        let place = Place::new();
        fs::create_dir_all(&place.0).expect("a folder");
        count::count(&place.0, arguments.iter().any(|argument| argument == "--keep"));
        return;
    }
    let setting = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let runs: usize = setting("RUNS", "5").parse().expect("RUNS is a number");
    let wanted = setting("TOOLS", "holdspace probe floor hugo zola");
    let mut present = Vec::new();
    for tool in TOOLS.into_iter().filter(|tool| wanted.split_whitespace().any(|name| name == tool.name())) {
        match tool.program() {
            Some(program) => present.push((tool, program)),
            None => println!("{} is not installed and left out ({})", tool.name(), tool.how_to_get()),
        }
    }
    for pages in setting("PAGES", "100 1000 10000").split_whitespace() {
        let pages: usize = pages.parse().expect("PAGES are numbers");
        let place = Place::new();
        if arguments.iter().any(|argument| argument == "--serve") {
            println!("\n{pages} pages, from a save to the page, median of 20\n{}", serve::HEAD);
            for (tool, program) in present.iter().filter(|(tool, _)| tool.serves()) {
                tool.write_site(&place.of(*tool), pages);
                serve::measure(*tool, program, &place.of(*tool), pages);
            }
            continue;
        }
        println!(
            "\n{pages} pages, median of {runs}\n{:<34} {:>8} {:>8} {:>9} {:>8}",
            "", "wall s", "CPU s", "peak MiB", "× probe"
        );
        cold(&place, pages, runs, &present);
        warm(&place, pages, runs);
    }
}

/// A folder in memory that goes away with us.
struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        let memory = Path::new("/dev/shm");
        let home = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        Place(home.join(format!("holdspace-bench-{}", std::process::id())))
    }

    fn of(&self, tool: Tool) -> PathBuf {
        self.0.join(tool.name())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What cannot be deleted now, the machine forgets when it restarts.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// In which order so many tools take their turns in a round: a balanced Latin square (Williams, "Experimental Designs Balanced for
/// the Estimation of Residual Effects of Treatments", 1949).
fn turns(tools: usize, round: usize) -> Vec<usize> {
    let zigzag = (0..tools).map(|turn| if turn % 2 == 1 { turn.div_ceil(2) } else { tools - turn / 2 });
    let mut turns: Vec<usize> = zigzag.map(|tool| (tool + round) % tools).collect();
    if round / tools.max(1) % 2 == 1 {
        turns.reverse();
    }
    turns
}

fn cold(place: &Place, pages: usize, runs: usize, present: &[(Tool, PathBuf)]) {
    for (tool, _) in present {
        tool.write_site(&place.of(*tool), pages);
    }
    let mut took: Vec<Vec<Took>> = vec![Vec::new(); present.len()];
    for at in (0..runs).flat_map(|round| turns(present.len(), round)) {
        let (tool, program) = &present[at];
        let folder = place.of(*tool);
        tool.forget(&folder);
        took[at].push(run(&mut tool.build(program, &folder)));
    }
    let medians: Vec<Took> = took.iter().map(|runs| median(runs)).collect();
    let probe = present.iter().position(|(tool, _)| *tool == Tool::Probe).map(|probe| medians[probe].wall);
    for ((tool, _), took) in present.iter().zip(&medians) {
        line(&format!("{}, cold", tool.name()), *took, probe);
    }
}

/// What holdspace takes for a site that it has built before.
fn warm(place: &Place, pages: usize, runs: usize) {
    let tool = Tool::Holdspace;
    let folder = place.of(tool);
    let Some(program) = tool.program().filter(|_| folder.is_dir()) else { return };
    let build = || run(&mut tool.build(&program, &folder));
    build();
    let nothing: Vec<Took> = (0..runs).map(|_| build()).collect();
    line("holdspace, nothing changed", median(&nothing), None);
    let page = folder.join("content/part-0/page-7.md");
    let one = |round: usize| {
        fs::write(&page, format!("{}\nAnd once more: {round}.\n", text(7, pages, Dialect::Own))).expect("a page");
        build()
    };
    let one: Vec<Took> = (0..runs).map(one).collect();
    line("holdspace, one page changed", median(&one), None);
}

fn line(what: &str, took: Took, probe: Option<f64>) {
    let ratio = probe.map_or(String::new(), |probe| format!("{:.2}", took.wall / probe));
    println!("{what:<34} {:>8.3} {:>8.3} {:>9.0} {ratio:>8}", took.wall, took.cpu, took.mib);
}
