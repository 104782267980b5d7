//! What other software reads: e-books, calendars, feeds, the site map, and what is said in schema.org's words; each by a program or a
//! schema that is not ours. `atom.rng` is RFC 4287's rules as RELAX NG, `sitemap.xsd` is sitemaps.org's own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::world::World;
use crate::{among_others, tools};

/// A file beside this one.
fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published").join(name)
}

/// What one of the scripts beside this file says of a path.
fn node(script: &str, path: &Path) -> Value {
    let told =
        Command::new("node").arg(beside(script)).arg(path).env("NODE_PATH", tools()).output().expect("node runs");
    assert!(told.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).expect("it speaks JSON")
}

fn xmllint(kind: &str, schema: &str, file: &Path) -> Output {
    let told = Command::new("xmllint").args(["--nonet", "--noout", kind]).arg(beside(schema)).arg(file).output();
    told.expect("xmllint runs")
}

#[test]
fn epubcheck_finds_no_error_in_the_books() {
    let _among = among_others();
    let world = World::new();
    for book in ["guides.epub", "es/guides.epub"] {
        let told = Command::new("java")
            .args(["-jar", "/usr/share/java/epubcheck.jar"])
            .arg(world.folder().join(book))
            .output();
        let told = told.expect("java runs");
        assert!(told.status.success(), "{book}: {}", String::from_utf8_lossy(&told.stderr));
    }
}

#[test]
fn feeds_and_the_site_map_are_as_their_schemas_have_them() {
    let world = World::new();
    for (kind, schema, file) in [
        ("--relaxng", "atom.rng", "atom.xml"),
        ("--relaxng", "atom.rng", "es/atom.xml"),
        ("--schema", "sitemap.xsd", "sitemap.xml"),
    ] {
        let path = world.folder().join(file);
        let told = xmllint(kind, schema, &path);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        // The schema is no yes-man.
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let wrong = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(
            wrong.path(),
            text.replace("</updated>", " or so</updated>").replace("</lastmod>", " or so</lastmod>"),
        )
        .expect("it can be written");
        assert!(!xmllint(kind, schema, wrong.path()).status.success(), "{file}: a date of no kind passes");
    }
}

#[test]
fn what_is_said_in_the_words_of_schema_org_is_said_in_its_words() {
    let world = World::with_drafts();
    let told = node("jsonld.cjs", world.folder());
    assert!(told["blocks"].as_u64() > Some(20), "{told}");
    assert_eq!(told["faults"], serde_json::json!([]));
    let wrong = tempfile::tempdir().expect("a folder");
    let page = std::fs::read_to_string(world.folder().join("index.html")).expect("it can be read");
    std::fs::write(wrong.path().join("index.html"), page.replace("\"telephone\"", "\"telefone\"")).expect("a page");
    let told = node("jsonld.cjs", wrong.path());
    assert!(told["faults"][0].as_str().is_some_and(|fault| fault.contains("telefone")), "{told}");
}

#[test]
fn another_program_reads_a_groups_calendar_and_has_the_same_instants() {
    let world = World::with_drafts();
    // The hours of content/cohorts/example.toml, by the clocks of Denver: seven hours behind in winter, six in summer.
    let wanted = [
        ("medical-intake", "2027-02-15", "2027-02-27"),
        ("preparation-1", "2027-03-03T00:30:00.000Z", "2027-03-03T02:30:00.000Z"),
        ("preparation-2", "2027-03-10T00:30:00.000Z", "2027-03-10T02:30:00.000Z"),
        ("session-1", "2027-03-20T15:00:00.000Z", "2027-03-20T19:00:00.000Z"),
        ("session-2", "2027-04-03T15:00:00.000Z", "2027-04-03T19:00:00.000Z"),
        ("session-3", "2027-04-17T15:00:00.000Z", "2027-04-17T19:00:00.000Z"),
        ("session-4", "2027-05-01T15:00:00.000Z", "2027-05-01T19:00:00.000Z"),
        ("integration", "2027-05-11T23:30:00.000Z", "2027-05-12T01:30:00.000Z"),
    ];
    for file in ["cohorts/example.ics", "cohorts/all.ics", "es/cohorts/example.ics"] {
        let told = node("calendar.cjs", &world.folder().join(file));
        let events = told.as_array().expect("events");
        assert_eq!(events.len(), wanted.len(), "{file}: {told}");
        for (event, (step, start, end)) in events.iter().zip(wanted) {
            assert!(event["uid"].as_str().is_some_and(|uid| uid.starts_with(&format!("example-{step}"))), "{event}");
            assert_eq!((&event["start"], &event["end"]), (&start.into(), &end.into()), "{file}: {event}");
        }
    }
}
