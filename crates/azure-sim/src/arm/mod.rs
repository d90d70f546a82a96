//! Azure Resource Manager: which route is answered by which file here.

mod compute;
mod graph;
mod graph_rows;
mod jit;
mod network;
mod network_rules;
mod operation;
mod page;
mod permissions;
mod subscription;

use jiff::Timestamp;

use crate::http::answer::Answer;
use crate::http::front::Call;
use crate::http::route::Found;
use crate::http::token::Caller;
use crate::stage::Stage;
use crate::world::World;

/// A call whose token and api-version are in order.
pub(crate) struct Context<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) base: &'a str,
    pub(crate) found: &'a Found,
    pub(crate) call: &'a Call,
    pub(crate) tenant: &'a str,
    /// Index of the person who calls; none for the application itself.
    pub(crate) person: Option<usize>,
    pub(crate) now: Timestamp,
}

pub(crate) fn answer(
    world: &mut World,
    stage: &Stage,
    found: &Found,
    call: &Call,
    caller: &Caller,
    now: Timestamp,
) -> Answer {
    let mut context = Context {
        world,
        base: &stage.base,
        found,
        call,
        tenant: &caller.tenant,
        person: caller.person,
        now,
    };
    let context = &mut context;
    match found.template.name {
        "tenants" => subscription::tenants(context),
        "subscriptions" => subscription::list(context),
        "subscription" => subscription::get(context),
        "locations" => subscription::locations(context),
        "permissions" => permissions::list(context),
        "graph" => graph::query(context),
        "jit.get" => jit::get(context),
        "jit.initiate" => jit::initiate(context),
        name if name.starts_with("jit.list") => jit::list(context),
        "vm.get" => compute::get(context),
        "vm.instance-view" => compute::instance_view(context),
        "vm.start" => compute::start(context),
        "nic.get" => network::nic(context),
        "nic.effective-rules" => network_rules::effective(context),
        "nsg.get" => network::nsg(context),
        "subnet.get" => network::subnet(context),
        "operation.status" => operation::status(context),
        "operation.result" => operation::result(context),
        _ => Answer::error(
            404,
            "InvalidResourceType",
            "The resource type could not be found.",
        ),
    }
}

impl Context<'_> {
    pub(crate) fn param(&self, name: &str) -> &str {
        self.found.param(name)
    }

    /// 403 when the caller may not do this in the resource group of the path.
    pub(crate) fn group_visible(&self, action: &str) -> Result<(), Box<Answer>> {
        let place = (self.param("sub"), self.param("group"));
        if self.world.may(self.person, place, action) {
            return Ok(());
        }
        Err(Box::new(crate::http::answer::forbidden(
            action,
            &self.call.path,
        )))
    }
}
