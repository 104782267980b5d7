//! Mistakes that authors make, each with exactly what they are told: the file, the line, the carets, the way out.

mod support;

use support::TestProject;

/// What a person reads of the mistakes in a program.
macro_rules! told {
    ($project:expr, @$report:literal) => {
        insta::assert_snapshot!($project.report(), @$report)
    };
}

#[path = "mistakes_site/cohorts.rs"]
mod cohorts;
#[path = "mistakes_site/words.rs"]
mod words;

// --- Guides ----------------------------------------------------------------------------------------------------------

#[cfg(feature = "guides")]
#[test]
fn a_sign_in_a_guide_that_cannot_be_printed() {
    let project =
        TestProject::new().file("content/a.md", "+++\ntitle = \"A\"\n[extra]\nguide = true\n+++\nRest 中 well.\n");
    told!(project, @r#"
error: the handouts' typeface has no sign for `中`
  ──▶ content/a.md:6:6
  │
6 │ Rest 中 well.
  │      ^^
  = hint: write it in words; on a page that is no guide it can stay

1 error
"#);
}

#[cfg(feature = "guides")]
#[test]
fn a_sign_in_what_every_handout_says_is_told_where_it_was_written() {
    let project = TestProject::new()
        .config("[program]\nname = \"Rest 中\"\n")
        .file("content/a.md", "+++\ntitle = \"A\"\n[extra]\nguide = true\n+++\nRest well.\n");
    let report = project.report();
    assert!(report.contains("no sign for `中`\n  ──▶ holdspace.toml:"), "{report}");
    assert_eq!(report.matches("error:").count(), 1, "{report}");
}

// --- Markdown -------------------------------------------------------------------------------------------------------

#[test]
fn a_link_to_a_page_that_is_not_there() {
    let project = TestProject::new()
        .page("guides/first-day.md", "Hi")
        .page("a.md", "Before you come, see [the *day*](@/guides/frist-day.md).");
    told!(project, @r#"
error: there is no page `@/guides/frist-day.md`
  ──▶ content/a.md:4:34
  │
4 │ Before you come, see [the *day*](@/guides/frist-day.md).
  │                                  ^^^^^^^^^^^^^^^^^^^^^
  = hint: did you mean `@/guides/first-day.md`?

1 error
"#);
}

#[test]
fn a_link_without_an_address() {
    let project = TestProject::new().page("a.md", "See [the day]().");
    told!(project, @r#"
warning: there is no address here
  ──▶ content/a.md:4:5
  │
4 │ See [the day]().
  │     ^^^^^^^^^^^
  = hint: name a page, `@/guides/the-day-itself.md`, or a picture; or leave only the words

1 warning
"#);
}

#[test]
fn a_link_to_a_page_in_another_folder() {
    let project = TestProject::new().page("guides/day.md", "Hi").page("a.md", "See [x](@/day.md).");
    told!(project, @r#"
error: there is no page `@/day.md`
  ──▶ content/a.md:4:9
  │
4 │ See [x](@/day.md).
  │         ^^^^^^^^
  = hint: did you mean `@/guides/day.md`?

1 error
"#);
}

#[test]
fn a_link_to_a_heading_that_is_not_there() {
    let project = TestProject::new()
        .page("guide.md", "## What to bring\n\n## What to wear")
        .page("a.md", "See [x](@/guide.md#what-to-brin) and [y](#nowhere).");
    told!(project, @r#"
error: that page has no heading `#what-to-brin`
  ──▶ content/a.md:4:19
  │
4 │ See [x](@/guide.md#what-to-brin) and [y](#nowhere).
  │                   ^^^^^^^^^^^^^
  = hint: did you mean `#what-to-bring`?

error: this page has no heading `#nowhere`
  ──▶ content/a.md:4:42
  │
4 │ See [x](@/guide.md#what-to-brin) and [y](#nowhere).
  │                                          ^^^^^^^^
  = hint: this page has no headings to link to

2 errors
"#);
}

#[test]
fn a_picture_that_is_not_there() {
    let project =
        TestProject::new().file("content/room.jpg", "x").page("a.md", "Text\n\n![The room](rom.jpg)\n\n[r]: gone.pdf");
    told!(project, @r#"
error: there is no file `rom.jpg` beside this page
  ──▶ content/a.md:6:13
  │
6 │ ![The room](rom.jpg)
  │             ^^^^^^^
  = hint: did you mean `room.jpg`?

1 error
"#);
}

#[test]
fn a_reference_to_a_file_that_is_not_there() {
    let project = TestProject::new().page("a.md", "See [the plan][plan].\n\n[plan]: plan.pdf \"Plan\"");
    told!(project, @r#"
error: there is no file `plan.pdf` beside this page
  ──▶ content/a.md:6:9
  │
6 │ [plan]: plan.pdf "Plan"
  │         ^^^^^^^^
  = hint: put the file into `content/`, or link a page as `@/name.md`

1 error
"#);
}

#[test]
fn an_address_on_this_site_where_nothing_is() {
    let project =
        TestProject::new().page("guides/fasting-rules.md", "Hi").page("a.md", "[the rules](/guides/fasting/)");
    told!(project, @r#"
error: there is nothing at `/guides/fasting/`
  ──▶ content/a.md:4:13
  │
4 │ [the rules](/guides/fasting/)
  │             ^^^^^^^^^^^^^^^^
  = hint: did you mean `/guides/fasting-rules/`?

1 error
"#);
}

#[test]
fn a_link_to_a_draft() {
    let project = TestProject::new()
        .page("later.md", "+++\ntitle = \"Later\"\ndraft = true\n+++\n")
        .page("a.md", "Soon: [later](@/later.md)");
    told!(project, @r#"
error: `@/later.md` is a draft and left out
  ──▶ content/a.md:4:15
  │
4 │ Soon: [later](@/later.md)
  │               ^^^^^^^^^^
  = hint: take `draft = true` out of its front matter, or link elsewhere

1 error
"#);
}

#[test]
fn a_component_that_is_not_there() {
    let project = TestProject::new().page("a.md", "Call {{ fone() }} now.");
    told!(project, @r#"
error: there is no component `fone`
  ──▶ content/a.md:4:9
  │
4 │ Call {{ fone() }} now.
  │         ^^^^
  = hint: the components are: care, phone

1 error
"#);
}

#[test]
fn a_component_that_is_never_closed() {
    let project = TestProject::new().page("a.md", "Text\n\n{% care(kind=\"calm\") %}\nHelp.\n");
    told!(project, @r#"
error: `{% care() %}` is never closed
  ──▶ content/a.md:6:4
  │
6 │ {% care(kind="calm") %}
  │    ^^^^
  = hint: close it with `{% end %}`

1 error
"#);
}

#[test]
fn arguments_that_a_component_does_not_have_or_needs() {
    let project = TestProject::new().page("a.md", "{% care(knd=\"calm\", title=3) %}\nHelp.\n{% end %}\n");
    told!(project, @r#"
error: `care` has no argument `knd`
  ──▶ content/a.md:4:9
  │
4 │ {% care(knd="calm", title=3) %}
  │         ^^^
  = hint: did you mean `kind`?

error: `title` cannot be a whole number
  ──▶ content/a.md:4:27
  │
4 │ {% care(knd="calm", title=3) %}
  │                           ^
  = hint: it is a text in quotes

2 errors
"#);
}

#[test]
fn an_argument_without_quotes() {
    let project = TestProject::new().page("a.md", "{% care(kind=calm) %}\nHelp.\n{% end %}\n");
    told!(project, @r#"
error: the call of `care` cannot be read: a value is missing or not in quotes
  ──▶ content/a.md:4:14
  │
4 │ {% care(kind=calm) %}
  │              ^^^^
  = hint: put texts in straight quotes: `"like this"`

1 error
"#);
}

#[test]
fn a_component_without_parentheses() {
    let project = TestProject::new().page("a.md", "{% care %}\nHelp.\n{% end %}\n");
    told!(project, @r#"
error: `care` is not called
  ──▶ content/a.md:4:4
  │
4 │ {% care %}
  │    ^^^^
  = hint: a component is called with parentheses: `{% care() %}`

1 error
"#);
}

#[test]
fn a_text_that_a_component_lacks_or_has_no_room_for() {
    let project = TestProject::new().page("a.md", "{{ care(kind=\"calm\") }}\n\n{% phone() %}\nCall us.\n{% end %}\n");
    told!(project, @r#"
error: `care` needs a text
  ──▶ content/a.md:4:4
  │
4 │ {{ care(kind="calm") }}
  │    ^^^^
  = hint: write `{% care(…) %}`, the text, and `{% end %}`

error: `phone` has no room for a text
  ──▶ content/a.md:6:4
  │
6 │ {% phone() %}
  │    ^^^^^
  = hint: write `{{ phone(…) }}`, without an end

2 errors
"#);
}

#[test]
fn a_session_without_a_playlist() {
    let project = TestProject::new()
        .template("more.html", "{% component session(name: string, session: map) %}x{% endcomponent session %}")
        .page("a.md", "{{ session(name=\"sesion-1\") }}");
    told!(project, @r#"
error: there is no session `sesion-1`
  ──▶ content/a.md:4:17
  │
4 │ {{ session(name="sesion-1") }}
  │                 ^^^^^^^^^^
  = hint: a session is a file in `playlists/`

1 error
"#);
}

#[test]
fn a_file_that_is_not_utf8() {
    let project = TestProject::new().file("content/a.md", b"+++\ntitle = \"A\"\n+++\nCaf\xe9 at noon\n");
    told!(project, @r#"
error: the file is not written in UTF-8 from here on
  ──▶ content/a.md:4:4
  │
4 │ Caf� at noon
  │    ^
  = hint: save it with the encoding UTF-8; most editors offer that under `Save as`

1 error
"#);
}

#[test]
fn a_file_that_is_utf16() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let text = "+++\ntitle = \"A\"\n+++\nCafé at noon, as [told](@/b.md)\n";
    let project = TestProject::new()
        .file("content/a.md", utf16(&format!("\u{feff}{text}")))
        .file("content/b.md", utf16(text))
        .file("content/c.md", text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>());
    told!(project, @r#"
error: the file is written in UTF-16
  ──▶ content/a.md
  = hint: save it with the encoding UTF-8; most editors offer that under `Save as`

error: the file is written in UTF-16
  ──▶ content/b.md
  = hint: save it with the encoding UTF-8; most editors offer that under `Save as`

error: the file is written in UTF-16
  ──▶ content/c.md
  = hint: save it with the encoding UTF-8; most editors offer that under `Save as`

3 errors
"#);
}

// --- Front matter ---------------------------------------------------------------------------------------------------

#[test]
fn what_could_not_be_read_is_not_said_to_be_missing() {
    let project = TestProject::new()
        .page("_index.md", "+++\nsort_by = \"weight\"\n+++\n")
        .page("a.md", "+++\ntitle = no1\nweight = 1\n+++\n")
        .page("b.md", "+++\ntitle = \"B\"\nweight = \"first\"\n+++\n");
    told!(project, @r#"
error: a text must stand in quotes
  ──▶ content/a.md:2:9
  │
2 │ title = no1
  │         ^^^
  = hint: put the words in quotes: `title = "no1"`

error: `weight` cannot be a text
  ──▶ content/b.md:3:10
  │
3 │ weight = "first"
  │          ^^^^^^^
  = hint: it is a whole number

2 errors
"#);
}

#[test]
fn a_key_that_is_not_there() {
    let project = TestProject::new().page("a.md", "+++\ntitle = \"A\"\nwieght = 3\n+++\n");
    told!(project, @r#"
error: a page has no key `wieght`
  ──▶ content/a.md:3:1
  │
3 │ wieght = 3
  │ ^^^^^^
  = hint: did you mean `weight`?

1 error
"#);
}

#[test]
fn a_title_without_quotes() {
    let project = TestProject::new().page("a.md", "+++\ntitle = Our program\n+++\n");
    told!(project, @r#"
error: a text must stand in quotes
  ──▶ content/a.md:2:9
  │
2 │ title = Our program
  │         ^^^^^^^^^^^
  = hint: put the words in quotes: `title = "Our program"`

1 error
"#);
}

#[test]
fn front_matter_that_is_never_closed() {
    let project = TestProject::new().page("a.md", "+++\ntitle = \"A\"\n\nHello.\n");
    told!(project, @r#"
error: the front matter is never closed
  ──▶ content/a.md:1:1
  │
1 │ +++
  │ ^^^
  = hint: put a line `+++` between the front matter and the text

1 error
"#);
}

#[test]
fn no_front_matter_at_all() {
    let project = TestProject::new().file("content/a.md", "# Hello\n").file("content/b.md", "----\ntitle: B\n");
    told!(project, @r#"
error: the page has no front matter
  ──▶ content/a.md:1:1
  │
1 │ # Hello
  │ ^^^^^^^
  = hint: begin the file with a line `+++`, then `title = "…"`, then another line `+++`

error: the page has no front matter
  ──▶ content/b.md:1:1
  │
1 │ ----
  │ ^^^^
  = hint: begin the file with a line `+++`, then `title = "…"`, then another line `+++`

2 errors
"#);
}

#[test]
fn a_date_that_is_none_and_a_missing_title() {
    let project = TestProject::new().page("a.md", "+++\ndate = \"1 May 2026\"\n+++\n");
    told!(project, @r#"
error: a page has no `title`
  ──▶ content/a.md:2:1
  │
2 │ date = "1 May 2026"
  │ ^
  = hint: give it one: `title = "…"`

error: `date` cannot be `1 May 2026`
  ──▶ content/a.md:2:8
  │
2 │ date = "1 May 2026"
  │        ^^^^^^^^^^^^
  = hint: write the day as year-month-day: `2026-05-01`

2 errors
"#);
}

#[test]
fn an_order_that_is_not_there() {
    let project = TestProject::new().page("guides/_index.md", "+++\ntitle = \"G\"\nsort_by = \"wieght\"\n+++\n");
    told!(project, @r#"
error: `sort_by` cannot be `wieght`
  ──▶ content/guides/_index.md:3:11
  │
3 │ sort_by = "wieght"
  │           ^^^^^^^^
  = hint: did you mean `weight`?

1 error
"#);
}

#[test]
fn two_pages_at_one_address() {
    let project = TestProject::new().page("a.md", "A").page("b.md", "+++\ntitle = \"B\"\nslug = \"a\"\n+++\n");
    told!(project, @r#"
error: `/a/` is the address of `content/a.md` already
  ──▶ content/b.md:3:8
  │
3 │ slug = "a"
  │        ^^^
  = hint: give one of them another `slug`

1 error
"#);
}

#[test]
fn a_template_that_a_page_asks_for_in_vain() {
    let project = TestProject::new().page("a.md", "+++\ntitle = \"A\"\ntemplate = \"pag.html\"\n+++\n");
    told!(project, @r#"
error: there is no template `pag.html`
  ──▶ content/a.md:3:12
  │
3 │ template = "pag.html"
  │            ^^^^^^^^^^
  = hint: did you mean `page.html`?

1 error
"#);
}

// --- Templates ------------------------------------------------------------------------------------------------------

#[test]
fn a_filter_that_is_not_there() {
    let project = TestProject::new().template("page.html", "<h1>{{ page.title | uper }}</h1>\n");
    told!(project, @r#"
error: there is no filter `uper`
  ──▶ templates/page.html:1:21
  │
1 │ <h1>{{ page.title | uper }}</h1>
  │                     ^^^^
  = hint: did you mean `upper`?

1 error
"#);
}

#[test]
fn a_variable_that_is_not_there_is_told_once_for_all_pages() {
    let project = TestProject::new()
        .page("a.md", "A")
        .page("b.md", "B")
        .template("page.html", "<h1>\n  {{ pge.title }}\n</h1>\n");
    told!(project, @r#"
error: there is no variable `pge`
  ──▶ templates/page.html:2:6
  │
2 │   {{ pge.title }}
  │      ^^^
  = hint: did you mean `page`?
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_field_that_is_not_there() {
    let project = TestProject::new().page("a.md", "A").template("page.html", "{{ page.titel }}");
    told!(project, @r#"
error: there is no field `titel`
  ──▶ templates/page.html:1:9
  │
1 │ {{ page.titel }}
  │         ^^^^^
  = hint: did you mean `title`?
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_template_to_extend_that_is_not_there() {
    let project = TestProject::new().page("a.md", "A").template("page.html", "{% extends \"bas.html\" %}");
    told!(project, @r#"
error: there is no template `bas.html` to extend
  ──▶ templates/page.html:1:12
  │
1 │ {% extends "bas.html" %}
  │            ^^^^^^^^^^
  = hint: did you mean `base.html`?

1 error
"#);
}

#[test]
fn a_tag_that_is_never_closed() {
    let project = TestProject::new().page("a.md", "A").template("page.html", "{% if page %}\n<p>\n");
    told!(project, @r#"
error: `{% if page %}` is never closed
  ──▶ templates/page.html:1:1
  │
1 │ {% if page %}
  │ ^^^^^^^^^^^^^
  = hint: write `{% endif %}` where it ends

1 error
"#);
}

#[test]
fn a_tag_that_belongs_to_no_other() {
    let project = TestProject::new().page("a.md", "A").template("page.html", "<p>\n{% else %}\n");
    told!(project, @r#"
error: `{% else %}` stands in no `{% if … %}`
  ──▶ templates/page.html:2:1
  │
2 │ {% else %}
  │ ^^^^^^^^^^
  = hint: is there an `{% endif %}` too early?

1 error
"#);
}

#[test]
fn an_else_if() {
    let project = TestProject::new()
        .page("a.md", "A")
        .template("page.html", "{% if page.title %}{% else if page.date %}{% endif %}");
    told!(project, @r#"
error: there is no `else if`
  ──▶ templates/page.html:1:23
  │
1 │ {% if page.title %}{% else if page.date %}{% endif %}
  │                       ^^^^^^^
  = hint: write `{% elif … %}`

1 error
"#);
}

#[test]
fn a_tag_that_is_misspelt_and_braces_that_are_not_closed() {
    let project = TestProject::new()
        .page("a.md", "A")
        .template("page.html", "{% fro a in b %}{% endfor %}")
        .template("section.html", "<h1>{{ section.title</h1>\n");
    told!(project, @r#"
error: there is no tag `fro`
  ──▶ templates/page.html:1:4
  │
1 │ {% fro a in b %}{% endfor %}
  │    ^^^
  = hint: did you mean `for`?

error: found `</` but expected }}
  ──▶ templates/section.html:1:21
  │
1 │ <h1>{{ section.title</h1>
  │                     ^^
  = hint: what `{{` opens, `}}` closes

2 errors
"#);
}

#[test]
fn every_broken_template_is_found_in_one_run() {
    let project = TestProject::new()
        .template("page.html", "{{ page.title | }}")
        .template("section.html", "{% include \"foter.html\" %}{{ get_ur(path=\"x\") }}")
        .template("footer.html", "<{{ <fone/> }}");
    told!(project, @r#"
error: there is no component `fone`
  ──▶ templates/footer.html:1:5
  │
1 │ <{{ <fone/> }}
  │     ^^^^^^^
  = hint: here are: care, phone

error: found `}}` but expected identifier
  ──▶ templates/page.html:1:17
  │
1 │ {{ page.title | }}
  │                 ^^

error: there is no template `foter.html`
  ──▶ templates/section.html:1:12
  │
1 │ {% include "foter.html" %}{{ get_ur(path="x") }}
  │            ^^^^^^^^^^^^
  = hint: did you mean `footer.html`?

error: there is no function `get_ur`
  ──▶ templates/section.html:1:30
  │
1 │ {% include "foter.html" %}{{ get_ur(path="x") }}
  │                              ^^^^^^^^^^^^^^^^
  = hint: did you mean `get_url`?

4 errors
"#);
}

#[test]
fn a_page_and_a_file_that_a_template_asks_for_in_vain() {
    let project = TestProject::new()
        .file("static/style.css", "p {}")
        .page("a.md", "A")
        .template("page.html", "{{ get_url(path=\"@/b.md\") }}")
        .template("index.html", "{{ get_url(path=\"stile.css\") }}");
    told!(project, @r#"
error: there is no file and no page at `stile.css`
  ──▶ templates/index.html:1:4
  │
1 │ {{ get_url(path="stile.css") }}
  │    ^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: did you mean `style.css`?
  = hint: `content/_index.md` asked for it

error: there is no page `@/b.md` in content/
  ──▶ templates/page.html:1:4
  │
1 │ {{ get_url(path="@/b.md") }}
  │    ^^^^^^^^^^^^^^^^^^^^^^
  = hint: did you mean `@/a.md`?
  = hint: `content/a.md` asked for it

2 errors
"#);
}

#[test]
fn a_component_that_fails_points_into_the_theme() {
    let project = TestProject::new()
        .template("more.html", "{% component note() %}\n<p>{{ txt }}</p>\n{% endcomponent note %}")
        .page("a.md", "{{ note() }}");
    told!(project, @r#"
error: there is no variable `txt`
  ──▶ templates/more.html:2:7
  │
2 │ <p>{{ txt }}</p>
  │       ^^^
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_component_that_is_defined_twice() {
    let project = TestProject::new()
        .template("a.html", "{% component note() %}x{% endcomponent note %}")
        .template("b.html", "\n{% component note() %}y{% endcomponent note %}");
    told!(project, @r#"
error: component `note` is defined in both `a.html` and `b.html`
  ──▶ templates/b.html:2:14
  │
2 │ {% component note() %}y{% endcomponent note %}
  │              ^^^^
  = hint: give one of them another name

1 error
"#);
}

#[test]
fn a_component_that_calls_itself() {
    let project = TestProject::new()
        .template("parts.html", "{% component note(n) %}\nNote {{ n }}\n{{ <note n={n} /> }}{% endcomponent note %}")
        .template("page.html", "{{ <note n={1} /> }}")
        .page("a.md", "A");
    told!(project, @r#"
error: the component `note` calls itself without an end
  ──▶ templates/parts.html:3:4
  │
3 │ {{ <note n={n} /> }}{% endcomponent note %}
  │    ^^^^^
  = hint: let it call itself only where something is left to show, within `{% if … %}`
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn components_that_call_each_other() {
    let project = TestProject::new()
        .template("a.html", "{% component in() %}\n{{ <out /> }}{% endcomponent in %}")
        .template("b.html", "{% component out() %}<in>{{ <in /> }}{% endcomponent out %}")
        .page("a.md", "{{ in() }}");
    told!(project, @r#"
error: the components `in` and `out` call each other without an end
  ──▶ templates/a.html:2:4
  │
2 │ {{ <out /> }}{% endcomponent in %}
  │    ^^^^
  = hint: let one of them call the other only where something is left to show, within `{% if … %}`
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn an_argument_that_a_function_does_not_have() {
    let project =
        TestProject::new().template("page.html", "<p>\n{{ get_url(path=\"/\", cachbust=true) }}").page("a.md", "A");
    told!(project, @r#"
error: `get_url` has no argument `cachbust`
  ──▶ templates/page.html:2:22
  │
2 │ {{ get_url(path="/", cachbust=true) }}
  │                      ^^^^^^^^
  = hint: did you mean `cachebust`?

1 error
"#);
}

#[test]
fn templates_that_extend_each_other() {
    let project = TestProject::new()
        .template("page.html", "{% extends \"other.html\" %}")
        .template("other.html", "{% extends \"page.html\" %}");
    told!(project, @r#"
error: the template `other.html` extends itself
  ──▶ templates/other.html:1:12
  │
1 │ {% extends "page.html" %}
  │            ^^^^^^^^^^^
  = hint: the way round: other.html → page.html → other.html

1 error
"#);
}

#[test]
fn a_template_that_leads_into_a_circle_is_not_blamed_for_it() {
    let project = TestProject::new()
        .template("base.html", "{% block a %}{% endblock %}")
        .template("away.html", "{% extends \"page.html\" %}")
        .template("page.html", "{% extends \"page.html\" %}");
    told!(project, @r#"
error: the template `page.html` extends itself
  ──▶ templates/page.html:1:12
  │
1 │ {% extends "page.html" %}
  │            ^^^^^^^^^^^
  = hint: the way round: page.html → page.html

1 error
"#);
}

#[test]
fn a_template_that_includes_itself() {
    let project = TestProject::new()
        .template("page.html", "<p>\n{% include 'part.html' %}")
        .template("part.html", "Part:\n{%- include \"part.html\" -%}");
    told!(project, @r#"
error: the template `part.html` includes itself
  ──▶ templates/part.html:2:13
  │
2 │ {%- include "part.html" -%}
  │             ^^^^^^^^^^^
  = hint: the way round: part.html → part.html

1 error
"#);
}

#[test]
fn a_block_that_no_parent_has() {
    let project =
        TestProject::new().template("page.html", "{% extends \"base.html\" %}\n{% block mian %}x{% endblock %}");
    told!(project, @r#"
error: no template above has a block `mian`
  ──▶ templates/page.html:2:10
  │
2 │ {% block mian %}x{% endblock %}
  │          ^^^^
  = hint: did you mean `main`?

1 error
"#);
}

// --- Configuration --------------------------------------------------------------------------------------------------

#[test]
fn a_theme_that_is_not_there() {
    let project = TestProject::new()
        .file("holdspace.toml", "title = \"T\"\nbase_url = \"https://test.example/\"\ntheme = \"plane\"\n");
    told!(project, @r#"
error: there is no theme `plane`
  ──▶ holdspace.toml:3:9
  │
3 │ theme = "plane"
  │         ^^^^^^^
  = hint: did you mean `plain`?

1 error
"#);
}

#[test]
fn no_content_at_all() {
    let project =
        TestProject::new().template("index.html", "{% set home = get_section(path=\"_index.md\") %}{{ home.title }}");
    std::fs::remove_dir_all(project.path("content")).expect("it was there");
    told!(project, @r#"
error: there is no folder `content`
  ──▶ content
  = hint: make it, with a file `_index.md` for the home page

1 error
"#);
}

#[test]
fn an_address_without_its_beginning() {
    let project = TestProject::new()
        .file("holdspace.toml", "title = \"T\"\nbase_url = \"www.test.example\"\ntheme = \"plain\"\n");
    told!(project, @r#"
error: `base_url` cannot be `www.test.example`
  ──▶ holdspace.toml:2:12
  │
2 │ base_url = "www.test.example"
  │            ^^^^^^^^^^^^^^^^^^
  = hint: write the whole address the site will be published at, like `https://www.example.org/`

1 error
"#);
}

// --- All together ---------------------------------------------------------------------------------------------------

#[test]
fn mistakes_in_many_files_all_come_out_in_one_run() {
    let project = TestProject::new()
        .config("descripton = \"x\"\n")
        .page("a.md", "+++\ntitle = \"A\"\nwieght = 3\n+++\n[b](@/c.md)\n")
        .page("b.md", "+++\ntitle = \"B\"\n\n[gone](gone.pdf)")
        .page("guides/_index.md", "+++\ntitle = \"G\"\nsort_by = \"size\"\n+++\n[x](#y)\n")
        .template("page.html", "{{ page.titel }}");
    told!(project, @r#"
error: a page has no key `wieght`
  ──▶ content/a.md:3:1
  │
3 │ wieght = 3
  │ ^^^^^^
  = hint: did you mean `weight`?

error: there is no page `@/c.md`
  ──▶ content/a.md:5:5
  │
5 │ [b](@/c.md)
  │     ^^^^^^
  = hint: did you mean `@/b.md`?

error: the front matter is never closed
  ──▶ content/b.md:1:1
  │
1 │ +++
  │ ^^^
  = hint: put a line `+++` between the front matter and the text

error: `sort_by` cannot be `size`
  ──▶ content/guides/_index.md:3:11
  │
3 │ sort_by = "size"
  │           ^^^^^^
  = hint: it is one of: weight, date, update_date, title, title_bytes, slug, permalink, none

error: this page has no heading `#y`
  ──▶ content/guides/_index.md:5:5
  │
5 │ [x](#y)
  │     ^^
  = hint: this page has no headings to link to

error: the configuration has no key `descripton`
  ──▶ holdspace.toml:4:1
  │
4 │ descripton = "x"
  │ ^^^^^^^^^^
  = hint: did you mean `description`?

error: there is no field `titel`
  ──▶ templates/page.html:1:9
  │
1 │ {{ page.titel }}
  │         ^^^^^
  = hint: did you mean `title`?
  = hint: `content/a.md` asked for it

7 errors
"#);
}
