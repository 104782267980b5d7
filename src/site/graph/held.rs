//! A site that others look things up in while it can still change. Pure.

use std::sync::{Arc, PoisonError, RwLock};

use super::Site;

/// A site as others hold it.
#[derive(Debug)]
pub struct Held(RwLock<Arc<Site>>);

impl Held {
    /// Holds a site.
    pub fn new(site: &Arc<Site>) -> Arc<Held> {
        Arc::new(Held(RwLock::new(Arc::clone(site))))
    }

    /// The site as it is now.
    pub fn site(&self) -> Arc<Site> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets somebody change the site, of which nothing may change that was looked up.
    pub fn while_it_changes(&self, site: &mut Arc<Site>, change: impl FnOnce(&mut Site)) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *held = Arc::default();
        change(Arc::get_mut(site).expect("whoever looks something up in it holds it, and nobody does"));
        *held = Arc::clone(site);
    }
}
