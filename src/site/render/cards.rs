//! A card for each language, drawn by the theme's `card.xml`: made before pages are, so that they can name it.

use std::collections::HashMap;

use tera::Value;

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::site::address::permalink;
use crate::site::render::Stage;
use crate::site::theme::Asked;
use crate::site::{Artifact, card};

const TEMPLATE: &str = "card.xml";

/// The cards: their files, and their addresses by language.
pub(super) fn cards(stage: &Stage<'_>, findings: &mut Findings) -> (Vec<Artifact>, HashMap<String, Value>) {
    let (mut files, mut addresses) = (Vec::new(), HashMap::new());
    if !stage.tera.contains_template(TEMPLATE) {
        return (files, addresses);
    }
    let config = &stage.render.project.config;
    for language in &config.languages {
        let code = &language.code;
        let svg = match stage.tera.render(TEMPLATE, &stage.shared(code)) {
            Ok(svg) => svg,
            Err(error) => {
                findings.extend(stage.fault_of(&error, &Asked::Nobody).into_iter().collect());
                continue;
            }
        };
        let key = format!("{}.png", &blake3::hash(svg.as_bytes()).to_hex()[..32]);
        let bytes = stage.render.shelf.take(&key).map_or_else(|| card::png(&svg), Ok);
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(why) => {
                let folder = stage.render.theme.templates_folder();
                let finding = Diagnostic::error("theme/card", format!("`{TEMPLATE}` is no drawing: {why}"));
                findings
                    .push(finding.at(Place::file(format!("{folder}/{TEMPLATE}"))).hint("it is an SVG of 1200 × 630"));
                continue;
            }
        };
        stage.render.shelf.put(&key, &bytes);
        let route = if *code == config.default_language { "/card.png".to_owned() } else { format!("/{code}/card.png") };
        addresses.insert(code.clone(), Value::from(permalink(&stage.render.site.base_url, &route)));
        files.push(Artifact::file(&route, bytes));
    }
    (files, addresses)
}
