//! Keeps the house as it is drawn: who never imports whom, what is pure, which crate comes in by which door.
//! The rules are tables; a rule that is broken says where, and why it is there. To change a rule, change its row.

#[path = "support/sources.rs"]
mod sources;

use std::path::Path;
use std::sync::OnceLock;

use sources::{Source, house, under, without_tests};

/// What a room may know of the rest of the house.
struct Import {
    room: &'static str,
    sees: Sees,
    why: &'static str,
}

/// What a room sees.
enum Sees {
    /// All but these.
    AllBut(&'static [&'static str]),
    /// Itself and these, of the whole house.
    Only(&'static [&'static str]),
    /// Of the first room only these; the rest of the house is another row's matter.
    Of(&'static str, &'static [&'static str]),
}

const IMPORTS: &[Import] = &[
    Import { room: "units", sees: Sees::Only(&[]), why: "units are the ground that everything stands on" },
    Import {
        room: "diagnostic",
        sees: Sees::Only(&[]),
        why: "a finding can be made anywhere, so it depends on nothing",
    },
    Import {
        room: "error",
        sees: Sees::Only(&[]),
        why: "an error of the file system can happen anywhere, so it depends on nothing",
    },
    Import {
        room: "fields",
        sees: Sees::Only(&["diagnostic"]),
        why: "reading TOML with its places knows neither of pages nor of music",
    },
    Import {
        room: "music",
        sees: Sees::AllBut(&["site", "session", "control", "commands", "cli", "report", "http"]),
        why: "the music plays without the website, and never talks to a terminal",
    },
    Import {
        room: "site",
        sees: Sees::Of("music", &["timeline", "session_names", "Timeline"]),
        why: "the site sees the music through one window: a finished timeline",
    },
    Import {
        room: "site",
        sees: Sees::AllBut(&["control", "commands", "cli"]),
        why: "the site is built and served by whoever asks, not only by the command line",
    },
    Import {
        room: "session",
        sees: Sees::Only(&["music::timeline", "music::fade", "units"]),
        why: "a session is drawn from what the mixer reads, and from nothing else",
    },
    Import {
        room: "control",
        sees: Sees::AllBut(&["music::mix", "music::decode", "music::sink", "site", "commands", "cli", "report"]),
        why: "a surface sends commands and shows the status; it never touches the sound",
    },
    Import {
        room: "music::sink",
        sees: Sees::Only(&["music::master", "music::limit", "units", "error", "diagnostic"]),
        why: "sinks see frames only: another output needs no knowledge of sessions",
    },
    Import {
        room: "cli",
        sees: Sees::Only(&["report"]),
        why: "the command line's types are types only; of the findings' formats they need the names",
    },
];

/// Rooms that are pure, with all that is inside of them. Besides these: what the header of `src/music.rs` lists
/// behind `Pure:`, and every file whose own header says `Pure`.
const PURE: &[&str] = &[
    "units",
    "fields",
    "diagnostic",
    "session",
    "control::script",
    "control::status",
    "music::compose",
    "music::synth",
    "site::address",
    "site::component",
    "site::document",
    "site::functions",
    "site::graph",
    "site::links",
    "site::markdown",
    "site::page",
    "site::render",
    "site::slug",
    "site::theme::compile",
    "site::theme::fault",
    "site::view",
];

/// What a pure file never names: a file, a network, a thread, another program, the machine's settings, a clock.
const WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "std::io::stdin",
    "std::time::Instant",
    "std::time::SystemTime",
    "jiff::Zoned::now",
    "jiff::Timestamp::now",
    "walkdir",
    "tempfile",
];

/// A foreign crate, and the rooms that know it.
struct Door {
    name: &'static str,
    rooms: &'static [&'static str],
    /// Why there is more than one room, where there is.
    why: &'static str,
}

const DOORS: &[Door] = &[
    Door {
        name: "clap",
        rooms: &["cli", "main", "commands", "report"],
        why: "`main` parses, `commands` asks for the whole command for completions, `report` names its formats for clap",
    },
    Door {
        name: "clap_complete",
        rooms: &["cli", "commands"],
        why: "the shell is named in `cli`, written in `commands`",
    },
    Door { name: "ctrlc", rooms: &["commands"], why: "" },
    Door { name: "unicode_width", rooms: &["report"], why: "" },
    Door { name: "strsim", rooms: &["diagnostic"], why: "" },
    Door { name: "toml", rooms: &["fields"], why: "" },
    Door { name: "thiserror", rooms: ANYWHERE, why: "derives only" },
    Door { name: "serde", rooms: ANYWHERE, why: "derives only; what it writes is JSON" },
    Door { name: "serde_json", rooms: ANYWHERE, why: "the JSON that scripts, caches and templates read" },
    Door { name: "libm", rooms: ANYWHERE, why: "sines and powers, the same bits on every machine" },
    Door { name: "rayon", rooms: ANYWHERE, why: "the same result on more cores" },
    Door {
        name: "walkdir",
        rooms: &["site::content", "music::library", "error"],
        why: "each half walks its own folder; `error` gives walkdir's errors their path",
    },
    Door {
        name: "tempfile",
        rooms: &["site::write", "music::library", "music::sink::file"],
        why: "three places write a file whole or not at all",
    },
    Door {
        name: "blake3",
        rooms: &["site::write", "site::render", "music::library"],
        why: "three places know a content by its hash",
    },
    Door {
        name: "jiff",
        rooms: &["site::page", "site::functions"],
        why: "a date is read in `page`, shown by `functions`",
    },
    Door { name: "pulldown_cmark", rooms: &["site::markdown"], why: "" },
    Door {
        name: "tera",
        rooms: &["site::theme", "site::functions", "site::render"],
        why: "templates are compiled in `theme`, taught in `functions`, run in `render`",
    },
    Door {
        name: "axum",
        rooms: &["http", "site::serve"],
        why: "`http` is what servers share; `serve` is the preview's own routes",
    },
    Door { name: "tokio", rooms: &["http", "site::serve"], why: "it comes with axum" },
    Door { name: "futures_util", rooms: &["site::serve"], why: "" },
    Door { name: "notify", rooms: &["site::watch"], why: "" },
    Door { name: "symphonia", rooms: &["music::decode"], why: "" },
    Door { name: "ebur128", rooms: &["music::loudness"], why: "" },
    Door { name: "hound", rooms: &["music::sink::file"], why: "" },
    Door { name: "flacenc", rooms: &["music::sink::file"], why: "" },
    Door {
        name: "rodio",
        rooms: &["music::sink::speaker", "music::sink::tap"],
        why: "`tap` is the source that rodio pulls from, in the device's callback",
    },
    Door { name: "rtrb", rooms: &["music::sink::speaker", "music::sink::tap"], why: "the ring has two ends" },
    Door { name: "cpal", rooms: &["music::sink::speaker"], why: "" },
    Door { name: "alsa", rooms: &["music::sink::speaker"], why: "" },
];

/// The doors of what is a part of the language to us.
const ANYWHERE: &[&str] = &[""];

/// A thing that only some rooms may do.
struct Reserved {
    what: &'static [&'static str],
    rooms: &'static [&'static str],
    why: &'static str,
}

const PRINTING: Reserved = Reserved {
    what: &["print!", "println!", "eprint!", "eprintln!", "dbg!", "std::io::stdout", "std::io::stderr"],
    rooms: &["report", "commands"],
    why: "only `report` and `commands` print: a stray word would stand on a facilitator's screen",
};

const EXITING: Reserved = Reserved {
    what: &["std::process::exit", "std::process::abort"],
    // The second Ctrl-C of `play` stops at once: whoever presses it twice wants no last fade.
    rooms: &["main", "commands::play"],
    why: "only `main` ends the program: everything else gives its caller the chance to close what is open",
};

const UNSAFE: Reserved =
    Reserved { what: &["unsafe"], rooms: &[], why: "no `unsafe` anywhere: a session must not crash" };

/// Longer than this, and nobody reads it aloud.
const LONGEST: usize = 600;

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
        "these crates have no door: {strangers:?}\n  Give each a row in DOORS of tests/architecture.rs: one room that knows it."
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
        let unused = door.rooms.iter().filter(|room| **room != "" && !is_used(room));
        stale.extend(unused.map(|room| format!("{} → {room}", door.name)));
        assert!(door.rooms.len() < 2 || !door.why.is_empty(), "more than one door for {} needs a why", door.name);
    }
    for room in PRINTING.rooms.iter().chain(EXITING.rooms).filter(|room| !exists(room)) {
        stale.push((*room).to_owned());
    }
    assert!(stale.is_empty(), "tests/architecture.rs says more than is true; these rooms or doors are gone: {stale:?}");
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

/// The rooms that no line of the map begins with: `music.rs`, `music/` or `music`.
fn unnamed(lib: &Source, modules: Vec<String>) -> Vec<String> {
    let rooms: Vec<&str> = lib.header.lines().filter_map(|line| line.split_whitespace().next()).map(room).collect();
    let missing = modules.into_iter().filter(|module| !rooms.contains(&module.as_str()));
    let told = |module| format!("the map in this header has a line for every room; `{module}` has none");
    missing.map(|module| fault(lib, 1, &told(module))).collect()
}

/// A room as the map writes it, without its ending.
fn room(word: &str) -> &str {
    word.trim_matches(|c: char| c != '_' && !c.is_alphanumeric()).trim_end_matches(".rs")
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

/// That each rule can fail, and that the scanner sees what it should.
mod each_rule_can_fail {
    use super::*;

    fn file(path: &str, text: &str) -> Source {
        Source::parse(path, text)
    }

    fn paths(text: &str) -> Vec<String> {
        file("src/music/mix.rs", text).names.into_iter().map(|name| name.path).collect()
    }

    #[test]
    fn every_row_of_imports() {
        for rule in IMPORTS {
            let forbidden = match &rule.sees {
                Sees::AllBut(rooms) => rooms.iter().map(|room| format!("crate::{room}")).collect(),
                Sees::Only(_) => vec!["crate::commands".to_owned()],
                Sees::Of(room, _) => vec![format!("crate::{room}::plan"), format!("crate::{room}::*")],
            };
            for path in forbidden {
                let path = format!("use {path};\n");
                let inside = file(&format!("src/{}/some.rs", rule.room.replace("::", "/")), &path);
                assert_eq!(imports(rule, &inside).len(), 1, "{} with {path}", rule.room);
                assert!(imports(rule, &file("src/elsewhere.rs", &path)).is_empty());
            }
        }
    }

    #[test]
    fn every_allowed_import_passes() {
        for rule in IMPORTS {
            let allowed: Vec<String> = match &rule.sees {
                Sees::AllBut(_) => vec!["std::fmt".to_owned()],
                Sees::Only(rooms) => rooms.iter().map(|room| format!("crate::{room}::Thing")).collect(),
                Sees::Of(room, parts) => parts.iter().map(|part| format!("crate::{room}::{part}")).collect(),
            };
            for path in allowed {
                let inside = file(&format!("src/{}.rs", rule.room.replace("::", "/")), &format!("use {path};\n"));
                assert_eq!(imports(rule, &inside), Vec::<String>::new());
            }
        }
    }

    #[test]
    fn every_row_of_doors() {
        for door in DOORS.iter().filter(|door| door.rooms != ANYWHERE) {
            for text in ["use NAME::Thing;", "#[derive(NAME::Thing)]\nstruct A;", "fn a() { NAME::thing() }"] {
                let text = text.replace("NAME", door.name);
                assert_eq!(doors(door, &file("src/elsewhere.rs", &text)).len(), 1, "{} in `{text}`", door.name);
            }
        }
    }

    #[test]
    fn every_word_of_the_world() {
        for outside in WORLD {
            assert_eq!(world(&file("src/units.rs", &format!("use {outside};\n"))).len(), 1, "{outside}");
        }
        assert_eq!(world(&file("src/units.rs", "fn a() { println!(\"x\") }")).len(), 1);
        assert_eq!(world(&file("src/units.rs", "use std::time;\nfn a() { time::Instant::now(); }")).len(), 1);
    }

    #[test]
    fn printing_exiting_and_unsafe() {
        let elsewhere = |text: &str| file("src/music/mix.rs", text);
        assert_eq!(reserved(&PRINTING, &elsewhere("fn a() { eprintln!(\"x\") }")).len(), 1);
        assert_eq!(reserved(&PRINTING, &elsewhere("fn a() { std::io::stdout().flush() }")).len(), 1);
        assert_eq!(reserved(&PRINTING, &file("src/commands/plan.rs", "fn a() { println!() }")).len(), 0);
        assert_eq!(reserved(&PRINTING, &elsewhere("fn a() { command.stdout(x) }")).len(), 0);
        assert_eq!(reserved(&EXITING, &elsewhere("use std::process;\nfn a() { process::exit(1) }")).len(), 1);
        assert_eq!(reserved(&EXITING, &file("src/main.rs", "fn main() { std::process::exit(1) }")).len(), 0);
        assert_eq!(reserved(&UNSAFE, &elsewhere("fn a() { unsafe { b() } }")).len(), 1);
    }

    #[test]
    fn a_pure_file_is_known_by_the_table_the_header_and_its_own_word() {
        let music = file("src/music.rs", "//! Pure: plan,\n//! fade. Not: sink.\nmod plan;");
        let rooms = pure_rooms(std::slice::from_ref(&music));
        let pure = |path: &str, text: &str| is_pure(&file(path, text), &rooms);
        assert!(pure("src/units/time.rs", "") && pure("src/music/plan.rs", "") && pure("src/music/fade/curve.rs", ""));
        assert!(pure("src/music/other.rs", "//! Does a thing. Pure."));
        assert!(!pure("src/music/sink.rs", "") && !pure("src/music/other.rs", "//! Purely a thing.\n"));
        assert!(!is_pure(&music, &rooms), "the half itself reads files");
    }

    #[test]
    fn a_room_that_the_map_forgets() {
        let lib =
            file("src/lib.rs", "//! The music, and:\n//!   site.rs  pages\n//!   music/   sound\n//! [`units`] all\n");
        let unnamed = |room: &str| unnamed(&lib, vec![room.to_owned()]).len();
        assert_eq!((unnamed("site"), unnamed("music"), unnamed("units"), unnamed("pages")), (0, 0, 0, 1));
    }

    #[test]
    fn the_line_and_the_reason_are_told() {
        let source = file("src/music/mix.rs", "//! Mixes.\n\n  use crate::site::page;\n");
        let told = imports(&IMPORTS[4], &source).concat();
        assert!(told.starts_with("src/music/mix.rs:3: `music` imports none of site,"), "{told}");
        assert!(told.ends_with("\n    use crate::site::page;"), "{told}");
    }

    #[test]
    fn trees_are_read_to_their_leaves() {
        let text = "use std::{fs::{self, File}, io::Write as _};\npub(crate) use crate::{site, units as u};";
        let found = ["std::fs", "std::fs::File", "std::io::Write", "crate::site", "crate::units"];
        assert_eq!(paths(text), found);
    }

    #[test]
    fn short_names_are_followed_to_their_root() {
        assert_eq!(paths("use std::io as words;\nfn a() { words::stdout() }"), ["std::io", "std::io::stdout"]);
        assert_eq!(paths("fn a() { super::plan::plan() }"), ["crate::music::plan::plan"]);
        assert_eq!(paths("fn a() { super::super::site::b() }"), ["crate::site::b"]);
        assert_eq!(paths("mod ring;\nuse ring::Ring;"), ["crate::music::mix::ring::Ring"]);
        assert_eq!(paths("fn a() { b::c() }\nuse crate::d::b;"), ["crate::d::b::c", "crate::d::b"]);
        assert_eq!(paths("fn a() -> impl Fn() + use<'_> { crate::x::y }"), ["crate::x::y"]);
    }

    #[test]
    fn methods_comments_quotations_and_tests_are_left_out() {
        assert_eq!(paths("fn a() { b.unwrap::<u8>(); <A as B>::c(); 'x'; \"std::fs::read\" }"), Vec::<String>::new());
        assert_eq!(
            paths("// std::fs::read\n/* std::fs /* x */ ::read */\n/// [`std::fs::read`]\n"),
            Vec::<String>::new()
        );
        assert_eq!(paths("const A: &str = r#\"std::fs::\"read\"#; const B: char = '\"'; use c::d;"), ["c::d"]);
        assert_eq!(paths("#[cfg(test)]\nmod tests {\n use std::fs;\n fn a() { {} }\n}\nuse c::d;"), ["c::d"]);
        assert_eq!(paths("#[cfg(test)]\nuse std::fs;\nfn a<'a>(b: &'a str) { c::d(b, '\\'') }"), ["c::d"]);
    }

    #[test]
    fn a_file_for_tests_only_is_left_out() {
        let files =
            [file("src/a.rs", "#[cfg(test)]\nmod tests;\nmod b;"), file("src/a/tests.rs", ""), file("src/a/b.rs", "")];
        let left: Vec<&str> = without_tests(&files).iter().map(|source| source.path.as_str()).collect();
        assert_eq!(left, ["src/a.rs", "src/a/b.rs"]);
    }

    #[test]
    fn lines_are_counted_across_quotations_of_many_lines() {
        let source = file("src/a.rs", "const A: &str = \"one\ntwo\";\nuse std::fs;\n");
        assert_eq!(source.names[0].line, 3);
    }
}
