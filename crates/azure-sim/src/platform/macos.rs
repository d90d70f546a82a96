//! macOS: 127.0.0.1 is the only loopback address, VMs differ by port, and a closed port refuses.

use std::net::Ipv4Addr;

use socket2::Socket;

/// Not tried here: a closed port refuses.
pub(crate) const SILENCE: bool = false;

/// All VMs share the one address.
pub(crate) fn vm_address(_block: u8, _number: u16) -> Ipv4Addr {
    Ipv4Addr::LOCALHOST
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
