//! Claims about the book: whatever the guides are, it is one that readers open.

use std::io::{Cursor, Read};

use super::*;

fn files(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let read = |n: usize| {
        let mut file = zip.by_index(n).expect("it is there");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        (file.name().expect("a name").into_owned(), text)
    };
    (0..zip_len(bytes)).map(read).collect()
}

fn zip_len(bytes: &[u8]) -> usize {
    zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip").len()
}

fn book(html: &[&str]) -> Book {
    let chapter = |(number, html): (usize, &&str)| Chapter {
        title: format!("Guide <{number}> & more"),
        permalink: format!("https://x.org/guides/{number}/"),
        html: (*html).to_owned(),
        review: "Reviewed.".to_owned(),
    };
    Book {
        title: "Guides & more".to_owned(),
        language: "en".to_owned(),
        publisher: "A <clinic>".to_owned(),
        phone: ("555 0100".to_owned(), "tel:+15550100".to_owned()),
        base_url: "https://x.org/".to_owned(),
        path: "guides.epub".to_owned(),
        changed: None,
        chapters: html.iter().enumerate().map(chapter).collect(),
        pictures: BTreeMap::new(),
    }
}

fn chapter(html: &str) -> String {
    let files = files(&book(&[html]).bytes());
    files.into_iter().find(|(name, _)| name == "EPUB/guide-1.xhtml").expect("it is there").1
}

#[test]
fn a_book_says_what_it_is_first_and_is_the_same_each_time() {
    let bytes = book(&["<p>One</p>", "<p>Two</p>"]).bytes();
    assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip");
    assert_eq!(bytes, book(&["<p>One</p>", "<p>Two</p>"]).bytes());
    let names: Vec<String> = files(&bytes).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names[..2], ["mimetype", "META-INF/container.xml"]);
    assert!(names.contains(&"EPUB/guide-2.xhtml".to_owned()), "{names:?}");
}

#[test]
fn every_file_of_it_is_xml_whatever_the_guides_are() {
    for html in [
        "<p>a<br>b & c &amp; d &nbsp;<p>next<ul><li>one<li>two</ul>",
        "</div></p>text<b>bold<i>both</b>still</i>",
        "<img src=x.png alt='a \"door\"'><input type=checkbox checked disabled> done",
        "<script>if (a<b) {}</script><iframe src=x></iframe><form><button>x</button></form>kept",
        "<p onclick=x style=y CLASS=a class=b data-x=1 hidden>p</p><details open><summary>s</summary>d</details>",
        "<svg viewBox='0 0 1 1'><title>t &lt; u</title><path d='M0 0'/><linearGradient id=g></linearGradient></svg>",
        "<!-- a -- comment --><p>\u{0}\u{b}control</p>",
        "<dl><dt>a<dd>b<dt>c<dd>d</dl><table><tr><td>1<td>2<tr><td>3</table>",
        "<é>x</é><a =><",
        "<p",
    ] {
        for (name, text) in
            files(&book(&[html]).bytes()).iter().filter(|(name, _)| name.ends_with("ml") || name.ends_with("opf"))
        {
            let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
            let parsed = roxmltree::Document::parse_with_options(text, options);
            assert!(parsed.is_ok(), "{html}\n{name}: {parsed:?}\n{text}");
        }
    }
    let mut state = 7_u32;
    let seed = "<div class='care'><h3>a &amp; b</h3><ul><li>x <a href=\"https://x.org/#y\">z</a></ul><svg><path d='M'/></svg></div>";
    for _ in 0..500 {
        let mut bytes = seed.as_bytes().to_vec();
        for _ in 0..6 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize / 256 % bytes.len();
            bytes[at] = b"<>/\"'= &;ax"[(state >> 28) as usize % 11];
        }
        let words = super::xhtml::of(&String::from_utf8_lossy(&bytes), |_| None, str::to_owned);
        let whole = format!("<x>{words}</x>");
        assert!(roxmltree::Document::parse(&whole).is_ok(), "{}\n{whole}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn what_is_said_stays_and_what_would_run_or_be_fetched_goes() {
    let text = chapter("<p>a &amp; b<script>no()</script> <img src=x alt='A door'> <input type=checkbox> to do</p>");
    assert!(text.contains("<p>a &amp; b <em>A door</em> ☐ to do</p>"), "{text}");
    assert!(
        text.contains("<h1>Guide &lt;0&gt; &amp; more</h1>") && text.contains("<p class=\"review\">Reviewed.</p>"),
        "{text}"
    );
}

#[test]
fn links_lead_within_the_book_where_they_can() {
    let both = book(&[
        "<a href='https://x.org/guides/1/#food'>b</a> <a href='https://x.org/guides/1/'>c</a> <a href='#here'>d</a> <a href='https://x.org/risks/'>e</a>",
        "<h2 id='food'>Food</h2>",
    ]);
    let files = files(&both.bytes());
    let first = &files.iter().find(|(name, _)| name == "EPUB/guide-1.xhtml").expect("it is there").1;
    for link in ["guide-2.xhtml#food", "guide-2.xhtml", "#here", "https://x.org/risks/"] {
        assert!(first.contains(&format!("href=\"{link}\"")), "{link}: {first}");
    }
}

#[test]
fn a_picture_comes_along_with_its_words_and_one_that_is_missing_is_told() {
    let mut book =
        book(&["<img src='https://x.org/door.jpg' alt='A door'> <img src='https://x.org/none.png' alt='Snow'>"]);
    let door = Picture { bytes: vec![0xff, 0xd8].into(), ending: "jpg" };
    book.pictures.insert("https://x.org/door.jpg".to_owned(), door);
    let mut zip = ZipArchive::new(Cursor::new(book.bytes())).expect("a zip");
    let mut bytes = Vec::new();
    zip.by_name("EPUB/picture-1.jpg").expect("it is there").read_to_end(&mut bytes).expect("it can be read");
    assert_eq!(bytes, [0xff, 0xd8]);
    let mut text = |name: &str| std::io::read_to_string(zip.by_name(name).expect("it is there")).expect("text");
    let (chapter, package) = (text("EPUB/guide-1.xhtml"), text("EPUB/package.opf"));
    assert!(chapter.contains("<img src=\"picture-1.jpg\" alt=\"A door\"/> <em>Snow</em>"), "{chapter}");
    assert!(package.contains("href=\"picture-1.jpg\" media-type=\"image/jpeg\""), "{package}");
    assert!(package.contains("<meta property=\"schema:accessMode\">visual</meta>"), "{package}");
}
