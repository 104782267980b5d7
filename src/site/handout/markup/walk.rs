//! A chapter's XML into the engine's words: what stands in a line, what stands by itself, and what the theme's components
//! are by their classes. Whatever comes in, brackets match. Pure.

mod lists;

use std::collections::HashSet;
use std::sync::Arc;

use roxmltree::Node;

use super::super::Pictures;
use super::literal;

/// Deeper than anybody writes by hand, and not so deep that the engine gives up.
const DEEPEST: usize = 40;

/// What the chapters of a handout share.
pub(super) struct Desk<'h> {
    /// Where links can lead.
    pub(super) labels: &'h HashSet<String>,
    /// Where pictures come from.
    pub(super) pictures: Pictures<'h>,
    /// The files that the words name.
    pub(super) files: Vec<(String, Arc<[u8]>)>,
    /// Where links lead outside: what they say, and the address.
    pub(super) links: Vec<(String, String)>,
}

/// What the list that comes next is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Plain,
    Boxes,
    Do,
    Dont,
}

/// One chapter while it is written.
pub(super) struct Walk<'d, 'h> {
    desk: &'d mut Desk<'h>,
    chapter: usize,
    /// The level of the heading above.
    level: usize,
    /// Labels that are set: each only once.
    set: HashSet<String>,
    mood: Mood,
    depth: usize,
    /// Whether the line that is written ends with a space, or has not begun.
    spaced: bool,
}

/// The level of a heading. One without words is none.
pub(super) fn heading(node: &Node<'_, '_>) -> Option<usize> {
    let level = node.tag_name().name().strip_prefix('h')?.parse().ok()?;
    (node.is_element() && (1..=6).contains(&level) && !words(node).is_empty()).then_some(level)
}

fn has(node: &Node<'_, '_>, class: &str) -> bool {
    node.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|known| known == class))
}

/// The first class of a node that begins so, without its beginning.
fn kind<'a>(node: &Node<'a, '_>, prefix: &str) -> Option<&'a str> {
    node.attribute("class")?.split_ascii_whitespace().find_map(|class| class.strip_prefix(prefix))
}

/// A node's text, its white space as a line has it.
fn words(node: &Node<'_, '_>) -> String {
    let text: String = node.descendants().filter_map(|node| node.is_text().then(|| node.text()).flatten()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<'d, 'h> Walk<'d, 'h> {
    pub(super) fn new(desk: &'d mut Desk<'h>, chapter: usize) -> Self {
        Walk { desk, chapter, level: 1, set: HashSet::new(), mood: Mood::Plain, depth: 0, spaced: true }
    }

    /// A whole chapter.
    pub(super) fn chapter(&mut self, body: Node<'_, '_>) -> String {
        self.flow(body)
    }

    /// What is in a node: lines, and what stands by itself.
    fn flow(&mut self, node: Node<'_, '_>) -> String {
        if self.depth >= DEEPEST {
            return format!("#{}", literal(&words(&node)));
        }
        self.depth += 1;
        let (mut out, mut run) = (String::new(), String::new());
        self.spaced = true;
        for child in node.children() {
            if let Some(block) = self.block(child) {
                flush(&mut out, &mut run);
                out.push_str(&block);
                out.push_str("\n\n");
                self.spaced = true;
            } else {
                self.inline(child, &mut run);
            }
        }
        flush(&mut out, &mut run);
        self.depth -= 1;
        out.truncate(out.trim_end().len());
        out
    }

    /// A node that stands by itself; `None` if it stands in a line.
    fn block(&mut self, node: Node<'_, '_>) -> Option<String> {
        if !node.is_element() {
            return None;
        }
        if let Some(level) = heading(&node) {
            return Some(self.heading(node, level));
        }
        Some(match node.tag_name().name() {
            "p" if has(&node, "callout-title") || has(&node, "contact-number") => {
                format!("#cardtitle[{}]", self.line(node))
            }
            "p" | "summary" | "figcaption" | "address" | "picture" => self.flow(node),
            "ul" | "ol" => self.list(node),
            "dl" => self.terms(node),
            "table" => self.table(node),
            "blockquote" => format!("#quoted[{}]", self.flow(node)),
            "pre" => self.preformatted(node),
            "hr" => "#rule()".to_owned(),
            "img" => self.image(node),
            "svg" => self.drawing(node),
            "nav" => String::new(),
            // A session's table of pieces says what its picture says, and paper has no more room for it.
            "details" if node.descendants().any(|inside| has(&inside, "session-pieces")) => String::new(),
            "details" => self.expander(node),
            "div" | "section" | "article" | "aside" | "figure" | "header" | "footer" | "main" => self.division(node),
            _ => return None,
        })
    }

    fn heading(&mut self, node: Node<'_, '_>, asked: usize) -> String {
        // A level that is skipped would make the file one that no screen reader can be led through.
        let level = asked.clamp(2, self.level + 1);
        self.level = level;
        let line = self.line(node);
        let label = node.attribute("id").map(|id| format!("c{}-{id}", self.chapter));
        let label = label.filter(|label| self.set.insert(label.clone()));
        let label = label.map(|label| format!(" #label({})", literal(&label))).unwrap_or_default();
        format!("#heading(level: {level})[{line}]{label}")
    }

    /// The theme's components, by their classes; whatever else is what is in it.
    fn division(&mut self, node: Node<'_, '_>) -> String {
        let before = self.mood;
        let card = if has(&node, "lines") {
            let count = node.children().filter(|child| child.tag_name().name() == "span").count().clamp(1, 40);
            return format!("#ruled({count})");
        } else if has(&node, "care") {
            kind(&node, "care-")
        } else if has(&node, "callout") {
            kind(&node, "callout-")
        } else if has(&node, "advice") && has(&node, "do") {
            self.mood = Mood::Do;
            Some("do")
        } else if has(&node, "advice") {
            self.mood = Mood::Dont;
            Some("dont")
        } else if has(&node, "checklist") {
            self.mood = Mood::Boxes;
            None
        } else {
            has(&node, "contact").then_some("note")
        };
        let body = self.flow(node);
        self.mood = before;
        match card {
            Some(kind) => format!("#card({}, [{body}])", literal(kind)),
            None => body,
        }
    }

    fn expander(&mut self, node: Node<'_, '_>) -> String {
        let mut out = String::new();
        for child in node.children().filter(Node::is_element) {
            if child.tag_name().name() == "summary" {
                out.push_str(&format!("#cardtitle[{}]\n\n", self.line(child)));
            } else {
                out.push_str(&self.block(child).unwrap_or_default());
                out.push_str("\n\n");
            }
        }
        out
    }

    fn preformatted(&mut self, node: Node<'_, '_>) -> String {
        let text: String = node.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect();
        let lines: Vec<String> = text.trim_end().lines().map(|line| format!("#{}", literal(line))).collect();
        format!("#quoted[{}]", lines.join("#linebreak()"))
    }

    fn image(&mut self, node: Node<'_, '_>) -> String {
        let alt = node.attribute("alt").unwrap_or_default().trim();
        let source = node.attribute("src").unwrap_or_default();
        match (self.desk.pictures)(source) {
            Some((bytes, ending)) => self.shown(bytes, ending, alt),
            None if alt.is_empty() => String::new(),
            None => format!("#emph[#{}]", literal(alt)),
        }
    }

    fn shown(&mut self, bytes: Arc<[u8]>, ending: &str, alt: &str) -> String {
        let name = format!("picture-{}.{ending}", self.desk.files.len() + 1);
        self.desk.files.push((name.clone(), bytes));
        if alt.is_empty() {
            format!("#ornament({})", literal(&name))
        } else {
            format!("#picture({}, {})", literal(&name), literal(alt))
        }
    }

    /// A drawing: with plain colours, where it is a session's; what it shows is said in its own title and description.
    fn drawing(&mut self, node: Node<'_, '_>) -> String {
        /// The classes that `session` gives its picture, for paper.
        const STYLE: &str = "<style>text{font-family:'Atkinson Hyperlegible Next';font-size:15px;fill:#46414f}\
            .phase-labels text{fill:#1f1c26}.phase{fill:#f3efe7}.phase-1,.phase-3,.phase-5{fill:#e7e2ee}.arc{fill:#453c73;fill-opacity:.18}\
            .arc-line{fill:none;stroke:#453c73;stroke-width:2.5}.piece{fill:#453c73}.bed{fill:#b3acc9}.cue{fill:#7e381b}\
            .axis line{stroke:#85796a}</style>";
        let said = |name: &str| {
            let child = node.children().find(|child| child.tag_name().name() == name);
            child.map(|child| words(&child)).filter(|words| !words.is_empty())
        };
        let label = node.attribute("aria-label").map(str::to_owned);
        let alt: Vec<String> = [label.or_else(|| said("title")), said("desc")].into_iter().flatten().collect();
        let xml = &node.document().input_text()[node.range()];
        let own = has(&node, "session-svg");
        let start = xml.find('>').map_or(0, |at| at + 1);
        let drawn = if own { format!("{}{STYLE}{}", &xml[..start], &xml[start..]) } else { xml.to_owned() };
        self.shown(drawn.into_bytes().into(), "svg", &alt.join(". "))
    }

    /// What is in a node, in one line.
    fn line(&mut self, node: Node<'_, '_>) -> String {
        let mut run = String::new();
        self.spaced = true;
        for child in node.children() {
            self.inline(child, &mut run);
        }
        run
    }

    /// A node in a line.
    fn inline(&mut self, node: Node<'_, '_>, run: &mut String) {
        if let Some(text) = node.text().filter(|_| node.is_text()) {
            self.text(text, run);
            return;
        }
        if !node.is_element() || self.depth >= DEEPEST {
            return;
        }
        self.depth += 1;
        let (before, after) = match node.tag_name().name() {
            "strong" | "b" | "dt" | "th" => ("#strong[".to_owned(), "]"),
            "em" | "i" | "cite" | "dfn" | "var" => ("#emph[".to_owned(), "]"),
            "sup" => ("#super[".to_owned(), "]"),
            "sub" => ("#sub[".to_owned(), "]"),
            "del" | "s" => ("#strike[".to_owned(), "]"),
            "code" | "kbd" | "samp" => ("#strong[".to_owned(), "]"),
            "bdi" if node.attribute("dir") == Some("ltr") => ("#tel[".to_owned(), "]"),
            "a" if has(&node, "zola-anchor") => {
                self.depth -= 1;
                return;
            }
            "a" => self.link(node),
            "br" => {
                self.spaced = true;
                ("#linebreak()".to_owned(), "")
            }
            "img" => (format!("#{}", literal(node.attribute("alt").unwrap_or_default())), ""),
            "svg" | "nav" => {
                self.depth -= 1;
                return;
            }
            _ => (String::new(), ""),
        };
        run.push_str(&before);
        for child in node.children() {
            self.inline(child, run);
        }
        run.push_str(after);
        self.depth -= 1;
    }

    /// How a link begins, and how it ends.
    fn link(&mut self, node: Node<'_, '_>) -> (String, &'static str) {
        let href = node.attribute("href").unwrap_or_default();
        if let Some(label) = href.strip_prefix('#') {
            // A part that has no heading is a part of its chapter.
            let chapter = label.split_once('-').map_or(label, |(chapter, _)| chapter);
            let known = [label, chapter].into_iter().find(|label| self.desk.labels.contains(*label));
            return match known {
                Some(label) => (format!("#link(label({}))[", literal(label)), "]"),
                None => (String::new(), ""),
            };
        }
        let outside = href.starts_with("https://") || href.starts_with("http://");
        if outside {
            let link = (words(&node), href.to_owned());
            if !link.0.is_empty() && !self.desk.links.contains(&link) {
                self.desk.links.push(link);
            }
        }
        let calls = ["tel:", "sms:", "mailto:"].iter().any(|scheme| href.starts_with(scheme));
        match words(&node).is_empty() {
            false if outside || calls => (format!("#link({})[", literal(href)), "]"),
            _ => (String::new(), ""),
        }
    }

    /// Text in a line, its white space as HTML has it.
    fn text(&mut self, text: &str, run: &mut String) {
        let mut written = String::with_capacity(text.len());
        for c in text.chars() {
            let space = matches!(c, ' ' | '\n' | '\t' | '\r');
            if space && self.spaced {
                continue;
            }
            if matches!(c, '☐' | '☒') {
                literally(&mut written, run);
                run.push_str("#tickbox");
            } else {
                written.push(if space { ' ' } else { c });
            }
            self.spaced = space;
        }
        literally(&mut written, run);
    }
}

fn literally(text: &mut String, run: &mut String) {
    if !text.is_empty() {
        run.push('#');
        run.push_str(&literal(text));
        text.clear();
    }
}

/// A line that is whole becomes a paragraph.
fn flush(out: &mut String, run: &mut String) {
    if run.replace("#\" \"", "").trim().is_empty() {
        run.clear();
        return;
    }
    out.push_str(run);
    out.push_str("\n\n");
    run.clear();
}
