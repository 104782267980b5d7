//! Claims about what is told of a past session.

use super::*;

const JOURNAL: &str = "# session-1, begun 2026-11-25T18:03:00.000Z\nholdspace 1\nsession session-1\ntitle Arriving\n\
    began 2026-11-25T18:03:00.000Z\nrate 48000\nfrom @0\nphase @0 Arrival\n\
    piece @0 {\"id\":0,\"title\":\"Dawn\",\"artist\":\"A. Maker\",\"licence\":\"CC-BY-4.0\",\"composer\":\"C. Writer\",\
    \"publisher\":\"P\",\"album\":\"Hills\",\"label\":\"L\",\"isrc\":\"DEA450800001\",\"file\":\"playlists/music/dawn.ogg\",\"seconds\":300.0}\n\
    at @48000 2026-11-25T18:03:01.000Z\n@2880000 hold # 1:00\n\
    piece @4800000 {\"id\":1,\"title\":\"Drone in D\",\"bed\":true}\nover @5280000 0\n\
    piece @5000000 {\"id\":9,\"title\":\"Singing bowl in D\",\"chime\":true,\"seconds\":20.0}\n\
    finding @9600000 music/x.flac breaks off\nphase @14400000 Journey\n\
    piece @14400000 {\"id\":2,\"title\":\"=Night\",\"file\":\"playlists/music/night.ogg\",\"seconds\":600.0}\nover @14880000 1\n\
    at @19200000 2026-11-25T18:09:40.000Z\n";

fn told(journal: &str, tell: impl Fn(&Past<'_>) -> String) -> String {
    let run = Run::read(journal);
    tell(&Past { run: &run, program: "G-KAT", zone: TimeZone::UTC, plays: false })
}

#[test]
fn those_who_played_it_are_told_what_sounded_when_and_what_was_done() {
    assert_eq!(
        told(JOURNAL, text),
        "Arriving · session-1\nWednesday, 25 November 2026, 18:03 to 18:09\nIt was cut off at 6:40.\n\n\
         18:03:00      0:00  — Arrival\n\
         18:03:00      0:00  ♪ Dawn · A. Maker · 1:50\n\
         18:04:00      1:00  hold\n\
         18:04:40      1:40  ♪ Drone in D · 3:30\n\
         18:04:44      1:44  ♪ Singing bowl in D · 0:20\n\
         18:06:20      3:20  ! music/x.flac breaks off\n\
         18:08:00      5:00  — Journey\n\
         18:08:00      5:00  ♪ =Night · 1:40\n"
    );
    let ended = format!("{JOURNAL}over @24000000 2\nended @24000000 2026-11-25T18:11:20.000Z\n");
    let whole = told(&ended, text);
    assert!(whole.contains("18:03 to 18:11\n\n") && whole.contains("♪ =Night · 3:20"), "{whole}");
}

#[test]
fn a_participant_gets_the_music_and_nothing_of_what_was_done() {
    assert_eq!(
        told(JOURNAL, markdown),
        "# The music of “Arriving”\n\n25 November 2026\n\n\
         1. **Dawn**, A. Maker, from *Hills*: 1:50 (CC-BY-4.0)\n\
         1. **Drone in D**, made for this session by the player itself: 3:30\n\
         1. **=Night**: 1:40\n"
    );
}

#[test]
fn the_table_has_the_fields_that_reports_ask_for_and_no_formulas() {
    let table = told(JOURNAL, csv);
    let lines: Vec<&str> = table.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "service,session,phase,date,start,seconds,title,featured_artist,composer,publisher,album,label,isrc,performances,\
         usage,licence,file"
    );
    assert_eq!(
        lines[1],
        "G-KAT,session-1,Arrival,2026-11-25,18:03:00,110,Dawn,A. Maker,C. Writer,P,Hills,L,DEA450800001,1,background,\
         CC-BY-4.0,playlists/music/dawn.ogg"
    );
    assert!(lines[2].contains(",'=Night,") && lines.len() == 4, "recordings only: {table}");
}

#[test]
fn the_list_says_how_each_run_ended() {
    let runs = [
        (format!("{JOURNAL}ended @24000000 2026-11-25T18:11:20.000Z\n"), false, "8:20\n"),
        (JOURNAL.to_owned(), false, "6:40, cut off\n"),
        (JOURNAL.to_owned(), true, "6:40, and plays now\n"),
        // Those of before the format had a second's line.
        (JOURNAL.replace("at @", "xx @"), false, "nothing is known of how it ended\n"),
    ];
    for (journal, plays, how) in runs {
        let run = Run::read(&journal);
        let past = Past { run: &run, program: "G-KAT", zone: TimeZone::UTC, plays };
        let told = list(&[Listed { number: 1, past }]);
        assert_eq!(told, format!("  1  25 Nov 2026, 18:03  session-1  Arriving  {how}"));
    }
}

#[test]
fn a_script_gets_everything_and_another_program_a_list() {
    let run = Run::read(JOURNAL);
    let past = Past { run: &run, program: "G-KAT", zone: TimeZone::UTC, plays: false };
    let json: serde_json::Value = serde_json::from_str(&json("x", &past)).expect("JSON");
    assert_eq!((json["ended"].as_bool(), json["seconds"].as_f64()), (Some(false), Some(400.0)));
    assert_eq!(json["pieces"][0]["piece"]["isrc"], "DEA450800001");
    assert_eq!(json["commands"][0]["what"], "hold");
    let entries = past.entries("/program".as_ref());
    assert_eq!(entries.len(), 3, "without the chime");
    assert_eq!(entries[0].file.as_deref(), Some("/program/playlists/music/dawn.ogg".as_ref()));
}
