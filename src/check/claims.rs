//! Claims that the clinic could not stand behind. Sources: FDA, "FDA warns patients and health care providers about potential
//! risks associated with compounded ketamine products" (October 2023); FTC, "Health Products Compliance Guidance" (December
//! 2022); JAMA Network Open 2023;6(11):e2342210, on what ketamine clinics say. It is no legal advice. Pure.

use std::ops::Range;
use std::sync::LazyLock;

use super::Found;
use super::phrases::Phrases;
use super::program::{Page, Program};
use super::sentences::{find_word, has_any, sentences};
use crate::site::markdown::prose::{Block, Kind};

/// Words after which a sentence says that something is not so.
const NOT: &[&str] = &[
    "not",
    "no",
    "never",
    "nobody",
    "none",
    "neither",
    "nor",
    "cannot",
    "can't",
    "isn't",
    "aren't",
    "doesn't",
    "don't",
    "won't",
    "without",
    "wasn't",
    "hasn't",
    "haven't",
    "nothing",
    "unproven",
    "no one",
    "can’t",
    "isn’t",
    "aren’t",
    "doesn’t",
    "don’t",
    "won’t",
    "wasn’t",
    "hasn’t",
    "haven’t",
    "whether",
];

/// What a phrase is taken for.
struct Claim {
    rule: &'static str,
    hint: &'static str,
}

const ADDICTIVE: Claim =
    Claim { rule: "claims/non-addictive", hint: "ketamine can be misused; say so: the FDA names it among the risks" };
const HARMLESS: Claim =
    Claim { rule: "claims/no-side-effects", hint: "name the known risks instead, or link to the page that does" };
const SURE: Claim = Claim {
    rule: "claims/guaranteed",
    hint: "nobody can promise that; say what some people describe, and that others don't",
};
const CURE: Claim = Claim { rule: "claims/cure", hint: "say what it may help with, and how that is known" };
const MIRACLE: Claim = Claim { rule: "claims/miracle", hint: "say what is known, with its source" };
const SAFE: Claim = Claim { rule: "claims/safe", hint: "say for whom, under what care, and what the risks are" };
const PROVEN: Claim = Claim { rule: "claims/proven", hint: "name the study, or say “some studies suggest”" };
const FAST: Claim = Claim {
    rule: "claims/faster",
    hint: "the FDA knows of no evidence that it works faster or better than what is approved; take it out, or name the study",
};
const HOME: Claim = Claim {
    rule: "claims/at-home",
    hint: "the FDA warns of taking ketamine at home, where nobody watches; say that it is taken under observation",
};

const PHRASES: &[(&str, Claim)] = &[
    ("non-addictive", ADDICTIVE),
    ("nonaddictive", ADDICTIVE),
    ("not addictive", ADDICTIVE),
    ("isn't addictive", ADDICTIVE),
    ("isn’t addictive", ADDICTIVE),
    ("no risk of addiction", ADDICTIVE),
    ("no addiction", ADDICTIVE),
    ("no side effects", HARMLESS),
    ("without side effects", HARMLESS),
    ("side-effect-free", HARMLESS),
    ("free of side effects", HARMLESS),
    ("risk-free", HARMLESS),
    ("risk free", HARMLESS),
    ("no risk", HARMLESS),
    ("no risks", HARMLESS),
    ("without risk", HARMLESS),
    ("harmless", HARMLESS),
    ("guarantee", SURE),
    ("guaranteed", SURE),
    ("guarantees", SURE),
    ("will heal you", SURE),
    ("will cure", SURE),
    ("100% effective", SURE),
    ("always works", SURE),
    ("works for everyone", SURE),
    ("cure", CURE),
    ("cures", CURE),
    ("cured", CURE),
    ("curing", CURE),
    ("miracle", MIRACLE),
    ("miraculous", MIRACLE),
    ("magic bullet", MIRACLE),
    ("breakthrough", MIRACLE),
    ("revolutionary", MIRACLE),
    ("game-changer", MIRACLE),
    ("game changer", MIRACLE),
    ("life-changing", MIRACLE),
    ("completely safe", SAFE),
    ("perfectly safe", SAFE),
    ("totally safe", SAFE),
    ("100% safe", SAFE),
    ("safe and effective", SAFE),
    ("safer than", SAFE),
    ("proven", PROVEN),
    ("clinically proven", PROVEN),
    ("scientifically proven", PROVEN),
    ("studies prove", PROVEN),
    ("works faster", FAST),
    ("faster than antidepressants", FAST),
    ("instant relief", FAST),
    ("immediate relief", FAST),
    ("more effective than", FAST),
    ("works within hours", FAST),
    ("at-home ketamine", HOME),
    ("ketamine at home", HOME),
    ("take it at home", HOME),
    ("home dosing", HOME),
    ("from the comfort of your home", HOME),
    ("mailed to your door", HOME),
];

static CLAIMS: LazyLock<Phrases<Claim>> = LazyLock::new(|| Phrases::new(PHRASES));

/// Conditions that ketamine is not approved for.
const CONDITIONS: [&str; 12] = [
    "depression",
    "anxiety",
    "ptsd",
    "post-traumatic stress",
    "ocd",
    "obsessive-compulsive",
    "bipolar",
    "chronic pain",
    "suicidal thoughts",
    "suicidality",
    "addiction",
    "eating disorder",
];

/// What shows that somebody gives their word.
const TESTIMONIAL: [&str; 7] = [
    "changed my life",
    "saved my life",
    "i feel like a new person",
    "gave me my life back",
    "testimonials",
    "what our patients say",
    "what our clients say",
];

pub(super) fn check(program: &Program<'_>, found: &mut Found<'_>) {
    for page in program.pages.iter().filter(|page| page.is_english()) {
        let whole: String = page.prose.blocks.iter().map(|block| block.text.to_ascii_lowercase() + "\n").collect();
        let ketamine = has_any(&whole, &["ketamine", "g-kat"]);
        // Most blocks claim nothing: then their sentences need not be told apart.
        for block in page.prose.blocks.iter().filter(|block| may_claim(&block.text)) {
            for sentence in sentences(&block.text) {
                judge(page, block, sentence, found);
            }
        }
        if ketamine {
            off_label(page, &whole, found);
            benefits(page, &whole, found);
        }
        testimonials(page, &whole, found);
    }
}

/// Whether a text can hold a claim at all.
fn may_claim(text: &str) -> bool {
    text.contains('%')
        || CLAIMS.find(text).next().is_some()
        || memchr::memmem::find(text.as_bytes(), b"pproved").is_some()
}

fn judge(page: &Page, block: &Block, sentence: Range<usize>, found: &mut Found<'_>) {
    let text = &block.text[sentence.clone()];
    let lower = text.to_ascii_lowercase();
    let place = |at: Range<usize>| page.place(block.place(sentence.start + at.start..sentence.start + at.end));
    let denied = |except: &Range<usize>| {
        let rest = format!("{} {}", &lower[..except.start], &lower[except.end..]);
        has_any(&rest, NOT) || rest.trim_end().ends_with('?')
    };
    approval(&lower, found, &place);
    for (at, claim) in CLAIMS.find(text) {
        // What denies is itself a part of `no side effects`; of the others, what is denied is no claim.
        if denied(&at) {
            continue;
        }
        let message = format!("“{}” is a claim that the clinic could not stand behind", &text[at.clone()]);
        found.add(claim.rule, message, place(at), claim.hint);
    }
    percent(&lower, page, found, &place);
}

/// Ketamine is approved as an anesthetic, and for no psychiatric disorder; Spravato is another medicine.
fn approval(lower: &str, found: &mut Found<'_>, place: &dyn Fn(Range<usize>) -> crate::diagnostic::Place) {
    let approved =
        ["fda-approved", "fda approved", "approved by the fda", "approved by the us food and drug administration"];
    let Some(at) = approved.iter().find_map(|phrase| find_word(lower, phrase)) else { return };
    let about = has_any(lower, &["ketamine", "g-kat", "treatment", "therapy", "infusion", "infusions", "medicine"]);
    let right = has_any(lower, &["anesthesia", "anesthetic", "anaesthesia", "anaesthetic", "spravato", "esketamine"]);
    if about && !right && !has_any(lower, NOT) {
        let hint = "the FDA has not approved ketamine for any psychiatric disorder (October 2023); say that its use is off-label";
        found.add("claims/fda-approved", "this says that the FDA has approved it", place(at), hint);
    }
}

/// How many are helped, without a source.
fn percent(lower: &str, page: &Page, found: &mut Found<'_>, place: &dyn Fn(Range<usize>) -> crate::diagnostic::Place) {
    let helped = [
        "improve",
        "improved",
        "improvement",
        "relief",
        "success",
        "effective",
        "respond",
        "responded",
        "response",
        "remission",
        "recover",
        "recovered",
        "better",
        "success rate",
    ];
    let Some(sign) = lower.find('%') else { return };
    let from = lower[..sign].rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |at| at + 1);
    let sourced = page.known.front.extra.contains_key("sources")
        || page.prose.links.iter().any(|link| link.target.starts_with("http"))
        || lower.contains("[^");
    // What helps everybody is told as a promise already.
    let is_all = &lower[from..sign] == "100";
    if from < sign && !is_all && has_any(lower, &helped) && !sourced {
        let message = format!("“{}” needs a source", &lower[from..=sign]);
        found.add("claims/percent", message, place(from..sign + 1), "link to the study, or take the number out");
    }
}

/// Conditions beside ketamine, and nowhere that this is off-label.
fn off_label(page: &Page, whole: &str, found: &mut Found<'_>) {
    if has_any(whole, &["off-label", "not approved", "not fda approved", "not fda-approved", "has not been approved"]) {
        return;
    }
    for block in &page.prose.blocks {
        let lower = block.text.to_ascii_lowercase();
        let first = CONDITIONS.iter().filter_map(|name| find_word(&lower, name)).min_by_key(|at| at.start);
        if let Some(at) = first {
            let message = format!(
                "“{}” is named beside ketamine, and nowhere that this use is off-label",
                &block.text[at.clone()]
            );
            let hint = "say on this page that the FDA has not approved it for this: “Its use here is off-label.”";
            found.add("claims/off-label", message, page.place(block.place(at)), hint);
            return;
        }
    }
}

/// A part on benefits on a page that speaks of no risk.
fn benefits(page: &Page, whole: &str, found: &mut Found<'_>) {
    let risk = ["risk", "risks", "side effect", "side effects", "safety", "not safe", "harm"];
    if has_any(whole, &risk) || page.prose.links.iter().any(|link| link.target.contains("risk")) {
        return;
    }
    let heading = page.prose.blocks.iter().find(|block| {
        let lower = block.text.to_ascii_lowercase();
        let is_heading = matches!(block.kind, Kind::Heading(_));
        is_heading && has_any(&lower, &["benefit", "benefits", "how it helps", "why it works", "what it can do"])
    });
    if let Some(block) = heading {
        let hint = "say beside it what the risks are, or link to the page that does: `[the risks](@/risks.md)`";
        found.add("claims/no-risks", "benefits are told here, and no risk", page.place(block.span.clone()), hint);
    }
}

/// Somebody's word, without saying that it is one person's.
fn testimonials(page: &Page, whole: &str, found: &mut Found<'_>) {
    if has_any(
        whole,
        &["results vary", "one person", "not typical", "others don't", "others don’t", "paid", "permission"],
    ) {
        return;
    }
    for block in &page.prose.blocks {
        let lower = block.text.to_ascii_lowercase();
        if let Some(at) = TESTIMONIAL.iter().find_map(|phrase| find_word(&lower, phrase)) {
            let hint = "say that it is one person's experience, that others have others, and whether it was paid for (FTC, 16 CFR 255)";
            found.add(
                "claims/testimonial",
                "this is somebody's word, told as if it were everybody's",
                page.place(block.place(at)),
                hint,
            );
            return;
        }
    }
}
