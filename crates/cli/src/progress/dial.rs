//! A VPN that is being connected, on the terminal: each stage told once.

use std::io;

use gangway_engine::dial::DialView;

use super::Progress;
use crate::json::{Event, EventLine};
use crate::show;

impl Progress {
    /// Tells how far it is, where that is news.
    pub(crate) fn dial(&mut self, view: Option<&DialView>) -> io::Result<()> {
        if self.dial.as_ref() == view {
            return Ok(());
        }
        self.dial = view.cloned();
        let Some(view) = view else {
            return Ok(());
        };
        if self.out.json {
            return self.out.object(&EventLine::from(Event::dial(view)));
        }
        match show::dial(view) {
            Some(line) if !self.out.quiet => self.above(&line),
            Some(_) | None => Ok(()),
        }
    }
}
