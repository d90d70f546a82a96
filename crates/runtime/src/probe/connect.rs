//! One try: a TCP connect that is bound to the tunnel address and given up in time.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// What a try brought.
#[derive(Debug)]
pub(super) enum Tried {
    /// TCP completed.
    Completed(TcpStream),
    /// RST.
    Refused,
    /// Nothing in time, or a router said that it does not know the way.
    Silent,
    /// This system did not let the packet out.
    Unsendable(String),
}

/// Tries once. The socket is closed when this returns or is dropped, unless it completed.
pub(super) async fn attempt(source: Ipv4Addr, target: SocketAddrV4, patience: Duration) -> Tried {
    let socket = match bound(source) {
        Ok(socket) => socket,
        Err(error) => return Tried::Unsendable(error.to_string()),
    };
    let mut connect = pin!(socket.connect(target.into()));
    let mut at_once = true;
    // What the system itself refuses comes back from the call; what the network says comes later.
    let watched = poll_fn(|context| match connect.as_mut().poll(context) {
        Poll::Ready(connected) => Poll::Ready((connected, at_once)),
        Poll::Pending => {
            at_once = false;
            Poll::Pending
        }
    });
    match timeout(patience, watched).await {
        Err(_elapsed) => Tried::Silent,
        Ok((Ok(stream), _)) if talks_to_itself(&stream) => Tried::Refused,
        Ok((Ok(stream), _)) => Tried::Completed(stream),
        Ok((Err(error), at_once)) => match error.kind() {
            ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Tried::Refused,
            _ if at_once => Tried::Unsendable(error.to_string()),
            _ => Tried::Silent,
        },
    }
}

fn bound(source: Ipv4Addr) -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((source, 0)))?;
    let _ = socket.set_nodelay(true);
    Ok(socket)
}

/// On loopback a socket may by chance be given the very port it connects to, and then TCP
/// completes with itself.
fn talks_to_itself(stream: &TcpStream) -> bool {
    matches!((stream.local_addr(), stream.peer_addr()), (Ok(one), Ok(other)) if one == other)
}
