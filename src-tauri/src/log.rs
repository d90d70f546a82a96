//! A panic ends in the log: nobody watches this program's standard error.

use std::panic;

/// From now on a panic is written down before it ends this process. What is written passes
/// the log's redaction, as everything does.
pub(crate) fn keep_panics() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed").to_owned();
        tracing::error!(%thread, %panic, "this program met a mistake of its own");
        usual(panic);
    }));
}
