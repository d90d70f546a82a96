//! The control endpoint: plain HTTP and JSON on loopback, for people, the lab and tests in other processes.
//!
//! | Verb of `azure-sim control` | Method and path | Body and answer |
//! |---|---|---|
//! | `info` | `GET /info` | the line that the program prints |
//! | `asked` | `GET /asked` | every call so far, [`crate::Asked`] |
//! | `forget` | `DELETE /asked` | forgets them |
//! | `faults` | `GET /faults` | faults in force |
//! | `fault` | `POST /faults` | adds a [`crate::Fault`] |
//! | `clear-faults` | `DELETE /faults` | removes all |
//! | `switches` | `GET /switches` | all [`crate::Switches`] |
//! | `set` | `PATCH /switches` | changes the given fields |
//! | `clock` | `GET /clock` | `{"now": ...}` |
//! | `advance` | `POST /clock` | `{"seconds": 60}`: moves the clock |
//! | `state` | `GET /state` | VMs with doors, policies with requests, NSG rules |
//! | `token` | `POST /token` | a bearer token for programs that cannot sign in: the application's for the first tenant, or with `{"upn", "tenant", "mfa", "cae"}` (each may be left out) a person's |
//! | `do` | `POST /do` | a [`Deed`] |

mod client;
pub(crate) mod deeds;
mod server;
pub(crate) mod state;

pub use client::call;
pub use deeds::Deed;
pub(crate) use server::router;
