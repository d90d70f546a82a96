//! Just-in-time access as Defender for Cloud plays it: policies, requests, the rules they write, their end.

pub(crate) mod answer;
pub(crate) mod duration;
pub(crate) mod initiate;
pub(crate) mod progress;
pub(crate) mod rules;
pub(crate) mod subset;
