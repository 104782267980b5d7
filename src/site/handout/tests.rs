//! What holds of handouts, one claim a test: the markup that is made, and the file as another program sees it.

use std::sync::Arc;

use super::*;

fn nothing(_: &str) -> Option<(Arc<[u8]>, &'static str)> {
    None
}

fn guide(html: &str) -> Handout {
    Handout {
        title: "The day itself".to_owned(),
        language: "en".to_owned(),
        program: "A Program".to_owned(),
        publisher: "A Clinic".to_owned(),
        phone: "020 7946 0000".to_owned(),
        changed: Some("2026-11-25".to_owned()),
        dates: Vec::new(),
        chapters: vec![Chapter {
            title: "The day itself".to_owned(),
            lead: "From morning to evening.".to_owned(),
            permalink: "https://x.org/day/".to_owned(),
            html: html.to_owned(),
            review: "To be reviewed.".to_owned(),
        }],
    }
}

const LETTER: Edition = Edition { paper: Paper::Letter, large: false };

/// What the engine is told of a guide.
fn told(html: &str) -> String {
    markup::of(&guide(html), &nothing).body
}

/// Makes a guide's handout, and has it looked at by somebody else: every rule of PDF/UA-1 and PDF/A-2a that a program can see.
fn conforming(handout: &Handout, pictures: Pictures<'_>, edition: Edition) -> Vec<u8> {
    let pdf = Laid::of(handout, pictures).pdf(edition).unwrap_or_else(|faults| panic!("{faults:?}"));
    for profile in [page_validation::ValidationProfile::PdfUa1, page_validation::ValidationProfile::PdfA2a] {
        let options = page_validation::ValidationOptions::default().profile(profile);
        let report = page_validation::validate_pdf_bytes(&pdf, &options).expect("it can be read");
        assert!(report.is_compliant, "{profile:?}: {:?}", report.failures);
    }
    pdf
}

const RICH: &str = r##"<p>Words with <strong>weight</strong>, <em>tone</em>, <code>code</code>, a <a href="https://x.org/risks/">link</a>,
    a call to <a href="tel:0207"><bdi dir="ltr">020 7946 0000</bdi></a> and a way <a href="#food">down</a>.</p>
    <div class="checklist"><h3 class="checklist-title">Before</h3><ul><li>one</li><li>two</li></ul></div>
    <h2 id="food">Food</h2><ul><li>☐ a task</li><li><p>loose</p><ol start="3"><li>three</li></ol></li></ul>
    <div class="care care-urgent"><h3 class="care-title">Call if</h3><div class="care-body"><ul><li>ill</li></ul></div></div>
    <div class="advice do"><h3>Do</h3><ul><li>rest</li></ul></div><div class="advice dont"><h3>Don’t</h3><ul><li>drive</li></ul></div>
    <dl><dt>Arrival</dt><dd>You settle.</dd></dl><blockquote><p>Quoted.</p></blockquote><pre><code>a  b
    c</code></pre><hr><div class="lines"><span></span><span></span></div>
    <table><thead><tr><th>When</th><th>What</th></tr></thead><tbody><tr><td>9:00</td><td>Doors</td></tr><tr><td colspan="2">Rest</td></tr></tbody></table>
    <details class="expander"><summary>More</summary><div class="expander-body"><p>Here.</p></div></details>
    <h2>Rest</h2><p>Rest.</p><h2>Home</h2><p>Home.</p>"##;

#[test]
fn every_edition_conforms_to_the_standards_in_the_eyes_of_another_program() {
    for edition in Edition::ALL {
        conforming(&guide(RICH), &nothing, edition);
    }
}

#[test]
fn a_packet_conforms_and_its_links_lead_inside_of_it() {
    let mut packet = guide("<h2 id=\"food\">Food</h2><p>See <a href=\"https://x.org/after/#tea\">tea</a>.</p>");
    packet.dates = vec![("Intake".to_owned(), "Tuesday, March 2, 2027".to_owned())];
    packet.chapters.push(Chapter {
        title: "Afterwards".to_owned(),
        permalink: "https://x.org/after/".to_owned(),
        html: "<h2 id=\"tea\">Tea</h2><p>See <a href=\"https://x.org/day/#food\">food</a> and <a href=\"https://x.org/day/#no\">what is not there</a>.</p>".to_owned(),
        ..Chapter::default()
    });
    conforming(&packet, &nothing, LETTER);
    let body = markup::of(&packet, &nothing).body;
    for label in ["#link(label(\"c1-tea\"))", "#link(label(\"c0-food\"))", "#link(label(\"c0\"))"] {
        assert!(body.contains(label), "{label} is not in {body}");
    }
}

#[test]
fn what_an_author_writes_is_never_a_command() {
    let body = told("<p>] #panic(\"x\") \\ \" [ #import \"y\" $ ` * _ @a</p>");
    assert!(body.contains(r##"#"] #panic(\"x\") \\ \" [ #import \"y\" $ ` * _ @a""##), "{body}");
    conforming(&guide("<p>] #panic(\"x\") \\ \" [ #import \"y\" $ ` * _ @a</p>"), &nothing, LETTER);
}

#[test]
fn a_heading_that_skips_a_level_takes_the_next() {
    let body = told("<h4 id=\"a\">A</h4><h2>B</h2><h6>C</h6>");
    for heading in
        ["#heading(level: 2)[#\"A\"] #label(\"c0-a\")", "#heading(level: 2)[#\"B\"]", "#heading(level: 3)[#\"C\"]"]
    {
        assert!(body.contains(heading), "{heading} is not in {body}");
    }
}

#[test]
fn a_checklist_has_boxes_and_a_list_in_it_has_none() {
    let body =
        told("<div class=\"checklist\"><ul><li>one<ul><li>in it</li></ul></li></ul></div><ul><li>after</li></ul>");
    assert!(body.contains("#together[#boxes([#\"one\"\n\n#list([#\"in it\"])])]"), "{body}");
    assert!(body.contains("#together[#list([#\"after\"])]"), "{body}");
}

#[test]
fn paper_says_where_a_link_leads() {
    let body = told("<p><a href=\"https://x.org/risks/\">the risks</a></p>");
    assert!(
        body.contains("#addresses(\"Where the links lead\", [#\"the risks:\" #address(\"https://x.org/risks/\")])"),
        "{body}"
    );
}

#[test]
fn a_sign_that_the_typeface_lacks_is_told() {
    let faults = Laid::of(&guide("<p>Rest \u{4e2d} well.</p>"), &nothing).pdf(LETTER).unwrap_err();
    assert!(matches!(&faults[..], [Fault::NoSign(text)] if text.contains('\u{4e2d}')), "{faults:?}");
}

#[test]
fn pictures_come_with_their_words_and_one_without_words_is_an_ornament() {
    let svg: Arc<[u8]> =
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><rect width=\"9\" height=\"9\"/></svg>"
            .as_slice()
            .into();
    let found = move |_: &str| Some((Arc::clone(&svg), "svg"));
    let guide = guide(
        "<p><img src=\"a.svg\" alt=\"A door\"></p><p><img src=\"b.svg\" alt=\"\"></p><svg viewBox=\"0 0 9 9\"><title>A line</title><path d=\"M0 0h9\"/></svg>",
    );
    let markup = markup::of(&guide, &found);
    for shown in [
        "#picture(\"picture-1.svg\", \"A door\")",
        "#ornament(\"picture-2.svg\")",
        "#picture(\"picture-3.svg\", \"A line\")",
    ] {
        assert!(markup.body.contains(shown), "{shown} is not in {}", markup.body);
    }
    conforming(&guide, &found, LETTER);
}

#[test]
fn the_same_guide_makes_the_same_bytes_and_another_has_another_name() {
    let (one, other) = (Laid::of(&guide(RICH), &nothing), Laid::of(&guide("<p>Other.</p>"), &nothing));
    assert_eq!(one.pdf(LETTER), Laid::of(&guide(RICH), &nothing).pdf(LETTER));
    assert_eq!(one.key(LETTER), Laid::of(&guide(RICH), &nothing).key(LETTER));
    assert_ne!(one.key(LETTER), other.key(LETTER));
    assert_ne!(one.key(LETTER), one.key(Edition::ALL[1]));
}

#[test]
fn no_html_makes_a_handout_fail() {
    const PARTS: [&str; 24] = [
        "<p>",
        "</p>",
        "<ul>",
        "<li>",
        "</li>",
        "</ul>",
        "<ol start=\"x\">",
        "<table>",
        "<tr>",
        "<td colspan=\"0\">",
        "</table>",
        "<h1>",
        "<h6 id=\"a\">",
        "</h6>",
        "<dl><dd>",
        "<div class=\"lines\">",
        "<div class=\"care\">",
        "</div>",
        "<a href=\"#c0-\">x",
        "</a>",
        "<strong>",
        "words",
        "<br>",
        "<details><summary>",
    ];
    let mut seed = 7_u32;
    for _ in 0..150 {
        let mut html = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            html.push_str(PARTS[(seed >> 16) as usize % PARTS.len()]);
        }
        let made = Laid::of(&guide(&html), &nothing).pdf(LETTER);
        assert!(made.is_ok(), "{html}: {made:?}");
    }
    let deep = "<div><ul><li>".repeat(3000);
    assert!(Laid::of(&guide(&deep), &nothing).pdf(LETTER).is_ok());
}
