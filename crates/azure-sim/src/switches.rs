//! Variants of Azure's behaviour: each field is one switch, set before the start or through the control endpoint.

use serde::{Deserialize, Serialize};

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
