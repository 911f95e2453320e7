//! Panics of tantivy → errors.
//!
//! Knows nothing of this program. tantivy takes an index for what it has written itself, and meets much of what a
//! damaged one holds with a panic (0.27, 2026-11-30). Whatever reads one goes through here.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use tantivy::TantivyError;

thread_local! {
    /// Whether a panic of this thread is caught here, and so is nothing to be told of.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `work` comes to; `None` where it panicked, of which nothing is printed.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let tell = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                tell(panic);
            }
        }));
    });
    let outer = IS_GUARDED.replace(true);
    // What was half done is thrown away with the index that it was done to.
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(outer);
    done.ok()
}

/// What `read` comes to, a panic as the error of an index that cannot be read.
pub(super) fn guarded<T>(read: impl FnOnce() -> tantivy::Result<T>) -> tantivy::Result<T> {
    caught(read).unwrap_or_else(|| Err(TantivyError::InternalError("it is damaged".to_owned())))
}
