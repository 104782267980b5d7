//! `[markdown.highlighting]` of the configuration: in which colours code is shown, under Zola's names.
//! Pure. It says what is wanted; `site::colours` does it.

use crate::fields::Fields;

/// In which colours code is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlighting {
    /// The colours, by the names of their themes.
    pub themes: Themes,
    /// Whether code has classes, for style sheets that are made besides, in place of its colours.
    pub by_class: bool,
    /// Whether code in an unknown language is an error.
    pub strict: bool,
    /// Grammars of the site's own: JSON files, from the configuration's folder.
    pub grammars: Vec<String>,
    /// Colours of the site's own.
    pub more_themes: Vec<String>,
    /// Where it says its language, and what else stands behind its fence.
    pub said: Said,
}

/// The themes that colours come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Themes {
    /// One.
    One(String),
    /// One by day, one by night.
    Two {
        /// By day.
        light: String,
        /// By night.
        dark: String,
    },
}

/// Which element has what is said of code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Said {
    /// `<code>`
    #[default]
    Code,
    /// `<pre>`
    Pre,
    /// Both.
    Both,
    /// None.
    Nowhere,
}

const STYLES: [(&str, bool); 2] = [("inline", false), ("class", true)];
const SAID: [(&str, Said); 4] =
    [("code", Said::Code), ("pre", Said::Pre), ("both", Said::Both), ("none", Said::Nowhere)];

impl Highlighting {
    /// Reads the table; `None` where it has a mistake.
    pub(super) fn read(fields: Fields<'_>) -> Option<Self> {
        let text = |key| fields.text(key).map(|text| text.value);
        let texts = |key| fields.texts(key).into_iter().map(|text| text.value).collect();
        let themes = match (text("theme"), text("light_theme"), text("dark_theme")) {
            (Some(theme), None, None) => Some(Themes::One(theme)),
            (None, Some(light), Some(dark)) => Some(Themes::Two { light, dark }),
            _ => {
                fields.missing("theme", "name either a `theme`, or a `light_theme` and a `dark_theme`");
                None
            }
        };
        let by_class = fields.choice("style", &STYLES).is_some_and(|style| style.value);
        let strict = fields.flag("error_on_missing_language").is_some_and(|flag| flag.value);
        let said = fields.choice("data_attr_position", &SAID).map_or(Said::Code, |said| said.value);
        let (grammars, more_themes) = (texts("extra_grammars"), texts("extra_themes"));
        fields.done();
        Some(Self { themes: themes?, by_class, strict, grammars, more_themes, said })
    }
}
