//! `load_data`: what a file says in TOML, JSON, YAML, CSV, XML, or as it is. Whoever calls gives the files; nothing here
//! opens one, and nothing ever asks the network. Pure.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value as Json, json};
use tera::{Kwargs, TeraResult, Value};

use crate::diagnostic::{Diagnostic, SourceText, did_you_mean};
use crate::fields::{toml_data, yaml_data};
use crate::site::functions::taught;

/// Who has the files of a program.
pub trait Files: Debug + Send + Sync {
    /// The text of a file, under its path in the program's folder; `None` where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or lies outside of the program's folder.
    fn text(&self, path: &str) -> Result<Option<SourceText>, String>;

    /// The path that was meant, perhaps, by one where there is no file.
    fn meant(&self, path: &str) -> Option<String>;
}

/// The files, and what was made of them: a file that every page asks for is read once.
#[derive(Debug, Default)]
pub struct Data {
    files: Option<Box<dyn Files>>,
    made: Mutex<HashMap<(String, Format), Value>>,
    /// Ways out for paths where there is no file: a thousand pages may ask for the same.
    missing: Mutex<HashMap<String, String>>,
}

/// A form of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Format {
    Toml,
    Json,
    Yaml,
    Csv,
    Xml,
    Plain,
}

const FORMATS: [(&str, Format); 7] = [
    ("toml", Format::Toml),
    ("json", Format::Json),
    ("yaml", Format::Yaml),
    ("yml", Format::Yaml),
    ("csv", Format::Csv),
    ("xml", Format::Xml),
    ("plain", Format::Plain),
];

impl Data {
    /// Data of these files.
    pub fn of(files: Box<dyn Files>) -> Self {
        Self { files: Some(files), ..Self::default() }
    }

    /// `{{ load_data(path="data/team.toml") }}`
    pub(super) fn load(&self, arguments: &Kwargs) -> TeraResult<Value> {
        let path = arguments.get::<&str>("path")?;
        let literal = arguments.get::<&str>("literal")?;
        let required = arguments.get::<bool>("required")?.unwrap_or(true);
        let format = arguments.get::<&str>("format")?.map(named).transpose()?;
        if let Some(url) = arguments.get::<&str>("url")? {
            if !required {
                return Ok(Value::none());
            }
            let hint = "save what is there as a file in the program's folder, and give its `path`".to_owned();
            return Err(taught(&format!("`load_data` does not ask the network for `{url}`"), Some(hint)));
        }
        match (path, literal) {
            (None, Some(text)) => {
                let source = SourceText::new("literal", text);
                made_of(&source, format.unwrap_or(Format::Plain)).map_err(|finding| untold(&finding, None))
            }
            (Some(path), None) => self.load_file(path, format, required),
            _ => Err(taught("`load_data` needs either a `path` or a `literal`", None)),
        }
    }

    fn load_file(&self, path: &str, format: Option<Format>, required: bool) -> TeraResult<Value> {
        let format = format.unwrap_or_else(|| {
            let ending = path.rsplit('.').next().unwrap_or_default().to_lowercase();
            FORMATS.into_iter().find(|(name, _)| *name == ending).map_or(Format::Plain, |(_, format)| format)
        });
        let key = (path.to_owned(), format);
        if let Some(made) = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            // Values are shared, so that a clone costs nothing.
            return Ok(made.clone());
        }
        let text = self.files.as_ref().map_or(Ok(None), |files| files.text(path));
        let source = match text.map_err(|why| taught(&why, None))? {
            Some(source) => source,
            None if !required => return Ok(Value::none()),
            None => return Err(taught(&format!("there is no file `{path}`"), Some(self.way_out(path)))),
        };
        let shown = source.path().display().to_string();
        let made = made_of(&source, format).map_err(|finding| untold(&finding, Some(&shown)))?;
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(key, made.clone());
        Ok(made)
    }

    fn way_out(&self, path: &str) -> String {
        let find = || {
            let meant = self.files.as_ref().and_then(|files| files.meant(path));
            let general = || "paths begin at the program's folder, at `static/` or at `content/`".to_owned();
            meant.map_or_else(general, |meant| format!("did you mean `{meant}`?"))
        };
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.entry(path.to_owned()).or_insert_with(find).clone()
    }
}

fn named(name: &str) -> TeraResult<Format> {
    let known = FORMATS.iter().map(|(name, _)| *name);
    let found = FORMATS.into_iter().find(|(known, _)| *known == name.to_lowercase());
    found.map(|(_, format)| format).ok_or_else(|| {
        let near = did_you_mean(name, known.clone());
        let listed = || format!("it is one of: {}", known.collect::<Vec<_>>().join(", "));
        taught(&format!("there is no format `{name}`"), Some(near.unwrap_or_else(listed)))
    })
}

/// What is wrong in a file of data, told where a template asks for it.
fn untold(finding: &Diagnostic, path: Option<&str>) -> tera::Error {
    let line = finding.place.as_ref().map_or(0, |place| place.line);
    let place = match path {
        Some(path) if line > 0 => format!("`{path}`, line {line}: "),
        Some(path) => format!("`{path}`: "),
        None => String::new(),
    };
    taught(&format!("{place}{}", finding.message), finding.hints.first().cloned())
}

fn made_of(source: &SourceText, format: Format) -> Result<Value, Box<Diagnostic>> {
    Ok(match format {
        Format::Toml => Value::from_serializable(&toml_data(source)?),
        Format::Yaml => Value::from_serializable(&yaml_data(source)?),
        Format::Json => Value::from_serializable(&json_data(source)?),
        Format::Csv => Value::from_serializable(&csv_data(source)?),
        Format::Xml => Value::from_serializable(&xml_data(source)?),
        Format::Plain => source.text().into(),
    })
}

fn json_data(source: &SourceText) -> Result<Json, Box<Diagnostic>> {
    serde_json::from_str(source.text()).map_err(|error| {
        let told = error.to_string();
        let message = told.split(" at line ").next().unwrap_or_default();
        at_line(source, error.line(), &format!("this is no JSON: {message}"))
    })
}

/// `{headers: […], records: [[…], …]}`
fn csv_data(source: &SourceText) -> Result<Json, Box<Diagnostic>> {
    let mut reader = csv::Reader::from_reader(source.text().as_bytes());
    let wrong = |error: csv::Error| {
        let line = error.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0));
        let message = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("this line has {len} fields, and the lines above have {expected_len}")
            }
            _ => format!("this is no CSV: {error}"),
        };
        at_line(source, line, &message)
    };
    let headers: Vec<String> = reader.headers().map_err(wrong)?.iter().map(str::to_owned).collect();
    let mut records = Vec::new();
    for record in reader.records() {
        records.push(record.map_err(wrong)?.iter().map(str::to_owned).collect::<Vec<_>>());
    }
    Ok(json!({ "headers": headers, "records": records }))
}

/// An element becomes a map of what is in it: `@name` for an attribute, `#text` for its words, a list for what comes more
/// than once. An element of nothing but words is its words.
fn xml_data(source: &SourceText) -> Result<Json, Box<Diagnostic>> {
    let document = roxmltree::Document::parse(source.text()).map_err(|error| {
        let told = error.to_string();
        let line = usize::try_from(error.pos().row).unwrap_or(0);
        at_line(source, line, &format!("this is no XML: {}", told.split(" at ").next().unwrap_or_default()))
    })?;
    let root = document.root_element();
    let mut map = Map::new();
    map.insert(root.tag_name().name().to_owned(), element(root, 0));
    Ok(Json::Object(map))
}

/// Elements in elements; deeper than this nobody writes, and the stack has an end.
const DEEPEST: usize = 64;

fn element(node: roxmltree::Node<'_, '_>, depth: usize) -> Json {
    let mut map = Map::new();
    for attribute in node.attributes() {
        map.insert(format!("@{}", attribute.name()), word(attribute.value()));
    }
    let children = node.children().filter(|child| child.is_element() && depth < DEEPEST);
    for child in children {
        let value = element(child, depth + 1);
        match map.get_mut(child.tag_name().name()) {
            Some(Json::Array(list)) => list.push(value),
            Some(first) => *first = Json::Array(vec![first.take(), value]),
            None => {
                map.insert(child.tag_name().name().to_owned(), value);
            }
        }
    }
    let words: String = node.children().filter(roxmltree::Node::is_text).filter_map(|text| text.text()).collect();
    let words = words.trim();
    match (map.is_empty(), words.is_empty()) {
        (true, true) => Json::Null,
        (true, false) => word(words),
        (false, true) => Json::Object(map),
        (false, false) => {
            map.insert("#text".to_owned(), word(words));
            Json::Object(map)
        }
    }
}

/// A number as a number, `true` and `false` as such, all else as a text. What begins with a zero is no number.
fn word(text: &str) -> Json {
    let zero = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
    match text {
        "true" => Json::Bool(true),
        "false" => Json::Bool(false),
        _ if zero => Json::String(text.to_owned()),
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => number.into(),
            (_, Ok(number)) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => number.into(),
            _ => Json::String(text.to_owned()),
        },
    }
}

fn at_line(source: &SourceText, line: usize, message: &str) -> Box<Diagnostic> {
    let start: usize = source.text().split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let finding = Diagnostic::error("data/syntax", message);
    Box::new(if line == 0 { finding } else { finding.at(source.place(start..start)) })
}
