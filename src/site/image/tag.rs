//! A page's `<img>` into a `<picture>`: only those that the words show, with no more attributes than Markdown gives
//! them; what a template or an author's own HTML says is left as it is.

use std::collections::HashMap;
use std::fmt::Write as _;

use memchr::memmem;

use super::look::{Shown, Source};
use super::{Pictures, placeholder};
use crate::site::html::{self, Tag, escape};

/// What Markdown gives an `<img>`, and what is set anew here.
const PLAIN: [&str; 5] = ["src", "alt", "title", "loading", "decoding"];

pub(super) fn enrich(pictures: &Pictures, html: String, mut first: bool) -> String {
    if pictures.shown.get().is_none_or(HashMap::is_empty) || memmem::find(html.as_bytes(), b"<img").is_none() {
        return html;
    }
    let mut written = String::with_capacity(html.len() * 2);
    let mut done = 0;
    for tag in html::tags(&html) {
        if let Some(shown) = shown(pictures, &tag) {
            written.push_str(&html[done..tag.span.start]);
            write(pictures, shown, &tag, !first, &mut written);
            first = false;
            done = tag.span.end;
        }
    }
    written.push_str(&html[done..]);
    written
}

/// The picture that a tag shows, if it is one that Markdown wrote.
fn shown<'p>(pictures: &'p Pictures, tag: &Tag<'_>) -> Option<&'p Shown> {
    let plain = |(name, _): (&str, &str)| PLAIN.iter().any(|known| name.eq_ignore_ascii_case(known));
    if tag.closes || !tag.is("img") || !tag.attributes().all(plain) {
        return None;
    }
    pictures.shown(&tag.value("src")?)
}

fn write(pictures: &Pictures, shown: &Shown, tag: &Tag<'_>, lazy: bool, into: &mut String) {
    let is_picture = !shown.sources.is_empty();
    if is_picture {
        into.push_str("<picture>");
    }
    for source in &shown.sources {
        let _ = write!(
            into,
            "<source type=\"{}\" srcset=\"{}\" sizes=\"{}\">",
            source.mime,
            srcset(pictures, source),
            escape(&pictures.sizes)
        );
    }
    let src = match &shown.fallback {
        Some((name, job)) => escape(&pictures.ask(name.clone(), job.clone())),
        None => value(tag, "src"),
    };
    let _ = write!(into, "<img class=\"{}\" src=\"{src}\"", placeholder::class(shown.colour));
    for name in ["alt", "title"] {
        if tag.attribute(name).is_some() {
            let _ = write!(into, " {name}=\"{}\"", value(tag, name));
        }
    }
    let _ = write!(into, " width=\"{}\" height=\"{}\"", shown.width, shown.height);
    into.push_str(if lazy { " loading=\"lazy\" decoding=\"async\">" } else { " decoding=\"async\">" });
    if is_picture {
        into.push_str("</picture>");
    }
}

fn value(tag: &Tag<'_>, name: &str) -> String {
    escape(&tag.value(name).unwrap_or_default())
}

fn srcset(pictures: &Pictures, source: &Source) -> String {
    let mut srcset = String::new();
    for (width, name, job) in &source.files {
        let comma = if srcset.is_empty() { "" } else { ", " };
        let _ = write!(srcset, "{comma}{} {width}w", escape(&pictures.ask(name.clone(), job.clone())));
    }
    srcset
}
