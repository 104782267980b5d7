//! A site that was built before: whatever is edited, what is built over it is what a fresh build makes, byte for byte,
//! findings too; and what did not change is not touched.
//!
//! HOLDSPACE_EDITS says how many edits (`make soak` makes a thousand).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use holdspace::site::kept::Origin;
use holdspace::site::markdown::Flavour;
use holdspace::site::page::Reading;
use holdspace::site::publish::{Made, publish};
use holdspace::site::readings::Readings;
use holdspace::site::slug::Manner;
use holdspace::site::{self, Artifact, Bytes, Kind, Options, Out, content};
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

/// What pages may show of others, each by another way.
const VIEWS: [&str; 12] = [
    "{{ page.title }}{{ page.content }}",
    "{{ page.content }} {{ page.lower.title or '' }} {{ page.higher.description or '' }}",
    "{{ page.content }} {% for part in page.lower.toc or [] %}{{ part.title }}{% endfor %}",
    "{{ page.content }} {% set all = get_section(path='guides/_index.md') %}{% for other in all.pages %}{{ other.title }} {% endfor %}",
    "{{ page.content }} {% set all = get_section(path='guides/_index.md') %}{{ all.title }} {{ all.pages | length }}",
    "{{ page.content }} {% set all = get_section(path='guides/_index.md') %}{% for other in all.pages %}{{ other.word_count }} {% endfor %}",
    "{{ page.content }} {% set first = get_page(path='guides/first.md') %}{{ first.title }} {{ first.extra.mood or '' }}",
    "{{ page.content }} {% set first = get_page(path='guides/first.md') %}{{ first['reading_time'] }} {{ get_url(path='style.css', cachebust=true) }}",
    "{{ page.content }} {% set tags = get_taxonomy(kind='tags') %}{% for term in tags.items %}{{ term.name }} {{ term.pages | length }}{% endfor %}",
    "{{ page.content }} {% for letter in a_to_z() %}{{ letter.letter }}{% for p in letter.pages %}{{ p.title }}{% endfor %}{% endfor %}",
    "{{ page.content }} {% set data = load_data(path='rows.csv') %}{% for row in data.records %}{{ row | join(sep='-') }}{% endfor %}",
    "{{ page.content }} {% for link in page.backlinks %}{{ link.title }}{% endfor %} {{ <shown of={get_page(path='guides/first.md')} /> }}",
];

const COMPONENTS: &str = "{% component mine(x: string) %}<i>{{ x }}</i>{% endcomponent mine %}\
    {% component shown(of: map) %}<u>{{ of.title }} {{ of.path }}</u>{% endcomponent shown %}\
    {% component theirs() %}{% set first = get_page(path='guides/first.md') %}{{ first.title }}{% endcomponent theirs %}";

const CONFIG: &str = "base_url = \"https://test.example/\"\ntheme = \"plain\"\ntaxonomies = [{ name = \"tags\" }]\n";

const SEARCHED: &str = "build_search_index = true\n";

fn template(view: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><title>{{{{ page.title }}}}</title></head><body><main>{view}</main></body></html>\n"
    )
}

fn program() -> TestProject {
    let project = TestProject::new()
        .file("holdspace.toml", format!("title = \"T\"\n{CONFIG}"))
        .file("playlists/one.toml", playlist(3))
        .file("static/style.css", "a {}")
        .file("rows.csv", "a,b\n1,2\n")
        .file("content/guides/plan.pdf", "pdf")
        .template("components.html", COMPONENTS)
        .template("taxonomy_list.html", "{% for term in terms %}{{ term.name }}{% endfor %}")
        .template("taxonomy_single.html", "{{ term.name }}{% for page in term.pages %}{{ page.title }}{% endfor %}")
        .page("guides/first.md", "+++\ntitle = \"First\"\n+++\nFirst.")
        .page("guides/_index.md", "+++\ntitle = \"Guides\"\nsort_by = \"title\"\n+++\nAll of them.");
    (0..12).fold(project, |project, number| project.page(&format!("guides/p{number}.md"), &page(number, "Words.")))
}

fn page(number: usize, words: &str) -> String {
    let other = (number + 5) % 12;
    let tag = ["calm", "rest", "night"][number % 3];
    format!(
        "+++\ntitle = \"Page {number}\"\ntaxonomies.tags = [\"{tag}\"]\n+++\n{words} [on](@/guides/p{other}.md) \
         {{{{ mine(x=\"{number}\") }}}} {{{{ theirs() }}}}\n\n## Part {number}\n"
    )
}

fn playlist(minutes: usize) -> String {
    format!(
        "title = \"One\"\n[[phase]]\nname = \"A\"\nlength = \"{minutes}m\"\nfade_in = \"10s\"\n\
         [[phase.track]]\nbed = \"drone\"\nkey = \"D\"\nlength = \"9m\"\n"
    )
}

/// Until what was written counts for not being about to change.
fn settle() {
    std::thread::sleep(Duration::from_millis(70));
}

/// Builds a program into `public`, compares that with a fresh build, and says how much had to be made.
fn made(project: &TestProject) -> Made {
    settle();
    let (opened, _) = project.open();
    let output = project.path("public");
    let published = publish(&opened, &Options::default(), &output, true).unwrap();
    assert!(published.written.is_some(), "{:?}", published.findings.sorted());
    let fresh = copy(project).build().artifacts.into_iter();
    let fresh: BTreeMap<PathBuf, Vec<u8>> = fresh.map(|file| (PathBuf::from(file.path), file.bytes.to_vec())).collect();
    assert!(files(&output) == fresh, "the files differ");
    published.made
}

/// Edits something, and says what.
fn edit(project: &TestProject, chance: &mut Chance, round: usize) -> String {
    let pages = files(&project.path("content/guides")).into_keys();
    // Templates name this one.
    let pages: Vec<PathBuf> = pages.filter(|path| is_page(path) && !path.ends_with("first.md")).collect();
    let some = project.path("content/guides").join(chance.one(&pages));
    let what = chance.below(22);
    match what {
        0 => drop(fs::write(&some, page(chance.below(12), &format!("Other words, {round}.")))),
        1 => drop(fs::write(&some, format!("+++\ntitle = \"T{round}\"\nweight = {round}\n+++\nShort.\n"))),
        2 => drop(fs::rename(&some, project.path(&format!("content/guides/r{round}.md")))),
        3 if pages.len() > 4 => drop(fs::remove_file(&some)),
        4 => {
            project.write(&format!("content/s{round}/_index.md"), "+++\ntitle = \"S\"\n+++\n");
            project.write(&format!("content/s{round}/a.md"), page(chance.below(12), "New."));
        }
        5 | 6 => project.write("templates/page.html", template(chance.one::<&str>(&VIEWS))),
        7 => project.write("templates/components.html", COMPONENTS.replace("<i>", &format!("<b>{round}</b><i>"))),
        8 => project.write("themes/plain/theme.toml", format!("[extra]\nround = {round}\n")),
        9 => project.write("static/style.css", format!("a {{ order: {round} }}")),
        10 => project.write("content/guides/plan.pdf", format!("pdf {round}")),
        11 => project.write("playlists/one.toml", playlist(2 + round % 4)),
        12 => {
            let (title, searched) = (round % 5, !round.is_multiple_of(3));
            project.write("holdspace.toml", format!("title = \"T{title}\"\nbuild_search_index = {searched}\n{CONFIG}"));
        }
        13 => drop(fs::write(&some, page(0, "[broken](@/nowhere.md)"))),
        14 => {
            let order = *chance.one(&["title", "weight", "slug"]);
            let front = format!("title = \"Guides {round}\"\nsort_by = \"{order}\"\ncascade.extra.mood = \"m{round}\"");
            project.write("content/guides/_index.md", format!("+++\n{front}\n+++\nAll of them, {round}."));
        }
        15 => project.write(
            "content/guides/first.md",
            format!("+++\ntitle = \"First {}\"\n+++\n{}\n\n## H{}\n", round % 3, "word ".repeat(round % 400), round % 4),
        ),
        16 => project.write("rows.csv", format!("a,b\n1,{round}\n")),
        17 => project.write(
            "themes/plain/templates/section.html",
            format!("{}{{% for page in section.pages %}}{{{{ page.title }}}} {{{{ page.reading_time }}}} {round}{{% endfor %}}", "<main>"),
        ),
        18 => {
            let text = fs::read_to_string(&some).unwrap_or_default();
            let text = text.lines().filter(|line| !line.starts_with("description")).collect::<Vec<_>>().join("\n");
            drop(fs::write(&some, text.replacen("title = \"",  &format!("description = \"D{round}\"\ntitle = \""), 1)));
        }
        19 | 20 => {
            let text = fs::read_to_string(&some).unwrap_or_default();
            drop(fs::write(&some, format!("{text}\nMore words, {round}.\n")));
        }
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

/// The same program, of which nothing was ever built.
fn copy(project: &TestProject) -> TestProject {
    let is_made = |path: &Path| path.starts_with("public") || path.starts_with(".holdspace");
    let written = files(&project.path("")).into_iter().filter(|(path, _)| !is_made(path));
    written.fold(TestProject::new(), |copy, (path, bytes)| copy.file(path.to_str().unwrap(), bytes))
}

fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let time = |path: &PathBuf| fs::metadata(folder.join(path)).unwrap().modified().unwrap();
    files(folder).into_keys().map(|path| (path.clone(), time(&path))).collect()
}

#[test]
fn whatever_is_edited_the_next_build_is_a_fresh_one() {
    let edits: usize = std::env::var("HOLDSPACE_EDITS").ok().and_then(|text| text.parse().ok()).unwrap_or(24);
    let project = program().file("holdspace.toml", format!("title = \"T\"\n{SEARCHED}{CONFIG}"));
    let public = project.path("public");
    let mut chance = Chance(7);
    let mut sound = 0;
    for round in 0..edits {
        let what = edit(&project, &mut chance, round);
        if chance.below(2) == 0 {
            // Long enough for what was written to be trusted.
            settle();
        }
        let (before, touched) = (files(&public), times(&public));
        let first = project.run(&["build"]);
        let again = project.run(&["build"]);
        // Somewhere else, so that nothing that is kept comes from it.
        let elsewhere = copy(&project);
        let fresh_folder = elsewhere.path("public");
        let fresh = elsewhere.run(&["build", "--fresh"]);
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
        sound += 1;
        assert!(after == files(&fresh_folder), "{what}: the files differ");
        for (path, time) in times(&public) {
            let same = before.get(&path) == after.get(&path);
            assert!(!same || touched.get(&path) == Some(&time), "{what}: {} was touched", path.display());
        }
    }
    assert!(sound * 2 > edits, "most of the edits make a site: {sound} of {edits}");
}

/// A build in memory, and what the next need not make again.
#[derive(Default)]
struct Memory {
    before: BTreeMap<String, Artifact>,
    made: Mutex<BTreeMap<String, Artifact>>,
    again: Mutex<BTreeSet<String>>,
}

impl Out for Memory {
    fn put(&self, artifact: Artifact) {
        self.made.lock().unwrap().insert(artifact.path.clone(), artifact);
    }

    fn before(&self, path: &str) -> Option<&Origin> {
        self.before.get(path)?.origin.as_deref()
    }

    fn put_again(&self, path: &str, _: &Origin) {
        self.again.lock().unwrap().insert(path.to_owned());
    }
}

impl Memory {
    /// Builds a program over what was built before; which pages of guides/ were made again.
    fn build(&mut self, project: &TestProject) -> Vec<String> {
        let next = Memory { before: std::mem::take(&mut self.before), ..Memory::default() };
        let (opened, _) = project.open();
        let findings = site::build_to(&opened, &Options::default(), &next);
        assert!(!findings.has_errors(), "{:?}", findings.sorted());
        let mut made = next.made.into_inner().unwrap();
        let name = |path: &String| {
            Some(path.strip_prefix("guides/")?.strip_suffix("index.html")?.trim_matches('/').to_owned())
        };
        let names = made
            .values()
            .filter(|artifact| artifact.kind == Kind::Page)
            .filter_map(|artifact| name(&artifact.path))
            .collect();
        let before = next.before;
        made.extend(next.again.into_inner().unwrap().into_iter().map(|path| (path.clone(), before[&path].clone())));
        let fresh = project.build().artifacts.into_iter().map(|artifact| (artifact.path, artifact.bytes));
        let over: BTreeMap<String, Bytes> =
            made.values().map(|artifact| (artifact.path.clone(), artifact.bytes.clone())).collect();
        assert!(over == fresh.collect(), "what is built over an earlier build is what a fresh one makes");
        self.before = made;
        names
    }
}

#[test]
fn only_what_an_edit_could_change_is_made_again() {
    let project = program();
    project.write("templates/page.html", template("{{ page.content }} {{ page.lower.title or '' }}"));
    project.write("templates/guide.html", template("{{ page.content }}"));
    project.write("content/guides/first.md", "+++\ntitle = \"First\"\ntemplate = \"guide.html\"\n+++\nFirst.");
    project.write("content/guides/p3.md", "+++\ntitle = \"Page 3\"\n+++\nNo component.");
    let mut memory = Memory::default();
    assert_eq!(memory.build(&project).len(), 14);
    assert_eq!(memory.build(&project), [""; 0], "nothing changed");
    project.write("content/guides/p3.md", "+++\ntitle = \"Page 3\"\n+++\nOther words.");
    assert_eq!(memory.build(&project), ["p3"], "words are a page's own");
    project.write("content/guides/p3.md", "+++\ntitle = \"Page 3b\"\n+++\nOther words.");
    assert_eq!(
        memory.build(&project),
        ["", "p2", "p3", "p4"],
        "a title can be shown by the section and by its neighbours"
    );
    project.write("templates/guide.html", template("New: {{ page.content }}"));
    assert_eq!(memory.build(&project), ["first"], "a template is used by its pages");
    project.write("templates/components.html", COMPONENTS.replace("<i>", "<b>"));
    let pages: Vec<String> = (0..12).filter(|number| *number != 3).map(|number| format!("p{number}")).collect();
    let mut made = memory.build(&project);
    made.sort_by_key(|name| name[1..].parse::<u32>().ok());
    assert_eq!(made, pages, "components are used by the pages that call them");
    project.write("rows.csv", "c\n");
    assert_eq!(memory.build(&project), [""; 0], "nobody reads the data");
    project.write("content/guides/first.md", "+++\ntitle = \"Anew\"\ntemplate = \"guide.html\"\n+++\nFirst.");
    assert_eq!(memory.build(&project).len(), 13, "its title is shown wherever `theirs` is called, and by the section");
}

#[test]
fn words_that_change_in_a_site_that_stands_are_what_a_fresh_build_makes() {
    let project = program();
    project.write("holdspace.toml", format!("title = \"T\"\ngenerate_feeds = true\n{CONFIG}"));
    project.write("templates/page.html", template(VIEWS[1]));
    project.write(
        "templates/section.html",
        "{{ section.title }}{% for p in section.pages %}{{ p.reading_time }}{% endfor %}",
    );
    let front = "+++\ntitle = \"Page 3\"\ndate = 2026-05-01\n+++\n";
    let written = |words: &str| format!("{front}{words}\n\n## Part\n\n[on](@/guides/p4.md)\n");
    project.write("content/guides/p3.md", written("At first."));
    let (opened, _) = project.open();
    let first = Memory::default();
    site::build_and_stay(&opened, &Options::default(), &first, |findings, standing| {
        assert!(findings.is_empty(), "{:?}", findings.sorted());
        let mut standing = standing.expect("it stands");
        let mut site = std::mem::take(&mut *first.made.lock().unwrap());
        let long = "word ".repeat(400);
        for (words, alone) in [
            ("Other words.".to_owned(), true),
            ("Words *in* `code` and {{ mine(x=\"3\") }}, {{ theirs() }}.".to_owned(), true),
            ("One.\n\n<!-- more -->\n\nTwo.".to_owned(), false),
            ("Again.\n\n```\ncode\n```\n\n| a |\n|---|\n| b |".to_owned(), true),
            (format!("{long}It takes longer to read."), false),
            ("A [link](@/guides/p5.md).".to_owned(), false),
            ("# A heading".to_owned(), false),
            ("{{ nobody() }}".to_owned(), false),
            ("A [link](@/guides/nowhere.md).".to_owned(), false),
        ] {
            project.write("content/guides/p3.md", written(&words));
            let next = Memory { before: site.clone(), ..Memory::default() };
            assert_eq!(standing.edited("guides/p3.md", &next), alone, "{words:.40}");
            if !alone {
                continue;
            }
            site.extend(next.made.into_inner().unwrap());
            let over = site.values().map(|artifact| (artifact.path.clone(), artifact.bytes.clone()));
            let fresh = project.build().artifacts.into_iter().map(|artifact| (artifact.path, artifact.bytes));
            assert!(over.eq(fresh.collect::<BTreeMap<_, _>>()), "{words:.40}");
        }
        project.write("content/guides/p3.md", written("At first.").replace("Page 3", "Page three"));
        assert!(!standing.edited("guides/p3.md", &first), "others show its title");
        assert!(!standing.edited("guides/_index.md", &first), "a section is more than one page");
        assert!(!standing.edited("guides/none.md", &first), "there is no such page");
    });
}

#[test]
fn what_is_kept_of_a_build_is_never_trusted_when_it_is_not_ours() {
    let project = program();
    settle();
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
    settle();
    project.run(&["build"]);
    fs::write(&page, &good[1..]).unwrap();
    project.run(&["build"]);
    assert_eq!(fs::read(&page).unwrap(), good);
    fs::remove_file(&page).unwrap();
    project.run(&["build"]);
    assert_eq!(fs::read(&page).unwrap(), good);
}

#[test]
fn a_page_is_not_read_again_unless_its_file_or_what_was_kept_of_it_changed() {
    let project =
        TestProject::new().page("a.md", "# Day\n\n[on](@/b.md)").page("b.md", "B").page("c.md", "[x](@/no.md)");
    settle();
    project.build();
    let (opened, _) = project.open();
    let reading = Reading { config: &opened.config, flavour: Flavour::new(&opened.config.markdown, Manner::House) };
    let read = |path: &str| {
        let readings = Readings::open(&opened, reading, false);
        let source = content::read(&opened).0.sources.into_iter().find(|source| source.path == path).unwrap();
        readings.of(&source).map(|read| read.page(source))
    };
    let page = read("a.md").expect("it was kept");
    assert!(page.is_left && page.document.body.html().is_none());
    assert_eq!((page.document.headings[0].title.as_str(), page.document.links[0].target.as_str()), ("Day", "@/b.md"));
    assert!(read("c.md").is_some(), "where a link leads is not found by reading");
    project.write("content/b.md", "+++\ntitle = \"B\"\n+++\nOther words.");
    settle();
    assert!(read("b.md").is_none() && read("a.md").is_some(), "only what changed");
    project.build();
    assert!(read("b.md").is_some(), "now it was read");

    let kept: Vec<PathBuf> = files(&project.path(".holdspace/pages")).into_keys().collect();
    let [kept] = &kept[..] else { panic!("so few pages share a file: {kept:?}") };
    let kept = project.path(".holdspace/pages").join(kept);
    let good = fs::read(&kept).unwrap();
    for damaged in [good[..good.len() - 1].to_vec(), [&good[..40], &b"?"[..], &good[41..]].concat(), Vec::new()] {
        fs::write(&kept, damaged).unwrap();
        assert!(read("a.md").is_none(), "what is damaged is not trusted");
    }
    fs::write(&kept, good).unwrap();
    assert!(read("a.md").is_some());
    project.write("holdspace.toml", "title = \"T\"\n[markdown]\nsmart_punctuation = false\n");
    let (other, _) = project.open();
    assert!(
        Readings::open(&other, Reading { config: &other.config, ..reading }, false).is_empty(),
        "it may be read otherwise"
    );
}

#[test]
fn words_that_changed_are_in_every_feed_that_shows_them() {
    let text = |day: usize, words: &str| {
        let tag = if day == 1 { "old" } else { "calm" };
        format!(
            "+++\ntitle = \"Day {day}\"\ndate = 2026-01-0{day}\ntaxonomies.tags = [\"{tag}\"]\n+++\n{words} [on](@/a/4.md)"
        )
    };
    let project = TestProject::new()
        .file(
            "holdspace.toml",
            "title = \"T\"\nbase_url = \"https://test.example/\"\ntheme = \"plain\"\ngenerate_feeds = true\nfeed_limit = 2\n\
             taxonomies = [{ name = \"tags\", feed = true }]\n",
        )
        .template("taxonomy_list.html", "tags")
        .template("taxonomy_single.html", "tag")
        .page("a/_index.md", "+++\ntitle = \"A\"\ngenerate_feeds = true\n+++\nAll.");
    let project = (1..=4).fold(project, |project, day| project.page(&format!("a/{day}.md"), &text(day, "Words.")));
    let feeds = || {
        let all = files(&project.path("public")).into_iter().filter(|(path, _)| path.ends_with("atom.xml"));
        let naming = all.filter(|(_, feed)| String::from_utf8_lossy(feed).contains("Other words."));
        naming.map(|(path, _)| path.to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(made(&project), Made::All);
    for (day, shown) in
        [(1, &["tags/old/atom.xml"][..]), (2, &[]), (3, &["a/atom.xml", "atom.xml", "tags/calm/atom.xml"])]
    {
        project.write(&format!("content/a/{day}.md"), text(day, "Other words."));
        assert_eq!(made(&project), Made::Changed, "day {day}");
        assert_eq!(feeds(), shown, "day {day}");
        project.write(&format!("content/a/{day}.md"), text(day, "Words."));
        assert_eq!(made(&project), Made::Changed, "day {day}");
    }
}

#[test]
fn a_page_whose_words_changed_is_made_within_the_site_as_it_was_built_last() {
    let project = program().file("holdspace.toml", format!("title = \"T\"\n{SEARCHED}{CONFIG}"));
    project.write("templates/page.html", template(&format!("{}{{{{ page.extra.mood or '' }}}}", VIEWS[1])));
    let made = || made(&project);
    let write = |number: usize, text: String| project.write(&format!("content/guides/p{number}.md"), text);
    assert_eq!((made(), made()), (Made::All, Made::Nothing));
    project.write("content/old/_index.md", "+++\ntitle = \"Old\"\nredirect_to = \"/guides/\"\n+++\n");
    assert_eq!((made(), made()), (Made::All, Made::Nothing));
    write(3, page(3, "Other words."));
    write(4, page(4, "Others, too."));
    assert_eq!((made(), made()), (Made::Changed, Made::Nothing), "words are a page's own");
    write(3, page(3, "Other words, {{ mine(x=\"a\") }} and again."));
    assert_eq!((made(), made()), (Made::Changed, Made::Nothing), "a second time");
    for (what, text) in [
        ("a title", page(3, "Other words.").replace("Page 3", "Page three")),
        ("a heading", page(3, "Other words.\n\n# One more\n\n")),
        ("a link", page(3, "[x](@/guides/p1.md)")),
        ("an address", page(3, "Words.").replace("+++\ntitle", "+++\nslug = \"other\"\ntitle")),
    ] {
        write(3, text);
        assert_eq!((made(), made()), (Made::All, Made::Nothing), "{what}");
    }
    let section = |more: &str| format!("+++\ntitle = \"Guides\"\nsort_by = \"title\"\n{more}+++\nAll of them.");
    project.write("content/guides/_index.md", section("cascade.extra.mood = \"calm\"\n"));
    assert_eq!(made(), Made::All);
    write(
        3,
        page(3, "Words under a section that hands something down.")
            .replace("+++\ntitle", "+++\nslug = \"other\"\ntitle"),
    );
    assert_eq!(made(), Made::Changed);
    project.write("content/guides/_index.md", section(""));
    assert_eq!(made(), Made::All, "what was handed down is not the page's own");
    write(3, page(3, "Words."));
    project.write("rows.csv", "a\n");
    assert_eq!(made(), Made::All, "more than a page changed");
    write(3, page(3, "Words.").replace("Page 3", "Page three"));
    settle();
    let (opened, _) = project.open();
    publish(&opened, &Options::default(), &project.path("other"), true).unwrap();
    write(3, page(3, "Words, again.").replace("Page 3", "Page three"));
    assert_eq!(
        made(),
        Made::All,
        "a build into another folder read it: how it was read for this one is not known any more"
    );
    write(3, page(3, "Words, and again.").replace("Page 3", "Page three"));
    project.write("public/guides/p5/index.html", "somebody's");
    assert_eq!(made(), Made::All, "somebody changed what was built");
    project.write("static/pagefind/mine.txt", "an author's");
    assert_eq!(made(), Made::All);
    write(3, page(3, "Words beside a file of one's own.").replace("Page 3", "Page three"));
    let beside = if cfg!(feature = "search") { Made::All } else { Made::Changed };
    assert_eq!(made(), beside, "what an author puts beside the index stays there");
}

#[cfg(feature = "colours")]
#[test]
fn code_whose_grammar_changed_has_its_colours_anew() {
    let grammar = |word: &str| {
        format!(
            "{{\"name\": \"breath\", \"scopeName\": \"source.breath\", \"patterns\": [{{\"match\": \"{word}\", \"name\": \
             \"keyword.control\"}}]}}"
        )
    };
    let project = TestProject::new()
        .config("[markdown.highlighting]\ntheme = \"github-light\"\nextra_grammars = [\"breath.json\"]\n")
        .file("breath.json", grammar("in"))
        .page("a.md", "```breath\nin and out\n```\n");
    settle();
    let page = || {
        assert!(project.run(&["build"]).status.success());
        fs::read_to_string(project.path("public/a/index.html")).unwrap()
    };
    let before = page();
    project.write("breath.json", grammar("out"));
    settle();
    let after = page();
    let elsewhere = copy(&project);
    assert!(elsewhere.run(&["build"]).status.success());
    assert_eq!(after, fs::read_to_string(elsewhere.path("public/a/index.html")).unwrap());
    assert_ne!(before, after);
}
