//! Long-running operations, in all the shapes their headers take (contract 1.3).

use std::time::Duration;

use gangway_engine::id::TenantId;
use serde_json::Value;

use super::answer::Answer;
use super::arm::{Arm, Ask};
use crate::calls;
use crate::credentials::entra::short;
use crate::error::Error;
use crate::wire::{at, text};

/// The most polls of one operation; with growing pauses that is about half an hour.
const MOST_POLLS: u32 = 200;

/// An operation that Azure took and that may still run.
#[derive(Debug, Clone)]
pub struct Operation {
    ask: Ask,
    status_at: Option<String>,
    result_at: Option<String>,
    pause: Option<Duration>,
    result: Option<Value>,
}

impl Operation {
    pub(crate) fn begun(ask: &Ask, answer: &Answer) -> Self {
        let accepted = matches!(answer.status, 201 | 202);
        let header = |name: &str| answer.header(name).filter(|_| accepted).map(str::to_owned);
        Self {
            ask: ask.clone(),
            status_at: header("azure-asyncoperation"),
            result_at: header("location"),
            pause: answer.retry_after(),
            result: serde_json::from_slice(&answer.body).ok(),
        }
    }
}

impl Arm {
    /// Waits for the end of an operation and returns its result, `null` where it has none.
    /// A failure that only the polled status tells is an error as any other.
    pub(crate) async fn finish(
        &self,
        tenant: &TenantId,
        operation: Operation,
    ) -> Result<Value, Error> {
        match (&operation.status_at, &operation.result_at) {
            (Some(status), result) => {
                let done = self.poll_status(tenant, &operation, status).await?;
                match (result, at(&done, "properties").filter(|p| !p.is_null())) {
                    (_, Some(properties)) if result.is_none() => Ok(properties.clone()),
                    (Some(location), _) => self.poll_location(tenant, &operation, location).await,
                    (None, _) => Ok(Value::Null),
                }
            }
            (None, Some(location)) => self.poll_location(tenant, &operation, location).await,
            (None, None) => Ok(operation.result.unwrap_or_default()),
        }
    }

    async fn poll_status(
        &self,
        tenant: &TenantId,
        operation: &Operation,
        address: &str,
    ) -> Result<Value, Error> {
        let ask = operation
            .ask
            .follow(&self.transport, calls::PROGRESS, address)?;
        let mut pause = operation.pause;
        for turn in 0..MOST_POLLS {
            self.rest_before(turn, pause).await;
            let answer = self.send(tenant, &ask).await?;
            let body: Value = answer.json()?;
            let Some(status) = text(&body, "status") else {
                return Err(answer.unusable("an operation without a status"));
            };
            if status.eq_ignore_ascii_case("Succeeded") {
                return Ok(body);
            }
            if status.eq_ignore_ascii_case("Failed") || status.eq_ignore_ascii_case("Canceled") {
                let error = at(&body, "error").unwrap_or(&Value::Null);
                return Err(Error::OperationFailed {
                    status: short(status),
                    code: short(text(error, "code").unwrap_or_default()),
                    words: short(text(error, "message").unwrap_or_default()),
                    ids: answer.ids.clone(),
                });
            }
            pause = answer.retry_after();
        }
        Err(self.endless())
    }

    async fn poll_location(
        &self,
        tenant: &TenantId,
        operation: &Operation,
        address: &str,
    ) -> Result<Value, Error> {
        let mut ask = operation
            .ask
            .follow(&self.transport, calls::PROGRESS, address)?;
        let mut pause = operation.pause;
        for turn in 0..MOST_POLLS {
            self.rest_before(turn, pause).await;
            let answer = self.send(tenant, &ask).await?;
            match answer.status {
                202 => {
                    pause = answer.retry_after();
                    if let Some(next) = answer.header("location") {
                        ask = ask.follow(&self.transport, calls::PROGRESS, next)?;
                    }
                }
                204 => return Ok(Value::Null),
                _ if answer.body.is_empty() => return Ok(Value::Null),
                _ => return answer.json(),
            }
        }
        Err(self.endless())
    }

    /// What Azure asked for, else 2 s growing to 10 s.
    async fn rest_before(&self, turn: u32, asked: Option<Duration>) {
        let pause = asked
            .unwrap_or_else(|| Duration::from_secs(u64::from(turn.saturating_mul(2).clamp(2, 10))));
        if !pause.is_zero() {
            (self.transport.sleeper())(pause).await;
        }
    }

    fn endless(&self) -> Error {
        Error::OperationFailed {
            status: "Running".to_owned(),
            code: "NoEnd".to_owned(),
            words: format!("no end after {MOST_POLLS} looks"),
            ids: Box::default(),
        }
    }
}
