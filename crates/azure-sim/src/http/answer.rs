//! An answer before it becomes HTTP: status, headers, JSON or text.

use serde_json::{Value, json};

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", body.to_string())
    }

    pub(crate) fn text(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content_type: content_type.into(),
            body: body.into(),
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::text(status, "", Vec::new())
    }

    /// The envelope of ARM errors (contract 1.2).
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, json!({"error": {"code": code, "message": message}}))
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// 403 as ARM words it.
pub(crate) fn forbidden(action: &str, scope: &str) -> Answer {
    let message = format!(
        "The client does not have authorization to perform action '{action}' over scope '{scope}' or the scope is \
         invalid. If access was recently granted, please refresh your credentials."
    );
    Answer::error(403, "AuthorizationFailed", &message)
}

/// 404 for a resource.
pub(crate) fn not_found(kind: &str, name: &str, group: &str) -> Answer {
    let message =
        format!("The Resource '{kind}/{name}' under resource group '{group}' was not found.");
    Answer::error(404, "ResourceNotFound", &message)
}
