//! A report as words, on one screen. Pure.

use std::fmt::Write as _;

use super::{Check, Report, Verdict};

/// So many reasons of one check are told; of the rest their number.
const MOST: usize = 3;

/// The report for people: a line for each thing that was looked at, and below it what is not as it should be.
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    let title = [report.session.as_str(), &report.title, &report.length];
    let _ = writeln!(text, "{}\n", title.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" · "));
    for check in &report.checks {
        of_check(&mut text, check);
    }
    let of =
        |verdict| report.checks.iter().flat_map(|check| &check.reasons).filter(move |r| r.verdict == verdict).count();
    let (stops, looks) = (of(Verdict::Stop), of(Verdict::Look));
    let things = |n: usize| if n == 1 { "1 thing".to_owned() } else { format!("{n} things") };
    let _ = match (stops, looks) {
        (0, 0) => writeln!(text, "\nGO"),
        (0, looks) => writeln!(text, "\nGO, with {} to look at", things(looks)),
        (stops, _) => writeln!(text, "\nNO-GO: {} to mend first", things(stops)),
    };
    text
}

fn of_check(text: &mut String, check: &Check) {
    let _ = writeln!(text, "{} {:9} {}", mark(check.verdict), check.id, check.what);
    let mut reasons: Vec<_> = check.reasons.iter().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.verdict));
    for reason in reasons.iter().take(MOST) {
        let place = reason.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        let _ = writeln!(text, "  {} {}{place}", mark(reason.verdict), reason.what);
        if !reason.todo.is_empty() {
            let _ = writeln!(text, "       → {}", reason.todo);
        }
    }
    if reasons.len() > MOST {
        let _ = writeln!(text, "       and {} more: `holdspace plan` tells them", reasons.len() - MOST);
    }
}

/// Words, not signs alone: they are read out, and without colours.
fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "ok  ",
        Verdict::Look => "look",
        Verdict::Stop => "STOP",
    }
}
