//! What a phone's page is told, as JSON. Pure. The pairing code is not among it.

use std::time::Duration;

use serde::Serialize;

use super::super::screen::word_of;
use super::super::view::{News, Now, Phase, Piece, Plan, State};
use super::desk::name;

#[derive(Serialize)]
struct Drawn<'a> {
    title: &'a str,
    length: f64,
    phases: &'a [Phase],
    pieces: &'a [Piece],
    reserves: &'a [String],
    picture: &'a str,
}

/// The plan.
pub(super) fn plan(plan: &Plan) -> String {
    json(&Drawn {
        title: &plan.title,
        length: plan.length,
        phases: &plan.phases,
        pieces: &plan.pieces,
        reserves: &plan.reserves,
        picture: &plan.picture,
    })
}

/// How it is now.
#[derive(Clone, Serialize)]
pub(super) struct Told {
    /// When this was told, in milliseconds of the server's time: commands say what they go by.
    stamp: u64,
    you: String,
    holder: Option<String>,
    word: &'static str,
    over: bool,
    at: f64,
    held: bool,
    talking: bool,
    quiet: bool,
    closing: bool,
    reserve: Option<usize>,
    volume: f64,
    phase: usize,
    phase_left: f64,
    left: f64,
    piece: Option<usize>,
    next: Option<usize>,
    unheard: Option<String>,
    news: Option<News>,
}

impl Told {
    pub(super) fn of(now: &Now, number: usize, holder: Option<String>, at: Duration) -> Told {
        Told {
            stamp: at.as_millis() as u64,
            you: name(number),
            holder,
            word: word_of(now),
            over: now.state == State::Over,
            at: now.at,
            held: now.held,
            talking: now.talking,
            quiet: now.quiet,
            closing: now.state == State::Closing,
            reserve: now.reserve,
            volume: now.volume,
            phase: now.phase,
            phase_left: now.phase_left,
            left: now.left,
            piece: now.piece,
            next: now.next,
            unheard: now.unheard.clone(),
            news: now.news.last().cloned(),
        }
    }

    /// Whether more than the time is another.
    pub(super) fn differs(&self, other: &Told) -> bool {
        let what = |told: &Told| (told.word, told.held, told.talking, told.quiet, told.reserve, told.phase, told.piece);
        what(self) != what(other)
            || self.holder != other.holder
            || self.volume != other.volume
            || self.news != other.news
            || self.unheard != other.unheard
    }

    pub(super) fn text(&self) -> String {
        json(self)
    }
}

fn json(told: &impl Serialize) -> String {
    serde_json::to_string(told).expect("it is plain data")
}

/// The page for a phone that is not paired, with what came of its last code.
pub(super) fn pairing(why: &str) -> String {
    let why = if why.is_empty() { String::new() } else { format!("<p role=\"alert\">{why}</p>") };
    include_str!("pair.html").replace("<!-- why -->", &why)
}
