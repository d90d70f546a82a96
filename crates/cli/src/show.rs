//! What is shown to a person: pure functions from the engine's words to lines.

mod access;
mod account;
mod connection;
mod launch;
mod rdp;
mod settings;
mod sign_in;
mod table;
mod time;
mod tunnel;
mod vms;
mod vpns;

pub(crate) use access::{access_line, history, notice, status};
pub(crate) use account::{accounts, rights, signed_in, subscriptions, taken_over, tenants};
pub(crate) use connection::{
    arrived, extended, left_out, left_out_line, plan, running_line, step_line, steps_that_changed,
};
pub(crate) use rdp::rdp;
pub(crate) use settings::settings;
pub(crate) use sign_in::{
    Told, sign_in_stage, sign_in_under_way, spaced, waiting_line, waiting_once, way_name,
};
pub(crate) use time::{when, wrong_clock};
pub(crate) use tunnel::{finding_name, tunnel};
pub(crate) use vms::{candidates, vms};
pub(crate) use vpns::{dial, vpns};
