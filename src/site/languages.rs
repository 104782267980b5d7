//! What a language has no words for is shown in the site's default language, where that is asked for: the page stands
//! among the others of its language, and says that it was not translated. Pure.

use std::collections::HashSet;

use crate::project::Config;
use crate::site::page::Page;

/// Adds to each language that falls back those pages of the default one that it lacks.
pub(super) fn fall_back(pages: &mut Vec<Box<Page>>, config: &Config) {
    if !config.languages.iter().any(|language| language.fallback) {
        return;
    }
    for language in config.languages.iter().filter(|language| language.fallback) {
        let own = pages.iter().filter(|page| page.source.language == language.code && !page.is_implied());
        let own: HashSet<String> = own.map(|page| page.source.canonical()).collect();
        let lacking = pages.iter().filter(|page| page.source.language == config.default_language);
        let lacking = lacking.filter(|page| !own.contains(&page.source.canonical()));
        let new: Vec<Box<Page>> = lacking.map(|page| Box::new(page.untranslated(&language.code))).collect();
        pages.retain(|page| page.source.language != language.code || own.contains(&page.source.canonical()));
        pages.extend(new);
    }
    pages.sort_by(|a, b| a.source.path.cmp(&b.source.path));
}

impl Page {
    /// A home page that nobody wrote.
    fn is_implied(&self) -> bool {
        self.source.canonical() == "_index" && self.source.text.text() == crate::site::content::NOTHING
    }

    /// The same page, standing in for what a language lacks.
    fn untranslated(&self, language: &str) -> Page {
        let mut page = self.clone();
        page.source.path = format!("{}.{language}.md", page.source.canonical());
        page.source.language = language.to_owned();
        // An old address, or one of the page's own, leads to the page itself.
        page.front.aliases.clear();
        page.front.path = None;
        page.untranslated = true;
        page
    }
}
