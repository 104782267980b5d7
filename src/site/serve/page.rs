//! What the preview adds to a page: the script that reloads it, and what is wrong, over it. Pure; never in a build.

use crate::site::serve::Build;

/// Where the script is.
pub(super) const SCRIPT: &str = "/_holdspace/preview.js";
/// Where a page hears of newer builds.
pub(super) const EVENTS: &str = "/_holdspace/events";
/// The script.
pub(super) const SCRIPT_TEXT: &str = include_str!("preview.js");

const STYLE: &str = include_str!("overlay.css");

/// A page with the script, and with what is wrong in the site where something is.
pub(super) fn with_preview(html: &str, build: &Build) -> String {
    let script = format!("<script src=\"{SCRIPT}\" data-version=\"{}\" defer></script>", build.version);
    let added = match &build.broken {
        Some(report) => format!("{}{script}", overlay(report)),
        None => script,
    };
    let end = html.rfind("</body>").unwrap_or(html.len());
    let blank =
        if html.is_empty() { "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Preview</title>\n" } else { "" };
    format!("{blank}{}{added}\n{}", &html[..end], &html[end..])
}

fn overlay(report: &str) -> String {
    format!(
        "<div id=\"holdspace-overlay\" role=\"alertdialog\" aria-label=\"Something needs mending\">\
         <style>{STYLE}</style><div><p><strong>Something needs mending.</strong> \
         The page behind this is the last good one.</p><pre tabindex=\"0\">{}</pre>\
         <button type=\"button\">Show the page</button></div></div>",
        escape(report)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_shown_and_never_run() {
        let build = Build { broken: Some("a </pre><script>alert(1)</script>".to_owned()), ..Build::default() };
        let page = with_preview("<body>Hi</body>", &build);
        assert!(page.contains("a &lt;/pre&gt;&lt;script&gt;alert(1)"), "{page}");
        assert!(page.starts_with("<body>Hi<div id=\"holdspace-overlay\"") && page.ends_with("</body>"), "{page}");
    }
}
