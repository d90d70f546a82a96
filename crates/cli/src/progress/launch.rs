//! How the client is started, told once and before it shows anything.

use std::io;

use gangway_engine::launch::LaunchView;
use gangway_engine::text::text;

use super::Progress;
use crate::json::{Event, EventLine};

impl Progress {
    /// Tells what is new of it.
    pub(super) fn launch(&self, view: Option<&LaunchView>) -> io::Result<()> {
        let before = self.last.as_ref().and_then(|last| last.launch.as_ref());
        let Some(view) = view.filter(|view| Some(*view) != before) else {
            return Ok(());
        };
        if self.out.json {
            return self.out.object(&EventLine::from(Event::launch(view)));
        }
        if self.out.quiet {
            return Ok(());
        }
        for note in &view.notes {
            self.above(&text(note.key(), &note.params()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use gangway_engine::launch::{LaunchNote, LaunchWay};

    use super::*;

    #[test]
    fn an_event_names_the_way_and_each_note_with_its_values() {
        let view = LaunchView {
            way: LaunchWay::SignedFile,
            notes: vec![
                LaunchNote::PublisherNotNamed,
                LaunchNote::ByName {
                    name: "web01.corp.contoso.example".to_owned(),
                },
            ],
        };
        let line = serde_json::to_value(EventLine::from(Event::launch(&view))).unwrap();
        assert_eq!(
            line,
            serde_json::json!({
                "schema": 1, "event": "launch", "way": "signed-file",
                "notes": [
                    {"note": "publisher-not-named"},
                    {"note": "by-name", "name": "web01.corp.contoso.example"},
                ],
            })
        );
    }
}
