//! `holdspace serve`: the preview, until Ctrl-C.

use std::net::SocketAddr;
use std::process::{Command, ExitCode, Stdio};

use crate::cli;
use crate::commands::{fail, report_findings, say};
use crate::http::Stop;
use crate::project::Project;
use crate::report::Format;
use crate::site::serve::{News, Preview, serve as preview};

/// Shows the site while it is written.
pub fn serve(project: &Project, arguments: &cli::Serve) -> ExitCode {
    let stop = Stop::default();
    let stopped = stop.clone();
    if let Err(error) = ctrlc::set_handler(move || stopped.stop()) {
        return fail(&format!("cannot listen for Ctrl-C: {error}"));
    }
    let open = arguments.open;
    let wanted = Preview { root: project.root().to_path_buf(), port: arguments.port, drafts: arguments.drafts };
    match preview(&wanted, &stop, move |news| tell(&news, open)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn tell(news: &News<'_>, open: bool) {
    match news {
        News::Ready(address) => {
            say(&format!("preview at http://{address}/ (Ctrl-C ends it)"));
            if open {
                open_browser(*address);
            }
        }
        News::Built { pages, took, findings } => {
            report_findings(findings, Format::Human);
            if !findings.has_errors() {
                say(&format!("built {pages} pages in {} ms", took.as_millis()));
            }
        }
        News::Blind(why) => {
            fail(&format!("changes are not seen: {why}"));
        }
    }
}

/// Opens the preview in the browser of whoever sits here; without one, the address is on the screen.
fn open_browser(address: SocketAddr) {
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
        fail(&format!("cannot open a browser; go to {url}"));
    }
}
