//! Which phones are paired, and which of them holds the session. Times are counted from the server's beginning. Pure.
//!
//! A phone is paired by a code of six digits that is used once. Who guesses is stopped: five wrong codes from one address
//! within a minute, or twenty from all, and no code is taken for a minute; after twenty it is another code. Phones that
//! are paired go on meanwhile. One million codes at twenty a minute would take weeks to try.

use std::time::Duration;

use super::super::secret::same;
use super::super::view::Phones;

/// After so many wrong codes of one address within a minute it waits.
const WRONG_OF_ONE: usize = 5;
/// After so many of all addresses everybody waits, and the code is another.
const WRONG_OF_ALL: usize = 20;
/// How long.
const WAIT: Duration = Duration::from_secs(60);
/// How many phones are paired at most.
const MOST: usize = 8;
/// A phone that said nothing for so long is not in touch.
const GONE: Duration = Duration::from_secs(4);
/// A phone that talks and says nothing for so long has let go.
const LET_GO: Duration = Duration::from_secs(3);
/// So many commands a phone may give at once, and so many more each second.
const AT_ONCE: f64 = 20.0;
const EACH_SECOND: f64 = 5.0;

/// Where secrets come from; `None` where there are none to be had.
#[derive(Clone, Copy)]
pub(super) struct Secrets {
    pub(super) code: fn() -> Option<String>,
    pub(super) cookie: fn() -> Option<String>,
}

/// The phones.
pub(super) struct Desk {
    secrets: Secrets,
    code: String,
    phones: Vec<Phone>,
    named: usize,
    holder: Option<usize>,
    talks: Option<usize>,
    wrong: Vec<(String, Duration)>,
    shut: Option<Duration>,
}

struct Phone {
    /// 1, 2, 3, in the order they came.
    number: usize,
    cookie: String,
    last: Duration,
    allowance: f64,
    counted: Duration,
}

/// What comes of a code.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Paired {
    /// The secret by which the phone is known from now on.
    Yes(String),
    /// It is not the code.
    Wrong,
    /// No code is taken now.
    Wait,
}

/// Why a phone's command is not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Another phone holds.
    Follows,
    /// It gives too many.
    TooMany,
}

/// The name of a phone.
pub(super) fn name(number: usize) -> String {
    format!("phone {number}")
}

impl Desk {
    /// A desk without phones; `None` where the system has no secrets.
    pub(super) fn new(secrets: Secrets) -> Option<Desk> {
        let code = (secrets.code)()?;
        Some(Desk {
            secrets,
            code,
            phones: Vec::new(),
            named: 0,
            holder: None,
            talks: None,
            wrong: Vec::new(),
            shut: None,
        })
    }

    /// Pairs a phone by a code. The first one holds.
    pub(super) fn pair(&mut self, from: &str, code: &str, now: Duration) -> Paired {
        if self.is_shut(now) || self.wrong_of(from, now) >= WRONG_OF_ONE {
            return Paired::Wait;
        }
        if !same(&self.code, code) {
            self.guessed(from, now);
            return Paired::Wrong;
        }
        let (Some(cookie), Some(next)) = ((self.secrets.cookie)(), (self.secrets.code)()) else { return Paired::Wait };
        self.code = next;
        self.make_room();
        self.named += 1;
        self.phones.push(Phone {
            number: self.named,
            cookie: cookie.clone(),
            last: now,
            allowance: AT_ONCE,
            counted: now,
        });
        self.holder.get_or_insert(self.named);
        Paired::Yes(cookie)
    }

    fn guessed(&mut self, from: &str, now: Duration) {
        self.wrong.retain(|(_, at)| now.saturating_sub(*at) < WAIT);
        self.wrong.push((from.to_owned(), now));
        if self.wrong.len() >= WRONG_OF_ALL {
            self.wrong.clear();
            self.shut = Some(now);
            if let Some(code) = (self.secrets.code)() {
                self.code = code;
            }
        }
    }

    fn wrong_of(&self, from: &str, now: Duration) -> usize {
        self.wrong.iter().filter(|(who, at)| who == from && now.saturating_sub(*at) < WAIT).count()
    }

    fn is_shut(&self, now: Duration) -> bool {
        self.shut.is_some_and(|at| now.saturating_sub(at) < WAIT)
    }

    /// Where all places are taken, the phone that was gone longest loses its own; the one that holds is the last to go.
    fn make_room(&mut self) {
        while self.phones.len() >= MOST {
            let holder = self.holder;
            let gone = (0..self.phones.len()).min_by_key(|&at| {
                let phone = &self.phones[at];
                (Some(phone.number) == holder, phone.last)
            });
            let Some(gone) = gone else { return };
            self.phones.remove(gone);
        }
    }

    /// Which phone has this secret.
    pub(super) fn who(&self, cookie: &str) -> Option<usize> {
        self.phones.iter().find(|phone| same(&phone.cookie, cookie)).map(|phone| phone.number)
    }

    /// Whether the phone is still paired.
    pub(super) fn knows(&self, number: usize) -> bool {
        self.phones.iter().any(|phone| phone.number == number)
    }

    /// The phone is in touch.
    pub(super) fn here(&mut self, number: usize, now: Duration) {
        if let Some(phone) = self.phones.iter_mut().find(|phone| phone.number == number) {
            phone.last = now;
        }
    }

    /// Whether the phone may give a command now.
    pub(super) fn may(&mut self, number: usize, now: Duration) -> Result<(), Refused> {
        if self.holder != Some(number) {
            return Err(Refused::Follows);
        }
        let Some(phone) = self.phones.iter_mut().find(|phone| phone.number == number) else {
            return Err(Refused::Follows);
        };
        let since = now.saturating_sub(phone.counted).as_secs_f64();
        phone.allowance = (phone.allowance + since * EACH_SECOND).min(AT_ONCE);
        (phone.counted, phone.last) = (now, now);
        if phone.allowance < 1.0 {
            return Err(Refused::TooMany);
        }
        phone.allowance -= 1.0;
        Ok(())
    }

    /// The phone talks from now on, or no more.
    pub(super) fn talk(&mut self, number: usize, on: bool) {
        self.talks = on.then_some(number);
    }

    /// The phone takes the session over. Says whether the one before was talking, and so has to let go.
    pub(super) fn take(&mut self, number: usize) -> bool {
        self.holder = Some(number);
        self.talks.take_if(|talks| *talks != number).is_some()
    }

    /// Time goes by. Says whether a phone that talked is gone, and so has let go.
    pub(super) fn tick(&mut self, now: Duration) -> bool {
        let phones = &self.phones;
        let is_gone = |number: usize| {
            let phone = phones.iter().find(|phone| phone.number == number);
            phone.is_none_or(|phone| now.saturating_sub(phone.last) >= LET_GO)
        };
        self.talks.take_if(|talks| is_gone(*talks)).is_some()
    }

    /// The name of the phone that holds.
    pub(super) fn holder(&self) -> Option<String> {
        self.holder.map(name)
    }

    /// What the screen is told.
    pub(super) fn phones(&self, address: &str, now: Duration) -> Phones {
        let in_touch = self.phones.iter().filter(|phone| now.saturating_sub(phone.last) < GONE);
        let note = self.is_shut(now).then(|| "wrong codes: no phone is paired for a minute".to_owned());
        Phones {
            address: address.to_owned(),
            code: self.code.clone(),
            count: in_touch.count(),
            holder: self.holder(),
            note,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local!(static MADE: Cell<u32> = const { Cell::new(0) });

    fn made() -> u32 {
        MADE.set(MADE.get() + 1);
        MADE.get()
    }

    fn desk() -> Desk {
        Desk::new(Secrets {
            code: || Some(format!("{:06}", 100_000 + made())),
            cookie: || Some(format!("cookie-{}", made())),
        })
        .unwrap()
    }

    fn at(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    fn address(last: u8) -> String {
        format!("192.168.1.{last}")
    }

    fn paired(desk: &mut Desk, now: Duration) -> usize {
        let code = desk.code.clone();
        let Paired::Yes(cookie) = desk.pair(&address(9), &code, now) else { panic!("the code is right") };
        desk.who(&cookie).unwrap()
    }

    #[test]
    fn a_code_pairs_one_phone_and_then_it_is_another() {
        let mut desk = desk();
        let code = desk.code.clone();
        let Paired::Yes(cookie) = desk.pair(&address(1), &code, at(0.0)) else { panic!() };
        assert_eq!(desk.who(&cookie), Some(1));
        assert_eq!(desk.pair(&address(2), &code, at(1.0)), Paired::Wrong);
        assert_eq!((desk.who(""), desk.who("cookie"), desk.who(&code)), (None, None, None));
    }

    #[test]
    fn who_guesses_waits_and_others_do_not() {
        let mut desk = desk();
        for _ in 0..5 {
            assert_eq!(desk.pair(&address(1), "000000", at(0.0)), Paired::Wrong);
        }
        let code = desk.code.clone();
        assert_eq!(desk.pair(&address(1), &code, at(59.0)), Paired::Wait);
        assert!(matches!(desk.pair(&address(2), &code, at(59.0)), Paired::Yes(_)));
        let code = desk.code.clone();
        assert!(matches!(desk.pair(&address(1), &code, at(61.0)), Paired::Yes(_)));
    }

    #[test]
    fn many_guesses_shut_the_desk_for_a_minute_and_change_the_code_and_the_paired_go_on() {
        let mut desk = desk();
        let first = paired(&mut desk, at(0.0));
        let code = desk.code.clone();
        let answers: Vec<Paired> = (0..50).map(|n| desk.pair(&address(10 + n / 5), "000000", at(1.0))).collect();
        assert_eq!(answers.iter().filter(|&answer| *answer == Paired::Wrong).count(), WRONG_OF_ALL);
        assert_ne!(desk.code, code);
        assert!(desk.phones("", at(2.0)).note.is_some());
        let code = desk.code.clone();
        assert_eq!(desk.pair(&address(99), &code, at(2.0)), Paired::Wait);
        assert_eq!(desk.may(first, at(2.0)), Ok(()));
        assert!(matches!(desk.pair(&address(99), &code, at(61.5)), Paired::Yes(_)));
        assert_eq!(desk.phones("", at(62.0)).note, None);
    }

    #[test]
    fn the_first_holds_and_another_follows_until_it_takes_over() {
        let mut desk = desk();
        let (first, second) = (paired(&mut desk, at(0.0)), paired(&mut desk, at(0.0)));
        assert_eq!((desk.may(first, at(1.0)), desk.may(second, at(1.0))), (Ok(()), Err(Refused::Follows)));
        desk.talk(first, true);
        assert!(desk.take(second), "who talked has to let go");
        assert_eq!((desk.may(first, at(2.0)), desk.may(second, at(2.0))), (Err(Refused::Follows), Ok(())));
        assert_eq!(desk.holder().as_deref(), Some("phone 2"));
        assert!(!desk.take(second));
    }

    #[test]
    fn a_talking_phone_that_is_gone_has_let_go_once() {
        let mut desk = desk();
        let first = paired(&mut desk, at(0.0));
        desk.talk(first, true);
        desk.here(first, at(2.0));
        assert!(!desk.tick(at(4.9)));
        assert!(desk.tick(at(5.1)));
        assert!(!desk.tick(at(9.0)));
        assert_eq!(desk.phones("", at(9.0)).count, 0);
    }

    #[test]
    fn a_thumb_that_trembles_is_heard_and_a_machine_gun_is_not() {
        let mut desk = desk();
        let first = paired(&mut desk, at(0.0));
        let taken = (0..100).filter(|_| desk.may(first, at(0.0)).is_ok()).count();
        assert_eq!(taken, AT_ONCE as usize);
        assert_eq!(desk.may(first, at(0.0)), Err(Refused::TooMany));
        assert_eq!(desk.may(first, at(1.0)), Ok(()));
    }

    #[test]
    fn nine_phones_are_one_too_many_and_the_one_that_holds_stays() {
        let mut desk = desk();
        let numbers: Vec<usize> = (0..9).map(|n| paired(&mut desk, at(f64::from(n)))).collect();
        assert!(desk.knows(numbers[0]) && !desk.knows(numbers[1]) && desk.knows(numbers[8]));
    }
}
