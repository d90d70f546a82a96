//! Variants of Azure's behaviour: each field is one switch, set before the start or through the control endpoint.

mod people;

use serde::{Deserialize, Serialize};

pub use people::{AddressRule, Consent, DeviceCodeRule, Rotation, Tamper};

/// Every switch. The default is what was recorded or is most likely (contract 5, 6, 18).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// When a request turns from `Initiating` to `Initiated`.
    pub initiated: Initiated,
    /// Answers with an empty `requestor` (contract 5.2).
    pub empty_requestor: bool,
    /// Which sources lie within a policy's source (contract 5.5, source matching).
    pub subset_rule: SubsetRule,
    /// What a newer request does to older ones for the same VM and port (contract 5.5, overlap).
    pub newer_request: NewerRequest,
    /// What a newer request that ends earlier does (contract 5.5, early revoke).
    pub early_shortening: EarlyShortening,
    /// The undocumented `duration` is refused, only `endTimeUtc` is taken.
    pub duration_refused: bool,
    /// Shortest duration in seconds that is accepted.
    pub shortest_seconds: u32,
    /// Every access ends after at most so many seconds, whatever was asked.
    pub access_seconds: Option<u32>,
    /// Which NSG gets JIT's rules (contract 18, item 6). Read when a policy or request takes effect.
    pub rules_go_to: RulesGoTo,
    /// Only the primary address of a NIC gets rules, or every IPv4 address.
    pub primary_address_only: bool,
    /// Milliseconds from 202 to the allow rule.
    pub rule_delay_ms: u64,
    /// Milliseconds from the end to the rule's removal; the status changes at the end itself.
    pub removal_delay_ms: u64,
    /// Requests are accepted and no rule ever comes (a lock on the NSG's group, contract 14.4).
    pub rule_never_comes: bool,
    /// Uses the rule names of before 2023 (contract 6).
    pub old_rule_names: bool,
    /// The P2S pools belong to the `VirtualNetwork` tag (contract 18, item 7).
    pub pools_in_virtual_network: bool,
    /// A security admin rule of Azure Virtual Network Manager denies this port everywhere, before any NSG (contract 7.2).
    pub network_manager_denies: Option<u16>,
    /// Unsafe calls want a token that was fetched with claims (contract 2.6).
    pub mfa_on_writes: bool,
    /// How the claims challenge is written.
    pub challenge_shape: ChallengeShape,
    /// The caller has rights in resource groups of this name only (contract 17, item 19).
    pub rights_only_in: Option<String>,
    /// The subscription-wide policy list is forbidden.
    pub subscription_list_forbidden: bool,
    /// Entries per page of ARM lists; absent means all at once.
    pub page_size: Option<usize>,
    /// Host that `nextLink` points to instead of this one.
    pub next_link_host: Option<String>,
    /// Largest page of Resource Graph (1000 in Azure).
    pub graph_page: usize,
    /// Which headers a long-running operation answers with (contract 1.3).
    pub operation_headers: OperationHeaders,
    /// Milliseconds a VM start takes.
    pub start_ms: u64,
    /// Error code that a VM start ends with, in the polled status only (contract 8).
    pub start_fails_with: Option<String>,
    /// Milliseconds the effective rules take.
    pub effective_ms: u64,
    /// `Retry-After` of long-running operations in seconds; absent means no such header.
    pub operation_retry_after: Option<u32>,
    /// Seconds that an access token lives.
    pub token_seconds: u32,
    /// Seconds that a person's access token lives where the client declared `cp1` (contract 2.6).
    pub cae_seconds: u32,
    /// Seconds that an authorization code lives.
    pub code_seconds: u32,
    /// Days that a refresh token lives unused (contract 2.5).
    pub refresh_days: u32,
    /// What becomes of a refresh token that was redeemed.
    pub rotation: Rotation,
    /// The public registration takes accounts of every tenant; otherwise of the first only (contract 2.2).
    pub multi_tenant: bool,
    /// The public registration allows public flows, which device codes need (contract 2.2).
    pub public_flows: bool,
    /// The sign-in page asks everybody for MFA.
    pub mfa_at_sign_in: bool,
    /// Who has consented.
    pub consent: Consent,
    /// What policy says about device codes.
    pub device_code: DeviceCodeRule,
    /// Seconds between two polls for a device code.
    pub device_interval: u32,
    /// Seconds that a device code lives.
    pub device_seconds: u32,
    /// The public address that the caller seems to have now, instead of the estate's.
    pub caller_address: Option<String>,
    /// What happens when that address changes.
    pub address_rule: AddressRule,
    /// Something in every sign-in that is wrong on purpose.
    pub tamper: Option<Tamper>,
    /// A refusal of the authorize endpoint is shown there, with no way back: the browser never returns.
    pub refusals_stay_on_page: bool,
    /// `error_description` of a redirect carries markup.
    pub markup_in_errors: bool,
    /// The pages answer themselves, as if this person had pressed every button; the device page takes the newest code.
    pub answers_itself: Option<String>,
    /// Letters that stand in every token, authorization code and device code from now on, for whoever looks where they went.
    pub canary: Option<String>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            initiated: Initiated::AfterMs(0),
            empty_requestor: false,
            subset_rule: SubsetRule::Contains,
            newer_request: NewerRequest::ReplacesAll,
            early_shortening: EarlyShortening::Accepted,
            duration_refused: false,
            shortest_seconds: 300,
            access_seconds: None,
            rules_go_to: RulesGoTo::Nic,
            primary_address_only: false,
            rule_delay_ms: 0,
            removal_delay_ms: 0,
            rule_never_comes: false,
            old_rule_names: false,
            pools_in_virtual_network: true,
            network_manager_denies: None,
            mfa_on_writes: false,
            challenge_shape: ChallengeShape::Plain,
            rights_only_in: None,
            subscription_list_forbidden: false,
            page_size: None,
            next_link_host: None,
            graph_page: 1000,
            operation_headers: OperationHeaders::Both,
            start_ms: 0,
            start_fails_with: None,
            effective_ms: 0,
            operation_retry_after: Some(0),
            token_seconds: 3900,
            cae_seconds: 86_400,
            code_seconds: 600,
            refresh_days: 90,
            rotation: Rotation::Strict,
            multi_tenant: true,
            public_flows: true,
            mfa_at_sign_in: false,
            consent: Consent::Given,
            device_code: DeviceCodeRule::Allowed,
            device_interval: 5,
            device_seconds: 900,
            caller_address: None,
            address_rule: AddressRule::Ignored,
            tamper: None,
            refusals_stay_on_page: false,
            markup_in_errors: false,
            answers_itself: None,
            canary: None,
        }
    }
}

/// When a request becomes `Initiated`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initiated {
    /// So many milliseconds after the 202 (4 s were recorded).
    AfterMs(u64),
    /// At the n-th Get of the policy.
    AfterGets(u32),
    /// Stays `Initiating`.
    Never,
}

/// Which sources lie within a policy's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubsetRule {
    /// Any block inside an allowed block.
    Contains,
    /// Only an allowed block itself, letter for letter (a report of 2020).
    Exact,
}

/// What a newer request does to older ones for the same VM and port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewerRequest {
    /// Ends all of them.
    ReplacesAll,
    /// Ends those for the same source.
    ReplacesSameSource,
    /// Ends those of the same person.
    ReplacesSamePerson,
    /// Ends none.
    Adds,
}

/// What a newer request of the same source that ends earlier does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EarlyShortening {
    /// Is taken: access ends earlier.
    Accepted,
    /// Is taken, and the older end stays in force.
    Ignored,
    /// Is refused.
    Refused,
}

/// Which NSG gets JIT's rules; where only one exists, that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RulesGoTo {
    /// The interface's.
    Nic,
    /// The subnet's.
    Subnet,
    /// Both.
    Both,
}

/// How a claims challenge is written (contract 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChallengeShape {
    /// One header, padded base64.
    Plain,
    /// base64 without its padding.
    NoPadding,
    /// base64url without padding.
    UrlSafe,
    /// Two headers, the first of another scheme.
    SeveralHeaders,
    /// `claims` before everything else.
    OtherOrder,
}

/// Headers of a long-running operation (contract 1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationHeaders {
    /// `Azure-AsyncOperation` and `Location`.
    Both,
    /// Only `Azure-AsyncOperation`.
    AsyncOperation,
    /// Only `Location`.
    Location,
}
