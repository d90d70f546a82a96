//! A VM read afresh, and started.

use futures_util::future::join_all;
use gangway_engine::id::{NicId, TenantId, VmId};
use gangway_engine::vm::Vm;
use serde_json::Value;

use crate::Azure;
use crate::calls;
use crate::error::Error;
use crate::http::arm::Ask;
use crate::http::operation::Operation;
use crate::wire::vm;

impl Azure {
    /// The VM with its power state and addresses. Interfaces that the caller believes it
    /// has (`known`) are read at the same time, so that a VM that has not changed costs
    /// one round trip; what it really has decides.
    ///
    /// # Errors
    /// As every call; a VM that is gone is a [`Error::Refused`] with status 404.
    pub async fn vm(&self, tenant: &TenantId, id: &VmId, known: &[NicId]) -> Result<Vm, Error> {
        let guesses = join_all(known.iter().map(|nic| self.nic(tenant, nic)));
        let (value, guessed) = tokio::join!(self.arm.get(tenant, calls::VM, id.as_str()), guesses);
        let value = value?;
        let (mut read, nics) =
            vm::vm(&value, tenant).ok_or_else(|| self.unusable("a VM without a usable id"))?;
        let unguessed: Vec<_> = nics
            .iter()
            .filter(|(nic, _)| !known.contains(nic))
            .collect();
        let fetched = join_all(unguessed.iter().map(|(nic, _)| self.nic(tenant, nic))).await;
        let guessed = known.iter().zip(guessed);
        let all = guessed.chain(unguessed.iter().map(|(nic, _)| nic).zip(fetched));
        for (nic, answer) in all {
            let Some((_, primary)) = nics.iter().find(|(named, _)| named == nic) else {
                continue;
            };
            match answer {
                Ok(value) => read.addresses.extend(vm::addresses(&value, nic, *primary)),
                // Detached between two reads: it carries no address of this VM any more.
                Err(Error::Refused(refusal)) if refusal.status == 404 => {}
                Err(error) => return Err(error),
            }
        }
        read.addresses = vm::in_order(std::mem::take(&mut read.addresses));
        Ok(read)
    }

    /// Starts the VM and returns as soon as Azure has taken that; [`Azure::finish`] waits
    /// for the end, where some refusals only show (`AllocationFailed`, quota).
    ///
    /// # Errors
    /// As every call: [`Error`] says why.
    pub async fn start_vm(&self, tenant: &TenantId, vm: &VmId) -> Result<Operation, Error> {
        let ask = Ask::new(&self.arm.transport, calls::VM_START, vm.as_str())?;
        let answer = self.arm.send(tenant, &ask).await?;
        Ok(Operation::begun(&ask, &answer))
    }

    /// Waits for the end of an operation.
    ///
    /// # Errors
    /// [`Error::OperationFailed`] with Azure's code, or why it could not be followed.
    pub async fn finish(&self, tenant: &TenantId, operation: Operation) -> Result<(), Error> {
        self.arm.finish(tenant, operation).await.map(|_| ())
    }

    pub(crate) async fn nic(&self, tenant: &TenantId, nic: &NicId) -> Result<Value, Error> {
        self.arm.get(tenant, calls::NIC, nic.as_str()).await
    }
}
