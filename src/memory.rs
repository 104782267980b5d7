//! How large the pieces are in which the system gives memory.
//!
//! Linux can give memory in huge pages of 2 MiB. Where much is read they spare a few hundredths of the time, as long as the
//! machine has such pages at hand. Where it first has to get them from its own host, to clear one takes some milliseconds: a build
//! that takes 90 ms takes 180, and music has to wait. Nobody can know beforehand which of the two it will be. Our allocator is
//! built so that it asks for none (`no_thp`); some systems give them unasked.

/// From here on, memory that nobody touched before comes in small pages. A system that cannot be asked has none other.
pub fn take_small_pages() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn memory_comes_in_small_pages_once_it_is_asked_for() {
        super::take_small_pages();
        assert!(rustix::thread::transparent_huge_pages_are_disabled().expect("the system knows"));
    }
}
