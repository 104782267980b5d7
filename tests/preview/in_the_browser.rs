//! The preview in a real browser: a saved page is on the screen, and whoever reads or types there keeps their place.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use crate::browser::{Browser, Page, Seen};
use crate::preview::{PATIENCE, Preview};
use crate::support::TestProject;
use crate::titled;

fn browser() -> Arc<Browser> {
    // A static is never dropped: it only remembers the browser, so that Chromium ends with the last test.
    static BROWSER: Mutex<Weak<Browser>> = Mutex::new(Weak::new());
    let mut known = BROWSER.lock().unwrap_or_else(PoisonError::into_inner);
    known.upgrade().unwrap_or_else(|| {
        let browser = Arc::new(Browser::launch());
        *known = Arc::downgrade(&browser);
        browser
    })
}

const BASE: &str = "<!doctype html>\n<html lang=\"en\"><head><title>{{ page?.title or section?.title }}</title>\
    <link rel=\"stylesheet\" href=\"{{ get_url(path='s.css') }}\"></head><body><main>\
    {{ page?.content or section?.content | safe }}</main></body></html>\n";

/// A page before a browser, and a mark on its window that a reload would take away.
struct World {
    project: TestProject,
    preview: Preview,
    page: Page,
    // Ends after the page.
    _browser: Arc<Browser>,
}

fn world(text: &str) -> World {
    let project = TestProject::new()
        .template("page.html", BASE)
        .page("a.md", text)
        .file("static/s.css", "p { color: rgb(1, 1, 1) }");
    let preview = Preview::of(&project);
    preview.says("built");
    let browser = browser();
    let mut page = browser.page();
    page.goto(&preview.url("/a/"));
    page.eval::<()>("void (window.mark = 'same window')");
    World { project, preview, page, _browser: browser }
}

impl World {
    fn save(&self, text: &str) {
        self.project.write("content/a.md", titled(text));
    }

    fn until(&mut self, js: &str) {
        self.page.wait_until(js, PATIENCE);
    }

    fn is_the_same_window(&mut self) -> bool {
        self.page.eval("window.mark === 'same window'")
    }
}

fn paragraphs(count: usize) -> String {
    (0..count).map(|number| format!("Paragraph {number} of some words.\n\n")).collect()
}

const FIELDS: &str = "<p><label>Name <input id=\"name\" value=\"old\"></label> <input type=\"checkbox\" id=\"tick\"></p>\n\
    <p><textarea id=\"notes\"></textarea></p>\n\n<details><summary>More</summary><p>Inside.</p></details>\n\n";

#[test]
fn a_saved_page_is_on_the_screen_and_the_reader_keeps_their_place() {
    let text =
        |words: &str, more: &str| format!("{}\n\n<p>{words}</p>\n\n{FIELDS}{more}{}", paragraphs(60), paragraphs(60));
    let mut world = world(&text("Before.", ""));
    world.page.eval::<()>(
        "{ const name = document.querySelector('#name'); name.scrollIntoView({ block: 'center' }); name.focus();
           name.value = 'typed'; name.setSelectionRange(2, 4);
           document.querySelector('#tick').checked = true; document.querySelector('#notes').value = 'a note';
           document.querySelector('details').open = true; window.element = name; window.place = scrollY; undefined }",
    );
    world.save(&text("After.", "Something new.\n\n"));
    world.until("document.body.innerText.includes('After.')");
    assert!(world.page.eval::<bool>(
        "document.body.innerText.includes('Something new.') && !document.body.innerText.includes('Before.')"
    ));
    for kept in [
        "scrollY > 500 && Math.abs(scrollY - place) < 2",
        "document.activeElement === element && document.querySelector('#name') === element",
        "element.value === 'typed' && element.selectionStart === 2 && element.selectionEnd === 4",
        "document.querySelector('#tick').checked && document.querySelector('#notes').value === 'a note'",
        "document.querySelector('details').open",
    ] {
        assert!(world.page.eval::<bool>(kept), "{kept}");
    }
    assert!(world.is_the_same_window());
}

#[test]
fn every_kind_of_edit_ends_in_what_a_fresh_page_shows() {
    let edits = [
        "# One\n\nText.\n\n- a\n- b\n",
        "# One changed\n\nText.\n\n- a\n- new\n- b\n",
        "Text.\n\n# Two\n\n- b\n- a\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n<!-- a note -->\n\nText *with* **stress** and `code`.\n",
        "Text *with* more **stress** and `code`, [a link](@/_index.md).\n\n| a | b |\n|---|---|\n| 3 | 2 |\n| 4 | 5 |\n",
        "",
        "<div id=\"x\" class=\"y\" title='z'>One</div>\n<template><p>T</p></template>\n<noscript><p>No</p></noscript>\n",
        "<div id=\"x\" data-new=\"1\">Two</div>\n<template><p>U</p></template>\n<noscript><p>Yes</p></noscript>\n",
        "<svg viewBox=\"0 0 2 2\"><circle r=\"1\"/></svg>\n\n> A quote\n",
        "<svg viewBox=\"0 0 4 4\"><circle r=\"2\"/><path d=\"M0 0\"/></svg>\n\n> A quote\n>\n> of two\n",
        "# One\n\nText.\n\n- a\n- b\n",
    ];
    let mut world = world(edits[0]);
    for (number, edit) in edits.iter().enumerate().skip(1) {
        world.save(&format!("{edit}\n\nEdit {number}."));
        world.until(&format!("document.body.textContent.includes('Edit {number}.')"));
        // What the preview adds stands apart; where scripts run, a <noscript> holds text.
        let same: bool = world.page.eval(
            "(async () => {
               const text = await (await fetch(location.href)).text();
               const fresh = new DOMParser().parseFromString(text, 'text/html').documentElement;
               const shown = document.documentElement.cloneNode(true);
               for (const root of [fresh, shown]) for (const ours of root.querySelectorAll('[data-holdspace]')) ours.remove();
               for (const noscript of fresh.querySelectorAll('noscript')) noscript.textContent = noscript.innerHTML;
               window.wanted = fresh.outerHTML; window.got = shown.outerHTML;
               return fresh.isEqualNode(shown);
             })()",
        );
        let (wanted, got): (String, String) = world.page.eval("[window.wanted, window.got]");
        assert!(same, "edit {number}:\nwanted {wanted}\ngot    {got}");
    }
    assert!(world.is_the_same_window());
    let errors = world.page.console_errors();
    // This theme has no icon, and a browser asks for one all the same.
    assert!(errors.iter().all(|error| error.contains("favicon.ico")), "{errors:?}");
}

#[test]
fn what_a_script_put_into_the_page_stays() {
    let mut world = world("One.\n\nTwo.\n");
    world.page.eval::<()>(
        "{ const aside = document.createElement('aside'); aside.textContent = 'from a script';
           document.querySelector('main p').after(aside); document.querySelector('main').classList.add('opened'); undefined }",
    );
    world.save("One.\n\nTwo, changed.\n\nThree.\n");
    world.until("document.body.innerText.includes('Three.')");
    let text: String = world.page.eval("document.querySelector('main').innerText.replace(/\\s+/g, ' ').trim()");
    assert_eq!(text, "One. from a script Two, changed. Three.");
    assert!(world.page.eval::<bool>("document.querySelector('main').className === 'opened'"));
}

#[test]
fn the_title_in_the_head_changes_too() {
    let mut world = world("Hi.");
    world.project.write("content/a.md", "+++\ntitle = \"Another\"\n+++\nHi.");
    world.until("document.title === 'Another'");
    assert!(world.is_the_same_window());
}

#[test]
fn a_style_is_swapped_without_a_reload() {
    let mut world = world("Hi.");
    let colour = "getComputedStyle(document.querySelector('main p')).color";
    assert_eq!(world.page.eval::<String>(colour), "rgb(1, 1, 1)");
    for round in 2..5 {
        world.project.write("static/s.css", format!("p {{ color: rgb({round}, 1, 1) }}"));
        world.until(&format!("{colour} === 'rgb({round}, 1, 1)'"));
        world.until("document.querySelectorAll('link[rel=stylesheet]').length === 1");
    }
    // The page's own words can still change after that.
    world.save("Hi again.");
    world.until("document.body.innerText.includes('Hi again.')");
    assert!(world.is_the_same_window());
}

/// Looks at the colour of the page's words whenever something is changed, and in every frame.
const WATCHES_FOR_BARE_WORDS: &str = "{ window.bare = '';
    const look = () => {
      const words = document.querySelector('main p');
      if (!words || getComputedStyle(words).color !== 'rgb(0, 0, 0)') return;
      const sheets = [...document.querySelectorAll('link')].map((link) => `${link.href} ${link.sheet?.cssRules.length}`);
      window.bare ||= `${sheets} ${document.body.innerHTML}`;
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
    const frame = () => { look(); requestAnimationFrame(frame); }; frame(); undefined }";

#[test]
fn a_style_under_a_new_name_is_swapped_without_a_flash() {
    let mut world = world("Hi.");
    world.project.write("static/t.css", "p { color: rgb(9, 9, 9) }");
    world.page.eval::<()>(WATCHES_FOR_BARE_WORDS);
    world.project.write("templates/page.html", BASE.replace("s.css", "t.css"));
    world.until("getComputedStyle(document.querySelector('main p')).color === 'rgb(9, 9, 9)'");
    world.until("document.querySelectorAll('link[rel=stylesheet]').length === 1");
    assert_eq!(world.page.eval::<String>("window.bare"), "");
    assert!(world.is_the_same_window());
}

/// Some editors empty a file before they write it, and a build may fall between.
#[test]
fn a_page_that_comes_back_comes_with_its_style() {
    let mut world = world("Hi.");
    world.project.write("templates/page.html", "");
    world.until("!document.querySelector('main')");
    world.page.eval::<()>(WATCHES_FOR_BARE_WORDS);
    world.project.write("templates/page.html", BASE);
    world.until("!!document.querySelector('main p')");
    world.until("document.querySelectorAll('link[rel=stylesheet]').length === 1");
    assert_eq!(world.page.eval::<String>("window.bare"), "");
    assert!(world.is_the_same_window());
}

#[test]
fn a_picture_is_drawn_anew() {
    let square = |side: u32| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{side}\" height=\"{side}\"/>");
    let mut world = world("Hi.");
    world.project.write("content/p.svg", square(10));
    world.save("![p](p.svg)");
    world.until("document.querySelector('img')?.naturalWidth === 10");
    world.project.write("content/p.svg", square(20));
    world.until("document.querySelector('img').naturalWidth === 20");
    assert!(world.is_the_same_window());
}

#[test]
fn another_script_needs_a_fresh_page() {
    let mut world = world("Hi.");
    world.save("Hi.\n\n<script>window.ran = 'yes'</script>\n");
    world.until("window.ran === 'yes'");
    assert!(!world.is_the_same_window());
}

const CARD: &str = "document.querySelector('holdspace-findings')?.shadowRoot.querySelector('.card')";

#[test]
fn a_mistake_lies_over_the_page_and_goes_when_it_is_mended() {
    let mut world = world("Good words.");
    world.save("[b](@/_indx.md)");
    world.until(&format!("!!{CARD} && !{CARD}.hidden"));
    let said: String = world.page.eval(&format!("{CARD}.innerText"));
    for words in ["Something needs mending", "there is no page", "@/_indx.md", "content/a.md:4:5", "did you mean"] {
        assert!(said.to_lowercase().contains(&words.to_lowercase()), "no “{words}” in {said}");
    }
    assert_eq!(world.page.eval::<String>(&format!("{CARD}.querySelector('mark').textContent")), "@/_indx.md");
    assert!(world.page.eval::<bool>("document.querySelector('main').innerText.includes('Good words.')"));

    // It can be put away, and is there to be asked for.
    world.page.press("Escape");
    assert!(world.page.eval::<bool>(&format!("{CARD}.hidden")));
    world.page.eval::<()>("document.querySelector('holdspace-findings').shadowRoot.querySelector('.pill').click()");
    assert!(world.page.eval::<bool>(&format!("!{CARD}.hidden")));

    world.save("Mended.");
    world.until("!document.querySelector('holdspace-findings')");
    world.until("document.querySelector('main').innerText.includes('Mended.')");
    assert!(world.is_the_same_window());
}

#[test]
fn a_mistake_is_shown_to_who_comes_later_and_takes_no_focus_from_who_types() {
    let mut world = world(FIELDS);
    world.page.eval::<()>("document.querySelector('#name').focus()");
    world.save("[b](@/b.md)");
    world.until(&format!("!!{CARD} && !{CARD}.hidden"));
    assert!(world.page.eval::<bool>("document.activeElement.id === 'name'"));
    world.page.goto(&world.preview.url("/"));
    world.until(&format!("!!{CARD} && !{CARD}.hidden"));
}

#[test]
fn the_overlay_is_seen_by_day_and_by_night_on_a_desk_and_on_a_phone() {
    let mut world = world("Good words.");
    world.save(&format!("[b](@/b.md)\n\n{}\n\n[a long one](@/{}.md)", "words ".repeat(80), "x".repeat(200)));
    world.until(&format!("!!{CARD} && !{CARD}.hidden"));
    for (width, height, mobile) in [(1280, 800, false), (390, 844, true), (320, 568, true)] {
        world.page.viewport(width, height, mobile);
        for seen in [Seen::Light, Seen::Dark] {
            world.page.emulate(&[seen]);
            let faults: Vec<String> = world.page.eval(
                "(() => { const card = document.querySelector('holdspace-findings').shadowRoot.querySelector('.card');
                   const faults = []; const box = card.getBoundingClientRect();
                   if (box.left < 0 || box.right > innerWidth || box.bottom > innerHeight + 1 || box.top < 0) faults.push('it leaves the window');
                   if (card.scrollWidth > card.clientWidth) faults.push('it scrolls sideways: ' + card.scrollWidth);
                   const light = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
                   const ground = (element) => { for (let at = element; at; at = at.parentElement) { const colour = getComputedStyle(at).backgroundColor; if (colour !== 'rgba(0, 0, 0, 0)') return colour; } };
                   for (const element of card.querySelectorAll('h2, p, code, mark, button, .number')) {
                     const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort();
                     const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                     if (ratio < 4.5) faults.push(element.className + ' ' + element.nodeName + ' ' + ratio.toFixed(2));
                   }
                   return faults; })()",
            );
            assert_eq!(faults, [""; 0], "{width} {seen:?}");
            if let Some(folder) = std::env::var_os("HOLDSPACE_PICTURES") {
                let name = format!("overlay-{width}-{seen:?}.png").to_lowercase();
                world.page.screenshot(&std::path::Path::new(&folder).join(name));
            }
        }
    }
}

#[test]
fn under_the_strictest_policy_of_a_published_site_the_preview_still_works() {
    let project =
        TestProject::new().template("page.html", BASE).page("a.md", "One.").file("static/s.css", "p {}").file(
            "static/_headers",
            "/*\n  Content-Security-Policy: default-src 'none'; style-src 'self'; require-trusted-types-for 'script'\n",
        );
    let preview = Preview::of(&project);
    preview.says("built");
    let browser = browser();
    let mut page = browser.page();
    page.goto(&preview.url("/a/"));
    page.eval::<()>("void (window.mark = 'same window')");
    project.write("content/a.md", titled("Two."));
    page.wait_until("document.body.innerText.includes('Two.') && window.mark === 'same window'", PATIENCE);
    project.write("content/a.md", titled("[b](@/b.md)"));
    page.wait_until(&format!("!!{CARD} && !{CARD}.hidden && getComputedStyle({CARD}).position === 'fixed'"), PATIENCE);
    let errors = page.console_errors();
    assert!(errors.iter().all(|error| error.contains("favicon.ico")), "{errors:?}");
}

#[test]
fn a_page_that_outlives_its_server_finds_the_next_one() {
    let mut world = world("One.");
    let port = world.preview.address.split(':').nth(1).expect("a port").to_owned();
    let _ = world.preview.child.kill();
    let _ = world.preview.child.wait();
    world.save("Two.");
    std::thread::sleep(Duration::from_millis(200));
    world.preview = Preview::with(&world.project, &["--port", &port]);
    assert!(world.preview.address.ends_with(&port));
    world.until("document.body.innerText.includes('Two.')");
    assert!(world.is_the_same_window());
}

#[test]
fn what_a_careful_colleague_would_say_appears_beside_the_page() {
    let project = TestProject::new().template("page.html", BASE).page("a.md", "Hello.").file("static/s.css", "");
    let preview = Preview::with(&project, &["--port", "0"]);
    preview.says("built");
    let browser = browser();
    let mut page = browser.page();
    page.goto(&preview.url("/a/"));
    let told = "(document.querySelector('holdspace-findings')?.shadowRoot.textContent ?? '')";
    page.wait_until(&format!("{told}.includes('help in a crisis is missing')"), PATIENCE);
    project.write("content/a.md", titled("It cures burnout."));
    page.wait_until("document.body.textContent.includes('It cures burnout')", PATIENCE);
    page.wait_until(&format!("{told}.includes('cures” is a claim')"), PATIENCE);
    // It lies over nothing until somebody asks for it.
    assert!(
        page.eval::<bool>("document.querySelector('holdspace-findings').shadowRoot.querySelector('section').hidden")
    );
    project.write("content/a.md", titled("It may help some."));
    page.wait_until(&format!("!{told}.includes('is a claim')"), PATIENCE);
}
