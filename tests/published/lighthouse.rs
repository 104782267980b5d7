//! Lighthouse on every page, on a phone's settings. It mostly waits for a page to be quiet: several look at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::thread;

use crate::world::World;
use crate::{alone, browser, tools};

/// Performance, accessibility, best practices, SEO, from 0 to 100.
type Marks = [u32; 4];

/// How many look at once.
const AT_ONCE: usize = 6;

/// The least mark for performance.
const FAST: u32 = 98;

#[test]
fn lighthouse_gives_every_page_full_marks() {
    let _alone = alone();
    let world = World::new();
    let urls: Vec<String> = world.paths().iter().map(|path| asked(&world, path)).collect();
    let share = urls.len().div_ceil(AT_ONCE);
    let mut marks: BTreeMap<String, Marks> = thread::scope(|scope| {
        let looks: Vec<_> = urls.chunks(share).map(|urls| scope.spawn(|| lighthouse(urls))).collect();
        looks.into_iter().flat_map(|look| look.join().expect("Lighthouse looks")).collect()
    });
    assert_eq!(marks.len(), urls.len(), "it did not look at every page: {marks:?}");
    // The mark for performance is that of a busy machine, too: a page that seems slow is looked at again, alone.
    for (url, marks) in marks.iter_mut().filter(|(_, marks)| marks[0] < FAST) {
        let again = (0..2).map(|_| lighthouse(std::slice::from_ref(url))[url][0]);
        marks[0] = again.max().unwrap_or(0);
    }
    let short: Vec<_> = marks.iter().filter(|(_, marks)| marks[0] < FAST || marks[1..] != [100, 100, 100]).collect();
    assert!(short.is_empty(), "performance, accessibility, best practices, SEO: {short:#?}");
}

/// The address of a page. One that no search engine is to list says so, and gets no lower mark for it.
fn asked(world: &World, path: &str) -> String {
    let file = world.folder().join(path.trim_start_matches('/'));
    let file = if file.is_dir() { file.join("index.html") } else { file };
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    format!("{}{}", world.url(path), if text.contains("noindex") { "#unlisted" } else { "" })
}

/// The marks of some pages, one after the other, in one browser.
fn lighthouse(urls: &[String]) -> BTreeMap<String, Marks> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published/lighthouse.cjs");
    let told = Command::new("node")
        .arg(script)
        .args(urls)
        .env("NODE_PATH", tools())
        .env("CHROME_PATH", browser::chromium().expect("Chromium is there"))
        .output()
        .expect("node runs");
    serde_json::from_slice(&told.stdout)
        .unwrap_or_else(|_| panic!("no marks: {}", String::from_utf8_lossy(&told.stderr)))
}
