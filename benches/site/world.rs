//! Sites of any size to build, the same for each tool: pages of 600 to 1500 words with headings, lists, a table,
//! quotes, links to each other, one component and one picture; sections of a hundred; eight tags. Always the same words.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Pages in a section.
const SECTION: usize = 100;
/// Sections that the navigation names.
const NAVIGATION: usize = 8;
const TAGS: [&str; 8] = ["calm", "sleep", "breath", "music", "safety", "diet", "travel", "family"];

/// How a tool wants its Markdown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Ours, in the form of Zola's shortcodes.
    Own,
    /// Zola's.
    Zola,
    /// Hugo's.
    Hugo,
}

/// Writes the content of a site into `folder/content`.
pub fn write_content(folder: &Path, pages: usize, dialect: Dialect) {
    let content = folder.join("content");
    fs::create_dir_all(&content).expect("a folder");
    fs::write(content.join("_index.md"), "+++\ntitle = \"Bench\"\n+++\n").expect("a file");
    for section in 0..sections(pages) {
        let home = content.join(format!("part-{section}"));
        fs::create_dir_all(&home).expect("a folder");
        let sorted = if dialect != Dialect::Hugo { "sort_by = \"date\"\n" } else { "" };
        let index = format!("+++\ntitle = \"Part {section}\"\n{sorted}+++\nWhat this part is about.\n");
        fs::write(home.join("_index.md"), index).expect("a file");
    }
    for page in 0..pages {
        let path = content.join(format!("part-{}/page-{page}.md", page / SECTION));
        fs::write(path, text(page, pages, dialect)).expect("a file");
    }
}

/// The sections that the navigation names: as many as there are, eight at most.
pub fn navigation(pages: usize) -> usize {
    sections(pages).min(NAVIGATION)
}

fn sections(pages: usize) -> usize {
    pages.div_ceil(SECTION)
}

/// One page.
pub fn text(page: usize, pages: usize, dialect: Dialect) -> String {
    let mut words = Words(page as u64 + 1);
    let mut text = front(page, dialect, &mut words);
    let wanted = 600 + words.below(900);
    let (mut count, mut block) = (0, 0);
    while count < wanted {
        if block % 6 == 0 {
            let _ = writeln!(text, "## {} {block}\n", words.sentence(4));
        }
        count += match block % 6 {
            1 => list(&mut text, &mut words),
            3 => quote(&mut text, &mut words),
            _ => paragraph(&mut text, &mut words, page, pages, dialect),
        };
        match block {
            2 => text.push_str(&component(dialect)),
            4 => table(&mut text, &mut words),
            5 => text.push_str("![A low sun over its line](/images/sun.svg)\n\n"),
            _ => {}
        }
        block += 1;
    }
    text
}

fn front(page: usize, dialect: Dialect, words: &mut Words) -> String {
    let (day, month, year) = (1 + page % 28, 1 + page / 28 % 12, 2015 + page / 336 % 10);
    let (title, about) = (words.sentence(4), words.sentence(12));
    let tags = format!("tags = [\"{}\", \"{}\"]\n", TAGS[page % 8], TAGS[(page / 8 + 3) % 8]);
    let tags = match dialect {
        Dialect::Hugo => tags,
        Dialect::Own | Dialect::Zola => format!("[taxonomies]\n{tags}"),
    };
    format!(
        "+++\ntitle = \"{title} {page}\"\ndescription = \"{about}\"\ndate = {year}-{month:02}-{day:02}\n{tags}+++\n\n"
    )
}

fn paragraph(text: &mut String, words: &mut Words, page: usize, pages: usize, dialect: Dialect) -> usize {
    let other = (page * 7 + words.below(pages.min(900))) % pages;
    let way = format!("part-{}/page-{other}.md", other / SECTION);
    let link = match dialect {
        Dialect::Own | Dialect::Zola => format!("@/{way}"),
        Dialect::Hugo => format!("{{{{< relref \"/{way}\" >}}}}"),
    };
    let (a, b, c) = (words.sentence(24), words.sentence(18), words.sentence(30));
    let _ = writeln!(text, "{a}. *{b}*, see [what comes *next*]({link}). **It** is \"{c}\".\n");
    78
}

fn list(text: &mut String, words: &mut Words) -> usize {
    for _ in 0..5 {
        let _ = writeln!(text, "- {} `{}`", words.sentence(9), words.word());
    }
    text.push('\n');
    50
}

fn quote(text: &mut String, words: &mut Words) -> usize {
    let _ = writeln!(text, "> {}\n> {}.\n", words.sentence(14), words.sentence(14));
    28
}

fn table(text: &mut String, words: &mut Words) {
    text.push_str("| When | What | How long |\n|---|---|---|\n");
    for _ in 0..4 {
        let _ = writeln!(text, "| {} | {} | {} |", words.word(), words.sentence(3), words.sentence(2));
    }
    text.push('\n');
}

fn component(dialect: Dialect) -> String {
    let call = "note(kind=\"tip\", title=\"Good to know\")";
    match dialect {
        Dialect::Own => format!("{{% {call} %}}\nDrink *water*, and rest.\n{{% end %}}\n\n"),
        Dialect::Zola => {
            "{% <note kind=\"tip\" title=\"Good to know\"> %}\nDrink *water*, and rest.\n{% </note> %}\n\n".to_owned()
        }
        Dialect::Hugo => {
            "{{% note kind=\"tip\" title=\"Good to know\" %}}\nDrink *water*, and rest.\n{{% /note %}}\n\n".to_owned()
        }
    }
}

/// Words that look like prose, from a number that is the same on every machine.
struct Words(u64);

const WORDS: [&str; 40] = [
    "the", "evening", "a", "quiet", "room", "breath", "slowly", "music", "water", "before", "after", "people", "who",
    "sit", "together", "and", "listen", "until", "morning", "comes", "with", "light", "on", "hands", "that", "rest",
    "session", "guide", "you", "may", "ask", "for", "help", "at", "any", "time", "medicine", "leaves", "body",
    "gently",
];

impl Words {
    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64: few lines, and no two seeds alike.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as usize % limit
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    fn sentence(&mut self, length: usize) -> String {
        let words: Vec<&str> = (0..length).map(|_| self.word()).collect();
        let sentence = words.join(" ");
        let (first, rest) = sentence.split_at(1);
        first.to_uppercase() + rest
    }
}
