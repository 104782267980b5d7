//! The site half.
