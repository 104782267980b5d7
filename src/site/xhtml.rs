//! HTML as an EPUB and a handout want it: well-formed, without scripts, frames, forms and what must be fetched. Pure; no HTML makes it
//! panic, and whatever comes in, what comes out is XML.

use crate::site::html::{Tag, decode, tags};

/// Elements that have no end.
const VOID: [&str; 8] = ["br", "hr", "wbr", "col", "img", "area", "source", "track"];
/// Elements that are left out with what is in them.
const WITHOUT: [&str; 14] = [
    "script", "style", "iframe", "object", "embed", "form", "button", "input", "select", "textarea", "video", "audio",
    "template", "noscript",
];
/// Attributes that are kept, besides `aria-…` and those of drawings.
const KEPT: [&str; 24] = [
    "id", "class", "href", "title", "lang", "dir", "role", "colspan", "rowspan", "scope", "headers", "start",
    "reversed", "value", "datetime", "cite", "open", "hidden", "abbr", "span", "type", "hreflang", "width", "height",
];
/// Elements that end when another of the same begins, though nobody says so.
const ENDS_ITSELF: [&str; 8] = ["p", "li", "dt", "dd", "tr", "td", "th", "option"];
/// Where such an end stops: what is inside of these is another's.
const HOLDS: [&str; 9] = ["ul", "ol", "dl", "table", "div", "section", "blockquote", "details", "figure"];

/// Brings HTML into the form of XHTML; `link` says where a link leads, and `picture` what a picture is called there: one that
/// has no name is told in its own words.
pub(super) fn of(html: &str, picture: impl Fn(&str) -> Option<String>, link: impl Fn(&str) -> String) -> String {
    let mut writer = Writer { out: String::with_capacity(html.len()), open: Vec::new(), skipped: None, picture };
    let mut at = 0;
    for tag in tags(html) {
        writer.text(&html[at..tag.span.start]);
        at = tag.span.end;
        writer.tag(&tag, &link);
        if let Some(raw) = tag.raw() {
            writer.text(&html[raw.clone()]);
            at = raw.end;
        }
    }
    writer.text(&html[at.min(html.len())..]);
    while let Some(name) = writer.open.pop() {
        writer.end(&name);
    }
    writer.out
}

struct Writer<P> {
    out: String,
    open: Vec<String>,
    /// What is left out, and how deep in it we are.
    skipped: Option<(String, usize)>,
    picture: P,
}

impl<P: Fn(&str) -> Option<String>> Writer<P> {
    fn text(&mut self, text: &str) {
        if self.skipped.is_none() {
            // A comment is between the tags, and for nobody who reads.
            self.out.push_str(&escape(&decode(&without_comments(text))));
        }
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn tag(&mut self, tag: &Tag<'_>, link: &impl Fn(&str) -> String) {
        let name = self.name(tag);
        if let Some((skipped, depth)) = &mut self.skipped {
            if *skipped == name {
                *depth = if tag.closes { *depth - 1 } else { *depth + 1 };
            }
            if *depth == 0 {
                self.skipped = None;
            }
            return;
        }
        if tag.closes {
            self.close(&name);
        } else if WITHOUT.contains(&name.as_str()) {
            if !matches!(name.as_str(), "input" | "embed") {
                self.skipped = Some((name, 1));
            } else if tag.value("type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox")) {
                self.out.push(if tag.attribute("checked").is_some() { '☒' } else { '☐' });
            }
        } else if name == "img" {
            self.image(tag);
        } else {
            self.begin(tag, &name, link);
        }
    }

    fn image(&mut self, tag: &Tag<'_>) {
        let alt = tag.value("alt").unwrap_or_default();
        match tag.value("src").and_then(|source| (self.picture)(&source)) {
            Some(name) => self.out.push_str(&format!("<img src=\"{}\" alt=\"{}\"/>", escape(&name), escape(&alt))),
            None if !alt.trim().is_empty() => self.out.push_str(&format!("<em>{}</em>", escape(&alt))),
            None => {}
        }
    }

    /// The name as XML has it: only a drawing has large letters in it, which mean something there.
    fn name(&self, tag: &Tag<'_>) -> String {
        let drawing = self.open.iter().any(|name| name == "svg");
        let name = if drawing { tag.name().to_owned() } else { tag.name().to_ascii_lowercase() };
        let sound = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if sound { name } else { "span".to_owned() }
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|open| open == name) else { return };
        while self.open.len() > at {
            let name = self.open.pop().unwrap_or_default();
            self.end(&name);
        }
    }

    fn begin(&mut self, tag: &Tag<'_>, name: &str, link: &impl Fn(&str) -> String) {
        if ENDS_ITSELF.contains(&name) {
            let held = self.open.iter().rposition(|open| HOLDS.contains(&open.as_str())).map_or(0, |at| at + 1);
            if self.open[held..].iter().any(|open| open == name) {
                self.close(name);
            }
        }
        let drawing = name == "svg" || self.open.iter().any(|open| open == "svg");
        self.out.push('<');
        self.out.push_str(name);
        if name == "svg" {
            self.out.push_str(" xmlns=\"http://www.w3.org/2000/svg\"");
        }
        let mut known: Vec<String> = Vec::new();
        for (attribute, value) in tag.attributes() {
            let attribute = if drawing { attribute.to_owned() } else { attribute.to_ascii_lowercase() };
            let sound = !attribute.is_empty()
                && attribute.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && attribute.starts_with(|c: char| c.is_ascii_alphabetic());
            let runs = attribute.starts_with("on") || attribute == "style" || attribute == "xmlns";
            let kept = drawing || KEPT.contains(&attribute.as_str()) || attribute.starts_with("aria-");
            if !sound || runs || !kept || known.contains(&attribute) {
                continue;
            }
            let value = decode(value);
            let value = match attribute.as_str() {
                "href" => link(&value),
                "hidden" | "open" | "reversed" => attribute.clone(),
                _ => value.into_owned(),
            };
            self.out.push_str(&format!(" {attribute}=\"{}\"", escape(&value)));
            known.push(attribute);
        }
        let ends = VOID.contains(&name) || tag_ends_itself(tag);
        self.out.push_str(if ends { "/>" } else { ">" });
        if !ends {
            self.open.push(name.to_owned());
        }
    }
}

/// `<path … />`, as drawings are written.
fn tag_ends_itself(tag: &Tag<'_>) -> bool {
    tag.written().trim_end_matches('>').ends_with('/')
}

fn without_comments(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(start) = rest.find("<!--") {
        out.push_str(&rest[..start]);
        rest = rest[start..].find("-->").map_or("", |end| &rest[start + end + 3..]);
    }
    out.push_str(rest);
    out
}

/// Text as it stands in XML 1.0, which has no word for most control characters.
pub(super) fn escape(text: &str) -> String {
    let kept = |c: &char| matches!(c, '\t' | '\n' | '\r') || (!c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars().filter(kept) {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}
