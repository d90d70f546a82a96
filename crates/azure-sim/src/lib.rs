//! Pretends to be Azure and Entra for everything that a connection by just-in-time access needs.
//!
//! Written from the REST reference (`docs/azure`), it shares nothing with the client, so that a misreading there is not
//! mirrored here. [`Sim`] is the simulator for tests; the program `azure-sim` is the same for people and the lab.
//!
//! ```no_run
//! # async fn example() -> Result<(), azure_sim::Error> {
//! let sim = azure_sim::Sim::start(azure_sim::Options::new(azure_sim::estate::demo())).await?;
//! sim.set(|s| s.rule_delay_ms = 2_000);
//! sim.fault(azure_sim::Fault::on("jit.initiate", azure_sim::Wrong::Throttled(Some(1))).times(1));
//! let vm = sim.vm("vm-web-01");
//! sim.advance(jiff::SignedDuration::from_mins(5)).await;
//! assert!(sim.asked_on("jit.initiate").is_empty());
//! # drop(vm); Ok(()) }
//! ```
//!
//! The control endpoint is described at [`control`], the file format of estates at [`estate`].

mod arm;
mod asked;
mod clock;
pub mod control;
mod entra;
mod error;
pub mod estate;
mod fault;
mod ground;
mod http;
mod jit;
mod net;
mod platform;
mod seed;
mod sim;
mod stage;
mod switches;
mod world;

pub use asked::Asked;
pub use clock::ClockKind;
pub use control::Deed;
pub use error::Error;
pub use estate::Estate;
pub use fault::{Fault, Wrong};
pub use sim::{Options, Sim, VmGround, VmInfo};
pub use switches::{
    ChallengeShape, EarlyShortening, Initiated, NewerRequest, OperationHeaders, RulesGoTo,
    SubsetRule, Switches,
};

/// Returns when somebody ends the program (SIGTERM or ctrl-c; ctrl-c alone on Windows).
///
/// # Errors
///
/// When the system does not let the program listen for that.
pub async fn ended() -> std::io::Result<()> {
    platform::ended().await
}
