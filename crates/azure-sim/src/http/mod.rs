//! The HTTPS front: TLS, routes, tokens, faults, the headers of every answer.

pub(crate) mod answer;
pub(crate) mod apiversion;
pub(crate) mod challenge;
pub(crate) mod front;
pub(crate) mod headers;
pub(crate) mod listen;
pub(crate) mod route;
pub(crate) mod spoil;
pub(crate) mod tls;
pub(crate) mod token;
