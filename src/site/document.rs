//! A document: what one page's Markdown became, with its links still unresolved and its components still uncalled.
//! Plain data, but that its words can be let go; `markdown` makes it, `graph` resolves its links, `render` turns it into HTML.

use std::ops::{Deref, DerefMut, Range};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use crate::site::component::Call;
use crate::site::sealed;

/// One page's Markdown, read. Its outline stands in it as if it were its own.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The HTML, with gaps.
    pub body: Body,
    /// How many words it has.
    pub words: usize,
    /// What comes before `<!-- more -->`.
    pub summary: Option<Box<Summary>>,
    outline: OnceLock<Box<Outline>>,
    /// Where the outline is, until somebody asks for it.
    kept: Option<Packed>,
}

/// The HTML of a document, as long as somebody may still want it: a large site's is most of what a build holds.
#[derive(Debug)]
pub struct Body(Mutex<Option<Arc<Gapped>>>);

impl Body {
    /// A body of this HTML.
    pub fn new(html: Gapped) -> Body {
        Body(Mutex::new(Some(Arc::new(html))))
    }

    /// Its HTML; `None` where it was never read, or let go.
    pub fn html(&self) -> Option<Arc<Gapped>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives back its room: who wants it still reads the page anew.
    pub fn let_go(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Default for Body {
    fn default() -> Self {
        Body::new(Gapped::default())
    }
}

impl Clone for Body {
    fn clone(&self) -> Self {
        Body(Mutex::new(self.html()))
    }
}

/// What stands in a document besides its words.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outline {
    /// Every component call, those in bodies too, in the order of the document.
    pub calls: Vec<Call>,
    /// The links that fill [`Gap::Link`], and those that are only to be checked.
    pub links: Vec<Link>,
    /// Those of them that are pictures, in the order of the document.
    pub pictures: Vec<usize>,
    /// The headings outside components, in order.
    pub headings: Vec<Heading>,
    /// Every name in the page that a link may point to.
    pub anchors: Vec<String>,
}

/// An outline that was kept, in a file that is held: most of a large site's are not asked for while one page is made.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    /// The file, which is known to be whole.
    pub file: Arc<Vec<u8>>,
    /// Where in it the outline is.
    pub part: Range<usize>,
}

impl Packed {
    fn outline(&self) -> Outline {
        let read = self.file.get(self.part.clone()).and_then(sealed::unpack);
        read.map(|(outline, _)| outline).expect("whole files of our own are read as they were written")
    }
}

impl Deref for Document {
    type Target = Outline;

    fn deref(&self) -> &Outline {
        self.outline.get_or_init(|| Box::new(self.kept.as_ref().map(Packed::outline).unwrap_or_default()))
    }
}

impl DerefMut for Document {
    fn deref_mut(&mut self) -> &mut Outline {
        let _ = Document::deref(self);
        self.outline.get_mut().expect("it was read just now")
    }
}

/// The beginning of a document, for where it is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// How many bytes of the HTML it has.
    pub length: usize,
    /// How many of its gaps it has.
    pub gaps: usize,
    /// The tags that it leaves open, closed; empty where it ends between two paragraphs.
    pub closing: String,
}

/// What stands before the address of a picture.
pub const PICTURE: &str = "<img src=\"";

/// HTML with gaps: one text, as there is much of it.
#[derive(Clone, Debug, Default)]
pub struct Gapped {
    /// All but what will fill the gaps.
    pub html: String,
    /// The gaps in their order, each with the byte that it stands before.
    pub gaps: Vec<(usize, Gap)>,
    /// What else is in it.
    pub besides: Besides,
}

/// What a text with gaps has besides words, headings, lists and their like, of what matters to a page's addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Besides {
    /// Nothing: all addresses are gaps, only headings have names, and there is no style and no script.
    #[default]
    Nothing,
    /// Addresses that are no gaps, as they lead to other sites, or say so.
    Elsewhere,
    /// Anything.
    Anything,
}

/// What fills a gap.
#[derive(Clone, Debug)]
pub enum Gap {
    /// The address of this one of the document's links.
    Link(usize),
    /// What a component makes of its arguments and its body.
    Call(Box<Placed>),
    /// A link to a heading, where there may be one.
    Heading(Box<HeadingGap>),
}

/// A part of HTML with gaps.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'g> {
    /// HTML as it is.
    Html(&'g str),
    /// A gap.
    Gap(&'g Gap),
}

impl Gapped {
    /// Its parts, in order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        self.beginning(self.html.len(), self.gaps.len())
    }

    /// The parts of its beginning, which has so many bytes and so many gaps.
    pub fn beginning(&self, length: usize, gaps: usize) -> impl Iterator<Item = Piece<'_>> {
        let gaps = self.gaps[..gaps].iter().map(|(at, gap)| (*at, Some(gap)));
        let mut done = 0;
        gaps.chain([(length, None)]).flat_map(move |(at, gap)| {
            let html = &self.html[std::mem::replace(&mut done, at)..at];
            [Some(Piece::Html(html)), gap.map(Piece::Gap)].into_iter().flatten()
        })
    }
}

/// A component call where it stands.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Which one of the document's calls.
    pub call: usize,
    /// Its body, read as Markdown.
    pub body: Option<Gapped>,
}

/// A link or picture whose address lies in this site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The address as it was written.
    pub target: String,
    /// The bytes of the file that it was written in.
    pub span: Range<usize>,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its name in the page.
    pub id: String,
    /// Its words.
    pub title: String,
}

/// A gap before or after a heading's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadingGap {
    /// 1 to 6.
    pub level: u8,
    /// The heading's name in the page.
    pub id: String,
    /// On which side of the words.
    pub side: Side,
}

/// A side of a heading's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before them.
    Before,
    /// After them.
    After,
}

impl Document {
    /// A document that was kept: all of it but its HTML.
    pub fn kept(words: usize, summary: Option<Box<Summary>>, outline: Packed) -> Document {
        Document { body: Body(Mutex::new(None)), words, summary, outline: OnceLock::new(), kept: Some(outline) }
    }

    /// Gives back the room that it was read in: a site has many.
    pub fn shrink(&mut self) {
        let Outline { calls, links, headings, anchors, .. } = &mut **self;
        calls.shrink_to_fit();
        links.shrink_to_fit();
        headings.shrink_to_fit();
        anchors.shrink_to_fit();
    }
}
