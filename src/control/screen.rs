//! The screen of a session: a view → a buffer of cells. Pure.
//!
//! It is for somebody who glances for a second in a dim room: one large word says what the session does, and the picture
//! where it is. Whatever a colour says, a word says too. The colours are reds and ambers, which leave eyes used to the dark.

use ratatui::buffer::Buffer;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Widget, Wrap};
use tui_big_text::{BigText, PixelSize};

use super::keys::{KEYS, Open};
use super::phone::{self, qr};
use super::view::{Now, Phones, Plan, State, View};

/// Below this nothing sensible can be drawn.
const LEAST: (u16, u16) = (60, 16);
/// The arc is drawn from this level up to the session's own loudness and this much over it (decibels).
const FLOOR: f32 = -24.0;
const TOP: f32 = 3.0;

/// What the screen is painted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    /// Whether there are colours at all (see no-color.org).
    pub colours: bool,
}

impl Paint {
    fn of(self, colour: u8) -> Style {
        if self.colours { Style::new().fg(Color::Indexed(colour)) } else { Style::new() }
    }

    fn dim(self) -> Style {
        if self.colours { self.of(95) } else { Style::new().add_modifier(Modifier::DIM) }
    }

    fn plain(self) -> Style {
        self.of(173)
    }

    fn strong(self) -> Style {
        self.of(215).add_modifier(Modifier::BOLD)
    }

    fn alarm(self) -> Style {
        let style = Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED);
        if self.colours { style.fg(Color::Indexed(203)) } else { style }
    }
}

/// Draws a session.
pub fn draw(view: &View, open: &Open, paint: Paint, area: Rect, buffer: &mut Buffer) {
    Block::new()
        .style(if paint.colours { Style::new().bg(Color::Indexed(16)) } else { Style::new() })
        .render(area, buffer);
    if area.width < LEAST.0 || area.height < LEAST.1 {
        return small(view, paint, area, buffer);
    }
    let area = Rect { x: area.x + 1, width: area.width - 2, ..area };
    let row = |y: u16, height: u16| Rect { y: area.y + y, height, ..area };
    title(view, paint, row(0, 1), buffer);
    word(view, paint, row(2, 4), buffer);
    let foot = 7;
    let picture = area.height - 7 - foot;
    self::picture(view, paint, row(7, picture), buffer);
    let y = area.height - foot;
    sounds(view, paint, row(y + 1, 1), buffer);
    output(&view.now, paint, row(y + 2, 1), buffer);
    news(&view.now, paint, row(y + 3, 2), buffer);
    keys(paint, row(area.height - 1, 1), buffer);
    dialog(view, open, paint, area, buffer);
}

/// A clock: `0:12:30`.
pub fn clock(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A length of time without hours where there are none: `8:05`.
fn short(seconds: f64) -> String {
    let whole = seconds.max(0.0) as u64;
    if whole >= 3600 { clock(seconds) } else { format!("{}:{:02}", whole / 60, whole % 60) }
}

/// The word for what is done, in letters that are read from the other side of a table.
pub fn word_of(now: &Now) -> &'static str {
    if now.unheard.is_some() && now.state != State::Over { "unheard" } else { now.state.word() }
}

fn small(view: &View, paint: Paint, area: Rect, buffer: &mut Buffer) {
    let now = &view.now;
    let phase = view.plan.phases.get(now.phase).map_or("", |phase| phase.name.as_str());
    let lines = vec![
        Line::styled(word_of(now).to_uppercase(), paint.strong()),
        Line::styled(format!("{phase}, {} left of it", short(now.phase_left)), paint.plain()),
        Line::styled(format!("{} of {}", clock(now.at), clock(view.plan.length)), paint.plain()),
        Line::styled("this window is small; ? lists the keys in a larger one", paint.dim()),
    ];
    Paragraph::new(lines).wrap(Wrap { trim: true }).render(area, buffer);
}

fn title(view: &View, paint: Paint, area: Rect, buffer: &mut Buffer) {
    let time = format!("{} of {}", clock(view.now.at), clock(view.plan.length));
    Line::styled(view.plan.title.as_str(), paint.plain()).render(area, buffer);
    Line::styled(time, paint.strong()).alignment(Alignment::Right).render(area, buffer);
}

fn word(view: &View, paint: Paint, area: Rect, buffer: &mut Buffer) {
    let now = &view.now;
    let word = word_of(now);
    let style = if word == "unheard" { paint.alarm().remove_modifier(Modifier::REVERSED) } else { paint.strong() };
    let letters = BigText::builder().pixel_size(PixelSize::Quadrant).style(style).lines(vec![word.into()]).build();
    letters.render(Rect { width: area.width.min(44), ..area }, buffer);
    let beside = Rect { x: area.x + 44, width: area.width.saturating_sub(44), ..area };
    Paragraph::new(beside_the_word(view, paint)).render(beside, buffer);
}

/// Where the session is, and how much is left.
fn beside_the_word(view: &View, paint: Paint) -> Vec<Line<'static>> {
    let (now, plan) = (&view.now, &view.plan);
    let name = plan.phases.get(now.phase).map_or("", |phase| phase.name.as_str());
    let left = match (now.state, now.held, now.reserve) {
        (State::Over, ..) => "the session is over".to_owned(),
        (State::Closing, ..) => format!("{} of the last fade", short(now.left)),
        (_, _, Some(reserve)) => {
            format!("{}; r goes back", plan.reserves.get(reserve).map_or("a reserve", String::as_str))
        }
        (_, true, _) => format!("held, at most {} more", short(now.phase_left)),
        _ => format!("{} left of it", short(now.phase_left)),
    };
    let mut gains = Vec::new();
    if now.volume != 0.0 {
        gains.push(format!("volume {:+.0} dB", now.volume));
    }
    for (on, word) in [(now.talking, State::Talking), (now.quiet, State::Quiet)] {
        if on && now.state != word {
            gains.push(word.word().to_owned());
        }
    }
    vec![
        Line::styled(name.to_owned(), paint.strong()),
        Line::styled(left, paint.plain()),
        Line::styled(format!("{} left in all", short(now.left)), paint.plain()),
        Line::styled(gains.join(" · "), paint.strong()),
    ]
}

/// The session from its start to its end: the phases' names, the arc, the pieces, the minutes; and where it is.
fn picture(view: &View, paint: Paint, area: Rect, buffer: &mut Buffer) {
    let plan = &view.plan;
    if area.height < 5 || plan.length <= 0.0 {
        return;
    }
    let x =
        |seconds: f64| area.x + ((seconds / plan.length).clamp(0.0, 1.0) * f64::from(area.width - 1)).round() as u16;
    names(plan, view.now.phase, paint, Rect { height: 1, ..area }, &x, buffer);
    let arc = Rect { y: area.y + 1, height: area.height - 3, ..area };
    curve(view, paint, arc, buffer);
    let row = |y: u16| Rect { y: area.y + area.height - y, height: 1, ..area };
    pieces(view, paint, row(2), &x, buffer);
    minutes(plan, paint, row(1), &x, buffer);
    let here = x(view.now.at);
    for y in arc.y..arc.y + arc.height {
        buffer[(here, y)].set_symbol("│").set_style(paint.strong());
    }
    buffer[(here, area.y + area.height - 1)].set_symbol("▲").set_style(paint.strong());
}

fn names(plan: &Plan, at: usize, paint: Paint, area: Rect, x: &impl Fn(f64) -> u16, buffer: &mut Buffer) {
    for (number, phase) in plan.phases.iter().enumerate().filter(|(_, phase)| phase.end > phase.start) {
        let (from, to) = (x(phase.start), x(phase.end));
        let style = if number == at { paint.strong() } else { paint.dim() };
        let place = Rect { x: from, width: to.saturating_sub(from), ..area };
        Line::styled(format!("▏{}", phase.name), style).render(place, buffer);
    }
}

/// The arc, in eighths of a cell; what has been is brighter.
fn curve(view: &View, paint: Paint, area: Rect, buffer: &mut Buffer) {
    const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    let (plan, width) = (&view.plan, usize::from(area.width));
    for column in 0..width {
        let part = column as f64 / (width - 1).max(1) as f64;
        let Some(level) = plan.arc.get((part * (plan.arc.len().max(1) - 1) as f64).round() as usize) else { continue };
        let share = ((level - FLOOR) / (TOP - FLOOR)).clamp(0.0, 1.0);
        let eighths = (share * f32::from(area.height) * 8.0).round() as usize;
        let seconds = part * plan.length;
        let odd = plan.phases.iter().position(|phase| seconds < phase.end).unwrap_or(0) % 2 == 1;
        let style = match (seconds <= view.now.at, odd) {
            (true, _) => paint.of(130),
            (false, false) => paint.of(52),
            (false, true) => paint.of(88),
        };
        for row in 0..area.height {
            let here = eighths.saturating_sub(usize::from(row) * 8).min(8);
            buffer[(area.x + column as u16, area.y + area.height - 1 - row)].set_symbol(EIGHTHS[here]).set_style(style);
        }
    }
}

fn pieces(view: &View, paint: Paint, area: Rect, x: &impl Fn(f64) -> u16, buffer: &mut Buffer) {
    for (number, piece) in view.plan.pieces.iter().enumerate() {
        let style = if view.now.piece == Some(number) { paint.strong() } else { paint.dim() };
        let (from, to) = (x(piece.start), x(piece.end).max(x(piece.start) + 1));
        let title = if piece.bed { "~" } else { piece.title.as_str() };
        let place = Rect { x: from, width: to - from, ..area }.intersection(area);
        Line::styled(format!("┆{title}"), style).render(place, buffer);
    }
}

fn minutes(plan: &Plan, paint: Paint, area: Rect, x: &impl Fn(f64) -> u16, buffer: &mut Buffer) {
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0];
    let fits = |step: &f64| step * 60.0 / plan.length * f64::from(area.width) >= 6.0;
    let step = steps.into_iter().find(fits).unwrap_or(120.0);
    for n in 0..=(plan.length / 60.0 / step) as u64 {
        let minute = n as f64 * step;
        let place = Rect { x: x(minute * 60.0), width: 5, ..area }.intersection(area);
        Line::styled(format!("{minute:.0}"), paint.dim()).render(place, buffer);
    }
}

fn sounds(view: &View, paint: Paint, area: Rect, buffer: &mut Buffer) {
    let (now, plan) = (&view.now, &view.plan);
    let by = |piece: &super::view::Piece| match piece.artist.as_str() {
        "" => piece.title.clone(),
        artist => format!("{} – {artist}", piece.title),
    };
    let sounds = now.piece.and_then(|piece| plan.pieces.get(piece)).map_or("silence".to_owned(), by);
    let mut line = vec![Span::styled("♪ ", paint.dim()), Span::styled(sounds, paint.plain())];
    if let Some(next) = now.next.and_then(|next| plan.pieces.get(next)).filter(|_| now.state != State::Closing) {
        let then = format!(" · in {} {}", short(next.start - now.at), next.title);
        line.push(Span::styled(then, paint.dim()));
    }
    Line::from(line).render(area, buffer);
}

fn output(now: &Now, paint: Paint, area: Rect, buffer: &mut Buffer) {
    let mut line = vec![Span::styled("◖ ", paint.dim()), Span::styled(now.output.clone(), paint.plain())];
    match &now.unheard {
        Some(why) => line.push(Span::styled(format!(" NOBODY HEARS THIS: {why} "), paint.alarm())),
        None => line.push(Span::styled(" · heard", paint.dim())),
    }
    match now.underruns {
        0 => {}
        1 => line.push(Span::styled(" · ran dry once", paint.strong())),
        times => line.push(Span::styled(format!(" · ran dry {times} times"), paint.strong())),
    }
    if let Some(phones) = &now.phone {
        let holder = phones.holder.as_deref().map_or("p shows the way".to_owned(), |holder| format!("{holder} holds"));
        line.push(Span::styled(format!(" · phones: {}, {holder}", phones.count), paint.plain()));
        if let Some(note) = &phones.note {
            line.push(Span::styled(format!(" · {note}"), paint.strong()));
        }
    }
    Line::from(line).render(area, buffer);
}

fn news(now: &Now, paint: Paint, area: Rect, buffer: &mut Buffer) {
    let rows = usize::from(area.height);
    let from = now.news.len().saturating_sub(rows);
    for (row, news) in now.news[from..].iter().enumerate() {
        let style = if news.alarm { paint.strong() } else { paint.dim() };
        let mark = if news.alarm { "!" } else { "·" };
        let place = Rect { y: area.y + row as u16, height: 1, ..area };
        Line::styled(format!("{mark} {}  {}", news.at, news.text), style).render(place, buffer);
    }
}

fn keys(paint: Paint, area: Rect, buffer: &mut Buffer) {
    let mut line = Vec::new();
    for (key, word, _) in KEYS.iter().filter(|(_, word, _)| !word.is_empty()) {
        line.push(Span::styled(format!("{key} "), paint.strong()));
        line.push(Span::styled(format!("{word}  "), paint.dim()));
    }
    Line::from(line).render(area, buffer);
}

/// What lies over the picture: the keys, a question, a choice.
fn dialog(view: &View, open: &Open, paint: Paint, area: Rect, buffer: &mut Buffer) {
    let (title, lines) = match open {
        Open::Nothing => return,
        Open::Help => {
            let line = |(key, _, what): &(&'static str, &'static str, &'static str)| {
                Line::from(vec![
                    Span::styled(format!("{key:>6}  "), paint.strong()),
                    Span::styled(*what, paint.plain()),
                ])
            };
            (" keys ", KEYS.iter().map(line).collect())
        }
        Open::Ending => {
            let line = |text: &'static str| Line::styled(text, paint.plain());
            let lines = vec![
                line("The music fades out, and the session is over."),
                Line::default(),
                Line::styled("y  end it      any other key  go on", paint.strong()),
            ];
            (" end the session? ", lines)
        }
        Open::Reserves => (" a reserve ", choices(view.plan.reserves.iter().map(String::as_str), paint)),
        Open::Outputs => (" move the music to ", choices(view.now.outputs.iter().map(String::as_str), paint)),
        Open::Phone => (" a phone ", way(view.now.phone.as_ref(), paint)),
        Open::Phases => (" go to a phase ", choices(view.plan.phases.iter().map(|phase| phase.name.as_str()), paint)),
    };
    let width = lines.iter().map(Line::width).max().unwrap_or(0).max(title.len()) as u16 + 4;
    let size = (width.min(area.width), (lines.len() as u16 + 2).min(area.height));
    let corner = (area.x + (area.width - size.0) / 2, area.y + (area.height - size.1) / 2);
    let place = Rect { x: corner.0, y: corner.1, width: size.0, height: size.1 };
    Clear.render(place, buffer);
    let block = Block::bordered().title(title).border_style(paint.plain()).title_style(paint.strong());
    let block = if paint.colours { block.style(Style::new().bg(Color::Indexed(16))) } else { block };
    let inner = Rect { x: place.x + 2, width: place.width.saturating_sub(4), ..block.inner(place) };
    block.render(place, buffer);
    Paragraph::new(lines).render(inner, buffer);
}

/// The way for a phone: the code for its camera, and the same in words.
fn way(phones: Option<&Phones>, paint: Paint) -> Vec<Line<'static>> {
    let Some(phones) = phones else { return vec![Line::styled("no phone is let in any more", paint.plain())] };
    let mut words = vec![
        (paint.dim(), "Scan it with the phone's camera,".to_owned()),
        (paint.dim(), "in the same network; or open".to_owned()),
        (paint.strong(), phones.address.clone()),
        (paint.dim(), "and type".to_owned()),
        (
            paint.strong(),
            format!("{} {}", &phones.code[..phones.code.len() / 2], &phones.code[phones.code.len() / 2..]),
        ),
        (paint.plain(), String::new()),
        (paint.dim(), format!("in touch: {}", phones.count)),
        (paint.plain(), phones.holder.as_ref().map_or(String::new(), |holder| format!("{holder} holds"))),
        (paint.strong(), phones.note.clone().unwrap_or_default()),
    ];
    let code = qr::lines(&phone::way(phones));
    words.resize(words.len().max(code.len()), (paint.plain(), String::new()));
    let width = code.first().map_or(0, |line| line.chars().count());
    let row = |(number, (style, text)): (usize, (Style, String))| {
        let modules = code.get(number).cloned().unwrap_or_else(|| " ".repeat(width));
        Line::from(vec![Span::styled(modules, paint.plain()), Span::raw("  "), Span::styled(text, style)])
    };
    words.into_iter().enumerate().map(row).collect()
}

fn choices<'a>(names: impl Iterator<Item = &'a str>, paint: Paint) -> Vec<Line<'a>> {
    let line =
        |(n, name)| Line::from(vec![Span::styled(format!("{n}  "), paint.strong()), Span::styled(name, paint.plain())]);
    let mut lines: Vec<Line<'_>> = (1..=9).zip(names).map(line).collect();
    lines.push(Line::styled("any other key  go on as it is", paint.dim()));
    lines
}

#[cfg(test)]
mod tests;
