//! That each check can find a fault, on a site that is made of faults.

use std::collections::BTreeMap;

use crate::browser::Seen;
use crate::checks::*;
use crate::world::{self, World};

const BAD: &str = "<!doctype html><html lang=en><title>Bad</title><meta name=viewport content='width=device-width'>
    <style>body { font: 12px serif } p { width: 2000px; color: #888; background: #fff; transition: color 1s }
    .pale { opacity: 0.3; color: #000 }</style>
    <header><nav><a href='missing.html'>Missing</a> <a href='#nowhere'>Nowhere</a></nav></header>
    <main><h1>Bad</h1><p>A sentence that is long enough to be read, in letters that are far too small for it.</p>
    <p class=pale>Pale</p><figure class=session aria-labelledby=session-1-picture><svg role=img></svg><table></table></figure></main>
    <img src='http://127.0.0.2:9/pixel.png' alt=''><img src='gone.png' alt=''>
    <script>console.error('from a script'); document.querySelector('h1').textContent += ' more'; later()</script>";

fn bad() -> (World, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("index.html"), BAD).expect("a temporary folder can be written");
    (World::of(folder.path()).on_the_phone(), folder)
}

#[track_caller]
fn found(faults: &[String], words: &str) {
    assert!(faults.iter().any(|fault| fault.contains(words)), "no word of “{words}” in {faults:#?}");
}

#[test]
fn every_check_finds_its_fault() {
    let (world, _folder) = bad();
    let mut page = world.page();
    page.goto(&world.url("/"));
    found(&strangers(&mut page, world.origin()), "another machine: http://127.0.0.2:9/pixel.png");
    found(&strangers(&mut page, world.origin()), "gone.png is not there (404)");
    found(&page.console_errors(), "from a script");
    found(&page.console_errors(), "later is not defined");
    found(&sideways(&mut page, 390), "px wide in 390: main p “A sentence");
    found(&too_small(&mut page), "12 px, not 18: main p “A sentence");
    found(&too_small(&mut page), "12 px, not 16: header nav a");
    found(&faint(&mut page, 4.5), "3.54:1, not 4.5:1 (136,136,136 on 255,255,255): main p “A sentence");
    found(&faint(&mut page, 4.5), "main p.pale “Pale”");
    found(&moving(&mut page), "it moves: main p");
    found(&skip_link(&mut page), "the first Tab leads to <a href=\"missing.html\"");
    found(&out_of_reach(&mut page), "the program's number");
    found(&out_of_reach(&mut page), "988, by a call");
    found(&session(&mut page, "session-1"), "has no name");
    found(&session(&mut page, "session-1"), "has 0 rows for 5 phases");
    found(&unreadable(&mut page), "its navigation shows 2 links");
    page.emulate(&[Seen::Print]);
    found(&unprintable(&mut page), "on paper it shows header nav");
    found(&unprintable(&mut page), "on paper, it does not show 911");
}

#[test]
fn a_broken_link_and_a_broken_anchor_are_found() {
    let (world, folder) = bad();
    let mut page = world.page();
    let url = format!("file://{}", folder.path().join("index.html").display());
    page.goto(&url);
    let links = BTreeMap::from([(url, links(&mut page))]);
    let faults = broken_links(&links, |target| world::file_of(target).is_some_and(|path| path.is_file()));
    found(&faults, "missing.html, and nothing is there");
    found(&faults, "#nowhere, and the page has no such place");
}

#[test]
fn without_scripts_the_page_is_as_it_was_written() {
    let (world, _folder) = bad();
    let mut page = world.page();
    page.scripts(false);
    page.goto(&world.url("/"));
    assert!(!main_text(&mut page).contains("more"));
    page.scripts(true);
    page.goto(&world.url("/"));
    assert!(main_text(&mut page).contains("Bad more"));
}
