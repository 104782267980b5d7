//! The repository's own site in a real browser: what a reader on a phone, at a desk, on paper, with the keyboard alone
//! or with a screen reader meets. This file holds the claims; `browser/checks.rs` looks for the faults, and
//! `browser/bad_site.rs` shows that each check can find one. `make test` installs Chromium.

#[path = "browser/bad_site.rs"]
mod bad_site;
#[path = "support/browser.rs"]
mod browser;
#[path = "browser/checks.rs"]
mod checks;
#[path = "support/static_server.rs"]
mod static_server;
#[path = "browser/the_browser.rs"]
mod the_browser;
#[path = "browser/world.rs"]
mod world;

use std::collections::{BTreeMap, BTreeSet};

use browser::Seen;
use checks::*;
use world::{World, program};

/// A phone as most are.
const PHONE: (u32, u32) = (390, 844);

#[test]
fn no_page_scrolls_sideways() {
    World::new().every_page(|page, _| {
        let mut faults = Vec::new();
        for (width, mobile) in [(390, true), (320, true), (1280, false)] {
            page.viewport(width, 844, mobile);
            faults.extend(sideways(page, width));
        }
        faults
    });
}

#[test]
fn no_page_asks_another_machine_and_nothing_that_it_asks_for_fails() {
    World::new().every_page(|page, place| strangers(page, place.origin()));
}

#[test]
fn no_page_complains_on_its_console() {
    World::new().every_page(|page, _| page.console_errors());
}

#[test]
fn text_on_the_phone_is_large_enough_to_read() {
    World::new().on_the_phone().every_page(|page, _| too_small(page));
}

#[test]
fn text_stands_out_from_its_ground_by_day_and_by_night() {
    World::new().on_the_phone().every_page(|page, _| {
        let mut faults = Vec::new();
        for seen in [Seen::Light, Seen::Dark] {
            page.emulate(&[seen]);
            faults.extend(faint(page, 4.5).into_iter().map(|fault| format!("{seen:?}: {fault}")));
        }
        faults
    });
}

#[test]
fn who_asks_for_more_contrast_gets_it() {
    World::new().on_the_phone().every_page(|page, _| {
        let mut faults = Vec::new();
        for seen in [Seen::Light, Seen::Dark] {
            page.emulate(&[seen, Seen::MoreContrast]);
            faults.extend(faint(page, 7.0).into_iter().map(|fault| format!("{seen:?}: {fault}")));
        }
        faults
    });
}

#[test]
fn who_asks_for_less_motion_gets_none() {
    World::new().every_page(|page, _| {
        page.emulate(&[Seen::ReducedMotion]);
        moving(page)
    });
}

#[test]
fn without_javascript_every_page_says_the_same() {
    let world = World::new();
    let mut with_scripts = BTreeMap::new();
    world.every_page(|page, place| {
        with_scripts.insert(place.path.clone(), main_text(page));
        Vec::new()
    });
    world.every_page_so(
        |page| page.scripts(false),
        |page, place| {
            let same = Some(&main_text(page)) == with_scripts.get(&place.path);
            let mut faults = unreadable(page);
            if !same {
                faults.push("its main text is another one without JavaScript".to_owned());
            }
            faults
        },
    );
}

#[test]
fn the_first_tab_shows_a_way_past_the_navigation() {
    World::new().on_the_phone().every_page(|page, _| skip_link(page));
}

#[test]
fn every_link_works_from_a_disk() {
    let world = World::new();
    let mut found = BTreeMap::new();
    world.every_file(|page, place| {
        found.insert(place.url.clone(), links(page));
        strangers(page, place.origin())
    });
    let all = links_of(&found);
    assert!(all.len() > 20, "the site has only {} links; the check looks at nothing", all.len());
    world::none(broken_links(&found, |target| world::file_of(target).is_some_and(|path| path.is_file())));
}

#[test]
fn every_link_works_on_the_web() {
    let world = World::new();
    let mut found = BTreeMap::new();
    world.every_page(|page, place| {
        found.insert(place.url.clone(), links(page));
        Vec::new()
    });
    let targets: BTreeSet<String> = links_of(&found).iter().map(|link| without_anchor(link).to_owned()).collect();
    // A folder and its `index.html` are one page.
    for (url, links) in found.clone() {
        found.insert(format!("{url}index.html"), links);
    }
    let answering = world.answering(&targets);
    world::none(broken_links(&found, |target| answering.contains(target)));
}

#[test]
fn a_page_that_is_not_there_still_leads_home() {
    let world = World::new();
    let mut page = world.page();
    page.goto(&world.url("/no/such/page/"));
    assert_eq!(page.requests().iter().filter(|asked| asked.failure.is_some()).count(), 0);
    assert!(page.eval::<bool>("getComputedStyle(document.body).maxWidth !== '' && document.styleSheets.length > 0"));
    let home: String =
        page.eval("document.querySelector('header a[href]:not([href^=\"tel:\"]):not([href^=\"sms:\"])').href");
    assert_eq!(home, world.url("/"));
}

#[test]
fn every_page_says_how_to_reach_a_person_and_help_in_a_crisis() {
    World::new().on_the_phone().every_page(|page, _| out_of_reach(page));
}

#[test]
fn a_session_shows_its_music_as_a_picture_and_as_a_table() {
    let mut drawn = BTreeSet::new();
    World::new().every_page(|page, _| {
        let sessions: Vec<String> = page.eval("[...document.querySelectorAll('figure.session')].map((f) => f.getAttribute('aria-labelledby').replace(/-picture$/, ''))");
        let faults = sessions.iter().flat_map(|name| session(page, name)).collect();
        drawn.extend(sessions);
        faults
    });
    assert_eq!(drawn, program::sessions(), "each playlist has a page");
}

#[test]
fn a_printed_guide_has_no_navigation_but_the_help_lines() {
    let mut guides = 0;
    World::new().every_page(|page, place| {
        if !place.path.starts_with("/guides/") {
            return Vec::new();
        }
        guides += 1;
        page.emulate(&[Seen::Print]);
        unprintable(page)
    });
    assert!(guides > 4, "there are only {guides} guides; the check looks at nothing");
}

#[test]
fn what_somebody_smuggles_into_a_page_does_nothing() {
    World::new().every_page(|page, _| {
        let ran: Vec<String> = page.eval(
            "(async () => {
                const add = (name, given) => document.body.append(Object.assign(document.createElement(name), given));
                add('script', { textContent: 'window.ran = true' });
                add('script', { src: 'data:text/javascript,window.ran=true' });
                document.body.insertAdjacentHTML('beforeend', '<p id=\"smuggled\" style=\"position: fixed\"></p>');
                document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = true\">');
                await new Promise((done) => setTimeout(done, 50));
                const ran = [];
                if (window.ran) ran.push('a script ran');
                if (getComputedStyle(document.querySelector('#smuggled')).position === 'fixed') ran.push('a style held');
                return ran;
            })()",
        );
        let refused = page.console_errors().iter().any(|error| error.contains("Content Security Policy"));
        ran.into_iter().chain((!refused).then(|| "the browser refused nothing".to_owned())).collect()
    });
}
