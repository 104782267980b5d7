//! What a section hands down to the pages below it: `[cascade]` in its `_index.md`. Defaults for what a page doesn't say,
//! and what every page must say, checked with places. The nearer section's word counts. Pure.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText, did_you_mean};
use crate::fields::{Fields, Form, Spanned};
use crate::site::page::{Moment, Page};

/// What a section hands down.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Cascade {
    /// The template of pages that name none.
    pub template: Option<Spanned<String>>,
    /// What pages are made into besides HTML, where they don't say.
    pub outputs: Option<Vec<Spanned<String>>>,
    /// Who wrote the pages that don't say.
    pub authors: Option<Vec<String>>,
    /// Free data, under what a page says itself.
    #[serde(with = "crate::site::readings::as_json")]
    pub extra: Map<String, Value>,
    /// What every page must say.
    pub required: Vec<Required>,
}

/// What every page must say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Required {
    /// Where: `date`, `extra.audience`.
    pub key: String,
    /// What.
    pub kind: Kind,
}

/// A kind of value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// `"text"`
    Text,
    /// `"number"`
    Number,
    /// `"flag"`
    Flag,
    /// `"date"`
    Date,
    /// `"list"`
    List,
    /// `"table"`
    Table,
    /// `["one", "two"]`: one of these.
    OneOf(Vec<String>),
}

const KINDS: [(&str, Kind); 6] = [
    ("text", Kind::Text),
    ("number", Kind::Number),
    ("flag", Kind::Flag),
    ("date", Kind::Date),
    ("list", Kind::List),
    ("table", Kind::Table),
];

impl Cascade {
    /// Reads the table.
    pub(super) fn read(fields: Fields<'_>) -> Cascade {
        let texts = |key| (!fields.lacks(key)).then(|| fields.texts(key));
        let authors = (!fields.lacks("authors")).then(|| fields.texts("authors"));
        let cascade = Cascade {
            template: fields.text("template"),
            outputs: texts("outputs"),
            authors: authors.map(|authors| authors.into_iter().map(|author| author.value).collect()),
            extra: fields.free("extra"),
            required: fields.table("required", "[cascade.required]").map(required).unwrap_or_default(),
        };
        // So that what is misspelt finds its neighbours.
        let _ = (fields.texts("outputs"), fields.texts("authors"));
        fields.done();
        cascade
    }
}

fn required(fields: Fields<'_>) -> Vec<Required> {
    let mut required = Vec::new();
    for (key, written) in fields.entries() {
        let kind = match &written.value {
            Value::String(name) => KINDS.into_iter().find(|(known, _)| known == name).map(|(_, kind)| kind),
            Value::Array(words) => {
                words.iter().map(|word| word.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>().map(Kind::OneOf)
            }
            _ => None,
        };
        match kind {
            Some(kind) => required.push(Required { key: key.value, kind }),
            None => {
                let finding = Diagnostic::error("cascade/kind", format!("`{}` cannot be required so", key.value));
                let kinds: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
                let hint = format!("say what it is, one of \"{}\", or list its words", kinds.join("\", \""));
                fields.add(finding.at(fields.place_in(written.span)).hint(hint));
            }
        }
    }
    required
}

/// Hands down what every section says.
pub fn hand_down(pages: &mut [Box<Page>]) -> Findings {
    let mut sections: Vec<(String, String, Cascade)> = pages
        .iter()
        .filter_map(|page| {
            let cascade = page.front.listing.cascade.as_ref()?;
            Some((page.source.folder().to_owned(), page.source.language.clone(), (**cascade).clone()))
        })
        .collect();
    // The innermost first: what it says is there when the outer ones come.
    sections.sort_by_key(|(folder, ..)| std::cmp::Reverse(folder.len()));
    let mut findings = Findings::new();
    if sections.is_empty() {
        return findings;
    }
    for page in pages.iter_mut().filter(|page| !page.source.is_section()) {
        let mut checked: Vec<String> = Vec::new();
        for (folder, language, cascade) in &sections {
            if page.source.language != *language || !page.source.folder().starts_with(folder.as_str()) {
                continue;
            }
            give(page, cascade);
            for required in &cascade.required {
                if !checked.contains(&required.key) {
                    findings.extend(check(page, required).into_iter().collect());
                    checked.push(required.key.clone());
                }
            }
        }
    }
    findings
}

fn give(page: &mut Page, cascade: &Cascade) {
    let front = &mut page.front;
    front.template = front.template.take().or_else(|| cascade.template.clone());
    front.outputs = front.outputs.take().or_else(|| cascade.outputs.clone());
    if front.authors.is_empty() {
        front.authors = cascade.authors.clone().unwrap_or_default();
    }
    beneath(&mut front.extra, &cascade.extra);
}

/// Adds what is not there.
fn beneath(own: &mut Map<String, Value>, handed: &Map<String, Value>) {
    for (key, value) in handed {
        match (own.get_mut(key), value) {
            (Some(Value::Object(own)), Value::Object(handed)) => beneath(own, handed),
            (Some(_), _) => {}
            (None, _) => {
                own.insert(key.clone(), value.clone());
            }
        }
    }
}

fn check(page: &Page, required: &Required) -> Option<Diagnostic> {
    let written = Written::read(&page.source.text, page.front_span.clone());
    // What cannot be read as a whole has its finding.
    if written.form.is_broken() {
        return None;
    }
    let (value, place) = written.find(&required.key);
    // What was handed down is there too.
    let handed = || required.key.strip_prefix("extra.").and_then(|key| page.front.extra.get(key).cloned());
    let Some(value) = value.or_else(handed) else {
        let finding = Diagnostic::error("cascade/missing", format!("the page has no `{}`", required.key));
        return Some(finding.at(place).hint(format!("its section asks for it: {}", example(required))));
    };
    if required.kind.fits(&value) {
        return None;
    }
    let finding = Diagnostic::error("cascade/value", format!("`{}` cannot be `{}`", required.key, plain(&value)));
    let hint = match &required.kind {
        Kind::OneOf(words) => did_you_mean(&plain(&value), words.iter().map(String::as_str))
            .unwrap_or_else(|| format!("its section asks for one of: {}", words.join(", "))),
        _ => format!("its section asks for it like this: {}", example(required)),
    };
    Some(finding.at(place).hint(hint))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn example(required: &Required) -> String {
    let key = required.key.rsplit('.').next().unwrap_or_default();
    let value = match &required.kind {
        Kind::Text => "\"…\"".to_owned(),
        Kind::Number => "1".to_owned(),
        Kind::Flag => "true".to_owned(),
        Kind::Date => "2026-05-01".to_owned(),
        Kind::List => "[\"…\"]".to_owned(),
        Kind::Table => "{ … }".to_owned(),
        Kind::OneOf(words) => format!("\"{}\"", words.first().map_or("…", String::as_str)),
    };
    match required.key.rsplit_once('.') {
        Some((table, _)) => format!("`{key} = {value}` under `[{table}]`"),
        None => format!("`{key} = {value}`"),
    }
}

impl Kind {
    fn fits(&self, value: &Value) -> bool {
        match self {
            Kind::Text => value.is_string(),
            Kind::Number => value.is_number(),
            Kind::Flag => value.is_boolean(),
            Kind::Date => value.as_str().is_some_and(|text| Moment::parse(text).is_some()),
            Kind::List => value.is_array(),
            Kind::Table => value.is_object(),
            Kind::OneOf(words) => value.as_str().is_some_and(|text| words.iter().any(|word| word == text)),
        }
    }
}

/// A page's front matter, read again for its places.
struct Written {
    form: Form,
}

impl Written {
    fn read(source: &SourceText, span: Range<usize>) -> Self {
        let yaml = source.text()[..span.start].trim_end().ends_with("---");
        Self { form: if yaml { Form::yaml(source, span) } else { Form::toml(source, span) } }
    }

    /// A value, and where it stands, or where it would.
    fn find(&self, key: &str) -> (Option<Value>, Place) {
        let root = self.form.root("a page");
        match root.at(key) {
            Ok(found) => (Some(found.value), root.place_in(found.span)),
            Err(nearest) => (None, root.place_in(nearest)),
        }
    }
}
