//! One page, in one reading of the tags that matter: it links its styles and scripts by their new names, and what it fetches
//! and runs becomes its policy. What it says and how it looks stays as it is.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::{Finish, Used};
use crate::project::Dialect;
use crate::site::Mode;
use crate::site::address::{self, Style, decode, encode, join, split_suffix};
use crate::site::headers::{Directive, Policy, hash, origin};
use crate::site::html::{self, Tag, Wanted, escape};
use crate::site::style::Made;
use crate::site::{buffers, image};

/// Finishes the page at a path of the site. Of its tags, those that matter may be known.
pub(super) fn finish(finish: &Finish<'_>, path: &str, html: String, tags: Option<&[usize]>) -> (String, Used) {
    let used = Used { policy: Policy::of_words(), ..Used::default() };
    let mut page = Page { finish, path, html: &html, used, edits: Vec::new(), heads: Heads::default() };
    match tags {
        Some(tags) => html::tags_at(&html, tags).for_each(|tag| page.read(&tag)),
        None => html::tags(&html).for_each(|tag| page.read(&tag)),
    }
    let (edits, used) = page.close();
    if edits.is_empty() {
        return (html, used);
    }
    let mut written = buffers::with_room(html.len() + 512);
    let mut done = 0;
    for (range, text) in edits {
        written.push_str(&html[done..range.start]);
        written.push_str(&text);
        done = range.end;
    }
    written.push_str(&html[done..]);
    buffers::back(html);
    (written, used)
}

struct Page<'p, 'f, 'a> {
    finish: &'f Finish<'a>,
    path: &'p str,
    html: &'p str,
    used: Used,
    /// What is written in the place of what, in the order of the page.
    edits: Vec<(Range<usize>, String)>,
    heads: Heads,
}

/// What a page's head needs to know: places in it, and what stands below.
#[derive(Default)]
struct Heads {
    /// Behind `<head>`, and behind its `<meta charset>`, which must come first.
    begin: Option<usize>,
    charset: Option<usize>,
    /// Before the head ends.
    end: Option<usize>,
    /// Whether the page brings a policy of its own.
    has_policy: bool,
    /// Whether it shows pictures of ours.
    pictured: bool,
}

/// What a tag is to a page's policy and its files.
enum Role {
    Head,
    Meta,
    Link,
    Script,
    Style,
    Picture,
    Source,
    Media,
    Frame,
    Object,
    Embed,
    Form,
    Button,
    Base,
}

impl Role {
    /// The role of a tag, by its name.
    fn of(name: &[u8]) -> Option<Role> {
        // Most tags are `p`, `a` or `li`.
        if name.len() < 3 {
            return None;
        }
        Some(match name {
            b"head" => Role::Head,
            b"meta" => Role::Meta,
            b"link" => Role::Link,
            b"script" => Role::Script,
            b"style" => Role::Style,
            b"img" | b"image" | b"use" | b"input" => Role::Picture,
            b"source" => Role::Source,
            b"video" | b"audio" | b"track" => Role::Media,
            b"iframe" | b"frame" => Role::Frame,
            b"object" => Role::Object,
            b"embed" => Role::Embed,
            b"form" => Role::Form,
            b"button" => Role::Button,
            b"base" => Role::Base,
            other if other.iter().any(u8::is_ascii_uppercase) => {
                return Role::of(&other.to_ascii_lowercase());
            }
            _ => return None,
        })
    }
}

/// An attribute that holds a style, or a script.
fn is_code(name: &str) -> bool {
    is_style(name) || (name.len() > 2 && name.as_bytes()[..2].eq_ignore_ascii_case(b"on"))
}

fn is_style(name: &str) -> bool {
    name.eq_ignore_ascii_case("style")
}

/// The tags that a page is finished for.
pub const MATTER: Wanted = Wanted { tag: |name| Role::of(name).is_some(), end: "head", attribute: is_code };

impl<'p> Page<'p, '_, '_> {
    fn read(&mut self, tag: &Tag<'p>) {
        let role = Role::of(tag.name().as_bytes());
        if tag.closes {
            if matches!(role, Some(Role::Head)) {
                self.heads.end = self.heads.end.or(Some(tag.span.start));
            }
            return;
        }
        self.attributes(tag);
        if let Some(role) = role {
            self.tag(tag, &role);
        }
    }

    fn tag(&mut self, tag: &Tag<'p>, role: &Role) {
        match role {
            Role::Head => self.heads.begin = self.heads.begin.or(Some(tag.span.end)),
            Role::Meta => self.meta(tag),
            Role::Link => self.link(tag),
            Role::Script => self.script(tag),
            Role::Style => {
                if let Some(raw) = tag.raw() {
                    self.inline_style(&self.html[raw]);
                }
            }
            Role::Picture => {
                self.heads.pictured |= tag.written().starts_with("<img class=\"pic-");
                self.fetches(tag, &["src", "href", "xlink:href"], Directive::Image);
                self.candidates(tag, Directive::Image);
            }
            Role::Source => {
                self.fetches(tag, &["src"], Directive::Media);
                self.candidates(tag, Directive::Image);
            }
            Role::Media => {
                self.fetches(tag, &["src"], Directive::Media);
                self.fetches(tag, &["poster"], Directive::Image);
            }
            Role::Frame => self.fetches(tag, &["src"], Directive::Frame),
            Role::Object => self.fetches(tag, &["data"], Directive::Object),
            Role::Embed => self.fetches(tag, &["src"], Directive::Object),
            Role::Form => {
                self.allow(Directive::Form, "'self'");
                self.fetches(tag, &["action"], Directive::Form);
            }
            Role::Button => self.fetches(tag, &["formaction"], Directive::Form),
            Role::Base => self.fetches(tag, &["href"], Directive::Base),
        }
    }

    fn allow(&mut self, directive: Directive, source: &str) {
        self.used.policy.allow(directive, source.to_owned());
    }

    /// Styles and scripts that stand in an attribute.
    fn attributes(&mut self, tag: &Tag<'p>) {
        for (name, value) in tag.attributes() {
            if !is_code(name) || value.is_empty() {
                continue;
            }
            let is_style = is_style(name);
            let directive = if is_style { Directive::StyleAttribute } else { Directive::ScriptAttribute };
            self.allow(directive, "'unsafe-hashes'");
            self.allow(directive, &hash(&html::decode(value)));
            if is_style {
                self.addresses_of_style(value);
            }
        }
    }

    fn fetches(&mut self, tag: &Tag<'_>, names: &[&str], directive: Directive) {
        for name in names {
            if let Some(address) = tag.value(name).filter(|address| !address.trim().is_empty()) {
                self.fetch(&address, directive);
            }
        }
    }

    fn fetch(&mut self, address: &str, directive: Directive) {
        let source = origin(address);
        self.used.policy.allow(directive, source.unwrap_or_else(|| "'self'".to_owned()));
        self.note_picture(address);
    }

    fn note_picture(&mut self, address: &str) {
        if let Some(at) = memmem::find(address.as_bytes(), image::FOLDER.as_bytes())
            && let Some(name) = address[at + image::FOLDER.len()..].strip_prefix('/')
        {
            self.used.pictures.insert(decode(split_suffix(name).0).into_owned());
        }
    }

    /// The addresses of a `srcset`.
    fn candidates(&mut self, tag: &Tag<'_>, directive: Directive) {
        let Some(set) = tag.value("srcset") else { return };
        for candidate in set.split(',') {
            if let Some(address) = candidate.split_whitespace().next() {
                self.fetch(address, directive);
            }
        }
    }

    fn meta(&mut self, tag: &Tag<'_>) {
        if tag.attribute("charset").is_some() && self.heads.end.is_none() {
            self.heads.charset = self.heads.charset.or(Some(tag.span.end));
        }
        let equivalent = tag.value("http-equiv").unwrap_or_default();
        self.heads.has_policy |= equivalent.eq_ignore_ascii_case("Content-Security-Policy");
        // A picture for other sites is no less a file of this one.
        if let Some(content) = tag.value("content") {
            self.note_picture(&content);
        }
    }

    fn link(&mut self, tag: &Tag<'_>) {
        let rel = tag.value("rel").unwrap_or_default().to_ascii_lowercase();
        let address = tag.value("href").unwrap_or_default();
        for rel in rel.split_whitespace() {
            match rel {
                "stylesheet" => {
                    self.file(tag, "href", Directive::Style);
                    return;
                }
                "modulepreload" => self.fetch(&address, Directive::Script),
                "preload" => self.preload(tag),
                "manifest" => self.fetch(&address, Directive::Manifest),
                "icon" | "apple-touch-icon" | "mask-icon" => self.fetch(&address, Directive::Image),
                _ => {}
            }
        }
    }

    fn preload(&mut self, tag: &Tag<'_>) {
        let directive = match &*tag.value("as").unwrap_or_default() {
            "style" => Directive::Style,
            "script" => Directive::Script,
            "font" => Directive::Font,
            "image" => Directive::Image,
            "fetch" => Directive::Connect,
            _ => return,
        };
        self.file(tag, "href", directive);
    }

    fn script(&mut self, tag: &Tag<'_>) {
        let kind = tag.value("type").unwrap_or_default().trim().to_ascii_lowercase();
        let runs = matches!(kind.as_str(), "" | "module" | "importmap" | "speculationrules")
            || kind.contains("javascript")
            || kind.contains("ecmascript");
        if !runs {
            return;
        }
        // What a script fetches of its own site, it may.
        self.allow(Directive::Connect, "'self'");
        if tag.attribute("src").is_some() {
            let text =
                self.target(&tag.value("src").unwrap_or_default()).and_then(|path| self.finish.files.text(&path));
            if text.is_some_and(|text| text.contains("WebAssembly") || text.contains("pagefind")) {
                self.allow(Directive::Script, "'wasm-unsafe-eval'");
                self.allow(Directive::Worker, "'self'");
            }
            self.file(tag, "src", Directive::Script);
        } else if let Some(raw) = tag.raw() {
            self.allow(Directive::Script, &hash(&self.html[raw]));
        }
    }

    fn inline_style(&mut self, text: &str) {
        self.allow(Directive::Style, &hash(text));
        self.addresses_of_style(text);
    }

    /// What a style in a page fetches: without reading it as a stylesheet, by its addresses.
    fn addresses_of_style(&mut self, text: &str) {
        for (at, _) in text.match_indices("url(") {
            let address = text[at + 4..].split(')').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
            self.fetch(address, Directive::Image);
            self.fetch(address, Directive::Font);
        }
    }

    /// A file of this site that a page links: it gets its new name. One from elsewhere is allowed.
    fn file(&mut self, tag: &Tag<'_>, attribute: &str, directive: Directive) {
        let address = tag.value(attribute).unwrap_or_default();
        self.fetch(&address, directive);
        // A Zola site keeps its addresses.
        if self.finish.project.config.dialect == Dialect::Zola {
            return;
        }
        let Some(path) = self.target(&address) else { return };
        let Some(made) = self.finish.files.made(&path) else { return };
        self.used.policy.extend(&made.policy);
        if made.keeps_its_name {
            self.used.files.insert(path);
            return;
        }
        let value = tag.attribute(attribute).expect("it has an address").value;
        let named = self.renamed(&address, made);
        self.used.files.insert(path);
        let wants_integrity = self.finish.project.config.security.integrity;
        if wants_integrity
            && !matches!(directive, Directive::Font | Directive::Image)
            && tag.attribute("integrity").is_none()
        {
            self.edits.push((tag.room()..tag.room(), format!(" integrity=\"{}\"", made.integrity)));
        }
        self.edits.push((value, escape(&named)));
    }

    /// The path in the site that an address of this page leads to.
    fn target(&self, address: &str) -> Option<String> {
        let (written, _) = split_suffix(address.trim());
        if written.is_empty() || written.starts_with("//") || origin(written).is_some() {
            return None;
        }
        match written.strip_prefix('/') {
            Some(path) => join("", &decode(path.strip_prefix(self.root())?)),
            None => join(self.path.rsplit_once('/').map_or("", |(folder, _)| folder), &decode(written)),
        }
    }

    /// The path that the site begins at on its host: empty, or with a slash at its end.
    fn root(&self) -> &str {
        let base = &self.finish.base_url;
        base.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, root)| root)
    }

    /// The address of a file under its new name, written as the old one was: from the page, or from the root.
    fn renamed(&self, old: &str, made: &Made) -> String {
        match old.starts_with('/') {
            true => format!("/{}{}", self.root(), encode(&made.path)),
            false => encode(&address::relative(self.path, &made.path, Style::Files)),
        }
    }

    fn close(mut self) -> (Vec<(Range<usize>, String)>, Used) {
        self.link_placeholders();
        let config = &self.finish.project.config.security;
        if self.used.policy.has_scripts() {
            self.used.policy.extend(&config.allowed);
        }
        let at = self.heads.charset.or(self.heads.begin);
        if config.policy
            && self.finish.mode == Mode::Build
            && !self.heads.has_policy
            && let Some(at) = at
        {
            self.edits.push((at..at, self.finish.policy_tag(&self.used.policy)));
        }
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        (self.edits, self.used)
    }

    /// A page with pictures of ours needs the style of what stands for them.
    fn link_placeholders(&mut self) {
        let Some(end) = self.heads.end.filter(|_| self.heads.pictured) else { return };
        let path = image::STYLE_ROUTE.trim_start_matches('/');
        let Some(made) = self.finish.files.made(path) else { return };
        let relative: Cow<'_, str> = match self.path {
            "404.html" => format!("/{}{}", self.root(), made.path).into(),
            page => address::relative(page, &made.path, Style::Files).into(),
        };
        let integrity = match self.finish.project.config.security.integrity {
            true => format!(" integrity=\"{}\"", made.integrity),
            false => String::new(),
        };
        self.used.files.insert(path.to_owned());
        self.edits.push((end..end, format!("<link rel=\"stylesheet\"{integrity} href=\"{relative}\">\n")));
    }
}
