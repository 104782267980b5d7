//! What a facilitator holds: commands in, status out. Every surface speaks the one vocabulary of `music::transport`.
//! It never touches the sound: it hands commands to the render loop and words to whoever prints them.

//!
//! | room | what it is for |
//! | --- | --- |
//! | [`view`] | a session as every surface shows it: plain data |
//! | [`remote`] | holds a session: sends commands, has the view |
//! | [`screen`], [`keys`] | the view as cells, and what a key does; [`tui`] owns the terminal |
//! | [`phone`] | a page of its own for a phone in the room's network |
//! | [`attach`] | a session that plays in another process |
//! | [`lines`], [`script`] | commands as words: typed, or with their times |
//! | [`secret`] | what a stranger cannot guess |
//! | [`status`] | the session in one line of words |

pub mod attach;
pub mod keys;
pub mod lines;
pub mod phone;
pub mod remote;
pub mod screen;
pub mod script;
pub mod secret;
pub mod status;
pub mod tui;
pub mod view;
