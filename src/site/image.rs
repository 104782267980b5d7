//! Pictures: each one that the words show becomes several files, and a browser takes the one that fits.
//!
//! 1. [`Pictures::look`]    what the words show is looked at once, and packed in several widths, before a page is
//! 2. [`Pictures::enrich`]  a page's `<img>` becomes a `<picture>`
//! 3. [`functions`]         templates ask for a picture in a size, under Zola's names
//! 4. [`Pictures::files`]   what pages asked for becomes files
//!
//! What was made stays on a `shelf` by its content. A drawing (SVG) and a picture that moves are shown as they are.
//! What a camera wrote into a file is in none of them; for the files themselves see [`strip`].

pub mod codec;
pub mod functions;
pub mod instruction;
mod look;
mod placeholder;
pub(in crate::site) mod shelf;
pub mod strip;
mod tag;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::project::{Dialect, Project};
use crate::site::Artifact;
use crate::site::address::{self, decode};
use crate::site::cores::briefly;
use crate::site::graph::{Node, Site};
use crate::site::slug::slugify;
use crate::site::theme::Theme;
use codec::{Fault, Packing, Raster};
use instruction::Plan;
use look::Shown;
use shelf::Shelf;

pub use placeholder::{STYLE, STYLE_ROUTE};

/// Where the files lie that are made of pictures, as in Zola.
pub const FOLDER: &str = "processed_images";

/// Every picture that the site shows, and all that was asked for.
#[derive(Debug)]
pub struct Pictures {
    base_url: String,
    root: PathBuf,
    folders: Vec<PathBuf>,
    /// The files beside pages by their routes.
    published: HashMap<String, PathBuf>,
    /// How much of the screen a picture takes, as a theme says it.
    sizes: String,
    /// The pictures that the words show, by their whole addresses.
    shown: OnceLock<HashMap<String, Shown>>,
    shelf: Shelf,
    /// What was asked for, by the names that the files will have.
    asked: Mutex<BTreeMap<String, Job>>,
}

/// A file to be made of a picture.
#[derive(Clone, Debug, PartialEq)]
struct Job {
    file: PathBuf,
    plan: Plan,
    packing: Packing,
}

/// Where a picture takes a whole column, and on a phone the whole screen. A theme may know better, in `extra.picture_sizes`.
const SIZES: &str = "(min-width: 48rem) 44rem, 100vw";

impl Pictures {
    /// A program's pictures, of which none has been looked at.
    pub fn new(project: &Project, theme: &Theme, site: &Site) -> Pictures {
        let sizes = theme.extra.get("picture_sizes").and_then(|sizes| sizes.as_str()).unwrap_or(SIZES);
        Pictures {
            base_url: project.config.base_url.clone(),
            root: project.root().to_path_buf(),
            folders: folders(project),
            published: assets(project, site).into_iter().map(|(route, file)| (route.to_owned(), file)).collect(),
            sizes: sizes.to_owned(),
            shown: OnceLock::new(),
            shelf: Shelf::open(project.cache().join("pictures")),
            asked: Mutex::default(),
        }
    }

    /// Looks at every picture that the words show, once the links of all pages are known. What cannot be shown is a
    /// finding where it stands.
    pub fn look(&self, project: &Project, site: &Site) -> Findings {
        let wanted = wanted(project, site);
        let looked: Vec<(String, Result<Shown, Box<Diagnostic>>)> = wanted
            .into_par_iter()
            .map(|(address, wanted)| {
                let shown = look::look(&self.shelf, &wanted.file).map_err(|why| Box::new(wanted.fault(&why)));
                (address, shown)
            })
            .collect();
        let mut findings = Findings::new();
        let mut shown = HashMap::new();
        for (address, looked) in looked {
            match looked {
                Ok(picture) => drop(shown.insert(address, picture)),
                // Zola looks at no picture that only the words show.
                Err(fault) if project.config.dialect == Dialect::Zola => findings.push(fault.lightly()),
                Err(fault) => findings.push(*fault),
            }
        }
        // A second look would find the same.
        let _ = self.shown.set(shown);
        findings
    }

    /// A picture that the words show, by its whole address.
    fn shown(&self, address: &str) -> Option<&Shown> {
        self.shown.get()?.get(address)
    }

    /// Turns the pictures of a page's words into pictures of several widths. Only the first is fetched at once, and of
    /// a summary none is: it stands among others.
    pub fn enrich(&self, html: String, is_summary: bool) -> String {
        tag::enrich(self, html, !is_summary)
    }

    fn asked(&self) -> MutexGuard<'_, BTreeMap<String, Job>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a file, and tells its whole address.
    fn ask(&self, name: String, job: Job) -> String {
        let address = self.address(&name);
        self.asked().entry(name).or_insert(job);
        address
    }

    fn address(&self, name: &str) -> String {
        address::permalink(&self.base_url, &format!("/{FOLDER}/{name}"))
    }

    /// What was asked for, as files; and what pages show that were not made anew, by its name. What cannot be made is
    /// a finding.
    pub fn files(&self, shown: &BTreeSet<String>) -> (Vec<Artifact>, Findings) {
        let asked = self.asked().clone();
        let file = |name: &str, bytes| Artifact::file(&format!("/{FOLDER}/{name}"), bytes);
        let earlier = shown.iter().filter(|name| !asked.contains_key(*name));
        let mut files: Vec<Artifact> =
            earlier.filter_map(|name| self.shelf.take(name).map(|bytes| file(name, bytes))).collect();
        let made: Vec<Result<Artifact, Box<Diagnostic>>> = asked
            .par_iter()
            .map(|(name, job)| match self.made(name, job) {
                Ok(bytes) => Ok(file(name, bytes)),
                Err(why) => Err(Box::new(why.told(self.relative(&job.file)))),
            })
            .collect();
        self.shelf.close();
        let mut findings = Findings::new();
        let keep = |made: Result<Artifact, Box<Diagnostic>>| made.map_err(|finding| findings.push(*finding)).ok();
        files.extend(made.into_iter().filter_map(keep));
        (files, findings)
    }

    fn made(&self, name: &str, job: &Job) -> Result<Vec<u8>, Why> {
        if let Some(bytes) = self.shelf.take(name) {
            return Ok(bytes);
        }
        let raster = codec::decode(&read(&job.file)?, None)?;
        let bytes = job.make(&raster)?;
        self.shelf.put(name, &bytes);
        Ok(bytes)
    }

    fn relative<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

impl Job {
    fn make(&self, raster: &Raster) -> Result<Vec<u8>, Fault> {
        let Plan { crop, width, height } = self.plan;
        if crop.is_none() && (width, height) == (raster.width, raster.height) {
            return raster.packed(self.packing);
        }
        raster.resized(crop, width, height).packed(self.packing)
    }

    /// The name of its file: the picture's own, and what tells it from any other.
    fn name(&self, hash: &str) -> String {
        let key = format!("{hash} {:?} {:?}", self.plan, self.packing);
        let stem = self.file.file_stem().map(|stem| slugify(&stem.to_string_lossy())).unwrap_or_default();
        let key = &blake3::hash(key.as_bytes()).to_hex()[..16];
        let dot = if stem.is_empty() { "" } else { "." };
        format!("{stem}{dot}{key}.{}", self.packing.ending())
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Why> {
    std::fs::read(file).map_err(|error| Why::Unreadable(error.to_string()))
}

/// Why a picture cannot be shown.
#[derive(Debug)]
enum Why {
    Unreadable(String),
    Fault(Fault),
}

impl From<Fault> for Why {
    fn from(fault: Fault) -> Self {
        Why::Fault(fault)
    }
}

impl Why {
    /// What is wrong, and a way out.
    fn words(&self, name: &str) -> (String, String) {
        let megapixels = codec::MOST_PIXELS / 1_000_000;
        match self {
            Why::Unreadable(why) => {
                (format!("cannot read `{name}`: {why}"), "see whether the file is there".to_owned())
            }
            Why::Fault(Fault::NoPicture) => (
                format!("`{name}` is no picture"),
                "a picture is a JPEG, PNG, WebP, GIF or SVG file; open it and save it as one".to_owned(),
            ),
            Why::Fault(Fault::TooLarge { width, height }) => (
                format!("`{name}` has {width} × {height} pixels, more than a page can show"),
                format!("make it smaller: {megapixels} million pixels at most, and no side longer than 16000"),
            ),
            Why::Fault(Fault::Damaged) => {
                (format!("`{name}` is damaged"), "open it in a drawing program and save it again".to_owned())
            }
        }
    }

    fn told(&self, file: &Path) -> Diagnostic {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let (message, hint) = self.words(&name);
        Diagnostic::error("picture/file", message).at(Place::file(file)).hint(hint)
    }
}

/// A picture that the words show.
struct Wanted {
    file: PathBuf,
    /// Where it is shown first.
    place: Place,
}

impl Wanted {
    fn fault(&self, why: &Why) -> Diagnostic {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let (message, hint) = why.words(&name);
        Diagnostic::error("picture/file", message).at(self.place.clone()).hint(hint)
    }
}

/// The pictures that the words show, by their whole addresses, each where it is shown first.
fn wanted(project: &Project, site: &Site) -> BTreeMap<String, Wanted> {
    let mut files: Option<HashMap<&str, PathBuf>> = None;
    let mut wanted = BTreeMap::new();
    // Where no link is known, nothing is asked for. Most pages show nothing of the kind, and are told apart on all cores.
    let shows = |node: &&Node| {
        !node.links.is_empty() && node.page.document.pictures.iter().any(|link| raster(node, *link).is_some())
    };
    for node in briefly(site.pages.par_iter()).filter(shows).collect::<Vec<&Node>>() {
        for link in &node.page.document.pictures {
            let Some(address) = raster(node, *link) else { continue };
            let path = address.strip_prefix(&site.base_url).map(|path| format!("/{}", decode(path)));
            let Some(route) = path.filter(|_| !wanted.contains_key(address)) else { continue };
            let assets = files.get_or_insert_with(|| assets(project, site));
            let file = assets.get(route.as_str()).cloned().or_else(|| static_file(project, &route));
            if let Some(file) = file {
                let place = node.page.source.text.place(node.page.document.links[*link].span.clone());
                wanted.insert(address.to_owned(), Wanted { file, place });
            }
        }
    }
    wanted
}

/// The address of a link of a page, where it names a picture of points.
fn raster(node: &Node, link: usize) -> Option<&str> {
    node.links.get(link).filter(|address| is_raster(address))
}

/// Whether an address names a picture of points, by its ending.
pub(super) fn is_raster(address: &str) -> bool {
    let (path, _) = address::split_suffix(address);
    let ending = path.rsplit('.').next().unwrap_or_default();
    ["jpg", "jpeg", "png", "webp", "gif"].iter().any(|raster| ending.eq_ignore_ascii_case(raster))
}

fn assets<'s>(project: &Project, site: &'s Site) -> HashMap<&'s str, PathBuf> {
    let content = project.content();
    site.assets.iter().map(|placed| (placed.route.as_str(), content.join(&placed.asset.path))).collect()
}

fn static_file(project: &Project, route: &str) -> Option<PathBuf> {
    let inside = address::join("", route)?;
    let folders = folders(project).into_iter().filter(|folder| *folder != project.content());
    folders.map(|folder| folder.join(&inside)).find(|file| file.is_file())
}

/// Where files lie that a site shows, besides the program's own folder.
fn folders(project: &Project) -> Vec<PathBuf> {
    let theme = project.theme().map(|theme| theme.join("static"));
    [project.static_files(), project.content()].into_iter().chain(theme).collect()
}
