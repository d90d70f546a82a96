//! Ctrl-C, heard also while something else is being done.

use tokio::signal::ctrl_c;
use tokio::sync::mpsc;
use tokio::task::yield_now;

/// Every Ctrl-C from the moment this was made; before that one ends the process.
pub(crate) struct Interrupts(mpsc::UnboundedReceiver<()>);

impl Interrupts {
    /// Listens. A listener of its own for each wait would miss what comes between two waits.
    pub(crate) async fn listen() -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        tokio::spawn(async move { while ctrl_c().await.is_ok() && tell.send(()).is_ok() {} });
        // The listener stands once that task has run for the first time.
        yield_now().await;
        Self(told)
    }

    /// The next one; never one where the system does not tell of them.
    pub(crate) async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending().await
        }
    }
}
