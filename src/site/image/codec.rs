//! Pictures as bytes, and as pixels: the one file that knows the codecs.
//!
//! A picture from elsewhere is not trusted: how large it is stands in its first bytes and is looked at before anything
//! is unpacked, and what makes a decoder fail makes a fault, not a crash.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fast_image_resize as resize;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde::{Deserialize, Serialize};

/// More than a good telephone takes, and at most some hundred megabytes while it is looked at.
pub const MOST_PIXELS: u64 = 64_000_000;
/// Wider or higher than this is nothing that a page shows. WebP and JPEG end not far above.
const LONGEST_SIDE: u32 = 16_000;
/// What a decoder may take beside the pixels.
const MOST_MEMORY: u64 = 768 << 20;

/// What kind of file a picture is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    WebP,
    /// GIF.
    Gif,
}

impl Format {
    /// Its name, as Zola writes it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Png => "png",
            Format::WebP => "webp",
            Format::Gif => "gif",
        }
    }

    /// What a server calls it.
    pub fn mime(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::WebP => "image/webp",
            Format::Gif => "image/gif",
        }
    }
}

/// What the first bytes of a picture say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// How wide it is shown: turned as its camera was.
    pub width: u32,
    /// How high it is shown.
    pub height: u32,
    /// What kind of file it is in.
    pub format: Format,
    /// Whether it moves.
    pub moves: bool,
}

/// Why a picture cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is in no format that a page shows.
    NoPicture,
    /// It has more pixels than is safe.
    TooLarge {
        /// How wide it says it is.
        width: u32,
        /// How high it says it is.
        height: u32,
    },
    /// Its bytes are damaged.
    Damaged,
}

/// Reads the first bytes of a picture.
///
/// # Errors
/// When it is none, too large, or damaged.
pub fn header(bytes: &[u8]) -> Result<Header, Fault> {
    guarded(|| {
        let (format, mut decoder) = open(bytes)?;
        let (mut width, mut height) = size(&decoder)?;
        if turns(decoder.orientation().unwrap_or(Orientation::NoTransforms)) {
            (width, height) = (height, width);
        }
        Ok(Header { width, height, format, moves: moves(bytes, format) })
    })
}

/// What a camera wrote into a picture (EXIF).
pub fn exif(bytes: &[u8]) -> Option<Vec<u8>> {
    guarded(|| open(bytes)?.1.exif_metadata().map_err(|_| Fault::Damaged)).ok().flatten()
}

fn open(bytes: &[u8]) -> Result<(Format, impl ImageDecoder + '_), Fault> {
    let known = image::guess_format(bytes).map_err(|_| Fault::NoPicture)?;
    let format = match known {
        ImageFormat::Jpeg => Format::Jpeg,
        ImageFormat::Png => Format::Png,
        ImageFormat::WebP => Format::WebP,
        ImageFormat::Gif => Format::Gif,
        _ => return Err(Fault::NoPicture),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), known);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|_| Fault::Damaged)?;
    Ok((format, decoder))
}

fn size(decoder: &impl ImageDecoder) -> Result<(u32, u32), Fault> {
    let (width, height) = decoder.dimensions();
    match (width, height) {
        (0, _) | (_, 0) => Err(Fault::Damaged),
        _ if width.max(height) > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS => {
            Err(Fault::TooLarge { width, height })
        }
        size => Ok(size),
    }
}

fn turns(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// Whether a picture has more than one frame. Where that cannot be told quickly, it does: then it stays as it is.
fn moves(bytes: &[u8], format: Format) -> bool {
    match format {
        Format::Jpeg => false,
        Format::Gif => true,
        Format::WebP => bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 0x02 != 0),
        Format::Png => {
            let start = memchr::memmem::find(bytes, b"IDAT").unwrap_or(bytes.len());
            memchr::memmem::find(&bytes[..start], b"acTL").is_some()
        }
    }
}

/// A decoder that fails on hostile bytes must not end the build.
fn guarded<T>(decode: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or(Err(Fault::Damaged))
}

/// A picture as pixels, upright, in the web's colours (sRGB).
#[derive(Clone, Debug)]
pub struct Raster {
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
    /// Red, green, blue, and how opaque where the picture is not wholly so.
    pixels: Vec<u8>,
    clear: bool,
}

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// How wide.
    pub width: u32,
    /// How high.
    pub height: u32,
}

/// How a picture is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Packing {
    /// JPEG, at a quality from 1 to 100.
    Jpeg(u8),
    /// PNG.
    Png,
    /// WebP at a quality, or without loss.
    WebP(Option<u8>),
    /// AVIF at a quality, as slowly as this (1 to 10; 10 is fastest).
    #[cfg(feature = "avif")]
    Avif(u8, u8),
}

/// Unpacks a picture: upright, in the web's colours, no larger than `most` pixels wide or high if given.
///
/// # Errors
/// When it is none, too large, or damaged.
pub fn decode(bytes: &[u8], most: Option<u32>) -> Result<Raster, Fault> {
    guarded(|| {
        let (_, mut decoder) = open(bytes)?;
        size(&decoder)?;
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let profile = decoder.icc_profile().ok().flatten();
        let picture = DynamicImage::from_decoder(decoder).map_err(|_| Fault::Damaged)?;
        // Smaller first: turning and colours then cost less.
        let raster = Raster::of(picture);
        let raster = match most.and_then(|most| raster.within(most)) {
            Some((width, height)) => raster.resized(None, width, height),
            None => raster,
        };
        let raster = raster.turned(orientation);
        Ok(match profile {
            Some(profile) => raster.in_web_colours(&profile),
            None => raster,
        })
    })
}

impl Raster {
    fn of(picture: DynamicImage) -> Raster {
        let (width, height) = (picture.width(), picture.height());
        if picture.color().has_alpha() {
            let pixels = picture.into_rgba8().into_raw();
            if pixels.chunks_exact(4).any(|pixel| pixel[3] < 255) {
                return Raster { width, height, pixels, clear: true };
            }
            let opaque = pixels.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
            return Raster { width, height, pixels: opaque, clear: false };
        }
        Raster { width, height, pixels: picture.into_rgb8().into_raw(), clear: false }
    }

    /// Whether something behind it shows through.
    pub fn is_clear(&self) -> bool {
        self.clear
    }

    /// The size with no side longer than `most`; `None` where it has none.
    fn within(&self, most: u32) -> Option<(u32, u32)> {
        let longest = self.width.max(self.height);
        (longest > most).then(|| (scaled(self.width, most, longest), scaled(self.height, most, longest)))
    }

    /// The same picture, or a part of it, at another size.
    #[must_use]
    pub fn resized(&self, crop: Option<Crop>, width: u32, height: u32) -> Raster {
        let kind = if self.clear { resize::PixelType::U8x4 } else { resize::PixelType::U8x3 };
        let from = resize::images::ImageRef::new(self.width, self.height, &self.pixels, kind)
            .expect("a raster has as many pixels as it says");
        let mut into = resize::images::Image::new(width, height, kind);
        let mut options =
            resize::ResizeOptions::new().resize_alg(resize::ResizeAlg::Convolution(resize::FilterType::Lanczos3));
        if let Some(crop) = crop {
            let [x, y, width, height] = [crop.x, crop.y, crop.width, crop.height].map(f64::from);
            options = options.crop(x, y, width, height);
        }
        resize::Resizer::new().resize(&from, &mut into, &options).expect("both have pixels of one kind");
        Raster { width, height, pixels: into.into_vec(), clear: self.clear }
    }

    fn turned(self, orientation: Orientation) -> Raster {
        if orientation == Orientation::NoTransforms {
            return self;
        }
        let (width, height) = (self.width, self.height);
        const WHOLE: &str = "a raster has as many pixels as it says";
        let mut picture = match self.clear {
            true => DynamicImage::ImageRgba8(image::RgbaImage::from_raw(width, height, self.pixels).expect(WHOLE)),
            false => DynamicImage::ImageRgb8(image::RgbImage::from_raw(width, height, self.pixels).expect(WHOLE)),
        };
        picture.apply_orientation(orientation);
        Raster { width: picture.width(), height: picture.height(), pixels: picture.into_bytes(), clear: self.clear }
    }

    /// Brings the colours of a camera's or a screen's own space to sRGB, which every browser shows alike and which
    /// needs no profile in the file. A profile that cannot be followed is left aside, as browsers do.
    fn in_web_colours(mut self, profile: &[u8]) -> Raster {
        use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
        let Ok(own) = ColorProfile::new_from_slice(profile) else { return self };
        if own.color_space != DataColorSpace::Rgb {
            return self;
        }
        let layout = if self.clear { Layout::Rgba } else { Layout::Rgb };
        let web = ColorProfile::new_srgb();
        let Ok(way) = own.create_transform_8bit(layout, &web, layout, TransformOptions::default()) else { return self };
        let mut pixels = vec![0; self.pixels.len()];
        if way.transform(&self.pixels, &mut pixels).is_ok() {
            self.pixels = pixels;
        }
        self
    }

    /// The colour that stands for the whole, where nothing shows through.
    pub fn colour(&self) -> Option<[u8; 3]> {
        if self.clear {
            return None;
        }
        let count = (self.pixels.len() / 3).max(1) as u64;
        let mut sums = [0_u64; 3];
        for pixel in self.pixels.chunks_exact(3) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += u64::from(*value);
            }
        }
        Some(sums.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX)))
    }

    /// The picture as a file.
    ///
    /// # Errors
    /// When a codec fails, or cannot hold a picture of this size.
    pub fn packed(&self, packing: Packing) -> Result<Vec<u8>, Fault> {
        match packing {
            Packing::Jpeg(quality) => self.jpeg(quality),
            Packing::Png => self.png(),
            Packing::WebP(quality) => self.webp(quality),
            #[cfg(feature = "avif")]
            Packing::Avif(quality, speed) => self.avif(quality, speed),
        }
    }

    /// JPEG knows no transparency: what shows through is white, as paper is.
    fn jpeg(&self, quality: u8) -> Result<Vec<u8>, Fault> {
        use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
        let on_white: Vec<u8>;
        let pixels = if self.clear {
            let over = |value: u8, alpha: u8| {
                let (value, alpha) = (u32::from(value), u32::from(alpha));
                ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
            };
            on_white = self.pixels.chunks_exact(4).flat_map(|p| [0, 1, 2].map(|i| over(p[i], p[3]))).collect();
            &on_white
        } else {
            &self.pixels
        };
        let (width, height) = (u16::try_from(self.width), u16::try_from(self.height));
        let (Ok(width), Ok(height)) = (width, height) else { return Err(Fault::Damaged) };
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, quality);
        encoder.set_progressive(true);
        encoder.set_optimized_huffman_tables(true);
        // Half the colours' sharpness is not seen, but for the finest settings, which somebody asked for.
        encoder.set_sampling_factor(if quality < 90 { SamplingFactor::F_2_2 } else { SamplingFactor::F_1_1 });
        encoder.encode(pixels, width, height, ColorType::Rgb).map_err(|_| Fault::Damaged)?;
        Ok(bytes)
    }

    fn png(&self) -> Result<Vec<u8>, Fault> {
        use image::ImageEncoder;
        use image::codecs::png::{CompressionType, FilterType, PngEncoder};
        let mut bytes = Vec::new();
        let kind = if self.clear { image::ExtendedColorType::Rgba8 } else { image::ExtendedColorType::Rgb8 };
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive)
            .write_image(&self.pixels, self.width, self.height, kind)
            .map_err(|_| Fault::Damaged)?;
        Ok(bytes)
    }

    fn webp(&self, quality: Option<u8>) -> Result<Vec<u8>, Fault> {
        let encoder = match self.clear {
            true => webp::Encoder::from_rgba(&self.pixels, self.width, self.height),
            false => webp::Encoder::from_rgb(&self.pixels, self.width, self.height),
        };
        let packed = encoder.encode_simple(quality.is_none(), f32::from(quality.unwrap_or(75)));
        packed.map(|bytes| bytes.to_vec()).map_err(|_| Fault::Damaged)
    }

    #[cfg(feature = "avif")]
    fn avif(&self, quality: u8, speed: u8) -> Result<Vec<u8>, Fault> {
        use ravif::{Encoder, Img, RGB8, RGBA8};
        let encoder = Encoder::new().with_quality(f32::from(quality)).with_speed(speed).with_num_threads(Some(1));
        let (width, height) = (self.width as usize, self.height as usize);
        let encoded = if self.clear {
            let pixels: Vec<RGBA8> = self.pixels.chunks_exact(4).map(|p| RGBA8::new(p[0], p[1], p[2], p[3])).collect();
            encoder.encode_rgba(Img::new(pixels.as_slice(), width, height))
        } else {
            let pixels: Vec<RGB8> = self.pixels.chunks_exact(3).map(|p| RGB8::new(p[0], p[1], p[2])).collect();
            encoder.encode_rgb(Img::new(pixels.as_slice(), width, height))
        };
        encoded.map(|encoded| encoded.avif_file).map_err(|_| Fault::Damaged)
    }
}

/// A side, scaled by `to`/`from`, rounded, and at least one pixel.
pub fn scaled(side: u32, to: u32, from: u32) -> u32 {
    let from = u64::from(from).max(1);
    let side = (u64::from(side) * u64::from(to) + from / 2) / from;
    u32::try_from(side).unwrap_or(u32::MAX).max(1)
}
