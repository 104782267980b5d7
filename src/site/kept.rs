//! What a page was made of, so that the next build need not make it again where nothing of it changed.
//!
//! A page's [`Recipe`] is a number for all that it was surely made of, and the questions that its templates asked while it
//! was made ([`Asked`]: another page, a taxonomy) with a number for their answers. Whoever keeps files can say what a file was
//! made of ([`Origin`]); where both numbers are the same today, it is what would be made. `render::recipe` reckons them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::site::finish::Used;

/// A number for what is too long to be kept: 128 bits of XXH3, by which no two things are taken for one where nobody seeks two that are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark([u8; 16]);

impl Mark {
    /// The number of bytes that stand alone.
    pub fn of(bytes: &[u8]) -> Mark {
        Mark(xxh3_128(bytes).to_be_bytes())
    }
}

impl From<Mark> for [u8; 16] {
    fn from(mark: Mark) -> [u8; 16] {
        mark.0
    }
}

impl From<Mark> for String {
    fn from(mark: Mark) -> String {
        format!("{:032x}", u128::from_be_bytes(mark.0))
    }
}

impl TryFrom<String> for Mark {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Mark, Self::Error> {
        Ok(Mark(u128::from_str_radix(&text, 16)?.to_be_bytes()))
    }
}

/// A word where people may read it, else its bytes.
impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { String::from(*self).serialize(to) } else { to.serialize_bytes(&self.0) }
    }
}

impl<'d> Deserialize<'d> for Mark {
    fn deserialize<D: Deserializer<'d>>(from: D) -> Result<Mark, D::Error> {
        if from.is_human_readable() {
            return Mark::try_from(String::deserialize(from)?).map_err(D::Error::custom);
        }
        let bytes = <&[u8]>::deserialize(from)?;
        bytes.try_into().map(Mark).map_err(D::Error::custom)
    }
}

/// Reckons a mark from parts: each counts by its length, too, so that `ab` `c` is another than `a` `bc`.
pub struct Marker {
    /// What was counted in so far, as long as there is not too much of it: most marks are of a few small parts, and are reckoned at
    /// once.
    parts: Vec<u8>,
    /// What came before that.
    before: Option<Box<Xxh3>>,
}

/// So many bytes are held; most marks are of a quarter of that.
const HELD: usize = 1 << 10;

impl Default for Marker {
    fn default() -> Self {
        Marker { parts: Vec::with_capacity(HELD / 4), before: None }
    }
}

impl Marker {
    /// Counts bytes in.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Marker {
        self.put(&(bytes.len() as u64).to_le_bytes());
        self.put(bytes);
        self
    }

    /// Counts a text in.
    pub fn text(&mut self, text: &str) -> &mut Marker {
        self.bytes(text.as_bytes())
    }

    /// Counts a number in.
    pub fn number(&mut self, number: usize) -> &mut Marker {
        self.put(&(number as u64).to_le_bytes());
        self
    }

    /// Counts a mark in.
    pub fn mark(&mut self, mark: Mark) -> &mut Marker {
        self.put(&mark.0);
        self
    }

    /// The mark of all of it.
    pub fn done(&self) -> Mark {
        let number = match &self.before {
            None => xxh3_128(&self.parts),
            Some(before) => {
                let mut all = before.clone();
                all.update(&self.parts);
                all.digest128()
            }
        };
        Mark(number.to_be_bytes())
    }

    fn put(&mut self, bytes: &[u8]) {
        if self.parts.len() + bytes.len() <= HELD {
            return self.parts.extend_from_slice(bytes);
        }
        let before = self.before.get_or_insert_default();
        before.update(&self.parts);
        before.update(bytes);
        self.parts.clear();
    }
}

/// What a template asks of the site while a page is made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Asked {
    /// A page or a section, by its path inside content/.
    Page(String),
    /// Which terms there are, and where.
    Terms,
    /// Which pages they have, too.
    Taxonomies,
    /// All pages by the alphabet.
    Letters,
}

/// What a page was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// All that it was surely made of.
    pub known: Mark,
    /// What its templates asked; many pages ask the same.
    pub asked: Arc<BTreeSet<Asked>>,
    /// What they were told.
    pub answers: Mark,
}

/// Where a file came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What it was made of.
    pub recipe: Recipe,
    /// What it asks for besides.
    pub used: Arc<Used>,
}

impl Origin {
    /// Of a page that has not been finished.
    pub fn of(recipe: Recipe) -> Origin {
        Origin { recipe, used: Arc::default() }
    }
}

thread_local! {
    /// What is asked by the page that is being made on this thread; the innermost, where one is made while another waits.
    static ASKED: RefCell<Vec<BTreeSet<Asked>>> = const { RefCell::new(Vec::new()) };
}

/// Takes note of a question.
pub fn ask(asked: Asked) {
    ASKED.with_borrow_mut(|open| {
        if let Some(innermost) = open.last_mut() {
            innermost.insert(asked);
        }
    });
}

/// Does something, and says what it asked.
pub fn listen<T>(work: impl FnOnce() -> T) -> (T, BTreeSet<Asked>) {
    ASKED.with_borrow_mut(|open| open.push(BTreeSet::new()));
    let done = work();
    (done, ASKED.with_borrow_mut(Vec::pop).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written_and_parts_count_by_their_length() {
        let mark = Marker::default().text("a").number(1).done();
        let written = serde_json::to_string(&mark).expect("plain data");
        assert_eq!(serde_json::from_str::<Mark>(&written).expect("a mark"), mark);
        assert!(serde_json::from_str::<Mark>("\"no mark\"").is_err());
        assert_ne!(Marker::default().text("ab").text("c").done(), Marker::default().text("a").text("bc").done());
    }

    #[test]
    fn a_mark_is_of_all_parts_together_however_long_they_are() {
        for length in [0, 1, HELD - 25, HELD - 24, HELD - 8, HELD, 3 * HELD] {
            let part = vec![7; length];
            let parts = [&1_u64.to_le_bytes()[..], b"a", &(length as u64).to_le_bytes(), &part, &3_u64.to_le_bytes()];
            let mark = Marker::default().text("a").bytes(&part).number(3).done();
            assert_eq!(mark, Mark::of(&parts.concat()), "{length}");
        }
    }

    #[test]
    fn each_piece_of_work_hears_its_own_questions() {
        ask(Asked::Terms);
        let (inner, outer) = listen(|| {
            ask(Asked::Page("a.md".to_owned()));
            listen(|| ask(Asked::Letters)).1
        });
        assert_eq!(inner, BTreeSet::from([Asked::Letters]));
        assert_eq!(outer, BTreeSet::from([Asked::Page("a.md".to_owned())]));
    }
}
