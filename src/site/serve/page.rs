//! What the preview adds to a page: its script, and for a browser without scripts, what is wrong. Pure; never in a build.

use crate::site::serve::build::{Build, Seen};
use crate::site::serve::headers::with_widened_policy;

/// Where the script is.
pub(super) const SCRIPT: &str = "/_holdspace/preview.js";
/// Where a page hears of newer builds.
pub(super) const EVENTS: &str = "/_holdspace/events";

/// The script, in the order in which its parts need each other.
pub(super) fn script() -> String {
    let style = serde_json::to_string(include_str!("overlay.css")).expect("text is JSON");
    [
        "(() => {\n\"use strict\";\n",
        include_str!("morph.js"),
        &format!("const OVERLAY_STYLE = {style};\n"),
        include_str!("overlay.js"),
        include_str!("preview.js"),
        "})();\n",
    ]
    .concat()
}

/// A page with the script, which knows what the page is made from.
pub(super) fn with_preview(html: &str, build: &Build, seen: Seen) -> String {
    let html = with_widened_policy(html);
    let end = html.rfind("</body>").unwrap_or(html.len());
    let mistakes = match build.told.errors {
        0 => String::new(),
        errors => format!("<noscript data-holdspace><p>{errors} to mend; the terminal says where.</p></noscript>"),
    };
    let script = format!("<script data-holdspace src=\"{SCRIPT}\" data-seen=\"{}\" defer></script>", seen_text(seen));
    format!("{}{mistakes}{script}\n{}", &html[..end], &html[end..])
}

/// What stands where there is no page: the first build goes on, or it had mistakes.
pub(super) fn blank(build: &Build) -> &'static str {
    if build.is_there() {
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Preview</title><body></body></html>\n"
    } else {
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Preview</title>\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <body><p>The first build is under way. The page comes by itself.</p></body></html>\n"
    }
}

/// `VERSION.PAGE`, as the script sends it back.
pub(super) fn seen_text(seen: Seen) -> String {
    format!("{}.{}", seen.build, seen.page)
}

/// Reads it again; who sends nonsense has seen nothing.
pub(super) fn read_seen(text: &str) -> Seen {
    let number = |text: &str| text.parse().unwrap_or_default();
    let (build, page) = text.split_once('.').unwrap_or_default();
    Seen { build: number(build), page: number(page) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stands_at_the_end_of_the_body_and_says_what_was_seen() {
        let seen = Seen { build: 7, page: 4 };
        let page = with_preview("<body>Hi</body></html>", &Build::none(7), seen);
        assert_eq!(
            page,
            "<body>Hi<script data-holdspace src=\"/_holdspace/preview.js\" data-seen=\"7.4\" defer></script>\n</body></html>"
        );
        assert_eq!(read_seen("7.4"), seen);
        assert_eq!(read_seen("x"), Seen::default());
    }
}
