//! What is read of finished HTML.

use super::*;

#[test]
fn tags_are_read_as_a_browser_reads_them() {
    let html = "<p class=a>1 < 2 <!-- <b> --><IMG src='a>b.png' alt=\"x\" hidden/></p>\
                <script async>if (a<b) \"</p>\"</SCRIPT ><a title=it's href=x>";
    let read: Vec<String> = tags(html)
        .map(|tag| {
            let attributes: Vec<String> = tag.attributes().map(|(name, value)| format!("{name}={value}")).collect();
            let raw = tag.raw().map(|raw| &html[raw]).unwrap_or_default();
            format!("{}{} {} {raw}", if tag.closes { "/" } else { "" }, tag.name(), attributes.join(","))
        })
        .collect();
    assert_eq!(
        read,
        [
            "p class=a ",
            "IMG src=a>b.png,alt=x,hidden= ",
            "/p  ",
            "script async= if (a<b) \"</p>\"",
            "/SCRIPT  ",
            "a title=it's,href=x ",
        ]
    );
}

#[test]
fn a_link_with_nothing_but_an_address_is_read_as_any_other() {
    for (html, written, value) in [
        ("<a href=\"x>y\">z", "<a href=\"x>y\">", "x>y"),
        ("<a href=\"x\" rel=y>z", "<a href=\"x\" rel=y>", "x"),
        ("<a href=\"x\"/>z", "<a href=\"x\"/>", "x"),
        ("<a href=\"\">z", "<a href=\"\">", ""),
        ("<a href=\"x", "<a href=\"x", "x"),
    ] {
        let tag = tags(html).next().expect("there is one");
        assert_eq!((tag.written(), tag.name(), tag.value("href").as_deref()), (written, "a", Some(value)), "{html}");
    }
}

#[test]
fn plain_tags_are_passed_over_unless_their_name_is_wanted() {
    let html = "<p>a <em class=x>b</em><head><title><b id=no></title></head></p ><script><i id=no></script><br/><b>";
    let wanted = Wanted { tag: |_| false, end: "head", attribute: |_| false };
    let read: Vec<&str> = telling(html, wanted).map(|tag| tag.written()).collect();
    assert_eq!(read, ["<em class=x>", "<title>", "</head>", "</p >", "<script>", "<br/>"]);
}

#[test]
fn what_is_no_html_is_read_to_its_end() {
    for html in ["<", "</", "<a", "<a b", "<a b=", "<a b='", "<!--", "<script>", "<script>é</scrip", "<a =", "<é>"] {
        assert!(tags(html).count() <= 1, "{html}");
        let wanted = Wanted { tag: |_| true, end: "scrip", attribute: |_| true };
        assert!(telling(html, wanted).count() <= 1, "{html}");
    }
}

#[test]
fn references_are_read_and_what_is_none_stays() {
    assert_eq!(decode("a&amp;b &#39;&#x22; &nope; & &#xffffffff;"), "a&b '\" &nope; & &#xffffffff;");
}
