//! A Zola site builds as it does with Zola: its configuration, its languages, its listings, its feeds.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod support;

use holdspace::diagnostic::Severity;
use holdspace::site::{Mode, Options};
use support::{Built, TestProject};

/// A site with the templates that print what they see.
fn site(config: &str) -> TestProject {
    TestProject::zola(config)
        .template("index.html", "{{ section.title }}")
        .template("section.html", "{% for page in section.pages %}{{ page.title }} {% endfor %}")
        .template("page.html", "{{ page.content | safe }}")
}

fn day(title: &str, date: &str) -> String {
    format!("---\ntitle: {title}\ndate: {date}\n---\n")
}

fn said(built: &Built) -> Vec<String> {
    let findings = built.findings.sorted();
    findings.iter().map(|d| format!("{} [{}]", d.message, d.hints.join("; "))).collect()
}

// --- Pages and sections ---------------------------------------------------------------------------------------------

#[test]
fn a_page_shows_all_that_zola_shows_of_it() {
    let page = "+++\ntitle = \"A\"\ndate = 2026-05-01\nupdated = 2026-05-02T10:00:00Z\nauthors = [\"Ann\"]\n\
                [taxonomies]\ntags = [\"x y\"]\n[extra]\na.b = 1\n+++\nOne.\n\n<!-- more -->\n\n## Two\n";
    let shows = "{{ page.relative_path }}|{{ page.colocated_path }}|{{ page.permalink }}|{{ page.slug }}|\
                 {{ page.ancestors | join(sep=',') }}|{{ page.date }}|{{ page.updated }}|{{ page.year }}-{{ page.month }}-{{ page.day }}|\
                 {{ page.taxonomies.tags | default(value=[]) | first }}|{{ page.authors | first }}|{{ page.extra.a?.b or '' }}|{{ page.path }}|\
                 {{ page.components | join(sep=',') }}|{% for h in page.toc %}{{ h.permalink }}{% endfor %}|{{ page.word_count }}|{{ page.reading_time }}|\
                 {{ page.assets | join(sep=',') }}|{{ page.draft }}|{{ page.lang }}|{{ page.lower?.title or '-' }}|\
                 {{ page.higher?.title or '-' }}|{% for b in page.backlinks %}{{ b.permalink }}{% endfor %}|{{ current_path }}|{{ current_url }}|\
                 {{ config.base_url }}|{{ config.mode }}|{{ config.generate_feed }}|{{ zola_version }}";
    let built = site("taxonomies = [{ name = \"tags\", render = false }]\n")
        .file("content/blog/_index.md", "+++\nsort_by = \"date\"\n+++\n")
        .file("content/blog/2026-05-01-a/index.md", page)
        .file("content/blog/2026-05-01-a/p.png", "png")
        .file("content/blog/b.md", format!("{}[a](@/blog/2026-05-01-a/index.md)", day("B", "2026-06-01")))
        .template("page.html", shows)
        .build()
        .clean();
    assert_eq!(
        built.text("blog/a/index.html"),
        "blog/2026-05-01-a/index.md|blog/2026-05-01-a/|https://test.example/blog/a/|a|_index.md,blog/_index.md|2026-05-01|\
         2026-05-02T10:00:00Z|2026-5-1|x y|Ann|1|/blog/a/|blog,a|https://test.example/blog/a/#two|3|1|/blog/a/p.png|false|\
         en|B|-|https://test.example/blog/b/|/blog/a/|https://test.example/blog/a/|https://test.example|build|false|0.23.6"
    );
}

#[test]
fn a_transparent_section_lets_its_pages_through() {
    let built = site("")
        .file("content/blog/_index.md", "+++\nsort_by = \"date\"\npage_template = \"post.html\"\n+++\n")
        .file("content/blog/2025/_index.md", "+++\ntransparent = true\nsort_by = \"date\"\n+++\n")
        .file("content/blog/2025/old.md", day("Old", "2025-01-01"))
        .file("content/blog/new.md", day("New", "2026-01-01"))
        .file("content/blog/undated.md", "+++\ntitle = \"U\"\n+++\n")
        .file("content/loose/orphan.md", "+++\n+++\n")
        .template("post.html", "{{ page.lower?.title or '-' }}{{ page.ancestors | join(sep=',') }}")
        .build();
    assert_eq!(built.text("blog/index.html"), "New Old ");
    assert_eq!(built.text("blog/2025/old/index.html"), "New_index.md,blog/_index.md");
    assert_eq!(built.text("loose/orphan/index.html"), "");
    assert_eq!(
        said(&built),
        ["the page has no `date`, and `content/blog/_index.md` sorts its pages by it \
          [give it one: `date = 2026-05-01`; until then it has no place among them]"]
    );
    let place = built.findings.sorted()[0].place.as_ref().map(|place| place.line);
    assert_eq!(place, Some(2), "at the top of its front matter");
    assert_eq!(built.findings.count(Severity::Error), 0);
}

#[test]
fn what_is_not_rendered_is_still_known() {
    let built = site("")
        .file("content/a.md", "+++\ntitle = \"A\"\nrender = false\n+++\n")
        .file("content/s/_index.md", "+++\nrender = false\n+++\n")
        .file("content/s/b.md", "+++\ntitle = \"B\"\n+++\n")
        .file("content/to/_index.md", "+++\nredirect_to = \"s/b\"\n+++\n")
        .template(
            "page.html",
            "{% set a = get_page(path='a.md') %}{{ a.title }}{{ get_page(path='none.md', allow_missing=true) or '-' }}",
        )
        .build()
        .clean();
    assert_eq!(built.text("s/b/index.html"), "A-");
    assert!(!built.paths().contains(&"a/index.html") && !built.paths().contains(&"s/index.html"));
    assert!(built.text("to/index.html").contains("url=../s/b/index.html"), "{}", built.text("to/index.html"));
    assert!(!built.text("sitemap.xml").contains("/a/"));
}

// --- Listings -------------------------------------------------------------------------------------------------------

#[test]
fn a_listing_is_spread_over_pages() {
    let shows = "{{ paginator.current_index }}/{{ paginator.number_pagers }} {% for page in paginator.pages %}{{ page.title }} \
                 {% endfor %}{{ paginator.previous }} {{ paginator.next }} {{ paginator.base_url }} {{ current_path }}";
    let built = site("")
        .file("content/b/_index.md", "+++\nsort_by = \"title\"\npaginate_by = 2\npaginate_path = \"p\"\n+++\n")
        .file("content/b/1.md", "+++\ntitle = \"Part 10\"\n+++\n")
        .file("content/b/2.md", "+++\ntitle = \"part 9\"\n+++\n")
        .file("content/b/3.md", "+++\ntitle = \"Älter\"\n+++\n")
        .template("section.html", shows)
        .build()
        .clean();
    let base = "https://test.example/b/";
    assert_eq!(built.text("b/index.html"), format!("1/2 Älter part 9  {base}p/2/ {base}p/ /b/"));
    assert_eq!(built.text("b/p/2/index.html"), format!("2/2 Part 10 {base}  {base}p/ /b/p/2/"));
    assert!(built.text("b/p/1/index.html").contains("url=../../index.html"));
    assert!(built.text("sitemap.xml").contains("/b/p/2/"));
}

#[test]
fn terms_have_pages_and_feeds_of_their_own() {
    let built = site("taxonomies = [{ name = \"tags\", feed = true, paginate_by = 1 }]\ntaxonomy_root = \"all\"\n")
        .file("content/a.md", "+++\ntitle = \"A\"\ndate = 2026-01-01\ntaxonomies.tags = [\"Big Day\"]\n+++\n")
        .file("content/b.md", "+++\ntitle = \"B\"\ndate = 2026-02-01\ntaxonomies.tags = [\"big-day\", \"Z\"]\n+++\nB's <b>.\n")
        .template("tags/list.html", "{% for term in terms %}{{ term.name }} {{ term.permalink }} {{ term.page_count }}; {% endfor %}")
        .template(
            "taxonomy_single.html",
            "{{ taxonomy.name }} {{ term.slug }} {{ paginator.current_index }} {% for p in paginator.pages %}{{ p.title }}{% endfor %} \
             {{ get_taxonomy_url(kind='tags', term='Big Day') }} {% set all = get_taxonomy(kind='tags') %}{% set z = get_taxonomy_term(kind='tags', term='Z') %}{{ all.items | length }} \
             {{ z.pages[0].title }} {{ get_taxonomy(kind='none', required=false) or '-' }}",
        )
        .build()
        .clean();
    let big = "https://test.example/all/tags/big-day/";
    assert_eq!(built.text("all/tags/index.html"), format!("Big Day {big} 2; Z https://test.example/all/tags/z/ 1; "));
    assert_eq!(built.text("all/tags/big-day/index.html"), format!("tags big-day 1 B {big} 2 B -"));
    assert_eq!(built.text("all/tags/big-day/page/2/index.html"), format!("tags big-day 2 A {big} 2 B -"));
    assert!(built.text("all/tags/z/atom.xml").contains("<title>B</title>"));
}

#[test]
fn a_taxonomy_that_nobody_named_is_found_where_it_is_written() {
    let built = site("taxonomies = [{ name = \"tags\" }]\n")
        .file("content/a.md", "---\ntaxonomies:\n  tag: [x]\n  people: [y]\n---\n")
        .template("taxonomy_list.html", "")
        .build();
    assert_eq!(
        said(&built),
        [
            "the site has no taxonomy `tag` [did you mean `tags`?]",
            "the site has no taxonomy `people` [name it in the configuration: `taxonomies = [{ name = \"people\" }]`]",
        ]
    );
    assert_eq!(built.findings.sorted()[1].place.as_ref().map(|place| (place.line, place.column)), Some((4, 3)));
}

// --- Feeds, sitemap, and the like -----------------------------------------------------------------------------------

#[test]
fn feeds_tell_what_is_new_and_escape_it() {
    let built = site("title = \"T & U\"\ngenerate_feeds = true\nfeed_filenames = [\"atom.xml\", \"rss.xml\", \"own.json\"]\nfeed_limit = 1\n")
        .file("content/a.md", day("A", "2026-01-01"))
        .file("content/b.md", format!("{}B's <b>bold</b>.", day("B", "2026-02-01T10:00:00+02:00")))
        .file("content/c.md", "+++\ntitle = \"C\"\ndate = 2026-03-01\ninclude_in_feeds = false\n+++\n")
        .file("content/s/_index.md", "+++\ntitle = \"S\"\ngenerate_feeds = true\n+++\n")
        .template("own.json", "{{ feed_url }} {{ last_updated or '' }} {{ lang }} {{ pages | length }} {{ section?.title or '-' }}")
        .build()
        .clean();
    assert_eq!(built.text("own.json"), "https://test.example/own.json 2026-02-01T10:00:00+02:00 en 1 -");
    assert_eq!(built.text("s/own.json"), "https://test.example/s/own.json  en 0 S");
    let atom = built.text("atom.xml");
    assert!(atom.contains("<title>T &amp; U</title>"), "{atom}");
    assert!(atom.contains("&lt;b&gt;bold&lt;/b&gt;") && !atom.contains("<b>"), "{atom}");
    assert!(!atom.contains("<title>A</title>") && !atom.contains("<title>C</title>"), "{atom}");
    assert!(atom.contains("<updated>2026-02-01T10:00:00+02:00</updated>"), "{atom}");
    let rss = built.text("rss.xml");
    assert!(rss.contains("<link>https://test.example/b/</link>") && rss.contains("01 Feb 2026"), "{rss}");
}

#[test]
fn a_feed_has_the_youngest_pages_in_their_order_and_tells_when_the_last_of_all_changed() {
    let mut site = site("generate_feeds = true\nfeed_filenames = [\"own.txt\"]\nfeed_limit = 4\n")
        .template("own.txt", "{{ last_updated }}:{% for page in pages %} {{ page.title }}{% endfor %}")
        .file("content/old.md", "+++\ntitle = \"Old\"\ndate = 2025-01-01\nupdated = 2026-05-05\n+++\n");
    for (number, written) in [3, 9, 1, 7, 9, 2, 8].into_iter().enumerate() {
        site = site.file(&format!("content/{number}.md"), day(&format!("P{number}"), &format!("2026-01-0{written}")));
    }
    assert_eq!(site.build().clean().text("own.txt"), "2026-05-05: P1 P4 P6 P3");
}

#[test]
fn a_feed_tells_when_a_page_changed_and_escapes_its_summary() {
    let built = site("generate_feeds = true\nfeed_filenames = [\"atom.xml\", \"rss.xml\"]\n")
        .file(
            "content/a.md",
            "+++\ntitle = \"A\"\ndate = 2026-01-01\nupdated = 2026-03-01\n+++\n**First.**\n\n<!-- more -->\n\nRest.\n",
        )
        .build()
        .clean();
    let (atom, rss) = (built.text("atom.xml"), built.text("rss.xml"));
    assert_eq!(atom.matches("<updated>2026-03-01T00:00:00+00:00</updated>").count(), 2, "{atom}");
    for feed in [atom, rss] {
        assert!(
            feed.contains("&lt;strong&gt;First.") && !feed.contains("<strong>") && !feed.contains("Rest."),
            "{feed}"
        );
    }
}

#[test]
fn a_feed_without_a_template_is_found_in_the_configuration() {
    let built = site("generate_feeds = true\nfeed_filenames = [\"atm.xml\"]\n").build();
    assert_eq!(said(&built), ["there is no template `atm.xml` for the feed [did you mean `atom.xml`?]"]);
    assert_eq!(built.findings.sorted()[0].place.as_ref().map(|place| place.line), Some(3));
}

#[test]
fn what_is_made_can_be_left_out_or_written_by_a_template() {
    let built = site("generate_sitemap = false\n")
        .template("robots.txt", "{{ config.base_url }} {{ lang }}")
        .template("404.html", "{{ config.title or 'none' }}")
        .build()
        .clean();
    assert_eq!((built.text("robots.txt"), built.text("404.html")), ("https://test.example en", "none"));
    assert!(!built.paths().contains(&"sitemap.xml"));
    let built = site("")
        .template("sitemap.xml", "{% for e in entries %}{{ e.permalink }} {{ e.updated }};{% endfor %}")
        .build();
    assert_eq!(built.clean().text("sitemap.xml"), "https://test.example/ ;");
}

// --- Languages ------------------------------------------------------------------------------------------------------

#[test]
fn each_language_has_its_pages_and_its_words() {
    let config = "taxonomies = [{ name = \"tags\" }]\n[translations]\nmore = \"more\"\n[languages.ar]\ntitle = \"ع\"\n\
                  taxonomies = [{ name = \"tags\" }]\n[languages.ar.translations]\nmore = \"أكثر\"\n";
    let shows = "{{ lang }} {{ trans(key='more') }} {{ text_direction() }} {% for t in page.translations %}{{ t.lang }}:{{ t.permalink }} \
                 {% endfor %}{{ config.title or '-' }} {{ get_url(path='@/b.md') }} {{ get_url(path='x', lang='ar') }}";
    let built = site(config)
        .file("content/a.md", "+++\ntitle = \"A\"\n[taxonomies]\ntags = [\"x\"]\n+++\n")
        .file("content/a.ar.md", "+++\ntitle = \"B\"\n[taxonomies]\ntags = [\"x\"]\n+++\n")
        .file("content/b.md", "+++\ntitle = \"C\"\n+++\n")
        .file("content/c.de.md", "+++\ntitle = \"C\"\n+++\n")
        .template("page.html", shows)
        .template("taxonomy_list.html", "{{ terms[0].permalink }}")
        .template("taxonomy_single.html", "{{ term.pages[0].title }}")
        .build();
    let both = "en:https://test.example/a/ ar:https://test.example/ar/a/";
    assert_eq!(
        built.text("a/index.html"),
        format!("en more ltr {both} - https://test.example/b/ https://test.example/ar/x")
    );
    assert_eq!(
        built.text("ar/a/index.html"),
        format!("ar أكثر rtl {both} ع https://test.example/b/ https://test.example/ar/x")
    );
    assert_eq!(built.text("ar/tags/index.html"), "https://test.example/ar/tags/x/");
    assert_eq!((built.text("tags/x/index.html"), built.text("ar/tags/x/index.html")), ("A", "B"));
    assert_eq!(
        said(&built),
        ["the site has no language `de` [its languages are: en, ar; another has a table `[languages.de]`]"]
    );
}

#[test]
fn what_is_not_translated_is_shown_in_the_first_language_with_a_notice() {
    let built = site("[languages.fr]\nfallback = true\n")
        .file("content/s/_index.md", "+++\ntitle = \"S\"\nsort_by = \"title\"\n+++\n")
        .file("content/s/a.md", "+++\ntitle = \"A\"\n+++\n[b](@/s/b.md)")
        .file("content/s/a.fr.md", "+++\ntitle = \"A fr\"\n+++\n")
        .file("content/s/b.md", "+++\ntitle = \"B\"\naliases = [\"old\"]\n+++\n[a](@/s/a.md)")
        .template("page.html", "{{ lang }} {{ page.untranslated }} {{ page.content | safe }}")
        .build()
        .clean();
    assert_eq!(built.text("fr/s/index.html"), "A fr B ");
    assert_eq!(built.text("fr/s/a/index.html").trim(), "fr false");
    let link = "<p><a href=\"https://test.example/fr/s/a/\">a</a></p>";
    assert_eq!(built.text("fr/s/b/index.html").trim(), format!("fr true {link}"));
    assert!(!built.text("sitemap.xml").contains("/fr/s/b/"));
}

// --- Templates ------------------------------------------------------------------------------------------------------

#[test]
fn a_site_wins_over_its_theme_and_may_build_upon_it() {
    let built = TestProject::zola("theme = \"t\"\n[extra]\na = 1\nlogo.alt = \"ours\"\n")
        .file("themes/t/theme.toml", "name = \"t\"\n[extra]\na = 2\nb = 3\nlogo = { file = \"l.svg\", alt = \"theirs\" }\n")
        .file("themes/t/templates/index.html", "{% block x %}theme{% endblock %}")
        .file("themes/t/templates/parts/p.html", "{{ config.extra.a }}{{ config.extra.b }}{{ config.extra.logo.alt }}{{ config.extra.logo.file }}")
        .file("themes/t/static/s.css", "theirs")
        .file("themes/t/sass/_part.scss", "$c: red;")
        .file("themes/t/sass/t.scss", "@use 'part'; a { b { color: part.$c } }")
        .file("sass/own.scss", "a { b: c }")
        .template("index.html", "{% extends \"t/templates/index.html\" %}{% block x %}{{ super() }} {% include \"parts/p.html\" %}{% endblock %}")
        .build()
        .clean();
    assert_eq!(built.text("index.html"), "theme 13oursl.svg");
    assert_eq!(built.text("t.css").trim(), "a b{color:red}");
    assert!(!built.paths().contains(&"own.css"), "Sass of the site's own is compiled only where it asks for it");
}

#[test]
fn a_fault_in_sass_has_its_place() {
    let built = site("compile_sass = true\n").file("sass/a.scss", "a {\n  color: $none;\n}\n").build();
    let finding = built.findings.sorted()[0].clone();
    assert_eq!(finding.message, "undefined variable");
    let place = finding.place.unwrap();
    assert_eq!((place.file.to_str(), place.line, place.column, place.width), (Some("sass/a.scss"), 2, 10, 5));
}

#[test]
fn a_theme_of_shortcodes_is_of_another_age_and_what_else_is_wrong_is_told_too() {
    let theme = || {
        TestProject::zola("theme = \"old\"\n")
            .file("themes/old/templates/shortcodes/mark.html", "")
            .file("themes/old/templates/shortcodes/img.html", "<img src=\"{{ id }}\">")
    };
    theme().file("themes/old/templates/index.html", "As it was left behind.").build().clean();
    let built = theme()
        .file("themes/old/templates/base.html", "{% block main %}{% endblock %}")
        .file("themes/old/templates/index.html", "{% extends \"base.html\" %}{% block head %}{% endblock %}")
        .build();
    assert_eq!(
        said(&built),
        [
            "no template above has a block `head` []",
            "the theme `old` is written for Tera 1, which Zola spoke before 0.23 \
             [take a version for Zola 0.23, or change 2 places by hand:; a template in `shortcodes/` is a component: \
             `{% component name(a: string) %}` … `{% endcomponent name %}` \
             (2×, first in themes/old/templates/shortcodes/img.html:1)]"
        ]
    );
}

#[test]
fn a_theme_of_another_age_is_one_finding() {
    let built = TestProject::zola("theme = \"old\"\n")
        .file("themes/old/templates/macros.html", "\n{% macro one(a) %}{{ a }}{% endmacro one %}")
        .file(
            "themes/old/templates/index.html",
            "{% import \"macros.html\" as m %}{{ m::one(a=1) }}{{ [1] | concat(with=2) }}",
        )
        .build();
    assert_eq!(
        said(&built),
        ["the theme `old` is written for Tera 1, which Zola spoke before 0.23 \
          [take a version for Zola 0.23, or change 3 places by hand:; \
          `{% macro name(a) %}` is a component: `{% component name(a) %}` … `{% endcomponent name %}`, with `page={page}` given to \
          it by hand (1×, first in themes/old/templates/macros.html:2); \
          `{% import … %}` goes: components are known everywhere (1×, first in themes/old/templates/index.html:1); \
          `a | concat(with=b)` is `[...a, ...b]` (1×, first in themes/old/templates/index.html:1)]"]
    );
}

#[test]
fn addresses_are_as_zola_writes_them() {
    let shows = "{{ get_url(path='a b/') }} {{ get_url(path='/x', trailing_slash=true) }} {{ get_url(path='s.css', cachebust=true) }} \
                 {{ get_hash(path='static/s.css') }} {{ get_hash(literal='x', sha_type=256, base64=false) }}";
    let built = site("").file("static/s.css", "a{}").template("index.html", shows).build().clean();
    assert_eq!(
        built.text("index.html"),
        "https://test.example/a b https://test.example/x/ https://test.example/s.css?h=5f546eb4606b5c2b7d2a \
         m4Zcd9m9Kerya2aMKZ9CuL1yv7QLjdpmEo79GaQCk1uO2U4trsxWuyqSJsOzpOru \
         2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    );
    let previewed = Options { mode: Mode::Serve, ..Options::default() };
    let preview = site("")
        .template("index.html", "<a href=\"{{ config.base_url }}/a/\"><a href=\"{{ config.base_url }}\">")
        .build_with(&previewed)
        .clean();
    assert_eq!(preview.text("index.html"), "<a href=\"a/\"><a href=\"./\">");
}

// --- What other people's themes and sites taught -------------------------------------------------------------------------

#[test]
fn a_headings_name_is_no_comment_of_a_template() {
    let built = site("").file("content/a.md", "+++\n+++\n## Words {#name}\n").build().clean();
    assert_eq!(built.text("a/index.html").trim(), "<h2 id=\"name\">Words</h2>");
}

#[test]
fn links_that_zola_leaves_alone_stop_nothing() {
    let page = "+++\n+++\n[a](LICENSE) [b](/gone/) [c](./OTHER.md) [d](../s.css) [e](#f) ![p](p.png)\n\n## F\n";
    let built = site("")
        .file("static/s.css", "a{}")
        .file("content/a/index.md", page)
        .file("content/a/p.png", "no picture")
        .build();
    let warnings = built.findings.sorted();
    assert!(warnings.iter().all(|finding| finding.severity == Severity::Warning), "{warnings:?}");
    assert_eq!(warnings.len(), 4, "all but what is in static/ and on the page is told: {warnings:?}");
    let html = built.text("a/index.html");
    for link in ["LICENSE", "/gone/", "./OTHER.md", "../s.css", "https://test.example/a/#f"] {
        assert!(html.contains(&format!("href=\"{link}\"")), "{link} in {html}");
    }
    let levels = |config: &str| {
        let built = site(config).file("content/a.md", "+++\n+++\n[a](@/_index.md#x) [b](#y)").build();
        built.findings.sorted().iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    assert_eq!(levels(""), [Severity::Error; 2]);
    assert_eq!(levels("[link_checker]\ninternal_level = \"warn\"\n"), [Severity::Warning; 2]);
}

#[test]
fn a_page_that_an_old_theme_could_not_read_is_no_finding_of_its_own() {
    let built = site("")
        .template("old.html", "{% macro a() %}{% endmacro a %}")
        .file("content/a.md", "+++\n+++\n{{ 1 }}\n\n## There\n")
        .file("content/b.md", "+++\n+++\n[a](@/a.md#there)\n")
        .build();
    assert_eq!(said(&built).len(), 1, "{:?}", said(&built));
}

#[test]
fn what_is_not_defined_is_no_language_and_no_path() {
    let shows = "{{ get_url(path=``, lang=nobody, trailing_slash=true) }} {{ get_url(path=config.nothing) }} \
                 {{ load_data(url='https://gone.example/', required=false) or 'no data' }}";
    let built = site("").template("index.html", shows).build().clean();
    assert_eq!(built.text("index.html"), "https://test.example/ https://test.example no data");
}

#[test]
fn a_path_gets_its_language_and_loses_one_slash_as_with_zola() {
    let asked = [("/", "es/"), ("", "es"), ("/a/", "es//a"), ("es/x", "es/es/x"), ("/es/x/", "es/x"), ("x//", "es/x/")];
    let shows: Vec<String> =
        asked.iter().map(|(path, _)| format!("{{{{ get_url(path='{path}', lang='es') }}}}")).collect();
    let built = site("[languages.es]\n").template("index.html", &shows.join("\n")).build().clean();
    let told = asked.map(|(_, address)| format!("https://test.example/{address}")).join("\n");
    assert_eq!(built.text("index.html"), told);
}

#[test]
fn the_markdown_filter_is_zolas_to_the_letter() {
    let shows = "{{ '*a*' | markdown(inline=true) }}|{{ '*a*' | markdown }}|{{ '<p>a</p>' | markdown(inline=true) }}";
    let built = site("").template("index.html", shows).build().clean();
    assert_eq!(built.text("index.html"), "<em>a</em>|<p><em>a</em></p>\n|a</p>");
}

#[test]
fn a_picture_is_found_by_its_address_and_a_side_that_follows_may_be_anything() {
    let drawn = include_bytes!("../themes/haven/screenshot.png");
    let shows = "{% for path in page.assets %}{% set small = resize_image(path=path, width=10, height=0, op='fit_width') %}\
                 {{ small.width }}{% endfor %}";
    let built = site("[languages.fr]\n")
        .file("content/a/index.fr.md", "+++\n+++\n")
        .file("content/a/p.png", drawn)
        .template("page.html", shows)
        .build()
        .clean();
    assert_eq!(built.text("fr/a/index.html"), "10");
}

#[test]
fn a_site_may_not_know_where_it_will_stand() {
    let built = site("")
        .file("zola.toml", "base_url = \"/\"\n")
        .file("content/a.md", "+++\n+++\n[home](@/_index.md) [here](#c)\n\n## c\n")
        .template(
            "index.html",
            "{{ get_url(path='x.css') }} {{ config.base_url }} {{ section.permalink }} {{ current_url }}",
        )
        .build()
        .clean();
    assert_eq!(built.text("index.html"), "/x.css / / /");
    assert!(built.text("a/index.html").starts_with("<p><a href=\"/\">home</a> <a href=\"/a/#c\">here</a></p>"));
}

#[test]
fn hidden_files_go_to_the_host() {
    let built = site("").file("static/.well-known/security.txt", "x").file("static/.DS_Store", "x").build().clean();
    assert!(built.paths().contains(&".well-known/security.txt") && !built.paths().contains(&".DS_Store"));
}

#[test]
fn code_keeps_its_escapes_where_there_are_no_calls() {
    let built = site("skip_content_templating = [\"a.md\"]\n")
        .file("content/a.md", "+++\n+++\n`{{/* a() */}}` {{ a() }}\n")
        .build()
        .clean();
    assert_eq!(built.text("a/index.html").trim(), "<p><code>{{/* a() */}}</code> {{ a() }}</p>");
}

#[test]
fn reading_takes_as_long_as_zola_says() {
    let words = "word ".repeat(239);
    let built = site("")
        .file("content/a.md", format!("+++\n+++\n{words}\n```\nfn main() {{}}\n```\n"))
        .template("page.html", "{{ page.word_count }} {{ page.reading_time }}")
        .template("index.html", "{{ section.reading_time }}")
        .build()
        .clean();
    assert_eq!((built.text("a/index.html"), built.text("index.html")), ("239 2", "0"));
}

#[cfg(feature = "colours")]
#[test]
fn code_has_the_colours_that_the_site_asks_for() {
    let page = "+++\n+++\n```rust,linenos,name=a.rs\nlet a = 1;\n```\n";
    let inline = site("[markdown.highlighting]\ntheme = \"github-dark\"\n").file("content/a.md", page).build().clean();
    let html = inline.text("a/index.html");
    for part in
        ["data-lang=\"rust\" data-name=\"a.rs\"", "class=\"giallo-ln\"", "<span style=\"color: #F97583;\">let</span>"]
    {
        assert!(html.contains(part), "{part} in {html}");
    }
    let classes =
        "[markdown.highlighting]\nlight_theme = \"github-light\"\ndark_theme = \"github-dark\"\nstyle = \"class\"\n";
    let classed = site(classes)
        .file("content/a.md", page)
        .template("index.html", "{{ get_hash(path='giallo-dark.css') | length }}")
        .build()
        .clean();
    assert!(classed.text("a/index.html").contains("<span class=\"z-l-"), "{}", classed.text("a/index.html"));
    assert!(classed.text("giallo-light.css").contains(".z-") && classed.text("giallo-dark.css").contains(".z-"));
    assert_eq!(classed.text("index.html"), "64");
}

#[cfg(feature = "colours")]
#[test]
fn colours_and_languages_that_nobody_knows_are_told() {
    let built = site("[markdown.highlighting]\ntheme = \"none-such\"\n").build();
    assert!(said(&built)[0].starts_with("there are no colours `none-such` for code"), "{:?}", said(&built));
    let built = site("[markdown.highlighting]\ntheme = \"github-dark\"\nerror_on_missing_language = true\n")
        .file("content/a.md", "+++\n+++\nText.\n\n```klingon\nqapla\n```\n")
        .build();
    let finding = built.findings.sorted()[0].clone();
    assert_eq!(finding.message, "there is no grammar for the language `klingon`");
    assert_eq!(finding.place.map(|place| place.line), Some(5));
}

#[test]
fn the_index_that_themes_search_is_made() {
    let pages = |config: &str| {
        site(config)
            .file("content/_index.md", "+++\ntitle = \"Home\"\n+++\n")
            .file("content/a.md", "+++\ntitle = \"A\"\n+++\nOne &amp; *two*.\n\n```\ncode\n```\n")
            .file("content/b.md", "+++\ntitle = \"B\"\nin_search_index = false\n+++\n")
            .template("page.html", "{{ page.content | safe }}")
            .template("section.html", "")
    };
    let built = pages("build_search_index = true\n[search]\nindex_format = \"fuse_json\"\ninclude_path = true\n")
        .build()
        .clean();
    assert_eq!(
        built.text("search_index.en.json"),
        "[{\"url\":\"https://test.example/\",\"title\":\"Home\",\"body\":\"\",\"path\":\"/\"},\
         {\"url\":\"https://test.example/a/\",\"title\":\"A\",\"body\":\"One &amp; two.\",\"path\":\"/a/\"}]"
    );
    assert!(built.artifacts.iter().all(|made| made.path != "elasticlunr.min.js"), "Fuse.js is the theme's own");
    let built = pages("build_search_index = true\n")
        .template("index.html", "{{ get_hash(path='search_index.en.js') | length }}")
        .build()
        .clean();
    assert!(built.text("search_index.en.js").starts_with("window.searchIndex = {"));
    assert!(built.text("search_index.en.js").contains("\"body\":\"One &amp; two.\""));
    assert_eq!(built.text("index.html"), "64");
    assert!(built.text("elasticlunr.min.js").contains("MIT Licensed"), "themes load what reads it from the site");
}
