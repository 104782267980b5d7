//! `holdspace list`: the pages that are not published yet, or no more, and why.

use std::io::{self, Write};
use std::process::ExitCode;

use super::{Outcome, tell};
use crate::cli::{self, Which};
use crate::diagnostic::Findings;
use crate::project::Project;
use crate::report;
use crate::site::Options;
use crate::site::listing::{Listed, list as listed};
use crate::site::withheld::Why;

/// Lists pages. `findings` are those of the configuration.
pub(super) fn list(project: &Project, mut findings: Findings, args: &cli::List) -> Outcome {
    let (pages, found) = listed(project, Options::default().now());
    findings.extend(found);
    let wanted: Vec<&Listed> = pages.iter().filter(|page| is_wanted(args.which, page.state)).collect();
    let mut out = io::stdout().lock();
    if args.json {
        let json = serde_json::to_string_pretty(&wanted).expect("a list is plain data");
        writeln!(out, "{json}")?;
    } else {
        out.write_all(text(&wanted).as_bytes())?;
    }
    drop(out);
    // A list of what could be read is a list all the same.
    tell(&findings)?;
    Ok(ExitCode::SUCCESS)
}

fn is_wanted(which: Which, state: Option<Why>) -> bool {
    match which {
        Which::Withheld => state.is_some(),
        Which::Drafts => state == Some(Why::Draft),
        Which::Future => state == Some(Why::Future),
        Which::Expired => state == Some(Why::Expired),
        Which::All => true,
    }
}

fn text(pages: &[&Listed]) -> String {
    let width = pages.iter().map(|page| page.file.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for page in pages {
        let file = report::clean(&page.file);
        let title = report::clean(&page.title);
        text.push_str(&format!("{file:width$}  {:23}  {title}\n", state(page)));
    }
    if pages.is_empty() {
        text.push_str("no pages\n");
    }
    text
}

fn state(page: &Listed) -> String {
    let day = |text: &Option<String>| text.as_deref().map_or(String::new(), |text| text.chars().take(10).collect());
    match page.state {
        None => "published".to_owned(),
        Some(Why::Draft) => "draft".to_owned(),
        Some(Why::Future) => format!("comes out on {}", day(&page.date)),
        Some(Why::Expired) => format!("over since {}", day(&page.expires)),
    }
}
