//! A QR code as text: two modules to a cell, with the quiet zone that scanners want. Pure.
//! Light modules are drawn and dark ones are not: on the dark ground of a terminal at night that is as it should be.

use qrcode::{Color, EcLevel, QrCode};

/// The modules of nothing around it.
const QUIET: i32 = 4;

/// The lines of a QR code; none where the text is too long for one that a screen could show.
pub fn lines(text: &str) -> Vec<String> {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::L) else { return Vec::new() };
    let width = code.width() as i32;
    if width > 41 {
        return Vec::new();
    }
    let colours = code.to_colors();
    let light = |x: i32, y: i32| {
        let inside = (0..width).contains(&x) && (0..width).contains(&y);
        !inside || colours[(y * width + x) as usize] == Color::Light
    };
    let cell = |x: i32, y: i32| match (light(x, y), y + 1 < width + QUIET && light(x, y + 1)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    (-QUIET..width + QUIET).step_by(2).map(|y| (-QUIET..width + QUIET).map(|x| cell(x, y)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_square_with_its_three_eyes_and_a_quiet_zone() {
        let lines = lines("http://192.168.100.100:4100/#482913");
        let width = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == width), "{lines:#?}");
        assert_eq!(lines.len(), width.div_ceil(2));
        assert!(width <= 37 && lines.len() <= 19, "it fits a small terminal: {width}");
        assert!(lines[0].chars().all(|c| c == '█'), "{lines:#?}");
        // An eye: a row of seven dark modules, then one dark at each side of five.
        let row = |line: usize| lines[line].chars().skip(4).take(7).collect::<String>();
        assert_eq!((row(2).as_str(), row(3).as_str()), (" ▄▄▄▄▄ ", " █   █ "), "{lines:#?}");
    }

    #[test]
    fn what_is_too_long_is_no_code() {
        assert!(lines(&"x".repeat(5000)).is_empty());
    }
}
