//! What a preview survives: the ways in which editors save, and folders that come and go.

use std::fs;
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use crate::preview::Preview;
use crate::support::TestProject;
use crate::titled;

/// A preview of a program with one page, whose first build is over.
fn shown() -> (TestProject, Preview) {
    let project = TestProject::new().page("a.md", "First.");
    let preview = Preview::of(&project);
    preview.says("built");
    (project, preview)
}

/// Saves the page so many times; the first that an open page hears of each save must be all of it, with nothing wrong.
/// Only saves count that the machine did not interrupt: on a busy one, a save rests half done for longer than a preview
/// can wait.
fn is_heard_whole(preview: &Preview, saves: usize, save: impl Fn(&str)) {
    let mut counted = 0;
    for attempt in 0.. {
        let words = format!("Attempt {attempt}.");
        let mut events = preview.events("/a/");
        events.next().unwrap();
        let began = Instant::now();
        save(&titled(&words));
        if began.elapsed() < Duration::from_millis(100) {
            let heard = events.next().unwrap();
            assert_eq!((heard["page"].clone(), heard["told"]["errors"].clone()), (true.into(), 0.into()), "{heard}");
            assert!(preview.get("/a/").contains(&words));
            counted += 1;
        }
        preview.get_until("/a/", |page| page.contains(&words));
        if counted == saves {
            break;
        }
        assert!(attempt < saves + 50, "the machine interrupts all that is done");
    }
}

#[test]
fn a_file_made_at_once_in_a_new_folder() {
    let (project, preview) = shown();
    project.write("content/new/deep/page.md", titled("Here."));
    project.write("templates/page.html", "ours: {{ page.content }}");
    preview.get_until("/new/deep/page/", |page| page.contains("ours: <p>Here.</p>"));
    // The folder is watched from now on.
    project.write("content/new/deep/page.md", titled("There."));
    preview.get_until("/new/deep/page/", |page| page.contains("ours: <p>There.</p>"));
}

#[test]
fn a_save_as_vim_does_it() {
    let (project, preview) = shown();
    let path = |name: &str| project.path("content").join(name);
    is_heard_whole(&preview, 5, |text| {
        fs::write(path("4913"), "").unwrap();
        fs::remove_file(path("4913")).unwrap();
        fs::rename(path("a.md"), path("a.md~")).unwrap();
        thread::sleep(Duration::from_millis(50));
        fs::write(path("a.md"), text).unwrap();
        fs::remove_file(path("a.md~")).unwrap();
    });
}

#[test]
fn a_save_by_a_file_beside_that_is_renamed() {
    let (project, preview) = shown();
    for round in 0..5 {
        let beside = project.path("content/.a.md.tmp");
        fs::write(&beside, titled(&format!("Round {round}."))).unwrap();
        fs::rename(&beside, project.path("content/a.md")).unwrap();
        preview.get_until("/a/", |page| page.contains(&format!("Round {round}.")));
    }
}

#[test]
fn a_file_that_is_written_slowly_is_read_when_it_is_whole() {
    let (project, preview) = shown();
    is_heard_whole(&preview, 3, |text| {
        let mut file = fs::File::create(project.path("content/a.md")).unwrap();
        for part in text.as_bytes().chunks(8) {
            file.write_all(part).unwrap();
            thread::sleep(Duration::from_millis(10));
        }
    });
}

#[test]
fn a_burst_of_a_thousand_files() {
    let (project, preview) = shown();
    let mut events = preview.events("/many/p999/");
    events.next().unwrap();
    for number in 0..1000 {
        project.write(&format!("content/many/p{number}.md"), titled(&format!("Page {number}.")));
    }
    preview.get_until("/many/p999/", |page| page.contains("Page 999."));
    preview.get_until("/many/p0/", |page| page.contains("Page 0."));
    fs::remove_dir_all(project.path("content/many")).unwrap();
    preview.get_until("/many/p0/", |page| page.starts_with("HTTP/1.1 404"));
    project.write("content/a.md", titled("Still here."));
    preview.get_until("/a/", |page| page.contains("Still here."));
    drop(preview);
    let builds = events.count();
    assert!((2..200).contains(&builds), "{builds} builds for a thousand files");
}

#[test]
fn a_theme_that_is_deleted_and_comes_back() {
    let (project, preview) = shown();
    let (theme, away) = (project.path("themes/plain"), project.path(".away"));
    let mut events = preview.events("/a/");
    events.next().unwrap();
    fs::rename(&theme, &away).unwrap();
    let heard = events.find(|heard| heard["told"]["errors"] != 0).unwrap();
    assert!(heard["told"]["findings"][0]["message"].as_str().unwrap().contains("there is no theme"), "{heard}");
    assert!(preview.get("/a/").contains("<p>First.</p>"));
    fs::rename(&away, &theme).unwrap();
    events.find(|heard| heard["told"]["errors"] == 0).unwrap();
    project.write("themes/plain/templates/page.html", "mine: {{ page.content }}");
    preview.get_until("/a/", |page| page.contains("mine: <p>First.</p>"));
}

#[test]
fn all_themes_and_all_content_deleted_and_made_anew() {
    let (project, preview) = shown();
    let page = "themes/plain/templates/page.html";
    let kept = project.read(page);
    for folder in ["themes", "content"] {
        fs::remove_dir_all(project.path(folder)).unwrap();
    }
    preview.get_until("/a/", |page| page.contains("to mend"));
    assert!(preview.get("/a/").contains("<p>First.</p>"));
    for (name, text) in [("page.html", kept.as_str()), ("section.html", "s"), ("404.html", "none")] {
        project.write(&format!("themes/plain/templates/{name}"), text);
    }
    project.write(
        "themes/plain/templates/base.html",
        "<body>{% block title %}{% endblock %}{% block main %}{% endblock %}</body>",
    );
    project.write("content/a.md", titled("Second."));
    preview.get_until("/a/", |page| page.contains("<p>Second.</p>") && !page.contains("to mend"));
    project.write("content/a.md", titled("Third."));
    preview.get_until("/a/", |page| page.contains("<p>Third.</p>"));
}

#[test]
fn the_configuration_broken_and_mended() {
    let (project, preview) = shown();
    let kept = project.read("holdspace.toml");
    project.write("holdspace.toml", "title = ");
    preview.get_until("/a/", |page| page.contains("to mend"));
    fs::remove_file(project.path("holdspace.toml")).unwrap();
    let mut events = preview.events("/a/");
    events
        .find(|heard| {
            heard["told"]["findings"][0]["message"].as_str().is_some_and(|words| words.contains("there is no"))
        })
        .unwrap();
    project.write("holdspace.toml", kept.replace("Test", "Renamed"));
    preview.get_until("/", |page| page.contains("Renamed") || page.contains("Home.") && !page.contains("to mend"));
}

#[test]
fn the_whole_program_moved_away_and_back() {
    let (project, preview) = shown();
    let root = project.root().to_path_buf();
    let away = root.with_extension("away");
    fs::rename(&root, &away).unwrap();
    thread::sleep(Duration::from_millis(100));
    fs::rename(&away, &root).unwrap();
    fs::write(root.join("content/a.md"), titled("Back.")).unwrap();
    preview.get_until("/a/", |page| page.contains("<p>Back.</p>"));
}

#[test]
fn a_playlist_that_changes() {
    let playlist = |title: &str| {
        format!(
            "title = \"{title}\"\n[[phase]]\nname = \"Arrival\"\nlength = \"10m\"\n[[phase.track]]\nbed = \"drone\"\nkey = \"D\"\nlength = \"12m\"\n"
        )
    };
    let component = "{% component session(name: string, session: map) %}{{ session.title }}{% endcomponent session %}";
    let project = TestProject::new()
        .template("more.html", component)
        .page("a.md", "{{ session(name=\"one\") }}")
        .file("playlists/one.toml", playlist("Arriving"));
    let preview = Preview::of(&project);
    preview.get_until("/a/", |page| page.contains("Arriving"));
    project.write("playlists/one.toml", playlist("Leaving"));
    preview.get_until("/a/", |page| page.contains("Leaving"));
}

#[test]
fn saves_while_a_build_goes_on_are_one_more_build() {
    let project = TestProject::new().page("a.md", "0");
    for number in 0..400 {
        project.write(&format!("content/p{number}.md"), titled(&"Words and *words*. ".repeat(200)));
    }
    let preview = Preview::of(&project);
    preview.says("built");
    let mut events = preview.events("/a/");
    events.next().unwrap();
    for number in 1..=60 {
        // Its title is shown by its section: the whole site is built.
        project.write("content/a.md", format!("+++\ntitle = \"Save {number}\"\n+++\nSave {number}."));
        thread::sleep(Duration::from_millis(3));
    }
    preview.get_until("/a/", |page| page.contains("Save 60."));
    project.write("content/a.md", titled("Last."));
    preview.get_until("/a/", |page| page.contains("Last."));
    // The stream is read up to the last build: every event before it was a build of its own.
    drop(preview);
    let builds = events.count();
    assert!((2..30).contains(&builds), "{builds} builds for 61 saves");
}
