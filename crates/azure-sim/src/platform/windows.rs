//! Windows: VMs differ by port on 127.0.0.1, and a full accept queue refuses, so a closed port refuses.

use std::net::Ipv4Addr;

use socket2::Socket;

/// A full queue answers RST here.
pub(crate) const SILENCE: bool = false;

/// All VMs share the one address.
pub(crate) fn vm_address(_block: u8, _number: u16) -> Ipv4Addr {
    Ipv4Addr::LOCALHOST
}

/// Nothing: on Windows, reusing an address would let two listeners share a port.
pub(crate) fn prepare(_socket: &Socket) -> std::io::Result<()> {
    Ok(())
}

/// Ctrl-c.
pub(crate) async fn ended() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
