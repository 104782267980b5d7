//! The table: its parts, put together.

mod guides;
mod reach;
mod rest;
mod words;

use super::Rule;

const WCAG: &str = "WCAG 2.2";
const NHS: &str = "NHS service manual, How we write";
const FDA: &str = "FDA, October 2023: potential risks associated with compounded ketamine products";
const FTC: &str = "FTC, Health Products Compliance Guidance, December 2022";
const HHS: &str = "HHS, Use of Online Tracking Technologies, 2022, revised March 2024; vacated in part, June 2024";
const HOUSE: &str = "holdspace";

const COUNT: usize = reach::RULES.len() + words::RULES.len() + guides::RULES.len() + rest::RULES.len();

/// Every rule.
pub const RULES: &[Rule] = &{
    let mut all = [reach::RULES[0]; COUNT];
    let (mut part, mut at) = (0, 0);
    let parts = [reach::RULES, words::RULES, guides::RULES, rest::RULES];
    while part < parts.len() {
        let mut n = 0;
        while n < parts[part].len() {
            all[at] = parts[part][n];
            (n, at) = (n + 1, at + 1);
        }
        part += 1;
    }
    all
};
