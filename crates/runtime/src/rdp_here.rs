//! What decides on this machine how Remote Desktop is started: group policies, certificates.

use gangway_engine::launch::{CertificateEntry, LaunchView};
use gangway_engine::problem::Problem;
use gangway_launch::{RdpPolicies, certificates, explain, find_clients};

use crate::clock::Clock;
use crate::effects::rdp_settings;
use crate::error::chain;
use crate::settings::Settings;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RdpHere {
    /// What group policies say.
    pub policies: RdpPolicies,
    /// By which way mstsc would be started, and why; `None` where there is no mstsc.
    pub way: Result<Option<LaunchView>, Problem>,
    /// The person's certificates that can sign .rdp files.
    pub certificates: Vec<CertificateEntry>,
    /// Why these are not known, where the store cannot be read.
    pub certificates_unread: Option<String>,
}

/// Looks: reads, and changes nothing.
#[must_use]
pub fn rdp_here(settings: &Settings) -> RdpHere {
    let now = Clock::default().now();
    let chosen = settings.rdp.thumbprint.as_deref();
    let installed = find_clients(settings.ssh.terminal.as_deref()).with_certificate(chosen, now);
    let way = explain(&rdp_settings(settings.rdp.clone()), &installed);
    let policies = installed.policies;
    let (certificates, unread) = match certificates(now, chosen, &policies) {
        Ok(found) => (found, None),
        Err(error) => {
            tracing::warn!(error = %chain(&error), "certificates not read");
            (Vec::new(), Some(error.to_string()))
        }
    };
    RdpHere {
        certificates,
        certificates_unread: unread,
        policies,
        way: way.map_err(|problem| settings.placed(problem)),
    }
}
