//! Memory for texts as long as a page. On its way a page is such a text five times: with its calls hidden, as HTML, in its template,
//! with its links followed, finished. Each is done with as soon as the next is there. What an allocator hands out for the next was
//! last touched long ago; what a thread kept of the one before still lies in its core's cache.

use std::cell::RefCell;

use crate::site::cores::TOGETHER;

/// So many texts a thread keeps: one for each page that it takes together, and what one of them needs besides.
const MOST: usize = TOGETHER + 2;

/// Each has room for so many bytes, so that it is of use to most pages. Memory that nobody writes to costs nothing.
const USUAL: usize = 1 << 15;

/// What grew longer than this is not kept.
const LONGEST: usize = 1 << 18;

thread_local! {
    /// What is kept, the last one given back at the end.
    static KEPT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// An empty text with room for so many bytes. Whoever is done with it may give it [`back`].
pub(super) fn with_room(bytes: usize) -> String {
    let kept = KEPT.with_borrow_mut(Vec::pop).filter(|kept| kept.capacity() >= bytes);
    kept.unwrap_or_else(|| String::with_capacity(bytes.max(USUAL)))
}

/// Takes back a text that nobody needs any more.
pub(super) fn back(mut text: String) {
    if (USUAL..=LONGEST).contains(&text.capacity()) {
        text.clear();
        KEPT.with_borrow_mut(|kept| {
            if kept.len() < MOST {
                kept.push(text);
            }
        });
    }
}

/// A text that stays: in hardly more memory than it needs.
pub(super) fn staying(text: String) -> String {
    if text.capacity() < USUAL || text.capacity() / 4 * 3 < text.len() {
        return text;
    }
    let exact = text.as_str().to_owned();
    back(text);
    exact
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_given_back_last_is_the_next_one_and_it_is_empty() {
        let mut text = with_room(10);
        text.push_str("words");
        let place = text.as_ptr();
        back(text);
        let again = with_room(USUAL);
        assert_eq!((again.as_ptr(), again.len()), (place, 0));
        assert!(with_room(LONGEST + 1).capacity() > LONGEST);
    }

    #[test]
    fn a_thread_keeps_few_texts_and_none_that_is_short_or_very_long() {
        let kept = || KEPT.with_borrow(Vec::len);
        back(String::from("short"));
        back(String::with_capacity(LONGEST + 1));
        assert_eq!(kept(), 0);
        (0..MOST + 3).map(|_| String::with_capacity(USUAL)).for_each(back);
        assert_eq!(kept(), MOST);
    }

    #[test]
    fn what_stays_takes_hardly_more_than_it_needs() {
        let mut text = with_room(10);
        text.push_str("words");
        let stays = staying(text);
        assert_eq!((stays.as_str(), stays.capacity()), ("words", 5));
        let full = "w".repeat(USUAL);
        let place = full.as_ptr();
        let stays = staying(full);
        assert_eq!(stays.as_ptr(), place);
    }
}
