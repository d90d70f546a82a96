//! Strangers that the program meets: one at its port, and one that stands in the way.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::Value;

use super::deeds::MARK;

/// A proxy that refuses, with what it was sent in its answer; and what that was.
pub(crate) fn proxy() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, heard) = channel();
    // It ends with the test's process: nobody connects any more.
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A test that is over hears nothing more.
            let _ = sender.send(repeat(stream));
        }
    });
    (address, heard)
}

/// Somebody who knows the port and not the state brings a code to it.
pub(crate) fn stranger(said: &[String]) {
    let page = said.iter().find_map(|line| {
        let event: Value = serde_json::from_str(line).ok()?;
        Some(event["page"].as_str()?.to_owned())
    });
    let page = url::Url::parse(&page.unwrap()).unwrap();
    let redirect = page.query_pairs().find(|(name, _)| name == "redirect_uri");
    let redirect = url::Url::parse(&redirect.unwrap().1).unwrap();
    let address = ("127.0.0.1", redirect.port().unwrap());
    let mut stream = TcpStream::connect(address).unwrap();
    let query = format!("code=0.{MARK}&state=guessed&error_description={MARK}");
    let asked = format!("GET /?{query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(!answer.contains(MARK), "{answer}");
}

fn repeat(mut stream: TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    let length = stream.read(&mut bytes).unwrap_or(0);
    let head = format!(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"{MARK}\"\r\n\
         Connection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    // Who has hung up hears nothing.
    let _ = stream.write_all(&[head.as_bytes(), &bytes[..length]].concat());
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}
