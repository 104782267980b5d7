//! Old addresses as pages that lead on, for any host, and as a `_redirects` file, for hosts that read it. What follows a
//! `#` never comes to a host: a part of an old page is led on by a line of script in the page; without it the reader
//! comes to where the whole page leads.

use std::fmt::Write as _;

use crate::project::Dialect;
use crate::site::graph::moves::{Move, Way};
use crate::site::render::Stage;
use crate::site::render::rest::leading_with;
use crate::site::{Artifact, address};

/// The file that hosts read.
pub(super) const FILE: &str = "_redirects";

/// A page for each old address.
pub(super) fn pages(stage: &Stage<'_>) -> Vec<Artifact> {
    stage.render.site.moves.iter().map(|moved| page(stage, moved)).collect()
}

/// The file that hosts read; Zola writes none.
pub(super) fn file(stage: &Stage<'_>) -> Option<Artifact> {
    let site = &stage.render.site;
    if site.moves.is_empty() || stage.render.project.config.dialect == Dialect::Zola {
        return None;
    }
    let root = stage.render.site.base_url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let root = root.map_or("", |(_, root)| root);
    let mut lines = String::new();
    for moved in &site.moves {
        let from = address::encode(&format!("/{root}{}", &moved.from[1..]));
        let to = moved.to.from_root(&site.base_url);
        let _ = writeln!(lines, "{from} {to} 301");
        if let Some(bare) = from.strip_suffix('/') {
            let _ = writeln!(lines, "{bare} {to} 301");
        }
    }
    Some(Artifact::file(FILE, lines))
}

fn page(stage: &Stage<'_>, moved: &Move) -> Artifact {
    let site = &stage.render.site;
    let way = |to: &Way| to.from_page(&site.base_url, &moved.from[1..], stage.render.options.style());
    let parts: serde_json::Map<String, serde_json::Value> =
        moved.parts.iter().map(|(part, to)| (format!("#{part}"), way(to).into())).collect();
    let script = match parts.is_empty() {
        true => String::new(),
        false => {
            let parts = serde_json::Value::Object(parts).to_string().replace('<', "\\u003c");
            format!("<script>var to={parts}[location.hash];if(to)location.replace(to)</script>\n")
        }
    };
    leading_with(stage, &moved.from, &way(&moved.to), &moved.to.address, &moved.to.title, &script)
}
