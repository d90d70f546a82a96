//! Long-running operations: the headers of the first answer, and the two places to poll (contract 1.3).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Context;
use crate::http::answer::Answer;
use crate::jit::progress::at_after;
use crate::switches::OperationHeaders;
use crate::world::Operation;

/// Where an operation runs and what comes of it.
pub(crate) struct Begin<'a> {
    pub(crate) provider: &'a str,
    pub(crate) location: &'a str,
    pub(crate) takes_ms: u64,
    pub(crate) headers: OperationHeaders,
    pub(crate) result: Option<Value>,
    pub(crate) fails_with: Option<String>,
}

/// Registers an operation and answers 202.
pub(crate) fn begin(context: &mut Context<'_>, begin: Begin<'_>) -> Answer {
    let id = uuid::Uuid::new_v4().to_string();
    let sub = context.param("sub").to_owned();
    let version = context.call.param("api-version").unwrap_or_default();
    let place = |kind: &str| {
        format!(
            "{}/subscriptions/{sub}/providers/{}/locations/{}/{kind}/{id}?api-version={version}",
            context.base, begin.provider, begin.location
        )
    };
    let mut answer = Answer::empty(202);
    if begin.headers != OperationHeaders::Location {
        answer = answer.header("azure-asyncoperation", place("operations"));
    }
    if begin.headers != OperationHeaders::AsyncOperation {
        answer = answer.header("location", place("operationResults"));
    }
    if let Some(seconds) = context.world.switches.operation_retry_after {
        answer = answer.header("retry-after", seconds.to_string());
    }
    let operation = Operation {
        started: context.now,
        done: at_after(context.now, begin.takes_ms),
        result: begin.result,
        failed_with: begin.fails_with,
    };
    context.world.operations.insert(id, operation);
    answer
}

/// The `Azure-AsyncOperation` place: always 200, the state is in the body.
pub(crate) fn status(context: &mut Context<'_>) -> Answer {
    let id = context.param("operation");
    let Some(operation) = context.world.operations.get(id) else {
        return unknown();
    };
    let mut body = json!({
        "name": id,
        "startTime": operation.started.to_string(),
        "status": "InProgress",
    });
    if context.now >= operation.done {
        body["endTime"] = json!(operation.done.to_string());
        match &operation.failed_with {
            Some(code) => {
                body["status"] = json!("Failed");
                body["error"] = failure(code);
            }
            None => {
                body["status"] = json!("Succeeded");
                if let Some(result) = &operation.result {
                    body["properties"] = result.clone();
                }
            }
        }
    }
    with_retry(context, Answer::json(200, body), operation.done)
}

/// The `Location` place: 202 while it runs, then the result.
pub(crate) fn result(context: &mut Context<'_>) -> Answer {
    let Some(operation) = context.world.operations.get(context.param("operation")) else {
        return unknown();
    };
    if context.now < operation.done {
        let here = format!(
            "{}{}?{}",
            context.base, context.call.path, context.call.query
        );
        let answer = Answer::empty(202).header("location", here);
        return with_retry(context, answer, operation.done);
    }
    match (&operation.failed_with, &operation.result) {
        (Some(code), _) => Answer::json(409, json!({ "error": failure(code) })),
        (None, Some(result)) => Answer::json(200, result.clone()),
        (None, None) => Answer::empty(204),
    }
}

fn with_retry(context: &Context<'_>, answer: Answer, done: Timestamp) -> Answer {
    match context.world.switches.operation_retry_after {
        Some(seconds) if context.now < done => answer.header("retry-after", seconds.to_string()),
        _ => answer,
    }
}

fn failure(code: &str) -> Value {
    json!({"code": code, "message": format!("The operation failed: {code}.")})
}

fn unknown() -> Answer {
    Answer::error(404, "OperationNotFound", "The operation is not known.")
}
