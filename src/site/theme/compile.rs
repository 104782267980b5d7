//! A theme before there is a site: read, and its templates compiled. Every broken template is found in one run, not only the first.

use std::sync::{Mutex, OnceLock, PoisonError};

use tera::{ErrorKind, Tera};

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText, did_you_mean};
use crate::project::Project;
use crate::site::functions;
use crate::site::render::feeds;
use crate::site::theme::fault::{self, Asked, reports};
use crate::site::theme::fields::Fields;
use crate::site::theme::{self, Templates, Theme, bygone};

/// What Tera says of words that stand outside of a child's blocks, from the blank lines before them on.
const IGNORED: &str = "would be ignored";

/// A theme, with all that is known of it before there is a site.
pub struct Themed {
    /// Its files.
    pub theme: Theme,
    /// Its templates.
    pub compiled: Compiled,
    /// What of a page they could show.
    pub fields: Fields,
    /// What is wrong with its files.
    pub findings: Findings,
}

impl Themed {
    /// Reads the theme of a program.
    pub fn of(project: &Project) -> Themed {
        let (theme, findings) = theme::read(project);
        // Where there is no theme, what its templates were to hold would only be missed.
        let compiled = if theme.is_there { compile(&theme) } else { Compiled::default() };
        let own = theme.templates.values().map(SourceText::text);
        let fields = Fields::named(own.chain(feeds::BUILT_IN.map(|(_, text)| text)));
        Themed { theme, compiled, fields, findings }
    }
}

/// A theme that somebody reads ahead, and somebody else takes. Reading it must stay on one core: a core that waited in the middle for
/// another might meanwhile take up the one who takes the theme, and wait for itself.
#[derive(Default)]
pub struct Ahead(OnceLock<Mutex<Option<Themed>>>);

impl Ahead {
    /// Reads the theme, unless that was begun already: then it is waited for.
    pub fn read(&self, project: &Project) {
        self.slot(project);
    }

    /// Takes the theme; who takes it twice has it read twice.
    pub fn take(&self, project: &Project) -> Themed {
        let ahead = self.slot(project).lock().unwrap_or_else(PoisonError::into_inner).take();
        ahead.unwrap_or_else(|| Themed::of(project))
    }

    fn slot(&self, project: &Project) -> &Mutex<Option<Themed>> {
        self.0.get_or_init(|| Mutex::new(Some(Themed::of(project))))
    }
}

/// Templates, compiled.
#[derive(Default)]
pub struct Compiled {
    /// All of them; nothing where one could not be compiled, or none is there.
    pub tera: Option<Tera>,
    /// What is wrong with them.
    pub findings: Findings,
}

/// Compiles a theme's templates; of the functions that they name, it is only known that they are there.
fn compile(theme: &Theme) -> Compiled {
    let mut tera = Tera::new();
    functions::declare(&mut tera);
    let own = theme.name.iter().map(|_| theme.prefix());
    let prefixes = own.chain([BUILT_IN.to_owned()]);
    if let Err(error) = tera.set_fallback_prefixes(prefixes.collect::<Vec<_>>()) {
        unreachable!("no template has been added yet: {error}");
    }
    match add(&mut tera, &theme.templates) {
        Ok(()) => Compiled { tera: Some(tera), findings: Findings::new() },
        Err(_) => {
            let told = bygone::told(theme);
            let search = || Search { theme, tera, broken: Templates::new(), findings: Findings::new() }.run();
            // What follows from a theme of another age is its echo.
            let rest = if told.as_ref().is_some_and(|(_, is_all)| *is_all) { Findings::new() } else { search() };
            Compiled { tera: None, findings: told.map(|(told, _)| told).into_iter().chain(rest).collect() }
        }
    }
}

/// What stands before the names of the templates that neither a program nor its theme needs to have.
const BUILT_IN: &str = "__built_in/";

fn add(tera: &mut Tera, templates: &Templates) -> tera::TeraResult<()> {
    let built_in = feeds::BUILT_IN.map(|(name, text)| (format!("{BUILT_IN}{name}"), text));
    let own = templates.iter().map(|(name, source)| (name.clone(), source.text()));
    tera.add_raw_templates(built_in.into_iter().chain(own))
}

/// The search for everything that is wrong with a set of templates.
struct Search<'t> {
    theme: &'t Theme,
    tera: Tera,
    /// Templates left out because of a mistake of their own, whose echoes are to be ignored.
    broken: Templates,
    findings: Findings,
}

impl Search<'_> {
    fn run(mut self) -> Findings {
        let mut sound = self.readable();
        while let Err(error) = add(&mut self.tera.clone(), &sound) {
            let ErrorKind::MissingParent { current, parent } = error.kind() else {
                self.together(&error, &sound);
                break;
            };
            let Some(child) = sound.remove(current) else { break };
            if self.broken_template(parent).is_none() {
                self.findings.push(self.missing_parent(&child, parent));
            }
            self.broken.insert(current.clone(), child);
        }
        self.findings
    }

    /// The templates that can be read each by itself.
    fn readable(&mut self) -> Templates {
        let mut sound = Templates::new();
        for (name, source) in &self.theme.templates {
            let alone = Tera::new().add_raw_template(name, source.text());
            match alone.as_ref().map_err(tera::Error::kind) {
                Err(ErrorKind::SyntaxError(report)) => {
                    self.broken.insert(name.clone(), source.clone());
                    let mut span = report.span().range.clone();
                    if report.message().contains(IGNORED) {
                        span = fault::words_within(source, span);
                    }
                    let place = |span| source.place(span);
                    self.findings.push(fault::in_text(report.message(), source.text(), span, place, &self.known()));
                }
                _ => {
                    sound.insert(name.clone(), source.clone());
                }
            }
        }
        sound
    }

    /// What is wrong with templates that can be read, but not put together.
    fn together(&mut self, error: &tera::Error, sound: &Templates) {
        let text = error.to_string();
        let reports = reports(&text);
        if reports.is_empty() {
            self.findings.push(fault::fault(error, sound, &Asked::Nobody, None));
        }
        for report in reports {
            if self.is_echo(report.message) {
                continue;
            }
            let place = sound.get(report.template).map(|source| source.place(report.span(source)));
            self.findings.push(fault::taught(report.message, place, &self.known()));
        }
    }

    fn known(&self) -> Templates {
        let prefix = self.theme.prefix();
        let plain = |name: &String| name.strip_prefix(&prefix).unwrap_or(name).to_owned();
        self.theme.templates.iter().map(|(name, source)| (plain(name), source.clone())).collect()
    }

    fn broken_template(&self, name: &str) -> Option<&SourceText> {
        self.broken.get(name).or_else(|| self.broken.get(&format!("{}{name}", self.theme.prefix())))
    }

    /// Whether something is only missing because the template that has it is broken itself.
    fn is_echo(&self, message: &str) -> bool {
        let Some((what, name)) = message.strip_suffix('`').and_then(|message| message.split_once(" `")) else {
            return false;
        };
        match what {
            "Unknown template" => self.broken_template(name).is_some(),
            "Unknown component" => self.broken.values().any(|source| fault::components(source).contains(&name)),
            _ => false,
        }
    }

    fn missing_parent(&self, child: &SourceText, parent: &str) -> Diagnostic {
        let known = self.known();
        let hint = did_you_mean(parent, known.keys().map(String::as_str));
        let quoted = format!("\"{parent}\"");
        let place = match child.text().find(&quoted) {
            Some(at) => child.place(at..at + quoted.len()),
            None => Place::file(child.path()),
        };
        let message = format!("there is no template `{parent}` to extend");
        Diagnostic::error("template/extends", message).at(place).maybe_hint(hint)
    }
}
