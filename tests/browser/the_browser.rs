//! That the browser does as it is told.

use std::time::Duration;

use crate::PHONE;
use crate::browser::Seen;
use crate::world::World;

#[test]
fn two_pages_are_two_phones() {
    let world = World::new();
    let (mut one, mut other) = (world.page(), world.page());
    one.goto(&world.url("/"));
    other.goto(&world.url("/"));
    one.eval::<()>("void localStorage.setItem('who', 'one')");
    assert_eq!(other.eval::<Option<String>>("localStorage.getItem('who')"), None);
    one.viewport(320, 600, true);
    assert_eq!((one.eval::<u32>("innerWidth"), other.eval::<u32>("innerWidth")), (320, 1280));
}

#[test]
fn without_a_network_nothing_is_reached_until_it_is_back() {
    let world = World::new();
    let mut page = world.page();
    page.offline(true);
    let why = page.try_goto(&world.url("/")).expect_err("nothing is reached");
    assert!(why.contains("ERR_INTERNET_DISCONNECTED"), "{why}");
    page.offline(false);
    page.goto(&world.url("/"));
}

#[test]
fn a_page_is_seen_as_asked_and_in_no_other_way() {
    let mut page = World::new().page();
    for (seen, query) in [
        (Seen::Dark, "(prefers-color-scheme: dark)"),
        (Seen::Light, "(prefers-color-scheme: light)"),
        (Seen::Print, "print"),
        (Seen::ReducedMotion, "(prefers-reduced-motion: reduce)"),
        (Seen::MoreContrast, "(prefers-contrast: more)"),
    ] {
        let matches = format!("matchMedia('{query}').matches");
        page.emulate(&[seen]);
        assert!(page.eval::<bool>(&matches), "{seen:?}");
        page.emulate(&[if seen == Seen::Light { Seen::Dark } else { Seen::Light }]);
        assert!(!page.eval::<bool>(&matches), "{seen:?}");
    }
}

#[test]
fn keys_reach_what_has_the_focus() {
    let mut page = World::new().page();
    page.eval::<()>("{ document.body.innerHTML = '<input>'; void document.querySelector('input').focus(); }");
    for key in ["h", "i", "Space", "ArrowLeft", "!"] {
        page.press(key);
    }
    assert_eq!(page.eval::<String>("document.querySelector('input').value"), "hi! ");
}

#[test]
fn a_picture_is_taken_of_the_whole_page() {
    let world = World::new();
    let mut page = world.page();
    page.viewport(PHONE.0, PHONE.1, false);
    page.goto(&world.url("/"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("home.png");
    page.screenshot(&path);
    let png = std::fs::read(&path).expect("the picture is there");
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    assert!(side(16) == PHONE.0 && side(20) > PHONE.1, "{} × {}", side(16), side(20));
}

#[test]
fn waiting_ends_with_words() {
    let world = World::new();
    let mut page = world.page();
    page.wait_until("document.readyState === 'complete'", Duration::from_secs(5));
    let waits = std::panic::AssertUnwindSafe(|| page.wait_until("false", Duration::from_millis(50)));
    let panic = std::panic::catch_unwind(waits).expect_err("it is never so");
    let words = panic.downcast_ref::<String>().expect("it panics with words");
    assert!(words.contains("after 50ms it is still not so: false"), "{words}");
}
