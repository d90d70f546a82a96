//! Elsewhere than on Windows there is no broker, and that is said.

use gangway_engine::account::Way;

use super::super::Window;
use super::super::answer::Said;
use super::super::request::Request;
use crate::error::Error;

/// No broker here.
pub(in super::super) const IS_HERE: bool = false;

/// No console has a window of Windows'.
pub(in super::super) fn console() -> Option<Window> {
    None
}

/// Says that there is none.
pub(in super::super) async fn token(request: &Request) -> Result<Said, Error> {
    Err(absent(request))
}

/// Says that there is none.
pub(in super::super) async fn sign_in(request: &Request, _: Window) -> Result<Said, Error> {
    Err(absent(request))
}

fn absent(request: &Request) -> Error {
    tracing::debug!(client_id = %request.client_id, "no broker on this system");
    Error::WayForbidden {
        way: Way::Broker,
        by_policy: false,
    }
}
