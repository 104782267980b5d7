//! What a facilitator hears before a session, to set the room by: noise as loud as the session, and a fade to silence and
//! back through the very path that the session takes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::fade::{Curve, Fade};
use super::library::Library;
use super::loudness::Meter;
use super::player::{self, Commands, Event, Scripted};
use super::playlist;
use super::read::Direct;
use super::score::Score;
use super::sink::{Sink, SinkError, write_all};
use super::synth::{Chance, Filter, Tuning, White};
use super::transport::{Command, Transport};
use crate::diagnostic::SourceText;
use crate::project::MusicDefaults;
use crate::units::{Decibels, Frame, Gain, Length, Lufs, Position, SampleRate};

/// The middles of the half octaves between 500 and 2000 Hz (EBU Tech 3343, section 8.2: noise to set loudspeakers by),
/// and how narrow a filter is, two of which let half an octave through.
const BANDS: [f64; 4] = [594.6, 840.9, 1189.2, 1681.8];
const HALF_AN_OCTAVE: f64 = 1.85;
/// How long it rises and falls.
const RISE: Duration = Duration::from_secs(2);
/// How much of it is measured to know its loudness.
const MEASURED: Duration = Duration::from_secs(10);
/// How much is made at once: whoever wants silence gets it within this and what waits in the output.
const BLOCK: usize = 2400;

/// Noise between 500 and 2000 Hz of equal power in each half octave, the same on both sides.
struct Noise {
    white: White,
    filters: [([Filter; 2], Tuning, f64); 4],
}

impl Noise {
    fn new(rate: SampleRate) -> Noise {
        let rate = rate.per_second();
        let filter = |hertz: f64| {
            let level = (BANDS[0] / hertz).sqrt();
            ([Filter::default(); 2], Tuning::new(hertz, HALF_AN_OCTAVE, rate), level)
        };
        Noise { white: White::new(Chance::of(3343, 0), 1.0, rate), filters: BANDS.map(filter) }
    }

    fn next(&mut self) -> f64 {
        let [sample, _] = self.white.next();
        let band = |([first, second], tuning, level): &mut ([Filter; 2], Tuning, f64)| {
            *level * second.band(first.band(sample, tuning), tuning)
        };
        self.filters.iter_mut().map(band).sum()
    }
}

/// What brings the noise to `loudness`.
fn gain(rate: SampleRate, loudness: Lufs) -> f64 {
    let mut noise = Noise::new(rate);
    let frames: Vec<Frame> = (0..Length::of(MEASURED, rate).0)
        .map(|_| {
            let sample = (noise.next() * 0.1) as f32;
            Frame::new(sample, sample)
        })
        .collect();
    let measured = Meter::new(rate).and_then(|mut meter| {
        meter.add(&frames);
        meter.measured().integrated
    });
    // A rate that cannot be measured is no rate of an output.
    0.1 * measured.map_or(0.1, |measured| (loudness - measured).gain().0)
}

/// Plays the calibration noise at `loudness` for so long, or until `stop` is set; it comes and goes by a fade.
///
/// # Errors
/// When the sink takes nothing more.
pub fn tone(mut sink: Box<dyn Sink>, loudness: Lufs, length: Duration, stop: &AtomicBool) -> Result<(), SinkError> {
    let rate = sink.rate();
    let (mut noise, level) = (Noise::new(rate), gain(rate, loudness));
    let (end, rise) = (Length::of(length, rate).0, Length::of(RISE.min(length / 2), rate).0.max(1));
    let (mut at, mut falls) = (0_u64, end - rise.min(end));
    let comes = Fade::rise(Position::START, Length(rise), Curve::HalfCosine);
    let falls_at = |at: u64| Fade::fall(Position(at), Length(rise), Curve::HalfCosine);
    while at < (falls + rise).min(end) {
        if stop.load(Ordering::Relaxed) {
            falls = falls.min(at.max(rise));
        }
        let block: Vec<Frame> = (at..(falls + rise).min(end).min(at + BLOCK as u64))
            .map(|n| {
                let Gain(shape) = comes.gain_at(Position(n)) * falls_at(falls).gain_at(Position(n));
                let sample = (noise.next() * level * shape) as f32;
                Frame::new(sample, sample)
            })
            .collect();
        at += block.len() as u64;
        write_all(&mut *sink, &block, |_| {})?;
    }
    sink.finish()
}

/// The fade test: music that comes, fades to silence, comes back, and takes the session's last fade.
const FADES: &str = "title = \"A fade\"\n[[phase]]\nname = \"A fade\"\nlength = \"3m\"\nfade_in = \"4s\"\n\
                     [[phase.track]]\nbed = \"drone\"\nkey = \"D\"\nlength = \"3m\"\n";
/// Quiet, back, and the last fade, at these seconds.
const STEPS: [(u64, Command); 3] = [(9, Command::Quiet), (18, Command::Resume), (32, Command::End)];

/// Commands at their times, until somebody has heard enough.
struct Guided<'a> {
    script: Scripted,
    stop: &'a AtomicBool,
}

impl Commands for Guided<'_> {
    fn due(&mut self, now: Position) -> Option<Command> {
        if self.stop.swap(false, Ordering::Relaxed) {
            self.script = Scripted::default();
            return Some(Command::End);
        }
        self.script.due(now)
    }

    fn next_at(&self) -> Option<Position> {
        self.script.next_at()
    }
}

/// Plays the fade test with the session's loudness and its last fade; `say` hears what is done, in a facilitator's words.
///
/// # Errors
/// When the sink takes nothing more.
pub fn fades(
    sink: Box<dyn Sink>,
    (loudness, ceiling, end): (Lufs, Decibels, Duration),
    defaults: &MusicDefaults,
    stop: &AtomicBool,
    mut say: impl FnMut(&str),
) -> Result<(), SinkError> {
    let rate = sink.rate();
    let defaults = MusicDefaults { loudness, ceiling, end, ..*defaults };
    let source = SourceText::new("", FADES);
    let (playlist, _) = playlist::parse(&source, &defaults);
    let (score, _) = Score::resolve(&playlist, &Library::default(), rate, &source, "".as_ref());
    let steps = STEPS.map(|(seconds, command)| (Position::START + Length::from_secs(seconds, rate), command));
    let mut commands = Guided { script: Scripted::new(steps.to_vec()), stop };
    let mut listener = |event: Event<'_>, _: &mut Direct| {
        if let Event::Answered(_, answer, _) = event {
            say(&answer.0);
        }
    };
    player::play(&mut Transport::new(score), Direct::new(rate), sink, Position::START, &mut commands, &mut listener)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::music::master::Turn;
    use crate::music::sink::Health;

    const RATE: SampleRate = SampleRate::HOUSE;

    #[derive(Clone, Default)]
    struct Keeps {
        frames: Rc<RefCell<Vec<Frame>>>,
        turned: Rc<RefCell<Vec<Turn>>>,
    }

    impl Sink for Keeps {
        fn rate(&self) -> SampleRate {
            RATE
        }
        fn write(&mut self, frames: &[Frame]) -> Result<usize, SinkError> {
            self.frames.borrow_mut().extend_from_slice(frames);
            Ok(frames.len())
        }
        fn turn(&mut self, turn: Turn, _at: Position) {
            self.turned.borrow_mut().push(turn);
        }
        fn health(&mut self) -> Health {
            Health::default()
        }
        fn finish(self: Box<Self>) -> Result<(), SinkError> {
            Ok(())
        }
    }

    fn toned(length: u64, stop: &AtomicBool) -> Vec<Frame> {
        let sink = Keeps::default();
        tone(Box::new(sink.clone()), Lufs(-23.0), Duration::from_secs(length), stop).expect("it takes all");
        sink.frames.take()
    }

    /// How much there is around `hertz`, for each hertz: in decibels, against one another.
    fn share(frames: &[Frame], hertz: f64) -> f64 {
        let tuning = Tuning::new(hertz, 8.0, RATE.per_second());
        let [mut first, mut second] = [Filter::default(); 2];
        let mut band = |sample: f64| second.band(first.band(sample, &tuning), &tuning);
        let power: f64 = frames.iter().map(|frame| band(f64::from(frame.left)).powi(2)).sum();
        10.0 * libm::log10(power / frames.len() as f64 / hertz)
    }

    #[test]
    fn the_tone_is_as_loud_as_the_session_and_lies_between_500_and_2000_hertz() {
        let frames = toned(20, &AtomicBool::new(false));
        assert_eq!(frames.len(), 20 * 48_000);
        let inside = &frames[3 * 48_000..17 * 48_000];
        let mut meter = Meter::new(RATE).expect("a rate");
        meter.add(inside);
        let loudness = meter.measured().integrated.expect("it sounds").0;
        assert!((loudness + 23.0).abs() < 0.3, "{loudness}");
        let middle = share(inside, 1000.0);
        assert!(share(inside, 600.0) > middle - 4.0 && share(inside, 1650.0) > middle - 5.0);
        assert!(share(inside, 125.0) < middle - 15.0 && share(inside, 8000.0) < middle - 15.0);
    }

    #[test]
    fn the_tone_comes_and_goes_without_a_step_even_where_somebody_has_heard_enough() {
        let whole = toned(10, &AtomicBool::new(false));
        let cut = toned(10, &AtomicBool::new(true));
        assert!(cut.len() <= 4 * 48_000 + 1, "{}", cut.len());
        for frames in [&whole, &cut] {
            let peak = |frames: &[Frame]| frames.iter().map(|frame| frame.peak()).fold(0.0, f32::max);
            assert!(peak(&frames[..480]) < 0.001 && peak(&frames[frames.len() - 480..]) < 0.001);
            let largest = frames.windows(2).map(|pair| (pair[1].left - pair[0].left).abs()).fold(0.0, f32::max);
            assert!(largest < 0.1, "{largest}");
        }
    }

    #[test]
    fn the_fade_test_goes_to_silence_comes_back_and_ends_by_the_sessions_last_fade() {
        let (sink, told, stop) = (Keeps::default(), RefCell::new(Vec::new()), AtomicBool::new(false));
        let settings = (Lufs(-23.0), Decibels(-1.0), Duration::from_secs(8));
        let say = |text: &str| told.borrow_mut().push(text.to_owned());
        fades(Box::new(sink.clone()), settings, &MusicDefaults::default(), &stop, say).expect("it takes all");
        assert_eq!(*sink.turned.borrow(), [Turn::Quiet, Turn::Resume]);
        assert_eq!(told.borrow().len(), 3, "{told:?}");
        let seconds = sink.frames.borrow().len() as f64 / 48_000.0;
        assert!((seconds - 40.0).abs() < 0.5, "{seconds}");
    }

    #[test]
    fn whoever_has_heard_enough_gets_the_last_fade() {
        let (sink, stop) = (Keeps::default(), AtomicBool::new(true));
        let settings = (Lufs(-23.0), Decibels(-1.0), Duration::from_secs(3));
        fades(Box::new(sink.clone()), settings, &MusicDefaults::default(), &stop, |_| {}).expect("it takes all");
        assert!(sink.frames.borrow().len() < 4 * 48_000);
    }
}
