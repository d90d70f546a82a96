//! Turns a fault into its answer, or spoils the right one.

use axum::body::{Body, Bytes};
use futures_util::stream;
use serde_json::json;

use super::answer::{Answer, forbidden};
use super::challenge;
use crate::fault::{Fault, Wrong};
use crate::switches::ChallengeShape;

/// What goes out.
pub(crate) enum Out {
    Answer(Answer),
    /// The headers and half the body, then the connection dies.
    CutMidBody(Answer),
    /// Nothing: the connection is reset.
    Reset,
}

/// The answer of a fault that does not need the right one.
pub(crate) fn instead(
    fault: &Fault,
    authority: &str,
    shape: ChallengeShape,
    now: jiff::Timestamp,
    path: &str,
) -> Out {
    let answer = match &fault.wrong {
        Wrong::Status(status) => {
            Answer::error(*status, "ServiceUnavailable", "The service is unavailable.")
        }
        Wrong::Error {
            status,
            code,
            message,
        } => Answer::error(*status, code, message),
        Wrong::Json { status, body } => Answer::json(*status, body.clone()),
        Wrong::Text {
            status,
            content_type,
            body,
        } => Answer::text(*status, content_type, body.clone()),
        Wrong::Html(status) => Answer::text(
            *status,
            "text/html",
            "<!DOCTYPE html><html><head><title>Sign in to the guest network</title></head><body><p>Please accept the \
             terms.</p></body></html>",
        ),
        Wrong::Throttled(after) => {
            let answer = Answer::error(
                429,
                "TooManyRequests",
                "Number of requests exceeded the limit. Please try again later.",
            );
            match after {
                Some(seconds) => answer.header("retry-after", seconds.to_string()),
                None => answer,
            }
        }
        Wrong::LockedByOther => Answer::error(
            429,
            "RetryableErrorDueToAnotherOperation",
            "Operation is canceled because another operation is in progress on this resource.",
        ),
        Wrong::Claims(claims) => challenge::claims(authority, claims, shape),
        Wrong::WrongTenant => {
            challenge::wrong_tenant(authority, "99999999-9999-4999-8999-999999999999", "another")
        }
        Wrong::Forbidden => forbidden(
            "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action",
            path,
        ),
        Wrong::ScopeLocked => Answer::error(
            409,
            "ScopeLocked",
            &format!(
                "The scope '{path}' cannot perform write operation because following scope(s) are locked: '{path}'. Please remove the lock and try again."
            ),
        ),
        Wrong::DisallowedByPolicy => Answer::json(
            403,
            json!({"error": {
                "code": "RequestDisallowedByPolicy",
                "message": "Resource was disallowed by policy.",
                "additionalInfo": [{"type": "PolicyViolation", "info": {
                    "policyAssignmentDisplayName": "No access requests at night",
                    "policyAssignmentId": "/providers/Microsoft.Authorization/policyAssignments/night",
                }}],
            }}),
        ),
        Wrong::DenyAssignment => Answer::error(
            403,
            "DenyAssignmentAuthorizationFailed",
            "The client has permission to perform the action; however, the access is denied because of the deny assignment 'blueprint'.",
        ),
        Wrong::ProviderNotRegistered => Answer::error(
            409,
            "MissingSubscriptionRegistration",
            "The subscription is not registered to use namespace 'Microsoft.Security'.",
        ),
        Wrong::Aadsts { error, number } => crate::entra::refusal(
            if error == "invalid_client" { 401 } else { 400 },
            error,
            *number,
            "Simulated refusal.",
            now,
        ),
        // A sign-in refusal needs the request and is made before this is asked.
        Wrong::Entra { code, .. } => {
            crate::entra::refusal(400, "invalid_grant", *code, "Simulated refusal.", now)
        }
        Wrong::Reset => return Out::Reset,
        Wrong::WrongContentType | Wrong::Truncated | Wrong::CutMidBody | Wrong::DelayMs(_) => {
            Answer::empty(500)
        }
    };
    Out::Answer(with_headers(answer, fault))
}

/// The right answer, spoilt.
pub(crate) fn spoil(mut answer: Answer, fault: &Fault) -> Out {
    match &fault.wrong {
        Wrong::WrongContentType => answer.content_type = "text/plain".into(),
        Wrong::Truncated => answer.body.truncate(answer.body.len() / 2),
        Wrong::CutMidBody => return Out::CutMidBody(answer),
        _ => {}
    }
    Out::Answer(with_headers(answer, fault))
}

/// Half of the body, time for it to leave, then an error that makes hyper hang up.
pub(crate) fn half(body: &[u8]) -> Body {
    let half = Bytes::copy_from_slice(&body[..body.len() / 2]);
    Body::from_stream(stream::unfold(0_u8, move |step| {
        let half = half.clone();
        async move {
            match step {
                0 => Some((Ok(half), 1)),
                1 => {
                    for _ in 0..16 {
                        tokio::task::yield_now().await;
                    }
                    Some((
                        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
                        2,
                    ))
                }
                _ => None,
            }
        }
    }))
}

fn with_headers(mut answer: Answer, fault: &Fault) -> Answer {
    for (name, value) in &fault.headers {
        answer.headers.push((name.clone(), value.clone()));
    }
    answer
}
