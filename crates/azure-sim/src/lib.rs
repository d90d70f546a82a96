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
//! People sign in through real pages, by hand, in a browser, or with [`Visitor`], the browser without a screen:
//!
//! ```no_run
//! # async fn example(sim: &azure_sim::Sim, page: &str) -> Result<(), azure_sim::Error> {
//! // `page` is the client's authorize address below `sim.pages()` (http) or `sim.base()` (https).
//! let mut person = azure_sim::Visitor::new()?.signing_in_as("admin@contoso.example").approving();
//! let visit = person.visit(page).await?;
//! assert!(visit.arrived(), "{}", visit.said);
//! assert_eq!(sim.sign_ins().rotated_reused, 0);
//! // Any AADSTS number, anywhere: `authorize`, `devicecode`, `token`, or one grant of the token endpoint.
//! sim.fault(azure_sim::Fault::on("token.refresh_token", azure_sim::Wrong::entra(50076)).times(1));
//! // Something wrong on purpose in every sign-in: state, nonce, audience, tenant, times.
//! sim.set(|s| s.tamper = Some(azure_sim::Tamper::Nonce));
//! let revoke = azure_sim::Deed::RevokeSessions { upn: "admin@contoso.example".into() };
//! sim.trigger(revoke).await?;
//! # Ok(()) }
//! ```
//!
//! The client id that people sign in to is [`Sim::public_client_id`], the pages' address [`Sim::pages`] (`browser_authority`
//! of the cloud definition, http on loopback, where no token is given). Who there is: [`Sim::people`]; variants:
//! [`Switches`]; what happened: [`Sim::sign_ins`].
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
mod options;
mod platform;
mod seed;
mod sim;
mod stage;
mod switches;
mod visitor;
mod world;

pub use asked::Asked;
pub use clock::ClockKind;
pub use control::Deed;
pub use entra::Counts;
pub use error::Error;
pub use estate::Estate;
pub use fault::{Fault, Wrong};
pub use options::{Options, VmGround};
pub use sim::{Sim, VmInfo};
pub use switches::{
    AddressRule, ChallengeShape, Consent, DeviceCodeRule, EarlyShortening, Initiated, NewerRequest,
    OperationHeaders, Rotation, RulesGoTo, SubsetRule, Switches, Tamper,
};
pub use visitor::{End, Visit, Visitor};

/// Returns when somebody ends the program (SIGTERM or ctrl-c; ctrl-c alone on Windows).
///
/// # Errors
///
/// When the system does not let the program listen for that.
pub async fn ended() -> std::io::Result<()> {
    platform::ended().await
}
