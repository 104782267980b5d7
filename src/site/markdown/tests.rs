//! What Markdown becomes.

use super::*;
use crate::project::markdown::ExternalLinks;
use crate::site::document::{Besides, Heading, Piece};
use crate::site::{finish, html};

fn read(text: &str) -> (String, Document, Vec<String>) {
    read_as(text, &Markdown::house())
}

fn read_as(text: &str, markdown: &Markdown) -> (String, Document, Vec<String>) {
    let source = SourceText::new("a.md", text);
    let (document, findings) = parse(&source, 0..text.len(), Flavour::new(markdown, Manner::House));
    let html = show(&body(&document), &document);
    (html, document, findings.sorted().iter().map(|d| d.message.clone()).collect())
}

fn html_as(text: &str, markdown: &Markdown) -> String {
    read_as(text, markdown).0
}

fn body(document: &Document) -> Arc<Gapped> {
    document.body.html().expect("it was read just now")
}

fn show(html: &Gapped, document: &Document) -> String {
    shown(html.pieces(), document)
}

fn shown<'g>(pieces: impl Iterator<Item = Piece<'g>>, document: &Document) -> String {
    pieces
        .map(|piece| match piece {
            Piece::Html(html) => html.to_owned(),
            Piece::Gap(Gap::Link(link)) => format!("«{}»", document.links[*link].target),
            Piece::Gap(Gap::Call(placed)) => match &placed.body {
                Some(body) => format!("[{}: {}]", document.calls[placed.call].name.value, show(body, document)),
                None => format!("[{}]", document.calls[placed.call].name.value),
            },
            Piece::Gap(Gap::Heading(gap)) => format!("[{:?} {}]", gap.side, gap.id),
        })
        .collect()
}

#[test]
fn what_is_said_to_the_check_is_not_published() {
    let text =
        "Hello.\n\n<!-- lint-ignore claims/cure: it quotes the FDA -->\n\nBye, <!-- lint-ignore a/b: c -->all.\n";
    let html = html_as(text, &Markdown::house());
    assert!(!html.contains("lint") && html.contains("Bye, all."), "{html}");
    assert!(html_as("<!-- a note -->\n", &Markdown::house()).contains("<!-- a note -->"));
}

#[test]
fn a_link_is_a_gap_with_its_place() {
    let text = "See [the *day*](@/day.md \"@/day.md\"), ![a](b.png) and [w][r].\n\n[r]: c.md 'x'\n";
    let (html, document, _) = read(text);
    assert!(html.starts_with("<p>See <a href=\"«@/day.md»\" title=\"@/day.md\">the <em>day</em></a>, "), "{html}");
    let places: Vec<(&str, usize)> =
        document.links.iter().map(|link| (&text[link.span.clone()], link.span.start)).collect();
    assert_eq!(places, [("@/day.md", 16), ("b.png", 43), ("c.md", 68)]);
    let text = "On [a]() and ![b]().";
    let (_, document, _) = read(text);
    let places: Vec<&str> = document.links.iter().map(|link| &text[link.span.clone()]).collect();
    assert_eq!(places, ["[a]()", "![b]()"], "an address that is not there has no place of its own");
}

#[test]
fn addresses_elsewhere_are_left_alone() {
    let (html, document, _) = read("[a](https://x.org/) [b](tel:988) <a@b.org> [c](//x.org)");
    assert!(document.links.is_empty(), "{html}");
    assert!(html.contains("href=\"tel:988\""), "{html}");
}

#[test]
fn a_component_that_stands_for_itself_is_in_no_paragraph() {
    let (html, ..) = read("a\n{% care() %}\n- b\n\n{{ x() }}\n{% end %}\nc {{ y() }}\n\n{{ z() }}");
    assert_eq!(html, "<p>a</p>\n[care: <ul>\n<li>b</li>\n</ul>\n[x]\n]\n<p>c [y]</p>\n[z]\n");
}

#[test]
fn code_and_comments_are_never_called() {
    assert_eq!(read("<!--\n{{ a() }}\n\n{% b() %}\n-->\n\nx <!-- {{ c(x) }} -->").2, [""; 0]);
    let (html, _, findings) = read("`{{ a() }}` and\n\n```\n{% b() %}\n```\n\n{{ c }} {{");
    assert_eq!(findings, [""; 0]);
    assert_eq!(html, "<p><code>{{ a() }}</code> and</p>\n<pre><code>{% b() %}\n</code></pre>\n<p>{{ c }} {{</p>\n");
}

#[test]
fn headings_have_names_of_their_own() {
    let (html, document, _) = read("# A *b*\n\n## A b\n\n## C {#d .e}\n\n<b id=\"f\"></b>");
    assert_eq!(document.anchors, ["a-b", "a-b-1", "d", "f"]);
    assert_eq!(document.headings[0], Heading { level: 1, id: "a-b".to_owned(), title: "A b".to_owned() });
    assert!(html.contains("<h2 id=\"d\" class=\"e\">C</h2>"), "{html}");
}

#[test]
fn words_are_counted_across_smart_quotes() {
    assert_eq!(read("I don't \"know\" — *un*like `x y`.\n\nYou do.").1.words, 8);
}

#[test]
fn the_summary_ends_at_the_comment() {
    let (_, document, _) = read("One [a](@/a.md).\n\n<!-- more -->\n\nTwo.");
    let summary = document.summary.clone().unwrap();
    assert_eq!(summary.closing, "");
    assert_eq!(
        shown(body(&document).beginning(summary.length, summary.gaps), &document),
        "<p>One <a href=\"«@/a.md»\">a</a>.</p>\n"
    );
}

#[test]
fn a_component_in_an_address_is_found_and_not_lost() {
    let (_, _, findings) = read("[a]({{ x() }}) ![{{ y() }}](b.png)");
    assert_eq!(findings, ["`x` cannot stand here", "`y` cannot stand here"]);
}

#[test]
fn a_page_that_hides_no_call_is_told_by_its_letters() {
    let bits = [
        "{{ a() }}",
        "{{ <a /> }}",
        "{% b() %}",
        "{% end %}",
        "{% raw %}",
        "{% endraw %}",
        "x",
        " ",
        "  ",
        "\n",
        "\n\n",
        "`",
        "``",
        "> ",
        "- ",
        "1. ",
        "    ",
        "\t",
    ];
    let house = Markdown::house();
    let options = Flavour::new(&house, Manner::House).options();
    let mut state = 3_usize;
    let mut told = 0;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..10 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(bits[(state >> 33) % bits.len()]);
        }
        if !code::may_hide_calls(&text) {
            told += 1;
            let source = SourceText::new("a.md", text.as_str());
            let calls = |code: &[Range<usize>]| component::parse(&source, 0..text.len(), code).0;
            assert_eq!(calls(&[]), calls(&code::read(&text, 0, options)), "{text:?}");
        }
    }
    assert!(told > 1000, "{told} of the texts were told");
}

#[test]
fn no_markdown_makes_it_panic() {
    let bits = [
        "{{",
        "}}",
        "{% a() %}",
        "{% end %}",
        "[x](",
        "@/é",
        ")",
        "\n",
        "\n\n",
        "# ",
        "> ",
        "`",
        "```\n",
        "<b ",
        "<!-- more -->",
        "|a|\n|-|\n",
        "[^1]",
        "[^1]: ",
        "- ",
        "    ",
        "é中",
        "\"",
        "\\",
        "\0",
        "hsmark0z",
        "*",
        "![",
        "{#",
    ];
    let mut state = 7_usize;
    for _ in 0..3000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(bits[(state >> 33) % bits.len()]);
        }
        read_as(&text, &Markdown { render_emoji: true, lazy_async_image: true, ..Markdown::house() });
    }
}

#[test]
fn a_summary_that_ends_within_a_paragraph_is_closed() {
    let (html, document, _) = read("> One *two <!--MORE--> three*.");
    let summary = document.summary.clone().unwrap();
    assert_eq!(summary.closing, "</em></p>\n</blockquote>\n");
    assert_eq!(
        shown(body(&document).beginning(summary.length, summary.gaps), &document),
        "<blockquote>\n<p>One <em>two "
    );
    assert!(html.contains("<span id=\"continue-reading\"></span>"), "{html}");
}

#[test]
fn footnotes_stand_at_the_end_in_the_order_of_their_marks() {
    let text = "[^b]: Said *before*.\n\nOne[^a] and two[^b], one[^a] again, [^none].\n\n[^a]: First.\n\n    - list\n\n[^c]: Never named.";
    let (html, document, _) = read(text);
    insta::assert_snapshot!(html, @r##"
    <p>One<sup class="footnote-reference" id="fr-a-1"><a href="#fn-a">[1]</a></sup> and two<sup class="footnote-reference" id="fr-b-1"><a href="#fn-b">[2]</a></sup>, one<sup class="footnote-reference" id="fr-a-2"><a href="#fn-a">[1]</a></sup> again, [^none].</p>
    <section class="footnotes">
    <ol class="footnotes-list">
    <li id="fn-a">
    <p>First. <a href="#fr-a-1">↩</a> <a href="#fr-a-2">↩2</a></p>
    <ul>
    <li>list</li>
    </ul>
    </li>
    <li id="fn-b">
    <p>Said <em>before</em>. <a href="#fr-b-1">↩</a></p>
    </li>
    </ol>
    </section>
    "##);
    assert_eq!(document.anchors, ["fn-a", "fn-b"]);
    let zola = html_as("One[^1].\n\n[^1]: Note.", &Markdown::zola());
    assert!(zola.starts_with("<p>One<sup class=\"footnote-reference\"><a href=\"#1\">1</a></sup>.</p>"), "{zola}");
}

#[test]
fn a_zola_site_asks_for_what_goes_beyond_common_mark() {
    let text = "a -- \"b\"\n\nterm\n: def\n\n> [!NOTE]\n> n\n\n:smile:";
    let plain = html_as(text, &Markdown::zola());
    assert!(plain.contains("<p>a -- \"b\"</p>") && plain.contains("<p>:smile:</p>"), "{plain}");
    assert!(!plain.contains("<dl>") && !plain.contains("markdown-alert"), "{plain}");
    let whole = html_as(text, &Markdown { render_emoji: true, ..Markdown::house() });
    assert!(whole.contains("<p>a – “b”</p>") && whole.contains("<p>😄</p>"), "{whole}");
    assert!(whole.contains("<dt>term</dt>") && whole.contains("markdown-alert-note"), "{whole}");
    assert!(
        html_as("12:30, :no-such: and `:smile:`", &Markdown { render_emoji: true, ..Markdown::house() })
            .contains("<p>12:30, :no-such: and <code>:smile:</code></p>")
    );
}

#[test]
fn links_to_other_sites_get_what_is_wanted() {
    let wants = |external_links| Markdown { external_links, ..Markdown::zola() };
    let all = ExternalLinks {
        class: Some("out".to_owned()),
        target_blank: true,
        no_follow: true,
        no_referrer: true,
        external: true,
    };
    assert_eq!(
        html_as("[*a*](https://x.org/?a=1&b=2 \"T\")", &wants(all)),
        "<p><a class=\"out\" rel=\"noopener nofollow noreferrer external\" target=\"_blank\" title=\"T\" \
         href=\"https://x.org/?a=1&amp;b=2\"><em>a</em></a></p>\n"
    );
    assert_eq!(
        html_as("<https://x.org> [a](@/a.md) <a@b.org>", &Markdown::zola()),
        "<p><a rel=\"external\" href=\"https://x.org\">https://x.org</a> <a href=\"«@/a.md»\">a</a> \
         <a href=\"mailto:a@b.org\">a@b.org</a></p>\n"
    );
    assert_eq!(
        html_as("[a](https://x.org)", &wants(ExternalLinks::default())),
        "<p><a href=\"https://x.org\">a</a></p>\n"
    );
}

#[test]
fn pictures_wait_until_they_come_near() {
    let lazy = Markdown { lazy_async_image: true, ..Markdown::house() };
    assert_eq!(
        html_as("![a *b* \"c\"](d.png \"T\")", &lazy),
        "<p><img src=\"«d.png»\" alt=\"a b “c”\" title=\"T\" loading=\"lazy\" decoding=\"async\" /></p>\n"
    );
}

#[test]
fn a_name_given_by_hand_is_kept_for_its_heading() {
    let (html, ..) = read("# Hello\n\n# Other {#hello}\n\n# Hello");
    assert_eq!(html, "<h1 id=\"hello-1\">Hello</h1>\n<h1 id=\"hello\">Other</h1>\n<h1 id=\"hello-2\">Hello</h1>\n");
}

#[test]
fn headings_leave_gaps_for_links_to_themselves() {
    let source = SourceText::new("a.md", "# A *b*");
    let house = Markdown::house();
    let flavour = Flavour { heading_gaps: true, ..Flavour::new(&house, Manner::House) };
    let (document, _) = parse(&source, 0..7, flavour);
    assert_eq!(show(&body(&document), &document), "<h1 id=\"a-b\">[Before a-b]A <em>b</em>[After a-b]</h1>\n");
}

#[test]
fn both_ways_of_calling_a_component_are_known_and_can_be_escaped() {
    let (html, _, findings) = read("{% <care kind=\"x\"> %}\nHi {{ <phone /> }}\n{% </care> %}");
    assert_eq!((html.as_str(), findings.len()), ("[care: <p>Hi [phone]</p>\n]\n", 0));
    let (html, ..) =
        read("{{/* a() */}}\n\n{% raw %}\n\n*{{ b() }}*\n\n{% endraw %}\n\n`{{/* c() */}}`\n\n    {%/* d() */%}");
    assert_eq!(
        html,
        "<p>{{ a() }}</p>\n<p><em>{{ b() }}</em></p>\n<p><code>{{ c() }}</code></p>\n<pre><code>{% d() %}</code></pre>\n"
    );
    let source = SourceText::new("a.md", "{{ a() }}");
    let house = Markdown::house();
    let flavour = Flavour { calls: false, ..Flavour::new(&house, Manner::House) };
    assert_eq!(parse(&source, 0..9, flavour).0.calls.len(), 0);
}

#[test]
fn where_nothing_is_said_to_be_besides_words_no_tag_has_to_be_read() {
    let plain = [
        "# A *heading* {#name .class}\n\nWords, `code <b>` and ~~no~~ more.\\\nA line.\n\n---\n\n> Said\n",
        "> [!NOTE]\n> An alert.\n\n- a [page](@/day.md \"'titled'\")\n- [elsewhere](https://y.org/) <a@b.org> <https://y.org>\n",
        "![a *b*](c.png 'd') and [![e](f.png)][g]\n\n[g]: /h/\n",
        "1. One\n\n| a | b |\n| --- | --- |\n| `c` | [d](#e) |\n\n```rust,linenos,name=x\nfn main() {}\n```\n\n    indented\n",
        "{% note() %}\n![a](b.png) <b style='c'>\n{% end %}\n\nIt is {{ said(id=\"x\") }}.\n",
        "",
    ];
    let others = [
        "![a](https://y.org/b.png)",
        "<b id=a>raw</b>",
        "<!-- said -->",
        "# A heading { style=\"color: red\" }",
        "| a |\n| :-: |\n| b |",
        "A note[^1].\n\n[^1]: Said.",
        "- [ ] to do",
        "<!-- more -->",
        "<script>\nrun()\n</script>",
    ];
    let gapped = |text: &str| body(&read_as(text, &Markdown::house()).1);
    for text in plain {
        let gapped = gapped(text);
        assert_eq!(gapped.besides == Besides::Elsewhere, gapped.html.contains("y.org"), "{text}");
        assert_ne!(gapped.besides, Besides::Anything, "{text}");
        for tag in html::tags(&gapped.html) {
            let is_noted = tag.written().starts_with(PICTURE);
            assert!(is_noted || !(finish::MATTER.tag)(tag.name().as_bytes()), "{}", tag.written());
            for (name, value) in tag.attributes() {
                let is_elsewhere = value.is_empty() || value.starts_with("https://y.org") || value == "mailto:a@b.org";
                let is_harmless =
                    matches!(name, "class" | "title" | "alt" | "aria-hidden") || name.starts_with("data-");
                assert!(
                    (matches!(name, "href" | "src") && is_elsewhere) || (name == "id" && tag.is("h1")) || is_harmless,
                    "{name}={value}"
                );
            }
        }
    }
    for text in others {
        assert_eq!(gapped(text).besides, Besides::Anything, "{text}");
    }
}
