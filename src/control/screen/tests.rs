//! Claims about what stands on the screen, cell by cell.

use std::sync::Arc;

use super::*;
use crate::control::view::{News, Phase, Phones, Piece};

fn view() -> View {
    let phase = |name: &str, start: f64, end: f64| Phase { name: name.into(), purpose: String::new(), start, end };
    let piece = |title: &str, start: f64, end: f64, bed: bool| Piece {
        title: title.into(),
        artist: "Somebody".into(),
        start,
        end,
        bed,
        reserve: false,
    };
    let plan = Plan {
        title: "Arriving".into(),
        length: 3600.0,
        phases: vec![phase("Arrival", 0.0, 600.0), phase("Journey", 600.0, 2700.0), phase("Return", 2700.0, 3600.0)],
        pieces: vec![
            piece("Dawn", 0.0, 700.0, false),
            piece("Drone", 690.0, 1500.0, true),
            piece("River", 1480.0, 3600.0, false),
        ],
        reserves: vec!["Grounding".into()],
        arc: (0..480).map(|n| -20.0 + 20.0 * (n as f32 / 480.0)).collect(),
        ..Plan::default()
    };
    let now = Now {
        at: 1800.0,
        phase: 1,
        phase_left: 900.0,
        left: 1800.0,
        piece: Some(2),
        output: "Speakers".into(),
        ..Now::default()
    };
    View { plan: Arc::new(plan), now }
}

fn drawn(view: &View, open: Open, paint: Paint, size: (u16, u16)) -> Buffer {
    let area = Rect::new(0, 0, size.0, size.1);
    let mut buffer = Buffer::empty(area);
    draw(view, &open, paint, area, &mut buffer);
    buffer
}

fn text(view: &View, open: Open) -> String {
    let buffer = drawn(view, open, Paint { colours: false }, (80, 24));
    let row = |y| (0..80).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned() + "\n";
    (0..24).map(row).collect()
}

#[test]
fn one_glance_says_where_the_session_is() {
    let text = text(&view(), Open::Nothing);
    for part in [
        "0:30:00 of 1:00:00",
        "Journey",
        "15:00 left of it",
        "30:00 left in all",
        "♪ River – Somebody",
        "Speakers · heard",
        "▏Arrival",
        "Space hold",
        "? keys",
    ] {
        assert!(text.contains(part), "`{part}` is not on the screen:\n{text}");
    }
    // The playhead stands in the middle of the picture.
    let foot = text.lines().find(|line| line.contains('▲')).expect("a playhead");
    assert_eq!(foot.chars().position(|c| c == '▲'), Some(40), "{text}");
}

#[test]
fn each_state_has_its_word_and_an_alarm_is_told_in_words() {
    let mut view = view();
    view.now.unheard = Some("the output is lost".into());
    view.now.underruns = 2;
    let shown = text(&view, Open::Nothing);
    assert!(shown.contains("NOBODY HEARS THIS: the output is lost") && shown.contains("ran dry 2 times"), "{shown}");
    assert_eq!(word_of(&view.now), "unheard");
    view.now.unheard = None;
    view.now.held = true;
    view.now.state = State::Talking;
    assert!(text(&view, Open::Nothing).contains("held, at most 15:00 more"));
    view.now.reserve = Some(0);
    assert!(text(&view, Open::Nothing).contains("Grounding; r goes back"));
}

#[test]
fn a_question_lies_over_the_picture() {
    assert!(text(&view(), Open::Ending).contains("y  end it"));
    assert!(text(&view(), Open::Reserves).contains("1  Grounding"));
    assert!(text(&view(), Open::Phases).contains("2  Journey"));
    for (key, _, what) in KEYS {
        let help = text(&view(), Open::Help);
        assert!(help.contains(key) && help.contains(what), "{what}");
    }
}

#[test]
fn without_colours_there_is_none_and_with_them_none_is_bright() {
    let buffer = drawn(&view(), Open::Help, Paint { colours: false }, (80, 24));
    assert!(buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    let buffer = drawn(&view(), Open::Help, Paint { colours: true }, (80, 24));
    // Of the palette of 256 only blacks, reds and ambers: no blue, no green for its own sake, no white.
    let night = [16, 52, 88, 95, 130, 173, 203, 215].map(Color::Indexed);
    for cell in &buffer.content {
        assert!(cell.fg == Color::Reset || night.contains(&cell.fg), "{:?}", cell.fg);
        assert!(cell.bg == Color::Indexed(16), "{:?}", cell.bg);
    }
}

#[test]
fn any_view_can_be_drawn_at_any_size() {
    let mut wild = view();
    wild.now = Now {
        at: 1e9,
        phase: 99,
        piece: Some(99),
        next: Some(99),
        reserve: Some(9),
        left: f64::NAN,
        news: vec![News { number: 1, at: "0".into(), text: "x".repeat(500), alarm: true }],
        phone: Some(Phones::default()),
        ..Now::default()
    };
    let empty = View { plan: Arc::default(), now: Now::default() };
    for view in [&view(), &wild, &empty] {
        for open in [Open::Nothing, Open::Help, Open::Ending, Open::Reserves, Open::Phases] {
            for size in (1..140).step_by(7).flat_map(|width| (1..60).step_by(3).map(move |height| (width, height))) {
                drawn(view, open, Paint { colours: true }, size);
            }
        }
    }
}
