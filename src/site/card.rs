//! The picture that other sites show beside a link to this one (Open Graph): the theme draws it as SVG, and it becomes a PNG,
//! since few of them take anything else. The one file that knows resvg. Pure; the same drawing makes the same bytes.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};

use super::faces::{FACES, FAMILY};

/// How large it is: what Facebook, LinkedIn and others ask for.
pub const SIZE: (u32, u32) = (1200, 630);

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    FACES.iter().for_each(|face| fonts.load_font_data(face.to_vec()));
    Arc::new(fonts)
});

/// Draws a card.
///
/// # Errors
/// When it is no drawing, in words.
pub fn png(svg: &str) -> Result<Vec<u8>, String> {
    let options = Options {
        fontdb: Arc::clone(&FONTS),
        font_family: FAMILY.to_owned(),
        // A drawing fetches nothing, from a disk least of all.
        image_href_resolver: ImageHrefResolver {
            resolve_data: ImageHrefResolver::default_data_resolver(),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let (width, height) = SIZE;
    let mut canvas = Pixmap::new(width, height).ok_or("no room for a picture")?;
    let size = tree.size();
    let scale = Transform::from_scale(width as f32 / size.width(), height as f32 / size.height());
    resvg::render(&tree, scale, &mut canvas.as_mut());
    canvas.encode_png().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(inside: &str) -> Vec<u8> {
        png(&format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 630\">{inside}</svg>")).unwrap()
    }

    #[test]
    fn a_card_has_its_words_and_its_size() {
        let (with, without) = (drawn("<text x=\"90\" y=\"90\" font-size=\"60\">Words</text>"), drawn(""));
        assert_ne!(with, without, "the words are not drawn");
        assert_eq!(with[16..24], [0, 0, 0x04, 0xb0, 0, 0, 0x02, 0x76], "it is not 1200 × 630");
        assert_eq!(with, drawn("<text x=\"90\" y=\"90\" font-size=\"60\">Words</text>"));
    }

    #[test]
    fn a_drawing_reads_no_file() {
        let picture = concat!("file://", env!("CARGO_MANIFEST_DIR"), "/themes/haven/screenshot.png");
        let image = format!("<image href=\"{picture}\" width=\"1200\" height=\"630\"/>");
        assert_eq!(drawn(&image), drawn(""));
    }

    #[test]
    fn what_is_no_drawing_is_told() {
        assert!(png("<svg").is_err());
    }
}
