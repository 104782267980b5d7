//! `holdspace new`: what it makes builds, plans and can be looked at, from the binary alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]
#![allow(clippy::print_stderr, reason = "a test that is left out says so")]

#[path = "support/preview.rs"]
mod preview;
mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use holdspace::music;
use holdspace::project::Project;
use preview::Preview;
use support::said;

/// Runs the binary where no repository is beside it.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdspace"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).env("NO_COLOR", "1").output().unwrap()
}

#[test]
fn a_new_program_builds_without_a_finding_but_what_is_to_be_filled_in() {
    let world = tempfile::tempdir().unwrap();
    let (out, err) = said(&run(world.path(), &["new", "calm-waters", "--name", "Calm Waters"]));
    assert!(out.starts_with("Calm Waters is in calm-waters: ") && err.is_empty(), "{out}{err}");
    assert!(out.lines().count() <= 10, "{out}");
    let program = world.path().join("calm-waters");
    let (out, err) = said(&run(&program, &["build"]));
    assert!(out.starts_with("built "), "{out}{err}");
    let findings: Vec<&str> =
        err.lines().filter(|line| line.starts_with("warning") || line.starts_with("error")).collect();
    assert_eq!(
        findings,
        [
            "warning: `https://www.example.org/` is still to be filled in",
            "warning: `Your clinic` is still to be filled in",
            "warning: `000-000-0000` is still to be filled in",
        ]
    );
    let home = fs::read_to_string(program.join("public/index.html")).unwrap();
    assert!(home.contains("Calm Waters") && !home.contains("Catalyst") && !home.contains("720-675"));

    // Filled in, nothing is left to say.
    let config = fs::read_to_string(program.join("holdspace.toml")).unwrap();
    let filled = config.replace("https://www.example.org/", "https://calm.test/").replace("Your clinic", "The Clinic");
    fs::write(program.join("holdspace.toml"), filled.replace("000-000-0000", "+1 555 555 0100")).unwrap();
    let (out, err) = said(&run(&program, &["build"]));
    assert!(err.is_empty() && out.starts_with("built "), "{out}{err}");
    // Who takes the address away is told that it is needed.
    let config = fs::read_to_string(program.join("holdspace.toml")).unwrap();
    let homeless: String = config
        .lines()
        .filter(|line| !line.starts_with("base_url"))
        .fold(String::new(), |text, line| text + line + "\n");
    fs::write(program.join("holdspace.toml"), homeless).unwrap();
    let (_, err) = said(&run(&program, &["build"]));
    assert!(err.starts_with("warning: the program has no `base_url`"), "{err}");
    fs::write(program.join("holdspace.toml"), config).unwrap();
    // And a careful colleague finds nothing but the reviews that are the clinic's.
    let checked = run(&program, &["check", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&said(&checked).0).unwrap();
    let rules: Vec<&str> =
        told["findings"].as_array().unwrap().iter().filter_map(|found| found["rule"].as_str()).collect();
    assert!(rules.iter().all(|rule| *rule == "review/missing"), "{rules:?}");
    let guide = fs::read_to_string(program.join("public/guides/afterwards/index.html")).unwrap();
    assert!(guide.contains("<main") && guide.contains("tel:+15555550100"), "{guide}");
}

#[test]
fn every_session_of_a_new_program_plans_and_sounds_to_its_end() {
    let world = tempfile::tempdir().unwrap();
    run(world.path(), &["new", "."]);
    let (project, _) = Project::open(world.path()).unwrap();
    let names = music::session_names(&project);
    assert_eq!(names.len(), 4);
    for name in names {
        let (out, err) = said(&run(world.path(), &["plan", &name]));
        assert!(err.is_empty() && out.contains("Arrival"), "{name}: {out}{err}");
        let (timeline, findings) = music::timeline(&project, &name);
        let timeline = timeline.unwrap();
        assert!(findings.is_empty(), "{name}: {findings:?}");
        for second in 1..timeline.length().seconds(timeline.rate) as u64 {
            let at = holdspace::units::Position(second * u64::from(timeline.rate.hertz()));
            assert!(timeline.level_at(at).0 > 0.0, "{name} is silent at {second} s");
        }
    }
}

#[test]
fn the_preview_shows_a_new_program() {
    let world = tempfile::tempdir().unwrap();
    run(world.path(), &["new", "mine", "--name", "Mine & <Yours> \"x\""]);
    let preview = Preview::in_folder(&world.path().join("mine"), &["--port", "0"]);
    let page = preview.get_until("/", |page| page.starts_with("HTTP/1.1 200"));
    assert!(page.contains("Mine &amp; &lt;Yours&gt; &quot;x&quot;"), "{page}");
    assert!(!page.contains("to mend"));
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let world = tempfile::tempdir().unwrap();
    fs::create_dir(world.path().join("full")).unwrap();
    fs::write(world.path().join("full/notes.txt"), "mine").unwrap();
    fs::write(world.path().join("file"), "mine").unwrap();
    for (folder, words) in [("full", "there is something in `full` already"), ("file", "there is something in `file`")]
    {
        let output = run(world.path(), &["new", folder]);
        assert!(!output.status.success() && said(&output).1.contains(words), "{}", said(&output).1);
    }
    assert_eq!(fs::read_dir(world.path().join("full")).unwrap().count(), 1);
    // An empty one is filled, and stays the same folder.
    fs::create_dir(world.path().join("empty")).unwrap();
    assert!(run(world.path(), &["new", "empty"]).status.success());
    let left: Vec<_> =
        fs::read_dir(world.path().join("empty")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".holdspace")) && left.len() == 6, "{left:?}");
    assert!(
        fs::read_to_string(world.path().join("empty/holdspace.toml")).unwrap().contains("title            = \"Empty\"")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_too_small_gets_nothing_at_all() {
    let world = tempfile::tempdir().unwrap();
    let disk = world.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: only root can mount a disk; a full disk is not tested here");
        return;
    }
    let output = run(&disk, &["new", "mine"]);
    let left = fs::read_dir(&disk).unwrap().count();
    let _ = Command::new("umount").arg(&disk).status();
    assert!(!output.status.success() && said(&output).1.contains("No space left"), "{}", said(&output).1);
    assert_eq!(left, 0);
}
