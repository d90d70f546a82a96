//! How Remote Desktop is started here, as data.

use gangway_engine::launch::{CertificateEntry, LaunchNote, LaunchWay};
use gangway_runtime::{RdpHere, Rule};
use serde::Serialize;

use super::ProblemJson;

/// The answer to `settings rdp`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RdpJson {
    /// By which way it is started; nothing without mstsc, or while something is in the way.
    way: Option<LaunchWay>,
    /// Why, and what to know of it.
    notes: Vec<LaunchNote>,
    /// What is in the way.
    problem: Option<ProblemJson>,
    /// Whether group policies let .rdp files open that nobody signed.
    unsigned_files: bool,
    /// Whether they let signed ones open, and sessions without a file.
    signed_files: bool,
    /// The publishers that they name, by thumbprint.
    publishers: Vec<String>,
    /// Whether passwords may be saved.
    saves_passwords: bool,
    /// Whether the warnings from before April 2026 are back.
    old_warnings: bool,
    /// The certificates that can sign.
    certificates: Vec<CertificateJson>,
    /// Why these are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificates_unread: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CertificateJson {
    name: String,
    issuer: String,
    ends_at: String,
    thumbprint: String,
    named_by_policy: bool,
    chosen: bool,
}

impl From<&RdpHere> for RdpJson {
    fn from(here: &RdpHere) -> Self {
        let view = here.way.as_ref().ok().and_then(Option::as_ref);
        let policies = &here.policies;
        Self {
            way: view.map(|view| view.way),
            notes: view.map(|view| view.notes.clone()).unwrap_or_default(),
            problem: here.way.as_ref().err().map(ProblemJson::from),
            unsigned_files: Rule::allows(policies.unsigned_files),
            signed_files: Rule::allows(policies.signed_files),
            publishers: policies.publishers.clone(),
            saves_passwords: !policies.no_saved_passwords,
            old_warnings: policies.old_warnings,
            certificates: here
                .certificates
                .iter()
                .map(CertificateJson::from)
                .collect(),
            certificates_unread: here.certificates_unread.clone(),
        }
    }
}

impl From<&CertificateEntry> for CertificateJson {
    fn from(entry: &CertificateEntry) -> Self {
        Self {
            name: entry.name.clone(),
            issuer: entry.issuer.clone(),
            ends_at: entry.ends_at.to_string(),
            thumbprint: entry.thumbprint.clone(),
            named_by_policy: entry.named_by_policy,
            chosen: entry.chosen,
        }
    }
}
