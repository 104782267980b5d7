//! `[check]` of the configuration: what the rules of `holdspace check` weigh in this program. Pure.

use crate::diagnostic::Severity;
use crate::fields::{Fields, Spanned};

/// What rules weigh, where it is not what the table says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checks {
    /// Rules that are switched off.
    off: Vec<String>,
    weights: Vec<(String, Severity)>,
    /// Every rule that is named, where it stands in the configuration.
    pub named: Vec<Spanned<String>>,
}

impl Checks {
    /// Reads `[check]`.
    pub(super) fn read(fields: Fields<'_>) -> Checks {
        let mut checks = Checks::default();
        for rule in fields.texts("off") {
            checks.off.push(rule.value.clone());
            checks.named.push(rule);
        }
        for (key, severity) in [("errors", Severity::Error), ("warnings", Severity::Warning), ("notes", Severity::Note)]
        {
            for rule in fields.texts(key) {
                checks.weights.push((rule.value.clone(), severity));
                checks.named.push(rule);
            }
        }
        fields.done();
        checks
    }

    /// What a finding weighs here, whose rule says `usual`; `None` where the rule is switched off.
    pub fn severity(&self, rule: &str, usual: Severity) -> Option<Severity> {
        if self.off.iter().any(|off| off == rule) {
            return None;
        }
        Some(self.weights.iter().find(|(known, _)| known == rule).map_or(usual, |(_, severity)| *severity))
    }
}
