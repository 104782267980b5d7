//! Whose a piece is, besides its title and artist: what reports on its use want to know. Pure.

use serde::{Deserialize, Serialize};

/// The credits of a piece, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Credits {
    /// Who wrote it: what ASCAP and BMI pay for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub composer: Option<String>,
    /// Who publishes what was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The release that it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// Who brought that out: with the album, what SoundExchange takes where there is no ISRC (37 CFR 370.4(d)(2)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The International Standard Recording Code of this recording (ISO 3901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isrc: Option<String>,
}

impl Credits {
    /// Each by its name, as playlists and journals write it.
    pub fn named(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("composer", self.composer.as_deref()),
            ("publisher", self.publisher.as_deref()),
            ("album", self.album.as_deref()),
            ("label", self.label.as_deref()),
            ("isrc", self.isrc.as_deref()),
        ]
    }

    /// These, made up by the others where they are silent.
    #[must_use]
    pub fn or(&self, others: &Credits) -> Credits {
        let either = |ours: &Option<String>, theirs: &Option<String>| ours.clone().or_else(|| theirs.clone());
        Credits {
            composer: either(&self.composer, &others.composer),
            publisher: either(&self.publisher, &others.publisher),
            album: either(&self.album, &others.album),
            label: either(&self.label, &others.label),
            isrc: either(&self.isrc, &others.isrc),
        }
    }

    /// Those of several recordings, each once.
    pub fn together<'a>(all: impl Iterator<Item = &'a Credits> + Clone) -> Credits {
        let each = |of: fn(&Credits) -> &Option<String>| {
            let mut names: Vec<&str> = Vec::new();
            for name in all.clone().filter_map(|credits| of(credits).as_deref()) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            (!names.is_empty()).then(|| names.join(" · "))
        };
        Credits {
            composer: each(|credits| &credits.composer),
            publisher: each(|credits| &credits.publisher),
            album: each(|credits| &credits.album),
            label: each(|credits| &credits.label),
            isrc: each(|credits| &credits.isrc),
        }
    }
}
