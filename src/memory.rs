//! How large the pieces are in which the system gives memory.
//!
//! The allocator asks Linux for huge pages of 2 MiB. They spare a large site most of its page faults while it is read, as what is
//! read stays and fills them. All else is small, or comes and goes and leaves many half empty; and to clear one can take a
//! millisecond, which is long to music, and to whoever builds a small site. So the program begins without them.

/// From here on, memory that nobody touched before comes in small pages.
pub fn begin_with_small_pages() {
    system::make_small(true);
}

/// As long as it is held, such memory comes in huge pages.
#[derive(Debug)]
pub struct HugePages {
    /// Whether they were small before.
    were_small: bool,
}

impl HugePages {
    /// Huge pages from here on. What is there already stays as it is.
    #[must_use]
    pub fn from_here() -> HugePages {
        let were_small = system::are_small();
        if were_small {
            system::make_small(false);
        }
        HugePages { were_small }
    }
}

impl Drop for HugePages {
    fn drop(&mut self) {
        if self.were_small {
            system::make_small(true);
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use rustix::thread::{disable_transparent_huge_pages, transparent_huge_pages_are_disabled};

    pub(super) fn are_small() -> bool {
        transparent_huge_pages_are_disabled().unwrap_or(false)
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
        false
    }

    pub(super) fn make_small(_: bool) {}
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn pages_are_huge_only_as_long_as_somebody_asks_for_it() {
        begin_with_small_pages();
        assert!(system::are_small());
        let huge = HugePages::from_here();
        assert!(!system::are_small());
        drop(huge);
        assert!(system::are_small());
    }
}
