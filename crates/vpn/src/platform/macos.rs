//! macOS: changes over a routing socket (route(4)); the owner of the source address tells the interface.

use std::io::{self, Read};
use std::net::Ipv4Addr;

use socket2::{Domain, Socket, Type};
use tokio::io::unix::AsyncFd;

use crate::dial::Places;
use crate::record::Route;

/// `PF_ROUTE` of `sys/socket.h`.
const PF_ROUTE: i32 = 17;

/// Nothing here connects VPNs by a program that has been tried.
pub(crate) fn places() -> Places {
    Places::default()
}

/// What a record calls this system.
pub(crate) const SYSTEM: &str = "macos";

/// The table is not read here: what the system answers for an address says more.
pub(crate) fn table() -> Vec<Route> {
    Vec::new()
}

/// The route's interface is not asked for here: the source address tells it.
pub(crate) struct Routes;

impl Routes {
    pub(crate) fn open() -> Self {
        Self
    }

    pub(crate) fn index_towards(&self, _target: Ipv4Addr) -> Option<u32> {
        None
    }

    pub(crate) fn default_index(&self) -> Option<u32> {
        None
    }
}

/// Hears of changes from the kernel.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: AsyncFd<Socket>,
}

impl Listener {
    pub(crate) fn new() -> io::Result<Self> {
        let socket = Socket::new(Domain::from(PF_ROUTE), Type::RAW, None)?;
        socket.set_nonblocking(true)?;
        #[allow(
            deprecated,
            reason = "its successor is unsafe, for a descriptor might be closed while it is \
                      registered; this socket is owned here and closed with the registration"
        )]
        let socket = AsyncFd::new(socket)?;
        Ok(Self { socket })
    }

    pub(crate) async fn changed(&mut self) -> io::Result<()> {
        let mut message = [0_u8; 2_048];
        let mut heard = false;
        while !heard {
            let mut ready = self.socket.readable().await?;
            // Whatever is there already is one change.
            while let Ok(read) = ready.try_io(|socket| {
                let mut socket: &Socket = socket.get_ref();
                socket.read(&mut message)
            }) {
                heard |= read? > 0;
            }
        }
        Ok(())
    }
}
