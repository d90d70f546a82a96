//! Who is signed in, as last observed.

use crate::account::{AccountsView, KnownAccounts};

/// The accounts of this machine.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    known: KnownAccounts,
}

impl Desk {
    /// Takes what was observed.
    pub(crate) fn learn(&mut self, known: KnownAccounts) {
        self.known = known;
    }

    /// As shown.
    pub(crate) fn view(&self) -> AccountsView {
        AccountsView {
            accounts: self.known.accounts.clone(),
            otherwise: self.known.otherwise,
            ways: self.known.ways.clone(),
            kept: self.known.kept,
            sign_ins: Vec::new(),
        }
    }
}
