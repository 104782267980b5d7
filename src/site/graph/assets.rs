//! Files beside pages: where they go, and whose they are. Pure.

use super::{PlacedAsset, Site, folders_up};
use crate::project::Config;
use crate::site::content::Asset;

impl Site {
    /// Puts a file beside the page that it lies beside: an `index.md` takes its folder's files to its own address, in
    /// every language; a section has those that lie right beside it.
    pub(super) fn place_assets(&mut self, assets: Vec<Asset>, config: &Config) {
        for asset in assets {
            let owners =
                folders_up(&asset.path).map(|folder| (folder.len(), self.in_languages(folder, "index", config)));
            let owned = owners.into_iter().find(|(_, pages)| !pages.is_empty());
            let (folder, owners) = owned.unwrap_or_else(|| {
                let folder = folders_up(&asset.path).next().unwrap_or_default();
                (folder.len(), self.in_languages(folder, "_index", config))
            });
            let inside = &asset.path[folder..];
            let mut routes: Vec<String> =
                owners.iter().map(|page| format!("{}{inside}", self.pages[*page].route)).collect();
            for (page, route) in owners.iter().zip(&routes) {
                self.pages[*page].assets.push(route.clone());
            }
            // What lies beside no page, or only beside a translation, is still a file of the site.
            if owners.first().is_none_or(|page| self.pages[*page].language() != config.default_language) {
                routes.insert(0, format!("/{}", asset.path));
            }
            let placed = |route| PlacedAsset { route, asset: asset.clone() };
            self.assets.extend(routes.into_iter().map(placed));
        }
    }

    /// The pages of this name in a folder, the default language's first.
    fn in_languages(&self, folder: &str, stem: &str, config: &Config) -> Vec<usize> {
        let suffix = |code: &str| if code == config.default_language { String::new() } else { format!(".{code}") };
        let codes = config.languages.iter().map(|language| suffix(&language.code));
        codes.filter_map(|suffix| self.find(&format!("{folder}{stem}{suffix}.md"))).collect()
    }
}
