//! `holdspace outputs`: this machine's outputs, by the names that people know.

use super::{Failure, Outcome};
use crate::cli;

/// Lists the outputs.
#[cfg(feature = "speaker")]
pub(super) fn outputs(args: &cli::Outputs) -> Outcome {
    use std::io::{self, Write};
    use std::process::ExitCode;

    use crate::music::sink::outputs;
    use crate::report::clean;

    let outputs = outputs();
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &outputs).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        for output in &outputs {
            let default = if output.default { " (default)" } else { "" };
            let dummy = if output.dummy { " — a dummy: nobody would hear it" } else { "" };
            writeln!(out, "{}{default}{dummy}", clean(&output.name))?;
        }
    }
    if outputs.is_empty() {
        let hint = "connect a speaker, or play to nowhere with `--output null`";
        return Err(Failure::new("sound/output", "this machine has no sound output that can be opened", Some(hint)));
    }
    Ok(ExitCode::SUCCESS)
}

/// Says why there are none.
#[cfg(not(feature = "speaker"))]
pub(super) fn outputs(_args: &cli::Outputs) -> Outcome {
    let hint = "build it with the `speaker` feature, or play to nowhere with `--output null`";
    Err(Failure::new("sound/output", "this holdspace was built without a speaker", Some(hint)))
}
