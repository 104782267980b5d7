//! Claims about a move that a person asks for.

use super::*;

fn two() -> Play {
    Play::on(&[default("desk"), output("headphones")])
}

#[test]
fn the_music_moves_to_the_output_that_is_asked_for_and_back_without_a_gap_or_a_step() {
    let mut play = two();
    play.until(10);
    assert_eq!(play.speaker.switch("phones"), "moving the music to headphones");
    play.until(20);
    assert_eq!(play.speaker.switch("default"), "moving the music to desk");
    let health = play.until(30);
    assert_eq!(play.news, ["the music moves to headphones", "the music moves to desk"]);
    assert_eq!((health.output.as_deref(), health.underruns, health.unheard), (Some("desk"), 0, None));
    assert_eq!(health.outputs, ["desk", "headphones"]);
    let lag = play.lag(5.0);
    assert!((play.lag(15.0) - lag).abs() < 0.1 && (play.lag(25.0) - lag).abs() < 0.1, "the clock stays");
    assert!(play.largest_step("desk") <= DRY_STEP && play.largest_step("headphones") <= DRY_STEP);
    // At each moment the gains of the two outputs together are never low: they cross.
    let world = play.world();
    for tenth in 50..300 {
        let (from, to) = (f64::from(tenth) / 10.0, f64::from(tenth + 1) / 10.0);
        let most = |on: &str| {
            let heard = world.heard.iter().filter(|heard| heard.on == on && (from..to).contains(&heard.at));
            heard.map(Heard::gain).fold(0.0, f32::max)
        };
        assert!(most("desk") + most("headphones") > 0.7, "{from} s: {} and {}", most("desk"), most("headphones"));
    }
}

#[test]
fn an_output_that_cannot_be_had_is_told_and_the_music_stays() {
    let failing = |play: &Play| play.world().opens = Opens::Fail;
    let hanging = |play: &Play| play.world().opens = Opens::Hang;
    let deaf = |play: &Play| play.deafen("headphones", 1000);
    for (what, breaks) in [("fails", &failing as &dyn Fn(&Play)), ("hangs", &hanging), ("is deaf", &deaf)] {
        let mut play = two();
        play.until(10);
        breaks(&play);
        play.speaker.switch("headphones");
        let health = play.until(30);
        assert_eq!(play.news, ["headphones cannot be opened; the music stays at desk"], "{what}");
        assert_eq!((health.output.as_deref(), health.underruns), (Some("desk"), 0), "{what}");
        assert_eq!(play.largest_step("desk"), 0.0, "{what}: nothing was turned");
        // And it can be asked for again.
        play.world().opens = Opens::Work;
        play.deafen("headphones", 0);
        play.speaker.switch("headphones");
        play.until(40);
        assert_eq!(play.news[1..], ["the music moves to headphones"], "{what}");
    }
}

#[test]
fn a_name_that_means_no_output_changes_nothing_and_lists_what_it_could_mean() {
    let mut play = Play::on(&[default("desk"), output("hall left"), output("hall right")]);
    play.until(5);
    assert_eq!(play.speaker.switch("hall"), "`hall` could be any of `hall left`, `hall right`");
    assert_eq!(play.speaker.switch("dekk"), "there is no output called `dekk`; did you mean `desk`?");
    assert_eq!(play.speaker.switch("desk"), "the music plays at desk already");
    play.until(15);
    assert!(play.news.is_empty(), "{:?}", play.news);
    assert_eq!(play.world().openings, 1);
}

#[test]
fn one_who_changes_their_mind_gets_the_last_that_was_asked_for() {
    let mut play = Play::on(&[default("desk"), output("hall"), output("garden")]);
    play.until(10);
    play.speaker.switch("hall");
    play.speaker.switch("garden");
    play.until(11);
    play.speaker.switch("hall");
    play.speaker.switch("desk");
    play.speaker.switch("garden");
    let health = play.until(30);
    assert_eq!(health.output.as_deref(), Some("garden"));
    assert_eq!(play.world().playing.len(), 1, "the others are closed");
    assert!((play.lag(29.0) - play.lag(5.0)).abs() < 0.1);
}

#[test]
fn an_output_that_is_lost_in_the_middle_of_a_move_is_followed_by_the_one_that_was_asked_for() {
    let mut play = two();
    play.until(10);
    play.deafen("headphones", 13);
    play.speaker.switch("headphones");
    play.world().outputs = vec![output("headphones")];
    let health = play.until(25);
    assert_eq!(health.output.as_deref(), Some("headphones"));
    assert_eq!(play.news.last().map(String::as_str), Some("the music goes on at headphones"));
}
