//! `holdspace compose`: makes a piece of music from its recipe, and writes it to a file.

use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use super::{Failure, Outcome, tell};
use crate::cli;
use crate::diagnostic::SourceText;
use crate::error::At;
use crate::music::sink::Depth;
use crate::music::{compose, sink};
use crate::units::{Decibels, Length, SampleRate, clock_of};

/// The rate of pieces: what music files are usually in.
const RATE: u32 = 44_100;

/// Makes a piece.
pub(super) fn compose(args: &cli::Compose) -> Outcome {
    let text = fs::read_to_string(&args.recipe).at("read", &args.recipe)?;
    let (recipe, findings) = compose::recipe(&SourceText::new(&args.recipe, text));
    tell(&findings)?;
    let Some(recipe) = recipe else { return Err(Failure::Told) };
    let rate = SampleRate::new(RATE).expect("a rate in use");
    let frames = compose::render(&recipe, rate);
    let mut sink = sink::to_file(&args.output, rate, Decibels(0.0), Depth::Bits24)?;
    sink::write_all(&mut *sink, &frames, |_| {})?;
    sink.finish()?;
    let length = clock_of(Length(frames.len() as u64), rate);
    writeln!(io::stdout(), "composed {}: {length}", args.output.display())?;
    Ok(ExitCode::SUCCESS)
}
