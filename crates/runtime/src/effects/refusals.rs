//! Tells the system's log of connections that a problem stopped.

use gangway_engine::snapshot::Snapshot;

use super::Effects;
use crate::records;

impl Effects {
    /// Tells the refusals that are new in what is shown now.
    pub(crate) fn tell_refusals(&self, before: &Snapshot, now: &Snapshot) {
        for record in records::refused(before, now) {
            self.writer.note("a record", move |world| {
                records::tell(world, record);
                Ok(())
            });
        }
    }
}
