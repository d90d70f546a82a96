//! A connection: which of its steps changed, and the words when it has arrived.

use std::time::Duration;

use gangway_engine::problem::Problem;
use gangway_engine::snapshot::{ConnectionView, Ending, StepStanding, StepView};
use gangway_runtime::LaunchPreview;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::launch::launch;
use super::time::{left, took, when};
use super::tunnel::{evidence, way};
use crate::json::source_text;
use crate::say::{say, word};

/// The steps that stand otherwise than before.
pub(crate) fn steps_that_changed<'a>(
    before: Option<&ConnectionView>,
    now: &'a ConnectionView,
) -> Vec<&'a StepView> {
    let stood = |step: &StepView| {
        let steps = before.map(|view| view.steps.as_slice()).unwrap_or_default();
        steps
            .iter()
            .find(|it| it.step == step.step)
            .map_or(StepStanding::Ahead, |it| it.standing)
    };
    now.steps
        .iter()
        .filter(|step| stood(step) != step.standing)
        .collect()
}

/// A step that is under way, with how long it has taken so far.
pub(crate) fn running_line(step: &StepView, so_far: Duration) -> String {
    let so_far = SignedDuration::try_from(so_far).unwrap_or_default();
    let what = word("step", step.step);
    format!(
        "{what}: {} ({})",
        word("step-standing", step.standing),
        took(so_far)
    )
}

/// The steps that a dry run leaves out: they are done by nobody, needed though they are.
pub(crate) fn left_out(view: &ConnectionView) -> Vec<&StepView> {
    let planned = view.ending == Some(Ending::Planned);
    let ahead = |step: &&StepView| planned && step.standing == StepStanding::Ahead;
    view.steps.iter().filter(ahead).collect()
}

/// One of those on one line.
pub(crate) fn left_out_line(step: &StepView) -> String {
    let what = word("step", step.step);
    format!("{what}: {}", say("cli.not-done", &[]))
}

/// A step on one line, with how long it took: `Request access: done (0.3 s)`.
pub(crate) fn step_line(step: &StepView) -> String {
    let what = word("step", step.step);
    let how = word("step-standing", step.standing);
    match step.standing {
        StepStanding::Done | StepStanding::Failed => {
            format!("{what}: {how} ({})", took(step.took))
        }
        StepStanding::Ahead | StepStanding::Running | StepStanding::Skipped => {
            format!("{what}: {how}")
        }
    }
}

/// What is said once the port is proved: where, and until when.
pub(crate) fn arrived(view: &ConnectionView, now: Timestamp, zone: &TimeZone) -> Vec<String> {
    let mut lines = Vec::new();
    let path = view.tunnel.as_ref().and_then(|it| it.verdict.as_ref().ok());
    if let (Some(path), Some(service)) = (path, view.service) {
        lines.push(say(
            "cli.open",
            &[
                ("vm", &view.vm_name),
                ("address", &path.target.to_string()),
                ("port", &service.port.to_string()),
            ],
        ));
    }
    lines.push(match view.expires_at {
        Some(at) => say(
            "cli.open-until",
            &[
                ("until", &when(at, now, zone)),
                ("left", &left(at.duration_since(now))),
            ],
        ),
        None => say("cli.open-without-access", &[]),
    });
    lines
}

/// What a dry run found: the way, what would be asked for, and what would be started.
pub(crate) fn plan(
    view: &ConnectionView,
    preview: Option<&Result<LaunchPreview, Problem>>,
    zone: &TimeZone,
) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(tunnel) = &view.tunnel {
        if let Ok(path) = &tunnel.verdict {
            lines.push(way(path));
        }
        lines.extend(evidence(&tunnel.evidence));
    }
    lines.push(match &view.plan {
        Some(draft) => say(
            "cli.plan",
            &[
                ("vm", &view.vm_name),
                ("port", &draft.port.to_string()),
                ("source", &source_text(&draft.source)),
                ("duration", &left(draft.duration)),
            ],
        ),
        None => say("cli.plan-none", &[]),
    });
    lines.extend(preview.into_iter().flat_map(|it| launch(it, zone)));
    lines.push(say("cli.dry-run", &[]));
    lines
}

/// That an access runs longer now.
pub(crate) fn extended(view: &ConnectionView, now: Timestamp, zone: &TimeZone) -> String {
    let port = view.service.map(|service| service.port.to_string());
    let mut params = vec![("vm", view.vm_name.as_str())];
    params.extend(port.as_deref().map(|port| ("port", port)));
    let until = view.expires_at.map(|at| when(at, now, zone));
    match &until {
        Some(until) => {
            params.push(("until", until));
            say("cli.extended", &params)
        }
        None => say("cli.extended-end-unknown", &params),
    }
}

#[cfg(test)]
mod tests {
    use gangway_engine::snapshot::Step;

    use super::*;
    use crate::fixtures::{now, step, view};

    #[test]
    fn only_what_changed_is_told() {
        let before = ConnectionView {
            steps: vec![
                step(Step::Vm, StepStanding::Done, 3),
                step(Step::Tunnel, StepStanding::Running, 1),
            ],
            ..view()
        };
        let after = ConnectionView {
            steps: vec![
                step(Step::Vm, StepStanding::Done, 3),
                step(Step::Tunnel, StepStanding::Done, 1_250),
                step(Step::Request, StepStanding::Running, 0),
                step(Step::Proof, StepStanding::Ahead, 0),
            ],
            ..view()
        };
        let told: Vec<String> = steps_that_changed(Some(&before), &after)
            .into_iter()
            .map(step_line)
            .collect();
        assert_eq!(
            told,
            ["Find the tunnel: done (1.2 s)", "Request access: under way"]
        );
        assert_eq!(steps_that_changed(None, &before).len(), 2);
    }

    #[test]
    fn what_a_dry_run_leaves_out_is_not_called_unneeded() {
        let planned = ConnectionView {
            ending: Some(Ending::Planned),
            steps: vec![
                step(Step::Tunnel, StepStanding::Done, 3),
                step(Step::Request, StepStanding::Ahead, 0),
                step(Step::Launch, StepStanding::Skipped, 0),
            ],
            ..view()
        };
        let told: Vec<String> = left_out(&planned).into_iter().map(left_out_line).collect();
        assert_eq!(told, ["Request access: not done (dry run)"]);
        let ending = None;
        let under_way = ConnectionView { ending, ..planned };
        assert!(left_out(&under_way).is_empty());
    }

    #[test]
    fn an_extension_tells_its_real_end_or_that_it_is_not_known() {
        let told = extended(&view(), now(), &TimeZone::UTC);
        assert!(told.contains("port 22") && !told.contains('{'), "{told}");
        let later = ConnectionView {
            expires_at: "2026-03-01T12:20:00Z".parse().ok(),
            ..view()
        };
        let told = extended(&later, now(), &TimeZone::UTC);
        assert!(told.contains("12:20"), "{told}");
    }

    #[test]
    fn a_port_without_an_access_of_ours_has_no_end() {
        let told = arrived(&view(), now(), &TimeZone::UTC);
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("no end"), "{told:?}");
    }
}
