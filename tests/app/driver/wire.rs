//! HTTP as a driver on this machine speaks it: one request, one answer of known length.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};

use serde_json::{Value, json};

use crate::wait::LIMIT;

/// Where the driver listens.
pub(crate) struct Wire {
    port: u16,
}

impl Wire {
    pub(crate) fn to(port: u16) -> Self {
        Self { port }
    }

    /// The value that is answered, or the error's name and message.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.ask("POST", path, &body.to_string())
    }

    pub(crate) fn delete(&self, path: &str) -> Result<Value, String> {
        self.ask("DELETE", path, "")
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Result<Value, String> {
        let exchange = || {
            self.exchange(method, path, body)
                .map_err(|it| it.to_string())
        };
        // tauri-driver may pass a request into a connection that the driver behind it has just closed. Nothing was done
        // then, and it ends ours without a word.
        let (status, answer) = match exchange()? {
            (None, _) => exchange()?,
            answered => answered,
        };
        let mut answer: Value = serde_json::from_slice(&answer).unwrap_or_else(|_| json!({}));
        let value = answer["value"].take();
        match status {
            Some(200) => Ok(value),
            status => Err(format!("{status:?} {value}")),
        }
    }

    fn exchange(
        &self,
        method: &str,
        path: &str,
        body: &str,
    ) -> std::io::Result<(Option<u16>, Vec<u8>)> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        // Scripts have a limit of their own, which is told; this one is for a driver that says nothing at all.
        stream.set_read_timeout(Some(LIMIT * 2))?;
        let length = body.len();
        let host = format!("127.0.0.1:{}", self.port);
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let mut length = None;
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim().split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok();
            }
        }
        let mut answer = Vec::new();
        match length {
            Some(length) => stream.take(length).read_to_end(&mut answer)?,
            None => stream.read_to_end(&mut answer)?,
        };
        Ok((status, answer))
    }
}
