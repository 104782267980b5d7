//! Claims about what is a go, and what is told where it is none.

use super::*;
use crate::diagnostic::{Diagnostic, Place, SourceText};
use crate::music::library::Library;
use crate::music::plan::plan;
use crate::music::playlist;
use crate::music::sink::Setting;
use crate::project::MusicDefaults;

const PLAYLIST: &str = "title = \"Arriving\"\n[[phase]]\nname = \"Arrival\"\nlength = \"10m\"\nmin = \"8m\"\nmax = \"20m\"\n\
                        track = [{ bed = \"drone\", length = \"10m\" }]\n";

fn room() -> Room {
    let setting = Some(Setting { muted: false, percent: 64, others: vec![] });
    let output =
        Probed { name: "Hall".to_owned(), rate: SampleRate::HOUSE, asks: true, unheard: None, news: vec![], setting };
    Room {
        output: Ok(output),
        free: Some(52_300_000_000),
        journal: None,
        power: Power::Mains,
        kept: Kept { sleep: true, lid: true },
        taken: false,
    }
}

fn judged(findings: Vec<Diagnostic>, room: &Room) -> Report {
    let source = SourceText::new("playlists/session-1.toml", PLAYLIST);
    let (playlist, mut found) = playlist::parse(&source, &MusicDefaults::default());
    let library = Library::default();
    let (score, more) = Score::resolve(&playlist, &library, SampleRate::HOUSE, &source, "".as_ref());
    let (timeline, planned) = plan(&score);
    found.extend(more);
    found.extend(planned);
    found.extend(findings.into_iter().collect());
    report("session-1", Some(&Music { score: &score, timeline: &timeline }), &found, room)
}

fn worded(change: impl Fn(&mut Room)) -> String {
    let mut room = room();
    change(&mut room);
    text(&judged(vec![], &room))
}

fn with(change: impl Fn(&mut Probed)) -> String {
    worded(|room| change(room.output.as_mut().expect("there is one")))
}

#[test]
fn where_all_is_well_it_is_a_go_on_one_screen() {
    assert_eq!(
        text(&judged(vec![], &room())),
        "session-1 · Arriving · 10:00\n\n\
         ok   plan      1 phase within its bounds, 10:00 long\n\
         ok   pieces    0 pieces decoded to the end, 1 generated\n\
         ok   loudness  each brought to -23 LUFS, no peak over -1 dB\n\
         ok   licences  known of 0 of 0 pieces\n\
         ok   output    Hall, set to 64 %\n\
         ok   disk      52.3 GB free; a journal is kept\n\
         ok   power     from the mains\n\
         ok   awake     sleep, lock and lid are held off while it plays\n\
         ok   alone     no other session plays\n\nGO\n"
    );
}

#[test]
fn what_would_leave_the_room_in_silence_is_a_no_go_with_what_to_do() {
    for (text, what, todo) in [
        (with(|output| output.asks = false), "Hall takes no sound", "choose another with `--output`"),
        (with(|output| output.unheard = Some("a dummy")), "nobody would hear this: a dummy", "connect a speaker"),
        (with(|output| output.setting.as_mut().expect("known").muted = true), "Hall is muted", "unmute it"),
        (with(|output| output.setting.as_mut().expect("known").percent = 0), "turned down to nothing", "turn it up"),
        (worded(|room| room.output = Err(("no output".into(), "connect a speaker".into()))), "no output", "connect a"),
        (worded(|room| room.taken = true), "another session of this program is playing", "end it first"),
        (
            worded(|room| room.power = Power::Battery { percent: 80, minutes: Some(50) }),
            "the battery may not last: 80 %, enough for 50 min, and 55 min are needed",
            "plug the machine in",
        ),
    ] {
        assert!(text.contains(&format!("  STOP {what}")) || text.contains(what), "{text}");
        assert!(text.contains(todo) && text.ends_with("\nNO-GO: 1 thing to mend first\n"), "{text}");
        assert!(text.lines().count() <= 24, "{text}");
    }
}

#[test]
fn what_somebody_should_look_at_is_still_a_go() {
    let others = |output: &mut Probed| output.setting.as_mut().expect("known").others = vec!["Firefox".to_owned()];
    for (text, what) in [
        (with(others), "Firefox also plays to Hall"),
        (with(|output| output.setting.as_mut().expect("known").percent = 12), "Hall is set to 12 %"),
        (with(|output| output.setting.as_mut().expect("known").percent = 130), "over 100 %, where it distorts"),
        (worded(|room| room.free = Some(3 << 20)), "the disk is almost full: 3 MB are free"),
        (worded(|room| room.journal = Some("read-only".to_owned())), "no journal can be kept: read-only"),
        (worded(|room| room.kept = Kept { sleep: true, lid: false }), "closing the lid may put this machine to sleep"),
        (worded(|room| room.kept = Kept::default()), "this machine may fall asleep by itself"),
        (worded(|room| room.power = Power::Battery { percent: 80, minutes: Some(300) }), "runs on its battery"),
    ] {
        assert!(text.contains(what) && text.ends_with("\nGO, with 1 thing to look at\n"), "{text}");
    }
    assert!(with(|output| output.setting = None).ends_with("\nGO\n"), "what cannot be known is no reason to stop");
}

#[test]
fn findings_stand_in_their_check_with_their_place_and_a_piece_that_breaks_off_is_a_no_go() {
    let place = Place { line: 12, ..Place::file("playlists/session-1.toml") };
    let rise = Diagnostic::warning("playlist/rise", "it rises").at(place.clone()).hint("choose another");
    let damaged = Diagnostic::warning("playlist/damaged", "`a.ogg` breaks off").at(place).hint("replace it");
    let report = judged(vec![rise, damaged], &room());
    let text = text(&report);
    assert!(text.contains("look loudness"), "{text}");
    assert!(
        text.contains("STOP pieces") && text.contains("`a.ogg` breaks off (playlists/session-1.toml:12)"),
        "{text}"
    );
    assert_eq!(report.verdict, Verdict::Stop);
    let json = serde_json::to_value(&report).expect("it is plain data");
    assert_eq!(json["verdict"], "stop");
    assert_eq!(json["checks"][1]["reasons"][0]["place"], "playlists/session-1.toml:12");
}

#[test]
fn a_playlist_that_cannot_be_played_is_told_beside_what_the_room_is_like() {
    let mut findings = Findings::new();
    for n in 0..5 {
        findings.push(Diagnostic::error("playlist/key", format!("mistake {n}")).hint("mend it"));
    }
    let text = text(&report("session-1", None, &findings, &room()));
    assert!(text.contains("STOP plan      the playlist cannot be played"), "{text}");
    assert!(text.contains("and 2 more") && text.ends_with("NO-GO: 5 things to mend first\n"), "{text}");
    assert!(text.contains("ok   output"), "{text}");
}
