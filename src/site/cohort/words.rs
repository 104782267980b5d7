//! Dates in the reader's language: English and Spanish in words, any other as ISO 8601 writes them. Pure.

use jiff::civil::{Date, Time};

use crate::site::cohort::when::When;

/// A language that dates are written out in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// `Tuesday, March 2, 2027, 9:00 to 11:00 AM`
    English,
    /// `martes, 2 de marzo de 2027, de 9:00 a 11:00`
    Spanish,
    /// `2027-03-02, 09:00–11:00`
    Figures,
}

impl Tongue {
    /// The one of a language's code (BCP 47).
    pub fn of(language: &str) -> Tongue {
        match language.split('-').next() {
            Some("en") => Tongue::English,
            Some("es") => Tongue::Spanish,
            _ => Tongue::Figures,
        }
    }

    /// A date as a whole: `Tuesday, March 2, 2027, 9:00 to 11:00 AM`.
    pub fn when(self, when: &When) -> String {
        match when {
            When::Days { .. } => self.days(when),
            When::Hours { start, end } if start.date() == end.date() => {
                format!("{}, {}", self.days(when), self.hours(start.time(), end.time()))
            }
            When::Hours { start, end } => {
                let one = |day: Date, time: Time| format!("{}, {}", self.weekday(day), self.hour(time));
                let (first, last) = (one(start.date(), start.time()), one(end.date(), end.time()));
                match self {
                    Tongue::English => format!("{first}, to {last}"),
                    Tongue::Spanish => format!("del {first}, al {last}"),
                    Tongue::Figures => format!("{first} – {last}"),
                }
            }
        }
    }

    /// Its day, or its days: `Tuesday, March 2, 2027`, `March 1 to 12, 2027`.
    pub fn days(self, when: &When) -> String {
        match when.days() {
            (first, last) if first == last => self.weekday(first),
            (first, last) => self.span(first, last),
        }
    }

    /// A day: `March 2, 2027`.
    pub fn day(self, day: Date) -> String {
        let (year, date) = (day.year(), day.day());
        match self {
            Tongue::English => format!("{} {date}, {year}", self.month(day)),
            Tongue::Spanish => format!("{date} de {} de {year}", self.month(day)),
            Tongue::Figures => day.to_string(),
        }
    }

    /// From a day to another: `March 1 to 12, 2027`, `del 26 de febrero al 5 de marzo de 2027`.
    pub fn span(self, first: Date, last: Date) -> String {
        if first == last {
            return self.day(first);
        }
        let same_year = first.year() == last.year();
        let same_month = same_year && first.month() == last.month();
        let (month, date, whole) = (self.month(first), first.day(), self.day(last));
        match self {
            Tongue::English if same_month => format!("{month} {date} to {}, {}", last.day(), last.year()),
            Tongue::English if same_year => format!("{month} {date} to {whole}"),
            Tongue::English => format!("{} to {whole}", self.day(first)),
            Tongue::Spanish if same_month => format!("del {date} al {whole}"),
            Tongue::Spanish if same_year => format!("del {date} de {month} al {whole}"),
            Tongue::Spanish => format!("del {} al {whole}", self.day(first)),
            Tongue::Figures => format!("{first} – {last}"),
        }
    }

    /// From an hour to another of the same day: `9:00 to 11:00 AM`, `11:00 AM to 1:00 PM`, `de 9:00 a 11:00`.
    pub fn hours(self, start: Time, end: Time) -> String {
        match self {
            Tongue::English if half(start) == half(end) => format!("{} to {}", twelve(start), self.hour(end)),
            Tongue::English => format!("{} to {}", self.hour(start), self.hour(end)),
            Tongue::Spanish => format!("de {} a {}", self.hour(start), self.hour(end)),
            Tongue::Figures => format!("{}–{}", self.hour(start), self.hour(end)),
        }
    }

    fn hour(self, time: Time) -> String {
        match self {
            Tongue::English => format!("{} {}", twelve(time), half(time)),
            Tongue::Spanish => format!("{}:{:02}", time.hour(), time.minute()),
            Tongue::Figures => format!("{:02}:{:02}", time.hour(), time.minute()),
        }
    }

    fn weekday(self, day: Date) -> String {
        let number = day.weekday().to_monday_zero_offset() as usize;
        match self {
            Tongue::English => format!("{}, {}", ENGLISH_DAYS[number], self.day(day)),
            Tongue::Spanish => format!("{}, {}", SPANISH_DAYS[number], self.day(day)),
            Tongue::Figures => self.day(day),
        }
    }

    fn month(self, day: Date) -> &'static str {
        let number = day.month() as usize - 1;
        if self == Tongue::Spanish { SPANISH_MONTHS[number] } else { ENGLISH_MONTHS[number] }
    }
}

fn half(time: Time) -> &'static str {
    if time.hour() < 12 { "AM" } else { "PM" }
}

fn twelve(time: Time) -> String {
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    format!("{hour}:{:02}", time.minute())
}

const ENGLISH_DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const SPANISH_DAYS: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const SPANISH_MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
