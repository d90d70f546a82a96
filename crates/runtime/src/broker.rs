//! Windows' own accounts, where this build has them: whether they are offered, and signing in.

#[cfg(not(feature = "broker"))]
use gangway_azure::Error;
use gangway_azure::{App, Ask, Azure, SignedIn};
use gangway_engine::problem::Problem;

/// Whether people may sign in with an account of Windows here.
#[cfg(feature = "broker")]
pub(crate) const IS_HERE: bool = gangway_azure::BROKER_IS_HERE;

/// Whether people may sign in with an account of Windows here.
#[cfg(not(feature = "broker"))]
pub(crate) const IS_HERE: bool = false;

/// Signs in with an account of Windows, above this program's console.
#[cfg(feature = "broker")]
pub(crate) async fn sign_in(azure: &Azure, app: &App, ask: &Ask) -> Result<SignedIn, Problem> {
    let window = gangway_azure::Window::of_console().unwrap_or(gangway_azure::Window(0));
    let done = azure.sign_in_with_broker(app, ask, window).await;
    done.map_err(|error| error.problem())
}

/// There is none in this build.
#[cfg(not(feature = "broker"))]
pub(crate) async fn sign_in(_: &Azure, _: &App, _: &Ask) -> Result<SignedIn, Problem> {
    let forbidden = Error::WayForbidden {
        way: gangway_engine::account::Way::Broker,
        by_policy: false,
    };
    Err(forbidden.problem())
}
