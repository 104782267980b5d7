//! The letters of what is no web page: handouts, and pictures of pages. Atkinson Hyperlegible Next, by the Braille Institute
//! (OFL-1.1): its letters are made not to be taken for each other. Pure.

/// Its faces.
pub(super) const FACES: [&[u8]; 4] = [
    include_bytes!("handout/fonts/regular.ttf"),
    include_bytes!("handout/fonts/bold.ttf"),
    include_bytes!("handout/fonts/italic.ttf"),
    include_bytes!("handout/fonts/bold-italic.ttf"),
];

/// Its name.
pub(super) const FAMILY: &str = "Atkinson Hyperlegible Next";
