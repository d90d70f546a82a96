//! How a client would be started, as data.

use gangway_engine::launch::{LaunchNote, LaunchWay};
use gangway_engine::problem::Problem;
use gangway_runtime::LaunchPreview;
use serde::Serialize;

use super::ProblemJson;

/// What a dry run tells of the client.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LaunchJson {
    /// By which way: `file`, `signed-file`, `direct`, `terminal` or `window`.
    #[serde(skip_serializing_if = "Option::is_none")]
    way: Option<LaunchWay>,
    /// What to know of it.
    notes: Vec<LaunchNote>,
    /// The programs with their arguments; a file stands in angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    /// The properties of the .rdp file, `key:type:value`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<String>,
    /// What would keep it from being started.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemJson>,
}

impl From<&Result<LaunchPreview, Problem>> for LaunchJson {
    fn from(preview: &Result<LaunchPreview, Problem>) -> Self {
        match preview {
            Ok(preview) => Self {
                way: Some(preview.view.way),
                notes: preview.view.notes.clone(),
                command: Some(preview.command.clone()),
                properties: preview.properties.clone(),
                problem: None,
            },
            Err(problem) => Self {
                problem: Some(ProblemJson::from(problem)),
                ..Self::default()
            },
        }
    }
}
