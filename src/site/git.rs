//! When each page was last changed, as git knows it: for sites that say `updated_from = "git"`. Asks git once.

use std::collections::HashMap;
use std::process::{Command, Stdio};

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::project::Project;
use crate::site::page::{Moment, Page};

/// Gives pages that don't say when they were changed the time of their last commit.
pub(super) fn date(project: &Project, pages: &mut [Box<Page>]) -> Findings {
    let times = match times(project) {
        Ok(times) => times,
        Err(why) => {
            let finding =
                Diagnostic::warning("git/unknown", format!("git does not say when pages were changed: {why}"));
            let place = Place::file(project.config.source.path());
            let hint = "take `updated_from = \"git\"` away, or build in a clone with its history";
            return [finding.at(place).hint(hint)].into_iter().collect();
        }
    };
    for page in pages.iter_mut().filter(|page| page.front.updated.is_none()) {
        page.front.updated = times.get(&page.source.path).and_then(|time| Moment::parse(time));
    }
    Findings::new()
}

/// The times of the last commits, by the paths inside content/.
fn times(project: &Project) -> Result<HashMap<String, String>, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(project.root())
        // Names as they are, of this folder only, and from here.
        .args(["-c", "core.quotePath=off", "log", "--format=%x00%cI", "--name-only", "--relative", "--", "content"])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(said.lines().next().unwrap_or("it failed").trim_start_matches("fatal: ").to_owned());
    }
    let mut times = HashMap::new();
    let log = String::from_utf8_lossy(&output.stdout);
    for commit in log.split('\0').skip(1) {
        let mut lines = commit.lines();
        let time = lines.next().unwrap_or_default();
        // The youngest commit comes first.
        for path in lines.filter_map(|line| line.strip_prefix("content/")) {
            times.entry(path.to_owned()).or_insert_with(|| time.to_owned());
        }
    }
    Ok(times)
}
