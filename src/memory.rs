//! How large the pieces are in which the system gives memory.
//!
//! The allocator asks Linux for huge pages of 2 MiB, which spare a build most of its page faults. What a build holds to its end
//! fills them; what comes and goes leaves many half empty, and clearing one takes a tenth of a millisecond, which is nothing to a
//! build and much to music.

/// As long as it is held, memory that nobody touched before comes in small pages.
#[derive(Debug)]
pub struct SmallPages {
    /// Whether they were small before.
    were: bool,
}

impl SmallPages {
    /// Small pages from here on. What is there already stays as it is.
    #[must_use]
    pub fn from_here() -> SmallPages {
        let were = system::are_small();
        if !were {
            system::make_small(true);
        }
        SmallPages { were }
    }
}

impl Drop for SmallPages {
    fn drop(&mut self) {
        if !self.were {
            system::make_small(false);
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use rustix::thread::{disable_transparent_huge_pages, transparent_huge_pages_are_disabled};

    pub(super) fn are_small() -> bool {
        transparent_huge_pages_are_disabled().unwrap_or(true)
    }

    pub(super) fn make_small(small: bool) {
        // A system that cannot be asked has none.
        let _ = disable_transparent_huge_pages(small);
    }
}

/// Elsewhere the system decides by itself.
#[cfg(not(target_os = "linux"))]
mod system {
    pub(super) fn are_small() -> bool {
        true
    }

    pub(super) fn make_small(_: bool) {}
}
