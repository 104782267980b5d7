//! `[markdown]` of the configuration: how Markdown is read, under Zola's names.
//! Pure. It says what is wanted; `site::markdown` does it.

use serde::{Deserialize, Serialize};

use crate::fields::Fields;
use crate::project::highlighting::Highlighting;

/// How Markdown is read, and what its links and headings get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markdown {
    /// Whether quotes, dashes and dots become what a printer would set.
    pub smart_punctuation: bool,
    /// Whether `term` and `: what it means` are a definition list.
    pub definition_list: bool,
    /// Whether a quote that begins with `[!NOTE]` is an alert.
    pub github_alerts: bool,
    /// Whether footnotes stand at the end of the page, in the order of their marks, with ways back.
    pub bottom_footnotes: bool,
    /// Whether `:smile:` is a picture.
    pub render_emoji: bool,
    /// Whether pictures are loaded only when they come near.
    pub lazy_async_image: bool,
    /// Where a heading has a link to itself.
    pub insert_anchor_links: AnchorLinks,
    /// What links to other sites get.
    pub external_links: ExternalLinks,
    /// In which colours code is shown; where nothing is said, that is the theme's matter.
    pub highlighting: Option<Highlighting>,
}

/// Where a heading has a link to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnchorLinks {
    /// Nowhere.
    #[default]
    None,
    /// Before its words.
    Left,
    /// After its words.
    Right,
    /// Its words are the link.
    Heading,
}

impl AnchorLinks {
    /// The words for it.
    pub const NAMES: [(&'static str, AnchorLinks); 4] = [
        ("none", AnchorLinks::None),
        ("left", AnchorLinks::Left),
        ("right", AnchorLinks::Right),
        ("heading", AnchorLinks::Heading),
    ];
}

/// What links to other sites get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalLinks {
    /// A class.
    pub class: Option<String>,
    /// `target="_blank"`, and with it `rel="noopener"`.
    pub target_blank: bool,
    /// `rel="nofollow"`
    pub no_follow: bool,
    /// `rel="noreferrer"`
    pub no_referrer: bool,
    /// `rel="external"`
    pub external: bool,
}

impl ExternalLinks {
    /// Whether they get anything at all.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }

    /// The words of `rel`, in Zola's order.
    pub fn rel(&self) -> String {
        let words = [
            (self.target_blank, "noopener"),
            (self.no_follow, "nofollow"),
            (self.no_referrer, "noreferrer"),
            (self.external, "external"),
        ];
        let wanted: Vec<&str> = words.into_iter().filter(|(wanted, _)| *wanted).map(|(_, word)| word).collect();
        wanted.join(" ")
    }
}

impl Default for Markdown {
    fn default() -> Self {
        Self::house()
    }
}

impl Markdown {
    /// What a program's own `holdspace.toml` gets where it is silent: what people who don't program expect of a text.
    pub fn house() -> Self {
        Self {
            smart_punctuation: true,
            definition_list: true,
            github_alerts: true,
            bottom_footnotes: true,
            render_emoji: false,
            lazy_async_image: false,
            insert_anchor_links: AnchorLinks::None,
            external_links: ExternalLinks::default(),
            highlighting: None,
        }
    }

    /// What a Zola site gets where its configuration is silent.
    pub fn zola() -> Self {
        Self {
            smart_punctuation: false,
            definition_list: false,
            github_alerts: false,
            bottom_footnotes: false,
            external_links: ExternalLinks { external: true, ..ExternalLinks::default() },
            ..Self::house()
        }
    }

    /// Reads the table, with `silent` where it says nothing.
    pub fn read(fields: Fields<'_>, silent: Markdown) -> Markdown {
        let flag = |key, silent| fields.flag(key).map_or(silent, |flag| flag.value);
        let external = silent.external_links;
        let markdown = Markdown {
            smart_punctuation: flag("smart_punctuation", silent.smart_punctuation),
            definition_list: flag("definition_list", silent.definition_list),
            github_alerts: flag("github_alerts", silent.github_alerts),
            bottom_footnotes: flag("bottom_footnotes", silent.bottom_footnotes),
            render_emoji: flag("render_emoji", silent.render_emoji),
            lazy_async_image: flag("lazy_async_image", silent.lazy_async_image),
            insert_anchor_links: fields
                .choice("insert_anchor_links", &AnchorLinks::NAMES)
                .map_or(silent.insert_anchor_links, |place| place.value),
            external_links: ExternalLinks {
                class: fields
                    .parsed("external_links_class", class, CLASS_HINT)
                    .map(|class| class.value)
                    .or(external.class),
                target_blank: flag("external_links_target_blank", external.target_blank),
                no_follow: flag("external_links_no_follow", external.no_follow),
                no_referrer: flag("external_links_no_referrer", external.no_referrer),
                external: flag("external_links_external", external.external),
            },
            highlighting: fields.table("highlighting", "[markdown.highlighting]").and_then(Highlighting::read),
        };
        for key in ["highlight_code", "highlight_theme"] {
            fields.bygone(key, "write a table `[markdown.highlighting]` with `theme = \"…\"`");
        }
        fields.done();
        markdown
    }
}

const CLASS_HINT: &str = "it is the name of a class in a style sheet, like `external`, without quotes in it";

fn class(text: &str) -> Option<String> {
    (!text.is_empty() && !text.contains(['"', '\'', '<', '>', '&'])).then(|| text.to_owned())
}
