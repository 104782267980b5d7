//! The functions of templates that are about pictures, under Zola's names: `get_image_metadata` and `resize_image`.
//! They look at a picture, and ask for a file; the file itself is made when all pages are.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tera::value::Key;
use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::codec::{self, Fault};
use super::instruction::{FORMATS, OPERATIONS, Operation, packing};
use super::shelf::Facts;
use super::{FOLDER, Job, Pictures, Why, read};
use crate::diagnostic::did_you_mean;
use crate::site::address::join;
use crate::site::functions::taught;
use crate::site::html;

/// Their names.
pub const FUNCTIONS: [&str; 2] = ["get_image_metadata", "resize_image"];

/// Makes them known to Tera.
pub fn register(tera: &mut Tera, pictures: &Arc<Pictures>) {
    let with = |function: fn(&Pictures, &Kwargs) -> TeraResult<Value>| {
        // Each closure holds the pictures for as long as Tera lives.
        let pictures = Arc::clone(pictures);
        move |arguments: Kwargs, _: &State<'_>| function(&pictures, &arguments)
    };
    tera.register_function("get_image_metadata", with(metadata));
    tera.register_function("resize_image", with(resize));
}

/// `{% set m = get_image_metadata(path="photo.jpg") %}{{ m.width }} × {{ m.height }}`
fn metadata(pictures: &Pictures, arguments: &Kwargs) -> TeraResult<Value> {
    let path = arguments.must_get::<&str>("path")?;
    if let Some(job) =
        path.strip_prefix(&format!("static/{FOLDER}/")).and_then(|name| pictures.asked().get(name).cloned())
    {
        return Ok(described(job.plan.width, job.plan.height, job.packing.ending(), job.packing.mime(), None));
    }
    let Some(file) = pictures.find(path) else {
        return match arguments.get::<bool>("allow_missing")?.unwrap_or(false) {
            true => Ok(Value::none()),
            false => Err(no_file(path)),
        };
    };
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "svg" => {
            let (width, height) = drawing(&read(&file).map_err(|why| failed(path, &why))?).unwrap_or_default();
            Ok(described(width, height, "svg", "image/svg+xml", None))
        }
        "avif" => {
            let bytes = read(&file).map_err(|why| failed(path, &why))?;
            let (width, height) = avif(&bytes).ok_or_else(|| failed(path, &Fault::Damaged.into()))?;
            Ok(described(width, height, "avif", "image/avif", None))
        }
        _ => {
            let (_, facts) = pictures.facts(&file).map_err(|why| failed(path, &why))?;
            let said = read(&file).ok().and_then(|bytes| codec::exif(&bytes)).map(|exif| super::strip::said(&exif));
            Ok(described(facts.width, facts.height, facts.format.name(), facts.format.mime(), said))
        }
    }
}

/// `{% set small = resize_image(path="photo.jpg", width=400, height=300, op="fill") %}<img src="{{ small.url }}">`
fn resize(pictures: &Pictures, arguments: &Kwargs) -> TeraResult<Value> {
    let path = arguments.must_get::<&str>("path")?;
    let name = arguments.get::<&str>("op")?.unwrap_or("fill");
    // The side that an operation works out by itself may be anything: components hand on `height={0}`.
    let width = if name == "fit_height" { None } else { side(arguments, "width")? };
    let height = if name == "fit_width" { None } else { side(arguments, "height")? };
    let operation = Operation::named(name, width, height).ok_or_else(|| unknown("op", name, &OPERATIONS))?;
    let operation = operation.map_err(|missing| {
        taught(&format!("`{name}` needs the argument `{missing}`"), Some(format!("write `{missing}=400`")))
    })?;
    let file = pictures.find(path).ok_or_else(|| no_file(path))?;
    let (hash, facts) = pictures.facts(&file).map_err(|why| failed(path, &why))?;
    let format = arguments.get::<&str>("format")?.unwrap_or("auto");
    let quality = percent(arguments, "quality", 100)?;
    let packing = packing(format, facts.format, quality, percent(arguments, "speed", 10)?);
    let packing = packing.ok_or_else(|| unknown("format", format, &FORMATS))?.map_err(|why| taught(why, None))?;
    let plan = operation.plan(facts.width, facts.height);
    let job = Job { file, plan, packing };
    let name = job.name(&hash);
    let static_path = format!("static/{FOLDER}/{name}");
    let url = pictures.ask(name, job);
    let result: [(&'static str, Value); 6] = [
        ("url", url.into()),
        ("static_path", static_path.into()),
        ("width", plan.width.into()),
        ("height", plan.height.into()),
        ("orig_width", facts.width.into()),
        ("orig_height", facts.height.into()),
    ];
    Ok(map(result))
}

/// A length of a side that a picture can have.
fn side(arguments: &Kwargs, name: &'static str) -> TeraResult<Option<u32>> {
    number(arguments, name, 16_000).map(|number| number.and_then(|number| u32::try_from(number).ok()))
}

fn percent(arguments: &Kwargs, name: &'static str, most: i64) -> TeraResult<Option<u8>> {
    number(arguments, name, most).map(|number| number.and_then(|number| u8::try_from(number).ok()))
}

fn number(arguments: &Kwargs, name: &'static str, most: i64) -> TeraResult<Option<i64>> {
    match arguments.get::<i64>(name)? {
        Some(number) if !(1..=most).contains(&number) => {
            Err(taught(&format!("`{name}` cannot be {number}"), Some(format!("it is between 1 and {most}"))))
        }
        number => Ok(number),
    }
}

fn unknown(argument: &str, written: &str, known: &[&'static str]) -> tera::Error {
    let hint =
        did_you_mean(written, known.iter().copied()).unwrap_or_else(|| format!("it is one of: {}", known.join(", ")));
    taught(&format!("`{argument}` cannot be `{written}`"), Some(hint))
}

fn no_file(path: &str) -> tera::Error {
    let hint = "a path begins in `static`, in `content` or in the program's folder".to_owned();
    taught(&format!("there is no file `{path}`"), Some(hint))
}

fn failed(path: &str, why: &Why) -> tera::Error {
    let (message, hint) = why.words(path);
    taught(&message, Some(hint))
}

fn map(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let map: tera::Map = entries.into_iter().map(|(name, value)| (Key::Str(name), value)).collect();
    map.into()
}

fn described(
    width: u32,
    height: u32,
    format: &'static str,
    mime: &'static str,
    said: Option<BTreeMap<&'static str, String>>,
) -> Value {
    let mut entries: Vec<(&'static str, Value)> =
        vec![("width", width.into()), ("height", height.into()), ("format", format.into()), ("mime", mime.into())];
    let said = said.unwrap_or_default();
    for name in ["description", "created"] {
        entries.push((name, said.get(name).map_or_else(Value::none, |text| text.as_str().into())));
    }
    map(entries)
}

/// The size that a drawing says it has, or the one that it is drawn in.
fn drawing(bytes: &[u8]) -> Option<(u32, u32)> {
    let text = String::from_utf8_lossy(bytes);
    let tag = html::tags(&text).find(|tag| tag.is("svg"))?;
    let pixels = |text: &str| {
        let number: f64 = text.trim().trim_end_matches("px").parse().ok()?;
        (number.is_finite() && number >= 0.0).then(|| number.round() as u32)
    };
    let own = |name: &str| tag.value(name).and_then(|text| pixels(&text));
    own("width").zip(own("height")).or_else(|| {
        let frame = tag.value("viewBox")?;
        let mut numbers = frame.split([' ', ',']).filter(|part| !part.is_empty()).skip(2).map(pixels);
        Some((numbers.next()??, numbers.next()??))
    })
}

/// The size of an AVIF file, from the box that says it.
fn avif(bytes: &[u8]) -> Option<(u32, u32)> {
    let start = memchr::memmem::find(bytes, b"ispe")? + 8;
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    Some((number(start)?, number(start + 4)?))
}

impl Pictures {
    /// What is known of a picture, and the hash of its content.
    fn facts(&self, file: &std::path::Path) -> Result<(String, Facts), Why> {
        let hash = self.shelf.hash(file).map_err(|error| Why::Unreadable(error.to_string()))?;
        if let Some(facts) = self.shelf.facts(&hash) {
            return Ok((hash, facts));
        }
        let bytes = read(file)?;
        let facts = Facts::first(&codec::header(&bytes)?, bytes.len() as u64);
        self.shelf.learn(&hash, facts.clone());
        Ok((hash, facts))
    }

    /// A file by a path as templates write it: in the program's folder, in static/, in content/, in the theme's static/; or
    /// by its address, as `page.assets` has it.
    fn find(&self, path: &str) -> Option<PathBuf> {
        let inside = join("", path.strip_prefix("@/").unwrap_or(path))?;
        let content = path.starts_with("@/").then_some(self.folders.get(1)).flatten();
        let folders = std::iter::once(&self.root).chain(&self.folders);
        let mut files = folders
            .filter(|folder| content.is_none_or(|content| content == *folder))
            .map(|folder| folder.join(&inside));
        files.find(|file| file.is_file()).or_else(|| self.published.get(&format!("/{inside}")).cloned())
    }
}
