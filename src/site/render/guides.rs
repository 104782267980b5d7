//! Which pages are guides, in what order, what is said of their review, and their pictures: the same in a book, in a handout and
//! in a packet.

use std::sync::Arc;

use rayon::prelude::*;

use crate::project::Config;
use crate::site::address::decode;
use crate::site::cores::AT_A_TIME;
use crate::site::image::codec::{self, Packing};
use crate::site::image::is_raster;
use crate::site::page::Front;
use crate::site::render::Stage;

/// The guides of a language, in the order of their sections.
pub(super) fn of(stage: &Stage<'_>, language: &str) -> Vec<usize> {
    let site = &stage.render.site;
    let mut guides: Vec<usize> = (0..site.pages.len())
        .into_par_iter()
        .with_max_len(AT_A_TIME)
        .filter(|page| {
            let node = &site.pages[*page];
            let asked = node.page.front.extra.get("guide").and_then(serde_json::Value::as_bool) == Some(true);
            asked && node.language() == language && !node.page.untranslated && !node.page.front.hidden
        })
        .collect();
    guides.sort_by_key(|page| {
        (site.pages[*page].ancestors.clone(), site.pages[*page].page.front.weight.unwrap_or(i64::MAX))
    });
    guides
}

/// What the program is called in a language: as its site is called there, where it has a name of its own.
pub(super) fn program(config: &Config, language: &str) -> String {
    let own = config.language(language).and_then(|language| language.title.clone());
    match own.filter(|_| language != config.default_language) {
        Some(title) => title,
        None if config.program.name.is_empty() => config.title.clone(),
        None => config.program.name.clone(),
    }
}

/// When the last of some pages was changed, where they say so: `2026-11-25`.
pub(super) fn changed(stage: &Stage<'_>, pages: &[usize]) -> Option<String> {
    let day = |page: &usize| {
        let front = &stage.render.site.pages[*page].page.front;
        front.updated.as_ref().or(front.date.as_ref()).map(|moment| moment.text.chars().take(10).collect::<String>())
    };
    pages.iter().filter_map(day).max()
}

/// What is said of a page's review, in its language.
pub(super) fn review(front: &Front, language: &str) -> String {
    let said = |key: &str| front.extra.get(key).and_then(|value| value.as_str()).unwrap_or_default();
    let asks = front.extra.get("review").and_then(serde_json::Value::as_bool) == Some(true);
    let spanish = language.split('-').next() == Some("es");
    match (said("reviewed"), said("reviewed_by"), spanish) {
        ("", _, false) if asks => "To be reviewed by the clinic before publishing.".to_owned(),
        ("", _, true) if asks => "La clínica debe revisar este texto antes de publicarlo.".to_owned(),
        ("", ..) => String::new(),
        (day, "", false) => format!("Reviewed {day}."),
        (day, by, false) => format!("Reviewed {day} by {by}."),
        (day, "", true) => format!("Revisado el {day}."),
        (day, by, true) => format!("Revisado el {day} por {by}."),
    }
}

/// More than a printer shows across a page.
const MOST_PIXELS: u32 = 1600;

/// A picture for paper and for books: upright, and without what a camera wrote into it; the file, and what its name ends in.
pub(super) fn picture(stage: &Stage<'_>, address: &str) -> Option<(Arc<[u8]>, &'static str)> {
    let path = address.strip_prefix(&stage.render.site.base_url)?;
    let bytes = stage.lookup.contents.get(&format!("/{}", decode(path)))?;
    if path.ends_with(".svg") {
        return Some((Arc::clone(bytes), "svg"));
    }
    if !is_raster(path) {
        return None;
    }
    let raster = codec::decode(bytes, Some(MOST_PIXELS)).ok()?;
    let (packing, ending) = if path.ends_with(".png") { (Packing::Png, "png") } else { (Packing::Jpeg(82), "jpg") };
    Some((raster.packed(packing).ok()?.into(), ending))
}
