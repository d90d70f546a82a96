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
}

/// Looks: reads, and changes nothing.
#[must_use]
pub fn rdp_here(settings: &Settings) -> RdpHere {
    let installed = find_clients(settings.ssh.terminal.as_deref());
    let way = explain(&rdp_settings(settings.rdp.clone()), &installed);
    let chosen = settings.rdp.thumbprint.as_deref();
    let policies = installed.policies;
    let certificates = certificates(Clock::default().now(), chosen, &policies);
    RdpHere {
        certificates: certificates.unwrap_or_else(|error| {
            tracing::warn!(error = %chain(&error), "certificates not read");
            Vec::new()
        }),
        policies,
        way,
    }
}
