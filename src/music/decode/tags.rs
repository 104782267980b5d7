//! What a file's tags say: its title, its artist, its licence, its credits. Pure.

use crate::music::credits::Credits;
use symphonia::core::meta::{Metadata, RawValue, StandardTag, Tag};

/// What a file's tags say of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// Its title.
    pub title: Option<String>,
    /// Its artist, else its album's.
    pub artist: Option<String>,
    /// Its licence, else its copyright.
    pub licence: Option<String>,
    /// Whose it is besides.
    pub credits: Credits,
}

/// Tags as they are found: at the front of a file, at its end, or both.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    tags: Tags,
    copyright: Option<String>,
    album_artist: Option<String>,
    /// What iTunes wrote of the piece's place in what is coded.
    pub(super) gapless: Option<String>,
}

impl Found {
    /// Takes in what a file has told so far; of two that say the same thing, the first is believed.
    pub(super) fn gather(&mut self, mut metadata: Metadata<'_>) {
        loop {
            if let Some(revision) = metadata.current() {
                let per_track = revision.per_track.iter().flat_map(|track| &track.metadata.tags);
                revision.media.tags.iter().chain(per_track).for_each(|tag| self.take(tag));
            }
            if metadata.pop().is_none() {
                break;
            }
        }
    }

    /// Takes in tags that were read elsewhere.
    pub(super) fn or(&mut self, tags: Tags) {
        let old = std::mem::take(&mut self.tags);
        self.tags = Tags {
            title: old.title.or(tags.title),
            artist: old.artist.or(tags.artist),
            licence: old.licence.or(tags.licence),
            credits: old.credits.or(&tags.credits),
        };
    }

    /// The tags.
    pub(super) fn tags(&self) -> Tags {
        let tags = self.tags.clone();
        Tags {
            title: tags.title,
            artist: tags.artist.or_else(|| self.album_artist.clone()),
            licence: tags.licence.or_else(|| self.copyright.clone()),
            credits: tags.credits,
        }
    }

    fn take(&mut self, tag: &Tag) {
        let (slot, value) = match &tag.std {
            Some(StandardTag::TrackTitle(value)) => (&mut self.tags.title, value),
            Some(StandardTag::Artist(value)) => (&mut self.tags.artist, value),
            Some(StandardTag::License(value)) => (&mut self.tags.licence, value),
            Some(StandardTag::Composer(value)) => (&mut self.tags.credits.composer, value),
            Some(StandardTag::Album(value)) => (&mut self.tags.credits.album, value),
            Some(StandardTag::Label(value)) => (&mut self.tags.credits.label, value),
            Some(StandardTag::IdentIsrc(value)) => (&mut self.tags.credits.isrc, value),
            Some(StandardTag::AlbumArtist(value)) => (&mut self.album_artist, value),
            Some(StandardTag::Copyright(value)) => (&mut self.copyright, value),
            _ => match (&tag.raw.value, name(&tag.raw.key).as_str()) {
                // Where a format has no field for it, people write it into a free one.
                (RawValue::String(value), "license" | "licence") => (&mut self.tags.licence, value),
                (RawValue::String(value), "publisher") => (&mut self.tags.credits.publisher, value),
                (RawValue::String(value), "itunsmpb") => (&mut self.gapless, value),
                _ => return,
            },
        };
        let value = value.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        if slot.is_none() && !value.is_empty() {
            *slot = Some(value.to_owned());
        }
    }
}

/// The last part of a key: `com.apple.iTunes:LICENSE` and `TXXX:license` are `license`.
fn name(key: &str) -> String {
    key.rsplit(':').next().unwrap_or(key).to_ascii_lowercase()
}
