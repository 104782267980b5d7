//! What an author of a playlist reads after a mistake: the place, the line, and a way out.

mod support;
#[path = "support/tones.rs"]
mod tones;

use support::TestProject;
use tones::Wave;

/// What `build` says of a program whose one playlist is `playlist`.
fn said(playlist: &str) -> String {
    TestProject::new()
        .piece("a", Wave::Both(220.0), 20.0)
        .piece("dawn", Wave::Both(220.0), 20.0)
        .file("playlists/music/notes.mp3", "These are notes, and no music.")
        .playlist(playlist)
        .report()
}

#[test]
fn a_misspelt_key_of_a_phase_gets_the_right_one() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
lenght = "2m"
length = "2m"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: a phase has no key `lenght`
      ──▶ playlists/session.toml:4:1
      │
    4 │ lenght = "2m"
      │ ^^^^^^
      = hint: did you mean `length`?

    1 error
    "#);
}

#[test]
fn a_length_without_a_unit_says_how_to_write_it() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "20"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `length` cannot be `20`
      ──▶ playlists/session.toml:4:10
      │
    4 │ length = "20"
      │          ^^^^
      = hint: write a time as `12s`, `10m`, `1h5m`, `4:10` or `1:05:00`

    1 error
    "#);
}

#[test]
fn a_phase_without_a_length_is_asked_for_it() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: a phase has no `length`
      ──▶ playlists/session.toml:2:1
      │
    2 │ [[phase]]
      │ ^^^^^^^^^
      = hint: say how long it is planned: `length = "10m"`

    1 error
    "#);
}

#[test]
fn a_session_without_phases_is_asked_for_one() {
    let playlist = r#"title = "T"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: a playlist has no `phase`
      ──▶ playlists/session.toml:1:1
      │
    1 │ title = "T"
      │ ^
      = hint: a session has at least one phase: write `[[phase]]`, and its `name` and `length` below it

    1 error
    "#);
}

#[test]
fn a_file_that_is_not_there_gets_the_nearest_name() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
[[phase.track]]
file = "music/dwan.wav"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `music/dwan.wav` is not there
      ──▶ playlists/session.toml:6:8
      │
    6 │ file = "music/dwan.wav"
      │        ^^^^^^^^^^^^^^^^
      = hint: did you mean `music/dawn.wav`?

    1 error
    "#);
}

#[test]
fn a_file_in_another_folder_is_found_for_the_author() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
[[phase.track]]
file = "dawn.wav"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `dawn.wav` is not there
      ──▶ playlists/session.toml:6:8
      │
    6 │ file = "dawn.wav"
      │        ^^^^^^^^^^
      = hint: did you mean `music/dawn.wav`?

    1 error
    "#);
}

#[test]
fn a_file_that_is_no_audio_says_what_can_be_played() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
[[phase.track]]
file = "music/notes.mp3"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `music/notes.mp3` is not audio that can be decoded: no known kind of audio in it
      ──▶ playlists/session.toml:6:8
      │
    6 │ file = "music/notes.mp3"
      │        ^^^^^^^^^^^^^^^^^
      = hint: MP3, AAC, ALAC, FLAC, Ogg Vorbis, Opus, WAV and AIFF can be played

    1 error
    "#);
}

#[test]
fn an_order_that_does_not_exist_gets_the_right_word() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
order = "fitt"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `order` cannot be `fitt`
      ──▶ playlists/session.toml:5:9
      │
    5 │ order = "fitt"
      │         ^^^^^^
      = hint: did you mean `fit`?

    1 error
    "#);
}

#[test]
fn a_bed_that_does_not_exist_names_those_that_do() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
[[phase.track]]
bed = "rain"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `bed` cannot be `rain`
      ──▶ playlists/session.toml:6:7
      │
    6 │ bed = "rain"
      │       ^^^^^^
      = hint: it is one of: drone, water, wind, bowl

    1 error
    "#);
}

#[test]
fn a_level_over_the_top_says_its_bounds() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
level = "+20 dB"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `level` cannot be `+20 dB`
      ──▶ playlists/session.toml:5:9
      │
    5 │ level = "+20 dB"
      │         ^^^^^^^^
      = hint: write it as `-6 dB`; it is between -60 and +12

    1 error
    "#);
}

#[test]
fn a_least_length_over_the_length_is_named() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
min = "3m"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: the phase's `min` is longer than its `length`
      ──▶ playlists/session.toml:5:1
      │
    5 │ min = "3m"
      │ ^^^
      = hint: `length` is 2m; set `min` to that or less

    1 error
    "#);
}

#[test]
fn a_greatest_length_under_the_length_is_named() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
max = "90s"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: the phase's `max` is shorter than its `length`
      ──▶ playlists/session.toml:5:1
      │
    5 │ max = "90s"
      │ ^^^
      = hint: `length` is 2m; set `max` to that or more

    1 error
    "#);
}

#[test]
fn a_track_with_a_file_and_a_bed_is_two_tracks() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
[[phase.track]]
file = "music/a.wav"
bed = "water"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: a track has both a `file` and a `bed`
      ──▶ playlists/session.toml:7:1
      │
    7 │ bed = "water"
      │ ^^^
      = hint: keep one of them; write a second `[[phase.track]]` for the other

    1 error
    "#);
}

#[test]
fn a_track_without_sound_is_asked_for_one() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
[[phase.track]]
title = "Dawn"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: a track has no `file`
      ──▶ playlists/session.toml:5:1
      │
    5 │ [[phase.track]]
      │ ^^^^^^^^^^^^^^^
      = hint: name a file, `file = "music/dawn.ogg"`, or a bed, `bed = "drone"`

    1 error
    "#);
}

#[test]
fn a_cue_after_the_end_of_the_piece_says_its_length() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
[[phase.track]]
file = "music/a.wav"
start = "4:10"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `music/a.wav` is only 20s long
      ──▶ playlists/session.toml:7:9
      │
    7 │ start = "4:10"
      │         ^^^^^^
      = hint: set the cue within the piece

    1 error
    "#);
}

#[test]
fn cues_in_the_wrong_order_are_named() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
[[phase.track]]
file = "music/a.wav"
start = "0:05"
end = "0:02"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: the track's `end` does not come after its `start`
      ──▶ playlists/session.toml:8:1
      │
    8 │ end = "0:02"
      │ ^^^
      = hint: both are times in the file, from its beginning: `start = "0:05"`, `end = "4:10"`

    1 error
    "#);
}

#[test]
fn words_without_quotes_are_put_in_quotes() {
    let playlist = r#"title = Arriving
[[phase]]
name = "one"
length = "2m"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: a text must stand in quotes
      ──▶ playlists/session.toml:1:9
      │
    1 │ title = Arriving
      │         ^^^^^^^^
      = hint: put the words in quotes: `title = "Arriving"`

    1 error
    "#);
}

#[test]
fn a_ceiling_over_full_scale_is_refused() {
    let playlist = r#"title = "T"
ceiling = "1 dBTP"
[[phase]]
name = "one"
length = "2m"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `ceiling` cannot be `1 dBTP`
      ──▶ playlists/session.toml:2:11
      │
    2 │ ceiling = "1 dBTP"
      │           ^^^^^^^^
      = hint: write it as `-1 dBTP`; it is between -30 and 0

    1 error
    "#);
}

#[test]
fn one_bracket_too_few_is_told() {
    let playlist = r#"title = "T"
[phase]
name = "one"
length = "2m"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `phase` cannot be a table
      ──▶ playlists/session.toml:2:1
      │
    2 │ [phase]
      │ ^^^^^^^
      = hint: it is a list of tables: write `[[phase]]` with two brackets

    1 error
    "#);
}

#[test]
fn two_reserves_of_one_name_cannot_be_told_apart() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
track = [{ file = "music/a.wav" }]
[[reserve]]
name = "Calm"
track = [{ bed = "drone" }]
[[reserve]]
name = "calm"
track = [{ bed = "wind" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: two reserves are called `calm`
      ──▶ playlists/session.toml:9:1
      │
    9 │ [[reserve]]
      │ ^^^^^^^^^^^
      = hint: give each a name of its own

    1 error
    "#);
}

#[test]
fn a_key_that_is_no_note_says_how_keys_are_written() {
    let playlist = r#"title = "T"
[[phase]]
name = "one"
length = "2m"
[[phase.track]]
bed = "drone"
key = "H"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: `key` cannot be `H`
      ──▶ playlists/session.toml:7:7
      │
    7 │ key = "H"
      │       ^^^
      = hint: a key is a letter from A to G, with `#` or `b` where it needs one: `D`, `F#`, `Bb`

    1 error
    "#);
}

#[test]
fn a_heading_with_a_bracket_missing_is_one_mistake() {
    let playlist = r#"title = "T"
[[phase]
name = "one"
length = "2m"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: a heading with two brackets has only one at its end
      ──▶ playlists/session.toml:2:9
      │
    2 │ [[phase]
      │         ^
      = hint: write `[[name]]`

    1 error
    "#);
}

#[test]
fn a_text_without_its_closing_quote_is_named() {
    let playlist = r#"title = "Arriving
[[phase]]
name = "one"
length = "2m"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: a text has no closing quote
      ──▶ playlists/session.toml:1:18
      │
    1 │ title = "Arriving
      │                  ^
      = hint: end it with `"` on the same line

    1 error
    "#);
}

#[test]
fn curly_quotes_from_a_word_processor_are_made_straight() {
    let playlist = r#"title = “Arriving”
[[phase]]
name = "one"
length = "2m"
track = [{ file = "music/a.wav" }]
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: a text must stand in quotes
      ──▶ playlists/session.toml:1:9
      │
    1 │ title = “Arriving”
      │         ^^^^^^^^^^
      = hint: use straight quotes: `title = "Arriving"`

    1 error
    "#);
}

#[test]
fn all_mistakes_come_out_in_one_run() {
    let playlist = r#"titel = "T"
crossfade = "12"
[[phase]]
name = "one"
length = "2m"
level = "loud"
[[phase.track]]
file = "music/b.wav"
gian = "+1 dB"
"#;
    insta::assert_snapshot!(said(playlist), @r#"
    error: a playlist has no key `titel`
      ──▶ playlists/session.toml:1:1
      │
    1 │ titel = "T"
      │ ^^^^^
      = hint: did you mean `title`?

    error: `crossfade` cannot be `12`
      ──▶ playlists/session.toml:2:13
      │
    2 │ crossfade = "12"
      │             ^^^^
      = hint: write a time as `12s`, `10m`, `1h5m`, `4:10` or `1:05:00`

    error: `level` cannot be `loud`
      ──▶ playlists/session.toml:6:9
      │
    6 │ level = "loud"
      │         ^^^^^^
      = hint: write it as `-6 dB`; it is between -60 and +12

    error: `music/b.wav` is not there
      ──▶ playlists/session.toml:8:8
      │
    8 │ file = "music/b.wav"
      │        ^^^^^^^^^^^^^
      = hint: did you mean `music/a.wav`?

    error: a track has no key `gian`
      ──▶ playlists/session.toml:9:1
      │
    9 │ gian = "+1 dB"
      │ ^^^^
      = hint: did you mean `gain`?

    5 errors
    "#);
}

/// What `build` says of a phase of ten minutes with this in it.
fn said_of_a_phase(lines: &str) -> String {
    said(&format!("title = \"T\"\n[[phase]]\nname = \"one\"\nlength = \"10m\"\n{lines}"))
}

#[test]
fn what_cannot_go_on_without_a_gap_says_why() {
    let lines = r#"
[[phase.track]]
file = "music/a.wav"
gapless = true
[[phase.track]]
file = "music/dawn.wav"
end = "0:10"
[[phase.track]]
file = "music/a.wav"
gapless = true
[[phase.track]]
file = "music/dawn.wav"
gapless = true
gain = "-2 dB"
[[phase.track]]
bed = "drone"
gapless = true
"#;
    insta::assert_snapshot!(said_of_a_phase(lines), @r#"
    error: no track comes before this one
      ──▶ playlists/session.toml:8:1
      │
    8 │ gapless = true
      │ ^^^^^^^
      = hint: `gapless` stands on the second track of an album

    error: the track before has an `end`, so that there is a gap
       ──▶ playlists/session.toml:14:1
       │
    14 │ gapless = true
       │ ^^^^^^^
       = hint: delete the `end` of the track before, or leave `gapless` out

    error: a `gapless` track has no `gain`: an album sounds as one piece
       ──▶ playlists/session.toml:18:1
       │
    18 │ gain = "-2 dB"
       │ ^^^^
       = hint: set it on the album's first track, for all of them

    error: a bed cannot go on without a gap
       ──▶ playlists/session.toml:21:1
       │
    21 │ gapless = true
       │ ^^^^^^^
       = hint: leave `gapless` out; a bed comes in by a crossfade

    4 errors
    "#);
}

#[test]
fn an_album_of_two_rates_would_have_a_gap() {
    let project = TestProject::new()
        .piece("a", Wave::Both(220.0), 20.0)
        .file("playlists/music/b.wav", tones::wav(Wave::Both(220.0), 20.0, 11_025))
        .playlist(
            "title = \"T\"\n[[phase]]\nname = \"one\"\nlength = \"10m\"\n\
             track = [{ file = \"music/a.wav\" }, { file = \"music/b.wav\", gapless = true }]\n",
        );
    insta::assert_snapshot!(project.report(), @r#"
    error: `music/b.wav` is at 11025 Hz, and `music/a.wav` before it at 8000 Hz: there would be a gap
      ──▶ playlists/session.toml:5:45
      │
    5 │ track = [{ file = "music/a.wav" }, { file = "music/b.wav", gapless = true }]
      │                                             ^^^^^^^^^^^^^
      = hint: give both one rate: `ffmpeg -i IN -ar 48000 OUT.flac`; or leave `gapless` out

    1 error
    "#);
}

#[test]
fn a_cue_that_cannot_sound_says_why() {
    let lines = r#"
[[phase.track]]
file = "music/a.wav"
[[phase.cue]]
chime = "bowl"
at = "12m"
[[phase.cue]]
chime = "gong"
[[phase.cue]]
at = "2m"
[[phase.cue]]
chime = "bar"
file = "music/a.wav"
[[phase.cue]]
file = "music/gone.wav"
volume = "-3 dB"
"#;
    insta::assert_snapshot!(said_of_a_phase(lines), @r#"
    error: the cue comes 12m after the phase begins, which lasts 10m
       ──▶ playlists/session.toml:10:1
       │
    10 │ at = "12m"
       │ ^^
       = hint: `at` counts from the phase's beginning; a hold does not count

    error: `chime` cannot be `gong`
       ──▶ playlists/session.toml:12:9
       │
    12 │ chime = "gong"
       │         ^^^^^^
       = hint: it is one of: bowl, bar

    error: a cue has no `chime`
       ──▶ playlists/session.toml:13:1
       │
    13 │ [[phase.cue]]
       │ ^^^^^^^^^^^^^
       = hint: name a chime, `chime = "bowl"`, or a file, `file = "music/gong.flac"`

    error: a cue has both a `chime` and a `file`
       ──▶ playlists/session.toml:17:1
       │
    17 │ file = "music/a.wav"
       │ ^^^^
       = hint: keep one of them

    error: `music/gone.wav` is not there
       ──▶ playlists/session.toml:19:8
       │
    19 │ file = "music/gone.wav"
       │        ^^^^^^^^^^^^^^^^
       = hint: did you mean `music/a.wav`?

    error: a cue has no key `volume`
       ──▶ playlists/session.toml:20:1
       │
    20 │ volume = "-3 dB"
       │ ^^^^^^
       = hint: its keys are: file, chime, key, at, gain, title

    6 errors
    "#);
}

#[test]
fn a_piece_that_begins_louder_than_the_one_before_ended_is_told() {
    let lines = r#"when_short = "bed"
fade_in = "2s"
[[phase.track]]
file = "music/a.wav"
gain = "-12 dB"
[[phase.track]]
file = "music/dawn.wav"
"#;
    insta::assert_snapshot!(said_of_a_phase(lines), @r#"
    warning: the music rises by 12.0 LU within 10 seconds at 0:20, 0:07 into `dawn`
       ──▶ playlists/session.toml:10:1
       │
    10 │ [[phase.track]]
       │ ^^^^^^^^^^^^^^^
       = hint: end the piece before where it is still full (`end = "3:40"`), lower this one by `gain`, or, where it is meant so, write `rises = true`

    1 warning
    "#);
    assert_eq!(said_of_a_phase(&format!("{lines}rises = true\n")), "", "its author means it so");
}
