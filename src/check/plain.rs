//! Plain language: what a tired reader has to read twice. The measures are the NHS's (service manual, "How we write"):
//! sentences of 20 words or fewer, paragraphs of 3 sentences or fewer, the plain word first. Pure.

mod words;

use std::ops::Range;

use super::phrases::small;
use super::program::Page;
use super::readability;
use super::sentences::{sentences, words};
use super::{Around, Found};
use crate::site::markdown::prose::{Block, Kind};
use words::{Plainer, plainer};

const MOST_WORDS: usize = 20;
const MOST_SENTENCES: usize = 3;
/// A formula says little of less (SMOG is validated on 30 sentences).
const LEAST_WORDS: usize = 100;

pub(super) fn check(page: &Page<'_>, _: Around<'_>, found: &mut Found<'_>) {
    for block in page.prose().blocks.iter().filter(|block| !block.quoted && !matches!(block.kind, Kind::Heading(_))) {
        long(page, block, found);
        if let Some(language) = plainer(page.language()) {
            hard(page, block, language, found);
        }
        numbers(page, block, found);
    }
    for block in &page.prose().blocks {
        capitals(page, block, found);
    }
    grade(page, found);
}

fn long(page: &Page, block: &Block, found: &mut Found<'_>) {
    let all = sentences(&block.text);
    for sentence in &all {
        let count = words(&unquoted(&block.text[sentence.clone()])).count();
        if count > MOST_WORDS {
            let message = format!("this sentence has {count} words: {MOST_WORDS} are enough");
            found.add("plain/sentence", message, page.place(block.place(sentence.clone())), "make two of it");
        }
    }
    if block.kind == Kind::Paragraph && all.len() > MOST_SENTENCES {
        let message = format!("this paragraph has {} sentences: {MOST_SENTENCES} are enough", all.len());
        let hint = "begin another where the next thought does, or make a list of it";
        found.add("plain/paragraph", message, page.place(block.span.clone()), hint);
    }
}

/// A text without what it quotes: a title, or somebody's words.
fn unquoted(text: &str) -> String {
    let (mut out, mut inside) = (String::new(), false);
    for letter in text.chars() {
        match letter {
            '“' => inside = true,
            '”' => inside = false,
            '"' => inside = !inside,
            other if !inside => out.push(other),
            _ => {}
        }
    }
    out
}

fn hard(page: &Page, block: &Block, language: &Plainer, found: &mut Found<'_>) {
    for (at, plain) in language.hard.find(&small(&block.text)) {
        // The plain word first, then the term in parentheses, is as it should be.
        let is_explained = block.text[..at.start].trim_end().ends_with('(');
        if !is_explained {
            let message = format!("“{}” has a plainer word", &block.text[at.clone()]);
            found.add("plain/word", message, page.place(block.place(at)), format!("write “{plain}”"));
        }
    }
    for (latin, plain) in language.short {
        for (at, _) in block.text.match_indices(latin) {
            let before = block.text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            if before {
                let message = format!("“{latin}” is not known to all, and is read out letter by letter");
                found.add(
                    "plain/latin",
                    message,
                    page.place(block.place(at..at + latin.len())),
                    format!("write “{plain}”"),
                );
            }
        }
    }
}

/// Numbers that are misread: `.5` without its zero.
fn numbers(page: &Page, block: &Block, found: &mut Found<'_>) {
    let bytes = block.text.as_bytes();
    for at in 0..bytes.len() {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        if bytes[at] == b'.'
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
            && before.is_none_or(|b| b == b' ' || b == b'(')
        {
            let end = (at + 1..bytes.len()).find(|end| !bytes[*end].is_ascii_digit()).unwrap_or(bytes.len());
            let number = &block.text[at..end];
            let message = format!("`{number}` is easily read as `{}`", &number[1..]);
            found.add("plain/number", message, page.place(block.place(at..end)), format!("write `0{number}`"));
        }
    }
}

/// Words in capitals are read letter by letter, and harder to read for all.
fn capitals(page: &Page, block: &Block, found: &mut Found<'_>) {
    let mut run: Option<(Range<usize>, usize)> = None;
    let mut report = |run: Option<(Range<usize>, usize)>| {
        if let Some((span, count)) = run.filter(|(_, count)| *count >= 3) {
            let message = format!("{count} words in capitals are hard to read, and sound like shouting");
            found.add(
                "plain/capitals",
                message,
                page.place(block.place(span)),
                "write them small; make them **bold** where they matter",
            );
        }
    };
    let mut at = 0;
    for word in block.text.split_inclusive(' ') {
        let span = at..at + word.trim_end().len();
        at += word.len();
        let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
        let loud = letters.len() > 1 && letters.iter().all(|c| c.is_uppercase());
        match (&mut run, loud) {
            (Some((all, count)), true) => (all.end, *count) = (span.end, *count + 1),
            (None, true) => run = Some((span, 1)),
            (_, false) => report(run.take()),
        }
    }
    report(run);
}

/// The page's grade, as information: formulas only tell where to look first.
fn grade(page: &Page, found: &mut Found<'_>) {
    let texts = page
        .prose()
        .blocks
        .iter()
        .filter(|block| !block.quoted && !matches!(block.kind, Kind::Heading(_) | Kind::Cell));
    let text: Vec<&str> = texts.map(|block| block.text.as_str()).collect();
    let count: usize = text.iter().map(|text| words(text).count()).sum();
    if count < LEAST_WORDS {
        return;
    }
    if let Some(told) = readability::told(&text, page.language()) {
        found.add("plain/grade", told, page.file(), "a number only tells where to look first");
    }
}
