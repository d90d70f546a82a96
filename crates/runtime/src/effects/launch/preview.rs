//! What would be started: looked up and worded as for a launch, with nothing written and nothing run.

use gangway_engine::effect::LaunchPlan;
use gangway_engine::launch::LaunchView;
use gangway_engine::problem::Problem;

use super::invocation;
use crate::error::chain;
use crate::runtime::Runtime;

/// What a launch would come to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchPreview {
    /// The programs with their arguments, as a person would type them; a file stands in angle
    /// brackets.
    pub command: String,
    /// The properties of the .rdp file, one a line; none without such a file.
    pub properties: Vec<String>,
    /// By which way, and what to know of it.
    pub view: LaunchView,
}

impl Runtime {
    /// What starting the client would come to: nothing is written, and nothing runs. Names are
    /// looked up as for a launch; what the VM's own system is called is taken from the store
    /// where the plan does not say.
    ///
    /// # Errors
    /// Whatever would keep a client from being started: `client-missing`,
    /// `rdp-blocked-by-policy`, `name-unresolved`, `settings-invalid`.
    pub async fn preview(&self, mut wanted: LaunchPlan) -> Result<LaunchPreview, Problem> {
        let world = &self.world;
        let cached = world.cached(&wanted.vm).unwrap_or_else(|error| {
            tracing::warn!(error = %chain(&error), "cache not read");
            Default::default()
        });
        let known = cached.vm.and_then(|vm| vm.computer_name);
        wanted.computer_name = wanted.computer_name.or(known);
        let run = invocation(world, &wanted, None).await?;
        let rdp = run.files.iter().filter(|file| file.extension == "rdp");
        Ok(LaunchPreview {
            command: run.to_string(),
            properties: rdp
                .flat_map(|file| file.text.lines())
                .map(str::to_owned)
                .collect(),
            view: run.view,
        })
    }
}
