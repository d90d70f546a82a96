//! The one who writes to the store: in order, on a thread that may wait for the disk.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::error::{Error, chain};
use crate::world::World;

type Job = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// Takes writes and does them one after the other. What was handed over is written even
/// when nobody waits for it any more.
#[derive(Clone)]
pub(crate) struct Writer {
    world: Arc<World>,
    jobs: mpsc::UnboundedSender<Job>,
}

impl Writer {
    /// A writer, and the work to be driven until every writer is dropped.
    pub(crate) fn new(world: Arc<World>) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
        let work = async move {
            while let Some(job) = queue.recv().await {
                job().await;
            }
        };
        (Self { world, jobs }, work)
    }

    /// Writes, then hands the outcome to `after` and rings for the other processes.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&World) -> T + Send + 'static,
        after: impl FnOnce(T) + Send + 'static,
    ) {
        let world = Arc::clone(&self.world);
        let job: Job = Box::new(move || {
            Box::pin(async move {
                let written = spawn_blocking(move || {
                    let written = work(&world);
                    world.ring();
                    written
                })
                .await;
                match written {
                    Ok(written) => after(written),
                    Err(error) => tracing::error!(%error, "a write was lost"),
                }
            })
        });
        if self.jobs.send(job).is_err() {
            tracing::error!("a write came after the end");
        }
    }

    /// Writes what nobody waits for; a failure is logged.
    pub(crate) fn note(
        &self,
        what: &'static str,
        work: impl FnOnce(&World) -> Result<(), Error> + Send + 'static,
    ) {
        self.write(work, move |written| {
            if let Err(error) = written {
                tracing::warn!(error = %chain(&error), "{what} not written");
            }
        });
    }
}
