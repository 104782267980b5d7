//! Help in a crisis: on every page, whoever reads it (SAMHSA; 988 by call and by text, 911 in danger). Pure.

use rayon::prelude::*;

use super::program::{Page, Program};
use super::{Around, Found};
use crate::project::Dialect;
use crate::site::html::tags;

/// The number before 988: it still leads on, and is not to stand alone.
const OLD: &str = "18002738255";

pub(super) fn everywhere(program: &Program<'_>, found: &mut Found<'_>) {
    // A Zola site is somebody's own, and no clinic's.
    if program.project.config.dialect == Dialect::Zola {
        return;
    }
    let lacking: Vec<_> = program
        .html
        .par_iter()
        .filter(|html| {
            !tags(&html.text)
                .any(|tag| tag.value("http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("refresh")))
        })
        .filter_map(|html| {
            let addresses: Vec<String> = tags(&html.text)
                .filter(|tag| tag.is("a"))
                .filter_map(|tag| tag.value("href").map(|href| href.to_ascii_lowercase()))
                .collect();
            let has = |wanted: &str| addresses.iter().any(|href| href == wanted);
            let lacks: Vec<&str> =
                ["tel:988", "sms:988", "tel:911"].into_iter().filter(|wanted| !has(wanted)).collect();
            (!lacks.is_empty()).then_some((html, lacks))
        })
        .collect();
    let everywhere = lacking.len() > 1 && lacking.len() * 2 > program.html.len();
    for (html, lacks) in lacking {
        let message = format!("help in a crisis is missing: {}", lacks.join(", "));
        let hint = "write into what all pages share: `<a href=\"tel:988\">Call 988</a>`, `<a href=\"sms:988\">text 988</a>`, `<a href=\"tel:911\">911</a>`";
        found.add("crisis/missing", message, program.blame(html, everywhere), hint);
    }
}

/// A number that is no more the one to call, where a page names no other.
pub(super) fn page(page: &Page<'_>, _: Around<'_>, found: &mut Found<'_>) {
    let names_988 =
        page.prose().blocks.iter().any(|block| block.text.contains("988") && !digits(&block.text).contains(OLD));
    for block in &page.prose().blocks {
        let Some(at) = block.text.find("1-800-273").or_else(|| block.text.find("800-273-8255")) else { continue };
        if !names_988 && !block.text.contains(" 988") {
            let end = block.text[at..]
                .find(|c: char| c.is_whitespace() || c == ',' || c == '.')
                .map_or(block.text.len(), |end| at + end);
            let hint = "write 988: it is the number since July 2022, and takes texts, too";
            found.add("crisis/old-number", "this is the old number, alone", page.place(block.place(at..end)), hint);
        }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
