//! Claims about the facilitator's phone: real sessions, real browsers, a network that is cut and restored, and strangers.
#![cfg(target_os = "linux")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/live.rs"]
mod live;
#[path = "phone/room.rs"]
mod room;
mod support;
#[path = "support/tones.rs"]
mod tones;

use std::time::Duration;

use browser::{Browser, Page};
use room::{Cable, PATIENCE, Room, foreign_page};

/// Pairs a phone by the address that its camera reads.
fn paired(browser: &Browser, room: &Room, address: &str) -> Page {
    let mut page = browser.page();
    page.viewport(390, 844, true);
    page.follow(&format!("http://{address}/#{}", room.code()));
    page.wait_until(
        "!!document.getElementById('word') && document.getElementById('word').textContent === 'playing'",
        PATIENCE,
    );
    page
}

fn reads(page: &mut Page, id: &str, words: &str) {
    page.wait_until(&format!("(document.getElementById('{id}')?.textContent ?? '').includes({words:?})"), PATIENCE);
}

#[test]
fn one_thumb_holds_a_whole_session() {
    let room = Room::open();
    let browser = Browser::launch();
    let mut phone = paired(&browser, &room, &room.address);
    assert_eq!(phone.eval::<String>("location.href"), format!("http://{}/", room.address), "the code is not kept");
    assert_eq!(phone.eval::<String>("document.cookie"), "", "no script reads the cookie");
    for (button, id, shown, noted) in [
        ("hold", "word", "holding", "hold"),
        ("hold", "word", "playing", "release"),
        ("extend", "told", "One is extended", "extend 1m"),
        ("less", "volume", "−1 dB", "volume -1 dB"),
        ("more", "volume", "as planned", "volume 0 dB"),
        ("quiet", "word", "quiet", "quiet"),
        ("quiet", "word", "playing", "resume"),
    ] {
        phone.tap(&format!("#{button}"));
        reads(&mut phone, id, shown);
        room.noted(&format!(" {noted} #"));
    }
    phone.tap("#reserves button");
    reads(&mut phone, "word", "in reserve");
    reads(&mut phone, "reserves", "Back to the phase");
    phone.tap("#reserves button");
    reads(&mut phone, "word", "playing");
    // Talk lasts as long as the finger.
    phone.finger_down("#talk");
    reads(&mut phone, "word", "talking");
    phone.finger_up();
    reads(&mut phone, "word", "playing");
    room.noted(" untalk #");
    // Moving on asks for a second tap, and one that does not come is none.
    phone.tap("#advance");
    reads(&mut phone, "advance", "Tap again");
    reads(&mut phone, "advance", "Move on");
    assert!(!room.journal().contains(" advance #"));
    phone.tap("#advance");
    phone.tap("#advance");
    reads(&mut phone, "phase", "Two");
    room.noted(" advance #");
    let errors: Vec<String> = phone.console_errors().into_iter().filter(|error| !error.contains("ERR_")).collect();
    assert!(errors.is_empty(), "{errors:?}");
    room.types("end");
    reads(&mut phone, "lost", "The session is over.");
}

#[test]
fn a_second_phone_follows_and_takes_over_and_the_laptop_says_who_holds() {
    let room = Room::open();
    let browser = Browser::launch();
    let mut first = paired(&browser, &room, &room.address);
    let mut second = browser.page();
    second.viewport(390, 844, true);
    second.goto(&format!("http://{}/", room.address));
    let code = room.code();
    second.eval::<()>(&format!("void (document.getElementById('code').value = '{} {}')", &code[..3], &code[3..]));
    second.tap("form button");
    reads(&mut second, "who", "phone 1 holds");
    second.tap("#hold");
    reads(&mut second, "told", "Take over first");
    first.tap("#hold");
    reads(&mut second, "word", "holding");
    second.tap("#take");
    reads(&mut first, "who", "phone 2 holds");
    second.wait_until("document.getElementById('follows').hidden", PATIENCE);
    second.tap("#hold");
    reads(&mut first, "word", "playing");
    assert_eq!(room.journal().matches(" hold #").count(), 1);
    // The screen, too, is told who holds.
    room.told("phone 2");
    // A code is used once.
    let mut third = browser.page();
    third.follow(&format!("http://{}/#{code}", room.address));
    third.wait_until("document.body.textContent.includes('That is not the code')", PATIENCE);
}

#[test]
fn where_the_network_is_cut_the_music_goes_on_the_talk_ends_and_nothing_is_delivered_late() {
    let room = Room::open();
    let cable = Cable::to(&room.address);
    let browser = Browser::launch();
    let mut phone = paired(&browser, &room, &cable.address);
    phone.finger_down("#talk");
    room.noted(" talk #");
    cable.cut();
    // The page does not know yet that it is alone.
    phone.finger_up();
    phone.tap("#hold");
    // The server lets go for a finger that it hears no more of.
    room.noted(" untalk #");
    reads(&mut phone, "lost", "Not in touch. The music in the room goes on.");
    assert_eq!(phone.eval::<String>("document.getElementById('hold').getAttribute('aria-disabled')"), "true");
    let before = room.heard();
    std::thread::sleep(Duration::from_secs(2));
    assert!(room.heard() > before, "the music goes on");
    cable.mend();
    phone.wait_until("document.getElementById('lost').hidden", PATIENCE);
    reads(&mut phone, "word", "playing");
    assert!(!room.journal().contains(" hold #"), "{}", room.journal());
    phone.tap("#hold");
    reads(&mut phone, "word", "holding");
}

#[test]
fn a_page_that_is_closed_while_it_talks_lets_go() {
    let room = Room::open();
    let browser = Browser::launch();
    let mut phone = paired(&browser, &room, &room.address);
    phone.finger_down("#talk");
    room.noted(" talk #");
    drop(phone);
    room.noted(" untalk #");
}

#[test]
fn fifty_wrong_codes_open_nothing_and_disturb_nobody() {
    let room = Room::open();
    let browser = Browser::launch();
    let mut phone = paired(&browser, &room, &room.address);
    let code = room.code();
    let answers: Vec<u16> = (0..50).map(|_| room.post("/pair", "code=000000", "")).collect();
    assert_eq!(answers.iter().filter(|&&status| status == 403).count(), 5);
    assert_eq!(answers.iter().filter(|&&status| status == 429).count(), 45);
    assert_eq!(room.post("/pair", &format!("code={code}"), ""), 429, "not even with the right one, for a minute");
    phone.tap("#hold");
    reads(&mut phone, "word", "holding");
}

#[test]
fn a_foreign_page_does_nothing() {
    let room = Room::open();
    let browser = Browser::launch();
    let mut phone = paired(&browser, &room, &room.address);
    // Another port of the same machine is the same site: the browser sends the cookie along.
    let foreign = foreign_page(&room.address);
    phone.goto(&format!("http://{foreign}/"));
    phone.wait_until("window.done === true", PATIENCE);
    phone.goto(&format!("http://{}/", room.address));
    reads(&mut phone, "word", "playing");
    phone.tap("#less");
    room.noted(" volume -1 dB #");
    assert!(!room.journal().contains(" quiet #"), "{}", room.journal());
}

#[test]
fn no_stranger_is_answered() {
    let room = Room::open();
    let status = |request: &str| room.ask(request);
    let host = &room.address;
    for (request, wanted) in [
        (format!("GET / HTTP/1.1\r\nHost: {host}\r\n"), 200),
        ("GET / HTTP/1.1\r\nHost: evil.example\r\n".to_owned(), 403),
        ("GET / HTTP/1.1\r\nHost: 192.168.1.20:4100\r\n".to_owned(), 403),
        (format!("GET /index.html HTTP/1.1\r\nHost: {host}\r\n"), 404),
        (format!("GET /../Cargo.toml HTTP/1.1\r\nHost: {host}\r\n"), 404),
        (format!("GET /do HTTP/1.1\r\nHost: {host}\r\n"), 405),
        (format!("GET /events HTTP/1.1\r\nHost: {host}\r\n"), 401),
        (format!("POST /do HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Length: 0\r\n"), 401),
        (format!("POST /pair HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n"), 403),
        (format!("POST /pair HTTP/1.1\r\nHost: {host}\r\nOrigin: null\r\nContent-Length: 0\r\n"), 403),
    ] {
        assert_eq!(status(&request), wanted, "{request}");
    }
    assert_eq!(room.post("/pair", &"x".repeat(2000), ""), 413, "nothing long is read");
}

#[test]
fn what_a_paired_phone_may_not_do_it_cannot() {
    let room = Room::open();
    let cookie = room.cookie();
    let late = room.post("/do", "0 hold", &cookie);
    std::thread::sleep(Duration::from_millis(5200));
    let old = room.post("/do", "0 hold", &cookie);
    let future = room.post("/do", "999999999 hold", &cookie);
    let answers: Vec<u16> =
        ["5000 end", "5000 seek Two", "5000 nonsense", "hold", ""].map(|body| room.post("/do", body, &cookie)).into();
    assert_eq!((late, old, future, answers), (204, 409, 409, vec![400; 5]));
}

#[test]
fn the_page_is_for_a_keyboard_a_screen_reader_and_a_small_window() {
    let room = Room::open();
    let browser = Browser::launch();
    let mut phone = paired(&browser, &room, &room.address);
    phone.viewport(320, 640, true);
    assert!(phone.eval::<bool>("document.documentElement.scrollWidth <= 320"), "nothing stands out sideways");
    let small: Vec<String> = phone.eval(
        "[...document.querySelectorAll('#hands button')].filter(b => b.getBoundingClientRect().height < 56 || b.getBoundingClientRect().width < 56).map(b => b.id)",
    );
    assert!(small.is_empty(), "a thumb misses {small:?}");
    let named = phone.accessible("#less");
    assert_eq!((named.role.as_str(), named.name.as_str()), ("button", "Softer by a decibel"));
    assert_eq!(phone.accessible("#hold").name, "Hold");
    let mut reached = Vec::new();
    for _ in 0..12 {
        phone.press("Tab");
        reached.push(phone.eval::<String>("document.activeElement.id || document.activeElement.parentElement.id"));
    }
    for id in ["less", "more", "extend", "reserves", "advance", "quiet", "hold", "talk"] {
        assert!(reached.iter().any(|at| at == id), "{id} is not reached: {reached:?}");
    }
    phone.eval::<()>("document.getElementById('hold').focus()");
    phone.press("Space");
    reads(&mut phone, "word", "holding");
    phone.eval::<()>("document.getElementById('talk').focus()");
    phone.press("Enter");
    room.noted(" talk #");
    room.noted(" untalk #");
    // What a screen reader does: a click without a finger turns it on, and off.
    phone.eval::<()>("document.getElementById('talk').click()");
    reads(&mut phone, "word", "talking");
    phone.eval::<()>("document.getElementById('talk').click()");
    reads(&mut phone, "word", "holding");
}
