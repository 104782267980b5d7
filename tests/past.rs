//! Claims about sessions that are over, and about music that comes from other programs and goes to them.

#[path = "support/live.rs"]
mod live;
mod support;
#[path = "support/tones.rs"]
mod tones;

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use live::{noted, session};
use support::{TestProject, said};
use tones::{Wave, wav};

/// A program in which a session was played for a moment, with a hold in it.
fn played() -> TestProject {
    let project = session();
    let mut child = project
        .command(&["play", "session", "--output", "null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    let mut input = child.stdin.take().expect("a pipe");
    noted(&project, "piece @0");
    writeln!(input, "hold").expect("it listens");
    noted(&project, "hold");
    writeln!(input, "end").expect("it listens");
    assert!(child.wait().expect("it ends").success());
    project
}

fn told(output: &Output) -> String {
    let (told, errors) = said(output);
    assert!(output.status.success(), "{told}{errors}");
    told
}

#[test]
fn a_session_that_was_played_is_told_in_every_form() {
    let project = played();
    let list = told(&project.run(&["history"]));
    assert!(list.starts_with("  1 ") && list.contains("session  Arriving"), "{list}");
    let run = |format: &str| told(&project.run(&["history", "1", "--format", format]));
    let text = run("text");
    assert!(text.contains("— One") && text.contains("♪ a · ") && text.contains("  hold\n"), "{text}");
    assert!(run("markdown").contains("1. **a**"), "{}", run("markdown"));
    assert_eq!(run("csv").lines().count(), 2, "{}", run("csv"));
    let json: serde_json::Value = serde_json::from_str(&run("json")).expect("JSON");
    assert_eq!((json["ended"].as_bool(), json["session"].as_str()), (Some(true), Some("session")));
    let file = project.path("playlists/music/a.wav").display().to_string();
    assert!(run("m3u").contains(&file), "{file}: {}", run("m3u"));
    let location = format!("<location>file://{file}</location>");
    assert!(run("xspf").contains(&location), "{location}: {}", run("xspf"));
    // By a part of its name, too; and what is no run is told with a way out.
    assert_eq!(told(&project.run(&["history", "Z-session"])), text);
    let (_, errors) = said(&project.run(&["history", "7"]));
    assert!(errors.contains("there is no run `7`") && errors.contains("`holdspace history` lists them"), "{errors}");
    assert_eq!(told(&session().run(&["history"])), "no session has been played yet\n");
}

/// A list of another program, in a folder of its own with its music, and a program that takes it in.
fn lists() -> (TestProject, tempfile::TempDir) {
    let project = TestProject::new()
        .file("playlists/music/a.wav", wav(Wave::Left(220.0), 30.0, 48_000))
        .playlist("# By hand.\ntitle = \"Arriving\"\n\n[[phase]]\nname = \"One\"\nlength = \"2m\"   # two\n\n\
                   [[phase.track]]\nfile = \"music/a.wav\"  # the first\n\n[[phase]]\nname = \"Two\"\nlength = \"2m\"\n\
                   track = [{ file = \"music/a.wav\" }]\n\n[[reserve]]\nname = \"Rest\"\n[[reserve.track]]\nbed = \"water\"\n");
    let elsewhere = tempfile::tempdir().expect("a folder");
    std::fs::write(elsewhere.path().join("a.wav"), wav(Wave::Right(330.0), 20.0, 48_000)).expect("a file");
    std::fs::write(elsewhere.path().join("01. b c.wav"), wav(Wave::Right(440.0), 20.0, 48_000)).expect("a file");
    let list = "#EXTM3U\n#EXTINF:20,A. Maker - Dusk\na.wav\n01. b c.wav\n";
    std::fs::write(elsewhere.path().join("list.m3u"), list).expect("a file");
    (project, elsewhere)
}

fn import(project: &TestProject, list: &Path, more: &[&str]) -> Output {
    project.run(&[&["import", &list.display().to_string(), "session"], more].concat())
}

#[test]
fn a_list_comes_into_a_phase_and_the_authors_lines_stay() {
    let (project, elsewhere) = lists();
    let list = elsewhere.path().join("list.m3u");
    let before = project.read("playlists/session.toml");
    let dry = told(&import(&project, &list, &["one", "--dry-run"]));
    assert!(
        dry.contains("2 pieces into one of session; 2 files are copied") && dry.contains("nothing was changed"),
        "{dry}"
    );
    assert_eq!(project.read("playlists/session.toml"), before);
    assert!(!project.path("playlists/music/01. b c.wav").exists());

    told(&import(&project, &list, &["One"]));
    let after = project.read("playlists/session.toml");
    assert_eq!(
        after,
        before.replace(
            "file = \"music/a.wav\"  # the first\n",
            "file = \"music/a.wav\"  # the first\n\n[[phase.track]]\nfile = \"music/a-2.wav\"\ntitle = \"Dusk\"\n\
             artist = \"A. Maker\"\n\n[[phase.track]]\nfile = \"music/01. b c.wav\"\n"
        )
    );
    let plan = told(&project.run(&["plan", "session"]));
    assert!(plan.contains("Dusk · A. Maker") && plan.contains("01. b c"), "{plan}");
    // Again, into a phase whose tracks stand in one line: nothing is copied twice.
    let again = told(&import(&project, &list, &["Two"]));
    assert!(again.ends_with("2 pieces into Two of session\n"), "{again}");
    let line = "track = [{ file = \"music/a.wav\" }, { file = \"music/a-2.wav\", title = \"Dusk\", artist = \"A. Maker\" }, \
                { file = \"music/01. b c.wav\" }]\n";
    assert!(project.read("playlists/session.toml").contains(line), "{}", project.read("playlists/session.toml"));
}

#[test]
fn what_a_plan_exports_comes_in_again() {
    for format in ["m3u", "xspf"] {
        let (project, elsewhere) = lists();
        let list = elsewhere.path().join("plan");
        std::fs::write(&list, told(&project.run(&["plan", "session", "--format", format]))).expect("a file");
        let import = told(&import(&project, &list, &["One"]));
        assert!(import.contains("music/a.wav\n") && !import.contains("copied"), "{import}");
    }
}

#[test]
fn a_list_that_cannot_be_taken_in_whole_changes_nothing() {
    let (project, elsewhere) = lists();
    let before = project.read("playlists/session.toml");
    let list = elsewhere.path().join("list.m3u");
    for (text, phase, said_, hint) in [
        ("a.wav\nnowhere.wav\n", "One", "is not there", "nothing was changed"),
        ("a.wav\nlist.m3u\n", "One", "is not audio", "nothing was changed"),
        ("https://radio.example/live\n", "One", "is not a file on this machine", "download it"),
        ("\n", "One", "this list names no piece", "M3U, XSPF and PLS are read"),
        ("a.wav\n", "Tow", "there is no phase `Tow` in session", "did you mean `Two`?"),
    ] {
        std::fs::write(&list, text).expect("a file");
        let output = import(&project, &list, &[phase]);
        let (_, errors) = said(&output);
        assert!(!output.status.success() && errors.contains(said_) && errors.contains(hint), "{errors}");
        assert_eq!(project.read("playlists/session.toml"), before);
        assert!(!project.path("playlists/music/a-2.wav").exists());
    }
}
