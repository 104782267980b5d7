//! Output safety: whatever happens while a site is written, its folder holds whole pages whose links lead somewhere,
//! and nothing that is not ours is lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]
#![allow(clippy::print_stderr, reason = "a test that is left out says so")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use holdspace::project::Project;
use holdspace::site::write::{WriteError, Writing, Written};
use holdspace::site::{Artifact, Out};
use support::{TestProject, said};

/// One of three sites with pages in common: pages name each other all around, a style, and a picture of their own.
fn site(which: usize) -> Vec<Artifact> {
    let names: Vec<String> = (0..60).filter(|n| n % 3 != which).map(|n| format!("part-{}/page-{n}", n % 5)).collect();
    let mut artifacts = vec![
        Artifact::file("/style.css", format!("/* {which} */")),
        Artifact::file("/sitemap.xml", names.join("\n").into_bytes()),
    ];
    let page = |up: &str, at: usize| {
        let links: String = [1, 2, 7, names.len() - 1]
            .iter()
            .map(|step| format!("<a href=\"{up}{}/index.html\">x</a>\n", names[(at + step) % names.len()]))
            .collect();
        format!(
            "<!doctype html>\n<link href=\"{up}style.css\">{links}<img src=\"{up}only-{which}.png\">{}</html>\n",
            "words ".repeat(300)
        )
    };
    artifacts.push(Artifact::file(&format!("/only-{which}.png"), vec![0; 5000]));
    artifacts.push(Artifact::page("/", page("", 0)));
    artifacts
        .extend(names.iter().enumerate().map(|(at, name)| Artifact::page(&format!("/{name}/"), page("../../", at))));
    artifacts
}

/// Writes a whole site into a folder.
fn write(project: &Project, artifacts: &[Artifact], output: &Path) -> Result<Written, WriteError> {
    let writing = Writing::begin(project, output)?;
    artifacts.iter().for_each(|artifact| writing.put(artifact.clone()));
    writing.finish()
}

fn project(root: &Path) -> Project {
    Project::open(root).unwrap().0
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap().into_path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "html")).collect()
}

/// What is wrong with a folder that somebody reads: a page that is not whole, a link that leads nowhere.
fn faults(folder: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for page in pages(folder) {
        let html = fs::read_to_string(&page).unwrap();
        if !html.starts_with("<!doctype html>") || !html.ends_with("</html>\n") {
            faults.push(format!("{} is not whole", page.display()));
        }
        let links = html.split(" href=\"").skip(1).chain(html.split(" src=\"").skip(1));
        for link in links.filter_map(|rest| rest.split('"').next()) {
            if !page.parent().unwrap().join(link).is_file() {
                faults.push(format!("{} names {link}", page.display()));
            }
        }
    }
    faults
}

/// Not a test: the process that the next one kills. It writes one site after the other until it is.
#[test]
#[ignore = "it is run by the test below"]
fn writes_for_ever() {
    let Some(root) = std::env::var_os("HOLDSPACE_WRITES_INTO") else { return };
    let project = project(Path::new(&root));
    let sites = [site(0), site(1), site(2)];
    fs::write(Path::new(&root).join(BEGAN), "").unwrap();
    for turn in 0.. {
        write(&project, &sites[turn % 3], &project.output()).unwrap();
    }
}

/// The file by which that process says that it writes from now on.
const BEGAN: &str = ".began";

fn writer(root: &Path) -> std::process::Child {
    let _ = fs::remove_file(root.join(BEGAN));
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "writes_for_ever", "--ignored"]).env("HOLDSPACE_WRITES_INTO", root);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !root.join(BEGAN).exists() {
        assert!(Instant::now() < until, "it never begins");
        thread::sleep(Duration::from_micros(200));
    }
    child
}

#[test]
fn a_hundred_kills_at_any_moment_leave_whole_pages_whose_links_lead_somewhere() {
    let world = TestProject::new();
    let project = project(world.root());
    let output = project.output();
    write(&project, &site(0), &output).unwrap();
    let began = Instant::now();
    for which in [1, 2, 0] {
        write(&project, &site(which), &output).unwrap();
    }
    let round_trip = began.elapsed();
    let mut between = 0;
    for round in 0..100_u32 {
        let mut child = writer(world.root());
        // From the first moment on; uneven steps, so that no moment of three writings is left out.
        thread::sleep(round_trip.mul_f64(f64::from((round * 37) % 100) / 100.0));
        child.kill().unwrap();
        child.wait().unwrap();
        let faults = faults(&output);
        assert!(faults.is_empty(), "round {round}:\n{}", faults.join("\n"));
        let finished = [site(0), site(1), site(2)].iter().any(|site| {
            pages(&output).len() == site.len() - 3
                && site
                    .iter()
                    .all(|artifact| fs::read(output.join(&artifact.path)).is_ok_and(|bytes| *bytes == *artifact.bytes))
        });
        between += usize::from(!finished);
    }
    assert!(between > 10, "only {between} of 100 kills fell into the writing; the test looks at nothing");
    // The next build that is let go to its end clears up everything.
    write(&project, &site(1), &output).unwrap();
    let left: Vec<_> = walkdir::WalkDir::new(&output)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|e| e.file_type().is_file())
        .collect();
    assert_eq!(left.len(), site(1).len());
    let caches =
        fs::read_dir(world.path(".holdspace")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let leftovers: Vec<String> = caches.filter(|name| name.starts_with(".holdspace-") || name == "aside").collect();
    assert_eq!(leftovers, [""; 0]);
}

#[test]
fn while_a_site_is_written_every_moment_is_readable() {
    let world = TestProject::new();
    let project = project(world.root());
    let output = project.output();
    write(&project, &site(0), &output).unwrap();
    let mut child = writer(world.root());
    let mut looks = 0;
    let until = Instant::now() + Duration::from_secs(3);
    while Instant::now() < until {
        let home = fs::read_to_string(output.join("index.html")).unwrap();
        assert!(home.starts_with("<!doctype html>") && home.ends_with("</html>\n"), "{home}");
        looks += 1;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(looks > 100, "{looks}");
}

#[test]
fn two_builds_at_once_take_turns() {
    let world = TestProject::new();
    let project = project(world.root());
    let write = |turns: usize, first: usize| {
        let project = project.clone();
        thread::spawn(move || {
            for turn in 0..turns {
                write(&project, &site((first + turn) % 3), &project.output()).unwrap();
            }
        })
    };
    let both = [write(20, 0), write(20, 1)];
    both.into_iter().for_each(|writer| writer.join().unwrap());
    let output = project.output();
    assert_eq!(faults(&output), [""; 0]);
    let whole = [site(0), site(1), site(2)].iter().any(|site| {
        site.iter().all(|artifact| fs::read(output.join(&artifact.path)).is_ok_and(|bytes| *bytes == *artifact.bytes))
    });
    assert!(whole && pages(&output).len() == site(0).len() - 3);
}

#[test]
fn a_file_that_is_not_ours_and_in_the_way_is_kept_aside() {
    let project = TestProject::new().page("a.md", "Ours.");
    project.write("public/a/index.html", "theirs");
    project.write("public/CNAME", "theirs, too");
    let (out, err) = said(&project.run(&["build"]));
    assert!(out.contains("a file that was not written by holdspace stood in the way; kept in"), "{out}{err}");
    assert_eq!(project.read(".holdspace/aside/1/a/index.html"), "theirs");
    assert_eq!(project.read("public/CNAME"), "theirs, too");
    assert!(project.read("public/a/index.html").contains("Ours."));
    // From now on it is ours.
    project.write("content/a.md", "+++\ntitle = \"A\"\n+++\nNew.");
    assert!(!said(&project.run(&["build"])).0.contains("in the way"));
}

#[cfg(unix)]
#[test]
fn no_link_in_the_output_leads_a_file_out_of_it() {
    use std::os::unix::fs::symlink;
    let project = TestProject::new().page("a.md", "A").page("b/c.md", "C").file("elsewhere/c/keep.txt", "precious");
    project.run(&["build"]);
    // A folder of ours is replaced by a link to another.
    fs::remove_dir_all(project.path("public/b")).unwrap();
    symlink(project.path("elsewhere"), project.path("public/b")).unwrap();
    let (_, err) = said(&project.run(&["build"]));
    assert!(err.contains("something that is not ours is in the way"), "{err}");
    // Nor does it when the page has gone, and what is behind the link looks like ours.
    fs::write(project.path("elsewhere/c/index.html"), &site(0)[3].bytes).unwrap();
    fs::remove_dir_all(project.path("content/b")).unwrap();
    assert!(project.run(&["build"]).status.success());
    assert!(project.path("elsewhere/c/index.html").exists() && project.path("public/b").is_symlink());
    assert_eq!(project.read("elsewhere/c/keep.txt"), "precious");
    assert_eq!(fs::read_dir(project.path("elsewhere")).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn the_output_may_be_a_link_to_a_folder_and_not_to_nothing() {
    use std::os::unix::fs::symlink;
    let project = TestProject::new().page("a.md", "A");
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), project.path("public")).unwrap();
    assert!(project.run(&["build"]).status.success());
    assert!(elsewhere.path().join("a/index.html").is_file() && project.path("public").is_symlink());
    fs::remove_file(project.path("public")).unwrap();
    symlink(elsewhere.path().join("nothing"), project.path("public")).unwrap();
    assert!(!project.run(&["build"]).status.success());
    assert!(project.path("public").is_symlink() && !elsewhere.path().join("nothing").exists());
}

#[test]
fn a_name_that_no_file_can_have_stops_the_build_before_it_writes() {
    let project = TestProject::new().page("a.md", "A");
    project.run(&["build"]);
    let long = format!("+++\ntitle = \"T\"\nslug = \"{}\"\n+++\n", "x".repeat(300));
    project.write("content/b.md", long);
    project.write("content/a.md", "+++\ntitle = \"T\"\n+++\nNew.");
    let (_, err) = said(&project.run(&["build"]));
    assert!(err.contains("too long") && err.contains("slug"), "{err}");
    assert!(project.read("public/a/index.html").contains("<p>A</p>"));
}

/// A small disk of its own, where this machine lets us have one.
#[cfg(target_os = "linux")]
struct Disk(PathBuf);

#[cfg(target_os = "linux")]
impl Disk {
    fn of(folder: PathBuf, options: &str) -> Option<Disk> {
        fs::create_dir_all(&folder).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&folder).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Disk(folder));
        }
        eprintln!("SKIPPED: only root can mount a disk; a full disk is not tested here");
        None
    }

    fn remount(&self, options: &str) {
        let again = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.0).status();
        assert!(again.unwrap().success());
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
fn everything(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    files.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_site_as_it_was() {
    let world = TestProject::new();
    let Some(disk) = Disk::of(world.path("public"), "size=900k") else { return };
    let project = project(world.root());
    write(&project, &site(0), &disk.0).unwrap();
    let before = everything(&disk.0);
    let mut larger = site(1);
    larger.push(Artifact::file("/large.bin", vec![1; 900_000]));
    let error = write(&project, &larger, &disk.0).expect_err("the disk is too small").to_string();
    assert!(error.contains("No space left"), "{error}");
    assert!(everything(&disk.0) == before);
    // With room, it goes on.
    write(&project, &site(1), &disk.0).unwrap();
    assert_eq!(faults(&disk.0), [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_can_only_be_read_is_told_and_stays_as_it_was() {
    let world = TestProject::new();
    let Some(disk) = Disk::of(world.path("public"), "size=2m") else { return };
    let project = project(world.root());
    write(&project, &site(0), &disk.0).unwrap();
    let before = everything(&disk.0);
    disk.remount("ro");
    let error = write(&project, &site(1), &disk.0).expect_err("it cannot be written").to_string();
    assert!(error.contains("public") && error.contains("Read-only"), "{error}");
    assert!(everything(&disk.0) == before);
    disk.remount("rw");
    write(&project, &site(1), &disk.0).unwrap();
}
