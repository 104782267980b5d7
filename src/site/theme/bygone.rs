//! Recognises templates that were written for Tera 1, which Zola spoke before 0.23, and says what would have to change
//! and where: one finding for a theme, not a hundred for its lines. Pure.

use crate::diagnostic::{Diagnostic, Place, SourceText};
use crate::site::theme::Theme;

/// A sign of Tera 1: how it looks, and what to write in Tera 2.
struct Sign {
    /// What stands in the templates.
    looks: &'static [&'static str],
    /// What it is, and what it is now.
    now: &'static str,
}

const SIGNS: &[Sign] = &[
    Sign {
        looks: &["{% macro", "{%- macro"],
        now: "`{% macro name(a) %}` is a component: `{% component name(a) %}` … `{% endcomponent name %}`, with `page={page}` given to it by hand",
    },
    Sign { looks: &["{% import", "{%- import"], now: "`{% import … %}` goes: components are known everywhere" },
    Sign { looks: &["self::"], now: "`self::name(a=b)` is a call of a component: `{{ <name a={b} /> }}`" },
    Sign { looks: &["| concat(", "|concat("], now: "`a | concat(with=b)` is `[...a, ...b]`" },
    Sign { looks: &["| slice(", "|slice("], now: "`a | slice(start=1, end=3)` is `a[1:3]`" },
    Sign {
        looks: &["| filter(", "|filter("],
        now: "`a | filter(attribute=\"b\", value=c)` is `[x for x in a if x.b == c]`",
    },
    Sign { looks: &["| map(", "|map("], now: "`a | map(attribute=\"b\")` is `[x.b for x in a]`" },
    Sign { looks: &["| as_str", "|as_str"], now: "`a | as_str` is `a | str`" },
    Sign { looks: &["| linebreaksbr", "|linebreaksbr"], now: "`a | linebreaksbr` is `a | newlines_to_br`" },
    Sign { looks: &["| addslashes", "|addslashes"], now: "the filter `addslashes` is gone: use `replace`" },
    Sign { looks: &["is divisibleby"], now: "`is divisibleby(2)` is `is divisible_by(divisor=2)`" },
    Sign { looks: &["is object"], now: "`is object` is `is map`" },
    Sign {
        looks: &[
            "is starting_with(\"",
            "is ending_with(\"",
            "is containing(\"",
            "is matching(\"",
            "is starting_with('",
            "is containing('",
        ],
        now: "a test names what it is given: `is starting_with(pat=\"a\")`",
    },
    Sign { looks: &["get_env("], now: "the function `get_env` is gone" },
];

/// The folder that shortcodes were templates in.
const SHORTCODES: &str = "shortcodes/";
const SHORTCODE: Sign = Sign {
    looks: &[],
    now: "a template in `shortcodes/` is a component: `{% component name(a: string) %}` … `{% endcomponent name %}`",
};

/// What is found of a sign.
struct Found<'t> {
    sign: &'static Sign,
    times: usize,
    first: (&'t SourceText, usize),
}

/// The one finding for templates of Tera 1, and whether everything else that is wrong with them may come of that; `None` for those
/// that aren't.
pub(super) fn told(theme: &Theme) -> Option<(Diagnostic, bool)> {
    let mut found: Vec<Found<'_>> = SIGNS.iter().filter_map(|sign| find(sign, theme)).collect();
    let is_all = !found.is_empty();
    found.extend(shortcodes(theme));
    let first = found.first()?;
    let times: usize = found.iter().map(|found| found.times).sum();
    let whose =
        theme.name.as_ref().map_or_else(|| "these templates are".to_owned(), |name| format!("the theme `{name}` is"));
    let (source, at) = first.first;
    let finding =
        Diagnostic::error("theme/tera-1", format!("{whose} written for Tera 1, which Zola spoke before 0.23"))
            .at(source.place(at..at + 2))
            .hint(format!(
                "take a version for Zola 0.23, or change {times} place{} by hand:",
                if times == 1 { "" } else { "s" }
            ));
    let finding = found.iter().fold(finding, |finding, found| {
        let (source, at) = found.first;
        let Place { line, .. } = source.place(at..at);
        finding.hint(format!("{} ({}×, first in {}:{line})", found.sign.now, found.times, source.path().display()))
    });
    // Where it is all that there is, it may also be what somebody left behind.
    Some((if is_all { finding } else { finding.lightly() }, is_all))
}

/// Shortcodes, of which each was a template.
fn shortcodes(theme: &Theme) -> Option<Found<'_>> {
    let prefix = theme.prefix();
    let inside = |name: &&String| name.strip_prefix(&prefix).unwrap_or(name).starts_with(SHORTCODES);
    let first = theme.templates.iter().find(|(name, _)| inside(name)).map(|(_, source)| source)?;
    let times = theme.templates.keys().filter(inside).count();
    Some(Found { sign: &SHORTCODE, times, first: (first, 0) })
}

fn find<'t>(sign: &'static Sign, theme: &'t Theme) -> Option<Found<'t>> {
    let mut found: Option<Found<'t>> = None;
    for source in theme.templates.values() {
        for looks in sign.looks {
            for (at, _) in source.text().match_indices(looks) {
                let found = found.get_or_insert(Found { sign, times: 0, first: (source, at) });
                found.times += 1;
            }
        }
    }
    found
}
