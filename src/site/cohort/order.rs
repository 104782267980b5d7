//! Dates in the order of the program's steps: none may begin before those are over that it must follow. One slip is one
//! finding: the most dates that agree with each other are right, and what disagrees with them is told. Pure.

use jiff::tz::TimeZone;

use crate::diagnostic::{Diagnostic, SourceText};
use crate::site::cohort::Meeting;

/// The dates that disagree with the others. `meetings` are in the order of their steps, each step once.
pub(super) fn check(meetings: &[Meeting], zone: &TimeZone, source: &SourceText) -> Vec<Diagnostic> {
    let follows =
        |before: usize, after: usize| meetings[before].when.makes_way(zone) <= meetings[after].when.times(zone).0;
    let agreeing = longest(meetings.len(), &follows);
    let told = |late: usize| {
        let one = &meetings[late];
        let before = agreeing.iter().rfind(|other| **other < late && !follows(**other, late));
        let after = agreeing.iter().find(|other| **other > late && !follows(late, **other));
        let (message, hint) = match (before, after) {
            (Some(other), _) => too_early(one, &meetings[*other]),
            (None, Some(other)) => too_late(one, &meetings[*other]),
            // Both neighbours agree with it, and not with each other: then they would not both be right.
            (None, None) => return None,
        };
        let finding = Diagnostic::error("cohort/order", message).at(source.place(one.span.clone()));
        Some(finding.hint(hint))
    };
    (0..meetings.len()).filter(|index| !agreeing.contains(index)).filter_map(told).collect()
}

fn too_early(one: &Meeting, before: &Meeting) -> (String, String) {
    let message = format!("`{}` begins before `{}` is over, which it must follow", one.step, before.step);
    (message, format!("`{}` is over at `{}`; is this the right day?", before.step, before.when.ends()))
}

fn too_late(one: &Meeting, after: &Meeting) -> (String, String) {
    let message = format!("`{}` is not over when `{}` begins, which must follow it", one.step, after.step);
    (message, format!("`{}` begins at `{}`; is this the right day?", after.step, after.when.begins()))
}

/// The longest chain of indices in which each follows the one before; of several, the one that keeps the earliest.
fn longest(count: usize, follows: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    // For each index the length of the best chain that begins there, and its next link.
    let mut best: Vec<(usize, Option<usize>)> = vec![(1, None); count];
    for start in (0..count).rev() {
        for next in start + 1..count {
            if follows(start, next) && best[next].0 + 1 > best[start].0 {
                best[start] = (best[next].0 + 1, Some(next));
            }
        }
    }
    let longest = best.iter().map(|(length, _)| *length).max();
    let mut at = best.iter().position(|(length, _)| Some(*length) == longest);
    let mut chain = Vec::new();
    while let Some(index) = at {
        chain.push(index);
        at = best[index].1;
    }
    chain
}
