//! A finished file of the site, on its way to whoever writes it or shows it. Plain data.

use std::borrow::Cow;
use std::ops::Deref;

use crate::site::kept::Origin;
use crate::site::{address, buffers};

/// A finished file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Where it goes inside the output folder, with forward slashes.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub bytes: Bytes,
    /// Where the tags of a page begin that its finishing reads, where somebody knows.
    pub tags: Option<Vec<usize>>,
    /// Where it came from, if it need not be made again where nothing of that changes.
    pub origin: Option<Box<Origin>>,
}

/// What an artifact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page of content/.
    Page,
    /// Any other file.
    File,
}

/// The bytes of a file. What was made as a text is known to be one: of a large site, to ask it again takes a while.
#[derive(Clone, Debug)]
pub enum Bytes {
    /// A text.
    Text(String),
    /// Anything else, or what nobody knows to be a text.
    Plain(Vec<u8>),
}

impl Artifact {
    /// A page of content/.
    pub fn page(route: &str, html: String) -> Self {
        Self { path: address::file(route), kind: Kind::Page, bytes: Bytes::Text(html), tags: None, origin: None }
    }

    /// Any other file.
    pub fn file(route: &str, bytes: impl Into<Bytes>) -> Self {
        Self { path: address::file(route), kind: Kind::File, bytes: bytes.into(), tags: None, origin: None }
    }

    /// The same, for somebody who keeps it.
    pub(super) fn staying(self) -> Self {
        match self.bytes {
            Bytes::Text(text) => Self { bytes: Bytes::Text(buffers::staying(text)), ..self },
            Bytes::Plain(_) => self,
        }
    }

    /// Nobody needs it any more.
    pub(super) fn done(self) {
        if let Bytes::Text(text) = self.bytes {
            buffers::back(text);
        }
    }
}

impl Bytes {
    /// The bytes as a text, where they are one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Bytes::Text(text) => Some(text),
            Bytes::Plain(bytes) => str::from_utf8(bytes).ok(),
        }
    }

    /// The bytes as a text, as far as they are one.
    pub fn lossy(&self) -> Cow<'_, str> {
        match self {
            Bytes::Text(text) => text.into(),
            Bytes::Plain(bytes) => String::from_utf8_lossy(bytes),
        }
    }

    /// The bytes taken as a text.
    ///
    /// # Errors
    /// With the bytes, where they are none.
    pub fn into_text(self) -> Result<String, Vec<u8>> {
        match self {
            Bytes::Text(text) => Ok(text),
            Bytes::Plain(bytes) => String::from_utf8(bytes).map_err(std::string::FromUtf8Error::into_bytes),
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Text(text) => text.as_bytes(),
            Bytes::Plain(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// The same bytes are the same file, whoever made them.
impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Bytes {}

impl From<String> for Bytes {
    fn from(text: String) -> Self {
        Bytes::Text(text)
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::Plain(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_are_the_same_file_and_what_is_no_text_stays_as_it_is() {
        let (text, plain) = (Bytes::from("é".to_owned()), Bytes::from("é".as_bytes().to_vec()));
        assert_eq!((&text, text.as_text()), (&plain, Some("é")));
        assert_eq!((text.into_text(), plain.into_text()), (Ok("é".to_owned()), Ok("é".to_owned())));
        let picture = Bytes::from(vec![0xff, 0xd8]);
        assert_eq!((picture.as_text(), picture.clone().into_text()), (None, Err(vec![0xff, 0xd8])));
        assert_eq!((&*picture, picture.lossy()), (&[0xff, 0xd8][..], "\u{fffd}\u{fffd}".into()));
    }
}
