//! How the client would be started: the way, its notes, the command, and what its file would say.

use gangway_engine::launch::LaunchNote;
use gangway_engine::problem::Problem;
use gangway_engine::text::text;
use gangway_runtime::LaunchPreview;
use jiff::tz::TimeZone;

use crate::say::{clean, problem_lines, say};

/// Nothing is started while this is told.
pub(crate) fn launch(preview: &Result<LaunchPreview, Problem>, zone: &TimeZone) -> Vec<String> {
    let preview = match preview {
        Ok(preview) => preview,
        Err(problem) => return problem_lines(problem, zone),
    };
    let way = say(preview.view.way.key(), &[]);
    let mut lines = vec![
        say("cli.launch.way", &[("way", &way)]),
        say("cli.launch.command", &[("command", &preview.command)]),
    ];
    // The warning is told before it shows, once: this is neither.
    let notes = preview.view.notes.iter();
    let notes = notes.filter(|note| **note != LaunchNote::FirstWarning);
    lines.extend(notes.map(|note| text(note.key(), &note.params())));
    if !preview.properties.is_empty() {
        lines.push(say("cli.launch.file", &[]));
        let properties = preview.properties.iter();
        lines.extend(properties.map(|line| format!("  {}", clean(line))));
    }
    lines
}

#[cfg(test)]
mod tests {
    use gangway_engine::launch::{LaunchView, LaunchWay};
    use gangway_engine::problem::Cause;

    use super::*;

    #[test]
    fn the_way_the_command_and_every_property_are_told() {
        let preview = LaunchPreview {
            command: "mstsc.exe <.rdp file>".to_owned(),
            properties: vec![
                "full address:s:10.20.0.4:3389".to_owned(),
                "redirectdrives:i:0".to_owned(),
            ],
            view: LaunchView {
                way: LaunchWay::File,
                notes: vec![LaunchNote::FirstWarning, LaunchNote::GuardNeedsName],
            },
        };
        let told = launch(&Ok(preview), &TimeZone::UTC);
        assert!(told[1].contains("mstsc.exe <.rdp file>"), "{told:?}");
        assert_eq!(told[4], "  full address:s:10.20.0.4:3389");
        assert_eq!(told.len(), 6, "{told:?}");
        assert!(!told.concat().contains(['{', '}']), "{told:?}");
    }

    #[test]
    fn what_is_in_the_way_is_told_in_its_place() {
        let problem = Problem::new(Cause::RdpBlockedByPolicy {
            allowed: Vec::new(),
        });
        let told = launch(&Err(problem), &TimeZone::UTC);
        assert!(!told.is_empty());
    }
}
