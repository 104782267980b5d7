//! The thread that says what else should be looked at, once a build is on the screen. However many builds there were since
//! it was asked last, it looks once, when nobody has saved for a moment; and it holds up nobody: it looks with one core, so
//! that the next save finds another.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use crate::project::Project;
use crate::site::serve::{Advise, Shared};

/// How long nobody must have saved.
const QUIET: Duration = Duration::from_millis(200);

/// Asks for advice after a build.
pub(super) struct Adviser(Option<Sender<()>>);

impl Adviser {
    /// Begins; without anybody to ask it does nothing.
    pub(super) fn begin(advise: Option<Advise>, root: PathBuf, shared: Arc<Shared>) -> Adviser {
        let Some(advise) = advise else { return Adviser(None) };
        let (asks, asked) = channel::<()>();
        let run = move || {
            let Ok(alone) = rayon::ThreadPoolBuilder::new().num_threads(1).build() else { return };
            while asked.recv().is_ok() {
                // Whoever asked meanwhile is answered by the same look.
                while asked.recv_timeout(QUIET).is_ok() {}
                let Ok((project, _)) = Project::open(&root) else { continue };
                // A fault of a rule must not end the preview.
                let advice = catch_unwind(AssertUnwindSafe(|| alone.install(|| advise(&project))));
                if let Ok(advice) = advice {
                    shared.follow(|latest| latest.advised(advice));
                }
            }
        };
        let begun = thread::Builder::new().name("adviser".to_owned()).spawn(run);
        Adviser(begun.is_ok().then_some(asks))
    }

    /// There is a new build.
    pub(super) fn ask(&self) {
        if let Some(asks) = &self.0 {
            // An adviser that is gone has nothing to say.
            let _ = asks.send(());
        }
    }
}
