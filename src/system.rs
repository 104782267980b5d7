//! What is asked of the system for this process: memory in small pages, and that work which can wait gives way.
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

/// From here on, the thread that calls works while nobody else wants its core. Where single threads cannot be told apart, it works
/// like any other.
pub fn give_way() {
    // Linux gives each thread a niceness of its own, against POSIX: see setpriority(2).
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), LAST);
}

/// The highest niceness there is.
#[cfg(target_os = "linux")]
const LAST: i32 = 19;

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn memory_comes_in_small_pages_once_it_is_asked_for() {
        super::take_small_pages();
        assert!(rustix::thread::transparent_huge_pages_are_disabled().expect("the system knows"));
    }

    #[test]
    fn a_thread_that_gives_way_leaves_the_others_as_they_are() {
        let niceness = || {
            let own = Some(rustix::thread::gettid());
            rustix::process::getpriority_process(own).expect("the system knows")
        };
        let before = niceness();
        let patient = std::thread::spawn(move || {
            super::give_way();
            niceness()
        });
        assert_eq!((patient.join().expect("it only asks"), niceness()), (super::LAST, before));
    }
}
