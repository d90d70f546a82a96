//! The inventory: VMs, gateways, pools, and which gateway serves which network.

use futures_util::future::join_all;
use gangway_engine::id::{GatewayId, SubscriptionId, TenantId};
use gangway_engine::tunnel::{Pool, PoolOrigin};
use gangway_engine::vm::Vm;
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::accounts::Subscription;
use crate::Azure;
use crate::calls;
use crate::error::Error;
use crate::http::answer::Answer;
use crate::http::arm::Ask;
use crate::wire::{graph, network};

/// How long a guid is.
const GUID: usize = 36;
/// Rows per page: the most that Resource Graph gives.
const PAGE: u32 = 1000;
/// The most subscriptions in one query (contract 4.4).
const MOST_SUBSCRIPTIONS: usize = 1000;
/// Queries at a time. Resource Graph lets about 15 through in 5 s (contract 4.4).
const AT_ONCE: usize = 6;
/// A query that goes on for longer than this is a circle.
const MOST_PAGES: usize = 2000;

/// What is there, as one tenant's token shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// The subscriptions that were looked at.
    pub subscriptions: Vec<Subscription>,
    /// The VMs.
    pub vms: Vec<Vm>,
    /// The gateways that P2S clients can be connected to.
    pub gateways: Vec<Gateway>,
    /// Rows that could not be used: an id with control characters, a row that is none.
    pub skipped: usize,
}

/// A gateway with P2S.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    /// Its id.
    pub id: GatewayId,
    /// Its name. Data.
    pub name: String,
    /// The blocks its clients get addresses from, group pools included.
    pub pools: Vec<Ipv4Net>,
    /// The network it stands in, in lower case; `None` for Virtual WAN.
    pub network: Option<String>,
    /// The networks it serves, in lower case: its own, and peered ones that use it.
    pub serves: Vec<String>,
    /// `properties.resourceGuid`, in lower case: part of the host name that its profiles
    /// carry. `None` for Virtual WAN, whose hosts are named otherwise (contract 9).
    pub guid: Option<String>,
}

/// The gateway's `resourceGuid` in the host name of a VPN profile, in lower case. Hosts of
/// VNet gateways are `azuregateway-<guid>-<hex>.vpn.azure.com` (contract 15.1); `None` for
/// any other.
#[must_use]
pub fn guid_in_host(host: &str) -> Option<String> {
    let host = host.to_ascii_lowercase();
    let rest = host.strip_prefix("azuregateway-")?;
    let (guid, rest) = rest.split_at_checked(GUID)?;
    (is_guid(guid) && rest.starts_with('-')).then(|| guid.to_owned())
}

/// Whether this is a guid as Azure writes it: `8-4-4-4-12` hex digits.
pub(crate) fn is_guid(text: &str) -> bool {
    let parts = text.split('-').map(str::len);
    text.len() == GUID
        && parts.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

impl Inventory {
    /// Every pool, with the gateway it was read from.
    #[must_use]
    pub fn pools(&self) -> Vec<Pool> {
        let of = |gateway: &Gateway| {
            let id = gateway.id.clone();
            gateway.pools.clone().into_iter().map(move |prefix| Pool {
                prefix,
                origin: PoolOrigin::Gateway { id: id.clone() },
            })
        };
        self.gateways.iter().flat_map(of).collect()
    }

    /// The gateway that serves the VM's network; `None` where none does, or more than
    /// one, or it could not be read.
    #[must_use]
    pub fn serving(&self, vm: &Vm) -> Option<&GatewayId> {
        serving(&self.gateways, vm)
    }
}

/// As [`Inventory::serving`], from a list of gateways.
#[must_use]
pub fn serving<'a>(gateways: &'a [Gateway], vm: &Vm) -> Option<&'a GatewayId> {
    let subnet = vm
        .addresses
        .iter()
        .find_map(|address| address.subnet.as_ref())?;
    let of_vm = network::network_of(subnet.as_str())?;
    let mut found = gateways
        .iter()
        .filter(|gateway| gateway.serves.contains(&of_vm));
    match (found.next(), found.next()) {
        (Some(only), None) => Some(&only.id),
        _ => None,
    }
}

impl Azure {
    /// Reads the inventory of a tenant: its subscriptions, then everything in them at once.
    ///
    /// # Errors
    /// The first error that any of the queries met; a right that is missing is none, it
    /// only makes the result smaller.
    pub async fn inventory(&self, tenant: &TenantId) -> Result<Inventory, Error> {
        let subscriptions = self.subscriptions(tenant).await?;
        let ids: Vec<_> = subscriptions
            .iter()
            .map(|subscription| subscription.id.clone())
            .collect();
        let (vms, gateways) = tokio::join!(self.vms(tenant, &ids), self.gateways(tenant, &ids));
        let (vms, skipped) = vms?;
        Ok(Inventory {
            subscriptions,
            vms,
            gateways: gateways?,
            skipped,
        })
    }

    /// The VMs of these subscriptions, and how many rows could not be used.
    ///
    /// # Errors
    /// As every call: [`Error`] says why.
    pub async fn vms(
        &self,
        tenant: &TenantId,
        of: &[SubscriptionId],
    ) -> Result<(Vec<Vm>, usize), Error> {
        // Pages of one query come one after the other; several queries run side by side.
        let size = of.len().div_ceil(AT_ONCE).clamp(1, MOST_SUBSCRIPTIONS);
        let parts: Vec<_> = of
            .chunks(size)
            .map(|part| self.vms_of(tenant, part))
            .collect();
        let (mut vms, mut skipped) = (Vec::new(), 0);
        for part in join_all(parts).await {
            let (found, lost) = part?;
            vms.extend(found);
            skipped += lost;
        }
        Ok((vms, skipped))
    }

    /// The gateways with P2S in these subscriptions, VNet and Virtual WAN alike.
    ///
    /// # Errors
    /// As every call: [`Error`] says why.
    pub async fn gateways(
        &self,
        tenant: &TenantId,
        of: &[SubscriptionId],
    ) -> Result<Vec<Gateway>, Error> {
        let queries = [graph::GATEWAYS, graph::WAN_GATEWAYS, graph::NETWORKS];
        let mut rows = join_all(queries.map(|query| self.rows(tenant, of, query)))
            .await
            .into_iter();
        let mut next = || rows.next().unwrap_or_else(|| Ok(Vec::new()));
        let (mut gateways, wan) = (next()?, next()?);
        // Peerings only tell which networks a gateway serves beside its own: good to have.
        let networks = next().unwrap_or_else(|error| {
            tracing::info!(%error, "peerings not to be had");
            Vec::new()
        });
        gateways.extend(wan);
        let mut found = network::gateways(&gateways);
        network::serve(&mut found, &networks);
        Ok(found)
    }

    async fn vms_of(
        &self,
        tenant: &TenantId,
        of: &[SubscriptionId],
    ) -> Result<(Vec<Vm>, usize), Error> {
        let mut gathering = graph::Gathering::default();
        self.query(tenant, of, graph::VMS, |row| gathering.take(row, tenant))
            .await?;
        Ok(gathering.finish())
    }

    async fn rows(
        &self,
        tenant: &TenantId,
        of: &[SubscriptionId],
        query: &str,
    ) -> Result<Vec<Value>, Error> {
        let mut rows = Vec::new();
        for part in of.chunks(MOST_SUBSCRIPTIONS) {
            self.query(tenant, part, query, |row| {
                rows.extend(serde_json::from_str::<Value>(row))
            })
            .await?;
        }
        Ok(rows)
    }

    async fn query(
        &self,
        tenant: &TenantId,
        of: &[SubscriptionId],
        query: &str,
        mut take: impl FnMut(&str) + Send,
    ) -> Result<(), Error> {
        let mut skip_token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut options = json!({ "$top": PAGE, "resultFormat": "objectArray" });
            if let Some(token) = &skip_token {
                options["$skipToken"] = json!(token);
            }
            let body = json!({ "subscriptions": of, "query": query, "options": options });
            let ask = Ask::new(&self.arm.transport, calls::GRAPH, "")?.with_body(&body);
            let answer = self.arm.send(tenant, &ask).await?;
            skip_token = page(&answer, &mut take)?;
            if skip_token.is_none() {
                return Ok(());
            }
        }
        Err(self.unusable(&format!("a query of more than {MOST_PAGES} pages")))
    }
}

/// Hands the rows of a page over and tells how it goes on.
fn page(answer: &Answer, take: &mut impl FnMut(&str)) -> Result<Option<String>, Error> {
    let page: graph::Page<'_> = answer.json_borrowed()?;
    for row in &page.data {
        take(row.get());
    }
    Ok(page.skip_token.filter(|token| !token.is_empty()))
}
