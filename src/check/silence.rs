//! What an author silenced, with a reason: `<!-- lint-ignore claims/cure: it quotes the FDA -->` in Markdown,
//! `# lint-ignore music/licence: ours` in a playlist, `{# lint-ignore a11y/role: … #}` in a template. It holds for its own
//! line and for the block below it, up to the next empty line. What silences nothing is told. Pure.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::program::Program;
use super::rule;
use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::project::Checks;

const WORD: &str = "lint-ignore";

struct Silence {
    rule: String,
    reason: String,
    lines: std::ops::RangeInclusive<usize>,
    at: std::ops::Range<usize>,
    used: bool,
}

/// Takes out what was silenced, and adds what is wrong with the silences themselves.
pub(super) fn silence(program: &Program<'_>, findings: Findings, checks: &Checks) -> Findings {
    let pages = program.pages.iter().map(|page| page.source());
    let sessions = program.sessions.iter().map(|session| &session.source);
    let others = program.templates.iter().chain(&program.styles).chain(&program.scripts);
    let sources: Vec<&SourceText> =
        pages.chain(sessions).chain(others).filter(|source| source.text().contains(WORD)).collect();
    let mut silences: HashMap<PathBuf, Vec<Silence>> =
        sources.iter().map(|source| (source.path().to_path_buf(), read(source.text()))).collect();
    let silent = |finding: &Diagnostic, silences: &mut HashMap<PathBuf, Vec<Silence>>| {
        let Some(place) = &finding.place else { return false };
        let Some(here) = silences.get_mut(&place.file) else { return false };
        let mut silenced = false;
        for silence in here.iter_mut().filter(|silence| silence.rule == finding.rule) {
            // A finding of the whole file is silenced anywhere in it.
            if place.line == 0 || silence.lines.contains(&place.line) {
                silence.used = true;
                silenced |= !silence.reason.is_empty();
            }
        }
        silenced
    };
    let mut left: Findings = findings.into_iter().filter(|finding| !silent(finding, &mut silences)).collect();
    for source in sources {
        for silence in &silences[Path::new(source.path())] {
            left.extend(wrong(source, silence, checks).into_iter().collect());
        }
    }
    left
}

fn wrong(source: &SourceText, silence: &Silence, checks: &Checks) -> Option<Diagnostic> {
    let (id, message, hint) = if rule::of(&silence.rule).is_none() {
        ("check/ignore-rule", format!("there is no rule `{}`", silence.rule), rule::near(&silence.rule))
    } else if silence.reason.is_empty() {
        let hint = format!("write why: `{WORD} {}: …`; until then nothing is silenced", silence.rule);
        ("check/ignore-reason", format!("`{}` is silenced without a reason", silence.rule), hint)
    } else if !silence.used {
        ("check/ignore-unused", format!("`{}` finds nothing here", silence.rule), "delete this line".to_owned())
    } else {
        return None;
    };
    let severity = checks.severity(id, rule::of(id)?.severity)?;
    Some(Diagnostic::of(severity, id, message).at(source.place(silence.at.clone())).hint(hint))
}

fn read(text: &str) -> Vec<Silence> {
    let mut silences = Vec::new();
    for (at, _) in text.match_indices(WORD) {
        let rest = &text[at + WORD.len()..];
        let line = rest.split('\n').next().unwrap_or_default();
        let said = ["-->", "#}", "*/"].iter().filter_map(|end| line.find(end)).min().map_or(line, |end| &line[..end]);
        let (rule, reason) = said.split_once(':').unwrap_or((said, ""));
        let first = text[..at].matches('\n').count() + 1;
        let last = first + block(text, at);
        let span = at..at + WORD.len() + said.trim_end().len();
        let (rule, reason) = (rule.trim().to_owned(), reason.trim().to_owned());
        silences.push(Silence { rule, reason, lines: first..=last, at: span, used: false });
    }
    silences
}

/// How many lines below it a silence holds for: empty ones, then those up to the next empty one.
fn block(text: &str, at: usize) -> usize {
    let mut lines = text[at..].lines().skip(1).peekable();
    let mut count = 0;
    while lines.next_if(|line| line.trim().is_empty()).is_some() {
        count += 1;
    }
    count + lines.take_while(|line| !line.trim().is_empty()).count()
}
