//! What lets others put words into a page, or take them out: scripts in attributes, windows that reach back, unencrypted
//! parts, secrets in what is published. Pure.

use super::markup::Written;
use super::program::{Page, Program};
use super::{Around, Found};
use crate::diagnostic::{Place, SourceText};

/// Secrets, by how they begin and how many letters follow at least.
const SECRETS: &[(&str, usize, &str)] = &[
    ("AKIA", 16, "a key of Amazon Web Services"),
    ("ghp_", 36, "a token of GitHub"),
    ("github_pat_", 22, "a token of GitHub"),
    ("sk_live_", 20, "a secret key of Stripe"),
    ("xoxb-", 20, "a token of Slack"),
    ("AIza", 35, "a key of Google"),
    ("SG.", 40, "a key of SendGrid"),
    ("-----BEGIN PRIVATE KEY-----", 0, "a private key"),
    ("-----BEGIN RSA PRIVATE KEY-----", 0, "a private key"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----", 0, "a private key"),
];

pub(super) fn files(program: &Program<'_>, found: &mut Found<'_>) {
    if !program.project.config.security.policy {
        let name = crate::project::CONFIG_FILES
            .iter()
            .map(|(name, _)| *name)
            .find(|name| program.project.root().join(name).is_file())
            .unwrap_or(crate::project::CONFIG_FILE);
        let hint = "write `[security]` with `policy = true`: each page then allows what is on it, and nothing else";
        found.add(
            "security/policy",
            "pages have no policy: a script that somebody smuggles in would run",
            Place::file(name),
            hint,
        );
    }
    let texts = program.templates.iter().chain(&program.scripts).chain(&program.styles);
    texts.for_each(|source| secrets(source, found));
}

pub(super) fn page(page: &Page<'_>, _: Around<'_>, found: &mut Found<'_>) {
    secrets(page.source(), found);
}

fn secrets(source: &SourceText, found: &mut Found<'_>) {
    let text = source.text();
    for (begin, least, what) in SECRETS {
        for (at, _) in text.match_indices(begin) {
            let rest = &text[at + begin.len()..];
            let length =
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(rest.len());
            // A full stop behind it is the sentence's.
            let length = rest[..length].trim_end_matches('.').len();
            let alone = text[..at].chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric());
            if length >= *least && alone {
                let place = source.place(at..at + begin.len() + length);
                let hint = "take it out, and make a new one where it came from: what was published once is known";
                found.add("security/secret", format!("this looks like {what}"), place, hint);
            }
        }
    }
}

/// What one tag lets happen.
pub(super) fn tag(written: &Written<'_>, found: &mut Found<'_>) {
    let name = written.tag.name().to_ascii_lowercase();
    for (attribute, value) in written.tag.attributes() {
        let attribute = attribute.to_ascii_lowercase();
        let is_handler = attribute
            .strip_prefix("on")
            .is_some_and(|event| event.len() > 2 && event.bytes().all(|b| b.is_ascii_lowercase()));
        if is_handler && !value.is_empty() {
            let hint = "put it into a file, `static/….js`, with `addEventListener`: the policy lets no attribute run";
            found.add(
                "security/inline-handler",
                format!("the script in `{attribute}` does not run"),
                written.place(),
                hint,
            );
        }
        if matches!(attribute.as_str(), "href" | "src" | "action")
            && value.trim_start().to_ascii_lowercase().starts_with("javascript:")
        {
            let hint = "link to a page, or write a `<button>` and a script of its own";
            found.add("security/script-address", "an address that is a script does not run", written.place(), hint);
        }
    }
    if name == "a"
        && written.value("target").is_some_and(|target| target == "_blank")
        && !written
            .value("rel")
            .unwrap_or_default()
            .split_whitespace()
            .any(|rel| rel == "noopener" || rel == "noreferrer")
    {
        let hint = "write `rel=\"noopener\"`, and say in its words that it opens another window";
        found.add("security/target-blank", "the page that opens can turn this one into another", written.place(), hint);
    }
    let fetches =
        matches!(name.as_str(), "script" | "iframe" | "img" | "audio" | "video" | "source" | "embed" | "object");
    let attribute = if name == "object" { "data" } else { "src" };
    let is_link = name == "link" && written.value("rel").is_some_and(|rel| rel.contains("stylesheet"));
    let address = if is_link { written.value("href") } else { written.value(attribute).filter(|_| fetches) };
    if address.is_some_and(|address| address.starts_with("http://")) {
        let hint = "write `https://`, or put a copy into `static/`";
        found.add(
            "security/mixed",
            "this comes unencrypted into an encrypted page, and browsers block it",
            written.place(),
            hint,
        );
    }
}
