//! What Zola lacks and people ask it for: pages that come and go by their days, links as editors follow them, what
//! sections hand down and ask for, redirects of parts, other outputs, data, hooks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod support;

use std::process::Command;

use holdspace::site::Options;
use support::{TestProject, said};

/// 2026-06-15, noon.
const NOW: i64 = 1_781_524_800;

fn at_noon() -> Options {
    Options { now: Some(NOW), ..Options::default() }
}

fn titled(front: &str) -> String {
    format!("+++\ntitle = \"T\"\n{front}\n+++\nHi.")
}

// --- Days -----------------------------------------------------------------------------------------------------------

fn with_days() -> TestProject {
    TestProject::new()
        .page("now.md", &titled("date = 2026-06-15\nexpires = 2026-06-16"))
        .page("later.md", &titled("date = 2026-06-16"))
        .page("over.md", &titled("expires = 2026-06-15T12:00:00Z"))
        .page("draft.md", &titled("draft = true"))
        .page("s/_index.md", &titled("draft = true"))
        .page("s/in-draft.md", "Hi.")
}

#[test]
fn pages_come_and_go_by_their_days() {
    let project = with_days();
    let pages = |options: &Options| {
        let built = project.build_with(options).clean();
        let mut pages: Vec<String> =
            built.paths().iter().filter_map(|path| path.strip_suffix("/index.html")).map(str::to_owned).collect();
        pages.sort();
        pages.join(" ")
    };
    assert_eq!(pages(&at_noon()), "now");
    assert_eq!(pages(&Options { future: true, ..at_noon() }), "later now");
    assert_eq!(pages(&Options { expired: true, ..at_noon() }), "now over");
    assert_eq!(pages(&Options { drafts: true, ..at_noon() }), "draft now s s/in-draft");
    assert_eq!(pages(&Options { now: Some(NOW + 86_400), ..at_noon() }), "later");
}

#[test]
fn a_link_to_a_page_that_is_left_out_says_why() {
    let project = with_days().page("a.md", "[l](@/later.md) [o](over.md) [d](@/draft.md)");
    let built = project.build_with(&at_noon());
    let said: Vec<&str> = built.findings.sorted().iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "`@/later.md` comes out on 2026-06-16 and is left out",
            "`@/over.md` is over since 2026-06-15 and left out",
            "`@/draft.md` is a draft and left out",
        ]
    );
}

#[test]
fn list_tells_what_is_left_out_and_why() {
    let project = TestProject::new()
        .page("later.md", &titled("date = 2999-01-02"))
        .page("over.md", &titled("expires = 2001-01-02"))
        .page("draft.md", &titled("draft = true"));
    let list = |arguments: &[&str]| {
        let (out, err) = said(&project.run(&[&["list"], arguments].concat()));
        assert_eq!(err, "");
        out
    };
    insta::assert_snapshot!(list(&[]), @r"
    content/draft.md  draft                    T
    content/later.md  comes out on 2999-01-02  T
    content/over.md   over since 2001-01-02    T
    ");
    assert_eq!(list(&["drafts"]), "content/draft.md  draft                    T\n");
    assert_eq!(list(&["future"]), "content/later.md  comes out on 2999-01-02  T\n");
    assert!(list(&["all"]).contains("content/_index.md  published                T\n"));
    let json: serde_json::Value = serde_json::from_str(&list(&["expired", "--json"])).unwrap();
    assert_eq!(json[0]["file"], "content/over.md");
    assert_eq!((json[0]["state"].as_str(), json[0]["expires"].as_str()), (Some("expired"), Some("2001-01-02")));
    assert_eq!(json.as_array().unwrap().len(), 1);
    let (out, _) = said(&project.run(&["build", "--future", "--expired"]));
    assert!(out.starts_with("built 3 pages "), "{out}");
}

#[test]
fn pages_know_from_git_when_they_were_changed() {
    let project = TestProject::new()
        .config("updated_from = \"git\"\n")
        .page("a.md", "A")
        .page("b.md", &titled("updated = 2020-01-01"))
        .template("page.html", "{% if page.updated %}{{ page.updated | date }}{% else %}never{% endif %}");
    let git = |arguments: &[&str]| {
        let done = Command::new("git")
            .arg("-C")
            .arg(project.root())
            .args(["-c", "user.name=N", "-c", "user.email=n@example.org"])
            .args(arguments)
            .env("GIT_COMMITTER_DATE", "2026-03-04T05:06:07Z")
            .output()
            .expect("git");
        assert!(done.status.success(), "{done:?}");
    };
    assert_eq!(project.build().findings.sorted().len(), 1, "without git it is told");
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "x"]);
    project.write("content/c.md", "+++\ntitle = \"C\"\n+++\n");
    let built = project.build().clean();
    assert_eq!(built.text("a/index.html"), "2026-03-04");
    assert_eq!(built.text("b/index.html"), "2020-01-01");
    assert_eq!(built.text("c/index.html"), "never");
}

// --- Links and redirects --------------------------------------------------------------------------------------------

#[test]
fn a_page_is_linked_by_the_way_to_its_file() {
    let built = TestProject::new()
        .page("guides/a.md", "[b](b.md#x) [c](../c.md) [d](./my%20d/index.md) [e](/c.md)")
        .page("guides/b.md", "# X")
        .page("c.md", "C")
        .page("guides/my d/index.md", "D")
        .build()
        .clean();
    assert_eq!(
        built.main("guides/a/index.html"),
        "<p><a href=\"../b/index.html#x\">b</a> <a href=\"../../c/index.html\">c</a> \
         <a href=\"../my-d/index.html\">d</a> <a href=\"../../c/index.html\">e</a></p>\n"
    );
}

#[test]
fn old_addresses_and_parts_of_them_lead_to_new_ones() {
    let project = TestProject::new()
        .config(
            "[redirects]\n\"/intake/\" = \"@/guide.md#what-to-bring\"\n\"intake#fees\" = \"@/_index.md\"\n\
             \"/shop\" = \"https://shop.example/?a=b\"\n",
        )
        .page("guide.md", "+++\ntitle = \"G <1>\"\naliases = [\"old\", \"older/page#food\"]\n+++\n## What to bring");
    let built = project.build().clean();
    let intake = built.text("intake/index.html");
    assert!(intake.contains("content=\"0; url=../guide/index.html#what-to-bring\""), "{intake}");
    assert!(intake.contains("var to={\"#fees\":\"../index.html\"}[location.hash]"), "{intake}");
    assert!(built.text("old/index.html").contains("url=../guide/index.html\""));
    assert!(built.text("old/index.html").contains("<title>G &lt;1&gt;</title>"));
    let older = built.text("older/page/index.html");
    assert!(older.contains("{\"#food\":\"../../guide/index.html\"}") && older.contains("url=../../guide/"), "{older}");
    assert!(built.text("shop/index.html").contains("url=https://shop.example/?a=b\""));
    insta::assert_snapshot!(built.text("_redirects"), @r"
    /old/ /guide/ 301
    /old /guide/ 301
    /older/page/ /guide/ 301
    /older/page /guide/ 301
    /intake/ /guide/#what-to-bring 301
    /intake /guide/#what-to-bring 301
    /shop/ https://shop.example/?a=b 301
    /shop https://shop.example/?a=b 301
    ");
    let own = project.file("static/_redirects", "mine").build().clean();
    assert_eq!(own.text("_redirects"), "mine");
    assert!(!TestProject::new().build().clean().paths().contains(&"_redirects"));
}

// --- Sections hand down ---------------------------------------------------------------------------------------------

#[test]
fn a_section_hands_down_what_its_pages_do_not_say() {
    let built = TestProject::new()
        .page(
            "s/_index.md",
            "+++\ntitle = \"S\"\n[cascade]\ntemplate = \"two.html\"\nauthors = [\"N\"]\n\
             [cascade.extra]\na = 1\nb = 2\n[cascade.extra.deep]\nx = 1\ny = 2\n+++\n",
        )
        .page("s/t/_index.md", "+++\ntitle = \"T\"\n[cascade.extra]\nb = 3\n+++\n")
        .page("s/a.md", "+++\ntitle = \"A\"\n[extra]\na = 9\ndeep = { x = 8 }\n+++\n")
        .page("s/t/b.md", "B")
        .page("s/c.md", "+++\ntitle = \"C\"\ntemplate = \"page.html\"\n+++\nC")
        .page("d.md", "D")
        .template(
            "two.html",
            "{{ page.extra.a }} {{ page.extra.b }} {{ page.extra.deep.x }} {{ page.extra.deep.y }} {{ page.authors[0] }}",
        )
        .build()
        .clean();
    assert_eq!(built.text("s/a/index.html"), "9 2 8 2 N");
    assert_eq!(built.text("s/t/b/index.html"), "1 3 1 2 N");
    assert_eq!(built.main("s/c/index.html"), "<p>C</p>\n");
    assert_eq!(built.main("d/index.html"), "<p>D</p>\n");
}

// --- Other outputs, data, hooks -------------------------------------------------------------------------------------

#[test]
fn a_page_is_made_into_more_than_html() {
    let built = TestProject::new()
        .page("a.md", "+++\ntitle = \"A & B\"\noutputs = [\"html\", \"txt\", \"json\"]\n+++\nHi.")
        .page("s/_index.md", "+++\ntitle = \"S\"\noutputs = [\"txt\"]\n[cascade]\noutputs = [\"txt\"]\n+++\n")
        .page("s/b.md", "+++\ntitle = \"B\"\ntemplate = \"guide.html\"\n+++\n")
        .template("page.txt", "{{ page.title }}: {{ page.content | striptags }}")
        .template("page.json", "{{ {\"title\": page.title} | json_encode | safe }}")
        .template("section.txt", "{% for page in section.pages %}{{ page.title }}{% endfor %}")
        .template("guide.html", "{{ page.title }}")
        .template("guide.txt", "guide {{ page.title }}")
        .build()
        .clean();
    assert_eq!(built.text("a/index.txt"), "A & B: Hi.\n");
    assert_eq!(built.text("a/index.json"), "{\"title\":\"A & B\"}");
    assert_eq!(built.text("s/index.txt"), "B");
    assert_eq!(built.text("s/b/index.txt"), "guide B");
    assert!(built.paths().contains(&"a/index.html"));
}

#[test]
fn data_is_loaded_from_files_of_every_form() {
    let project = TestProject::new()
        .file("data/team.toml", "[[person]]\nname = \"Ana\"\nsince = 2020-01-02\n")
        .file("data/team.json", "{\"person\": [{\"name\": \"Ben\"}]}")
        .file("data/team.yaml", "- name: Cy\n- name: Di\n")
        .file("static/team.csv", "name,year\nEva,2020\n\"F, G\",2021\n")
        .file("content/team.xml", "<team size=\"2\"><name>Gus</name><name>Hal</name><zip>01234</zip></team>")
        .file("data/words.txt", "plain <b>");
    for (template, expected) in [
        (
            "{% set d = load_data(path=\"data/team.toml\") %}{{ d.person[0].name }} {{ d.person[0].since }}",
            "Ana 2020-01-02",
        ),
        ("{% set d = load_data(path=\"/data/team.json\") %}{{ d.person[0].name }}", "Ben"),
        ("{% set d = load_data(path=\"data/team.yaml\") %}{{ d[1].name }}", "Di"),
        ("{% set d = load_data(path=\"team.csv\") %}{{ d.headers[1] }} {{ d.records[1][0] }}", "year F, G"),
        (
            "{% set x = load_data(path=\"@/team.xml\") %}{% set d = x.team %}{{ d[\"@size\"] + 1 }} {{ d.name[1] }} {{ d.zip }}",
            "3 Hal 01234",
        ),
        ("{{ load_data(path=\"data/words.txt\") }}", "plain &lt;b&gt;"),
        ("{% set d = load_data(literal=\"a: [1, 2]\", format=\"yaml\") %}{{ d.a[1] }}", "2"),
        ("{{ load_data(path=\"data/none.toml\", required=false) or \"none\" }}", "none"),
    ] {
        project.write("templates/index.html", template);
        assert_eq!(project.build().clean().text("index.html"), expected, "{template}");
    }
}

#[test]
fn hooks_run_before_and_after_the_build() {
    let project = TestProject::new()
        .config(
            "[hooks]\nbefore_build = [\"printf 'made' > content/made.txt\"]\n\
             after_build = [\"cat \\\"$HOLDSPACE_OUTPUT/made.txt\\\" > after.txt\"]\n",
        )
        .page("a.md", "[m](made.txt)");
    let (out, err) = said(&project.run(&["build"]));
    assert!(err.is_empty() && out.starts_with("built "), "{out}{err}");
    assert_eq!(project.read("after.txt"), "made");
}

#[test]
fn a_hook_that_fails_is_a_mistake_and_nothing_is_written() {
    let project = TestProject::new().config("[hooks]\nbefore_build = [\"echo no wheel >&2; exit 3\", \"touch x\"]\n");
    let (_, err) = said(&project.run(&["build"]));
    insta::assert_snapshot!(err, @r#"
    error: `echo no wheel >&2; exit 3` failed: exit status: 3
      ──▶ holdspace.toml:5:17
      │
    5 │ before_build = ["echo no wheel >&2; exit 3", "touch x"]
      │                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      = hint: it said: no wheel

    1 error
    "#);
    assert!(!project.path("x").exists() && !project.path("public").exists());
}

#[test]
fn a_zola_site_never_runs_a_command() {
    let project = TestProject::new();
    std::fs::remove_file(project.path("holdspace.toml")).unwrap();
    project.write(
        "zola.toml",
        "base_url = \"https://test.example\"\ntheme = \"plain\"\n[hooks]\nbefore_build = [\"touch x\"]\n",
    );
    let (_, err) = said(&project.run(&["build"]));
    assert!(err.contains("the configuration has no key `hooks`"), "{err}");
    assert!(!project.path("x").exists());
}
