//! Cohorts end to end: a page, calendars, packets, and what never leaves the house.

use holdspace::report::{Colour, human};
use holdspace::site::Options;

use crate::support::TestProject;

/// Shows what a template sees.
const SHOWN: &str = "<!doctype html><html lang=\"{{ lang }}\"><title>{{ page.title }}</title><main>\
    {% for cohort in cohorts %}<h2>{{ cohort.title }}</h2>{{ cohort.status }}, {{ cohort.places_left }} of {{ cohort.places }}\
    {% for date in cohort.dates %}<p><a href=\"{{ date.permalink }}\">{{ date.title }}</a> \
    <time datetime=\"{{ date.start }}\">{{ date.when }}</time> {{ date.abbreviation }}</p>{% endfor %}\
    <a href=\"{{ cohort.permalink }}\">ics</a> <a href=\"{{ cohort.webcal }}\">webcal</a>\
    <script type=\"application/ld+json\">{{ cohort.jsonld }}</script>{% endfor %}\
    {% if not cohorts %}none{% endif %}{% if calendar %}<a href=\"{{ calendar.permalink }}\">all</a>{% endif %}</main></html>";

const SPRING: &str = r#"
title = { en = "Spring", es = "Primavera" }
zone = "America/Denver"
places = 8
places_left = 3
[[date]]
step = "session"
start = 2027-03-20T09:00:00
end = 13:00:00
[[date]]
step = "preparation"
start = 2027-03-09T17:30:00
length = "2h"
"#;

fn project(cohort: &str) -> TestProject {
    let guide = |title: &str| format!("+++\ntitle = \"{title}\"\n[extra]\nguide = true\n+++\nBreathe.\n");
    TestProject::new()
        .config("[languages.es]\ntitle = \"Prueba\"\n")
        .page("program/_index.md", "The steps.")
        .page("program/preparation.md", "+++\ntitle = \"Preparation\"\nweight = 1\n+++\n")
        .page("program/preparation.es.md", "+++\ntitle = \"Preparación\"\nweight = 1\n+++\n")
        .page("program/session.md", "+++\ntitle = \"Session\"\nweight = 2\n+++\n")
        .page("guide.md", &guide("Breathing"))
        .page("dates.md", "+++\ntitle = \"Dates\"\ntemplate = \"dates.html\"\n+++\n")
        .page("dates.es.md", "+++\ntitle = \"Fechas\"\ntemplate = \"dates.html\"\n+++\n")
        .template("dates.html", SHOWN)
        .file("content/cohorts/spring.toml", cohort)
}

/// Before its first date.
const EARLY: Options = Options {
    drafts: false,
    future: false,
    expired: false,
    mode: holdspace::site::Mode::Build,
    fresh: false,
    unindexed: false,
    now: Some(1_800_000_000),
};
/// After its last.
const LATE: Options = Options { now: Some(1_900_000_000), ..EARLY };

#[test]
fn a_cohort_is_on_the_page_in_calendars_and_in_a_packet() {
    let built = project(SPRING).build_with(&EARLY).clean();
    let page = built.main("dates/index.html");
    assert!(
        page.starts_with("<h2>Spring</h2>open, 3 of 8<p><a href=\"../program/preparation/index.html\">Preparation</a>"),
        "{page}"
    );
    assert!(
        page.contains(
            "<time datetime=\"2027-03-09T17:30:00-07:00\">Tuesday, March 9, 2027, 5:30 to 7:30 PM</time> MST"
        )
    );
    assert!(page.contains(
        "<time datetime=\"2027-03-20T09:00:00-06:00\">Saturday, March 20, 2027, 9:00 AM to 1:00 PM</time> MDT"
    ));
    assert!(
        page.contains(
            "<a href=\"../cohorts/spring.ics\">ics</a> <a href=\"webcal://test.example/cohorts/spring.ics\">"
        )
    );
    assert!(page.contains("{\"@context\":\"https://schema.org\",\"@type\":\"Event\",\"name\":\"Spring\""), "{page}");
    let spanish = built.main("es/dates/index.html");
    assert!(spanish.contains("<h2>Primavera</h2>") && spanish.contains("Preparación</a>"), "{spanish}");
    // A step that is not translated is linked as it is.
    assert!(spanish.contains("../../program/session/index.html") && spanish.contains("de 9:00 a 13:00"), "{spanish}");
    let paths = built.paths();
    for file in ["cohorts/spring.ics", "cohorts/all.ics", "es/cohorts/spring.ics", "es/cohorts/all.ics"] {
        assert!(paths.contains(&file), "{paths:?}");
    }
    assert!(!paths.iter().any(|path| path.ends_with(".toml")), "{paths:?}");
    if cfg!(feature = "guides") {
        assert!(
            paths.contains(&"cohorts/spring-letter.pdf") && !paths.contains(&"es/cohorts/spring-letter.pdf"),
            "{paths:?}"
        );
    }
    let calendar = built.text("es/cohorts/spring.ics");
    assert!(
        calendar.contains("UID:spring-preparation@test.example\r\n")
            && calendar.contains("SUMMARY;LANGUAGE=es:Preparación\r\n")
    );
    assert!(!built.text("sitemap.xml").contains("cohorts"));
}

#[test]
fn a_draft_is_left_out_and_what_is_over_keeps_its_calendar() {
    let draft = project(&format!("draft = true\n{SPRING}"));
    let built = draft.build_with(&EARLY).clean();
    assert_eq!(built.main("dates/index.html"), "none");
    assert!(!built.paths().iter().any(|path| path.contains("cohorts/")), "{:?}", built.paths());
    let shown = draft.build_with(&Options { drafts: true, ..EARLY }).clean();
    assert!(shown.main("dates/index.html").contains("Spring"));

    let built = project(SPRING).build_with(&LATE);
    assert_eq!(
        human(&built.findings, Colour::Off),
        "note: this cohort is over since 2027-03-20, and no page shows it\n  ──▶ content/cohorts/spring.toml\n  \
         = hint: its calendar stays for those who subscribed; take the file away when nobody needs it\n\n1 note\n"
    );
    assert_eq!(built.main("dates/index.html"), "none<a href=\"../cohorts/all.ics\">all</a>");
    assert!(
        built.paths().contains(&"cohorts/spring.ics")
            && !built.paths().iter().any(|path| path.ends_with(".pdf") && path.contains("cohorts"))
    );
}

#[test]
fn a_zola_site_keeps_its_files_as_they_are() {
    let built = TestProject::zola("").file("content/cohorts/a.toml", "mine = true").build();
    assert_eq!(built.text("cohorts/a.toml"), "mine = true");
}
