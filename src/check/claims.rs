//! Claims that the clinic could not stand behind, in English and in Spanish ([`words`]). Sources: FDA, "FDA warns patients and
//! health care providers about potential risks associated with compounded ketamine products" (October 2023); FTC, "Health
//! Products Compliance Guidance" (December 2022); JAMA Network Open 2023;6(11):e2342210, on what ketamine clinics say. It is
//! no legal advice. Pure.

mod words;

use std::ops::Range;

use super::phrases::{Phrases, small};
use super::program::Page;
use super::sentences::sentences;
use super::{Around, Found};
use crate::diagnostic::Place;
use crate::site::markdown::prose::{Block, Kind};
use words::Words;

pub(super) fn check(page: &Page<'_>, _: Around<'_>, found: &mut Found<'_>) {
    let Some(words) = words::of(page.language()) else { return };
    let read = Read { page, words, small: page.prose().blocks.iter().map(|block| small(&block.text)).collect() };
    for (block, text) in read.blocks() {
        // Most blocks claim nothing: then their sentences need not be told apart.
        if text.contains('%') || words.claims.is_in(text) || words.approved.is_in(text) {
            for sentence in sentences(&block.text) {
                read.judge(block, text, sentence, found);
            }
        }
    }
    if read.says(&words.medicine) {
        read.off_label(found);
        read.benefits(found);
    }
    read.testimonials(found);
}

/// A page, with its words in small letters.
struct Read<'r> {
    page: &'r Page<'r>,
    words: &'static Words,
    /// Each block's text.
    small: Vec<String>,
}

impl Read<'_> {
    fn blocks(&self) -> impl Iterator<Item = (&Block, &str)> {
        self.page.prose().blocks.iter().zip(self.small.iter().map(String::as_str))
    }

    /// Whether one of these stands anywhere on the page.
    fn says(&self, wanted: &Phrases<()>) -> bool {
        self.small.iter().any(|text| wanted.is_in(text))
    }

    fn judge(&self, block: &Block, text: &str, sentence: Range<usize>, found: &mut Found<'_>) {
        let text = &text[sentence.clone()];
        let place = |at: Range<usize>| self.page.place(block.place(sentence.start + at.start..sentence.start + at.end));
        self.approval(text, found, &place);
        for (at, claim) in self.words.claims.find(text) {
            let before = text[..at.start].split_whitespace().next_back().unwrap_or_default();
            // What is denied is no claim.
            if claim.unless_behind.contains(&before) || self.is_denied(text, &at) {
                continue;
            }
            let said = &block.text[sentence.start + at.start..sentence.start + at.end];
            let message = format!("“{said}” is a claim that the clinic could not stand behind");
            found.add(claim.rule, message, place(at), claim.hint);
        }
        self.percent(text, found, &place);
    }

    /// Whether a sentence says that a claim in it is not so, or asks whether it is.
    fn is_denied(&self, text: &str, claim: &Range<usize>) -> bool {
        let (before, behind) = (&text[..claim.start], &text[claim.end..]);
        // `No side effects` denies already: a further `no` behind it (`ni`, in Spanish) only says more.
        let denies = self.words.not.first(&text[claim.clone()]).is_some_and(|not| not.start == 0);
        self.words.not.is_in(before) || (!denies && self.words.not.is_in(behind)) || behind.trim_end().ends_with('?')
    }

    /// Ketamine is approved as an anesthetic, and for no psychiatric disorder; Spravato is another medicine.
    fn approval(&self, text: &str, found: &mut Found<'_>, place: &dyn Fn(Range<usize>) -> Place) {
        let Some(at) = self.words.approved.first(text) else { return };
        let is_wrong = self.words.treatment.is_in(text) && !self.words.rightly.is_in(text);
        if is_wrong && !self.words.not.is_in(text) {
            let hint = "the FDA has not approved ketamine for any psychiatric disorder (October 2023); say that its use is off-label";
            found.add("claims/fda-approved", "this says that the FDA has approved it", place(at), hint);
        }
    }

    /// How many are helped, without a source.
    fn percent(&self, text: &str, found: &mut Found<'_>, place: &dyn Fn(Range<usize>) -> Place) {
        let Some(sign) = text.find('%') else { return };
        // In Spanish a space stands before the sign.
        let number = text[..sign].trim_end();
        let from = number.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')).len();
        let sourced = self.page.known.front.extra.contains_key("sources")
            || self.page.prose().links.iter().any(|link| link.target.starts_with("http"))
            || text.contains("[^");
        // What helps everybody is told as a promise already.
        let is_all = &number[from..] == "100";
        if from < number.len() && !is_all && self.words.helped.is_in(text) && !sourced {
            let message = format!("“{}” needs a source", &text[from..=sign]);
            found.add("claims/percent", message, place(from..sign + 1), "link to the study, or take the number out");
        }
    }

    /// Conditions beside ketamine, and nowhere that this is off-label.
    fn off_label(&self, found: &mut Found<'_>) {
        if self.says(&self.words.off_label) {
            return;
        }
        let named = |(block, text)| Some((block, self.words.conditions.first(text)?));
        let first: Option<(&Block, Range<usize>)> = self.blocks().find_map(named);
        if let Some((block, at)) = first {
            let condition = &block.text[at.clone()];
            let message = format!("“{condition}” is named beside ketamine, and nowhere that this use is off-label");
            let hint = "say on this page that the FDA has not approved it for this: “Its use here is off-label.”";
            found.add("claims/off-label", message, self.page.place(block.place(at)), hint);
        }
    }

    /// Parts on benefits that name no risk: not under their heading, not right behind, and by no link from there.
    fn benefits(&self, found: &mut Found<'_>) {
        let blocks: Vec<(&Block, &str)> = self.blocks().collect();
        for (number, (block, text)) in blocks.iter().enumerate() {
            let Kind::Heading(level) = block.kind else { continue };
            if !self.words.benefits.is_in(text) {
                continue;
            }
            let ends = |(other, _): &(&Block, &str)| matches!(other.kind, Kind::Heading(rank) if rank <= level);
            let length = blocks[number + 1..].iter().position(ends);
            // What follows right behind stands beside it.
            let last = length.map_or(blocks.len() - 1, |length| number + 1 + length);
            let part = block.span.start..blocks[last].0.span.end;
            let named = blocks[number..=last].iter().any(|(_, text)| self.words.risks.is_in(text));
            if !named && !self.leads_to_risks(&part) {
                let hint = "say under this heading what the risks are, or link to the page that does: `[the risks](@/risks.md)`";
                let message = "benefits are told here, and no risk beside them";
                found.add("claims/no-risks", message, self.page.place(block.span.clone()), hint);
            }
        }
    }

    fn leads_to_risks(&self, part: &Range<usize>) -> bool {
        let mut links = self.page.prose().links.iter().filter(|link| part.contains(&link.span.start));
        links.any(|link| ["risk", "riesgo"].iter().any(|risk| link.target.contains(risk)))
    }

    /// Somebody's word, without saying that it is one person's.
    fn testimonials(&self, found: &mut Found<'_>) {
        if self.says(&self.words.one_persons) {
            return;
        }
        let given = |(block, text)| Some((block, self.words.testimonial.first(text)?));
        let first: Option<(&Block, Range<usize>)> = self.blocks().find_map(given);
        if let Some((block, at)) = first {
            let hint = "say that it is one person's experience, that others have others, and whether it was paid for (FTC, 16 CFR 255)";
            let message = "this is somebody's word, told as if it were everybody's";
            found.add("claims/testimonial", message, self.page.place(block.place(at)), hint);
        }
    }
}
