//! Linux: all of 127.0.0.0/8 is loopback, and a full accept queue drops SYNs without an answer.

use std::net::Ipv4Addr;

use socket2::Socket;

/// A listener whose accept queue is full is silent here.
pub(crate) const SILENCE: bool = true;

/// Every address of a VM is its own; `block` is the second octet, one per running simulator.
pub(crate) fn vm_address(block: u8, number: u16) -> Ipv4Addr {
    let [high, low] = (number + 256).to_be_bytes();
    Ipv4Addr::new(127, block, high, low)
}

/// Lets a port be bound again while old connections of it live on.
pub(crate) fn prepare(socket: &Socket) -> std::io::Result<()> {
    socket.set_reuse_address(true)
}

/// SIGTERM or ctrl-c.
pub(crate) async fn ended() -> std::io::Result<()> {
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = terminated.recv() => Ok(()),
        pressed = tokio::signal::ctrl_c() => pressed,
    }
}
