//! What can be asked of Azure, in the words of the house.

pub(crate) mod accounts;
pub(crate) mod initiate;
pub(crate) mod inventory;
pub(crate) mod policies;
pub(crate) mod rules;
pub(crate) mod vms;
