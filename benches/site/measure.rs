//! What a process took: wall time, CPU time, and the most memory that it had at once (getrusage's figures).

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

/// What one run took.
#[derive(Clone, Copy)]
pub struct Took {
    pub wall: f64,
    pub cpu: f64,
    pub mib: f64,
}

/// Runs a process to its end.
pub fn run(command: &mut Command) -> Took {
    let log = std::env::temp_dir().join(format!("holdspace-bench-{}.log", std::process::id()));
    let heard = fs::File::create(&log).expect("a file");
    command.stdin(Stdio::null()).stdout(heard.try_clone().expect("a file")).stderr(heard);
    let began = Instant::now();
    let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let ended = child.wait4().expect("it is our child");
    let wall = began.elapsed().as_secs_f64();
    let said = fs::read_to_string(&log).unwrap_or_default();
    assert!(ended.status.success(), "{command:?} failed:\n{}", said.chars().take(4000).collect::<String>());
    let _ = fs::remove_file(&log);
    let used = ended.rusage;
    let cpu = used.utime.as_secs_f64() + used.stime.as_secs_f64();
    Took { wall, cpu, mib: used.maxrss as f64 / 1024.0 / 1024.0 }
}

/// The median of each figure by itself.
pub fn median(runs: &[Took]) -> Took {
    let middle = |figure: fn(&Took) -> f64| {
        let mut sorted: Vec<f64> = runs.iter().map(figure).collect();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    Took { wall: middle(|took| took.wall), cpu: middle(|took| took.cpu), mib: middle(|took| took.mib) }
}
