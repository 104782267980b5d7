//! The colour that stands for a picture until it is there: one of 216, each a class in a stylesheet of our own, so that
//! no page needs a style written into it, and a strict policy holds. Pure.

/// Where the stylesheet is, before it gets its fingerprint.
pub const STYLE_ROUTE: &str = "/pictures.css";

/// The name of a class begins so.
pub(super) const CLASS: &str = "pic-";

/// The steps of each colour.
const STEPS: [char; 6] = ['0', '3', '6', '9', 'c', 'f'];

/// The stylesheet. A theme's own rules win over what it says of sizes.
pub static STYLE: std::sync::LazyLock<String> = std::sync::LazyLock::new(style);

fn style() -> String {
    const RULES: usize = STEPS.len().pow(3);
    let mut css = String::with_capacity(64 * (RULES + 1));
    css.push_str(":where(img[class^=pic-]){max-width:100%;height:auto}\n");
    for (red, r) in STEPS.into_iter().enumerate() {
        for (green, g) in STEPS.into_iter().enumerate() {
            for (blue, b) in STEPS.into_iter().enumerate() {
                // The words that stand for a picture that never comes are read on the same ground.
                let ink = if 2 * red + 5 * green + blue >= 20 { "000" } else { "fff" };
                css.extend([":where(.", CLASS]);
                css.extend([r, g, b]);
                css.push_str("){background:#");
                css.extend([r, g, b]);
                css.extend([";color:#", ink, "}\n"]);
            }
        }
    }
    css
}

/// The class of a colour; of none where something shows through.
pub(super) fn class(colour: Option<[u8; 3]>) -> String {
    match colour {
        Some(colour) => colour.iter().fold(CLASS.to_owned(), |mut class, value| {
            class.push(STEPS[(usize::from(*value) * 5 + 127) / 255]);
            class
        }),
        None => format!("{CLASS}clear"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_has_the_nearest_class_and_the_class_is_in_the_style() {
        assert_eq!(class(Some([254, 100, 30])), "pic-f63");
        assert_eq!(class(None), "pic-clear");
        assert!(STYLE.contains(":where(.pic-f63){background:#f63;color:#000}"), "{}", &STYLE[..400]);
        assert!(STYLE.contains(":where(.pic-306){background:#306;color:#fff}"));
        assert_eq!(STYLE.lines().count(), 217);
    }
}
