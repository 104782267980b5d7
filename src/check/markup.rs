//! HTML as it is written: in templates, and by hand in Markdown. Each tag is judged where it stands; a value that Tera
//! fills in is not known here, and not judged. Pure.

use std::ops::Range;

use super::program::{Page, Program};
use super::{Around, Found, privacy, security};
use crate::diagnostic::{Place, SourceText};
use crate::site::html::{Tag, tags};

/// The roles of WAI-ARIA 1.2, without the abstract ones.
const ROLES: &[&str] = &[
    "alert",
    "alertdialog",
    "application",
    "article",
    "banner",
    "blockquote",
    "button",
    "caption",
    "cell",
    "checkbox",
    "code",
    "columnheader",
    "combobox",
    "complementary",
    "contentinfo",
    "definition",
    "deletion",
    "dialog",
    "directory",
    "document",
    "emphasis",
    "feed",
    "figure",
    "form",
    "generic",
    "grid",
    "gridcell",
    "group",
    "heading",
    "img",
    "insertion",
    "link",
    "list",
    "listbox",
    "listitem",
    "log",
    "main",
    "marquee",
    "math",
    "menu",
    "menubar",
    "menuitem",
    "menuitemcheckbox",
    "menuitemradio",
    "meter",
    "navigation",
    "none",
    "note",
    "option",
    "paragraph",
    "presentation",
    "progressbar",
    "radio",
    "radiogroup",
    "region",
    "row",
    "rowgroup",
    "rowheader",
    "scrollbar",
    "search",
    "searchbox",
    "separator",
    "slider",
    "spinbutton",
    "status",
    "strong",
    "subscript",
    "superscript",
    "switch",
    "tab",
    "table",
    "tablist",
    "tabpanel",
    "term",
    "textbox",
    "time",
    "timer",
    "toolbar",
    "tooltip",
    "tree",
    "treegrid",
    "treeitem",
    "doc-abstract",
    "doc-footnote",
    "doc-endnotes",
    "doc-noteref",
    "doc-backlink",
    "doc-toc",
    "doc-tip",
    "doc-pagelist",
];

/// The attributes of WAI-ARIA 1.2, without `aria-`.
const ARIA: &[&str] = &[
    "activedescendant",
    "atomic",
    "autocomplete",
    "braillelabel",
    "brailleroledescription",
    "busy",
    "checked",
    "colcount",
    "colindex",
    "colindextext",
    "colspan",
    "controls",
    "current",
    "describedby",
    "description",
    "details",
    "disabled",
    "dropeffect",
    "errormessage",
    "expanded",
    "flowto",
    "grabbed",
    "haspopup",
    "hidden",
    "invalid",
    "keyshortcuts",
    "label",
    "labelledby",
    "level",
    "live",
    "modal",
    "multiline",
    "multiselectable",
    "orientation",
    "owns",
    "placeholder",
    "posinset",
    "pressed",
    "readonly",
    "relevant",
    "required",
    "roledescription",
    "rowcount",
    "rowindex",
    "rowindextext",
    "rowspan",
    "selected",
    "setsize",
    "sort",
    "valuemax",
    "valuemin",
    "valuenow",
    "valuetext",
];

/// A tag as it is written, with what is needed to tell of it.
pub(super) struct Written<'t> {
    pub(super) tag: Tag<'t>,
    source: &'t SourceText,
    /// Where the text that the tag was read in begins in its file.
    base: usize,
}

impl Written<'_> {
    /// Where the tag is.
    pub(super) fn place(&self) -> Place {
        self.at(self.tag.span.clone())
    }

    /// A part of the text that it was read in.
    pub(super) fn text(&self, span: Range<usize>) -> &str {
        self.source.text().get(span.start + self.base..span.end + self.base).unwrap_or_default()
    }

    /// Where a part of its text is.
    pub(super) fn at(&self, span: Range<usize>) -> Place {
        self.source.place(span.start + self.base..span.end + self.base)
    }

    /// A value; none where it is not given, or is found out by Tera.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        self.tag.value(name).map(|value| value.trim().to_owned()).filter(|value| !is_filled_in(value))
    }

    /// Whether it is given at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.tag.attribute(name).is_some()
    }
}

fn is_filled_in(value: &str) -> bool {
    value.contains("{{") || value.contains("{%")
}

pub(super) fn templates(program: &Program<'_>, found: &mut Found<'_>) {
    for template in program.templates.iter().filter(|template| is_html(template)) {
        judge(template, 0..template.text().len(), found);
    }
}

pub(super) fn page(page: &Page<'_>, _: Around<'_>, found: &mut Found<'_>) {
    for span in joined(&page.prose().html) {
        judge(page.source(), span, found);
    }
}

fn is_html(template: &SourceText) -> bool {
    template.path().extension().is_some_and(|ending| ending == "html")
}

/// Pieces of HTML that follow one another are one: a block comes line by line.
fn joined(pieces: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if last.end >= piece.start => last.end = last.end.max(piece.end),
            _ => joined.push(piece.clone()),
        }
    }
    joined
}

fn judge(source: &SourceText, span: Range<usize>, found: &mut Found<'_>) {
    let text = &source.text()[span.clone()];
    let mut video: Option<Place> = None;
    for tag in tags(text) {
        if tag.closes {
            if tag.is("video")
                && let Some(place) = video.take()
            {
                let hint = "add `<track kind=\"captions\" src=\"….vtt\">`: some readers hear nothing";
                found.add("a11y/captions", "this video has no captions", place, hint);
            }
            continue;
        }
        let written = Written { tag, source, base: span.start };
        match written.tag.name().to_ascii_lowercase().as_str() {
            "video" => video = Some(written.place()),
            "track" => video = None,
            _ => {}
        }
        reach(&written, found);
        privacy::tag(&written, found);
        security::tag(&written, found);
    }
}

/// Accessibility, as far as one tag tells.
fn reach(written: &Written<'_>, found: &mut Found<'_>) {
    let place = || written.place();
    let value = |name: &str| written.value(name);
    match written.tag.name().to_ascii_lowercase().as_str() {
        "img" if !written.has("alt") => {
            let hint = "write `alt=\"…\"` with what is to be seen; `alt=\"\"` where it only decorates";
            found.add("a11y/img-alt", "this picture has no words for those who don't see it", place(), hint);
        }
        "iframe" if !written.has("title") => {
            let hint = "write `title=\"…\"` with what is in it";
            found.add("a11y/iframe-title", "this frame has no title", place(), hint);
        }
        "audio" | "video" if written.has("autoplay") && !written.has("muted") => {
            let hint = "delete `autoplay`: it sounds over a screen reader's voice";
            found.add("a11y/autoplay", "this sounds without being asked to", place(), hint);
        }
        "meta" => meta(written, found),
        _ => {}
    }
    if value("tabindex").is_some_and(|index| index.parse::<i32>().is_ok_and(|index| index > 0)) {
        let hint = "delete it, or write `0`: the order of the page is the order of the keys";
        found.add("a11y/tabindex", "a positive `tabindex` takes the keys out of their order", place(), hint);
    }
    if written.has("accesskey") {
        let hint = "delete it: screen readers have keys of their own";
        found.add("a11y/accesskey", "`accesskey` gets in the way of a screen reader's keys", place(), hint);
    }
    for role in value("role").unwrap_or_default().split_whitespace() {
        if !ROLES.contains(&role) {
            let hint = crate::diagnostic::did_you_mean(role, ROLES.iter().copied());
            let hint = hint.unwrap_or_else(|| "delete it, or use one that WAI-ARIA 1.2 has".to_owned());
            found.add("a11y/role", format!("there is no role `{role}`"), place(), hint);
        }
    }
    for (name, _) in written.tag.attributes() {
        if let Some(aria) = name.to_ascii_lowercase().strip_prefix("aria-")
            && !ARIA.contains(&aria)
            && !is_filled_in(name)
        {
            let hint = crate::diagnostic::did_you_mean(aria, ARIA.iter().copied());
            let hint = hint.unwrap_or_else(|| "delete it, or use one that WAI-ARIA 1.2 has".to_owned());
            found.add("a11y/aria", format!("there is no `aria-{aria}`"), place(), hint);
        }
    }
}

fn meta(written: &Written<'_>, found: &mut Found<'_>) {
    let content = written.value("content").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    let is = |name: &str, wanted: &str| written.value(name).is_some_and(|value| value.eq_ignore_ascii_case(wanted));
    let least = |key: &str| content.split([',', ';']).find_map(|part| part.strip_prefix(key)?.parse::<f64>().ok());
    let fixed = content.contains("user-scalable=no") || content.contains("user-scalable=0");
    if is("name", "viewport") && (fixed || least("maximum-scale=").is_some_and(|scale| scale < 2.0)) {
        let hint = "write `content=\"width=device-width, initial-scale=1\"`";
        found.add("a11y/zoom", "this keeps readers from making the page larger", written.place(), hint);
    }
    if is("http-equiv", "refresh") && !content.starts_with("0") {
        let hint = "delete it, or lead on at once, with `0` seconds: nobody reads as fast as another";
        found.add("a11y/refresh", "the page changes under its reader after a while", written.place(), hint);
    }
}
