//! Problems: every way a connection fails has a stable code, parameters and a way out.
//!
//! The codes are a contract with the command line's users and the documentation;
//! their sentences stand in `messages/en.json` under `problem.<code>`.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, Serializer};

use crate::account::Way;
use crate::dial::DialWhy;
use crate::id::{TenantId, VmId};
use crate::launch::LaunchWay;

mod clients;
mod deed;
mod details;
mod params;
mod way_out;
mod why;

pub use deed::Deed;
pub use details::Details;
pub(crate) use way_out::AT_A_TERMINAL;
pub use way_out::WayOut;
pub use why::{ForbiddenWhy, RefusedWhy};

/// A cause that can be named, with what is needed to tell it.
///
/// It is written with the parameters of its sentence beside it, under `params`, and with its
/// ways out, so that a view can say it and help without knowing each cause; they are not read
/// back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(
    test,
    derive(ts_rs::TS),
    ts(
        type = "{ details?: Details, params: { [key in string]: string }, ways_out?: Array<WayOut> } & Cause"
    )
)]
pub struct Problem {
    /// What happened.
    #[serde(flatten)]
    pub cause: Cause,
    /// What a help desk needs beside it.
    #[serde(default)]
    pub details: Details,
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            #[serde(flatten)]
            cause: &'a Cause,
            #[serde(skip_serializing_if = "Details::is_empty")]
            details: &'a Details,
            params: BTreeMap<&'static str, String>,
            ways_out: Vec<WayOut>,
        }
        let written = Written {
            cause: &self.cause,
            details: &self.details,
            params: self.params(),
            ways_out: self.ways_out(),
        };
        written.serialize(serializer)
    }
}

impl Problem {
    /// A problem with nothing but its cause.
    #[must_use]
    pub fn new(cause: Cause) -> Self {
        Self {
            cause,
            details: Details::default(),
        }
    }

    /// Adds what was seen.
    #[must_use]
    pub fn observed(mut self, text: impl Into<String>) -> Self {
        self.details.observed = Some(text.into());
        self
    }

    /// Adds the resource that was touched.
    #[must_use]
    pub fn on(mut self, resource: impl Into<String>) -> Self {
        self.details.resource = Some(resource.into());
        self
    }

    /// Adds Azure's correlation id.
    #[must_use]
    pub fn correlated(mut self, id: impl Into<String>) -> Self {
        self.details.correlation = Some(id.into());
        self
    }

    /// The stable code, as the documentation and `--json` show it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        params::code(&self.cause)
    }

    /// The parameters of its sentence, as text.
    #[must_use]
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        params::params(&self.cause)
    }

    /// What a person can do about it; never empty.
    #[must_use]
    pub fn ways_out(&self) -> Vec<WayOut> {
        way_out::ways_out(self)
    }
}

impl From<Cause> for Problem {
    fn from(cause: Cause) -> Self {
        Self::new(cause)
    }
}

/// What happened. One variant per code of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(
    tag = "code",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
#[allow(
    missing_docs,
    reason = "each field is named in the sentence of its code in messages/en.json"
)]
pub enum Cause {
    /// No usable account, or the sign-in was refused.
    NotSignedIn,
    /// A write wants a stronger sign-in. The claims go back to Entra as they came; no secret.
    MfaRequired { tenant: TenantId, claims: String },
    /// Conditional Access refused the sign-in (AADSTS53003).
    BlockedByConditionalAccess { entra_code: u32 },
    /// The device is not registered, joined or compliant.
    DeviceNotCompliant { entra_code: u32 },
    /// The network one sits in forbids this tenant (AADSTS500021).
    TenantRestricted { tenant: Option<TenantId> },
    /// Nobody has consented to this application (AADSTS65001, 90094).
    ConsentMissing {
        entra_code: u32,
        #[serde(default)]
        page: Option<String>,
    },
    /// The token is one of another tenant.
    WrongTenant { tenant: TenantId },
    /// There is no such tenant (AADSTS50059, 50128, 90002), or what was given is no tenant's id
    /// or domain.
    TenantUnknown { tenant: String },
    /// Somebody is signed in, but the tenant is switched off; without one, every tenant is.
    TenantOff { tenant: Option<TenantId> },
    /// Nobody finished the sign-in in time.
    SignInTimedOut { way: Way },
    /// The sign-in was refused, and not for a reason that has a code of its own here.
    SignInRefused {
        why: RefusedWhy,
        entra_code: Option<u32>,
    },
    /// The configured application's registration does not fit (AADSTS50011, 500011, 501481,
    /// 50194, 700016, 7000218, 70002xx).
    AppMisconfigured { entra_code: u32, client_id: String },
    /// What came back is not the answer to this sign-in: another state or nonce, a token
    /// for another tenant, audience or account.
    SignInMistrusted { what: String },
    /// This way of signing in is not to be had here.
    WayForbidden { way: Way, why: ForbiddenWhy },
    /// The saved sign-ins cannot be read: cut short, or another machine's.
    TokensUnreadable { file: String, kept: Option<String> },
    /// No system keyring: sign-ins live in memory only.
    KeyringMissing,
    /// No VM bears that name.
    VmNotFound { query: String, nearest: Vec<String> },
    /// Several VMs bear that name.
    VmAmbiguous {
        query: String,
        candidates: Vec<VmId>,
    },
    /// No tunnel is there and the VM's address would leave by the LAN.
    TunnelDown {
        target: Ipv4Addr,
        interface: Option<String>,
    },
    /// Something like a tunnel carries the route, but nothing shows that it is the company's.
    PoolUnknown {
        interface: String,
        address: Ipv4Addr,
        may_confirm: bool,
    },
    /// The tunnel is up, but the VM's address would leave through another interface.
    TunnelWithoutRoute {
        tunnel: String,
        address: Ipv4Addr,
        route: Option<String>,
        target: Ipv4Addr,
    },
    /// A LAN address lies in the pool, but the route is not a tunnel's.
    PoolOverlapsLan {
        interface: String,
        address: Ipv4Addr,
        #[cfg_attr(test, ts(type = "string"))]
        pool: Ipv4Net,
        route: Option<String>,
    },
    /// The tunnel leads to a gateway that does not serve the VM's network.
    TunnelOfAnotherGateway { connected: String, serving: String },
    /// The VM is reached by another network; no P2S tunnel is involved.
    NotThroughP2s {
        interface: String,
        address: Ipv4Addr,
    },
    /// Our tunnel address changed while an access runs for the old one.
    TunnelMoved {
        before: Ipv4Addr,
        now: Option<Ipv4Addr>,
        #[cfg_attr(test, ts(type = "string | null"))]
        until: Option<Timestamp>,
    },
    /// The VM is stopped.
    VmNotRunning { vm: VmId, power: crate::vm::Power },
    /// The VM was deleted.
    VmGone { vm: VmId },
    /// The VM has no private IPv4 address.
    VmWithoutPrivateAddress { vm: VmId },
    /// A fresh read shows no policy for this VM and port, and the port is closed.
    JitNotConfigured { vm: VmId, port: u16 },
    /// Azure says that JIT cannot be had for this VM.
    JitNotSupported { vm: VmId },
    /// Defender for Servers Plan 2 is off.
    PlanMissing { subscription: String },
    /// The policy may not be read at any scope that could show it.
    CannotSeePolicy { action: String, scope: String },
    /// Asking is not permitted.
    PermissionMissing { action: String, scope: String },
    /// The permission lies in an eligible role that is not active.
    RoleNotActive { action: String, scope: String },
    /// Azure Policy, a lock or a deny assignment refuses the write.
    WriteBlocked { by: String },
    /// Our address is outside the sources that the policy allows.
    SourceNotInPolicy {
        address: Ipv4Addr,
        #[cfg_attr(test, ts(type = "Array<string>"))]
        allowed: Vec<Ipv4Net>,
    },
    /// Our address is inside, but Azure takes only the policy's exact block.
    SourceNeedsWholePrefix {
        address: Ipv4Addr,
        #[cfg_attr(test, ts(type = "string"))]
        prefix: Ipv4Net,
        addresses: u64,
        allowed: bool,
    },
    /// Longer than the policy allows.
    DurationTooLong {
        #[cfg_attr(test, ts(type = "string"))]
        asked: SignedDuration,
        #[cfg_attr(test, ts(type = "string"))]
        longest: SignedDuration,
    },
    /// The policy does not cover this port.
    PortNotInPolicy { port: u16, ports: Vec<u16> },
    /// The settings demand a reason, and none was given.
    ReasonMissing,
    /// Refused for a reason that could not be matched.
    RequestRefused {
        status: u16,
        azure_code: String,
        words: String,
    },
    /// Accepted, but not live after the usual time.
    RuleLate {
        #[cfg_attr(test, ts(type = "string"))]
        waited: SignedDuration,
    },
    /// The rules let the packet through; nothing answers.
    PathOpenButSilent {
        address: Ipv4Addr,
        target: Ipv4Addr,
        port: u16,
    },
    /// TCP completes; no greeting comes.
    AnswersButSilent { target: Ipv4Addr, port: u16 },
    /// The host, or something before it, refused the connect.
    ReachedButRefused { target: Ipv4Addr, port: u16 },
    /// The host that answered is another one.
    OtherHostAnswered {
        target: Ipv4Addr,
        expected: String,
        came: String,
    },
    /// A suspicion: the rule matches, silence, an appliance in the path.
    SourceTranslated { address: Ipv4Addr },
    /// A rule denies.
    BlockedByRule {
        rule: String,
        nsg: String,
        priority: u16,
    },
    /// The access runs, but its allow rule is gone.
    RuleVanished { port: u16 },
    /// The port was open already, by something else than a request of ours.
    OpenOutsideJit { port: u16, by: Option<String> },
    /// Somebody's newer request took the place of ours.
    AccessDisplaced {
        by: Option<String>,
        #[cfg_attr(test, ts(type = "string | null"))]
        at: Option<Timestamp>,
    },
    /// Azure asks to wait.
    Throttled {
        #[cfg_attr(test, ts(type = "string"))]
        until: Timestamp,
    },
    /// An answer that is not what the contract says.
    AnswerUnusable { host: String, came: String },
    /// The proxy wants a sign-in.
    ProxySignIn { proxy: String },
    /// Somebody in the network shows a certificate whose issuer this machine does not trust.
    IssuerUnknown { host: String, issuer: String },
    /// Azure answers with a failure of its own.
    AzureUnavailable { status: Option<u16> },
    /// Azure cannot be reached from here.
    Offline { host: String },
    /// No program for this protocol is on this machine.
    ClientMissing {
        protocol: crate::vm::Protocol,
        looked_for: Vec<String>,
        /// The command that installs one.
        #[serde(default)]
        install: Option<String>,
    },
    /// Group policy blocks unsigned .rdp files; these ways it leaves open.
    RdpBlockedByPolicy { allowed: Vec<LaunchWay> },
    /// A name is wanted, and none leads to the proved address and nowhere else.
    NameUnresolved {
        names: Vec<String>,
        target: Ipv4Addr,
    },
    /// The store could not be read and was kept aside.
    StoreDamaged { kept: String },
    /// The store was written by a newer version.
    StoreNewer { found: u32, known: u32 },
    /// The store cannot be written.
    StoreNotWritable { path: String },
    /// The person's settings, or a file that they name, have a mistake; a machine policy's is
    /// [`Cause::SettingRefused`].
    SettingsInvalid {
        file: String,
        line: u32,
        column: u32,
        mistake: String,
    },
    /// A single setting cannot be used as it stands in a place: a machine policy, or the
    /// person's choice once it is to be used.
    SettingRefused {
        /// The key.
        setting: String,
        /// Where it stands.
        place: String,
        mistake: String,
    },
    /// A VPN could not be connected, or ended.
    DialFailed { profile: String, why: DialWhy },
    /// A VPN profile that is none.
    ProfileUnreadable { file: String, expected: String },
    /// A shell could not do what it was asked for, and Azure has no part in that.
    NotDone { deed: Deed },
}
