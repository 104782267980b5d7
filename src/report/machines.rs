//! Findings for other programs: SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>), which editors and code hosts
//! read, and the annotations of GitHub's actions.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Findings, Severity};

/// What is told of a rule besides its findings.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its name.
    pub id: &'static str,
    /// Why it is one.
    pub why: &'static str,
    /// What it weighs.
    pub severity: Severity,
}

/// The findings as SARIF. `rules` are those that were checked; a finding of another is told all the same.
pub fn sarif(findings: &Findings, rules: &[About]) -> String {
    let described: Vec<Value> = rules
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.why },
                "help": { "text": format!("`holdspace check --explain {}` tells more.", rule.id) },
                "defaultConfiguration": { "level": level(rule.severity) },
            })
        })
        .collect();
    let results: Vec<Value> = findings.sorted().into_iter().map(|finding| result(finding, rules)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "holdspace",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": described,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).expect("plain data");
    text.push('\n');
    text
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result(finding: &Diagnostic, rules: &[About]) -> Value {
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": told(finding) },
    });
    if let Some(index) = rules.iter().position(|rule| rule.id == finding.rule) {
        result["ruleIndex"] = index.into();
    }
    if let Some(place) = &finding.place {
        let mut physical = json!({ "artifactLocation": { "uri": uri(&place.file) } });
        if place.line > 0 {
            physical["region"] = json!({
                "startLine": place.line,
                "startColumn": place.column,
                "endColumn": place.column + place.width,
                "snippet": { "text": place.text },
            });
        }
        result["locations"] = json!([{ "physicalLocation": physical }]);
    }
    result
}

fn told(finding: &Diagnostic) -> String {
    match finding.hints.first() {
        Some(hint) => format!("{}: {hint}", finding.message),
        None => finding.message.clone(),
    }
}

/// A relative address (RFC 3986).
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    for byte in path.to_string_lossy().replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte as char),
            other => _ = write!(uri, "%{other:02X}"),
        }
    }
    uri
}

/// The findings as annotations of GitHub's actions, a line each.
pub fn github(findings: &Findings) -> String {
    let mut text = String::new();
    for finding in findings.sorted() {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = Vec::new();
        if let Some(place) = &finding.place {
            properties.push(format!("file={}", property(&place.file.display().to_string())));
            if place.line > 0 {
                properties.push(format!(
                    "line={},col={},endColumn={}",
                    place.line,
                    place.column,
                    place.column + place.width
                ));
            }
        }
        properties.push(format!("title={}", property(finding.rule)));
        let _ = writeln!(text, "::{command} {}::{}", properties.join(","), message(&told(finding)));
    }
    text
}

/// As GitHub's runner reads it back: <https://github.com/actions/toolkit>, `command.ts`.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceText;

    fn findings() -> Findings {
        let source = SourceText::new("content/a b.md", "one\ntwo: 100%, three\n");
        let whole = crate::diagnostic::Place::file("content/é.md");
        [
            Diagnostic::error("claims/cure", "“two: 100%,”\nis a claim").at(source.place(4..7)).hint("say less"),
            Diagnostic::warning("other/rule", "a page").at(whole),
            Diagnostic::warning("no/place", "nowhere"),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn sarif_names_rules_places_and_levels() {
        let about = About { id: "claims/cure", why: "A cure is more than is known.", severity: Severity::Error };
        let log: Value = serde_json::from_str(&sarif(&findings(), &[about])).expect("JSON");
        let results = &log["runs"][0]["results"];
        let cure =
            results.as_array().expect("a list").iter().find(|result| result["ruleId"] == "claims/cure").expect("it");
        assert_eq!((cure["ruleIndex"].as_u64(), cure["level"].as_str()), (Some(0), Some("error")));
        let physical = &cure["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], "content/a%20b.md");
        assert_eq!(physical["region"]["startLine"], 2);
        assert_eq!(
            (physical["region"]["startColumn"].as_u64(), physical["region"]["endColumn"].as_u64()),
            (Some(1), Some(4))
        );
        let other =
            results.as_array().expect("a list").iter().find(|result| result["ruleId"] == "other/rule").expect("it");
        assert!(other["ruleIndex"].is_null() && other["locations"][0]["physicalLocation"]["region"].is_null());
    }

    #[test]
    fn an_annotation_is_one_line_whatever_it_says() {
        let text = github(&findings());
        assert_eq!(text.lines().count(), 3);
        assert!(text.contains("::error file=content/a b.md,line=2,col=1,endColumn=4,title=claims/cure::“two: 100%25,”%0Ais a claim: say less\n"), "{text}");
        assert!(text.contains("::warning title=no/place::nowhere\n"), "{text}");
    }
}
