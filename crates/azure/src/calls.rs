//! The one list of calls: what is not here cannot be sent.

use reqwest::Url;

use crate::cloud::Cloud;
use crate::error::Error;

/// A method and path template that may be called. Only this file makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// A short name, for logs and tests.
    pub name: &'static str,
    /// `GET` or `POST`: nothing else is ever sent.
    pub method: &'static str,
    /// The path, with holes in braces.
    pub template: &'static str,
    /// The api-version, empty where the call has none.
    pub version: &'static str,
    /// Further query, empty where there is none.
    pub query: &'static str,
    /// The Azure action a caller needs; empty where none is needed.
    pub action: &'static str,
    /// Whether it may be sent again after it may have arrived.
    pub repeat: Repeat,
    sealed: Sealed,
}

/// Only this file can name it, so only this file can make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sealed;

/// When a call may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It reads: as often as needed.
    Always,
    /// It changes something: only where it surely was not taken.
    OnlyIfNotTaken,
}

macro_rules! calls {
    ($($(#[$doc:meta])+ $id:ident: $name:literal $method:ident $template:literal, $version:literal, $query:literal, $action:literal, $repeat:ident;)+) => {
        $($(#[$doc])+ pub(crate) const $id: Call = Call {
            name: $name, method: stringify!($method), template: $template, version: $version,
            query: $query, action: $action, repeat: Repeat::$repeat, sealed: Sealed,
        };)+
        /// Every call there is.
        pub const ALL: &[Call] = &[$($id),+];
    };
}

calls! {
    /// A token, at the cloud's authority (contract 2.1).
    TOKEN: "token" POST "/{tenant}/oauth2/v2.0/token", "", "", "", Always;
    /// A device code, at the cloud's authority (contract 2.4).
    DEVICE_CODE: "device-code" POST "/{tenant}/oauth2/v2.0/devicecode", "", "", "", Always;
    /// The tenants of an account (contract 3).
    TENANTS: "tenants" GET "/tenants", "2022-12-01", "", "", Always;
    /// The subscriptions a token reaches (contract 3).
    SUBSCRIPTIONS: "subscriptions" GET "/subscriptions", "2022-12-01", "", "", Always;
    /// What the caller may do at a subscription (contract 14.1). It needs no right of its own.
    PERMISSIONS: "permissions" GET "/subscriptions/{subscription}/providers/Microsoft.Authorization/permissions", "2022-04-01", "", "", Always;
    /// Resource Graph: a read, although it is a POST (contract 4.1).
    GRAPH: "graph" POST "/providers/Microsoft.ResourceGraph/resources", "2024-04-01", "", "*/read", Always;
    /// JIT policies of a subscription (contract 5.2).
    POLICIES_OF_SUBSCRIPTION: "policies-of-subscription" GET "/subscriptions/{subscription}/providers/Microsoft.Security/jitNetworkAccessPolicies", "2020-01-01", "", "Microsoft.Security/locations/jitNetworkAccessPolicies/read", Always;
    /// JIT policies of a resource group (contract 5.2).
    POLICIES_OF_GROUP: "policies-of-group" GET "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security/jitNetworkAccessPolicies", "2020-01-01", "", "Microsoft.Security/locations/jitNetworkAccessPolicies/read", Always;
    /// One JIT policy (contract 5.2).
    POLICY: "policy" GET "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security/locations/{location}/jitNetworkAccessPolicies/{policy}", "2020-01-01", "", "Microsoft.Security/locations/jitNetworkAccessPolicies/read", Always;
    /// An access request (contract 5.5). It is never repeated where it may have been taken.
    INITIATE: "initiate" POST "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security/locations/{location}/jitNetworkAccessPolicies/{policy}/initiate", "2020-01-01", "", "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action", OnlyIfNotTaken;
    /// A VM with its instance view (contract 8).
    VM: "vm" GET "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{vm}", "2024-07-01", "$expand=instanceView", "Microsoft.Compute/virtualMachines/read", Always;
    /// Starts a VM (contract 8).
    VM_START: "vm-start" POST "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{vm}/start", "2024-07-01", "", "Microsoft.Compute/virtualMachines/start/action", OnlyIfNotTaken;
    /// A network interface (contract 7.1).
    NIC: "nic" GET "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/networkInterfaces/{nic}", "2024-01-01", "", "Microsoft.Network/networkInterfaces/read", Always;
    /// The effective rules of an interface: a read, although it is a POST (contract 7.2).
    EFFECTIVE_RULES: "effective-rules" POST "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/networkInterfaces/{nic}/effectiveNetworkSecurityGroups", "2024-01-01", "", "Microsoft.Network/networkInterfaces/effectiveNetworkSecurityGroups/action", Always;
    /// A security group with its rules (contract 7.1).
    NSG: "nsg" GET "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/networkSecurityGroups/{nsg}", "2024-01-01", "", "Microsoft.Network/networkSecurityGroups/read", Always;
    /// A subnet, for the security group on it (contract 7.1).
    SUBNET: "subnet" GET "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{network}/subnets/{subnet}", "2024-01-01", "", "Microsoft.Network/virtualNetworks/subnets/read", Always;
    /// A route table, for an appliance on the way
    /// (<https://learn.microsoft.com/rest/api/virtualnetwork/route-tables/get>).
    ROUTE_TABLE: "route-table" GET "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/routeTables/{table}", "2024-01-01", "", "Microsoft.Network/routeTables/read", Always;
    /// The next page of a list above, at the address that Azure gave (contract 1.5).
    NEXT_PAGE: "next-page" GET "{nextLink of a list above}", "", "", "", Always;
    /// The progress of an operation above, at the address that Azure gave (contract 1.3).
    PROGRESS: "progress" GET "{Azure-AsyncOperation or Location of a call above}", "", "", "", Always;
}

impl Call {
    /// The address of this call for the resource `id`, whose segments fill the template
    /// from the left. What is not of the template's shape is refused: an id is data.
    pub(crate) fn address(&self, cloud: &Cloud, id: &str) -> Result<Url, Error> {
        let unfit = || Error::UnfitId {
            call: self.name,
            id: shown(id),
        };
        let mut url = cloud.resource_manager().clone();
        let mut given = id.split('/').filter(|segment| !segment.is_empty());
        {
            let mut path = url.path_segments_mut().map_err(|()| unfit())?;
            path.clear();
            for wanted in self.template.split('/').skip(1) {
                let segment = given.next();
                if wanted.starts_with('{') {
                    let value = segment
                        .filter(|value| fits_a_hole(value))
                        .ok_or_else(unfit)?;
                    path.push(value);
                } else {
                    if segment.is_some_and(|found| !found.eq_ignore_ascii_case(wanted)) {
                        return Err(unfit());
                    }
                    path.push(wanted);
                }
            }
        }
        if given.next().is_some() {
            return Err(unfit());
        }
        let query = match self.query {
            "" => format!("api-version={}", self.version),
            more => format!("api-version={}&{more}", self.version),
        };
        url.set_query(Some(&query));
        Ok(url)
    }

    /// Whether a request that was made is one of this call.
    #[must_use]
    pub fn matches(&self, method: &str, path: &str) -> bool {
        let mut asked = path.split('/').skip(1);
        self.method == method
            && self.template.starts_with('/')
            && self.template.split('/').skip(1).all(|wanted| {
                asked.next().is_some_and(|found| {
                    wanted.starts_with('{') && !found.is_empty()
                        || found.eq_ignore_ascii_case(wanted)
                })
            })
            && asked.next().is_none()
    }
}

/// The pages at the cloud's authority that a person's browser is sent to. Gangway itself
/// never asks for them.
pub const PAGES: &[(&str, &str)] = &[
    ("sign in", "/{tenant}/oauth2/v2.0/authorize"),
    ("sign out, where wanted", "/{tenant}/oauth2/v2.0/logout"),
];

/// The list as SECURITY.md shows it.
#[must_use]
pub fn as_table() -> String {
    let mut out = String::from("| call | method | path | api-version |\n|---|---|---|---|\n");
    for call in ALL {
        let authority = [TOKEN, DEVICE_CODE].contains(call);
        let host = if authority { "(authority) " } else { "" };
        let version = if call.version.is_empty() {
            "-"
        } else {
            call.version
        };
        let query = if call.query.is_empty() {
            String::new()
        } else {
            format!("?{}", call.query)
        };
        out.push_str(&format!(
            "| {} | {} | {host}`{}{query}` | {version} |\n",
            call.name, call.method, call.template,
        ));
    }
    out.push_str("\n| page that a browser is sent to | path at the authority |\n|---|---|\n");
    for (name, path) in PAGES {
        out.push_str(&format!("| {name} | `{path}` |\n"));
    }
    out
}

/// A name as ARM allows it, and nothing that a path could be changed with.
fn fits_a_hole(value: &str) -> bool {
    value != "." && value != ".." && !value.chars().any(|c| c.is_control() || "?#\\%".contains(c))
}

/// An id as a message may show it.
fn shown(id: &str) -> String {
    id.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str =
        "/subscriptions/s1/resourcegroups/RG/providers/microsoft.compute/virtualmachines/web 1";

    #[test]
    fn an_id_fills_a_template_whatever_its_case() {
        let url = VM.address(&Cloud::public(), ID).unwrap();
        assert_eq!(
            url.as_str(),
            "https://management.azure.com/subscriptions/s1/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/web%201?api-version=2024-07-01&$expand=instanceView"
        );
        assert!(
            VM_START
                .address(&Cloud::public(), ID)
                .unwrap()
                .path()
                .ends_with("/start")
        );
        let group = "/subscriptions/s1/resourceGroups/rg";
        assert!(POLICIES_OF_GROUP.address(&Cloud::public(), group).is_ok());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for id in [
            ID.replace("virtualmachines", "disks"),
            ID.replace("RG", ".."),
            ID.replace("RG", "%2e%2e"),
            format!("{ID}/extensions/x"),
            ID.replace("web 1", "a?b"),
            "/subscriptions".to_owned(),
        ] {
            assert!(VM.address(&Cloud::public(), &id).is_err(), "{id}");
        }
    }

    #[test]
    fn a_request_is_recognised() {
        assert!(VM.matches("GET", ID));
        assert!(!VM.matches("POST", ID) && !VM.matches("GET", &format!("{ID}/start")));
        assert!(VM_START.matches("POST", &format!("{ID}/start")));
    }

    #[test]
    fn names_are_unique_and_only_reads_and_two_actions_are_there() {
        let mut names: Vec<_> = ALL.iter().map(|call| call.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        let writes: Vec<_> = ALL
            .iter()
            .filter(|c| c.repeat == Repeat::OnlyIfNotTaken)
            .collect();
        assert_eq!(writes, [&INITIATE, &VM_START]);
    }
}
