//! The floor: walk, read, Markdown, a template, write, on all cores, and nothing besides. Its pages are not those of the
//! site: their components stand there uncalled, no heading has a name, and nothing knows of another page.

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;
use tera::{Context, Tera};

use crate::probe::{copy_files, files};

const LAYOUT: &str = include_str!("templates/floor.html");

struct Page {
    route: PathBuf,
    title: String,
    description: String,
    date: String,
    tags: Vec<String>,
    content: String,
}

/// Builds the site in `folder`.
pub fn build(folder: &Path) {
    let content = folder.join("content");
    let files = files(&content);
    let pages: Vec<Page> = files.par_iter().map(|file| read(&content, file)).collect();
    let mut tera = Tera::new();
    tera.add_raw_template("layout.html", LAYOUT).expect("it is a template");
    let public = folder.join("public");
    pages.par_iter().for_each(|page| write(&tera, &public, page));
    copy_files(folder, &public);
}

fn read(content: &Path, file: &Path) -> Page {
    let text = fs::read_to_string(file).expect("it is there");
    let (front, body) = text[4..].split_once("+++\n").expect("front matter");
    let field = |name: &str| {
        let line = front.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let tags = field("tags");
    let tags = tags.trim_matches(['[', ']']).split(", ").map(|tag| tag.trim_matches('"').to_owned()).collect();
    let mut written = String::with_capacity(body.len() * 3 / 2);
    html::push_html(&mut written, Parser::new_ext(body, Options::all()));
    let route = file.strip_prefix(content).expect("it lies there").with_extension("");
    let route = if route.ends_with("_index") { route.with_file_name("") } else { route };
    Page {
        route,
        title: field("title"),
        description: field("description"),
        date: field("date"),
        tags,
        content: written,
    }
}

fn write(tera: &Tera, public: &Path, page: &Page) {
    let mut context = Context::new();
    context.insert("title", &page.title);
    context.insert("description", &page.description);
    context.insert("date", &page.date);
    context.insert("tags", &page.tags);
    context.insert("content", &page.content);
    let html = tera.render("layout.html", &context).expect("the layout is sound");
    let folder = public.join(&page.route);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("index.html"), html).expect("a page");
}
