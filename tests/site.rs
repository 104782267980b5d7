//! The site half end to end: in memory through the library, and on the disk through the binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod support;

#[path = "site/cohorts.rs"]
mod cohorts;

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use holdspace::site::functions::FUNCTIONS;
use holdspace::site::{Kind, Mode, Options};
use support::{TestProject, said};

// --- In memory ------------------------------------------------------------------------------------------------------

#[test]
fn pages_sections_and_files_have_their_addresses() {
    let built = TestProject::new()
        .page("guides/_index.md", "Guides.")
        .page("guides/First Day.md", "Hi.")
        .page("guides/room/index.md", "The room.")
        .file("content/guides/room/plan.pdf", "pdf")
        .file("content/guides/list.txt", "list")
        .page("old.md", "+++\ntitle = \"O\"\npath = \"new/place\"\naliases = [\"old/name\"]\n+++\n")
        .file("themes/plain/static/style.css", "theirs")
        .file("static/style.css", "ours")
        .build()
        .clean();
    let mut paths = built.paths();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "404.html",
            "_headers",
            "_redirects",
            "guides/first-day/index.html",
            "guides/index.html",
            "guides/list.txt",
            "guides/room/index.html",
            "guides/room/plan.pdf",
            "index.html",
            "new/place/index.html",
            "old/name/index.html",
            "robots.txt",
            "sitemap.xml",
            "style.css",
        ]
    );
    assert_eq!(built.text("style.css"), "ours");
    assert!(built.text("old/name/index.html").contains("url=../../new/place/index.html"));
    assert_eq!(built.artifacts.iter().filter(|artifact| artifact.kind == Kind::Page).count(), 5);
}

#[test]
fn every_function_and_filter_is_there_when_a_template_calls_it() {
    // Their names are known before there is a site; who is not given one by then says so.
    let filters = ["'a' | markdown", "1 | num_format"].map(str::to_owned);
    for call in FUNCTIONS.iter().map(|name| format!("{name}()")).chain(filters) {
        let built =
            TestProject::new().file("templates/page.html", format!("{{{{ {call} }}}}")).page("a.md", "A.").build();
        let told: Vec<&str> = built.findings.sorted().into_iter().map(|finding| finding.message.as_str()).collect();
        assert!(!told.iter().any(|message| message.contains("no site yet")), "{call}: {told:?}");
    }
}

#[test]
fn links_lead_from_page_to_page() {
    let built = TestProject::new()
        .page("guides/day.md", "[home](@/_index.md), [self](#x), [b](@/b.md#y \"B\"), ![p](p.svg)\n\n## X")
        .file("content/guides/p.svg", "svg")
        .page("b.md", "## Y")
        .build()
        .clean();
    assert_eq!(
        built.main("guides/day/index.html"),
        "<p><a href=\"../../index.html\">home</a>, <a href=\"#x\">self</a>, \
         <a href=\"../../b/index.html#y\" title=\"B\">b</a>, <img src=\"../p.svg\" alt=\"p\" /></p>\n\
         <h2 id=\"x\">X</h2>\n"
    );
}

#[test]
fn every_link_of_a_built_site_leads_to_a_file() {
    let project = TestProject::new()
        .page("guides/_index.md", "[a](@/guides/a.md)")
        .page("guides/a.md", "[up](@/guides/_index.md) [home](/) [b](/guides/b)")
        .page("guides/b.md", "+++\ntitle = \"B\"\nslug = \"bee\"\naliases = [\"guides/b\"]\n+++\n[a](@/guides/a.md)");
    let built = project.build().clean();
    for artifact in built.artifacts.iter().filter(|artifact| artifact.kind == Kind::Page) {
        let html = artifact.bytes.as_text().unwrap();
        for href in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let from = Path::new(&artifact.path).parent().unwrap();
            let mut target: Vec<&str> = from.iter().map(|part| part.to_str().unwrap()).collect();
            for part in href.split('/') {
                if part == ".." { target.pop().map(|_| ()).expect("inside the site") } else { target.push(part) }
            }
            assert!(built.paths().contains(&target.join("/").as_str()), "{}: {href}", artifact.path);
        }
    }
}

#[test]
fn a_section_lists_its_pages_in_its_order() {
    let page = |title: &str, weight: u8, date: &str| {
        format!("+++\ntitle = \"{title}\"\nweight = {weight}\ndate = {date}\n+++\n")
    };
    let listed = |sort_by: &str| {
        TestProject::new()
            .page("s/_index.md", &format!("+++\ntitle = \"S\"\nsort_by = \"{sort_by}\"\n+++\n"))
            .page("s/a.md", &page("Cedar", 2, "2026-01-02"))
            .page("s/b.md", &page("Aspen", 3, "2026-01-03"))
            .page("s/c.md", &page("Birch", 1, "2026-01-01"))
            .template("section.html", "{% for page in section.pages %}{{ page.title }} {% endfor %}")
            .template("page.html", "{{ page.lower?.title or '-' }} {{ page.higher?.title or '-' }}")
            .build()
            .clean()
    };
    assert_eq!(listed("weight").text("s/index.html"), "Birch Cedar Aspen ");
    assert_eq!(listed("weight").text("s/a/index.html"), "Birch Aspen");
    assert_eq!(listed("date").text("s/index.html"), "Aspen Cedar Birch ");
    assert_eq!(listed("date").text("s/b/index.html"), "- Cedar");
    assert_eq!(listed("title").text("s/index.html"), "Aspen Birch Cedar ");
    assert_eq!(listed("none").text("s/index.html"), "Cedar Aspen Birch ");
}

#[test]
fn a_page_has_its_neighbours_where_a_theme_shows_the_words_of_other_pages_too() {
    let page =
        |title: &str, weight: u8| format!("+++\ntitle = \"{title}\"\nweight = {weight}\n+++\n{title}'s words.\n");
    let built = TestProject::new()
        .page("s/_index.md", "+++\ntitle = \"S\"\nsort_by = \"weight\"\n+++\n")
        .page("s/a.md", &page("Aspen", 1))
        .page("s/b.md", &page("Birch", 2))
        .template("section.html", "{% for page in section.pages %}{{ page.content }}{% endfor %}")
        .template("page.html", "{{ page.lower?.title or '-' }} {{ page.higher?.title or '-' }}")
        .build()
        .clean();
    assert_eq!(built.text("s/a/index.html"), "- Birch");
    assert_eq!(built.text("s/b/index.html"), "Aspen -");
    assert!(built.text("s/index.html").contains("Birch’s words."));
}

#[test]
fn drafts_are_left_out_unless_they_are_asked_for() {
    let project = TestProject::new().page("a.md", "+++\ntitle = \"A\"\ndraft = true\n+++\n");
    assert!(!project.build().clean().paths().contains(&"a/index.html"));
    let drafts = Options { drafts: true, ..Options::default() };
    assert!(project.build_with(&drafts).clean().paths().contains(&"a/index.html"));
}

#[test]
fn links_in_raw_html_are_links_too() {
    let text = "<div class=\"x\"><a href=\"@/_index.md#top\">home</a> {{ phone() }} <img src='@/_index.md'></div>\n";
    let built = TestProject::new().page("a.md", text).build().clean();
    assert_eq!(
        built.main("a/index.html"),
        "<div class=\"x\"><a href=\"../index.html#top\">home</a> <i>720</i> <img src='../index.html'></div>\n"
    );
}

#[test]
fn a_page_of_no_section_is_still_a_page() {
    let built = TestProject::new().page("lonely/a.md", "Hi.").build().clean();
    assert_eq!(built.main("lonely/a/index.html"), "<p>Hi.</p>\n");
    assert_eq!(built.main("index.html"), "<p>Home.</p>\n");
}

#[test]
fn components_get_their_arguments_their_body_and_the_page_around_them() {
    let built = TestProject::new()
        .template(
            "more.html",
            "{% component where(@config, @page) %}{{ config.title }}/{{ page.title }}{% endcomponent where %}\
             {% component there() %}there: {{ <where /> }}{% endcomponent there %}",
        )
        .page(
            "a.md",
            "Call {{ phone() }}.\n\n{% care(kind=\"calm\", title=\"<Now>\") %}\n*Breathe* at {{ where() }}, {{ there() }}\n{% end %}",
        )
        .build()
        .clean();
    assert_eq!(
        built.main("a/index.html"),
        "<p>Call <i>720</i>.</p>\n\
         <div class=\"calm\"><b>&lt;Now&gt;</b><p><em>Breathe</em> at Test/T, there: Test/T</p>\n</div>\n"
    );
}

const PLAYLIST: &str = "title = \"Arriving\"\n[[phase]]\nname = \"Arrival\"\nlength = \"10m\"\n\
                        [[phase.track]]\nbed = \"drone\"\nkey = \"D\"\nlength = \"12m\"\n";

fn with_session() -> TestProject {
    TestProject::new()
        .template(
            "more.html",
            "{% component session(name: string, session: map) %}{{ name }}: {{ session.title }}, \
             {{ session.phases[0].name }} {{ session.svg }}{% endcomponent session %}",
        )
        .page("a.md", "{{ session(name=\"session-1\") }}")
}

#[test]
fn a_sessions_page_draws_its_playlist() {
    let built = with_session().file("playlists/session-1.toml", PLAYLIST).build().clean();
    let main = built.main("a/index.html");
    assert!(main.starts_with("session-1: Arriving, Arrival <svg"), "{main}");
}

#[test]
fn a_mistake_in_a_playlist_is_found_there_and_only_there() {
    let project = with_session()
        .file("playlists/session-1.toml", PLAYLIST.replace("length = \"10m\"", "length = \"ten\""))
        .template("page.html", "{{ page.content }}{% set s = session(name=\"session-1\") %}{{ s.title }}");
    let built = project.build();
    let places: Vec<String> = built.findings.sorted().iter().map(|found| format!("{:?}", found.place)).collect();
    assert!(places.len() == 1 && places[0].contains("playlists/session-1.toml"), "{places:?}");
}

#[test]
fn a_stray_brace_is_prose_and_a_template_tag_in_a_title_is_text() {
    let built =
        TestProject::new().page("a.md", "+++\ntitle = \"{{ config }} & <b>\"\n+++\n{{ x }} {% \n").build().clean();
    assert!(built.text("a/index.html").contains("<title>{{ config }} &amp; &lt;b&gt;</title>"));
    assert_eq!(built.main("a/index.html"), "<p>{{ x }} {%</p>\n");
}

#[test]
fn templates_see_what_the_contract_says() {
    let template = "{{ config.mode }} {{ lang }} {{ current_path }} {{ current_url }} {{ page.path }} \
                    {{ page.permalink }} {{ page.slug }} {{ page.relative_path }} {{ page.word_count }} \
                    {{ page.reading_time }} {{ page.toc[0].title }} {{ page.toc[0].children[0].id }} \
                    {{ page.ancestors | join(sep=',') }} {{ page.extra.guide }} {{ page.summary | striptags | trim }} \
                    {{ page.date | date(format='%e %B %Y') }} {{ 'A *b*' | markdown(inline=true) }} \
                    {% set p = get_page(path='guides/a.md') %}{{ p.title }} {% set s = get_section(path='guides/_index.md') %}{{ s.pages | length }} \
                    {{ config.program.phone_href }} {{ config.extra.colour }}";
    let text =
        "+++\ntitle = \"A\"\ndate = 2026-05-01\n[extra]\nguide = true\n+++\nOne.\n\n<!-- more -->\n\n# B\n\n## C\n";
    let built = TestProject::new()
        .config("[program]\nphone = \"720-675-7123\"\n[extra]\ncolour = \"ours\"\n")
        .file("themes/plain/theme.toml", "name = \"Plain\"\n[extra]\ncolour = \"theirs\"\n")
        .page("guides/_index.md", "")
        .page("guides/a.md", text)
        .template("page.html", template)
        .build()
        .clean();
    assert_eq!(
        built.text("guides/a/index.html"),
        "build en /guides/a/ https://test.example/guides/a/ /guides/a/ https://test.example/guides/a/ a guides/a.md 3 1 \
         B c _index.md,guides/_index.md true One. 1 May 2026 A <em>b</em> A 1 tel:+17206757123 ours"
    );
}

#[test]
fn a_theme_template_can_be_extended_by_its_own_name() {
    let built = TestProject::new()
        .page("a.md", "Hi.")
        .template("page.html", "{% extends \"plain/templates/page.html\" %}{% block title %}Ours{% endblock %}")
        .build()
        .clean();
    assert!(built.text("a/index.html").contains("<title>Ours</title>"));
    assert_eq!(built.main("a/index.html"), "<p>Hi.</p>\n");
}

#[test]
fn static_files_have_a_fingerprint_where_it_is_asked_for() {
    let built = TestProject::new()
        .file("static/style.css", "p {}")
        .template("index.html", "<link href=\"{{ get_url(path='style.css', cachebust=true) }}\">")
        .build()
        .clean();
    let html = built.text("index.html");
    assert!(html.starts_with("<link href=\"style.css?h=") && html.len() == 38, "{html}");
}

#[test]
fn the_sitemap_names_every_page_and_robots_the_sitemap() {
    let built = TestProject::new().page("a.md", "+++\ntitle = \"A\"\nupdated = 2026-05-01\n+++\n").build().clean();
    assert_eq!(
        built.text("sitemap.xml"),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n\
         <url><loc>https://test.example/</loc></url>\n\
         <url><loc>https://test.example/a/</loc><lastmod>2026-05-01</lastmod></url>\n</urlset>\n"
    );
    assert!(built.text("robots.txt").ends_with("Sitemap: https://test.example/sitemap.xml\n"));
}

#[test]
fn two_builds_are_alike_byte_for_byte() {
    let pages =
        |project, number: usize| TestProject::page(project, &format!("p{number}.md"), "Hi *you*. [h](@/_index.md)");
    let project = (0..40).fold(TestProject::new(), pages);
    assert_eq!(project.build().clean().artifacts, project.build().clean().artifacts);
}

#[test]
fn the_preview_links_folders_and_a_build_links_files() {
    let project = TestProject::new().page("a.md", "[home](@/_index.md)");
    let serve = Options { mode: Mode::Serve, ..Options::default() };
    assert_eq!(project.build_with(&serve).clean().main("a/index.html"), "<p><a href=\"../\">home</a></p>\n");
    assert_eq!(project.build().clean().main("a/index.html"), "<p><a href=\"../index.html\">home</a></p>\n");
}

// --- On the disk ----------------------------------------------------------------------------------------------------

#[test]
fn build_says_in_a_line_what_it_did() {
    let project = TestProject::new().page("a.md", "A");
    let (out, err) = said(&project.run(&["build"]));
    assert_eq!(err, "");
    assert!(out.starts_with("built 2 pages and 4 files into public/ in ") && out.ends_with(" s; 6 changed\n"), "{out}");
    assert!(project.read("public/a/index.html").contains("<p>A</p>"));
    assert!(said(&project.run(&["build"])).0.ends_with("; nothing changed\n"));
}

#[test]
fn a_failing_build_leaves_the_last_good_one_and_nothing_else() {
    let project = TestProject::new().page("a.md", "Good.");
    assert!(project.run(&["build"]).status.success());
    let before = snapshot(&project.path("public"));
    project.write("content/b.md", "+++\ntitle = \"B\"\n+++\n[x](@/c.md)");
    project.write("content/a.md", "+++\ntitle = \"A\"\n+++\nBetter.");
    let output = project.run(&["build"]);
    let (out, err) = said(&output);
    assert_eq!((output.status.code(), out.as_str()), (Some(1), ""));
    assert!(err.contains("──▶ content/b.md:4:5") && err.ends_with("\n1 error\n"), "{err}");
    assert_eq!(snapshot(&project.path("public")), before);
}

#[test]
fn a_first_build_that_fails_leaves_no_folder() {
    let project = TestProject::new().page("a.md", "[x](@/c.md)");
    assert!(!project.run(&["build"]).status.success());
    assert!(!project.path("public").exists());
}

#[test]
fn a_file_that_is_not_ours_stays_and_what_is_stale_goes() {
    let project = TestProject::new().page("old/a.md", "A").page("b.md", "B");
    project.run(&["build"]);
    project.write("public/CNAME", "theirs");
    project.write("public/old/notes.txt", "theirs");
    project.write("public/b/index.html", "changed by hand");
    fs::remove_file(project.path("content/old/a.md")).unwrap();
    fs::remove_file(project.path("content/b.md")).unwrap();
    let (out, err) = said(&project.run(&["build"]));
    assert!(out.ends_with("1 removed\n"), "{out}{err}");
    assert_eq!(project.read("public/CNAME"), "theirs");
    assert_eq!(project.read("public/old/notes.txt"), "theirs");
    assert_eq!(project.read("public/b/index.html"), "changed by hand");
    assert!(!project.path("public/old/a").exists());
}

#[test]
fn without_our_list_nothing_is_deleted() {
    let project = TestProject::new().page("a.md", "A");
    project.run(&["build"]);
    fs::remove_dir_all(project.path(".holdspace")).unwrap();
    fs::remove_file(project.path("content/a.md")).unwrap();
    project.run(&["build"]);
    assert!(project.path("public/a/index.html").exists());
}

#[test]
fn unchanged_files_keep_their_times() {
    let project = TestProject::new().page("a.md", "A").page("b.md", "B");
    project.run(&["build"]);
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    for file in ["public/a/index.html", "public/b/index.html"] {
        fs::File::options().write(true).open(project.path(file)).unwrap().set_modified(long_ago).unwrap();
    }
    project.write("content/b.md", "+++\ntitle = \"T\"\n+++\nNew.");
    assert!(said(&project.run(&["build"])).0.ends_with("; 1 changed\n"));
    let modified = |file: &str| fs::metadata(project.path(file)).unwrap().modified().unwrap();
    assert_eq!(modified("public/a/index.html"), long_ago);
    assert!(modified("public/b/index.html") > long_ago);
}

#[test]
fn something_in_the_way_stops_the_build_before_it_writes() {
    let project = TestProject::new().page("a.md", "A");
    project.run(&["build"]);
    project.write("public/b", "a file where a folder is to go");
    project.write("content/a.md", "+++\ntitle = \"T\"\n+++\nNew.");
    project.write("content/b.md", "+++\ntitle = \"T\"\n+++\nB.");
    let output = project.run(&["build"]);
    assert!(!output.status.success());
    assert!(said(&output).1.contains("something that is not ours is in the way"), "{}", said(&output).1);
    assert!(project.read("public/a/index.html").contains("<p>A</p>"));
}

#[test]
fn the_programs_own_folders_are_never_built_into() {
    let project = TestProject::new().page("a.md", "A");
    for folder in [".", "content", "content/new", "themes/plain", ".."] {
        let output = project.command(&["build", "-o"]).arg(project.path(folder)).output().unwrap();
        assert!(!output.status.success(), "{folder}");
        assert!(said(&output).1.contains("the program's own files are there"), "{}", said(&output).1);
    }
}

#[test]
fn another_folder_and_another_address_can_be_asked_for() {
    let project = TestProject::new().page("a.md", "A").template("page.html", "{{ page.permalink }}");
    let output = project.path("elsewhere/deep");
    let run =
        project.command(&["build", "--base-url", "https://other.example/sub", "-o"]).arg(&output).output().unwrap();
    assert!(run.status.success(), "{}", said(&run).1);
    assert_eq!(project.read("elsewhere/deep/a/index.html"), "https://other.example/sub/a/");
    assert!(!project.run(&["build", "--base-url", "other.example"]).status.success());
}

#[test]
fn drafts_and_findings_for_scripts_can_be_asked_for() {
    let project = TestProject::new().page("a.md", "+++\ntitle = \"A\"\ndraft = true\n+++\n[x](@/b.md)");
    assert!(project.run(&["build"]).status.success());
    let output = project.run(&["build", "--drafts", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((found["errors"].as_u64(), found["findings"][0]["place"]["line"].as_u64()), (Some(1), Some(5)));
    assert_eq!(said(&output).1, "");
}

/// Every file below a folder with its bytes.
fn snapshot(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().display().to_string(), fs::read(entry.path()).unwrap())).collect()
}
