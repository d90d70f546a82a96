//! A tiny client for the control endpoint: `azure-sim control URL VERB [JSON]`.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::error::Error;

/// Verbs with their methods and paths; the table stands in the documentation of [`crate::control`].
const VERBS: [(&str, &str, &str); 13] = [
    ("info", "GET", "/info"),
    ("asked", "GET", "/asked"),
    ("forget", "DELETE", "/asked"),
    ("faults", "GET", "/faults"),
    ("fault", "POST", "/faults"),
    ("clear-faults", "DELETE", "/faults"),
    ("switches", "GET", "/switches"),
    ("set", "PATCH", "/switches"),
    ("clock", "GET", "/clock"),
    ("advance", "POST", "/clock"),
    ("state", "GET", "/state"),
    ("token", "POST", "/token"),
    ("do", "POST", "/do"),
];

/// Asks a simulator's control endpoint (`url` as printed at its start) and returns its JSON answer.
///
/// # Errors
///
/// [`Error::Invalid`] for an unknown verb or a URL that is not `http://host:port`, [`Error::Io`] when nobody answers,
/// [`Error::Control`] when the answer is a refusal.
pub async fn call(url: &str, verb: &str, body: Option<&str>) -> Result<Value, Error> {
    let Some((_, method, path)) = VERBS.iter().find(|(name, ..)| *name == verb) else {
        return Err(Error::Invalid {
            what: "control verb",
            value: verb.into(),
        });
    };
    let Some(host) = url
        .strip_prefix("http://")
        .map(|rest| rest.trim_end_matches('/'))
    else {
        return Err(Error::Invalid {
            what: "control address",
            value: url.into(),
        });
    };
    let body = body.unwrap_or("");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    let talk = async {
        let mut stream = TcpStream::connect(host).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(answer)
    };
    let answer = talk.await.map_err(Error::io(format!("asking {url}")))?;
    read(&String::from_utf8_lossy(&answer))
}

/// Status line, headers, body; the server sends a length and closes.
fn read(answer: &str) -> Result<Value, Error> {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(0);
    match serde_json::from_str(body) {
        Ok(value) if (200..300).contains(&status) => Ok(value),
        _ => Err(Error::Control {
            status,
            body: body.trim().to_owned(),
        }),
    }
}
