//! Claims about the program in this repository: what a clinic would publish and play is whole.

mod support;

use std::path::Path;
use std::process::Command;

use holdspace::diagnostic::{Diagnostic, Severity};
use holdspace::music::timeline::{Sound, Timeline};
use holdspace::music::{session_names, timeline};
use holdspace::project::Project;
use holdspace::report::{Colour, human};
use holdspace::site::{self, Artifact, Kind, Options};

fn program() -> Project {
    let (project, findings) =
        Project::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the repository is a program");
    assert!(findings.is_empty(), "{}", human(&findings, Colour::Off));
    project
}

fn sessions() -> Vec<(String, Timeline)> {
    let project = program();
    let drawn = |name: String| {
        let (timeline, findings) = timeline(&project, &name);
        assert!(findings.is_empty(), "{}", human(&findings, Colour::Off));
        (name, timeline.expect("no errors"))
    };
    session_names(&project).into_iter().map(drawn).collect()
}

fn pages() -> Vec<(String, String)> {
    let (artifacts, findings) = site::build(&program(), &Options::default());
    assert!(findings.is_empty(), "{}", human(&findings, Colour::Off));
    let page = |artifact: Artifact| (artifact.path, artifact.bytes.into_text().expect("a page is text"));
    artifacts.into_iter().filter(|artifact| artifact.kind == Kind::Page).map(page).collect()
}

#[test]
fn there_are_four_sessions_of_an_hour_or_so_in_five_phases() {
    let sessions = sessions();
    assert_eq!(sessions.len(), 4);
    for (name, timeline) in sessions {
        let minutes = timeline.length().seconds(timeline.rate) / 60.0;
        assert!((60.0..=75.0).contains(&minutes), "{name}: {minutes} minutes");
        let phases: Vec<&str> = timeline.phases.iter().map(|phase| phase.name.as_str()).collect();
        assert_eq!(phases, ["Arrival", "Onset", "Journey", "Return", "Contemplation"], "{name}");
        let loudest =
            timeline.phases.iter().max_by(|a, b| a.level.0.total_cmp(&b.level.0)).map(|phase| phase.name.as_str());
        assert_eq!(loudest, Some("Journey"), "{name}: the arc rises to the journey");
    }
}

#[test]
fn something_sounds_at_every_second_of_every_session() {
    for (name, timeline) in sessions() {
        let seconds = timeline.length().seconds(timeline.rate) as u64;
        for second in 1..seconds {
            let at = holdspace::units::Position(second * u64::from(timeline.rate.hertz()));
            assert!(timeline.level_at(at).0 > 0.0, "{name} is silent at {second} s");
        }
    }
}

#[test]
fn every_piece_may_be_played_and_all_of_them_are_small_enough_to_keep() {
    let mut files = std::collections::BTreeMap::new();
    for (name, timeline) in sessions() {
        for clip in &timeline.clips {
            if let Sound::File { path, .. } = &clip.piece.sound {
                assert!(!clip.piece.licence.is_empty(), "{name}: `{}` names no licence", clip.piece.title);
                files.insert(path.clone(), std::fs::metadata(path).expect("it is there").len());
                let recipe = path.with_extension("toml");
                let recipe =
                    recipe.parent().expect("a folder").join("recipes").join(recipe.file_name().expect("a name"));
                assert!(recipe.is_file(), "{} has no recipe", path.display());
            }
        }
    }
    assert!(files.len() >= 8, "{} pieces", files.len());
    let bytes: u64 = files.values().sum();
    assert!(bytes <= 16 * 1024 * 1024, "{bytes} bytes of music");
}

#[test]
fn every_page_says_how_to_reach_a_person_and_what_to_do_in_a_crisis() {
    for (path, html) in pages() {
        for link in ["href=\"tel:+17206757123\"", "href=\"tel:988\"", "href=\"sms:988\"", "href=\"tel:911\""] {
            assert!(html.contains(link), "{path} has no {link}");
        }
    }
}

#[test]
fn a_careful_colleague_finds_nothing_but_the_reviews_that_are_the_clinics() {
    let checked = holdspace::check::check(&program(), "2026-11-28");
    let findings = checked.findings.sorted().into_iter().filter(|finding| finding.severity != Severity::Note);
    let others: Vec<&Diagnostic> = findings.filter(|finding| finding.rule != "review/missing").collect();
    assert!(others.is_empty(), "{others:#?}");
    assert!(checked.pages >= 40, "{} pages", checked.pages);
    assert_eq!(checked.sessions, 4);
}

#[test]
fn the_guides_are_one_book_too_and_their_page_says_how_large_it_is() {
    let (artifacts, _) = holdspace::site::build(&program(), &Options::default());
    let bytes = |path: &str| artifacts.iter().find(|a| a.path == path).map(|a| a.bytes.clone()).expect("it is built");
    let book = bytes("guides.epub");
    assert_eq!(&book[30..58], b"mimetypeapplication/epub+zip");
    let page = bytes("guides/index.html").into_text().expect("text");
    let told = format!(
        "href=\"../guides.epub\" download>All 5 guides as an e-book (EPUB, {} KB)</a>",
        book.len().div_ceil(1000)
    );
    assert!(page.contains(&told), "{told}");
}

#[test]
fn every_page_stands_without_scripts_and_asks_nobody_else() {
    for (path, html) in pages() {
        // What a script adds is kept by `tests/browser.rs`; none stands in a page but data for search engines.
        let scripts = html.split("<script").skip(1).map(|rest| &rest[..rest.find('>').unwrap_or(0)]);
        let inline = |tag: &&str| !tag.contains(" src=") && !tag.contains("application/ld+json");
        assert_eq!(scripts.filter(inline).count(), 0, "{path} has a script in it");
        for source in ["src=\"http", "src=\"//", "@import", "<iframe"] {
            assert!(!html.contains(source), "{path} asks another host: {source}");
        }
        let sheets = html.split("rel=\"stylesheet\"").skip(1).map(|rest| &rest[..rest.find('>').unwrap_or(0)]);
        assert!(sheets.clone().all(|sheet| !sheet.contains("//")), "{path}: a style sheet of another host");
    }
}

#[test]
fn every_session_has_a_page_with_its_picture_and_its_table() {
    let pages = pages();
    for (name, timeline) in sessions() {
        let number = name.trim_start_matches("session-");
        let (_, html) =
            pages.iter().find(|(path, _)| *path == format!("program/session-{number}/index.html")).expect("a page");
        assert!(
            html.contains("class=\"session-svg\"") && html.contains(&format!("<title id=\"{name}-title\">")),
            "{name}"
        );
        let table = &html[html.find("<table class=\"session-table\"").expect("a table")..];
        let table = &table[..table.find("</table>").expect("its end")];
        assert_eq!(table.matches("scope=\"row\"").count(), timeline.phases.len(), "{name}");
    }
}

#[test]
fn the_picture_in_the_readme_is_that_of_the_plan() {
    let (timeline, _) = timeline(&program(), "session-1");
    let kept =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/playlists/session-1.svg")).expect("it is there");
    let drawn = holdspace::session::file_svg(&timeline.expect("no errors"));
    assert!(drawn == kept, "make it anew: holdspace plan session-1 --format svg > playlists/session-1.svg");
}

#[test]
fn where_a_page_speaks_of_ketamine_it_says_that_it_is_off_label() {
    for (path, html) in pages() {
        let text = html.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
        let english = !says(&["ketamine"]) || (says(&["off-label"]) && says(&["not fda approved"]));
        let spanish = !says(&["ketamina"])
            || (says(&["fuera de indicación", "fuera de la indicación"])
                && says(&["no está aprobada", "no ha aprobado"]));
        assert!(if path.starts_with("es/") { spanish } else { english }, "{path}");
    }
}

#[test]
fn the_binary_builds_the_program_into_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_holdspace"))
        .args(["-C", env!("CARGO_MANIFEST_DIR"), "build", "-o"])
        .arg(folder.path().join("site"))
        .output()
        .expect("the binary runs");
    let (said, errors) = support::said(&output);
    assert!(output.status.success() && errors.is_empty(), "{said}{errors}");
    assert!(said.starts_with("built ") && folder.path().join("site/index.html").is_file(), "{said}");
}
