//! HTTP: one client, what may be repeated, what an answer has to be.

pub(crate) mod answer;
pub(crate) mod arm;
pub(crate) mod challenge;
pub(crate) mod dates;
pub(crate) mod entra;
pub(crate) mod operation;
pub(crate) mod paging;
pub(crate) mod pause;
pub(crate) mod proxy;
mod stranger;
pub(crate) mod transport;
pub(crate) mod trust;
pub(crate) mod wait;
