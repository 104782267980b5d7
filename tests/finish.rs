//! What happens to a site's files between rendering and writing: pictures, styles, policies. In memory, with pictures
//! as real encoders and a telephone make them (`fixtures/pictures/make.sh`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod support;

use std::path::Path;

use holdspace::site::image::codec::{self, Header};
use support::{Built, TestProject};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new("tests/fixtures/pictures").join(name)).unwrap()
}

fn with(names: &[&str], text: &str) -> TestProject {
    let project = TestProject::new().page("a.md", text).template(
        "base.html",
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{% block title %}{% endblock %}</title>\n\
         </head><body><main>{% block main %}{% endblock %}</main></body></html>\n",
    );
    names.iter().fold(project, |project, name| project.file(&format!("content/{name}"), fixture(name)))
}

fn file<'b>(built: &'b Built, path: &str) -> &'b [u8] {
    let found = built.artifacts.iter().find(|artifact| artifact.path == path);
    &found.unwrap_or_else(|| panic!("no `{path}` among {:?}", built.paths())).bytes
}

/// The files made of pictures, each with what its first bytes say.
fn made(built: &Built) -> Vec<(String, Header)> {
    let made = built.artifacts.iter().filter(|artifact| artifact.path.starts_with("processed_images/"));
    made.map(|artifact| (artifact.path.clone(), codec::header(&artifact.bytes).unwrap())).collect()
}

/// The address of an attribute in a page two folders deep, as a path of the site.
fn addresses(html: &str) -> Vec<String> {
    let parts = html.split(['"', ' ', ',']).filter(|part| part.starts_with("../processed_images/"));
    parts.map(|part| part.trim_start_matches("../").to_owned()).collect()
}

#[test]
fn a_picture_in_the_words_becomes_one_of_several_widths() {
    let built = with(&["turned.jpg"], "![A door](turned.jpg \"The way in\")\n\n![Again](turned.jpg)").build().clean();
    let html = built.main("a/index.html");
    let named: Vec<String> = addresses(html);
    let shape = named.iter().fold(html.to_owned(), |html, name| {
        html.replace(&format!("../{name}"), &format!("{}.{}", &name[17..23], &name[name.len() - 4..]))
    });
    insta::assert_snapshot!(shape, @r#"
    <p><picture><source type="image/webp" srcset="turned.webp 320w, turned.webp 640w, turned.webp 960w" sizes="(min-width: 48rem) 44rem, 100vw"><img class="pic-666" src="turned..jpg" alt="A door" title="The way in" width="960" height="1280" decoding="async"></picture></p>
    <p><picture><source type="image/webp" srcset="turned.webp 320w, turned.webp 640w, turned.webp 960w" sizes="(min-width: 48rem) 44rem, 100vw"><img class="pic-666" src="turned..jpg" alt="Again" width="960" height="1280" loading="lazy" decoding="async"></picture></p>
    "#);
    let mut sizes: Vec<(u32, u32, &str)> =
        made(&built).iter().map(|(_, header)| (header.width, header.height, header.format.name())).collect();
    sizes.sort_unstable();
    assert_eq!(
        sizes,
        [(320, 427, "webp"), (640, 853, "webp"), (960, 1280, "jpg"), (960, 1280, "webp")],
        "upright, as the telephone was held"
    );
    let all: Vec<&str> = built.paths();
    assert!(named.iter().all(|name| all.contains(&name.as_str())), "{named:?}");
    assert!(built.text("a/index.html").contains("<link rel=\"stylesheet\" href=\"../hashed/pictures."));
}

#[test]
fn what_a_camera_wrote_is_in_no_published_file() {
    let built = with(&["turned.jpg"], "![A door](turned.jpg)").build().clean();
    let pictures = built.artifacts.iter().filter(|artifact| codec::header(&artifact.bytes).is_ok());
    let mut count = 0;
    for picture in pictures {
        count += 1;
        for secret in ["Telephone", "GPS", "Somebody", "2026:05:01", "a word"] {
            let found = memchr::memmem::find(&picture.bytes, secret.as_bytes());
            assert_eq!(found, None, "{} has `{secret}`", picture.path);
        }
    }
    assert_eq!(count, 5);
    let original = codec::header(file(&built, "turned.jpg")).unwrap();
    assert_eq!((original.width, original.height), (960, 1280), "it is still turned");
}

#[test]
fn the_top_of_a_turned_picture_is_its_top() {
    let built = with(&["turned.jpg"], "![A door](turned.jpg)").build().clean();
    for (path, header) in made(&built) {
        let raster = codec::decode(file(&built, &path), None).unwrap();
        let part =
            |y| raster.resized(Some(codec::Crop { x: 0, y, width: header.width, height: 20 }), 1, 1).colour().unwrap();
        let (above, below) = (part(0), part(header.height - 20));
        assert!(above[2] > above[0] && below[0] > below[2], "{path}: {above:?} {below:?}");
    }
}

#[test]
fn a_drawing_is_packed_without_loss_and_keeps_what_shows_through() {
    let built = with(&["plan.png", "clear.png"], "![Plan](plan.png) ![Clear](clear.png)").build().clean();
    let html = built.main("a/index.html");
    assert!(html.contains("<img class=\"pic-clear\"") && html.contains("<img class=\"pic-ccf\""), "{html}");
    let plan = codec::decode(&fixture("plan.png"), None).unwrap();
    let webp = made(&built)
        .into_iter()
        .find(|(path, header)| path.contains("/plan.") && header.width == 1000 && path.ends_with("webp"));
    let webp = codec::decode(file(&built, &webp.unwrap().0), None).unwrap();
    assert_eq!(
        webp.packed(codec::Packing::Png).unwrap(),
        plan.packed(codec::Packing::Png).unwrap(),
        "each point is the same"
    );
    for (path, _) in made(&built).iter().filter(|(path, _)| path.contains("/clear.")) {
        assert!(codec::decode(file(&built, path), None).unwrap().is_clear(), "{path}");
    }
}

#[test]
fn what_moves_what_is_drawn_in_lines_and_what_is_elsewhere_stays_as_it_is() {
    let text = "![M](moving.gif) ![L](line.svg) ![E](https://x.example/e.png) <img src=\"@/b.md\" class=\"mine\">";
    let built = with(&["moving.gif"], text).page("b.md", "B").file("content/line.svg", "<svg/>").build().clean();
    assert_eq!(
        built.main("a/index.html"),
        "<p><img class=\"pic-clear\" src=\"../moving.gif\" alt=\"M\" width=\"160\" height=\"120\" decoding=\"async\"> \
         <img src=\"../line.svg\" alt=\"L\" /> <img src=\"https://x.example/e.png\" alt=\"E\" /> \
         <img src=\"../b/index.html\" class=\"mine\"></p>\n"
    );
    assert_eq!(made(&built), []);
}

#[test]
fn a_bomb_and_a_bad_picture_are_told_where_they_stand() {
    let mut cut = fixture("turned.jpg");
    cut.truncate(700);
    let project = with(&["bomb.png"], "One\n![B](bomb.png)\n![N](none.png) and ![C](cut.jpg)\n")
        .file("content/none.png", "no picture")
        .file("content/cut.jpg", cut);
    insta::assert_snapshot!(project.report(), @r#"
    error: `bomb.png` has 60000 × 60000 pixels, more than a page can show
      ──▶ content/a.md:5:6
      │
    5 │ ![B](bomb.png)
      │      ^^^^^^^^
      = hint: make it smaller: 64 million pixels at most, and no side longer than 16000

    error: `none.png` is no picture
      ──▶ content/a.md:6:6
      │
    6 │ ![N](none.png) and ![C](cut.jpg)
      │      ^^^^^^^^
      = hint: a picture is a JPEG, PNG, WebP, GIF or SVG file; open it and save it as one

    error: `cut.jpg` is damaged
      ──▶ content/a.md:6:25
      │
    6 │ ![N](none.png) and ![C](cut.jpg)
      │                         ^^^^^^^
      = hint: open it in a drawing program and save it again

    3 errors
    "#);
}

#[test]
fn templates_ask_for_sizes_as_in_zola() {
    let project = with(&["turned.jpg", "still.webp"], "A").template(
        "page.html",
        "{% set m = get_image_metadata(path='turned.jpg') %}{{ m.width }}x{{ m.height }} {{ m.format }} {{ m.mime }} {{ m.description }} {{ m.created }}
{% set r = resize_image(path='@/turned.jpg', width=300, height=100) %}{{ r.width }}x{{ r.height }} of {{ r.orig_width }}x{{ r.orig_height }}
{% set f = resize_image(path='content/still.webp', width=100, op='fit_width', format='jpg', quality=60) %}<img src=\"{{ f.url }}\">
{% set again = get_image_metadata(path=f.static_path) %}{{ again.height }}
{% set s = get_image_metadata(path='line.svg') %}{{ s.width }}x{{ s.height }} {{ s.format }}
{{ get_image_metadata(path='none.png', allow_missing=true) is none }}",
    );
    let project = project.file("static/line.svg", "<?xml version='1.0'?><svg viewBox='0 0 40.4 30'><path/></svg>");
    let built = project.build().clean();
    let html = built.text("a/index.html");
    let image = addresses(html);
    let html = html.replace(&image[0], "IMAGE");
    insta::assert_snapshot!(html, @r#"
    960x1280 jpg image/jpeg A door 2026:05:01 10:00:00
    300x100 of 960x1280
    <img src="../IMAGE">
    75
    40x30 svg
    true
    "#);
    let mut sizes: Vec<_> =
        made(&built).iter().map(|(path, header)| (header.width, header.height, path.ends_with(".jpg"))).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [(100, 75, true), (300, 100, true)]);
}

#[test]
fn a_template_that_asks_for_what_cannot_be_is_told() {
    let project = with(&["turned.jpg"], "A")
        .template("page.html", "{% set r = resize_image(path='turned.jpg', width=300, op='fil') %}");
    insta::assert_snapshot!(project.report(), @r#"
    error: `op` cannot be `fil`
      ──▶ templates/page.html:1:12
      │
    1 │ {% set r = resize_image(path='turned.jpg', width=300, op='fil') %}
      │            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      = hint: did you mean `fill`?
      = hint: `content/a.md` asked for it

    1 error
    "#);
    let project = project.template("page.html", "{% set r = resize_image(path='turned.jpg', width=300) %}");
    insta::assert_snapshot!(project.report(), @r#"
    error: `fill` needs the argument `height`
      ──▶ templates/page.html:1:12
      │
    1 │ {% set r = resize_image(path='turned.jpg', width=300) %}
      │            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      = hint: write `height=400`
      = hint: `content/a.md` asked for it

    1 error
    "#);
    let project = project.template("page.html", "{% set r = get_image_metadata(path='../turned.jpg') %}");
    insta::assert_snapshot!(project.report(), @r#"
    error: there is no file `../turned.jpg`
      ──▶ templates/page.html:1:12
      │
    1 │ {% set r = get_image_metadata(path='../turned.jpg') %}
      │            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      = hint: a path begins in `static`, in `content` or in the program's folder
      = hint: `content/a.md` asked for it

    1 error
    "#);
}

#[test]
fn a_picture_is_packed_once_and_comes_from_the_shelf_from_then_on() {
    let project = with(&["turned.jpg"], "![A door](turned.jpg)");
    let first = project.build().clean();
    let shelf = project.path(".holdspace/pictures");
    let kept: Vec<_> = std::fs::read_dir(&shelf).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 5, "four files, and what is known");
    // What lies on the shelf is taken from there: another file under its name is published in its place.
    let webp = kept.iter().find(|path| path.to_string_lossy().ends_with(".webp")).unwrap();
    std::fs::write(webp, "changed").unwrap();
    let second = project.build().clean();
    let differing: Vec<_> =
        first.artifacts.iter().zip(&second.artifacts).filter(|(a, b)| a != b).map(|(a, _)| &a.path).collect();
    assert_eq!(differing.len(), 1, "{differing:?}");
    std::fs::remove_dir_all(&shelf).unwrap();
    assert_eq!(project.build().clean().artifacts, first.artifacts, "without a shelf all is the same");
}

// --- Styles, scripts, policies ------------------------------------------------------------------------------------

const HEAD: &str = "<!doctype html>\n<html><head><meta charset=\"utf-8\"><link rel=\"stylesheet\" href=\"{{ get_url(path='css/a.css', cachebust=true) }}\">\
                    <script src=\"{{ get_url(path='a.js') }}\" defer></script></head><body>";

fn styled(body: &str) -> TestProject {
    TestProject::new()
        .file("static/css/a.css", "@import 'b.css'; body { margin: 0 0 0 0 }")
        .file("static/css/b.css", "@font-face { font-family: F; src: url(f.woff2) }")
        .file("static/css/f.woff2", "font")
        .file("static/a.js", "document.title += '!';")
        .page("guides/day.md", "Hi.")
        .template("page.html", &format!("{HEAD}{body}</body></html>\n"))
}

/// The policy of a page, as a browser reads it.
fn policy(html: &str) -> String {
    let content = html.split("http-equiv=\"Content-Security-Policy\" content=\"").nth(1).expect("a policy");
    content.split('"').next().unwrap().replace("&amp;", "&")
}

#[test]
fn a_page_links_styles_and_scripts_by_names_that_hold_their_hash() {
    let built = styled("").build().clean();
    let html = built.text("guides/day/index.html");
    let hashed: Vec<&str> = built.paths().into_iter().filter(|path| path.starts_with("hashed/")).collect();
    assert_eq!(hashed.len(), 3, "{hashed:?}");
    let script = hashed.iter().find(|path| path.ends_with(".js")).unwrap();
    let style = hashed.iter().find(|path| path.ends_with(".css")).unwrap();
    assert!(html.contains(&format!("<link rel=\"stylesheet\" href=\"../../{style}\">")), "{html}");
    assert!(html.contains(&format!("<script src=\"../../{script}\" defer>")), "{html}");
    assert!(built.text(style).starts_with("@font-face{font-family:F;src:url(f."), "{}", built.text(style));
    assert_eq!(
        built.text("css/a.css"),
        "@import 'b.css'; body { margin: 0 0 0 0 }",
        "the old address still leads there"
    );
}

#[test]
fn each_page_carries_the_policy_that_it_needs_and_the_host_hears_of_all() {
    let body = "<p style=\"color:red\">x</p><script>go()</script><iframe src=\"https://maps.example/x\"></iframe>\
                <form action=\"https://forms.example/a?b\"></form><script type=\"application/ld+json\">{}</script>";
    let project = styled(body)
        .page("b.md", "+++\ntitle = \"B\"\ntemplate = \"plain.html\"\n+++\n")
        .template("plain.html", "<!doctype html><head><title>x</title></head>");
    let built = project.build().clean();
    insta::assert_snapshot!(policy(built.text("guides/day/index.html")), @"default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'self' https://forms.example; frame-src https://maps.example; img-src 'self'; script-src 'self' 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='; style-src 'self'; style-src-attr 'sha256-8f935d27GvUutRyY9yWScUMiFUk4WTdZURISiYfPOeQ=' 'unsafe-hashes'");
    assert_eq!(
        policy(built.text("b/index.html")),
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src 'self'; style-src 'self'"
    );
    let headers = built.text("_headers");
    assert!(
        headers.contains("  Content-Security-Policy: default-src 'none'; base-uri 'none'; connect-src 'self'; "),
        "{headers}"
    );
    assert!(
        headers.contains("; frame-ancestors 'none'\n") && headers.contains("/hashed/*\n  Cache-Control: "),
        "{headers}"
    );
}

#[test]
fn a_program_can_ask_for_integrity_for_more_and_for_no_policy() {
    let asking = |security: &str| {
        let built = styled("").config(&format!("[security]\n{security}\n")).build().clean();
        built.text("guides/day/index.html").to_owned()
    };
    let html = asking("integrity = true");
    assert_eq!(html.matches(" integrity=\"sha384-").count(), 2, "{html}");
    assert!(
        policy(&asking("connect = [\"https://api.example/v1\"]")).contains("connect-src 'self' https://api.example; ")
    );
    assert!(!asking("policy = false").contains("Content-Security-Policy"));
}

#[test]
fn the_preview_has_no_policy_since_it_adds_to_pages_what_no_policy_allows() {
    use holdspace::site::{Mode, Options};
    let built = styled("").build_with(&Options { mode: Mode::Serve, ..Options::default() }).clean();
    assert!(!built.text("guides/day/index.html").contains("Content-Security-Policy"));
    assert!(!built.paths().contains(&"_headers"));
}

#[test]
fn a_zola_site_keeps_its_addresses() {
    let project = TestProject::new()
        .file("static/a.css", "p { top: 0 }")
        .page("a.md", "Hi.")
        .template("page.html", "<head><link rel=\"stylesheet\" href=\"{{ get_url(path='a.css') }}\"></head>")
        .file("zola.toml", "base_url = \"https://test.example\"\ntheme = \"plain\"\n");
    std::fs::remove_file(project.path("holdspace.toml")).unwrap();
    let built = project.build();
    assert_eq!(built.paths().into_iter().filter(|path| path.starts_with("hashed/") || *path == "_headers").count(), 0);
    assert!(built.text("a/index.html").contains("a.css\""), "{}", built.text("a/index.html"));
}

#[test]
fn all_pages_stand_under_their_letters() {
    let title = |title: &str| format!("+++\ntitle = \"{title}\"\n+++\n");
    let built = TestProject::new()
        .page("a.md", &title("zebra"))
        .page("b.md", &title("Äpfel"))
        .page("c.md", &title("apples"))
        .page("d/_index.md", &title("10 steps"))
        .page("d/e.md", "+++\ntitle = \"Hidden\"\n[extra]\nin_a_to_z = false\n+++\n")
        .template(
            "index.html",
            "{% for letter in a_to_z() %}{{ letter.letter }}#{{ letter.id }}: {% for page in letter.pages %}{{ page.title }} {{ page.path }}, {% endfor %}{% endfor %}",
        )
        .build()
        .clean();
    assert_eq!(
        built.text("index.html"),
        "0–9#letter-0: 10 steps /d/, A#letter-a: Äpfel /b/, apples /c/, Z#letter-z: zebra /a/, "
    );
}
