//! The one file that knows lightningcss: a stylesheet's text into rules, and rules into small text.

use lightningcss::media_query::MediaList;
use lightningcss::printer::PrinterOptions;
use lightningcss::rules::import::ImportRule;
use lightningcss::rules::layer::LayerBlockRule;
use lightningcss::rules::media::MediaRule;
use lightningcss::rules::supports::SupportsRule;
use lightningcss::rules::{CssRule, CssRuleList};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, StyleSheet};
use lightningcss::targets::{Browsers, Targets};
use lightningcss::values::url::Url;
use lightningcss::visit_types;
use lightningcss::visitor::{Visit, VisitTypes, Visitor};
use std::convert::Infallible;
use std::sync::{Arc, RwLock};

/// The rules of a stylesheet.
pub(super) struct Rules<'c>(Vec<CssRule<'c>>);

/// A place in a stylesheet, from zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// The line.
    pub(super) line: u32,
    /// The column, in UTF-16 units.
    pub(super) column: u32,
}

/// A mistake in a stylesheet.
pub(super) struct Slip {
    /// What is wrong.
    pub(super) message: String,
    /// Where.
    pub(super) spot: Option<Spot>,
}

/// The browsers of autumn 2021: what is younger is written in older words.
fn targets() -> Targets {
    let version = |major: u32, minor: u32| Some(major << 16 | minor << 8);
    Targets::from(Browsers {
        chrome: version(95, 0),
        edge: version(95, 0),
        firefox: version(91, 0),
        safari: version(15, 0),
        ios_saf: version(15, 0),
        samsung: version(16, 0),
        ..Browsers::default()
    })
}

/// Reads a stylesheet. What is wrong is left out, as browsers do, and told.
pub(super) fn read(text: &str) -> (Rules<'_>, Vec<Slip>) {
    let slips = Arc::new(RwLock::new(Vec::new()));
    let options =
        ParserOptions { error_recovery: true, warnings: Some(Arc::clone(&slips)), ..ParserOptions::default() };
    let slip = |error: &lightningcss::error::Error<lightningcss::error::ParserError<'_>>| Slip {
        message: error.kind.to_string(),
        // The crate counts columns from one.
        spot: error.loc.as_ref().map(|loc| Spot { line: loc.line, column: loc.column.saturating_sub(1) }),
    };
    let (rules, fatal) = match StyleSheet::parse(text, options) {
        Ok(sheet) => (Rules(sheet.rules.0), None),
        Err(error) => (Rules(Vec::new()), Some(slip(&error))),
    };
    let warned = slips.read().map(|slips| slips.iter().map(slip).collect()).unwrap_or_else(|_| Vec::new());
    (rules, fatal.into_iter().chain(warned).collect())
}

/// What stands in the place of an import: rules, or the import itself, to stand first.
pub(super) enum Import<'c> {
    /// The rules of the imported stylesheet.
    Rules(Rules<'c>),
    /// It comes from elsewhere.
    Elsewhere,
    /// Nothing.
    Nothing,
}

impl<'c> Rules<'c> {
    /// Puts in the place of every import what it imports, under its conditions.
    pub(super) fn import(self, mut imported: impl FnMut(&str, Spot) -> Import<'c>) -> Rules<'c> {
        let mut first = Vec::new();
        let mut rules = Vec::new();
        for rule in self.0 {
            let CssRule::Import(import) = rule else {
                rules.push(rule);
                continue;
            };
            match imported(&import.url, Spot { line: import.loc.line, column: import.loc.column.saturating_sub(1) }) {
                Import::Nothing => {}
                Import::Elsewhere => first.push(CssRule::Import(import)),
                Import::Rules(inner) => {
                    let (imports, inner): (Vec<_>, Vec<_>) =
                        inner.0.into_iter().partition(|rule| matches!(rule, CssRule::Import(_)));
                    first.extend(imports.into_iter().map(|rule| under_media(rule, &import.media)));
                    rules.extend(under(inner, import));
                }
            }
        }
        first.extend(rules);
        Rules(first)
    }

    /// Writes every `url()` anew.
    pub(super) fn name_anew(&mut self, rename: impl FnMut(&str, Spot, Use) -> Option<String>) {
        let mut visitor = Renaming { rename, within_font: false };
        for rule in &mut self.0 {
            visitor.within_font = matches!(rule, CssRule::FontFace(_));
            let Ok(()) = rule.visit(&mut visitor);
        }
    }

    /// The rules as small text.
    pub(super) fn write(self) -> Result<String, String> {
        let mut sheet = StyleSheet::new(Vec::new(), CssRuleList(self.0), ParserOptions::default());
        let targets = targets();
        sheet.minify(MinifyOptions { targets, ..MinifyOptions::default() }).map_err(|error| error.kind.to_string())?;
        let options = PrinterOptions { minify: true, targets, ..PrinterOptions::default() };
        sheet.to_css(options).map(|written| written.code).map_err(|error| error.kind.to_string())
    }
}

fn under<'c>(rules: Vec<CssRule<'c>>, import: ImportRule<'c>) -> Vec<CssRule<'c>> {
    let ImportRule { layer, supports, media, loc, .. } = import;
    let mut rules = rules;
    if let Some(name) = layer {
        rules = vec![CssRule::LayerBlock(LayerBlockRule { name, rules: CssRuleList(rules), loc })];
    }
    if let Some(condition) = supports {
        rules = vec![CssRule::Supports(SupportsRule { condition, rules: CssRuleList(rules), loc })];
    }
    if !media.media_queries.is_empty() {
        rules = vec![CssRule::Media(MediaRule { query: media, rules: CssRuleList(rules), loc })];
    }
    rules
}

/// An import from elsewhere within an import for some media is for those only, where both can be said in one.
fn under_media<'c>(rule: CssRule<'c>, media: &MediaList<'c>) -> CssRule<'c> {
    match rule {
        CssRule::Import(mut import) if import.media.media_queries.is_empty() => {
            import.media = media.clone();
            CssRule::Import(import)
        }
        rule => rule,
    }
}

/// What a `url()` is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// A typeface.
    Font,
    /// A picture, or what we don't know better.
    Picture,
}

struct Renaming<F> {
    rename: F,
    within_font: bool,
}

impl<'c, F: FnMut(&str, Spot, Use) -> Option<String>> Visitor<'c> for Renaming<F> {
    type Error = Infallible;

    fn visit_types(&self) -> VisitTypes {
        visit_types!(URLS | TOKENS)
    }

    fn visit_url(&mut self, url: &mut Url<'c>) -> Result<(), Infallible> {
        // Here the crate counts lines from one, too.
        let spot = Spot { line: url.loc.line.saturating_sub(1), column: url.loc.column.saturating_sub(1) };
        let wanted = if self.within_font { Use::Font } else { Use::Picture };
        if let Some(name) = (self.rename)(&url.url, spot, wanted) {
            url.url = name.into();
        }
        Ok(())
    }
}
