//! Writes the types that cross to the front end as TypeScript, and keeps the file honest.

use std::path::Path;

use ts_rs::{Config, TS};

use crate::account::*;
use crate::dial::*;
use crate::id::*;
use crate::intent::*;
use crate::launch::*;
use crate::policy::*;
use crate::problem::*;
use crate::query::*;
use crate::request::*;
use crate::settings::*;
use crate::sign_in::*;
use crate::snapshot::*;
use crate::tunnel::*;
use crate::vm::*;
use crate::wish::*;

const FILE: &str = "bindings/engine.ts";

/// Each name once, in the order of the file: what is not listed does not cross.
macro_rules! crossing {
    ($config:expr, $($name:ty),+ $(,)?) => {
        vec![$(format!("export {}\n", <$name>::decl($config))),+]
    };
}

fn generated() -> String {
    let config = &Config::new().with_large_int("number");
    let declarations = crossing!(
        config,
        VmId,
        GatewayId,
        NicId,
        NsgId,
        SubnetId,
        PolicyId,
        TenantId,
        SubscriptionId,
        ConnectionId,
        RequestId,
        SignInId,
        AccountId,
        LinkId,
        Wish,
        StoreWish,
        WindowWish,
        WindowPage,
        Done,
        Intent,
        ConnectWish,
        Answer,
        SignInWish,
        Query,
        VmFilter,
        SystemFilter,
        Freshness,
        Page,
        VmPage,
        PlaceEntry,
        GroupEntry,
        VmEntry,
        JitCoverage,
        Offer,
        VmDetails,
        PortEntry,
        RunningAccess,
        SettingEntry,
        SettingOrigin,
        SettingKind,
        ProfileEntry,
        About,
        SubscriptionEntry,
        SubscriptionRights,
        Right,
        Shown,
        Snapshot,
        TunnelStanding,
        Alert,
        LinkView,
        Usual,
        ConnectionView,
        LaunchView,
        LaunchWay,
        LaunchNote,
        CertificateEntry,
        StateName,
        Step,
        StepStanding,
        StepView,
        Ending,
        Question,
        AccessView,
        AccountsView,
        Account,
        AccountTenant,
        Way,
        WayOffer,
        Kept,
        SignInView,
        SignInStage,
        Access,
        Draft,
        Consent,
        Standing,
        Displaced,
        Source,
        Status,
        StatusReason,
        Problem,
        Cause,
        RefusedWhy,
        Deed,
        ForbiddenWhy,
        Details,
        WayOut,
        TunnelView,
        TunnelPath,
        TunnelProof,
        Pool,
        PoolOrigin,
        Evidence,
        Finding,
        LocalNetwork,
        Interface,
        InterfaceKind,
        VpnEntry,
        VpnClient,
        VpnProfile,
        Dialling,
        DialView,
        DialStage,
        DialWhy,
        RouteTo,
        Vm,
        VmAddress,
        Os,
        Power,
        Protocol,
        Service,
        Settings,
        OnAddressChange,
        ShellSettings,
        Theme,
    );
    format!(
        "// Written by the engine's test `the_bindings_are_what_crosses`. Times are RFC 3339,\n\
         // durations ISO 8601, addresses and prefixes as usual.\n\n{}",
        declarations.join("\n")
    )
}

/// A difference is written to the file, and the test fails once: look at it, check it in.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the checked-in file is what this test is about"
)]
fn the_bindings_are_what_crosses() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let wanted = generated();
    let found = std::fs::read_to_string(&file)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    if found != wanted {
        std::fs::write(&file, wanted).unwrap();
        panic!("{FILE} was out of date and is written anew");
    }
}
