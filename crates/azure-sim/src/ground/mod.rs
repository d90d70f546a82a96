//! What stands behind the VMs' addresses: listeners on loopback, a hook program, or nothing.

pub(crate) mod door;
mod hook;
mod loopback;
mod place;
mod rdp;
mod ssh;

pub(crate) use hook::Hook;
pub(crate) use loopback::Loopback;
pub(crate) use place::place;

use crate::world::VmState;

/// One of the three.
pub(crate) enum Ground {
    Loopback(Loopback),
    Hook(Hook),
    Nothing,
}

impl Ground {
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    pub(crate) fn wants_rules(&self) -> bool {
        matches!(self, Self::Hook(_))
    }

    /// Makes the outside follow, VM by VM, before it returns.
    pub(crate) async fn follow(&mut self, changed: &[VmState]) {
        match self {
            Self::Loopback(loopback) => loopback.follow(changed).await,
            Self::Hook(hook) => hook.follow(changed).await,
            Self::Nothing => {}
        }
    }
}
