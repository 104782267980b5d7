//! The words by which claims are known, in each language that is read: a table each, the same questions. Pure.

mod english;
mod spanish;

use std::sync::LazyLock;

use crate::check::phrases::Phrases;

/// What a phrase is taken for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) rule: &'static str,
    pub(super) hint: &'static str,
    /// Words right before the phrase with which it means something else.
    pub(super) unless_behind: &'static [&'static str],
}

impl Claim {
    const fn new(rule: &'static str, hint: &'static str) -> Claim {
        Claim { rule, hint, unless_behind: &[] }
    }

    const fn unless_behind(self, words: &'static [&'static str]) -> Claim {
        Claim { unless_behind: words, ..self }
    }
}

const ADDICTIVE: Claim =
    Claim::new("claims/non-addictive", "ketamine can be misused; say so: the FDA names it among the risks");
const HARMLESS: Claim =
    Claim::new("claims/no-side-effects", "name the known risks instead, or link to the page that does");
const SURE: Claim =
    Claim::new("claims/guaranteed", "nobody can promise that; say what some people describe, and that others don't");
const CURE: Claim = Claim::new("claims/cure", "say what it may help with, and how that is known");
const MIRACLE: Claim = Claim::new("claims/miracle", "say what is known, with its source");
const SAFE: Claim = Claim::new("claims/safe", "say for whom, under what care, and what the risks are");
const PROVEN: Claim = Claim::new("claims/proven", "name the study, or say “some studies suggest”");
const FAST: Claim = Claim::new(
    "claims/faster",
    "the FDA knows of no evidence that it works faster or better than what is approved; take it out, or name the study",
);
const HOME: Claim = Claim::new(
    "claims/at-home",
    "the FDA warns of taking ketamine at home, where nobody watches; say that it is taken under observation",
);

/// A language's table, in small letters.
struct Table {
    not: &'static [&'static str],
    claims: &'static [(&'static str, Claim)],
    medicine: &'static [&'static str],
    approved: &'static [&'static str],
    treatment: &'static [&'static str],
    rightly: &'static [&'static str],
    helped: &'static [&'static str],
    conditions: &'static [&'static str],
    off_label: &'static [&'static str],
    testimonial: &'static [&'static str],
    one_persons: &'static [&'static str],
    benefits: &'static [&'static str],
    risks: &'static [&'static str],
}

/// The words of a language, ready to be looked for.
pub(super) struct Words {
    /// Words with which a sentence says that something is not so.
    pub(super) not: Phrases<()>,
    /// What is taken for a claim.
    pub(super) claims: Phrases<Claim>,
    /// The medicine's names.
    pub(super) medicine: Phrases<()>,
    /// What says that the FDA has approved something.
    pub(super) approved: Phrases<()>,
    /// What is then meant: the medicine, or what is done with it.
    pub(super) treatment: Phrases<()>,
    /// What the FDA has approved indeed.
    pub(super) rightly: Phrases<()>,
    /// What a number is told of.
    pub(super) helped: Phrases<()>,
    /// Conditions that ketamine is not approved for.
    pub(super) conditions: Phrases<()>,
    /// What says so.
    pub(super) off_label: Phrases<()>,
    /// What shows that somebody gives their word.
    pub(super) testimonial: Phrases<()>,
    /// What says that it is one person's.
    pub(super) one_persons: Phrases<()>,
    /// What a heading says above benefits.
    pub(super) benefits: Phrases<()>,
    /// What names a risk.
    pub(super) risks: Phrases<()>,
}

impl Words {
    fn new(table: &Table) -> Words {
        Words {
            not: Phrases::list(table.not),
            claims: Phrases::new(table.claims),
            medicine: Phrases::list(table.medicine),
            approved: Phrases::list(table.approved),
            treatment: Phrases::list(table.treatment),
            rightly: Phrases::list(table.rightly),
            helped: Phrases::list(table.helped),
            conditions: Phrases::list(table.conditions),
            off_label: Phrases::list(table.off_label),
            testimonial: Phrases::list(table.testimonial),
            one_persons: Phrases::list(table.one_persons),
            benefits: Phrases::list(table.benefits),
            risks: Phrases::list(table.risks),
        }
    }
}

static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::new(&english::TABLE));
static SPANISH: LazyLock<Words> = LazyLock::new(|| Words::new(&spanish::TABLE));

/// The words of a language (`en`, `es`); none where claims in it are not known here.
pub(super) fn of(language: &str) -> Option<&'static Words> {
    match language {
        "en" => Some(&ENGLISH),
        "es" => Some(&SPANISH),
        _ => None,
    }
}
