//! A site that was built before: whatever is edited, what is built over it is what a fresh build makes, byte for byte,
//! findings too; and what did not change is not touched.
//!
//! HOLDSPACE_EDITS says how many edits (`make soak` makes a thousand).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use support::{TestProject, said};

/// A number that follows from the one before.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as usize % limit
    }

    fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

fn program() -> TestProject {
    let project = TestProject::new()
        .file("playlists/one.toml", playlist(3))
        .file("static/style.css", "a {}")
        .file("content/guides/plan.pdf", "pdf")
        .template("components.html", "{% component mine(x: string) %}<i>{{ x }}</i>{% endcomponent mine %}")
        .page("guides/_index.md", "+++\ntitle = \"Guides\"\nsort_by = \"title\"\n+++\nAll of them.");
    (0..12).fold(project, |project, number| project.page(&format!("guides/p{number}.md"), &page(number, "Words.")))
}

fn page(number: usize, words: &str) -> String {
    let other = (number + 5) % 12;
    format!("+++\ntitle = \"Page {number}\"\n+++\n{words} [on](@/guides/p{other}.md) {{{{ mine(x=\"{number}\") }}}}\n")
}

fn playlist(minutes: usize) -> String {
    format!(
        "title = \"One\"\n[[phase]]\nname = \"A\"\nlength = \"{minutes}m\"\nfade_in = \"10s\"\n\
         [[phase.track]]\nbed = \"drone\"\nkey = \"D\"\nlength = \"9m\"\n"
    )
}

/// Edits something, and says what.
fn edit(project: &TestProject, chance: &mut Chance, round: usize) -> String {
    let pages: Vec<PathBuf> = files(&project.path("content/guides")).into_keys().filter(|path| is_page(path)).collect();
    let some = project.path("content/guides").join(chance.one(&pages));
    let what = chance.below(15);
    match what {
        0 => drop(fs::write(&some, page(chance.below(12), &format!("Other words, {round}.")))),
        1 => drop(fs::write(&some, format!("+++\ntitle = \"T{round}\"\nweight = {round}\n+++\nShort.\n"))),
        2 => drop(fs::rename(&some, project.path(&format!("content/guides/r{round}.md")))),
        3 if pages.len() > 4 => drop(fs::remove_file(&some)),
        4 => {
            project.write(&format!("content/s{round}/_index.md"), "+++\ntitle = \"S\"\n+++\n");
            project.write(&format!("content/s{round}/a.md"), page(chance.below(12), "New."));
        }
        5 => project
            .write("templates/page.html", format!("<main>{{{{ page.title }}}} {round} {{{{ page.content }}}}</main>")),
        6 => drop(fs::remove_file(project.path("templates/page.html"))),
        7 => project.write(
            "templates/components.html",
            format!("{{% component mine(x: string) %}}<b>{{{{ x }}}} {round}</b>{{% endcomponent mine %}}"),
        ),
        8 => project.write("themes/plain/theme.toml", format!("[extra]\nround = {round}\n")),
        9 => project.write("static/style.css", format!("a {{ order: {round} }}")),
        10 => project.write("content/guides/plan.pdf", format!("pdf {round}")),
        11 => project.write("playlists/one.toml", playlist(2 + round % 4)),
        12 => project.write(
            "holdspace.toml",
            format!("title = \"T{}\"\nbase_url = \"https://test.example/\"\ntheme = \"plain\"\n", round % 5),
        ),
        13 => drop(fs::write(&some, page(0, "[broken](@/nowhere.md)"))),
        _ => {}
    }
    format!("edit {what} in round {round}, {}", some.display())
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("_index.md")
}

/// The files below a folder with their bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => open.push(path),
                false => drop(found.insert(path.strip_prefix(folder).unwrap().to_path_buf(), fs::read(&path).unwrap())),
            }
        }
    }
    found
}

fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let time = |path: &PathBuf| fs::metadata(folder.join(path)).unwrap().modified().unwrap();
    files(folder).into_keys().map(|path| (path.clone(), time(&path))).collect()
}

#[test]
fn whatever_is_edited_the_next_build_is_a_fresh_one() {
    let edits: usize = std::env::var("HOLDSPACE_EDITS").ok().and_then(|text| text.parse().ok()).unwrap_or(24);
    let project = program();
    let public = project.path("public");
    let mut chance = Chance(7);
    for round in 0..edits {
        let what = edit(&project, &mut chance, round);
        if chance.below(2) == 0 {
            // Long enough for what was written to be trusted.
            std::thread::sleep(Duration::from_millis(70));
        }
        let (before, touched) = (files(&public), times(&public));
        let first = project.run(&["build"]);
        let again = project.run(&["build"]);
        let elsewhere = tempfile::tempdir().unwrap();
        let fresh_folder = elsewhere.path().join("site");
        let fresh = project.run(&["build", "--fresh", "-o", fresh_folder.to_str().unwrap()]);
        assert_eq!(first.status.code(), fresh.status.code(), "{what}: {:?}", said(&fresh));
        assert_eq!(said(&first).1, said(&fresh).1, "{what}");
        assert_eq!(said(&again).1, said(&fresh).1, "{what}");
        let after = files(&public);
        if !fresh.status.success() {
            assert_eq!(after, before, "{what}: a site with mistakes leaves the last one");
            // Somebody mends it.
            for (path, _) in files(&project.path("content")) {
                let path = project.path("content").join(path);
                let text = fs::read(&path).unwrap();
                if String::from_utf8_lossy(&text).contains("](@/") {
                    fs::write(path, "+++\ntitle = \"Mended\"\n+++\n{{ mine(x=\"m\") }}\n").unwrap();
                }
            }
            continue;
        }
        assert!(after == files(&fresh_folder), "{what}: the files differ");
        for (path, time) in times(&public) {
            let same = before.get(&path) == after.get(&path);
            assert!(!same || touched.get(&path) == Some(&time), "{what}: {} was touched", path.display());
        }
    }
}

#[test]
fn what_is_kept_of_a_build_is_never_trusted_when_it_is_not_ours() {
    let project = program();
    std::thread::sleep(Duration::from_millis(70));
    assert!(project.run(&["build"]).status.success());
    let kept: Vec<PathBuf> = files(&project.path(".holdspace/outputs")).into_keys().collect();
    let kept = |ending: &str| {
        let name = kept.iter().find(|path| path.to_string_lossy().ends_with(ending)).expect("it is kept");
        project.path(".holdspace/outputs").join(name)
    };
    let page = project.path("public/guides/p1/index.html");
    let good = fs::read(&page).unwrap();
    for damage in ["", "{", "{\"inputs\":\"x\",\"pages\":1,\"findings\":[]}", "\0\u{1}"] {
        fs::write(kept(".inputs.json"), damage).unwrap();
        fs::write(&page, "somebody's").unwrap();
        assert!(project.run(&["build"]).status.success());
        assert_eq!(fs::read(&page).unwrap(), good, "{damage:?}");
    }
    // The site itself was changed, the program was not.
    std::thread::sleep(Duration::from_millis(70));
    project.run(&["build"]);
    fs::write(&page, &good[1..]).unwrap();
    project.run(&["build"]);
    assert_eq!(fs::read(&page).unwrap(), good);
    fs::remove_file(&page).unwrap();
    project.run(&["build"]);
    assert_eq!(fs::read(&page).unwrap(), good);
}
