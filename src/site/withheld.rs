//! Which pages are left out of a site, and why: drafts and all that lies in a section that is one, pages whose day has
//! not come, pages whose day is over. Pure: the hour is given.

use std::collections::HashMap;

use serde::Serialize;

use crate::project::{Config, Dialect};
use crate::site::Options;
use crate::site::page::Page;

/// Why a page is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// It is still being written.
    Draft,
    /// Its `date` has not come.
    Future,
    /// Its `expires` is over.
    Expired,
}

/// The pages that are left out, by their paths inside content/, and when that changes, if it does so by itself.
pub type Withheld = HashMap<String, (Why, Option<String>)>;

impl Why {
    /// What one reads of a link to such a page, and the way out.
    pub(super) fn told(self, day: Option<&str>) -> (String, &'static str) {
        let day = day.unwrap_or_default();
        match self {
            Why::Draft => {
                ("is a draft and left out".to_owned(), "take `draft = true` out of its front matter, or link elsewhere")
            }
            Why::Future => {
                (format!("comes out on {day} and is left out"), "change its `date`, or link it when it is there")
            }
            Why::Expired => {
                (format!("is over since {day} and left out"), "change its `expires`, or take the link away")
            }
        }
    }
}

/// Takes out the pages that are not to be published.
pub fn take_out(pages: Vec<Box<Page>>, options: &Options, config: &Config) -> (Vec<Box<Page>>, Withheld) {
    let reasons: Vec<Option<(Why, Option<String>)>> = reasons(&pages, options.now());
    let wanted = |why: Why| match why {
        Why::Draft => options.drafts,
        // Zola publishes what is to come.
        Why::Future => options.future || config.dialect == Dialect::Zola,
        Why::Expired => options.expired,
    };
    if reasons.iter().flatten().all(|(why, _)| wanted(*why)) {
        return (pages, Withheld::new());
    }
    let mut kept = Vec::with_capacity(pages.len());
    let mut withheld = Withheld::new();
    for (page, reason) in pages.into_iter().zip(reasons) {
        match reason.filter(|(why, _)| !wanted(*why)) {
            Some(reason) => {
                withheld.insert(page.source.path, reason);
            }
            None => kept.push(page),
        }
    }
    (kept, withheld)
}

/// What would keep each page back.
pub fn reasons(pages: &[Box<Page>], now: i64) -> Vec<Option<(Why, Option<String>)>> {
    let drafts = pages.iter().filter(|page| page.front.draft && page.source.is_section());
    let sections: Vec<(&str, &str)> =
        drafts.map(|page| (page.source.folder(), page.source.language.as_str())).collect();
    let in_draft = |page: &Page| {
        let source = &page.source;
        sections.iter().any(|(folder, language)| source.language == *language && source.folder().starts_with(folder))
    };
    let reason = |page: &Page| {
        let front = &page.front;
        if front.draft || in_draft(page) {
            return Some((Why::Draft, None));
        }
        let day = |text: &str| Some(text.get(..10).unwrap_or(text).to_owned());
        if let Some(expires) = front.expires.as_ref().filter(|expires| expires.at <= now) {
            return Some((Why::Expired, day(&expires.text)));
        }
        let date = front.date.as_ref().filter(|date| date.at > now)?;
        Some((Why::Future, day(&date.text)))
    };
    pages.iter().map(|page| reason(page)).collect()
}
