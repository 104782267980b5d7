//! Keeps the house as it is drawn: who never imports whom, what is pure, which crate comes in by which door.
//! The rules are tables (`architecture/rules.rs`); a rule that is broken says where, and why it is there.

#[path = "architecture/each_rule_can_fail.rs"]
mod each_rule_can_fail;
#[path = "architecture/rules.rs"]
mod rules;
#[path = "support/sources.rs"]
mod sources;

use std::path::Path;
use std::sync::OnceLock;

use rules::{ANYWHERE, DOORS, Door, EXITING, IMPORTS, Import, LONGEST, PRINTING, PURE, Reserved, Sees, UNSAFE, WORLD};
use sources::{Source, house, under, without_tests};

#[test]
fn rooms_import_only_what_the_map_allows() {
    let faults = IMPORTS.iter().flat_map(|rule| code().iter().flat_map(|source| imports(rule, source)));
    none(faults.collect());
}

#[test]
fn pure_files_touch_nothing_of_the_world() {
    let rooms = pure_rooms(sources());
    none(code().iter().filter(|source| is_pure(source, &rooms)).flat_map(|source| world(source)).collect());
}

#[test]
fn the_pure_rooms_of_the_music_are_listed_in_its_header() {
    let rooms = pure_rooms(sources());
    for room in ["plan", "timeline", "fade", "mix", "limit", "transport"] {
        let room = format!("music::{room}");
        assert!(rooms.contains(&room), "the header of src/music.rs has no `{room}` behind `Pure:`; it has {rooms:?}");
    }
}

#[test]
fn each_foreign_crate_comes_in_by_its_own_door() {
    none(DOORS.iter().flat_map(|door| code().iter().flat_map(|source| doors(door, source))).collect());
}

#[test]
fn every_dependency_has_a_door() {
    let manifest: toml::Table = manifest().parse().expect("Cargo.toml is TOML");
    let mut tables = vec![&manifest["dependencies"]];
    if let Some(targets) = manifest.get("target").and_then(|target| target.as_table()) {
        tables.extend(targets.values().filter_map(|target| target.get("dependencies")));
    }
    let names = tables.iter().filter_map(|table| table.as_table()).flat_map(|table| table.keys());
    let strangers: Vec<&String> =
        names.filter(|name| !DOORS.iter().any(|door| door.name == name.replace('-', "_"))).collect();
    assert!(
        strangers.is_empty(),
        "these crates have no door: {strangers:?}\n  Give each a row in DOORS of tests/architecture/rules.rs: one room that knows it."
    );
}

#[test]
fn only_report_and_commands_print() {
    none(code().iter().flat_map(|source| reserved(&PRINTING, source)).collect());
}

#[test]
fn only_main_exits() {
    none(code().iter().flat_map(|source| reserved(&EXITING, source)).collect());
}

#[test]
fn nothing_is_unsafe() {
    none(sources().iter().flat_map(|source| reserved(&UNSAFE, source)).collect());
    assert!(manifest().contains("unsafe_code = \"forbid\""), "Cargo.toml forbids `unsafe` no longer");
}

#[test]
fn every_file_begins_by_saying_what_it_is_for() {
    let silent = sources().iter().filter(|source| source.header.is_empty());
    none(
        silent
            .map(|source| fault(source, 1, "a file begins with `//!`: what it is for, and what it never does"))
            .collect(),
    );
}

#[test]
fn no_file_is_too_long_to_read() {
    let long = sources().iter().filter(|source| source.length() > LONGEST);
    none(long.map(|source| fault(source, LONGEST + 1, &format!("no file has more than {LONGEST} lines"))).collect());
}

#[test]
fn the_map_in_lib_names_every_room() {
    let lib = sources().iter().find(|source| source.path == "src/lib.rs").expect("there is a src/lib.rs");
    none(unnamed(lib, lib_modules(sources())));
}

#[test]
fn every_row_speaks_of_a_room_that_exists_and_is_needed() {
    let exists = |room: &str| room.is_empty() || room == "main" || sources().iter().any(|source| source.is_in(room));
    let mut stale = Vec::new();
    for rule in IMPORTS {
        let named: Vec<String> = match &rule.sees {
            Sees::AllBut(rooms) | Sees::Only(rooms) => rooms.iter().map(|room| (*room).to_owned()).collect(),
            Sees::Of(room, _) => vec![(*room).to_owned()],
        };
        stale.extend(
            named.iter().map(String::as_str).chain([rule.room]).filter(|room| !exists(room)).map(str::to_owned),
        );
    }
    stale.extend(PURE.iter().filter(|room| !exists(room)).map(|room| (*room).to_owned()));
    for door in DOORS {
        let is_used =
            |room: &&str| code().iter().any(|source| stands_in(source, room) && names_crate(source, door.name));
        let unused = door.rooms.iter().filter(|room| !room.is_empty() && !is_used(room));
        stale.extend(unused.map(|room| format!("{} → {room}", door.name)));
        assert!(door.rooms.len() < 2 || !door.why.is_empty(), "more than one door for {} needs a why", door.name);
    }
    for room in PRINTING.rooms.iter().chain(EXITING.rooms).filter(|room| !exists(room)) {
        stale.push((*room).to_owned());
    }
    assert!(
        stale.is_empty(),
        "tests/architecture/rules.rs says more than is true; these rooms or doors are gone: {stale:?}"
    );
}

// The rules, each over one file.

fn imports(rule: &Import, source: &Source) -> Vec<String> {
    if !source.is_in(rule.room) {
        return Vec::new();
    }
    let own = format!("crate::{}", rule.room);
    let allowed = |path: &str| match &rule.sees {
        Sees::AllBut(rooms) => !rooms.iter().any(|room| under(path, &format!("crate::{room}"))),
        Sees::Only(rooms) => {
            let house = path.starts_with("crate::");
            !house || under(path, &own) || rooms.iter().any(|room| under(path, &format!("crate::{room}")))
        }
        Sees::Of(room, parts) => {
            let inside = path.strip_prefix(&format!("crate::{room}::"));
            inside.is_none_or(|inside| parts.iter().any(|part| under(inside, part)))
        }
    };
    let told = match &rule.sees {
        Sees::AllBut(rooms) => format!("`{}` imports none of {}", rule.room, rooms.join(", ")),
        Sees::Only([]) => format!("`{}` imports nothing of the house", rule.room),
        Sees::Only(rooms) => format!("`{}` imports only {}", rule.room, rooms.join(", ")),
        Sees::Of(room, parts) => format!("of `{room}`, `{}` imports only {}", rule.room, parts.join(", ")),
    };
    let broken = source.names.iter().filter(|name| !allowed(&name.path));
    broken.map(|name| fault(source, name.line, &format!("{told}: {}", rule.why))).collect()
}

fn world(source: &Source) -> Vec<String> {
    let touches = |path: &str| {
        WORLD.iter().any(|outside| under(path, outside)) || PRINTING.what.iter().any(|print| under(path, print))
    };
    let broken = source.names.iter().filter(|name| touches(&name.path));
    broken.map(|name| fault(source, name.line, &format!("`{}` is not pure, and this file is", name.path))).collect()
}

fn doors(door: &Door, source: &Source) -> Vec<String> {
    if door.rooms.iter().any(|room| stands_in(source, room)) {
        return Vec::new();
    }
    let broken = source.names.iter().filter(|name| under(&name.path, door.name));
    let told = format!("`{}` comes in by {}", door.name, door.rooms.join(", "));
    broken.map(|name| fault(source, name.line, &format!("{told}: to change the crate, change its room"))).collect()
}

fn reserved(rule: &Reserved, source: &Source) -> Vec<String> {
    if rule.rooms.iter().any(|room| stands_in(source, room)) {
        return Vec::new();
    }
    let broken = source.names.iter().filter(|name| rule.what.iter().any(|what| under(&name.path, what)));
    broken.map(|name| fault(source, name.line, rule.why)).collect()
}

/// The rooms that the map does not link to: [`music`].
fn unnamed(lib: &Source, modules: Vec<String>) -> Vec<String> {
    let missing = modules.into_iter().filter(|module| !lib.header.contains(&format!("[`{module}`]")));
    let told = |module| format!("the map in this header names every room; [`{module}`] is missing");
    missing.map(|module| fault(lib, 1, &told(module))).collect()
}

// What the rules stand on.

fn sources() -> &'static [Source] {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    SOURCES.get_or_init(|| house(Path::new(env!("CARGO_MANIFEST_DIR"))))
}

/// The files of the program, without those that are for tests only.
fn code() -> &'static [&'static Source] {
    static CODE: OnceLock<Vec<&'static Source>> = OnceLock::new();
    CODE.get_or_init(|| without_tests(sources()))
}

fn manifest() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("Cargo.toml is there")
}

/// Whether the file is in the room; `main` is a room of its own, and `` is the whole house.
fn stands_in(source: &Source, room: &str) -> bool {
    match room {
        "" => true,
        "main" => source.path == "src/main.rs",
        room => source.is_in(room),
    }
}

fn names_crate(source: &Source, name: &str) -> bool {
    source.names.iter().any(|named| under(&named.path, name))
}

/// The pure rooms: of the table, and of the music's header.
fn pure_rooms(sources: &[Source]) -> Vec<String> {
    let music = sources.iter().find(|source| source.path == "src/music.rs");
    let listed = music.and_then(|music| music.header.split_once("Pure: ")).map_or("", |(_, rest)| rest);
    let listed = listed.split('.').next().unwrap_or("").split(',').map(str::trim).filter(|room| !room.is_empty());
    PURE.iter().map(|room| (*room).to_owned()).chain(listed.map(|room| format!("music::{room}"))).collect()
}

/// Whether a table, the music's header or the file's own header calls it pure.
fn is_pure(source: &Source, rooms: &[String]) -> bool {
    let says_so = source.header.split_whitespace().any(|word| matches!(word, "Pure" | "Pure." | "Pure;" | "Pure,"));
    says_so || rooms.iter().any(|room| source.is_in(room))
}

/// The modules at the top of the house.
fn lib_modules(sources: &[Source]) -> Vec<String> {
    let parts = sources.iter().filter_map(|source| source.module.strip_prefix("crate::"));
    parts.filter(|path| !path.contains("::")).map(str::to_owned).collect()
}

/// `src/a.rs:12: why` and the line itself.
fn fault(source: &Source, line: usize, why: &str) -> String {
    format!("{}:{line}: {why}\n    {}", source.path, source.line(line))
}

#[track_caller]
fn none(mut faults: Vec<String>) {
    faults.dedup();
    assert!(faults.is_empty(), "{} broken:\n\n{}\n", faults.len(), faults.join("\n"));
}
