//! That each rule can fail, and that the scanner sees what it should.

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
    let lib = file("src/lib.rs", "//! The music, and:\n//! | [`site`] | pages |\n//! | [`cli`], [`units`] | all |\n");
    let unnamed = |room: &str| unnamed(&lib, vec![room.to_owned()]).len();
    assert_eq!((unnamed("site"), unnamed("units"), unnamed("pages"), unnamed("music")), (0, 0, 1, 1));
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
    assert_eq!(paths("// std::fs::read\n/* std::fs /* x */ ::read */\n/// [`std::fs::read`]\n"), Vec::<String>::new());
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
