//! Code: where it is, so that no call is looked for in it; and how a block of it is written, with what stands behind
//! its fence: `rust,linenos,linenostart=20,hl_lines=1 3-5,hide_lines=2,name=main.rs,copy`. Pure.

use std::fmt::Write as _;
use std::ops::{Range, RangeInclusive};

use memchr::{memchr_iter, memchr2, memchr3_iter, memmem, memrchr_iter};

use super::{Colours, Event, Options, Parser, Tag, component, escape};

/// Whether a call could stand in code or a comment. Most pages can be told by their letters, and needn't be read twice:
/// code within a text ends with its paragraph, and other code has a fence, a tab or four spaces.
pub(super) fn may_hide_calls(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: usize| ["```", "~~~", "<!--"].iter().any(|fence| bytes[at..].starts_with(fence.as_bytes()));
    if memchr3_iter(b'`', b'~', b'<', bytes).any(begins) {
        return true;
    }
    let hides = |block: &[u8]| memchr2(b'`', b'\t', block).is_some() || memmem::find(block, b"    ").is_some();
    component::possible_calls(text).any(|call| {
        let from = memrchr_iter(b'\n', &bytes[..call]).find(|at| bytes[at + 1] == b'\n').unwrap_or(0);
        let to = memchr_iter(b'\n', &bytes[call..]).map(|at| call + at).find(|at| bytes.get(at + 1) == Some(&b'\n'));
        hides(&bytes[from..to.unwrap_or(bytes.len())])
    })
}

/// The bytes of the file that are code or a comment, where no call is looked for.
pub(super) fn ranges(text: &str, base: usize, options: Options) -> Vec<Range<usize>> {
    if may_hide_calls(text) { read(text, base, options) } else { Vec::new() }
}

pub(super) fn read(text: &str, base: usize, options: Options) -> Vec<Range<usize>> {
    let mut code: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let is_code = match event {
            Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => true,
            Event::InlineHtml(html) => html.starts_with("<!--"),
            Event::Start(Tag::HtmlBlock) => text[range.clone()].trim_start().starts_with("<!--"),
            _ => false,
        };
        if is_code {
            code.push(range.start + base..range.end + base);
        }
    }
    code
}

/// A block of code.
#[derive(Default)]
pub(super) struct Block {
    written: String,
    fence: Fence,
    pub(super) text: String,
}

/// What stands behind a fence.
#[derive(Debug, Default, PartialEq)]
struct Fence {
    language: String,
    numbers: bool,
    first_number: usize,
    marked: Vec<RangeInclusive<usize>>,
    hidden: Vec<RangeInclusive<usize>>,
    /// What is for the theme's scripts: `name=main.rs` becomes `data-name="main.rs"`.
    rest: Vec<(String, String)>,
}

impl Block {
    /// A block behind this fence; indented code has none.
    pub(super) fn new(fence: &str) -> Self {
        Self { written: fence.to_owned(), fence: Fence::read(fence), text: String::new() }
    }

    /// What stands behind its fence.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// The block in these colours, or in none.
    pub(super) fn html(&self, colours: Option<&Colours>) -> String {
        colours.map_or_else(|| self.plain(), |colours| colours.html(&self.written, &self.text))
    }

    fn plain(&self) -> String {
        let fence = &self.fence;
        let mut attributes = String::new();
        if !fence.language.is_empty() {
            let _ = write!(attributes, " data-lang=\"{}\"", escape(&fence.language));
        }
        for (name, value) in &fence.rest {
            let _ = write!(attributes, " data-{}=\"{}\"", data_name(name), escape(value));
        }
        if fence.is_plain() {
            return format!("<pre><code{attributes}>{}</code></pre>\n", escape(&self.text));
        }
        // Names of classes as Zola's themes know them.
        format!("<pre class=\"giallo\"><code{attributes}>{}</code></pre>\n", self.lines())
    }

    fn lines(&self) -> String {
        let fence = &self.fence;
        let count = self.text.lines().count();
        let width = (fence.first_number + count).saturating_sub(1).to_string().len();
        let within = |ranges: &[RangeInclusive<usize>], line| ranges.iter().any(|range| range.contains(&line));
        let mut lines = Vec::with_capacity(count);
        for (i, text) in self.text.lines().enumerate().filter(|(i, _)| !within(&fence.hidden, i + 1)) {
            let marked = if within(&fence.marked, i + 1) { " z-hl" } else { "" };
            let number = match fence.numbers {
                true => {
                    format!("<span aria-hidden=\"true\" class=\"giallo-ln\">{:>width$}</span>", fence.first_number + i)
                }
                false => String::new(),
            };
            lines.push(format!("<span class=\"giallo-l{marked}\">{number}{}</span>", escape(text)));
        }
        lines.join("\n")
    }
}

impl Fence {
    fn read(written: &str) -> Self {
        let mut fence = Fence { first_number: 1, ..Fence::default() };
        for word in written.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.trim())),
                None => (word, None),
            };
            match (name, value) {
                ("linenos", _) => fence.numbers = true,
                ("linenostart", Some(first)) => {
                    fence.first_number = first.parse::<u32>().map_or(1, |first| first as usize);
                }
                ("hl_lines", Some(lines)) => fence.marked.extend(lines.split(' ').filter_map(range)),
                ("hide_lines", Some(lines)) => fence.hidden.extend(lines.split(' ').filter_map(range)),
                (name, Some(value)) => fence.rest.push((name.to_owned(), value.to_owned())),
                (name, None) if fence.language.is_empty() => {
                    fence.language = name.split_whitespace().next().unwrap_or_default().to_owned();
                }
                ("copy", None) => fence.rest.push(("copy".to_owned(), "true".to_owned())),
                (_, None) => {}
            }
        }
        fence
    }

    /// Whether its lines are all alike.
    fn is_plain(&self) -> bool {
        !self.numbers && self.marked.is_empty() && self.hidden.is_empty()
    }
}

/// `3` or `3-5`, from 1.
fn range(written: &str) -> Option<RangeInclusive<usize>> {
    let (first, last) = written.split_once('-').unwrap_or((written, written));
    let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
    Some(first.min(last)..=first.max(last))
}

fn data_name(name: &str) -> String {
    name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(fence: &str, text: &str) -> String {
        Block { text: text.to_owned(), ..Block::new(fence) }.html(None)
    }

    #[test]
    fn a_block_says_its_language_and_what_its_theme_may_want() {
        assert_eq!(html("", "a < b\n"), "<pre><code>a &lt; b\n</code></pre>\n");
        assert_eq!(
            html("rust, name=my \"main\".rs,copy", "x"),
            "<pre><code data-lang=\"rust\" data-name=\"my &quot;main&quot;.rs\" data-copy=\"true\">x</code></pre>\n"
        );
    }

    #[test]
    fn lines_are_numbered_marked_and_hidden() {
        insta::assert_snapshot!(html("js,linenos,linenostart=9,hl_lines=3 1-1,hide_lines=2,x", "a\nb\nc<\n"), @r#"
        <pre class="giallo"><code data-lang="js"><span class="giallo-l z-hl"><span aria-hidden="true" class="giallo-ln"> 9</span>a</span>
        <span class="giallo-l z-hl"><span aria-hidden="true" class="giallo-ln">11</span>c&lt;</span></code></pre>
        "#);
    }

    #[test]
    fn a_fence_of_nonsense_is_a_fence_all_the_same() {
        for fence in ["=", ",,,", "linenostart=-1,hl_lines=x 3- -3", "hide_lines=9999999999999999999999", "=x"] {
            html(fence, "a\n\nb");
        }
    }
}
