//! Parses the command line, runs it, and ends with its status: 0 all is well, 1 errors, 2 wrong usage.

use std::process::ExitCode;

use clap::Parser;
use holdspace::cli::{Cli, Command};
use holdspace::commands;

/// A build makes and gives back many small things: the system's own allocator takes a quarter of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let builds = matches!(cli.command, Command::Build(_));
    let code = commands::run(cli);
    if builds {
        commands::leave(code);
    }
    code
}
