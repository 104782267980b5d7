//! What is done to a picture, under Zola's names: which part of it is taken, and how large it becomes. Pure.

use super::codec::{Crop, Format, Packing};

/// How a picture is fitted into a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Exactly this size, however it is distorted.
    Scale(u32, u32),
    /// This wide.
    FitWidth(u32),
    /// This high.
    FitHeight(u32),
    /// No wider and no higher than this; never enlarged.
    Fit(u32, u32),
    /// Exactly this size; what is too much is cut off, the middle stays.
    Fill(u32, u32),
}

/// The names of the operations.
pub const OPERATIONS: [&str; 5] = ["fill", "fit", "fit_height", "fit_width", "scale"];
/// The names of the formats.
pub const FORMATS: [&str; 6] = ["auto", "avif", "jpeg", "jpg", "png", "webp"];

/// The part of a picture that is taken, and the size that it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The part; `None` is the whole.
    pub crop: Option<Crop>,
    /// How wide it becomes.
    pub width: u32,
    /// How high it becomes.
    pub height: u32,
}

impl Operation {
    /// An operation by its name. `Err` says which argument it lacks; `None` is no name.
    pub fn named(name: &str, width: Option<u32>, height: Option<u32>) -> Option<Result<Operation, &'static str>> {
        let width = || width.ok_or("width");
        let height = || height.ok_or("height");
        let both = |make: fn(u32, u32) -> Operation| width().and_then(|width| Ok(make(width, height()?)));
        match name {
            "scale" => Some(both(Operation::Scale)),
            "fit" => Some(both(Operation::Fit)),
            "fill" => Some(both(Operation::Fill)),
            "fit_width" => Some(width().map(Operation::FitWidth)),
            "fit_height" => Some(height().map(Operation::FitHeight)),
            _ => None,
        }
    }

    /// What it makes of a picture of this size.
    pub fn plan(self, width: u32, height: u32) -> Plan {
        let whole = |width, height| Plan { crop: None, width, height };
        match self {
            Operation::Scale(w, h) => whole(w, h),
            Operation::FitWidth(w) => whole(w, scaled(height, w, width)),
            Operation::FitHeight(h) => whole(scaled(width, h, height), h),
            Operation::Fit(w, h) if width <= w && height <= h => whole(width, height),
            Operation::Fit(w, h) if u64::from(width) * u64::from(h) > u64::from(height) * u64::from(w) => {
                whole(w, scaled(height, w, width))
            }
            Operation::Fit(_, h) => whole(scaled(width, h, height), h),
            Operation::Fill(w, h) => fill(width, height, w, h),
        }
    }
}

/// A side that follows the other, cut off to a whole pixel as Zola does it, and at least one.
fn scaled(side: u32, to: u32, from: u32) -> u32 {
    let side = u64::from(side) * u64::from(to) / u64::from(from).max(1);
    u32::try_from(side).unwrap_or(u32::MAX).max(1)
}

fn fill(width: u32, height: u32, to_width: u32, to_height: u32) -> Plan {
    let (wide, high) = (f64::from(width) / f64::from(to_width), f64::from(height) / f64::from(to_height));
    // So nearly the same form that nothing needs to be cut; Zola's measure.
    if (wide - high).abs() <= 0.1 {
        return Plan { crop: None, width: to_width, height: to_height };
    }
    let part = |factor: f64, side: u32, most: u32| ((factor * f64::from(side)).round() as u32).clamp(1, most);
    let crop = if wide < high {
        let part = part(wide, to_height, height);
        Crop { x: 0, y: (height - part) / 2, width, height: part }
    } else {
        let part = part(high, to_width, width);
        Crop { x: (width - part) / 2, y: 0, width: part, height }
    };
    Plan { crop: Some(crop), width: to_width, height: to_height }
}

/// How a picture is packed, by the name of a format. `Err` says why not; `None` is no name.
pub fn packing(
    name: &str,
    from: Format,
    quality: Option<u8>,
    speed: Option<u8>,
) -> Option<Result<Packing, &'static str>> {
    let jpeg = Packing::Jpeg(quality.unwrap_or(75));
    Some(Ok(match (name, from) {
        ("auto", Format::Jpeg) | ("jpg" | "jpeg", _) => jpeg,
        ("auto", Format::WebP) | ("webp", _) => Packing::WebP(quality),
        ("auto", Format::Png | Format::Gif) | ("png", _) => Packing::Png,
        ("avif", _) => return Some(avif(quality.unwrap_or(80), speed.unwrap_or(8))),
        _ => return None,
    }))
}

#[cfg(feature = "avif")]
fn avif(quality: u8, speed: u8) -> Result<Packing, &'static str> {
    Ok(Packing::Avif(quality, speed))
}

#[cfg(not(feature = "avif"))]
fn avif(_: u8, _: u8) -> Result<Packing, &'static str> {
    Err("this holdspace was built without AVIF; build it with `--features avif`, or take `webp`")
}

impl Packing {
    /// What a server calls a file of it.
    pub fn mime(self) -> &'static str {
        match self {
            Packing::Jpeg(_) => "image/jpeg",
            Packing::Png => "image/png",
            Packing::WebP(_) => "image/webp",
            #[cfg(feature = "avif")]
            Packing::Avif(..) => "image/avif",
        }
    }

    /// How a file of it ends.
    pub fn ending(self) -> &'static str {
        match self {
            Packing::Jpeg(_) => "jpg",
            Packing::Png => "png",
            Packing::WebP(_) => "webp",
            #[cfg(feature = "avif")]
            Packing::Avif(..) => "avif",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(operation: Operation) -> (Option<[u32; 4]>, u32, u32) {
        let plan = operation.plan(300, 380);
        (plan.crop.map(|c| [c.x, c.y, c.width, c.height]), plan.width, plan.height)
    }

    #[test]
    fn each_operation_does_what_zola_says_of_it() {
        use Operation::{Fill, Fit, FitHeight, FitWidth, Scale};
        assert_eq!(plan(Scale(150, 150)), (None, 150, 150));
        assert_eq!(plan(FitWidth(100)), (None, 100, 126));
        assert_eq!(plan(FitHeight(150)), (None, 118, 150));
        assert_eq!(plan(Fit(150, 150)), (None, 118, 150));
        assert_eq!(plan(Fit(1000, 400)), (None, 300, 380), "it is never enlarged");
        assert_eq!(plan(Fill(150, 150)), (Some([0, 40, 300, 300]), 150, 150));
        assert_eq!(plan(Fill(50, 190)), (Some([100, 0, 100, 380]), 50, 190));
        assert_eq!(plan(Fill(150, 191)), (None, 150, 191), "nearly the same form");
        assert_eq!(plan(FitWidth(1)), (None, 1, 1));
    }

    #[test]
    fn what_an_operation_lacks_is_told() {
        assert_eq!(Operation::named("fill", Some(1), None), Some(Err("height")));
        assert_eq!(Operation::named("fit_width", Some(1), None), Some(Ok(Operation::FitWidth(1))));
        assert_eq!(Operation::named("crop", Some(1), Some(1)), None);
    }

    #[test]
    fn a_format_of_its_own_is_kept() {
        assert_eq!(packing("auto", Format::Jpeg, None, None), Some(Ok(Packing::Jpeg(75))));
        assert_eq!(packing("auto", Format::Gif, None, None), Some(Ok(Packing::Png)));
        assert_eq!(packing("webp", Format::Jpeg, None, None), Some(Ok(Packing::WebP(None))));
        assert_eq!(packing("tiff", Format::Jpeg, None, None), None);
    }
}
