//! What was asked: one record per call, for tests and the control endpoint.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One call as it arrived and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The simulator's time at its arrival.
    pub at: Timestamp,
    /// Name of the route, for instance `jit.initiate`; `unknown` when there is none.
    pub route: String,
    /// HTTP method.
    pub method: String,
    /// Path as sent.
    pub path: String,
    /// Query as sent, without the question mark.
    pub query: String,
    /// Body as text; secrets and tokens of the token endpoint are left out.
    pub body: String,
    /// An `Authorization: Bearer` header came with it.
    pub bearer: bool,
    /// Status answered; 0 while the answer is under way or when the connection was reset.
    pub status: u16,
    /// `x-ms-client-request-id`, if sent.
    pub client_request_id: Option<String>,
    /// `x-ms-correlation-request-id` answered.
    pub correlation_id: String,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
}
