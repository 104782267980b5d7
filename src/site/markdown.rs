//! Markdown into a document: HTML with gaps for links and components, headings, words, a summary.
//! It is the one file that knows pulldown-cmark. Pure; no Markdown makes it panic.
//!
//! A component call is masked by as many `x` as it has bytes before pulldown-cmark sees the text, so that every place
//! in the file stays where it was. Links and calls leave marks in the HTML, and the marks become the gaps.

mod events;
mod paragraph;
mod words;

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::site::component::{self, Call, Literal};
use crate::site::document::{Document, Piece, Placed};
use crate::site::slug::Slugs;
use events::Events;

/// Reads the Markdown in `range` of a file.
pub fn parse(source: &SourceText, range: Range<usize>) -> (Document, Findings) {
    let mut reading = Reading {
        source,
        mark: unused_mark(source.text()),
        document: Document::default(),
        slugs: Slugs::default(),
        findings: Findings::new(),
        depth: 0,
    };
    reading.document.body = reading.fragment(range);
    (reading.document, reading.findings)
}

/// Turns Markdown that stands alone, such as a line in front matter, into HTML.
pub fn html(text: &str) -> String {
    let mut html = String::new();
    html::push_html(&mut html, Parser::new_ext(text, options()));
    html
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
        | Options::ENABLE_SMART_PUNCTUATION
}

/// Bodies within bodies; deeper than this nobody writes, and the stack has an end.
const DEEPEST: usize = 16;

struct Reading<'s> {
    source: &'s SourceText,
    mark: String,
    document: Document,
    slugs: Slugs,
    findings: Findings,
    depth: usize,
}

impl Reading<'_> {
    fn fragment(&mut self, range: Range<usize>) -> Vec<Piece> {
        let text = &self.source.text()[range.clone()];
        let calls = self.calls(text, &range);
        let masked = mask(text, range.start, &calls);
        let events = Events::new(self, range.start, &masked, &calls).read();
        let mut written = String::with_capacity(text.len() * 3 / 2);
        html::push_html(&mut written, events.into_iter());
        self.pieces(&written, &calls)
    }

    fn calls(&mut self, text: &str, range: &Range<usize>) -> Vec<Call> {
        if !component::may_have_calls(text) {
            return Vec::new();
        }
        let (calls, findings) = component::parse(self.source, range.clone(), &code(text, range.start));
        self.findings.extend(findings);
        calls
    }

    /// Cuts HTML at its marks.
    fn pieces(&mut self, written: &str, calls: &[Call]) -> Vec<Piece> {
        let mark = self.mark.clone();
        let mut parts = written.split(mark.as_str());
        let mut pieces = Vec::new();
        push_html(&mut pieces, parts.next().unwrap_or_default());
        let mut placed = HashSet::new();
        for part in parts {
            let (token, html) = part.split_once('.').unwrap_or((part, ""));
            let number = token.get(1..).and_then(|digits| digits.parse::<usize>().ok());
            match (token.chars().next(), number) {
                (Some('l'), Some(link)) => pieces.push(Piece::Link(link)),
                (Some('c'), Some(call)) if placed.insert(call) => pieces.push(self.placed(&calls[call])),
                (Some('m'), _) if self.depth == 0 => {
                    self.document.summary = self.document.summary.or(Some(pieces.len()))
                }
                _ => {}
            }
            push_html(&mut pieces, html);
        }
        for (_, call) in calls.iter().enumerate().filter(|(i, _)| !placed.contains(i)) {
            self.misplaced(call);
        }
        pieces
    }

    fn placed(&mut self, call: &Call) -> Piece {
        for argument in call.arguments.iter().filter(|argument| argument.name.value == "id") {
            if let Literal::Text(id) = &argument.value.value {
                self.document.anchors.push(id.clone());
            }
        }
        let body = call.body.clone().map(|body| self.body(call, body));
        Piece::Call(Box::new(Placed { call: call.clone(), body }))
    }

    fn body(&mut self, call: &Call, body: Range<usize>) -> Vec<Piece> {
        if self.depth == DEEPEST {
            let finding = Diagnostic::error("component/depth", "components are nested too deeply");
            self.findings.push(finding.at(self.source.place(call.name.span.clone())));
            return Vec::new();
        }
        self.depth += 1;
        let pieces = self.fragment(body);
        self.depth -= 1;
        pieces
    }

    fn misplaced(&mut self, call: &Call) {
        let message = format!("`{}` cannot stand here", call.name.value);
        self.findings.push(
            Diagnostic::error("component/place", message)
                .at(self.source.place(call.name.span.clone()))
                .hint("a component stands in a text or on a line of its own, not in an address or a picture's words"),
        );
    }
}

fn push_html(pieces: &mut Vec<Piece>, html: &str) {
    if !html.is_empty() {
        pieces.push(Piece::Html(html.to_owned()));
    }
}

/// Whether a call could stand in code or a comment. Most pages can be told by their letters, and needn't be read twice:
/// code within a text ends with its paragraph, and other code has a fence, a tab or four spaces.
fn may_hide_calls(text: &str) -> bool {
    let hides = |block: &str| block.contains(['`', '\t']) || block.contains("    ");
    let fenced = ["```", "~~~", "<!--"].iter().any(|fence| text.contains(fence));
    fenced || text.split("\n\n").any(|block| component::may_have_calls(block) && hides(block))
}

/// The bytes of the file that are code or a comment, where no call is looked for.
fn code(text: &str, base: usize) -> Vec<Range<usize>> {
    if may_hide_calls(text) { code_read(text, base) } else { Vec::new() }
}

fn code_read(text: &str, base: usize) -> Vec<Range<usize>> {
    let mut code: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        let is_code = match event {
            Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => true,
            Event::InlineHtml(html) => html.starts_with("<!--"),
            Event::Start(Tag::HtmlBlock) => text[range.clone()].trim_start().starts_with("<!--"),
            _ => false,
        };
        if is_code {
            code.push(range.start + base..range.end + base);
        }
    }
    code
}

/// The text with `x` in place of every call: as many bytes, on no more lines, and no Markdown.
fn mask<'t>(text: &'t str, base: usize, calls: &[Call]) -> Cow<'t, str> {
    if calls.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for call in calls {
        masked.push_str(&text[at..call.span.start - base]);
        masked.extend(std::iter::repeat_n('x', call.span.len()));
        at = call.span.end - base;
    }
    masked.push_str(&text[at..]);
    Cow::Owned(masked)
}

/// A word that the text doesn't have, to mark places in its HTML.
fn unused_mark(text: &str) -> String {
    (0..)
        .map(|number| format!("hsmark{number}z"))
        .find(|mark| !text.contains(mark.as_str()))
        .expect("a text of finite length lacks some word")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::document::Heading;

    fn read(text: &str) -> (String, Document, Vec<String>) {
        let source = SourceText::new("a.md", text);
        let (document, findings) = parse(&source, 0..text.len());
        let html = show(&document.body, &document);
        (html, document, findings.sorted().iter().map(|d| d.message.clone()).collect())
    }

    fn show(pieces: &[Piece], document: &Document) -> String {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Html(html) => html.clone(),
                Piece::Link(link) => format!("«{}»", document.links[*link].target),
                Piece::Call(placed) => match &placed.body {
                    Some(body) => format!("[{}: {}]", placed.call.name.value, show(body, document)),
                    None => format!("[{}]", placed.call.name.value),
                },
            })
            .collect()
    }
    #[test]
    fn a_link_is_a_gap_with_its_place() {
        let text = "See [the *day*](@/day.md \"@/day.md\"), ![a](b.png) and [w][r].\n\n[r]: c.md 'x'\n";
        let (html, document, _) = read(text);
        assert!(html.starts_with("<p>See <a href=\"«@/day.md»\" title=\"@/day.md\">the <em>day</em></a>, "), "{html}");
        let places: Vec<(&str, usize)> =
            document.links.iter().map(|link| (&text[link.span.clone()], link.span.start)).collect();
        assert_eq!(places, [("@/day.md", 16), ("b.png", 43), ("c.md", 68)]);
    }

    #[test]
    fn addresses_elsewhere_are_left_alone() {
        let (html, document, _) = read("[a](https://x.org/) [b](tel:988) <a@b.org> [c](//x.org) [d]()");
        assert!(document.links.is_empty(), "{html}");
        assert!(html.contains("href=\"tel:988\""), "{html}");
    }

    #[test]
    fn a_component_that_stands_for_itself_is_in_no_paragraph() {
        let (html, ..) = read("a\n{% care() %}\n- b\n\n{{ x() }}\n{% end %}\nc {{ y() }}\n\n{{ z() }}");
        assert_eq!(html, "<p>a</p>\n[care: <ul>\n<li>b</li>\n</ul>\n[x]\n]\n<p>c [y]</p>\n[z]\n");
    }

    #[test]
    fn code_and_comments_are_never_called() {
        assert_eq!(read("<!--\n{{ a() }}\n\n{% b() %}\n-->\n\nx <!-- {{ c(x) }} -->").2, [""; 0]);
        let (html, _, findings) = read("`{{ a() }}` and\n\n```\n{% b() %}\n```\n\n{{ c }} {{");
        assert_eq!(findings, [""; 0]);
        assert_eq!(html, "<p><code>{{ a() }}</code> and</p>\n<pre><code>{% b() %}\n</code></pre>\n<p>{{ c }} {{</p>\n");
    }

    #[test]
    fn headings_have_names_of_their_own() {
        let (html, document, _) = read("# A *b*\n\n## A b\n\n## C {#d .e}\n\n<b id=\"f\"></b>");
        assert_eq!(document.anchors, ["a-b", "a-b-1", "d", "f"]);
        assert_eq!(document.headings[0], Heading { level: 1, id: "a-b".to_owned(), title: "A b".to_owned() });
        assert!(html.contains("<h2 id=\"d\" class=\"e\">C</h2>"), "{html}");
    }

    #[test]
    fn words_are_counted_across_smart_quotes() {
        assert_eq!(read("I don't \"know\" — *un*like `x y`.\n\nYou do.").1.words, 8);
    }

    #[test]
    fn the_summary_ends_at_the_comment() {
        let (_, document, _) = read("One [a](@/a.md).\n\n<!-- more -->\n\nTwo.");
        let end = document.summary.unwrap();
        assert_eq!(show(&document.body[..end], &document), "<p>One <a href=\"«@/a.md»\">a</a>.</p>\n");
    }

    #[test]
    fn a_component_in_an_address_is_found_and_not_lost() {
        let (_, _, findings) = read("[a]({{ x() }}) ![{{ y() }}](b.png)");
        assert_eq!(findings, ["`x` cannot stand here", "`y` cannot stand here"]);
    }

    #[test]
    fn a_page_that_hides_no_call_is_told_by_its_letters() {
        let bits = [
            "{{ a() }}",
            "{% b() %}",
            "{% end %}",
            "x",
            " ",
            "  ",
            "\n",
            "\n\n",
            "`",
            "``",
            "> ",
            "- ",
            "1. ",
            "    ",
            "\t",
        ];
        let mut state = 3_usize;
        let mut told = 0;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..10 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(bits[(state >> 33) % bits.len()]);
            }
            if !may_hide_calls(&text) {
                told += 1;
                let source = SourceText::new("a.md", text.as_str());
                let calls = |code: &[Range<usize>]| component::parse(&source, 0..text.len(), code).0;
                assert_eq!(calls(&[]), calls(&code_read(&text, 0)), "{text:?}");
            }
        }
        assert!(told > 1000, "{told} of the texts were told");
    }

    #[test]
    fn no_markdown_makes_it_panic() {
        let bits = [
            "{{",
            "}}",
            "{% a() %}",
            "{% end %}",
            "[x](",
            "@/é",
            ")",
            "\n",
            "\n\n",
            "# ",
            "> ",
            "`",
            "```\n",
            "<b ",
            "<!-- more -->",
            "|a|\n|-|\n",
            "[^1]",
            "[^1]: ",
            "- ",
            "    ",
            "é中",
            "\"",
            "\\",
            "\0",
            "hsmark0z",
            "*",
            "![",
            "{#",
        ];
        let mut state = 7_usize;
        for _ in 0..3000 {
            let mut text = String::new();
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(bits[(state >> 33) % bits.len()]);
            }
            read(&text);
        }
    }
}
