//! Mistakes of authors and theme makers, the second half: components, pages that go through Tera, what sections ask for,
//! redirects, data, functions and filters, and the way to a template that failed.

use crate::support::TestProject;

/// A section that asks its pages for things.
const ASKING: &str = "+++\ntitle = \"S\"\n[cascade.required]\ndate = \"date\"\n\"extra.audience\" = [\"staff\", \"participant\"]\n\"extra.minutes\" = \"number\"\n\
                      [cascade.extra]\nminutes = 5\n+++\n";

// --- Links and pages -------------------------------------------------------------------------------------------------

#[test]
fn a_file_of_markdown_that_is_not_there() {
    let project = TestProject::new().page("guides/first.md", "Hi").page("guides/a.md", "See [b](frist.md).");
    told!(project, @r#"
error: there is no page `frist.md`
  ──▶ content/guides/a.md:4:9
  │
4 │ See [b](frist.md).
  │         ^^^^^^^^

1 error
"#);
}

#[test]
fn a_heading_that_a_linked_file_lacks() {
    let project = TestProject::new()
        .page("guides/first.md", "## What to bring")
        .page("guides/a.md", "See [b](first.md#what-to-brin).");
    told!(project, @r#"
error: that page has no heading `#what-to-brin`
  ──▶ content/guides/a.md:4:17
  │
4 │ See [b](first.md#what-to-brin).
  │                 ^^^^^^^^^^^^^
  = hint: did you mean `#what-to-bring`?

1 error
"#);
}

#[test]
fn a_link_to_a_page_that_is_still_to_come() {
    let project = TestProject::new()
        .page("later.md", "+++\ntitle = \"L\"\ndate = 2999-01-02\n+++\n")
        .page("a.md", "[l](@/later.md)");
    told!(project, @r#"
error: `@/later.md` comes out on 2999-01-02 and is left out
  ──▶ content/a.md:4:5
  │
4 │ [l](@/later.md)
  │     ^^^^^^^^^^
  = hint: change its `date`, or link it when it is there

1 error
"#);
}

#[test]
fn a_link_to_a_page_that_is_over() {
    let project = TestProject::new()
        .page("over.md", "+++\ntitle = \"O\"\nexpires = 2001-01-02\n+++\n")
        .page("a.md", "[o](over.md)");
    told!(project, @r#"
error: `@/over.md` is over since 2001-01-02 and left out
  ──▶ content/a.md:4:5
  │
4 │ [o](over.md)
  │     ^^^^^^^
  = hint: change its `expires`, or take the link away

1 error
"#);
}

#[test]
fn an_address_in_raw_html_where_nothing_is() {
    let project = TestProject::new().page("b.md", "B").page("a.md", "<a href=\"/bee/\">b</a>");
    told!(project, @r#"
error: there is nothing at `/bee/`
  ──▶ content/a.md:4:10
  │
4 │ <a href="/bee/">b</a>
  │          ^^^^^

1 error
"#);
}

// --- Components ------------------------------------------------------------------------------------------------------

#[test]
fn a_tag_that_is_never_closed() {
    let project = TestProject::new().page("a.md", "{% <care kind=\"calm\"> %}\nHelp.\n");
    told!(project, @r#"
error: `{% <care> %}` is never closed
  ──▶ content/a.md:4:5
  │
4 │ {% <care kind="calm"> %}
  │     ^^^^
  = hint: close it with `{% </care> %}`

1 error
"#);
}

#[test]
fn a_tag_that_is_closed_by_another_name() {
    let project = TestProject::new().page("a.md", "{% <care kind=\"calm\"> %}\nHelp.\n{% </car> %}\n");
    told!(project, @r#"
error: this does not close `{% <care> %}`
  ──▶ content/a.md:6:1
  │
6 │ {% </car> %}
  │ ^^^^^^^^^^^^
  = hint: close it with `{% </care> %}`

1 error
"#);
}

#[test]
fn a_tag_that_is_closed_like_a_shortcode() {
    let project = TestProject::new().page("a.md", "{% <care kind=\"calm\"> %}\nHelp.\n{% end %}\n");
    told!(project, @r#"
error: this does not close `{% <care> %}`
  ──▶ content/a.md:6:1
  │
6 │ {% end %}
  │ ^^^^^^^^^
  = hint: close it with `{% </care> %}`

1 error
"#);
}

#[test]
fn an_attribute_without_quotes_or_braces() {
    let project = TestProject::new().page("a.md", "{% <care kind=calm> %}\nHelp.\n{% </care> %}\n");
    told!(project, @r#"
error: the call of `care` cannot be read: a value is missing, or not in quotes or braces
  ──▶ content/a.md:4:15
  │
4 │ {% <care kind=calm> %}
  │               ^^^^
  = hint: put a text in straight quotes, `"like this"`, and a number in braces: `{1}`

1 error
"#);
}

#[test]
fn a_tag_without_its_slash() {
    let project = TestProject::new().page("a.md", "Call {{ <phone> }}.");
    told!(project, @r#"
error: the call of `phone` cannot be read: it does not end
  ──▶ content/a.md:4:15
  │
4 │ Call {{ <phone> }}.
  │               ^
  = hint: it ends with `/> }}`

1 error
"#);
}

#[test]
fn an_argument_that_a_tag_lacks() {
    let project = TestProject::new().page("a.md", "{% <care> %}\nHelp.\n{% </care> %}\n");
    told!(project, @r#"
error: `care` needs the argument `kind`
  ──▶ content/a.md:4:5
  │
4 │ {% <care> %}
  │     ^^^^
  = hint: write `<care kind=…`

1 error
"#);
}

#[test]
fn a_raw_text_that_is_never_closed() {
    let project = TestProject::new().page("a.md", "{% raw %}\n{{ phone() }}\n");
    told!(project, @r#"
error: `{% raw %}` is never closed
  ──▶ content/a.md:4:1
  │
4 │ {% raw %}
  │ ^^^^^^^^^
  = hint: close it with `{% endraw %}`

1 error
"#);
}

#[test]
fn an_end_that_closes_nothing() {
    let project = TestProject::new().page("a.md", "Text.\n\n{% end %}\n");
    told!(project, @r#"
error: `{% end %}` closes nothing
  ──▶ content/a.md:6:1
  │
6 │ {% end %}
  │ ^^^^^^^^^
  = hint: take it away, or open a component before it

1 error
"#);
}

#[test]
fn a_variable_in_a_call_that_is_not_there() {
    let project = TestProject::new().page("a.md", "{% <care kind={pge.title}> %}\nHelp.\n{% </care> %}\n");
    told!(project, @r#"
error: there is no variable `pge`
  ──▶ content/a.md:4:16
  │
4 │ {% <care kind={pge.title}> %}
  │                ^^^
  = hint: did you mean `page`?

1 error
"#);
}

#[test]
fn a_filter_in_a_call_that_is_not_there() {
    let project = TestProject::new().page("a.md", "{% <care kind={page.title | uper}> %}\nHelp.\n{% </care> %}\n");
    told!(project, @r#"
error: there is no filter `uper`
  ──▶ content/a.md:4:29
  │
4 │ {% <care kind={page.title | uper}> %}
  │                             ^^^^
  = hint: did you mean `upper`?

1 error
"#);
}

#[test]
fn a_list_where_a_component_wants_a_text() {
    let project = TestProject::new().page("a.md", "{% care(kind=[\"a\"]) %}\nHelp.\n{% end %}\n");
    told!(project, @r#"
error: `kind` cannot be a list
  ──▶ content/a.md:4:14
  │
4 │ {% care(kind=["a"]) %}
  │              ^^^^^
  = hint: it is a text in quotes

1 error
"#);
}

// --- Pages that go through Tera --------------------------------------------------------------------------------------

#[test]
fn a_variable_that_a_templated_page_lacks() {
    let project =
        TestProject::new().page("a.md", "+++\ntitle = \"A\"\ntemplating = true\n+++\nOne.\n\n{{ pge.title }}\n");
    told!(project, @r#"
error: there is no variable `pge`
  ──▶ content/a.md:7:4
  │
7 │ {{ pge.title }}
  │    ^^^
  = hint: did you mean `page`?

1 error
"#);
}

#[test]
fn a_tag_that_a_templated_page_never_closes() {
    let project =
        TestProject::new().page("a.md", "+++\ntitle = \"A\"\ntemplating = true\n+++\n{% for n in [1] %}\n{{ n }}\n");
    told!(project, @r#"
error: `{% for n in [1] %}` is never closed
  ──▶ content/a.md:5:1
  │
5 │ {% for n in [1] %}
  │ ^^^^^^^^^^^^^^^^^^
  = hint: write `{% endfor %}` where it ends

1 error
"#);
}

#[test]
fn a_component_that_a_templated_page_misspells() {
    let project =
        TestProject::new().page("a.md", "+++\ntitle = \"A\"\ntemplating = true\n+++\nOne.\n\n{{ <fone /> }}\n");
    told!(project, @r#"
error: there is no component `fone`
  ──▶ content/a.md:7:4
  │
7 │ {{ <fone /> }}
  │    ^^^^^^^^
  = hint: here are: care, phone

1 error
"#);
}

#[test]
fn a_link_that_a_templated_page_breaks() {
    let project = TestProject::new()
        .page("b.md", "B")
        .page("a.md", "+++\ntitle = \"A\"\ntemplating = true\n+++\n{{ page.title }}\n\n[b](@/bee.md)\n");
    told!(project, @r#"
error: there is no page `@/bee.md`
  ──▶ content/a.md:7:5
  │
7 │ [b](@/bee.md)
  │     ^^^^^^^^
  = hint: did you mean `@/b.md`?

1 error
"#);
}

// --- Front matter ----------------------------------------------------------------------------------------------------

#[test]
fn a_word_where_true_or_false_belongs() {
    let project = TestProject::new().page("a.md", "+++\ntitle = \"A\"\ndraft = \"yes\"\n+++\n");
    told!(project, @r#"
error: `draft` cannot be a text
  ──▶ content/a.md:3:9
  │
3 │ draft = "yes"
  │         ^^^^^
  = hint: it is `true` or `false`

1 error
"#);
}

#[test]
fn a_day_of_expiry_that_is_none() {
    let project = TestProject::new().page("a.md", "+++\ntitle = \"A\"\nexpires = \"soon\"\n+++\n");
    told!(project, @r#"
error: `expires` cannot be `soon`
  ──▶ content/a.md:3:11
  │
3 │ expires = "soon"
  │           ^^^^^^
  = hint: write the day as year-month-day: `2026-05-01`

1 error
"#);
}

#[test]
fn an_output_without_a_template() {
    let project = TestProject::new().page("a.md", "+++\ntitle = \"A\"\noutputs = [\"txt\"]\n+++\n");
    told!(project, @r#"
error: there is no template `page.txt`
  ──▶ content/a.md:3:12
  │
3 │ outputs = ["txt"]
  │            ^^^^^
  = hint: put one into `templates/page.txt`

1 error
"#);
}

#[test]
fn an_alias_that_is_no_address() {
    let project = TestProject::new().page("a.md", "+++\ntitle = \"A\"\naliases = [\"old name\"]\n+++\n");
    told!(project, @r#"
error: an alias cannot be `old name`
  ──▶ content/a.md:3:12
  │
3 │ aliases = ["old name"]
  │            ^^^^^^^^^^
  = hint: it is an address on this site: `old/name`

1 error
"#);
}

#[test]
fn a_place_for_links_to_headings_that_is_not_there() {
    let project = TestProject::new().page("s/_index.md", "+++\ntitle = \"S\"\ninsert_anchor_links = \"lft\"\n+++\n");
    told!(project, @r#"
error: `insert_anchor_links` cannot be `lft`
  ──▶ content/s/_index.md:3:23
  │
3 │ insert_anchor_links = "lft"
  │                       ^^^^^
  = hint: did you mean `left`?

1 error
"#);
}

#[test]
fn a_key_that_a_section_asks_for() {
    let project = TestProject::new()
        .page("s/_index.md", ASKING)
        .page("s/a.md", "+++\ntitle = \"A\"\n[extra]\naudience = \"staff\"\n+++\n");
    told!(project, @r#"
error: the page has no `date`
  ──▶ content/s/a.md:2:1
  │
2 │ title = "A"
  │ ^
  = hint: its section asks for it: `date = 2026-05-01`

1 error
"#);
}

#[test]
fn a_value_that_a_section_does_not_allow() {
    let project = TestProject::new()
        .page("s/_index.md", ASKING)
        .page("s/a.md", "+++\ntitle = \"A\"\ndate = 2020-01-01\n[extra]\naudience = \"staf\"\n+++\n");
    told!(project, @r#"
error: `extra.audience` cannot be `staf`
  ──▶ content/s/a.md:5:12
  │
5 │ audience = "staf"
  │            ^^^^^^
  = hint: did you mean `staff`?

1 error
"#);
}

#[test]
fn a_value_of_another_kind_than_a_section_asks_for() {
    let project = TestProject::new().page("s/_index.md", ASKING).page(
        "s/a.md",
        "+++\ntitle = \"A\"\ndate = 2020-01-01\n[extra]\naudience = \"staff\"\nminutes = \"ten\"\n+++\n",
    );
    told!(project, @r#"
error: `extra.minutes` cannot be `ten`
  ──▶ content/s/a.md:6:11
  │
6 │ minutes = "ten"
  │           ^^^^^
  = hint: its section asks for it like this: `minutes = 1` under `[extra]`

1 error
"#);
}

#[test]
fn a_kind_that_a_section_cannot_ask_for() {
    let project =
        TestProject::new().page("s/_index.md", "+++\ntitle = \"S\"\n[cascade.required]\ndate = \"day\"\n+++\n");
    told!(project, @r#"
error: `date` cannot be required so
  ──▶ content/s/_index.md:4:8
  │
4 │ date = "day"
  │        ^^^^^
  = hint: say what it is, one of "text", "number", "flag", "date", "list", "table", or list its words

1 error
"#);
}

// --- Configuration ---------------------------------------------------------------------------------------------------

#[test]
fn a_key_of_markdown_that_is_not_there() {
    let project = TestProject::new().config("[markdown]\nsmart_punctation = true\n");
    told!(project, @r#"
error: [markdown] has no key `smart_punctation`
  ──▶ holdspace.toml:5:1
  │
5 │ smart_punctation = true
  │ ^^^^^^^^^^^^^^^^
  = hint: did you mean `smart_punctuation`?

1 error
"#);
}

#[test]
fn a_class_with_quotes_in_it() {
    let project = TestProject::new().config("[markdown]\nexternal_links_class = 'a\"b'\n");
    told!(project, @r#"
error: `external_links_class` cannot be `a"b`
  ──▶ holdspace.toml:5:24
  │
5 │ external_links_class = 'a"b'
  │                        ^^^^^
  = hint: it is the name of a class in a style sheet, like `external`, without quotes in it

1 error
"#);
}

#[test]
fn a_redirect_to_a_page_that_is_not_there() {
    let project = TestProject::new().page("guide.md", "G").config("[redirects]\n\"/old/\" = \"@/gide.md\"\n");
    told!(project, @r#"
error: there is no page `@/gide.md`
  ──▶ holdspace.toml:5:11
  │
5 │ "/old/" = "@/gide.md"
  │           ^^^^^^^^^^^
  = hint: did you mean `@/guide.md`?

1 error
"#);
}

#[test]
fn a_redirect_to_a_heading_that_is_not_there() {
    let project =
        TestProject::new().page("guide.md", "## Food").config("[redirects]\n\"/old/\" = \"@/guide.md#foot\"\n");
    told!(project, @r#"
error: that page has no heading `#foot`
  ──▶ holdspace.toml:5:11
  │
5 │ "/old/" = "@/guide.md#foot"
  │           ^^^^^^^^^^^^^^^^^
  = hint: did you mean `food`?

1 error
"#);
}

#[test]
fn a_redirect_away_from_a_page_that_is_there() {
    let project = TestProject::new().page("guide.md", "G").config("[redirects]\n\"/guide/#food\" = \"@/_index.md\"\n");
    told!(project, @r#"
error: `/guide/` is the address of `content/guide.md`
  ──▶ holdspace.toml:5:1
  │
5 │ "/guide/#food" = "@/_index.md"
  │ ^^^^^^^^^^^^^^
  = hint: a page that is there leads nobody away: put a link to the new place into it

1 error
"#);
}

// --- What templates ask for ------------------------------------------------------------------------------------------

#[test]
fn data_that_is_not_there() {
    let project =
        TestProject::new().template("page.html", "{{ load_data(path=\"data/team.toml\") }}").page("a.md", "A");
    told!(project, @r#"
error: there is no file `data/team.toml`
  ──▶ templates/page.html:1:4
  │
1 │ {{ load_data(path="data/team.toml") }}
  │    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: paths begin at the program's folder, at `static/` or at `content/`
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn data_that_is_not_where_it_is_asked_for() {
    let asks = |path: &str| format!("{{{{ load_data(path=\"{path}\") }}}}");
    let project = TestProject::new()
        .template("page.html", &asks("data/tem.toml"))
        .page("a.md", "A")
        .file("data/team.toml", "a = 1\n");
    told!(project, @r#"
error: there is no file `data/tem.toml`
  ──▶ templates/page.html:1:4
  │
1 │ {{ load_data(path="data/tem.toml") }}
  │    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: did you mean `data/team.toml`?
  = hint: `content/a.md` asked for it

1 error
"#);
    project.write("templates/page.html", asks("@/team.toml"));
    told!(project, @r#"
error: there is no file `@/team.toml`
  ──▶ templates/page.html:1:4
  │
1 │ {{ load_data(path="@/team.toml") }}
  │    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: did you mean `data/team.toml`?
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn data_from_the_network() {
    let project =
        TestProject::new().template("page.html", "{{ load_data(url=\"https://x.org/a.json\") }}").page("a.md", "A");
    told!(project, @r#"
error: `load_data` does not ask the network for `https://x.org/a.json`
  ──▶ templates/page.html:1:4
  │
1 │ {{ load_data(url="https://x.org/a.json") }}
  │    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: save what is there as a file in the program's folder, and give its `path`
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn data_that_cannot_be_read() {
    let project = TestProject::new()
        .template("page.html", "{% set d = load_data(path=\"team.toml\") %}{{ d.name }}")
        .page("a.md", "A")
        .file("team.toml", "a = 1\nname = Ana Maria\n");
    told!(project, @r#"
error: `team.toml`, line 2: a text must stand in quotes
  ──▶ templates/page.html:1:12
  │
1 │ {% set d = load_data(path="team.toml") %}{{ d.name }}
  │            ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: put the words in quotes: `name = "Ana Maria"`
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn data_with_a_line_too_short() {
    let project = TestProject::new()
        .template("page.html", "{{ load_data(path=\"team.csv\") }}")
        .page("a.md", "A")
        .file("team.csv", "a,b\n1,2\n3\n");
    told!(project, @r#"
error: `team.csv`, line 3: this line has 1 fields, and the lines above have 2
  ──▶ templates/page.html:1:4
  │
1 │ {{ load_data(path="team.csv") }}
  │    ^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_form_of_data_that_is_not_there() {
    let project =
        TestProject::new().template("page.html", "{{ load_data(path=\"a.txt\", format=\"jason\") }}").page("a.md", "A");
    told!(project, @r#"
error: there is no format `jason`
  ──▶ templates/page.html:1:4
  │
1 │ {{ load_data(path="a.txt", format="jason") }}
  │    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: did you mean `json`?
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_date_that_is_shown_and_is_none() {
    let project = TestProject::new().template("page.html", "{{ \"May\" | date }}").page("a.md", "A");
    told!(project, @r#"
error: `May` is not a date
  ──▶ templates/page.html:1:12
  │
1 │ {{ "May" | date }}
  │            ^^^^
  = hint: write the day as year-month-day: `2026-05-01`
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_timezone_that_is_not_there() {
    let project =
        TestProject::new().template("page.html", "{{ \"2026-05-01\" | date(timezone=\"Denver\") }}").page("a.md", "A");
    told!(project, @r#"
error: there is no timezone `Denver`
  ──▶ templates/page.html:1:19
  │
1 │ {{ "2026-05-01" | date(timezone="Denver") }}
  │                   ^^^^^^^^^^^^^^^^^^^^^^^
  = hint: write it like `America/Denver`
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_pattern_that_is_none() {
    let project = TestProject::new()
        .template("page.html", "{{ page.title | regex_replace(pattern=\"(\", rep=\"\") }}")
        .page("a.md", "A");
    told!(project, @r#"
error: this pattern is no regular expression: unclosed group
  ──▶ templates/page.html:1:17
  │
1 │ {{ page.title | regex_replace(pattern="(", rep="") }}
  │                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: a sign that is meant as it is has a `\` before it: `\(`, `\[`, `\*`
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_locale_that_is_not_there() {
    let project = TestProject::new().template("page.html", "{{ 1000 | num_format(locale=\"dee\") }}").page("a.md", "A");
    told!(project, @r#"
error: there is no locale `dee`
  ──▶ templates/page.html:1:11
  │
1 │ {{ 1000 | num_format(locale="dee") }}
  │           ^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: did you mean `de`?
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn an_argument_that_a_filter_lacks() {
    let project = TestProject::new().template("page.html", "{{ page.title | replace(from=\"a\") }}").page("a.md", "A");
    told!(project, @r#"
error: the argument `to` is missing
  ──▶ templates/page.html:1:17
  │
1 │ {{ page.title | replace(from="a") }}
  │                 ^^^^^^^^^^^^^^^^^
  = hint: write `to=…`
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_test_that_is_not_there() {
    let project =
        TestProject::new().template("page.html", "{% if page.title is definde %}x{% endif %}").page("a.md", "A");
    told!(project, @r#"
error: there is no test `definde`
  ──▶ templates/page.html:1:21
  │
1 │ {% if page.title is definde %}x{% endif %}
  │                     ^^^^^^^
  = hint: did you mean `defined`?

1 error
"#);
}

#[test]
fn a_text_where_a_number_belongs() {
    let project = TestProject::new().template("page.html", "{{ page.title | num_format }}").page("a.md", "A");
    told!(project, @r#"
error: a text stands where a whole number belongs
  ──▶ templates/page.html:1:4
  │
1 │ {{ page.title | num_format }}
  │    ^^^^
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_field_of_nothing() {
    let project = TestProject::new().template("page.html", "{{ page.extra.a.b }}").page("a.md", "A");
    told!(project, @r#"
error: there is no field `a`
  ──▶ templates/page.html:1:15
  │
1 │ {{ page.extra.a.b }}
  │               ^
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn an_address_that_a_template_writes_where_nothing_is() {
    let project = TestProject::new()
        .page("guide.md", "G")
        .template("page.html", "<a href=\"/giude/\">g</a> <a href=\"#main\">m</a>");
    told!(project, @r##"
error: there is nothing at `/giude/`
  ──▶ templates/page.html:1:10
  │
1 │ <a href="/giude/">g</a> <a href="#main">m</a>
  │          ^^^^^^^
  = hint: `content/guide.md` shows it
  = hint: did you mean `/guide/`?

error: nothing on the page has the name `main`
  ──▶ templates/page.html:1:34
  │
1 │ <a href="/giude/">g</a> <a href="#main">m</a>
  │                                  ^^^^^
  = hint: `content/guide.md` shows it
  = hint: give its place in the page `id="main"`

2 errors
"##);
}

#[test]
fn a_theme_that_throws() {
    let project = TestProject::new()
        .template("page.html", "{{ throw(message=\"set `extra.colour` in the configuration\") }}")
        .page("a.md", "A");
    told!(project, @r#"
error: set `extra.colour` in the configuration
  ──▶ templates/page.html:1:4
  │
1 │ {{ throw(message="set `extra.colour` in the configuration") }}
  │    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: `content/a.md` asked for it

1 error
"#);
}

// --- The way to the template that failed -----------------------------------------------------------------------------

#[test]
fn a_template_fails_that_the_pages_template_extends_and_includes() {
    let project = TestProject::new()
        .page("a.md", "A")
        .template("page.html", "{% extends \"outer.html\" %}")
        .template("outer.html", "<p>{% include \"foot.html\" %}</p>")
        .template("foot.html", "\n{{ pge }}");
    told!(project, @r#"
error: there is no variable `pge`
  ──▶ templates/foot.html:2:4
  │
2 │ {{ pge }}
  │    ^^^
  = hint: did you mean `page`?
  = hint: it is called from `templates/outer.html`, line 1
  = hint: `content/a.md` asked for it, by way of `templates/page.html` → `templates/outer.html`

1 error
"#);
}

#[test]
fn a_component_fails_that_a_component_calls() {
    let project = TestProject::new().page("a.md", "A").template("more.html", "{% component inner(n) %}{{ m }}{% endcomponent inner %}\n{% component outer() %}\n{{ <inner n={1} /> }}{% endcomponent outer %}").template("page.html", "\n\n{{ <outer /> }}");
    told!(project, @r#"
error: there is no variable `m`
  ──▶ templates/more.html:1:28
  │
1 │ {% component inner(n) %}{{ m }}{% endcomponent inner %}
  │                            ^
  = hint: here are: n
  = hint: it is called from `templates/more.html`, line 3
  = hint: it is called from `templates/page.html`, line 3
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn an_argument_that_a_component_lacks_in_a_template() {
    let project = TestProject::new().template("page.html", "{% <care> %}x{% </care> %}").page("a.md", "A");
    told!(project, @r#"
error: argument `kind` (type: `string`) missing
  ──▶ templates/page.html:1:4
  │
1 │ {% <care> %}x{% </care> %}
  │    ^^^^^^^^^^^^^^^^^^^^
  = hint: `content/a.md` asked for it

1 error
"#);
}

#[test]
fn a_block_that_is_closed_by_another_name() {
    let project = TestProject::new().template("page.html", "{% block main %}x{% endblock mian %}").page("a.md", "A");
    told!(project, @r#"
error: block was named `main` in the opening tag, found `mian` as name in the end tag
  ──▶ templates/page.html:1:30
  │
1 │ {% block main %}x{% endblock mian %}
  │                              ^^^^

1 error
"#);
}

#[test]
fn one_sign_where_two_compare() {
    let project = TestProject::new().template("page.html", "{% if page.title = \"A\" %}x{% endif %}").page("a.md", "A");
    told!(project, @r#"
error: found `=` but expected %}
  ──▶ templates/page.html:1:18
  │
1 │ {% if page.title = "A" %}x{% endif %}
  │                  ^
  = hint: to compare, write `==`

1 error
"#);
}

#[test]
fn words_outside_of_the_blocks() {
    let project = TestProject::new()
        .template("page.html", "{% extends \"base.html\" %}\n\n<p>lost</p>\n{% block main %}x{% endblock %}")
        .page("a.md", "A");
    told!(project, @r#"
error: this content would be ignored: only `extends`, `block` and `component` are allowed at the top level of a child template
  ──▶ templates/page.html:3:1
  │
3 │ <p>lost</p>
  │ ^^^^^^^^^^^

1 error
"#);
}

// --- What other generators told first --------------------------------------------------------------------------------

#[test]
fn a_link_to_another_site_without_its_beginning() {
    let project = TestProject::new().page("a.md", "See [them](www.example.org/help).");
    told!(project, @r#"
error: there is no file `www.example.org/help` beside this page
  ──▶ content/a.md:4:12
  │
4 │ See [them](www.example.org/help).
  │            ^^^^^^^^^^^^^^^^^^^^
  = hint: write the whole address of the other site: `https://www.example.org/help`

1 error
"#);
}

#[test]
fn a_page_is_never_meant_by_itself() {
    let project = TestProject::new().page("a1.md", "See [it](@/a2.md).");
    told!(project, @r#"
error: there is no page `@/a2.md`
  ──▶ content/a1.md:4:10
  │
4 │ See [it](@/a2.md).
  │          ^^^^^^^

1 error
"#);
}

#[test]
fn a_listing_of_less_than_nothing() {
    let project = TestProject::new().file("content/a/_index.md", "+++\ntitle = \"A\"\npaginate_by = -1\n+++\n");
    told!(project, @r#"
error: `paginate_by` cannot be `-1`
  ──▶ content/a/_index.md:3:1
  │
3 │ paginate_by = -1
  │ ^^^^^^^^^^^
  = hint: it is a number of things: 0 or more

1 error
"#);
}

#[test]
fn a_default_language_that_is_none() {
    let project = TestProject::new().config("default_language = \"english!\"\n");
    told!(project, @r#"
error: `english!` is no language's code
  ──▶ holdspace.toml:4:20
  │
4 │ default_language = "english!"
  │                    ^^^^^^^^^^
  = hint: write it as browsers do: `fr`, `pt-BR`

1 error
"#);
}

#[test]
fn a_theme_without_the_template_of_pages() {
    let project = TestProject::new().page("a.md", "Hi");
    std::fs::remove_file(project.path("themes/plain/templates/page.html")).expect("it was there");
    told!(project, @r#"
error: there is no template `page.html`
  ──▶ themes/plain/templates
  = hint: write `templates/page.html`: a theme has `index.html`, `section.html` and `page.html`

1 error
"#);
}
