//! What happens to a site's files between rendering and writing: files in, files out.
//!
//! 1. [`Finish::file`]  a page links the files by the names that hold their hashes ([`style`]), and gets its policy ([`headers`]);
//!    a picture's file loses what its camera wrote ([`image::strip`])
//! 2. [`Finish::rest`]  what pages asked for: styles, scripts, pictures, and `_headers`
//!
//! Each file is finished by itself, on any thread and in any order; only the rest waits for all of them. What a page
//! asked for is its [`Used`]: a page that is not made anew hands that in again.

mod page;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::diagnostic::Findings;
use crate::project::{Dialect, Project};
use crate::site::graph::Site;
use crate::site::headers::{self, Policy};
use crate::site::html;
use crate::site::image::{self, Pictures};
use crate::site::kept::Origin;
use crate::site::style::{self, Files};
use crate::site::theme::{self, Theme};
use crate::site::{Artifact, Bytes, Mode, Options, Out};

pub use page::MATTER;

/// Finishes files.
pub struct Finish<'a> {
    project: &'a Project,
    mode: Mode,
    base_url: String,
    pictures: &'a Pictures,
    files: Files,
    /// The files that an author made: they are published as they are.
    own: HashSet<String>,
    /// What pages asked for, each once: most ask for the same.
    used: Mutex<BTreeSet<Arc<Used>>>,
    /// Their policies, each as it is written.
    policies: Mutex<BTreeMap<Policy, String>>,
}

/// What pages asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Used {
    /// What they fetch and run.
    pub policy: Policy,
    /// The files that they link by another name, by the paths that they had.
    pub files: BTreeSet<String>,
    /// The names of the files that were made of pictures.
    pub pictures: BTreeSet<String>,
}

impl Used {
    fn extend(&mut self, other: &Used) {
        self.policy.extend(&other.policy);
        self.files.extend(other.files.iter().cloned());
        self.pictures.extend(other.pictures.iter().cloned());
    }
}

impl<'a> Finish<'a> {
    /// Everything that a file needs of the others.
    pub fn new(
        project: &'a Project,
        options: &Options,
        site: &Site,
        theme: &Theme,
        pictures: &'a Pictures,
    ) -> Finish<'a> {
        let path = |route: &str| route.trim_start_matches('/').to_owned();
        let assets = site.assets.iter().map(|placed| {
            (path(&placed.route), Arc::clone(&placed.asset.bytes), format!("content/{}", placed.asset.path))
        });
        let shown = |route: &str| project.relative(&theme::file(project, route)).display().to_string();
        let others = theme.files.iter().map(|(route, bytes)| (path(route), Arc::clone(bytes), shown(route)));
        let given: Vec<(String, Arc<[u8]>, String)> = assets.chain(others).collect();
        let own = given.iter().map(|(path, ..)| path.clone()).collect();
        let ours = (path(image::STYLE_ROUTE), image::STYLE.as_bytes().into(), String::new());
        Finish {
            project,
            mode: options.mode,
            base_url: site.base_url.clone(),
            pictures,
            files: Files::new(&site.base_url, given.into_iter().chain([ours])),
            own,
            used: Mutex::default(),
            policies: Mutex::default(),
        }
    }

    /// Makes the stylesheets that templates name, before the first page asks for them: all cores would wait for the one that does.
    pub fn ahead(&self, theme: &Theme) {
        // A Zola site keeps its addresses.
        if self.project.config.dialect == Dialect::Own {
            self.files.make_ahead(|name| theme.templates.values().any(|source| source.text().contains(name)));
        }
    }

    /// Finishes a file.
    pub fn file(&self, mut artifact: Artifact) -> Artifact {
        if self.own.contains(&artifact.path) {
            if image::is_raster(&artifact.path)
                && let Some(stripped) = image::strip::strip(&artifact.bytes)
            {
                artifact.bytes = stripped.into();
            }
        } else if artifact.path.ends_with(".html") {
            artifact.bytes = match artifact.bytes.into_text() {
                Ok(html) => {
                    let tags = artifact.tags.take();
                    let (html, used) = page::finish(self, &artifact.path, html, tags.as_deref());
                    let used = self.note(used);
                    if let Some(origin) = &mut artifact.origin {
                        origin.used = used;
                    }
                    html.into()
                }
                Err(bytes) => bytes.into(),
            };
        }
        artifact
    }

    /// The tag by which a page carries a policy.
    fn policy_tag(&self, policy: &Policy) -> String {
        let mut known = self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tag) = known.get(policy) {
            return tag.clone();
        }
        let whole = html::escape(&policy.whole());
        let tag = format!("\n<meta http-equiv=\"Content-Security-Policy\" content=\"{whole}\">");
        known.insert(policy.clone(), tag.clone());
        tag
    }

    /// Takes note of what a page asked for, and shares it with the pages that asked for the same.
    fn note(&self, used: Used) -> Arc<Used> {
        let mut known = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = known.get(&used) {
            return Arc::clone(same);
        }
        let used = Arc::new(used);
        known.insert(Arc::clone(&used));
        used
    }

    /// Takes note of what a page asked for that is not made anew.
    fn again(&self, used: &Arc<Used>) {
        let mut known = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains(used) {
            known.insert(Arc::clone(used));
        }
    }

    /// Whether an author has files in this folder at the top.
    #[cfg(feature = "search")]
    pub(super) fn has_own(&self, folder: &str) -> bool {
        self.own.iter().any(|path| path.split('/').next() == Some(folder))
    }

    /// Finishes files on their way to somebody.
    pub fn before<'f>(&'f self, out: &'f dyn Out) -> Finishing<'f, 'a> {
        Finishing { finish: self, out }
    }

    /// Hands on what the finished files asked for, as files.
    pub fn rest(&self, out: &dyn Out) -> Findings {
        let mut used = Used::default();
        self.used.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(|one| used.extend(one));
        let (files, mut findings) = self.files.with_named(&used.files);
        let (pictures, found) = self.pictures.files(&used.pictures);
        findings.extend(found);
        files.into_iter().chain(pictures).for_each(|artifact| out.put(artifact));
        // A program that has its own keeps it.
        let is_ours = self.project.config.dialect == Dialect::Own;
        if is_ours && self.mode == Mode::Build && !self.own.contains("_headers") {
            let policy = self.project.config.security.policy.then_some(&used.policy);
            let file = headers::file(policy, &self.base_url, &[style::FOLDER, image::FOLDER]);
            out.put(Artifact::file("/_headers", file));
        }
        findings
    }
}

/// Finishes each file before it hands it on.
pub struct Finishing<'f, 'a> {
    finish: &'f Finish<'a>,
    out: &'f dyn Out,
}

impl Out for Finishing<'_, '_> {
    fn put(&self, artifact: Artifact) {
        self.out.put(self.finish.file(artifact));
    }

    fn before(&self, path: &str) -> Option<&Origin> {
        self.out.before(path)
    }

    fn put_again(&self, path: &str, origin: &Origin) {
        self.finish.again(&origin.used);
        self.out.put_again(path, origin);
    }

    fn bytes_again(&self, path: &str) -> Option<Bytes> {
        self.out.bytes_again(path)
    }
}
