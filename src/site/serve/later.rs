//! The thread that does what can wait until a build is on the screen: it says what else should be looked at, and makes the index of
//! the search. However many builds there were since it was asked last, it does so once, when nobody has saved for a moment; and it
//! holds up nobody: it works with one core, and only while nobody else wants that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use crate::project::Project;
use crate::site::serve::build::File;
use crate::site::serve::told::Advice;
use crate::site::serve::{Advise, Shared};
use crate::system;

/// How long nobody must have saved.
const QUIET: Duration = Duration::from_millis(200);

/// Does what can wait, after a build.
pub(super) struct Later(Option<Sender<()>>);

impl Later {
    /// Begins. Without anybody to ask there is no advice.
    pub(super) fn begin(advise: Option<Advise>, root: PathBuf, shared: Arc<Shared>) -> Later {
        let (asks, asked) = channel::<()>();
        let run = move || {
            let patient = rayon::ThreadPoolBuilder::new().num_threads(1).start_handler(|_| system::give_way());
            let Ok(alone) = patient.build() else { return };
            let mut read = Vec::new();
            while asked.recv().is_ok() {
                // Whoever asked meanwhile is answered by the same look.
                while asked.recv_timeout(QUIET).is_ok() {}
                // A fault of a rule, or of the search, must not end the preview.
                let _ = catch_unwind(AssertUnwindSafe(|| alone.install(|| look(advise.as_ref(), &root, &shared))));
                let _ = catch_unwind(AssertUnwindSafe(|| alone.install(|| index(&mut read, &shared))));
            }
        };
        let begun = thread::Builder::new().name("later".to_owned()).spawn(run);
        Later(begun.is_ok().then_some(asks))
    }

    /// There is a new build.
    pub(super) fn ask(&self) {
        if let Some(asks) = &self.0 {
            // Who is gone has nothing to say.
            let _ = asks.send(());
        }
    }
}

fn look(advise: Option<&Advise>, root: &Path, shared: &Shared) {
    let Some((advise, (project, _))) = advise.zip(Project::open(root).ok()) else { return };
    let advice = Advice::of(advise(&project));
    shared.follow(|latest| latest.advised(advice));
}

/// Makes the index of the pages that can be found. `read` are those that are in the one that is there.
#[cfg(feature = "search")]
fn index(read: &mut Vec<Arc<File>>, shared: &Shared) {
    let pages = shared.latest().searched();
    if pages.len() == read.len() && pages.iter().zip(&*read).all(|(page, read)| Arc::ptr_eq(page, read)) {
        return;
    }
    let html = |page: &Arc<File>| (page.path.clone(), page.bytes.lossy().into_owned());
    // The index that is there stays where a new one cannot be made: `holdspace build` says why.
    if let Ok(files) = crate::site::search::index(pages.iter().map(html).collect()) {
        shared.follow(|latest| Some(latest.indexed(files)));
        *read = pages;
    }
}

#[cfg(not(feature = "search"))]
fn index(_: &mut Vec<Arc<File>>, _: &Shared) {}
