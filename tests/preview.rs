//! The preview on the wire: what it answers, what an open page hears, and what it survives.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

#[path = "support/browser.rs"]
mod browser;
#[path = "preview/in_the_browser.rs"]
mod in_the_browser;
#[path = "support/preview.rs"]
mod preview;
mod support;
#[path = "preview/survives.rs"]
mod survives;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use preview::{PATIENCE, Preview};
use support::TestProject;

/// A page's text with front matter.
fn titled(text: &str) -> String {
    format!("+++\ntitle = \"T\"\n+++\n{text}")
}

#[test]
fn the_preview_answers_with_pages_and_files() {
    let project = TestProject::new().page("a.md", "Hello.").file("static/style.css", "p {}");
    let preview = Preview::of(&project);
    let page = preview.get("/a/");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("<p>Hello.</p>"), "{page}");
    assert!(page.contains("src=\"/_holdspace/preview.js\"") && !page.contains("to mend"), "{page}");
    assert!(preview.get("/style.css").contains("content-type: text/css"));
    assert!(preview.get("/a").contains("location: ./a/"));
    let missing = preview.get("/b/");
    assert!(missing.starts_with("HTTP/1.1 404") && missing.contains("Nothing here."), "{missing}");
    assert!(preview.get("/_holdspace/preview.js").contains("EventSource"));
    assert!(!project.path("public").exists());
}

#[test]
fn a_page_hears_of_its_own_edit_and_of_no_other() {
    let project = TestProject::new().page("a.md", "Before.").page("b.md", "B").file("static/s.css", "p {}");
    let preview = Preview::of(&project);
    let (mut of_a, mut of_b) = (preview.events("/a/"), preview.events("/b/"));
    let nothing = serde_json::json!({"page": false, "files": [], "told": {"errors": 0, "warnings": 0, "findings": []}});
    assert_eq!((of_a.next().unwrap(), of_b.next().unwrap()), (nothing.clone(), nothing));

    project.write("content/a.md", titled("After."));
    assert_eq!(
        (of_a.next().unwrap()["page"].clone(), of_b.next().unwrap()["page"].clone()),
        (true.into(), false.into())
    );
    assert!(preview.get("/a/").contains("<p>After.</p>"));

    project.write("static/s.css", "p { color: red }");
    let heard = of_a.next().unwrap();
    assert_eq!((heard["page"].clone(), heard["files"].clone()), (false.into(), serde_json::json!(["s.css"])));
}

#[cfg(feature = "search")]
#[test]
fn an_index_of_the_search_follows_the_pages_and_no_open_page_hears_of_it() {
    let project = TestProject::new()
        .config("build_search_index = true\n")
        .template("page.html", "<main>{{ page.content | safe }}</main>")
        .page("a.md", "Before.")
        .file("static/s.css", "p {}");
    let preview = Preview::of(&project);
    let mut events = preview.events("/a/");
    events.next().unwrap();
    let index = |other_than: &str| {
        let until = Instant::now() + PATIENCE;
        loop {
            let answer = preview.get("/pagefind/pagefind-entry.json");
            if answer.starts_with("HTTP/1.1 200") && !other_than.ends_with(answer.split("\r\n\r\n").nth(1).unwrap()) {
                break answer;
            }
            assert!(Instant::now() < until, "{answer}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let first = index("");
    project.write("content/a.md", titled("Serenity, afterwards."));
    assert_eq!(events.next().unwrap()["page"], true);
    index(&first);
    project.write("static/s.css", "p { color: red }");
    let heard = events.next().unwrap();
    assert_eq!((heard["page"].clone(), heard["files"].clone()), (false.into(), serde_json::json!(["s.css"])));
}

#[test]
fn a_mistake_is_told_over_the_last_good_page_and_goes_when_it_is_mended() {
    let project = TestProject::new().page("a.md", "Good.");
    let preview = Preview::of(&project);
    let mut events = preview.events("/a/");
    events.next().unwrap();

    project.write("content/a.md", titled("[b](@/b<script>.md)"));
    let heard = events.next().unwrap();
    let found = &heard["told"]["findings"][0];
    assert_eq!((heard["page"].clone(), found["place"].clone()), (false.into(), "content/a.md:4:5".into()));
    assert!(found["message"].as_str().unwrap().contains("@/b<script>.md"), "{found}");
    let line = &found["line"];
    assert_eq!((line["number"].clone(), line["before"].clone()), (4.into(), "[b](".into()));
    let page = preview.get("/a/");
    assert!(page.contains("<p>Good.</p>") && page.contains("1 to mend"), "{page}");

    project.write("content/a.md", titled("Mended."));
    let heard = events.next().unwrap();
    assert_eq!((heard["page"].clone(), heard["told"]["errors"].clone()), (true.into(), 0.into()));
    let page = preview.get("/a/");
    assert!(page.contains("<p>Mended.</p>") && !page.contains("to mend"), "{page}");
}

#[test]
fn a_first_build_with_a_mistake_is_told_and_is_mended_by_an_edit() {
    let project = TestProject::new().page("a.md", "[b](@/b.md)");
    let preview = Preview::of(&project);
    let mut events = preview.events("/");
    assert!(events.next().unwrap()["told"]["findings"][0]["message"].as_str().unwrap().contains("@/b.md"));
    project.write("content/b.md", titled(""));
    assert_eq!(events.next().unwrap()["page"], true);
    assert!(preview.get("/").contains("<p>Home.</p>"));
}

#[test]
fn who_calls_again_after_a_pause_hears_what_changed_meanwhile() {
    let project = TestProject::new().page("a.md", "One.");
    let preview = Preview::of(&project);
    let mut events = preview.events("/a/");
    events.next().unwrap();
    project.write("content/a.md", titled("Two."));
    events.next().unwrap();
    let again = |last: &str| {
        let request = format!(
            "GET /_holdspace/events?page=/a/&seen=0.0 HTTP/1.1\r\nHost: {}\r\nLast-Event-ID: {last}\r\n\r\n",
            preview.address
        );
        let mut answer = String::new();
        let mut reader = preview.ask(&request);
        while !answer.contains("data: ") {
            let mut byte = [0];
            reader.read_exact(&mut byte).unwrap();
            answer.push(char::from(byte[0]));
        }
        let mut rest = [0; 14];
        reader.read_exact(&mut rest).unwrap();
        String::from_utf8_lossy(&rest).into_owned()
    };
    let page = preview.get("/a/");
    let now = page.split("data-seen=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!((again(now).as_str(), again("1.2").as_str()), ("{\"page\":false,", "{\"page\":true,\""));
}

#[test]
fn pages_that_would_not_be_published_are_shown_where_they_are_asked_for() {
    let project = TestProject::new().page("a.md", "+++\ntitle = \"A\"\ndraft = true\n+++\n");
    assert!(Preview::of(&project).get("/a/").starts_with("HTTP/1.1 404"));
    assert!(Preview::with(&project, &["--port", "0", "--drafts"]).get("/a/").starts_with("HTTP/1.1 200"));
    let project = TestProject::new()
        .page("soon.md", "+++\ntitle = \"S\"\ndate = 2999-01-01\n+++\n")
        .page("over.md", "+++\ntitle = \"O\"\nexpires = 2001-01-01\n+++\n");
    let plain = Preview::of(&project);
    let shown = Preview::with(&project, &["--port", "0", "--future", "--expired"]);
    for page in ["/soon/", "/over/"] {
        assert!(plain.get(page).starts_with("HTTP/1.1 404") && shown.get(page).starts_with("HTTP/1.1 200"), "{page}");
    }
}

#[test]
fn a_port_that_is_taken_is_told_and_the_next_is_used() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let project = TestProject::new();
    let preview = Preview::with(&project, &["--port", &port.to_string()]);
    let next: u16 = preview.address.split(':').nth(1).unwrap().parse().unwrap();
    assert!(next > port && preview.get("/").starts_with("HTTP/1.1 200"), "{next}");
    assert!(
        !Command::new(env!("CARGO_BIN_EXE_holdspace"))
            .args(["serve", "--host", "nowhere.invalid"])
            .arg("-C")
            .arg(project.root())
            .output()
            .unwrap()
            .status
            .success()
    );
}

#[test]
fn only_who_asks_for_it_can_be_seen_from_other_machines() {
    let project = TestProject::new();
    let preview = Preview::with(&project, &["--port", "0", "--host", "0.0.0.0"]);
    assert!(preview.address.starts_with("127.0.0.1:"), "{}", preview.address);
    assert!(preview.get_as("/", "192.168.7.7:4000").starts_with("HTTP/1.1 200"));
    assert!(preview.get_as("/", "evil.example").starts_with("HTTP/1.1 403"));
    let closed = Preview::of(&project);
    assert!(closed.get_as("/", "192.168.7.7:4000").starts_with("HTTP/1.1 403"));
}

#[test]
fn the_preview_answers_only_to_its_own_name_and_never_from_the_disk() {
    let project = TestProject::new().file("secret.txt", "precious").page("a.md", "A");
    let preview = Preview::of(&project);
    for foreign in ["evil.example", "127.0.0.1.evil.example:80", ""] {
        assert!(preview.get_as("/", foreign).starts_with("HTTP/1.1 403"), "{foreign}");
    }
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "//secret.txt",
        "/a/../../secret.txt",
        "/%2e%2e%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/a/%00/../../secret.txt",
        "/holdspace.toml",
        "/content/a.md",
    ] {
        let answer = preview.get(path);
        assert!(!answer.contains("precious") && !answer.contains("base_url"), "{path}: {answer}");
        assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"), "{path}: {answer}");
    }
    let put = format!("PUT / HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", preview.address);
    let mut answer = String::new();
    preview.ask(&put).read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
}

#[test]
fn pages_come_with_the_headers_that_they_are_published_with() {
    let headers =
        "/*\n  Content-Security-Policy: default-src 'none'; style-src 'self'\n  Referrer-Policy: no-referrer\n";
    let project = TestProject::new().page("a.md", "A").file("static/_headers", headers);
    let answer = Preview::of(&project).get("/a/");
    assert!(answer.contains("referrer-policy: no-referrer\r\n"), "{answer}");
    let policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'\r\n";
    assert!(answer.contains(&format!("content-security-policy: {policy}")), "{answer}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_page_that_is_closed_leaves_nothing_behind() {
    let project = TestProject::new();
    let preview = Preview::of(&project);
    preview.says("built");
    let open = || std::fs::read_dir(format!("/proc/{}/fd", preview.child.id())).unwrap().count();
    let before = open();
    let mut pages: Vec<_> = (0..100).map(|_| preview.events("/")).collect();
    pages.iter_mut().for_each(|page| drop(page.next().unwrap()));
    assert!(open() >= before + 100, "{} after {before}", open());
    drop(pages);
    let until = std::time::Instant::now() + PATIENCE;
    while open() > before {
        assert!(std::time::Instant::now() < until, "{} after {before}", open());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_preview_though_a_page_is_open() {
    let project = TestProject::new();
    let mut preview = Preview::of(&project);
    let mut events = preview.events("/");
    events.next().unwrap();
    let id = preview.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let began = std::time::Instant::now();
    let status = loop {
        match preview.child.try_wait().unwrap() {
            Some(status) => break status,
            None if began.elapsed() > PATIENCE => panic!("still there"),
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    assert!(status.success());
}

#[test]
fn a_caller_who_says_nothing_keeps_nobody_waiting() {
    let project = TestProject::new();
    let preview = Preview::of(&project);
    let mut silent = preview.ask("GET / HT");
    assert!(preview.get("/").starts_with("HTTP/1.1 200"));
    let _ = silent.get_mut().write_all(b"TP/1.1\r\n\r\n");
}
