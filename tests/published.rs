//! The built site in the eyes of other people's checkers: axe-core, the HTML checker of the W3C (vnu), Lighthouse; what a reader with
//! the keyboard alone, at twice the size, or on a slow line meets; and what other software reads. `make test` fetches the checkers.

#[path = "support/browser.rs"]
mod browser;
#[path = "published/lighthouse.rs"]
mod lighthouse;
#[path = "published/software.rs"]
mod software;
#[path = "support/static_server.rs"]
mod static_server;
#[allow(dead_code, reason = "shared with tests/browser.rs, which needs more of it")]
#[path = "browser/world.rs"]
mod world;

use std::path::PathBuf;
use std::process::Command;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use browser::{Page, Seen};
use serde_json::Value;
use world::World;

/// A phone as most are.
const PHONE: (u32, u32) = (390, 844);

/// Held for writing by who measures time, and for reading by who does not mind company.
static ROOM: RwLock<()> = RwLock::new(());

/// For who measures time.
fn alone() -> RwLockWriteGuard<'static, ()> {
    ROOM.write().unwrap_or_else(PoisonError::into_inner)
}

/// For who does not mind company.
fn among_others() -> RwLockReadGuard<'static, ()> {
    ROOM.read().unwrap_or_else(PoisonError::into_inner)
}

/// A checker that `.ci/tools` fetched.
fn tool(path: &str) -> PathBuf {
    let tool = tools().join(path);
    assert!(tool.exists(), "{} is not there: run .ci/tools", tool.display());
    tool
}

/// Where they are.
fn tools() -> PathBuf {
    let cache = || std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").expect("there is a home")).join(".cache");
    let tools = std::env::var_os("HOLDSPACE_TOOLS").map(PathBuf::from);
    tools.unwrap_or_else(|| cache().unwrap_or_else(home).join("holdspace/tools")).join("node_modules")
}

/// What axe finds on the page that is open.
fn axe(page: &mut Page, source: &str) -> Vec<String> {
    page.eval::<Value>(&format!("{source}; null"));
    page.eval(
        "axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations.map((fault) => \
         `${fault.id}: ${fault.help}: ` + fault.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(' | ')))",
    )
}

#[test]
fn axe_finds_nothing_by_day_by_night_and_on_a_narrow_phone() {
    let _among = among_others();
    let source = std::fs::read_to_string(tool("axe-core/axe.min.js")).expect("axe can be read");
    World::new().every_page(|page, _| {
        let mut faults = Vec::new();
        for (seen, width) in [(Seen::Light, 1280), (Seen::Dark, 390), (Seen::Light, 320)] {
            page.viewport(width, 844, width < 1000);
            page.emulate(&[seen]);
            faults.extend(axe(page, &source).into_iter().map(|fault| format!("{width} px, {seen:?}: {fault}")));
        }
        faults
    });
}

#[test]
fn axe_finds_what_is_wrong() {
    let _among = among_others();
    let source = std::fs::read_to_string(tool("axe-core/axe.min.js")).expect("axe can be read");
    let world = World::new();
    let mut page = world.page();
    page.goto(&world.url("/"));
    page.eval::<Value>("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"x.png\">'); null");
    assert!(
        axe(&mut page, &source).iter().any(|fault| fault.starts_with("image-alt")),
        "it sees no picture without words"
    );
}

#[test]
fn the_html_checker_finds_no_error() {
    let _among = among_others();
    let told = Command::new("java")
        .args(["-jar"])
        .arg(tool("vnu-jar/build/dist/vnu.jar"))
        .args(["--errors-only", "--skip-non-html", "--format", "json"])
        .arg(World::new().folder())
        .output()
        .expect("java runs");
    let told: Value = serde_json::from_slice(&told.stderr).expect("it speaks JSON");
    let faults: Vec<String> =
        told["messages"].as_array().into_iter().flatten().map(|fault| format!("{fault}")).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_keyboard_alone_reaches_everything_in_the_order_of_the_page_and_shows_where_it_is() {
    let _among = among_others();
    World::new().every_page(|page, _| {
        let wanted: usize = page.eval(
            "window.__seen = new Set(); window.__dim = []; window.__reachable = () => \
             [...document.querySelectorAll('a[href], button, input, summary, select, textarea, [tabindex=\"0\"]')].filter((e) => \
             e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0); \
             document.addEventListener('focusin', (event) => { const e = event.target; window.__seen.add(e); \
             const shows = (at) => at && getComputedStyle(at).outlineStyle !== 'none'; if (!shows(e) && !shows(e.closest('li'))) window.__dim.push(e.outerHTML.slice(0, 90)); }); \
             window.__reachable().length",
        );
        for _ in 0..wanted + 2 {
            page.press("Tab");
        }
        page.eval(
            "[...window.__reachable().filter((e) => !window.__seen.has(e) && !(e.type === 'radio' && !e.checked)).map((e) => 'Tab does not reach ' + e.outerHTML.slice(0, 120)), \
             ...window.__dim.map((e) => 'nothing shows that the keyboard is at ' + e)]",
        )
    });
}

#[test]
fn twice_the_size_and_wider_spacing_cut_nothing_off() {
    let _among = among_others();
    // WCAG 2.2, 1.4.4 and 1.4.12: half of a desk's width is twice the size; and lines, words and letters further apart.
    const SPACED: &str = "const sheet = new CSSStyleSheet(); sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; \
        word-spacing: 0.16em !important } p { margin-bottom: 2em !important }'); document.adoptedStyleSheets = [sheet]; null";
    const CUT: &str = "[...document.querySelectorAll('main *, header *, footer *')].filter((e) => { const s = getComputedStyle(e); \
        return e.checkVisibility() && (s.overflowX === 'hidden' || s.overflowX === 'clip') && e.scrollWidth > e.clientWidth + 1 && e.innerText && \
        !e.closest('.visually-hidden, svg'); }).map((e) => 'cut off: ' + e.outerHTML.slice(0, 120)).concat(\
        document.scrollingElement.scrollWidth > innerWidth ? ['it is ' + document.scrollingElement.scrollWidth + ' px wide'] : [])";
    World::new().every_page(|page, _| {
        page.eval::<Value>(SPACED);
        let mut faults = Vec::new();
        for width in [640, 320] {
            page.viewport(width, 844, width < 600);
            faults.extend(page.eval::<Vec<String>>(CUT).into_iter().map(|fault| format!("{width} px: {fault}")));
        }
        faults
    });
}

#[test]
fn a_page_weighs_sixty_kilobytes_at_most_without_its_pictures_and_nothing_shifts() {
    let _alone = alone();
    World::new().on_the_phone().every_page(|page, _| {
        let (weight, shift): (f64, f64) = page.eval(
            "(async () => { await document.fonts.ready; await new Promise((done) => setTimeout(done, 100)); \
             const fetched = performance.getEntriesByType('resource').filter((r) => !/\\.(svg|png|jpe?g|webp|avif)$/.test(new URL(r.name).pathname)); \
             const page = (await (await fetch(location.href)).text()); \
             const drawn = [...document.querySelectorAll('svg')].reduce((sum, e) => sum + e.outerHTML.length, 0); \
             const bytes = new Blob([page]).size - drawn + fetched.reduce((sum, r) => sum + r.decodedBodySize, 0); \
             const shift = await new Promise((done) => { let sum = 0; const o = new PerformanceObserver((list) => list.getEntries().forEach((e) => sum += e.value)); \
             o.observe({ type: 'layout-shift', buffered: true }); setTimeout(() => done(sum), 50); }); return [bytes, shift]; })()",
        );
        let mut faults = Vec::new();
        if weight > 60.0 * 1024.0 {
            faults.push(format!("it weighs {:.1} KiB", weight / 1024.0));
        }
        if shift > 0.01 {
            faults.push(format!("it shifts by {shift:.3}"));
        }
        faults
    });
}

#[test]
fn the_search_finds_beginnings_and_stems_in_both_languages_and_says_so() {
    let _among = among_others();
    let world = World::new();
    for (path, word, begins) in [("/search/", "groundi", "Grounding"), ("/es/search/", "intenciones", "Cómo encontrar")]
    {
        let mut page = world.page();
        page.goto(&world.url(path));
        assert!(
            !page.requests().iter().any(|asked| asked.url.contains("pagefind")),
            "the index comes before anybody asks"
        );
        page.eval::<Value>("document.querySelector('#q').focus(); null");
        page.eval::<Value>(&format!(
            "document.querySelector('#q').value = '{word}'; document.querySelector('#q').dispatchEvent(new Event('input')); null"
        ));
        page.wait_until("document.querySelectorAll('.search-found > li').length > 0", Duration::from_secs(20));
        let titles: Vec<String> =
            page.eval("[...document.querySelectorAll('.search-found > li > a')].map((a) => a.textContent)");
        assert!(titles.iter().any(|title| title.starts_with(begins)), "{word}: {titles:?}");
        page.wait_until(
            "/\\d/.test(document.querySelector('.search-told[role=status]').textContent)",
            Duration::from_secs(5),
        );
        assert_eq!(page.console_errors(), Vec::<String>::new());
        let first: String = page.eval("document.querySelector('.search-found a').href");
        page.follow(&first);
        assert!(page.eval::<bool>("!!document.querySelector('main h1')"), "{first} is no page");
    }
}
