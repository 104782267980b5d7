//! A handout in the engine's words. What an author wrote goes through as string literals only. Pure.

mod walk;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use super::words::{self, Words};
use super::{Chapter, Handout, Pictures};
use crate::site::xhtml;
use walk::{Desk, Walk};

/// How a handout looks.
pub(super) const LAYOUT: &str = include_str!("layout.typ");

/// A handout, ready to be set.
#[derive(Debug)]
pub(super) struct Markup {
    /// What the look is told: title, language, what stands at each foot.
    pub(super) about: String,
    /// Its words.
    pub(super) body: String,
    /// Whether it says when it was changed, without which no file is one for an archive.
    pub(super) dated: bool,
    /// The files that its words name.
    pub(super) files: Vec<(String, Arc<[u8]>)>,
}

/// Text as a literal of the engine's language.
pub(super) fn literal(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for c in text.chars().filter(|c| !c.is_control()) {
        if matches!(c, '"' | '\\') {
            written.push('\\');
        }
        written.push(c);
    }
    written.push('"');
    written
}

/// Puts a handout into the engine's words.
pub(super) fn of(handout: &Handout, pictures: Pictures<'_>) -> Markup {
    let words = words::of(&handout.language);
    let sources: Vec<String> = handout.chapters.iter().map(|chapter| source(handout, chapter)).collect();
    let parsed: Vec<Option<roxmltree::Document<'_>>> =
        sources.iter().map(|source| roxmltree::Document::parse(source).ok()).collect();
    let labels = labels(&parsed);
    let mut desk = Desk { labels: &labels, pictures, files: Vec::new(), links: Vec::new() };
    let mut body = String::new();
    let packet = handout.chapters.len() > 1 || !handout.dates.is_empty();
    let _ = writeln!(body, "#masthead({}, {})", literal(&handout.program), literal(&handout.publisher));
    if packet {
        let _ = writeln!(body, "#heading(level: 1, outlined: false)[#{}]\n", literal(&handout.title));
        body.push_str(&dates(handout, words));
        let _ = writeln!(body, "{}\n#contents({}, 1)\n", help(handout, words), literal(words.contents));
    }
    for (number, (chapter, document)) in handout.chapters.iter().zip(&parsed).enumerate() {
        if packet {
            body.push_str("#pagebreak()\n");
        }
        let _ = writeln!(body, "#heading(level: 1)[#{}] #label(\"c{number}\")\n", literal(&chapter.title));
        if !chapter.lead.is_empty() {
            let _ = writeln!(body, "#lead[#{}]", literal(&chapter.lead));
        }
        if !packet {
            let _ = writeln!(body, "{}\n#contents({}, 2)\n", help(handout, words), literal(words.contents));
        }
        if let Some(document) = document {
            body.push_str(&Walk::new(&mut desk, number).chapter(document.root_element()));
        }
        if !chapter.review.is_empty() {
            let _ = writeln!(body, "\n#review[#{}]\n", literal(&chapter.review));
        }
    }
    body.push_str(&addresses(&desk.links, words));
    let about = about(handout, words);
    Markup { dated: !about.contains("changed: none"), about, body, files: desk.files }
}

/// A chapter as XML; links that lead to another chapter, or to a part of one, say so.
fn source(handout: &Handout, chapter: &Chapter) -> String {
    let link = |href: &str| {
        let (address, part) = href.split_once('#').map_or((href, ""), |(address, part)| (address, part));
        let own = address.is_empty().then_some(chapter.permalink.as_str());
        let address = own.unwrap_or(address);
        match (handout.chapters.iter().position(|chapter| chapter.permalink == address), part) {
            (Some(number), "") => format!("#c{number}"),
            (Some(number), part) => format!("#c{number}-{part}"),
            (None, _) => href.to_owned(),
        }
    };
    format!("<body>{}</body>", xhtml::of(&chapter.html, |source| Some(source.to_owned()), link))
}

/// Every place that a link can lead to: the chapters, and the headings in them; each once.
fn labels(parsed: &[Option<roxmltree::Document<'_>>]) -> HashSet<String> {
    let mut labels: HashSet<String> = (0..parsed.len()).map(|number| format!("c{number}")).collect();
    for (number, document) in parsed.iter().enumerate() {
        let nodes = document.iter().flat_map(|document| document.descendants());
        let headings = nodes.filter(|node| walk::heading(node).is_some());
        labels.extend(headings.filter_map(|node| node.attribute("id")).map(|id| format!("c{number}-{id}")));
    }
    labels
}

fn about(handout: &Handout, words: &Words) -> String {
    let language = handout.language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let sound = (2..=3).contains(&language.len()) && language.chars().all(|c| c.is_ascii_lowercase());
    let date = |day: &str| {
        let mut parts = day.splitn(3, '-').map(str::parse::<u16>);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) => {
                Some(format!("datetime(year: {year}, month: {month}, day: {day})"))
            }
            _ => None,
        }
    };
    let changed = handout.changed.as_deref().and_then(date).unwrap_or_else(|| "none".to_owned());
    format!(
        "title: {}, program: {}, publisher: {}, lang: {}, changed: {changed}, foot: [#{} · #tel[#{}] · #{}], of: (page, all) => [#{} #str(page) #{} #str(all)]",
        literal(&handout.title),
        literal(&handout.program),
        literal(&handout.publisher),
        literal(if sound { &language } else { "en" }),
        literal(&handout.title),
        literal(&handout.phone),
        literal(words.foot_crisis),
        literal(words.page),
        literal(words.of),
    )
}

fn help(handout: &Handout, words: &Words) -> String {
    let mut ways = Vec::new();
    if !handout.phone.is_empty() {
        ways.push(format!("way({}, tel({}))", literal(words.person), literal(&handout.phone)));
    }
    for (what, how) in [(words.crisis, words.crisis_how), (words.danger, words.danger_how)] {
        ways.push(format!("way({}, {})", literal(what), literal(how)));
    }
    format!("#help({})", ways.join(", "))
}

fn dates(handout: &Handout, words: &Words) -> String {
    if handout.dates.is_empty() {
        return String::new();
    }
    let row = |(what, when): &(String, String)| format!("([#{}], [#{}])", literal(what), literal(when));
    let rows: Vec<String> = handout.dates.iter().map(row).collect();
    format!("#heading(level: 2, outlined: false)[#{}]\n\n#dates({})\n\n", literal(words.dates), rows.join(", "))
}

fn addresses(links: &[(String, String)], words: &Words) -> String {
    if links.is_empty() {
        return String::new();
    }
    let entry = |(text, address): &(String, String)| {
        format!("[#{} #address({})]", literal(&format!("{text}:")), literal(address))
    };
    let entries: Vec<String> = links.iter().map(entry).collect();
    format!("\n#addresses({}, {})\n", literal(words.addresses), entries.join(", "))
}
