//! What a facilitator holds: commands in, status out. Every surface speaks the one vocabulary of `music::transport`.
//! It never touches the sound: it hands commands to the render loop and words to whoever prints them.

pub mod lines;
pub mod remote;
pub mod script;
pub mod status;
pub mod view;
