//! A small program that is as it should be, and examples put into it.

#![allow(unreachable_pub, reason = "used by the test binary that it belongs to")]

use std::path::PathBuf;

use holdspace::check::{Example, In};

use crate::support::TestProject;
use crate::tones::{Wave, wav};

/// The day of every check.
pub const TODAY: &str = "2026-11-28";

const CONFIG: &str = "title = \"Test\"\nbase_url = \"https://test.example/\"\ntheme = \"plain\"\n\
                      [program]\nphone = \"720-675-7123\"\n";

const BASE: &str = "<!doctype html>\n<html lang=\"{{ lang }}\"><head>\
    <title>{% block title %}{{ config.title }}{% endblock %}</title></head><body>\
    <a href=\"#main\">Skip to the text</a><main id=\"main\"><h1>{% block name %}{{ config.title }}{% endblock %}</h1>\
    {% block main %}{% endblock %}</main><footer><a href=\"tel:988\">988</a> <a href=\"sms:988\">text</a> \
    <a href=\"tel:911\">911</a> <a href=\"tel:+17206757123\">720-675-7123</a></footer></body></html>\n";

const NAMES: &str = "{% extends \"base.html\" %}{% block title %}{{ page.title }}{% endblock %}\
    {% block name %}{{ page.title }}{% endblock %}{% block main %}{{ page.content }}";

/// The top of a guide.
const DATED: &str = "+++\ntitle = \"A page\"\nupdated = 2026-11-01\n";

const PLAYLIST: &str = "title = \"Arriving\"\n[[phase]]\nname = \"One\"\nlength = \"5m\"\n[[phase.track]]\nfile = \"music/a.wav\"\nlicence = \"ours\"\n";

/// A program in which nothing is wrong.
pub fn clean_site() -> TestProject {
    let section = NAMES.replace("page.", "section.");
    let list = "{% for page in section.pages %}<p><a href=\"{{ page.permalink }}\">{{ page.title }}</a></p>{% endfor %}{% endblock %}";
    let lost = "{% extends \"base.html\" %}{% block title %}Nothing here{% endblock %}{% block main %}<p>Nothing here.</p>{% endblock %}";
    let project = TestProject::new()
        .file("holdspace.toml", CONFIG)
        .file("themes/plain/templates/base.html", BASE)
        .file("themes/plain/templates/page.html", format!("{NAMES}{{% endblock %}}"))
        .file("themes/plain/templates/section.html", format!("{section}{list}"))
        .file("themes/plain/templates/404.html", lost)
        .file("content/_index.md", "+++\ntitle = \"Home\"\n+++\nHello.\n")
        .file("content/a.md", "+++\ntitle = \"A page\"\n+++\nHello.\n")
        .file("content/door.png", include_bytes!("../fixtures/pictures/plan.png"))
        .file("playlists/music/a.wav", wav(Wave::Left(220.0), 30.0, 48_000))
        .file("playlists/session.toml", PLAYLIST);
    // What examples name.
    ["map.html", "a.mp4", "a.vtt", "a.ogg", "intake/index.html"]
        .iter()
        .fold(project, |project, name| project.file(&format!("static/{name}"), ""))
        .file("static/own.js", "let here = 1;\n")
        .file("static/own.css", "p { margin: 0 }\n")
}

/// The program with one file in place of its own.
pub fn program(file: &str, text: &str) -> TestProject {
    clean_site().file(file, text)
}

/// The program with an example in it, which stands in this file.
pub fn with(example: &Example, file: &str, text: &str) -> TestProject {
    let project = program(file, text);
    if example.place == In::Spanish {
        return project.file("holdspace.toml", format!("default_language = \"es\"\n{CONFIG}"));
    }
    project
}

/// A file, a line, a column and a width.
pub type At = (String, usize, usize, usize);

/// An example as a file: its path, its text, and the place that is marked in it.
pub fn written(example: &Example) -> (String, String, Option<At>) {
    let (file, before, after) = match example.place {
        In::Page => ("content/a.md", "+++\ntitle = \"A page\"\n+++\n".to_owned(), "\n"),
        In::Spanish => ("content/a.md", "+++\ntitle = \"Una página\"\n+++\n".to_owned(), "\n"),
        In::Guide => ("content/a.md", format!("{DATED}[extra]\nguide = true\n+++\n"), "\n"),
        In::Extra => ("content/a.md", "+++\ntitle = \"A page\"\n[extra]\n".to_owned(), "\n+++\nHello.\n"),
        In::Main => ("templates/page.html", format!("{NAMES}\n"), "\n{% endblock %}"),
        In::Style => ("static/own.css", String::new(), "\n"),
        In::Script => ("static/own.js", String::new(), "\n"),
        In::Playlist => ("playlists/session.toml", "title = \"Arriving\"\n".to_owned(), ""),
        In::Config => ("holdspace.toml", CONFIG.to_owned(), ""),
    };
    let marked = format!("{before}{}{after}", example.text);
    let place = marked.find('«').map(|start| {
        let line = marked[..start].matches('\n').count() + 1;
        let column = marked[..start].rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        let inside = &marked[start + '«'.len_utf8()..];
        let inside = &inside[..inside.find('»').expect("what is opened is closed")];
        // A place is of one line.
        (file.to_owned(), line, column, inside.split('\n').next().unwrap_or_default().chars().count())
    });
    (file.to_owned(), marked.replace(['«', '»'], ""), place)
}

/// The file that is named where an example marks no place.
pub fn blamed(example: &Example) -> PathBuf {
    PathBuf::from(if example.place == In::Config { "holdspace.toml" } else { "content/a.md" })
}
