//! `holdspace serve`: the preview, until Ctrl-C.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use super::check::today;
use super::{Failure, Outcome};
use crate::check::{self, Besides};
use crate::cli;
use crate::diagnostic::Findings;
use crate::http::{Host, Stop};
use crate::project::{Dialect, Project};
use crate::report::{self, Format};
use crate::site::serve::{Advise, News, Preview, Withheld, serve as preview};

/// Shows the site while it is written.
pub(super) fn serve(project: &Project, args: &cli::Serve) -> Outcome {
    let stop = Stop::default();
    let stopped = stop.clone();
    ctrlc::set_handler(move || stopped.stop()).map_err(|error| Failure::new("system/signal", error, None))?;
    let open = args.open;
    let host = args.host.as_deref().map_or(Ok(Host::THIS_MACHINE), host)?;
    let wanted = Preview {
        root: project.root().to_path_buf(),
        host,
        port: args.port,
        withheld: Withheld { drafts: args.drafts, future: args.future, expired: args.expired },
        advise: (!args.no_check).then(|| Arc::new(advise) as Advise),
    };
    // A closed pipe is no reason to stop the preview.
    preview(&wanted, &stop, move |news| drop(tell(&news, open)))
        .map_err(|error| Failure::new("serve/start", error, None))?;
    Ok(ExitCode::SUCCESS)
}

/// What a careful colleague would see. A Zola site is somebody's own, and no clinic's.
fn advise(project: &Project) -> Findings {
    match project.config.dialect {
        Dialect::Own => check::check_with(project, &today(), Besides { keep: true, ..Besides::default() }).findings,
        Dialect::Zola => Findings::new(),
    }
}

fn host(name: &str) -> Result<Host, Failure> {
    let hint = "name an address of this machine, like `192.168.1.20`, or `0.0.0.0` for all of them";
    Host::named(name)
        .map_err(|error| Failure::new("usage/host", format!("cannot listen at `{name}`: {error}"), Some(hint)))
}

fn tell(news: &News<'_>, open: bool) -> io::Result<()> {
    match news {
        News::Ready { here, elsewhere, taken } => {
            let mut out = io::stdout().lock();
            if let Some(port) = taken {
                writeln!(out, "port {port} is taken by something else; this is the next that is free")?;
            }
            writeln!(out, "preview at http://{here}/ (Ctrl-C ends it); building …")?;
            if let Some(elsewhere) = elsewhere {
                writeln!(out, "on other devices in this network: http://{elsewhere}/")?;
            }
            out.flush()?;
            if open {
                open_browser(*here)?;
            }
        }
        News::Built { pages, took, findings } => {
            report::print(findings, Format::Human)?;
            if !findings.has_errors() {
                writeln!(io::stdout(), "built {pages} pages in {} ms", took.as_millis())?;
            }
        }
        News::Blind(why) => {
            writeln!(io::stderr(), "changes are not seen: {why}; save again, or start the preview anew")?
        }
    }
    Ok(())
}

/// Opens the preview in the browser of whoever sits here; without one, the address is on the screen.
fn open_browser(address: SocketAddr) -> io::Result<()> {
    let url = format!("http://{address}/");
    let mut command = match std::env::consts::OS {
        "macos" => Command::new("open"),
        "windows" => {
            let mut command = Command::new("cmd");
            command.args(["/c", "start", ""]);
            command
        }
        _ => Command::new("xdg-open"),
    };
    let opened = command.arg(&url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if opened.is_err() {
        writeln!(io::stderr(), "cannot open a browser; go to {url}")?;
    }
    Ok(())
}
