//! A stylesheet, with all it imports, into one file: every file that it names is found, or its absence is told.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText, closest};
use crate::site::address::{decode, encode, join, split_suffix};
use crate::site::headers::{Directive, Policy, origin};
use crate::site::style::css::{self, Import, Rules, Slip, Spot, Use};
use crate::site::style::{Files, Kind, Made, kind};

/// Imports within imports: deeper than this nobody writes.
const DEEPEST: usize = 32;
/// Of all that is read for one stylesheet. Two imports of one file, many times over, grow without end.
const MOST_BYTES: usize = 16 << 20;
/// How many files that is at most.
const MOST_FILES: usize = 500;

pub(super) fn bundle(files: &Files, path: &str) -> Made {
    let mut bundle = Bundle {
        files,
        policy: Policy::default(),
        names: BTreeSet::new(),
        findings: Findings::new(),
        above: Vec::new(),
        read: (0, 0),
        has_slips: false,
    };
    let written = bundle.rules(path).and_then(|rules| rules.write().ok());
    // Where something is wrong, browsers and we may not leave out the same: it is passed on as it is, where it is.
    let keeps_its_name = written.is_none() || bundle.has_slips;
    let made = Made::new(path, written.unwrap_or_default().into_bytes());
    Made { policy: bundle.policy, names: bundle.names, findings: bundle.findings, keeps_its_name, ..made }
}

struct Bundle<'f> {
    files: &'f Files,
    policy: Policy,
    /// The files that it names by their new names.
    names: BTreeSet<String>,
    findings: Findings,
    /// The stylesheets that are being read, each imported by the one before.
    above: Vec<String>,
    /// How many files were read, and how many bytes.
    read: (usize, usize),
    has_slips: bool,
}

impl<'f> Bundle<'f> {
    fn rules(&mut self, path: &str) -> Option<Rules<'f>> {
        let text = self.files.text(path)?;
        self.read = (self.read.0 + 1, self.read.1 + text.len());
        let (mut rules, slips) = css::read(text);
        let source = SourceText::new(self.files.files[path].shown.as_str(), text);
        self.has_slips |= !slips.is_empty();
        // What others wrote, and made small, is not for the author of a site to mend.
        if !path.ends_with(".min.css") {
            self.findings.extend(slips.iter().map(|slip| told(&source, slip)).collect());
        }
        self.above.push(path.to_owned());
        rules.name_anew(|url, spot, wanted| self.rename(path, &source, url, spot, wanted));
        let rules = rules.import(|url, spot| self.import(path, &source, url, spot));
        self.above.pop();
        Some(rules)
    }

    fn import(&mut self, from: &str, source: &SourceText, url: &str, spot: Spot) -> Import<'f> {
        let Some(path) = self.local(from, url) else {
            if let Some(origin) = origin(url) {
                self.policy.allow(Directive::Style, origin);
            }
            return Import::Elsewhere;
        };
        if self.above.contains(&path) {
            let finding = Diagnostic::warning("style/circle", format!("`{url}` imports this stylesheet in its turn"));
            self.findings.push(finding.at(place(source, url, spot)).hint("take one of the two imports away"));
            return Import::Nothing;
        }
        if self.above.len() > DEEPEST || self.read.0 > MOST_FILES || self.read.1 > MOST_BYTES {
            if !self.findings.has_errors() {
                let finding = Diagnostic::error("style/size", "the stylesheets that it imports make it too large");
                self.findings.push(finding.at(Place::file(self.files.files[&self.above[0]].shown.as_str())));
            }
            return Import::Nothing;
        }
        match self.rules(&path) {
            Some(rules) => Import::Rules(rules),
            None => {
                self.findings.push(self.missing(source, url, &path, spot));
                Import::Nothing
            }
        }
    }

    /// The new name of what a `url()` names.
    fn rename(&mut self, from: &str, source: &SourceText, url: &str, spot: Spot, wanted: Use) -> Option<String> {
        let directive = if wanted == Use::Font { Directive::Font } else { Directive::Image };
        let Some(path) = self.local(from, url) else {
            if let Some(origin) = origin(url) {
                self.policy.allow(directive, origin);
            }
            return None;
        };
        self.policy.allow(directive, "'self'".to_owned());
        if !self.files.has(&path) {
            self.findings.push(self.missing(source, url, &path, spot));
            return None;
        }
        // Of what a stylesheet names, only what names nothing itself: two that name each other have no first.
        let made = (kind(&path) == Kind::Other).then(|| self.files.made(&path)).flatten()?;
        let name = made.path.rsplit('/').next().unwrap_or_default();
        let (_, suffix) = split_suffix(url);
        let anchor = suffix.find('#').map_or("", |at| &suffix[at..]);
        self.names.insert(path);
        Some(format!("{}{anchor}", encode(name)))
    }

    /// The path in the site of what a stylesheet names; `None` where it lies elsewhere, or is no file.
    fn local(&self, from: &str, url: &str) -> Option<String> {
        let (written, _) = split_suffix(url);
        if written.is_empty() {
            return None;
        }
        let base = &self.files.base_url;
        let root = base.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, root)| root);
        if let Some(path) = written.strip_prefix(base.as_str()) {
            return join("", &decode(path));
        }
        if written.starts_with("//") || written.split('/').next().is_some_and(|start| start.contains(':')) {
            return None;
        }
        match written.strip_prefix('/') {
            Some(path) => join("", &decode(path.strip_prefix(root)?)),
            None => join(from.rsplit_once('/').map_or("", |(folder, _)| folder), &decode(written)),
        }
    }

    fn missing(&self, source: &SourceText, url: &str, path: &str, spot: Spot) -> Diagnostic {
        let mut known: Vec<&str> = self.files.files.keys().map(String::as_str).collect();
        known.sort_unstable();
        let near = closest(path, known).filter(|near| *near != path).map(|near| format!("did you mean `/{near}`?"));
        let finding = Diagnostic::warning("style/missing", format!("there is no file `{url}`"));
        finding.at(place(source, url, spot)).maybe_hint(near)
    }
}

/// Where in a stylesheet an address stands: at `spot`, or a little later.
fn place(source: &SourceText, url: &str, spot: Spot) -> Place {
    let from = offset(source.text(), spot);
    let at = source.text()[from..].find(url).map_or(from, |at| from + at);
    source.place(at..at + url.len())
}

fn told(source: &SourceText, slip: &Slip) -> Diagnostic {
    let finding = Diagnostic::warning("style/syntax", format!("browsers pass over this: {}", lower(&slip.message)));
    match slip.spot {
        Some(spot) => {
            let at = offset(source.text(), spot);
            finding.at(source.place(at..at + 1))
        }
        None => finding.at(Place::file(source.path())),
    }
}

fn lower(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The byte at a line and a column, both from zero.
fn offset(text: &str, spot: Spot) -> usize {
    let start = match spot.line {
        0 => 0,
        line => text.match_indices('\n').nth(line as usize - 1).map_or(text.len(), |(at, _)| at + 1),
    };
    let mut units = 0;
    let line = text[start..].split('\n').next().unwrap_or_default();
    let column = line.char_indices().find(|(_, letter)| {
        let here = units >= spot.column as usize;
        units += letter.len_utf16();
        here
    });
    start + column.map_or(line.len(), |(at, _)| at)
}
