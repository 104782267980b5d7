//! Looks at a picture that the words show: how large it is, what colour stands for it, and in which widths it is packed.
//! What is not on the shelf yet is packed here and at once, while the picture is unpacked anyway.

use std::path::Path;
use std::sync::Mutex;

use rayon::prelude::*;

use super::codec::{self, Fault, Format, Header, Packing, Raster};
use super::shelf::{Facts, Looked, Shelf};
use super::{Job, Plan, Why, read};

/// The widths that a picture is offered in; and its own, where it is no wider than the last.
const WIDTHS: [u32; 5] = [320, 640, 960, 1280, 1920];
/// The width of the file for a browser that knows nothing newer.
const FALLBACK_WIDTH: u32 = 1280;
/// A file as small as this is fetched as quickly as any other that could be made of it.
const SMALL: u64 = 8 << 10;
/// At these qualities no difference is seen at arm's length.
const WEBP_QUALITY: u8 = 78;
const JPEG_QUALITY: u8 = 80;
/// How slowly AVIF is packed, and how well.
#[cfg(feature = "avif")]
const AVIF: Packing = Packing::Avif(62, 8);

/// A picture as pages show it.
#[derive(Debug)]
pub(super) struct Shown {
    /// How wide it is.
    pub(super) width: u32,
    /// How high it is.
    pub(super) height: u32,
    /// The colour that stands for it until it is there.
    pub(super) colour: Option<[u8; 3]>,
    /// The same in several widths, by kind: the best kind first. Empty where it is shown as it is.
    pub(super) sources: Vec<Source>,
    /// For a browser that knows none of them.
    pub(super) fallback: Option<(String, Job)>,
}

/// A picture in several widths.
#[derive(Debug)]
pub(super) struct Source {
    /// What a browser calls the kind of file.
    pub(super) mime: &'static str,
    /// The widths, from the narrowest, with the names of their files.
    pub(super) files: Vec<(u32, String, Job)>,
}

/// One large picture is unpacked at a time: several at once would need more memory than a small machine has.
static LARGE: Mutex<()> = Mutex::new(());
const LARGE_PIXELS: u64 = 24_000_000;

/// Looks at a picture.
pub(super) fn look(shelf: &Shelf, file: &Path) -> Result<Shown, Why> {
    let hash = shelf.hash(file).map_err(|error| Why::Unreadable(error.to_string()))?;
    if let Some(facts) = shelf.facts(&hash).filter(Facts::are_whole) {
        let shown = Shown::of(file, &hash, &facts);
        if shown.jobs().all(|(name, _)| shelf.holds(name)) {
            return Ok(shown);
        }
    }
    let bytes = read(file)?;
    let header = codec::header(&bytes)?;
    let mut facts = Facts::first(&header, bytes.len() as u64);
    if facts.are_whole() {
        shelf.learn(&hash, facts.clone());
        return Ok(Shown::of(file, &hash, &facts));
    }
    let raster = unpack(&header, &bytes)?;
    drop(bytes);
    facts.looked = Some(Looked { colour: raster.colour(), drawn: is_drawn(&header, &raster)? });
    let shown = Shown::of(file, &hash, &facts);
    let jobs: Vec<(&str, &Job)> = shown.jobs().filter(|(name, _)| !shelf.holds(name)).collect();
    jobs.into_par_iter().try_for_each(|(name, job)| {
        shelf.put(name, &job.make(&raster)?);
        Ok::<(), Fault>(())
    })?;
    shelf.learn(&hash, facts);
    Ok(shown)
}

/// Unpacks a picture as large as pages show it.
fn unpack(header: &Header, bytes: &[u8]) -> Result<Raster, Fault> {
    let pixels = u64::from(header.width) * u64::from(header.height);
    let _alone = (pixels > LARGE_PIXELS).then(|| LARGE.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    let (width, height) = largest(header.width, header.height);
    codec::decode(bytes, Some(width.max(height)))
}

impl Facts {
    /// What the first bytes of a picture say.
    pub(super) fn first(header: &Header, bytes: u64) -> Facts {
        let Header { width, height, format, moves } = *header;
        Facts { width, height, format, moves, bytes, looked: None }
    }

    /// Whether all is known that a page needs.
    fn are_whole(&self) -> bool {
        self.looked.is_some() || self.moves || self.bytes < SMALL
    }
}

/// Whether a picture is drawn: text, a plan, a picture of a screen. Loss would fray its edges, and it is small without.
fn is_drawn(header: &Header, raster: &Raster) -> Result<bool, Fault> {
    if header.format == Format::Jpeg {
        return Ok(false);
    }
    // Eight bits a pixel: drawings need three or fewer, photographs twelve or more.
    let Plan { width, height, .. } = plan(raster.width, raster.height, WIDTHS[0].min(raster.width));
    let small = raster.resized(None, width, height).packed(Packing::WebP(None))?;
    Ok(small.len() as u64 <= u64::from(width) * u64::from(height))
}

/// The largest size that a picture is offered in.
fn largest(width: u32, height: u32) -> (u32, u32) {
    let most = WIDTHS[WIDTHS.len() - 1];
    if width <= most { (width, height) } else { (most, codec::scaled(height, most, width)) }
}

fn plan(width: u32, height: u32, to: u32) -> Plan {
    Plan { crop: None, width: to, height: if to == width { height } else { codec::scaled(height, to, width) } }
}

impl Shown {
    fn of(file: &Path, hash: &str, facts: &Facts) -> Shown {
        let Facts { width, height, .. } = *facts;
        let Some(looked) = &facts.looked else {
            return Shown { width, height, colour: None, sources: Vec::new(), fallback: None };
        };
        let (widest, highest) = largest(width, height);
        let job = |to: u32, packing: Packing| {
            let job = Job { file: file.to_path_buf(), plan: plan(widest, highest, to), packing };
            (job.name(hash), job)
        };
        let source = |mime, packing| Source {
            mime,
            files: widths(widest).map(|to| (to, job(to, packing))).map(|(to, (name, job))| (to, name, job)).collect(),
        };
        let webp = source("image/webp", Packing::WebP((!looked.drawn).then_some(WEBP_QUALITY)));
        #[cfg(feature = "avif")]
        let sources = if looked.drawn { vec![webp] } else { vec![source("image/avif", AVIF), webp] };
        #[cfg(not(feature = "avif"))]
        let sources = vec![webp];
        let plain = if looked.drawn || looked.colour.is_none() { Packing::Png } else { Packing::Jpeg(JPEG_QUALITY) };
        let to = widths(widest).filter(|to| *to <= FALLBACK_WIDTH).last().unwrap_or(widest);
        Shown { width, height, colour: looked.colour, sources, fallback: Some(job(to, plain)) }
    }

    /// All files that are made of it.
    fn jobs(&self) -> impl Iterator<Item = (&str, &Job)> {
        let files = self.sources.iter().flat_map(|source| &source.files).map(|(_, name, job)| (name.as_str(), job));
        files.chain(self.fallback.iter().map(|(name, job)| (name.as_str(), job)))
    }
}

/// The widths that a picture is offered in, its own among them. Two that are nearly the same are one too many.
fn widths(widest: u32) -> impl Iterator<Item = u32> {
    WIDTHS.into_iter().filter(move |width| *width * 5 <= widest * 4).chain([widest])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_offered_in_widths_that_differ() {
        let widths = |widest| widths(widest).collect::<Vec<_>>();
        assert_eq!(widths(1920), [320, 640, 960, 1280, 1920]);
        assert_eq!(widths(1000), [320, 640, 1000]);
        assert_eq!(widths(200), [200]);
    }
}
