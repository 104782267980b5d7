//! Parses the command line, runs it, and ends with its status: 0 all is well, 1 errors, 2 wrong usage.

use std::process::ExitCode;

use clap::Parser;
use holdspace::{cli::Cli, commands};

fn main() -> ExitCode {
    commands::run(Cli::parse())
}
