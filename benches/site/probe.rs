//! The bare probe: the pages of the site, through the same templates, and nothing besides. Walk, read, Markdown with its
//! component and the names of its headings, sections in their order, templates, write, on all cores. It has no link graph
//! (a link is rewritten, whether or not it leads anywhere), no taxonomies, no feed, no findings, and keeps nothing: it is no
//! site generator, and ours is measured against it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::{memchr2_iter, memmem};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};
use rayon::prelude::*;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};
use walkdir::WalkDir;

const URL: &str = "https://bench.example";
const NOTE: &str = "<aside class=\"note note-{{ kind }}\"><h3>{{ title }}</h3>{{ body | safe }}</aside>";
const WORDS_A_MINUTE: usize = 238;

/// What stands at the top of a file.
#[derive(Default)]
struct Front {
    title: String,
    description: String,
    date: String,
    tags: Vec<String>,
}

#[derive(Serialize)]
struct Heading {
    permalink: String,
    title: String,
}

/// A file, read; `part` is the folder that it lies in.
struct Page {
    path: String,
    part: String,
    is_section: bool,
    front: Front,
    permalink: String,
    words: usize,
    toc: Vec<Heading>,
    content: String,
}

/// A page as another one sees it.
#[derive(Clone, Serialize)]
struct Near<'p> {
    permalink: &'p str,
    title: &'p str,
    date: &'p str,
    description: &'p str,
}

#[derive(Serialize)]
struct PageView<'p> {
    #[serde(flatten)]
    near: Near<'p>,
    content: &'p str,
    reading_time: usize,
    toc: &'p [Heading],
    taxonomies: BTreeMap<&'p str, &'p [String]>,
    lower: Option<Near<'p>>,
    higher: Option<Near<'p>>,
}

#[derive(Serialize)]
struct SectionView<'p> {
    #[serde(flatten)]
    near: Near<'p>,
    content: &'p str,
    pages: Vec<Near<'p>>,
    subsections: &'p [&'p str],
}

/// Builds the site in `folder`.
pub fn build(folder: &Path) {
    let content = folder.join("content");
    let files = files(&content);
    let mut notes = Tera::new();
    notes.add_raw_template("note.html", NOTE).expect("it is a template");
    let mut pages: Vec<Page> = files.par_iter().map(|file| read(&content, file, &notes)).collect();
    // A section's own page stands before its pages; these by their dates, the youngest first.
    pages.sort_unstable_by(|a, b| {
        let by_date = || b.front.date.cmp(&a.front.date).then_with(|| a.path.cmp(&b.path));
        a.part.cmp(&b.part).then(b.is_section.cmp(&a.is_section)).then_with(by_date)
    });
    let public = folder.join("public");
    let parts: Vec<&[Page]> = pages.chunk_by(|a, b| a.part == b.part).collect();
    let sections: Vec<&str> = parts.iter().skip(1).map(|part| part[0].path.as_str()).collect();
    let config = serde_json::json!({ "title": "Bench", "extra": { "sections": sections.len().min(8) } });
    let config = Value::from_serializable(&config);
    let site = Site { tera: theme(&pages), public: public.clone(), config, sections };
    parts.par_iter().for_each(|part| write_part(part, &site));
    let addresses: String = pages.iter().map(|page| format!("<url><loc>{}</loc></url>\n", page.permalink)).collect();
    fs::write(public.join("sitemap.xml"), format!("<urlset>\n{addresses}</urlset>\n")).expect("a file");
    copy_files(folder, &public);
}

/// The files of a folder and of those in it.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let found = WalkDir::new(folder).into_iter().filter_map(Result::ok);
    found.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// Copies what is published as it is.
pub fn copy_files(folder: &Path, public: &Path) {
    fs::create_dir_all(public.join("images")).expect("a folder");
    for file in ["images/sun.svg", "style.css"] {
        fs::copy(folder.join("static").join(file), public.join(file)).expect("a file");
    }
}

fn read(content: &Path, file: &Path, notes: &Tera) -> Page {
    let text = fs::read_to_string(file).expect("it is there");
    let path = file.strip_prefix(content).expect("it lies there").to_str().expect("it is plain").to_owned();
    let (front, body) = text[4..].split_once("+++\n").expect("front matter");
    let (part, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let permalink = address(&path);
    let mut page = Page {
        part: part.to_owned(),
        is_section: name == "_index.md",
        front: read_front(front),
        words: memchr2_iter(b' ', b'\n', body.as_bytes()).count(),
        toc: Vec::new(),
        content: String::with_capacity(body.len() * 3 / 2),
        permalink,
        path,
    };
    // Markdown, a component, Markdown, …
    let mut rest = body;
    while let Some(call) = memmem::find(rest.as_bytes(), b"{% note(") {
        page.markdown(&rest[..call]);
        let (arguments, after) = rest[call + 8..].split_once(") %}\n").expect("it is written like this");
        let (inner, after) = after.split_once("{% end %}\n").expect("it is closed");
        page.note(arguments, inner, notes);
        rest = after;
    }
    page.markdown(rest);
    page
}

fn read_front(front: &str) -> Front {
    let mut read = Front::default();
    for (key, value) in front.lines().filter_map(|line| line.split_once(" = ")) {
        let text = value.trim_matches('"').to_owned();
        match key {
            "title" => read.title = text,
            "description" => read.description = text,
            "date" => read.date = text,
            "tags" => {
                read.tags =
                    text.trim_matches(['[', ']']).split(", ").map(|tag| tag.trim_matches('"').to_owned()).collect();
            }
            _ => {}
        }
    }
    read
}

/// `part-0/page-7.md`, `part-0/_index.md` → the address of the page.
fn address(path: &str) -> String {
    let route = path.strip_suffix(".md").unwrap_or(path);
    let route = route.strip_suffix("_index").map_or(route, |folder| folder.trim_end_matches('/'));
    if route.is_empty() { format!("{URL}/") } else { format!("{URL}/{route}/") }
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_SMART_PUNCTUATION
}

/// An event, its link as an address.
fn linked<'t>(event: Event<'t>) -> Event<'t> {
    let Event::Start(Tag::Link { link_type, dest_url, title, id }) = event else { return event };
    let dest_url = dest_url.strip_prefix("@/").map(address).map_or(dest_url.clone(), CowStr::from);
    Event::Start(Tag::Link { link_type, dest_url, title, id })
}

impl Page {
    /// Writes Markdown, with its links as addresses and its headings named.
    fn markdown(&mut self, text: &str) {
        let mut parser = Parser::new_ext(text, options());
        let (mut heading, mut at) = (Vec::new(), 0);
        let mut html = std::mem::take(&mut self.content);
        let events = std::iter::from_fn(|| {
            if at < heading.len() {
                at += 1;
                return Some(std::mem::replace(&mut heading[at - 1], Event::SoftBreak));
            }
            let event = linked(parser.next()?);
            if matches!(event, Event::Start(Tag::Heading { .. })) {
                heading = self.heading(event, &mut parser);
                at = 1;
                return Some(std::mem::replace(&mut heading[0], Event::SoftBreak));
            }
            Some(event)
        });
        html::push_html(&mut html, events);
        self.content = html;
    }

    /// A heading to its end, with its name.
    fn heading<'t>(&mut self, start: Event<'t>, parser: &mut Parser<'t>) -> Vec<Event<'t>> {
        let (mut events, mut title) = (vec![start], String::new());
        for event in parser {
            let event = linked(event);
            let ends = matches!(event, Event::End(TagEnd::Heading(_)));
            if let Event::Text(text) = &event {
                title.push_str(text);
            }
            events.push(event);
            if ends {
                break;
            }
        }
        let name = title.to_lowercase().replace(' ', "-");
        self.toc.push(Heading { permalink: format!("{}#{name}", self.permalink), title });
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[0] {
            *id = Some(name.into());
        }
        events
    }

    fn note(&mut self, arguments: &str, inner: &str, notes: &Tera) {
        let mut context = Context::new();
        for (name, value) in arguments.split(", ").filter_map(|argument| argument.split_once('=')) {
            context.insert(name.to_owned(), value.trim_matches('"'));
        }
        let mut body = String::new();
        html::push_html(&mut body, Parser::new_ext(inner, options()));
        context.insert("body", &body);
        self.content.push_str(&notes.render("note.html", &context).expect("the note is sound"));
    }

    fn near(&self) -> Near<'_> {
        let Front { title, description, date, .. } = &self.front;
        Near { permalink: &self.permalink, title, date, description }
    }
}

/// The templates, and the few functions that they ask for.
fn theme(pages: &[Page]) -> Tera {
    let mut tera = Tera::new();
    tera.register_filter("date", |date: &str, arguments: Kwargs, _: &State<'_>| -> TeraResult<String> {
        let day: jiff::civil::Date = date.parse().expect("it is a day");
        Ok(day.strftime(arguments.must_get::<&str>("format")?).to_string())
    });
    tera.register_function("get_url", |arguments: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        let path = arguments.must_get::<&str>("path")?;
        Ok(Value::safe_string(&path.strip_prefix("@/").map_or_else(|| format!("{URL}/{path}"), address)))
    });
    tera.register_function("get_taxonomy_url", |arguments: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        let (kind, name) = (arguments.must_get::<&str>("kind")?, arguments.must_get::<&str>("name")?);
        Ok(Value::safe_string(&format!("{URL}/{kind}/{name}/")))
    });
    let sections = pages.iter().filter(|page| page.is_section);
    let sections: Arc<BTreeMap<String, Value>> =
        Arc::new(sections.map(|page| (page.path.clone(), Value::from_serializable(&page.near()))).collect());
    tera.register_function("get_section", move |arguments: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        Ok(sections[arguments.must_get::<&str>("path")?].clone())
    });
    tera.add_raw_templates([
        ("base.html", include_str!("templates/zola/base.html")),
        ("page.html", include_str!("templates/zola/page.html")),
        ("section.html", include_str!("templates/zola/section.html")),
        ("index.html", include_str!("templates/zola/index.html")),
    ])
    .expect("they are templates");
    tera
}

/// Writes a section and its pages.
fn write_part(part: &[Page], site: &Site<'_>) {
    let (section, pages) = part.split_first().expect("it has a page of its own");
    pages.par_iter().enumerate().for_each(|(number, page)| {
        let view = PageView {
            near: page.near(),
            content: &page.content,
            reading_time: page.words.div_ceil(WORDS_A_MINUTE),
            toc: &page.toc,
            taxonomies: BTreeMap::from([("tags", page.front.tags.as_slice())]),
            lower: number.checked_sub(1).map(|before| pages[before].near()),
            higher: pages.get(number + 1).map(Page::near),
        };
        site.write("page.html", "page", &view, page);
    });
    let is_home = section.part.is_empty();
    let view = SectionView {
        near: section.near(),
        content: &section.content,
        pages: pages.iter().map(Page::near).collect(),
        subsections: if is_home { &site.sections } else { &[] },
    };
    site.write(if is_home { "index.html" } else { "section.html" }, "section", &view, section);
}

/// What all pages are written with.
struct Site<'p> {
    tera: Tera,
    public: PathBuf,
    config: Value,
    /// The paths of the sections below the home.
    sections: Vec<&'p str>,
}

impl Site<'_> {
    fn write(&self, template: &str, kind: &'static str, view: &impl Serialize, page: &Page) {
        let mut context = Context::new();
        context.insert_value("config", self.config.clone());
        context.insert("current_url", &page.permalink);
        context.insert(kind, view);
        let html = self.tera.render(template, &context).expect("the templates are sound");
        let folder = self.public.join(&page.permalink[URL.len() + 1..]);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("index.html"), html).expect("a page");
    }
}
