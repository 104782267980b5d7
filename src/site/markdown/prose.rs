//! Markdown as words with their places, for those who judge what is written: blocks of text, links, pictures, tables,
//! comments. What a component is given is no prose; what stands between its beginning and its end is. Pure.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::mask::Masks;
use super::{Flavour, code};
use crate::diagnostic::SourceText;
use crate::site::component;

/// A page's words.
#[derive(Clone, Debug, Default)]
pub struct Prose {
    /// Its blocks, in the order they begin.
    pub blocks: Vec<Block>,
    /// Its links.
    pub links: Vec<Link>,
    /// Its pictures.
    pub images: Vec<Image>,
    /// Its tables: the bytes of each, and whether every cell of its first row says something.
    pub tables: Vec<(Range<usize>, bool)>,
    /// HTML as its author wrote it: the bytes of each piece.
    pub html: Vec<Range<usize>>,
    /// The components that it calls: the name, and where.
    pub calls: Vec<(String, Range<usize>)>,
}

/// A block of text.
#[derive(Clone, Debug)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// Its words, without marks.
    pub text: String,
    /// Whether all of it is bold.
    pub bold: bool,
    /// Whether it is quoted from somebody.
    pub quoted: bool,
    /// Where a part of the text comes from: from this byte of the text on, this byte of the file.
    map: Vec<(usize, usize)>,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A heading of this level.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// What stands in a list, without paragraphs of its own.
    Item,
    /// A cell of a table.
    Cell,
}

impl Block {
    /// The bytes in the file of a part of the text.
    pub fn place(&self, part: Range<usize>) -> Range<usize> {
        let of = |at: usize| {
            let next = self.map.partition_point(|(text, _)| *text <= at);
            let (text, file) = self.map[next.saturating_sub(1)];
            file + (at - text)
        };
        let start = of(part.start);
        // The last byte says where it ends: what follows may come from elsewhere.
        start..part.end.checked_sub(1).filter(|last| *last >= part.start).map_or(start, |last| of(last) + 1)
    }
}

/// A link.
#[derive(Clone, Debug)]
pub struct Link {
    /// What is read of it.
    pub text: String,
    /// Where it leads, as it is written.
    pub target: String,
    /// The bytes of the whole link.
    pub span: Range<usize>,
    /// The bytes of what is read of it.
    pub words: Range<usize>,
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Image {
    /// What stands in its place for those who don't see it.
    pub alt: String,
    /// Its file.
    pub target: String,
    /// The bytes of all of it.
    pub span: Range<usize>,
}

/// Reads the prose in `range` of a file.
pub fn read(source: &SourceText, range: Range<usize>, flavour: Flavour<'_>) -> Prose {
    let mut prose = Prose::default();
    fragment(source, range, flavour, &mut prose, 0);
    prose.blocks.sort_by_key(|block| block.span.start);
    prose
}

fn fragment(source: &SourceText, range: Range<usize>, flavour: Flavour<'_>, prose: &mut Prose, depth: usize) {
    let Some(text) = source.text().get(range.clone()) else { return };
    let masks = if flavour.calls && component::may_have_calls(text) {
        let code = code::ranges(text, range.start, flavour.options());
        Masks::new(component::parse(source, range.clone(), &code).0)
    } else {
        Masks::default()
    };
    let masked = masks.hide(text, range.start);
    let mut reader = Reader::new(range.start, text, &masks, prose);
    for (event, at) in Parser::new_ext(&masked, flavour.options()).into_offset_iter() {
        reader.take(event, at);
    }
    for call in &masks.calls {
        prose.calls.push((call.name.value.clone(), call.name.span.clone()));
        if let Some(body) = call.body.clone().filter(|_| depth < super::DEEPEST) {
            fragment(source, body, flavour, prose, depth + 1);
        }
    }
}

/// A link whose end has not come.
struct OpenLink {
    target: String,
    span: Range<usize>,
    /// Where its words begin in the text of the block.
    from: usize,
    /// Where they stand in the file.
    words: Option<Range<usize>>,
}

struct Reader<'r> {
    base: usize,
    text: &'r str,
    prose: &'r mut Prose,
    masks: &'r Masks,
    open: Vec<Block>,
    links: Vec<OpenLink>,
    image: Option<Image>,
    strong: usize,
    quotes: usize,
    code: usize,
    header: Option<bool>,
}

impl<'r> Reader<'r> {
    fn new(base: usize, text: &'r str, masks: &'r Masks, prose: &'r mut Prose) -> Reader<'r> {
        let (open, links) = (Vec::new(), Vec::new());
        Reader { base, text, prose, masks, open, links, image: None, strong: 0, quotes: 0, code: 0, header: None }
    }

    fn in_file(&self, range: &Range<usize>) -> Range<usize> {
        range.start + self.base..range.end + self.base
    }

    fn take(&mut self, event: Event<'_>, at: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, &at),
            Event::End(tag) => self.end(tag, &at),
            Event::Text(text) if self.code == 0 => self.words(&text, &at),
            Event::Code(text) => {
                // The words of code are what stands between its ticks.
                let inside = self.text[at.clone()].find(&*text).map_or(at.start, |found| at.start + found);
                self.words(&text, &(inside..inside + text.len()));
            }
            Event::SoftBreak | Event::HardBreak => self.words(" ", &(at.start..at.start + 1)),
            Event::Html(_) | Event::InlineHtml(_) => self.prose.html.push(self.in_file(&at)),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, at: &Range<usize>) {
        let kind = match tag {
            Tag::Heading { level, .. } => Kind::Heading(rank(level)),
            Tag::Paragraph => Kind::Paragraph,
            Tag::Item | Tag::DefinitionListTitle | Tag::DefinitionListDefinition | Tag::FootnoteDefinition(_) => {
                Kind::Item
            }
            Tag::TableCell => Kind::Cell,
            other => return self.start_other(other, at),
        };
        let (span, quoted) = (self.in_file(at), self.quotes > 0);
        self.open.push(Block { kind, span, text: String::new(), bold: true, quoted, map: Vec::new() });
    }

    fn start_other(&mut self, tag: Tag<'_>, at: &Range<usize>) {
        match tag {
            Tag::Link { dest_url, .. } => {
                let from = self.open.last().map_or(0, |block| block.text.len());
                let (target, span) = (dest_url.to_string(), self.in_file(at));
                self.links.push(OpenLink { target, span, from, words: None });
            }
            Tag::Image { dest_url, .. } => {
                let image = Image { alt: String::new(), target: dest_url.to_string(), span: self.in_file(at) };
                self.image.get_or_insert(image);
            }
            Tag::Strong => self.strong += 1,
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::CodeBlock(_) => self.code += 1,
            Tag::Table(_) => self.prose.tables.push((self.in_file(at), true)),
            Tag::TableHead => self.header = Some(true),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, at: &Range<usize>) {
        match tag {
            TagEnd::Heading(_)
            | TagEnd::Paragraph
            | TagEnd::Item
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::FootnoteDefinition
            | TagEnd::TableCell => {
                let Some(block) = self.open.pop() else { return };
                let is_empty = block.text.trim().is_empty();
                if is_empty && let Some(full) = &mut self.header {
                    *full = false;
                }
                // What is only a call has no words of its own.
                let is_call = !is_empty && block.text.trim().chars().all(|c| c == '…');
                if !is_call && (!block.map.is_empty() || matches!(block.kind, Kind::Heading(_))) {
                    self.prose.blocks.push(block);
                }
            }
            TagEnd::Link => {
                let Some(OpenLink { target, span, from, words }) = self.links.pop() else { return };
                let text = self.open.last().and_then(|block| block.text.get(from..)).unwrap_or_default().to_owned();
                self.prose.links.push(Link { text, target, words: words.unwrap_or(span.clone()), span });
            }
            TagEnd::Image => {
                if let Some(image) = self.image.take() {
                    // What a picture says is what a link around it says.
                    if !self.links.is_empty() {
                        self.words(&image.alt.clone(), at);
                    }
                    self.prose.images.push(image);
                }
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::CodeBlock => self.code = self.code.saturating_sub(1),
            TagEnd::TableHead => {
                if self.header.take() == Some(false)
                    && let Some((_, full)) = self.prose.tables.last_mut()
                {
                    *full = false;
                }
            }
            _ => {}
        }
    }

    fn words(&mut self, text: &str, at: &Range<usize>) {
        if let Some(image) = &mut self.image {
            image.alt.push_str(text);
            return;
        }
        let file = self.in_file(at);
        if let Some(OpenLink { words, .. }) = self.links.last_mut() {
            *words = Some(words.as_ref().map_or(file.start, |words| words.start)..file.end);
        }
        let strong = self.strong > 0;
        let Some(block) = self.open.last_mut() else { return };
        if !strong && !text.trim().is_empty() {
            block.bold = false;
        }
        // What a call stands for is not known here; it is one word of whatever is said.
        let mut from = file.start;
        for hidden in self.masks.spans_within(&file) {
            push(block, text, &file, from..hidden.start);
            block.map.push((block.text.len(), hidden.start));
            block.text.push('…');
            from = hidden.end;
        }
        push(block, text, &file, from..file.end);
    }
}

/// Adds the part of a text that lies at these bytes of the file. Where the text is not what the file says (`&amp;`, a
/// curly quote), all of it stands at its beginning.
fn push(block: &mut Block, text: &str, file: &Range<usize>, part: Range<usize>) {
    let words = if text.len() == file.len() {
        text.get(part.start - file.start..part.end - file.start).unwrap_or_default()
    } else if part.start == file.start {
        text
    } else {
        ""
    };
    if !words.is_empty() {
        block.map.push((block.text.len(), part.start));
        block.text.push_str(words);
    }
}

fn rank(level: HeadingLevel) -> u8 {
    level as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::markdown::Markdown;
    use crate::site::slug::Manner;

    fn prose(text: &str) -> (SourceText, Prose) {
        let source = SourceText::new("a.md", text);
        let markdown = Markdown::house();
        let prose = read(&source, 0..text.len(), Flavour::new(&markdown, Manner::House));
        (source, prose)
    }

    #[test]
    fn every_word_has_its_place() {
        let text = "# A *day*

Say **hello**, [the
guide](@/a.md) & `go`.

- one
- two [x](y)

{% care(kind=\"a\") %}
In a {{ phone() }} box.
{% end %}

> Quoted.

| a | |
|---|---|
| c | d |
";
        let (source, prose) = prose(text);
        for block in &prose.blocks {
            for (at, word) in block.text.match_indices(|c: char| c.is_alphanumeric()) {
                let place = block.place(at..at + word.len());
                assert_eq!(&source.text()[place.clone()], word, "{:?} {place:?}", block.text);
            }
        }
        let texts: Vec<&str> = prose.blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(
            texts,
            ["A day", "Say hello, the guide & go.", "one", "two x", "In a … box.", "Quoted.", "a", "c", "d"]
        );
        assert!(prose.blocks[5].quoted && !prose.blocks[4].quoted);
        let words: Vec<&str> = prose.links.iter().map(|link| &source.text()[link.words.clone()]).collect();
        assert_eq!(words, ["the\nguide", "x"]);
        assert_eq!(prose.tables.len(), 1);
        assert!(!prose.tables[0].1, "a cell of its first row is empty");
        assert_eq!(prose.calls.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["care", "phone"]);
    }

    #[test]
    fn what_stands_in_for_a_picture_is_no_prose_but_in_a_link() {
        let (_, prose) = prose(
            "![a door](door.jpg) and [![home](h.png)](@/a.md)

**All bold**
",
        );
        assert_eq!(prose.blocks[0].text, " and home");
        assert_eq!((prose.images[0].alt.as_str(), prose.links[0].text.as_str()), ("a door", "home"));
        assert!(prose.blocks[1].bold && !prose.blocks[0].bold);
    }
}
