//! What becomes of words: Markdown as Zola has it, components in both their forms, pages that go through Tera, and the
//! functions and filters that templates have.

mod support;

use support::TestProject;

/// What a template makes, by itself.
fn shown(template: &str) -> String {
    TestProject::new().template("index.html", template).build().clean().text("index.html").to_owned()
}

// --- Headings and summaries -----------------------------------------------------------------------------------------

fn with_anchors(place: &str) -> TestProject {
    TestProject::new().config(&format!("[markdown]\ninsert_anchor_links = \"{place}\"\n")).page("a.md", "## A *b*")
}

#[test]
fn a_heading_has_a_link_to_itself_where_it_is_wanted() {
    let main = |project: TestProject| project.build().clean().main("a/index.html").to_owned();
    let link = "<a class=\"zola-anchor\" href=\"#a-b\" aria-label=\"Anchor link for: a-b\">🔗</a>";
    assert_eq!(main(with_anchors("none")), "<h2 id=\"a-b\">A <em>b</em></h2>\n");
    assert_eq!(main(with_anchors("left")), format!("<h2 id=\"a-b\">{link}A <em>b</em></h2>\n"));
    assert_eq!(main(with_anchors("right")), format!("<h2 id=\"a-b\">A <em>b</em>{link}</h2>\n"));
    let heading = main(with_anchors("heading"));
    assert!(heading.contains("\"Anchor link for: a-b\">A <em>b</em></a></h2>"), "{heading}");
    let own = with_anchors("left").template("anchor-link.html", "[{{ id }} {{ level }} {{ lang }}]");
    assert_eq!(main(own), "<h2 id=\"a-b\">[a-b 2 en]A <em>b</em></h2>\n");
}

#[test]
fn a_section_says_where_the_headings_of_its_pages_have_links() {
    let built = TestProject::new()
        .page("g/_index.md", "+++\ntitle = \"G\"\ninsert_anchor_links = \"right\"\n+++\n# S")
        .page("g/a.md", "# A")
        .page("b.md", "# B")
        .build()
        .clean();
    for (page, has) in [("g/index.html", true), ("g/a/index.html", true), ("b/index.html", false)] {
        assert_eq!(built.main(page).contains("zola-anchor"), has, "{page}");
    }
}

#[test]
fn a_summary_ends_where_the_author_says() {
    let project = TestProject::new()
        .page("a.md", "One[^1] two.\n\n<!-- more -->\n\nThree.\n\n[^1]: Note.")
        .page("b.md", "*One <!-- more --> two.*")
        .template("index.html", "{% for page in section.pages %}{{ page.summary }}|{% endfor %}");
    let cut = "<p><em>One&hellip;</em></p>\n|";
    assert_eq!(project.build().clean().text("index.html"), format!("<p>One two.</p>|{cut}"));
    let built = project.template("summary-cutoff.html", " ({{ lang }})").build().clean();
    assert_eq!(built.text("index.html"), "<p>One two.</p>|<p><em>One (en)</em></p>\n|");
    assert!(built.main("a/index.html").contains("</p>\n<span id=\"continue-reading\"></span>\n<p>Three.</p>"));
}

// --- Components -----------------------------------------------------------------------------------------------------

#[test]
fn a_component_is_called_as_a_shortcode_or_as_a_tag() {
    let built = TestProject::new()
        .template(
            "more.html",
            "{% component ui.list(items: array, n = 1) %}{{ items | join(sep=\"-\") }}×{{ n }}{% endcomponent ui.list %}",
        )
        .page("a.md", "{% <care kind=\"calm\" title=\"T\"> %}\n*Call* {{ <phone /> }}\n{% </care> %}")
        .page("b.md", "{% care(kind='calm', title=`T`) %}\n*Call* {{ phone() }}\n{% end %}")
        .page("c.md", "{{ ui.list(items=[\"a\", 2], n=3) }} and {{ <ui.list items={[\"a\", 2]} n={ 3 } /> }}")
        .build()
        .clean();
    assert_eq!(built.main("a/index.html"), built.main("b/index.html"));
    assert_eq!(built.main("a/index.html"), "<div class=\"calm\"><b>T</b><p><em>Call</em> <i>720</i></p>\n</div>\n");
    assert_eq!(built.main("c/index.html"), "<p>a-2×3 and a-2×3</p>\n");
}

#[test]
fn a_component_is_given_what_only_tera_can_find_out() {
    let built = TestProject::new()
        .template(
            "more.html",
            "{% component about(page: map, @config, n = 0) %}{{ page.title }}/{{ config.title }}/{{ n }}\
             {% endcomponent about %}",
        )
        .page("a.md", "+++\ntitle = \"A & B\"\n[extra]\nn = 2\n+++\n{{ <about page n={page.extra.n * 21} /> }}")
        .page("b.md", "{% <care kind={\"c\" ~ 1} {...{\"title\": \"T\"}}> %}\n*Hi*\n{% </care> %}")
        .build()
        .clean();
    assert_eq!(built.main("a/index.html"), "A &amp; B/Test/42\n");
    assert_eq!(built.main("b/index.html"), "<div class=\"c1\"><b>T</b><p><em>Hi</em></p>\n</div>\n");
}

// --- Pages that go through Tera -------------------------------------------------------------------------------------

#[test]
fn a_page_that_asks_for_it_goes_through_tera() {
    let built = TestProject::new()
        .page(
            "a.md",
            "+++\ntitle = \"A\"\ntemplating = true\n+++\n\
             {% for n in [1, 2] %}\n## {{ page.title }} {{ n }}\n{% endfor %}\n\
             [b](@/b.md#x) {{ <care kind=\"k\" title=page.title /> }}\n\n<!-- more -->\n\n{{ \"*e*\" }}",
        )
        .page("b.md", "## X\n\n[two](@/a.md#a-2)\n\n{{ n }}")
        .template("index.html", "{{ section.pages[0].word_count }} {{ section.pages[0].toc | length }}");
    let project = built.template("more.html", "");
    let built = project.build();
    assert!(!built.findings.is_empty(), "an attribute without quotes or braces is a mistake");
    project.write(
        "content/a.md",
        "+++\ntitle = \"A\"\ntemplating = true\n+++\n\
         {% for n in [1, 2] %}\n## {{ page.title }} {{ n }}\n{% endfor %}\n\
         [b](@/b.md#x) {{ <phone /> }}\n\n{{ \"*e*\" }}",
    );
    let built = project.build().clean();
    assert_eq!(
        built.main("a/index.html"),
        "<h2 id=\"a-1\">A 1</h2>\n<h2 id=\"a-2\">A 2</h2>\n\
         <p><a href=\"../b/index.html#x\">b</a> <i>720</i></p>\n<p><em>e</em></p>\n"
    );
    assert!(built.main("b/index.html").contains("<p>{{ n }}</p>"), "another page is no template");
}

// --- Filters, tests and functions -----------------------------------------------------------------------------------

#[test]
fn filters_of_texts_are_zolas() {
    for (template, expected) in [
        ("{{ \"<b>ä</b>\" | base64_encode }}", "PGI+w6Q8L2I+"),
        ("{{ \"PGI+\" | base64_decode | safe }}", "<b>"),
        ("{{ \"a-1b22\" | regex_replace(pattern=`(?P<n>[0-9]+)`, rep=`[$n]`) }}", "a-[1]b[22]"),
        ("{{ \"<b>Jo</b><!-- > --> < 3\" | striptags | safe }}", "Jo < 3"),
        ("{{ \"<p>\n<a> </a> </p>\" | spaceless | safe }}", "<p><a></a></p>"),
        ("{{ \"a b/c?d\" | urlencode | safe }} {{ \"a/b\" | urlencode_strict }}", "a%20b/c%3Fd a%2Fb"),
        ("{{ {\"a\": [1, \"x\"]} | json_encode | safe }}", "{\"a\":[1,\"x\"]}"),
        ("{{ 2048 | filesizeformat }} {{ 2000 | filesizeformat(binary=false) }}", "2 KiB 2 kB"),
        ("{{ 3.14159 | format(spec=\".2\") }} {{ 7 | format(spec=\"03\") }}", "3.14 007"),
        ("{{ 1234567 | num_format }} {{ 1234567 | num_format(locale=\"de\") }}", "1,234,567 1.234.567"),
        ("{{ \"Don't, Zoë\" | slugify }}", "dont-zoe"),
        ("{% if \"abc\" is matching(pat=`^a.c$`) %}y{% endif %}", "y"),
        ("{{ \"[h](@/_index.md#top) *e*\" | markdown(inline=true) }}", "<a href=\"#top\">h</a> <em>e</em>"),
    ] {
        assert_eq!(shown(template), expected, "{template}");
    }
}

#[test]
fn dates_are_shown_and_compared() {
    for (template, expected) in [
        (
            "{{ \"2026-05-01\" | date }} {{ \"2026-05-01T09:30:00\" | date(format=\"%e %B %Y, %H:%M\") }}",
            "2026-05-01 1 May 2026, 09:30",
        ),
        ("{{ \"2026-05-01T09:30:00+02:00\" | date(format=\"%H:%M %:z\") }}", "09:30 +02:00"),
        ("{{ 1482720453 | date(format=\"%Y-%m-%d %H:%M\", timezone=\"UTC\") }}", "2016-12-26 02:47"),
        ("{% if \"2026-05-01\" is before(other=\"2026-05-02\") %}y{% endif %}", "y"),
        ("{% if \"2026-05-01\" is after(other=\"2026-05-01\") %}y{% endif %}", ""),
        ("{% if \"2026-05-01\" is after(other=\"2026-05-01\", inclusive=true) %}y{% endif %}", "y"),
        ("{% if now() is after(other=\"2026-01-01\") and now(timestamp=true) > 1767225600 %}y{% endif %}", "y"),
    ] {
        assert_eq!(shown(template), expected, "{template}");
    }
}

#[test]
fn chance_is_the_same_every_time() {
    let numbers = "{% for n in range(end=40) %}{{ get_random(start=-2, end=3, seed=n) }} {% endfor %}";
    let drawn = shown(numbers);
    let all: std::collections::BTreeSet<&str> = drawn.split_whitespace().collect();
    assert_eq!(all.into_iter().collect::<Vec<_>>(), ["-1", "-2", "0", "1", "2"]);
    assert_eq!(drawn, shown(numbers));
    let shuffled = shown("{{ [1, 2, 3, 4, 5, 6, 7, 8, 9] | shuffle(seed=\"x\") | join(sep=\"\") }}");
    let mut sorted: Vec<char> = shuffled.chars().collect();
    sorted.sort_unstable();
    assert!(shuffled != "123456789" && sorted.into_iter().collect::<String>() == "123456789", "{shuffled}");
}
