//! Which accesses count: an extension leaves the access it prolongs behind, which runs on
//! until Azure says it is over and whose end closes nothing.

use gangway_engine::request::{Access, Standing};
use gangway_engine::snapshot::{AccessView, ConnectionView};
use jiff::Timestamp;

/// The accesses without those that run only beside a longer one of ours.
pub(crate) fn effective(views: &[AccessView]) -> Vec<&AccessView> {
    let outlived = |view: &AccessView| view.followed && expires_at(&view.access).is_some();
    views.iter().filter(|view| !outlived(view)).collect()
}

/// When the access ends that carries a connection, or that it was for.
pub(crate) fn end(view: &ConnectionView, accesses: &[AccessView]) -> Option<Timestamp> {
    view.expires_at.or_else(|| {
        let request = view.request?;
        let of = |it: &&AccessView| it.access.request == request;
        expires_at(&accesses.iter().find(of)?.access)
    })
}

/// When an access ends, while it runs.
pub(crate) fn expires_at(access: &Access) -> Option<Timestamp> {
    match access.standing {
        Standing::Running { expires_at, .. } => Some(expires_at),
        Standing::Unanswered | Standing::Refused | Standing::Over { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use gangway_engine::id::RequestId;

    use super::*;
    use crate::fixtures::{access, running, view};

    fn numbered(request: u64, standing: Standing, followed: bool) -> AccessView {
        let mut access = access(standing);
        access.request = RequestId(request);
        AccessView {
            access,
            for_this_address: None,
            followed,
            over: false,
            problem: None,
        }
    }

    #[test]
    fn what_runs_beside_a_longer_one_is_left_out_and_what_has_no_answer_is_not() {
        let views = [
            numbered(1, running(), true),
            numbered(2, running(), false),
            numbered(3, Standing::Unanswered, true),
        ];
        let left: Vec<u64> = effective(&views)
            .into_iter()
            .map(|view| view.access.request.0)
            .collect();
        assert_eq!(left, [2, 3]);
    }

    #[test]
    fn an_end_that_the_connection_does_not_tell_is_that_of_its_access() {
        let views = [numbered(2, running(), false)];
        let request = Some(RequestId(2));
        let extended = ConnectionView { request, ..view() };
        assert_eq!(end(&extended, &views), expires_at(&views[0].access));
        assert_eq!(end(&view(), &views), None);
    }
}
