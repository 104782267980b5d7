//! Lets no panic through: one bad file must not end a session under way. What panicked is not used again, and nothing of
//! it is written on a facilitator's screen.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Does `work`; `None` where it panicked.
pub(super) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    let outer = CONTAINED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(outer);
    done.ok()
}

/// From now on, a panic that is contained is not told on standard error; any other is told as before.
pub fn hush() {
    let tell = take_hook();
    set_hook(Box::new(move |panic| {
        if !CONTAINED.get() {
            tell(panic);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_the_work_and_nothing_else() {
        hush();
        assert_eq!(contained(|| 3), Some(3));
        assert_eq!(contained(|| -> i32 { contained(|| panic!("inside")).unwrap_or(1) + 1 }), Some(2));
        assert_eq!(contained(|| panic!("outside")), None::<()>);
    }
}
