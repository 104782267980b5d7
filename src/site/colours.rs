//! Code in colours, where `[markdown.highlighting]` asks for them: the same grammars and colours as Zola's, so that a
//! site's code looks as it did, and its style sheets fit. The one file that knows giallo.

use crate::diagnostic::Findings;
use crate::project::Project;
#[cfg(not(feature = "colours"))]
use crate::site::kept::Mark;

#[cfg(feature = "colours")]
pub use coloured::Colours;

/// The colours that a project asks for.
#[cfg(feature = "colours")]
pub fn of(project: &Project) -> (Option<Colours>, Findings) {
    let Some(wanted) = &project.config.markdown.highlighting else { return (None, Findings::new()) };
    match Colours::mixed(project, wanted) {
        Ok(colours) => (Some(colours), Findings::new()),
        Err(fault) => (None, std::iter::once(*fault).collect()),
    }
}

/// None: they were left out of this program when it was built.
#[cfg(not(feature = "colours"))]
pub fn of(_: &Project) -> (Option<Colours>, Findings) {
    (None, Findings::new())
}

/// Colours that nobody has.
#[cfg(not(feature = "colours"))]
#[derive(Debug)]
pub enum Colours {}

#[cfg(not(feature = "colours"))]
impl Colours {
    /// Never asked.
    pub fn html(&self, _: &str, _: &str) -> String {
        match *self {}
    }

    /// Never asked.
    pub fn lacks(&self, _: &str) -> Option<String> {
        match *self {}
    }

    /// Never asked.
    pub fn style_sheets(&self) -> Vec<(&'static str, String)> {
        match *self {}
    }

    /// Never asked.
    pub fn mark(&self) -> Mark {
        match *self {}
    }
}

#[cfg(feature = "colours")]
mod coloured {
    use giallo::{
        DataAttrPosition, ExtraHtmlContent, HighlightOptions, HtmlRenderer, PLAIN_GRAMMAR_NAME, Registry, ThemeVariant,
        parse_markdown_fence,
    };

    use crate::diagnostic::{Diagnostic, Place};
    use crate::project::Project;
    use crate::project::highlighting::{Highlighting, Said, Themes};
    use crate::site::kept::{Mark, Marker};

    /// What stands before the names of classes, as in Zola.
    const PREFIX: &str = "z-";

    fn mark(project: &Project, wanted: &Highlighting) -> Mark {
        let mut marker = Marker::default();
        for file in wanted.grammars.iter().chain(&wanted.more_themes) {
            marker.bytes(&std::fs::read(project.root().join(file)).unwrap_or_default());
        }
        marker.done()
    }

    /// Every grammar, and the colours that a site asks for.
    #[derive(Debug)]
    pub struct Colours {
        registry: Registry,
        wanted: Highlighting,
        mark: Mark,
    }

    impl Colours {
        pub(super) fn mixed(project: &Project, wanted: &Highlighting) -> Result<Self, Box<Diagnostic>> {
            let fault = |message: String, hint: &str| {
                let place = Place::file(project.config.source.path());
                Box::new(Diagnostic::error("project/highlighting", message).at(place).hint(hint))
            };
            let mut registry = Registry::builtin().expect("what comes with the crate can be read");
            for grammar in &wanted.grammars {
                registry.add_grammar_from_path(project.root().join(grammar)).map_err(|why| {
                    fault(format!("`{grammar}` is no grammar: {why}"), "it is a TextMate grammar in JSON")
                })?;
            }
            for theme in &wanted.more_themes {
                registry.add_theme_from_path(project.root().join(theme)).map_err(|why| {
                    fault(format!("`{theme}` has no colours: {why}"), "it is a VS Code theme in JSON")
                })?;
            }
            registry.link_grammars();
            match wanted.named().into_iter().find(|theme| !registry.contains_theme(theme)) {
                Some(theme) => Err(fault(
                    format!("there are no colours `{theme}` for code"),
                    "their names are those of Zola: `github-light`, `github-dark`, `catppuccin-mocha`",
                )),
                None => Ok(Self { registry, wanted: wanted.clone(), mark: mark(project, wanted) }),
            }
        }

        /// A number for the files that they are mixed of.
        pub fn mark(&self) -> Mark {
            self.mark
        }

        /// A block of code behind a fence, as HTML; nothing behind it where there is no fence.
        pub fn html(&self, fence: &str, code: &str) -> String {
            let fence = parse_markdown_fence(fence);
            let themes = match &self.wanted.themes {
                Themes::One(theme) => ThemeVariant::Single(theme.as_str()),
                Themes::Two { light, dark } => ThemeVariant::Dual { light: light.as_str(), dark: dark.as_str() },
            };
            let options = HighlightOptions::new(&fence.lang, themes).fallback_to_plain(true);
            let renderer = HtmlRenderer {
                other_metadata: fence.rest,
                css_class_prefix: self.wanted.by_class.then(|| PREFIX.to_owned()),
                data_attr_position: match self.wanted.said {
                    Said::Code => DataAttrPosition::Code,
                    Said::Pre => DataAttrPosition::Pre,
                    Said::Both => DataAttrPosition::Both,
                    Said::Nowhere => DataAttrPosition::None,
                },
                extra_html_content: ExtraHtmlContent::default(),
            };
            match self.registry.highlight(code, &options) {
                Ok(coloured) => renderer.render(&coloured, &fence.options),
                // A grammar may give up on a text; the text is shown all the same.
                Err(_) => format!("<pre><code>{}</code></pre>\n", crate::site::html::escape(code)),
            }
        }

        /// The language behind a fence, where there is no grammar for it and the site wants to know.
        pub fn lacks(&self, fence: &str) -> Option<String> {
            let language = parse_markdown_fence(fence).lang;
            let is_known = language == PLAIN_GRAMMAR_NAME || self.registry.contains_grammar(&language);
            (self.wanted.strict && !is_known).then_some(language)
        }

        /// The style sheets that code with classes needs, by their names.
        pub fn style_sheets(&self) -> Vec<(&'static str, String)> {
            let sheet = |theme: &str| self.registry.generate_css(theme, PREFIX).expect("the theme is known");
            match &self.wanted.themes {
                _ if !self.wanted.by_class => Vec::new(),
                Themes::One(theme) => vec![("giallo.css", sheet(theme))],
                Themes::Two { light, dark } => {
                    vec![("giallo-light.css", sheet(light)), ("giallo-dark.css", sheet(dark))]
                }
            }
        }
    }

    impl Highlighting {
        fn named(&self) -> Vec<&str> {
            match &self.themes {
                Themes::One(theme) => vec![theme],
                Themes::Two { light, dark } => vec![light, dark],
            }
        }
    }
}
