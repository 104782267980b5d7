//! A site into its folder: nothing is made of what was built before of the same, only the pages are of which nothing but the words
//! changed, and everything where more did. What is there in the end is in each case what a fresh build makes.

use std::path::Path;

use rayon::Scope;

use crate::diagnostic::Findings;
use crate::project::Project;
use crate::site::stamp::Stamp;
use crate::site::theme::compile::Ahead;
use crate::site::write::{Before, Inputs, Known, Untouched, WriteError, Writing, Written};
use crate::site::{self, Last, Options};

/// What became of a site.
#[derive(Debug)]
pub struct Published {
    /// What was wrong.
    pub findings: Findings,
    /// What was written; nothing where something is an error.
    pub written: Option<Written>,
    /// How much had to be made.
    pub made: Made,
}

/// How much of a site had to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Nothing.
    Nothing,
    /// The pages that changed.
    Changed,
    /// Whatever an edit could have changed.
    All,
}

/// Builds a site into a folder. Where `sound` is not, something was wrong before, and nothing is written.
///
/// # Errors
/// When it cannot be written.
pub fn publish(project: &Project, options: &Options, output: &Path, sound: bool) -> Result<Published, WriteError> {
    let theme = Ahead::default();
    // From here on all is done by the pool: else each of its steps would have to be handed over to it, and waited for.
    rayon::scope(|scope| published(project, options, output, sound, &theme, scope))
}

fn published<'s>(
    project: &'s Project,
    options: &Options,
    output: &Path,
    sound: bool,
    theme: &'s Ahead,
    scope: &Scope<'s>,
) -> Result<Published, WriteError> {
    // A commit changes no file of the site.
    let anew = options.fresh || project.config.updated_from_git || !sound;
    let (inputs, (untouched, begun)) = rayon::join(
        || Inputs::look(project, &Options { fresh: false, ..*options }, output),
        || {
            let untouched = Some(()).filter(|()| !anew).and_then(|()| Untouched::look(project, output));
            let begun = untouched.is_none().then(|| begin(project, options, output));
            if untouched.is_none() {
                // All will be made, and nothing else has to be known for it.
                scope.spawn(|_| theme.read(project));
            }
            (untouched, begun)
        },
    );
    let job = Job { project, options, output, theme, inputs };
    let published = job.publish(untouched, begun, sound);
    // A site is published once and the program ends: giving its memory back would only take time.
    std::mem::forget(job);
    published
}

/// Begins to write a site.
fn begin(project: &Project, options: &Options, output: &Path) -> Result<Writing, WriteError> {
    if options.fresh { Writing::begin_anew(project, output) } else { Writing::begin(project, output) }
}

/// What is to be built.
struct Job<'j> {
    project: &'j Project,
    options: &'j Options,
    output: &'j Path,
    theme: &'j Ahead,
    inputs: Inputs,
}

impl Job<'_> {
    /// Builds on what was there before, or goes on with what was begun where it was not there, or not as it had been left.
    fn publish(
        &self,
        untouched: Option<Untouched>,
        begun: Option<Result<Writing, WriteError>>,
        sound: bool,
    ) -> Result<Published, WriteError> {
        let begun = || begun.unwrap_or_else(|| begin(self.project, self.options, self.output));
        match untouched.and_then(|untouched| self.inputs.known(self.project, self.output, untouched)) {
            Some(Known::Same(Before { findings, written, .. })) => {
                Ok(Published { findings, written: Some(written), made: Made::Nothing })
            }
            Some(Known::But(changed, mut before)) => match self.mend(&changed, &mut before)? {
                Some(written) => {
                    Ok(Published { findings: before.findings, written: Some(written), made: Made::Changed })
                }
                None => self.make(begun()?, sound),
            },
            None => self.make(begun()?, sound),
        }
    }

    fn make(&self, writing: Writing, sound: bool) -> Result<Published, WriteError> {
        let findings = site::build_listed(
            self.project,
            self.options,
            self.inputs.files(),
            self.theme,
            &writing,
            |findings, standing| {
                // As the job is.
                std::mem::forget(standing);
                findings
            },
        );
        if findings.has_errors() || !sound {
            return Ok(Published { findings, written: None, made: Made::All });
        }
        Inputs::forget(self.project, self.output);
        let written = writing.finish()?;
        self.inputs.remember(self.project, self.output, &findings, &written)?;
        Ok(Published { findings, written: Some(written), made: Made::All })
    }

    /// Makes the pages anew that changed since a build; `None` where more than their words did.
    fn mend(&self, changed: &[(String, Stamp)], before: &mut Before) -> Result<Option<Written>, WriteError> {
        let writing = Writing::begin_after(self.project, self.output, before)?;
        let last = Last { changed, findings: &before.findings };
        let mended = site::stand(self.project, self.options, self.inputs.files(), last, &writing, |standing| {
            let mut standing = standing?;
            let mended = changed.iter().all(|(path, _)| standing.edited(path, &writing));
            let anew = Some(()).filter(|()| mended).and_then(|()| standing.search(&writing));
            // What is not remembered has to be compared with what is, the next time.
            if anew.is_some() && self.inputs.are_settled() {
                standing.keep();
            }
            // As the job is.
            std::mem::forget(standing);
            anew
        });
        let Some(anew) = mended else { return Ok(None) };
        writing.take_the_rest_but(anew);
        let written = Written { pages: before.written.pages, ..writing.finish()? };
        self.inputs.remember(self.project, self.output, &before.findings, &written)?;
        Ok(Some(written))
    }
}
