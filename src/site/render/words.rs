//! A page's words: its document becomes HTML, its components are called, its headings get links to themselves.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt::Write as _;
use std::sync::Arc;

use memchr::{memchr2, memmem};
use tera::{Context, Map, Value};

use crate::diagnostic::Diagnostic;
use crate::project::markdown::AnchorLinks;
use crate::site::component::Call;
use crate::site::content::Source;
use crate::site::document::{Besides, Document, Gap, Gapped, HeadingGap, PICTURE, Piece, Placed, Side, Summary};
use crate::site::links::Seen;
use crate::site::render::{Stage, calls};
use crate::site::theme::OneOff;
use crate::site::view::{self, Words};
use crate::site::{buffers, finish, page};

/// The template of a heading's link to itself, and of what stands where a summary was cut.
const ANCHOR_LINK: &str = "anchor-link.html";
const SUMMARY_CUTOFF: &str = "summary-cutoff.html";

/// Templates that any page's words may need.
pub(super) const SMALL_TEMPLATES: [&str; 2] = [ANCHOR_LINK, SUMMARY_CUTOFF];

/// What a component's body is called when Tera is given the call as it is written.
const BODY: &str = "holdspace_body";

impl Stage<'_> {
    /// A page's words, its view without them if one was made for a component, and what was wrong while they were made.
    pub(super) fn page_words(&self, page: usize) -> (Words, Option<Value>, Vec<Diagnostic>) {
        let (document, body) = self.document(page);
        let mut writing = self.writing(page, &document);
        let pictures = &self.render.pictures;
        let mut content = buffers::with_room(room(body.html.len(), body.gaps.len()));
        let mut seen = self.sees_all(&body).then(Seen::default);
        writing.beginning(&mut content, &body, (body.html.len(), body.gaps.len()), &mut seen);
        let length = content.len();
        let content = pictures.enrich(content, false);
        // A picture that is enriched only grows.
        let seen = seen.filter(|_| content.len() == length);
        let summary = document.summary.as_ref().map(|summary| writing.summary(summary, &body));
        let summary = summary.map(|html| pictures.enrich(html, true));
        (Words { content, summary, seen }, writing.own.into_inner(), writing.faults)
    }

    /// Whether every address of this site in a page's words is in a gap.
    fn sees_all(&self, body: &Gapped) -> bool {
        let home = || self.render.site.base_url.trim_end_matches('/').as_bytes();
        let leads_home = || memmem::find(body.html.as_bytes(), home()).is_some();
        !self.leaves_links()
            && match body.besides {
                Besides::Nothing => true,
                Besides::Elsewhere => !leads_home(),
                Besides::Anything => false,
            }
    }

    /// A page's words with its pictures as the author named them: for what is no page.
    pub(super) fn plain_words(&self, page: usize) -> String {
        let (document, body) = self.document(page);
        self.writing(page, &document).html(&body)
    }

    /// A page's Markdown, read; anew where its words were left unread, or let go.
    fn document(&self, page: usize) -> (Cow<'_, Document>, Arc<Gapped>) {
        let page = &self.render.site.pages[page].page;
        if let Some(body) = page.document.body.html() {
            return (Cow::Borrowed(&page.document), body);
        }
        let source = Source { text: page.source.text.anew(), ..(*page.source).clone() };
        let document = page::parse(source, self.render.reading).0.document;
        let body = document.body.html().unwrap_or_default();
        (Cow::Owned(document), body)
    }

    /// Lets a page's words go when the page is made, unless somebody else shows them or they could not be read anew.
    pub(super) fn let_words_go(&self, page: usize) {
        let own = &self.render.site.pages[page].page;
        let is_fed = self.fed.get().is_none_or(|fed| fed.contains(&page));
        let is_more = own.front.outputs.is_some() || own.source.is_section();
        if !(self.shown.words || is_fed || is_more || own.is_seen_by_tera(self.render.reading.config)) {
            own.document.body.let_go();
        }
    }

    /// A page's view by itself, without its words.
    pub(super) fn own_view(&self, page: usize) -> Map {
        // Where pages show each other's words, there are no views before there are words.
        let views = self.lookup.whole.get().filter(|_| !self.shown.words);
        views.map_or_else(|| view::node(&self.render.site, page, &self.fields, true), |views| views.own(page))
    }
}

impl<'a> Stage<'a> {
    fn writing<'s>(&'s self, page: usize, document: &'s Document) -> Writing<'s, 'a> {
        let asked = self.render.project.config.markdown.insert_anchor_links;
        Writing {
            stage: self,
            page,
            document,
            anchors: self.render.site.anchor_links(page, asked),
            faults: Vec::new(),
            own: OnceCell::new(),
        }
    }
}

/// One page's words while they are written.
struct Writing<'s, 'a> {
    stage: &'s Stage<'a>,
    page: usize,
    document: &'s Document,
    anchors: AnchorLinks,
    faults: Vec<Diagnostic>,
    /// The page's view without its words, for components; made where one is called.
    own: OnceCell<Value>,
}

impl Writing<'_, '_> {
    fn html(&mut self, body: &Gapped) -> String {
        let mut html = String::with_capacity(room(body.html.len(), body.gaps.len()));
        self.beginning(&mut html, body, (body.html.len(), body.gaps.len()), &mut None);
        html
    }

    /// The HTML of a document's beginning, which has so many bytes and so many gaps, written into an empty text. Where it is plain,
    /// it is known what is `seen` in it.
    fn beginning(&mut self, html: &mut String, body: &Gapped, (length, gaps): (usize, usize), seen: &mut Option<Seen>) {
        for piece in body.beginning(length, gaps) {
            let start = html.len();
            match piece {
                Piece::Html(written) => html.push_str(written),
                Piece::Gap(Gap::Link(link)) => {
                    let links = &self.stage.render.site.pages[self.page].links;
                    let address = links.get(*link).unwrap_or_default();
                    match memchr2(b'&', b'"', address.as_bytes()).is_some() {
                        true => html.push_str(&address.replace('&', "&amp;").replace('"', "&quot;")),
                        false => html.push_str(address),
                    }
                    if let Some(seen) = seen {
                        let picture = html[..start].ends_with(PICTURE).then(|| start - PICTURE.len());
                        seen.address(start..html.len(), picture);
                    }
                }
                Piece::Gap(Gap::Call(placed)) => put(html, &self.call(placed), seen),
                Piece::Gap(Gap::Heading(gap)) => put(html, &self.anchor(gap), seen),
            }
        }
    }

    /// The beginning of a page, without marks of footnotes that stand elsewhere.
    fn summary(&mut self, summary: &Summary, body: &Gapped) -> String {
        let mut html = String::with_capacity(room(summary.length, summary.gaps));
        self.beginning(&mut html, body, (summary.length, summary.gaps), &mut None);
        let mut html = without_footnote_marks(&html).trim_end().to_owned();
        if !summary.closing.is_empty() {
            let cutoff = self.template(SUMMARY_CUTOFF, |context| context.insert("summary", &html));
            html.push_str(cutoff.as_deref().unwrap_or("&hellip;"));
        }
        html.push_str(&summary.closing);
        html
    }

    /// A heading's link to itself, or a half of it.
    fn anchor(&mut self, gap: &HeadingGap) -> String {
        match (self.anchors, gap.side) {
            (AnchorLinks::Left, Side::Before) | (AnchorLinks::Right, Side::After) => self.anchor_link(gap),
            (AnchorLinks::Heading, Side::Before) => opening_tag(&self.anchor_link(gap)).to_owned(),
            // Only a template without a link has nothing to close.
            (AnchorLinks::Heading, Side::After) if !opening_tag(&self.anchor_link(gap)).is_empty() => "</a>".to_owned(),
            _ => String::new(),
        }
    }

    fn anchor_link(&mut self, gap: &HeadingGap) -> String {
        let own = self.template(ANCHOR_LINK, |context| {
            context.insert("id", &gap.id);
            context.insert("level", &gap.level);
        });
        own.unwrap_or_else(|| {
            let id = gap.id.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
            format!("<a class=\"zola-anchor\" href=\"#{id}\" aria-label=\"Anchor link for: {id}\">🔗</a>")
        })
    }

    /// What the theme makes of one of its small templates, where it has that.
    fn template(&mut self, name: &str, fill: impl Fn(&mut Context)) -> Option<String> {
        let stage = self.stage;
        if !stage.tera.contains_template(name) {
            return None;
        }
        let mut context = stage.shared(stage.render.site.pages[self.page].language());
        fill(&mut context);
        let html = stage.tera.render(name, &context);
        Some(html.unwrap_or_else(|error| {
            self.faults.extend(stage.fault(&error, self.page));
            String::new()
        }))
    }

    /// Calls a component. What fails is told, and leaves nothing behind.
    fn call(&mut self, placed: &Placed) -> String {
        let (stage, page) = (self.stage, self.page);
        let call = &self.document.calls[placed.call];
        let name = &call.name.value;
        let body = placed.body.as_ref().map(|body| self.html(body));
        let Some(arguments) = calls::arguments(stage, call, stage.render.site.pages[page].language()) else {
            return String::new();
        };
        let around = || stage.context(page, Some(self.own.get_or_init(|| stage.own_view(page).into())));
        if call.needs_tera() {
            return self.call_as_written(call, around(), body);
        }
        let around = if stage.components.see_around { around() } else { Context::new() };
        match stage.tera.render_component_with_implicits(name, &arguments, &around, body.as_deref(), true) {
            Ok(html) => html,
            Err(error) => {
                let source = &stage.render.site.pages[page].page.source.text;
                self.faults.extend(calls::without_body(&error, call, source).or_else(|| stage.fault(&error, page)));
                String::new()
            }
        }
    }

    /// Gives a call to Tera as it is written, for what only Tera can find out: `{{ <card title={page.title} /> }}`.
    fn call_as_written(&mut self, call: &Call, mut around: Context, body: Option<String>) -> String {
        let (stage, page) = (self.stage, self.page);
        let source = &stage.render.site.pages[page].page.source.text;
        let opening = call.span.start..call.body.as_ref().map_or(call.span.end, |body| body.start);
        let mut text = source.text()[opening].to_owned();
        if let Some(body) = body {
            let _ = write!(text, "{{{{ {BODY} }}}}{{% </{}> %}}", call.name.value);
            around.insert_value(BODY, Value::safe_string(&body));
        }
        stage.tera.render_str(&text, &around, true).unwrap_or_else(|error| {
            let one_off = OneOff { source, base: call.span.start };
            let fault = calls::without_body(&error, call, source);
            self.faults.extend(fault.or_else(|| stage.fault_in(&error, page, Some(one_off))));
            String::new()
        })
    }
}

/// Writes what a theme made. What is `seen` in the whole is not known any more where that does not end by itself.
fn put(html: &mut String, made: &str, seen: &mut Option<Seen>) {
    seen.take_if(|seen| !seen.piece(made, html.len(), finish::MATTER));
    html.push_str(made);
}

/// How many bytes HTML needs that has so many besides so many gaps: an address is seldom longer.
fn room(length: usize, gaps: usize) -> usize {
    length + gaps * 64
}

/// The first `<a …>` of a template's result.
fn opening_tag(html: &str) -> &str {
    let Some(start) = html.find("<a").filter(|start| html[start + 2..].starts_with([' ', '\n', '>'])) else {
        return "";
    };
    html[start..].find('>').map_or("", |end| &html[start..=start + end])
}

fn without_footnote_marks(html: &str) -> String {
    const MARK: &str = "<sup class=\"footnote-reference\"";
    let mut written = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(MARK) {
        written.push_str(before);
        rest = after.split_once("</sup>").map_or("", |(_, after)| after);
    }
    written.push_str(rest);
    written
}
